"""What commands do with their flags, called as functions."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from scaffold import actions, commands, flags, interactive
from scaffold.cli import COMMANDS
from scaffold.draft import Result
from scaffold.errors import Cancelled, ScaffoldError
from scaffold.survey import Options
from tests import inside
from tests.commands_test import FILES
from tests.day import TODAY
from tests.generated import PROJECTS, write


@pytest.fixture(autouse=True)
def on_the_day_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    class Date(datetime.date):
        @classmethod
        def today(cls) -> Date:
            return cls(TODAY.year, TODAY.month, TODAY.day)

    monkeypatch.setattr(datetime, "date", Date)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


def values(command: str, *arguments: str) -> dict[str, Any]:
    """What the command line gives to the action of a command."""
    made: click.Command = getattr(flags, command)(getattr(actions, command))
    return made.make_context(command, list(arguments)).params


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The arguments of each call of `commands.new`."""
    seen: list[tuple[Any, ...]] = []
    made = commands.new

    def new(*arguments: Any) -> Result:
        seen.append(arguments)
        return made(*arguments)

    monkeypatch.setattr(commands, "new", new)
    return seen


def test_every_command_has_an_action() -> None:
    for command in COMMANDS:
        assert (getattr(actions, command).__doc__ or "").endswith(".")


@pytest.mark.parametrize(
    ("arguments", "options", "given"),
    [
        ((), Options(), {}),
        (("--dry-run",), Options(dry_run=True), {}),
        (("--diff",), Options(dry_run=True), {}),
        (("--merge", "--keep"), Options(merge=True, keep=True), {}),
        (("--force", "--refresh", "--timeout", "3"), Options(force=True, refresh=True, seconds=3), {}),
        (("--service", "web=."), Options(services=(("web", "."),)), {}),
        (("--tier", "slim", "--port", "80", "--port", "81"), Options(), {"tier": "slim", "port": ("80", "81")}),
        (("--allow-eol", "--no-mirror-fallback"), Options(), {"allow-eol": "true", "mirror-fallback": "false"}),
    ],
)
def test_flags_become_options_and_answers(
    arguments: tuple[str, ...],
    options: Options,
    given: dict[str, Any],
    shop: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Called(Exception):
        pass

    def new(*said: Any) -> Result:
        assert said[:3] == (str(shop), given, options)
        raise Called

    monkeypatch.setattr(commands, "new", new)
    with pytest.raises(Called):
        actions.new(**values("new", str(shop), "--yes", *arguments))


def test_new(shop: Path, calls: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]) -> None:
    actions.new(**values("new", str(shop), "--offline"))
    out, err = capsys.readouterr()
    assert len(calls) == 1 and out == "" and err.startswith("Found in shop ")
    assert all((shop / path).is_file() for path in FILES)
    actions.new(**values("new", str(shop), "--offline", "--dry-run", "--show-sources"))
    out, err = capsys.readouterr()
    assert "Dry run; nothing is written:" in out and "  name             shop" in out and err == ""
    actions.new(**values("new", str(shop), "--offline", "--quiet"))
    assert capsys.readouterr() == ("", "")


