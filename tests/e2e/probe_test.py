"""`new --probe` with apps that write where no reading of their sources finds it."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.day import PROGRAM, TOP
from tests.e2e import stack
from tests.e2e.stack import Stack, said

NODE = """\
const fs = require('fs'), http = require('http');
const name = Buffer.from('YXVkaXQ=', 'base64').toString();
fs[['mkdir', 'Sync'].join('')](name);
fs[['writeFile', 'Sync'].join('')](name + '/a.txt', 'x');
fs[['writeFile', 'Sync'].join('')](['state', 'json'].join('.'), '{}');
fs[['mkdir', 'Sync'].join('')]('/var/lib/' + ['x'].pop());
http.createServer((request, reply) => reply.end('{"ok": true}')).listen(3000, '0.0.0.0');
"""

PYTHON = """\
import http.server
import os
from importlib import import_module

shelf = "".join(["led", "ger"])
getattr(os, "make" + "dirs")(shelf)
base = import_module("sql" + "ite3").connect(".".join(["shop", "sqlite3"]))
base.execute("create table a (b)")
getattr(os, "make" + "dirs")("/".join(["", "var", "lib", "x"]))


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        getattr(os, "make" + "dirs")("".join(["ses", "sions"]), exist_ok=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true}')


http.server.HTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"""

GO = """\
package main

import (
	"net/http"
	"os"
	"strings"
)

func main() {
	must(os.MkdirAll(strings.ToLower("LOGS/A"), 0o755))
	must(os.WriteFile(strings.ToLower("APP.DB"), nil, 0o644))
	must(os.MkdirAll(strings.ToLower("/VAR/LIB/X"), 0o755))
	must(http.ListenAndServe(":8080", http.HandlerFunc(func(reply http.ResponseWriter, request *http.Request) {
		reply.Write([]byte(`{"ok": true}`))
	})))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
"""

PACKAGE = {
    "package.json": '{"name": "x", "scripts": {"start": "node server.js"}}',
    "package-lock.json": '{"name": "x", "lockfileVersion": 3, "requires": true, "packages": {"": {"name": "x"}}}',
}

APPS = {
    "node": ({**PACKAGE, "server.js": NODE}, ["/app/audit", "/app/state.json", "/var/lib/x"], []),
    "python": (
        {"requirements.txt": "", "app.py": PYTHON},
        ["/app/ledger", "/app/shop.sqlite3", "/var/lib/x"],
        ["/app/sessions"],
    ),
    "go": (
        {"go.mod": "module example.com/x\n\ngo 1.26\n", "main.go": GO},
        ["/app/app.db", "/var/lib/x"],
        ["/app/logs"],
    ),
}


def probe(directory: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    directory.mkdir()
    for path, text in files.items():
        (directory / path).write_text(text)
    command = [*PROGRAM, "new", "--yes", "--json", "--probe", *stack.pins(), str(directory)]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True, text=True)


def left() -> list[str]:
    """What a probe has left in the engine."""
    kinds = (["ps", "--all"], ["volume", "ls"], ["network", "ls"], ["image", "ls"])
    return [line for words in kinds for line in said(["docker", *words]).splitlines() if "dockerscaffold-probe" in line]


@pytest.mark.parametrize("name", APPS)
def test_what_an_app_writes_to_is_found(name: str, tmp_path: Path) -> None:
    files, writable, tmpfs = APPS[name]
    done = probe(tmp_path / name, files)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {one["path"] for one in result["probed"]} == {*writable, *tmpfs}
    answers = tomllib.loads((tmp_path / name / ".dockerscaffold.toml").read_text())["service"]["web"]
    assert (sorted(answers.get("writable", [])), sorted(answers.get("tmpfs", []))) == (writable, tmpfs)
    assert left() == []
    made = Stack(tmp_path / name, result)
    try:
        made.up()
        assert made.fetch("/") == (200, {"ok": True})
    finally:
        made.down()


def test_what_it_cannot_mend_is_said(tmp_path: Path) -> None:
    server = "if (!process.env['DATA' + 'BASE_URL']) throw new Error('DATABASE_URL is missing');\n" + NODE
    done = probe(tmp_path / "dies", {**PACKAGE, "server.js": server})
    assert done.returncode == 1
    assert "Error: DATABASE_URL is missing\n" in done.stderr
    assert "web exits with 1; that is not for want of a path to write to." in done.stderr
    assert json.loads(done.stdout)["error"]["exit_code"] == 1
    assert left() == []
