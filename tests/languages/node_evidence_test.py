from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages import node_evidence
from scaffold.languages.node_frameworks import Look
from scaffold.languages.node_start import Reader
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

ALL = {
    "start:prod": "node prod.js",
    "start": "node start.js",
    "serve": "node serve.js",
}


@pytest.mark.parametrize(
    ("left_out", "start", "source"),
    [
        ("", "node prod.js", "package.json scripts.start:prod"),
        ("start:prod", "node start.js", "package.json scripts.start"),
        ("start:prod start", "node serve.js", "package.json scripts.serve"),
        ("start:prod start serve", "node web.js", "Procfile:2"),
        ("start:prod start serve Procfile", "node .next/standalone/server.js", "Next.js (package.json next)"),
        ("start:prod start serve Procfile next", "node server.js", "server.js"),
        ("start:prod start serve Procfile next server.js", "node main.js", "package.json main"),
        ("start:prod start serve Procfile next server.js main", "node cli.js", "package.json bin"),
        ("start:prod start serve Procfile next server.js main bin", "node index.js", "index.js"),
    ],
)
def test_the_order_of_evidence(tree: Tree, left_out: str, start: str, source: str) -> None:
    scripts = {name: text for name, text in ALL.items() if name not in left_out.split()}
    manifest = {"scripts": scripts, "main": "main.js", "bin": {"x": "cli.js"}, "dependencies": {"next": "15"}}
    names = ("prod.js", "start.js", "serve.js", "web.js", "server.js", "index.js")
    files = {
        **dict.fromkeys(names, ""),
        "main.js": "app.listen(1)",
        "Procfile": "worker: node w.js\nweb: node web.js\n",
    }
    for one in left_out.split():
        files.pop(one, None)
        manifest.pop(one, None)
    if "next" in left_out.split():
        del manifest["dependencies"]
    look = Look(tree({**files, "package.json": json.dumps(manifest)}), ".", manifest)
    program, before = node_evidence.started(look, Reader(look, ()), False)
    assert (program.start, program.source, before) == (start, source, ())


def test_what_node_finds_is_a_module(tree: Tree) -> None:
    files = {"package.json": json.dumps({"scripts": {"start": "node lib"}}), "lib/index.js": ""}
    look = Look(tree(files), ".", json.loads(files["package.json"]))
    assert node_evidence.started(look, Reader(look, ()), False)[0].start == "node lib"


def test_a_compiler_makes_what_is_not_there(tree: Tree) -> None:
    manifest = {"scripts": {"start": "node dist/a.js"}, "devDependencies": {"typescript": "5"}}
    look = Look(tree({"package.json": json.dumps(manifest), "tsconfig.json": "{}"}), ".", manifest)
    assert node_evidence.started(look, Reader(look, ()), False)[0].build.startswith("npx tsc --skipLib")
