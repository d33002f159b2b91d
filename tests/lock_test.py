from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.lock import Lock, Written, load_lock, lock_file
from scaffold.model import Image
from scaffold.project import Project
from scaffold.state import LOCK

DIGEST = f"sha256:{'0' * 64}"
IMAGE = Image("docker.io", "library/node", "24.1.1", "", DIGEST, ("linux/amd64",), "catalogue", "2026-10-10")


@pytest.mark.parametrize(
    "text", ["plain\n", "no newline", "", '"""\n\\ \\n\n', "tab\there\x7f\x1b\n", "é\u2028\U0001f600\n"]
)
def test_lock(text: str, tmp_path: Path) -> None:
    other = replace(IMAGE, repository="library/alpine", date="2026-11-22")
    lock = lock_file((IMAGE, other), {"b/Dockerfile": Written(text), "a/Dockerfile": Written("")}, {})
    assert lock == lock_file((other, IMAGE), {"a/Dockerfile": Written(""), "b/Dockerfile": Written(text)}, {})
    content = tomllib.loads(lock.text)
    assert "\n".join(content["file"][1]["text"]) == text
    assert content["image"][1] == {
        "name": "docker.io/library/node",
        "tag": "24.1.1",
        "digest": DIGEST,
        "platforms": ["linux/amd64"],
        "resolved-from": "catalogue",
        "date": "2026-10-10",
    }
    (tmp_path / LOCK).write_text(lock.text, encoding="utf-8", newline="")
    assert load_lock(Project(tmp_path)).dates == {
        ("docker.io/library/node", "24.1.1", DIGEST): "2026-10-10",
        ("docker.io/library/alpine", "24.1.1", DIGEST): "2026-11-22",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<<<<<<< mine\n", ".dockerscaffold.lock:1 is not TOML"),
        ("format = 3\nversion = '9.9'\n", "has format 3, and dockerscaffold"),
        ("format = 3\nversion = '9.9'\n", "Install the version that wrote it (9.9), or remove the file"),
        ("", "has format None"),
        ("format = 1\nimage = 1\n", "does not list its images"),
        ("format = 1\nimage = [1]\n", "or remove it and run dockerscaffold new --keep"),
    ],
)
def test_bad_locks(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(text)
    with pytest.raises(ScaffoldError) as caught:
        load_lock(Project(tmp_path))
    assert words in f"{caught.value.fact} {caught.value.remedy}" and caught.value.code == 2


def test_no_lock_yet(tmp_path: Path) -> None:
    assert load_lock(Project(tmp_path)) == Lock(exists=False)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    files = {"a/Dockerfile": Written("one\n\u00e9\n"), "b/Dockerfile": Written("old\n", "new")}
    (tmp_path / LOCK).write_text(
        lock_file((IMAGE,), files, {"web": {"start": "node a.js"}}).text, encoding="utf-8", newline=""
    )
    assert load_lock(Project(tmp_path)) == Lock((IMAGE,), files, {"web": {"start": "node a.js"}})


def test_a_text_that_was_changed_in_the_lock_is_noticed(tmp_path: Path) -> None:
    text = lock_file((), {"a/Dockerfile": Written("one\n"), "b/Dockerfile": Written("two\n")}, {}).text
    (tmp_path / LOCK).write_text(text.replace('"one"', '"won"'))
    found = load_lock(Project(tmp_path))
    assert [written.intact for written in found.files.values()] == [False, True]
    assert found.texts == {"b/Dockerfile": "two\n"}


def test_a_lock_of_format_1_had_no_hashes(tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(
        "# Made by dockerscaffold: the pins, and what it wrote. Commit it; do not edit it.\n\n"
        'format = 1\nversion = "0.1.0"\n\n[[image]]\nname = "docker.io/library/node"\ntag = "24.1.1"\n'
        f'digest = "{DIGEST}"\nplatforms = ["linux/amd64"]\nresolved-from = "catalogue"\ndate = "2026-10-10"\n\n'
        '[[file]]\npath = "Dockerfile"\ntext = [\n    "FROM node",\n    "",\n]\n'
    )
    assert load_lock(Project(tmp_path)) == Lock((IMAGE,), {"Dockerfile": Written("FROM node\n")})
