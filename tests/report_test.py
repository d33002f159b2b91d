from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold import __version__, catalogue, commands
from scaffold.draft import Result
from scaffold.machine import docker_run, machine
from scaffold.model import Found, Image, Outcome, Port
from scaffold.project import Project
from scaffold.report import more, people, sources
from scaffold.survey import Options
from tests.day import after
from tests.generated import PROJECTS, catalogued, write

NODE = catalogued(Image("docker.io", "library/node", "{}-trixie-slim", "24"))
DISTROLESS = catalogued(Image("gcr.io", "distroless/nodejs24-debian13", "nonroot"))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    root = write(tmp_path / "shop", PROJECTS["node"])
    return commands.new(str(root), {"port": ("8080", "53/udp")}, Options(offline=True, dry_run=True), after(43))


def written(result: Result, **changes: object) -> list[str]:
    text = people(replace(result, directory=".", written=True, **changes))  # type: ignore[arg-type]
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines())
    return text.splitlines()


def test_one_screen(result: Result) -> None:
    distroless = "gcr.io/distroless/nodejs24-debian13:nonroot"
    assert (
        written(result)
        == f"""\
Found in shop                                               dockerscaffold {__version__}
  language   Node 24         package.json, default
  packages   npm             package-lock.json
  build      npm run build   package.json scripts.build
  start      node server.js  package.json scripts.start
  port       8080, 53/udp    --port
  health     TCP connect     default
  tier       distroless      default

  created    Dockerfile  .dockerignore  compose.yaml  .github/dependabot.yml
             .dockerscaffold.toml  .dockerscaffold.lock

  pinned     {f"node:{NODE.tag}":<{len(distroless)}}  catalogue {NODE.date}
             {distroless}  catalogue {DISTROLESS.date}

  note       Offline: pinned from the catalogue of {catalogue.date()}, 43 days old.

  next       docker compose up --build --wait
             curl http://127.0.0.1:8080/""".splitlines()
    )


def test_by_hand_can_be_pasted(result: Result) -> None:
    text = more(result).partition("  by hand ")[2]
    assert shlex.split(text.replace("\\\n", "")) == [*docker_run(result.answers, result.recipes[0])]


def test_a_long_value_is_cut(result: Result) -> None:
    found = result.sources["web"] | {"start": Found("node " + "x" * 90, "package.json " + "y" * 90)}
    (line,) = [line for line in written(result, sources={"": {}, "web": found}) if "  start " in line]
    assert line.startswith("  start      node xxx") and line.endswith("y...") and "x...  package.json y" in line


@pytest.mark.parametrize(
    ("whats", "lines"),
    [
        (["unchanged"] * 2, ["  unchanged  a0  a1"]),
        (["created", "updated", "replaced"], ["  created    a0", "  updated    a1", "  replaced   a2"]),
        (["conflict", "created"], ["  created    a1", "  conflict   a0", "             Add --force"]),
    ],
)
def test_outcomes(whats: list[str], lines: list[str], result: Result) -> None:
    outcomes = tuple(Outcome(f"a{index}", what, "", "") for index, what in enumerate(whats))
    shown = written(result, outcomes=outcomes)
    start = shown.index("") + 1
    found = shown[start : shown.index("", start)]
    assert len(found) == len(lines) and all(a.startswith(b) for a, b in zip(found, lines, strict=True))


@pytest.mark.parametrize(
    ("directory", "line"),
    [
        (".", "  next       docker compose up --build --wait"),
        ("shop", "  next       cd shop && docker compose up --build --wait"),
        ("my shop", "  next       cd 'my shop' && docker compose up --build --wait"),
        ("a\nb", "  next       docker compose up --build --wait"),
        ("-x", "  next       docker compose up --build --wait"),
    ],
)
def test_next(directory: str, line: str, result: Result) -> None:
    assert line in people(replace(result, directory=directory)).splitlines()


def test_a_name_cannot_steer_the_terminal(result: Result) -> None:
    assert "\x1b" not in people(replace(result, project=Project(Path("/a\x1b[31m\nb")), directory="a\x1b[31m\nb"))


def test_a_dry_run_says_so(result: Result) -> None:
    assert "Dry run; nothing is written:" in people(result)


def test_what_is_missing(result: Result) -> None:
    missing = ("go.sum: go mod tidy", "word " * 20)
    assert written(result, missing=missing)[17:21] == [
        "  first add  go.sum: go mod tidy",
        "             word word word word word word word word word word word word word",
        "               word word word word word word word",
        "",
    ]


def test_a_mirror_with_a_long_name(result: Result) -> None:
    at = {"registry": "registry.example.com:5000", "repository": "p/xxxxxxxxx"}
    shown = written(result, images=tuple(replace(image, **at) for image in result.images))
    assert f"  pinned     registry.example.com:5000/p/xxxxxxxxx:{NODE.tag}" in shown


def test_sources(result: Result) -> None:
    assert sources(result).splitlines()[:8] == [
        "  name             shop  (package.json name)",
        "  registry-mirror  -  (default)",
        "  platform         linux/amd64 linux/arm64  (default)",
        "  mirror-fallback  false  (default)",
        "  allow-eol        false  (default)",
        "[service.web]",
        "  language     node  (package.json)",
        f"  version      {catalogue.lines('node').default}  (default)",
    ]
    assert "  port         8080 53/udp  (--port)\n" in sources(result)


def test_machine(result: Result) -> None:
    made = machine(result, diffs=False)
    assert json.loads(json.dumps(made)) == made
    assert made["dockerscaffold"] == __version__ and made["name"] == "shop" and made["written"] is False
    assert made["platforms"] == ["linux/amd64", "linux/arm64"] and made["registry_mirrors"] == {}
    (service,) = made["services"]
    assert service["name"] == "web" and service["directory"] == "."
    assert service["answers"]["port"] == {"value": "8080 53/udp", "source": "--port"}
    assert service["docker_run"][-1] == "shop-web"
    assert service["images"][0] == f"node:{NODE.tag}@{NODE.digest}"
    assert [(image["tag"], image["digest"]) for image in made["images"]] == [
        (NODE.tag, NODE.digest),
        ("nonroot", DISTROLESS.digest),
    ]
    assert {"name", "tag", "digest", "platforms", "source", "date"} == set(made["images"][0])
    assert [file["path"] for file in made["files"]] == [outcome.path for outcome in result.outcomes]
    assert {file["outcome"] for file in made["files"]} == {"created"}
    assert "diff" not in made["files"][0]
    assert machine(result, diffs=True)["files"][0]["diff"].startswith("--- /dev/null\n+++ b/Dockerfile\n")
    assert Port(53, "udp") in result.answers.services[0].ports
