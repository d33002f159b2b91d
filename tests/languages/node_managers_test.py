from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_managers
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

PNPM9 = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
PNPM6 = {"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}
YARN1 = {"yarn.lock": "# yarn lockfile v1\n"}
YARN8 = {"yarn.lock": "__metadata:\n  version: 8\n"}
RELEASES = node_managers.RELEASES
TEN, EIGHT, CLASSIC = RELEASES["pnpm"]["10"], RELEASES["pnpm"]["8"], RELEASES["yarn"]["1"]


@pytest.mark.parametrize(
    ("content", "files", "package"),
    [
        ({}, {}, ""),
        ({}, PNPM9, f"pnpm@{TEN}"),
        ({}, PNPM6, f"pnpm@{EIGHT}"),
        ({"packageManager": "pnpm@9.1.0+sha512.0a"}, PNPM9, "pnpm@9.1.0"),
        ({"packageManager": "pnpm@9.1.0"}, PNPM6, f"pnpm@{EIGHT}"),
        ({"packageManager": "pnpm@8.1.0"}, PNPM6, f"pnpm@{EIGHT}"),
        ({"packageManager": "pnpm@8.6.0"}, PNPM6, "pnpm@8.6.0"),
        ({"packageManager": "pnpm@9"}, PNPM9, f"pnpm@{RELEASES['pnpm']['9']}"),
        ({"engines": {"pnpm": "^9"}}, PNPM9, f"pnpm@{RELEASES['pnpm']['9']}"),
        ({"engines": {"pnpm": "banana 1"}}, PNPM9, f"pnpm@{TEN}"),
        ({"devEngines": {"packageManager": {"name": "pnpm", "version": "11.x"}}}, {}, f"pnpm@{RELEASES['pnpm']['11']}"),
        ({"packageManager": "yarn@1.22.0"}, PNPM9, f"pnpm@{TEN}"),
        ({}, YARN1, f"yarn@{CLASSIC}"),
        ({"packageManager": "yarn@4.2.1"}, YARN8, "@yarnpkg/cli-dist@4.2.1"),
        ({}, YARN8, f"@yarnpkg/cli-dist@{RELEASES['yarn']['4']}"),
        ({}, {".yarnrc.yml": ""}, f"@yarnpkg/cli-dist@{RELEASES['yarn']['4']}"),
        ({"packageManager": "bun@1.2.3"}, {}, "bun@1.2.3"),
        ({"packageManager": "npm@10.0.0"}, {}, ""),
        ({"packageManager": "pnpm@9.1.0; reboot"}, {}, ""),
        ({"packageManager": ["pnpm"]}, {}, ""),
    ],
    ids=str,
)
def test_version(tree: Tree, content: dict[str, Any], files: dict[str, str], package: str) -> None:
    assert node_managers.chosen(tree(files), content).package == package


def test_a_release_that_is_committed(tree: Tree) -> None:
    files = {**YARN8, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-4.2.1.cjs\n", ".yarn/releases/yarn-4.2.1.cjs": ""}
    manager = node_managers.chosen(tree(files), {})
    assert (manager.package, manager.program, manager.line) == ("", "node .yarn/releases/yarn-4.2.1.cjs", 4)
    gone = node_managers.chosen(tree({**YARN8, ".yarnrc.yml": "yarnPath: ../yarn-4.2.1.cjs\n"}), {})
    assert gone.program == "yarn"


def test_of_several_locks(tree: Tree) -> None:
    both = {**PNPM9, "package-lock.json": json.dumps({"packages": {"": {}}})}
    assert node_managers.chosen(tree(both), {}).name.value == "npm"
    named = node_managers.chosen(tree(both), {"packageManager": "pnpm@9.1.0"}).name
    assert (named.value, [str(one) for one in named.others]) == ("pnpm", ["npm (package-lock.json)"])
    assert named.rule == "package.json packageManager names it"


def test_a_lock_that_fits_counts_more(tree: Tree) -> None:
    fitting = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n      ms:\n", "package-lock.json": '{"packages": {}}'}
    name = node_managers.chosen(tree(fitting), {"dependencies": {"ms": "2"}}).name
    assert (name.value, name.rule) == ("pnpm", "the others do not match package.json")


@pytest.mark.parametrize(("said", "differs"), [("pnpm@9.1.0", False), ("pnpm@8.1.0", True), ("yarn@1.22.0", True)])
def test_what_package_json_says_otherwise(tree: Tree, said: str, differs: bool) -> None:
    assert node_managers.chosen(tree(PNPM9), {"packageManager": said}).differs == differs
