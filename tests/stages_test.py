"""Names of stages: what the user called otherwise is called so in ours too."""

from __future__ import annotations

import pytest

from scaffold.stages import renamed, with_names

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
