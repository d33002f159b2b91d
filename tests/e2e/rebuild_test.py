"""A second build after a one-line edit: what must be reused is, by the build's own output."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import stack
from tests.e2e.conftest import REASON, example
from tests.e2e.stack import Stack, said

EDITED = {"express": "app.js", "fastapi": "main.py", "nethttp": "main.go"}
COMMENT = {"express": "//", "fastapi": "#", "nethttp": "//"}
EDIT = f"edit {time.time_ns()}"
"""New in every run: the builder remembers the edits of former ones."""


@pytest.fixture(params=[f"{name}-{tier}" for name in EDITED for tier in ("distroless", "scratch")])
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Stack]]:
    """An example's name, and its project after a first build."""
    if REASON:
        pytest.skip(REASON)
    name, tier = request.param.split("-")
    directory = example(name, tmp_path / "app")
    made = Stack(directory, stack.generate(directory, "--tier", tier))
    build(made)
    yield name, made
    made.down()


def build(made: Stack) -> str:
    """Builds, and gives the plain progress."""
    return said(["docker", "build", "--progress", "plain", "--tag", made.image, "."], made.directory)


def steps(log: str) -> dict[str, bool]:
    """Each step of a build, and whether it was reused."""
    text = dict(re.findall(r"^#(\d+) (\[.+)$", log, re.MULTILINE))
    cached = set(re.findall(r"^#(\d+) CACHED", log, re.MULTILINE))
    return {text[number]: number in cached for number in text}


def test_an_edit_builds_nothing_again_but_the_app(built: tuple[str, Stack]) -> None:
    name, made = built
    before = layers(made)
    source = made.directory / EDITED[name]
    source.write_text(f"{source.read_text()}{COMMENT[name]} {EDIT}\n")
    second = steps(build(made))
    again = [
        step
        for step, reused in second.items()
        if not reused and not step.startswith("[internal]") and " FROM " not in step
    ]
    kept = [step for step, reused in second.items() if reused]
    assert again
    assert all(step.startswith(("[build ", "[runtime ")) for step in again), again
    assert all(
        " COPY . ." in step or " RUN " in step or "COPY --from=build" in step or " WORKDIR " in step for step in again
    )
    assert any(word in step for step in kept for word in ("npm ci", "pip --python", "go mod download"))
    after = layers(made)
    # For Go the edited comment leaves the binary as it was, and with it every layer.
    assert [a == b for a, b in zip(before, after, strict=True)].count(False) <= 1


def layers(made: Stack) -> list[str]:
    """The digests of an image's layers."""
    found = said(["docker", "image", "inspect", "--format", "{{range .RootFS.Layers}}{{.}} {{end}}", made.image])
    return found.split()


def test_go_compiles_only_what_was_edited(tmp_path: Path) -> None:
    directory = example("nethttp", tmp_path / "app")
    made = Stack(directory, stack.generate(directory))
    try:
        build(made)
        source = made.directory / "main.go"
        source.write_text(source.read_text().replace("\nfunc main() {\n", f'\nfunc main() {{\n\tprintln("{EDIT}")\n'))
        # The same build of the app, naming each package as the compiler gets to it.
        dockerfile = made.directory / "Dockerfile"
        probe, command, app = dockerfile.read_text().rpartition(" go build ")
        dockerfile.write_text(f"{probe}{command}-v {app}")
        log = build(made)
    finally:
        made.down()
    compiled = re.findall(r"^#\d+ \d+\.\d+ ([\w./-]+)$", log, re.MULTILINE)
    assert compiled == ["example.com/parcel-nethttp"]
