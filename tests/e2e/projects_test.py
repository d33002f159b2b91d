"""Projects of the table, each built and run hardened without an answer from anybody.

Every second row on one of its tiers, which are taken in turn; with NIGHTLY=1 in the environment, each row on all tiers.
"""

from __future__ import annotations

import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.questions import TIERS
from tests.e2e import stack
from tests.e2e.stack import Stack, said
from tests.projects import PROJECTS, Expected, Run

NIGHTLY = bool(os.environ.get("NIGHTLY"))


def cases(nightly: bool) -> Iterator[tuple[Expected, Run, str]]:
    """The rows that are run, each with a tier."""
    for number, (row, run) in enumerate((row, row.run) for row in PROJECTS if row.run):
        if nightly:
            yield from ((row, run, tier) for tier in run.tiers)
        elif number % 2 == 0:
            yield row, run, run.tiers[number // 2 % len(run.tiers)]


CASES = [pytest.param(row, run, tier, id=f"{row.name}-{tier}") for row, run, tier in cases(NIGHTLY)]


def test_all_are_run_at_night() -> None:
    assert {(row.name, tier) for row, _, tier in cases(True)} == {
        (row.name, tier) for row in PROJECTS if row.run for tier in row.run.tiers
    }
    by_day = [(row.name, tier) for row, _, tier in cases(False)]
    assert len(by_day) >= 30 and {tier for _, tier in by_day} == set(TIERS)


@pytest.mark.parametrize(("row", "run", "tier"), CASES)
def test_it_runs_hardened(row: Expected, run: Run, tier: str, tmp_path: Path) -> None:
    folder = row.copy(tmp_path)
    for command in run.make:
        said(["sh", "-c", command], folder)
    made = Stack(folder, stack.generate(folder, "--tier", tier))
    try:
        if run.get:
            made.up()
            assert reply(made, run.get) == run.status
        else:
            ends(made)
        assert re.search(run.says, said(["docker", "logs", made.container]) if not run.get else body(made, run.get))
    finally:
        made.down()


def ends(made: Stack) -> None:
    """A tool ends with 0, and any other program without a port still runs after some seconds."""
    made.compose("up", "--build", "--detach")
    time.sleep(5)
    state = made.inspect["State"]
    assert state["Running"] or state["ExitCode"] == 0, said(["docker", "logs", made.container])


def request(made: Stack, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{made.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")


def reply(made: Stack, path: str) -> int:
    """The status of an answer on the published port."""
    return request(made, path)[0]


def body(made: Stack, path: str) -> str:
    """The text of an answer on the published port."""
    return request(made, path)[1]
