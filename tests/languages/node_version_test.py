from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
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


@pytest.mark.parametrize("engines", ["12.x", "12.18.x", ">=8 <13", "0.10.x", "20", "^14.17 || ^16"])
def test_a_line_that_ended_gives_way_to_the_nearest_that_has_not(tree: Tree, engines: str) -> None:
    found = node_version.version(tree({}), Range("npm", engines, "package.json engines"))
    assert found and found.value == "22" and found.others == (Found(engines, "package.json engines"),)
    assert "is out of support, 22 is the nearest that is not" in found.rule


@pytest.mark.parametrize("written", ["v14.17.0", "8", "lts/gallium", "lts/iron"])
def test_so_does_one_in_nvmrc(tree: Tree, written: str) -> None:
    found = node_version.version(tree({".nvmrc": written}), None)
    assert found and (found.value, found.others) == ("22", (Found(written, ".nvmrc"),))


def test_one_that_is_not_yet_known_is_refused(tree: Tree) -> None:
    with pytest.raises(ScaffoldError, match="no supported line meets"):
        node_version.version(tree({}), Range("npm", ">=99", "package.json engines"))
