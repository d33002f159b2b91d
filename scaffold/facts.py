"""What a project's files say: each value with where it was read, how sure that is, and what else was possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from scaffold.errors import ScaffoldError

Confidence = Literal["certain", "likely", "guess"]
"""`certain` is written in a file, `likely` follows from what is, `guess` is what most projects do."""


class Found(NamedTuple):
    """A detected value and where it was read, a file with its line where there is one: shown as `24 (.nvmrc)`.

    `others` are what else was possible, and `rule` says why they are not it: a sentence without a full stop.
    """

    value: str
    source: str
    confidence: Confidence = "certain"
    others: tuple[Found, ...] = ()
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.source})"


class Range(NamedTuple):
    """Versions that the project itself asks for, `text` in its own grammar; `scaffold.ranges` reads them.

    `grammar` is `npm` (package.json engines), `pep440` (requires-python) or `go` (the least version, as in go.mod).
    """

    grammar: str
    text: str
    source: str

    def __str__(self) -> str:
        return f"{self.text} ({self.source})"


class System(NamedTuple):
    """Packages of the operating system that a package needs beside its own files: to be built, and to run.

    `build` and `run` are those of Debian in the form of `apt-get install`, each with its version (`libpq5=17.*`),
    `apk_build` and `apk_run` those of Alpine as `apk add` takes them (`libpq>=16`). `name` is the package with where
    it was read. `files` are absolute patterns of what it opens by name, variables go to build and run or to the build
    alone. `refused` are tiers that it cannot be on, each with why; `note` goes on after its name.
    """

    name: Found
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    apk_build: tuple[str, ...] = ()
    apk_run: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    build_environment: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def needs(self) -> bool:
        """Whether there is anything that it needs, cannot be on, or has to say."""
        return bool(self.build or self.run or self.environment or self.refused or self.note)


@dataclass(frozen=True)
class Facts:
    """What the project's files say about one service.

    `answers` holds detected answers by the key of their question (`version`, `start`, ...), `unknown` for a
    key without one the error that asks for it; of what may be several, an answer has the words as a shell would read
    them. `manifests` are the files the dependencies are installed from. `traits` are findings that decide or forbid
    something (`cgo`, `hashes`, `tool` for a program that ends by itself, ...), `missing` is what the user must add
    before the first build; `notes` are sentences about what they may not expect. `wanted` are the versions of the
    language that the files ask for. `needs` are names of variables of the environment that the app asks for, has no
    value for, and likely cannot do without. `system` is what packages need of the operating system. `folder` is where
    in the service's directory the app is: another than `.` in a workspace, which is built as a whole.
    """

    language: Found
    name: Found
    answers: dict[str, Found]
    unknown: dict[str, ScaffoldError]
    manifests: tuple[str, ...] = ()
    traits: tuple[Found, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    wanted: Range | None = None
    needs: tuple[Found, ...] = ()
    system: tuple[System, ...] = ()
    folder: str = "."
    plan: object = None
    frontend: Frontend | None = None
    """What another program makes for this one to serve or to compile in."""

    def trait(self, name: str) -> Found | None:
        """The first finding of this name, or None."""
        return next((found for found in self.traits if found.value == name), None)


@dataclass(frozen=True)
class Frontend:
    """A folder of Node, with where the program names what it makes, and what its files say.

    `copies` are folders that it makes, each with where the program has it: paths relative to the project.
    """

    folder: Found
    facts: Facts
    copies: tuple[tuple[str, str], ...] = ()
