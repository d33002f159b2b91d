"""The dated pins that ship with the package, for when no registry can be asked.

`catalogue.json` was gathered from facts in public files, and no registry was asked: each row is a tag and an
index digest seen together in several independent public Dockerfiles; its `date` is the day of the newest
sighting, or the whole's where only a month is known. Its `platforms` are the `Architectures:` of
docker-library/official-images (`library/*`) and the tables of GoogleContainerTools/distroless (`README.md`,
`*/config.bzl`), and where neither says, linux/amd64 and linux/arm64. `lines` are the supported versions of
each language on that day (nodejs/Release `schedule.json`; endoflife-date/endoflife.date `products/python.md`
and `go.md`) with the one to take by default: for Node the newest in long-term support.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Image


@dataclass(frozen=True)
class Lines:
    """The supported lines of a language, ascending (`3.13`, `3.14`), and the one to take by default."""

    supported: tuple[str, ...]
    default: str


def lines(language: str) -> Lines:
    """The lines of `node`, `python` or `go`. Raises ScaffoldError for any other language."""
    known = _content()["lines"]
    if language not in known:
        raise ScaffoldError(f"No versions of {language} are known.", f"Use one of {', '.join(known)}.")
    return Lines(tuple(known[language]["supported"]), known[language]["default"])


def date() -> str:
    """The day the catalogue was gathered, `2026-10-10`."""
    return str(_content()["date"])


def age(today: datetime.date) -> int:
    """Days from the catalogue's day to this one; 0 when the clock is behind."""
    return max(0, (today - type(today).fromisoformat(date())).days)


class Catalogue:
    """The catalogue as a source of pins, beside the registries (`scaffold.registry.Registry`)."""

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"The catalogue of {date()}"

    def tags(self, image: Image) -> tuple[str, ...]:
        """The tags of the image's repository, by its upstream name; none when it has no such image."""
        return tuple(row["tag"] for row in _content()["images"] if row["image"] == image.name)

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag, its index digest, platforms and date. Raises ScaffoldError without one."""
        for row in _content()["images"]:
            if row["image"] == image.name and row["tag"] == tag:
                platforms = tuple(row["platforms"])
                pin = {"digest": row["digest"], "date": row["date"], "source": "catalogue"}
                return replace(image, tag=tag, platforms=platforms, **pin)
        fact = f"{self.label} has no {image.name}:{tag}."
        raise ScaffoldError(fact, "Choose another --version or --tier.")


@cache
def _content() -> dict[str, Any]:
    import json

    # Not importlib.resources, whose import alone takes several times as long as all of this.
    text = Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
