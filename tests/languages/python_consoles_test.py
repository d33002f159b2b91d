from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages.python_consoles import consoles
from scaffold.languages.python_source import Modules
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("pyproject.toml", '[project]\nname="b"\n[project.scripts]\na="shop.cli:a"\nb="shop.cli:b"', "b a"),
        ("pyproject.toml", '[tool.poetry.scripts]\na="shop.cli:a"', "a"),
        ("pyproject.toml", '[project.scripts]\na="elsewhere:a"\nb=1', ""),
        ("pyproject.toml", "[project", ""),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts =\n    a = shop.cli:a\n", "a"),
        ("setup.py", "setup(entry_points={'console_scripts': [\n  'a = shop.cli:a',\n]})", "a"),
    ],
)
def test_consoles(tree: Tree, path: str, text: str, found: str) -> None:
    scripts = consoles(Modules(tree({path: text, "src/shop/cli.py": ""})))
    assert " ".join(function for _, function, _ in scripts) == found
    assert all(name.source.startswith(path) and module.root == "src" for module, _, name in scripts)
