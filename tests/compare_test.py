from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from scaffold.compare import compare, diff, present, resolve
from scaffold.errors import ScaffoldError
from scaffold.model import File, Outcome
from scaffold.project import Project
from scaffold.state import LOCK


@pytest.mark.parametrize(
    ("before", "ours", "what"),
    [
        (None, False, "created"),
        (b"new\n", False, "unchanged"),
        (b"old\n", False, "conflict"),
        (b"old\n", True, "updated"),
        (b"new", False, "conflict"),
        (b"new\r\n", False, "conflict"),
        (b"\xff\n", False, "conflict"),
    ],
)
def test_compare(before: bytes | None, ours: bool, what: str, tmp_path: Path) -> None:
    if before is not None:
        (tmp_path / "a").write_bytes(before)
    (outcome,) = compare(Project(tmp_path), [File("a", "new\n")], ["a"] if ours else [])
    text = None if before is None else before.decode(errors="surrogateescape")
    assert outcome == Outcome("a", what, text, "new\n")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(ScaffoldError, match="a folder"):
        compare(Project(tmp_path), [File("Dockerfile", "")], [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "a\nb\n"),
        (None, "a"),
        ("", "a\n"),
        ("a\n", ""),
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\r\nb\n", "a\nb\n"),
        ("a\x0cb\rc\u2028d\n", "a\x0cb\rc\u2028e\n"),
        ("\udcff\n", "a\n"),
    ],
)
def test_diffs_can_be_applied(before: str | None, after: str, tmp_path: Path) -> None:
    place = tmp_path / "sub/file"
    place.parent.mkdir()
    if before is not None:
        place.write_bytes(before.encode(errors="surrogateescape"))
    patch = diff(Outcome("sub/file", "replaced", before, after)).encode(errors="surrogateescape")
    environment = {"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    subprocess.run(["git", "apply", "-"], input=patch, cwd=tmp_path, env=environment, check=True)
    assert place.read_bytes() == after.encode()


def test_nothing_differs() -> None:
    assert diff(Outcome("a", "unchanged", "a", "a")) == ""


@pytest.mark.parametrize(
    ("ways", "what", "after"),
    [
        ([], "conflict", "ours\n"),
        (["keep"], "kept", "theirs\n"),
        (["force"], "replaced", "ours\n"),
        (["keep", "force"], "kept", "theirs\n"),
        (["merge"], "conflict", "ours\n"),
        (["merge", "keep"], "kept", "theirs\n"),
        (["merge", "force"], "replaced", "ours\n"),
    ],
)
def test_a_conflict_is_settled_in_the_first_way_that_is_possible(ways: list[str], what: str, after: str) -> None:
    conflict = Outcome("Dockerfile", "conflict", "theirs\n", "ours\n")
    assert resolve(conflict, ways, None) == Outcome("Dockerfile", what, "theirs\n", after)
    for settled in (Outcome("a", "created", None, "b"), Outcome("a", "updated", "a", "b")):
        assert resolve(settled, ways, None) == settled


def test_what_merges() -> None:
    conflict = Outcome("Dockerfile", "conflict", "a\nmine\nb\nc\n", "a\nb\nours\n")
    merged = resolve(conflict, ["merge", "force"], "a\nb\nc\n")
    assert (merged.what, merged.after) == ("merged", "a\nmine\nb\nours\n")
    again = Outcome("Dockerfile", "conflict", merged.after, "a\nb\nours\n")
    assert resolve(again, ["merge"], "a\nb\nours\n").what == "kept"


@pytest.mark.parametrize(("path", "size", "most"), [(LOCK, 100, 100), ("compose.yaml", 1, 1)])
def test_a_lock_may_be_larger_than_other_files(path: str, size: int, most: int, tmp_path: Path) -> None:
    (tmp_path / path).write_bytes(b"x" * size * 1_000_000)
    assert len(present(Project(tmp_path), path) or "") == size * 1_000_000
    (tmp_path / path).write_bytes(b"x" * (size * 1_000_000 + 1))
    with pytest.raises(ScaffoldError, match=f"too large to be read: {most} MB") as caught:
        present(Project(tmp_path), path)
    assert caught.value.remedy == f"Make it smaller than {most} MB."
