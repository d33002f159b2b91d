"""Small projects for the tests of languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold import language
from scaffold.errors import ScaffoldError
from scaffold.model import Port, Recipe, Service
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes files by their paths; gives the project `shop` that they make."""

    def write(files: dict[str, str]) -> Project:
        root = tmp_path / "shop"
        for path, text in {".keep": "", **files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text.encode())
        return Project.open(str(root))

    return write


@pytest.fixture
def found(tree: Tree) -> Callable[[str, dict[str, str], str], str]:
    """An answer of a project as `VALUE (SOURCE)`, or the error that stands for it as `FACT | REMEDY`."""

    def look(name: str, files: dict[str, str], key: str) -> str:
        try:
            facts = language.load(name).detect(tree(files))
        except ScaffoldError as error:
            return f"! {error.fact} | {error.remedy}"
        if key in facts.unknown:
            return f"{facts.unknown[key].fact} | {facts.unknown[key].remedy}"
        return str(facts.answers.get(key, "none"))

    return look


@pytest.fixture
def decided(tree: Tree) -> Callable[..., Recipe]:
    """The recipe of a project on a tier, the answers as detected but for those given by name."""

    def decide(name: str, files: dict[str, str], tier: str, **given: str) -> Recipe:
        chosen = language.load(name)
        facts = chosen.detect(tree(files))
        answers = {key: answer.value for key, answer in facts.answers.items()} | given
        service = Service(
            name="web",
            directory=".",
            language=name,
            version=answers.get("version") or {"node": "24", "python": "3.14", "go": "1.27"}[name],
            tier=tier,
            packages=answers["packages"],
            build=answers.get("build", ""),
            start=answers["start"],
            ports=() if answers.get("port") == "none" else (Port(int(answers.get("port", chosen.PORT))),),
            health=answers.get("health", "tcp"),
        )
        return chosen.decide(service, facts, language.tier(chosen, tier, service.version))

    return decide
