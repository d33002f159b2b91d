"""The modules of a Node project that its start reaches, nearest first: a bounded number of bounded size."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scaffold.languages.js_tree import Source
from scaffold.project import Project

MOST = 150
"""How many modules are read; a program's own first hundred say where it listens."""

ENDINGS = (".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx")

BUILT = ("dist", "build", "lib", "out", ".build", "compiled", "bin", "server")
"""Folders into which sources are compiled."""

CUSTOMARY = ("server", "index", "app", "main", "www", "start")
"""What the first module of a program is called."""

APART = frozenset({"test", "tests", "__tests__", "spec", "e2e", "docs", "example", "examples", "scripts", "migrations"})


_WANTED = re.compile(r"""(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]([.@~#][^"'`\n]*|src/[^"'`\n]*)["'`]""")

_TELLING = re.compile(
    r"listen|process\.env|\bport\b|\bhost|[Ss]erver\b|serve\(|Router|\.(?:get|use|route|register)\(|@Get\(|Prefix"
    r"|mkdir|[wW]rite|append|Database|JSONFile|filename|storage|dest\b|uploadDir|[pP]ath\b|(?:mongodb|postgres|mysql|redis|amqp)\w*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Modules:
    """The sources that a program is made of; `moved` is the folder of sources and that of what is made of them."""

    project: Project
    sources: tuple[Source, ...]
    moved: tuple[str, str] = ("", "")
    known: dict[tuple[str, int, int], Any] = field(default_factory=dict, compare=False)
    """What expressions came to, by the place in a source: each is looked at once, however many names lead there."""

    @cached_property
    def by_path(self) -> dict[str, Source]:
        """The sources by their paths."""
        return {source.path: source for source in self.sources}

    def resolved(self, source: Source, module: str) -> Source | None:
        """The source that a module means in another."""
        path = self.resolved_path(source, module)
        return self.by_path.get(path) if path else None

    def resolved_path(self, source: Source, module: str) -> str:
        """The file that a module means in a source; empty for a package, and for one that is not there."""
        return _resolved(self.project, source.path, module)

    def folder(self, source: Source) -> str:
        """The folder in which a source runs, relative to the project: `dist/routes` for `src/routes/a.ts`."""
        folder = posixpath.dirname(source.path) or "."
        before, after = self.moved
        if before and (folder == before or folder.startswith(f"{before}/")):
            return posixpath.normpath(after + folder.removeprefix(before))
        return folder


def reached(project: Project, start: str) -> Modules:
    """What a start command reaches; without a file in it that is there or is made of one, what looks like a program."""
    entry, moved = _entry(project, start)
    found: dict[str, Source] = {}
    # What the package `config` reads, whichever module asks for it.
    settings = filter(project.has, ("config/production.json", "config/default.json"))
    waiting = deque([*([entry] if entry else likely(project)), *settings])
    while waiting and len(found) < MOST:
        path = waiting.popleft()
        if path in found:
            continue
        text = project.glance(path)
        if path.endswith(".json"):
            found[path] = Source(path, f"({text})")
            continue
        # One that says nothing of interest leads on to others, and no tree of it is needed.
        found[path] = Source(path, text if _TELLING.search(text) else "")
        wanted = dict.fromkeys(_WANTED.findall(text))
        waiting += [one for module in wanted if (one := _resolved(project, path, module))]
    return Modules(project, tuple(found.values()), moved)


def _entry(project: Project, start: str) -> tuple[str, tuple[str, str]]:
    """The source of the file that a command starts, and which folder was compiled into which."""
    words = [word.removeprefix("./") for word in start.split() if not word.startswith("-")]
    for word in words[1:] or words:
        if word.startswith(("/", "..")) or "node_modules" in word:
            continue
        # The program of express-generator is bin/www.
        if words[0] == "node" and "." not in posixpath.basename(word) and project.has(word):
            return word, ("", "")
        folder, _, rest = word.partition("/")
        stem = word.rpartition(".")[0] if word.endswith(ENDINGS) else word
        if folder in BUILT and rest:
            inner = stem.partition("/")[2]
            for root in ("src", "", "lib", "app", "source"):
                path = _file(project, posixpath.join(root, inner))
                if path and not path.startswith(f"{folder}/"):
                    return path, (root, folder) if root else ("", "")
            if inner.startswith("src/") and (path := _file(project, inner)):
                return path, ("src", f"{folder}/src")
        if path := (word if word.endswith(ENDINGS) and project.has(word) else _file(project, stem)):
            return path, ("", "")
    return "", ("", "")


def _file(project: Project, stem: str) -> str:
    return next(
        (path for ending in ENDINGS for path in (stem + ending, f"{stem}/index{ending}") if project.has(path)), ""
    )


def likely(project: Project) -> Iterator[str]:
    """Files that call something that listens, those of customary names first; what is a test or a script is left."""
    found = []
    for ending in (".js", ".ts", ".mjs"):
        for path in project.find(ending):
            *folders, file = path.split("/")
            if APART.isdisjoint(folders) and ".test." not in file and ".spec." not in file and ".d." not in file:
                found.append(path)
            if len(found) > MOST * 10:
                break
    named = sorted(found, key=lambda path: (path.count("/"), _rank(path), path))
    return iter([path for path in named[: MOST * 2] if "listen(" in project.glance(path)][:20])


def _rank(path: str) -> int:
    stem = posixpath.basename(path).partition(".")[0]
    return CUSTOMARY.index(stem) if stem in CUSTOMARY else len(CUSTOMARY)


def _resolved(project: Project, source: str, module: str) -> str:
    """The file that a module in a source means; empty for packages and what is not there."""
    if module.startswith("."):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), module))
    elif module.startswith(("@/", "~/", "#")):
        path = posixpath.join("src", module.lstrip("@~#").lstrip("/"))
    elif module.startswith("src/"):
        path = module
    else:
        return ""
    if path.startswith(("..", "/")):
        return ""
    if path.endswith((*ENDINGS, ".json")) and project.has(path):
        return path
    stem = path.rpartition(".")[0] if path.endswith((".js", ".mjs", ".cjs", ".jsx")) else path
    return _file(project, path) or _file(project, stem)
