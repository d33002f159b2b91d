"""What the wizard says of each tier: its size as measured, and why it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import tiers
from scaffold.draft import Settled, settle
from scaffold.prompts import Choice
from scaffold.questions import LANGUAGES, TIERS, Given
from scaffold.survey import Options, survey
from scaffold.tiers import MEASURED
from tests.day import TODAY
from tests.generated import PROJECTS, write

NONE: Given = {}
CGO = {**PROJECTS["go"], "c.go": 'package main\n\nimport "C"\n'}
SHELL = {
    "node": "node server.js > /tmp/log",
    "python": "gunicorn app:app | tee /tmp/log",
}
OPTIONS = Options(offline=True, dry_run=True)


def settled(root: Path, given: Given = NONE, **places: str) -> Settled:
    known = survey(str(root), given, OPTIONS)
    return settle(known.with_services(places) if places else known, TODAY)


def choices(made: Settled) -> list[Choice]:
    """The choices for all services of a project."""
    return tiers.choices(made.answers.services, made.facts.__getitem__)


def refusals(made: Settled) -> dict[str, str]:
    """Why each tier that is refused is, by its name."""
    return {choice.value: choice.refused for choice in choices(made) if choice.refused}


def test_every_language_and_tier_is_measured() -> None:
    assert {name: [*sizes] for name, (_, sizes) in MEASURED.items()} == {name: [*TIERS] for name in MEASURED}
    assert {*MEASURED} == {*LANGUAGES}


@pytest.mark.parametrize("name", LANGUAGES)
def test_choices(name: str, tmp_path: Path) -> None:
    made = choices(settled(write(tmp_path, PROJECTS[name])))
    assert [(choice.value, choice.title) for choice in made] == [(tier, tier) for tier in TIERS]
    example, sizes = MEASURED[name]
    for choice in made:
        assert choice.refused == "" and choice.detail.endswith(f"; {sizes[choice.value]:g} MB with {example}")
        assert len(choice.title + choice.detail) <= 75 and "{" not in choice.detail


def test_choices_of_node(tmp_path: Path) -> None:
    sizes = {tier: f"{size:g}" for tier, size in MEASURED["node"][1].items()}
    assert choices(settled(write(tmp_path, PROJECTS["node"])))[::3] == [
        Choice("distroless", "distroless", f"no shell, no package manager; {sizes['distroless']} MB with Express"),
        Choice("scratch", "scratch", f"node and its libraries alone, no shell; {sizes['scratch']} MB with Express"),
    ]


@pytest.mark.parametrize("name", SHELL)
def test_a_start_command_that_needs_a_shell(name: str, tmp_path: Path) -> None:
    refused = refusals(settled(write(tmp_path, PROJECTS[name]), {"start": SHELL[name]}))
    assert [*refused] == ["distroless", "scratch"]
    for tier, reason in refused.items():
        assert reason.startswith(f"{tier} has no shell, and the start command needs one for ")
        assert reason.endswith(SHELL[name]), "the other tiers stand beside it: none is recommended"


def test_cgo(tmp_path: Path) -> None:
    refused = refusals(settled(write(tmp_path, CGO)))
    assert [*refused] == ["alpine", "scratch"]
    assert refused["scratch"].startswith('scratch needs a static binary, and import "C" (c.go')
    assert refused["alpine"].startswith("alpine's Go image has no C compiler")


def test_several_services(tmp_path: Path) -> None:
    for name, files in {**PROJECTS, "cgo": CGO}.items():
        write(tmp_path / name, files)
    made = choices(settled(tmp_path, web="node", api="python"))
    assert [choice.refused for choice in made] == [""] * 4
    sizes = [f"{MEASURED[name][1]['scratch']:g} MB with {MEASURED[name][0]}" for name in ("node", "python")]
    assert made[-1].detail == f"the program and its libraries alone, no shell; {', '.join(sizes)}"
    assert [*refusals(settled(tmp_path, NONE, web="node", api="cgo"))] == ["alpine", "scratch"]


def test_services_of_one_language_are_spoken_of_in_it(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / folder, PROJECTS["go"])
    (tmp_path / ".dockerscaffold.toml").write_text("[service.b]\nport = 9000\n")
    made = choices(settled(tmp_path, NONE, a="a", b="b"))
    assert made[-1].detail.startswith("the program alone, no shell; ") and made[-1].detail.endswith("with net/http")
