from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_build, node_managers, node_workspaces
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

LIB = {"name": "@x/lib", "scripts": {"build": "tsc"}, "dependencies": {"@x/core": "*"}}
CORE = {"name": "@x/core", "scripts": {"build": "tsc"}, "devDependencies": {"@x/lib": "*"}}
API = {"name": "@x/api", "scripts": {"build": "tsc", "start": "node a.js"}, "dependencies": {"@x/lib": "*"}}
MEMBERS = {"packages/lib": LIB, "packages/core": CORE, "apps/api": API}
PNPM = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}


def built(project: Project, manifest: dict[str, Any]) -> str:
    manager = node_managers.chosen(project, manifest)
    return str(node_build.build(project, manifest, node_workspaces.read(project, manifest), manager))


@pytest.mark.parametrize(
    ("scripts", "files", "build"),
    [
        ({"build": "tsc"}, {}, "npm run build (package.json scripts.build)"),
        ({"build": "tsc"}, PNPM, "pnpm run build (package.json scripts.build)"),
        ({"heroku-postbuild": "tsc"}, {}, "npm run heroku-postbuild (package.json scripts.heroku-postbuild)"),
        ({"build": " "}, {}, "None"),
        ({"build": 1}, {}, "None"),
    ],
    ids=str,
)
def test_build(tree: Tree, scripts: dict[str, Any], files: dict[str, str], build: str) -> None:
    assert built(tree(files), {"scripts": scripts}) == build


ORDER = "npm run build --workspace packages/core && npm run build --workspace packages/lib"


@pytest.mark.parametrize(
    ("root", "files", "build"),
    [
        ({}, {}, f"{ORDER} && npm run build --workspace apps/api"),
        ({"scripts": {"build": "npm run build --workspaces"}}, {}, f"{ORDER} && npm run build --workspace apps/api"),
        ({"scripts": {"build": "tsc -b"}}, {}, "npm run build"),
        (
            {"scripts": {"build": "turbo build"}, "packageManager": "npm@11.0.0"},
            {"turbo.json": "{}"},
            "npx turbo run build --filter=@x/api",
        ),
        ({"scripts": {"build": "turbo build"}}, {"turbo.json": "{}"}, f"{ORDER} && npm run build --workspace apps/api"),
        (
            {"scripts": {"build": "nx run-many -t build"}},
            {"nx.json": "{}"},
            "npx nx run-many --target=build --projects=@x/api",
        ),
        ({"packageManager": "bun@1.2.0"}, {}, "bun run --cwd packages/core build && bun run --cwd packages/lib build "),
    ],
    ids=str,
)
def test_a_workspace_is_built_in_order(tree: Tree, root: dict[str, Any], files: dict[str, str], build: str) -> None:
    manifests = {f"{place}/package.json": json.dumps(member) for place, member in MEMBERS.items()}
    shown = built(tree({**manifests, **files}), {"workspaces": ["apps/*", "packages/*"], **root})
    assert shown.startswith(build)


@pytest.mark.parametrize(
    ("scripts", "files", "build"),
    [
        ({}, {}, "npm --prefix api install && npm --prefix api run build"),
        ({}, {"api/package-lock.json": "{}"}, "npm --prefix api ci && npm --prefix api run build"),
        ({"build": "make"}, {}, "npm --prefix api install && npm run build"),
        ({"postinstall": "cd api && npm install"}, {}, "npm --prefix api run build"),
        ({}, {"api/yarn.lock": "", "yarn.lock": ""}, "yarn --cwd api install && npm --prefix api run build"),
    ],
    ids=str,
)
def test_a_folder_that_the_root_starts(tree: Tree, scripts: dict[str, str], files: dict[str, str], build: str) -> None:
    own = {"api/package.json": json.dumps({"scripts": {"build": "tsc", "start": "node a.js"}})}
    shown = built(tree({**own, **files}), {"scripts": {"start": "cd api && npm start", **scripts}})
    assert shown.startswith(f"{build} (")
