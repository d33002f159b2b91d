from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scaffold import catalogue, refresh
from scaffold.model import Image
from tests.conftest import FakeRegistry
from tests.generated import pinned

TODAY = datetime.date(2026, 11, 22)
TOP = Path(__file__).parent.parent
FILE = Path(catalogue.__file__).with_name("catalogue.json")
REGISTRIES = ("docker.io", "gcr.io", "ghcr.io")

Run = Callable[..., int]


def tag_of(image: Image) -> str:
    newest = catalogue.releases("alpine")[0]
    return f"{image.line}.1-alpine{newest}" if image.repository == "library/postgres" else pinned(image).tag


@pytest.fixture
def upstream(fake_registry: FakeRegistry) -> FakeRegistry:
    """All registries in one, which has every image that the catalogue should have."""
    for image in refresh.wanted():
        fake_registry.add(image.name, tag_of(image))
    return fake_registry


@pytest.fixture
def run(upstream: FakeRegistry, tmp_path: Path) -> Run:
    """The command on these registries; its result goes to `catalogue.json` in the folder of the test."""

    def refreshed(*flags: str, today: datetime.date = TODAY) -> int:
        mirrors = [f"--registry-mirror={name}={upstream.host}/{name}" for name in REGISTRIES]
        return refresh.main([*mirrors, f"--output={tmp_path / 'catalogue.json'}", *flags], today)

    return refreshed


