"""How a Python project's packages are installed, and which they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from scaffold.facts import Found
from scaffold.languages import python_known, python_locks, python_outdated, python_project, requirements
from scaffold.languages.python_locks import Lock, Pin
from scaffold.languages.python_names import normal, required, table, texts
from scaffold.languages.python_project import Distribution
from scaffold.project import Project

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


class Packages(NamedTuple):
    """How packages are installed (`pip`, `uv`, ...), from which files, and the normalised names of those that run.

    `pins` are those of which more than the name is known. `others` and `rule` are those of the answer.
    """

    installer: str
    source: str
    manifests: tuple[str, ...]
    names: frozenset[str]
    traits: tuple[Found, ...]
    notes: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    others: tuple[Found, ...] = ()
    rule: str = ""

    @property
    def answer(self) -> Found:
        """The installer with where it was read, and what else was possible."""
        return Found(self.installer, self.source, others=self.others, rule=self.rule)


def read(project: Project, manifest: dict[str, Any] | None = None) -> Packages:
    """The packages of a project; `manifest` is its pyproject.toml, where that was read.

    A lock that fits its manifest counts most, then requirements, a lock that does not fit, and manifests without any.
    Raises ScaffoldError for files that are broken or cannot be installed from.
    """
    manifest = (project.toml("pyproject.toml") or {}) if manifest is None else manifest
    locks, file = python_locks.read(project), requirements.find(project)
    fitting = sorted((lock for lock in locks if lock.fresh is not False), key=lambda lock: not lock.fresh)
    own = python_project.read(project, manifest)
    stated = [] if locks else [*_stated(project, manifest)]
    if fitting or (locks and not file):
        packages = _from_lock(project, (fitting or locks)[0], own)
        return _compared(packages, locks, file)
    if file and (not stated or _covers(project, file, stated)):
        packages = _from_requirements(project, file, own, manifest)
        return _compared(packages, locks, file) if locks else packages
    packages = _unlocked(project, manifest, own, stated)
    if file:
        rule = f"{packages.source} has requirements that {file} has not"
        return packages._replace(others=(Found("pip", file),), rule=rule)
    return packages


def _stated(project: Project, manifest: dict[str, Any]) -> Iterable[str]:
    """The normalised names that a manifest without a lock has for running."""
    yield from filter(None, map(required, texts(table(manifest, "project").get("dependencies"))))
    yield from (normal(name) for name in table(manifest, "tool", "poetry", "dependencies") if name != "python")
    if project.has("Pipfile"):
        yield from map(normal, table(project.toml("Pipfile") or {}, "packages"))
    yield from python_project.legacy(project)


def _covers(project: Project, file: str, stated: Sequence[str]) -> bool:
    """Whether requirements have all that a manifest states, or the project itself."""
    packages = requirements.read(project, file).packages
    names = {normal(one.name) for one in packages}
    return "." in {one.name for one in packages} or names.issuperset(stated)


def _from_requirements(project: Project, file: str, own: Distribution | None, manifest: dict[str, Any]) -> Packages:
    found = requirements.read(project, file)
    names: dict[str, str] = {}
    pins = []
    for one in found.packages:
        name = normal(one.name) if one.kind != "path" else one.name
        pins.append(Pin(name, one.version, one.source, kind=one.kind))
        names.setdefault(name, f"{one.name} ({one.source})")
        if name == "fastapi" and re.search(r"\b(standard|all)\b", one.extras):
            names.setdefault("uvicorn", f"{one.name}[{one.extras}] ({one.source})")
    if "." in names:
        names |= dict.fromkeys(_stated(project, manifest), file)
    traits = [Found("hashes", found.hashed)] if found.hashed else []
    loose = [one.name for one in found.packages if not one.exact]
    notes = [f"Without an exact version, so that builds may differ: {', '.join(loose)} ({file})."] if loose else []
    if not found.hashed:
        outdated, told = python_outdated.settle(pins, {normal(one.name): one.name for one in found.packages})
        traits, notes = [*traits, *outdated], [*notes, *told]
        traits += [Found("utf-16", path) for path in found.files if project.wide(path)]
    packages = Packages("pip", file, found.files, frozenset(names), tuple(traits), tuple(notes), tuple(pins))
    return _complete(packages, own if "." not in names else None, whole=any(pin.kind == "path" for pin in pins))


def _from_lock(project: Project, lock: Lock, own: Distribution | None) -> Packages:
    manifests = [python_locks.MANIFESTS[lock.installer], lock.file]
    stale = lock.fresh is False
    traits = [Found("stale", lock.file)] if stale else []
    traits += [Found("workspace", f"{lock.file} {folder}") for folder in lock.members]
    notes: tuple[str, ...] = ()
    if stale:
        notes = (
            f"{lock.file} was not made of this {manifests[0]}, so it is made anew in the image, and builds may differ.",
        )
    whole = any(pin.kind == "path" for pin in lock.pins) or bool(lock.members)
    names = frozenset(pin.name for pin in lock.pins)
    packages = Packages(lock.installer, lock.file, tuple(manifests), names, tuple(traits), notes, lock.pins)
    return _complete(packages, None if lock.members else own, whole)


def _unlocked(project: Project, manifest: dict[str, Any], own: Distribution | None, stated: Sequence[str]) -> Packages:
    """A project without a lock and requirements: what its manifest states, in the newest versions."""
    names = frozenset(stated)
    notes = ("There is no lock, so each build takes the newest versions that fit.",) if names else ()
    unlocked = (Found("unlocked", "pyproject.toml"),)
    if table(manifest, "tool", "poetry", "dependencies") and not table(manifest, "project").get("dependencies"):
        packages = Packages("poetry", "pyproject.toml", ("pyproject.toml",), names, unlocked, notes)
    elif project.has("Pipfile") and not table(manifest, "project"):
        packages = Packages("pipenv", "Pipfile", ("Pipfile",), names, (Found("stale", "Pipfile"),), notes)
    elif python_project.declared(project, manifest) is not None:
        packages = Packages(
            "uv", "pyproject.toml", ("pyproject.toml",), names, (Found("unlocked", "pyproject.toml"),), notes
        )
    elif own:
        # Its requirements are known to the build alone.
        packages = Packages("pip", own.source, (), names, (), notes)
        return _complete(packages, own._replace(needed=own.source), whole=True)
    else:
        source = "pyproject.toml" if project.has("pyproject.toml") else "no manifest"
        packages = Packages("pip", source, (), names, ())
    return _complete(packages, own, whole=False)


def _complete(packages: Packages, own: Distribution | None, whole: bool) -> Packages:
    """With what follows from the packages: what they need beside them, and whether the project is one of them.

    `whole` says that installing takes all of the project's files.
    """
    traits = [*packages.traits]
    if whole:
        traits.append(
            Found("whole", next((pin.source for pin in packages.pins if pin.kind == "path"), packages.source))
        )
    if own and own.needed:
        traits.append(Found("project", own.needed))
        if own.variable:
            traits.append(Found(f"version-by:{own.variable}", own.source))
    git = next((pin for pin in packages.pins if pin.kind == "git"), None)
    if git:
        traits.append(Found("git", f"{git.name} ({git.source})"))
    traits += [Found("glibc-only", f"{p.name} {p.version} ({p.source})") for p in packages.pins if _glibc_only(p)]
    old = next((pin for pin in packages.pins if python_known.imports_pkg_resources(pin.name, pin.version)), None)
    if old and not any(pin.name == "setuptools" and pin.version for pin in packages.pins):
        traits.append(Found(python_known.added("setuptools"), f"{old.name} {old.version} ({old.source})"))
    return packages._replace(traits=tuple(traits))


def _glibc_only(pin: Pin) -> bool:
    if not pin.wheels:
        return pin.name in GLIBC_ONLY
    return any("manylinux" in wheel for wheel in pin.wheels) and not any(
        "musllinux" in wheel or wheel.endswith("-none-any.whl") for wheel in pin.wheels
    )


def _compared(packages: Packages, locks: Sequence[Lock], file: str) -> Packages:
    """With what else there was to install from, and why it was not taken."""
    others = [lock for lock in locks if lock.file != packages.source]
    stale = [lock.file for lock in others if lock.fresh is False]
    found = tuple(Found(lock.installer, lock.file) for lock in others)
    if file and file != packages.source:
        found = (*found, Found("pip", file))
    if not found:
        return packages
    rule = f"{packages.source} fits its manifest" if packages.source in python_locks.FILES else "it needs no lock"
    if stale:
        rule += f", {' and '.join(stale)} {'do' if len(stale) > 1 else 'does'} not"
    elif packages.source in python_locks.FILES and not others:
        rule = "a lock has all versions"
    return packages._replace(others=found, rule=rule)
