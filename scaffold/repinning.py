"""Chooses between the pins of the lock, those that a bot put into files, and those of today."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold import bumps, pins, tags
from scaffold.bumps import Variant
from scaffold.images import mirrored, reference

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Image

ADOPTED = "adopted"
"""Where a pin is from that was found in a file."""


class Repinned(NamedTuple):
    """The pin of each wanted image, and sentences for the user."""

    images: Mapping[Image, Image]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def repinned(
    wanted: Sequence[Image],
    known: Sequence[Image],
    adopted: Mapping[Variant, Image],
    request: pins.Request,
    today: datetime.date,
    move: bool,
) -> Repinned:
    """Pins for the wanted images: those `known` from the lock, newer ones that were `adopted`, and with `move` today's.

    No pin becomes older than it was, and none that was adopted is taken back. Raises ScaffoldError for an image that is
    in none of them.
    """
    locked = {bumps.variant(image): image for image in known}
    day = today.isoformat()
    for variant, image in adopted.items():
        platforms = locked[variant].platforms if variant in locked else ()
        locked[variant] = dataclasses.replace(image, platforms=platforms, source=ADOPTED, date=day)
    at = {image: bumps.variant(mirrored(image, request.mirrors)) for image in wanted}
    fitting = {
        image: locked[v]
        for image, v in at.items()
        if v in locked and (fits(image, locked[v]) or locked[v].source == ADOPTED)
    }
    asked = pins.pin([image for image in wanted if move or image not in fitting], request, today)
    chosen = {
        image: _newer(fitting.get(image), asked.images.get(image), image in fitting and not fits(image, fitting[image]))
        for image in wanted
    }
    apart = [
        f"{reference(dataclasses.replace(fitting[image], digest=''))} is no {image.line}, which the saved answers say: "
        "it stays, and other places may not agree with it. Change version in .dockerscaffold.toml, or take it back."
        for image in wanted
        if image in fitting and not fits(image, fitting[image])
    ]
    return Repinned(chosen, asked.notes, (*asked.warnings, *dict.fromkeys(apart)))


def fits(wanted: Image, pin: Image) -> bool:
    """Whether a pin is of the pattern and line that is wanted."""
    for variant in tags.variants(wanted):
        if "{}" not in variant.tag and variant.tag == pin.tag:
            return True
        if "{}" in variant.tag and any(tags.is_of(variant.line, v) for v in tags.versions(variant, [pin.tag]).values()):
            return True
    return False


def _newer(known: Image | None, asked: Image | None, stays: bool) -> Image:
    """The newer of two pins; of digests of one tag the registry's, but a lock's before those of an older catalogue."""
    if known is None or asked is None:
        pin = known or asked
        assert pin is not None
        return pin
    if stays or bumps.version(known) != bumps.version(asked):
        return known if stays or bumps.version(known) > bumps.version(asked) else asked
    if known.digest == asked.digest:
        return known
    return known if asked.source == "catalogue" and asked.date <= known.date else asked
