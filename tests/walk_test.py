from __future__ import annotations

import os
from pathlib import Path

import pytest

from scaffold import walk as walk_module
from scaffold.walk import Walk, joined


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def seen(root: Path, under: str = ".", deepest: int = 99) -> list[str]:
    return [joined(path, name) for path, folder in Walk(root).below(under, deepest) for name in folder.files]


def test_nearest_first(tmp_path: Path) -> None:
    make(tmp_path, "b/x", "a/b/x", "y", "a/x", "b/a")
    assert seen(tmp_path) == ["y", "a/x", "b/a", "b/x", "a/b/x"]
    assert seen(tmp_path, "a") == ["a/x", "a/b/x"]
    assert seen(tmp_path, "a", 0) == ["a/x"]


@pytest.mark.parametrize(
    "path", ["node_modules/x", "lib/vendor/x", ".venv/x", "env/pyvenv.cfg", "mine/CACHEDIR.TAG", "a\nb/x", "a/\x1b[2J"]
)
def test_left_out(tmp_path: Path, path: str) -> None:
    make(tmp_path, "kept", path)
    (tmp_path / path).parent.joinpath("deeper").mkdir()
    assert seen(tmp_path) == ["kept"]


def test_names_that_are_no_utf_8_are_left_out(tmp_path: Path) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/d\xff")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff/x")).touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xff")).touch()
    assert seen(tmp_path) == []


def test_what_is_left_out_can_be_asked_for(tmp_path: Path) -> None:
    make(tmp_path, ".github/workflows/x", "dist/a/b/x")
    assert seen(tmp_path, ".github/workflows", 0) == [".github/workflows/x"]
    assert seen(tmp_path, "dist", 1) == []
    assert seen(tmp_path, "dist", 2) == ["dist/a/b/x"]


@pytest.mark.parametrize("under", ["..", "../beside", "a/../..", "/"])
def test_it_stays_inside(tmp_path: Path, under: str) -> None:
    make(tmp_path, "beside/x", "a/a/y")
    assert seen(tmp_path / "a", under) == []


def test_links_are_no_folders(tmp_path: Path) -> None:
    make(tmp_path, "a/x")
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "self").symlink_to("self")
    os.mkfifo(tmp_path / "pipe")
    ((_, top), (_, inner)) = Walk(tmp_path).below(".", 99)
    assert (top.files, top.others, top.folders) == ((), ("pipe", "self"), ("a",))
    assert (inner.files, inner.others, inner.folders) == (("x",), ("up",), ())


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, *(f"{folder}/{number}" for folder in "abc" for number in range(10)))
    monkeypatch.setattr(walk_module, "LOOKED_AT", 14)
    assert len(seen(tmp_path)) == 20
    monkeypatch.setattr(walk_module, "LOOKED_AT", 1000)
    monkeypatch.setattr(walk_module, "CROWDED", 4)
    assert len(seen(tmp_path)) == 12


def test_it_ends_somewhere(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(600):
        deep /= "d"
    os.makedirs(deep)
    assert len(list(Walk(tmp_path).below(".", 10_000))) == walk_module.DEEPEST + 1


def test_a_folder_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a/x", "a/b/x", ".h/x")
    read: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: read.append(path.name) or scandir(path))  # type: ignore[func-returns-value]
    walk = Walk(tmp_path)
    part = Walk(tmp_path / "a", (walk, "a"))
    for _ in range(2):
        assert len(list(walk.below(".", 9))) == 3
        assert len(list(walk.below("a", 0))) == 1
        assert len(list(walk.below(".h", 0))) == 1
        assert [path for path, _ in part.below(".", 9)] == [".", "b"]
    assert read == [tmp_path.name, "a", "b", ".h"]


def test_what_git_ignores(tmp_path: Path) -> None:
    make(tmp_path, "a/x.log", "a/x", "out/x", "b/out/x", "b/sub/out/x")
    (tmp_path / ".gitignore").write_text("*.log\nout/\n")
    (tmp_path / "b/.gitignore").write_text("!out/\n/sub\n")
    walk = Walk(tmp_path)
    assert [path for path, _ in walk.below(".", 9)] == [".", "a", "b", "b/out"]
    assert walk.ignores("a/x.log") and not walk.ignores("a/x")
    part = Walk(tmp_path / "a", (walk, "a"))
    assert part.ignores("x.log") and not part.ignores("x")
