"""README's sessions are what the program says today; `--rewrite` writes them anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
DAY = """
import datetime

class Date(datetime.date):
    @classmethod
    def today(cls):
        return cls(2026, 11, 22)

datetime.date = Date
from scaffold.cli import run
run()
"""
"""The program on the day of the sessions: on a later one it warns of the catalogue's age, and of ends of life."""

SESSION = re.compile(r"<!-- session: (\w+) -->\n```console\n(.*?)```\n", re.DOTALL)


def perform(place: str, session: str, folder: Path) -> str:
    """The session's commands, run one after the other in a project named parcel, with what they say."""
    parcel = folder / "parcel"
    if place == "empty":
        parcel.mkdir(parents=True)
    else:
        shutil.copytree(TOP / "examples" / place / "app", parcel)
    program = folder / "bin" / "dockerscaffold"
    program.parent.mkdir()
    (folder / "day.py").write_text(DAY)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={TOP} exec {sys.executable} {folder}/day.py "$@"\n')
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
    assert len(SESSION.findall(README.read_text())) == 5
