"""Turns wanted images into pinned ones: asks registries, all at once, or the catalogue, and says which it was."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scaffold.catalogue import Catalogue, age, date
from scaffold.errors import ScaffoldError, Transient
from scaffold.failures import Absent, Unreached
from scaffold.images import mirrored
from scaffold.model import Image
from scaffold.pick import pick

if TYPE_CHECKING:
    import datetime
    from concurrent.futures import Future

    from scaffold.sources import Sources

SECONDS = 10.0
"""How long all registries together may take, unless told otherwise."""

OLD = 60
"""Days from which the catalogue's age is a warning."""


@dataclass(frozen=True)
class Request:
    """How pins are to be had: `mirrors` are pairs as `images.mirrored` takes them, `platforms` `linux/amd64` and such.

    `offline` asks no registry; `fallback` lets an image that a mirror lacks come from where it is a mirror of;
    `refresh` believes no cache; `stand_in` lets the catalogue stand in for a registry that was not asked for;
    `versions` looks into images whose tag has no version, for what they say themselves.
    """

    mirrors: tuple[tuple[str, str], ...]
    platforms: tuple[str, ...]
    offline: bool = False
    fallback: bool = False
    seconds: float = SECONDS
    refresh: bool = False
    stand_in: bool = True
    versions: bool = False


@dataclass(frozen=True)
class Pins:
    """What came of each wanted image, its pin or an error, and sentences for the user."""

    images: Mapping[Image, Image]
    failures: Mapping[Image, ScaffoldError] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def pin(images: Sequence[Image], request: Request, today: datetime.date) -> Pins:
    """Pins each image, as `ask` does. Raises what went wrong with any: bad requests before failures of the network."""
    pins = ask(images, request, today)
    for failure in sorted(pins.failures.values(), key=lambda failure: isinstance(failure, Transient)):
        raise failure
    return pins


def ask(images: Sequence[Image], request: Request, today: datetime.date) -> Pins:
    """Pins each distinct image to the index of its newest fitting tag, all at once; `today` dates the pins.

    Offline the catalogue gives the digests, under the mirrors' names. Otherwise the registries do, and the catalogue
    stands in, with a note, for one that cannot be reached, unless a mirror for it was asked for: that must answer.
    Raises ScaffoldError for settings of the user's that cannot be read.
    """
    wanted = tuple(dict.fromkeys(images))
    if request.offline:
        pins, failures = _offline(wanted, request)
        return Pins(pins, failures, *_told(f"Offline: {_provenance(today)}", today) if wanted else ())
    pins, failures = _online(wanted, request)
    away = {image: failure for image, failure in failures.items() if _stands_in(image, failure, request)}
    for image, failure in away.items():
        try:
            pins[image] = pick(Catalogue(), image, request.platforms)
            del failures[image]
        except ScaffoldError as error:
            failures[image] = _both(failure, error, f"Try again when {image.registry} answers. {error.remedy}")
    replaced = {image: failure for image, failure in away.items() if image in pins}
    pins = {image: replace(found, date=found.date or today.isoformat()) for image, found in pins.items()}
    notes, warnings = _told(f"{_reasons(replaced)}: {_provenance(today)}", today) if replaced else ((), ())
    return Pins(pins, failures, (*_elsewhere(pins, request), *notes), warnings)


def _offline(wanted: Sequence[Image], request: Request) -> tuple[dict[Image, Image], dict[Image, ScaffoldError]]:
    pins: dict[Image, Image] = {}
    failures: dict[Image, ScaffoldError] = {}
    for image in wanted:
        try:
            pins[image] = mirrored(pick(Catalogue(), image, request.platforms), request.mirrors)
        except ScaffoldError as error:
            remedy = f"{error.remedy} Or leave out --offline to ask {image.registry}."
            failures[image] = ScaffoldError(error.fact, remedy)
    return pins, failures


