"""What git ignores: the patterns of .gitignore files, each for its folder, and of .git/info/exclude."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

LARGEST = 100_000
"""Bytes of a file of patterns that are read."""

MOST = 5_000
"""How many patterns count, of all files together."""

WILD = 3
"""How many wildcards a pattern may have: each more is the length of a path times the work."""

WORK = 200_000_000
"""How many steps matching may take in one project; behind them nothing is ignored any more."""

EXCLUDE = ".git/info/exclude"
"""A file of patterns for the whole repository, which is not part of it; any .gitignore counts more."""


_PLAIN = re.compile(r"(!?)(/?)([\w.-]+(?:/[\w.-]+)*|[\w.-]+\*[\w.-]*|\*[\w.-]+)(/?)", re.ASCII)
"""Patterns of most files: names and places, and one wildcard in a name. pathspec takes a tenth of a run to import."""


class _Pattern(NamedTuple):
    matches: re.Pattern[str]
    ignores: bool
    wild: int


class _Rules:
    """The patterns of a file, the last first, which counts."""

    def __init__(self, patterns: Sequence[_Pattern]) -> None:
        self.patterns = patterns
        # Most names match none: one expression says so much sooner than each of them.
        self.any = re.compile("|".join(pattern.matches.pattern.replace("?P<ps_d>", "?:") for pattern in patterns))
        self.wild = Counter(pattern.wild for pattern in patterns)

    def work(self, name: str) -> int:
        """How many steps it may take to match a name."""
        return sum(often * len(name) ** wild for wild, often in self.wild.items())

    def ignores(self, name: str) -> bool | None:
        """Whether a name is ignored; None where no pattern is about it."""
        if not self.any.match(name):
            return None
        return next(pattern.ignores for pattern in self.patterns if pattern.matches.match(name))


class Ignored:
    """What is ignored in a project at `root`, which may be a folder of a repository.

    `enter` is to be called for each folder, from above down, before what is in it is asked about.
    """

    def __init__(self, root: Path) -> None:
        self._top = next((above for above in (root, *root.parents) if (above / ".git").exists()), None)
        self._root = root
        self._files: dict[str, _Rules] = {}
        self._patterns, self._work = 0, 0
        above = root.relative_to(self._top).as_posix() if self._top else "."
        self._inside = "" if above == "." else f"{above}/"
        if self._top:
            self._read(self._top / EXCLUDE, EXCLUDE)
            for folder in _above(self._inside):
                self._read(self._top / folder / ".gitignore", folder)
            # Of a repository that ignores the project itself the patterns are about something else.
            if self._inside and self.has(".", True):
                self._files.clear()

    def enter(self, folder: str) -> None:
        """Reads the patterns of a folder, relative to the project, which has a file of them."""
        inside = self._inside if folder == "." else f"{self._inside}{folder}/"
        self._read(self._root / folder / ".gitignore", inside)

    def has(self, path: str, folder: bool) -> bool:
        """Whether a file or `folder`, relative to the project, is ignored, while none that it is in is."""
        if not self._files:
            return False
        inner = self._inside.rstrip("/") if path == "." else f"{self._inside}{path}"
        return self._matched(inner, "/" if folder else "") and inner not in self._tracked

    def _matched(self, path: str, end: str) -> bool:
        for above in (*reversed(_above(path)), EXCLUDE):
            name = f"{path.removeprefix(above)}{end}"
            rules = self._files.get(above)
            if rules is None:
                continue
            self._work += rules.work(name)
            ignores = rules.ignores(name) if self._work <= WORK else False
            if ignores is not None:
                return ignores
        return False

    def _read(self, file: Path, folder: str) -> None:
        patterns = tuple(_patterns(_text(file)))[: MOST - self._patterns]
        if patterns:
            self._patterns += len(patterns)
            self._files[folder] = _Rules(patterns)

    @cached_property
    def _tracked(self) -> frozenset[str]:
        from scaffold.tracked import tracked

        return tracked(self._top) if self._top else frozenset()


def _above(path: str) -> list[str]:
    """The folders that a path is in, each with a slash at its end, from the repository's, which is empty, down."""
    parts = path.split("/")[:-1]
    return ["", *("/".join(parts[: number + 1]) + "/" for number in range(len(parts)))]


def _text(file: Path) -> str:
    try:
        if file.is_file():
            with file.open("rb") as opened:
                return opened.read(LARGEST).decode("utf-8", errors="replace")
    except OSError:
        pass
    return ""


def _patterns(text: str) -> Iterator[_Pattern]:
    """The patterns of a file, the last first, which counts."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in reversed(lines[:MOST]):
        wild = len(re.findall(r"\*+", line))
        if wild <= WILD and (made := plain(line) or _any(line)):
            yield _Pattern(re.compile(made[0]), made[1], wild)


def plain(line: str) -> tuple[str, bool] | None:
    """The expression of a plain pattern as pathspec makes it, and whether it ignores; None for any other pattern."""
    match = _PLAIN.fullmatch(line)
    if not match:
        return None
    keeps, top, name, folder = match.groups()
    begin = "" if top or "/" in name else "(?:.+/)?"
    inner = re.escape(name).replace(r"\*", "[^/]*")
    return f"^{begin}{inner}{'(?P<ps_d>/)' if folder else '(?:(?P<ps_d>/)|$)'}", not keeps


def _any(line: str) -> tuple[str, bool] | None:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        made = GitIgnoreSpecPattern(line)
    except (ValueError, re.error):  # What git takes for a pattern that matches nothing.
        return None
    return (made.regex.pattern, made.include) if made.regex is not None and made.include is not None else None
