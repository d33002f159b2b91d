"""Picks from one source the newest tag of an image that is an index with every platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scaffold import tags
from scaffold.failures import Absent, Unfit
from scaffold.images import normal_platform
from scaffold.model import Image

TRIES = 5
"""How many tags of a variant are tried, newest first, for one that has every platform."""


class Source(Protocol):
    """What pins come from: a registry or the catalogue."""

    @property
    def label(self) -> str:
        """What messages call it."""

    def tags(self, image: Image, prefix: str) -> Sequence[str]:
        """The tags of the image's repository that begin with the prefix, and maybe others, in any order."""

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag, its index digest and platforms. Raises ScaffoldError, or Unfit for no index."""


def pick(source: Source, image: Image, platforms: Sequence[str]) -> Image:
    """The image at its newest fitting tag that is an index with every platform (`linux/amd64`).

    Raises Absent when there is none, with what was looked for and what there is, and what the source raises.
    """
    refused: dict[str, str] = {}
    offered: tuple[str, ...] = ()
    for variant in tags.variants(image):
        exact = tags.exact(variant)
        for tag in exact or _fitting(source, variant)[:TRIES]:
            try:
                found = source.resolve(variant, tag)
            except Unfit as error:
                refused[tag] = error.fact
                continue
            except Absent:
                if not exact:
                    raise
                continue
            lacking = [platform for platform in platforms if normal_platform(platform) not in found.platforms]
            if not lacking:
                return found
            refused[tag] = f"lacks {', '.join(lacking)}"
            offered = offered or found.platforms
    if refused:
        raise _refusal(image, refused, offered, platforms)
    variant = tags.variants(image)[0]
    raise _absent(source, variant, source.tags(variant, ""))


def _fitting(source: Source, image: Image) -> Sequence[str]:
    """The fitting tags, newest first; when there is none near the line, of all that the repository has."""
    if "{}" not in image.tag:
        return tags.newest_first(image, ())
    prefix = tags.prefix(image)
    near = tags.newest_first(image, source.tags(image, prefix))
    return near if near or not prefix else tags.newest_first(image, source.tags(image, ""))


def _absent(source: Source, image: Image, listed: Sequence[str]) -> Absent:
    """No tag is of the line: what was looked for, and what there is instead, as exact as the line."""
    numbers = image.line.split(".") if image.line else []
    looked_for = ".".join(numbers if len(numbers) > 2 else [*numbers, "*"])
    name = image.name.removeprefix(f"{source.label}/")
    fact = f"{source.label} has no {name}:{image.tag.replace('{}', looked_for)}"
    versions = tags.versions(image, listed).values()
    of_line = tags.ascending(version for version in versions if tags.is_of(image.line, version))
    if image.within and of_line:
        newest, wanted = of_line[-1], image.within
        return Absent(
            f"{fact} that meets {wanted.text}, which {wanted.source} asks for: the newest is {newest}.",
            f"Change {wanted.source}, or name another --version.",
        )
    others = tags.ascending(".".join(version.split(".")[: len(numbers)]) for version in versions)[-8:]
    if not others:
        return Absent(f"{fact}, nor another version of it.", "Check --version, --tier and --registry-mirror.")
    return Absent(f"{fact}. With this variant it has {', '.join(others)}.", "Use one of these with --version.")


def _refusal(image: Image, refused: dict[str, str], offered: Sequence[str], platforms: Sequence[str]) -> Absent:
    """No tag is an index with every platform: the tags tried and what each is short of."""
    reasons = ", ".join(f"{tag} {reason}" for tag, reason in refused.items())
    usable = [platform for platform in platforms if normal_platform(platform) in offered] or list(offered)
    remedy = f"Use --platform {usable[0]}." if usable else "Use --registry-mirror for a registry that has an index."
    return Absent(f"No tag of {image.name} can be pinned: {reasons}.", remedy)
