"""Programs of public Go modules: downloaded, scaffolded without an answer, built, run hardened and asked."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e import stack
from tests.e2e.projects_test import body
from tests.e2e.stack import Stack, said


class Program(NamedTuple):
    """A program of a module in one version: what it is asked, and a pattern of what it says.

    Without `get` it is a tool, whose log is read; a `get` that is no path is sent as it is on a socket.
    """

    module: str
    start: str
    get: str
    says: str


PROGRAMS = (
    Program("github.com/mccutchen/go-httpbin/v2@v2.26.0", "./cmd/go-httpbin", "/get?a=b", '"a"'),
    Program("github.com/prometheus/node_exporter@v1.12.1", ".", "/metrics", "node_cpu_seconds_total"),
    Program("github.com/nats-io/nats-server/v2@v2.15.2", ".", "PING\r\n", "INFO {.*server_id"),
    Program(
        "github.com/emersion/go-smtp@v0.25.1", "./cmd/smtp-debug-server --l=0.0.0.0:1025", "QUIT\r\n", "220 .* ESMTP"
    ),
    Program("golang.org/x/tools@v0.52.0", "./cmd/present --http=0.0.0.0:3999", "/", "<html>"),
    Program("github.com/fsouza/fake-gcs-server@v1.56.1", ".", "/", "."),
    Program("github.com/rakyll/hey@v0.1.5", ".", "", "Usage: hey"),
    Program("github.com/google/pprof@v0.0.0-20260906184651-6331bc6350fe", ".", "", "usage"),
    Program("filippo.io/age@v1.3.2", "./cmd/age", "", "age --decrypt"),
    Program("github.com/swaggo/swag@v1.16.6", "./cmd/swag", "", "Automatically generate RESTful API documentation"),
)


def download(module: str, to: Path) -> Path:
    """A copy of a module that may be written to, without the files of container tools that its makers have."""
    done = subprocess.run(
        ["go", "mod", "download", "-json", module], cwd=to, capture_output=True, text=True, check=True
    )
    folder = to / re.sub(r"/v\d+$", "", module.partition("@")[0]).rpartition("/")[2].lower()
    shutil.copytree(json.loads(done.stdout)["Dir"], folder)
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files, "."):
            os.chmod(Path(above, name), 0o755)
    for name in ("Dockerfile", ".dockerignore", "docker-compose.yml", "compose.yaml", ".github/dependabot.yml"):
        (folder / name).unlink(missing_ok=True)
    return folder


def talk(port: int, text: str) -> str:
    """What a server says on a socket."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(text.encode())
        connection.settimeout(3)
        return connection.recv(4096).decode(errors="replace")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.module)
def test_it_builds_and_answers(program: Program, tmp_path: Path) -> None:
    made = Stack(download(program.module, tmp_path), {})
    made.result.update(stack.generate(made.directory))
    assert made.result["services"][0]["answers"]["start"]["value"] == program.start
    try:
        if not program.get:
            made.compose("up", "--build", "--detach")
            said(["docker", "wait", made.container])
            text = said(["docker", "logs", made.container])
        else:
            made.up()
            text = body(made, program.get) if program.get.startswith("/") else talk(made.port, program.get)
        assert re.search(program.says, text)
    finally:
        made.down()
