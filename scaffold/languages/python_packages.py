"""What a Python project's lock or requirements say about its packages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.model import Found
from scaffold.project import LARGEST_LOCK, Project

OTHER_LOCKS = {
    "poetry.lock": "poetry export --output requirements.txt",
    "pdm.lock": "pdm export --output requirements.txt",
    "Pipfile.lock": "pipenv requirements --hash > requirements.txt",
}

GLIBC_ONLY = (
    "catboost",
    "faiss-cpu",
    "jaxlib",
    "mysqlclient",
    "onnxruntime",
    "playwright",
    "ray",
    "tensorflow",
    "torch",
)
"""Packages without a musllinux wheel on the package index (asked for CPython 3.13 on 2026-11-22)."""


@dataclass(frozen=True)
class Packages:
    """How packages are installed (`pip`, `uv`), from which files, and the normalised names of those that run."""

    installer: str
    source: str
    manifests: tuple[str, ...]
    names: frozenset[str]
    traits: tuple[Found, ...]


def read(project: Project) -> Packages:
    """The packages of a project.

    Raises ScaffoldError when neither uv.lock nor requirements.txt is there, naming how to make one.
    """
    if project.has("uv.lock") and project.has("pyproject.toml"):
        return _from_uv(project)
    if project.has("requirements.txt"):
        return _from_requirements(project)
    for lock, export in OTHER_LOCKS.items():
        if project.has(lock):
            tool = export.partition(" ")[0]
            raise ScaffoldError(
                f"{lock} is {tool}'s, and only uv.lock and requirements.txt are covered so far.",
                f"Make one with: {export}",
            )
    raise ScaffoldError(
        "The project has neither uv.lock nor requirements.txt, so what to install is unknown.",
        "Make one with: uv lock, or: pip freeze > requirements.txt",
    )


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _from_requirements(project: Project) -> Packages:
    manifests: list[str] = []
    names: dict[str, str] = {}
    hashed = False
    waiting = ["requirements.txt"]
    while waiting:
        path = waiting.pop(0)
        text = project.text(path)
        if text is None:
            raise ScaffoldError(f"{path} is not there, and {manifests[-1]} includes it.", "Add it, or mend the line.")
        manifests.append(path)
        hashed = hashed or "--hash=" in text
        for number, line in enumerate(text.splitlines(), 1):
            word = line.strip()
            if included := re.match(r"(?:-r|--requirement|-c|--constraint)[ =]*(\S+)", word):
                file = included[1]
                if file.startswith("/") or ".." in file or not re.fullmatch(r"[\w./-]+", file):
                    raise ScaffoldError(
                        f"{path}:{number} includes a file out of the project: {file}.", "Move it into the project."
                    )
                if file not in manifests and file not in waiting:
                    waiting.append(file)
            elif re.match(r"-e\b|--editable|\.{0,2}/|\.$|file:", word):
                raise ScaffoldError(
                    f"{path}:{number} installs a folder, which is not covered so far: {word}.",
                    "Leave the line out, or use uv.",
                )
            elif named := re.match(r"([A-Za-z0-9][\w.-]*)(\[[^\]]*\])?", word):
                names.setdefault(normal(named[1]), f"{named[1]} ({path}:{number})")
                if "standard" in (named[2] or "") and normal(named[1]) == "fastapi":
                    names.setdefault("uvicorn", f"{word} ({path}:{number})")
    traits = [Found("hashes", "requirements.txt")] if hashed else []
    traits += [Found("glibc-only", names[name]) for name in GLIBC_ONLY if name in names]
    return Packages("pip", "requirements.txt", tuple(manifests), frozenset(names), tuple(traits))


def _from_uv(project: Project) -> Packages:
    lock = project.toml("uv.lock", LARGEST_LOCK) or {}
    packages = {str(package.get("name")): package for package in lock.get("package", []) if isinstance(package, dict)}
    root = next((p for p in packages.values() if set(p.get("source", {})) & {"virtual", "editable"}), None)
    if root is None:
        raise ScaffoldError("uv.lock names no package of the project itself.", "Make it anew with: uv lock")
    wanted = _closure(packages, root)
    names = frozenset(normal(str(package["name"])) for package in wanted)
    bare = [package for package in wanted if _glibc_only(package)]
    traits = tuple(Found("glibc-only", f"{p['name']} {p.get('version', '')} (uv.lock)") for p in bare)
    return Packages("uv", "uv.lock", ("pyproject.toml", "uv.lock"), names, traits)


def _closure(packages: dict[str, dict[str, Any]], root: dict[str, Any]) -> list[dict[str, Any]]:
    """What the project's own dependencies come to, extras included, development groups not."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    waiting = list(root.get("dependencies", []))
    while waiting:
        dependency = waiting.pop()
        package = packages.get(dependency.get("name", ""))
        if package is None:
            continue
        for extra in ("", *dependency.get("extra", [])):
            if (package["name"], extra) not in wanted:
                wanted[package["name"], extra] = package
                waiting += (
                    package.get("optional-dependencies", {}).get(extra, [])
                    if extra
                    else package.get("dependencies", [])
                )
    return list({package["name"]: package for package in wanted.values()}.values())


def _glibc_only(package: dict[str, Any]) -> bool:
    wheels = [str(wheel.get("url", wheel.get("filename", ""))) for wheel in package.get("wheels", [])]
    return any("manylinux" in wheel for wheel in wheels) and not any(
        "musllinux" in wheel or wheel.endswith("-none-any.whl") for wheel in wheels
    )
