from __future__ import annotations

from collections.abc import Callable

from scaffold.facts import Found, Range
from scaffold.languages import node_version
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def test_version_and_range(tree: Tree) -> None:
    project = tree({})
    wanted = node_version.wanted(project, {"engines": {"node": ">=24"}})
    assert wanted == Range("npm", ">=24", "package.json engines")
    assert node_version.version(project, wanted) == Found("24", "package.json engines")
    assert node_version.version(project, None) is None


def test_nvmrc_comes_first(tree: Tree) -> None:
    assert node_version.version(tree({".nvmrc": "lts/jod"}), None) == Found("22", ".nvmrc")
