from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages import node_outputs
from scaffold.languages.node_scripts import Step
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("command", "config", "made"),
    [
        ("tsc", "", "dist/a.js"),
        ("tsc -p tsconfig.json --outDir out --rootDir .", "", "out/src/a.js"),
        ("tsc --noEmit", "", None),
        ("tsc -b", "", "dist/a.js"),
        ("nest build", "", "dist/a.js"),
        ("tsup src/a.ts", "", "dist/a.js"),
        ("tsup src/a.ts --format esm -d out", "", "out/a.mjs"),
        ("tsup", "tsup.config.ts|format: ['esm'], outDir: 'out'", "out/a.mjs"),
        ("tsdown", "", "dist/a.mjs"),
        ("tsdown", "tsdown.config.ts|format: 'cjs'", "dist/a.cjs"),
        ("esbuild src/a.ts --bundle --outfile=out.js", "", "out.js"),
        ("esbuild src/a.ts --bundle --outdir=out --out-extension:.js=.mjs", "", "out/a.mjs"),
        ("esbuild src/a.ts", "", None),
        ("swc src -d dist", "", "dist/src/a.js"),
        ("swc src -d dist --strip-leading-paths", "", "dist/a.js"),
        ("babel src --out-dir lib", "", "lib/a.js"),
        ("rollup -c", "rollup.config.js|output: { file: 'out/b.js' }", "out/b.js"),
        ("rollup -c", "", None),
        ("webpack", "", "dist/main.js"),
        ("webpack", "webpack.config.js|path: path.resolve(__dirname, 'out', 'x'), filename: 'b.js'", "out/x/b.js"),
        ("vite build", "", None),
        ("vite build --ssr src/server.ts --outDir out", "", "out/server.mjs"),
        ("ncc build src/a.ts -o out", "", "out/index.js"),
        ("bun build src/a.ts --outdir out", "", "out/a.js"),
        ("eslint .", "", None),
    ],
)
def test_output(tree: Tree, command: str, config: str, made: str | None) -> None:
    name, _, text = config.partition("|")
    files = {"tsconfig.json": json.dumps({"compilerOptions": {"outDir": "dist"}}), "src/a.ts": "", "x/b.js": ""}
    project = tree({**files, **({name: text} if name else {})})
    step = Step(tuple(command.split()))
    assert node_outputs.output(project, "src/a.ts", [Step(("echo",)), step], {}) == made


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("outDir: 'a'", "a"),
        ('"outDir": "a/b"', "a/b"),
        ("outDir: path.resolve(__dirname, './a')", "./a"),
        ("myoutDir: 'a'", ""),
        ("outDir: name", ""),
    ],
)
def test_said(text: str, value: str) -> None:
    assert node_outputs.said(text, "outDir") == value
