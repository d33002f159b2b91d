"""The locks of uv, poetry, pdm and pipenv: what they install, and whether they are of the manifest beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.languages import python_fresh
from scaffold.languages.python_names import elsewhere, normal, tables
from scaffold.project import LARGEST_LOCK, Project


class Pin(NamedTuple):
    """A package that runs: `version` as written (empty: none), `source` the file that names it, with its line.

    `wheels` are the file names that a lock lists. `kind` is empty for a package of an index, else `git`, `path` or
    `url`.
    """

    name: str
    version: str
    source: str
    wheels: tuple[str, ...] = ()
    kind: str = ""


class Lock(NamedTuple):
    """A lock's file and installer, the packages that run, and whether it fits its manifest (None: cannot be told).

    `members` are the folders of a workspace, without the root.
    """

    file: str
    installer: str
    pins: tuple[Pin, ...]
    fresh: bool | None
    members: tuple[str, ...] = ()


FILES = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
"""Locks with what makes them, from the first to take where all fit."""

MANIFESTS = {"uv": "pyproject.toml", "poetry": "pyproject.toml", "pdm": "pyproject.toml", "pipenv": "Pipfile"}


def read(project: Project) -> list[Lock]:
    """The locks that have their manifest beside them, in the order of FILES; raises ScaffoldError for a broken one."""
    readers = {"uv": _uv, "poetry": _poetry, "pdm": _pdm, "pipenv": _pipenv}
    return [
        readers[installer](project, file)
        for file, installer in FILES.items()
        if project.shows(file) and project.has(MANIFESTS[installer])
    ]


def _uv(project: Project, file: str) -> Lock:
    lock = project.toml(file, LARGEST_LOCK) or {}
    packages = tables(lock.get("package"))
    own = {place: package for package in packages if (place := _place(package)) is not None}
    if not own:
        raise ScaffoldError("uv.lock names no package of the project itself.", "Make it anew with: uv lock")
    manifest = lock.get("manifest")
    members = {normal(str(name)) for name in (manifest if isinstance(manifest, dict) else {}).get("members", [])}
    folders = tuple(p for p, one in own.items() if p != "." and normal(str(one.get("name"))) in members)
    roots = [own["."]] if "." in own else [own[place] for place in folders]
    wanted = _closure(packages, [entry for root in roots for entry in tables(root.get("dependencies"))])
    fresh = python_fresh.uv(project.toml("pyproject.toml") or {}, roots[0]) if "." in own else None
    pins = tuple(_uv_pin(one, file) for one in wanted if one not in roots)
    return Lock(file, "uv", pins, fresh, folders)


def _place(package: dict[str, Any]) -> str | None:
    source = package.get("source")
    source = source if isinstance(source, dict) else {}
    return next((str(source[kind]) for kind in ("virtual", "editable") if kind in source), None)


def _uv_pin(package: dict[str, Any], file: str) -> Pin:
    source = package.get("source")
    kinds = {"git": "git", "url": "url", "registry": ""}
    kind = next((kinds.get(key, "path") for key in source), "") if isinstance(source, dict) else ""
    wheels = (str(w.get("url") or w.get("path") or w.get("filename") or "") for w in tables(package.get("wheels")))
    return _pin(package, file, wheels, kind)


def _pin(package: dict[str, Any], file: str, files: Iterable[str], kind: str) -> Pin:
    wheels = tuple(one.rpartition("/")[2] for one in files if one.endswith(".whl"))
    return Pin(normal(str(package.get("name"))), str(package.get("version", "")), file, wheels, kind)


def _closure(packages: list[dict[str, Any]], waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What dependencies come to in uv.lock, extras included, development groups not.

    A name may stand for several packages, one for each range of Python versions.
    """
    named: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        named.setdefault(str(package.get("name")), []).append(package)
    seen: set[tuple[str, str]] = set()
    waiting = [*waiting]
    while waiting:
        dependency = waiting.pop()
        if elsewhere(str(dependency.get("marker", ""))):
            continue
        name, extras = str(dependency.get("name")), dependency.get("extra")
        for extra in ("", *map(str, extras if isinstance(extras, list) else ())):
            if (name, extra) not in seen:
                seen.add((name, extra))
                for package in named.get(name, []):
                    optional = package.get("optional-dependencies")
                    further = optional.get(extra) if extra and isinstance(optional, dict) else None
                    waiting += tables(further if extra else package.get("dependencies"))
    return [package for name in sorted({name for name, _ in seen}) for package in named.get(name, [])]


