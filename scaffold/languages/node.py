"""Node projects installed by npm."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from scaffold import language, native, ranges, recipes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Range
from scaffold.languages import node_app, node_native, node_source
from scaffold.languages.node_app import table, word
from scaffold.model import Image, Recipe, Run, Service, Tier
from scaffold.project import LARGEST_LOCK, Project

NAME = "node"
TITLE = "Node"
PORT = 3000

_SLIM = Image("docker.io", "library/node", "{}-{debian}-slim", "{version}")
_ALPINE = Image("docker.io", "library/node", "{}-alpine{alpine}", "{version}")
_DISTROLESS = Image("gcr.io", "distroless/nodejs{line}-debian{debian_number}", "nonroot")
_BINARY = "/usr/local/bin/node"

TIERS = (
    Tier("distroless", _SLIM, _DISTROLESS, program="/nodejs/bin/node"),
    Tier("slim", _SLIM, _SLIM, program=_BINARY, shell=True, account=True),
    Tier("alpine", _ALPINE, _ALPINE, program=_BINARY, shell=True, account=True, musl=True),
    Tier("scratch", _SLIM, None, program=_BINARY, carried=True),
)

OTHER_LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}

CODENAMES = {"iron": "20", "jod": "22", "krypton": "24"}
"""Names of long-term lines as .nvmrc has them (nodejs/Release, schedule.json)."""

IGNORED = (
    "**/node_modules",
    "**/*.log",
    "**/*.test.*",
    "**/*.spec.*",
    "**/__tests__",
    "**/.cache",
    "**/.eslintcache",
    "**/.nyc_output",
    "**/*.tsbuildinfo",
    "coverage",
    "secrets",
    "test",
    "tests",
)


def detect(project: Project) -> Facts:
    """What package.json, package-lock.json and .nvmrc say; without a manifest, npm and server.js."""
    manifest = project.json("package.json")
    if manifest is None:
        return _fresh(project)
    lock = _lock(project, manifest)
    built = bool(word(table(manifest, "scripts"), "build"))
    wanted = _wanted(project, manifest)
    answers, unknown = language.sought(
        packages=lambda: Found("npm", lock or "package.json"),
        version=lambda: _version(project, wanted),
        build=lambda: Found("npm run build", "package.json scripts.build") if built else None,
        start=lambda: node_app.start(project, manifest, built),
    )
    name = word(manifest, "name")
    facts = Facts(
        language=Found(NAME, "package.json"),
        name=Found(name.rpartition("/")[2], "package.json name") if name else project.name(),
        answers=answers,
        unknown=unknown,
        manifests=("package.json", lock or "package-lock.json"),
        traits=(*_traits(project, lock), *_settings(project)),
        notes=tuple(_notes(project, manifest)),
        missing=() if lock else ("package-lock.json: npm install --package-lock-only",),
        wanted=wanted,
    )
    facts = node_source.with_sources(project, facts)
    return native.with_system(facts, NAME, node_native.installed(project, manifest, lock))


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Node service; raises ScaffoldError when the start command does not run node directly."""
    service = dataclasses.replace(service, start=node_app.bare(service.start))
    start = language.start(service, tier)
    port = service.port
    clean = "npm ci --ignore-scripts --no-audit --no-fund"
    if facts.trait("legacy-peer-deps"):
        clean += " --legacy-peer-deps"
    install = [f"{clean} --omit=dev", "mkdir -p node_modules"]
    develop = [clean]
    # Scripts of named packages only: the project's own may need sources, which come later.
    if scripts := facts.trait("install-scripts"):
        install.insert(1, f"npm rebuild {scripts.source}".strip())
    if scripts := facts.trait("development-scripts"):
        develop.append(f"npm rebuild {scripts.source}".strip())
    build = ["chmod -R u=rwX,go=rX ."]
    if service.build:
        build = [service.build, "rm -rf node_modules", *build]
    cache = ("type=cache,target=/root/.npm",)
    return recipes.recipe(
        service,
        tier,
        manifests=facts.manifests,
        install=Run(tuple(install), cache),
        develop=Run(tuple(develop), cache) if service.build else None,
        build=Run(tuple(build)),
        # The distroless image has the major number in its name.
        held=("version-update:semver-major",),
        values={"interpreter": _BINARY},
        system=facts.system,
        packages=("dependencies", "/app/node_modules"),
        environment=(("NODE_ENV", "production"),),
        folder=facts.folder,
        tool_ends=facts.trait("tool") is not None,
        health=(tier.program, "-e", _probe(service.health, port)),
        entrypoint=language.shelled(service) if start.shell else _direct(start.words, tier, service.start),
        ignored=IGNORED,
    )


def _fresh(project: Project) -> Facts:
    by_custom = "npm's convention"
    return Facts(
        language=Found(NAME, "--language"),
        name=project.name(),
        answers={"packages": Found("npm", by_custom), "start": Found("node server.js", by_custom)},
        unknown={},
        manifests=("package.json", "package-lock.json"),
        missing=(
            "package.json and package-lock.json: npm init --yes && npm install",
            "server.js: a server that listens on process.env.PORT",
        ),
    )


