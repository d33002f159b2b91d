from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

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


def test_scripts_of_pnpm_become_links(tmp_path: Path) -> None:
    """The form is that of @zkochan/cmd-shim, which pnpm writes them with."""
    place = tmp_path / "web/node_modules/.bin/tool"
    place.parent.mkdir(parents=True)
    place.write_text('#!/bin/sh\nif x; then\n  exec node  "$basedir/../tool/bin.cjs" "$@"\nfi\n')
    (command,) = node_bins.linked("node node_modules/.bin/tool ./a.js", "web")
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    assert place.readlink() == Path("../tool/bin.cjs")
    assert node_bins.linked("node node_modules/tool/bin.js", ".") == ()