def _poetry(project: Project, file: str) -> Lock:
    lock, manifest = project.toml(file, LARGEST_LOCK) or {}, project.toml("pyproject.toml") or {}
    packages = tables(lock.get("package"))
    running = [package for package in packages if _of_main(package)]
    if not any("groups" in package or "category" in package for package in packages):
        running = _reached(packages, python_fresh.poetry_dependencies(manifest))
    metadata = lock.get("metadata")
    older = metadata.get("files") if isinstance(metadata, dict) else None
    pins = []
    for package in running:
        if elsewhere(str(package.get("markers", ""))):
            continue
        source = package.get("source")
        named = str(source.get("type", "")) if isinstance(source, dict) else ""
        kind = {"git": "git", "url": "url", "file": "path", "directory": "path"}.get(named, "")
        files = package.get("files") or (older.get(package.get("name")) if isinstance(older, dict) else None)
        pins.append(_pin(package, file, (str(one.get("file", "")) for one in tables(files)), kind))
    return Lock(file, "poetry", tuple(pins), python_fresh.poetry(manifest, lock))


def _of_main(package: dict[str, Any]) -> bool:
    groups = package.get("groups")
    if isinstance(groups, list):
        return "main" in groups and not package.get("optional")
    return package.get("category", "main") == "main" and not package.get("optional")


def _reached(packages: list[dict[str, Any]], names: set[str]) -> list[dict[str, Any]]:
    """The packages that these names come to, by the dependencies that a lock without groups lists."""
    named = {normal(str(package.get("name"))): package for package in packages}
    seen, waiting = set[str](), [*names]
    while waiting:
        name = waiting.pop()
        if name in named and name not in seen:
            seen.add(name)
            further = named[name].get("dependencies")
            waiting += [normal(str(one)) for one in further] if isinstance(further, dict) else []
    return [package for name, package in named.items() if name in seen]


def _pdm(project: Project, file: str) -> Lock:
    lock = project.toml(file, LARGEST_LOCK) or {}
    pins = []
    for package in tables(lock.get("package")):
        groups = package.get("groups", ["default"])
        if (isinstance(groups, list) and "default" not in groups) or elsewhere(str(package.get("marker", ""))):
            continue
        kind = next((kind for key, kind in (("git", "git"), ("path", "path"), ("url", "url")) if key in package), "")
        files = (str(one.get("file") or one.get("url") or "") for one in tables(package.get("files")))
        pins.append(_pin(package, file, files, kind))
    fresh = python_fresh.pdm(project.toml("pyproject.toml") or {}, lock)
    return Lock(file, "pdm", tuple(dict.fromkeys(pins)), fresh)


def _pipenv(project: Project, file: str) -> Lock:
    lock = project.json(file, LARGEST_LOCK) or {}
    default = lock.get("default")
    pins = []
    for name, entry in (default if isinstance(default, dict) else {}).items():
        entry = entry if isinstance(entry, dict) else {}
        if elsewhere(str(entry.get("markers", ""))):
            continue
        kind = next((kind for key, kind in (("git", "git"), ("path", "path"), ("file", "url")) if key in entry), "")
        version = re.sub(r"^==", "", str(entry.get("version", "")))
        pins.append(Pin(normal(str(name)), version, file, (), kind))
    return Lock(file, "pipenv", tuple(pins), python_fresh.pipenv(project.toml("Pipfile") or {}, lock))
