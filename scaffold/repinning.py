"""Chooses between the pins of the lock, those that a bot put into files, and those of today."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold import bumps, pins, tags
from scaffold.errors import Transient
from scaffold.images import mirrored, reference, tagged
from scaffold.state import ANSWERS

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Image

ADOPTED = "adopted"
"""Where a pin is from that was found in a file."""

APART = "adopted, of another line"
"""The same of one that is of another line than the answers said when it was found: it stays until they follow."""

HELD = "adopted, older"
"""The same of one that was put in place of a newer one: it stays until somebody moves its line, or asks for pins."""


class Repinned(NamedTuple):
    """The pin of each wanted image, and sentences for the user."""

    images: Mapping[Image, Image]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


class Completed(NamedTuple):
    """What was adopted, by the reference of what it stands in place of, all with digests, and those that had none.

    The notes say why of others none was to be had.
    """

    images: Mapping[str, Image]
    looked_up: frozenset[Image]
    notes: tuple[str, ...]


def completed(
    adopted: Mapping[str, Image], wanted: Sequence[Image], request: pins.Request, today: datetime.date
) -> Completed:
    """Looks up the images among those adopted that have no digest; those that cannot be are left out."""
    whole = {old: image for old, image in adopted.items() if image.digest}
    halves = {
        old: dataclasses.replace(one, tag=image.tag, line="", within=None)
        for old, image in adopted.items()
        for one in wanted
        if not image.digest and bumps.variant(mirrored(one, request.mirrors)) == bumps.variant(image)
    }
    if not halves:
        return Completed(whole, frozenset(), ())
    asked = pins.ask([*halves.values()], request, today)
    # From elsewhere than its mirror it is another image than the one that stands there.
    found = {old: asked.images[half] for old, half in halves.items() if half in asked.images}
    found = {old: pin for old, pin in found.items() if pin.name == adopted[old].name}
    failures = () if request.offline else tuple(dict.fromkeys(one.fact for one in asked.failures.values()))
    return Completed(whole | found, frozenset(adopted[old] for old in found), failures)


def repinned(
    wanted: Sequence[Image],
    known: Sequence[Image],
    adopted: Mapping[str, Image],
    request: pins.Request,
    today: datetime.date,
    move: bool,
    release: bool = False,
) -> Repinned:
    """Pins for the wanted images: those `known` from the lock, others that were `adopted`, and with `move` today's.

    `adopted` has the images that stand in place of others, by the reference of these, each with its digest. No pin
    becomes older than it was, but by somebody's hand: then it is held, unless the answers ask for another line since,
    or with `release` its hold is to end. Raises ScaffoldError for an image that is in none of them.
    """
    there = [*_taken(known, adopted, today)]
    found = {image: _standing(image, there, request) for image in wanted}
    fitting = {image: _released(pin) if release else pin for image, pin in found.items() if pin}
    asked = pins.ask([image for image in wanted if move or image not in fitting], request, today)
    # Of what is pinned already, the catalogue need not have any.
    failures = [error for image, error in asked.failures.items() if not request.offline or image not in fitting]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, Transient)):
        raise failure
    names = {one.pin.name for one in there}
    chosen = {image: _newer(fitting.get(image), asked.images.get(image), names) for image in wanted}
    return Repinned(
        chosen,
        (*asked.notes, *dict.fromkeys(_held(chosen))),
        (*asked.warnings, *dict.fromkeys((*_apart(fitting), *_moved_on(there, chosen)))),
    )


def _released(pin: Image) -> Image:
    return dataclasses.replace(pin, source=ADOPTED) if pin.source == HELD else pin


def _apart(fitting: Mapping[Image, Image]) -> Iterator[str]:
    for image, pin in fitting.items():
        if pin.source == APART:
            yield (
                f"{tagged(pin)} is no {_line(image)}, which the saved answers say: "
                f"it stays, and other places may not agree with it. Change version in {ANSWERS}, or take it back."
            )


def _held(chosen: Mapping[Image, Image]) -> Iterator[str]:
    for pin in chosen.values():
        if pin.source == HELD:
            yield f"{tagged(pin)} is held, as it was put in place of a newer one: run update --pins to move it on."


def _moved_on(there: Sequence[_Taken], chosen: Mapping[Image, Image]) -> Iterator[str]:
    """Of what was put in place of a newer one, and is not held."""
    for one in there:
        for pin in chosen.values():
            same = bumps.variant(pin) == bumps.variant(one.pin)
            if one.pin.source == HELD and one.before != one.pin and same and bumps.is_older(one.pin, pin):
                yield (
                    f"{tagged(one.pin)} stood in place of {tagged(one.before)}, and {tagged(pin)} is there now: "
                    "to hold the older one, put it back and run dockerscaffold update without --pins."
                )


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
            source = HELD if bumps.is_older(image, before) else ADOPTED
            image = dataclasses.replace(image, platforms=before.platforms, source=source, date=today.isoformat())
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
    """Whether a pin is of the pattern and line that is wanted, with however many numbers: `24` is of line 24."""
    for variant in tags.variants(wanted):
        before, versioned, after = variant.tag.partition("{}")
        if not versioned and variant.tag == pin.tag:
            return True
        number = re.fullmatch(rf"{re.escape(before)}(\d+(?:\.\d+)*){re.escape(after)}", pin.tag)
        if versioned and number and tags.is_of(variant.line, number[1]):
            return True
    return False


def holds(wanted: Image, image: Image, pin: Image) -> bool:
    """Whether an update holds an image that stands where a wanted one was pinned so by the lock."""
    if bumps.variant(image) != bumps.variant(pin) or not fits(wanted, pin):
        return False
    return bumps.is_older(image, pin) or (pin.source == HELD and reference(image) == reference(pin))


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
    if known.source == HELD:
        return known
    if bumps.is_older(known, asked) or bumps.is_older(asked, known):
        return asked if bumps.is_older(known, asked) else known
    return known if asked.source == "catalogue" and asked.date <= known.date else asked
