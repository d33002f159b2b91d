"""Chooses among the tags of an image: exact versions of a line, newest first, and of releases nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from scaffold import catalogue
from scaffold.model import Image

_OF_TWO = "library/postgres"
"""Whose exact versions have two numbers and no more (postgresql.org, "Versioning Policy")."""


def variants(image: Image) -> tuple[Image, ...]:
    """The image on each release of its distribution that it may stand on, the best first.

    `{alpine}` in its tag or line is the newest supported Alpine, and where the line is not built on that, the next;
    without it the image is its own only variant.
    """
    if "{alpine}" not in image.tag + image.line:
        return (image,)
    return tuple(
        replace(image, tag=image.tag.replace("{alpine}", name), line=image.line.replace("{alpine}", name))
        for name in catalogue.releases("alpine")
    )


def prefix(image: Image) -> str:
    """What all fitting tags begin with, by which a list of tags is entered; empty when they share nothing."""
    before, found, _ = image.tag.partition("{}")
    if not found or not image.line:
        return before if found else ""
    return f"{before}{image.line}{'' if _is_exact(image.line) else '.'}"


def exact(image: Image) -> tuple[str, ...]:
    """The one tag of an image whose line is an exact version, for which no list is needed; empty for others."""
    return (image.tag.replace("{}", image.line),) if "{}" in image.tag and _is_exact(image.line) else ()


def newest_first(image: Image, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that are of the image's pattern, line and range, newest first; a pattern without `{}` is itself.

    `{}` stands for three numbers (`24.21.0`) or a day (`20261005`), and nothing else: no pre-release is chosen.
    They begin with the line, number by number: `3.1` has 3.1.4 and not 3.14.2; an empty line has all.
    """
    if "{}" not in image.tag:
        return (image.tag,)
    tags_of = {version: tag for tag, version in versions(image, tags).items() if is_of(image.line, version)}
    return tuple(tags_of[version] for version in reversed(ascending(filter(_admitted(image), tags_of))))


def versions(image: Image, tags: Iterable[str]) -> dict[str, str]:
    """What stands for `{}` in each tag of the image's pattern, of whichever line."""
    before, after = (re.escape(part) for part in image.tag.split("{}", 1))
    further = 1 if image.repository.endswith(_OF_TWO) else 2
    form = re.compile(rf"{before}([0-9]+(?:\.[0-9]+){{{further}}}|[0-9]{{8}}){after}")
    found = {tag: match[1] for tag in tags if (match := form.fullmatch(tag))}
    # alpine has tags of days beside versions: snapshots of what is to come, and greater than any version.
    return {tag: version for tag, version in found.items() if "." in version} or found


def is_of(line: str, version: str) -> bool:
    """Whether a version is of a line: `24.21.0` of `24`, of `24.21` and of an empty one."""
    return not line or f"{version}.".startswith(f"{line}.")


def ascending(found: Iterable[str]) -> Sequence[str]:
    """Distinct versions from the oldest to the newest, as `packaging` orders them."""
    distinct = list(dict.fromkeys(found))
    if len(distinct) < 2:
        return distinct
    from packaging.version import Version

    return sorted(distinct, key=Version)


def _is_exact(line: str) -> bool:
    return line.count(".") > 1


def _admitted(image: Image) -> Callable[[str], bool]:
    wanted = image.within
    if wanted is None:
        return lambda version: True
    from scaffold import ranges

    return lambda version: ranges.admits(wanted, version)
