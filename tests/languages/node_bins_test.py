from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages import node_bins
from scaffold.languages.node_frameworks import Look
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

LOCK = {"packages": {"": {}, "node_modules/a-cli": {"bin": {"a": "./bin/a.js"}}, "node_modules/b/node_modules/c": {}}}


@pytest.mark.parametrize(
    ("name", "packages", "file"),
    [
        ("fastify", "fastify-cli", "node_modules/fastify-cli/cli.js"),
        ("fastify", "fastify", "node_modules/.bin/fastify"),
        ("a", "", "node_modules/a-cli/bin/a.js"),
        ("b", "b", "node_modules/.bin/b"),
        ("b", "", ""),
        ("tsc", "tsc", ""),
    ],
)
def test_file(tree: Tree, name: str, packages: str, file: str) -> None:
    look = Look(
        tree({"package-lock.json": json.dumps(LOCK)}), ".", {"dependencies": dict.fromkeys(packages.split(), "1")}
    )
    assert node_bins.file(look, name) == file


@pytest.mark.parametrize("text", ["{", "[]", '{"packages": []}', '{"packages": {"node_modules/a": {"bin": "x"}}}'])
def test_odd_locks(tree: Tree, text: str) -> None:
    assert node_bins.file(Look(tree({"package-lock.json": text}), ".", {}), "a") == ""
