"""A result for programs: JSON of it, and a `docker run` with the hardening of the compose file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold import __version__, commands
from scaffold.draft import Result
from scaffold.facts import Found
from scaffold.machine import described, docker_run, machine
from scaffold.model import Image, Limits, Port
from scaffold.questions import BY_KEY
from scaffold.survey import Options
from tests.day import after
from tests.generated import PROJECTS, catalogued, write

NODE = catalogued(Image("docker.io", "library/node", "{}-trixie-slim", "24"))
DISTROLESS = catalogued(Image("gcr.io", "distroless/nodejs24-debian13", "nonroot"))


@pytest.fixture
def result(tmp_path: Path) -> Result:
    root = write(tmp_path / "shop", PROJECTS["node"])
    return commands.new(str(root), {"port": ("8080", "53/udp")}, Options(offline=True, dry_run=True), after(43))


def test_machine(result: Result) -> None:
    made = machine(result, diffs=False)
    assert json.loads(json.dumps(made)) == made
    assert made["dockerscaffold"] == __version__ and made["name"] == "shop" and made["written"] is False
    assert made["platforms"] == ["linux/amd64", "linux/arm64"] and made["registry_mirrors"] == {}
    (service,) = made["services"]
    assert service["name"] == "web" and service["directory"] == "."
    assert service["answers"]["port"] == {"value": "8080 53/udp", "source": "--port", "confidence": "certain"}
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


def test_what_else_was_possible_is_said(result: Result) -> None:
    found = Found("24", ".nvmrc", "likely", (Found("22", "package.json engines"),), ".nvmrc counts more")
    made = machine(replace(result, sources={**result.sources, "web": {"version": found}}), diffs=False)
    assert made["services"][0]["answers"]["version"] == {
        "value": "24",
        "source": ".nvmrc",
        "confidence": "likely",
        "others": [{"value": "22", "source": "package.json engines", "confidence": "certain"}],
        "rule": ".nvmrc counts more",
    }


def test_what_is_told_and_set(result: Result) -> None:
    answers = replace(result.answers, mirrors=(("docker.io", "a.example/hub"),))
    told = replace(result, answers=answers, warnings=("One.",), notes=("Two.",), missing=("Three.",), written=True)
    made = machine(told, diffs=False)
    assert (made["warnings"], made["notes"], made["missing"]) == (["One."], ["Two."], ["Three."])
    assert made["registry_mirrors"] == {"docker.io": "a.example/hub"} and made["written"] is True
    assert made["answers"]["name"] == {"value": "shop", "source": "package.json name", "confidence": "certain"}
    assert {*made["answers"], *made["services"][0]["answers"]} == {*BY_KEY}, "each question is answered once"


def test_an_unchanged_file_has_an_empty_diff(result: Result) -> None:
    same = tuple(replace(outcome, what="unchanged", before=outcome.after) for outcome in result.outcomes)
    assert {file["diff"] for file in machine(replace(result, outcomes=same), diffs=True)["files"]} == {""}


def test_an_image(result: Result) -> None:
    image = replace(NODE, platforms=("linux/amd64",), date="2026-01-02", source="docker.io")
    assert described(image) == {
        "name": "docker.io/library/node",
        "tag": NODE.tag,
        "digest": NODE.digest,
        "platforms": ["linux/amd64"],
        "source": "docker.io",
        "date": "2026-01-02",
    }


def test_docker_run(result: Result) -> None:
    recipe = replace(result.recipes[0], limits=Limits(512, 128, "1.5", 64, 16), service="api")
    assert " ".join(docker_run(result.answers, recipe)) == (
        "docker run --rm --init --read-only --user 65532:65532 --cap-drop ALL "
        "--security-opt no-new-privileges:true --tmpfs /tmp:size=16m,mode=1777,noexec,nosuid,nodev "
        "--memory 512m --memory-reservation 128m --cpus 1.5 --pids-limit 64 "
        "--publish 127.0.0.1:8080:8080 --publish 127.0.0.1:53:53/udp shop-api"
    )
