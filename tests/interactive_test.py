"""When there are questions, and that there are none, and no wait for one, where nobody can answer or wants to."""

from __future__ import annotations

import io
import itertools
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scaffold import actions
from scaffold.flags import FLAGS
from tests.commands_test import FILES, tree
from tests.day import PROGRAM
from tests.generated import PROJECTS, write
from tests.terminal import Terminal
from tests.wizard_test import PORTS, TIER, made, wizard

NEW = [*PROGRAM, "new", "--offline"]
VALUES: Mapping[str, Any] = {"answers": None, **dict.fromkeys(actions.UNATTENDED, False)}


class Stream(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def streams(monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None, stdout: io.StringIO | None) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stdout", stdout)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    streams(monkeypatch, Stream(), Stream())
    assert actions.is_attended(VALUES)
    assert actions.is_attended(VALUES | {"answers": "answers.toml", "verbose": True, "merge": True, "plain": True})


@pytest.mark.parametrize("flag", actions.UNATTENDED)
def test_a_flag_says_not_to_ask(flag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    streams(monkeypatch, Stream(), Stream())
    assert flag.replace("_", "-") in set(itertools.chain(*FLAGS.values()))
    assert not actions.is_attended(VALUES | {flag: True})


def test_answers_from_standard_input_say_not_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    streams(monkeypatch, Stream(), Stream())
    assert not actions.is_attended(VALUES | {"answers": "-"})


@pytest.mark.parametrize("other", [None, io.StringIO()], ids=["closed", "a pipe"])
def test_nobody_is_there(other: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for stdin, stdout in ((other, Stream()), (Stream(), other), (other, other)):
        streams(monkeypatch, stdin, stdout)
        assert not actions.is_attended(VALUES)


@pytest.mark.parametrize("flag", ["--yes", "--json", "--diff", "--dry-run", "--quiet"])
def test_no_question_in_a_terminal(flag: str, shop: Path) -> None:
    before = tree(shop)
    with Terminal([*NEW, flag], shop, lines=90) as terminal:
        assert terminal.exit() == 0
        assert "? " not in terminal.history() and terminal.modes() == terminal.before
        assert bool(terminal.raw) != (flag == "--quiet")
    assert (tree(shop) == before) == (flag in ("--diff", "--dry-run"))


def test_answers_are_typed(shop: Path) -> None:
    with Terminal([*NEW, "--answers", "-"], shop) as terminal:
        terminal.type('tier = "slim"\n')
        terminal.press("ctrl-d")
        assert terminal.exit() == 0
        assert "? " not in terminal.history()
        assert re.search(r"tier +slim +standard input\n", terminal.screen())


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("{} < /dev/null", 0),
        ("true | {}", 0),
        ("{} <&-", 0),
        ("{} | cat", 0),
        ("{} > out", 0),
        ("{} >&-", 0),
        ("echo 'tier = \"slim\"' | {} --answers -", 0),
    ],
)
def test_no_question_beside_a_terminal(script: str, code: int, shop: Path) -> None:
    (shop.parent / "script").write_text(script.format(shlex.join(NEW)))
    with Terminal(["bash", "-o", "pipefail", "../script"], shop) as terminal:
        assert terminal.exit() == code
        assert "? " not in terminal.history() and terminal.modes() == terminal.before
    assert set(FILES) <= set(made(shop))


def test_only_errors_are_elsewhere(shop: Path) -> None:
    """Questions are on standard output, so that a log of errors hinders nobody."""
    shutil.copytree(shop, shop.parent / "other" / "shop")
    (shop.parent / "script").write_text(f"{shlex.join(NEW)} 2> ../errors")
    with wizard(shop) as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS)
        terminal.write()
    other = shop.parent / "other" / "shop"
    terminal = type(terminal)(["bash", "../../script"], other, columns=100)
    with terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        assert terminal.exit() == 0
    assert made(other) == made(shop)
    assert (other.parent / "errors").read_text().startswith("  created    Dockerfile")


def test_an_error_of_the_project_ends_the_conversation(shop: Path) -> None:
    (shop / "package.json").write_text("{ no")
    before = tree(shop)
    with wizard(shop) as terminal:
        assert terminal.exit() == 2
        assert terminal.screen().startswith("error: package.json:1 is not JSON: ")
        assert terminal.modes() == terminal.before
    assert tree(shop) == before


def test_a_file_that_cannot_be_written_ends_it(shop: Path) -> None:
    (shop / "Dockerfile").mkdir()
    before = tree(shop)
    with wizard(shop) as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        terminal.see("error: Dockerfile is a folder, and a file would be written there.")
        terminal.choose("Ready", "Cancel")
        assert terminal.exit() == 130
    assert tree(shop) == before


def test_no_colour(shop: Path) -> None:
    write(shop, {"Dockerfile": "FROM mine\n"})
    with wizard(shop, "--no-color") as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        terminal.asks("Dockerfile is there and differs")
        looks = {look for row in terminal.snapshot().rows for _, look in row}
        assert {(look.colour, look.ground) for look in looks} == {("default", "default")}
        terminal.choose("Dockerfile is there and differs", "Cancel")
        assert terminal.exit() == 130
