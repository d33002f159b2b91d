from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import node_imports
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

MANIFEST = {
    "dependencies": {"ms": "2"},
    "devDependencies": {"chalk": "4", "@babel/register": "7", "tsx": "4", "ms": "2"},
}


@pytest.mark.parametrize(
    ("start", "files", "kept"),
    [
        ("node a.js", {"a.js": "const c = require('chalk')"}, ["chalk (a.js)"]),
        ("node a.js", {"a.js": "import c from 'chalk/x'"}, ["chalk (a.js)"]),
        ("node a.js", {"a.js": "import 'chalk'"}, ["chalk (a.js)"]),
        ("node a.js", {"a.js": "await import('chalk')"}, ["chalk (a.js)"]),
        ("node a.js", {"a.js": "require('./b')", "b.js": "require('chalk')"}, ["chalk (b.js)"]),
        (
            "node a",
            {"a.js": "require('./b')", "b/index.js": "require('../a'); require('chalk')"},
            ["chalk (b/index.js)"],
        ),
        ("node dist/a.js", {"src/a.ts": "import './b.js'", "src/b.ts": "import c from 'chalk'"}, ["chalk (src/b.ts)"]),
        ("node dist/src/a.js", {"src/a.ts": "import c from 'chalk'"}, ["chalk (src/a.ts)"]),
        (
            "node dist/index.js",
            {"server/index.ts": "import './dev'; app.listen(1)", "server/dev.ts": "import c from 'chalk'"},
            ["chalk (server/dev.ts)"],
        ),
        ("node a.js", {"a.js": "import type { C } from 'chalk'\n// require('chalk')\nrequire('ms')"}, []),
        ("node a.js", {"a.js": "require('../../chalk'); require('fs')"}, []),
        ("node -r @babel/register a.js", {"a.js": ""}, ["@babel/register (the start command)"]),
        ("node --import=tsx a.ts", {"a.ts": ""}, ["tsx (the start command)"]),
        ("node -r ./b.js a.js", {"a.js": "", "b.js": "require('chalk')"}, ["chalk (b.js)"]),
        ("node node_modules/tsx/dist/cli.mjs a.ts", {}, ["tsx (the start command)"]),
        ("node 'open", {}, []),
        ("", {}, []),
    ],
)
def test_kept(tree: Tree, start: str, files: dict[str, str], kept: list[str]) -> None:
    assert [str(one) for one in node_imports.kept(tree(files), MANIFEST, start)] == kept


def test_it_is_bounded(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_imports, "MOST", 3)
    files = {f"m{n}.js": f"require('./m{n + 1}')" for n in range(9)} | {"m9.js": "require('chalk')"}
    assert node_imports.kept(tree(files), MANIFEST, "node m0.js") == ()
