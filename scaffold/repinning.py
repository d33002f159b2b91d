"""Chooses between the pins of the lock, those that a bot put into files, and those of today."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold import bumps, pins, tags
from scaffold.errors import Transient
from scaffold.images import mirrored, reference, tagged

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Image

ADOPTED = "adopted"
"""Where a pin is from that was found in a file."""

APART = "adopted, of another line"
"""The same of one that is of another line than the answers said when it was found: it stays until they follow."""


class Repinned(NamedTuple):
    """The pin of each wanted image, and sentences for the user."""

    images: Mapping[Image, Image]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def repinned(
    wanted: Sequence[Image],
    known: Sequence[Image],
    adopted: Mapping[str, Image],
    request: pins.Request,
    today: datetime.date,
    move: bool,
) -> Repinned:
    """Pins for the wanted images: those `known` from the lock, newer ones that were `adopted`, and with `move` today's.

    `adopted` has the images that stand in place of others, by the reference of these. No pin becomes older than it was,
    and none that was adopted is taken back, unless the answers ask for another line since. Raises ScaffoldError for an
    image that is in none of them.
    """
    there = [*_taken(known, adopted, today)]
    found = {image: _standing(image, there, request) for image in wanted}
    fitting = {image: pin for image, pin in found.items() if pin}
    asked = pins.ask([image for image in wanted if move or image not in fitting], request, today)
    # Of what is pinned already, the catalogue need not have any.
    failures = [error for image, error in asked.failures.items() if not request.offline or image not in fitting]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, Transient)):
        raise failure
    names = {one.pin.name for one in there}
    chosen = {image: _newer(fitting.get(image), asked.images.get(image), names) for image in wanted}
    apart = [
        f"{tagged(pin)} is no {_line(image)}, which the saved answers say: "
        "it stays, and other places may not agree with it. Change version in .dockerscaffold.toml, or take it back."
        for image, pin in fitting.items()
        if pin.source == APART
    ]
    back = [
        f"{tagged(one.pin)} stood in place of {tagged(one.before)}, and {tagged(pin)} is there now: to hold an older "
        "one, say it as version in .dockerscaffold.toml."
        for one in there
        for pin in chosen.values()
        if bumps.version(one.pin) < bumps.version(one.before)
        and bumps.variant(pin) == bumps.variant(one.pin)
        and bumps.version(pin) > bumps.version(one.pin)
    ]
    return Repinned(chosen, asked.notes, (*asked.warnings, *dict.fromkeys((*apart, *back))))


def moved(
    known: Sequence[Image], adopted: Mapping[str, Image], images: Mapping[Image, Image], today: datetime.date
) -> dict[str, Image]:
    """What becomes of each pin of a lock where texts stay as they are, by its reference.

    It moves to the pin of the wanted image that it stands for, within its line: what the answers want of another is for
    the texts to follow.
    """
    found: dict[str, Image] = {}
    for one in _taken(known, adopted, today):
        new = [
            pin
            for wanted, pin in images.items()
            if bumps.variant(pin) == bumps.variant(one.pin)
            and (fits(wanted, one.before) or fits(wanted, one.pin) or pin.source == APART)
        ]
        found[reference(one.before)] = bumps.newest([one.pin, *new])
    return found


class _Taken(NamedTuple):
    """A pin of the lock, and what stands in its place now: itself, or what was adopted."""

    before: Image
    pin: Image


def _taken(known: Sequence[Image], adopted: Mapping[str, Image], today: datetime.date) -> Iterator[_Taken]:
    left = dict(adopted)
    for before in known:
        image = left.pop(reference(before), None)
        if image:
            image = dataclasses.replace(image, platforms=before.platforms, source=ADOPTED, date=today.isoformat())
        yield _Taken(before, image or before)
    for image in left.values():
        new = dataclasses.replace(image, source=ADOPTED, date=today.isoformat())
        yield _Taken(new, new)


def _standing(image: Image, there: Sequence[_Taken], request: pins.Request) -> Image | None:
    """The pin that there is for a wanted image; None where the answers want another line than there is.

    One of another line that was adopted stays: but not when the answers went on to another line themselves.
    """
    at = mirrored(image, request.mirrors)
    same = [one for one in there if bumps.variant(one.pin) == bumps.variant(at)]
    if not same:
        return _carried(image, at, there)
    for one in sorted(same, key=lambda one: bumps.version(one.before), reverse=True):
        if fits(image, one.pin):
            return dataclasses.replace(one.pin, source=ADOPTED) if one.pin.source == APART else one.pin
        if fits(image, one.before):
            return dataclasses.replace(one.pin, source=APART)
    return next((dataclasses.replace(one.pin, source=APART) for one in same if one.before.source == APART), None)


def _carried(image: Image, at: Image, there: Sequence[_Taken]) -> Image | None:
    """The pin of the same image at another registry: the mirrors have changed."""
    others = [
        one.pin
        for one in there
        if bumps.variant(one.pin).tag == bumps.variant(image).tag
        and one.pin.name.endswith(f"/{image.repository}")
        and fits(image, one.pin)
    ]
    return dataclasses.replace(bumps.newest(others), registry=at.registry, repository=at.repository) if others else None


def _line(wanted: Image) -> str:
    """The lines that a wanted image may be of, for a person."""
    return " or ".join(dict.fromkeys(variant.line for variant in tags.variants(wanted)))


def fits(wanted: Image, pin: Image) -> bool:
    """Whether a pin is of the pattern and line that is wanted."""
    for variant in tags.variants(wanted):
        if "{}" not in variant.tag and variant.tag == pin.tag:
            return True
        if "{}" in variant.tag and any(tags.is_of(variant.line, v) for v in tags.versions(variant, [pin.tag]).values()):
            return True
    return False


def _newer(known: Image | None, asked: Image | None, names: Container[str]) -> Image:
    """The newer of two pins; of digests of one tag the registry's, but a lock's before those of an older catalogue.

    What is `known` by other names than the lock's comes from another registry: it stands only where this was not asked.
    """
    if known is None or asked is None:
        pin = known or asked
        assert pin is not None
        return pin
    if known.source == APART or known.digest == asked.digest:
        return known
    if known.name not in names and asked.source != "catalogue":
        return asked
    if bumps.version(known) != bumps.version(asked):
        return known if bumps.version(known) > bumps.version(asked) else asked
    return known if asked.source == "catalogue" and asked.date <= known.date else asked
