"""The table of small projects in `tests/projects`: each a folder with a few files and what `new` should find in it."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "projects"
EXPECT = "expect.toml"


@dataclass(frozen=True)
class Run:
    """How a project is run hardened: on which tiers, and what it answers to a request for `get`.

    Without `get` it is a worker, which still runs after a while, or a tool, which ends with 0: `says` is then in its
    log. `make` are commands that make what may not be committed, run before `new` in a copy.
    """

    tiers: Sequence[str]
    get: str = ""
    status: int = 200
    says: str = ""
    make: Sequence[str] = ()


@dataclass(frozen=True)
class Expected:
    """A row: what it `shows`, and what detection finds; or `refused`, a pattern of the error.

    `answers` and `sources` are by the key of their question; those that are not named may be anything.
    """

    name: str
    shows: str
    answers: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    refused: str = ""
    run: Run | None = None

    def copy(self, to: Path) -> Path:
        """The project's files in a new folder of the project's name, without what is expected of them."""
        shutil.copytree(FOLDER / self.name, to / self.name, ignore=shutil.ignore_patterns(EXPECT))
        return to / self.name


def expected(name: str) -> Expected:
    """The row of this name; an unknown key is a TypeError."""
    content = tomllib.loads((FOLDER / name / EXPECT).read_text(encoding="utf-8"))
    run = content.pop("run", None)
    return Expected(name, **content, run=Run(**run) if run else None)


PROJECTS = [expected(path.parent.name) for path in sorted(FOLDER.glob(f"*/{EXPECT}"))]
