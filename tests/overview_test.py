from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest

from scaffold import catalogue
from scaffold.errors import ScaffoldError, Transient
from scaffold.model import Image
from scaffold.overview import Row, machine, people, problems, wanted
from scaffold.pins import Pins, Request, ask
from scaffold.questions import LANGUAGES, TIERS

TODAY = datetime.date(2026, 11, 22)
BOTH = ("linux/amd64", "linux/arm64")
GO = wanted(["go"])[:7]


def offline(rows: tuple[Row, ...]) -> Pins:
    return ask([row.image for row in rows], Request((), BOTH, offline=True), TODAY)


def live(row: Row, **fields: str) -> dict[Image, Image]:
    pinned = {"digest": f"sha256:{'0123456789abcdef' * 4}", "source": "docker.io", "date": "2026-11-22", **fields}
    return {row.image: replace(row.image, platforms=BOTH, **pinned)}  # type: ignore[arg-type]


def test_wanted() -> None:
    rows = wanted(LANGUAGES)
    lines = {(row.language, row.line) for row in rows}
    assert lines == {(name, line) for name in LANGUAGES for line in catalogue.lines(name).supported}
    assert {(*key, tier) for key in lines for tier in TIERS} == {(row.language, row.line, row.tier) for row in rows}
    assert list(dict.fromkeys(row.line for row in rows if row.language == "node")) == [
        *reversed(catalogue.lines("node").supported)
    ]
    assert not [row for row in rows if (row.tier, row.use) == ("scratch", "runtime")]
    assert all(not row.image.digest and "{debian" not in row.image.tag + row.image.repository for row in rows)


def test_wanted_of_a_line() -> None:
    shown = [(row.label, row.image.repository, row.image.tag, row.image.line) for row in GO]
    assert shown == [
        ("distroless", "distroless/static-debian13", "nonroot", ""),
        ("distroless builder", "library/golang", "{}-trixie", "1.27"),
        ("slim", "library/debian", "trixie-{}-slim", ""),
        ("slim builder", "library/golang", "{}-trixie", "1.27"),
        ("alpine", "library/alpine", "{}", "{alpine}"),
        ("alpine builder", "library/golang", "{}-alpine{alpine}", "1.27"),
        ("scratch builder", "library/golang", "{}-trixie", "1.27"),
    ]


def test_wanted_of_no_language() -> None:
    with pytest.raises(ScaffoldError, match="No versions of ruby are known"):
        wanted(["ruby"])


@pytest.fixture
def node() -> tuple[list[Row], Pins]:
    """Node 24 with pins of the catalogue's form."""
    rows = [row for row in wanted(["node"]) if row.line == "24"]
    tags = {"nonroot": "nonroot", "{}-trixie-slim": "24.21.0-trixie-slim", "{}-alpine{alpine}": "24.21.0-alpine3.24"}
    images: dict[Image, Image] = {}
    for row in rows:
        images |= live(row, tag=tags[row.image.tag], source="catalogue", date="2026-10-10")
    return rows, Pins(images, notes=("Offline: 43 days old.",))


def test_people(node: tuple[list[Row], Pins]) -> None:
    assert people(*node, TODAY, 110) == (
        """\
Node 24 (default): until 2028-04-30 (nodejs/Release, schedule.json)
  distroless          gcr.io/distroless/nodejs24-debian13:nonroot  0123456789ab  2026-10-10  catalogue
  distroless builder  node:24.21.0-trixie-slim                     0123456789ab  2026-10-10  catalogue
  slim                node:24.21.0-trixie-slim                     0123456789ab  2026-10-10  catalogue
  alpine              node:24.21.0-alpine3.24                      0123456789ab  2026-10-10  catalogue
  scratch builder     node:24.21.0-trixie-slim                     0123456789ab  2026-10-10  catalogue

Offline: 43 days old.
"""
    )


def test_people_on_few_columns(node: tuple[list[Row], Pins]) -> None:
    shown = people(*node, TODAY, 80)
    assert shown.startswith(
        """\
Node 24 (default): until 2028-04-30 (nodejs/Release, schedule.json)
  distroless          gcr.io/distroless/nodejs24-debian13:nonroot
                        0123456789ab  2026-10-10  catalogue
  distroless builder  node:24.21.0-trixie-slim
                        0123456789ab  2026-10-10  catalogue
"""
    )
    widest = max(map(len, people(*node, TODAY, 200).splitlines()))
    assert people(*node, TODAY, widest) == people(*node, TODAY, 200)
    assert people(*node, TODAY, widest - 1) == shown
    everything = wanted(LANGUAGES)
    assert max(map(len, people(everything, offline(everything), TODAY, 80).splitlines())) <= 80


