"""Images in files: where they stand, what a bot or a person put in their place, and putting others there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import images
from scaffold.bumps import (
    Variant,
    adopted,
    flavours,
    is_older,
    moves,
    newest,
    references,
    repinned,
    replaced,
    variant,
    version,
)
from scaffold.model import Image

A, B, C = (f"sha256:{digit * 64}" for digit in "abc")
NODE = f"node:24.21.0-trixie-slim@{A}"
SLIM = Variant("docker.io/library/node", "#-trixie-slim")
MIRRORED = f"127.0.0.1:5000/docker.io/library/node:24.21.0-trixie-slim@{A}"


def found(path: str, text: str) -> list[tuple[int, str]]:
    """The line and the text of each reference."""
    return [(one.line, text[one.start : one.end]) for one in references(path, text)]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f"FROM {NODE}", NODE),
        (f"from {NODE} as build", NODE),
        (f"FROM\t{NODE}\tAS\tbuild", NODE),
        (f"FROM --platform=$BUILDPLATFORM {NODE} AS build", NODE),
        (f"FROM --platform=linux/amd64  {NODE}\r", NODE),
        (f"FROM {MIRRORED}", MIRRORED),
        (f"FROM docker.io/library/{NODE}", f"docker.io/library/{NODE}"),
        (f"FROM gcr.io/distroless/nodejs24-debian13:nonroot@{A}", f"gcr.io/distroless/nodejs24-debian13:nonroot@{A}"),
        (f"FROM {NODE} AS node", NODE),
        ("FROM scratch", ""),
        ("FROM SCRATCH AS a", ""),
        ("FROM node:24.21.0-trixie-slim", "node:24.21.0-trixie-slim"),
        (f"FROM node@{A}", f"node@{A}"),
        (f"  FROM {NODE} AS build", NODE),
        (f"FROM \\\n {NODE}", NODE),
        ("FROM node", ""),
        ("FROM node:24\\\n.21", ""),
        (f"RUN <<E\nFROM {NODE}\nE", ""),
        (f"RUN a \\\n\nFROM {NODE}", ""),
        ("FROM ${BASE}", ""),
        (f"FROM node:$VERSION@{A}", ""),
        (f"# FROM {NODE}", ""),
        (f"RUN echo FROM {NODE}", ""),
        (f"FROMAGE {NODE}", ""),
        ("FROM \\", ""),
        (f"image: {NODE}", ""),
    ],
)
def test_a_line_of_a_dockerfile(line: str, named: str) -> None:
    text = f"# syntax=x\n\n{line}\nUSER 1\n"
    for path in ("Dockerfile", "api/Dockerfile", "Dockerfile.dev"):
        assert found(path, text) == ([(3, named)] if named else [])
    assert found("README.md", text) == []


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (f"    image: {NODE}", NODE),
        (f'    image: "{NODE}"', NODE),
        (f"    image: '{NODE}' # mine", NODE),
        (f"    image:   {NODE} # mine", NODE),
        (f"  - image: {MIRRORED}\r", MIRRORED),
        (f"image: {NODE}", NODE),
        (f"    # image: {NODE}", ""),
        ("    image: shop-web", ""),
        ("    image: redis:8.10", "redis:8.10"),
        ("    image: ${IMAGE}", ""),
        ("    image: >-", ""),
        ("    image:", ""),
        (f"    base_image: {NODE}", ""),
        (f"FROM {NODE}", ""),
    ],
)
@pytest.mark.parametrize("path", ["compose.yaml", ".github/workflows/a.yml", "Dockerfile.yaml"])
def test_a_line_of_yaml(line: str, named: str, path: str) -> None:
    assert found(path, f"services:\n\n{line}\n") == ([(3, named)] if named else [])


def test_stages_are_no_images() -> None:
    pinned = f"build:1@{A}"
    text = f"FROM {NODE} AS Build\nFROM build AS other\nFROM {pinned}\nFROM other\nFROM {NODE}\n"
    assert found("Dockerfile", text) == [(1, NODE), (3, pinned), (5, NODE)]
    # Its own name is no stage yet.
    assert found("Dockerfile", f"FROM {NODE} AS {NODE.upper()}\n") == [(1, NODE)]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (images.parse(NODE), SLIM),
        (Image("docker.io", "library/node", "{}-trixie-slim", "24"), SLIM),
        (images.parse(f"node:24-alpine3.24@{A}"), Variant("docker.io/library/node", "#-alpine#")),
        (Image("docker.io", "library/node", "{}-alpine{alpine}", "24"), Variant("docker.io/library/node", "#-alpine#")),
        (
            images.parse(f"gcr.io/distroless/cc-debian13:nonroot@{A}"),
            Variant("gcr.io/distroless/cc-debian13", "nonroot"),
        ),
        (images.parse(MIRRORED), Variant("127.0.0.1:5000/docker.io/library/node", "#-trixie-slim")),
    ],
)
def test_variant(image: Image, expected: Variant) -> None:
    assert variant(image) == expected


@pytest.mark.parametrize(
    ("base", "text", "expected"),
    [
        ([NODE], [NODE], []),
        ([NODE], [f"node:24.22.0-trixie-slim@{B}"], [f"node:24.22.0-trixie-slim@{B}"]),
        ([NODE], [f"docker.io/library/node:24.22-trixie-slim@{B}"], [f"node:24.22-trixie-slim@{B}"]),
        ([NODE], [f"node:24.21.0-trixie-slim@{B}"], [f"node:24.21.0-trixie-slim@{B}"]),
        ([NODE], [f"node:24.9.0-trixie-slim@{B}"], [f"node:24.9.0-trixie-slim@{B}"]),
        ([NODE], [f"node:24.22.0-trixie@{B}"], []),
        ([NODE], [f"node:24.22.0-alpine3.24@{B}"], []),
        ([NODE], [f"gcr.io/library/node:24.22.0-trixie-slim@{B}"], []),
        ([NODE], ["node:24.22.0-trixie-slim"], ["node:24.22.0-trixie-slim"]),
        ([NODE], ["node:24.21.0-trixie-slim"], []),
        ([NODE], [f"node@{A}"], []),
        ([NODE], [f"node@{B}"], []),
        (
            [NODE, NODE],
            ["node:24.22.0-trixie-slim", f"node:24.22.0-trixie-slim@{B}"],
            [f"node:24.22.0-trixie-slim@{B}"],
        ),
        (
            [NODE, NODE],
            [f"node:24.22.0-trixie-slim@{B}", "node:24.22.0-trixie-slim"],
            [f"node:24.22.0-trixie-slim@{B}"],
        ),
        ([NODE], [], []),
        ([], [f"node:24.22.0-trixie-slim@{B}"], []),
        ([NODE, NODE], [NODE, f"node:24.22.0-trixie-slim@{B}"], [f"node:24.22.0-trixie-slim@{B}"]),
        ([NODE, NODE], [f"node:24.22.0-trixie-slim@{B}", NODE], [f"node:24.22.0-trixie-slim@{B}"]),
        (
            [NODE, NODE],
            [f"node:24.100.0-trixie-slim@{B}", f"node:24.22.0-trixie-slim@{C}"],
            [f"node:24.100.0-trixie-slim@{B}"],
        ),
        ([NODE, NODE], [f"node:24.21.0-trixie-slim@{one}" for one in (B, C)], [f"node:24.21.0-trixie-slim@{C}"]),
        (
            [NODE, f"golang:1.27.3-alpine3.24@{A}"],
            [f"node:25.0.0-trixie-slim@{B}", f"golang:1.27.3-alpine3.25@{C}"],
            [f"node:25.0.0-trixie-slim@{B}", f"golang:1.27.3-alpine3.25@{C}"],
        ),
    ],
)
@pytest.mark.parametrize(("path", "before"), [("Dockerfile", "FROM "), ("compose.yaml", "    image: ")])
def test_adopted(base: list[str], text: list[str], expected: list[str], path: str, before: str) -> None:
    old, new = ("".join(f"{before}{one}\n" for one in names) for names in (base, text))
    made = adopted(path, new, old)
    assert [*made.values()] == [images.parse(one) for one in expected]
    assert all(variant(image) == key for key, image in made.items())


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("24.9.0-alpine3.24", "24.21.0-alpine3.24"),
        ("24.21.0-alpine3.9", "24.21.0-alpine3.24"),
        ("24.21-alpine3.24", "24.21.0-alpine3.24"),
        ("24.21.5-alpine3.24", "24.22-alpine3.23"),
        ("nonroot", "nonroot"),
    ],
)
def test_newest(older: str, newer: str) -> None:
    one, other = images.parse(f"node:{older}@{A}"), images.parse(f"node:{newer}@{B}")
    assert newest([one, other]) == other and newest([one]) == one
    if older != newer:
        assert newest([other, one]) == other
        assert version(one) < version(other)


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("24.9.0-alpine3.24", "24.21.0-alpine3.24", True),
        ("24.21.0-alpine3.9", "24.21.0-alpine3.24", True),
        ("24.21.0-alpine3.24", "24.21.0-alpine3.24", False),
        ("24-alpine3.24", "24.21.0-alpine3.24", False),
        ("24-alpine3.9", "24.21.0-alpine3.24", True),
        ("22-alpine3.24", "24.21.0-alpine3.24", True),
        ("nonroot", "nonroot", False),
    ],
)
def test_older_as_far_as_both_say_it(one: str, other: str, older: bool) -> None:
    first, second = images.parse(f"node:{one}"), images.parse(f"node:{other}")
    assert is_older(first, second) is older and not (is_older(second, first) and older)


NEWER = f"node:24.22.0-trixie-slim@{B}"


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        # Whole pins follow.
        (NODE, NEWER, NEWER),
        (f"node:24.21.5-trixie-slim@{C}", NEWER, NEWER),
        (f"node:24.1.0-trixie-slim@{C}", NEWER, NEWER),
        # Half of what stood there says nothing new.
        ("node:24.21.0-trixie-slim", NEWER, NEWER),
        (f"node@{A}", NEWER, NEWER),
        # A tag: what it is, or something newer.
        ("node:24.22.0-trixie-slim", NEWER, NEWER),
        ("node:24.21.5-trixie-slim", NEWER, NEWER),
        ("node:24.23.0-trixie-slim", NEWER, ""),
        ("node:24.1.0-trixie-slim", NEWER, ""),
        ("node:24-trixie-slim", NEWER, ""),
        ("node:25.1.0-trixie-slim", NEWER, ""),
        # A digest: only what it is.
        (f"node@{B}", NEWER, NEWER),
        (f"node@{C}", NEWER, ""),
        # What there is no place for any more looks as if nobody had changed it.
        (f"node:24.21.5-trixie-slim@{C}", f"gcr.io/distroless/cc:nonroot@{C}", NODE),
        ("node:24.23.0-trixie-slim", f"gcr.io/distroless/cc:nonroot@{C}", NODE),
        (f"node@{C}", f"gcr.io/distroless/cc:nonroot@{C}", NODE),
        # Another flavour, which the answers follow or not.
        (f"node:24.21.5-alpine3.24@{C}", f"node:24.22.0-alpine3.24@{B}", f"node:24.22.0-alpine3.24@{B}"),
        (f"node:24.21.5-alpine3.24@{C}", NEWER, ""),
    ],
)
def test_a_text_with_the_pins_of_another(text: str, after: str, expected: str) -> None:
    texts = [f"  from  {image}  AS a\nRUN {image}\n" for image in (text, NODE, after)]
    made = repinned("Dockerfile", *texts)
    assert made == texts[0].replace(text, expected or text, 1)


def test_a_tag_of_a_whole_line_is_what_was_looked_up() -> None:
    text, base, after = (f"FROM {image}\n" for image in ("node:24-trixie-slim", NODE, NEWER))
    half = images.parse("node:24-trixie-slim")
    assert repinned("Dockerfile", text, base, after, {half}) == after
    assert repinned("Dockerfile", text, base, after.replace("24.22", "22.1"), {half}) == text


def test_a_stage_that_ours_has_on_another_image_is_as_if_nobody_had_changed_it() -> None:
    text, base, after = (
        f"FROM {first} AS a\nFROM {second} AS b\n"
        for first, second in (("node:24.30.0-trixie-slim",) * 2, (NODE, NODE), (NEWER, f"gcr.io/d/cc:nonroot@{C}"))
    )
    made = repinned("Dockerfile", text, base, after)
    assert made == f"FROM node:24.30.0-trixie-slim AS a\nFROM {NEWER} AS b\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"FROM {NODE} AS a\n", []),
        ("FROM node:24-alpine AS a\n", [("#-alpine", "24.21.0-trixie-slim")]),
        (f"FROM node@{B} AS a\n", []),
        ("FROM node:24-alpine AS b\n", []),
        ("FROM ruby:24-alpine AS a\n", []),
    ],
)
def test_flavours(text: str, found: list[tuple[str, str]]) -> None:
    base = f"FROM {NODE} AS a\n"
    made = [(one.variant.tag, was.image.tag) for one, was in flavours("Dockerfile", text, base)]
    assert made == found


def test_moves_are_those_of_files() -> None:
    node, newer, other, gone = (
        images.parse(f"node:{tag}-trixie-slim@{digest}")
        for tag, digest in (("24.21.0", A), ("24.22.0", B), ("22.1.0", A), ("22.2.0", B))
    )
    before, after = (node, other), (newer, other, gone)
    texts = {"Dockerfile": f"FROM {images.reference(newer)}\nFROM {images.reference(other)}\n", "notes": "22.2.0"}
    assert [*moves(before, after, texts)] == [(node, newer)], "neither one that stays nor one of no file"
    assert [*moves(before, after, {})] == []
    assert [*moves((), (newer,), texts)] == [(None, newer)]
    texts["api/Dockerfile"] = f"FROM {images.reference(gone)}\n"
    assert [*moves(before, (newer, gone), texts)] == [(node, newer), (other, gone)]


FILE = f"""\
# FROM {NODE}
FROM --platform=$BUILDPLATFORM {NODE} AS build\r
RUN echo {NODE}
from  docker.io/library/{NODE}  as other
FROM build
FROM golang:1.27.3-alpine3.24@{A}
FROM node:24.21.0-trixie-slim"""


def test_replaced() -> None:
    pin = replace(images.parse(f"node:24.22.0-trixie-slim@{B}"), date="2026-11-22")
    lines = FILE.split("\n")
    for number in (1, 3):
        lines[number] = lines[number].replace("24.21.0", "24.22.0").replace(A, B)
    made = replaced("Dockerfile", FILE, {SLIM: pin, Variant("docker.io/library/node", "#-trixie"): pin})
    assert made == "\n".join(lines)
    assert replaced("Dockerfile", made, {SLIM: pin}) == made
    back = {SLIM: images.parse(NODE)}
    assert replaced("Dockerfile", made, back) == FILE, "there and back"
    assert replaced("README.md", FILE, {SLIM: pin}) == FILE


def test_replaced_at_a_mirror_in_yaml() -> None:
    text = f"services:\n  web:\n    image: '{MIRRORED}' # mine\n    init: true\n"
    pin = images.parse(f"127.0.0.1:5000/docker.io/library/node:24.22.0-trixie-slim@{B}")
    expected = text.replace("24.21.0", "24.22.0").replace(A, B)
    assert replaced("compose.yaml", text, {variant(pin): pin}) == expected
    assert replaced("compose.yaml", text, {SLIM: pin}) == text, "the image of another registry"


PARTS = [
    "FROM ",
    "from ",
    "image: ",
    "  - image: '",
    NODE,
    MIRRORED,
    " AS a",
    "a",
    "'",
    '"',
    "#",
    "\n",
    "\r\n",
    " ",
    "\udcff",
]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.sampled_from(["Dockerfile", "compose.yaml"]))
def test_nothing_else_changes(text: str, path: str) -> None:
    assert replaced(path, text, {}) == text
    same = {one.variant: one.image for one in references(path, text) if one.is_pin}
    assert replaced(path, text, same) == text
    other = {key: replace(image, tag="9.9.9-trixie-slim", digest=B) for key, image in same.items()}
    made = replaced(path, text, other)
    assert [one.line for one in references(path, made)] == [one.line for one in references(path, text)]
    assert replaced(path, made, same) == text
    assert repinned(path, text, text, text) == text
