from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffold import catalogue, overview, tags
from scaffold.catalogue import Catalogue
from scaffold.errors import ScaffoldError
from scaffold.images import normal_platform, parse
from scaffold.model import Image
from scaffold.questions import LANGUAGES

CONTENT: dict[str, Any] = json.loads(Path(catalogue.__file__).with_name("catalogue.json").read_text())
ROWS: list[dict[str, Any]] = CONTENT["images"]
NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['image']}:{row['tag']}")
def test_row(row: dict[str, Any]) -> None:
    image = parse(f"{row['image']}:{row['tag']}@{row['digest']}")
    assert image.name == row["image"], "not the full name"
    assert re.fullmatch("sha256:[0-9a-f]{64}", row["digest"])
    assert row["platforms"] == sorted({normal_platform(platform) for platform in row["platforms"]})
    assert {"linux/amd64", "linux/arm64"} <= set(row["platforms"])
    assert datetime.date(2026, 1, 1).isoformat() <= row["date"] <= CONTENT["date"]
    assert datetime.date.fromisoformat(row["date"])
    assert "bookworm" not in row["tag"] and "debian12" not in row["image"]


def test_rows_are_sorted_and_distinct() -> None:
    keys = [(row["image"], row["tag"]) for row in ROWS]
    assert keys == sorted(set(keys))


def test_rows_of_lines() -> None:
    rows = CONTENT["lines"]
    keys = [(row["product"], [*map(int, row["line"].split("."))]) for row in rows]
    assert keys == sorted(keys) and len({str(key) for key in keys}) == len(keys)
    for row in rows:
        assert not row["end"] or datetime.date.fromisoformat(row["end"])
        assert ", " in row["source"] and row["source"].split(", ")[0] in ("nodejs/Release", "endoflife.date")
        assert set(row) - {"product", "line", "end", "source"} <= {"default", "name"}
        assert ("name" in row) is (row["product"] == "debian")
    assert [row["product"] for row in rows if row.get("default")] == ["go", "node", "python"]
    assert datetime.date.fromisoformat(CONTENT["lines_date"])


@pytest.mark.parametrize(
    ("language", "ended", "supported", "default"),
    [
        ("node", "20 25", "22 24 26", "24"),
        ("python", "3.10", "3.11 3.12 3.13 3.14", "3.14"),
        ("go", "1.25", "1.26 1.27", "1.27"),
    ],
)
def test_lines(language: str, ended: str, supported: str, default: str) -> None:
    lines = catalogue.lines(language)
    assert (" ".join(lines.supported), lines.default) == (supported, default)
    assert " ".join(lines.known) == " ".join(
        sorted(f"{ended} {supported}".split(), key=lambda line: [*map(int, line.split("."))])
    )


@pytest.mark.parametrize(
    ("day", "supported", "default"),
    [("2027-04-30", "22 24 26", "24"), ("2027-05-01", "24 26", "24"), ("2028-05-01", "26", "26")],
)
def test_lines_end_with_the_day_of_the_catalogue(
    day: str, supported: str, default: str, on_day: Callable[[str], None]
) -> None:
    on_day(day)
    lines = catalogue.lines("node")
    assert (" ".join(lines.supported), lines.default, len(lines.known)) == (supported, default, 5)


@pytest.mark.usefixtures("in_2026")
def test_a_default_that_ended_gives_way_to_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = [{**row, "end": "2020-01-01"} if row["line"] == "24" else row for row in CONTENT["lines"]]
    monkeypatch.setitem(catalogue.content(), "lines", ended)
    catalogue._rows.cache_clear()
    try:
        assert (catalogue.lines("node").supported, catalogue.lines("node").default) == (("22", "26"), "26")
    finally:
        catalogue._rows.cache_clear()


def test_releases(on_day: Callable[[str], None]) -> None:
    assert catalogue.releases("alpine") == ("3.24", "3.23", "3.22")
    assert catalogue.releases("debian") == ("13",)
    assert catalogue.codenames() == {"bookworm": "12", "trixie": "13"}
    assert catalogue.releases("haiku") == ()
    on_day("2027-06-01")
    assert catalogue.releases("alpine") == ("3.24", "3.23")


@pytest.mark.parametrize(
    ("product", "line", "end"),
    [
        ("python", "3.10", catalogue.End("2026-10-31", "endoflife.date, products/python.md")),
        ("debian", "12", catalogue.End("2026-07-11", "endoflife.date, products/debian.md")),
        ("go", "1.27", catalogue.End("", "endoflife.date, products/go.md")),
        ("python", "3.1", None),
        ("ruby", "3.1", None),
    ],
)
def test_end(product: str, line: str, end: catalogue.End | None) -> None:
    assert catalogue.end(product, line) == end


def test_lines_of_an_unknown_language() -> None:
    for name in ("ruby", "alpine"):
        with pytest.raises(ScaffoldError, match=f"No versions of {name}") as caught:
            catalogue.lines(name)
        assert caught.value.remedy == "Use one of go, node, python."


@pytest.mark.parametrize(
    "image",
    [*dict.fromkeys(row.image for row in overview.wanted(LANGUAGES)), Image("ghcr.io", "astral-sh/uv", "{}")],
    ids=lambda image: f"{image.repository}:{image.tag} {image.line}",
)
def test_every_default_has_a_pin(image: Image) -> None:
    listed = Catalogue().tags(image)
    found = [tag for variant in tags.variants(image) for tag in tags.newest_first(variant, listed)]
    # Of these none was seen in public files.
    unseen = image.repository == "library/python" and "alpine" in image.tag and image.line != "3.14"
    assert found or unseen
    assert not found or (found[0] in listed and Catalogue().resolve(image, found[0]).digest)


def test_resolve() -> None:
    row = next(row for row in ROWS if row["image"] == NODE.name and row["tag"].startswith("24."))
    found = Catalogue().resolve(NODE, row["tag"])
    assert (found.name, found.line, found.tag) == (NODE.name, "24", row["tag"])
    assert (found.digest, list(found.platforms)) == (row["digest"], row["platforms"])
    assert (found.source, found.date, found.version) == ("catalogue", row["date"], "")


def test_resolve_gives_the_version_where_a_row_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = [row for row in ROWS if row["image"] == "gcr.io/distroless/nodejs24-debian13"]
    monkeypatch.setitem(catalogue.content(), "images", [{**row, "version": "24.20.0"}])
    assert Catalogue().resolve(parse(row["image"]), "nonroot").version == "24.20.0"


def test_resolve_without_such_a_tag() -> None:
    with pytest.raises(ScaffoldError, match=r"has no docker.io/library/node:9"):
        Catalogue().resolve(NODE, "9")
    assert Catalogue().tags(Image("docker.io", "library/ruby", "{}")) == ()


@pytest.mark.parametrize(("later", "days"), [(0, 0), (1, 1), (43, 43), (-9, 0)])
def test_age(later: int, days: int) -> None:
    day = datetime.date.fromisoformat(CONTENT["date"])
    assert catalogue.date() == CONTENT["date"]
    assert catalogue.age(day + datetime.timedelta(days=later)) == days