def _lock(project: Project, manifest: dict[str, Any]) -> str | None:
    """The lock file that npm takes; raises ScaffoldError for workspaces, and where only another installer's is."""
    if manifest.get("workspaces"):
        raise ScaffoldError(
            "package.json has workspaces, which are not covered so far.",
            "Give the app's folder a package-lock.json of its own (npm install --package-lock-only "
            "--workspaces=false), and name that folder: dockerscaffold new FOLDER",
        )
    # npm's own order (docs of npm-shrinkwrap.json).
    lock = next((name for name in ("npm-shrinkwrap.json", "package-lock.json") if project.shows(name)), None)
    other = next((name for name in OTHER_LOCKS if project.has(name)), None)
    if lock is None and other:
        raise ScaffoldError(
            f"{other} is {OTHER_LOCKS[other]}'s, and only npm is covered so far.",
            "Make a package-lock.json with: npm install --package-lock-only",
        )
    return lock


def _notes(project: Project, manifest: dict[str, Any]) -> Iterator[str]:
    own = [
        name for name in ("preinstall", "install", "postinstall", "prepare") if word(table(manifest, "scripts"), name)
    ]
    if own:
        yield f"Scripts of package.json that the image's build leaves out: {', '.join(own)}."
    if project.has(".npmrc"):
        yield ".npmrc stays out of the build, for what it may hold; of its settings legacy-peer-deps is kept."


def _wanted(project: Project, manifest: dict[str, Any]) -> Range | None:
    if patch := language.least(NAME, "npm", project, ".nvmrc"):
        return patch
    engines = word(table(manifest, "engines"), "node")
    return Range("npm", engines, "package.json engines") if engines else None


def _version(project: Project, wanted: Range | None) -> Found | None:
    if written := project.line(".nvmrc"):
        return language.wish(NAME, written, _line(written.value))
    if not wanted:
        return None
    line = language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    return language.wish(NAME, Found(wanted.text, wanted.source), line)


def _line(wanted: str) -> str | None:
    """The line that a word of .nvmrc means: `24`, `v24.1.0`, `lts/*`, `lts/krypton`, `node`."""
    name = wanted.lower().removeprefix("lts/")
    if name in ("*", "node", "stable", "latest"):
        return language.newest(NAME, lambda line: True)
    return language.line_of(NAME, CODENAMES.get(name, name.removeprefix("v")))


def _direct(words: tuple[str, ...], tier: Tier, start: str) -> tuple[str, ...]:
    if words[0] != "node" or len(words) < 2:
        raise ScaffoldError(
            f"The start command does not run node itself: {start!r}. Signals would not reach the app.",
            "Say what it comes to, as in --start 'node server.js'.",
        )
    if any(one.partition("=")[0] == "--env-file" for one in words):
        raise ScaffoldError(
            f"The start command reads a file of secrets, which never enters the image: {start!r}.",
            "Say --start without --env-file, or with --env-file-if-exists.",
        )
    return (tier.program, *words[1:])


def _traits(project: Project, lock: str | None) -> tuple[Found, ...]:
    """The packages with scripts to be run, all and those of production; a lock of npm 6 does not say which."""
    content = project.json(lock, LARGEST_LOCK) if lock else None
    if content and "packages" not in content and content.get("dependencies"):
        return (Found("install-scripts", ""), Found("development-scripts", ""))
    everywhere, production = set[str](), set[str]()
    for path, package in table(content or {}, "packages").items():
        name = path.rpartition("node_modules/")[2]
        if not isinstance(package, dict) or not path:
            continue
        if package.get("link") or str(package.get("resolved", "")).startswith("file:"):
            raise ScaffoldError(
                f"{lock} installs {name} from a folder or file, which is not covered so far.",
                "Depend on a released version of it.",
            )
        if (
            package.get("hasInstallScript")
            and node_native.for_linux(package)
            and re.fullmatch(r"[@\w./-]+", name, re.ASCII)
        ):
            everywhere.add(name)
            if not package.get("dev"):
                production.add(name)
    found = {"install-scripts": production, "development-scripts": everywhere}
    return tuple(Found(trait, " ".join(sorted(names))) for trait, names in found.items() if names)


def _settings(project: Project) -> tuple[Found, ...]:
    """What .npmrc says that an install cannot do without; the file itself may hold tokens."""
    lines = [line.replace(" ", "") for line in project.glance(".npmrc").splitlines()]
    return (Found("legacy-peer-deps", ".npmrc"),) if "legacy-peer-deps=true" in lines else ()


def _probe(health: str, port: int) -> str:
    if health == "tcp":
        # An error that nobody listens for ends the process with 1.
        return f"require('node:net').connect({port}, '127.0.0.1', () => process.exit())"
    answered = "({ statusCode }) => process.exit(statusCode > 299 ? 1 : 0)"
    return f"require('node:http').get('http://127.0.0.1:{port}{health}', {answered})"
