from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scaffold import catalogue
from scaffold.catalogue import Catalogue
from scaffold.errors import ScaffoldError
from scaffold.images import normal_platform, parse
from scaffold.model import Image
from scaffold.pins import choose

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


@pytest.mark.parametrize(
    ("language", "supported", "default"),
    [
        ("node", ("22", "24", "26"), "24"),
        ("python", ("3.11", "3.12", "3.13", "3.14"), "3.14"),
        ("go", ("1.26", "1.27"), "1.27"),
    ],
)
def test_lines(language: str, supported: tuple[str, ...], default: str) -> None:
    assert catalogue.lines(language) == catalogue.Lines(supported, default)


def test_lines_of_an_unknown_language() -> None:
    with pytest.raises(ScaffoldError, match="No versions of ruby"):
        catalogue.lines("ruby")


@pytest.mark.parametrize(
    ("name", "pattern", "line"),
    [
        *[("docker.io/library/node", "{}-trixie-slim", line) for line in catalogue.lines("node").supported],
        *[("docker.io/library/node", "{}-alpine3.24", line) for line in catalogue.lines("node").supported],
        *[(f"gcr.io/distroless/nodejs{line}-debian13", "nonroot", "") for line in catalogue.lines("node").supported],
        *[("docker.io/library/python", "{}-slim-trixie", line) for line in catalogue.lines("python").supported],
        ("docker.io/library/python", "{}-alpine3.24", catalogue.lines("python").default),
        *[("docker.io/library/golang", "{}-trixie", line) for line in catalogue.lines("go").supported],
        *[("docker.io/library/golang", "{}-alpine3.24", line) for line in catalogue.lines("go").supported],
        ("docker.io/library/alpine", "{}", "3.24"),
        ("docker.io/library/debian", "trixie-{}-slim", ""),
        ("gcr.io/distroless/static-debian13", "nonroot", ""),
        ("gcr.io/distroless/base-debian13", "nonroot", ""),
        ("gcr.io/distroless/cc-debian13", "nonroot", ""),
        ("gcr.io/distroless/python3-debian13", "nonroot", ""),
        ("ghcr.io/astral-sh/uv", "{}", ""),
    ],
)
def test_every_default_has_a_pin(name: str, pattern: str, line: str) -> None:
    tags = Catalogue().tags(parse(name))
    assert choose(pattern, line, tags) in tags


def test_resolve() -> None:
    found = Catalogue().resolve(NODE, "24.21.0-trixie-slim")
    assert (found.name, found.line, found.tag) == (NODE.name, "24", "24.21.0-trixie-slim")
    assert found.digest.startswith("sha256:173f1258")
    assert found.platforms == ("linux/amd64", "linux/arm64", "linux/ppc64le", "linux/s390x")
    assert (found.source, found.date) == ("catalogue", "2026-10-10")


def test_resolve_without_such_a_tag() -> None:
    with pytest.raises(ScaffoldError, match=r"has no docker.io/library/node:9"):
        Catalogue().resolve(NODE, "9")
    assert Catalogue().tags(Image("docker.io", "library/ruby", "{}")) == ()


@pytest.mark.parametrize(
    ("today", "days"),
    [("2026-10-10", 0), ("2026-10-11", 1), ("2026-11-22", 43), ("2026-10-01", 0)],
)
def test_age(today: str, days: int) -> None:
    assert catalogue.date() == "2026-10-10"
    assert catalogue.age(datetime.date.fromisoformat(today)) == days
