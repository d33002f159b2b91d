"""What paths expressions are."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import js_paths
from tests.languages.js_values_test import worth


@pytest.mark.parametrize(
    ("text", "path", "inside"),
    [
        ("f('./a/b')", "./a/b", False),
        ("f(path.join(__dirname, '..', 'a'))", "a", False),
        ("f(path.resolve(process.cwd(), 'a', name))", "a", True),
        ("f(__dirname + '/a.db')", "sub/a.db", False),
        ("f(`${__dirname}/up/${name}`)", "sub/up", True),
        ("const d = path.join(__dirname, 'a'); f(path.join(d, 'b'))", "sub/a/b", False),
        ("f(new URL('./a', import.meta.url))", "sub/a", False),
        ("f(path.join(os.tmpdir(), 'a'))", None, False),
        ("f(name)", None, False),
    ],
)
def test_path(text: str, path: str | None, inside: bool, tmp_path: Path) -> None:
    found = worth(tmp_path, text, js_paths.path)
    assert (found.text, found.inside) == (path, inside)
