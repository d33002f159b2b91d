"""What becomes of one file, what a lock says of it, and how an update with conflicts is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.errors import Conflict
from scaffold.images import parse, reference
from scaffold.lock import Lock, Written, hashed
from scaffold.merging import BETWEEN, OURS, YOURS
from scaffold.model import File, Outcome
from scaffold.project import Project
from scaffold.updating import (
    Joined,
    aborted,
    adopted,
    gone,
    joined,
    left_over,
    refused,
    settled,
    since,
    undoable,
    with_pins,
)
from tests.remade import put

PATH = "Dockerfile"
BASE = "FROM a\n\nRUN b\n\nUSER c\n"
NEWER = BASE.replace("c", "z")
MARKED = f"FROM a\n\nRUN b\n\n{YOURS}\nUSER m\n{BETWEEN}\nUSER z\n{OURS}\n"
A, B = "a" * 64, "b" * 64
OLD, NEW = f"node:24.1.1-slim@sha256:{A}", f"node:24.1.2-slim@sha256:{B}"


def project(root: Path, **files: str | None) -> Project:
    put(root, {path.replace("_", "/"): text for path, text in files.items()})
    return Project(root)


@pytest.mark.parametrize(
    ("written", "text", "base"),
    [
        (Written("old"), "mine", "old"),
        (Written("old"), None, "old"),
        (Written("old", "new", "mine"), MARKED, "old"),
        (Written("old", "new", "mine"), "resolved", "new"),
        (Written("old", "new", "mine"), None, "new"),
    ],
)
def test_edits_are_counted_from_what_was_written_or_resolved(written: Written, text: str | None, base: str) -> None:
    assert since(written, text) == base


@pytest.mark.parametrize(
    ("text", "what", "after"),
    [
        (BASE, "updated", NEWER),
        (NEWER, "unchanged", NEWER),
        (BASE.replace("b", "m"), "merged", NEWER.replace("b", "m")),
        (NEWER.replace("b", "m"), "unchanged", NEWER.replace("b", "m")),
    ],
)
def test_a_file_that_is_there(text: str, what: str, after: str, tmp_path: Path) -> None:
    made = joined(project(tmp_path, Dockerfile=text), File(PATH, NEWER), Lock((), {PATH: Written(BASE)}), False)
    assert made == Joined(Outcome(PATH, what, text, after), Written(NEWER))


def test_a_conflict_keeps_what_there_was(tmp_path: Path) -> None:
    mine = BASE.replace("c", "m")
    made = joined(project(tmp_path, Dockerfile=mine), File(PATH, NEWER), Lock((), {PATH: Written(BASE)}), False)
    assert made == Joined(Outcome(PATH, "conflict", mine, MARKED), Written(BASE, NEWER, mine, hashed(MARKED)), (5,))


@pytest.mark.parametrize("restore", [True, False])
def test_a_file_that_is_not_there(restore: bool, tmp_path: Path) -> None:
    known = Lock((), {PATH: Written(BASE, NEWER, "mine")})
    made = joined(Project(tmp_path), File(PATH, NEWER), known, restore)
    left = Joined(Outcome(PATH, "deleted", None, ""), Written(NEWER))
    assert made == (Joined(Outcome(PATH, "restored", None, NEWER), Written(NEWER)) if restore else left)
    new = joined(Project(tmp_path), File("api/Dockerfile", NEWER), known, restore)
    assert new == Joined(Outcome("api/Dockerfile", "created", None, NEWER), Written(NEWER))


def test_a_file_that_was_never_written_is_left_alone(tmp_path: Path) -> None:
    made = joined(project(tmp_path, Dockerfile="mine"), File(PATH, NEWER), Lock(), True)
    assert made == Joined(Outcome(PATH, "kept", "mine", "mine"), None)


def test_a_text_of_the_lock_that_was_changed_is_not_merged_with(tmp_path: Path) -> None:
    written = Written("other", intact=False)
    made = joined(project(tmp_path, Dockerfile=BASE), File(PATH, NEWER), Lock((), {PATH: written}), False)
    assert made == Joined(Outcome(PATH, "conflict", BASE, NEWER), written)


def test_a_deleted_file_needs_no_text_of_the_lock(tmp_path: Path) -> None:
    made = joined(Project(tmp_path), File(PATH, NEWER), Lock((), {PATH: Written("other", intact=False)}), False)
    assert made == Joined(Outcome(PATH, "deleted", None, ""), Written(NEWER)) and not made.unfounded


@pytest.mark.parametrize(("how", "what"), [("keep", "kept"), ("force", "replaced")])
def test_sides_that_do_not_fit_are_whole_files(how: str, what: str) -> None:
    mine, after = "a: 1\nb: 2\n", "a: 1\nc: 3\n"
    marked = f"a: 1\n{YOURS}\na: 2\n{BETWEEN}\na: 3\n{OURS}\n"
    made = Joined(Outcome("compose.yaml", "conflict", mine, marked), Written("", after, mine, "left"), (2,))
    text = mine if how == "keep" else after
    assert settled(made, how) == Joined(Outcome("compose.yaml", what, mine, text), Written(after))


def test_images_that_somebody_put_in_place_of_others(tmp_path: Path) -> None:
    base = f"FROM {OLD} AS build\nFROM {OLD} AS run\n"
    text = base.replace(OLD, NEW, 1)
    assert adopted(project(tmp_path, Dockerfile=text), Lock((), {PATH: Written(base)})) == {OLD: parse(NEW)}
    assert adopted(Project(tmp_path), Lock((), {PATH: Written(base, intact=False)})) == {}
    assert adopted(Project(tmp_path), Lock((), {PATH: Written(text)})) == {}
    assert adopted(Project(tmp_path), Lock((), {PATH: Written(base), "gone/Dockerfile": Written(base)})) != {}
    newest = NEW.replace("24.1.2", "24.1.10")
    both = project(tmp_path, Dockerfile=text, api_Dockerfile=base.replace(OLD, newest))
    files = {path: Written(base) for path in ("api/Dockerfile", PATH)}
    assert adopted(both, Lock((), files)) == {OLD: parse(newest)}
    assert adopted(both, Lock((), dict(reversed(files.items())))) == {OLD: parse(newest)}


def test_a_stage_of_the_users_own_is_no_pin_of_ours(tmp_path: Path) -> None:
    base, own = f"FROM {OLD} AS build\n", f"FROM {OLD.replace('24.1.1', '20.0.1')} AS legacy\n"
    known = Lock((), {PATH: Written(base)})
    there = project(tmp_path, Dockerfile=own + base)
    assert adopted(there, known) == {}
    assert joined(there, File(PATH, base.replace(OLD, NEW)), known, False).outcome.after == own + base.replace(OLD, NEW)


def test_pins_never_conflict(tmp_path: Path) -> None:
    base = f"FROM {OLD} AS build\n\nRUN b\n"
    mine = base.replace("FROM ", "from --platform=linux/amd64 ").replace(OLD, NEW).replace("build", "mine")
    after = base.replace(OLD, newest := NEW.replace("24.1.2", "24.1.3"))
    made = joined(project(tmp_path, Dockerfile=mine), File(PATH, after), Lock((), {PATH: Written(base)}), False)
    assert made == Joined(Outcome(PATH, "merged", mine, mine.replace(NEW, newest)), Written(after))


def test_without_conflicts_the_lock_has_what_was_written(tmp_path: Path) -> None:
    made = [Joined(Outcome("a", "updated", "1", "2"), Written("2")), Joined(Outcome("b", "kept", "3", "3"), None)]
    assert undoable(Project(tmp_path), made, Lock((), {"a": Written("1")})) == {"a": Written("2")}


def test_with_conflicts_the_lock_has_how_all_files_were(tmp_path: Path) -> None:
    left = Written("1", "2", "mine")
    made = [
        Joined(Outcome("conflict", "conflict", "mine", MARKED), left, (5,)),
        Joined(Outcome("merged", "merged", "my 1", "my 2"), Written("2")),
        Joined(Outcome("same", "unchanged", "3", "3"), Written("3")),
        Joined(Outcome("deleted", "deleted", None, ""), Written("4")),
        Joined(Outcome("created", "created", None, "5"), Written("5")),
        Joined(Outcome("restored", "restored", None, "6"), Written("6")),
        Joined(Outcome("old/new/file", "created", None, "7"), Written("7")),
    ]
    (tmp_path / "old").mkdir()
    known = {path: Written(text) for path, text in {"merged": "1", "restored": "0", "conflict": "1"}.items()}
    assert undoable(Project(tmp_path), made, Lock((), known)) == {
        "conflict": left,
        "merged": Written("1", "2", "my 1", hashed("my 2")),
        "same": Written("3"),
        "deleted": Written("4"),
        "created": Written("", "5"),
        "restored": Written("0", "6"),
        "old/new/file": Written("", "7", folders=1),
    }


def test_taking_back(tmp_path: Path) -> None:
    files = {
        "conflict": Written("1", "2", "mine"),
        "same": Written("3"),
        "created": Written("", "5"),
        "edited": Written("", "6"),
        "removed": Written("", "7"),
    }
    there = project(tmp_path, conflict=MARKED, same="my 3", created="5", edited="my 6", lock="new", answers="as it was")
    before = {"lock": Written("", mine="old"), "answers": Written("", mine="as it was", left=hashed("new"))}
    assert aborted(there, Lock((), files, before=before), False) == (
        Outcome("conflict", "restored", MARKED, "mine"),
        Outcome("created", "removed", "5", ""),
        Outcome("lock", "restored", "new", "old"),
        Outcome("answers", "unchanged", "as it was", "as it was"),
    )
    assert aborted(there, Lock((), {"same": Written("3")}), False) == ()


def test_what_was_edited_since_an_update_is_not_taken_back(tmp_path: Path) -> None:
    known = Lock((), {PATH: Written(BASE, NEWER, "mine", hashed(MARKED))})
    there = project(tmp_path, Dockerfile="mine, and more since\n")
    with pytest.raises(Conflict, match="Dockerfile changed since the update"):
        aborted(there, known, False)
    assert [outcome.after for outcome in aborted(there, known, True)] == ["mine"]


def test_a_text_that_was_changed_in_the_lock_is_not_put_back(tmp_path: Path) -> None:
    known = Lock((), {PATH: Written(BASE, NEWER, "mine", hashed(MARKED), intact=False)})
    there = project(tmp_path, Dockerfile=MARKED)
    with pytest.raises(Conflict, match="The lock's text of Dockerfile was changed"):
        aborted(there, known, False)
    assert [outcome.after for outcome in aborted(there, known, True)] == ["mine"]


def test_a_file_as_it_was_before_an_update_is_spoken_of(tmp_path: Path) -> None:
    known = Lock((), {PATH: Written(BASE, NEWER, "mine", hashed(MARKED))})
    assert "news are left out" in refused(project(tmp_path, Dockerfile="mine"), known)[0]
    assert "news are left out" in refused(project(tmp_path, Dockerfile=BASE), known)[0], "without the edits too"
    assert refused(project(tmp_path, Dockerfile=MARKED), known) == ()


def test_gone(tmp_path: Path) -> None:
    known = Lock((), {"a": Written(""), "b": Written(""), "c": Written("")})
    assert gone(left_over(project(tmp_path, a="", b=""), ["a"], known)) == (
        "b is made no more: remove it when nothing of yours needs it.",
    )


def test_with_pins() -> None:
    other = f"node:22.1.1-slim@sha256:{A}"
    files = {
        PATH: Written(f"FROM {OLD} AS build\n# {OLD}\n"),
        "api/Dockerfile": Written("", f"FROM {other} AS build\n", "mine"),
        "notes": Written(OLD),
    }
    assert with_pins(Lock((), files), {reference(parse(OLD)): parse(NEW)}) == (
        File(PATH, f"FROM {NEW} AS build\n# {OLD}\n"),
        File("api/Dockerfile", f"FROM {other} AS build\n"),
        File("notes", OLD),
    )
