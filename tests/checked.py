"""Projects with generated files, and what a check finds in them, for the tests of its parts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from scaffold import checking, commands
from scaffold.checking import Checked
from scaffold.questions import Given
from scaffold.survey import Options
from tests.day import TODAY
from tests.generated import PROJECTS, write

LANGUAGES = ("node", "go", "python")


def made(place: Path, language: str = "node", given: Given | None = None) -> Path:
    """A project of this language with its generated files."""
    folder = write(place / "shop", PROJECTS[language])
    commands.new(str(folder), given or {}, Options(offline=True), TODAY)
    return folder


def check(folder: Path, *, today: datetime.date = TODAY, only: Sequence[str] = (), online: bool = False) -> Checked:
    """What a check of the folder comes to; when `online` registries are asked, whatever the cache has."""
    return checking.check(str(folder), Options(offline=not online, refresh=online), today, only)


def places(result: Checked) -> list[tuple[str, str, int]]:
    """The rule, the path and the line of each finding."""
    return [(one.rule, one.path, one.line) for one in result.findings]


def edit(path: Path, old: str, new: str) -> int:
    """Replaces the one place of a file's text; gives its line, counted from 1."""
    text = path.read_bytes().decode(errors="surrogateescape")
    assert text.count(old) == 1, (path.name, old, text.count(old))
    path.write_bytes(text.replace(old, new).encode(errors="surrogateescape"))
    return text[: text.index(old)].count("\n") + 1


def line_with(path: Path, mark: str) -> int:
    """The number of the one line that has the mark."""
    found = [number for number, line in enumerate(path.read_text().splitlines(), 1) if mark in line]
    assert len(found) == 1, (path.name, mark, found)
    return found[0]