def test_what_could_not_be_had() -> None:
    away = Transient("docker.io could not be reached (no answer).", "Try again.")
    lacks = ScaffoldError("gcr.io has no static.", "Ask elsewhere.")
    failures = {row.image: lacks if row.image.registry == "gcr.io" else away for row in GO}
    pins = Pins({}, failures, ("One note.",), ("One warning.",))
    facts = [f"error: {one.fact}\n" for one in dict.fromkeys(failures.values())]
    assert problems(pins, 200) == "".join(["warning: One warning.\n", *facts])
    assert people(GO, pins, TODAY, 100) == (
        """\
Go 1.27 (default): no end of life named yet (endoflife.date, products/go.md)
  distroless          gcr.io/distroless/static-debian13:nonroot  -
                        gcr.io has no static.
  distroless builder  golang:1.27.*-trixie                       -
                        docker.io could not be reached (no answer).
  slim                debian:trixie-*-slim                       -
  slim builder        golang:1.27.*-trixie                       -
  alpine              alpine:3.24.*                              -
  alpine builder      golang:1.27.*-alpine3.24                   -
  scratch builder     golang:1.27.*-trixie                       -

One note.

warning: One warning.
"""
    )


@pytest.mark.parametrize(
    ("tag", "version", "shown"),
    [
        ("nonroot", "", "static-debian13:nonroot  0123456789ab  2026-11-22  live"),
        ("nonroot", "13.2", "static-debian13:nonroot (13.2)  0123456789ab  2026-11-22  live"),
        ("13.2-nonroot", "13.2", "static-debian13:13.2-nonroot  0123456789ab  2026-11-22  live"),
    ],
)
def test_a_live_image(tag: str, version: str, shown: str) -> None:
    row = GO[0]
    assert shown in people([row], Pins(live(row, tag=tag, version=version)), TODAY, 100)


@pytest.mark.parametrize(("today", "until"), [("2028-04-30", "until 2028-04-30"), ("2028-05-01", "ended 2028-04-30")])
def test_the_end_of_life(today: str, until: str, node: tuple[list[Row], Pins]) -> None:
    shown = people(*node, datetime.date.fromisoformat(today), 100)
    assert shown.startswith(f"Node 24 (default): {until} (")


def test_machine() -> None:
    failure = Transient("docker.io could not be reached.", "Try again.")
    first, second = GO[:2]
    pins = Pins(live(first, version="13.2"), {second.image: failure}, ("One note.",), ("One warning.",))
    made = machine(GO[:2], pins)
    assert json.loads(json.dumps(made)) == made
    assert (made["notes"], made["warnings"]) == (["One note."], ["One warning."])
    (language,) = made["languages"]
    assert (language["name"], language["title"]) == ("go", "Go")
    (line,) = language["lines"]
    assert (line["line"], line["default"]) == ("1.27", True)
    assert line["end"] == {"date": None, "source": "endoflife.date, products/go.md"}
    assert line["images"] == [
        {
            "tier": "distroless",
            "use": "runtime",
            "name": "gcr.io/distroless/static-debian13",
            "tag": "nonroot",
            "digest": f"sha256:{'0123456789abcdef' * 4}",
            "platforms": list(BOTH),
            "source": "docker.io",
            "date": "2026-11-22",
            "version": "13.2",
        },
        {
            "tier": "distroless",
            "use": "builder",
            "error": {"fact": failure.fact, "remedy": failure.remedy, "exit_code": 75},
        },
    ]


def test_machine_of_everything() -> None:
    rows = wanted(LANGUAGES)
    made = machine(rows, offline(rows))
    assert [language["name"] for language in made["languages"]] == list(LANGUAGES)
    ends = {line["line"]: catalogue.End(**line["end"]) for line in made["languages"][0]["lines"]}
    assert ends == {line: catalogue.end("node", line) for line in catalogue.lines("node").supported}
    images = [image for name in made["languages"] for line in name["lines"] for image in line["images"]]
    assert len(images) == len(rows)
    assert all(image.get("source") == "catalogue" or image["error"]["fact"] for image in images)
