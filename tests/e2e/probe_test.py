"""`new --probe` with apps that write where no reading of their sources finds it."""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

from scaffold.probe import Added, rows
from tests.day import PROGRAM, TOP
from tests.e2e import stack
from tests.e2e.stack import Stack, said

NODE = """\
const fs = require('fs'), http = require('http');
const name = Buffer.from('YXVkaXQ=', 'base64').toString();
fs[['mkdir', 'Sync'].join('')](name, { recursive: true });
fs[['mkdir', 'Sync'].join('')](name.replace(/.*/, 'logs'), { recursive: true });
fs[['writeFile', 'Sync'].join('')](name + '/a.txt', 'x');
fs[['writeFile', 'Sync'].join('')](['state', 'json'].join('.'), '{}');
fs[['mkdir', 'Sync'].join('')]('/var/lib/' + ['x'].pop(), { recursive: true });
http.createServer((request, reply) => reply.end('{"ok": true}')).listen(18331, '0.0.0.0');
"""

PYTHON = """\
import http.server
import os
from importlib import import_module

shelf = "".join(["led", "ger"])
getattr(os, "make" + "dirs")(shelf, exist_ok=True)
base = import_module("sql" + "ite3").connect(".".join(["shop", "sqlite3"]))
base.execute("create table if not exists a (b)")
getattr(os, "make" + "dirs")("/".join(["", "var", "lib", "x"]), exist_ok=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        getattr(os, "make" + "dirs")("".join(["ses", "sions"]), exist_ok=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": true}')


http.server.HTTPServer(("0.0.0.0", 18332), Handler).serve_forever()
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
	must(http.ListenAndServe(":18333", http.HandlerFunc(func(reply http.ResponseWriter, request *http.Request) {
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
    "package.json": '{"name": "probed", "scripts": {"start": "node server.js"}}',
    "package-lock.json": '{"name": "probed", "lockfileVersion": 3, "packages": {"": {"name": "probed"}}}',
}

APPS = {
    "node": ({**PACKAGE, "server.js": NODE}, ["/app/audit", "/app/state.json", "/var/lib/x"], ["/app/logs"]),
    "python": (
        {"requirements.txt": "", "app.py": PYTHON},
        ["/app/ledger", "/app/shop.sqlite3", "/var/lib/x"],
        ["/app/sessions"],
    ),
    "go": (
        {"go.mod": "module example.com/probed-go\n\ngo 1.26\n", "main.go": GO},
        ["/app/app.db", "/var/lib/x"],
        ["/app/logs"],
    ),
}


PORTS = {"node": "18331", "python": "18332", "go": "18333"}


def probe(directory: Path, files: dict[str, str], port: str = PORTS["node"]) -> subprocess.CompletedProcess[str]:
    directory.mkdir()
    for path, text in files.items():
        (directory / path).write_text(text)
    command = [*PROGRAM, "new", "--yes", "--json", "--probe", "--port", port, *stack.pins(), str(directory)]
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True, text=True)


def left() -> list[str]:
    """What a probe has left in the engine."""
    kinds = (["ps", "--all"], ["volume", "ls"], ["network", "ls"], ["image", "ls"])
    return [line for words in kinds for line in said(["docker", *words]).splitlines() if "dockerscaffold-probe" in line]


@pytest.mark.parametrize("name", APPS)
def test_what_an_app_writes_to_is_found(name: str, tmp_path: Path) -> None:
    files, writable, tmpfs = APPS[name]
    done = probe(tmp_path / f"probed-{name}", files, PORTS[name])
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {one["path"] for one in result["probed"]} == {*writable, *tmpfs}
    answers = tomllib.loads((tmp_path / f"probed-{name}" / ".dockerscaffold.toml").read_text())["service"]["web"]
    assert (sorted(answers.get("writable", [])), sorted(answers.get("tmpfs", []))) == (writable, tmpfs)
    shown = "".join(f"    {row}\n" for row in rows([Added(**one) for one in result["probed"]]))
    assert name != "node" or shown in (TOP / "README.md").read_text()
    assert left() == []
    made = Stack(tmp_path / f"probed-{name}", result)
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
