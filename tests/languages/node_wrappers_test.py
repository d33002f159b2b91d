from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.languages.node_frameworks import Look
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_start import Reader
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

ECOSYSTEM = "module.exports = { apps: [{ name: 'a', script: './a.js', args: '--one two' }] }"


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("node a.js", "node a.js"),
        ("node", None),
        ("node --max-old-space-size=512 --no-warnings a.js -x", "node --max-old-space-size=512 --no-warnings a.js -x"),
        ("node -r dotenv/config --require=./b.js a.js", "node -r dotenv/config --require=./b.js a.js"),
        ("node --env-file=.env a.js", "node a.js"),
        ("node --env-file .env a.js", "node a.js"),
        ("node --env-file-if-exists=.env a.js", "node --env-file-if-exists=.env a.js"),
        ("node --watch --watch-path ./src a.js", "node a.js"),
        ("node --experimental-strip-types a.js", "node --experimental-strip-types a.js"),
        ("nodemon a.js -x", "node a.js -x"),
        ("nodemon -w src -e js a.js", "node a.js"),
        ("nodemon --watch src --exec node a.js", "node a.js"),
        ("nodemon --exec 'node -r x/register' a.js", "node -r x/register a.js"),
        ("nodemon", "node main.js"),
        ("node-dev a.js", "node a.js"),
        ("pm2 start a.js --name x -i 2", "node a.js"),
        ("pm2-runtime a.js -- --port 1", "node a.js --port 1"),
        ("pm2-runtime start ecosystem.config.js --env production", "node ./a.js"),
        ("forever start a.js", "node a.js"),
        ("ts-node-dev --respawn --transpile-only a.js", "node a.js"),
        ("tsx watch a.js", "node a.js"),
        ("bun a.js", "node a.js"),
    ],
)
def test_programs(tree: Tree, command: str, start: str | None) -> None:
    project = tree({"a.js": "", "main.js": "", "ecosystem.config.js": ECOSYSTEM})
    look = Look(project, ".", {"main": "main.js"})
    import shlex

    program = Reader(look, ()).program(Step(tuple(shlex.split(command))))
    assert (program and program.start) == start


def test_what_nodemon_runs_by_its_settings(tree: Tree) -> None:
    look = Look(tree({"nodemon.json": json.dumps({"exec": "node ./b.js"}), "b.js": ""}), ".", {})
    program = Reader(look, ()).program(Step(("nodemon",)))
    assert program and program.start == "node ./b.js"


def test_nodemon_that_runs_itself_ends(tree: Tree) -> None:
    look = Look(tree({"nodemon.json": json.dumps({"exec": "nodemon"})}), ".", {})
    assert Reader(look, ()).program(Step(("nodemon",))) is None
