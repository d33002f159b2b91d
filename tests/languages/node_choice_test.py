from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import node_choice
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

SERVER: dict[str, Any] = {"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}
SITE: dict[str, Any] = {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}
LIBRARY: dict[str, Any] = {"main": "index.js", "exports": "./index.js", "dependencies": {"express": "5"}}


@pytest.mark.parametrize(
    ("root", "members", "folder"),
    [
        ({}, {"apps/web": SITE, "apps/api": SERVER, "packages/lib": LIBRARY}, "apps/api"),
        ({}, {"apps/web": SITE, "packages/lib": LIBRARY}, "apps/web"),
        ({}, {"apps/docs": SITE, "apps/web": SITE}, "apps/web"),
        ({}, {"apps/docs": SITE}, "apps/docs"),
        ({}, {"apps/worker": SERVER, "apps/server": SERVER}, "apps/server"),
        ({"name": "@x/shop"}, {"apps/shop": SERVER, "apps/bank": SERVER}, "apps/shop"),
        ({"scripts": {"start": "turbo run start"}}, {"apps/api": SERVER}, "apps/api"),
        ({"scripts": {"start": "node a.js"}}, {"apps/api": SERVER}, "."),
        ({"scripts": {"start": "npm start -w apps/b"}}, {"apps/a": SERVER, "apps/b": SERVER}, "apps/b"),
        ({"scripts": {"start": "pnpm --filter ./b start"}}, {"a": SERVER, "b": SERVER}, "b"),
        ({"scripts": {"start": "cd b && npm start"}}, {"a": SERVER, "b": SERVER}, "b"),
        ({"scripts": {"start": "yarn workspace bee start"}}, {"a": SERVER, "b": SERVER | {"name": "bee"}}, "b"),
    ],
    ids=str,
)
def test_app(tree: Tree, root: dict[str, Any], members: dict[str, dict[str, Any]], folder: str) -> None:
    files = {f"{place}/package.json": json.dumps(member) for place, member in members.items()}
    assert node_choice.app(tree(files), root, members).value == folder


def test_others_are_named_with_the_rule(tree: Tree) -> None:
    app = node_choice.app(tree({"a/x": "", "b/x": ""}), {}, {"web": SITE, "api": SERVER})
    assert ([str(one) for one in app.others], app.rule) == (["web (web/package.json)"], node_choice.RULE)


@pytest.mark.parametrize(
    ("members", "fact"),
    [
        ({"a": SERVER, "b": SERVER}, "Several members of the workspace could be the app: a, b."),
        ({"a": LIBRARY}, "None of the workspace's members has a start script or a server."),
    ],
)
def test_undecided(tree: Tree, members: dict[str, dict[str, Any]], fact: str) -> None:
    with pytest.raises(ScaffoldError) as error:
        node_choice.app(tree({"a/x": "", "b/x": ""}), {}, members)
    assert error.value.fact == fact
    assert "--workspace" in error.value.remedy


@pytest.mark.parametrize(
    ("script", "wide"),
    [("turbo build", True), ("pnpm -r build", True), ("npm run build --workspaces", True), ("tsc -b", False)],
)
def test_runs_all(script: str, wide: bool) -> None:
    assert node_choice.runs_all(script) == wide


def test_folders_stay_in_the_project() -> None:
    assert node_choice.folders("npm --prefix ../x start && npm --prefix=./y run z") == ("y",)
    assert node_choice.folders("cd 'open") == ()
