"""The lock files of a Node project: whose they are, which versions read them, and whether package.json fits them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.languages.node_app import table
from scaffold.project import LARGEST_LOCK, Project

# npm's own order (docs of npm-shrinkwrap.json), then by how much a manager needs beside Node.
LOCKS = {
    "npm-shrinkwrap.json": "npm",
    "package-lock.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}

KEYS = ("dependencies", "devDependencies", "optionalDependencies")

MOST_PEERS = 3_000
"""How many peer dependencies of a lock are looked at."""


class Lock(NamedTuple):
    """A lock file: `form` is the version of its form (`9.0`, `1` for yarn 1), `stale` a dependency that it lacks."""

    file: str
    manager: str
    form: str = ""
    stale: str = ""


def locks(project: Project, manifest: dict[str, Any]) -> Iterator[Lock]:
    """The locks of a project; raises ScaffoldError for one of npm that cannot be read."""
    for file, manager in LOCKS.items():
        if not project.shows(file):
            continue
        if manager == "npm":
            yield _npm(project, manifest, file)
        else:
            text = _text(project, file)
            form = _pnpm_form(text) if manager == "pnpm" else _yarn_form(text) if manager == "yarn" else ""
            yield Lock(file, manager, form, _missing(manifest, manager, text))


def readers(lock: Lock, known: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of the lock's manager that read it as it is, the best first (pnpm/spec, lockfile; yarn, Project.ts)."""
    if lock.manager == "pnpm":
        forms = {"5": ("7",), "6": ("8",), "9": ("10", "9", "11", "12"), "9+": ("11", "12")}
        return forms.get(lock.form, ("10", "9", "11", "12"))
    if lock.manager == "yarn":
        number = int(lock.form or 1)
        return ("1",) if number < 2 else ("4",) if number > 7 else ("3",) if number > 4 else ("2", "3")
    return known


def content(project: Project, lock: Lock | None) -> dict[str, Any]:
    """The object in a lock of npm; an empty one for any other. Raises ScaffoldError for one that is broken."""
    return project.json(lock.file, LARGEST_LOCK) or {} if lock and lock.manager == "npm" else {}


def conflicts(packages: dict[str, Any]) -> str:
    """A peer dependency that npm's lock leaves out or breaks, `PACKAGE needs PEER`; npm ci takes that for an error.

    `packages` is that of a lock of form 2 or 3.
    """
    seen = 0
    for path, package in packages.items():
        peers = table(package, "peerDependencies") if isinstance(package, dict) and path else {}
        meta = table(package, "peerDependenciesMeta") if peers else {}
        for peer, spec in peers.items():
            seen += 1
            if seen > MOST_PEERS:
                return ""
            if table(meta, peer).get("optional"):
                continue
            version = _resolved(packages, path, peer)
            if version is None or not _meets(version, spec):
                return f"{path.rpartition('node_modules/')[2]} needs {peer} {spec}"
    return ""


def _resolved(packages: dict[str, Any], path: str, name: str) -> str | None:
    """The version of a package as the one at this path would find it; None when the lock has none."""
    while path:
        path = path.rpartition("node_modules/")[0].rstrip("/")
        found = packages.get(f"{path}/node_modules/{name}".lstrip("/"))
        if isinstance(found, dict):
            return str(found.get("version", ""))
    return None


def _npm(project: Project, manifest: dict[str, Any], file: str) -> Lock:
    read = project.json(file, LARGEST_LOCK) or {}
    form = str(read.get("lockfileVersion", ""))
    if "packages" not in read:
        known = table(read, "dependencies")
        lacking = (name for key in KEYS for name in table(manifest, key) if name not in known)
        return Lock(file, "npm", form or "1", next(lacking, "") if known else next(iter(_wanted(manifest)), ("",))[0])
    packages = table(read, "packages")
    root = table(packages, "")
    for name, spec in _wanted(manifest):
        entry = packages.get(f"node_modules/{name}")
        said = next((table(root, key)[name] for key in KEYS if name in table(root, key)), None)
        if said == spec:
            continue
        version = entry.get("version") if isinstance(entry, dict) else None
        if version is None or not _meets(str(version), spec):
            return Lock(file, "npm", form, name)
    return Lock(file, "npm", form)


def _wanted(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in KEYS:
        for name, spec in table(manifest, key).items():
            if isinstance(spec, str):
                yield name, spec


def _meets(version: str, spec: object) -> bool:
    """Whether a version is in a range; what is no range of versions is not judged."""
    if not isinstance(spec, str) or not re.fullmatch(r"[\d\sxX*.^~<>=|v-]{1,200}", spec, re.ASCII) or not version:
        return True
    import nodesemver

    try:
        return bool(nodesemver.satisfies(version, spec, loose=True))
    except (ValueError, IndexError, TypeError):
        return True


def _text(project: Project, file: str) -> str:
    if file == "bun.lockb":
        return ""
    try:
        return project.text(file, LARGEST_LOCK) or ""
    except ScaffoldError:
        return project.glance(file)


def _pnpm_form(text: str) -> str:
    found = re.search(r"(?m)^lockfileVersion: *['\"]?(\d+)", text)
    number = found[1] if found else ""
    # From line 11 on a second document says what pnpm itself was.
    return f"{number}+" if len(re.findall(r"(?m)^---\s*$", text)) > 1 else number


def _yarn_form(text: str) -> str:
    found = re.search(r"(?m)^__metadata:\s*\n\s+version: *['\"]?(\d+)", text)
    return found[1] if found else "1"


def _missing(manifest: dict[str, Any], manager: str, text: str) -> str:
    """A dependency of package.json that a lock's text has no entry for, or an empty string."""
    if not text:
        return ""
    if manager == "pnpm":
        names = set(re.findall(r"(?m)^ {2,6}['\"]?([@\w./-]+?)['\"]?:", text))
        return next((name for name, _ in _wanted(manifest) if name not in names), "")
    form = _yarn_form(text)
    for name, spec in _wanted(manifest):
        if ":" in spec or "/" in spec:
            continue
        yarn = f"{name}@{spec}" if form == "1" else f"{name}@"
        entry = f'"{name}": "{spec}"' if manager == "bun" else yarn
        if entry not in text:
            return name
    return ""
