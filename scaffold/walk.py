"""One look at the names in a project's folders, which all searches share: bounded, and the same on any machine."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterator, Set
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from scaffold.ignored import Ignored

SKIPPED = frozenset(
    {"node_modules", "bower_components", "jspm_packages", "vendor", "venv", "__pycache__", "site-packages"}
    | {"__pypackages__", "dist", "build", "target", "coverage", "htmlcov"}
)
"""Folders that hold what tools made, never what the user wrote."""

MARKED = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
"""What is in a folder of that kind by another name."""

DEEPEST = 9
"""How many folders down a search goes: sources of some layouts begin at the sixth."""

LOOKED_AT = 50_000
"""How many names are looked at, of any kind."""

CROWDED = 10_000
"""How many names of one folder are: one of a million leaves the others their part."""


class Folder(NamedTuple):
    """The names in a folder, sorted: plain files, what else is no folder (links, devices), and folders to look into."""

    files: tuple[str, ...]
    others: tuple[str, ...]
    folders: tuple[str, ...]


class Walk:
    """The folders at and below `root`, each read once when the first search needs them.

    Left out are hidden folders, links to folders, what tools made, what git ignores, and names that cannot be printed.
    """

    def __init__(self, root: Path, whole: tuple[Walk, str] | None = None) -> None:
        """Of a folder of a project, `whole` is the walk of that and where the folder is in it."""
        self._root = root
        self._whole = whole
        self._apart: dict[tuple[str, int], dict[str, Folder]] = {}

    def below(self, under: str, deepest: int, besides: Set[str] = frozenset()) -> Iterator[tuple[str, Folder]]:
        """Each folder at and below `under`, nearest first, and what is in it; none called as in `besides`."""
        known = self._known(under, deepest)
        waiting = deque([(under, 0)])
        while waiting:
            path, depth = waiting.popleft()
            if (folder := known.get(path)) is None:
                continue
            yield path, folder
            if depth < deepest:
                waiting.extend((joined(path, name), depth + 1) for name in folder.folders if name not in besides)

    def ignores(self, path: str) -> bool:
        """Whether git ignores a file in a folder that was walked."""
        if self._whole:
            walk, at = self._whole
            return walk.ignores(joined(at, path))
        return self._ignored.has(path, False)

    @cached_property
    def _all(self) -> dict[str, Folder]:
        if self._whole:
            walk, at = self._whole
            return {path[len(at) + 1 :] or ".": folder for path, folder in walk.below(at, DEEPEST)}
        return self._read(".", DEEPEST)

    @cached_property
    def _ignored(self) -> Ignored:
        return Ignored(self._root)

    def _known(self, under: str, deepest: int) -> dict[str, Folder]:
        """What holds a folder: the walk of all, or for one that this leaves out, a walk of its own."""
        parts = under.split("/")
        if ".." in parts or under.startswith("/"):
            return {}
        if under == "." or not any(part.startswith(".") or part in SKIPPED for part in parts):
            return self._all
        if (under, deepest) not in self._apart:
            self._apart[under, deepest] = self._read(under, deepest)
        return self._apart[under, deepest]

    def _read(self, under: str, deepest: int) -> dict[str, Folder]:
        found: dict[str, Folder] = {}
        looked_at, waiting = 0, deque([(under, 0)])
        while waiting and looked_at < LOOKED_AT:
            path, depth = waiting.popleft()
            entries = self._entries(path)
            if entries is None:
                continue
            looked_at += len(entries)
            if path != under and not MARKED.isdisjoint(entry.name for entry in entries):
                continue
            found[path] = self._folder(path, entries, depth < deepest)
            waiting.extend((joined(path, name), depth + 1) for name in found[path].folders)
        return found

    def _entries(self, path: str) -> list[os.DirEntry[str]] | None:
        """What is in a folder, as far as names can be printed; None for one that cannot be read."""
        try:
            with os.scandir(self._root / path) as scan:
                entries = [entry for entry in itertools.islice(scan, CROWDED) if entry.name.isprintable()]
        except OSError:
            return None
        return sorted(entries, key=lambda entry: entry.name)

    def _folder(self, path: str, entries: list[os.DirEntry[str]], deeper: bool) -> Folder:
        if any(entry.name == ".gitignore" for entry in entries):
            self._ignored.enter(path)
        files: list[str] = []
        others: list[str] = []
        folders: list[str] = []
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                (files if entry.is_file(follow_symlinks=False) else others).append(entry.name)
            elif deeper and self._is_entered(path, entry.name):
                folders.append(entry.name)
        return Folder(tuple(files), tuple(others), tuple(folders))

    def _is_entered(self, above: str, name: str) -> bool:
        left_out = name.startswith(".") or name in SKIPPED
        return not left_out and not self._ignored.has(joined(above, name), True)


def joined(folder: str, name: str) -> str:
    """The path of what is in a folder."""
    return name if folder == "." else f"{folder}/{name}"
