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
from tests.e2e.projects_test import request
from tests.e2e.stack import Stack, said


@dataclass(frozen=True)
class App:
    """How an app is made in an empty folder, in `folder` of it, and what it answers to a request for `/`."""

    make: str
    folder: str = "app"
    status: int = 200
    says: str = ""


UV = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))

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
        says="",
    ),
    "uv": App(f"{UV} init --app --quiet --no-pin-python --vcs none app", says=""),
    "poetry": App(f"{UV} tool run --from poetry==2.2.1 poetry new --quiet app"),
    "pdm": App(
        f"mkdir app && cd app && {UV} tool run --from pdm==2.26.1 pdm init --non-interactive --quiet --python {sys.executable}"
    ),
}


@pytest.mark.parametrize("name", APPS)
def test_it_runs_hardened(name: str, tmp_path: Path) -> None:
    app = APPS[name]
    done = subprocess.run(
        ["sh", "-ec", app.make], cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = Stack(tmp_path / app.folder, stack.generate(tmp_path / app.folder))
    try:
        made.up()
        status, text = request(made, "/")
        assert status == app.status, said(["docker", "logs", made.container])
        assert app.says in text
    finally:
        made.down()
