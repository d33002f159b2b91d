"""Where paths lead: through links inside of a project, and never out of it."""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.places import JOURNAL, reported, status, target


def prepare(folder: Path) -> Path:
    """A project with all the things that a file cannot go to or through."""
    root = folder / "project"
    (root / "real").mkdir(parents=True)
    for path in ("Dockerfile", "real/file"):
        (root / path).write_text("old\n")
    (root / "link").symlink_to("real/file")
    (folder / "outside").mkdir()
    (folder / "outside/file").write_text("outside\n")
    for link, to in [
        ("out", "../outside"),
        ("out-file", "../outside/file"),
        ("absolute", str(folder / "outside")),
        ("loop", "loop"),
        ("loop-a", "loop-b"),
        ("loop-b", "loop-a"),
        ("dangling", "nowhere"),
        ("dangling-out", "/nowhere/at/all"),
        ("inside", "real"),
        ("self", "."),
        ("same", "Dockerfile"),
        ("journal", JOURNAL),
    ]:
        (root / link).symlink_to(to)
    os.mkfifo(root / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(root / "socket"))
    return root


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/etc/passwd", "'/etc/passwd' is no path of a file in the project"),
        ("../x", "is no path"),
        ("real/../../x", "is no path"),
        ("./x", "is no path"),
        ("a//b", "is no path"),
        ("real/", "is no path"),
        ("", "is no path"),
        ("..", "is no path"),
        ("a\0b", "is no path"),
        (f"{JOURNAL}/commit", "is no path"),
        ("out/file", "out is a link that leads out of the project, to "),
        ("out/new", "out is a link that leads out of the project, to "),
        ("out-file", "out-file is a link that leads out of the project, to "),
        ("absolute/a/b", "absolute is a link that leads out"),
        ("self/out/file", "out is a link that leads out"),
        ("loop", "loop is a link that leads nowhere (Too many levels of symbolic links)"),
        ("loop-a/x", "loop-a is a link that leads nowhere"),
        ("dangling", "dangling is a link that leads nowhere (No such file or directory)"),
        ("dangling/x", "dangling is a link that leads nowhere"),
        ("dangling-out", "dangling-out is a link that leads nowhere"),
        ("journal/new-0", "journal is a link that leads nowhere"),
        ("real", "real is a folder, and a file would be written there"),
        ("inside", "inside is a folder"),
        ("fifo", "fifo is not a regular file"),
        ("socket", "socket is not a regular file"),
        ("Dockerfile/x", "Dockerfile is not a folder, and Dockerfile/x would be in it"),
        ("real/file/x/y", "real/file is not a folder"),
        ("link/x", "real/file is not a folder"),
        ("x" * 256, "File name too long"),
    ],
)
def test_refused(tmp_path: Path, path: str, said: str) -> None:
    root = prepare(tmp_path)
    with pytest.raises(ScaffoldError, match=re.escape(said)) as caught:
        target(root, path)
    assert caught.value.code == 2 and caught.value.remedy


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("new/folder/file", "new/folder/file"),
        ("inside/file", "real/file"),
        ("inside/new", "real/new"),
        ("self/inside/new/file", "real/new/file"),
        ("same", "Dockerfile"),
        ("..name", "..name"),
    ],
)
def test_target(tmp_path: Path, path: str, real: str) -> None:
    assert target(prepare(tmp_path), path) == tmp_path.resolve() / "project" / real


def test_what_stands_there(tmp_path: Path) -> None:
    root = prepare(tmp_path)
    file, link = status(root / "Dockerfile"), status(root / "dangling")
    assert file and file.st_size == 4 and link and stat.S_ISLNK(link.st_mode)
    assert status(root / "nothing") is None and status(root / "nothing/at/all") is None


def test_disk_quota_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="Disk quota exceeded") as caught, reported(tmp_path):
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
    assert "quota -s" in caught.value.remedy


@pytest.mark.parametrize(
    ("journal", "said"), [(False, "so nothing was written."), (True, "so a write is unfinished: the next run")]
)
def test_an_error_says_what_became_of_the_files(journal: bool, said: str, tmp_path: Path) -> None:
    if journal:
        (tmp_path / JOURNAL).mkdir()
    place = tmp_path / JOURNAL / "new-0" if journal else tmp_path / "a"
    with pytest.raises(ScaffoldError) as caught, reported(tmp_path):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(place))
    shown = tmp_path if journal else place
    assert caught.value.fact.startswith(f"Cannot write {shown} (Input/output error), {said}")
    assert caught.value.remedy == "Put that right, then run the command again."
