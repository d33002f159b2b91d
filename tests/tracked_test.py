from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scaffold.tracked import tracked


def repository(root: Path, *paths: str) -> Path:
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)
    return root / ".git/index"


def test_files_and_folders(tmp_path: Path) -> None:
    long = "/".join("d" * 200 for _ in range(4)) + "/" + "f" * 200
    repository(tmp_path, "a", "b/c/x", "ä", *(f"n/{'n' * number}" for number in range(1, 20)), long)
    found = tracked(tmp_path)
    assert {"a", "b", "b/c", "b/c/x", "ä", "n/" + "n" * 19, long} <= found
    assert len(found) == 1 + 3 + 1 + 20 + 5


def test_intent_to_add_has_more_flags(tmp_path: Path) -> None:
    repository(tmp_path, "a")
    (tmp_path / "later").touch()
    subprocess.run(["git", "add", "--intent-to-add", "later"], cwd=tmp_path, check=True)
    assert tracked(tmp_path) == {"a", "later"}


@pytest.mark.parametrize(
    "change", [b"", b"x", b"DIRC", b"DIRC\0\0\0\2\xff\xff\xff\xff", b"DIRC\0\0\0\4\0\0\0\1" + b"x" * 99]
)
def test_what_is_no_index(tmp_path: Path, change: bytes) -> None:
    repository(tmp_path, "a").write_bytes(change)
    assert tracked(tmp_path) == frozenset()


def test_no_repository(tmp_path: Path) -> None:
    assert tracked(tmp_path) == frozenset()
