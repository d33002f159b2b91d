"""What packages need of the operating system, by the table of `native.json`.

Its versions of Debian were read of `apt-cache policy` in an image of Debian `release` on its `date`: of each stands
what a security update leaves as it is. Those of Alpine are the least that the supported releases have: its repositories
keep one version for each release, so an exact one would be gone with the next fix.

Each row is a package of an ecosystem (`node`, `python`, `go`; of Go a module, or a package of one). `build` and `run`
are packages of Debian that it is compiled with and linked to, `always` those that it loads by name or runs, also where
it comes compiled; with `apk_` before them those of Alpine. A row may hold

- `below`: the first version that needs nothing;
- `wheels`: Python's index has it compiled, so it is compiled only where a lock says otherwise;
- `compiles`: whether it takes a compiler, the row `toolchain`; Python's do unless they say no;
- `files`: what it opens by name, absolute patterns, for images that hold no more than what is linked;
- `shell`, `musl`: why it cannot be without a full system, and not on Alpine;
- `unless`: packages that make it need nothing;
- `environment`: variables of its own, `build_environment` those of the build alone;
- `note`: what its user is to know, which goes on after the package's name.

`git+` stands for any package that is taken from a repository. `prebuilt` are packages of npm whose scripts need nothing
of the system: they bring what they run. Unknown ones with scripts get a compiler, and so do those that fetch what they
run from elsewhere than npm: they compile where that is out of reach.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, System

GIT = "git+"
"""The name of the row for packages that are taken from a repository."""

_TOOLCHAIN = "toolchain"
_SHELL_LESS = ("distroless", "scratch")


class Installed(NamedTuple):
    """A package that is installed: its normalised name, its version or an empty text, and where that was read.

    `compiled` says whether the installer compiles it, None where that is not known; `scripts` that it has some of
    install which nobody knows.
    """

    name: str
    version: str = ""
    source: str = ""
    compiled: bool | None = None
    scripts: bool = False


@cache
def table() -> dict[str, Any]:
    """All of `native.json`, as it is."""
    content: dict[str, Any] = json.loads(Path(__file__).with_name("native.json").read_text(encoding="utf-8"))
    return content


def known(ecosystem: str) -> frozenset[str]:
    """The packages of an ecosystem that the table has a row for."""
    return frozenset(table()[ecosystem]) - {_TOOLCHAIN, GIT}


def system(ecosystem: str, packages: Iterable[Installed]) -> tuple[System, ...]:
    """What these packages need, each package once, in the order of their names."""
    made: dict[str, System] = {}
    installed = sorted(packages)
    names = {package.name for package in installed}
    for package in installed:
        row = _row(ecosystem, package)
        if row is not None and package.name not in made and not names.intersection(row.get("unless", ())):
            made[package.name] = _system(ecosystem, package, row)
    return tuple(one for one in made.values() if one.needs)


def with_system(facts: Facts, ecosystem: str, packages: Iterable[Installed]) -> Facts:
    """The facts with what these packages need of the system, and what follows: notes, and the tier they can be on."""
    found = system(ecosystem, packages)
    if not found:
        return facts
    answers = dict(facts.answers)
    if full := next((one for one in found if dict(one.refused).get("distroless")), None):
        reason = dict(full.refused)["distroless"]
        answers.setdefault("tier", Found("slim", str(full.name), "likely", rule=f"{full.name.value}: {reason}"))
    notes = [f"{one.name} {one.note}." for one in found if one.note]
    return dataclasses.replace(facts, system=found, answers=answers, notes=(*facts.notes, *notes))


def check(needed: Iterable[System], tier: str) -> None:
    """Raises ScaffoldError for the first of these that a tier cannot have."""
    for one in needed:
        if reason := dict(one.refused).get(tier):
            raise ScaffoldError(f"{tier} cannot have {one.name}: {reason}.", "Say --tier slim.")


def names(needed: Iterable[System], alpine: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packages to build with and to run with, of Alpine or of Debian, each once and sorted."""
    build = {name for one in needed for name in (one.apk_build if alpine else one.build)}
    run = {name for one in needed for name in (one.apk_run if alpine else one.run)}
    return tuple(sorted(build)), tuple(sorted(run))


def files(needed: Iterable[System]) -> tuple[str, ...]:
    """What these open by name, each once and sorted."""
    return tuple(sorted({file for one in needed for file in one.files}))


