"""The maintainers' command that gathers the catalogue anew from registries: `python -m scaffold.refresh`."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold import catalogue, changes, language, overview, pins, tags
from scaffold.catalogue import End
from scaffold.changes import Change
from scaffold.ends import has_ended
from scaffold.errors import ScaffoldError, Transient
from scaffold.images import parse_mirror, reference
from scaffold.languages.node_static import TOOL
from scaffold.languages.python import UV
from scaffold.model import Image
from scaffold.pins import Pins, Request
from scaffold.questions import BY_KEY, LANGUAGES, PLATFORMS

SECONDS = 300.0
"""How long all registries together may take: for lines that are new, whole lists of tags are read."""

SERVICES = {
    "postgres": Image("docker.io", "library/postgres", "{}-alpine{alpine}", "{line}"),
    "redis": Image("docker.io", "library/redis", "{}-alpine", "{line}"),
    "nginx": Image("docker.io", "nginxinc/nginx-unprivileged", "{}-alpine", "{line}"),
    "alpine": Image("docker.io", "library/alpine", "{}", "{line}"),
}
"""Products with lines that are no languages, and their images."""

TOOLS = (
    Image("gcr.io", "distroless/base-debian{debian_number}", "nonroot"),
    UV,
    TOOL,
)
"""What has no line of its own."""


def main(arguments: Sequence[str], today: datetime.date) -> int:
    """Rewrites the catalogue as of `today`, and prints what changed as Markdown; gives the exit code.

    It is 75, and nothing is written, when a registry failed, unless `--partial` keeps the old rows of what it has;
    2 for a bad request, and where no image is found at all.
    """
    options = _options(arguments)
    try:
        made = _request(options)
        images, probes = wanted(), newest_lines()
        found = pins.ask([*images, *probes.values()], made, today)
        changed = changes.compare(catalogue.content()["images"], images, found)
        summary = changes.markdown(changed, today.isoformat(), _new_lines(probes, found), _ended(today))
    except ScaffoldError as error:
        return _failed(error)
    sys.stdout.write(summary)
    failed = [change for change in changed if change.kind == changes.FAILED]
    if failed and not options.partial:
        return _failed(Transient(f"Nothing is written: {len(failed)} images failed.", "Add --partial to go on."))
    if not changes.rows(changed):
        return _failed(ScaffoldError("Nothing is written: none of the images is there.", "Check the flags given."))
    try:
        options.output.write_text(text(_content(changed)), encoding="utf-8")
    except OSError as error:
        return _failed(ScaffoldError(f"{options.output} cannot be written: {error.strerror}.", "Say another --output."))
    return 0


def wanted() -> tuple[Image, ...]:
    """Every image that the catalogue should have: of all languages, tiers and supported lines, and their companions.

    Of Alpine itself each supported release is had, not the newest alone.
    """
    rows = [row.image for row in overview.wanted(LANGUAGES)]
    versioned = [image for image in rows if "{alpine}" not in image.line]
    services = [
        replace(image, line=line) for product, image in SERVICES.items() for line in catalogue.releases(product)
    ]
    return tuple(dict.fromkeys([*versioned, *services, *map(language.on_debian, TOOLS)]))


def newest_lines() -> dict[str, Image]:
    """For each product the image of whichever line is its newest, by which a line that is not known is found."""
    slim = {name: language.tier(language.load(name), "slim", catalogue.lines(name).default) for name in LANGUAGES}
    images = {name: tier.builder for name, tier in slim.items()} | SERVICES
    return {product: replace(image, line="") for product, image in images.items()}


def text(content: Mapping[str, Any]) -> str:
    """The catalogue as its file has it: one row on a line, sorted, so that a change of one is a line of a diff."""
    import json

    def listed(rows: Iterable[Mapping[str, Any]]) -> str:
        return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"

    values = (
        f'"{key}": {listed(value) if isinstance(value, list) else json.dumps(value)}' for key, value in content.items()
    )
    return "{\n" + ",\n".join(values) + "\n}\n"


def _failed(error: ScaffoldError) -> int:
    sys.stderr.write(f"error: {error.fact}\n  {error.remedy}\n")
    return error.code


def _content(changed: Sequence[Change]) -> dict[str, Any]:
    """The catalogue with its new rows, of the newest day of theirs.

    Ends of life stay as they are: a person has read them somewhere, and says where.
    """
    rows = changes.rows(changed)
    return {**catalogue.content(), "date": max(row["date"] for row in rows), "images": rows}


def _new_lines(probes: Mapping[str, Image], found: Pins) -> Iterator[str]:
    """The newest line of each product that has one beyond those that are known."""
    for product, probe in probes.items():
        if probe not in found.images:
            continue
        tag = found.images[probe].tag
        version = next(iter(v for one in tags.variants(probe) for v in tags.versions(one, (tag,)).values()))
        newest = [row["line"] for row in catalogue.content()["lines"] if row["product"] == product][-1]
        line = ".".join(version.split(".")[: newest.count(".") + 1])
        if line != newest and tags.ascending((newest, line))[-1] == line:
            yield f"{product} {line} (`{reference(replace(probe, tag=tag))}`)"


def _ended(today: datetime.date) -> Iterator[str]:
    """The lines that the catalogue still had as supported and that ended since."""
    for row in catalogue.content()["lines"]:
        product, line = row["product"], row["line"]
        end = End(row["end"], row["source"])
        if line in catalogue.releases(product) and has_ended(end, today):
            default = ", and is the default: mark another" if row.get("default") else ""
            yield f"{product} {line} ended on {end.date} ({end.source}){default}"


def _request(options: argparse.Namespace) -> Request:
    return Request(
        mirrors=tuple(map(parse_mirror, options.registry_mirror)),
        platforms=tuple(map(BY_KEY["platform"].check, options.platform)) or PLATFORMS,
        seconds=SECONDS,
        refresh=True,
        stand_in=False,
        versions=True,
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scaffold.refresh", description=__doc__)
    path = Path(catalogue.__file__).with_name("catalogue.json")
    mirror, platform = BY_KEY["registry-mirror"], BY_KEY["platform"]
    parser.add_argument("--output", metavar="FILE", type=Path, default=path, help="write here, not the catalogue")
    parser.add_argument(
        "--registry-mirror", metavar=mirror.metavar, action="append", default=[], help="ask a mirror of a registry"
    )
    parser.add_argument("--platform", metavar=platform.metavar, action="append", default=[], help=platform.help)
    parser.add_argument("--partial", action="store_true", help="write although some images failed, with their old rows")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], datetime.date.today()))
