"""Ends of life: refuses, or warns of, what stands on a language, a Debian or an Alpine that nobody mends any more."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from scaffold import catalogue, language
from scaffold.catalogue import End
from scaffold.errors import ScaffoldError
from scaffold.images import tagged
from scaffold.model import Image, Service

SOON = 90
"""Days before an end of life from which a warning tells of it."""

ANYWAY = "add --allow-eol to have it anyway"


def check_service(service: Service, found_source: str, today: datetime.date, allowed: bool) -> tuple[str, ...]:
    """Warnings about the line of a service's language: that it ends soon, or ended and is `allowed`.

    `found_source` is where the version was found (`.nvmrc`). Raises ScaffoldError when the line ended before `today`
    and that is not allowed. A line without a known end never has.
    """
    line = language.line_of(service.language, service.version)
    end = catalogue.end(service.language, line) if line else None
    if not end:
        return ()
    title = f"{language.load(service.language).TITLE} {line}"
    if allowed or not has_ended(end, today):
        return _warnings(title, end, today)
    source = f" ({found_source})" if found_source else ""
    raise ScaffoldError(f"{title}{source} ended on {_day(end)}.", _instead(service.language, today))


def check_images(images: Sequence[Image], today: datetime.date, allowed: bool) -> tuple[str, ...]:
    """Warnings about the releases of Debian and Alpine that pinned images stand on, one for each release.

    Raises ScaffoldError for an image on a release that ended before `today`, unless that is `allowed`.
    """
    standing: dict[tuple[str, str], Image] = {}
    for image in images:
        for release in _releases(image):
            standing.setdefault(release, image)
    warnings: list[str] = []
    for (product, line), image in standing.items():
        end = catalogue.end(product, line)
        if not end:
            continue
        title, name = f"{product.title()} {line}", tagged(image)
        if has_ended(end, today) and not allowed:
            raise ScaffoldError(
                f"{name} stands on {title}, which ended on {_day(end)}.",
                f"Use another --tier or --version, or a newer dockerscaffold, or {ANYWAY}.",
            )
        warnings += _warnings(f"{title}, on which {name} stands,", end, today)
    return tuple(warnings)


def has_ended(end: End, today: datetime.date) -> bool:
    """Whether the last day of support is over; without a known one it is not."""
    return bool(end.date) and datetime.date.fromisoformat(end.date) < today


def _warnings(what: str, end: End, today: datetime.date) -> tuple[str, ...]:
    """That it ended, or ends soon; nothing of what has a while to go, or no known end."""
    if not end.date:
        return ()
    if has_ended(end, today):
        return (f"{what} ended on {_day(end)}, and gets no fixes any more.",)
    days = (datetime.date.fromisoformat(end.date) - today).days
    if days > SOON:
        return ()
    when = f"in {days} day{'s' if days > 1 else ''}" if days else "today"
    return (f"{what} ends on {_day(end)}, {when}.",)


def _day(end: End) -> str:
    return f"{end.date} ({end.source})"


def _instead(name: str, today: datetime.date) -> str:
    lines = catalogue.lines(name)
    for line in (lines.default, *reversed(lines.supported)):
        end = catalogue.end(name, line)
        if end and not has_ended(end, today):
            return f"Use --version {line}, or {ANYWAY}."
    return f"Use a newer dockerscaffold, or {ANYWAY}."


def _releases(image: Image) -> Iterator[tuple[str, str]]:
    """The releases that an image's tag or repository names, under any registry: `("debian", "13")`."""
    name = image.repository.rpartition("/")[2]
    for part in image.tag.split("-"):
        if part in catalogue.codenames():
            yield "debian", catalogue.codenames()[part]
        elif found := re.fullmatch(r"alpine(\d+\.\d+)", part):
            yield "alpine", found[1]
    if found := re.search(r"-debian(\d+)$", name):
        yield "debian", found[1]
    if name in ("alpine", "debian") and (found := re.match(r"\d+\.\d+" if name == "alpine" else r"\d+", image.tag)):
        yield name, found[0]
