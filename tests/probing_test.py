from __future__ import annotations

import dataclasses
import datetime
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffold import commands, machine, probing, report
from scaffold.draft import Result
from scaffold.engine import Change, State
from scaffold.errors import Unmended
from scaffold.survey import Options

TODAY = datetime.date(2026, 11, 22)
OPTIONS = Options(offline=True)
WELL, ILL = State("id", "running", "healthy", 0), State("id", "exited", "", 3)


class Engine:
    """Stands in for an engine: what each run comes to is said beforehand."""

    changed: tuple[Change, ...] = ()
    states: Sequence[State | None] = (WELL,)
    said = "nothing starts"
    logs: Sequence[str] = ("",)
    builds = True

    def __init__(self, directory: Path) -> None:
        self.directory, self.runs, self.left = directory, 0, False

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.left = True

    def build(self) -> tuple[bool, str]:
        return self.builds, "step 1\nit fails"

    def run(self, services: Sequence[str], free: bool) -> dict[str, State]:
        if free:
            return {"web": WELL}
        self.runs += 1
        state = self.states[min(self.runs, len(self.states)) - 1]
        return {"web": state} if state else {}

    def changes(self, container: str) -> tuple[Change, ...]:
        return self.changed

    def log(self, container: str) -> str:
        return self.logs[min(self.runs, len(self.logs)) - 1]

    def names(self, container: str, path: str) -> tuple[str, ...] | None:
        return ("server.js",) if path == "/app" else None

    def address(self, service: str, port: int) -> None:
        return None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    place.mkdir()
    (place / "package.json").write_text('{"name": "shop", "scripts": {"start": "node server.js"}}')
    (place / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {"": {"name": "shop"}}}')
    (place / "server.js").write_text("require('http').createServer().listen(3000)\n")
    return place


def probed(monkeypatch: pytest.MonkeyPatch, project: Path, **how: Any) -> Result:
    monkeypatch.setattr(probing, "Engine", type("Made", (Engine,), how))
    given = {"tmpfs": ("/app/own",)}
    return probing.probe(commands.new(str(project), given, OPTIONS, TODAY), given, OPTIONS, TODAY)


def saved(project: Path) -> Any:
    return tomllib.loads((project / ".dockerscaffold.toml").read_text())["service"]["web"]


def test_nothing_to_add(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    result = probed(monkeypatch, project)
    assert result.probed == () and {outcome.what for outcome in result.outcomes} == {"created"}
    assert saved(project)["tmpfs"] == ["/app/own"] and "writable" not in saved(project)


def test_what_was_written_free_is_added(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    changed = (Change("A", "/app/logs"), Change("A", "/app/logs/x"), Change("A", "/app/my.db"))
    result = probed(monkeypatch, project, changed=changed)
    assert [(one.path, one.key) for one in result.probed or ()] == [("/app/logs", "tmpfs"), ("/app/my.db", "writable")]
    assert saved(project)["tmpfs"] == ["/app/own", "/app/logs"] and saved(project)["writable"] == ["/app/my.db"]
    assert "/app/logs:size=" in (project / "compose.yaml").read_text()
    assert {outcome.what for outcome in result.outcomes} == {"created"}
    assert all((project / outcome.path).read_text() == outcome.after for outcome in result.outcomes)
    assert result.sources["web"]["start"].source == "package.json scripts.start"
    assert result.sources["web"]["tmpfs"].source == "--probe"
    assert "  probed     /app/logs   written at start  tmpfs\n" in report.people(result)
    assert [one["path"] for one in machine.machine(result, False)["probed"]] == ["/app/logs", "/app/my.db"]


def test_what_a_hardened_run_says_is_added(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    logs = [
        "Error: EROFS: read-only file system, mkdir '/app/a'",
        "Error: EROFS: read-only file system, mkdir '/app/b'",
    ]
    result = probed(monkeypatch, project, states=(ILL, ILL, WELL), logs=logs)
    assert [one.path for one in result.probed or ()] == ["/app/a", "/app/b"]
    assert saved(project)["writable"] == ["/app/a", "/app/b"]


@pytest.mark.parametrize(
    ("how", "fact", "log"),
    [
        ({"builds": False}, "It cannot be built.", "step 1\nit fails"),
        ({"states": (ILL,), "logs": ("1\nno URL\n",)}, "web exits with 3; that is not for want of", "1\nno URL"),
        ({"states": (ILL,)}, "web exits with 3, and says nothing; that is not", ""),
        ({"states": (State("id", "running", "unhealthy", 0),)}, "web runs, and is not healthy on port 3000, and", ""),
        ({"states": (None,)}, "web cannot be started.", "nothing starts"),
    ],
)
def test_what_cannot_be_mended(
    monkeypatch: pytest.MonkeyPatch, project: Path, how: dict[str, Any], fact: str, log: str
) -> None:
    with pytest.raises(Unmended) as caught:
        probed(monkeypatch, project, **how)
    assert caught.value.fact.startswith(fact) and caught.value.log == log and caught.value.code == 1
    assert "again" in caught.value.remedy


def test_rounds_are_bounded(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    logs = [f"mkdir /app/{letter}: read-only file system" for letter in "abcdefgh"]
    with pytest.raises(Unmended, match="After 5 rounds"):
        probed(monkeypatch, project, states=(ILL,), logs=logs)
    assert saved(project)["writable"] == [f"/app/{letter}" for letter in "abcde"]


@pytest.mark.parametrize(("restart", "code", "stands"), [("no", 0, True), ("no", 1, False), ("on-failure:5", 0, False)])
def test_a_tool_that_is_done_stands(
    monkeypatch: pytest.MonkeyPatch, project: Path, restart: str, code: int, stands: bool
) -> None:
    (recipe,) = probed(monkeypatch, project).recipes
    state = State("id", "exited", "", code)
    assert probing._stands(dataclasses.replace(recipe, restart=restart), state) is stands
