"""Every combination of answers makes files that keep every law and validate against the public schemas."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaffold import catalogue, render
from scaffold.machine import docker_run
from scaffold.model import Port
from scaffold.questions import BY_KEY, LANGUAGES, TIERS
from tests.generated import PROJECTS, UV_LOCK, generate, schema, service, write
from tests.laws import docker_run as docker_run_findings
from tests.laws import findings, parse, stages

PORTS = ((Port(3000),), (Port(8080), Port(53, "udp")), (Port(53, "udp"), Port(9000), Port(9000, "udp"), Port(1)))
HEALTH = ("tcp", "/healthz?full=1&x=%20", "/")
MIRRORS = ((), tuple((name, f"127.0.0.1:5000/{name}") for name in ("docker.io", "gcr.io", "ghcr.io")))
PACKAGES = {"node": ("npm",), "go": ("go",), "python": ("pip", "uv")}
BUILDS = {"node": ("", "npm run build"), "go": ("",), "python": ("",)}


@pytest.fixture(scope="module", autouse=True)
def templates_compiled_once() -> Any:
    with pytest.MonkeyPatch.context() as patched:
        made = render.environment()
        patched.setattr(render, "environment", lambda: made)
        yield


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project for each way to install packages."""
    root = tmp_path_factory.mktemp("projects")
    made = {name: write(root / name, files) for name, files in PROJECTS.items()}
    by_packages = {"npm": made["node"], "go": made["go"], "pip": made["python"]}
    return by_packages | {"uv": write(root / "uv", PROJECTS["python"] | {"uv.lock": UV_LOCK})}


def problems(root: Path, services: Any, mirrors: Any = (), workflows: bool = False) -> set[str]:
    files, answers, recipes = generate(root, services, mirrors, workflows)
    compose, dependabot = yaml.safe_load(files["compose.yaml"]), yaml.safe_load(files[".github/dependabot.yml"])
    found = findings(files)
    found |= {error.message for error in schema("compose-spec").iter_errors(compose)}
    found |= {error.message for error in schema("dependabot").iter_errors(dependabot)}
    for recipe in recipes:
        name = f"{answers.name}-{recipe.service}"
        found |= {*docker_run_findings(docker_run(answers, recipe), compose["services"][recipe.service], name)}
    return found


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", LANGUAGES)
def test_all_combinations(name: str, tier: str, projects: dict[str, Path]) -> None:
    number = 0
    for version, packages, build, ports, health, mirrors in itertools.product(
        catalogue.lines(name).supported, PACKAGES[name], BUILDS[name], PORTS, HEALTH, MIRRORS
    ):
        answers = {"version": version, "packages": packages, "build": build, "ports": ports, "health": health}
        asked = service(name, tier, **answers)
        assert problems(projects[packages], (asked,), mirrors, workflows=bool(mirrors)) == set(), asked
        number += 1
    assert number >= 2 * 18


@pytest.mark.parametrize("tier", TIERS)
def test_several_services(tier: str, tmp_path: Path) -> None:
    folders = {"node": ".", "go": "server", "python": "tools/jobs"}
    for name, folder in folders.items():
        write(tmp_path / folder, PROJECTS[name])
    services = [
        service(name, tier, name=f"{name}-{tier}", directory=folder, ports=(Port(3000 + index),))
        for index, (name, folder) in enumerate(folders.items())
    ]
    assert problems(tmp_path, tuple(services)) == set()


@pytest.mark.parametrize("name", ["123", "true", "null", "0x1f", "1e3", "on", "2026-11-22"])
def test_names_that_yaml_would_not_read_as_text(name: str, tmp_path: Path) -> None:
    write(tmp_path / name, PROJECTS["go"])
    files, _, _ = generate(tmp_path, (service("go", "scratch", name=name, directory=name),), name=name)
    compose = yaml.safe_load(files["compose.yaml"])
    assert compose["name"] == name and compose["services"][name]["build"]["context"] == name


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\"'$`\\"), min_size=1)
PATH = st.from_regex(r"/[A-Za-z0-9._~/%?=&:@!,;+*()-]{0,40}", fullmatch=True)


@given(word=WORD.filter(lambda word: not set(word) & set("|&;<>()*?[]{}~#!")), path=PATH)
def test_odd_words_arrive_as_they_are(word: str, path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.getbasetemp() / "odd"
    if not root.exists():
        write(root, PROJECTS["node"])
    BY_KEY["health-path"].check(path)
    asked = service("node", "scratch", start=f"node server.js {word} 'a  b'", health=path)
    files, _, _ = generate(root, (asked,))
    last = stages(parse(files["Dockerfile"]))[-1]
    assert last[-1].words[1:] == ["server.js", word, "a  b"]
    assert path in yaml.safe_load(files["compose.yaml"])["services"]["web"]["healthcheck"]["test"][-1]
    assert findings(files) == set()
