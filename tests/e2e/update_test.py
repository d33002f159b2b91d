"""An image is published anew, as upstream does it: `update` takes it over, and what was edited builds and runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffold.lock import load_lock
from scaffold.project import Project
from scaffold.state import LOCK
from tests.day import PROGRAM, TOP
from tests.e2e import stack
from tests.e2e.conftest import example
from tests.e2e.stack import MIRROR, Stack, said
from tests.remade import FILES

BUMP = TOP.parent / "shared" / "lab" / "bump"
INDEXES = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json"
LINES = {
    "express": ("22", "docker.io/library/node", "22.20.0-trixie-slim", "slim"),
    "fastapi": ("3.13", "docker.io/library/python", "3.13.15-slim-trixie", "slim"),
    "nethttp": ("1.26", "docker.io/library/golang", "1.26.6-trixie", "scratch"),
}
"""Example: an older line, its image, the tag and a tier."""

ADDED = "ENV FEATURE=on\n\nLABEL org.example.team=parcels\n\n"


def index(repository: str, tag: str, body: bytes | None = None) -> tuple[str, bytes]:
    """Digest and text of a tag's index; with a text, the tag is put there first."""
    address = f"http://{MIRROR}/v2/{repository}/manifests/{tag}"
    if body is not None:
        kind = json.loads(body)["mediaType"]
        put = urllib.request.Request(address, body, {"Content-Type": kind}, method="PUT")
        urllib.request.urlopen(put, timeout=10).close()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": INDEXES}), timeout=10) as answer:
        return str(answer.headers["Docker-Content-Digest"]), answer.read()


@pytest.fixture(params=LINES)
def edited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Stack]]:
    """An example's name, and its project with what a person added; the tag is as before in the end."""
    if not stack.mirrored() or not BUMP.exists():
        pytest.skip(f"no registry of stand-in images at {MIRROR}, or no {BUMP.name} beside the checkout")
    name = str(request.param)
    version, repository, tag, tier = LINES[name]
    # The tag of the line moves with it.
    tags = (tag, re.sub(r"^(\d+)\.\d+\.\d+", r"\1", tag) if "node" in repository else re.sub(r"\.\d+-", "-", tag))
    before = {each: index(repository, each)[1] for each in tags}
    directory = example(name, tmp_path / "app")
    made = Stack(directory, stack.generate(directory, "--version", version, "--tier", tier))
    dockerfile = directory / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("USER 65532", f"{ADDED}USER 65532"))
    try:
        yield name, made
    finally:
        made.down()
        for each, body in before.items():
            index(repository, each, body)


def program(made: Stack, *words: str) -> tuple[int, Any]:
    """The exit code and the JSON of a command in the project, which asks the registry anew."""
    command = [*PROGRAM, *words, "--json", "--refresh", str(made.directory)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(TOP)}, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def stale(made: Stack) -> list[tuple[str, int]]:
    """Where `check` finds an image that is newer."""
    _, found = program(made, "check")
    return [(one["path"], one["line"]) for one in found["findings"] if one["rule"] == "stale-pin"]


def texts(made: Stack) -> dict[str, str]:
    paths = [made.directory / path for path in (*FILES, LOCK)]
    return {path.name: path.read_text() for path in paths if path.exists()}


def runs_hardened(made: Stack) -> None:
    """Builds, starts, is healthy (or `up` raises), and runs as it was made to."""
    made.__dict__.pop("container", None)
    made.up()
    host, config = made.inspect["HostConfig"], made.inspect["Config"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["Privileged"]
    assert any("no-new-privileges" in word for word in host["SecurityOpt"])
    assert config["User"] == "65532:65532"
    assert "FEATURE=on" in config["Env"] and config["Labels"]["org.example.team"] == "parcels"


def test_a_new_digest_is_taken_over(edited: tuple[str, Stack]) -> None:
    name, made = edited
    _, repository, tag, tier = LINES[name]
    runs_hardened(made)
    image, before = f"{MIRROR}/{repository}:{tag}", texts(made)
    old, _ = index(repository, tag)
    times = before["Dockerfile"].count(f"FROM {image}@")
    assert 0 < times == before["Dockerfile"].count(f"{image}@{old}") and stale(made) == []

    subprocess.run([BUMP, f"{repository}:{tag}"], check=True, capture_output=True)
    new, _ = index(repository, tag)
    places = [number for number, line in enumerate(before["Dockerfile"].splitlines(), 1) if old in line]
    assert new != old and stale(made) == [("Dockerfile", number) for number in places]

    code, result = program(made, "update")
    after = texts(made)
    assert code == 0 and result["written"] is True
    outcomes = {one["path"]: one["outcome"] for one in result["files"]}
    assert outcomes["Dockerfile"] == "merged" and outcomes["compose.yaml"] == "unchanged"
    assert {path: text.replace(old, new) for path, text in before.items() if path != LOCK} == {
        path: text for path, text in after.items() if path != LOCK
    }
    assert after["Dockerfile"].count(f"{image}@{new}") == times and ADDED in after["Dockerfile"]
    hold_lock(made, repository, before[LOCK], after[LOCK], (old, new))
    assert stale(made) == []
    assert {one["outcome"] for one in program(made, "update")[1]["files"]} == {"unchanged"}

    was = said(["docker", "image", "inspect", "--format", "{{.Id}}", made.image])
    made.compose("down")
    runs_hardened(made)
    now = said(["docker", "image", "inspect", "--format", "{{.Id}}", made.image])
    # Nothing of the image that a static program is built on is in what runs.
    assert now != was or tier == "scratch"


def hold_lock(made: Stack, repository: str, before: str, after: str, digests: tuple[str, str]) -> None:
    """The lock has the new digest for that image alone, and in the texts that were written."""
    old, new = digests
    (pin,) = [one for one in load_lock(Project(made.directory)).images if one.name.endswith(repository)]
    assert pin.digest == new and old not in after and after.count(new) == before.count(old)
    digests_of = [Counter(re.findall(r"sha256:[0-9a-f]{64}", text)) for text in (before, after)]
    others = [{digest: n for digest, n in counted.items() if digest not in digests} for counted in digests_of]
    assert others[0] == others[1]
