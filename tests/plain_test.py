"""Asking plainly: by numbers and lines."""

from __future__ import annotations

import pytest

from scaffold.plain import Plain
from scaffold.prompts import Back, Choice

COLOURS = (
    Choice("r", "red", "like a rose"),
    Choice("o", "orange", "like one", "it is sold out"),
    Choice("g", "green"),
    Choice("", "none of them"),
)


class Talk:
    """Plain prompts of a person who types `lines`; `said` is what was shown, and `asked` the messages."""

    def __init__(self, *lines: str) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.lines = list(lines)
        self.prompts = Plain(self.said.append, self._read)

    def _read(self, message: str) -> str:
        self.asked.append(message)
        if not self.lines:
            raise EOFError
        return f"{self.lines.pop(0)}\n"


@pytest.mark.parametrize(
    ("line", "default", "value"),
    [
        ("1", "", "r"),
        ("2", "", "g"),
        (" 3 ", "", ""),
        ("", "", "r"),
        ("", "g", "g"),
        ("", "o", "r"),
        ("", "violet", "r"),
        ("01", "g", "r"),
    ],
)
def test_a_number_is_a_choice(line: str, default: str, value: str) -> None:
    talk = Talk(line)
    assert talk.prompts.select("Colour", COLOURS, default) == value
    first = {"g": 2}.get(default, 1)
    assert talk.asked == [f"Number 1 to 3, b for back [{first}]:"]
    assert talk.said == [
        "\nColour",
        "  1  red: like a rose",
        "  -  orange: not possible: it is sold out",
        "  2  green",
        "  3  none of them",
    ]


@pytest.mark.parametrize("wrong", ["0", "4", "-1", "1.0", "red", "1 2", "\u00b2", "9" * 5_000, "\udce9", "B"])
def test_what_is_no_number_of_the_list(wrong: str) -> None:
    talk = Talk(wrong, "2")
    assert talk.prompts.select("Colour", COLOURS) == "g"
    assert talk.said[5:] == [f"{wrong!r} is none of the numbers."]


@pytest.mark.parametrize(
    ("line", "values"), [("", ["r"]), ("1 2", ["r", "g"]), ("2 1 2", ["r", "g"]), ("02", ["g"]), (" 3", [""])]
)
def test_numbers_are_choices(line: str, values: list[str]) -> None:
    talk = Talk(line)
    assert talk.prompts.tick("Colours", COLOURS, ["r", "o"]) == values
    assert talk.asked == ["Numbers with spaces between, b for back [1]:"]


@pytest.mark.parametrize("wrong", ["0", "1 4", "1,2", "red"])
def test_what_are_no_numbers_of_the_list(wrong: str) -> None:
    talk = Talk(wrong, "1")
    assert talk.prompts.tick("Colours", COLOURS, []) == ["r"]
    assert talk.said[5:] == ["These are not all numbers of the list."]


@pytest.mark.parametrize(
    ("typed", "default", "empty", "text", "asked"),
    [
        ("node a.js", "node b.js", False, "node a.js", "Start, b for back [node b.js]:"),
        ("", "node b.js", True, "node b.js", "Start, b for back, - for none [node b.js]:"),
        ("-", "node b.js", True, "", "Start, b for back, - for none [node b.js]:"),
        ("-", "node b.js", False, "-", "Start, b for back [node b.js]:"),
        ("", "", True, "", "Start, b for back []:"),
        ("  a  b ", "", True, "a  b", "Start, b for back []:"),
    ],
)
def test_a_line(typed: str, default: str, empty: bool, text: str, asked: str) -> None:
    talk = Talk(typed)
    assert talk.prompts.line("Start", default, empty) == text
    assert talk.asked == [asked] and talk.said == []


def test_back_and_the_end_of_all() -> None:
    for lines, left in ((["b"], Back), ([" b "], Back), (["x", "b"], Back), ([], EOFError)):
        with pytest.raises(left):
            Talk(*lines).prompts.select("Colour", COLOURS)
        with pytest.raises(left):
            Talk(*lines).prompts.tick("Colours", COLOURS, [])
    with pytest.raises(Back):
        Talk("b").prompts.line("Start", "", empty=True)
