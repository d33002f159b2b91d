"""What a command of a start script comes to: a program that node runs itself, or a site."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from typing import NamedTuple

from scaffold.languages import node_bins as bins
from scaffold.languages import node_frameworks as frameworks
from scaffold.languages import node_outputs as outputs
from scaffold.languages import node_sites as sites
from scaffold.languages import node_typescript as typescript
from scaffold.languages import node_wrappers as wrappers
from scaffold.languages.node_frameworks import Look, Server
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_shell import DEEPEST
from scaffold.languages.node_sites import Site

SOURCES = tuple(typescript.ENDINGS)


class Program(NamedTuple):
    """What runs: the words of the start command, and all that belongs to it.

    `build` is what makes it where no script does. `site` is there in place of a program that serves files.
    """

    words: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    folder: str = "."
    source: str = ""
    build: str = ""
    build_env: tuple[tuple[str, str], ...] = ()
    tmpfs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    site: Site | None = None
    tool: bool = False
    """It ends by itself."""

    @property
    def start(self) -> str:
        """The start command."""
        return self.site.start if self.site else shlex.join(self.words)


@dataclass(frozen=True)
class Reader:
    """What a command is read against: the app's manifest and what its build comes to."""

    look: Look
    built: tuple[Step, ...]

    def program(self, step: Step, depth: int = 0) -> Program | None:
        """The program that a command comes to; None when it is none of node's, or only a tool of development."""
        name = step.words[0].rpartition("/")[2]
        if depth > DEEPEST:
            return None
        if site := sites.served(step.words):
            return Program(site=self._inside(site, step), env=step.env, source=step.source)
        if (found := wrappers.READERS.get(name)) and (program := found(self, step, depth)):
            return program
        if made := frameworks.found(self.look, name):
            return self.framework(made[1], step, made[0].build) if _serves(name, step.words) else None
        return self._bin(name, step)

    def framework(self, made: Server | Site, step: Step, build: str) -> Program:
        """What a framework makes as a program."""
        if isinstance(made, Site):
            return Program(site=self._inside(made, step), env=step.env, source=step.source, build=build)
        return Program(
            words=tuple(shlex.split(made.start)),
            env=tuple({**dict(made.env), **dict(step.env)}.items()),
            folder=step.folder,
            source=step.source,
            build=build,
            build_env=made.build_env,
            tmpfs=made.tmpfs,
            notes=(made.note,) if made.note else (),
        )

    def _inside(self, site: Site, step: Step) -> Site:
        folder = posixpath.normpath(f"{step.folder}/{site.folder}")
        # http-server takes ./public where it is there.
        public = step.words[:1] == ("http-server",) and folder == "." and self.look.project.has_folder("public")
        return site._replace(folder="public" if public else folder)

    def run(self, step: Step, before: tuple[str, ...], file: str, after: tuple[str, ...], runner: str) -> Program:
        """A file that node runs, `before` it flags; a source is replaced by what the build makes of it."""
        program = Program(("node", *before, file, *after), step.env, step.folder, step.source)
        if runner == "babel-node":
            made = outputs.output(self.look.project, posixpath.normpath(f"{step.folder}/{file}"), self.built, {})
            words = (posixpath.relpath(made, step.folder),) if made else ("-r", "@babel/register", file)
            return program._replace(words=("node", *before, *words, *after))
        return self._compiled(program, before, file, after, runner) if self._source(step, file) else program

    def _source(self, step: Step, file: str) -> str:
        """The source of TypeScript that a word names, also without its ending or by its folder; empty for another."""
        path = posixpath.normpath(f"{step.folder}/{file}")
        project = self.look.project
        if project.has(path) or any(project.has(f"{path}{js}") for js in (".js", ".mjs", "/index.js")):
            return path if path.endswith(SOURCES) else ""
        inner = (f"{path}{ending}" for ending in (*SOURCES, *(f"/index{ts}" for ts in SOURCES)))
        return path if path.endswith(SOURCES) else next(filter(project.has, inner), "")

    def _compiled(
        self, program: Program, before: tuple[str, ...], file: str, after: tuple[str, ...], runner: str
    ) -> Program:
        source = self._source(Step((), folder=program.folder), file)
        before = tuple(_without_loaders(before))
        made = outputs.output(self.look.project, source, self.built, self.look.manifest)
        if made:
            name = posixpath.relpath(made, program.folder)
            return program._replace(words=("node", *before, name, *after))
        if runner != "tsx" and self.look.has("typescript") and not self._mapped(program.folder):
            return self._by_tsc(program, source, before, after)
        name = posixpath.relpath(source, program.folder)
        for package, flags in _LOADERS:
            if self.look.has(package):
                paths = ("-r", "tsconfig-paths/register") if self.look.has("tsconfig-paths") and "-r" in flags else ()
                return program._replace(words=("node", *flags, *paths, *before, name, *after))
        # Node takes the types away itself since 22.18 (nodejs.org/api/typescript.html).
        return program._replace(words=("node", *before, name, *after))

    def _mapped(self, folder: str) -> bool:
        config = typescript.config(self.look.project, posixpath.normpath(f"{folder}/tsconfig.json"))
        return bool(config and config.mapped) and bool(self.look.has("ts-node", "tsx"))

    def _by_tsc(self, program: Program, source: str, before: tuple[str, ...], after: tuple[str, ...]) -> Program:
        folder = program.folder
        config = typescript.config(self.look.project, posixpath.normpath(f"{folder}/tsconfig.json"))
        out = posixpath.normpath(f"{folder}/dist")
        if not config:
            # What ts-node takes where there is none (its manual, "Configuration"); the compiler then wants a file.
            module = "nodenext" if self.look.manifest.get("type") == "module" else "commonjs"
            inner, ending = posixpath.splitext(posixpath.relpath(source, folder))
            made = posixpath.join(out, inner + typescript.ENDINGS[ending])
            flags = f" {source} --outDir {out} --rootDir {folder} --module {module} --target es2022 --esModuleInterop"
        else:
            own = bool(config.out) and not config.silent
            step = Step(("tsc", *([] if own else ["--outDir", "dist"])), folder=folder)
            made = outputs.output(self.look.project, source, [step], self.look.manifest) or source
            flags = f" --project {folder}" if folder != "." else ""
            flags += "" if own else f" --outDir {out} --noEmit false"
        name = posixpath.relpath(made, folder)
        return program._replace(words=("node", *before, name, *after), build=compiled(flags, made))

    def _bin(self, name: str, step: Step) -> Program | None:
        """A program of a package, by the file that its package.json names."""
        if path := bins.file(self.look, name):
            return Program(("node", path, *step.words[1:]), step.env, step.folder, step.source)
        return None


