"""Finds which lines two texts have in common, in time that grows with the texts and not with their square."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

LARGE = 4_000
"""Lines of two texts together, from which on they are matched in parts: for each region that differs difflib walks
through all that follow."""

Part = tuple[range, range]
"""The numbers of lines in both texts, counted from 0."""


class Matcher(difflib.SequenceMatcher[str]):
    """difflib's matcher; large texts are parted at lines that each has once, as a "patience diff" does."""

    def __init__(self, isjunk: None, a: Sequence[str], b: Sequence[str]) -> None:
        super().__init__(isjunk, a, b)
        self.lines = a, b

    def get_matching_blocks(self) -> list[difflib.Match]:
        """The regions of lines that are alike, in order; the last is empty, and at the end of both."""
        old, new = self.lines
        if len(old) + len(new) < LARGE:
            return super().get_matching_blocks()
        found: list[difflib.Match] = []
        for a, b in _parts(old, new):
            for one in _blocks(old[a.start : a.stop], new[b.start : b.stop]):
                block = difflib.Match(a.start + one.a, b.start + one.b, one.size)
                last = found[-1] if found else difflib.Match(0, 0, 0)
                if found and (last.a + last.size, last.b + last.size) == (block.a, block.b):
                    found[-1] = difflib.Match(last.a, last.b, last.size + block.size)
                else:
                    found.append(block)
        return [*found, difflib.Match(len(old), len(new), 0)]


def _blocks(a: Sequence[str], b: Sequence[str]) -> list[difflib.Match]:
    if a == b:
        return [difflib.Match(0, 0, len(a))] if a else []
    return difflib.SequenceMatcher(None, a, b).get_matching_blocks()[:-1]


def _parts(a: Sequence[str], b: Sequence[str]) -> Iterator[Part]:
    """All lines of both, in parts of which each but the first begins with a line that each text has once."""
    i, j = 0, 0
    for next_i, next_j in [*_anchors(a, b), (len(a), len(b))]:
        yield range(i, next_i), range(j, next_j)
        i, j = next_i, next_j


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of lines that each text has once: the most that stand in the same order in both."""
    counted = Counter(a), Counter(b)
    once = {line: j for j, line in enumerate(b) if counted[1][line] == 1}
    pairs = [(i, once[line]) for i, line in enumerate(a) if counted[0][line] == 1 and line in once]
    # Of the increasing rows of each length the one that ends lowest: where in b it ends, and with which pair.
    ends, last = list[int](), list[int]()
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [j], [number]
    found, number = list[tuple[int, int]](), last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
