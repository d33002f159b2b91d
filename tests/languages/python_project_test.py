from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import python_project
from scaffold.languages.python_project import Distribution
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def read(project: Project) -> Distribution | None:
    return python_project.read(project, project.toml("pyproject.toml") or {})


def built(backend: str, more: str = "", requires: str = "") -> dict[str, str]:
    system = f'[build-system]\nrequires = ["{requires or backend}"]\nbuild-backend = "{backend}"\n'
    return {"pyproject.toml": f'[project]\nname = "my-shop"\nversion = "1"\n{more}\n{system}'}


SRC = {"src/my_shop/__init__.py": "", "src/my_shop/web.py": ""}
FLAT = {"my_shop/__init__.py": ""}


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        ({**built("hatchling.build"), **SRC}, "src"),
        ({**built("hatchling.build"), **FLAT}, ""),
        ({**built("hatchling.build"), "app/main.py": ""}, None),
        ({**built("hatchling.build", '[tool.hatch.build.targets.wheel]\npackages = ["app"]'), "app/main.py": ""}, ""),
        (
            {**built("hatchling.build", '[tool.hatch.build.targets.wheel]\npackages = ["gone"]'), "app/main.py": ""},
            None,
        ),
        ({**built("setuptools.build_meta"), **SRC}, "src"),
        ({**built("setuptools.build_meta"), **FLAT, "tests/a.py": ""}, ""),
        ({**built("setuptools.build_meta"), **FLAT, "static/a.css": ""}, None),
        (
            {**built("setuptools.build_meta", '[tool.setuptools]\npackages = ["my_shop"]'), **FLAT, "static/a.css": ""},
            "",
        ),
        ({**built("poetry.core.masonry.api"), **FLAT}, ""),
        ({**built("poetry.core.masonry.api"), "main.py": ""}, None),
        ({**built("poetry.core.masonry.api", "[tool.poetry]\npackage-mode = false"), **FLAT}, None),
        (
            {
                **built("poetry.core.masonry.api", '[tool.poetry]\npackages = [{include = "x", from = "src"}]'),
                "src/x/a.py": "",
            },
            "src",
        ),
        ({**built("poetry.core.masonry.api", '[tool.poetry]\npackages = [{include = "x"}]'), **FLAT}, None),
        ({**built("flit_core.buildapi"), "my_shop.py": '"""Shop."""'}, ""),
        ({**built("flit_core.buildapi", '[tool.flit.module]\nname = "x"'), "src/x.py": '"""Shop."""'}, "src"),
        ({**built("pdm.backend"), "app/main.py": ""}, ""),
        ({**built("pdm.backend", "[tool.pdm]\ndistribution = false"), **FLAT}, None),
        ({**built("uv_build"), **SRC}, "src"),
        ({**built("uv_build", "[tool.uv]\npackage = false"), **SRC}, None),
        ({**built("maturin"), **SRC}, None),
        (
            {**built("hatchling.build", '[project.scripts]\nshop = "my_shop:main"'), **FLAT},
            "pyproject.toml project.scripts",
        ),
        ({**built("hatchling.build", 'readme = "README.md"'), **SRC}, None),
        ({**built("hatchling.build", 'readme = "README.md"'), **SRC, "README.md": ""}, "src"),
        ({**built("hatchling.build"), "my_shop/__init__.py": "from ._version import x"}, "my_shop/__init__.py"),
        (
            {**built("hatchling.build"), **FLAT, "my_shop/core.py": "from importlib.metadata import version"},
            "my_shop/core.py",
        ),
        ({"pyproject.toml": '[project]\nname = "my-shop"\n', **SRC}, None),
        ({"setup.py": "setup(entry_points={})", **FLAT}, "setup.py"),
        ({"setup.py": "setup()", **FLAT}, ""),
        ({"setup.cfg": "[metadata]\nname = shop\n", **FLAT}, ""),
        ({"setup.cfg": "[flake8]\n", **FLAT}, None),
        ({"main.py": ""}, None),
    ],
    ids=str,
)
def test_what_can_be_built_and_why(tree: Tree, files: dict[str, str], needed: str | None) -> None:
    found = read(tree(files))
    assert (found and found.needed) == needed


@pytest.mark.parametrize(
    ("requires", "variable"),
    [
        ("setuptools_scm[toml]>=6", "SETUPTOOLS_SCM_PRETEND_VERSION"),
        ("hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"),
        ("poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"),
        ("setuptools", ""),
    ],
)
def test_versions_out_of_the_repository(tree: Tree, requires: str, variable: str) -> None:
    found = read(tree({**built("setuptools.build_meta", requires=requires), **SRC}))
    assert found and found.variable == variable


def test_versions_out_of_the_repository_in_setup_py(tree: Tree) -> None:
    found = read(tree({"setup.py": "setup(use_scm_version=True)", **FLAT}))
    assert found == Distribution("setup.py", "", "SETUPTOOLS_SCM_PRETEND_VERSION")


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"setup.py": "setup(install_requires=['Flask>=2', f'x', 'a.b'])"}, "flask a-b"),
        (
            {"setup.cfg": "[options]\ninstall_requires =\n    flask>=2\n\n    gunicorn\nzip_safe = no\n"},
            "flask gunicorn",
        ),
        ({"setup.py": "setup(install_requires=read())"}, ""),
        ({"setup.py": "setup(("}, ""),
        ({}, ""),
    ],
    ids=str,
)
def test_legacy(tree: Tree, files: dict[str, str], names: str) -> None:
    assert " ".join(python_project.legacy(tree(files))) == names


@pytest.mark.parametrize(
    ("project", "declared"),
    [
        ({"dependencies": ["a"]}, ["a"]),
        ({"name": "a"}, []),
        ({"dynamic": ["dependencies"]}, None),
        ({}, None),
    ],
)
def test_declared(tree: Tree, project: dict[str, object], declared: list[str] | None) -> None:
    assert python_project.declared(tree({}), {"project": project}) == declared
