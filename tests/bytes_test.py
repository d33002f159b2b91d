"""The same bytes whoever runs it, where, when, and in whatever language and time zone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands_test import FILES
from tests.day import PROGRAM, TOP
from tests.generated import PROJECTS, write

SETTINGS = [
    ("as it is", {}, {}),
    ("another day", {"DAYS": "200"}, {}),
    ("an earlier day", {"DAYS": "-3000"}, {}),
    ("Auckland", {"TZ": "Pacific/Auckland"}, {}),
    ("POSIX time zone", {"TZ": "XXX+12"}, {}),
    ("C", {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {}),
    ("UTF-8", {"LC_ALL": "C.UTF-8"}, {}),
    ("German", {"LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de"}, {}),
    ("Turkish Latin", {"LC_ALL": "tr_TR.ISO-8859-9", "PYTHONUTF8": "0"}, {}),
    ("ASCII streams", {"PYTHONIOENCODING": "ascii"}, {}),
    ("hash seed 1", {"PYTHONHASHSEED": "1"}, {}),
    ("hash seed 2", {"PYTHONHASHSEED": "2"}, {}),
    ("umask 077", {}, {"umask": 0o077}),
    ("optimised", {"PYTHONOPTIMIZE": "2"}, {}),
    ("narrow", {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb"}, {}),
    ("settings", {"JINJA_X": "1", "SOURCE_DATE_EPOCH": "1", "USER": "x", "HOSTNAME": "y"}, {}),
]


def generate(folder: Path, name: str, cwd: Path, changes: dict[str, str], **options: int) -> dict[str, bytes]:
    root = write(folder / "shop", {**PROJECTS[name], "é.txt": "é", ".github/workflows/ci.yml": "on: push\n"})
    environment = os.environ | {"PYTHONPATH": str(TOP)} | changes
    command = [*PROGRAM, "new", os.path.relpath(root, cwd), "--offline", "--tier", "slim", "--allow-eol"]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    return {path: (root / path).read_bytes() for path in FILES}


@pytest.fixture(scope="module", params=["node", "go", "python"])
def expected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    folder = tmp_path_factory.mktemp("expected")
    return request.param, generate(folder, request.param, folder, {})


@pytest.mark.parametrize(("changes", "options"), [pytest.param(*case[1:], id=case[0]) for case in SETTINGS])
def test_same_bytes(
    changes: dict[str, str], options: dict[str, int], expected: tuple[str, dict[str, bytes]], tmp_path: Path
) -> None:
    name, files = expected
    assert generate(tmp_path, name, tmp_path, changes, **options) == files


@pytest.mark.parametrize("where", ["deep/er/é b", "$x", "other"])
def test_same_bytes_in_another_directory_by_another_user(
    where: str, expected: tuple[str, dict[str, bytes]], tmp_path: Path
) -> None:
    name, files = expected
    cwd = tmp_path / "elsewhere"
    cwd.mkdir()
    assert generate(tmp_path / where, name, cwd, {"HOME": str(cwd), "USER": "other", "LOGNAME": "other"}) == files


def test_nothing_of_this_machine_is_in_them(expected: tuple[str, dict[str, bytes]]) -> None:
    text = b"\n".join(expected[1].values()).decode()
    assert not [word for word in (str(TOP), os.environ["HOME"], "pytest-of") if word in text]
    assert "\r" not in text and text.isascii()
