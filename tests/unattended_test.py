"""`new --yes` where nobody sits at a terminal: never a question, never a hang, and the same bytes everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands_test import FILES, tree
from tests.day import PROGRAM, TOP
from tests.generated import PROJECTS, write

NEW = "dockerscaffold new --yes --offline"
SECONDS = 60
"""A program that waits for an answer would wait for ever."""

HOOK = f"""\
import subprocess

subprocess.run({NEW.split()!r}, stdin=subprocess.DEVNULL, check=True)
"""

SCRIPTS = {
    "as it is": NEW,
    "only PATH": f'env -i PATH="$PATH" {NEW}',
    "cron": f'env -i HOME="$HOME" LOGNAME=x SHELL=/bin/sh PATH="$PATH" setsid --wait sh -c "{NEW}" < /dev/null',
    "no home": f"env -u HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME {NEW}",
    "stdin closed": f"{NEW} <&-",
    "stdout closed": f"{NEW} >&-",
    "stderr closed": f"{NEW} 2>&-",
    "all closed": f"{NEW} <&- >&- 2>&-",
    "stdout closed, as JSON": f"{NEW} --json >&-",
    "into head": f"{NEW} 2>&1 | head -n 1; exit ${{PIPESTATUS[0]}}",
    "JSON into head": f"{NEW} --json | head -n 1; exit ${{PIPESTATUS[0]}}",
    "sources into head": f"{NEW} --show-sources | head -n 1; exit ${{PIPESTATUS[0]}}",
    "into true": f"{NEW} --json 2>&1 | true; exit ${{PIPESTATUS[0]}}",
    "in the background": f"{NEW} & wait $!",
    "nohup": f"nohup {NEW}",
    "a hook": f"{sys.executable} hook.py",
    "yes is piped in": f"yes 2> /dev/null | {NEW}",
    "answers piped in": f"printf '' | {NEW} --answers -",
    "without --yes": "dockerscaffold new --offline < /dev/null",
}


def work(place: Path) -> Path:
    """A project and, beside it, the program by its name, a hook and a Makefile."""
    folder = write(place / "shop", {**PROJECTS["node"], "hook.py": HOOK, "Makefile": f"containers:\n\t{NEW}\n"})
    program = write(place, {"bin/dockerscaffold": f'#!/bin/sh\nPYTHONPATH={TOP} exec {" ".join(PROGRAM)} "$@"\n'})
    (program / "bin/dockerscaffold").chmod(0o755)
    return folder


def perform(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A script of bash in the folder, with a standard input that is open for ever and says nothing."""
    reading, writing = os.pipe()
    try:
        return subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=os.environ | {"PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}"},
            stdin=reading,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    finally:
        os.close(reading)
        os.close(writing)


def made(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in FILES}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = work(tmp_path_factory.mktemp("expected"))
    done = subprocess.run(
        [*PROGRAM, *NEW.split()[1:]], cwd=folder, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return made(folder)


@pytest.mark.parametrize("where", SCRIPTS)
def test_same_bytes(where: str, expected: dict[str, bytes], tmp_path: Path) -> None:
    folder = work(tmp_path)
    done = perform(SCRIPTS[where], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr and "ignored" not in done.stderr
    assert made(folder) == expected


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_same_bytes_by_make(expected: dict[str, bytes], tmp_path: Path) -> None:
    folder = work(tmp_path)
    assert perform("make containers", folder).returncode == 0
    assert made(folder) == expected


@pytest.mark.parametrize("redirected", ["", "< /dev/null", "<&-", "2>&-", "| cat"])
def test_what_is_missing_is_no_question(redirected: str, tmp_path: Path) -> None:
    folder = work(tmp_path)
    (folder / "package.json").unlink()
    before = tree(folder)
    done = perform(f"dockerscaffold new --offline {redirected}; exit ${{PIPESTATUS[0]}}", folder)
    assert done.returncode == 2 and done.stdout == "" and tree(folder) == before
    assert "2>" in redirected or "--language node, --language go, --language python" in done.stderr


def test_answers_from_standard_input_that_is_closed(tmp_path: Path) -> None:
    folder = work(tmp_path)
    done = perform(f"{NEW} --answers - <&-", folder)
    assert done.returncode == 2 and done.stderr.startswith("error: Standard input is closed")


@pytest.mark.parametrize("flag", ["", "--json", "--diff", "--dry-run"])
def test_only_the_result_is_on_standard_output(flag: str, tmp_path: Path) -> None:
    done = perform(f"{NEW} {flag}", work(tmp_path))
    assert done.returncode == 0 and bool(done.stdout) == bool(flag) and bool(done.stderr) != bool(flag)
