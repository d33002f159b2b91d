"""What `dockerscaffold images` shows: the images of each language, line and tier, their pins and ends of life."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from scaffold import __version__, catalogue, language
from scaffold.blocks import filled
from scaffold.ends import has_ended
from scaffold.images import reference, tagged
from scaffold.machine import described
from scaffold.model import Image
from scaffold.questions import TIERS

if TYPE_CHECKING:
    import datetime

    from scaffold.errors import ScaffoldError
    from scaffold.pins import Pins


@dataclass(frozen=True)
class Row:
    """One image of a tier of a language's line; `use` is `runtime`, or `builder` where that is another image."""

    language: str
    line: str
    tier: str
    use: str
    image: Image

    @property
    def label(self) -> str:
        """How people see it named: `slim`, `distroless builder`."""
        return self.tier if self.use == "runtime" else f"{self.tier} {self.use}"


def wanted(languages: Iterable[str]) -> tuple[Row, ...]:
    """The unpinned images of each language's supported lines, the newest first, by tier.

    On scratch there is none but the builder. Raises ScaffoldError for an unknown language.
    """
    return tuple(
        row
        for name in languages
        for line in reversed(catalogue.lines(name).supported)
        for tier in TIERS
        for row in _of_tier(name, line, tier)
    )


def _of_tier(name: str, line: str, tier: str) -> Iterator[Row]:
    row = language.tier(language.load(name), tier, line)
    if row.runtime:
        yield Row(name, line, tier, "runtime", row.runtime)
    if row.builder != row.runtime:
        yield Row(name, line, tier, "builder", row.builder)


def people(rows: Sequence[Row], pins: Pins, today: datetime.date, width: int) -> str:
    """The rows for a terminal of some columns, each line of a language under a heading with its end of life.

    What an image could not be had for is told below the first row that it is true of.
    """
    label = max((len(row.label) for row in rows), default=0)
    name = max((len(_shown(row, pins)) for row in rows), default=0)
    narrow = any(len(_row(row, pins, label, name)) > width for row in rows)
    told: set[str] = set()
    lines: list[str] = []
    for (spoken, line), group in groupby(rows, key=lambda row: (row.language, row.line)):
        lines += ["", _heading(spoken, line, today)] if lines else [_heading(spoken, line, today)]
        for row in group:
            lines += _two(row, pins, label) if narrow else [_row(row, pins, label, name)]
            failure = pins.failures.get(row.image)
            if failure and failure.fact not in told:
                told.add(failure.fact)
                lines += _indented(failure.fact, label + 6, width)
    for sentence in (*pins.notes, *_warnings(pins)):
        lines += ["", *filled(sentence.split(), " ", width)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def problems(pins: Pins, width: int) -> str:
    """The warnings alone, and why images could not be had, each once, for a terminal of some columns."""
    sentences = dict.fromkeys([*_warnings(pins), *(f"error: {one.fact}" for one in pins.failures.values())])
    return "".join(f"{line}\n" for sentence in sentences for line in filled(sentence.split(), " ", width))


def _warnings(pins: Pins) -> Iterator[str]:
    yield from (f"warning: {warning}" for warning in pins.warnings)


def pattern(image: Image) -> str:
    """An unpinned image as people see it, `python:3.14.*-alpine3.24`: `*` stands for what is not known of it."""
    newest = catalogue.releases("alpine")[0]
    line = f"{image.line}.*" if image.line else "*"
    return reference(dataclasses.replace(image, tag=image.tag.replace("{}", line))).replace("{alpine}", newest)


def machine(rows: Sequence[Row], pins: Pins) -> dict[str, Any]:
    """The rows as an object of JSON, with whole digests; `error` stands where an image could not be had."""
    return {
        "dockerscaffold": __version__,
        "languages": [
            {"name": name, "title": language.load(name).TITLE, "lines": [*_lines(tuple(group), pins)]}
            for name, group in groupby(rows, key=lambda row: row.language)
        ],
        "notes": list(pins.notes),
        "warnings": list(pins.warnings),
    }


def _lines(rows: Sequence[Row], pins: Pins) -> Iterator[dict[str, Any]]:
    for line, group in groupby(rows, key=lambda row: row.line):
        name = rows[0].language
        end = catalogue.end(name, line)
        yield {
            "line": line,
            "default": line == catalogue.lines(name).default,
            "end": {"date": end.date or None, "source": end.source} if end else None,
            "images": [
                {"tier": row.tier, "use": row.use, **_outcome(pins.images.get(row.image), pins.failures.get(row.image))}
                for row in group
            ],
        }


def _outcome(image: Image | None, failure: ScaffoldError | None) -> dict[str, Any]:
    if image:
        return {**described(image), "version": image.version or None}
    return {"error": {"fact": failure.fact, "remedy": failure.remedy, "exit_code": failure.code} if failure else None}


def _heading(name: str, line: str, today: datetime.date) -> str:
    end = catalogue.end(name, line)
    default = " (default)" if line == catalogue.lines(name).default else ""
    if not end or not end.date:
        until = "no end of life named yet"
    else:
        until = f"{'ended' if has_ended(end, today) else 'until'} {end.date}"
    return f"{language.load(name).TITLE} {line}{default}: {until}" + (f" ({end.source})" if end else "")


def _row(row: Row, pins: Pins, label: int, name: int) -> str:
    return f"  {row.label:<{label}}  {_shown(row, pins):<{name}}  {_pin(pins.images.get(row.image))}"


def _two(row: Row, pins: Pins, label: int) -> list[str]:
    pin = _pin(pins.images.get(row.image))
    return [f"  {row.label:<{label}}  {_shown(row, pins)}", f"{'':<{label + 6}}{pin}"]


def _pin(image: Image | None) -> str:
    if not image:
        return "-"
    digits = image.digest.partition(":")[2][:12]
    return f"{digits}  {image.date}  {'catalogue' if image.source == 'catalogue' else 'live'}"


def _shown(row: Row, pins: Pins) -> str:
    """The image with its tag, and its version where the tag has none; `*` stands for what is not known of it."""
    image = pins.images.get(row.image)
    if image:
        version = f" ({image.version})" if image.version and image.version not in image.tag else ""
        return tagged(image) + version
    return pattern(row.image)


def _indented(sentence: str, indent: int, width: int) -> list[str]:
    return [" " * indent + line for line in filled(sentence.split(), " ", max(20, width - indent))]
