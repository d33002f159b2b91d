"""Brings what is new in a generated file into the user's own, where that is safe."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold import units

DEPENDABOT = ".github/dependabot.yml"

HEADING = "# What stood here before. Of all patterns that match a path, the last one decides."

BOM = "\ufeff"

YOURS, BETWEEN, OURS = "<<<<<<< yours", "=======", ">>>>>>> dockerscaffold"
"""What stands around lines that conflict, as git has it."""

Parts = list[int | str]
"""A merged text: a number is that line of the user's, counted from 0, a string is a line of ours."""


@dataclass(frozen=True)
class Joined:
    """A text joined from two, and on which of its lines conflicts begin; they stand between YOURS and OURS."""

    text: str
    conflicts: tuple[int, ...] = ()


def joined(path: str, before: str, after: str, base: str) -> Joined:
    """The user's file with what changed in ours since `base`, as `merged`; what cannot be joined stands between marks.

    A YAML file that would be broken, though no lines conflict, is one conflict as a whole.
    """
    if after in (before, base):
        return Joined(before)
    yours, ours = parted(before), parted(after)
    parts, conflicts = _joined(path, parted(base), yours, ours)
    if not conflicts and not sound(path, _texts(parts, yours)):
        parts = [YOURS, *range(len(yours)), BETWEEN, *ours, OURS]
        conflicts = [1]
    return Joined(written(before, parts), tuple(conflicts))


def marked(text: str) -> int:
    """The line of the first mark of a conflict, ours or git's, counted from 1; 0 when there is none.

    With a label, as an update and git write them, the first and the last mark count alone; without one only where all
    three stand there in order: a row of `=` may be anybody's.
    """
    first, last = YOURS[:7], OURS[:7]
    if first not in text and last not in text:
        return 0
    begun, halved = 0, False
    for number, line in enumerate(parted(text), 1):
        if line.startswith((f"{first} ", f"{last} ")):
            return number
        if line == first:
            begun, halved = number, False
        elif line == BETWEEN:
            halved = bool(begun)
        elif line == last and halved:
            return begun
    return 0


def merged(path: str, before: str, after: str, base: str | None) -> str | None:
    """The user's file with what ours brings, or None where that is not safe.

    `path` is relative to the project, with `/` between its parts. `before` is the user's text, `after` ours, `base`
    ours of last time, None when unknown. Bytes that are no UTF-8 are surrogate escapes. The user's line endings, byte
    order mark and missing final newline stay, and every line that the user added. Merging the result again, with
    `after` for a base or without one, changes nothing.

    With a base, the changes of both sides are joined line by line, and None is a conflict, or a result that is no
    YAML where the file is YAML, has a key twice, or an entry of Dependabot's. Without one:

    - `.dockerignore`: ours, then the user's. A path that one of the user's patterns matches is ignored or not as it
      was, also where ours says otherwise: a `*` of the user's still hides what the build needs, and a `!` of the
      user's still lets in what ours keeps out. Ours decides of all other paths.
    - `.github/dependabot.yml`: the user's text, and those of our entries that it has no counterpart of.
    - anything else: None.
    """
    if after in (before, base):
        return before
    yours, ours = parted(before), parted(after)
    if base is not None:
        made = joined(path, before, after, base)
        return None if made.conflicts else made.text
    parts: Parts | None
    if posixpath.basename(path) == ".dockerignore":
        parts = _ignored(yours, ours)
    elif path == DEPENDABOT:
        parts = _updated(yours, ours)
    else:
        return None
    return None if parts is None else written(before, parts)


def _joined(path: str, base: list[str], yours: list[str], ours: list[str]) -> tuple[Parts, list[int]]:
    """The joined lines, and the numbers of those at which conflicts begin."""
    whole = range(len(base)), range(len(yours)), range(len(ours))
    of_instructions = posixpath.basename(path).startswith("Dockerfile")
    parts: Parts = []
    conflicts: list[int] = []
    for piece in (_by_units if of_instructions else _by_lines_and_comments)(base, yours, ours, whole):
        if piece.conflict:
            conflicts.append(len(parts) + 1)
            parts += [YOURS, *piece.yours, BETWEEN, *_of(ours, piece.ours), OURS]
        else:
            parts += [*piece.yours, *_of(ours, piece.ours)]
    return parts, conflicts


def _by_units(base: list[str], yours: list[str], ours: list[str], region: units.Region) -> Iterator[units.Piece]:
    """By instructions, since lines alone mistake alike ones for each other; by lines within one that both changed."""
    for piece in units.joined(base, yours, ours, region):
        within = _by_lines(base, yours, ours, (piece.base, piece.yours, piece.ours)) if piece.conflict else [piece]
        # Of an instruction that conflicts the whole is shown.
        yield from [piece] if any(one.conflict for one in within) else within


def _by_lines_and_comments(
    base: list[str], yours: list[str], ours: list[str], region: units.Region
) -> Iterator[units.Piece]:
    """By lines, which may belong together in ways that are not seen here; but comments never do."""
    for piece in _by_lines(base, yours, ours, region):
        same = [*filter(_counts, _of(base, piece.base))] == [*filter(_counts, _of(yours, piece.yours))]
        if piece.conflict and same:
            yield from units.joined(base, yours, ours, (piece.base, piece.yours, piece.ours))
        else:
            yield piece


