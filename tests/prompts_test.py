"""What both ways of asking share, and how lists are laid out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.errors import ScaffoldError
from scaffold.prompts import Choice, Full, _titles, correct
from tests.plain_test import Talk


def check(text: str) -> None:
    """Takes words of five letters, and raises ScaffoldError for others."""
    if len(text) != 5:
        raise ScaffoldError(f"{text!r} has {len(text)} letters.", "Write five.")


def test_a_line_is_corrected() -> None:
    talk = Talk("red", "", "green")
    assert correct(talk.prompts, talk.said.append, "Colour", "blue", check) == "green"
    assert talk.asked == ["Colour, b for back [blue]:", "Colour, b for back [red]:", "Colour, b for back [red]:"]
    assert talk.said == ["'red' has 3 letters. Write five."] * 2


def test_nothing_is_an_answer_where_it_is_taken() -> None:
    talk = Talk("-")
    assert correct(talk.prompts, talk.said.append, "Colour", "blue", str) == ""
    assert talk.asked == ["Colour, b for back, - for none [blue]:"]


@pytest.mark.parametrize(
    ("columns", "hint"), [(80, "(arrows; esc: back)"), (27, "(arrows; esc: back)"), (26, "(esc: back)"), (18, " ")]
)
def test_a_hint_has_room_beside_its_question(columns: int, hint: str) -> None:
    assert Full(print, lambda: columns, colour=False)._hint("Which", "arrows") == hint


WORDS = st.lists(st.text("abcxyz.-/", min_size=1, max_size=12), max_size=12).map(" ".join)
NAMES = st.text("abc-", min_size=1, max_size=16)
LISTS = st.lists(st.builds(Choice, NAMES, NAMES, WORDS, st.just("") | WORDS), min_size=1, max_size=6)


@given(choices=LISTS, columns=st.integers(25, 80), ticks=st.booleans())
def test_a_list_is_laid_out(choices: Sequence[Choice], columns: int, ticks: bool) -> None:
    titles = _titles(choices, columns, ticks)
    for choice, title in zip(choices, titles, strict=True):
        first, *below = title.split("\n")
        # What stands before: the pointer, and the sign of what is ticked or refused.
        assert len(first) + (5 if ticks or choice.refused else 3) < columns
        assert all(len(line) < columns and line.startswith(" " * 7) for line in below)
        assert title.startswith(choice.title) and all(line == line.rstrip() for line in title.split("\n"))
        assert "".join(title.split()) == "".join(f"{choice.title} {choice.words}".split())


def test_details_stand_in_a_column_where_there_is_room() -> None:
    choices = [
        Choice("slim", "slim", "Debian, with a shell and apt"),
        Choice("alpine", "alpine", "Alpine", "it has no bash"),
    ]
    assert _titles(choices, 80, ticks=False) == [
        "slim      Debian, with a shell and apt",
        "alpine  not possible: it has no bash",
    ]
    assert _titles(choices, 80, ticks=True) == [
        "slim    Debian, with a shell and apt",
        "alpine  not possible: it has no bash",
    ]
    assert _titles([*choices, Choice("x", "x", "one " * 10)], 42, ticks=False)[2] == (
        f"x         one one one one one one one\n{' ' * 13}one one one"
    )
    assert _titles(choices, 41, ticks=False) == [
        "slim\n       Debian, with a shell and apt",
        "alpine\n       not possible: it has no bash",
    ]
