"""Reads the ranges of versions that projects ask for: each grammar is known here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.facts import Range

LONGEST = 200
"""Characters of a range that is read: those that people write are far shorter."""

_HIGHEST = (99_999, 99_999, 99_999)


def admits(wanted: Range, version: str) -> bool:
    """Whether an exact version (`24.21.0`) is in the range; a range that cannot be read has none.

    `npm` follows node-semver, as npm does for `engines`; `pep440` the specifiers of packaging.python.org, as pip and
    uv do for `requires-python`; `go` is the least version (go.dev/ref/mod, "go directive").
    """
    floor = _floor(wanted)
    if floor is not None:
        return _numbers(version) >= floor
    if len(wanted.text) > LONGEST:
        return False
    return _in_npm(wanted.text, version) if wanted.grammar == "npm" else _in_pep440(wanted.text, version)


def reaches(wanted: Range, line: str) -> bool:
    """Whether some version of a line (`24`, `3.14`, or an exact one) may be in the range."""
    floor = _floor(wanted)
    if floor is not None:
        return (*_numbers(line), *_HIGHEST)[:3] >= floor
    return any(admits(wanted, version) for version in _samples(line, wanted.text))


def _floor(wanted: Range) -> tuple[int, ...] | None:
    """The numbers of a range that is a least version and nothing else: most are, and cost no import."""
    form = r"\s*" if wanted.grammar == "go" else r"\s*>=\s*v?"
    found = re.fullmatch(form + r"(\d{1,5}(?:\.\d{1,5}){0,2})\s*", wanted.text, re.ASCII)
    return _numbers(found[1]) if found else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _samples(line: str, text: str) -> Iterator[str]:
    """Versions of a line by which to try a range: its first, its last, and those that the range itself names.

    Which patch a line has reached is known to its tags only.
    """
    named = [version for version in re.findall(r"\d+(?:\.\d+)+", text) if f"{version}.".startswith(f"{line}.")]
    for version in (line, *named):
        for rest in ("0", "9999"):
            yield ".".join([*version.split("."), rest, rest][:3])


def _in_npm(text: str, version: str) -> bool:
    import nodesemver

    return bool(nodesemver.satisfies(version, text, loose=True))


def _in_pep440(text: str, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(text).contains(version)
    except InvalidSpecifier:
        return False
