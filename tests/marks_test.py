"""All that differs between marks, and one side of it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.errors import Conflict
from scaffold.marks import apart, check_resolved, chosen
from scaffold.merging import BETWEEN, BOM, OURS, YOURS, Joined
from scaffold.project import Project
from tests.remade import put

LINES = st.lists(st.sampled_from(["", "a", "b", "c", "\tcaf\u00e9", "\udcff"]), max_size=8)


def test_what_differs_stands_between_marks() -> None:
    made = apart("a\nmine\nb\nc\n", "a\nours\nb\nc\nmore\n")
    text = f"a\n{YOURS}\nmine\n{BETWEEN}\nours\n{OURS}\nb\nc\n{YOURS}\n{BETWEEN}\nmore\n{OURS}\n"
    assert made == Joined(text, (2, 9))
    assert text.split("\n")[2 - 1] == text.split("\n")[9 - 1] == YOURS


def test_endings_and_a_mark_of_byte_order_are_the_users() -> None:
    made = apart(f"{BOM}a\r\nmine\r\n", "a\nours\n")
    assert made.text == f"{BOM}a\r\n{YOURS}\r\nmine\r\n{BETWEEN}\r\nours\r\n{OURS}\r\n"
    assert chosen("Dockerfile", made.text, ours=True) == f"{BOM}a\r\nours\r\n"


def test_a_mark_of_byte_order_before_a_mark_of_a_conflict() -> None:
    made = apart(f"{BOM}mine\n", "ours\n")
    assert made.text.startswith(f"{BOM}{YOURS}\n")
    assert chosen("Dockerfile", made.text, ours=True) == f"{BOM}ours\n"
    assert chosen("Dockerfile", made.text, ours=False) == f"{BOM}mine\n"


def test_marks_that_stand_are_named_by_their_lines(tmp_path: Path) -> None:
    whole = f"a\n{YOURS}\nb\n{BETWEEN}\nc\n{OURS}\n"
    put(tmp_path, {"a": whole, "b": "a\n", "c": whole.replace(f"{YOURS}\n", ""), "d": f"{BETWEEN}\n"})
    with pytest.raises(Conflict, match="not resolved yet: a:2 and c:5"):
        check_resolved(Project(tmp_path), ("a", "b", "c", "d", "missing"))
    check_resolved(Project(tmp_path), ("b", "d", "missing"))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_that_ends_within_a_line(ending: str) -> None:
    before = f"a{ending}b{ending}mine"
    made = apart(before, "a\nb\nours\n")
    assert chosen("Dockerfile", made.text, False) == before
    assert chosen("Dockerfile", made.text, True) == f"a{ending}b{ending}ours"


@given(st.lists(st.sampled_from(["a", "b", BETWEEN]), max_size=8), LINES)
def test_rows_of_the_users_own_stay(yours: list[str], ours: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (yours, ours))
    made = apart(before, after).text
    assert (chosen("Dockerfile", made, False), chosen("Dockerfile", made, True)) == (before, after)


@given(LINES, LINES)
def test_each_side_can_be_had_again(yours: list[str], ours: list[str]) -> None:
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (yours, ours))
    made = apart(before, after)
    assert (chosen("Dockerfile", made.text, False), chosen("Dockerfile", made.text, True)) == (before, after)
    assert bool(made.conflicts) == (before != after)


@pytest.mark.parametrize(("ours", "text"), [(False, "a: 1\nb: 2\n"), (True, None)])
def test_sides_that_do_not_fit_are_none(ours: bool, text: str | None) -> None:
    marked = f"a: 1\n{YOURS}\nb: 2\n{BETWEEN}\na: 2\n{OURS}\n"
    assert chosen("compose.yaml", marked, ours) == text