def compiled(flags: str, made: str) -> str:
    """A build by the compiler that succeeds when there is the file that it makes, as what runs sources does.

    The author's own tools (ts-node --transpile-only, tsx, swc) check no types, and without a lock file those of
    packages are newer than the sources.
    """
    return f"npx tsc{flags} --skipLibCheck --noEmitOnError false || test -f {shlex.quote(made)}"


_LOADERS = (
    ("tsx", ("--import", "tsx")),
    ("ts-node", ("-r", "ts-node/register/transpile-only")),
    ("@swc-node/register", ("-r", "@swc-node/register")),
    ("esbuild-register", ("-r", "esbuild-register")),
)
"""Packages that let node run TypeScript as it is, with the flags for it."""

_LOADER = re.compile(r"(ts-node|tsx|esbuild-register|@swc-node|@swc/register|sucrase|ts-eager|tsm)(/|$)")


def _serves(name: str, words: tuple[str, ...]) -> bool:
    """Whether a framework's program is told to serve, not to build or to check."""
    quiet = ("build", "lint", "test", "check", "sync", "generate", "typecheck", "add", "info", "typegen", "export")
    return not any(word in quiet or word.startswith("build:") for word in words[1:3])


def _without_loaders(flags: tuple[str, ...]) -> list[str]:
    """Flags of node without those that load what reads TypeScript."""
    kept: list[str] = []
    left = list(flags)
    while left:
        word = left.pop(0)
        pair = [word, left.pop(0)] if word in wrappers.FLAG_VALUES and left else [word]
        value = pair[1] if len(pair) > 1 else word.partition("=")[2]
        if not _LOADER.match(value) and not value.startswith("tsconfig-paths"):
            kept += pair
    return kept
