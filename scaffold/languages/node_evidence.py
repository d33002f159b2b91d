"""Which evidence says what starts a Node app: scripts, Procfile, frameworks, customary names, in this order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaffold import command
from scaffold.errors import ScaffoldError
from scaffold.languages import node_frameworks as frameworks
from scaffold.languages import node_scripts as scripts
from scaffold.languages.node_frameworks import Look
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_sites import Site
from scaffold.languages.node_start import Program, Reader, compiled
from scaffold.project import Project

STARTS = ("start:prod", "start:production", "start", "serve", "server", "prod", "production")
"""Scripts that start an app, nearest first; those after `start` are names that people give."""

CUSTOMARY = (
    *("index.js", "app.js", "main.js", "src/index.js", "src/server.js", "src/app.js"),
    *("src/index.ts", "src/main.ts", "src/server.ts", "src/app.ts", "index.ts", "server.ts"),
)
"""What the file that starts an app is called, where nothing says it."""

_SERVING = re.compile(
    r"\.listen\(|createServer|\bserve\(|\.login\(|setInterval\(|process\.argv|\.consume\(|\.subscribe\("
)
"""What a program does that is none for others to import."""


def started(look: Look, reader: Reader, built: bool) -> tuple[Program, tuple[Step, ...]]:
    """The program of the nearest evidence with the steps before it; raises ScaffoldError when there is none."""
    refused = ""
    for name, steps in _evidence(look):
        for at in _order(steps):
            if program := reader.program(steps[at]):
                program = program._replace(source=name)
                if not built and not program.build:
                    program = _there(look, program, reader)
                return program, steps[:at]
        text = scripts.scripts(look.project, look.folder).get(name.removeprefix("package.json scripts."), name)
        refused = refused or f"{text!r} ({name})"
    if found := frameworks.found(look):
        row, made = found
        source = frameworks.where(row, look, "").source
        return reader.framework(made, Step((), folder=look.folder, source=source), row.build), ()
    program = _by_name(look, reader, built, refused)
    if refused:
        note = f"The start script does not run node itself, so {program.source} is taken: {refused}."
        program = program._replace(notes=(*program.notes, note))
    return program, ()


def _evidence(look: Look) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Each place that may say what starts the app, nearest first, with the commands it comes to."""
    known = scripts.scripts(look.project, look.folder)
    for name in STARTS:
        if name in known:
            yield f"package.json scripts.{name}", scripts.script(look.project, name, look.folder)
    for at, line in enumerate(look.project.glance("Procfile").splitlines() if look.folder == "." else ()):
        if (web := re.match(r"web:\s*(.+)", line)) and (steps := scripts.steps(look.project, web[1], ".", "Procfile")):
            yield f"Procfile:{at + 1}", steps


def _order(steps: tuple[Step, ...]) -> list[int]:
    """Which steps may be the app, the last first: those before it make ready, or are started beside it."""
    return sorted(range(len(steps)), key=lambda at: (steps[at].words[0].rpartition("/")[2] in _LESS, -at))


_LESS = frozenset(
    ("vite", "react-scripts", "ng", "vue-cli-service", "webpack", "parcel", "webpack-dev-server", "prisma")
)
"""Programs that start a site, or none, where another beside them starts a server."""


def _there(look: Look, program: Program, reader: Reader) -> Program:
    """The program, whose file must be there when nothing builds it: by the compiler, when it is where that puts one."""
    file = next((word for word in program.words[1:] if not word.startswith("-")), "")
    flagged = len(program.words) > 2 and program.words[1].startswith("-")
    if program.site or flagged or file.startswith("node_modules/"):
        return program
    inside = f"{program.folder}/{file}"
    if _module(look.project, inside) or file in (".", "./"):
        return program
    if look.has("typescript") and look.project.has(f"{program.folder}/tsconfig.json"):
        return program._replace(build=compiled("", posixpath.normpath(inside)))
    raise ScaffoldError(
        f"The start script names a file that is not there: {file} ({program.source}).",
        "Add it, add a build script that makes it, or say --start 'node FILE'.",
    )


def _by_name(look: Look, reader: Reader, built: bool, refused: str) -> Program:
    """The program that npm's default, `main`, `bin` or a customary name shows."""
    project, manifest = look.project, look.manifest
    main, bins = word(manifest, "main"), manifest.get("bin")
    if look.folder == "." and project.has("server.js"):
        return Program(("node", "server.js"), source="server.js")
    if main:
        _inside(main, "package.json main")
        if (built or _module(project, f"{look.folder}/{main}")) and not _library(look, main):
            return reader.run(Step((), folder=look.folder, source="package.json main"), (), main, (), "node")
    command_line = next(iter(bins.values()), "") if isinstance(bins, dict) else bins
    if isinstance(command_line, str) and command_line and not refused:
        _inside(command_line, "package.json bin")
        return Program(("node", command_line), source="package.json bin", tool=True)
    for file in CUSTOMARY:
        if project.has(f"{look.folder}/{file}") and not (main and _library(look, file)):
            return reader.run(Step((), folder=look.folder, source=file), (), file, (), "node")
    for name in ("dev", "start:dev", "develop"):
        for step in reversed(scripts.script(project, name, look.folder)):
            if program := reader.program(step):
                return program._replace(source=f"package.json scripts.{name}")
    # A page with such scripts is a source, and what builds it is not known.
    if not refused and not scripts.scripts(project, look.folder).keys() & {"dev", "develop", "build"}:
        for page in ("index.html", "public/index.html"):
            if project.has(f"{look.folder}/{page}"):
                return Program(site=Site(page.rpartition("/")[0] or "."), source=page)
    raise _unknown(look, main, refused)


def _unknown(look: Look, main: str, refused: str) -> ScaffoldError:
    if refused:
        return ScaffoldError(
            f"The start script does not run node itself: {refused}.",
            "Say what it comes to, as in --start 'node server.js'.",
        )
    if (main and _module(look.project, f"{look.folder}/{main}")) or look.manifest.get("exports"):
        return ScaffoldError(
            f"This is a library: package.json names {main or 'exports'} for others to import, and nothing that serves.",
            "Name the app's own folder, or say --start 'node FILE'.",
        )
    return ScaffoldError(
        "What starts the app is unknown: package.json has no start script, and main names no file that is there.",
        "Say --start 'node FILE', or add a start script.",
    )


def _library(look: Look, main: str) -> bool:
    """Whether a file is only for others to import: nothing in it listens, and the manifest speaks to importers."""
    path = f"{look.folder}/{main}"
    text = "".join(look.project.glance(f"{path}{ending}") for ending in ("", ".js", "/index.js"))
    if _SERVING.search(text):
        return False
    importers = any(look.manifest.get(key) for key in ("exports", "types", "typings", "module", "peerDependencies"))
    return importers or bool(re.search(r"^\s*(module\.exports|exports\.\w+|export )", text, re.M))


def _inside(path: str, source: str) -> None:
    command.plain(path, source)
    if path.startswith(("-", "/")) or ".." in path.split("/"):
        raise ScaffoldError(f"{source} is no file of the project: {path}.", "Name one as in server.js, or say --start.")


def _module(project: Project, name: str) -> bool:
    """Whether node finds a module by this name in the project."""
    return any(project.has(f"./{name}{ending}") for ending in ("", ".js", ".mjs", "/index.js", "/package.json"))


def word(manifest: Mapping[str, Any], key: str) -> str:
    """The text by this key; an empty one for anything else."""
    value = manifest.get(key)
    return value.strip() if isinstance(value, str) else ""