def test_json_and_diff(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    actions.new(**values("new", str(shop), "--offline", "--diff"))
    assert capsys.readouterr().out.startswith("--- /dev/null\n+++ b/Dockerfile\n")
    actions.new(**values("new", str(shop), "--offline", "--diff", "--json"))
    content = json.loads(capsys.readouterr().out)
    assert content["written"] is False and content["files"][0]["diff"].startswith("--- /dev/null\n")
    assert not (shop / "Dockerfile").exists()


@pytest.mark.parametrize(
    ("changed", "fact"),
    [
        ({"answers": ""}, "The name of the answers file is empty."),
        ({"tier": "x"}, "'x' is no tier."),
        ({"service": ("web",)}, "'web' names no directory."),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_cannot_be_is_told_programs_too(
    changed: dict[str, Any],
    fact: str,
    as_json: bool,
    shop: Path,
    calls: list[tuple[Any, ...]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(ScaffoldError) as caught:
        actions.new(**{**values("new", str(shop), "--offline"), "json": as_json, **changed})
    out = capsys.readouterr().out
    assert caught.value.fact == fact and calls == []
    if as_json:
        assert json.loads(out)["error"] == {"fact": fact, "remedy": caught.value.remedy, "exit_code": 2}
    else:
        assert out == ""


@pytest.mark.parametrize("given", [("quiet", "verbose"), ("keep", "force")])
def test_flags_that_exclude_each_other(given: tuple[str, str], shop: Path, calls: list[tuple[Any, ...]]) -> None:
    both = dict.fromkeys(given, True)
    with pytest.raises(click.UsageError) as caught:
        actions.new(**{**values("new", str(shop), "--offline"), **both})
    assert "exclude each other" in caught.value.message and calls == []
    assert all(f"--{name}" in caught.value.message for name in given)


@pytest.mark.parametrize("given", ["pins", "templates", "restore", "merge", "keep"])
def test_what_taking_back_an_update_has_no_use_for(given: str, shop: Path) -> None:
    with pytest.raises(click.UsageError, match=f"--abort and --{given} exclude each other"):
        actions.update(**{**values("update", str(shop), "--abort"), given: True})


@pytest.mark.parametrize("terminals", [(True, True), (True, False), (False, True), (False, False)])
def test_who_is_asked(terminals: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(zip((sys.stdin, sys.stdout), terminals, strict=True))
    monkeypatch.setattr("scaffold.look.is_terminal", lambda stream: known[stream])
    assert actions.is_attended(values("new")) is all(terminals)
    assert actions.is_attended(values("new", "--plain", "--answers", "a.toml", "--tier", "slim")) is all(terminals)
    for arguments in (("--answers", "-"), *((f"--{name.replace('_', '-')}",) for name in actions.UNATTENDED)):
        assert not actions.is_attended(values("new", *arguments)), arguments


def test_images(capsys: pytest.CaptureFixture[str]) -> None:
    actions.images(**values("images", "--offline", "--language", "go"))
    assert "golang:" in capsys.readouterr().out
    actions.images(**values("images", "--offline", "--json"))
    named = [language["name"] for language in json.loads(capsys.readouterr().out)["languages"]]
    assert named == ["node", "go", "python"]


def test_no_image_at_all_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.exceptions.Exit) as caught:
        actions.images(**values("images", "--offline", "--platform", "linux/mips"))
    assert caught.value.exit_code in (2, 75) and capsys.readouterr().out


def test_images_that_are_asked_for_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    actions.images(**values("images", "--offline", "--quiet", "--language", "go"))
    assert capsys.readouterr() == ("", "")
    with pytest.raises(click.exceptions.Exit):
        actions.images(**values("images", "--offline", "--quiet", "--platform", "linux/mips"))
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: ") and "mips" in err


def test_schema_and_completion(capsys: pytest.CaptureFixture[str]) -> None:
    actions.schema()
    assert "tier" in json.loads(capsys.readouterr().out)["properties"]
    actions.completion("bash")
    assert "_DOCKERSCAFFOLD_COMPLETE=bash_complete" in capsys.readouterr().out
    with pytest.raises(ScaffoldError, match="'bsh' is no"):
        actions.completion("bsh")


def test_what_was_seen_is_not_shown_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(directory: str, given: Any, options: Options, today: Any, plain: bool, no_colour: bool) -> Result:
        assert (directory, given, plain, no_colour) == (".", {"tier": "slim"}, True, False)
        return commands.new(directory, given, options, today)

    monkeypatch.setattr(actions, "is_attended", lambda values: True)
    monkeypatch.setattr(interactive, "new", asked)
    done = inside.run("new", "--offline", "--plain", "--tier", "slim", cwd=shop)
    assert done.code == 0 and done.out == ""
    assert done.err.startswith("  created    Dockerfile") and "Found in" not in done.err
    again = inside.run("new", "--offline", "--plain", "--tier", "slim", "--show-sources", "--verbose", cwd=shop)
    assert "  tier         slim  (--tier)\n" in again.out and "sha256:" in again.err


def test_a_conversation_that_is_left(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> Result:
        raise Cancelled

    monkeypatch.setattr(actions, "is_attended", lambda values: True)
    monkeypatch.setattr(interactive, "new", asked)
    assert inside.run("new", cwd=shop) == (130, "", "")


@pytest.mark.parametrize(
    ("flags", "out", "err"),
    [
        (("--quiet",), "", ""),
        (("--dry-run",), "Found in shop ", ""),
        (("--diff",), "--- /dev/null\n+++ b/Dockerfile\n", ""),
        (("--diff", "--show-sources"), "--- /dev/null\n", "  name "),
        (("--show-sources",), "  name ", "Found in shop "),
        (("--json",), "{\n", ""),
        (("--json", "--diff"), "{\n", ""),
        (("--json", "--show-sources"), "{\n", "  name "),
        (("--diff", "--verbose"), "--- /dev/null\n", "\n  name "),
    ],
)
def test_streams(flags: tuple[str, ...], out: str, err: str, shop: Path) -> None:
    done = inside.run("new", "--offline", *flags, cwd=shop)
    assert done.code == 0
    for said, wanted in ((done.out, out), (done.err, err)):
        assert said.startswith(wanted) and bool(said) == bool(wanted)
