"""A read-only view of the user's directory: the only code that reads their files."""

from __future__ import annotations

import codecs
import errno
import json
import os
import stat
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.walk import DEEPEST, Walk, joined

LARGEST = 1_000_000
"""Bytes of the largest file that is read; manifests written by people are far below."""

LARGEST_LOCK = 30_000_000
"""The same for a lock file, which a tool wrote."""

LARGEST_YAML = 100_000
"""The same for YAML, which takes longest."""

MOST = 5_000
"""How many files of one kind a search finds: detection takes bounded time."""

NESTED = 4
"""How many folders down apps are looked for."""

GLANCE = 100_000
"""How many bytes of one of the user's sources are enough to see what it imports."""


@dataclass(frozen=True)
class Project:
    """The directory `root`; every path given to its methods is relative to it and uses `/`."""

    root: Path
    _walked: list[Walk] = field(default_factory=list, init=False, repr=False, compare=False)

    @staticmethod
    def open(directory: str) -> Project:
        """The project in `directory`.

        Raises ScaffoldError when it is no directory, cannot be read, or is a loop of links.
        """
        if not directory:
            raise ScaffoldError("The name of the directory is empty.", "Name it, or leave it out for this one.")
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
        if not os.path.lexists(self.root / path):
            remedy = "Mend the directory of its service in the answers, or take the service out of them."
            raise ScaffoldError(f"There is no folder {path!r} in the project.", remedy)
        inner = Project.open(str(self.root / path))
        if not inner.root.is_relative_to(self.root):
            raise ScaffoldError(f"{path} leads out of the project.", "Name a folder in it.")
        return inner

    def within(self, path: str) -> Project:
        """The project's folder at `path`, where a search came upon it, as a project that shares what was walked."""
        inner = Project(self.root / path)
        inner._walked.append(Walk(inner.root, (self._walk, path)))
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
            # PowerShell writes UTF-16 where it redirects (`pip freeze >`). pip reads it; what reads manifests does not.
            wide = path.endswith(".txt") and content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            return content.decode("utf-16" if wide else "utf-8-sig")
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
                    f"Make it smaller than {largest / 1_000_000:g} MB.",
                )
            return _begin(str(file), largest)
        except FileNotFoundError:
            if file.is_symlink():
                raise ScaffoldError(f"{path} is a link that leads nowhere.", "Mend the link, or remove it.") from None
            return None
        except OSError as error:
            raise ScaffoldError(f"{path} cannot be read: {error.strerror}.", "Mend the file, or remove it.") from None

    def glance(self, path: str, most: int = GLANCE) -> str:
        """The first `most` bytes of one of the user's sources; what cannot be read of it is no fault of theirs."""
        try:
            return _begin(f"{self.root}/{path}", most).decode("utf-8-sig", errors="replace")
        except OSError:
            return ""

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

    def yaml(self, path: str, largest: int = LARGEST_YAML) -> dict[str, Any] | None:
        """The mapping in a YAML file, or None when there is no file; raises ScaffoldError naming the line.

        Scalars are texts as written (`9.0`, `true`), null is an empty one; an empty mapping and an empty list are too.
        """
        text = self.text(path, largest)
        if text is None:
            return None
        from scaffold.hardening import yaml

        try:
            return yaml.plain(yaml.read(text))
        except yaml.Unreadable as error:
            reason = f"{str(error)[0].lower()}{str(error)[1:]}"
            raise ScaffoldError(f"{path}:{error.line} cannot be read: {reason}.", "Mend that line.") from None

    def find(self, suffix: str, under: str = ".", deepest: int = DEEPEST) -> Iterator[str]:
        """Paths of the files whose name ends in `suffix`, in one order on any machine, nearest first.

        Left out are hidden folders, links, folders of dependencies and build output, and what git ignores.
        """
        found = 0
        for folder, inside in self._walk.below(under, deepest):
            for path in (joined(folder, name) for name in inside.files if name.endswith(suffix)):
                if not self._walk.ignores(path):
                    yield path
                    found += 1
                    if found == MOST:
                        return

    def folders(self, names: Set[str], besides: Set[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
        """Each folder with those of the `names` that a file or link in it has, in the order of `find`.

        Left out is what `find` leaves out, and folders called as in `besides`. No file is read.
        """
        for folder, inside in self._walk.below(".", NESTED, besides):
            there = names & {*inside.files, *inside.others}
            yield folder, frozenset(name for name in there if not self._walk.ignores(joined(folder, name)))

    @property
    def _walk(self) -> Walk:
        if not self._walked:
            self._walked.append(Walk(self.root))
        return self._walked[0]


def _begin(file: str, most: int) -> bytes:
    """The first bytes of a plain file; raises OSError. One that waits for its bytes, as in /proc, is an error too."""
    if not stat.S_ISREG(os.stat(file).st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    # Between the look and the opening it may have become a FIFO.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        content = b""
        while len(content) < most and (part := os.read(descriptor, most - len(content))):
            content += part
        return content
    finally:
        os.close(descriptor)
