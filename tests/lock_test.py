"""The lock: what is written is read again, every format that there was is, and nothing in one is a traceback."""

from __future__ import annotations

import contextlib
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scaffold import lock
from scaffold.errors import ScaffoldError
from scaffold.lock import Lock, Written, load_lock, lock_file
from scaffold.model import Image
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.update import Moves
from tests import remade

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
        ("<<<<<<< mine\n", ".dockerscaffold.lock:1 has marks of a merge's conflict"),
        ("a\n", ".dockerscaffold.lock:1 is not TOML"),
        ("format = 3\nversion = '9.9'\n", "has format 3, and dockerscaffold"),
        ("format = 3\nversion = '9.9'\n", "Install the version that wrote it (9.9), or remove the file"),
        ("", "does not say its format"),
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


LOCKS = Path(__file__).parent / "locks"
"""The files of examples/express/slim as they were when each format was written."""
FORMATS = [1, 2]


def test_there_are_locks_of_every_format() -> None:
    assert sorted(int(folder.name) for folder in LOCKS.iterdir()) == [*range(1, lock.FORMAT + 1)] == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_a_lock_of_an_older_version_is_read(form: int) -> None:
    folder = LOCKS / str(form)
    known = load_lock(Project(folder))
    assert tomllib.loads((folder / LOCK).read_text())["format"] == form
    assert known.texts == remade.texts(folder) and all(written.intact for written in known.files.values())
    (image,) = known.images
    assert (image.name, image.tag, image.date) == ("docker.io/library/node", "24.21.0-trixie-slim", "2026-10-10")
    assert bool(known.detected) == (form > 1)


@pytest.mark.parametrize("edited", [False, True], ids=["as written", "edited"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_project_of_an_older_version_is_updated(form: int, edited: bool, tmp_path: Path) -> None:
    """The headers of its files are older too."""
    root = Path(shutil.copytree(remade.EXAMPLES / "express/app", tmp_path / "shop"))
    shutil.copytree(LOCKS / str(form), root, dirs_exist_ok=True)
    before = remade.texts(root)
    assert all("only with --force" in str(text) for text in before.values())
    if edited:
        for path, text in before.items():
            (root / path).write_text(f"{text}\n# mine\n")
    with remade.newer_pins():
        result = remade.again(root)
        assert not result.conflicts and result.warnings == ()
        made = {one.path: one.what for one in result.outcomes if one.path in remade.FILES}
        assert made == dict.fromkeys(remade.FILES, "merged" if edited else "updated")
        for text in remade.texts(root).values():
            assert "dockerscaffold update keeps your edits" in str(text) and "--force" not in str(text)
            assert str(text).endswith("\n# mine\n") == edited
        assert tomllib.loads((root / LOCK).read_text())["format"] == lock.FORMAT
        again = remade.again(root, Moves())
    assert {one.what for one in again.outcomes} == {"unchanged"}


ABOUT_FILES = ("path", "text", "pending", "mine", "left", "sha256", "folders", "service")
ABOUT_IMAGES = ("name", "tag", "digest", "platforms", "resolved-from", "date")
KEYS = st.sampled_from((*ABOUT_FILES, *ABOUT_IMAGES))
CODED = (f"{lock.BYTES}/w==", f"{lock.BYTES}w")
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.sampled_from(
        [
            "Dockerfile",
            "a/../Dockerfile",
            "compose.yaml",
            LOCK,
            lock.BYTES,
            f"{lock.BYTES}/w==",
            f"{lock.BYTES}w",
            DIGEST,
        ]
    ),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(WORDS, st.integers(-2, 3), st.booleans(), st.floats(), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)
TEXTS = st.one_of(st.lists(WORDS, max_size=3), VALUES)


def entries(keys: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Entries in which most is as it should be, or anything."""
    likely = st.lists(st.fixed_dictionaries({}, optional=dict(keys)), max_size=3)
    return st.one_of(likely, st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=2), VALUES)


PATHS = st.sampled_from(["Dockerfile", "api/.dockerignore", "compose.yaml"])
CONTENTS = st.fixed_dictionaries(
    {"format": st.one_of(st.sampled_from(FORMATS), VALUES)},
    optional={
        "file": entries({"path": PATHS, **dict.fromkeys(("text", "pending", "mine"), TEXTS), "folders": VALUES}),
        "image": entries({"name": st.just(IMAGE.name), "tag": st.just("24.1.1"), "digest": st.just(DIGEST)}),
        "before": entries({"path": st.sampled_from([LOCK, ANSWERS]), "text": TEXTS}),
        "detected": entries({"service": WORDS, "start": WORDS}),
        "version": VALUES,
    },
)


@settings(max_examples=300)
@given(CONTENTS)
@example({"format": 2, "file": [{"path": "Dockerfile", "text": [*CODED]}]})
def test_whatever_a_lock_says_it_is_read_or_refused(content: dict[str, Any]) -> None:
    with contextlib.suppress(ScaffoldError):
        known = lock.read(content)
        files = {path: written._replace(intact=True) for path, written in known.files.items()}
        again = lock.parsed(lock_file(known.images, files, known.detected, known.before).text)
        assert replace(again, images=known.images) == replace(known, files=files)


WHOLE = (LOCKS / "2" / LOCK).read_bytes()


@given(st.integers(0, len(WHOLE)), st.integers(0, 60), st.binary(max_size=12))
def test_whatever_became_of_a_lock_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, gone: int, added: bytes
) -> None:
    root = tmp_path_factory.getbasetemp() / "lock"
    root.mkdir(exist_ok=True)
    (root / LOCK).write_bytes(WHOLE[:at] + added + WHOLE[at + gone :])
    with contextlib.suppress(ScaffoldError):
        load_lock(Project(root))


def test_without_a_lock_one_above_is_named(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    for remedy in ("Run dockerscaffold new there first.", f"Name {tmp_path.resolve()}, which has one."):
        with pytest.raises(ScaffoldError) as caught:
            lock.existing_lock(Project.open(str(tmp_path / "web")), "web")
        assert caught.value.remedy == remedy
        (tmp_path / LOCK).touch()


@pytest.mark.parametrize("form", [True, 1.0, 0, -1, "1", [1]])
def test_a_format_is_a_number(form: object) -> None:
    with pytest.raises(ScaffoldError, match="does not say its format"):
        lock.read({"format": form})
