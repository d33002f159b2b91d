from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_typescript
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def options(**values: object) -> dict[str, Any]:
    return {"compilerOptions": values}


@pytest.mark.parametrize(
    ("config", "others", "major", "made"),
    [
        (options(), "", 5, "src/a.js"),
        (options(outDir="dist"), "", 5, "dist/a.js"),
        (options(outDir="dist"), "", 6, "dist/src/a.js"),
        (options(outDir="dist"), "b.ts", 5, "dist/src/a.js"),
        (options(outDir="dist"), "b.d.ts", 5, "dist/a.js"),
        (options(outDir="dist", rootDir="."), "", 5, "dist/src/a.js"),
        (options(outDir="dist", rootDir="src"), "b.ts", 6, "dist/a.js"),
        ({**options(outDir="dist"), "include": ["src"]}, "b.ts", 5, "dist/a.js"),
        ({**options(outDir="dist"), "include": ["src/**/*.ts"]}, "b.ts", 5, "dist/a.js"),
        ({**options(outDir="dist"), "exclude": ["b.ts"]}, "b.ts", 5, "dist/a.js"),
        ({**options(outDir="dist"), "files": ["src/a.ts"]}, "b.ts", 5, "dist/a.js"),
        ({"extends": "./base"}, "", 5, "out/a.js"),
        ({"extends": ["./none.json", "./base.json"]}, "", 5, "out/a.js"),
    ],
    ids=str,
)
def test_emitted(tree: Tree, config: dict[str, Any], others: str, major: int, made: str) -> None:
    base = '/* of all */ {"compilerOptions": {"outDir": "out", "rootDir": "./src",},}'
    files = {
        "tsconfig.json": json.dumps(config),
        "base.json": base,
        "src/a.ts": "",
        **dict.fromkeys(others.split(), ""),
    }
    project = tree(files)
    found = node_typescript.config(project, "tsconfig.json")
    assert found
    assert node_typescript.emitted(project, "src/a.ts", found, major) == made


def test_an_imported_manifest_moves_the_root(tree: Tree) -> None:
    files = {"tsconfig.json": json.dumps(options(outDir="dist")), "src/a.ts": "import p from '../package.json'"}
    project = tree(files)
    found = node_typescript.config(project, "tsconfig.json")
    assert found and node_typescript.emitted(project, "src/a.ts", found, 5) == "dist/src/a.js"


@pytest.mark.parametrize("text", ["[]", "{", '{"extends": "./tsconfig.json"}', "{" * 100_000])
def test_odd_files(tree: Tree, text: str) -> None:
    found = node_typescript.config(tree({"tsconfig.json": text}), "tsconfig.json")
    assert found is None or found.out == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "// no comment", /* one */ "b": 1,}', {"a": "// no comment", "b": 1}),
        ('{"a": ["x,]",],}', {"a": ["x,]"]}),
    ],
)
def test_read(text: str, value: dict[str, Any]) -> None:
    assert node_typescript.read(text) == value


@pytest.mark.parametrize(("wanted", "number"), [("^5.2.0", 5), ("~16.1", 16), ("latest", 0), (None, 0)])
def test_major(wanted: object, number: int) -> None:
    assert node_typescript.major({"devDependencies": {"x": wanted}}, "x") == number
