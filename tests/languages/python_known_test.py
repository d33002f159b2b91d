from __future__ import annotations

import datetime

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from scaffold import catalogue
from scaffold.languages import python_known
from scaffold.languages.python_install import PINNED
from scaffold.languages.python_names import normal

LINES = catalogue.lines("python").supported


@pytest.mark.parametrize(
    ("name", "version", "line", "why"),
    [
        ("numpy", "1.26.4", "3.13", "wheels"),
        ("numpy", "1.26.4", "3.12", ""),
        ("django", "4.2.26", "3.14", "fails"),
        ("django", "5.2.7", "3.14", ""),
        ("pydantic", "1.10.19", "3.13", ""),
        ("pydantic", "2.7.1", "3.13", "fails"),
        ("pydub", "9.9", "3.13", "fails"),
        ("numpy", "banana", "3.13", ""),
        ("left-pad", "1", "3.13", ""),
        ("numpy", "1.0", "3.99", ""),
    ],
)
def test_unfit(name: str, version: str, line: str, why: str) -> None:
    assert python_known.unfit(name, version, line) == why


def test_first_that_has_a_wheel() -> None:
    assert python_known.first("numpy", "3.12") == "1.26.0"
    assert python_known.first("pyyaml", "3.12") == ""
    assert python_known.first("left-pad", "3.12") == ""


def test_added() -> None:
    assert python_known.added("gunicorn").startswith("add:gunicorn==")
    # The last major version that has pkg_resources.
    assert python_known.added("setuptools").startswith("add:setuptools==80.")


def test_pkg_resources() -> None:
    assert python_known.imports_pkg_resources("gunicorn", "20.1.0")
    assert not python_known.imports_pkg_resources("gunicorn", "23.0.0")
    assert not python_known.imports_pkg_resources("gunicorn", "")
    assert not python_known.imports_pkg_resources("left-pad", "1")


def test_markers() -> None:
    assert python_known.applies(Marker("python_full_version < '3.12' and sys_platform == 'linux'"), "3.11")
    assert not python_known.applies(Marker("python_version < '3.12'"), "3.12")
    assert not python_known.applies(Marker("sys_platform == 'win32'"), "3.12")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("name", PINNED)
def test_installers_are_complete(name: str, line: str) -> None:
    pins = python_known.installer(name, line)
    assert any(pin.startswith(f"{name}==") for pin in pins)
    assert all(len([*Requirement(pin).specifier]) == 1 and "==" in pin and " " not in pin for pin in pins)
    assert len({Requirement(pin).name for pin in pins}) == len(pins)


def test_the_table_is_well_formed() -> None:
    content = python_known._content()
    assert datetime.date.fromisoformat(content["date"])
    assert content["wheels"].keys() == {normal(name) for name in content["wheels"]}
    assert all(set(lines) == set(LINES) for lines in content["wheels"].values())
    assert all(SpecifierSet(text) for text in content["pkg_resources"].values())
    assert [*content["fails"]] == sorted(map(normal, content["fails"]))
    for lines in content["fails"].values():
        assert lines.keys() <= set(LINES)
        assert all(SpecifierSet(text) for some in lines.values() for text in some)


@pytest.mark.parametrize(
    "specifier", ["<2", "<=2", "==2.0", "!=2", ">2", ">=2.0.0", ">=1.10,<2.9", "<0", ">=0", "<2.22.0rc0"]
)
@pytest.mark.parametrize(
    "version", ["2", "2.0", "1.10.1", "1.9", "2.0.0.1", "0", "0.0", "10.2", "2.0rc1", "2.0.post1", "1!1"]
)
def test_plain_releases_compare_as_packaging_has_it(specifier: str, version: str) -> None:
    assert python_known.within(version, specifier) is SpecifierSet(specifier).contains(version, prereleases=True)
