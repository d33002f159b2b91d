"""Trees of sources, and what is read off their nodes."""

from __future__ import annotations

import pytest

from scaffold.languages.js_tree import Source, arguments, function, member, said, string


def test_calls_in_order() -> None:
    source = Source("a.js", "new A(1);\nb.c('x', `y`, 2).d();")
    assert [function(call) for call in source.calls] == ["A", ".d", "b.c"]
    assert [string(one) for one in arguments(source.calls[2])] == ["x", "y", None]
    assert source.place(source.calls[1]) == "a.js:2"


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.mts"])
def test_types_are_read(path: str) -> None:
    source = Source(path, "const port: number = Number(x as string)!;")
    assert said(source.declared["port"]) == "Number(x as string)!"


def test_names_and_where_they_are_from() -> None:
    source = Source(
        "a.ts",
        "import a, { b as c } from './m';\nimport './side';\nexport * from './all';\n"
        "const d = require('./d').e;\nconst { f, g: h } = z;\nawait import('./late');",
    )
    assert source.imported == {
        "a": "./m",
        "b": "./m",
        "c": "./m",
        "d": "./d",
        **{f"={one}": one for one in ("./side", "./all", "./late")},
    }
    assert {"d", "f", "h"} <= set(source.declared)


def test_keys_of_objects() -> None:
    source = Source("a.js", "const o = { port: 1, 'host': 'h', inner: { port: 2 } };\nf({ o, port })")
    assert [said(node) for node in source.pairs["port"]] == ["1", "2"]
    assert said(source.pairs["host"][0]) == "'h'"
    (given,) = arguments(source.calls[0])
    assert said(member(given, "port")) == "port" and member(given, "host") is None
