"""A fresh repository: `--language` alone, then what `new` said must be added, then the first build."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.stack import Stack, said

NODE = """\
const server = require("node:http").createServer((request, response) => {
  if (request.url === "/aside") response.writeHead(302, { location: "/" });
  response.end('"fresh"');
});
server.listen(process.env.PORT);
process.on("SIGTERM", () => server.close(() => process.exit()));
"""
PYTHON = """\
def app(environ, start_response):
    status = "302 Found" if environ["PATH_INFO"] == "/aside" else "200 OK"
    start_response(status, [("Content-Type", "application/json"), ("Location", "/")])
    return [b'"fresh"']
"""
GO = """\
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `"fresh"`) })
	panic(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
"""


def node(directory: Path) -> None:
    said(["npm", "init", "--yes"], directory)
    said(["npm", "install", "--no-audit", "--no-fund"], directory)
    (directory / "server.js").write_text(NODE)


def python(directory: Path) -> None:
    (directory / "requirements.txt").write_text("gunicorn==23.0.0\n")
    (directory / "app.py").write_text(PYTHON)


def go(directory: Path) -> None:
    (directory / "go.mod").write_text("module example.com/fresh\n\ngo 1.26\n")
    (directory / "main.go").write_text(GO)


@pytest.mark.parametrize(
    ("language", "add", "named"),
    [
        ("node", node, ["package-lock.json", "server.js"]),
        ("python", python, ["requirements.txt", "app.py"]),
        ("go", go, ["go.mod", "main.go"]),
    ],
)
@pytest.mark.parametrize("tier", ["distroless", "alpine"])
def test_the_convention_builds_and_runs(
    project: Callable[..., Stack], language: str, add: Callable[[Path], None], named: list[str], tier: str
) -> None:
    made = project({".gitignore": ""}, "--language", language, "--tier", tier)
    missing = "\n".join(made.result["missing"])
    assert all(name in missing for name in named)
    add(made.directory)
    made.up()
    assert made.fetch("/") == (200, "fresh")


def test_the_printed_docker_run_is_as_hard(project: Callable[..., Stack]) -> None:
    made = project({".gitignore": ""}, "--language", "go", "--tier", "scratch", "--port", "8080", "--port", "5353/udp")
    go(made.directory)
    made.up()
    words = made.result["services"][0]["docker_run"]
    composed = made.inspect["HostConfig"]
    made.compose("down")
    started = subprocess.run([*words[:2], "--detach", *words[2:]], capture_output=True, text=True, check=True)
    made.__dict__["container"] = container = started.stdout.strip()
    try:
        run = made.inspect["HostConfig"]
        alike = ("ReadonlyRootfs", "CapDrop", "SecurityOpt", "PidsLimit", "Memory", "MemoryReservation", "NanoCpus")
        for key in (*alike, "Init", "Tmpfs", "PortBindings", "Privileged"):
            assert run[key] == composed[key], key
        assert made.inspect["Config"]["User"] == "65532:65532"
        assert run["PortBindings"].keys() == {"8080/tcp", "5353/udp"}
    finally:
        said(["docker", "rm", "--force", container])
