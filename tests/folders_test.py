from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaffold import folders


def test_folders(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folders.home() == own_home
    assert folders.cache() == own_home / ".cache/dockerscaffold"
    assert folders.config() == own_home / ".config/dockerscaffold"
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert folders.cache() == Path("/elsewhere/dockerscaffold")


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "gone"))
    assert folders.cache() is not None, "XDG_CACHE_HOME is there"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert folders.cache() is None


def test_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable)
    # A user that is in no passwd file.
    monkeypatch.setattr(os, "getuid", lambda: 3999999)
    assert (folders.home(), folders.cache(), folders.config()) == (Path("/nonexistent"), None, None)
