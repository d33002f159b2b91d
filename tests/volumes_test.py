"""What volumes begin with, made by a real shell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scaffold import volumes
from scaffold.model import Volume


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/app/data", False), ("/app/.cache", False), ("/app/db.json", True), ("/app/.db.json", True), ("/a.b/c", False)],
)
def test_what_is_taken_for_a_file(path: str, expected: bool) -> None:
    assert volumes.is_file(path) == expected


def test_volumes() -> None:
    assert volumes.volumes("web", ()) == ()
    assert volumes.volumes("web", ("/app/Up_loads", "/app/a.db", "/data", "/app/sub/b.db")) == (
        Volume("web-app-up-loads", "/app/Up_loads"),
        Volume("web-data", "/data"),
    )


def test_paths_that_are_called_alike() -> None:
    found = volumes.volumes("web", ("/app/a-b", "/app/a/b", "/APP/A/B"))
    assert [one.name for one in found] == ["web-app-a-b", "web-app-a-b-2", "web-app-a-b-3"]


def run(tmp_path: Path, *paths: str, root: str = "/app") -> Path:
    """Runs the commands in a folder that stands for the root of the build stage."""
    for command in volumes.made(paths, root):
        moved = command.replace(" /", f" {tmp_path}/").replace(f"ln -s {tmp_path}", "ln -s ")
        subprocess.run(["sh", "-ec", moved], check=True)
    return tmp_path


def test_a_folder_keeps_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "app/data").mkdir(parents=True)
    (tmp_path / "app/data/seed").write_text("seed")
    run(tmp_path, "/app/data", "/app/new/deep", "/var/lib/shop")
    assert (tmp_path / "writable/app/data/seed").read_text() == "seed"
    assert not (tmp_path / "app/data").exists()
    assert (tmp_path / "writable/app/new/deep").is_dir() and (tmp_path / "writable/var/lib/shop").is_dir()


@pytest.mark.parametrize("root", ["/app", "/out"])
def test_a_file_is_linked_from_where_the_app_looks(root: str, tmp_path: Path) -> None:
    place = tmp_path / root[1:]
    place.mkdir()
    (place / "db.json").write_text("{}")
    run(tmp_path, "/app/db.json", "/app/sub/new.sqlite3", "/app/db.json", root=root)
    assert (tmp_path / "writable/data/db.json").read_text() == "{}"
    assert (place / "db.json").readlink() == Path("/data/db.json")
    assert (place / "sub/new.sqlite3").readlink() == Path("/data/sub/new.sqlite3")
    assert (tmp_path / "writable/data/sub").is_dir()
