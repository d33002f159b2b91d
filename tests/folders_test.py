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


def test_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable)
    # A user that is in no passwd file.
    monkeypatch.setattr(os, "getuid", lambda: 3999999)
    assert (folders.home(), folders.cache(), folders.config()) == (Path("/nonexistent"), None, None)
