"""Compares the catalogue's rows with what registries have now, and says so in Markdown, for a person to review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaffold import tags
from scaffold.failures import Absent
from scaffold.images import familiar, parse
from scaffold.model import Image
from scaffold.overview import pattern

if TYPE_CHECKING:
    from scaffold.errors import ScaffoldError
    from scaffold.pins import Pins

Row = Mapping[str, Any]
"""An image in `catalogue.json`: its name, tag, digest, platforms and the day it was last seen."""

SAME = ""
FAILED = "Failed, and left as it was"
KINDS = {
    "Added": "added",
    "Another tag": "with another tag",
    "Rebuilt under the same tag": "rebuilt",
    "Gone": "gone",
    FAILED: "failed",
    "Wanted, and not there": "not there",
}
"""The headings of the summary, in order, and what is counted as such."""


@dataclass(frozen=True)
class Change:
    """What became of one image: a kind, what is said of it, and the rows that stand for it from now on."""

    kind: str
    items: tuple[str, ...]
    rows: tuple[Row, ...]


def compare(old: Iterable[Row], wanted: Sequence[Image], pins: Pins) -> tuple[Change, ...]:
    """What registries have of each wanted image against the old rows of the same image, variant and line.

    What a registry lacks is gone; what could not be asked for keeps its row.
    """
    left = {_key(row): row for row in old}
    changes: list[Change] = []
    for image in wanted:
        found = pins.images.get(image)
        before = _before(left.values(), image, found)
        for row in before:
            del left[_key(row)]
        changes.append(_had(image, before, found) if found else _not_had(image, before, pins.failures[image]))
    gone = [f"{_name(row)}: Nothing that the catalogue offers asks for it any more." for row in left.values()]
    return (*changes, Change("Gone", tuple(gone), ()))


def rows(changes: Iterable[Change]) -> list[Row]:
    """The rows of the catalogue after the changes, sorted."""
    found = {_key(row): row for change in changes for row in change.rows}
    return [found[key] for key in sorted(found)]


def markdown(changes: Sequence[Change], day: str, new_lines: Iterable[str], ended: Iterable[str]) -> str:
    """The summary of a refresh: a heading for each kind of change that there is, and a list below it."""
    sections = {kind: [item for change in changes if change.kind == kind for item in change.items] for kind in KINDS}
    counts = [f"{len(items)} {KINDS[kind]}" for kind, items in sections.items() if items]
    sections["New lines, to be added by a person with their ends of life"] = list(new_lines)
    sections["Lines that ended"] = list(ended)
    parts = [f"# The catalogue of {day}", f"{', '.join([f'{len(rows(changes))} images', *counts])}."]
    for title, items in sections.items():
        if items:
            parts += [f"## {title}", "\n".join(f"- {item}" for item in items)]
    return "\n\n".join(parts) + "\n"


def _key(row: Row) -> tuple[str, str]:
    return row["image"], row["tag"]


def _before(left: Iterable[Row], image: Image, found: Image | None) -> tuple[Row, ...]:
    """The rows that were the image's: with a pin the one that it takes the place of, else all that fit."""
    listed = {row["tag"]: row for row in left if row["image"] == image.name}
    newest = [tag for variant in tags.variants(image) for tag in tags.newest_first(variant, listed) if tag in listed]
    if found:
        newest = [found.tag] if found.tag in newest else newest[:1]
    return tuple(listed[tag] for tag in newest)


def _had(image: Image, before: tuple[Row, ...], found: Image) -> Change:
    # Of an image without a version in its tag: what it says of itself.
    version = {"version": found.version} if found.version and found.version not in found.tag else {}
    pin = {"image": image.name, "tag": found.tag, "digest": found.digest}
    row: Row = {**pin, "platforms": list(found.platforms), **version, "date": found.date}
    if not before:
        return Change("Added", (f"{_name(row)} {_digits(row)}",), (row,))
    (last,) = before
    if last["tag"] != row["tag"]:
        older = ", **older**" if _went_back(image, last["tag"], row["tag"]) else ""
        return Change("Another tag", (f"{_name(last)} → {_name(row)} {_digits(row)}{older}",), (row,))
    if last["digest"] != row["digest"]:
        item = f"{_name(row)} {_digits(last)} → {_digits(row)}"
        return Change("Rebuilt under the same tag", (item,), (row,))
    return Change(SAME, (), (row,))


def _not_had(image: Image, before: tuple[Row, ...], failure: ScaffoldError) -> Change:
    if not isinstance(failure, Absent):
        return Change(FAILED, (f"`{pattern(image)}`: {failure.fact}",), before)
    if not before:
        return Change("Wanted, and not there", (f"`{pattern(image)}`: {failure.fact}",), ())
    return Change("Gone", tuple(f"{_name(row)}: {failure.fact}" for row in before), ())


def _went_back(image: Image, before: str, after: str) -> bool:
    """Whether the tag before is the newer one; those of different releases of Alpine are not compared."""
    found = [tags.newest_first(variant, (before, after)) for variant in tags.variants(image)]
    return (before, after) in found


def _name(row: Row) -> str:
    return f"`{familiar(parse(row['image']))}:{row['tag']}`"


def _digits(row: Row) -> str:
    return str(row["digest"]).partition(":")[2][:12]
