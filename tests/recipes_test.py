"""What is alike in the recipes of all languages: the environment, folders that are written to, what has no port."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scaffold.model import Recipe, Volume
from tests.generated import PROJECTS, generate, service, write

LANGUAGES = ("node", "python", "go")


def made(tmp_path: Path, language: str, **changes: Any) -> Recipe:
    asked = service(language, "slim", **changes)
    return generate(write(tmp_path, PROJECTS[language]), (asked,))[2][0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_the_environment_counts(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, env=(("PORT", "1"), ("A", "b c"), ("HOME", "/data")))
    assert {("A", "b c"), ("HOME", "/data"), ("PORT", "1")} <= set(recipe.environment)
    assert list(recipe.environment) == sorted(dict(recipe.environment).items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_of_data_gets_its_owner_apart(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, writable=("/app/data/files", "/data"), tmpfs=("/app/cache",))
    assert recipe.volumes == (
        Volume("web-app-data-files", "/app/data/files"),
        Volume("web-data", "/data"),
    )
    source = "/app/data/files" if language == "python" else "/out/data/files"
    assert recipe.build.commands[-5:] == (
        f"mkdir -p {source} /writable/app/data",
        f"mv {source} /writable/app/data/files",
        "mkdir -p /writable/data",
        "mkdir -p /writable/app/cache",
        "chmod 1777 /writable/app/cache",
    )
    assert recipe.scratch == ("/app/cache",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_listens_on_no_port_is_not_asked(language: str, tmp_path: Path) -> None:
    recipe = made(tmp_path, language, ports=(), health="none")
    assert recipe.ports == () and recipe.health == () and "PORT" not in dict(recipe.environment)
    assert (recipe.workdir, recipe.restart, recipe.volumes, recipe.writable) == ("/app", "on-failure:5", (), "")
