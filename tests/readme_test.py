"""README's sessions are what the program says today; `--rewrite` writes them anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.day import PROGRAM, TOP

README = TOP / "README.md"
DAYS = 43
"""The age of the catalogue in the sessions, so that another day makes no other text of them."""

SESSION = re.compile(r"<!-- session: (\w+) -->\n```console\n(.*?)```\n", re.DOTALL)


def perform(place: str, session: str, folder: Path) -> str:
    """The session's commands, run one after the other in a project named parcel, with what they say."""
    parcel = folder / "parcel"
    if place == "empty":
        parcel.mkdir(parents=True)
    elif place == "several":
        shutil.copytree(TOP / "examples" / "express" / "app", parcel / "web")
        shutil.copytree(TOP / "examples" / "nethttp" / "app", parcel / "server" / "api")
    else:
        shutil.copytree(TOP / "examples" / place / "app", parcel)
    program = folder / "bin" / "dockerscaffold"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nDAYS={DAYS} PYTHONPATH={TOP} exec {" ".join(PROGRAM)} "$@"\n')
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    said = ""
    for command in re.findall(r"^\$ (.*)$", session, re.MULTILINE):
        run = subprocess.run(
            command, shell=True, cwd=parcel, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said += f"$ {command}\n{run.stdout}"
    return said


@pytest.mark.parametrize("number", range(len(SESSION.findall(README.read_text()))))
def test_sessions_are_true(number: int, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    found = list(SESSION.finditer(README.read_text()))[number]
    said = perform(found[1], found[2], tmp_path)
    if pytestconfig.getoption("--rewrite"):
        text = README.read_text()
        README.write_text(text[: found.start(2)] + said + text[found.end(2) :])
    shown = list(SESSION.finditer(README.read_text()))[number][2]
    assert shown == said
    assert said.count("\n") > 2


def test_there_are_sessions() -> None:
    assert len(SESSION.findall(README.read_text())) == 9
