"""Names of stages: what the user called otherwise is called so in ours too."""

from __future__ import annotations

import pytest

from scaffold.stage_names import begun, renamed, with_names

BASE = "FROM node:24 AS base\n\nFROM node:24 AS build\nCOPY --from=base /a /a\n\nFROM gcr.io/d/x:nonroot AS runtime\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (BASE, {}),
        (BASE.replace("build", "compile"), {"build": "compile"}),
        (BASE.replace("build", "compile").replace("node:24", "node:25@sha256:00"), {"build": "compile"}),
        (BASE.replace("base", "one").replace("build", "two"), {"base": "one", "build": "two"}),
        (f"\ufeff{BASE}".replace("base", "one"), {"base": "one"}),
        (BASE.replace("FROM node:24 AS build", "from --platform=linux/amd64 node:24 as mine"), {"build": "mine"}),
        (f"{BASE}FROM node:24 AS more\n", {}),
        (BASE.replace("node:24 AS build", "ruby:3 AS compile"), {}),
        (BASE.replace(" AS build", ""), {}),
    ],
    ids=["same", "one", "bumped", "two", "mark", "lower case", "one more", "another image", "no name"],
)
def test_renamed(text: str, names: dict[str, str]) -> None:
    assert renamed("api/Dockerfile", text, BASE) == names


def test_other_files_have_no_stages() -> None:
    assert renamed("compose.yaml", BASE.replace("build", "compile"), BASE) == {}


def test_a_name_is_changed_where_it_is_given_and_used() -> None:
    text = (
        "FROM a:1 AS build\nRUN --mount=type=bind,from=build,target=/b x build\n"
        "FROM build AS next\nCOPY --from=build build /\n"
    )
    assert with_names(text, {"build": "mine"}) == (
        "FROM a:1 AS mine\nRUN --mount=type=bind,from=mine,target=/b x build\n"
        "FROM mine AS next\nCOPY --from=mine build /\n"
    )
    assert with_names(text, {}) == text


def test_a_name_is_none_elsewhere() -> None:
    text = (
        "FROM a:1 AS base\nRUN curl https://example.org/?from=base --from=base \\\n  from=base\n"
        "COPY <<E /base\nFROM base\nCOPY --from=base\nE\nCOPY base --from=base\nENV A=from=base\n"
    )
    assert with_names(text, {"base": "mine"}) == text.replace("AS base", "AS mine")


def test_bytes_stay() -> None:
    text = (
        "\ufeff  from --platform=x base \tas next\r\n"
        "COPY --chmod=644 \\\r\n  --from=base a b\r\n"
        'RUN --mount=type=cache,target=/x --mount=from=base,target=/y,"z" x \udcff'
    )
    made = with_names(text, {"base": "one", "next": "two"})
    assert made == text.replace("base", "one").replace("next", "two")
    assert with_names(made, {"one": "base", "two": "next"}) == text


def test_what_each_from_says() -> None:
    found = begun("ARG A\nFROM --platform=x a:1 as B\n from \\\n# c\n c:2\nFROM d AS\nFROM\nFROM e AS f g\n")
    assert [(one.line, one.image.text, one.name and one.name.text) for one in found] == [
        (2, "a:1", "B"),
        (3, "c:2", None),
        (6, "d", None),
        (8, "e", None),
    ]
