from __future__ import annotations

import datetime

import pytest

from scaffold.catalogue import End
from scaffold.ends import check_images, check_service, has_ended
from scaffold.errors import ScaffoldError
from scaffold.images import parse
from tests.generated import service

TODAY = datetime.date(2026, 11, 22)
DIGEST = f"@sha256:{'0123456789abcdef' * 4}"
PYTHON = "endoflife.date, products/python.md"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("language", "version", "source", "today", "fact", "remedy"),
    [
        ("python", "3.10", "", TODAY, f"Python 3.10 ended on 2026-10-31 ({PYTHON}).", "3.14"),
        ("python", "3.10.4", "--version", TODAY, f"Python 3.10 (--version) ended on 2026-10-31 ({PYTHON}).", "3.14"),
        ("node", "20", ".nvmrc", TODAY, "Node 20 (.nvmrc) ended on 2026-04-30 (nodejs/Release, schedule.json).", "24"),
        (
            "node",
            "24",
            "default",
            day("2028-05-01"),
            "Node 24 (default) ended on 2028-04-30 (nodejs/Release, schedule.json).",
            "26",
        ),
    ],
)
def test_a_line_that_ended(
    language: str, version: str, source: str, today: datetime.date, fact: str, remedy: str
) -> None:
    asked = service(language, "slim", version=version)
    with pytest.raises(ScaffoldError) as caught:
        check_service(asked, source, today, False)
    assert caught.value.fact == fact
    assert caught.value.remedy == f"Use --version {remedy}, or add --allow-eol to have it anyway."
    (warning,) = check_service(asked, source, today, True)
    assert "ended on" in warning and warning.endswith(", and gets no fixes any more.")


def test_every_line_ended() -> None:
    with pytest.raises(ScaffoldError) as caught:
        check_service(service("python", "slim", version="3.14"), "", day("2040-01-01"), False)
    assert caught.value.remedy == "Use a newer dockerscaffold, or add --allow-eol to have it anyway."


@pytest.mark.parametrize(
    ("language", "version", "today", "warnings"),
    [
        ("python", "3.14", "2026-11-22", ()),
        ("python", "3.11", "2027-08-01", ()),
        ("python", "3.11", "2027-08-02", (f"Python 3.11 ends on 2027-10-31 ({PYTHON}), in 90 days.",)),
        ("python", "3.11", "2027-10-30", (f"Python 3.11 ends on 2027-10-31 ({PYTHON}), in 1 day.",)),
        ("python", "3.11", "2027-10-31", (f"Python 3.11 ends on 2027-10-31 ({PYTHON}), today.",)),
        ("go", "1.27", "2040-01-01", ()),
        ("go", "1.99", "2026-11-22", ()),
    ],
)
def test_a_line_that_has_not_ended(language: str, version: str, today: str, warnings: tuple[str, ...]) -> None:
    asked = service(language, "slim", version=version)
    assert check_service(asked, "", day(today), False) == warnings
    assert check_service(asked, "", day(today), True) == warnings


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("node:24.21.0-alpine3.21", "Alpine 3.21"),
        ("alpine:3.21.7", "Alpine 3.21"),
        ("127.0.0.1:5000/docker.io/library/alpine:3.21.7", "Alpine 3.21"),
        ("node:24.21.0-bookworm-slim", "Debian 12"),
        ("python:3.14.8-slim-bookworm", "Debian 12"),
        ("golang:1.27.2-bookworm", "Debian 12"),
        ("debian:bookworm-20261005-slim", "Debian 12"),
        ("debian:12.15-slim", "Debian 12"),
        ("gcr.io/distroless/cc-debian12:nonroot", "Debian 12"),
        ("registry.example.com/gcr/distroless/nodejs24-debian12:nonroot", "Debian 12"),
    ],
)
def test_an_image_on_a_release_that_ended(image: str, release: str) -> None:
    images = [parse("node:24.21.0-trixie-slim" + DIGEST), parse(image + DIGEST)]
    with pytest.raises(ScaffoldError) as caught:
        check_images(images, TODAY, False)
    assert caught.value.fact.startswith(f"{image} stands on {release}, which ended on 2026-")
    assert "(endoflife.date, products/" in caught.value.fact and "--allow-eol" in caught.value.remedy
    (warning,) = check_images([*images, *images], TODAY, True)
    assert warning.startswith(f"{release}, on which {image} stands, ended on 2026-")


@pytest.mark.parametrize(
    "image",
    [
        "node:24.21.0-trixie-slim",
        "debian:trixie-20261005-slim",
        "gcr.io/distroless/static-debian13:nonroot",
        "alpine:3.24.2",
        "alpine:20260803",
        "alpine:3.99.0",
        "ghcr.io/astral-sh/uv:0.12.24",
        "node:3.21.7",
    ],
)
def test_an_image_on_none(image: str) -> None:
    assert check_images([parse(image + DIGEST)], TODAY, False) == ()


def test_a_release_that_ends_soon() -> None:
    images = [parse(name + DIGEST) for name in ("golang:1.27.2-alpine3.23", "alpine:3.23.6")]
    assert check_images(images, day("2027-10-01"), False) == (
        "Alpine 3.23, on which golang:1.27.2-alpine3.23 stands, ends on 2027-11-01 "
        "(endoflife.date, products/alpine-linux.md), in 31 days.",
    )


@pytest.mark.parametrize(
    ("end", "ended"), [("2026-11-21", True), ("2026-11-22", False), ("2026-11-23", False), ("", False)]
)
def test_has_ended(end: str, ended: bool) -> None:
    assert has_ended(End(end, "file"), TODAY) is ended