def environment(needed: Iterable[System], *, build: bool = False) -> tuple[tuple[str, str], ...]:
    """The variables of these, sorted; for the `build` those of it alone too."""
    pairs = [pair for one in needed for pair in (*one.environment, *(one.build_environment if build else ()))]
    return tuple(sorted(dict(pairs).items()))


def install(names: Sequence[str], alpine: bool) -> tuple[str, ...]:
    """The commands that install these packages, each on a line of its own; none for none."""
    if not names:
        return ()
    if alpine:
        return ("apk add --no-cache" + "".join(f" \\\n      '{word}'" for word in names),)
    return (
        "apt-get update",
        "apt-get install -y --no-install-recommends" + "".join(f' \\\n      "{word}"' for word in names),
        "apt-get clean",
        "rm -rf /var/lib/apt/lists/*",
    )


def _row(ecosystem: str, package: Installed) -> dict[str, Any] | None:
    """The row of a package; an empty one for an unknown package that is compiled, None for one that needs nothing."""
    rows = table()[ecosystem]
    name = package.name if package.name in rows else _above(ecosystem, package.name)
    if name in rows and name != _TOOLCHAIN:
        row: dict[str, Any] = rows[name]
        old = "below" in row and package.version and _number(package.version) < _number(row["below"])
        return row if "below" not in row or old or package.compiled else None
    prebuilt = table()["prebuilt"].get(ecosystem, ())
    return {"compiles": True} if package.compiled or (package.scripts and package.name not in prebuilt) else None


def _above(ecosystem: str, name: str) -> str:
    """The row of the module that a Go package or a later line of a module belongs to."""
    if ecosystem != "go":
        return name
    rows = table()[ecosystem]
    return next((row for row in rows if name.startswith((f"{row}/", f"{row}.v"))), name)


def _system(ecosystem: str, package: Installed, row: dict[str, Any]) -> System:
    compiled = _compiled(ecosystem, package, row)
    toolchain = table()[ecosystem].get(_TOOLCHAIN, {}) if compiled and row.get("compiles", True) else {}
    linked = compiled or ecosystem != "python" or package.name == GIT

    def names(prefix: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        build = (*toolchain.get(f"{prefix}build", ()), *(row.get(f"{prefix}build", ()) if linked else ()))
        run = (*toolchain.get(f"{prefix}run", ()), *(row.get(f"{prefix}run", ()) if linked else ()))
        return tuple(sorted({*build})), tuple(sorted({*run, *row.get(f"{prefix}always", ())}))

    debian, alpine = names(""), names("apk_")
    return System(
        name=Found(" ".join(filter(None, (package.name, package.version))), package.source),
        build=tuple(f"{name}={table()['debian'][name]}" for name in debian[0]),
        run=tuple(f"{name}={table()['debian'][name]}" for name in debian[1]),
        apk_build=tuple(f"{name}>={table()['alpine'][name]}" for name in alpine[0]),
        apk_run=tuple(f"{name}>={table()['alpine'][name]}" for name in alpine[1]),
        files=tuple(row.get("files", ())),
        environment=_pairs(row, "environment"),
        build_environment=_pairs(toolchain, "build_environment"),
        refused=tuple(_refused(row, debian, alpine)),
        note=row.get("note", ""),
    )


def _compiled(ecosystem: str, package: Installed, row: dict[str, Any]) -> bool:
    """Whether a package is compiled: as its lock says, else as most of its versions are."""
    if package.name == GIT:
        return False
    if ecosystem != "python":
        return bool(row.get("compiles"))
    if package.compiled is not None:
        return package.compiled
    return not row.get("wheels") and "always" not in row and row.get("compiles", True)


def _pairs(row: dict[str, Any], key: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(row.get(key, {}).items()))


def _refused(
    row: dict[str, Any], debian: tuple[tuple[str, ...], tuple[str, ...]], alpine: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[str, str]]:
    """The tiers that a package cannot be on, each with why."""
    if reason := row.get("shell"):
        yield from ((tier, reason) for tier in _SHELL_LESS)
    unknown = any(wanted and not there for wanted, there in zip(debian, alpine, strict=True))
    if reason := row.get("musl") or ("which packages of Alpine it needs is not known" if unknown else ""):
        yield "alpine", reason


def _number(version: str) -> tuple[int, ...]:
    """The leading numbers of a version or of a range of them: `5.1.1`, `^5`."""
    found = re.search(r"\d{1,9}(?:\.\d{1,9}){0,3}", version, re.ASCII)
    return tuple(map(int, found[0].split("."))) if found else ()
