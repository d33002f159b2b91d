from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold import catalogue
from scaffold.errors import ScaffoldError
from scaffold.languages import python_versions
from scaffold.languages.python_locks import Pin
from scaffold.languages.python_versions import Choice
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

OLDEST = catalogue.lines("python").supported[0]


def choose(project: Project, *pins: Pin, source: str = "requirements.txt") -> Choice:
    return python_versions.choose(project, project.toml("pyproject.toml") or {}, pins, source)


def pin(text: str, *wheels: str) -> Pin:
    name, _, version = text.partition("==")
    return Pin(name, version, "requirements.txt:1", wheels)


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({".python-version": "cpython-3.12.4"}, "3.12 (.python-version)"),
        ({"runtime.txt": "python-3.12.7\n"}, "3.12 (runtime.txt)"),
        ({"Pipfile": '[requires]\npython_version = "3.13"\n'}, "3.13 (Pipfile python_version)"),
        ({".tool-versions": "nodejs 20\npython 3.13.1\n"}, "3.13 (.tool-versions)"),
        ({"mise.toml": '[tools]\npython = "3.12"\n'}, "3.12 (mise.toml)"),
        ({"requirements.txt": "# by pip-compile with Python 3.12\n"}, "3.12 (requirements.txt:1)"),
        ({"requirements.txt": "#\n#    uv pip compile --python-version 3.13 x\n"}, "3.13 (requirements.txt:2)"),
        ({".python-version": "3.13", "runtime.txt": "python-3.12.1"}, "3.13 (.python-version)"),
        ({"pyproject.toml": '[project]\nrequires-python = "<3.13"\n'}, "3.12 (pyproject.toml requires-python)"),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.12"\n'},
            "3.12 (pyproject.toml tool.poetry python)",
        ),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = ">=3.9,<3.14"\n'},
            "3.13 (pyproject.toml tool.poetry python)",
        ),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.9"\n'},
            "3.14 (pyproject.toml tool.poetry python)",
        ),
        ({}, "None"),
    ],
    ids=str,
)
def test_what_files_ask_for(tree: Tree, files: dict[str, str], shown: str) -> None:
    assert str(choose(tree(files)).version) == shown


@pytest.mark.parametrize(
    "files", [{".python-version": "3.9.7"}, {"runtime.txt": "python-3.6.8"}, {".python-version": "2.7"}]
)
def test_a_line_that_has_ended(tree: Tree, files: dict[str, str]) -> None:
    found = choose(tree(files)).version
    assert found and found.value == OLDEST
    assert found.rule.endswith(f"is out of support, {OLDEST} is the nearest that is not")


def test_a_range_counts_more_than_a_file(tree: Tree) -> None:
    files = {".python-version": "3.11", "pyproject.toml": '[project]\nrequires-python = ">=3.13"\n'}
    found = choose(tree(files)).version
    assert found and (found.value, found.rule) == ("3.13", "pyproject.toml requires-python leaves it out")


@pytest.mark.parametrize("text", ["pypy3.10", "3.99", "system"])
def test_no_line_at_all(tree: Tree, text: str) -> None:
    with pytest.raises(ScaffoldError, match="which no supported line meets"):
        choose(tree({".python-version": text}))


@pytest.mark.parametrize(
    ("pins", "line", "unfit"),
    [
        ([pin("numpy==1.26.4")], "3.12", []),
        ([pin("numpy==2.1.0"), pin("flask==3.0.0")], "3.13", []),
        ([pin("django==4.2.1")], "3.13", []),
        ([pin("certifi==2023.11.17")], "3.12", []),
        ([pin("certifi==2021.5.30"), pin("pytz==2021.1")], "3.11", []),
        ([pin("numpy==1.19.0")], "3.11", ["numpy"]),
        ([pin("numpy==1.19.0"), pin("pandas==2.1.4")], "3.11", ["numpy"]),
        ([pin("x==1", "x-1-cp312-cp312-manylinux_2_28_x86_64.whl")], "3.12", []),
        ([pin("numpy==1.0", "numpy-1.0-cp313-cp313-manylinux_2_28_x86_64.whl")], "3.13", []),
    ],
)
def test_the_newest_line_with_wheels(tree: Tree, pins: list[Pin], line: str, unfit: list[str]) -> None:
    found = choose(tree({}), *pins)
    assert found.version and found.version.value == line
    assert [one.name for one in found.unfit] == unfit
    assert found.version.rule


@pytest.mark.parametrize(
    ("wheel", "why"),
    [
        ("x-1-py3-none-any.whl", ""),
        ("x-1-py2.py3-none-any.whl", ""),
        ("x-1-cp38-abi3-manylinux_2_28_x86_64.whl", ""),
        ("x-1-cp314-cp314-musllinux_1_2_x86_64.whl", ""),
        ("x-1-py3-none-manylinux_2_28_x86_64.whl", ""),
        ("x-1-cp314-cp314t-manylinux_2_28_x86_64.whl", "wheels"),
        ("x-1-cp313-cp313-manylinux_2_28_x86_64.whl", "wheels"),
        ("x-1-cp313-cp313-win_amd64.whl", ""),
    ],
)
def test_wheels_of_a_lock(wheel: str, why: str) -> None:
    assert python_versions.unfit(pin("x==1", wheel), "3.14") == why


def test_what_is_settled(tree: Tree) -> None:
    choice = choose(tree({}), pin("greenlet==1.1.0"), pin("pyyaml==5.4.1"), pin("flask==3.0.0"))
    traits, notes = choice.settled(True)
    assert [trait.value for trait in traits] == ["instead:greenlet==1.1.3", "compiles:pyyaml", "old-builds"]
    assert "1.1.3 is installed" in notes[0] and "built from source: pyyaml 5.4.1" in notes[1]
    traits, notes = choice.settled(False)
    assert [trait.value for trait in traits] == ["compiles:greenlet", "compiles:pyyaml", "old-builds"]
    assert "greenlet 1.1.0 (requirements.txt:1), pyyaml 5.4.1" in notes[0]
    assert choose(tree({}), pin("flask==3.0.0")).settled(True) == ((), ())
