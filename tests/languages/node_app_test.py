from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Look = Callable[[str, dict[str, str], str], str]

SCRIPT, MAIN = "package.json scripts.start", "package.json main"


def files(content: dict[str, Any], *others: str) -> dict[str, str]:
    return {"package.json": json.dumps(content), **dict.fromkeys(others, "")}


@pytest.mark.parametrize(
    ("content", "others", "start"),
    [
        ({"scripts": {"start": "node server.js"}, "main": "index.js"}, "server.js", f"node server.js ({SCRIPT})"),
        ({"scripts": {"start": "node server"}}, "server.js", f"node server ({SCRIPT})"),
        ({"scripts": {"start": "node ./bin/www"}}, "bin/www", f"node ./bin/www ({SCRIPT})"),
        ({"scripts": {"start": "node src"}}, "src/index.js", f"node src ({SCRIPT})"),
        ({"scripts": {"start": "node ."}, "main": "app.js"}, "app.js", f"node . ({SCRIPT})"),
        ({"scripts": {"start": "node --inspect=0 server.js -v"}}, "", f"node --inspect=0 server.js -v ({SCRIPT})"),
        ({"scripts": {"start": "node -r x/register server.js"}}, "", f"node -r x/register server.js ({SCRIPT})"),
        ({"scripts": {"start": "NODE_ENV=production node server.js"}}, "server.js", f"node server.js ({SCRIPT})"),
        ({"scripts": {"start": "NODE_ENV='production' node a.js"}}, "a.js", f"node a.js ({SCRIPT})"),
        ({"scripts": {"start": "cross-env NODE_ENV=production node a.js"}}, "a.js", f"node a.js ({SCRIPT})"),
        ({"scripts": {"start": "node dist/a.js", "build": "tsc"}}, "", f"node dist/a.js ({SCRIPT})"),
        ({"scripts": {"start": ""}, "main": "app.js"}, "app.js", f"node app.js ({MAIN})"),
        ({"scripts": {"start": 1}, "main": "app.js"}, "app.js", f"node app.js ({MAIN})"),
        ({"scripts": [], "main": "app.js"}, "app.js", f"node app.js ({MAIN})"),
        ({"main": "lib/app"}, "lib/app.js", f"node lib/app ({MAIN})"),
        ({"main": "lib"}, "lib/index.js", f"node lib ({MAIN})"),
        ({"main": "my app.js"}, "my app.js", f"node 'my app.js' ({MAIN})"),
        ({"main": "dist/app.js", "scripts": {"build": "tsc"}}, "", f"node dist/app.js ({MAIN})"),
        ({"main": "index.js"}, "server.js", "node server.js (server.js)"),
        ({"main": ""}, "index.js", "node index.js (index.js)"),
        ({}, "server.js|index.js", "node server.js (server.js)"),
        ({}, "index.js", "node index.js (index.js)"),
    ],
    ids=str,
)
def test_start(found: Look, content: dict[str, Any], others: str, start: str) -> None:
    assert found("node", files(content, *filter(None, others.split("|"))), "start") == start


INDIRECT = "does not run node itself:"
ODD = "which shells, Compose and Dockerfiles read in different ways. | Rename the file without it."


@pytest.mark.parametrize(
    ("content", "fact", "remedy"),
    [
        ({}, "What starts the app is unknown: package.json has no start script", "Say --start 'node FILE', or add"),
        ({"main": "none.js"}, "What starts the app is unknown", "Say --start"),
        ({"scripts": {"start": "nodemon a.js"}}, f"{INDIRECT} 'nodemon a.js' ({SCRIPT})", "--start 'node server.js'"),
        ({"scripts": {"start": "node"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "npm run serve"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "tsc && node a.js"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "NODE_ENV=docker node a.js"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "NODE_ENV=production PORT=1 node a.js"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "node dist/a.js"}}, f"that is not there: dist/a.js ({SCRIPT})", "add a build script"),
        ({"scripts": {"start": "node /etc/passwd"}}, "that is not there: /etc/passwd", "--start 'node FILE'"),
        ({"scripts": {"start": "node 'a$b.js'"}}, f"{SCRIPT} has '$' in 'a$b.js'", "Rename the file"),
        ({"scripts": {"start": "node a\nb.js"}}, f"{SCRIPT} has a control character in it: '\\n'.", "Rename the file"),
        ({"scripts": {"start": "node 'a.js"}}, f"{SCRIPT} cannot be read: No closing quotation", "Close the quote."),
        ({"scripts": {"start": "-x"}}, f"{SCRIPT} begins with a dash: -x.", "Begin with the program"),
        ({"main": "a\nb.js"}, f"{MAIN} has a control character in it: '\\n'.", "Rename the file"),
        ({"main": 'a".js'}, f"{MAIN} has '\"' in", ODD),
        ({"main": "a'.js"}, f'{MAIN} has "\'" in', ODD),
        ({"main": "a$.js"}, f"{MAIN} has '$' in", ODD),
        ({"main": "\ud800.js"}, f"{MAIN} has a control character in it: '\\ud800'.", "Rename the file"),
        ({"main": "-a.js"}, f"{MAIN} is no file of the project: -a.js.", "or say --start."),
        ({"main": "../a.js"}, f"{MAIN} is no file of the project: ../a.js.", "or say --start."),
        ({"main": "/a.js", "scripts": {"build": "x"}}, f"{MAIN} is no file of the project: /a.js.", "say --start."),
    ],
    ids=str,
)
def test_unknown_start(found: Look, content: dict[str, Any], fact: str, remedy: str) -> None:
    shown, _, say = found("node", files(content), "start").partition(" | ")
    assert fact in f"{shown} | {say}" and remedy in f"{shown} | {say}"
    assert not shown.startswith("!"), "not to be had by --start"
