"""Where the TypeScript compiler puts what it makes of a source, as tsconfig.json says it."""

from __future__ import annotations

import fnmatch
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from scaffold.project import Project

ENDINGS = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}
"""What the compiler calls its output, by the source's ending."""

MOST = 300
"""How many sources are looked at for what they import."""

_STRING = r'("(?:\\.|[^"\\])*")'


class Config(NamedTuple):
    """What of a tsconfig.json decides on names: paths are relative to the project, empty where none is said."""

    folder: str
    out: str = ""
    root: str = ""
    include: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    silent: bool = False
    """`noEmit`: nothing is made."""
    mapped: bool = False
    """`paths`: imports have names that only the compiler understands."""


def config(project: Project, path: str, depth: int = 0) -> Config | None:
    """A tsconfig.json with those that it extends, nearest last; None where there is no readable one."""
    content = read(project.glance(path))
    if content is None or depth > 5:
        return None
    folder = posixpath.dirname(path) or "."
    found = Config(folder)
    extended = content.get("extends")
    for base in extended if isinstance(extended, list) else [extended]:
        if isinstance(base, str) and base.startswith("."):
            name = _join(folder, base if base.endswith(".json") else f"{base}.json")
            found = config(project, name, depth + 1) or found
    options = content.get("compilerOptions")
    options = options if isinstance(options, dict) else {}

    def placed(key: str, otherwise: str) -> str:
        value = options.get(key)
        return _join(folder, value) if isinstance(value, str) else otherwise

    def listed(key: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        value = content.get(key)
        return (
            tuple(_join(folder, one) for one in value if isinstance(one, str)) if isinstance(value, list) else otherwise
        )

    return Config(
        folder=folder,
        out=placed("outDir", found.out),
        root=placed("rootDir", found.root),
        include=listed("include", found.include),
        files=listed("files", found.files),
        exclude=listed("exclude", found.exclude),
        silent=bool(options.get("noEmit", found.silent)),
        mapped=bool(options.get("paths", found.mapped)),
    )


def emitted(project: Project, entry: str, made: Config, major: int) -> str:
    """The file that the compiler makes of the source `entry`; `major` is the version of TypeScript, 0 if not known."""
    stem, ending = posixpath.splitext(entry)
    name = stem + ENDINGS.get(ending, ending)
    if not made.out:
        return name
    return _join(made.out, posixpath.relpath(name, made.root or _root(project, made, major)))


def _root(project: Project, made: Config, major: int) -> str:
    """The folder that output is relative to: the sources' own since ever, the configuration's since TypeScript 6."""
    if major >= 6:
        return made.folder
    sources = [*made.files, *_included(project, made)]
    return posixpath.commonpath([f"/{posixpath.dirname(path)}" for path in sources])[1:] or "." if sources else "."


def _included(project: Project, made: Config) -> Iterator[str]:
    """The sources that are compiled, and the JSON files above them that they import."""
    if made.files and not made.include:
        return
    patterns = [_pattern(one) for one in made.include] or [_pattern(made.folder)]
    excluded = [_pattern(one) for one in made.exclude]
    for ending in ENDINGS:
        for path in islice(project.find(ending, made.folder), MOST):
            if path.endswith(".d.ts") or not any(fnmatch.fnmatchcase(path, one) for one in patterns):
                continue
            if any(fnmatch.fnmatchcase(path, one) for one in excluded):
                continue
            yield path
            for imported in re.findall(r"""['"]((?:\.\./)+[\w./-]+\.json)['"]""", project.glance(path)):
                yield _join(posixpath.dirname(path), imported)


def _pattern(path: str) -> str:
    """An entry of `include` for fnmatch, whose `*` crosses folders; one without a sign means all below it."""
    if path == ".":
        return "*"
    if "*" not in path:
        return path if posixpath.splitext(path)[1] in ENDINGS else f"{path}/*"
    return path.replace("**/", "*")


def _join(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def read(text: str) -> dict[str, Any] | None:
    """An object of JSON with comments and trailing commas; None for anything else."""
    bare = re.sub(rf"{_STRING}|//[^\n]*|/\*.*?\*/", lambda found: found[1] or "", text, flags=re.DOTALL)
    bare = re.sub(rf"{_STRING}|,(?=\s*[}}\]])", lambda found: found[1] or "", bare)
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def major(manifest: Mapping[str, Any], package: str) -> int:
    """The major version of a package that a manifest asks for; 0 when it does not say."""
    for key in ("dependencies", "devDependencies"):
        versions = manifest.get(key)
        if isinstance(versions, dict) and (found := re.search(r"\d+", str(versions.get(package, "")))):
            return int(found[0][:4])
    return 0
