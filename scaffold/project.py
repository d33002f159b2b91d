"""A read-only view of the user's directory: the only code that reads their files."""

from __future__ import annotations

import codecs
import json
import os
import stat
from collections import deque
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.facts import Found

LARGEST = 1_000_000
"""Bytes of the largest file that is read; manifests written by people are far below."""

LARGEST_LOCK = 30_000_000
"""The same for a lock file, which a tool wrote."""

SKIPPED = frozenset({"node_modules", "vendor", "venv", "__pycache__", "site-packages", "dist", "build", "target"})
"""Folders that hold what tools made, never what the user wrote."""

DEEPEST = 4
MOST = 5_000
"""How many folders down, and how many files of one kind, a search goes: detection takes bounded time."""

LOOKED_AT = 50_000
"""How many names a search looks at, of any kind."""

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
GLANCE = 100_000
"""How many bytes of one of the user's sources are enough to see what it imports."""


@dataclass(frozen=True)
class Project:
    """The directory `root`; every path given to its methods is relative to it and uses `/`."""

    root: Path

    @staticmethod
    def open(directory: str) -> Project:
        """The project in `directory`.

        Raises ScaffoldError when it is no directory, cannot be read, or is a loop of links.
        """
        try:
            root = Path(directory).resolve(strict=True)
            if not root.is_dir():
                raise ScaffoldError(f"{directory} is not a directory.", "Name the directory of a project.")
            os.listdir(root)
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ScaffoldError(
                f"{directory!r} cannot be read: {reason}.", "Name a directory that you can read."
            ) from None
        return Project(root)

    @property
    def has_workflows(self) -> bool:
        """Whether GitHub workflows are there, whose actions want to be kept up to date."""
        return any(True for _ in self.find(".yml", ".github/workflows", 0)) or any(
            True for _ in self.find(".yaml", ".github/workflows", 0)
        )

    def folder(self, path: str) -> Project:
        """The project's folder at `path` as a project; raises ScaffoldError when there is none inside it."""
        inner = Project.open(str(self.root / path))
        if not inner.root.is_relative_to(self.root):
            raise ScaffoldError(f"{path} leads out of the project.", "Name a folder in it.")
        return inner

    def has(self, path: str) -> bool:
        """Whether `path` is a file; what cannot be looked at is none."""
        return os.path.isfile(self.root / path)

    def has_folder(self, path: str) -> bool:
        """Whether `path` is a folder."""
        return os.path.isdir(self.root / path)

    def shows(self, path: str) -> bool:
        """Whether there is anything by this name, also a folder or a broken link: what reads it says what is wrong."""
        return os.path.lexists(self.root / path)

    def contains(self, folder: str, suffix: str) -> bool:
        """Whether the folder has a file whose name ends in `suffix`, or a folder of it has."""
        return next(self.find(suffix, folder, 1), None) is not None

    def names(self) -> list[str]:
        """The names of the folders at the top, hidden ones and links left out."""
        with os.scandir(self.root) as scan:
            return sorted(one.name for one in scan if one.is_dir(follow_symlinks=False) and one.name[0] != ".")

    def name(self) -> Found:
        """What the project is called when no manifest says it."""
        return Found(self.root.name, "directory")

    def text(self, path: str, largest: int = LARGEST) -> str | None:
        """The text of a file, or None when there is none; `largest` is in bytes.

        Raises ScaffoldError when it is not a plain file, too large, unreadable or not UTF-8.
        """
        try:
            content = self._bytes(path, largest)
            if content is None:
                return None
            # PowerShell writes UTF-16 where it redirects: pip reads it, and so do others.
            return content.decode("utf-16" if content.startswith(_WIDE) else "utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise ScaffoldError(f"{path}:{line} is not UTF-8 text.", "Save the file as UTF-8.") from None

    def _bytes(self, path: str, largest: int) -> bytes | None:
        file = self.root / path
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode):
                raise ScaffoldError(f"{path} is not a file.", "Remove it, or replace it by a file.")
            if status.st_size > largest:
                size = status.st_size / 1_000_000
                raise ScaffoldError(
                    f"{path} is too large to be read: {size:.0f} MB.",
                    f"Make it smaller than {largest / 1_000_000:.0f} MB.",
                )
            with file.open("rb") as opened:
                return opened.read(largest)
        except FileNotFoundError:
            if file.is_symlink():
                raise ScaffoldError(f"{path} is a link that leads nowhere.", "Mend the link, or remove it.") from None
            return None
        except OSError as error:
            raise ScaffoldError(f"{path} cannot be read: {error.strerror}.", "Mend the file, or remove it.") from None

    def glance(self, path: str, most: int = GLANCE) -> str:
        """The first `most` bytes of one of the user's sources; what cannot be read of it is no fault of theirs."""
        try:
            if not stat.S_ISREG((self.root / path).stat().st_mode):
                return ""
            with (self.root / path).open("rb") as opened:
                return opened.read(most).decode("utf-8-sig", errors="replace")
        except OSError:
            return ""

    def wide(self, path: str) -> bool:
        """Whether a file is UTF-16."""
        with suppress(OSError), (self.root / path).open("rb") as opened:
            return opened.read(2) in _WIDE
        return False

    def line(self, path: str) -> Found | None:
        """The first line of a file such as .nvmrc that says something, without a comment."""
        for line in (self.text(path) or "").splitlines():
            if word := line.partition("#")[0].strip():
                return Found(word, path)
        return None

    def json(self, path: str, largest: int = LARGEST) -> dict[str, Any] | None:
        """The object in a JSON file, or None when there is no file; raises ScaffoldError naming the line."""
        text = self.text(path, largest)
        if text is None:
            return None
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            raise ScaffoldError(f"{path}:{error.lineno} is not JSON: {error.msg}.", "Mend that line.") from None
        except RecursionError:
            raise ScaffoldError(f"{path} is nested too deeply.", "Make it a plain manifest.") from None
        except ValueError:
            raise ScaffoldError(f"{path} has a number of thousands of digits.", "Make it a plain manifest.") from None
        if not isinstance(value, dict):
            raise ScaffoldError(f"{path}:1 holds no JSON object.", "Make it an object, with { and }.")
        return value

    def toml(self, path: str, largest: int = LARGEST) -> dict[str, Any] | None:
        """The table of a TOML file, or None when there is no file; raises ScaffoldError naming the line."""
        text = self.text(path, largest)
        if text is None:
            return None
        import tomllib

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = str(error).partition("line ")[2].partition(",")[0] or str(text.count("\n") + 1)
            reason = str(error).partition(" (at")[0]
            raise ScaffoldError(f"{path}:{line} is not TOML: {reason}.", "Mend that line.") from None
        except ValueError as error:
            raise ScaffoldError(f"{path} is not TOML: {error}.", "Make it a plain manifest.") from None
        except RecursionError:
            raise ScaffoldError(f"{path} is nested too deeply.", "Make it a plain manifest.") from None

    def find(self, suffix: str, under: str = ".", deepest: int = DEEPEST) -> Iterator[str]:
        """Paths of the files whose name ends in `suffix`, in one order on any machine, nearest first.

        Hidden folders, links and folders of dependencies and build output are left out.
        """
        found = 0
        for folder, files in self._walk(under, deepest, SKIPPED):
            for file in files:
                if file.name.endswith(suffix) and file.is_file(follow_symlinks=False):
                    yield file.name if folder == "." else f"{folder}/{file.name}"
                    found += 1
                    if found == MOST:
                        return

    def folders(self, names: Set[str], besides: Set[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
        """Each folder with those of the `names` that a file or link in it has, in the order of `find`.

        Left out is what `find` leaves out, and folders called as in `besides`. No file is read.
        """
        for folder, files in self._walk(".", DEEPEST, SKIPPED | besides):
            yield folder, frozenset(file.name for file in files if file.name in names)

    def _walk(self, under: str, deepest: int, skipped: Set[str]) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
        """Each folder with what is in it and no folder itself, sorted, nearest first; what cannot be read is not."""
        looked_at, waiting = 0, deque([(under, 0)])
        while waiting and looked_at < LOOKED_AT:
            folder, depth = waiting.popleft()
            try:
                with os.scandir(self.root / folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError:
                continue
            looked_at += len(entries)
            files = []
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    files.append(entry)
                elif depth < deepest and not entry.name.startswith(".") and entry.name not in skipped:
                    waiting.append((entry.name if folder == "." else f"{folder}/{entry.name}", depth + 1))
            yield folder, files
