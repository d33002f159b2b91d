from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from scaffold import language
from scaffold.facts import Facts, Found
from scaffold.languages import python, python_install
from scaffold.languages.python_install import Steps

MADE = "/usr/local/bin/python3.14 -m venv --without-pip /opt/venv"
PIP = "python -m pip --python /opt/venv/bin/python install --no-cache-dir"


def facts(traits: str = "", *manifests: str) -> Facts:
    found = tuple(Found(trait, "a file") for trait in traits.split())
    return Facts(Found("python", "a"), Found("shop", "a"), {}, {}, manifests, found)


def steps(installer: str, said: Facts, tier: str = "slim") -> Steps:
    row = language.tier(python, tier, "3.14")
    return python_install.steps(installer, said, row, "3.14", ())


@pytest.mark.parametrize(
    ("installer", "traits", "commands"),
    [
        ("pip", "", [MADE, f"{PIP} --requirement requirements.txt"]),
        ("pip", "hashes", [MADE, f"{PIP} --require-hashes --requirement requirements.txt"]),
        ("pip", "add:a==1 add:b==2", [MADE, f"{PIP} --requirement requirements.txt", f"{PIP} a==1 b==2"]),
        ("uv", "", ["uv sync --locked --no-dev --no-install-project"]),
        ("uv", "stale", ["uv sync --no-dev --no-install-project"]),
        ("uv", "add:a==1", ["uv sync --locked --no-dev --no-install-project", f"{PIP} a==1"]),
        ("uv", "unlocked", [MADE, "uv pip install --python /opt/venv/bin/python --requirement pyproject.toml"]),
        (
            "pdm",
            "",
            [
                MADE,
                "VIRTUAL_ENV=/opt/venv /opt/pdm/bin/pdm sync --prod --no-self",
                "/opt/venv/bin/python -m compileall -q /opt/venv/lib",
            ],
        ),
        (
            "pipenv",
            "",
            [
                MADE,
                "/opt/pipenv/bin/pipenv requirements --hash > /tmp/requirements.txt",
                f"{PIP} --requirement /tmp/requirements.txt",
            ],
        ),
        (
            "poetry",
            "",
            [
                MADE,
                "/opt/poetry/bin/poetry export --only=main --output=/tmp/requirements.txt",
                f"{PIP} --requirement /tmp/requirements.txt",
            ],
        ),
        (
            "poetry",
            "git",
            [
                MADE,
                "/opt/poetry/bin/poetry export --only=main --without-hashes --output=/tmp/requirements.txt",
                f"{PIP} --requirement /tmp/requirements.txt",
            ],
        ),
    ],
)
def test_commands(installer: str, traits: str, commands: list[str]) -> None:
    found = steps(installer, facts(traits, "requirements.txt", "limits/c.txt"))
    assert found.install and [*found.install.commands] == commands
    assert found.install.mounts[-1] == "type=bind,source=limits/c.txt,target=limits/c.txt"
    assert found.manifests == ("requirements.txt",)
    assert (found.develop, found.stage) == (None, "dependencies")


@pytest.mark.parametrize("installer", python_install.PINNED)
def test_an_installer_has_a_stage_of_its_own(installer: str) -> None:
    found = steps(installer, facts("", "pyproject.toml"))
    assert found.installer and f" {installer}==" in found.installer.commands[1]
    assert "--no-deps" in found.installer.commands[1]
    assert (
        found.install
        and f"type=bind,from=installer,source=/opt/{installer},target=/opt/{installer}" in found.install.mounts
    )
    assert steps("pip", facts()).installer is None


@pytest.mark.parametrize(
    ("installer", "traits", "commands"),
    [
        ("pip", "project", [f"{PIP} --no-deps --editable ."]),
        ("uv", "project", ["uv pip install --python /opt/venv/bin/python --no-deps --editable ."]),
        ("poetry", "project version-by:X", [f"X=0.0.0 {PIP} --no-deps --editable ."]),
        ("uv", "whole workspace", ["uv sync --frozen --no-dev --all-packages"]),
        ("pip", "whole project", [MADE, f"{PIP} --requirement requirements.txt", f"{PIP} --no-deps --editable ."]),
    ],
)
def test_what_takes_the_projects_files(installer: str, traits: str, commands: list[str]) -> None:
    found = steps(installer, facts(traits, "requirements.txt"))
    assert found.develop and [*found.develop.commands] == commands
    assert found.stage == "build"
    assert (found.install is None) is ("whole" in traits)


def test_a_project_whose_requirements_only_a_build_tells() -> None:
    found = steps("pip", facts("whole project"))
    assert found.develop and found.develop.commands == (MADE, f"{PIP} --editable .")


def test_no_packages_at_all() -> None:
    found = steps("pip", facts())
    assert found.install and found.install.commands == (MADE,)


def test_old_packages_are_built_with_old_tools() -> None:
    found = steps("pip", facts("old-builds", "requirements.txt"))
    assert found.install and "cython<3\\nsetuptools<81" in found.install.commands[0]
    assert len(steps("pip", facts("old-builds hashes", "requirements.txt")).install.commands) == 2  # type: ignore[union-attr]


def test_what_is_replaced_and_left_out(tmp_path: Path) -> None:
    said = facts("without:pywin32 instead:typed-ast==2.0", "requirements.txt")
    install = steps("pip", said).install
    edit = next(command for command in install.commands if command.startswith("sed")) if install else ""
    (tmp_path / "requirements.txt").write_text(
        "pywin32==306\nTyped_AST[x] ==1.0 ; python_version > '3' # old\ntyped-ast-stubs==1.0\nflask==3\n"
    )
    subprocess.run(edit, shell=True, cwd=tmp_path, check=True)
    assert re.sub(" +", " ", (tmp_path / "requirements.txt").read_text()) == (
        "Typed_AST[x]==2.0 ; python_version > '3' # old\ntyped-ast-stubs==1.0\nflask==3\n"
    )
