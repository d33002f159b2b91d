"""What is to be said against the images that files stand on: newer ones, ends of support, another version."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold import agreement, bumps, ends, pins, repinning, updating
from scaffold.draft import distinct, request
from scaffold.errors import ScaffoldError
from scaffold.findings import Finding, Weakness, finding
from scaffold.images import mirrored, reference, tagged
from scaffold.state import ANSWERS

if TYPE_CHECKING:
    import datetime

    from scaffold.draft import Settled
    from scaffold.lock import Lock
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
    settled: Settled,
    wanted: Sequence[Recipe],
    texts: Mapping[str, str],
    news: Mapping[Image, Image],
    known: Lock,
) -> Iterator[Finding]:
    """Images in each service's Dockerfile that are of another version than the answers say, or have a newer one.

    With one of another version also what else of the file is made for that of the answers. An older image in place of
    a pin of the lock, `known`, is held, so that no update moves it unasked.
    """
    for recipe in wanted:
        path = posixpath.normpath(f"{recipe.directory}/Dockerfile")
        text = texts.get(path, "")
        standing, ours = list(bumps.references(path, text)), _ours(path, text, known)
        for image in recipe.images:
            variant = bumps.variant(mirrored(image, settled.answers.mirrors))
            for one in standing:
                if one.variant == variant and (weak := _judged(image, one, news.get(image), ours)):
                    held = any(repinning.holds(image, one.image, pin) for pin in known.images)
                    yield finding(path, weak._replace(settled=weak.settled and not held))
    for at in agreement.broken(wanted, texts, settled.answers.mirrors):
        yield finding(at.path, Weakness("version-mismatch", at.line, at.fact, agreement.REMEDY))


def _judged(image: Image, standing: bumps.Reference, new: Image | None, ours: Container[str]) -> Weakness | None:
    """What is weak of an image where one is wanted, when `new` is there; `ours` are those that were put there by us."""
    pin = standing.image
    shown, remedy = tagged(pin), "Run dockerscaffold update --pins."
    if not repinning.fits(image, pin):
        fact = f"{shown} is no {image.line}, which the saved answers say."
        if reference(pin) in ours:  # so it is the answers that went on
            return Weakness("version-mismatch", standing.line, fact, "Run dockerscaffold update.", settled=True)
        remedy = f"Change version in {ANSWERS} and run dockerscaffold update, or take it back here."
        return Weakness("version-mismatch", standing.line, fact, remedy)
    if new and bumps.version(new) > bumps.version(pin):
        fact = f"{shown} is out of date: {new.tag} is there."
        return Weakness("stale-pin", standing.line, fact, remedy, settled=True)
    if new and new.tag == pin.tag and pin.digest not in ("", new.digest):
        fact = f"{shown} was built anew since: its digest is {new.digest}."
        return Weakness("stale-pin", standing.line, fact, remedy, "note", settled=True)
    return None


def _ours(path: str, text: str, known: Lock) -> set[str]:
    """The images that we put in a file as its answers said then."""
    written = known.files.get(path)
    apart = {reference(pin) for pin in known.images if pin.source == repinning.APART}
    base = bumps.references(path, updating.since(written, text)) if written and written.intact else ()
    return {reference(one.image) for one in base} - apart


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
