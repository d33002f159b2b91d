"""Which version of Node a project asks for."""

from __future__ import annotations

from typing import Any

from scaffold import language, ranges
from scaffold.facts import Found, Range
from scaffold.languages.node_app import table, word
from scaffold.project import Project

NAME = "node"

CODENAMES = {"iron": "20", "jod": "22", "krypton": "24"}
"""Names of long-term lines as .nvmrc has them (nodejs/Release, schedule.json)."""


def wanted(project: Project, manifest: dict[str, Any]) -> Range | None:
    """The versions that .nvmrc or package.json ask for; None when neither does."""
    if patch := language.least(NAME, "npm", project, ".nvmrc"):
        return patch
    engines = word(table(manifest, "engines"), "node")
    return Range("npm", engines, "package.json engines") if engines else None


def version(project: Project, wanted: Range | None) -> Found | None:
    """The line that is asked for; raises ScaffoldError when no supported one meets it."""
    if written := project.line(".nvmrc"):
        return language.wish(NAME, written, _line(written.value))
    if not wanted:
        return None
    line = language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    return language.wish(NAME, Found(wanted.text, wanted.source), line)


def _line(wanted: str) -> str | None:
    """The line that a word of .nvmrc means: `24`, `v24.1.0`, `lts/*`, `lts/krypton`, `node`."""
    name = wanted.lower().removeprefix("lts/")
    if name in ("*", "node", "stable", "latest"):
        return language.newest(NAME, lambda line: True)
    return language.line_of(NAME, CODENAMES.get(name, name.removeprefix("v")))
