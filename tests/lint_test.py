"""Lint, format and types, so that the one test command holds them too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent


@pytest.mark.parametrize("words", ["ruff check", "ruff format --check", "mypy"])
def test_the_sources_are_clean(words: str) -> None:
    done = subprocess.run([sys.executable, "-m", *words.split()], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
