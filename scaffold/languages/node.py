"""Node projects installed by npm."""

from __future__ import annotations

import re
from typing import Any

from scaffold import command, language
from scaffold.errors import ScaffoldError
from scaffold.language import ALPINE, DEBIAN
from scaffold.model import Facts, Found, Image, Recipe, Run, Service, Tier
from scaffold.project import LARGEST_LOCK, Project

NAME = "node"
TITLE = "Node"
MANIFESTS = ("package.json",)
PORT = 3000

_SLIM = Image("docker.io", "library/node", f"{{}}-{DEBIAN}-slim", "{version}")
_ALPINE = Image("docker.io", "library/node", f"{{}}-alpine{ALPINE}", "{version}")
_DISTROLESS = Image("gcr.io", "distroless/nodejs{line}-debian13", "nonroot")
_BINARY = "/usr/local/bin/node"

TIERS = (
    Tier("distroless", _SLIM, _DISTROLESS, program="/nodejs/bin/node"),
    Tier("slim", _SLIM, _SLIM, program=_BINARY, shell=True, account=True),
    Tier("alpine", _ALPINE, _ALPINE, program=_BINARY, shell=True, account=True),
    Tier("scratch", _SLIM, None, program=_BINARY, carried=True),
)

OTHER_LOCKS = {
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lock": "bun",
    "bun.lockb": "bun",
}

CODENAMES = {"jod": "22", "krypton": "24"}
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
    "**/coverage",
    "test",
    "tests",
)


def detect(project: Project) -> Facts:
    """What package.json, package-lock.json and .nvmrc say; without a manifest, npm and server.js."""
    manifest = project.json("package.json")
    if manifest is None:
        return _fresh(project)
    lock = next((name for name in ("package-lock.json", "npm-shrinkwrap.json") if project.has(name)), None)
    other = next((name for name in OTHER_LOCKS if project.has(name)), None)
    if lock is None and other:
        raise ScaffoldError(
            f"{other} is {OTHER_LOCKS[other]}'s, and only npm is covered so far.",
            "Make a package-lock.json with: npm install --package-lock-only",
        )
    answers = {"packages": Found("npm", lock or "package.json")}
    unknown: dict[str, ScaffoldError] = {}
    if version := _version(project, manifest):
        answers["version"] = version
    scripts = _table(manifest, "scripts")
    if isinstance(scripts.get("build"), str):
        answers["build"] = Found("npm run build", "package.json scripts.build")
    try:
        answers["start"] = _start(project, manifest, scripts, built="build" in answers)
    except ScaffoldError as error:
        unknown["start"] = error
    name = manifest.get("name")
    return Facts(
        language=Found(NAME, "package.json"),
        name=Found(name.rpartition("/")[2], "package.json name") if isinstance(name, str) else project.name(),
        answers=answers,
        unknown=unknown,
        manifests=("package.json", lock or "package-lock.json"),
        traits=_traits(project, lock),
        missing=() if lock else ("package-lock.json: npm install --package-lock-only",),
    )


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Node service; raises ScaffoldError when the start command does not run node directly."""
    start = language.start(service, tier)
    port = service.port
    install = ["npm ci --omit=dev --ignore-scripts --no-audit --no-fund", "mkdir -p node_modules"]
    if facts.trait("install-scripts"):
        install.insert(1, "npm rebuild")
    build = ["chmod -R u=rwX,go=rX ."]
    if service.build:
        build = [service.build, "rm -rf node_modules", *build]
    cache = ("type=cache,target=/root/.npm",)
    return language.recipe(
        service,
        tier,
        manifests=facts.manifests,
        install=Run(tuple(install), cache),
        develop=Run(("npm ci --no-audit --no-fund",), cache) if service.build else None,
        build=Run(tuple(build)),
        values={"interpreter": _BINARY},
        environment=(("NODE_ENV", "production"), ("PORT", str(port))),
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


def _version(project: Project, manifest: dict[str, Any]) -> Found | None:
    if wanted := project.line(".nvmrc"):
        return language.wish(NAME, wanted, _line(wanted.value))
    engines = _table(manifest, "engines").get("node")
    if not isinstance(engines, str):
        return None
    wanted = Found(engines, "package.json engines")
    return language.wish(NAME, wanted, language.newest(NAME, lambda line: _satisfies(line, engines)))


def _line(wanted: str) -> str | None:
    """The line that a word of .nvmrc means: `24`, `v24.1.0`, `lts/*`, `lts/krypton`, `node`."""
    word = wanted.removeprefix("lts/")
    if word in ("*", "node", "stable", "latest"):
        return language.newest(NAME, lambda line: True)
    return language.line_of(NAME, CODENAMES.get(word, word.removeprefix("v")))


def _satisfies(line: str, wanted: str) -> bool:
    if floor := re.fullmatch(r">=\s*v?(\d+)[\d.]*", wanted.strip()):
        return int(line) >= int(floor[1])
    import nodesemver

    try:
        # Which patch the line has reached is known to its tags only: a range may name its first or its last.
        return any(nodesemver.satisfies(f"{line}.{rest}", wanted, loose=True) for rest in ("0.0", "9999.0"))
    except ValueError:
        return False


def _start(project: Project, manifest: dict[str, Any], scripts: dict[str, Any], built: bool) -> Found:
    script, main = scripts.get("start"), manifest.get("main")
    if isinstance(script, str):
        parsed = command.parse(script, "package.json scripts.start")
        if parsed.shell or parsed.words[0] != "node" or len(parsed.words) < 2:
            raise ScaffoldError(
                f"The start script does not run node itself: {script!r} (package.json scripts.start).",
                "Say what it comes to, as in --start 'node server.js'.",
            )
        return Found(script, "package.json scripts.start")
    if isinstance(main, str):
        command.plain(main, "package.json main")
        if built or _module(project, main):
            return Found(f"node {main}", "package.json main")
    for file in ("server.js", "index.js"):
        if project.has(file):
            return Found(f"node {file}", file)
    raise ScaffoldError(
        "What starts the app is unknown: package.json has no start script, and main names no file that is there.",
        "Say --start 'node FILE', or add a start script.",
    )


def _module(project: Project, name: str) -> bool:
    return any(project.has(f"{name}{ending}") for ending in ("", ".js", "/index.js"))


def _direct(words: tuple[str, ...], tier: Tier, start: str) -> tuple[str, ...]:
    if words[0] != "node" or len(words) < 2:
        raise ScaffoldError(
            f"The start command does not run node itself: {start!r}. Signals would not reach the app.",
            "Say what it comes to, as in --start 'node server.js'.",
        )
    return (tier.program, *words[1:])


def _traits(project: Project, lock: str | None) -> tuple[Found, ...]:
    content = project.json(lock, LARGEST_LOCK) if lock else None
    for path, package in _table(content or {}, "packages").items():
        if isinstance(package, dict) and package.get("hasInstallScript") and not package.get("dev") and path:
            return (Found("install-scripts", f"{path.rpartition('node_modules/')[2]} in {lock}"),)
    return ()


def _probe(health: str, port: int) -> str:
    if health == "tcp":
        # An error that nobody listens for ends the process with 1.
        return f"require('node:net').connect({port}, '127.0.0.1', () => process.exit())"
    return f"fetch('http://127.0.0.1:{port}{health}').then((answer) => process.exit(answer.ok ? 0 : 1))"


def _table(manifest: dict[str, Any], key: str) -> dict[str, Any]:
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}