def _counts(line: str) -> bool:
    """Whether a line is more than a comment."""
    return not line.strip().startswith("#") and bool(line.strip())


def _by_lines(base: list[str], yours: list[str], ours: list[str], region: units.Region) -> list[units.Piece]:
    from merge3 import Merge3

    from scaffold.matching import Matcher

    was, mine, theirs = region
    # difflib's matchers are no such protocol either: their blocks are a kind of tuple.
    matcher: Any = Matcher
    merge = Merge3[str](_of(base, was), _of(yours, mine), _of(ours, theirs), sequence_matcher=matcher)
    kept = {start: line for start, _, line, *_ in merge.find_sync_regions()}
    pieces: list[units.Piece] = []
    for what, start, end, *others in merge.merge_regions():
        if what == "conflict":
            pieces.append(units.Piece(mine[slice(*others[:2])], theirs[slice(*others[2:4])], True, was[start:end]))
        elif what == "b":
            pieces.append(units.Piece(range(0), theirs[start:end]))
        else:
            first = kept[start] if what == "unchanged" else start
            pieces.append(units.Piece(mine[first : first + end - start], range(0)))
    return pieces


def _of(lines: Sequence[str], part: range) -> list[str]:
    return [lines[number] for number in part]


def sound(path: str, lines: Sequence[str]) -> bool:
    """Whether the lines, each well where it came from, are so together."""
    from scaffold import updates

    if not path.endswith((".yaml", ".yml")):
        return True
    documents = updates.read(lines)
    return documents is not None and not (path == DEPENDABOT and updates.repeated(documents))


def _updated(yours: list[str], ours: list[str]) -> Parts | None:
    from scaffold import updates

    added = updates.addition(yours, ours)
    if added is None:
        return None
    line, lines = added
    return [*range(line), *lines, *range(line, len(yours))]


def _ignored(yours: list[str], ours: list[str]) -> Parts:
    if yours[: len(ours)] == ours:
        return [*range(len(yours))]
    last, common, own = set[str](), set(ours), Parts()
    for line in ours:
        _spare(line, last)
    for paragraph in _paragraphs(yours):
        kept = [i for i in paragraph if yours[i] != HEADING and not _spare(yours[i], last)]
        # A comment of ours stays only above a pattern that is not.
        if all(yours[i].startswith("#") for i in kept):
            kept = [i for i in kept if yours[i] not in common]
        own += ["", *kept] if own and kept else kept
    return [*ours, "", HEADING, "", *own] if own else [*ours]


def _spare(line: str, last: set[str]) -> bool:
    """Whether a line changes nothing: its pattern stands before it, and behind that no exception to it.

    `last` are the patterns at the end of what stands before, back to one of the other kind; the line's joins them.
    """
    pattern = _pattern(line)
    if not pattern or pattern in last:
        return bool(pattern)
    if last and next(iter(last)).startswith("!") != pattern.startswith("!"):
        last.clear()
    last.add(pattern)
    return False


def _pattern(line: str) -> str:
    """The line as Docker reads it (moby/patternmatcher, ignorefile.go): a leading and a trailing slash mean nothing."""
    text = "" if line.startswith("#") else line.strip(" \t\v\f\r")
    sign = "!" if text.startswith("!") else ""
    text = text.removeprefix(sign).strip(" \t\v\f\r")
    path = posixpath.normpath(f"/{text.lstrip('/')}").lstrip("/") if text.startswith("/") else posixpath.normpath(text)
    return f"{sign}{path or '/'}" if text else sign


def _paragraphs(lines: Sequence[str]) -> Iterator[list[int]]:
    """The numbers of the lines between blank ones."""
    paragraph: list[int] = []
    for number, line in enumerate(lines):
        if line.strip():
            paragraph.append(number)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def parted(text: str) -> list[str]:
    """The lines without their endings: `splitlines` would part them at form feeds and lone carriage returns too."""
    lines = text.removeprefix(BOM).split("\n")
    return [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]


def _texts(parts: Parts, yours: Sequence[str]) -> list[str]:
    return [yours[part] if isinstance(part, int) else part for part in parts]


def written(before: str, parts: Parts) -> str:
    """The parts as a text: the user's lines as they are, ours with the ending that most of the user's have."""
    text = before.removeprefix(BOM)
    ending = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    # A file that ends within a line may end with the first half of an ending.
    whole = text if text.endswith("\n") else text + ("\n" if text.endswith("\r") else ending)
    raw = [f"{line}\n" for line in whole.split("\n")[:-1]]
    made = "".join(raw[part] if isinstance(part, int) else part + ending for part in parts)
    if text and not text.endswith("\n") and parts and _texts(parts[-1:], parted(before))[0]:
        made = made.removesuffix("\n") if text.endswith("\r") else made.removesuffix("\n").removesuffix("\r")
    return before[: len(before) - len(text)] + made
