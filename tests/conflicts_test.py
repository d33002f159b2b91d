"""What a person is asked about conflicts of `update`: by a script, and in terminals."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scaffold import conflicts
from scaffold.conflicts import each, settled
from scaffold.errors import Cancelled
from scaffold.lock import Written
from scaffold.merging import BETWEEN, OURS, YOURS
from scaffold.model import Outcome
from scaffold.prompts import Back
from scaffold.state import ANSWERS, LOCK
from scaffold.updating import Joined
from tests import inside, remade
from tests.answering_test import BACK, Script
from tests.commands_test import tree
from tests.day import PROGRAM
from tests.remade import FILES, again
from tests.terminal import Terminal
from tests.terminals_test import MODES, Prompt, answer
from tests.update_test import edit, what

DOCKERFILE, IGNORED, COMPOSE, DEPENDABOT = FILES
MARKED = f"FROM a\n{YOURS}\nUSER m\n{BETWEEN}\nUSER z\n{OURS}\n\nRUN mine\n"
BEFORE, AFTER = "FROM a\nUSER m\n\nRUN mine\n", "FROM a\nUSER z\n\nRUN b\n"
CONFLICT = Joined(Outcome("Dockerfile", "conflict", BEFORE, MARKED), Written("base", AFTER, BEFORE, "left"), (2,))
UNFOUNDED = Joined(Outcome("a/Dockerfile", "conflict", BEFORE, AFTER), Written("other", intact=False))
FINE = Joined(Outcome("compose.yaml", "updated", "1", "2"), Written("2"))


def test_each_is_answered_in_order_and_again_after_going_back() -> None:
    answers: list[object] = [1, Back, 3, 4]
    asked = []

    def ask(what: str) -> object:
        asked.append(what)
        answer = answers.pop(0)
        if answer is Back:
            raise Back
        return answer

    assert each("ab", ask) == [3, 4] and asked == ["a", "b", "a", "b"]
    answers[:] = [Back]
    assert each("ab", ask) is None
    assert each("", ask) == []


@pytest.mark.parametrize(
    ("way", "kind", "after"),
    [("merge", "conflict", MARKED), ("keep", "kept", BEFORE), ("force", "merged", AFTER.replace("b", "mine"))],
)
def test_a_conflict(way: str, kind: str, after: str) -> None:
    script = Script(way)
    made = settled(script, script.said.append, [CONFLICT, FINE])
    written = CONFLICT.written if way == "merge" else Written(AFTER)
    assert made == [Joined(Outcome("Dockerfile", kind, BEFORE, after), written, (2,) * (way == "merge")), FINE]
    assert script.asked == ["Dockerfile: yours and ours conflict"] and f"+{BETWEEN}" in script.said[0]


@pytest.mark.parametrize(("way", "kind", "after"), [("keep", "kept", BEFORE), ("force", "replaced", AFTER)])
def test_a_text_of_the_lock_that_was_changed(way: str, kind: str, after: str) -> None:
    script = Script("show", way)
    made = settled(script, script.said.append, [FINE, UNFOUNDED])
    assert made == [FINE, Joined(Outcome("a/Dockerfile", kind, BEFORE, after), Written(AFTER))]
    assert script.asked == ["a/Dockerfile: its text in the lock was changed"] * 2
    assert "-USER m\n+USER z\n" in script.said[0] and script.said[0] == script.said[1]


def test_all_that_differs_from_a_text_that_nothing_is_known_of_is_marked() -> None:
    (made,) = settled(Script("merge"), lambda text: None, [UNFOUNDED])
    text = f"FROM a\n{YOURS}\nUSER m\n{BETWEEN}\nUSER z\n{OURS}\n\n{YOURS}\nRUN mine\n{BETWEEN}\nRUN b\n{OURS}\n"
    assert made.outcome == Outcome("a/Dockerfile", "conflict", BEFORE, text) and made.conflicts == (2, 8)
    assert made.written and (made.written.pending, made.written.mine) == (AFTER, BEFORE) and made.written.intact


@pytest.mark.parametrize("answers", [(BACK,), ("keep", "cancel"), ("keep", BACK, BACK)])
def test_leaving(answers: tuple[str, ...]) -> None:
    with pytest.raises(Cancelled):
        settled(Script(*answers), lambda text: None, [CONFLICT, UNFOUNDED])


def test_nothing_is_asked_where_nothing_conflicts() -> None:
    assert settled(Script(), lambda text: None, [FINE]) == [FINE]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in which the next update has a conflict, and brings something new besides."""
    root = remade.made(tmp_path / "shop", "node", "slim")
    edit(root, DOCKERFILE, "EXPOSE 3000", "EXPOSE 3001")
    edit(root, DOCKERFILE, "USER 65532", "ENV A=1\n\nUSER 65532")
    edit(root, ANSWERS, 'port = ["3000"]', 'port = ["9000"]')
    return root


