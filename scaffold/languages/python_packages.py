"""What a Python project's lock or requirements say about its packages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import requirements
from scaffold.languages.python_native import installed
from scaffold.native import Installed
from scaffold.project import LARGEST_LOCK, Project

OTHER_LOCKS = {
    "poetry.lock": "poetry self add poetry-plugin-export && poetry export --output requirements.txt",
    "pdm.lock": "pdm export --prod --output requirements.txt",
    "Pipfile.lock": "pipenv requirements --hash > requirements.txt",
}

GLIBC_ONLY = (
    "catboost",
    "jaxlib",
    "onnxruntime",
    "playwright",
    "ray",
    "tensorflow",
    "torch",
)
"""Widely used packages without a musllinux wheel, for requirements.txt, which does not list wheels.

Nine names were tried once each on 2026-11-22 with pip download --only-binary :all: for musllinux_1_1 and 1_2 on x86_64
and CPython 3.13. These seven had no such wheel; mysqlclient had none for glibc either, and faiss-cpu had one. Others
may lack one too: the list is a help, no survey.
"""

_ELSEWHERE = re.compile(
    r"\s*\(?\s*(?:sys_platform|platform_system|os_name)\s*==\s*[\"'](?:win32|cygwin|darwin|Windows|Darwin|nt)[\"']"
    r"(?!.*\bor\b)"
)
"""A marker (PEP 508) that no Linux meets."""


@dataclass(frozen=True)
class Packages:
    """How packages are installed (`pip`, `uv`), from which files, and the normalised names of those that run.

    `installed` are these as the table of native packages is asked for them.
    """

    installer: str
    source: str
    manifests: tuple[str, ...]
    names: frozenset[str]
    traits: tuple[Found, ...]
    notes: tuple[str, ...] = ()
    installed: tuple[Installed, ...] = ()


def read(project: Project) -> Packages:
    """The packages of a project.

    Raises ScaffoldError when neither uv.lock nor requirements.txt is there, naming how to make one.
    """
    if project.shows("uv.lock") and project.has("pyproject.toml"):
        return _from_uv(project)
    if project.shows("requirements.txt"):
        return _from_requirements(project)
    for lock, export in OTHER_LOCKS.items():
        if project.has(lock):
            tool = export.partition(" ")[0]
            raise ScaffoldError(
                f"{lock} is {tool}'s, and only uv.lock and requirements.txt are covered so far.",
                f"Make a requirements.txt with: {export}",
            )
    raise ScaffoldError(
        "The project has neither uv.lock nor requirements.txt, so what to install is unknown.",
        "Make one with: uv lock, or: pip freeze > requirements.txt",
    )


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _from_requirements(project: Project) -> Packages:
    found = requirements.read(project, "requirements.txt")
    names: dict[str, str] = {}
    for requirement in found.packages:
        if _ELSEWHERE.match(requirement.marker):
            continue
        name = normal(requirement.name)
        names.setdefault(name, f"{requirement.name} ({requirement.source})")
        if name == "fastapi" and re.search(r"\b(standard|all)\b", requirement.extras):
            names.setdefault("uvicorn", f"{requirement.name}[{requirement.extras}] ({requirement.source})")
    traits = [Found("hashes", found.hashed)] if found.hashed else []
    traits += [Found("glibc-only", names[name]) for name in GLIBC_ONLY if name in names]
    loose = [one.name for one in found.packages if not one.exact]
    notes = (f"Without an exact version, so that builds may differ: {', '.join(loose)} (requirements.txt).",)
    system = tuple(installed(normal(one.name), "", one.source, None, False) for one in found.packages)
    return Packages("pip", found.files[0], found.files, frozenset(names), tuple(traits), notes if loose else (), system)


def _from_uv(project: Project) -> Packages:
    lock = project.toml("uv.lock", LARGEST_LOCK) or {}
    packages = _tables(lock.get("package"))
    root = next((p for p in packages if "." in (_source(p).get("virtual"), _source(p).get("editable"))), None)
    if root is None:
        raise ScaffoldError("uv.lock names no package of the project itself.", "Make it anew with: uv lock")
    wanted = _closure(packages, root)
    # uv reads the manifests of all folders in the lock; of repositories only those that it installs.
    for package in packages:
        kind = next((kind for kind in _source(package) if kind not in ("registry", "url")), "")
        if package is not root and kind and (kind != "git" or package in wanted):
            raise ScaffoldError(
                f"uv.lock takes {package.get('name')} from a {'repository' if kind == 'git' else 'folder or file'} "
                f"({kind}), which is not covered so far.",
                "Depend on a released version of it.",
            )
    names = frozenset(normal(str(package.get("name"))) for package in wanted)
    bare = [package for package in wanted if _glibc_only(package)]
    traits = tuple(Found("glibc-only", f"{p.get('name')} {p.get('version', '')} (uv.lock)") for p in bare)
    system = tuple(
        installed(normal(str(p.get("name"))), str(p.get("version", "")), "uv.lock", _wheels(p), False) for p in wanted
    )
    return Packages("uv", "uv.lock", ("pyproject.toml", "uv.lock"), names, traits, (), system)


def _tables(value: object) -> list[dict[str, Any]]:
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []


def _source(package: dict[str, Any]) -> dict[str, Any]:
    source = package.get("source")
    return source if isinstance(source, dict) else {}


def _closure(packages: list[dict[str, Any]], root: dict[str, Any]) -> list[dict[str, Any]]:
    """What the project's own dependencies come to, extras included, development groups not.

    A name may stand for several packages, one for each range of Python versions.
    """
    named: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        named.setdefault(str(package.get("name")), []).append(package)
    seen: set[tuple[str, str]] = set()
    waiting = _tables(root.get("dependencies"))
    while waiting:
        dependency = waiting.pop()
        if _ELSEWHERE.match(str(dependency.get("marker", ""))):
            continue
        name, extras = str(dependency.get("name")), dependency.get("extra")
        for extra in ("", *map(str, extras if isinstance(extras, list) else ())):
            if (name, extra) not in seen:
                seen.add((name, extra))
                for package in named.get(name, []):
                    optional = package.get("optional-dependencies")
                    further = optional.get(extra) if extra and isinstance(optional, dict) else None
                    waiting += _tables(further if extra else package.get("dependencies"))
    return [package for name in sorted({name for name, _ in seen}) for package in named.get(name, [])]


def _wheels(package: dict[str, Any]) -> list[str]:
    return [
        str(wheel.get("url") or wheel.get("path") or wheel.get("filename") or "")
        for wheel in _tables(package.get("wheels"))
    ]


def _glibc_only(package: dict[str, Any]) -> bool:
    wheels = _wheels(package)
    return any("manylinux" in wheel for wheel in wheels) and not any(
        "musllinux" in wheel or wheel.endswith("-none-any.whl") for wheel in wheels
    )
