from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_locks
from scaffold.languages.node_locks import Lock
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

ONE = {"dependencies": {"ms": "^2.1.0"}}


def npm(*, form: int = 3, root: dict[str, Any] | None = None, **packages: dict[str, Any]) -> str:
    return json.dumps({"lockfileVersion": form, "packages": {"": root or {}, **packages}})


@pytest.mark.parametrize(
    ("file", "text", "form", "stale"),
    [
        ("package-lock.json", npm(root=ONE), "3", ""),
        ("package-lock.json", npm(), "3", "ms"),
        ("package-lock.json", npm(**{"node_modules/ms": {"version": "2.1.3"}}), "3", ""),
        ("package-lock.json", npm(**{"node_modules/ms": {"version": "1.0.0"}}), "3", "ms"),
        ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"ms": {}}}', "1", ""),
        ("npm-shrinkwrap.json", '{"lockfileVersion": 1, "dependencies": {"a": {}}}', "1", "ms"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n  .:\n    dependencies:\n      ms:\n", "9", ""),
        ("pnpm-lock.yaml", "lockfileVersion: 5.4\ndependencies:\n  ms: 2.1.3\n", "5", ""),
        ("pnpm-lock.yaml", "lockfileVersion: '6.0'\ndependencies:\n  a:\n", "6", "ms"),
        ("pnpm-lock.yaml", "---\nlockfileVersion: '9.0'\n---\nlockfileVersion: '9.0'\n      ms:\n", "9+", ""),
        ("yarn.lock", "# yarn lockfile v1\n\nms@^2.1.0:\n", "1", ""),
        ("yarn.lock", "# yarn lockfile v1\n\nms@^1.0.0:\n", "1", "ms"),
        ("yarn.lock", '__metadata:\n  version: 8\n\n"ms@npm:^2.1.0":\n', "8", ""),
        ("yarn.lock", "__metadata:\n  version: 6\n", "6", "ms"),
        ("bun.lock", '{"workspaces": {"": {"dependencies": {"ms": "^2.1.0"}}}}', "", ""),
        ("bun.lock", '{"workspaces": {"": {"dependencies": {}}}}', "", "ms"),
        ("bun.lockb", "\0", "", ""),
    ],
)
def test_locks(tree: Tree, file: str, text: str, form: str, stale: str) -> None:
    manager = node_locks.LOCKS[file]
    assert list(node_locks.locks(tree({file: text}), ONE)) == [Lock(file, manager, form, stale)]


@pytest.mark.parametrize(
    ("lock", "lines"),
    [
        (Lock("pnpm-lock.yaml", "pnpm", "5"), ("7",)),
        (Lock("pnpm-lock.yaml", "pnpm", "6"), ("8",)),
        (Lock("pnpm-lock.yaml", "pnpm", "9"), ("10", "9", "11", "12")),
        (Lock("pnpm-lock.yaml", "pnpm", "9+"), ("11", "12")),
        (Lock("yarn.lock", "yarn", "1"), ("1",)),
        (Lock("yarn.lock", "yarn", "4"), ("2", "3")),
        (Lock("yarn.lock", "yarn", "6"), ("3",)),
        (Lock("yarn.lock", "yarn", "8"), ("4",)),
        (Lock("bun.lock", "bun"), ("1",)),
    ],
)
def test_readers(lock: Lock, lines: tuple[str, ...]) -> None:
    assert node_locks.readers(lock, ("1",)) == lines


@pytest.mark.parametrize(
    ("peers", "packages", "broken"),
    [
        ({"ms": "^2"}, {"node_modules/ms": {"version": "2.1.3"}}, ""),
        ({"ms": "^3"}, {"node_modules/ms": {"version": "2.1.3"}}, "a needs ms ^3"),
        ({"ms": "^3"}, {"node_modules/a/node_modules/ms": {"version": "2.0.0"}}, "a needs ms ^3"),
        ({"ms": "^3"}, {}, "a needs ms ^3"),
        ({"ms": "next"}, {"node_modules/ms": {"version": "2.1.3"}}, ""),
        ({"ms": ["odd"]}, {"node_modules/ms": {"version": "2.1.3"}}, ""),
    ],
)
def test_conflicts(peers: dict[str, Any], packages: dict[str, Any], broken: str) -> None:
    found = node_locks.conflicts({"": {}, "node_modules/a": {"peerDependencies": peers}, **packages})
    assert found == broken


def test_optional_peers_are_not_missed() -> None:
    package = {"peerDependencies": {"ms": "^3"}, "peerDependenciesMeta": {"ms": {"optional": True}}}
    assert node_locks.conflicts({"": {}, "node_modules/a": package, "node_modules/odd": []}) == ""
