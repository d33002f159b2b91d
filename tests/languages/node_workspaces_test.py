from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_workspaces
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

MEMBERS = ("apps/api", "apps/web", "libs/deep/er", "packages/ui", "my app")


def files(**more: str) -> dict[str, str]:
    return {f"{one}/package.json": json.dumps({"name": one.rpartition("/")[2]}) for one in MEMBERS} | more


@pytest.mark.parametrize(
    ("workspaces", "members"),
    [
        (["apps/*"], ["apps/api", "apps/web"]),
        ({"packages": ["./apps/*/", "packages/ui"]}, ["apps/api", "apps/web", "packages/ui"]),
        (["libs/**"], ["libs/deep/er"]),
        (["**"], ["apps/api", "apps/web", "packages/ui", "libs/deep/er"]),
        (["apps/*", "!apps/web"], ["apps/api"]),
        (["{apps,packages}/*"], ["apps/api", "apps/web", "packages/ui"]),
        (["my app"], []),
        ([], []),
        (["../*", 1], []),
        ("apps/*", []),
    ],
    ids=str,
)
def test_members(tree: Tree, workspaces: object, members: list[str]) -> None:
    assert list(node_workspaces.read(tree(files()), {"workspaces": workspaces}).members) == members


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("packages:\n  - 'apps/*'\n  # more\n  - \"packages/*\"\n", ["apps/api", "apps/web", "packages/ui"]),
        ("packages: [apps/*]\n", ["apps/api", "apps/web"]),
        ("packages:\n- apps/*\n- '!apps/web'\ncatalog:\n  ms: 2\n", ["apps/api"]),
        ("onlyBuiltDependencies:\n  - apps/*\n", []),
        ("packages: *a\n", []),
    ],
)
def test_members_of_pnpm(tree: Tree, text: str, members: list[str]) -> None:
    assert list(node_workspaces.read(tree(files(**{"pnpm-workspace.yaml": text})), {}).members) == members


def test_a_folder_that_the_root_starts(tree: Tree) -> None:
    manifest: dict[str, Any] = {"scripts": {"start": "npm start --prefix apps/api"}}
    found = node_workspaces.read(tree(files()), manifest)
    assert (found.folder, found.nested, found.manifests) == ("apps/api", True, {})
    assert found.app_manifest(manifest) == {"name": "api"}


def test_what_the_sources_name(tree: Tree) -> None:
    start = {"workspaces": ["apps/*"], "scripts": {"start": "npm start -w api"}}
    for source, served in (
        ("'../../web/dist'", ("apps/web",)),
        ("'..', 'web', 'build'", ("apps/web",)),
        ("'/web/x'", ()),
    ):
        project = tree(files(**{"apps/api/a.js": f"static({source})"}))
        assert node_workspaces.read(project, start).served == served


def test_sites(tree: Tree) -> None:
    site = json.dumps({"devDependencies": {"vite": "7"}})
    project = tree({"client/package.json": site, "server/package.json": "{}", "odd/package.json": "{"})
    assert node_workspaces.sites(project, ()) == ("client",)
    assert node_workspaces.sites(project, {"client"}) == ()


def test_names_that_no_package_has(tree: Tree) -> None:
    project = tree({"apps/a/package.json": '{"name": "x; reboot"}'})
    assert node_workspaces.read(project, {"workspaces": ["apps/*"]}).name("apps/a") == ""
