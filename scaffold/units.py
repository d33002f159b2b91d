"""Joins three versions of a Dockerfile instruction by instruction, where lines alone would conflict or be mistaken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold import located

Unit = tuple[str, ...]
"""The lines of one instruction, or of one comment, or a blank line."""


Region = tuple[range, range, range]
"""The numbers of lines in three versions: the base, yours and ours."""


class Piece(NamedTuple):
    """A part of the result, by numbers of lines: of `yours`, or of `ours`, or both where they conflict.

    `base` are the lines that a conflict was.
    """

    yours: range
    ours: range
    conflict: bool = False
    base: range = range(0)


def units(lines: Sequence[str], start: int, end: int) -> list[range]:
    """The instructions, comments and blank lines between two lines, as ranges of lines.

    An instruction has its continued lines, comments between them, and what a heredoc holds.
    """
    return [range(start + one.start, start + one.stop) for one in located.spans(lines[start:end])]


def joined(base: Sequence[str], yours: Sequence[str], ours: Sequence[str], region: Region) -> list[Piece]:
    """A region of three versions, joined by instructions.

    An instruction that one side changed is taken from it. One that both changed is a conflict, as is one that a side
    removed and the other changed; but a comment stays as the user has it, or away. What both added in one place is
    kept, ours first.
    """
    olds, mine, theirs = (
        units(lines, part.start, part.stop) for lines, part in zip((base, yours, ours), region, strict=True)
    )
    texts = [_texts(base, olds), _texts(yours, mine), _texts(ours, theirs)]
    of_yours, of_ours = _paired(texts[0], texts[1]), _paired(texts[0], texts[2])
    pieces: list[Piece] = []
    for index in range(len(olds) + 1):
        added = [mine[i] for i in of_yours.added.get(index, [])], [theirs[i] for i in of_ours.added.get(index, [])]
        pieces += _added(*added, yours, ours)
        if index < len(olds):
            y, o = of_yours.kept.get(index), of_ours.kept.get(index)
            pieces.append(
                _one(
                    olds[index],
                    texts[0][index],
                    None if y is None else (mine[y], texts[1][y]),
                    None if o is None else (theirs[o], texts[2][o]),
                )
            )
    return [piece for piece in pieces if piece.yours or piece.ours]


class _Pairs(NamedTuple):
    """Which new unit stands for an old one, and which were added before an old one."""

    kept: dict[int, int]
    added: dict[int, list[int]]


def _paired(old: Sequence[Unit], new: Sequence[Unit]) -> _Pairs:
    import difflib

    pairs = _Pairs({}, {})
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pairs.kept.update(zip(range(i1, i2), range(j1, j2), strict=True))
        else:
            _by_keyword(old, new, (range(i1, i2), range(j1, j2)), pairs)
    return pairs


def _by_keyword(old: Sequence[Unit], new: Sequence[Unit], part: tuple[range, range], pairs: _Pairs) -> None:
    """Pairs what was rewritten by the instruction's name, in order; what has no counterpart was added or removed."""
    import difflib

    olds, news = part
    names = [_name(old[i]) for i in olds], [_name(new[j]) for j in news]
    for what, i1, i2, j1, j2 in difflib.SequenceMatcher(None, *names, autojunk=False).get_opcodes():
        if what == "equal":
            pairs.kept.update(zip(olds[i1:i2], news[j1:j2], strict=True))
        elif j2 > j1:
            pairs.added.setdefault(olds.start + i2, []).extend(news[j1:j2])


def _name(unit: Unit) -> str:
    text = unit[0].strip()
    return "#" if text.startswith("#") else text.partition(" ")[0].upper()


def _added(mine: list[range], theirs: list[range], yours: Sequence[str], ours: Sequence[str]) -> Iterator[Piece]:
    known = _texts(yours, mine)
    yield from (
        Piece(range(0), part) for part, text in zip(theirs, _texts(ours, theirs), strict=True) if text not in known
    )
    yield from (Piece(part, range(0)) for part in mine)


def _one(was: range, old: Unit, yours: tuple[range, Unit] | None, ours: tuple[range, Unit] | None) -> Piece:
    nothing = range(0)
    if ours is None:
        return Piece(nothing, nothing) if yours is None or yours[1] == old else Piece(yours[0], nothing, True, was)
    said = _name(old) == _name(ours[1]) == "#"
    if yours is None:
        return Piece(nothing, nothing) if said or ours[1] == old else Piece(nothing, ours[0], True, was)
    if ours[1] in (old, yours[1]) or (said and yours[1] != old):
        return Piece(yours[0], nothing)
    if yours[1] == old:
        return Piece(nothing, ours[0])
    return Piece(yours[0], ours[0], True, was)


def _texts(lines: Sequence[str], parts: Sequence[range]) -> list[Unit]:
    return [tuple(lines[part.start : part.stop]) for part in parts]
