"""The findings that a project lives with, each with a reason and a date, in a file of its own."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.findings import Finding
from scaffold.project import Project
from scaffold.rules import RULES
from scaffold.values import nearest

FILE = ".dockerscaffold.accepted.toml"
KEYS = ("rule", "path", "fact", "reason", "date", "until")
NEEDED = ("rule", "path", "reason", "date")


@dataclass(frozen=True)
class Accepted:
    """A finding that is lived with: those of a rule in a file, whose fact has `fact` in it, up to the day `until`."""

    rule: str
    path: str
    reason: str
    date: datetime.date
    fact: str = ""
    until: datetime.date | None = None

    def covers(self, finding: Finding, today: datetime.date) -> bool:
        """Whether it is about this finding, and holds today."""
        if self.until and today > self.until:
            return False
        return (self.rule, self.path) == (finding.rule, finding.path) and self.fact in finding.fact


def accepted(project: Project) -> tuple[Accepted, ...]:
    """What the project's own file accepts; nothing without one. Raises ScaffoldError for what is not in its form."""
    content = project.toml(FILE) or {}
    entries = content.pop("accepted", [])
    if content:
        raise nearest(next(iter(content)), ["accepted"], f"key of {FILE}")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ScaffoldError(f"{FILE} does not list what is accepted.", "Write each below [[accepted]].")
    return tuple(_entry(entry, number) for number, entry in enumerate(entries, 1))


def _entry(entry: dict[str, Any], number: int) -> Accepted:
    for key in entry:
        if key not in KEYS:
            raise nearest(key, KEYS, f"key of an entry in {FILE}")
    for key in NEEDED:
        if not entry.get(key):
            remedy = "Each has a rule, a path, a reason, and a date such as 2026-11-22."
            raise ScaffoldError(f"{FILE}: entry {number} has no {key}.", remedy)
    for key, value in entry.items():
        wanted = datetime.date if key in ("date", "until") else str
        if not isinstance(value, wanted) or isinstance(value, datetime.datetime):
            form = "a date such as 2026-11-22, without quotes" if wanted is datetime.date else "a text"
            raise ScaffoldError(f"{FILE}: {key} of entry {number} is not {form}.", "Correct it.")
    if entry["rule"] not in RULES:
        raise nearest(entry["rule"], list(RULES), "rule")
    return Accepted(**entry)


def unneeded(entries: Iterable[Accepted], findings: Iterable[Finding], today: datetime.date) -> tuple[str, ...]:
    """Sentences about entries that cover nothing any more, or have run out."""
    known = list(findings)
    return tuple(
        f"{FILE}: {entry.rule} in {entry.path} "
        + (f"was accepted until {entry.until}." if entry.until and today > entry.until else "is not found any more.")
        for entry in entries
        if not any(entry.covers(finding, today) for finding in known)
    )
