"""What commands do with their flags: answers and options, and what of the result is shown on which stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaffold import __version__, actions, commands, interactive
from scaffold.draft import Result
from scaffold.errors import Cancelled, ScaffoldError
from scaffold.schema import schema
from scaffold.survey import Options
from tests import inside
from tests.commands_test import tree
from tests.generated import PROJECTS, write

VALUES: dict[str, Any] = {
    "answers": None,
    "service": (),
    "offline": False,
    "refresh": False,
    "timeout": 10.0,
    "dry_run": False,
    "diff": False,
    "merge": False,
    "keep": False,
    "force": False,
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({}, Options()),
        ({"answers": "a.toml"}, Options(answers="a.toml")),
        ({"service": ("web=.", "api=./server/")}, Options(services=(("web", "."), ("api", "server")))),
        ({"offline": True, "refresh": True}, Options(offline=True, refresh=True)),
        ({"timeout": 0.5}, Options(seconds=0.5)),
        ({"dry_run": True}, Options(dry_run=True)),
        ({"diff": True}, Options(dry_run=True)),
        ({"merge": True, "keep": True}, Options(merge=True, keep=True)),
        ({"force": True}, Options(force=True)),
    ],
)
def test_options(values: dict[str, Any], options: Options) -> None:
    assert actions._options(VALUES | values) == options


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("",), "The name of the directory is empty."),
        (("--answers", ""), "The name of the answers file is empty."),
        (("--service", "web"), "'web' names no directory."),
        (("--port", "0"), "'0' is no port."),
    ],
)
@pytest.mark.parametrize("flag", ["--yes", "--json"])
def test_errors(arguments: tuple[str, ...], fact: str, flag: str, shop: Path) -> None:
    before = tree(shop)
    done = inside.run("new", "--offline", flag, *arguments, cwd=shop)
    assert done.code == 2 and done.err.startswith(f"error: {fact}") and tree(shop) == before
    if flag == "--json":
        problem = json.loads(done.out)
        assert problem["dockerscaffold"] == __version__
        assert problem["error"]["fact"] == fact and problem["error"]["exit_code"] == 2
        assert done.err == f"error: {fact}\n  {problem['error']['remedy']}\n"
    else:
        assert done.out == ""


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


def test_nobody_is_asked(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interactive, "new", None)
    done = inside.run("new", "--offline", cwd=shop)
    assert done.code == 0 and done.err.startswith("Found in shop ")


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


@pytest.mark.parametrize("flags", [("--quiet", "--verbose"), ("--keep", "--force")])
def test_flags_that_say_different_things(flags: tuple[str, str], shop: Path) -> None:
    before = tree(shop)
    done = inside.run("new", "--offline", *flags, cwd=shop)
    assert done.code == 2 and done.out == "" and tree(shop) == before
    assert done.err.startswith(f"error: {' and '.join(flags)} exclude each other.\n")


def test_other_commands(tmp_path: Path) -> None:
    assert json.loads(inside.run("schema", cwd=tmp_path).out) == schema()
    assert "_DOCKERSCAFFOLD_COMPLETE" in inside.run("completion", "bash", cwd=tmp_path).out
    listed = inside.run("images", "--offline", "--language", "go", "--json", cwd=tmp_path)
    assert listed.code == 0 and "golang" in listed.out
    assert "Go " in inside.run("images", "--offline", "--language", "go", cwd=tmp_path).out


def test_no_image_can_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failed(ScaffoldError):
        code = 75

    class Pins:
        images = ()
        failures = {"one": ScaffoldError("It is not there."), "other": Failed("It is away.")}  # noqa: RUF012

    monkeypatch.setattr(commands, "images", lambda *_: ((), Pins))
    monkeypatch.setattr("scaffold.overview.people", lambda *_: "none\n")
    assert inside.run("images", cwd=tmp_path) == (75, "none\n", "")