def written(folder: Path) -> dict[str, Any]:
    text = (folder / "catalogue.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    assert refresh.text(content) == text
    return content


def test_the_form_of_the_file() -> None:
    assert refresh.text(catalogue.content()) == FILE.read_text(encoding="utf-8")


def test_wanted_has_every_row_of_the_catalogue() -> None:
    assert {row["image"] for row in catalogue.content()["images"]} == {image.name for image in refresh.wanted()}
    assert [image.line for image in refresh.wanted() if image.repository == "library/alpine"] == [
        *catalogue.releases("alpine")
    ]
    assert not [image for image in refresh.wanted() if "{" in image.line + image.repository]


def test_refresh(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(catalogue.content(), "images", [])
    assert run() == 0
    made = written(tmp_path)
    assert made["date"] == "2026-11-22"
    assert {**made, "date": "", "images": []} == {**catalogue.content(), "date": "", "images": []}
    assert [(row["image"], row["tag"]) for row in made["images"]] == sorted(
        (image.name, tag_of(image)) for image in refresh.wanted()
    )
    for row in made["images"]:
        assert row["platforms"] == ["linux/amd64", "linux/arm64"] and row["date"] == "2026-11-22"
        assert set(row) == {"image", "tag", "digest", "platforms", "date"}
    shown, err = capsys.readouterr()
    count = len(made["images"])
    assert shown.startswith(f"# The catalogue of 2026-11-22\n\n{count} images, {count} added.\n\n## Added\n\n- `")
    assert shown.count("\n- `") == count and shown.count("## ") == 1 and not err


def test_a_refresh_after_another(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run()
    before = written(tmp_path)
    monkeypatch.setitem(catalogue.content(), "images", before["images"])
    capsys.readouterr()
    assert run(today=TODAY + datetime.timedelta(days=7)) == 0
    assert capsys.readouterr().out == f"# The catalogue of 2026-11-29\n\n{len(before['images'])} images.\n"
    after = written(tmp_path)
    assert {row["date"] for row in after["images"]} == {after["date"]} == {"2026-11-29"}
    assert [row["digest"] for row in after["images"]] == [row["digest"] for row in before["images"]]


def test_what_moved(
    run: Run,
    upstream: FakeRegistry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run()
    monkeypatch.setitem(catalogue.content(), "images", written(tmp_path)["images"])
    upstream.add("docker.io/library/node", "24.2.0-trixie-slim")
    upstream.add("docker.io/library/node", "24.3.0-trixie-slim", "linux/amd64")
    upstream.add("gcr.io/distroless/static-debian13", "nonroot", "linux/amd64 linux/arm64 linux/s390x")
    del upstream.manifests["docker.io/library/redis", "8.10.1-alpine"]
    upstream.add("docker.io/library/redis", "8.9.0-alpine")
    capsys.readouterr()
    assert run() == 0
    shown = capsys.readouterr().out
    assert "1 with another tag, 1 rebuilt, 1 gone.\n" in shown
    assert "## Another tag\n\n- `node:24.1.1-trixie-slim` → `node:24.2.0-trixie-slim` " in shown
    assert "## Rebuilt under the same tag\n\n- `gcr.io/distroless/static-debian13:nonroot` " in shown
    assert f"## Gone\n\n- `redis:8.10.1-alpine`: {upstream.host} has no docker.io/library/redis:8.10.*-alpine." in shown
    assert "## New lines" not in shown
    rows = {(row["image"], row["tag"]): row for row in written(tmp_path)["images"]}
    assert ("docker.io/library/node", "24.2.0-trixie-slim") in rows
    assert ("docker.io/library/redis", "8.10.1-alpine") not in rows
    assert "linux/s390x" in rows["gcr.io/distroless/static-debian13", "nonroot"]["platforms"]


@pytest.mark.parametrize(
    ("repository", "tag", "line"),
    [
        ("library/python", "3.15.0-slim-trixie", "python 3.15 (`python:3.15.0-slim-trixie`)"),
        ("library/node", "28.1.0-trixie-slim", "node 28 (`node:28.1.0-trixie-slim`)"),
        ("library/alpine", "3.25.0", "alpine 3.25 (`alpine:3.25.0`)"),
        ("library/postgres", "19.0-alpine3.24", "postgres 19 (`postgres:19.0-alpine3.24`)"),
        ("library/python", "3.15.0rc3-slim-trixie", ""),
        ("library/python", "3.9.20-slim-trixie", ""),
        ("library/node", "25.1.0-trixie-slim", ""),
    ],
)
def test_new_lines_are_only_named(
    run: Run,
    upstream: FakeRegistry,
    tmp_path: Path,
    repository: str,
    tag: str,
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    upstream.add(f"docker.io/{repository}", tag)
    assert run() == 0
    title, _, items = capsys.readouterr().out.partition("## New lines, ")[2].partition("\n\n")
    assert items == (f"- {line}\n" if line else "") and bool(title) is bool(line)
    assert tag not in [row["tag"] for row in written(tmp_path)["images"]]
    assert written(tmp_path)["lines"] == catalogue.content()["lines"]


@pytest.mark.parametrize(
    ("today", "ended"),
    [
        ("2026-11-22", ""),
        (
            "2027-05-02",
            "- alpine 3.22 ended on 2027-05-01 (endoflife.date, products/alpine-linux.md)\n"
            "- node 22 ended on 2027-04-30 (nodejs/Release, schedule.json)\n",
        ),
        (
            "2028-05-01",
            "- node 24 ended on 2028-04-30 (nodejs/Release, schedule.json), and is the default: mark another",
        ),
    ],
)
@pytest.mark.usefixtures("in_2026")
def test_lines_that_ended(run: Run, today: str, ended: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(today=datetime.date.fromisoformat(today)) == 0
    shown = capsys.readouterr().out.partition("## Lines that ended\n\n")[2]
    assert ended in shown and bool(shown) is bool(ended)


def test_a_registry_that_fails(
    run: Run, upstream: FakeRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    upstream.login = "basic"
    assert run() == 75
    shown, err = capsys.readouterr()
    count = len(refresh.wanted())
    assert f"{count} failed.\n" in shown and shown.count(" a login") >= count
    assert err == f"error: Nothing is written: {count} images failed.\n  Add --partial to go on.\n"
    assert not (tmp_path / "catalogue.json").exists()
    assert run("--partial") == 0
    assert written(tmp_path) == catalogue.content()


def test_the_catalogue_does_not_stand_in_for_what_is_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh.main([f"--output={tmp_path / 'catalogue.json'}"], TODAY) == 75
    assert f"{len(refresh.wanted())} failed.\n" in capsys.readouterr().out


def test_other_platforms(run: Run, upstream: FakeRegistry, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    upstream.add("ghcr.io/astral-sh/uv", "9.0.0", "linux/amd64 linux/s390x")
    assert run("--platform=linux/s390x") == 0
    assert "lacks linux/s390x" in capsys.readouterr().out
    assert [row["tag"] for row in written(tmp_path)["images"]] == ["9.0.0"]


def test_nothing_is_there(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--platform=linux/s390x") == 2
    shown, err = capsys.readouterr()
    assert "0 images, " in shown and "lacks linux/s390x" in shown
    assert err == "error: Nothing is written: none of the images is there.\n  Check the flags given.\n"
    assert not (tmp_path / "catalogue.json").exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--platform=5"], "error: '5' is no platform.\n  Write it as "),
        (["--registry-mirror=docker.io"], "error: 'docker.io' is not a registry's mirror"),
    ],
)
def test_bad_requests(flags: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh.main(flags, TODAY) == 2
    assert capsys.readouterr().err.startswith(message)


def test_output_that_cannot_be_written(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"--output={tmp_path}") == 2
    assert capsys.readouterr().err == f"error: {tmp_path} cannot be written: Is a directory.\n  Say another --output.\n"


def test_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scaffold.refresh", "--help"], cwd=TOP, capture_output=True, text=True, check=True
    )
    assert "--partial" in done.stdout and done.stdout.startswith("usage: python -m scaffold.refresh ")


def test_the_workflow_runs_it() -> None:
    workflow = yaml.safe_load((TOP / ".github/workflows/catalogue.yml").read_text())
    steps = workflow["jobs"]["refresh"]["steps"]
    (step,) = [step for step in steps if "-m scaffold.refresh" in step.get("run", "")]
    assert step["shell"] == "bash" and step["run"].startswith(".venv/bin/python -m scaffold.refresh | tee ")
    (step,) = [step for step in steps if "--rewrite" in step.get("run", "")]
    assert {*step["run"].split()} >= {"tests/examples_test.py", "tests/readme_test.py"}
    assert workflow["permissions"] == {}
    assert [step["with"] for step in steps if "checkout" in step.get("uses", "")] == [{"persist-credentials": False}]
