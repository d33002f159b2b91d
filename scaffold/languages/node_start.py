"""What a command of a start script comes to: a program that node runs itself, or a site."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scaffold.languages import node_frameworks as frameworks
from scaffold.languages import node_outputs as outputs
from scaffold.languages import node_scripts as scripts
from scaffold.languages import node_sites as sites
from scaffold.languages import node_typescript as typescript
from scaffold.languages.node_frameworks import Look, Server
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_sites import Site
from scaffold.project import LARGEST_LOCK

SOURCES = tuple(typescript.ENDINGS)


@dataclass(frozen=True)
class Program:
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
        if depth > scripts.DEEPEST:
            return None
        if site := sites.served(step.words):
            return Program(site=self._inside(site, step), env=step.env, source=step.source)
        if (found := _READERS.get(name)) and (program := found(self, step, depth)):
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
        return replace(site, folder=posixpath.normpath(f"{step.folder}/{site.folder}"))

    def run(self, step: Step, before: tuple[str, ...], file: str, after: tuple[str, ...], runner: str) -> Program:
        """A file that node runs, `before` it flags: a source of TypeScript is replaced by what the build makes of it."""
        program = Program(("node", *before, file, *after), step.env, step.folder, step.source)
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
            return replace(program, words=("node", *before, name, *after))
        if runner != "tsx" and self.look.has("typescript") and not self._mapped(program.folder):
            return self._by_tsc(program, source, before, after)
        name = posixpath.relpath(source, program.folder)
        for package, flags in _LOADERS:
            if self.look.has(package):
                paths = ("-r", "tsconfig-paths/register") if self.look.has("tsconfig-paths") and "-r" in flags else ()
                return replace(program, words=("node", *flags, *paths, *before, name, *after))
        # Node takes the types away itself since 22.18 (nodejs.org/api/typescript.html).
        return replace(program, words=("node", *before, name, *after))

    def _mapped(self, folder: str) -> bool:
        config = typescript.config(self.look.project, posixpath.normpath(f"{folder}/tsconfig.json"))
        return bool(config and config.mapped) and bool(self.look.has("ts-node", "tsx"))

    def _by_tsc(self, program: Program, source: str, before: tuple[str, ...], after: tuple[str, ...]) -> Program:
        path = posixpath.normpath(f"{program.folder}/tsconfig.json")
        config = typescript.config(self.look.project, path)
        flags = "" if config and config.out and not config.silent else " --outDir dist --noEmit false"
        step = Step(("tsc", *flags.split()), folder=program.folder)
        made = outputs.output(self.look.project, source, [step], self.look.manifest) or source
        name = posixpath.relpath(made, program.folder)
        build = f"npx tsc{flags}" if program.folder == "." else f"npx tsc --project {program.folder}{flags}"
        return replace(program, words=("node", *before, name, *after), build=build)

    def _bin(self, name: str, step: Step) -> Program | None:
        """A program of a package, by the file that its package.json names."""
        if path := self._bin_file(name):
            return Program(("node", path, *step.words[1:]), step.env, step.folder, step.source)
        return None

    def _bin_file(self, name: str) -> str:
        package, _, file = BINS.get(name, "").partition(":")
        if package and self.look.has(package):
            return f"node_modules/{package}/{file}"
        try:
            lock: Mapping[str, Any] = self.look.project.json("package-lock.json", LARGEST_LOCK) or {}
        except Exception:  # noqa: BLE001
            lock = {}
        packages = lock.get("packages")
        for path, content in packages.items() if isinstance(packages, dict) else ():
            bins = content.get("bin") if isinstance(content, dict) else None
            known = bins.get(name) if isinstance(bins, dict) else None
            if isinstance(known, str) and path.count("node_modules/") == 1:
                return posixpath.normpath(f"{path}/{known}")
        return f"node_modules/.bin/{name}" if self.look.has(name) and name not in TOOLS else ""


BINS = {
    "remix-serve": "@remix-run/serve:dist/cli.js",
    "fastify": "fastify-cli:cli.js",
    "strapi": "@strapi/strapi:bin/strapi.js",
    "probot": "probot:bin/probot.js",
    "directus": "directus:cli.js",
    "keystone": "@keystone-6/core:bin/cli.js",
    "moleculer-runner": "moleculer:bin/moleculer-runner.js",
    "functions-framework": "@google-cloud/functions-framework:build/src/main.js",
    "node-red": "node-red:red.js",
    "verdaccio": "verdaccio:bin/verdaccio",
    "waku": "waku:cli.js",
}
"""The files that start packages, where no lock says them (`bin` of each one's package.json)."""

TOOLS = frozenset(
    "tsc eslint prettier jest vitest mocha rimraf tailwindcss sass husky webpack rollup esbuild tsup prisma turbo nx "
    "lerna electron gulp grunt standard xo ava c8 nyc cpx copyfiles del-cli shx kill-port open-cli tslint".split()
)
"""Programs of packages that build, test or clean, and serve nothing."""

_LOADERS = (
    ("tsx", ("--import", "tsx")),
    ("ts-node", ("-r", "ts-node/register/transpile-only")),
    ("@swc-node/register", ("-r", "@swc-node/register")),
    ("esbuild-register", ("-r", "esbuild-register")),
)
"""Packages that let node run TypeScript as it is, with the flags for it."""

_LOADER = re.compile(r"(ts-node|tsx|esbuild-register|@swc-node|@swc/register|sucrase|ts-eager|tsm)(/|$)")
_FLAG_VALUES = ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--title")
_WRAPPER_VALUES = {
    "nodemon": ("-e", "--ext", "-w", "--watch", "-i", "--ignore", "-d", "--delay", "--signal", "--config"),
    "ts-node": ("-P", "--project", "-O", "--compiler-options", "-I", "--ignore", "-C", "--compiler", "--cwd"),
    "ts-node-dev": ("-P", "--project", "--watch", "--ignore-watch", "--interval", "--debounce", "-O"),
    "tsx": ("--tsconfig",),
    "pm2": ("-i", "--instances", "-n", "--name", "--env", "--max-memory-restart", "-o", "-e", "-l"),
    "forever": ("-m", "-l", "-o", "-e", "-w", "--minUptime", "--spinSleepTime", "-c"),
    "babel-node": ("--presets", "--plugins", "-x", "--extensions", "--config-file"),
}


def _node(reader: Reader, step: Step, depth: int) -> Program | None:
    return reader.run(*_split(step, step.words[1:], ()), "node") if len(step.words) > 1 else None


def _split(
    step: Step, words: tuple[str, ...], values: tuple[str, ...]
) -> tuple[Step, tuple[str, ...], str, tuple[str, ...]]:
    """The flags of node, the file and its arguments; flags that watch, read secrets or are in `values` are left out."""
    flags, left = list[str](), list(words)
    while left and left[0].startswith("-") and left[0] not in ("-", "--"):
        word = left.pop(0)
        name = word.partition("=")[0]
        taken = [left.pop(0)] if word in (*_FLAG_VALUES, *values, "--env-file", "--watch-path") and left else []
        if name in _FLAG_VALUES or name.startswith(("--max", "--experimental", "--enable", "--no-", "--trace")) or (
            name in _KEPT
        ):
            flags += [word, *taken]
    left = left[1:] if left[:1] == ["--"] else left
    return step, tuple(flags), left[0] if left else ".", tuple(left[1:])


_KEPT = ("--env-file-if-exists", "--inspect", "--harmony", "--expose-gc", "--expose_gc", "--preserve-symlinks", "--use-strict",
         "--stack-size", "--dns-result-order", "--tls-min-v1.0", "--openssl-legacy-provider", "--unhandled-rejections",
         "--es-module-specifier-resolution", "--disable-warning", "--use-openssl-ca", "--icu-data-dir", "--disable-proto")


def _wrapped(runner: str) -> Callable[[Reader, Step, int], Program | None]:
    def read(reader: Reader, step: Step, depth: int) -> Program | None:
        words = step.words[1:]
        if runner == "tsx" and words[:1] in (("watch",), ("node",)):
            words = words[1:]
        if not words:
            return None
        step, flags, file, after = _split(step, words, _WRAPPER_VALUES[runner])
        return reader.run(step, flags if runner != "ts-node-dev" else (), file, after, runner)

    return read


def _nodemon(reader: Reader, step: Step, depth: int) -> Program | None:
    """Node, or what `--exec` or nodemon.json says, on the file it is given, else `main` (github.com/remy/nodemon)."""
    run = outputs.flag(step.words, "-x", "--exec")
    settings = typescript.read(reader.look.project.glance(posixpath.normpath(f"{step.folder}/nodemon.json"))) or {}
    run = run or (str(settings["exec"]) if isinstance(settings.get("exec"), str) else "")
    values = (*_WRAPPER_VALUES["nodemon"], "-x", "--exec")
    bare = tuple(word for word in step.words[1:] if not word.startswith(("--exec=", "--watch=", "--ext=")))
    _, flags, file, after = _split(step, bare, values)
    given = file != "." or "." in bare
    if run:
        inner = scripts.steps(reader.look.project, run, step.folder, step.source)
        last = inner[-1] if inner else Step(())
        words = (*last.words, file, *after) if given else last.words
        return reader.program(replace(last, words=words, env=(*step.env, *last.env)), depth + 1) if words else None
    if not given:
        file = str(reader.look.manifest.get("main") or "index.js")
    runner = ("ts-node",) if file.endswith(SOURCES) else ("node",)
    return reader.program(replace(step, words=(*runner, *flags, file, *after)), depth + 1)


def _daemon(reader: Reader, step: Step, depth: int) -> Program | None:
    """What pm2 or forever is given; of a configuration of pm2 the first script (pm2.keymetrics.io)."""
    words = tuple(word for word in step.words[1:] if word not in ("start", "--no-daemon"))
    _, _, file, after = _split(step, words, _WRAPPER_VALUES["pm2" if "pm2" in step.words[0] else "forever"])
    if re.search(r"(config\.[cm]?js|\.json|\.ya?ml)$", file):
        text = reader.look.project.glance(posixpath.normpath(f"{step.folder}/{file}"))
        file = outputs.said(text, "script")
        after = tuple(shlex.split(outputs.said(text, "args"))) if file else ()
    after = after[after.index("--") + 1 :] if "--" in after else ()
    inner = scripts.steps(reader.look.project, f"{file} {shlex.join(after)}", step.folder) if file in ("npm", "yarn") else ()
    if inner:
        return reader.program(replace(inner[-1], env=(*step.env, *inner[-1].env)), depth + 1)
    return reader.program(replace(step, words=("node", file, *after)), depth + 1) if file and file != "." else None


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
        pair = [word, left.pop(0)] if word in _FLAG_VALUES and left else [word]
        value = pair[1] if len(pair) > 1 else word.partition("=")[2]
        if not _LOADER.match(value) and not value.startswith("tsconfig-paths"):
            kept += pair
    return kept


_READERS: dict[str, Callable[[Reader, Step, int], Program | None]] = {
    "node": _node,
    "bun": _wrapped("tsx"),
    "nodemon": _nodemon,
    "node-dev": _nodemon,
    "ts-node": _wrapped("ts-node"),
    "ts-node-esm": _wrapped("ts-node"),
    "ts-node-script": _wrapped("ts-node"),
    "ts-node-dev": _wrapped("ts-node-dev"),
    "tsnd": _wrapped("ts-node-dev"),
    "tsx": _wrapped("tsx"),
    "babel-node": _wrapped("babel-node"),
    "swc-node": _wrapped("ts-node"),
    "pm2": _daemon,
    "pm2-runtime": _daemon,
    "pm2-docker": _daemon,
    "forever": _daemon,
}
