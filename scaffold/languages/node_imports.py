"""Packages of development that the started program imports all the same: they are to stay in the image."""

from __future__ import annotations

import posixpath
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from scaffold import command
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import js_modules
from scaffold.languages.node_app import table
from scaffold.project import Project

MOST = 300
"""How many of the project's modules are read."""

ENDINGS = ("", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx", "/index.js", "/index.ts")

MADE = ("dist", "build", "lib", "out", ".output")
"""Folders of built modules: what stands in `src`, or in the folder above, is what they are made of."""

IMPORT = re.compile(
    r"""(?:\brequire\s*\(\s*|\bimport\s*\(\s*|\bfrom\s+|^\s*import\s+)(['"])([^'"\n]{1,200})\1""", re.MULTILINE
)
TYPES = re.compile(r"^\s*(?:import|export)\s+type\b.*$|^\s*(?://|\*).*$", re.MULTILINE)
"""What is gone when it runs: types and comments."""

PRELOADED = ("-r", "--require", "--import", "--loader", "--experimental-loader")


def kept(project: Project, manifest: dict[str, Any], start: str) -> tuple[Found, ...]:
    """The packages of development that the start command loads, each once, with where it is asked for.

    Only names that the manifest lists as development's alone count. Modules are followed by their relative imports,
    those that a build makes by their sources.
    """
    development = table(manifest, "devDependencies").keys() - table(manifest, "dependencies").keys()
    found: dict[str, Found] = {}
    for name, source in _loaded(project, start) if development else ():
        package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
        if package in development and re.fullmatch(r"(?!@types/)[\w./@-]+", package, re.ASCII):
            found.setdefault(package, Found(package, source))
    return tuple(found.values())


def _loaded(project: Project, start: str) -> Iterator[tuple[str, str]]:
    """What is imported by name, with the file that does it."""
    try:
        words = list(command.parse(start).words)
    except ScaffoldError:
        return
    modules: list[str] = []
    for flag, value in zip(words, [*words[1:], ""], strict=True):
        name, sign, inline = flag.partition("=")
        if name in PRELOADED:
            target = inline if sign else value
            if target.startswith("."):
                modules.append(target)
            else:
                yield target, "the start command"
        elif not flag.startswith("-") and re.search(r"[/.]|^\w+$", flag) and flag != "node":
            modules.append(flag)
    for module in modules:
        if inside := re.match(r"(?:\./)?node_modules/((?:@[^/]+/)?[^/]+)", module):
            yield inside[1], "the start command"
    yield from _followed(project, [module for module in modules if "node_modules" not in module])


def _followed(project: Project, modules: list[str]) -> Iterator[tuple[str, str]]:
    # What a bundler makes of a source seldom has its name; what listens is what is started.
    waiting = deque([path for module in modules if (path := _file(project, module))] or _likely(project, modules))
    seen = set(waiting)
    while waiting:
        path = waiting.popleft()
        text = project.glance(path)
        for found in IMPORT.finditer(TYPES.sub("", text)):
            name = found[2]
            if not name.startswith("."):
                yield name, path
                continue
            other = _file(project, posixpath.join(posixpath.dirname(path), name))
            if other and other not in seen and len(seen) < MOST:
                seen.add(other)
                waiting.append(other)


def _likely(project: Project, modules: list[str]) -> Iterator[str]:
    return js_modules.likely(project) if modules else iter(())


def _file(project: Project, module: str) -> str:
    """The file of a module, or of what it is made from; an empty string for one out of reach."""
    plain = posixpath.normpath(module)
    if plain.startswith(("..", "/")) or plain == ".":
        return ""
    stems = [plain]
    first, _, rest = plain.partition("/")
    if first in MADE and rest:
        stems += [rest, f"src/{rest}"]
    # An import of a module of TypeScript names the file that will be made of it.
    for stem in list(stems):
        bare = re.sub(r"\.[cm]?js$", "", stem)
        if bare != stem:
            stems.append(bare)
    return next((stem + ending for stem in stems for ending in ENDINGS if project.has(stem + ending)), "")
