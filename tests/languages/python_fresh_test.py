from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from scaffold.languages import python_fresh

# Hashes that poetry 2.5.1, pdm 2.29.3 and pipenv 2026.10.3 wrote for these manifests.
POETRY = """
[project]
name = "po"
version = "0.1.0"
requires-python = ">=3.13"
dependencies = ["flask (>=3.0)"]
[tool.poetry]
packages = [{include = "po", from = "src"}]
"""
OLDER = """
[tool.poetry]
name = "po"
version = "0.1.0"
[tool.poetry.dependencies]
python = "^3.11"
flask = "^3"
"""
PDM = """
[project]
name = "pd"
requires-python = "==3.13.*"
dependencies = ["fastapi>=0.100"]
[tool.pdm]
distribution = false
"""
PIPENV = """
[[source]]
url = "https://example.invalid/simple"
verify_ssl = true
name = "own"
[packages]
flask = "*"
[dev-packages]
[requires]
python_version = "3.13"
"""


def of_poetry(written: str) -> dict[str, Any]:
    return {"metadata": {"content-hash": written}}


def of_pdm(written: str) -> dict[str, Any]:
    return {"metadata": {"content_hash": f"sha256:{written}"}}


def of_pipenv(written: str) -> dict[str, Any]:
    return {"_meta": {"hash": {"sha256": written}}}


ROWS = [
    (python_fresh.poetry, POETRY, of_poetry("93f7f5f6df0bdf7204172bb973411ebf0bea1e8c9e3ee45938e71a25ff2e0a0e")),
    (python_fresh.poetry, OLDER, of_poetry("a9dcdac92431e2c5ade933513bdf9ae30eb0116493cb767ea82219a224bd9c9d")),
    (python_fresh.pdm, PDM, of_pdm("b54d4388f47dd0c16d0afb34213df8019e18f2d0a3708d64ef2f2c0704246714")),
    (python_fresh.pipenv, PIPENV, of_pipenv("53e9c95f1549d21cd9be5f4b8357520e0d0bf85e8b8c3006c88f1927e43f85fe")),
]


@pytest.mark.parametrize(("compare", "text", "lock"), ROWS, ids=["poetry", "older poetry", "pdm", "pipenv"])
def test_hashes(compare: Any, text: str, lock: dict[str, Any]) -> None:
    manifest = tomllib.loads(text)
    assert compare(manifest, lock) is True
    assert compare(tomllib.loads(text.replace("flask", "quart").replace("fastapi", "quart")), lock) is False
    assert compare(manifest, {}) is None


UV = {
    "metadata": {"requires-dist": [{"name": "flask", "specifier": ">=3,<4"}, {"name": "core", "extras": ["x"]}]},
}


@pytest.mark.parametrize(
    ("project", "root", "fresh"),
    [
        ({"name": "s", "dependencies": ["Flask <4, >=3", "core[x]"]}, UV, True),
        ({"name": "s", "dependencies": ["flask>=3,<4"], "optional-dependencies": {"a": ["core", "s[b]"]}}, UV, True),
        ({"name": "s", "dependencies": ["flask>=3,<4"]}, UV, False),
        ({"name": "s", "dependencies": ["flask>=3,<5", "core"]}, UV, False),
        ({"name": "s", "dynamic": ["dependencies"]}, UV, None),
        ({}, UV, None),
        ({"name": "s"}, {}, True),
        ({"name": "s", "dependencies": ["flask"]}, {"dependencies": [{"name": "flask"}]}, True),
        ({"name": "s", "dependencies": ["quart"]}, {"dependencies": [{"name": "flask"}]}, False),
    ],
)
def test_uv(project: dict[str, Any], root: dict[str, Any], fresh: bool | None) -> None:
    assert python_fresh.uv({"project": project} if project else {}, root) is fresh


def test_poetry_dependencies() -> None:
    both = copy.deepcopy(tomllib.loads(OLDER)) | {"project": {"dependencies": ["Zope.Interface (>=5)"]}}
    assert python_fresh.poetry_dependencies(both) == {"flask", "zope-interface"}
