"""What detection says of each project in the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaffold import draft
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts
from scaffold.survey import Options, survey
from tests.day import TODAY
from tests.projects import EXPECT, FOLDER, PROJECTS, Expected

FACTS = {"folder", "needs", "traits", "notes", "missing"}


@pytest.mark.parametrize("row", [row for row in PROJECTS if not row.refused], ids=lambda row: row.name)
def test_what_is_found(row: Expected, tmp_path: Path) -> None:
    folder = row.copy(tmp_path)
    settled = draft.settle(survey(str(folder), {}, Options(offline=True)), TODAY)
    sources = settled.sources[settled.answers.services[0].name]
    assert {key: sources[key].value for key in row.answers} == row.answers
    assert {key: sources[key].source for key in row.sources} == row.sources
    compare(settled.facts[settled.answers.services[0].name], row)
    result = draft.draft(settled, Options(offline=True), TODAY)
    assert {outcome.what for outcome in result.outcomes} <= {"created", "conflict"}
    # What is detected may not stand in a file as if it were the user's own.
    assert not (folder / "Dockerfile").exists()


def compare(facts: Facts, row: Expected) -> None:
    """What a row expects beside answers."""
    assert row.facts.keys() <= FACTS
    assert facts.folder == row.facts.get("folder", facts.folder)
    for key in ("needs", "traits"):
        found = {one.value for one in getattr(facts, key)}
        assert set(row.facts.get(key, ())) <= found, f"{key}: {found}"
    for key in ("notes", "missing"):
        for pattern in row.facts.get(key, ()):
            assert any(re.search(pattern, text) for text in getattr(facts, key)), f"{pattern}: {getattr(facts, key)}"


@pytest.mark.parametrize("row", [row for row in PROJECTS if row.refused], ids=lambda row: row.name)
def test_what_is_refused(row: Expected, tmp_path: Path) -> None:
    folder = row.copy(tmp_path)
    with pytest.raises(ScaffoldError) as error:
        draft.draft(draft.settle(survey(str(folder), {}, Options(offline=True)), TODAY), Options(offline=True), TODAY)
    assert re.search(row.refused, f"{error.value.fact} {error.value.remedy}"), str(error.value)


def test_every_project_says_what_it_shows() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {row.name for row in PROJECTS}
    for row in PROJECTS:
        assert row.shows and row.name.partition("-")[0] in ("go", "node", "python")
        assert bool(row.refused) != bool(row.answers or row.facts or row.run), row.name
        assert (FOLDER / row.name / EXPECT).is_file()
