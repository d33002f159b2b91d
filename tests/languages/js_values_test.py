"""What expressions come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scaffold.languages import js_modules, js_values
from scaffold.languages.js_tree import arguments
from scaffold.project import Project
from tests.generated import write


def worth(tmp_path: Path, text: str, of: Any = js_values.value) -> js_values.Value:
    modules = js_modules.reached(Project(write(tmp_path, {"sub/a.js": f"{text}; listen()"})), "node sub/a.js")
    (source,) = modules.sources
    call = next(call for call in source.calls if source.text[call.start_byte :].startswith("f("))
    found: js_values.Value = of(modules, source, arguments(call)[0])
    return found


@pytest.mark.parametrize(
    ("text", "value", "variable"),
    [
        ("f(3_000)", "3000", ""),
        ("f(`x`)", "x", ""),
        ("f(`${process.env.A || 1}`)", "1", "A"),
        ("f(process.env['A'])", None, "A"),
        ("const { A: a = 5 } = process.env; f(a)", "5", "A"),
        ("let p; p = 4; f(p)", "4", ""),
        ("f(mode === 'test' ? 1 : 2)", "2", ""),
        ("f(mode !== 'development' ? 1 : 2)", "1", ""),
        ("f(process.env.NODE_ENV === 'production' ? 1 : 2)", "1", ""),
        ("f(isProd ? 1 : 2)", "1", ""),
        ("f(!isProduction ? 1 : 2)", "2", ""),
        ("f(small ? 1 : 2)", "1", ""),
        ("f(isDev && small ? 1 : 2)", "1", ""),
        ("const c = require('c'); f(c.get('server.port'))", None, ""),
        ("f(config.get('PORT', 8))", "8", "PORT"),
        ("f(env.get('PORT').default('9').asPortNumber())", "9", ""),
        ("f(a + 1)", None, ""),
        ("const a = b, b = a; f(a)", None, ""),
    ],
)
def test_value(text: str, value: str | None, variable: str, tmp_path: Path) -> None:
    found = worth(tmp_path, text)
    assert (found.text, found.variable) == (value, variable)