def _online(wanted: Sequence[Image], request: Request) -> tuple[dict[Image, Image], dict[Image, ScaffoldError]]:
    from concurrent.futures import Future, wait
    from threading import Thread

    from scaffold.sources import Sources

    opened = Sources(request.mirrors, request.seconds, request.refresh)
    futures: dict[Image, Future[Image]] = {image: Future() for image in wanted}
    for image, future in futures.items():
        # A pool's threads would hold up the exit of the program for as long as a registry keeps one waiting.
        Thread(target=_settle, args=(future, opened, image, request), daemon=True).start()
    wait(futures.values(), timeout=request.seconds)
    pins: dict[Image, Image] = {}
    failures: dict[Image, ScaffoldError] = {}
    for image, future in futures.items():
        error = future.exception() if future.done() else _late(image, request)
        if error is None:
            pins[image] = future.result()
        elif isinstance(error, ScaffoldError):
            failures[image] = error
        else:
            raise error
    return pins, failures


def _settle(future: Future[Image], opened: Sources, image: Image, request: Request) -> None:
    try:
        future.set_result(_from(opened, image, request))
    except BaseException as error:
        future.set_exception(error)


def _from(opened: Sources, image: Image, request: Request) -> Image:
    at = mirrored(image, request.mirrors)
    try:
        found = pick(opened.of(at.registry), at, request.platforms)
    except Absent as lacking:
        if not request.fallback or at == image:
            raise
        found = _from_itself(opened, image, request, lacking)
    if request.versions and "{}" not in image.tag and not found.version:
        # That an image does not say its version, or not now, makes its pin no worse.
        with contextlib.suppress(ScaffoldError):
            found = replace(found, version=opened.of(found.registry).version(found))
    return found


def _from_itself(opened: Sources, image: Image, request: Request, lacking: Absent) -> Image:
    """The image from its own registry, which a mirror lacks."""
    try:
        return pick(opened.of(image.registry), image, request.platforms)
    except ScaffoldError as error:
        raise _both(lacking, error, error.remedy) from None


def _late(image: Image, request: Request) -> Unreached:
    host = mirrored(image, request.mirrors).registry
    return Unreached(host, f"could not be reached (no answer within {request.seconds:g} s)")


def _stands_in(image: Image, failure: ScaffoldError, request: Request) -> bool:
    return request.stand_in and isinstance(failure, Unreached) and image.registry not in dict(request.mirrors)


def _both(first: ScaffoldError, second: ScaffoldError, remedy: str) -> ScaffoldError:
    """One error for two sources that failed; it may pass when one of them may."""
    kind = Transient if isinstance(first, Transient) or isinstance(second, Transient) else ScaffoldError
    return kind(f"{first.fact} {second.fact}", remedy)


def _reasons(failures: Mapping[Image, ScaffoldError]) -> str:
    """What went wrong with the registries, those alike in one: `docker.io and gcr.io could not be reached (...)`."""
    hosts: dict[str, dict[str, None]] = {}
    for failure in failures.values():
        assert isinstance(failure, Unreached)
        hosts.setdefault(failure.what, {})[failure.host] = None
    return "; ".join(f"{' and '.join(sorted(found))} {what}" for what, found in hosts.items())


def _elsewhere(pins: Mapping[Image, Image], request: Request) -> tuple[str, ...]:
    """A note on images that their mirrors lack."""
    lacking = [image for image, found in pins.items() if mirrored(image, request.mirrors).registry != found.registry]
    mirrors = dict(request.mirrors)
    return tuple(
        f"{mirrors[image.registry]} has no fitting {image.repository}: it comes from {image.registry} itself."
        for image in lacking
        if image.registry in mirrors
    )


def _provenance(today: datetime.date) -> str:
    days = age(today)
    return f"pinned from the catalogue of {date()}, {days} {'day' if days == 1 else 'days'} old"


def _told(sentence: str, today: datetime.date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sentence as a note, or, when the catalogue is old, as a warning with what that means."""
    if age(today) <= OLD:
        return (f"{sentence}.",), ()
    return (), (f"{sentence}. What was mended since is not in it: use a newer dockerscaffold, or a registry.",)
