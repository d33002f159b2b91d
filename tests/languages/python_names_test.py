from __future__ import annotations

import pytest

from scaffold.languages import python_names


@pytest.mark.parametrize(("name", "same"), [("Flask_Login", "flask-login"), ("zope.interface", "zope-interface")])
def test_normal(name: str, same: str) -> None:
    assert python_names.normal(name) == same


@pytest.mark.parametrize(
    ("marker", "no_linux"),
    [
        ("sys_platform == 'darwin'", True),
        ('(platform_system == "Windows")', True),
        ("sys_platform == 'win32' and python_version > '3'", True),
        ("sys_platform == 'win32' or python_version > '3'", False),
        ("sys_platform == 'linux'", False),
        ("sys_platform != 'win32'", False),
        ("", False),
    ],
)
def test_elsewhere(marker: str, no_linux: bool) -> None:
    assert python_names.elsewhere(marker) is no_linux


def test_tables_and_texts_of_what_is_odd() -> None:
    assert python_names.tables([{"a": 1}, "b"]) == [{"a": 1}]
    assert python_names.tables({"a": 1}) == []
    assert python_names.table({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert python_names.table({"a": [1]}, "a", "b") == {}
    assert python_names.texts(["a", 1]) == ["a"]
    assert python_names.texts("a") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("Flask>=3", "flask"), ("a.b [x] ; python_version > '3'", "a-b"), ("c@https://example.invalid", "c"), ("!", "")],
)
def test_required(text: str, name: str) -> None:
    assert python_names.required(text) == name
