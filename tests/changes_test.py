from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scaffold.changes import FAILED, Change, compare, markdown, rows
from scaffold.errors import ScaffoldError, Transient
from scaffold.failures import Absent
from scaffold.model import Image
from scaffold.pins import Pins

NODE = Image("docker.io", "library/node", "{}-alpine{alpine}", "24")
STATIC = Image("gcr.io", "distroless/static-debian13", "nonroot")


def digest(digit: str) -> str:
    return f"sha256:{digit * 64}"


def row(tag: str, digit: str, image: str = "docker.io/library/node", **more: str) -> dict[str, Any]:
    pin = {"image": image, "tag": tag, "digest": digest(digit)}
    return {**pin, "platforms": ["linux/amd64"], **more, "date": "2026-10-10"}


def pin(image: Image, tag: str, digit: str, **more: str) -> Pins:
    """The image as a mirror has it."""
    found = replace(image, registry="127.0.0.1:5000", repository=f"hub/{image.repository}", tag=tag, **more)  # type: ignore[arg-type]
    return Pins({image: replace(found, digest=digest(digit), platforms=("linux/amd64",), date="2026-11-22")})


@pytest.mark.parametrize(
    ("old", "tag", "digit", "said"),
    [
        ([], "24.21.0-alpine3.24", "b", ("Added", "`node:24.21.0-alpine3.24` bbbbbbbbbbbb")),
        (["24.21.0-alpine3.24"], "24.21.0-alpine3.24", "a", ("", "")),
        (
            ["24.21.0-alpine3.24"],
            "24.21.0-alpine3.24",
            "b",
            ("Rebuilt under the same tag", "`node:24.21.0-alpine3.24` aaaaaaaaaaaa → bbbbbbbbbbbb"),
        ),
        (
            ["24.9.0-alpine3.24"],
            "24.21.0-alpine3.24",
            "b",
            ("Another tag", "`node:24.9.0-alpine3.24` → `node:24.21.0-alpine3.24` bbbbbbbbbbbb"),
        ),
        (
            ["24.21.0-alpine3.24"],
            "24.9.0-alpine3.24",
            "b",
            ("Another tag", "`node:24.21.0-alpine3.24` → `node:24.9.0-alpine3.24` bbbbbbbbbbbb, **older**"),
        ),
        (
            ["24.21.0-alpine3.23"],
            "24.9.0-alpine3.24",
            "b",
            ("Another tag", "`node:24.21.0-alpine3.23` → `node:24.9.0-alpine3.24` bbbbbbbbbbbb"),
        ),
        (
            ["22.9.0-alpine3.24", "24.9.0-trixie-slim"],
            "24.9.0-alpine3.24",
            "b",
            ("Added", "`node:24.9.0-alpine3.24` bbbbbbbbbbbb"),
        ),
    ],
)
@pytest.mark.usefixtures("in_2026")
def test_what_is_found(old: list[str], tag: str, digit: str, said: tuple[str, str]) -> None:
    change, gone = compare([row(one, "a") for one in old], [NODE], pin(NODE, tag, digit))
    assert (change.kind, " ".join(change.items)) == said
    new = {**row(tag, digit), "date": "2026-11-22"}
    assert change.rows == (new,)
    left = [one for one in old if said[0] == "Added"]
    assert [item.partition(":")[0] for item in gone.items] == ["`node"] * len(left)
    assert rows([change, gone]) == [new]


def test_only_the_row_whose_place_is_taken_goes_in_silence() -> None:
    old = [row("24.8.0-alpine3.24", "a"), row("24.9.0-alpine3.24", "a")]
    change, gone = compare(old, [NODE], pin(NODE, "24.21.0-alpine3.24", "b"))
    assert change.items == ("`node:24.9.0-alpine3.24` → `node:24.21.0-alpine3.24` bbbbbbbbbbbb",)
    assert gone.items == ("`node:24.8.0-alpine3.24`: Nothing that the catalogue offers asks for it any more.",)


@pytest.mark.parametrize(
    ("failure", "old", "kind", "item", "kept"),
    [
        (Absent("It has none."), ["24.9.0-alpine3.24"], "Gone", "`node:24.9.0-alpine3.24`: It has none.", 0),
        (Absent("It has none."), [], "Wanted, and not there", "`node:24.*-alpine3.24`: It has none.", 0),
        (Transient("It is away."), ["24.9.0-alpine3.24"], FAILED, "`node:24.*-alpine3.24`: It is away.", 1),
        (ScaffoldError("It wants a login."), [], FAILED, "`node:24.*-alpine3.24`: It wants a login.", 0),
    ],
)
def test_what_is_not_found(failure: ScaffoldError, old: list[str], kind: str, item: str, kept: int) -> None:
    before = [row(one, "a") for one in old]
    change, gone = compare(before, [NODE], Pins({}, {NODE: failure}))
    assert (change.kind, change.items, gone.items) == (kind, (item,), ())
    assert rows([change, gone]) == before[:kept]


@pytest.mark.parametrize(
    ("tag", "version", "kept"), [("nonroot", "13.2", {"version": "13.2"}), ("nonroot", "", {}), ("13.2-a", "13.2", {})]
)
def test_the_version_of_an_image_whose_tag_has_none(tag: str, version: str, kept: dict[str, str]) -> None:
    change, _ = compare([], [STATIC], pin(STATIC, tag, "a", version=version))
    assert change.rows == ({**row(tag, "a", "gcr.io/distroless/static-debian13", **kept), "date": "2026-11-22"},)


def test_rows_are_sorted_and_distinct() -> None:
    b, a, z = row("2", "a"), row("1", "a"), row("0", "a", "docker.io/library/zoo")
    assert rows([Change("", (), (z, b)), Change("", (), (b, a))]) == [a, b, z]


def test_markdown() -> None:
    one, two = row("1", "a"), row("2", "a")
    changes = [Change("", (), (one,)), Change(FAILED, ("`c`: away",), (two,)), Change("Added", ("`a`", "`b`"), ())]
    assert markdown(changes, "2026-11-22", ["python 3.15"], ["node 22 ended"]) == (
        """\
# The catalogue of 2026-11-22

2 images, 2 added, 1 failed.

## Added

- `a`
- `b`

## Failed, and left as it was

- `c`: away

## New lines, to be added by a person with their ends of life

- python 3.15

## Lines that ended

- node 22 ended
"""
    )
    assert markdown([Change("", (), (one,))], "2026-11-22", [], []) == "# The catalogue of 2026-11-22\n\n1 images.\n"
