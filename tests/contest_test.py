from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import contest, language
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.project import Project
from tests.generated import write

EXPRESS = {
    "package.json": '{"scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}',
    "server.js": "require('express')().listen(3000)",
}
TOOLS = {"package.json": '{"devDependencies": {"husky": "9"}}'}
SITE = {"package.json": '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}', "index.html": ""}
FLASK = {"requirements.txt": "flask==3.1.2\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
SCRIPT = {"requirements.txt": "pandas==2.3.3\n", "train.py": "import pandas\nprint(pandas)\n"}
BOT = {
    "requirements.txt": "discord.py==2.4.0\n",
    "bot.py": "import discord\nclient = discord.Client()\nclient.run('')\n",
}
LISTENS = 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
GO = {"go.mod": "module example.com/x\n\ngo 1.26\n", "main.go": LISTENS}
ENDS = {**GO, "main.go": "package main\n\nfunc main() { println() }\n"}


@pytest.mark.parametrize(
    ("files", "name", "weight"),
    [
        (EXPRESS, "node", contest.SERVER),
        (SITE, "node", contest.SITE),
        (TOOLS, "node", contest.NOTHING),
        ({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": ""}, "node", contest.WORKER),
        ({"package.json": '{"bin": "a.js"}', "a.js": ""}, "node", contest.TOOL),
        (FLASK, "python", contest.SERVER),
        (BOT, "python", contest.WORKER),
        (GO, "go", contest.SERVER),
        (ENDS, "go", contest.TOOL),
    ],
)
def test_weight(tmp_path: Path, files: dict[str, str], name: str, weight: int) -> None:
    project = Project(write(tmp_path, files))
    assert contest.weight(project, language.load(name).detect(project)) == weight


@pytest.mark.parametrize(
    ("files", "name", "rule"),
    [
        ({**TOOLS, **GO}, "go", contest.RULES[contest.SERVER]),
        ({**SITE, **FLASK}, "python", contest.RULES[contest.SERVER]),
        ({**EXPRESS, **SCRIPT}, "node", contest.RULES[contest.SERVER]),
        ({**SITE, **ENDS}, "node", contest.RULES[contest.SITE]),
        ({**TOOLS, **BOT}, "python", contest.RULES[contest.WORKER]),
        ({**TOOLS, **ENDS}, "go", contest.RULES[contest.TOOL]),
        ({"requirements.txt": "x==1\n", **TOOLS}, "python", contest.RULES[contest.NOTHING]),
        ({"package.json": '{"main": "a"}', "pyproject.toml": "[tool.ruff]\n"}, "node", contest.RULES[contest.NOTHING]),
        ({**EXPRESS, **FLASK, "Procfile": "x: y\nweb: gunicorn app:app\n"}, "python", "Procfile:2 names it"),
        ({**EXPRESS, **FLASK, "Dockerfile": 'FROM x\nCMD ["node", "server.js"]\n'}, "node", "Dockerfile:2 names it"),
        ({**EXPRESS, **GO, "package.json": EXPRESS["package.json"].replace("node server.js", "go run .")}, "go", ""),
    ],
)
def test_winner(tmp_path: Path, files: dict[str, str], name: str, rule: str) -> None:
    found = language.shown(Project(write(tmp_path, files)))
    assert found.value == name and (found.rule == rule or not rule)
    assert len(found.others) == 1 and found.others[0].value != name
    named = language.detect(Project(tmp_path), "").language
    assert (named.value, named.others, named.rule) == (name, found.others, found.rule)


def test_the_start_script_names_one_of_two_servers(tmp_path: Path) -> None:
    found = language.shown(Project(write(tmp_path, {**EXPRESS, **FLASK})))
    assert found == Found(
        "node",
        "package.json",
        "likely",
        (Found("python", "requirements.txt"),),
        "package.json scripts.start names it",
    )


def test_two_servers_of_which_nothing_names_one_are_not_decided(tmp_path: Path) -> None:
    files = {"package.json": '{"dependencies": {"express": "5"}}', "server.js": EXPRESS["server.js"], **FLASK}
    with pytest.raises(ScaffoldError, match=r"^Several languages found: Node \(package.json\), Python"):
        language.shown(Project(write(tmp_path, files)))


def test_a_manifest_that_cannot_be_read_is_no_app(tmp_path: Path) -> None:
    assert language.shown(Project(write(tmp_path, {**FLASK, "package.json": "["}))).value == "python"
    assert not contest.only_tools(Project(tmp_path), "node", "package.json")
