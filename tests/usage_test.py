"""What is misspelt, or stands where it does not belong, gets what was meant."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from scaffold import usage
from tests import inside


@pytest.mark.parametrize(
    ("line", "fact", "remedy"),
    [
        ("nwe", "'nwe' is no command.", "Did you mean new? Known: new, "),
        ("imags --offline", "'imags' is no command.", "Did you mean images? Known: new, "),
        ("complete bash", "'complete' is no command.", "Did you mean completion? Known: new, "),
        ("NEW", "'NEW' is no command.", "Did you mean new?"),
        ("xyz", "'xyz' is no command.", "Known: new, update, check, images, "),
        ("shop", "'shop' is no command.", "Did you mean dockerscaffold new shop?"),
        ("shop --tier slim", "'shop' is no command.", "Did you mean dockerscaffold new shop --tier slim?"),
        ("a$b", "'a$b' is no command.", "Did you mean dockerscaffold new 'a$b'?"),
        ("n\x1bwe", "'n\\x1bwe' is no command.", "Did you mean new?"),
        ("-- --tier", "'--tier' is no command.", "Known: new, "),
        ("--tier slim", "No such option --tier.", "Did you mean dockerscaffold new --tier slim?"),
        ("--teir=slim shop", "No such option --teir.", "Did you mean dockerscaffold new --tier=slim shop?"),
        ("--tier slim new shop", "No such option --tier.", "Did you mean dockerscaffold new --tier slim shop?"),
        ("--offline images", "No such option --offline.", "Did you mean dockerscaffold images --offline?"),
        ("--json new", "No such option --json.", "Did you mean dockerscaffold new --json?"),
        ("--offline", "No such option --offline.", "Did you mean dockerscaffold new --offline?"),
        ("--no-allow-eol", "No such option --no-allow-eol.", "Did you mean dockerscaffold new --no-allow-eol?"),
        ("--versoin", "No such option --versoin.", "Did you mean --version?"),
        ("--nothing", "No such option --nothing.", "See dockerscaffold --help."),
        ("-x", "No such option -x.", "See dockerscaffold --help."),
        ("new --teir slim", "No such option --teir.", "Did you mean --tier? See dockerscaffold new --help."),
        ("new --alow-eol", "No such option --alow-eol.", "Did you mean --allow-eol? See dockerscaffold new --help."),
        ("new --zzz", "No such option --zzz.", "See dockerscaffold new --help."),
        (
            "images --tier slim",
            "No such option --tier.",
            "It is one of dockerscaffold new. See dockerscaffold images --help.",
        ),
        ("images --ofline", "No such option --ofline.", "Did you mean --offline? See dockerscaffold images --help."),
        ("new --tier", "Option '--tier' requires an argument.", "See dockerscaffold new --help."),
        ("new a b", "Got unexpected extra argument (b).", "See dockerscaffold new --help."),
        ("completion", "Missing argument 'SHELL'.", "See dockerscaffold completion --help."),
        ("completion zhs", "'zhs' is no shell that has completion.", "Did you mean zsh? Known: bash, zsh, fish."),
        ("new --tier slmi", "'slmi' is no tier.", "Did you mean slim? Known: distroless, "),
        ("images --language pyton", "'pyton' is no language.", "Did you mean python? Known: node, "),
    ],
)
def test_what_was_meant(line: str, fact: str, remedy: str, tmp_path: Path) -> None:
    for name in ("shop", "a$b"):
        (tmp_path / name).mkdir()
    done = inside.run(*line.split(" "), cwd=tmp_path)
    assert done.code == 2 and done.out == ""
    first, second = done.err.splitlines()
    assert first == f"error: {fact}" and second.startswith(f"  {remedy}")
    if remedy.endswith("?") and "Known" not in second:
        assert second == f"  {remedy}"


def test_an_empty_command(tmp_path: Path) -> None:
    assert inside.run("", cwd=tmp_path).err.startswith("error: '' is no command.\n  Known: new, ")


def test_an_error_that_knows_no_command() -> None:
    said = usage.explain(click.UsageError("What"), [], ["new"])
    assert (said.fact, said.remedy, said.code) == ("What.", "See dockerscaffold --help.", 2)
    assert usage.explain(click.UsageError("What."), ["new"], ["new"]).remedy == "See dockerscaffold new --help."


def test_a_directory_before_a_command_like_it(tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    assert "Did you mean dockerscaffold new image?" in inside.run("image", cwd=tmp_path).err
