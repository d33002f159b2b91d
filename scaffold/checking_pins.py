"""What is to be said against the images that files stand on: newer ones, ends of support, another version."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold import bumps, ends, pins, repinning
from scaffold.draft import distinct, request
from scaffold.errors import ScaffoldError
from scaffold.findings import Finding, Weakness, finding
from scaffold.images import mirrored, tagged
from scaffold.state import ANSWERS

if TYPE_CHECKING:
    import datetime

    from scaffold.draft import Settled
    from scaffold.model import Image, Recipe
    from scaffold.survey import Options


def newest(
    settled: Settled, wanted: Sequence[Recipe], options: Options, today: datetime.date
) -> tuple[Mapping[Image, Image], tuple[str, ...]]:
    """What registries have today of each wanted image, and a sentence for each failure; nothing when offline.

    Raises ScaffoldError for settings of the user's that cannot be read.
    """
    if options.offline:
        return {}, ()
    asked = dataclasses.replace(request(settled.answers, options), stand_in=False)
    answered = pins.ask(distinct(wanted), asked, today)
    return answered.images, tuple(dict.fromkeys(failure.fact for failure in answered.failures.values()))


def judged(
    settled: Settled, wanted: Sequence[Recipe], texts: Mapping[str, str], news: Mapping[Image, Image]
) -> Iterator[Finding]:
    """Images in each service's Dockerfile that are of another version than the answers say, or have a newer one."""
    for recipe in wanted:
        path = posixpath.normpath(f"{recipe.directory}/Dockerfile")
        text = texts.get(path, "")
        standing = list(bumps.references(path, text))
        for image in recipe.images:
            variant = bumps.variant(mirrored(image, settled.answers.mirrors))
            same = [one for one in standing if one.variant == variant]
            weak = [found for one in same if (found := _judged(image, one, news.get(image)))]
            weak += _left_behind(image, same, standing, text)
            yield from (finding(path, one) for one in weak)


def _left_behind(
    image: Image, same: Sequence[bumps.Reference], standing: Sequence[bumps.Reference], text: str
) -> Iterator[Weakness]:
    """What runs what another version builds: the last image of the version that the answers say, or else a path of it.

    `same` are the references to a wanted image, `standing` all of a Dockerfile's.
    """
    moved = next((one for one in same if not repinning.fits(image, one.image)), None)
    if not moved:
        return
    named = re.compile(rf"[a-z]{re.escape(image.line)}(?![\d.]*\d)")
    fitting = [one for one in same if one != moved and repinning.fits(image, one.image)]
    fitting += [one for one in standing if named.search(one.image.repository)]
    later = [(one.line, tagged(one.image)) for one in fitting if one.line > moved.line]
    paths = [
        (number, found[0])
        for number, line in enumerate(text.split("\n"), 1)
        if number > moved.line
        and not line.lstrip().startswith("#")
        and (found := re.search(rf"[\w/.]*{named.pattern}", line))
    ]
    places = [max(later)] if later else paths[:1]
    for line, what in places:
        fact = f"{what} does not fit what {tagged(moved.image)} builds: their versions differ."
        remedy = f"Change version in {ANSWERS} and run dockerscaffold update, or take line {moved.line} back."
        yield Weakness("version-mismatch", line, fact, remedy)


def _judged(image: Image, standing: bumps.Reference, new: Image | None) -> Weakness | None:
    pin = standing.image
    shown, remedy = tagged(pin), "Run dockerscaffold update --pins."
    if not repinning.fits(image, pin):
        fact = f"{shown} is no {image.line}, which the saved answers say."
        remedy = f"Change version in {ANSWERS} and run dockerscaffold update, or take it back here."
        return Weakness("version-mismatch", standing.line, fact, remedy)
    if new and bumps.version(new) > bumps.version(pin):
        return Weakness(
            "stale-pin", standing.line, f"{shown} is out of date: {new.tag} is there.", remedy, settled=True
        )
    if new and new.digest != pin.digest and new.tag == pin.tag:
        fact = f"{shown} was built anew since: its digest is {new.digest}."
        return Weakness("stale-pin", standing.line, fact, remedy, "note", settled=True)
    return None


def ended(texts: Mapping[str, str], today: datetime.date) -> Iterator[Finding]:
    """Images on a Debian or Alpine whose support has ended, which is an error, or ends soon, at their lines."""
    remedy = "Run dockerscaffold update, with a newer dockerscaffold when that changes nothing."
    for path, text in texts.items():
        for one in bumps.references(path, text):
            try:
                for fact in ends.check_images((one.image,), today, allowed=False):
                    yield finding(path, Weakness("end-of-life", one.line, fact, remedy))
            except ScaffoldError as error:
                yield finding(path, Weakness("end-of-life", one.line, error.fact, remedy, "error"))
