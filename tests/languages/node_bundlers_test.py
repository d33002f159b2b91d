"""Bundlers of before OpenSSL 3."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages import node_bundlers
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("package", "version", "found"),
    [
        ("react-scripts", "4.0.3", "react-scripts 4 (client/package.json)"),
        ("webpack", "^4.41.2", "webpack 4 (client/package.json)"),
        ("next", "~11.1.0", "next 11 (client/package.json)"),
        ("react-scripts", "5.0.1", ""),
        ("webpack", "latest", ""),
        ("express", "1", ""),
    ],
)
def test_old(tree: Tree, package: str, version: str, found: str) -> None:
    files = {"package.json": "{}", "client/package.json": json.dumps({"devDependencies": {package: version}})}
    assert node_bundlers.old(tree(files)) == found


def test_what_cannot_be_read_is_passed_over(tree: Tree) -> None:
    assert node_bundlers.old(tree({"package.json": "{", "a/package.json": "[]"})) == ""
