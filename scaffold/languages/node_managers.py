"""Which program installs a Node project's packages, at which exact version, and by which lock file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scaffold import ranges
from scaffold.facts import Found, Range
from scaffold.languages import node_locks
from scaffold.languages.node_app import table, word
from scaffold.languages.node_locks import Lock
from scaffold.project import Project

MANAGERS = ("npm", "pnpm", "yarn", "bun")

RELEASES = {
    "pnpm": {"7": "7.33.7", "8": "8.15.9", "9": "9.15.9", "10": "10.34.9", "11": "11.28.11", "12": "12.21.0"},
    "yarn": {"1": "1.22.22", "2": "2.4.3", "3": "3.8.7", "4": "4.18.1"},
    "bun": {"1": "1.4.5"},
}
"""The newest release of each line that npm's registry had on 2026-11-22, of yarn from 2 on as @yarnpkg/cli-dist."""

PACKAGES = {"yarn": "@yarnpkg/cli-dist"}
"""What the registry calls a manager, where its name is another: the `yarn` there ends with line 1."""

OLDEST = {"pnpm": "7.33.7 || >=8.3.1"}
"""What supported lines of Node run: other pnpm before it fails on Node 20 and later (pnpm/pnpm, issue 6424)."""


class Manager(NamedTuple):
    """What installs: its name, its exact version (empty: that of the image), and the lock it follows.

    `program` is how it is called. `differs` says that package.json names another manager or version than this one.
    """

    name: Found
    version: str = ""
    lock: Lock | None = None
    program: str = "npm"
    differs: bool = False

    @property
    def line(self) -> int:
        """The version's first number; 0 for that of the image."""
        return int(self.version.partition(".")[0] or 0)

    @property
    def package(self) -> str:
        """What is installed for it, `pnpm@10.34.9`; empty where the image or the project has it."""
        if not self.version or self.program.startswith("node "):
            return ""
        name = self.name.value
        return f"{PACKAGES.get(name, name) if self.line > 1 or name != 'yarn' else name}@{self.version}"

    @property
    def berry(self) -> bool:
        """Whether it is yarn from line 2 on."""
        return self.name.value == "yarn" and self.line > 1


class _Said(NamedTuple):
    name: str
    version: str
    source: str


def chosen(project: Project, manifest: dict[str, Any]) -> Manager:
    """The manager that the project's locks and manifest name; npm where nothing does."""
    locks, said = list(node_locks.locks(project, manifest)), next(_said(manifest), None)
    lock, rule = _lock(locks, said)
    if lock:
        others = tuple(Found(other.manager, other.file) for other in locks if other.manager != lock.manager)
        found = Found(lock.manager, lock.file, others=others, rule=rule if others else "")
    elif said:
        found = Found(said.name, said.source)
    else:
        berry = project.has(".yarnrc.yml")
        found = Found("yarn", ".yarnrc.yml", "likely") if berry else Found("npm", "package.json", "likely")
    return of(project, found, lock, said)


def other(name: str, project: Project | None = None) -> Manager:
    """A manager that the user names and that has no lock in the project."""
    return of(project, Found(name, "--packages"), None, None)


def of(project: Project | None, found: Found, lock: Lock | None, said: _Said | None) -> Manager:
    """A manager at the version that was said where that reads the lock, else at one that does."""
    name = found.value
    if name == "npm":
        return Manager(found, lock=lock)
    own = said if said and said.name == name else None
    version = _version(name, lock, own)
    released = _released(project) if project and name == "yarn" else ""
    program = f"node {released}" if released else name
    if released and (numbers := re.search(r"yarn-(\d+\.\d+\.\d+)", released)):
        version = numbers[1]
    differs = bool(said) and (own is None or own.version != version)
    return Manager(found, version, lock, program, differs)


def _lock(locks: list[Lock], said: _Said | None) -> tuple[Lock | None, str]:
    if said and (own := next((lock for lock in locks if lock.manager == said.name), None)):
        return own, f"{said.source} names it"
    fresh = [lock for lock in locks if not lock.stale]
    if fresh and len(fresh) < len(locks):
        return fresh[0], "the others do not match package.json"
    return next(iter(fresh or locks), None), "of several that match, the manager that needs least beside Node is taken"


def _said(manifest: dict[str, Any]) -> Iterator[_Said]:
    """What package.json says of managers, the surest first."""
    if found := re.fullmatch(r"(npm|pnpm|yarn|bun)@v?(\d[\w.-]*)(\+.*)?", word(manifest, "packageManager")):
        yield _Said(found[1], found[2], "package.json packageManager")
    engine = table(manifest, "devEngines").get("packageManager")
    for one in engine if isinstance(engine, list) else [engine]:
        if isinstance(one, dict) and one.get("name") in MANAGERS:
            yield _Said(str(one["name"]), word(one, "version"), "package.json devEngines")
    engines = table(manifest, "engines")
    named = [name for name in MANAGERS if re.search(r"\d", word(engines, name))]
    if len(named) == 1:
        yield _Said(named[0], word(engines, named[0]), "package.json engines")


def _version(name: str, lock: Lock | None, said: _Said | None) -> str:
    """The exact version: what was said, where it reads the lock and runs; else the newest that is fitting."""
    releases = RELEASES[name]
    lines = node_locks.readers(lock, tuple(releases)) if lock else _default(name, said)
    wanted = said.version if said else ""
    exact = re.fullmatch(r"\d{1,4}\.\d{1,5}\.\d{1,5}(-[\w.]+)?", wanted, re.ASCII)
    if exact and wanted.partition(".")[0] in lines and not _too_old(name, wanted):
        return wanted
    fitting = [line for line in lines if wanted and ranges.admits(Range("npm", wanted, ""), releases[line])]
    # A version that is exact and not to be had goes by its line.
    same = [line for line in lines if wanted.partition(".")[0] == line]
    return releases[next(iter(same or fitting or lines))]


def _default(name: str, said: _Said | None) -> tuple[str, ...]:
    if name == "pnpm":
        return ("10", "9", "8", "11", "12")
    return tuple(reversed(RELEASES[name])) if said or name != "yarn" else ("4",)


def _too_old(name: str, version: str) -> bool:
    return name in OLDEST and not ranges.admits(Range("npm", OLDEST[name], ""), version.partition("-")[0])


def _released(project: Project) -> str:
    """The release of yarn that is committed with the project, as its settings name it."""
    found = re.search(r"(?m)^yarnPath:\s*[\"']?([\w./@+-]+)", project.glance(".yarnrc.yml"))
    path = found[1].removeprefix("./") if found else ""
    return path if path and ".." not in path.split("/") and not path.startswith("/") and project.has(path) else ""
