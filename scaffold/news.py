"""What an update did to each file, in a few words: pins that moved, bumps taken over, edits kept, lines that came."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import bumps, marks, units
from scaffold.blocks import WIDTH, block, cut, filled, page, said
from scaffold.errors import Conflict
from scaffold.images import reference, tagged
from scaffold.language import listed
from scaffold.matching import Matcher
from scaffold.merging import parted
from scaffold.repinning import HELD

if TYPE_CHECKING:
    from scaffold.model import Image, Outcome
    from scaffold.update import Updated

RESOLVE = "Choose between the marks and remove them, then run dockerscaffold update again; or add --abort."

HINTS = 2
"""Lines that are shown at most of those that came, and of those that went."""
HINT = 28
"""Columns of one."""
BESIDE = 30
"""Columns that facts need to stand beside their file."""


@dataclass(frozen=True)
class News:
    """What became of one file beside its outcome.

    `pins` are those that moved (`node 24.1.1 -> 24.1.2`), `adopted` those that were a bot's and stand now, `edits`
    how many changed regions of the user's are in the result beside conflicts, `added` and `removed` lines of ours, of
    a Dockerfile instructions, but for comments and pins.
    """

    pins: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    edits: int = 0
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def of(result: Updated, outcome: Outcome) -> News:
    """The news of a file; there are none of the tool's own files, and of those that were not there or are not."""
    path, before, after = outcome.path, outcome.before, outcome.after
    if path not in result.files or before is None or outcome.what == "kept":
        return News()
    now = {one.variant: one.image for one in bumps.references(path, after)}
    known = {reference(image) for image in result.before}
    new = {reference(image) for image in result.images if image.source != HELD} - known
    was = [one.image for one in bumps.references(path, before)]
    pairs = [(image, now[bumps.variant(image)]) for image in was if bumps.variant(image) in now]
    repinned = bumps.repinned(path, before, before, after)
    ours, beside = result.files[path], marks.chosen(path, after, ours=True) if path in result.conflicts else after
    added, removed = ((), ()) if outcome.what == "conflict" else _changes(path, repinned, after)
    return News(
        pins=tuple(dict.fromkeys(_moved(old, image) for old, image in pairs if reference(old) != reference(image))),
        adopted=tuple(dict.fromkeys(_named(old) for old, image in pairs if old == image and reference(old) in new)),
        edits=0 if beside is None else _regions(parted(ours), parted(beside)),
        added=added,
        removed=removed,
    )


def updated(result: Updated, width: int = WIDTH) -> str:
    """A line for each file of an update, with where conflicts are and what is new, then the pins that moved."""
    column = max(len(outcome.path) for outcome in result.outcomes)
    lines = [] if result.written else ["Dry run; nothing is written:"]
    for outcome in result.outcomes:
        what = "left deleted" if outcome.what == "deleted" else outcome.what
        line = f"  {outcome.path:<{column}}  {what:<12}  "
        beside = width - len(line) >= BESIDE
        room = width - len(line) if beside else width - 4
        facts = [*_facts(result, outcome)]
        told = filled([f"{fact}," for fact in facts[:-1]] + facts[-1:], " ", room)
        told = [cut(one, room) for one in told]
        first = told.pop(0) if beside and told else ""
        lines += [f"{line}{first}".rstrip(), *(" " * (len(line) if beside else 4) + one for one in told)]
    return page(
        [
            lines,
            block("pins", _pins(result)),
            said("warning", result.warnings, width),
            said("note", result.notes, width),
            said("next", (RESOLVE,) if result.conflicts and result.written else (), width),
        ]
    )


def conflicts(result: Updated) -> Conflict:
    """The conflicts of an update as an error, for who wants to see nothing else."""
    places = [f"{path}:{line}" for path, lines in result.conflicts.items() for line in lines]
    return Conflict(f"Lines conflict: {listed(places)}.", RESOLVE if result.written else "", "")


def _facts(result: Updated, outcome: Outcome) -> Iterator[str]:
    news = of(result, outcome)
    numbers = result.conflicts.get(outcome.path, ())
    if numbers:
        yield f"line {', '.join(map(str, numbers))}"
    yield from news.pins
    yield from (f"bump to {name} adopted" for name in news.adopted)
    if news.edits and outcome.what != "unchanged":
        yield f"your {news.edits} edits kept" if news.edits > 1 else "your edit kept"
    came, went = ([line.removeprefix("- ") for line in lines] for lines in (news.added, news.removed))
    yield from _hints("+", came)
    # What reads alike, cut, was changed: it is shown once.
    cuts = {cut(line, HINT) for line in came}
    yield from _hints("-", [line for line in went if cut(line, HINT) not in cuts])


def _hints(sign: str, lines: Sequence[str]) -> Iterator[str]:
    """A few lines that are short, or the beginning of one, and how many more there are."""
    shown = [line for line in lines if len(line) <= HINT][:HINTS] or [cut(line, HINT) for line in lines[:1]]
    yield from (f"{sign} {line}" for line in shown)
    if len(lines) > len(shown):
        yield f"{sign} {len(lines) - len(shown)} more"


def _changes(path: str, before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What came and what went that is no comment; what only moved is neither."""
    if before == after:
        return (), ()
    old, new = (Counter(_statements(path, text)) for text in (before, after))
    return tuple((new - old).elements()), tuple((old - new).elements())


def _statements(path: str, text: str) -> Iterator[str]:
    """The lines, or the instructions of a Dockerfile on one line each."""
    lines = parted(text)
    of_instructions = posixpath.basename(path) == "Dockerfile"
    parts = units.units(lines, 0, len(lines)) if of_instructions else [range(n, n + 1) for n in range(len(lines))]
    for part in parts:
        words = [lines[number].strip().removesuffix("\\").rstrip() for number in part]
        if words[0] and not words[0].startswith("#"):
            yield " ".join(words)


def _regions(before: Sequence[str], after: Sequence[str]) -> int:
    """How many places differ."""
    if before == after:
        return 0
    codes = Matcher(None, before, after).get_opcodes()
    return sum(what != "equal" for what, *_ in codes)


def _pins(result: Updated) -> Iterator[str]:
    """The images whose pins moved, with the tags or, where these are the same, the digests."""
    texts = {outcome.path: outcome.after for outcome in result.outcomes}
    for old, new in bumps.moves(result.before, result.images, texts):
        if not old:
            yield f"{tagged(new)} (new)"
        elif old.tag != new.tag:
            yield f"{tagged(old)} -> {new.tag}"
        else:
            yield f"{tagged(new)} {_short(old)} -> {_short(new)}"


def _short(image: Image) -> str:
    return image.digest.partition(":")[2][:12]


def _moved(old: Image, new: Image) -> str:
    """A pin that moved: its versions, or the tags where these tell no difference."""
    if old.tag == new.tag:
        return f"{_named(new)} {'rebuilt' if old.digest else 'pinned'}"
    after = _version(new) if _version(old) != _version(new) else new.tag
    return f"{_named(old)} -> {after}"


def _named(image: Image) -> str:
    """An image as people call it: `node 24.1.1`, `static-debian13 nonroot`."""
    return f"{image.repository.rpartition('/')[2]} {_version(image)}"


def _version(image: Image) -> str:
    """The version that a tag begins with, or a tag that has none."""
    found = re.match(r"\d+(\.\d+)*", image.tag)
    return found[0] if found else image.tag
