"""Which line of Python a project is for: what its files ask for, and what its pins can run on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold import catalogue, language, ranges
from scaffold.facts import Found, Range
from scaffold.languages import python_known
from scaffold.languages.python_locks import Pin
from scaffold.languages.python_names import table
from scaffold.project import Project

NAME = "python"

_DATED = frozenset({"certifi", "pytz", "tzdata"})
"""Packages whose version is the day of their release: 2021.5.30."""

_HEADER = re.compile(r"#.*\bwith [Pp]ython (\d+\.\d+)|#.*--python-version[ =](\d+\.\d+)")
"""What pip-compile and uv write above what they made."""


class Choice(NamedTuple):
    """The line for a project (None: nothing says one), pins that are no good there, and notes about it."""

    version: Found | None
    unfit: tuple[Pin, ...] = ()
    notes: tuple[str, ...] = ()

    held: bool = False
    """Whether pins are older than the newest line."""

    def settled(self, editable: bool) -> tuple[tuple[Found, ...], tuple[str, ...]]:
        """Traits of what installing such pins takes, and notes.

        `editable` says that versions may be replaced: where no Python has a wheel for one, and it is not to be built,
        the first that has one is installed.
        """
        line = self.version.value if self.version else catalogue.lines(NAME).default
        sources = [pin for pin in self.unfit if unfit(pin, line) == "wheels"]
        newer = {pin: python_known.first(pin.name, line) for pin in sources if editable}
        traits = [Found(f"instead:{pin.name}=={first}", _shown([pin])) for pin, first in newer.items() if first]
        notes = [
            f"{_shown([pin])} is not for Python {line}: {first} is installed." for pin, first in newer.items() if first
        ]
        built = [pin for pin in sources if not newer.get(pin)]
        if built:
            traits += [Found(f"compiles:{pin.name}", _shown([pin])) for pin in built]
            notes.append(f"No wheel for Python {line}, so built from source: {_shown(built[:5])}.")
        if built or self.held:
            traits.append(Found("old-builds", _shown(built[:1]) or "pins older than the newest Python"))
        return tuple(traits), (*self.notes, *notes)


def wanted(project: Project, manifest: dict[str, object]) -> Range | None:
    """The versions that the project's files ask for: a patch in .python-version, else its range."""
    if patch := language.least(NAME, "pep440", project, ".python-version"):
        return patch
    return _range(manifest)


def choose(project: Project, manifest: dict[str, object], pins: Sequence[Pin], source: str) -> Choice:
    """The line that the files ask for, else the newest that all pins have a wheel for.

    `source` is the file that pins are from. Raises ScaffoldError when no known line is asked for.
    """
    asked, limit = next(_asked(project, source), None), _range(manifest)
    lines = catalogue.lines(NAME)
    if asked:
        line = language.line_of(NAME, asked.value)
        met = line is not None and (limit is None or ranges.reaches(limit, line))
        if line in lines.supported and met:
            return Choice(language.wish(NAME, asked, line), _unfit(pins, line))
        if not _ended(asked.value) and met is False and line is None:
            return Choice(language.wish(NAME, asked, None))
    fits = [line for line in _newest_first() if limit is None or ranges.reaches(limit, line)]
    if limit and not fits:
        known = language.newest(NAME, lambda line: ranges.reaches(limit, line))
        return Choice(language.wish(NAME, Found(limit.text, limit.source), known))
    if asked:
        return _nearest(asked, fits, pins, limit)
    return _by_pins(fits, pins, limit)


def _newest_first() -> list[str]:
    lines = catalogue.lines(NAME)
    return list(dict.fromkeys((lines.default, *reversed(lines.supported))))


def _nearest(asked: Found, fits: list[str], pins: Sequence[Pin], limit: Range | None) -> Choice:
    """The line to take for one that has ended, or that the project's own range leaves out."""
    line = fits[-1]
    if _ended(asked.value):
        rule = f"Python {asked.value} is out of support, {line} is the nearest that is not"
    else:
        rule = f"{limit.source if limit else 'the manifest'} leaves it out"
    found = Found(line, asked.source, "likely", (Found(asked.value, asked.source),), rule)
    return Choice(found, _unfit(pins, line))


def _by_pins(fits: list[str], pins: Sequence[Pin], limit: Range | None) -> Choice:
    """The newest line that was out when the pins were made and that has a wheel for each, else the least bad."""
    year = max((int(pin.version[:4]) for pin in pins if _dated(pin)), default=0)
    out = [line for line in fits if not year or _released(line) <= year] or fits[-1:]
    unfit = {line: _unfit(pins, line) for line in out}
    # Of equally bad ones the oldest: what is broken there was at least made nearer to it.
    line = next((line for line in out if not unfit[line]), min(reversed(out), key=lambda one: len(unfit[one])))
    if line == fits[0]:
        return Choice(language.wish(NAME, Found(limit.text, limit.source), line) if limit else None, unfit[line])
    held = _unfit(pins, fits[0])
    if held:
        source, why = f"pins without {fits[0]}", f"{_shown(held[:3])} are not for {fits[0]}"
    else:
        dated = next(pin for pin in pins if _dated(pin) and int(pin.version[:4]) == year)
        source, why = f"pins of {year}", f"{_shown([dated])} is older than {fits[0]}"
    return Choice(Found(line, source, "likely", (Found(fits[0], "newest"),), why), unfit[line], (), True)


