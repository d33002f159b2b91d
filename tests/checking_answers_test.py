"""What a check says against saved answers: ends of support, and a project that says something else by now."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from scaffold import catalogue, commands, update
from scaffold.checking_answers import line_of
from scaffold.project import Project
from scaffold.questions import Given
from scaffold.state import ANSWERS
from scaffold.survey import Options
from scaffold.update import Moves
from tests.checked import check, edit, line_with, made, places
from tests.day import TODAY
from tests.generated import PROJECTS, UV_LOCK, write

LINE = catalogue.lines("node").default
END = datetime.date.fromisoformat(catalogue.end("node", LINE).date)  # type: ignore[union-attr]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made(tmp_path)


def package(shop: Path, **changes: object) -> None:
    (shop / "package.json").write_text(json.dumps(json.loads(PROJECTS["node"]["package.json"]) | changes))


@pytest.mark.parametrize(
    ("days", "level"), [(-91, ""), (-90, "warning"), (-1, "warning"), (0, "warning"), (1, "error"), (900, "error")]
)
def test_the_end_of_a_language(days: int, level: str, shop: Path) -> None:
    result = check(shop, today=END + datetime.timedelta(days), only=["end-of-life"])
    found = [one for one in result.findings if one.path == ANSWERS]
    assert [one.level for one in found] == ([level] if level else [])
    if level:
        assert found[0].line == line_with(shop / ANSWERS, "version = ")
        assert str(END) in found[0].fact and "newer dockerscaffold" in found[0].remedy


def test_another_line_is_named_where_one_is_supported(tmp_path: Path) -> None:
    other = next(line for line in catalogue.lines("node").supported if line != LINE)
    folder = made(tmp_path, "node", {"version": other})
    end = catalogue.end("node", other)
    assert end
    ended = datetime.date.fromisoformat(end.date)
    (found,) = [one for one in check(folder, today=ended, only=["end-of-life"]).findings if one.path == ANSWERS]
    assert f'version = "{LINE}"' in found.remedy


def test_an_ended_version_that_is_allowed_is_found_all_the_same(tmp_path: Path) -> None:
    folder = made(tmp_path, "node", {"allow-eol": "true"})
    (found, *_) = check(folder, today=END + datetime.timedelta(1), only=["end-of-life"]).findings
    assert found.level == "error"


CHANGES = {
    "start": ({"scripts": {"start": "node other.js", "build": "tsc"}}, "package.json scripts.start", "node other.js"),
    "version": ({"engines": {"node": ">=26"}}, "package.json engines", "26"),
}


@pytest.mark.parametrize("key", CHANGES)
def test_a_project_that_says_something_else(key: str, shop: Path) -> None:
    changes, source, now = CHANGES[key]
    write(shop, {"other.js": ""})
    assert check(shop).findings == ()
    package(shop, **changes)
    (found,) = check(shop).findings
    assert (found.rule, found.path, found.level) == ("changed-project", ANSWERS, "warning")
    assert found.line == line_with(shop / ANSWERS, f"{key} = ")
    assert source in found.fact and f"{key} is {now}" in found.fact


def test_a_step_that_is_gone(shop: Path) -> None:
    package(shop, scripts={"start": "node server.js"})
    (found,) = check(shop).findings
    assert (found.rule, found.line) == ("changed-project", line_with(shop / ANSWERS, "build = "))
    assert "no longer say that build is npm run build" in found.fact
    edit(shop / ANSWERS, 'build = "npm run build"', 'build = ""')
    assert {rule for rule, _, _ in places(check(shop))} == {"outdated"}


def test_a_step_that_is_new(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", PROJECTS["node"])
    package(folder, scripts={"start": "node server.js"})
    commands.new(str(folder), {}, Options(offline=True), TODAY)
    package(folder)
    (found,) = check(folder).findings
    assert (found.rule, found.line) == ("changed-project", line_with(folder / ANSWERS, "build = "))
    assert "build is npm run build now; saved is none" in found.fact


def test_answers_that_follow_or_a_new_run_end_it(shop: Path) -> None:
    write(shop, {"other.js": ""})
    package(shop, **CHANGES["start"][0])
    edit(shop / ANSWERS, "node server.js", "node other.js")
    assert {rule for rule, _, _ in places(check(shop))} == {"outdated"}
    update.update(str(shop), Options(offline=True), Moves(), TODAY)
    assert check(shop).findings == ()
    package(shop)


def test_answers_that_said_something_else_from_the_start_are_left_alone(tmp_path: Path) -> None:
    given: Given = {"start": "node mine.js", "port": ("9000",)}
    folder = write(made(tmp_path, "node", given), {"mine.js": "", "other.js": ""})
    assert check(folder).findings == ()
    package(folder, **CHANGES["start"][0])
    assert {rule for rule, _, _ in places(check(folder))} == {"changed-project"}
    commands.new(str(folder), {}, Options(offline=True), TODAY)
    assert check(folder).findings == ()


def test_a_new_framework(tmp_path: Path) -> None:
    folder = made(tmp_path, "python")
    write(
        folder,
        {
            "requirements.txt": "fastapi==0.118.0\nuvicorn==0.37.0\n",
            "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        },
    )
    (found,) = check(folder).findings
    assert found.rule == "changed-project" and "uvicorn" in found.fact and "gunicorn" in found.fact
    assert found.line == line_with(folder / ANSWERS, "start = ")


def test_a_new_lockfile(tmp_path: Path) -> None:
    folder = made(tmp_path, "python")
    write(folder, {"uv.lock": UV_LOCK})
    (found,) = check(folder).findings
    assert found.rule == "unfit-answers" and "uv.lock shows uv" in found.fact and "Say uv there" in found.remedy


def test_another_language(shop: Path) -> None:
    for path in PROJECTS["node"]:
        (shop / path).unlink()
    write(shop, PROJECTS["go"])
    found = {(rule, path) for rule, path, _ in places(check(shop))}
    # The Dockerfile copies the manifests that the project has: those that went are copied no more.
    assert found == {("changed-project", ANSWERS), ("outdated", "Dockerfile")}


ONE = """\
version = "22"

[service.web]
  "version" = '24'
tier = "slim"

[ service . "api" ]
port = [3000]
version-of = "x"
"""


@pytest.mark.parametrize(
    ("service", "key", "line"),
    [("web", "version", 4), ("web", "tier", 5), ("api", "version", 1), ("api", "port", 8), ("web", "port", 0)],
)
def test_the_line_of_an_answer(service: str, key: str, line: int, tmp_path: Path) -> None:
    write(tmp_path, {ANSWERS: ONE})
    assert line_of(Project(tmp_path), service, key) == line


def test_there_is_no_line_without_the_file(tmp_path: Path) -> None:
    assert line_of(Project(tmp_path), "web", "version") == 0
