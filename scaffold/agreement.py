"""Finds what in a Dockerfile is made for the version that the saved answers say, where another one builds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold import bumps, repinning, tags
from scaffold.dockerfile import KNOWN
from scaffold.images import mirrored, tagged
from scaffold.located import located
from scaffold.model import Image, Recipe
from scaffold.state import ANSWERS

REMEDY = f"Change version in {ANSWERS} and run dockerscaffold update, or take it back there."


class Broken(NamedTuple):
    """A line, counted from 1, that does not agree with the image that builds, and what is to be said."""

    path: str
    line: int
    fact: str


def broken(recipes: Sequence[Recipe], texts: Mapping[str, str], mirrors: Sequence[tuple[str, str]]) -> Iterator[Broken]:
    """The instructions of each service's Dockerfile that name an interpreter of the answers' version, built by another.

    `recipes` are not pinned. That names a runtime (`nodejs24-debian13`), or a path (`/usr/local/lib/python3.14`); or it
    is the last stage, on the image of the builder in the answers' version.
    """
    for recipe in recipes:
        path = posixpath.normpath(f"{recipe.directory}/Dockerfile")
        text, wanted = texts.get(path, ""), recipe.builder
        variant = bumps.variant(mirrored(wanted, mirrors))
        same = [one for one in bumps.references(path, text) if one.variant == variant]
        builder = next((one for one in same if not repinning.fits(wanted, one.image)), None)
        if not builder:
            continue
        last = [(one.line, tagged(one.image)) for one in same[-1:] if repinning.fits(wanted, one.image)]
        for line, name in (*_named(wanted, text), *last):
            yield Broken(
                path, line, f"{name} is named here, and {tagged(builder.image)} builds, in line {builder.line}."
            )


def _named(wanted: Image, text: str) -> Iterator[tuple[int, str]]:
    """Each instruction's first line with an interpreter's name that ends in the number that is wanted."""
    for one, _ in located(text, KNOWN):
        for line, piece in one.parts:
            names = re.finditer(r"\b(?:nodejs|python)(\d+(?:\.\d+)*)", piece)
            name = next(
                (found[0] for found in names if tags.is_of(wanted.line, found[1]) or tags.is_of(found[1], wanted.line)),
                None,
            )
            if name:
                yield line, name
                break