def _shown(pins: Sequence[Pin]) -> str:
    return ", ".join(f"{pin.name} {pin.version} ({pin.source})" for pin in pins)


def _released(line: str) -> int:
    """The year of a line's release, each October (PEP 602); pins of the next year knew it."""
    return 2011 + int(line.split(".")[1])


def _dated(pin: Pin) -> bool:
    return pin.name in _DATED and re.match(r"20\d\d\.\d", pin.version) is not None


def _unfit(pins: Sequence[Pin], line: str) -> tuple[Pin, ...]:
    return tuple(pin for pin in pins if unfit(pin, line))


def unfit(pin: Pin, line: str) -> str:
    """Why a pin is nothing for a line: `wheels` (it has none), `fails` (it fails there), or empty."""
    if known := python_known.unfit(pin.name, pin.version, line) if pin.version else "":
        # A lock lists the wheels that there are.
        return known if known == "fails" or not _wheel(pin.wheels, line) else ""
    compiled = [wheel for wheel in pin.wheels if "linux" in wheel]
    return "wheels" if compiled and not _wheel(pin.wheels, line) else ""


def _wheel(wheels: Sequence[str], line: str) -> bool:
    """Whether one of the files is for a line on Linux, by the tags in its name (PEP 425)."""
    minor = int(line.split(".")[1])
    for wheel in wheels:
        *_, pythons, abi, platform = f"---{wheel.removesuffix('.whl')}".split("-")
        if platform != "any" and "linux" not in platform:
            continue
        if f"cp3{minor}" in pythons.split(".") and abi != f"cp3{minor}t":
            return True
        if any(python in ("py3", "py2.py3") for python in (pythons, *pythons.split("."))):
            return True
        oldest = re.match(r"cp3(\d+)", pythons)
        if abi == "abi3" and oldest and int(oldest[1]) <= minor:
            return True
    return False


def _asked(project: Project, source: str) -> Iterator[Found]:
    """The versions that files ask for, the surest first."""
    if written := project.line(".python-version"):
        yield Found(re.sub(r"^(c?python-?)", "", written.value), written.source)
    if (runtime := project.line("runtime.txt")) and (found := re.fullmatch(r"python-?(\d+\.\d+\S*)", runtime.value)):
        yield Found(found[1], runtime.source)
    requires = table(project.toml("Pipfile") or {}, "requires") if project.has("Pipfile") else {}
    for key in ("python_version", "python_full_version"):
        if isinstance(version := requires.get(key), str):
            yield Found(version, f"Pipfile {key}")
    for line in project.glance(".tool-versions").splitlines():
        if found := re.match(r"python\s+(\d+\.\d+\S*)", line):
            yield Found(found[1], ".tool-versions")
    for file in ("mise.toml", ".mise.toml"):
        if found := re.search(r'^python\s*=\s*["\'](\d+\.\d+[^"\']*)', project.glance(file), re.MULTILINE):
            yield Found(found[1], file)
    if source.endswith(".txt"):
        for number, line in enumerate(project.glance(source, 2_000).splitlines()[:10], 1):
            if found := _HEADER.search(line):
                yield Found(found[1] or found[2], f"{source}:{number}", "likely")


def _ended(version: str) -> bool:
    """Whether a version is of a line before all that are supported."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    oldest = catalogue.lines(NAME).supported[0].split(".")
    return numbers is not None and (int(numbers[1]), int(numbers[2])) < (int(oldest[0]), int(oldest[1]))


def _range(manifest: dict[str, object]) -> Range | None:
    requires = table(manifest, "project").get("requires-python")
    if isinstance(requires, str) and requires.strip():
        return Range("pep440", requires, "pyproject.toml requires-python")
    python = table(manifest, "tool", "poetry", "dependencies").get("python")
    if isinstance(python, str) and python.strip() not in ("", "*"):
        return Range("pep440", _standard(python), "pyproject.toml tool.poetry python")
    return None


def _standard(text: str) -> str:
    """A constraint of poetry as specifiers of PEP 440: `^3.9` is `>=3.9,<4`."""
    parts = []
    for part in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", text.partition("||")[0].strip()):
        if part.startswith("^"):
            parts += [f">={part[1:].strip()}", f"<{int(part[1:].strip().split('.')[0]) + 1}"]
        elif re.fullmatch(r"~\s*\d+(\.\d+){1,2}", part):
            number = part[1:].strip().split(".")
            parts += [f">={'.'.join(number)}", f"<{number[0]}.{int(number[1]) + 1}"]
        elif part.startswith("~") and not part.startswith("~="):
            parts.append(f"~={part[1:].strip()}")
        else:
            parts.append(f"=={part}" if re.match(r"\d", part) else part)
    return ",".join(parts)
