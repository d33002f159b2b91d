"""Where things are: a test file for every source, short files, and what each may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
SOURCES = sorted(path.relative_to(TOP).as_posix() for path in TOP.glob("scaffold/**/*.py"))
ALONE = {
    "jinja2": ["scaffold/render.py"],
    "urllib3": ["scaffold/transport.py"],
    "truststore": ["scaffold/tls.py"],
    "platformdirs": ["scaffold/folders.py"],
    "click": [f"scaffold/{name}.py" for name in ("actions", "cli", "completion", "flags", "help", "output", "usage")],
}
"""Packages that these modules import, and no other."""


@pytest.mark.parametrize("path", [path for path in SOURCES if not path.endswith("__init__.py")])
def test_every_source_has_its_test(path: str) -> None:
    name = path.removeprefix("scaffold/").removesuffix(".py").replace("__main__", "main")
    assert (TOP / f"tests/{name}_test.py").is_file()


@pytest.mark.parametrize("path", SOURCES)
def test_every_source_is_short_and_says_what_it_does(path: str) -> None:
    text = (TOP / path).read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 275


@pytest.mark.parametrize("path", SOURCES)
def test_packages_are_imported_where_they_belong(path: str) -> None:
    tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
    assert {name for name in _imported(ast.walk(tree)) if path not in ALONE.get(name, [path])} == set()


def test_the_command_line_imports_little() -> None:
    tree = ast.parse((TOP / "scaffold/cli.py").read_text(encoding="utf-8"))
    assert _imported(tree.body) - sys.stdlib_module_names == {"click", "scaffold"}
    code = "import sys, scaffold.cli; print([m for m in sys.modules if m.startswith('scaffold')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout == "['scaffold', 'scaffold.cli']\n"


def _imported(nodes: object) -> set[str]:
    found: set[str] = set()
    for node in nodes:  # type: ignore[attr-defined]
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    return found - {"__future__"}
