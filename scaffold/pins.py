"""Turns wanted images into pinned ones: chooses the tag, demands the platforms, asks a registry or the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from scaffold.catalogue import Catalogue, age, date
from scaffold.errors import ScaffoldError, Transient
from scaffold.images import mirrored, normal_platform
from scaffold.model import Image
from scaffold.registry import SECONDS, LoginNeeded, Registry, Unfit, failed

if TYPE_CHECKING:
    import datetime
    from concurrent.futures import Future

TRIES = 5
"""How many tags of an image are tried, newest first, for one that has every platform."""


class Source(Protocol):
    """What pins come from: a registry or the catalogue."""

    @property
    def label(self) -> str:
        """What messages call it."""

    def tags(self, image: Image) -> Sequence[str]:
        """All tags of the image's repository, in any order."""

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag, its index digest and platforms. Raises ScaffoldError, or Unfit for no index."""


@dataclass(frozen=True)
class Pinned:
    """The pinned image of each wanted one, and sentences for the user."""

    images: dict[Image, Image]
    notes: tuple[str, ...]


def choose(pattern: str, line: str, tags: Iterable[str]) -> str | None:
    """The newest of the tags that is of this pattern and line, or None; a pattern without `{}` is itself.

    `{}` stands for three numbers (`24.21.0`) or a day (`20261005`), and nothing else: no pre-release is chosen.
    They begin with the line, number by number: `3.1` has 3.1.4 and not 3.14.2; an empty line has all.
    """
    return next(iter(_newest_first(pattern, line, tags)), None)


def pin(
    images: Sequence[Image],
    mirrors: Iterable[tuple[str, str]],
    platforms: Sequence[str],
    offline: bool,
    today: datetime.date,
    seconds: float = SECONDS,
) -> Pinned:
    """Pins each distinct image to the index of its newest fitting tag, all at once, within some seconds.

    `mirrors` are pairs as `images.mirrored` takes them, `platforms` are `linux/amd64` and the like, `today` dates
    the pins. Offline the catalogue gives the digests, under the mirrors' names. Otherwise the registries do, and
    the catalogue stands in, with a note, for one that cannot be reached or wants a login, unless a mirror for it
    was asked for: that must answer. Raises ScaffoldError, or Transient where trying again may help.
    """
    mirrors, wanted = tuple(mirrors), tuple(dict.fromkeys(images))
    if offline:
        pins = {image: mirrored(_offline(image, platforms), mirrors) for image in wanted}
        return Pinned(pins, (f"Offline: {_provenance(today)}.",) if pins else ())
    pins, failures = _ask_all({image: mirrored(image, mirrors) for image in wanted}, platforms, seconds)
    notes: dict[str, str] = {}
    for image, failure in failures.items():
        stands_in = isinstance(failure, (Transient, LoginNeeded)) and image.registry not in dict(mirrors)
        if not stands_in:
            raise failure
        pins[image] = _stand_in(image, platforms, failure)
        notes.setdefault(image.registry, f"{failure.fact.rstrip('.')}: {_provenance(today)}.")
    dated = {image: replace(pins[image], date=pins[image].date or today.isoformat()) for image in wanted}
    return Pinned(dated, tuple(notes.values()))


def _provenance(today: datetime.date) -> str:
    days = age(today)
    return f"pinned from the catalogue of {date()}, {days} {'day' if days == 1 else 'days'} old"


def _offline(image: Image, platforms: Sequence[str]) -> Image:
    try:
        return _pick(Catalogue(), image, platforms)
    except ScaffoldError as error:
        raise ScaffoldError(error.fact, f"{error.remedy} Or leave out --offline to ask {image.registry}.") from error


def _stand_in(image: Image, platforms: Sequence[str], failure: ScaffoldError) -> Image:
    try:
        return _pick(Catalogue(), image, platforms)
    except ScaffoldError as error:
        fact = f"{failure.fact} {error.fact}"
        raise type(failure)(fact, f"Try again when {image.registry} answers. {error.remedy}") from error


def _ask_all(
    asked: dict[Image, Image], platforms: Sequence[str], seconds: float
) -> tuple[dict[Image, Image], dict[Image, ScaffoldError]]:
    """Pins, and what went wrong instead, by the wanted images; bad requests come before failures of the network."""
    from concurrent.futures import Future, wait
    from threading import Thread

    futures: dict[Image, Future[Image]] = {image: Future() for image in asked}
    for image, at in asked.items():
        source = Registry(at.registry, seconds)
        # A pool's threads would hold up the exit of the program for as long as a registry keeps one waiting.
        Thread(target=_settle, args=(futures[image], source, at, platforms), daemon=True).start()
    wait(futures.values(), timeout=seconds)
    pins: dict[Image, Image] = {}
    failures: dict[Image, ScaffoldError] = {}
    for image, future in futures.items():
        error = future.exception() if future.done() else _late(asked[image], seconds)
        if error is None:
            pins[image] = future.result()
        elif isinstance(error, ScaffoldError):
            failures[image] = error
        else:
            raise error
    return pins, dict(sorted(failures.items(), key=lambda item: isinstance(item[1], Transient)))


def _settle(future: Future[Image], source: Source, image: Image, platforms: Sequence[str]) -> None:
    try:
        future.set_result(_pick(source, image, platforms))
    except BaseException as error:
        future.set_exception(error)


def _late(image: Image, seconds: float) -> Transient:
    return failed(f"{image.registry} could not be reached (no answer within {seconds:g} s)")


def _pick(source: Source, image: Image, platforms: Sequence[str]) -> Image:
    """The image at its newest tag that is an index with every platform."""
    tags = source.tags(image) if "{}" in image.tag else ()
    fitting = _newest_first(image.tag, image.line, tags)[:TRIES]
    if not fitting:
        raise _absent(source, image, tags)
    refused: dict[str, str] = {}
    offered: tuple[str, ...] = ()
    for tag in fitting:
        try:
            found = source.resolve(image, tag)
        except Unfit as error:
            refused[tag] = error.fact
            continue
        lacking = [platform for platform in platforms if normal_platform(platform) not in found.platforms]
        if not lacking:
            return found
        refused[tag] = f"lacks {', '.join(lacking)}"
        offered = offered or found.platforms
    raise _refusal(image, refused, offered, platforms)


def _newest_first(pattern: str, line: str, tags: Iterable[str]) -> list[str]:
    if "{}" not in pattern:
        return [pattern]
    versions = _versions(pattern, tags)
    tags_of = {version: tag for tag, version in versions.items() if not line or f"{version}.".startswith(f"{line}.")}
    return [tags_of[version] for version in reversed(_ascending(tags_of))]


def _versions(pattern: str, tags: Iterable[str]) -> dict[str, str]:
    """What stands for `{}` in each tag of the pattern."""
    before, after = (re.escape(part) for part in pattern.split("{}", 1))
    form = re.compile(rf"{before}([0-9]+\.[0-9]+\.[0-9]+|[0-9]{{8}}){after}")
    found = {tag: match[1] for tag in tags if (match := form.fullmatch(tag))}
    # alpine has tags of days beside versions: snapshots of what is to come, and greater than any version.
    return {tag: version for tag, version in found.items() if "." in version} or found


def _ascending(versions: Iterable[str]) -> list[str]:
    distinct = list(dict.fromkeys(versions))
    if len(distinct) < 2:
        return distinct
    from packaging.version import Version

    return sorted(distinct, key=Version)


def _absent(source: Source, image: Image, tags: Sequence[str]) -> ScaffoldError:
    """No tag is of the line: what was looked for, and what there is instead, as exact as the line."""
    numbers = image.line.split(".") if image.line else []
    looked_for = ".".join(numbers if len(numbers) > 2 else [*numbers, "*"])
    name = image.name.removeprefix(f"{source.label}/")
    fact = f"{source.label} has no {name}:{image.tag.replace('{}', looked_for)}"
    versions = _versions(image.tag, tags).values()
    others = _ascending(".".join(version.split(".")[: len(numbers)]) for version in versions)[-8:]
    if not others:
        return ScaffoldError(f"{fact}, nor another version of it.", "Check --version, --tier and --registry-mirror.")
    return ScaffoldError(f"{fact}. With this variant it has {', '.join(others)}.", "Use one of these with --version.")


def _refusal(image: Image, refused: dict[str, str], offered: Sequence[str], platforms: Sequence[str]) -> ScaffoldError:
    """No tag is an index with every platform: the tags tried and what each is short of."""
    reasons = ", ".join(f"{tag} {reason}" for tag, reason in refused.items())
    usable = [platform for platform in platforms if normal_platform(platform) in offered] or list(offered)
    remedy = f"Use --platform {usable[0]}." if usable else "Use --registry-mirror for a registry that has an index."
    return ScaffoldError(f"No tag of {image.name} can be pinned: {reasons}.", remedy)
