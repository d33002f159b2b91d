from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import node_app
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]
Tree = Callable[[dict[str, str]], Project]

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
GONE = "The start script names a file that is not there:"
ODD = "which shells, Compose and Dockerfiles read in different ways. | Rename the file without it."


@pytest.mark.parametrize(
    ("content", "fact", "remedy"),
    [
        ({}, "What starts the app is unknown: package.json has no start script", "Say --start 'node FILE', or add"),
        ({"main": "none.js"}, "What starts the app is unknown", "Say --start"),
        (
            {"exports": "./a.js"},
            "This is a library: package.json names exports for others",
            "Name the app's own folder",
        ),
        ({"scripts": {"start": "nodemon a.js"}}, f"{GONE} a.js ({SCRIPT})", "--start 'node FILE'"),
        ({"scripts": {"start": "node"}}, f"{INDIRECT} 'node' ({SCRIPT})", "--start 'node server.js'"),
        ({"scripts": {"start": "docker compose up"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "npm run serve"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "npm start"}}, INDIRECT, "--start 'node server.js'"),
        ({"scripts": {"start": "node dist/a.js"}}, f"{GONE} dist/a.js ({SCRIPT})", "add a build script"),
        ({"scripts": {"start": "node /etc/passwd"}}, f"{GONE} /etc/passwd", "--start 'node FILE'"),
        ({"scripts": {"start": "node -r x 'a$b.js'"}}, f"{SCRIPT} has '$' in 'a$b.js'", "Rename the file"),
        ({"scripts": {"start": "node a\nb.js"}}, f"{INDIRECT} 'node a\\nb.js'", "--start 'node server.js'"),
        ({"scripts": {"start": "node 'a.js"}}, f'{INDIRECT} "node \'a.js"', "--start 'node server.js'"),
        ({"scripts": {"start": "-x"}}, f"{INDIRECT} '-x'", "--start 'node server.js'"),
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


TS = {"devDependencies": {"typescript": "^5"}}
MARKED = '// a comment\n{"compilerOptions": {"outDir": "./dist",}, "include": ["src"]}'


@pytest.mark.parametrize(
    ("content", "others", "start"),
    [
        ({"scripts": {"start:prod": "node a.js", "start": "node b.js"}}, "a.js b.js", "node a.js"),
        ({"scripts": {"start": "nodemon a.js"}}, "a.js", "node a.js"),
        ({"scripts": {"start": "nodemon"}, "main": "a.js"}, "a.js", "node a.js"),
        ({"scripts": {"start": "npm run serve", "serve": "pm2-runtime a.js -i max"}}, "a.js", "node a.js"),
        ({"scripts": {"start": "node --watch --env-file=.env a.js | pino-pretty"}}, "a.js", "node a.js"),
        ({"scripts": {"start": "ts-node src/a.ts", "build": "tsc"}, **TS}, "src/a.ts", "node dist/a.js"),
        ({"scripts": {"start": "ts-node src/a.ts", "build": "tsc"}, **TS}, "src/a.ts x.ts", "node dist/a.js"),
        (
            {"scripts": {"start": "tsx src/a.ts"}, "devDependencies": {"tsx": "4"}},
            "src/a.ts",
            "node --import tsx src/a.ts",
        ),
        ({"scripts": {"start": "node src/a.ts"}}, "src/a.ts", "node src/a.ts"),
        ({"scripts": {"start": "bun run src/a.ts"}}, "src/a.ts", "node src/a.ts"),
        ({"scripts": {"start": "babel-node src/a.js", "build": "babel src -d lib"}}, "src/a.js", "node lib/a.js"),
        ({"scripts": {"start": "vite"}, "devDependencies": {"vite": "7"}}, "index.html", "static-web-server dist"),
        ({"scripts": {"start": "serve -s build -l 80", "build": "x"}}, "", "static-web-server build"),
        ({"scripts": {"start": "http-server"}}, "public/index.html", "static-web-server public"),
        ({"scripts": {"start": "concurrently npm:api vite", "api": "node a.js"}}, "a.js", "node a.js"),
        ({"scripts": {"dev": "nodemon b.js"}}, "b.js", "node b.js"),
        ({}, "index.html", "static-web-server ."),
        ({"bin": "cli.js"}, "cli.js", "node cli.js"),
    ],
    ids=str,
)
def test_start_seen_through(found: Look, content: dict[str, Any], others: str, start: str) -> None:
    tree = {**files(content, *others.split()), "tsconfig.json": MARKED}
    assert found("node", tree, "start").partition(" (")[0] == start


@pytest.mark.parametrize(
    ("scripts", "build"),
    [
        ({"start": "node a.js"}, "none"),
        ({"start": "node a.js", "build": "docker build ."}, "none"),
        ({"start": "node a.js", "build:prod": "x"}, "npm run build:prod (package.json scripts.build:prod)"),
        ({"start": "npm run build && node a.js", "build": "x"}, "npm run build (package.json scripts.build)"),
        ({"start": "prisma generate && node a.js"}, f"npx prisma generate ({SCRIPT})"),
        ({"start": "A=1 node gen.js && node a.js"}, f"A=1 node gen.js ({SCRIPT})"),
        ({"start": "prisma migrate deploy && node a.js"}, "none"),
        (
            {"start": "node a.js", "build": "npm run build --prefix web"},
            "npm --prefix web install --no-audit --no-fund && npm run build (package.json scripts.build)",
        ),
    ],
    ids=str,
)
def test_build(found: Look, scripts: dict[str, str], build: str) -> None:
    web = json.dumps({"scripts": {"build": "vite build"}, "dependencies": {"vite": "7"}})
    tree = {**files({"scripts": scripts}, "a.js", "gen.js"), "web/package.json": web}
    assert found("node", tree, "build") == build


@pytest.mark.parametrize(
    ("script", "env", "port"),
    [
        ("NODE_ENV=production node a.js", "none", "none"),
        ("cross-env NODE_ENV=docker A='b c' node a.js", f"NODE_ENV=docker 'A=b c' ({SCRIPT})", "none"),
        ("PORT=${PORT:=9000} node a.js", "none", f"9000 ({SCRIPT})"),
    ],
)
def test_environment(found: Look, script: str, env: str, port: str) -> None:
    tree = files({"scripts": {"start": script}}, "a.js")
    assert found("node", tree, "env") == env
    assert found("node", tree, "port") == port


def test_what_needs_a_database_is_spoken_of(tree: Tree) -> None:
    manifest = {"scripts": {"start": "prisma migrate deploy && node a.js"}}
    plan = node_app.plan(tree(files(manifest, "a.js")), manifest)
    assert plan.notes == (f"Not run in the image's build, for it needs a database: prisma migrate deploy ({SCRIPT}).",)


def test_a_command_line_tool_has_no_port(tree: Tree) -> None:
    plan = node_app.plan(tree(files({"bin": {"x": "cli.js"}}, "cli.js")), {"bin": {"x": "cli.js"}})
    assert [trait.value for trait in plan.traits] == ["tool"]
    assert (plan.answers["port"].value, plan.answers["health-path"].value) == ("none", "none")


@pytest.mark.parametrize("text", ["module.exports = 1", "export const a = 1"])
def test_a_library_is_no_server(tree: Tree, text: str) -> None:
    project = tree({"package.json": "{}", "lib.js": text})
    with pytest.raises(ScaffoldError, match=r"^This is a library: package\.json names lib\.js for others to import"):
        node_app.start(project, {"main": "lib.js"}, False)
    served = tree({"lib.js": f"{text}\nserver.listen(1)"})
    assert node_app.start(served, {"main": "lib.js"}, False).value == "node lib.js"


@pytest.mark.parametrize(
    ("build", "start", "locked", "found"),
    [
        ("tsc", "node dist/a.js", False, "npm run build || test -f dist/a.js"),
        ("rimraf dist && tsc -p .", "ts-node src/a.ts", False, "npm run build || test -f dist/a.js"),
        ("tsc", "node dist/a.js", True, "npm run build"),
        ("tsc && cp -r views dist", "node dist/a.js", False, "npm run build"),
        ("tsc", "node server.js", False, "npm run build"),
    ],
)
def test_newer_types_do_not_stop_a_build_without_a_lock(
    tree: Tree, build: str, start: str, locked: bool, found: str
) -> None:
    manifest = {"scripts": {"build": build, "start": start}, "devDependencies": {"typescript": "5"}}
    config = '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}'
    files = {"package.json": json.dumps(manifest), "tsconfig.json": config, "src/a.ts": "", "server.js": ""}
    plan = node_app.plan(tree(files), manifest, locked=locked)
    assert plan.answers["build"].value == found


def test_what_only_looks_is_not_run_at_build(tree: Tree) -> None:
    manifest = {"scripts": {"start": "pwd; ls; node a.js"}}
    plan = node_app.plan(tree({"package.json": json.dumps(manifest), "a.js": ""}), manifest)
    assert "build" not in plan.answers
