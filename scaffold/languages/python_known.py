"""The dated table of Python packages that ships with the program, for what a project's files do not say.

`python_known.json` has `date`, the day it was made; `wheels`, the first version of widely used packages with compiled
code that has a wheel for a line of Python (Linux, x86_64, glibc); `fails`, versions of packages without compiled code
that fail on a line, as specifiers, of which one is enough; `replaced`, versions that fail on every line, with the one
that is installed instead; `beside`, versions with what must not be newer than they know, where their own requirements
do not say so; `pkg_resources`, versions that import it; `added`, versions of what is installed beside a project's own
packages; and `installers`, each with all it needs, exactly.
`python -m tests.python_known` makes it anew.
"""

from __future__ import annotations

import operator
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.markers import Marker

_COMPARED = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_PLAIN = re.compile(f"({'|'.join(_COMPARED)})" + r"(\d{1,9}(?:\.\d{1,9}){0,5})", re.ASCII)
"""A specifier of a plain release: most are, and packaging takes a tenth of a run to import."""


def added(name: str) -> str:
    """The trait that has a package of `added` installed beside the project's own: `add:gunicorn==23.0.0`."""
    return f"add:{name}=={_content()['added'][name]}"


def installer(name: str, line: str) -> tuple[str, ...]:
    """An installer (`poetry`, `pdm`, `pipenv`) and all it needs on a line of Python, each with its version."""
    from packaging.requirements import Requirement

    wanted = [Requirement(pin) for pin in _content()["installers"][name]]
    return tuple(f"{one.name}{one.specifier}" for one in wanted if one.marker is None or applies(one.marker, line))


def unfit(name: str, version: str, line: str) -> str:
    """Why a version of a package is nothing for a line: `fails`, `wheels`, or empty where nothing is known.

    `name` is normalised. A version that cannot be read is fit.
    """
    if any(within(version, some) for some in _content()["fails"].get(name, {}).get(line, ())):
        return "fails"
    first = _content()["wheels"].get(name, {}).get(line)
    return "wheels" if first and within(version, f"<{first}") else ""


def first(name: str, line: str) -> str:
    """The first version of a package that has a wheel for a line; empty where that is not known, or changes much.

    PyYAML 6 takes calls no more that 5 took, and 5 can be built.
    """
    return "" if name == "pyyaml" else str(_content()["wheels"].get(name, {}).get(line, ""))


def replaced(name: str, version: str) -> str:
    """The version to install instead of one that fails on every line; empty for one that does not."""
    table = _content()["replaced"].get(name, {}) if version else {}
    return next((other for some, other in table.items() if within(version, some)), "")


def beside(name: str, version: str) -> tuple[str, ...]:
    """What a version of a package fails without, as requirements: `numpy<2`.

    Without a version those of packages of which no version is any better.
    """
    table = _content()["beside"].get(name, {})
    return tuple(
        limit for some, limits in table.items() if not some or (version and within(version, some)) for limit in limits
    )


def imports_pkg_resources(name: str, version: str) -> bool:
    """Whether a version of a package imports pkg_resources, which setuptools has no more since 81."""
    old = _content()["pkg_resources"].get(name)
    return bool(old and version) and within(version, old)


def applies(marker: Marker, line: str) -> bool:
    """Whether a marker holds on Linux on a line of Python, whatever its patch."""
    environment = {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{line}.9",
        "python_version": line,
        "sys_platform": "linux",
    }
    return marker.evaluate(environment)


def within(version: str, specifier: str) -> bool:
    """Whether a version is in specifiers (PEP 440), pre-releases too; one that cannot be read is in none."""
    parts = [_PLAIN.fullmatch(part) for part in specifier.split(",")]
    release = _PLAIN.fullmatch(f"=={version}")
    if release and None not in parts:
        return all(_COMPARED[part[1]](_numbers(release[2]), _numbers(part[2])) for part in parts if part)
    from packaging.specifiers import SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _numbers(release: str) -> list[int]:
    """The numbers of a release, of which zeros at the end say nothing (PEP 440, "Version matching")."""
    numbers = [int(number) for number in release.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


@cache
def _content() -> dict[str, Any]:
    import json

    read: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return read
