"""What is to be said against saved answers: support that ends, and a project that says something else by now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaffold import catalogue, ends, language
from scaffold.findings import Finding, Weakness, finding
from scaffold.state import ANSWERS

if TYPE_CHECKING:
    import datetime

    from scaffold.draft import Settled
    from scaffold.lock import Lock
    from scaffold.project import Project


def ended(settled: Settled, today: datetime.date) -> Iterator[Finding]:
    """Versions of languages whose support has ended, which is an error, or ends soon; at the saved version's line."""
    for service in settled.answers.services:
        line = language.line_of(service.language, service.version)
        end = catalogue.end(service.language, line) if line else None
        over = bool(end and ends.has_ended(end, today))
        default = catalogue.lines(service.language).default
        for fact in ends.check_service(service, "", today, allowed=True):
            remedy = f'Say version = "{default}" there, and run dockerscaffold update.'
            if line == default:
                remedy = "Install a newer dockerscaffold, and say a version there that it supports."
            at = line_of(settled.survey.project, service.name, "version")
            yield finding(ANSWERS, Weakness("end-of-life", at, fact, remedy, "error" if over else "warning"))


def changed(settled: Settled, known: Lock) -> Iterator[Finding]:
    """What a project's files say now, or say no more, unlike when its answers were settled, and these do not follow.

    Answers that said something else than the files from the start were meant so, and are left alone.
    """
    for name, then in known.detected.items():
        if name not in settled.facts:
            continue
        now, saved = settled.facts[name].answers, settled.sources[name]
        for key in saved:
            before, found = then.get(key), now.get(key)
            if saved[key].source != ANSWERS or key == "language":
                continue
            if found and found.value not in (before, saved[key].value):
                stands = saved[key].value or "none"
                fact = f"{found.source} says {key} is {found.value or 'none'} now; saved is {stands}."
            elif before and not found and before == saved[key].value:
                fact = f"The project's files no longer say that {key} is {before}; it is saved."
            else:
                continue
            remedy = "Change the answer and run dockerscaffold update, or run dockerscaffold new."
            at = line_of(settled.survey.project, name, key)
            yield finding(ANSWERS, Weakness("changed-project", at, fact, remedy))


def line_of(project: Project, service: str, key: str) -> int:
    """The line of an answer in the saved file, counted from 1, below its service or for all; 0 when it is on none."""
    table, general = "", 0
    for number, line in enumerate((project.text(ANSWERS) or "").splitlines(), 1):
        if header := re.match(r"\s*\[\s*service\s*\.\s*[\"']?([^\]\"'\s]+)", line):
            table = header[1]
        elif re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            if table == service:
                return number
            general = general if table else number
    return general
