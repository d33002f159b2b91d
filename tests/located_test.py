"""Where the words of instructions stand in a text, whatever its form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.located import located, spans

TEXT = "# a\nFROM  b AS\tc\nRUN --mount=x \\\n  # no\n\n  d <<E\nFROM e\nE\n  from f\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_words(mark: str, ending: str) -> None:
    text = mark + TEXT.replace("\n", ending)
    found = [(one.name, one.line, [word.text for word in words]) for one, words in located(text, ("FROM", "RUN"))]
    assert found == [
        ("FROM", 2, ["FROM", "b", "AS", "c"]),
        ("RUN", 3, ["RUN", "--mount=x", "d", "<<E"]),
        ("FROM", 9, ["from", "f"]),
    ]
    assert [one.name for one, _ in located(text, ("RUN",))] == ["RUN"]
    for _, words in located(text, ("FROM", "RUN")):
        assert all(text[word.start :].startswith(word.text) for word in words)


def test_another_escape_and_one_that_there_is_none_of() -> None:
    [(_, words)] = located("# escape=`\nFROM a `\n AS b\n", ("FROM",))
    assert [word.text for word in words] == ["FROM", "a", "AS", "b"]
    [(_, words)] = located("# escape=x\nFROM a \\\n AS b\n", ("FROM",))
    assert [word.text for word in words] == ["FROM", "a", "AS", "b"]


def test_a_word_over_two_lines_is_nowhere() -> None:
    [(one, _)] = located("FROM no\\\nde:24\nFROM a\n", ("FROM",))
    assert one.line == 3


def test_a_broken_text_is_read_as_far_as_it_goes() -> None:
    text = "RUN <<E\nFROM a\n<<<<<<< yours\nFROM b\n"
    assert [words[1].text for _, words in located(text, ("FROM",))] == ["a", "b"]
    assert spans(text.split("\n")) == [range(at, at + 1) for at in range(5)]


PARTS = [
    "FROM ",
    "RUN ",
    "a",
    " ",
    "\\",
    "\n",
    "\r\n",
    "<<E",
    "E",
    "# ",
    "\t",
    "\ufeff",
    "\x0c",
    "\udcff",
    "# escape=`",
]


@given(st.lists(st.sampled_from(PARTS), max_size=14).map("".join))
def test_each_word_is_where_it_is_said_to_be(text: str) -> None:
    for one, words in located(text, ("FROM", "RUN")):
        assert words[0].text.upper() == one.name
        assert all(text[word.start : word.start + len(word.text)] == word.text for word in words)
    lines = text.split("\n")
    assert [number for one in spans(lines) for number in one] == [*range(len(lines))]
