"""What in a Dockerfile is made for another version than that of the image which builds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffold.agreement import REMEDY, broken
from scaffold.draft import recipes, settle
from scaffold.model import Recipe
from scaffold.survey import Options, survey
from tests import remade
from tests.checked import check
from tests.day import TODAY
from tests.remade import FILES, again

DOCKERFILE = FILES[0]

A = f"@sha256:{'a' * 64}"
OTHERS = {
    "node": ("node:26.1.1-trixie-slim", "node:24.99.1-trixie-slim"),
    "python": ("python:3.15.1-slim-trixie", "python:3.14.99-slim-trixie"),
}
NAMES = {"node": "nodejs24", "python": "python3.14"}


def wanted(root: Path) -> tuple[Recipe, ...]:
    return recipes(settle(survey(str(root), {}, Options(offline=True)), TODAY))


def bump(root: Path, language: str, image: str) -> str:
    place = root / DOCKERFILE
    text = re.sub(rf"^FROM {language}:\S+", f"FROM {image}{A}", place.read_text(), flags=re.MULTILINE)
    place.write_text(text)
    return text


@pytest.mark.parametrize(
    ("language", "tier", "lines"),
    [
        ("node", "distroless", ["FROM gcr.io/distroless/nodejs24-debian13:nonroot"]),
        ("node", "slim", []),
        ("python", "slim", ["RUN /usr/local/bin/python3.14", "RUN python -m compileall -q /usr/local/lib/python3.14"]),
        ("python", "distroless", ["RUN /usr/local/bin/python3.14", "      /usr/local/lib/python3.14/ensurepip"]),
    ],
)
def test_a_builder_of_another_line(language: str, tier: str, lines: list[str], tmp_path: Path) -> None:
    root = remade.made(tmp_path / "shop", language, tier)
    made, (other, same) = wanted(root), OTHERS[language]
    text = bump(root, language, other)
    found = [*broken(made, {DOCKERFILE: text}, ())]
    assert len(found) == len(lines)
    for one, start in zip(found, lines, strict=True):
        assert text.split("\n")[one.line - 1].startswith(start)
        assert one.fact == f"{NAMES[language]} is named here, and {other} builds, in line 4."
    assert [*broken(made, {DOCKERFILE: bump(root, language, same)}, ())] == [] and [*broken(made, {}, ())] == []


def test_what_was_made_for_another_version_before_is_not_named(tmp_path: Path) -> None:
    root = remade.made(tmp_path / "shop", "node", "slim")
    text = bump(root, "node", OTHERS["node"][0]) + "RUN python3.9 x nodejs2 nodejs240\nRUN nodejs24.21 y\n"
    assert [one.line for one in broken(wanted(root), {DOCKERFILE: text}, ())] == [text.count("\n")]


def test_it_is_said_by_update_and_check(tmp_path: Path) -> None:
    root = remade.made(tmp_path / "shop", "node", "distroless")
    text = bump(root, "node", OTHERS["node"][0])
    line = text[: text.index("FROM gcr.io")].count("\n") + 1
    for _ in range(2):
        result = again(root)
        assert result.conflicts == {} and (root / DOCKERFILE).read_text() == text
        assert result.warnings[-1] == (
            f"Dockerfile:{line} does not agree with the image that builds: nodejs24 is named here, and "
            f"node:26.1.1-trixie-slim builds, in line 4. {REMEDY}"
        )
    found = [one for one in check(root).findings if one.rule == "version-mismatch"]
    assert [one.line for one in found] == [4, line] and found[-1].remedy == REMEDY
