"""Rules about a dependabot.yml: whether the updates that ours asks for are still asked for, and soon enough."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scaffold.findings import Weakness
from scaffold.hardening import yaml
from scaffold.hardening.ignores import expression
from scaffold.hardening.yaml import Value

INTERVALS = ("daily", "weekly", "monthly", "quarterly", "semiannually", "yearly")
"""From the shortest to the longest."""

NO_SEMVER = ("docker", "docker-compose", "github-actions")
"""Ecosystems whose cooldown knows only default-days."""


def judged(text: str, ours: str) -> Iterator[Weakness]:
    """What of `ours` a dependabot.yml no longer asks for."""
    try:
        theirs = yaml.read(text)
    except yaml.Unreadable as error:
        yield Weakness("broken-file", error.line, f"{error}.", "Mend it: Dependabot does not read it.")
        return
    where = theirs.at("updates")
    entries = theirs.list("updates")
    for entry in entries:
        yield from _refused(entry)
    for wanted in yaml.read(ours).list("updates"):
        ecosystem = wanted.word("package-ecosystem")
        for directory in _directories(wanted):
            standing = [entry for entry in entries if _covers(entry, ecosystem, directory)]
            if not standing:
                fact = f"No updates of {ecosystem} are asked for in {directory}."
                remedy = f"Put the entry of {ecosystem} for {directory} back."
                yield Weakness("no-updates", where.line if where else 1, fact, remedy)
            for entry in standing:
                yield from _slower(entry, wanted, ecosystem)


def _directories(entry: Value) -> list[str]:
    return [item.text for item in (*entry.list("directory"), *entry.list("directories"))]


def _covers(entry: Value, ecosystem: str, directory: str) -> bool:
    """Whether an entry is for an ecosystem in a directory, by name or by a pattern."""
    if entry.word("package-ecosystem") != ecosystem:
        return False
    wanted, paths = _path(directory), [_path(one) for one in _directories(entry)]
    return wanted in paths or any("*" in path and expression(path).fullmatch(wanted) for path in paths)


def _path(directory: str) -> str:
    return posixpath.normpath(directory).strip("/")


def _line(entry: Value, key: str) -> int:
    found = entry.at(key)
    return found.line if found else entry.line


def _slower(entry: Value, wanted: Value, ecosystem: str) -> Iterator[Weakness]:
    """How an entry that is still there asks for less."""
    limit = entry.at("open-pull-requests-limit")
    if limit and limit.text == "0":
        yield Weakness("no-updates", limit.line, "The limit of pull requests is 0.", "Take the limit out.")
    for item in entry.list("ignore"):
        if item.word("dependency-name") == "*" and not item.at("update-types") and not item.at("versions"):
            yield Weakness("no-updates", _line(item, "dependency-name"), "All updates are ignored.", "Take that out.")
    now, before = entry.word("schedule", "interval"), wanted.word("schedule", "interval")
    if now in INTERVALS and before in INTERVALS and INTERVALS.index(now) > INTERVALS.index(before):
        line = _line(entry.at("schedule") or entry, "interval")
        yield Weakness("slow-updates", line, f"Updates of {ecosystem} come {now}.", f"Write interval: {before}.")
    yield from _cooldown(entry, wanted, ecosystem)


def _cooldown(entry: Value, wanted: Value, ecosystem: str) -> Iterator[Weakness]:
    days = wanted.word("cooldown", "default-days")
    if not days.isdecimal():
        return
    remedy = f"Write cooldown: default-days: {days}."
    cooldown, given = entry.at("cooldown"), entry.word("cooldown", "default-days")
    if not cooldown or not given:
        line = cooldown.line if cooldown else entry.line
        yield Weakness("short-cooldown", line, f"Updates of {ecosystem} have no cooldown.", remedy)
    elif not given.isdecimal() or int(given[:9]) < int(days):
        line = _line(cooldown, "default-days")
        yield Weakness("short-cooldown", line, f"Updates of {ecosystem} wait {given} days.", remedy)


def _refused(entry: Value) -> Iterator[Weakness]:
    ecosystem = entry.word("package-ecosystem")
    cooldown = entry.at("cooldown")
    for key, value in cooldown.fields.items() if cooldown and ecosystem in NO_SEMVER else ():
        if re.fullmatch(r"semver-\w+-days", key):
            fact = f"{key} is not for {ecosystem}, and GitHub refuses the whole file."
            yield Weakness("refused-cooldown", value.line, fact, "Write default-days alone.")
