from __future__ import annotations

from dataclasses import replace

import pytest

from scaffold import catalogue
from scaffold.facts import Range
from scaffold.model import Image
from scaffold.tags import ascending, is_of, newest_first, prefix, variants, versions

NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")


@pytest.mark.parametrize(
    ("pattern", "line", "tags", "chosen"),
    [
        ("{}-trixie-slim", "24", "24.9.0-trixie-slim 24.10.0-trixie-slim 22.99.0-trixie-slim", "24.10.0-trixie-slim"),
        ("{}-trixie-slim", "24", "24.19.9-trixie-slim 24.19.10-trixie-slim", "24.19.10-trixie-slim"),
        ("{}-trixie-slim", "24", "24-trixie-slim 24.19-trixie-slim 24.19.0-trixie-slim", "24.19.0-trixie-slim"),
        ("{}-trixie-slim", "24", "24.19.0-trixie-slim-amd64 24.19.0-trixie 24.19.0-slim", None),
        ("{}-trixie-slim", "24.17.0", "24.17.0-trixie-slim 24.19.0-trixie-slim", "24.17.0-trixie-slim"),
        ("{}-trixie-slim", "2", "24.19.0-trixie-slim", None),
        ("{}-trixie-slim", "24.1", "24.19.0-trixie-slim", None),
        ("{}-trixie-slim", "24.19.0", "24.19.01-trixie-slim", None),
        ("{}-slim-trixie", "3.1", "3.14.2-slim-trixie 3.1.4-slim-trixie", "3.1.4-slim-trixie"),
        ("{}-slim-trixie", "3.14", "3.14.0-slim-trixie 3.14.1rc1-slim-trixie", "3.14.0-slim-trixie"),
        ("{}-slim-trixie", "3.15", "3.15.0rc3-slim-trixie 3.15.0a1-slim-trixie", None),
        ("{}-trixie", "1.27", "1.27rc1-trixie 1.27.2-trixie 1.27.10-trixie", "1.27.10-trixie"),
        ("{}-alpine3.24", "24", "24.20.0-alpine3.9 24.19.0-alpine3.24 24.21.0-alpine3.240", "24.19.0-alpine3.24"),
        ("{}-alpine3.24", "24", "24.21.0-alpine3x24", None),
        ("trixie-{}-slim", "", "trixie-20260921-slim trixie-20261005-slim trixie-slim", "trixie-20261005-slim"),
        ("trixie-{}-slim", "", "bookworm-20261005-slim trixie-2026-slim trixie-20261005", None),
        ("{}", "", "3.24.2 3.9.6 20270101 latest edge 3", "3.24.2"),
        ("{}", "3.24", "3.24.2 3.24.10 3.25.0 20270101", "3.24.10"),
        ("{}", "", "", None),
        ("nonroot", "", "", "nonroot"),
        ("nonroot", "24", "latest", "nonroot"),
    ],
)
def test_the_newest(pattern: str, line: str, tags: str, chosen: str | None) -> None:
    image = Image("docker.io", "library/node", pattern, line)
    for order in (tags.split(), reversed(tags.split())):
        assert next(iter(newest_first(image, order)), None) == chosen


def test_newest_first() -> None:
    tags = ("24.9.0-trixie-slim", "24.10.0-trixie-slim", "24.10.0-alpine3.24", "24.2.0-trixie-slim")
    assert newest_first(NODE, tags) == ("24.10.0-trixie-slim", "24.9.0-trixie-slim", "24.2.0-trixie-slim")


@pytest.mark.parametrize(
    ("grammar", "text", "chosen"),
    [
        ("npm", "~24.9.0", "24.9.1"),
        ("npm", ">=24 <24.10", "24.9.1"),
        ("npm", "^24.10.0", "24.11.0"),
        ("npm", "24.10.0 || 24.9.x", "24.10.0"),
        ("pep440", "==24.9.*", "24.9.1"),
        ("pep440", "!=24.11.0,>=24", "24.10.0"),
        ("go", "24.10.1", "24.11.0"),
        ("go", "24.12.0", None),
    ],
)
def test_the_newest_in_a_range(grammar: str, text: str, chosen: str | None) -> None:
    image = replace(NODE, tag="{}", within=Range(grammar, text, "a file"))
    found = newest_first(image, ["24.9.1", "24.10.0", "24.11.0", "24.9.0"])
    assert next(iter(found), None) == chosen


@pytest.mark.parametrize(
    ("tag", "line", "expected"),
    [
        ("{}-trixie-slim", "24", "24."),
        ("{}-trixie-slim", "24.2", "24.2."),
        ("{}-trixie-slim", "24.21.0", "24.21.0"),
        ("trixie-{}-slim", "", "trixie-"),
        ("{}", "", ""),
        ("nonroot", "", ""),
        ("nonroot", "24", ""),
    ],
)
def test_prefix(tag: str, line: str, expected: str) -> None:
    assert prefix(replace(NODE, tag=tag, line=line)) == expected


@pytest.mark.usefixtures("in_2026")
def test_variants_are_the_supported_alpines_newest_first() -> None:
    releases = catalogue.releases("alpine")
    assert [image.tag for image in variants(replace(NODE, tag="{}-alpine{alpine}"))] == [
        f"{{}}-alpine{release}" for release in releases
    ]
    runtime = Image("docker.io", "library/alpine", "{}", "{alpine}")
    assert [image.line for image in variants(runtime)] == list(releases) and len(releases) > 1
    assert variants(NODE) == (NODE,)


def test_versions_are_of_any_line() -> None:
    tags = ["24.9.0-trixie-slim", "22.1.0-trixie-slim", "24-trixie-slim", "24.9.0-slim"]
    assert versions(NODE, tags) == {"24.9.0-trixie-slim": "24.9.0", "22.1.0-trixie-slim": "22.1.0"}


@pytest.mark.parametrize(
    ("line", "version", "expected"),
    [
        ("24", "24.1.0", True),
        ("2", "24.1.0", False),
        ("24.1", "24.10.0", False),
        ("", "1", True),
        ("1.2.3", "1.2.3", True),
    ],
)
def test_is_of(line: str, version: str, expected: bool) -> None:
    assert is_of(line, version) is expected


def test_ascending() -> None:
    assert list(ascending(["3.10", "3.9", "3.10", "3.9.1"])) == ["3.9", "3.9.1", "3.10"]


def test_versions_of_postgres_have_two_numbers() -> None:
    image = Image("127.0.0.1:5000", "docker.io/library/postgres", "{}-alpine3.24", "18")
    tags = ("18-alpine3.24", "18.9-alpine3.24", "18.10-alpine3.24", "18.10.1-alpine3.24", "19rc1-alpine3.24")
    assert newest_first(image, tags) == ("18.10-alpine3.24", "18.9-alpine3.24")
