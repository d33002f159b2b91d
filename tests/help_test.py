"""Help at each width, and its examples, each of which is run as it stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from scaffold import command_examples, flags, help
from scaffold.cli import main
from tests import inside
from tests.day import PROGRAM, TOP

COMMANDS = ["", *main.list_commands(click.Context(main))]
EXAMPLES = [(command, example) for command in COMMANDS for example in command_examples.EXAMPLES[command]]


def nothing(**_: object) -> None:
    """Stands in for what a command does."""


def shown(command: str, columns: int) -> str:
    env = os.environ | {"PYTHONPATH": str(TOP), "COLUMNS": str(columns)}
    done = subprocess.run([*PROGRAM, *command.split(), "--help"], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def installed(place: Path) -> dict[str, str]:
    """An environment in which the program is called by its name, and no network is reached."""
    program = place / "bin" / "dockerscaffold"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={TOP} exec {" ".join(PROGRAM)} "$@"\n')
    program.chmod(0o755)
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    return {**os.environ, **proxies, "NO_PROXY": "", "PATH": f"{program.parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize(("command", "example"), EXAMPLES)
def test_each_example_does_what_it_says(command: str, example: help.Example, tmp_path: Path, own_home: Path) -> None:
    (own_home / ".config" / "fish" / "completions").mkdir(parents=True)
    shop = Path(shutil.copytree(TOP / "examples" / "express" / "app", tmp_path / "shop"))
    if command in ("update", "check"):
        made = inside.run("new", "--offline", cwd=shop)
        assert made.code == 0
    before = {path for place in (shop, own_home) for path in place.rglob("*") if path.is_file()}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", example.command],
        cwd=shop,
        env=installed(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    made = {path for place in (shop, own_home) for path in place.rglob("*") if path.is_file()} - before
    made = {path for path in made if ".cache" not in path.parts}
    assert done.stdout or command == "update" or [path for path in made if path.stat().st_size > 20]
    for path in made:
        if path.suffix == ".json":
            assert json.loads(path.read_text())
    assert example.command.split("dockerscaffold", 1)[1].startswith(f" {command}")


def test_each_command_has_three_examples() -> None:
    assert set(command_examples.EXAMPLES) == set(COMMANDS)
    assert all(len(examples) >= 3 for examples in command_examples.EXAMPLES.values())
    for _, example in EXAMPLES:
        assert example.comment.endswith(".") and "\n" not in example.command + example.comment


@pytest.mark.parametrize("columns", [40, 50, 80, 200])
@pytest.mark.parametrize("command", COMMANDS)
def test_it_fits(command: str, columns: int) -> None:
    text = shown(command, columns)
    words = [word for _, example in EXAMPLES for word in help._kept_together(example.command)]
    for line in text.splitlines():
        # A word of an example is never cut, so that it can be copied.
        assert len(line) <= min(columns, 80) or line.strip().removesuffix(" \\") in words
        assert line == line.rstrip() and line.isascii()
    assert text.count("\n\n\n") == 0
    for example in command_examples.EXAMPLES[command]:
        assert " ".join(example.comment.split()) in " ".join(text.split())
        assert example.command in " ".join(text.replace("\\\n", "").split())


@pytest.mark.parametrize("columns", [40, 80])
def test_nothing_is_cut(columns: int) -> None:
    text = " ".join(shown("new", columns).split())
    command = flags.new(nothing)
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help and param.help in text
    assert "--registry-mirror REGISTRY=MIRROR Pin and pull" in text
    assert "--[no-]allow-eol Build on" in text and " / " not in text


def test_flags_stand_below_headings() -> None:
    text = shown("new", 80)
    headings = [line[:-1] for line in text.splitlines() if line.endswith(":") and line[0] != " "]
    expected = [flags.ANSWERS, flags.SERVICES, flags.IMAGES, flags.FILES, flags.OUTPUT, "Other", "Examples"]
    assert headings == expected and "Options" not in text
    starts = {line[:26].rstrip() + line[26:27] for line in text.splitlines() if line.startswith("  --")}
    assert {"  --tier TIERd", "  --offlineP", "  --service NAME=DIRA"} <= starts, "all texts begin in one column"


def test_on_a_narrow_terminal_texts_begin_below_their_flags() -> None:
    lines = shown("new", 40).splitlines()
    assert lines[lines.index("  --tier TIER") + 1].startswith("      distroless (default), slim,")
    assert {len(line) - len(line.lstrip()) for line in lines[8:40]} <= {0, 2, 6}


def test_every_command_has_its_sentence() -> None:
    text = shown("", 80)
    for name in COMMANDS[1:]:
        command = main.get_command(click.Context(main), name)
        assert command and f"  {name:<10}  {command.short_help}\n" in text
        assert str(command.short_help).endswith(".") and shown(name, 80).count(str(command.help)[:30])


@pytest.mark.parametrize(
    ("command", "width", "lines"),
    [
        ("a --b c > d", 80, ["a --b c > d"]),
        ("a --b c > d", 9, ["a --b c \\", "  > d"]),
        ("a --b c > d", 6, ["a \\", "  --b c \\", "  > d"]),
        ("a 'b  c' | d e", 1, ["a \\", "  'b  c' \\", "  | d \\", "  e"]),
        ("echo 'x \"y z\"' >> f", 5, ["echo \\", "  'x \"y z\"' \\", "  >> f"]),
        ("a --json --b=c -d", 1, ["a \\", "  --json \\", "  --b=c \\", "  -d"]),
    ],
)
def test_continued(command: str, width: int, lines: list[str]) -> None:
    assert [*help.continued(command, width)] == lines


@pytest.mark.parametrize("width", [10, 20, 40])
@pytest.mark.parametrize("example", [example for _, example in EXAMPLES])
def test_a_shell_takes_what_is_continued_as_the_same(example: help.Example, width: int) -> None:
    words = example.command.translate(str.maketrans("", "", "|>"))
    script = "\n".join(help.continued(words, width))
    said = [
        subprocess.run(["bash", "-c", f"printf '%s\\n' {text}"], capture_output=True, text=True, check=True).stdout
        for text in (words, script)
    ]
    assert said[0] == said[1] != ""


def test_sections() -> None:
    param = click.Option(["--deep/--no-deep"], help="Go deep.")
    command = help.Command(
        "x", nothing, {"A": [param], "B": [click.Option(["--b"], metavar="C", help="D.")]}, [], help="", short_help=""
    )
    found = help.sections(command, click.Context(command, help_option_names=["-h", "--help"]))
    assert found == [
        help.Section("A", (("--[no-]deep", "Go deep."),)),
        help.Section("B", (("--b C", "D."),)),
        help.Section("Other", (("-h, --help", "Show this message and exit."),)),
    ]
