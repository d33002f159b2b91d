from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from scaffold.languages import python_source
from scaffold.languages.python_source import Module, Modules
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def module(text: str, path: str = "main.py") -> Module:
    return Module(path, python_source.body(text))


@pytest.mark.parametrize("text", ["print 'a'", "(" * 10_000, "a\0", "def f(:"])
def test_no_python(text: str) -> None:
    assert python_source.body(text) == []


def test_statements_that_an_import_runs() -> None:
    text = """
if a:
    b = 1
else:
    c = 1
try:
    d = 1
except E:
    e = 1
with f:
    g = 1
if __name__ == "__main__":
    h = 1
def i():
    j = 1
"""
    found = [pair[0] for node in python_source.statements(module(text).body) if (pair := python_source.bound(node))]
    assert found == ["b", "c", "d", "e", "g"]


@pytest.mark.parametrize(
    ("text", "path", "imports"),
    [
        ("import a.b", "main.py", {"a": "a", "a.b": "a.b"}),
        ("import a.b as c", "main.py", {"c": "a.b", "a.b": "a.b"}),
        ("from a import b as c, d", "main.py", {"c": "a.b", "d": "a.d"}),
        ("from . import b", "shop/main.py", {"b": "shop.b"}),
        ("from .a import b", "shop/main.py", {"b": "shop.a.b"}),
        ("from .a import b", "shop/__init__.py", {"b": "shop.a.b"}),
        ("from ..a import b", "shop/web/main.py", {"b": "shop.a.b"}),
    ],
)
def test_imports(text: str, path: str, imports: dict[str, str]) -> None:
    assert module(text, path).imports == imports


def test_what_names_are() -> None:
    found = module(
        "a = 1\na = 2\ndef f():\n    b = 3\n    c = 4\nc = 5\nself.d: int = 6\ndef g():\n    e = 7\n    e = 8\n"
    )
    assert {name: ast.unparse(value) for name, value in found.assigned.items()} == {
        "a": "2",
        "b": "3",
        "c": "5",
        "d": "6",
    }


def test_modules_that_may_be_the_program(tree: Tree) -> None:
    files = [
        "main.py",
        "tests/a.py",
        "docs/conf.py",
        "test_a.py",
        "a_test.py",
        "conftest.py",
        "setup.py",
        "my app/a.py",
    ]
    assert Modules(tree(dict.fromkeys(files, ""))).paths == ["main.py"]


def test_what_a_module_imports_of_the_project(tree: Tree) -> None:
    files = {
        "src/shop/main.py": "from shop.db import x\nfrom . import views\nimport os",
        "src/shop/db.py": "import shop.config",
        "src/shop/views.py": "",
        "src/shop/config/__init__.py": "",
        "src/shop/__init__.py": "",
        "src/shop/other.py": "",
    }
    modules = Modules(tree(files))
    first = modules.module("src/shop/main.py")
    assert first and (first.dotted, first.root) == ("shop.main", "src")
    assert sorted(one.dotted for one in modules.closure(first)) == [
        "shop",
        "shop.config",
        "shop.db",
        "shop.main",
        "shop.views",
    ]


def test_parsing_is_bounded(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_source, "MOST_PARSED", 2)
    assert len(Modules(tree({f"a{number}.py": "x" for number in range(4)})).having("x")) == 2
    monkeypatch.setattr(python_source, "MOST_BYTES", 10)
    assert Modules(tree({"a.py": "x = 1111111111"})).having("x")[0].body == []
