"""What the Go files of a project say: which folders are programs, and whether any calls C."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.project import Project

TAGS = ("linux", "unix", "amd64", "arm64", "cgo", "gc")
"""Build tags that hold in an image (go.dev, cmd/go, "Build constraints")."""

_CLAUSE = re.compile(r"(?>(?:\s|//[^\n]*|/\*.*?\*/)*)package\s+(\w+)", re.DOTALL)
_CONSTRAINT = re.compile(r"^(?://go:build|// \+build)\s+([A-Za-z_]\w*)\s*$", re.MULTILINE)
_SILENT = re.compile(r"//[^\n]*|/\*.*?\*/|`[^`]*`", re.DOTALL)
_DECLARATION = re.compile(r"^(?:func|type|var|const)\b", re.MULTILINE)


@dataclass(frozen=True)
class Sources:
    """`mains` are the folders with a package main, in order; `cgo` is the first place that imports "C", or empty.

    `embeds` says that files are compiled in.
    """

    mains: tuple[str, ...]
    cgo: str
    embeds: bool


def read(project: Project) -> Sources:
    """Looks at the head of each Go file that a build for Linux reads."""
    mains, cgo, embeds = set(), "", False
    for path, text, package in _built(project):
        if package == "main":
            mains.add(path.rpartition("/")[0] or ".")
        cgo = cgo or _calls_c(path, text)
        embeds = embeds or "\n//go:embed " in text
    return Sources(tuple(sorted(mains)), cgo, embeds)


def _built(project: Project) -> Iterator[tuple[str, str, str]]:
    """Path, text and package of the files; those of modules in the module are not its own."""
    nested: dict[str, bool] = {".": False}
    for path in project.find(".go"):
        folder, _, file = path.rpartition("/")
        if file.startswith(("_", ".")) or file.endswith("_test.go") or _apart(project, folder, nested):
            continue
        text = project.glance(path)
        clause = _CLAUSE.match(text)
        if clause and not any(tag not in TAGS for tag in _CONSTRAINT.findall(text[: clause.end()])):
            yield path, text, clause[1]


def _apart(project: Project, folder: str, nested: dict[str, bool]) -> bool:
    if not folder:
        return False
    if folder not in nested:
        above, _, name = folder.rpartition("/")
        nested[folder] = (
            name == "testdata"
            or name.startswith("_")
            or project.has(f"{folder}/go.mod")
            or _apart(project, above, nested)
        )
    return nested[folder]


def _calls_c(path: str, text: str) -> str:
    """The place of `import "C"`, which comes before any declaration; comments hold C code, and are blanked first."""
    if '"C"' not in text:
        return ""
    bare = _SILENT.sub(lambda silent: "\n" * silent[0].count("\n"), text)
    declaration = _DECLARATION.search(bare)
    place = bare.find('"C"', 0, declaration.start() if declaration else len(bare))
    line = bare.count("\n", 0, place) + 1
    return "" if place < 0 else f"{path}:{line}"
