from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest

from scaffold.languages import node_scripts
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

SERVER = json.dumps({"name": "srv", "scripts": {"start": "cd src && A=1 node index.js"}})


def seen(tree: Tree, scripts: dict[str, str]) -> list[str]:
    project = tree({"package.json": json.dumps({"scripts": scripts}), "server/package.json": SERVER})
    found = node_scripts.script(project, "start")
    return [" ".join([*("=".join(pair) for pair in step.env), step.text, f"in {step.folder}"]) for step in found]


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        ("node a.js", ["node a.js in ."]),
        ("cross-env A=b node a.js", ["A=b node a.js in ."]),
        ("env A=b node a.js", ["A=b node a.js in ."]),
        ("cross-env-shell 'A=b node a.js'", ["A=b node a.js in ."]),
        ("dotenv -e .env -- node a.js", ["node a.js in ."]),
        ("dotenv -e .env node a.js", ["node a.js in ."]),
        ("env-cmd -f .env node a.js", ["node a.js in ."]),
        ("npx --yes serve@14 -s", ["serve -s in ."]),
        ("sh -c 'sleep 1; node a.js'", ["sleep 1 in .", "node a.js in ."]),
        ("X=1 npm run one -- --flag", ["X=1 tsc in .", "X=1 node one.js --flag in ."]),
        ("yarn one --flag", ["tsc in .", "node one.js --flag in ."]),
        ("yarn next start", ["next start in ."]),
        ("pnpm exec next start", ["next start in ."]),
        ("npm run none", ["npm run none in ."]),
        ("npm --prefix server start", ["A=1 node index.js in server/src"]),
        ("npm start -w srv", ["A=1 node index.js in server/src"]),
        ("npm start --workspace=server", ["A=1 node index.js in server/src"]),
        ("yarn workspace srv start", ["A=1 node index.js in server/src"]),
        ("pnpm --filter srv run start", ["A=1 node index.js in server/src"]),
        ("yarn --cwd server start", ["A=1 node index.js in server/src"]),
        ("run-s 'w:*'", ["node w1.js in .", "node w2.js in ."]),
        ("npm-run-all --parallel w:a w:b", ["node w1.js in .", "node w2.js in ."]),
        ("concurrently -n x,y 'npm:w:*' \"node a.js\"", ["node w1.js in .", "node w2.js in .", "node a.js in ."]),
        ("bun run a.ts --x", ["bun a.ts --x in ."]),
        ("npm start", []),
        ("npm run ring", []),
        ("node a.js\n", []),
    ],
)
def test_steps(tree: Tree, start: str, steps: list[str]) -> None:
    others = {"one": "node one.js", "preone": "tsc", "w:a": "node w1.js", "w:b": "node w2.js", "ring": "npm run ring"}
    assert seen(tree, {"start": start, **others}) == steps


def test_sources_are_named(tree: Tree) -> None:
    project = tree({"package.json": json.dumps({"scripts": {"start": "npm run go", "go": "node a.js"}})})
    assert node_scripts.script(project, "start")[0].source == "package.json scripts.go"


@pytest.mark.parametrize("text", ["[]", "{", '{"scripts": []}', '{"scripts": {"start": 1}}'])
def test_what_is_no_script(tree: Tree, text: str) -> None:
    assert node_scripts.script(tree({"package.json": text}), "start") == ()


def test_scripts_that_call_each_other_end(tree: Tree) -> None:
    assert seen(tree, {"start": "npm run a & npm run a", "a": "npm run a && npm run start"}) == []


def test_scripts_that_call_many_others_end(tree: Tree) -> None:
    many = {name: " && ".join([f"npm run {after}"] * 500) for name, after in itertools.pairwise("abcdefgh")}
    assert seen(tree, {"start": "npm run a", **many, "h": "cd h"}) == []
