"""Lines that two texts have in common, of large texts in parts."""

from __future__ import annotations

import difflib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import matching
from scaffold.matching import LARGE, Matcher

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=14)


def service(number: int) -> list[str]:
    return [f"  s{number}:", "    read_only: true", "    cap_drop:", "      - ALL", f"      - {number}:80", ""]


def both(yours: list[str], ours: list[str]) -> Matcher:
    return Matcher(None, yours, ours)


@given(LINES, LINES)
def test_what_is_alike_is_alike_and_in_order(yours: list[str], ours: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matching, "LARGE", 0)
        blocks = both(yours, ours).get_matching_blocks()
    assert blocks[-1] == (len(yours), len(ours), 0) and all(one.size for one in blocks[:-1])
    for one in blocks:
        assert yours[one.a : one.a + one.size] == ours[one.b : one.b + one.size]
    for one, other in pairwise(blocks[:-1]):
        ends = one.a + one.size, one.b + one.size
        assert ends[0] <= other.a and ends[1] <= other.b and ends != (other.a, other.b)
    assert yours != ours or sum(one.size for one in blocks) == len(yours)


@given(LINES, LINES)
def test_small_texts_are_matched_by_difflib(yours: list[str], ours: list[str]) -> None:
    assert both(yours, ours).get_opcodes() == difflib.SequenceMatcher(None, yours, ours).get_opcodes()


def test_large_texts_are_matched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = range(LARGE // len(service(0)))
    ours = [line for number in numbers for line in service(number)]
    yours = [line for number in numbers for line in (*service(number)[:2], f"    # {number % 2}", *service(number)[2:])]
    longest = list[int]()
    find = difflib.SequenceMatcher.find_longest_match

    def counted(matcher: difflib.SequenceMatcher[str], *part: int) -> difflib.Match:
        longest.append(len(vars(matcher)["a"]))
        return find(matcher, *part)

    monkeypatch.setattr(difflib.SequenceMatcher, "find_longest_match", counted)
    codes = [code for code in both(yours, ours).get_opcodes() if code[0] != "equal"]
    assert [(what, i2 - i1, j2 - j1) for what, i1, i2, j1, j2 in codes] == [("delete", 1, 0)] * len(numbers)
    assert longest and max(longest) <= len(service(0)) + 1


def test_moved_lines_part_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "LARGE", 0)
    blocks = both(list("xabcdy"), list("xcdaby")).get_matching_blocks()
    assert sum(one.size for one in blocks) == 4
