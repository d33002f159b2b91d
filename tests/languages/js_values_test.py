"""What expressions come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import js_modules, js_values
from scaffold.languages.js_tree import arguments
from scaffold.project import Project
from tests.generated import write


def worth(tmp_path: Path, text: str, kind: str) -> js_values.Value:
    modules = js_modules.reached(Project(write(tmp_path, {"sub/a.js": text})), "node sub/a.js")
    (source,) = modules.sources
    call = next(call for call in source.calls if source.text[call.start_byte :].startswith("f("))
    evaluated = js_values.value if kind == "value" else js_values.path
    return evaluated(modules, source, arguments(call)[0])


@pytest.mark.parametrize(
    ("text", "value", "variable"),
    [
        ("f(3_000)", "3000", ""),
        ("f(`x`)", "x", ""),
        ("f(`${process.env.A || 1}`)", "1", "A"),
        ("f(process.env['A'])", None, "A"),
        ("const { A: a = 5 } = process.env; f(a)", "5", "A"),
        ("let p; p = 4; f(p)", "4", ""),
        ("const c = require('c'); f(c.get('server.port'))", None, ""),
        ("f(config.get('PORT', 8))", "8", "PORT"),
        ("f(env.get('PORT').default('9').asPortNumber())", "9", ""),
        ("f(a + 1)", None, ""),
        ("const a = b, b = a; f(a)", None, ""),
    ],
)
def test_value(text: str, value: str | None, variable: str, tmp_path: Path) -> None:
    found = worth(tmp_path, text, "value")
    assert (found.text, found.variable) == (value, variable)


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
    found = worth(tmp_path, text, "path")
    assert (found.text, found.inside) == (path, inside)