def damaged(root: Path) -> Path:
    """The same, but the conflict is in a text of the lock."""
    edit(root, DOCKERFILE, "EXPOSE 3001", "EXPOSE 3000")
    edit(root, LOCK, '"EXPOSE 3000"', '"EXPOSE 3003"')
    return root


def session(root: Path, *flags: str, **terminal: Any) -> Terminal:
    return Terminal([*PROGRAM, "update", "--offline", *flags], root, **terminal)


def asks(words: str, way: int) -> Prompt:
    """The question, answered by a way, by its number from 0."""
    return Prompt(f"Dockerfile: {words}", (*["down"] * way, "enter") if way else ("enter",), str(way + 1))


CONFLICTS, CHANGED = "yours and ours conflict", "its text in the lock was changed"
LEAVE, KEEP, TAKE, SHOW, CANCEL = range(5)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("way", "code", "holds"),
    [
        (LEAVE, 1, f"{YOURS}\nEXPOSE 3001\n{BETWEEN}\nEXPOSE 9000\n{OURS}\n"),
        (KEEP, 0, "\nEXPOSE 3001\n"),
        (TAKE, 0, "\nEXPOSE 9000\n"),
    ],
)
def test_a_conflict_at_a_terminal(way: int, code: int, holds: str, mode: str, shop: Path) -> None:
    with session(shop, *MODES[mode], lines=60) as terminal:
        answer(terminal, asks(CONFLICTS, SHOW), mode)
        terminal.see("-EXPOSE 3001")
        answer(terminal, asks(CONFLICTS, way), mode)
        assert terminal.exit() == code, terminal.shown()
        assert terminal.modes() == terminal.before and terminal.left_on() == set()
    text = (shop / DOCKERFILE).read_text()
    assert holds in text and "ENV A=1\n" in text and "127.0.0.1:9000/" in text
    assert '"9000"' in (shop / ANSWERS).read_text()
    if way != LEAVE:
        assert YOURS not in text and set(what(again(shop)).values()) == {"unchanged"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("way", "code"), [(LEAVE, 1), (KEEP, 0), (TAKE, 0)])
def test_a_changed_lock_at_a_terminal(way: int, code: int, mode: str, shop: Path) -> None:
    before = (damaged(shop) / DOCKERFILE).read_text()
    with session(shop, *MODES[mode], lines=60) as terminal:
        terminal.see("-ENV A=1")
        answer(terminal, asks(CHANGED, way), mode)
        assert terminal.exit() == code, terminal.shown()
    text = (shop / DOCKERFILE).read_text()
    assert (text == before) == (way == KEEP)
    assert f"{YOURS}\nEXPOSE 3000\n{BETWEEN}\nEXPOSE 9000\n{OURS}\n" in text or way != LEAVE
    assert ("ENV A=1\n" in text) == (way != TAKE)
    if way == LEAVE:
        assert inside.run("update", "--abort", cwd=shop).code == 0 and (shop / DOCKERFILE).read_text() == before
        assert '"EXPOSE 3003"' in (shop / LOCK).read_text()
    else:
        assert set(what(again(shop)).values()) == {"unchanged"}


