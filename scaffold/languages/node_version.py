"""Which version of Node a project asks for."""

from __future__ import annotations

import re
from typing import Any

from scaffold import catalogue, language, ranges
from scaffold.facts import Found, Range
from scaffold.languages.node_app import table, word
from scaffold.project import Project

NAME = "node"

CODENAMES = {
    "argon": "4",
    "boron": "6",
    "carbon": "8",
    "dubnium": "10",
    "erbium": "12",
    "fermium": "14",
    "gallium": "16",
    "hydrogen": "18",
    "iron": "20",
    "jod": "22",
    "krypton": "24",
}
"""Names of long-term lines as .nvmrc has them (nodejs/Release, schedule.json)."""


def wanted(project: Project, manifest: dict[str, Any]) -> Range | None:
    """The versions that .nvmrc or package.json ask for; None when neither does."""
    if patch := language.least(NAME, "npm", project, ".nvmrc"):
        return patch
    engines = word(table(manifest, "engines"), "node")
    return Range("npm", engines, "package.json engines") if engines else None


def version(project: Project, wanted: Range | None) -> Found | None:
    """The line that is asked for, or the nearest newer one for a line that has ended.

    Raises ScaffoldError when neither is supported.
    """
    if written := project.line(".nvmrc"):
        return _met(written, _line(written.value), _number(written.value))
    if not wanted:
        return None
    line = language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    lines = reversed(range(int(catalogue.lines(NAME).supported[-1])))
    last = line or next((str(number) for number in lines if ranges.reaches(wanted, str(number))), "")
    return _met(Found(wanted.text, wanted.source), line, last)


def _met(asked: Found, line: str | None, last: str) -> Found:
    """What is asked for as a line; `last` is the newest number of a line that would meet it, also a forgotten one."""
    supported = catalogue.lines(NAME).supported
    newer = next((one for one in supported if last.isdigit() and int(one) > int(last)), None)
    if line in supported or newer is None:
        return language.wish(NAME, asked, line)
    # An app of its time mostly runs on what came after; an image without fixes would be none to give out.
    rule = f"Node {last} is out of support, {newer} is the nearest that is not"
    return Found(newer, asked.source, "likely", (asked,), rule)


def _line(wanted: str) -> str | None:
    """The line that a word of .nvmrc means: `24`, `v24.1.0`, `lts/*`, `lts/krypton`, `node`."""
    name = wanted.lower().removeprefix("lts/")
    if name in ("*", "node", "stable", "latest"):
        return language.newest(NAME, lambda line: True)
    return language.line_of(NAME, CODENAMES.get(name, name.removeprefix("v")))


def _number(wanted: str) -> str:
    """The number of the line that a word of .nvmrc means; empty for one that has none."""
    name = wanted.lower().removeprefix("lts/")
    found = re.match(r"v?(\d{1,3})(\.|$)", CODENAMES.get(name, name), re.ASCII)
    return found[1] if found else ""
