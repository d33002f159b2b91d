from __future__ import annotations

import os
import stat
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


def test_what_is_kept_is_given_back_whole_and_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "new/a"
    assert folders.kept(file) == b""
    folders.keep(file, b"one")
    folders.keep(file, b"two")
    assert folders.kept(file) == b"two" and [*file.parent.iterdir()] == [file]
    assert (stat.S_IMODE(file.parent.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


def test_what_another_could_have_written_is_not_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    folders.keep(file, b"one")
    (tmp_path / "link").symlink_to(file)
    os.mkfifo(tmp_path / "pipe")
    assert folders.kept(tmp_path / "link") == folders.kept(tmp_path / "pipe") == folders.kept(tmp_path) == b""
    file.chmod(0o620)
    assert folders.kept(file) == b""
    file.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert folders.kept(file) == b""


def test_what_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folders.keep(tmp_path / "file/a", b"one")
    (tmp_path / "folder").mkdir()
    folders.keep(tmp_path / "folder", b"one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
