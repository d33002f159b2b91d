"""Apps that nobody here wrote: made at test time by the ecosystems' own initialisers, built and run without an answer.

Left out, since their initialisers fetch templates from hosts of their own: create-react-router, create-astro, nuxi.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e import stack
from tests.e2e.projects_test import ends, request
from tests.e2e.stack import Stack, said


@dataclass(frozen=True)
class App:
    """How an app is made in the folder `app` of an empty one, and what is in its answer to a request for `/`.

    A `tool` has it in its log, and ends.
    """

    make: str
    says: str
    tool: bool = False


UV = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))

SERVE = (
    "printf 'from http.server import HTTPServer, SimpleHTTPRequestHandler\\n"
    'HTTPServer(("0.0.0.0", 8000), SimpleHTTPRequestHandler).serve_forever()\\n\''
)

APPS = {
    "vite-vanilla": App("npx --yes create-vite@9.3.0 app --template vanilla --no-interactive", says="<div id="),
    "vite-react": App("npx --yes create-vite@9.3.0 app --template react-ts --no-interactive", says="<div id="),
    "vite-vue": App("npx --yes create-vite@9.3.0 app --template vue --no-interactive", says="<div id="),
    "vite-svelte": App("npx --yes create-vite@9.3.0 app --template svelte --no-interactive", says="<div id="),
    "next": App("npx --yes create-next-app@16.4.3 app --yes --empty --skip-install --disable-git", says="<html"),
    "nest": App(
        "npx --yes @nestjs/cli@12.0.8 new app --skip-git --skip-install --package-manager npm", says="Hello World"
    ),
    "express": App("npx --yes express-generator@4.16.1 --no-view app", says="Express"),
    "fastify": App("npx --yes fastify-cli@8.0.2 generate app", says="root"),
    "sveltekit": App(
        "npx --yes sv@0.17.1 create app --template minimal --types ts --no-add-ons --no-install", says="svelte"
    ),
    "django": App(
        f"mkdir app && {UV} tool run --from django==5.2.8 django-admin startproject site_ app && "
        "echo django==5.2.8 > app/requirements.txt",
        says="Django",
    ),
    "uv": App(f"{UV} init --app --quiet --no-pin-python --vcs none app", says="Hello from app!", tool=True),
    # These two make no program: one module is added.
    "poetry": App(f"{UV} tool run --from poetry==2.2.1 poetry new --quiet app && {SERVE} > app/main.py", says="src/"),
    "pdm": App(
        f"mkdir app && cd app && {UV} tool run --from pdm==2.26.1 "
        f"pdm init --non-interactive --quiet --python {sys.executable} && {SERVE} > main.py",
        says="main.py",
    ),
}


@pytest.mark.parametrize("name", APPS)
def test_it_runs_hardened(name: str, tmp_path: Path) -> None:
    app = APPS[name]
    done = subprocess.run(
        ["sh", "-ec", app.make], cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = Stack(tmp_path / "app", stack.generate(tmp_path / "app"))
    try:
        if app.tool:
            ends(made)
            assert app.says in said(["docker", "logs", made.container])
            return
        made.up()
        status, text = request(made, "/")
        assert status == 200, said(["docker", "logs", made.container])
        assert app.says in text
    finally:
        made.down()
