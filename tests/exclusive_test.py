"""One process at a time: another one waits or is refused, and this one may enter again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.errors import Transient
from scaffold.exclusive import exclusive
from tests.day import TOP

OTHER = """
import sys, pathlib
from scaffold.exclusive import exclusive
with exclusive(pathlib.Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_in(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout and other.stdout.readline() == "in\n"
        with pytest.raises(Transient, match="Another dockerscaffold writes in"), exclusive(tmp_path):
            pass
        other.stdin.close()
        with exclusive(tmp_path, 30):
            pass


def test_this_process_may_enter_again(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with exclusive(tmp_path), exclusive(tmp_path / "link"):
        pass
    with exclusive(tmp_path):
        pass
