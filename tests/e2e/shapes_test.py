"""Shapes of projects beside the examples, each built and run hardened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold import catalogue
from tests.e2e import stack
from tests.e2e.fresh_test import GO, NODE, PYTHON
from tests.e2e.stack import Stack, said

FASTAPI = """\
import sqlite3
import ssl
import zoneinfo

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def root(zone: str = "UTC") -> list[str]:
    found = zone if zone == "UTC" else str(zoneinfo.ZoneInfo(zone))
    return [found, str(len(ssl.create_default_context().get_ca_certs()) > 50), sqlite3.sqlite_version[:1]]
"""
FLASK = """\
import flask

app = flask.Flask(__name__)
app.get("/")(lambda: {"flask": True})
"""
CGO = (
    GO.replace("import (", '// static int three(void) { return 3; }\nimport "C"\n\nimport (\n\t"fmt"')
    .replace('io.WriteString(w, `"fresh"`)', "fmt.Fprint(w, int(C.three()))")
    .replace('\t"io"\n', "")
)
OLDEST = catalogue.lines("python").supported[0]
BUILD = "const fs = require('fs'); fs.mkdirSync('dist'); fs.writeFileSync('dist/server.js', fs.readFileSync('src.js'));"


def uv_lock(directory: Path) -> None:
    """Makes the lock here: it must hold the address of an index, so it is not kept among the sources."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    said(
        [uv, "lock", "--quiet", "--python", sys.executable],
        directory,
        env={"UV_CACHE_DIR": str(directory.parent / "uv")},
    )


@pytest.mark.parametrize(
    ("version", "tier"),
    [("3.13", "distroless"), ("3.12", "distroless"), ("3.14", "scratch"), ("3.14", "alpine"), (OLDEST, "slim")],
)
def test_python_by_uv(tmp_path: Path, version: str, tier: str) -> None:
    directory = tmp_path / "app"
    directory.mkdir()
    (directory / "pyproject.toml").write_text(
        '[project]\nname = "shape"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["fastapi", "uvicorn"]\n[dependency-groups]\ndev = ["six"]\n'
    )
    (directory / "main.py").write_text(FASTAPI)
    uv_lock(directory)
    made = Stack(directory, stack.generate(directory, "--tier", tier, "--version", version))
    try:
        made.up()
        # The stand-in of the alpine image has no time zones, which the official one installs.
        zone = "UTC" if tier == "alpine" else "Europe/Paris"
        assert made.fetch(f"/?zone={zone}") == (200, [zone, "True", "3"])
        names = "\n".join(made.listing)
        assert "site-packages/fastapi/" in names
        assert "site-packages/six" not in names
        assert not [line for line in made.listing if line.endswith(("/uv", "bin/uvx"))]
        assert "main.cpython" in names
    finally:
        made.down()


@pytest.mark.parametrize(
    ("tier", "gunicorn"), [("distroless", "gunicorn==23.0.0"), ("slim", "gunicorn"), ("scratch", "gunicorn")]
)
def test_flask_under_gunicorn(project: Callable[..., Stack], tier: str, gunicorn: str) -> None:
    files = {"requirements.txt": f"flask==3.1.2\n{gunicorn}\n", "app.py": FLASK}
    made = project(files, "--tier", tier, "--version", "3.13", "--health-path", "/")
    made.up()
    assert made.fetch("/") == (200, {"flask": True})
    assert "error" not in said(["docker", "logs", made.container]).lower()


def test_threads_end_on_scratch(project: Callable[..., Stack]) -> None:
    files = {"requirements.txt": "six==1.17.0\n", "main.py": "import http.server\n"}
    made = project(files, "--tier", "scratch", "--version", "3.12")
    said(["docker", "compose", "build"], made.directory)
    end = "import ctypes; ctypes.CDLL(None).pthread_exit(None)"
    begin = f"threading.Thread(target=lambda: exec({end!r}), daemon=True).start()"
    code = f"import os, threading, time; {begin}; time.sleep(1); print('ended', flush=True); os._exit(0)"
    run = ["docker", "run", "--rm", "--read-only", "--entrypoint", "/opt/venv/bin/python", made.image, "-c", code]
    assert said(run) == "ended\n"


@pytest.mark.parametrize("language", ["node", "python"])
def test_health_on_a_port_that_browsers_block_and_not_by_a_redirect(
    project: Callable[..., Stack], language: str
) -> None:
    node = {"package.json": "{}", "package-lock.json": '{"lockfileVersion": 3, "packages": {}}', "server.js": NODE}
    files = node if language == "node" else {"requirements.txt": "gunicorn==23.0.0\n", "app.py": PYTHON}
    start = "node server.js" if language == "node" else "gunicorn app:app"
    made = project(files, "--start", start, "--port", "6000", "--health-path", "/")
    made.up()
    words = made.inspect["Config"]["Healthcheck"]["Test"][1:]
    check = ["docker", "exec", made.container, *words[:-1]]
    aside = words[-1].replace("'/'", "'/aside'").replace(":6000/", ":6000/aside")
    assert aside != words[-1]
    assert subprocess.run([*check, words[-1]]).returncode == 0
    assert subprocess.run([*check, aside], capture_output=True).returncode == 1


@pytest.mark.parametrize("tier", ["distroless", "slim"])
def test_cgo(project: Callable[..., Stack], tier: str) -> None:
    made = project({"go.mod": "module example.com/c\n\ngo 1.26\n", "cmd/web/main.go": CGO}, "--tier", tier)
    made.up()
    assert made.fetch("/") == (200, 3)


@pytest.mark.parametrize("tier", ["distroless", "alpine", "scratch"])
def test_node_with_a_build_and_an_addon(project: Callable[..., Stack], tier: str) -> None:
    made = project(
        {
            "package.json": '{"name": "@shape/web", "main": "dist/server.js", "scripts": '
            '{"build": "node build.js", "prepare": "semver 1.2.3"}, "dependencies": {"bcrypt": "6.0.0"},'
            ' "devDependencies": {"semver": "7.7.2"}}',
            "build.js": f"require('semver');\n{BUILD}",
            "src.js": "require('bcrypt').hashSync('x', 4);\n" + NODE,
            ".npmrc": "omit-lockfile-registry-resolved=true\n",
        },
        "--language",
        "node",
        "--tier",
        tier,
        name="early",
    )
    said(["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"], made.directory)
    made.result = stack.generate(made.directory, "--force", "--tier", tier)
    made.up()
    assert made.fetch("/") == (200, "fresh")
    names = "\n".join(made.listing)
    assert "app/node_modules/bcrypt/" in names
    assert "app/node_modules/semver/" not in names


@pytest.mark.parametrize("tier", ["slim", "alpine"])
def test_a_start_command_for_a_shell(project: Callable[..., Stack], tier: str) -> None:
    files = {"package.json": "{}", "package-lock.json": '{"lockfileVersion": 3, "packages": {}}', "server.js": NODE}
    made = project(files, "--tier", tier, "--start", "true && exec node server.js")
    made.up()
    assert made.fetch("/") == (200, "fresh")


@pytest.mark.skipif(os.geteuid() != 0, reason="the modes of a private checkout are made by root here")
def test_a_checkout_that_only_its_owner_reads(project: Callable[..., Stack]) -> None:
    made = project({"go.mod": "module example.com/fresh\n\ngo 1.26\n", "main.go": GO})
    files = {"package.json": "{}", "package-lock.json": '{"lockfileVersion": 3, "packages": {}}', "server.js": NODE}
    made = project(files, name="private")
    for path in made.directory.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    made.up()
    assert made.fetch("/") == (200, "fresh")
