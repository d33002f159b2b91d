"""The manual page is current, says all that help says, and is one to the programs that show it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import click
import pytest

from scaffold import flags, help
from scaffold.cli import main
from scaffold.questions import QUESTIONS
from tests.day import TOP
from tests.manual import page

MANUAL = TOP / "docs" / "dockerscaffold.1"


def test_it_is_current(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--rewrite"):
        MANUAL.write_text(page())
    assert MANUAL.read_text() == page()


def test_its_sections() -> None:
    found = re.findall(r"^\.SH (.*)$", MANUAL.read_text(), re.MULTILINE)
    assert found == [
        *("NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "COMMANDS"),
        *("ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO"),
    ]


def shown(width: int = 1000) -> str:
    """The page as `man` shows it, without overstrikes."""
    env = os.environ | {"MANWIDTH": str(width), "LC_ALL": "C.UTF-8", "MANROFFOPT": "-c", "GROFF_NO_SGR": "1"}
    command = ["man", "--warnings", "-P", "cat", "-l", str(MANUAL)]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    # On a narrow page it warns of each example that is wider.
    assert done.returncode == 0 and (width <= 80 or done.stderr == "")
    return re.sub(".\b", "", done.stdout)


def test_it_says_all_that_help_says() -> None:
    if not shutil.which("man"):
        pytest.skip("there is no man")
    said = shown()
    program = click.Context(main, info_name="dockerscaffold", **main.context_settings)
    for name in main.list_commands(program):
        command = main.get_command(program, name)
        assert isinstance(command, help.Command)
        for section in help.sections(command, click.Context(command, info_name=name, parent=program)):
            assert all(row[0] in said and row[1] in said for row in section.rows)
        assert all(example.command in said and example.comment in said for example in command.examples)
        assert str(command.help) in said and f"\n   dockerscaffold {name}\n" in said
    assert all(question.variable in said and question.default in said for question in QUESTIONS)
    assert all(example.command in said for example in flags.EXAMPLES[""])
    assert all(name in said for name in ("DOCKERSCAFFOLD_DEBUG", "NO_COLOR", "FORCE_COLOR"))
    assert all(name in said for name in (".dockerscaffold.toml", "~/.config/dockerscaffold/config.toml"))


@pytest.mark.parametrize("width", [40, 80])
def test_it_fits(width: int) -> None:
    if not shutil.which("man"):
        pytest.skip("there is no man")
    lines = shown(width).splitlines()
    commands = {word for group in flags.EXAMPLES.values() for example in group for word in example.command.split()}
    assert len(lines) > 100 and not [line for line in lines if line.endswith("\u2010")]
    # An example stands on one line, to be copied, and no word is cut.
    wide = [line.split() for line in lines if len(line) > width]
    assert not [words for words in wide if len(words) > 1 and not set(words) <= commands]


def test_mandoc_has_nothing_to_say() -> None:
    if not shutil.which("mandoc"):
        pytest.skip("there is no mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", MANUAL], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_each_sign_is_itself() -> None:
    text = MANUAL.read_text()
    assert text.isascii() and "\\&.dockerscaffold.toml" in text
    assert not re.search(r"^'|^\.(?![A-Z]|ad l$|nh$|nr HY 0$|br$)", text, re.MULTILINE), (
        "roff would take it for a request of its own"
    )
