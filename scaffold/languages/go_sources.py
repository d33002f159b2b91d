"""What the Go files of a project say: its packages, what each imports, and which a program reaches."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from scaffold.languages import go_constraints
from scaffold.project import Project

MOST_PACKAGES = 600
MOST_FILES = 120
"""How many packages a program is followed through, and how many files of each: detection takes bounded time."""

MOST_BYTES = 12_000_000
"""How much of the sources is looked at."""

_CLAUSE = re.compile(r"(?>(?:\s|//[^\n]*|/\*.*?\*/)*)package\s+(\w+)", re.DOTALL)
_SILENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_IMPORTS = re.compile(r"\s*(?:;\s*)?import\s*(?:\(([^)]*)\)|((?:[\w.]+\s+)?(?:\"[^\"\n]*\"|`[^`\n]*`)))")
_IMPORT = re.compile(r"(?:([\w.]+)[ \t]+)?[\"`]([^\"`\n]+)[\"`]")
_EMBED = re.compile(r"^//go:embed[ \t]+(.+?)[ \t\r]*$", re.MULTILINE)


class File(NamedTuple):
    """A Go file: `imports` are paths with the line and the name each has here, `embeds` patterns with their lines."""

    path: str
    text: str
    package: str
    imports: Mapping[str, tuple[int, str]]
    embeds: tuple[tuple[str, int], ...]

    def place(self, line: int) -> str:
        """A line of this file as Found has it."""
        return f"{self.path}:{line}"


class Package(NamedTuple):
    """The files in a folder that a build reads."""

    folder: str
    files: tuple[File, ...]

    @property
    def is_main(self) -> bool:
        """Whether it is a program."""
        return any(file.package == "main" for file in self.files)

    def imports(self) -> Iterator[tuple[str, str]]:
        """Each imported path with its place."""
        for file in self.files:
            for path, (line, _) in file.imports.items():
                yield path, file.place(line)


@dataclass
class Sources:
    """The packages of a project; `modules` are the folders of its modules by their paths, `tags` hold in the build."""

    project: Project
    modules: Mapping[str, str]
    tags: Set[str] = frozenset()
    _read: dict[str, Package] = field(default_factory=dict)
    _bytes: int = 0

    def package(self, folder: str) -> Package:
        """The package in a folder; without files when there is none."""
        if folder not in self._read:
            self._read[folder] = Package(folder, tuple(self._files(folder)))
        return self._read[folder]

    def folder(self, path: str) -> str | None:
        """Where in the project an imported package would be; None for one of another module."""
        owners = [module for module in self.modules if path == module or path.startswith(f"{module}/")]
        if not owners:
            return None
        owner = max(owners, key=len)
        return joined(self.modules[owner], path.removeprefix(owner).strip("/"))

    def reached(self, folder: str) -> tuple[Package, ...]:
        """The project's own packages that the one in this folder is made of, itself first, nearest first."""
        seen, waiting, found = {folder}, deque([folder]), list[Package]()
        while waiting and len(found) < MOST_PACKAGES:
            package = self.package(waiting.popleft())
            found.append(package)
            for path, _ in package.imports():
                inner = self.folder(path)
                if inner is not None and inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)
        return tuple(package for package in found if package.files)

    def mains(self, module: str = ".") -> tuple[str, ...]:
        """The folders with a package main of the module in a folder, in order."""
        others = {folder for folder in self.modules.values() if folder != module}
        nested: dict[str, bool] = {".": False, module: False}
        folders = {path.rpartition("/")[0] or "." for path in self.project.find(".go", module)}
        own = sorted(folder for folder in folders if not self._apart(folder, nested, others))
        return tuple(folder for folder in own if self.package(folder).is_main)

    def _apart(self, folder: str, nested: dict[str, bool], others: Set[str]) -> bool:
        """Whether a folder is another module's, or one that Go does not look into."""
        if folder not in nested:
            above, _, name = folder.rpartition("/")
            nested[folder] = (
                name == "testdata"
                or name.startswith("_")
                or folder in others
                or self.project.shows(f"{folder}/go.mod")
                or self._apart(above or ".", nested, others)
            )
        return nested[folder]

    def _files(self, folder: str) -> Iterator[File]:
        for number, path in enumerate(self.project.find(".go", folder, 0)):
            if number == MOST_FILES or self._bytes > MOST_BYTES:
                return
            if go_constraints.named(path.rpartition("/")[2]):
                text = self.project.glance(path)
                self._bytes += len(text)
                if made := _file(path, text, self.tags):
                    yield made


def joined(folder: str, inner: str) -> str:
    """A folder in a folder, either of which may be `.`."""
    return "/".join(part for part in (folder, inner) if part not in ("", ".")) or "."


def _file(path: str, text: str, tags: Set[str]) -> File | None:
    clause = _CLAUSE.match(text)
    if not clause or not go_constraints.holds(text[: clause.start(1)], tags):
        return None
    bare = _SILENT.sub(lambda silent: re.sub(r"[^\n]", " ", silent[0]), text[: clause.end() + 20_000])
    imports, at = dict[str, tuple[int, str]](), clause.end()
    while found := _IMPORTS.match(bare, at):
        group = 1 if found[1] is not None else 2
        for one in _IMPORT.finditer(found[group]):
            line = bare.count("\n", 0, found.start(group) + one.start(2)) + 1
            imports[one[2]] = (line, one[1] or _called(one[2]))
        at = found.end()
    embeds = list[tuple[str, int]]()
    if "embed" in imports:
        embeds = [
            (pattern.strip('"`'), text.count("\n", 0, found.start()) + 1)
            for found in _EMBED.finditer(text)
            for pattern in re.findall(r'"[^"]+"|`[^`]+`|\S+', found[1])
        ]
    return File(path, text, clause[1], imports, tuple(embeds))


def _called(path: str) -> str:
    """The name that an imported package has by custom: without a version, and without `go-` before it."""
    parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+", part)] or [path]
    return re.sub(r"^go-|-go$|\.v\d+$", "", parts[-1]).replace("-", "")
