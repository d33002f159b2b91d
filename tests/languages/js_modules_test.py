"""Which modules a start command reaches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffold.languages import js_modules
from scaffold.project import Project
from tests.generated import write


def reached(tmp_path: Path, files: Mapping[str, str], start: str) -> list[str]:
    return [source.path for source in js_modules.reached(Project(write(tmp_path, files)), start).sources]


@pytest.mark.parametrize(
    ("start", "path"),
    [
        ("node server.js", "server.js"),
        ("node ./server", "server.js"),
        ("node --enable-source-maps dist/main.js", "src/main.ts"),
        ("node dist/main", "src/main.ts"),
        ("node dist/src/main.js", "src/main.ts"),
        ("node build/index.js", "src/index.ts"),
        ("node lib", "lib/index.js"),
        ("node --import tsx src/main.ts", "src/main.ts"),
        ("node ./bin/www", "bin/www"),
    ],
)
def test_the_first_module(start: str, path: str, tmp_path: Path) -> None:
    files = dict.fromkeys(("server.js", "src/main.ts", "src/index.ts", "lib/index.js", "bin/www"), "")
    assert reached(tmp_path, files, start) == [path]


def test_modules_are_followed_nearest_first(tmp_path: Path) -> None:
    files = {
        "a.js": "require('./b'); import('./sub'); import x from '@/c'; import 'express'; import '../out.js'",
        "b.js": "require('./a'); export * from './d.js'",
        "d.ts": "",
        "sub/index.mjs": "",
        "src/c.ts": "",
        "unused.js": "",
    }
    assert reached(tmp_path, files, "node a.js") == ["a.js", "b.js", "sub/index.mjs", "src/c.ts", "d.ts"]


def test_what_listens_where_no_start_is_a_file(tmp_path: Path) -> None:
    files = {"deep/app.js": "x.listen(1)", "index.js": "x.listen(1)", "tests/app.js": "x.listen(1)", "lib.js": ""}
    assert reached(tmp_path, files, "node node_modules/.bin/x") == ["index.js", "deep/app.js"]


def test_no_more_are_read_than_a_bound(tmp_path: Path) -> None:
    files = {f"m{number}.js": f"import './m{number + 1}.js'" for number in range(js_modules.MOST + 20)}
    assert len(reached(tmp_path, files, "node m0.js")) == js_modules.MOST


def test_where_a_compiled_source_runs(tmp_path: Path) -> None:
    files = {"src/main.ts": "import './routes/a'", "src/routes/a.ts": ""}
    modules = js_modules.reached(Project(write(tmp_path, files)), "node dist/main.js")
    assert [modules.folder(source) for source in modules.sources] == ["dist", "dist/routes"]