LEFT: Mapping[str, tuple[Callable[[Terminal], None], int]] = {
    "ctrl-c": (lambda terminal: terminal.press("ctrl-c"), 130),
    "ctrl-d": (lambda terminal: terminal.press("ctrl-d"), 130),
    "SIGTERM": (lambda terminal: terminal.signal(signal.SIGTERM), 143),
    "closed": (lambda terminal: terminal.close_terminal(), 130),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("asked", [CONFLICTS, CHANGED])
@pytest.mark.parametrize("way", [*LEFT, "cancel"])
def test_leaving_at_a_terminal_writes_nothing(way: str, asked: str, mode: str, shop: Path) -> None:
    if asked == CHANGED:
        damaged(shop)
    before = tree(shop)
    with session(shop, *MODES[mode]) as terminal:
        if way == "cancel":
            answer(terminal, asks(asked, CANCEL), mode)
        else:
            terminal.see(asks(asked, 0).shown(mode))
            LEFT[way][0](terminal)
        assert terminal.exit() == LEFT.get(way, (None, 130))[1], terminal.shown()
        if way != "closed":
            assert terminal.modes() == terminal.before and terminal.left_on() == set()
            assert way == "SIGTERM" or "Nothing is written." in terminal.history()
        assert "Traceback" not in terminal.history()
    assert tree(shop) == before


@pytest.mark.parametrize("flag", ["--yes", "--quiet", "--json"])
def test_a_flag_says_not_to_ask(flag: str, shop: Path) -> None:
    with session(shop, flag, lines=60) as terminal:
        assert terminal.exit() == 1
        assert "Leave marks" not in terminal.history()
    assert YOURS in (shop / DOCKERFILE).read_text()


def test_without_conflicts_nothing_is_asked(shop: Path) -> None:
    edit(shop, DOCKERFILE, "EXPOSE 3001", "EXPOSE 3000")
    with session(shop) as terminal:
        assert terminal.exit() == 0
        assert "merged" in terminal.history() and "?" not in terminal.history()


def test_what_flags_settle_is_not_asked(shop: Path) -> None:
    damaged(shop)
    with session(shop, "--force") as terminal:
        assert terminal.exit() == 0 and conflicts.SHOW not in terminal.history()
    assert "ENV A=1" not in (shop / DOCKERFILE).read_text()


def test_without_a_terminal_a_changed_lock_is_refused_or_merged_by_a_flag(shop: Path) -> None:
    before = tree(damaged(shop))
    done = inside.run("update", "--offline", cwd=shop)
    assert done.code == 1 and all(f"--{way}" in done.err for way in ("merge", "keep", "force"))
    assert tree(shop) == before
    done = inside.run("update", "--offline", "--merge", cwd=shop)
    assert done.code == 1 and f"{YOURS}\nENV A=1\n" in (shop / DOCKERFILE).read_text()
    assert inside.run("update", "--offline", "--merge", "--keep", cwd=shop).code == 2


def test_a_newer_pin_is_not_taken_back_where_the_lock_was_changed(shop: Path) -> None:
    damaged(shop)
    text = (shop / DOCKERFILE).read_text()
    (shop / DOCKERFILE).write_text(remade.PIN.sub(f":24.999.1-trixie-slim@sha256:{'b' * 64}", text))
    again(shop, merge=True)
    assert f"{YOURS}\nFROM node:24.999.1-trixie-slim@" in (shop / DOCKERFILE).read_text()


def test_an_older_pin_is_no_conflict_where_the_lock_was_changed(shop: Path) -> None:
    damaged(shop)
    with remade.newer_pins():
        again(shop, merge=True)
    text = (shop / DOCKERFILE).read_text()
    assert YOURS in text and f"{YOURS}\nFROM" not in text and remade.NEW in text
