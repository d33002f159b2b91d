"""What a check says of updates that were begun and not finished, and of what one would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import lock, update
from scaffold.checking_updates import differences, unfinished
from scaffold.lock import Lock, Written
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Moves
from tests.checked import check, edit, made, places
from tests.day import TODAY


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose last update left a conflict in the Dockerfile, and changed the compose file."""
    folder = made(tmp_path)
    edit(folder / "Dockerfile", "EXPOSE 3000", "EXPOSE 4000")
    (folder / "mine").write_text((folder / "Dockerfile").read_text())
    (folder / "compose").write_text((folder / "compose.yaml").read_text())
    edit(folder / ANSWERS, "3000", "5000")
    assert update.update(str(folder), Options(offline=True), Moves(), TODAY).conflicts
    return folder


def resolve(shop: Path) -> None:
    """Takes the user's side of the conflict."""
    edit(shop / "Dockerfile", "<<<<<<< yours\n", "")
    edit(shop / "Dockerfile", "=======\nEXPOSE 5000\n>>>>>>> dockerscaffold\n", "")


def test_marks_are_said_alone(shop: Path) -> None:
    assert [rule for rule, _, _ in places(check(shop))] == ["conflict-marker"]


def test_marks_that_no_update_waits_for_cannot_be_taken_back(shop: Path) -> None:
    assert "update --abort" in check(shop).findings[0].remedy
    text = (shop / "Dockerfile").read_text()
    update.abort(str(shop), Options())
    (shop / "Dockerfile").write_text(text)
    [found] = check(shop).findings
    assert found.rule == "conflict-marker" and found.remedy == "Choose between the marks and remove them."


def test_a_conflict_that_was_resolved_is_finished_by_an_update(shop: Path) -> None:
    resolve(shop)
    [found] = check(shop).findings
    assert (found.rule, found.path, found.level) == ("unfinished-update", "Dockerfile", "warning")
    assert found.line == (shop / "Dockerfile").read_text().splitlines().index("EXPOSE 4000") + 1
    assert found.remedy == "Run dockerscaffold update." and found.settled_by_update
    update.update(str(shop), Options(offline=True), Moves(), TODAY)
    assert check(shop).findings == ()


def test_a_file_that_was_put_back(shop: Path) -> None:
    (shop / "Dockerfile").write_text((shop / "mine").read_text())
    [found] = check(shop).findings
    assert (found.rule, found.path) == ("unfinished-update", "Dockerfile") and found.line
    assert "--abort" in found.remedy and "new --force" in found.remedy and not found.settled_by_update
    update.abort(str(shop), Options())
    assert {rule for rule, _, _ in places(check(shop))} == {"outdated"}, "as the answers are newer still"


def test_a_file_that_was_put_back_beside_marks(shop: Path) -> None:
    (shop / "compose.yaml").write_text((shop / "compose").read_text())
    found = [(rule, path) for rule, path, _ in places(check(shop))]
    assert found == [("conflict-marker", "Dockerfile"), ("unfinished-update", "compose.yaml")]


def test_a_conflict_whose_file_is_gone(shop: Path) -> None:
    (shop / "Dockerfile").unlink()
    found = {rule: path for rule, path, _ in places(check(shop))}
    assert found == {"unfinished-update": LOCK, "broken-file": "Dockerfile"}


def test_what_is_finished_is_not_spoken_of() -> None:
    assert [*unfinished({"a": "x"}, Lock((), {"a": Written("y")}))] == []
    left = Written("old", "new", "mine", lock.hashed("left"))
    assert [one.rule for one in unfinished({"a": "other"}, Lock((), {"a": left}))] == ["unfinished-update"]
    assert [one.path for one in unfinished({"a": "left"}, Lock((), {"a": left}))] == [LOCK]
    both = Lock((), {"a": left, "b": left})
    assert [one.path for one in unfinished({"a": "other", "b": "other"}, both)] == ["a", "b"]
    assert [*unfinished({"a": "other", "b": ">>>>>>> dockerscaffold\n"}, both)] == [], "the marks are said"


def test_an_update_that_cannot_begin_settles_nothing(shop: Path) -> None:
    (shop / LOCK).write_text((shop / LOCK).read_text().replace('"USER 65532:65532"', '"USER root"'))
    resolve(shop)
    found = check(shop).findings
    assert {one.rule for one in found} == {"unfinished-update", "broken-file"}
    assert not any(one.settled_by_update for one in found)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("a\nb\n", "a\nb\n", (0, 0)),
        ("a\nb\nc\nd\n", "a\nx\nc\ny\n", (2, 2)),
        ("a\nb\n", "a\nb\nc\n", (2, 1)),
        ("a\nb\n", "b\n", (1, 1)),
        ("", "a\n", (1, 1)),
        ("a\x0cb\nc\n", "a\x0cb\nd\n", (2, 1)),
    ],
)
def test_where_texts_differ(before: str, after: str, found: tuple[int, int]) -> None:
    assert differences(before, after) == found
