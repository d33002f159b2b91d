"""The dated pins and ends of life that ship with the package, for when no registry can be asked.

`catalogue.json` was gathered from facts in public files, and no registry was asked: each row is a tag and an
index digest seen together in several independent public Dockerfiles; its `date` is the day of the newest
sighting, or the whole's where only a month is known. Its `platforms` are the `Architectures:` of
docker-library/official-images (`library/*`) and the tables of GoogleContainerTools/distroless (`README.md`,
`*/config.bzl`), and where neither says, linux/amd64 and linux/arm64.

`lines` are the lines of each product with the last day that its makers mend them, empty where they have named
none, and the `source` of that day; `lines_date` is when these were gathered. The `default` of a language is a
person's choice: for Node the newest in long-term support.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.failures import Absent

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Image


class Lines(NamedTuple):
    """The lines of a language, ascending (`3.13`, `3.14`): the supported ones and the one to take by default.

    Supported is what had not ended on the catalogue's own day, so that the same answers give the same files on any
    day; `known` has those that had ended too.
    """

    supported: tuple[str, ...]
    default: str
    known: tuple[str, ...]


class End(NamedTuple):
    """The last day of a line's support, `2030-10-31`, or empty when none is named yet, and where that is said."""

    date: str
    source: str


def lines(language: str) -> Lines:
    """The lines of `node`, `python` or `go`. Raises ScaffoldError for any other language."""
    rows = _rows(language)
    if not any(row.get("default") for row in rows):
        known = dict.fromkeys(row["product"] for row in content()["lines"] if row.get("default"))
        raise ScaffoldError(f"No versions of {language} are known.", f"Use one of {', '.join(known)}.")
    supported = [row for row in rows if _supported(row)]
    default = next((row for row in supported if row.get("default")), supported[-1])
    return Lines(tuple(row["line"] for row in supported), default["line"], tuple(row["line"] for row in rows))


def releases(product: str) -> tuple[str, ...]:
    """The supported lines of any product (`alpine`, `debian`, `postgres`), newest first: `3.24`, `3.23`."""
    return tuple(row["line"] for row in reversed(_rows(product)) if _supported(row))


def codenames() -> dict[str, str]:
    """The number of each known release of Debian, also of those that have ended, by its name in tags: `trixie`."""
    return {row["name"]: row["line"] for row in _rows("debian")}


def end(product: str, line: str) -> End | None:
    """When the line's support ends; None for a line that is not known."""
    return next((End(row["end"], row["source"]) for row in _rows(product) if row["line"] == line), None)


def date() -> str:
    """The day the catalogue's images were gathered, `2026-10-10`."""
    return str(content()["date"])


def age(today: datetime.date) -> int:
    """Days from the catalogue's day to this one; 0 when the clock is behind."""
    return max(0, (today - type(today).fromisoformat(date())).days)


class Catalogue:
    """The catalogue as a source of pins, beside the registries (`scaffold.registry.Registry`)."""

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"The catalogue of {date()}"

    def tags(self, image: Image, prefix: str = "") -> tuple[str, ...]:
        """The tags of the image's repository, by its upstream name; none when it has no such image."""
        return tuple(row["tag"] for row in content()["images"] if row["image"] == image.name)

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag, its index digest, platforms and date. Raises Absent without one."""
        for row in content()["images"]:
            if row["image"] == image.name and row["tag"] == tag:
                platforms = tuple(row["platforms"])
                pin = {"digest": row["digest"], "date": row["date"], "version": row.get("version", "")}
                return replace(image, tag=tag, platforms=platforms, source="catalogue", **pin)
        fact = f"{self.label} has no {image.name}:{tag}."
        raise Absent(fact, "Choose another --version or --tier.")


def registries() -> tuple[str, ...]:
    """The registries that images come from: `docker.io`, `gcr.io`, `ghcr.io`."""
    return tuple(sorted({row["image"].partition("/")[0] for row in content()["images"]}))


@cache
def content() -> dict[str, Any]:
    """All of `catalogue.json`, as it is."""
    import json

    # Not importlib.resources, whose import alone takes several times as long as all of this.
    text = Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


@cache
def _rows(product: str) -> tuple[dict[str, Any], ...]:
    rows = [row for row in content()["lines"] if row["product"] == product]
    return tuple(sorted(rows, key=lambda row: [int(number) for number in row["line"].split(".")]))


def _supported(row: dict[str, Any]) -> bool:
    # ISO days are in order as texts.
    return not row["end"] or row["end"] >= max(content()["date"], content()["lines_date"])
