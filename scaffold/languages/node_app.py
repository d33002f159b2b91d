"""What builds and starts a Node project, by the evidence of its scripts, frameworks and files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold import command
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import node_evidence
from scaffold.languages import node_frameworks as frameworks
from scaffold.languages import node_scripts as scripts
from scaffold.languages.node_evidence import word
from scaffold.languages.node_frameworks import Look, Server
from scaffold.languages.node_scripts import Step
from scaffold.languages.node_sites import SERVER
from scaffold.languages.node_start import Program, Reader
from scaffold.project import Project

BUILDS = ("build", "build:prod", "build:production", "compile", "heroku-postbuild", "gcp-build")
"""Scripts that build one; the last two are those of platforms (devcenter.heroku.com/articles/nodejs-support)."""

_MIGRATES = re.compile(
    r"\b(prisma (migrate|db)|knex .*(migrate|seed)|sequelize(-cli)? db:|migration:run|drizzle-kit (migrate|push)"
    r"|migrate(-mongo)?\b|mikro-orm\S* .*migration|ace migration|db:(migrate|push|seed)|seed)"
)

_PASSIVE = frozenset(
    {"echo", "sleep", "wait-on", "clear", "kill-port", "eslint", "prettier", "jest", "vitest", "mocha", "husky", "true"}
    | {"exit", "open", "test", "docker", "docker-compose", "git", "lint-staged", "biome", "oxlint", "npm", "yarn"}
    | {"pnpm", "tail", "dotenv", "source", "export", "set"}
    | {
        "pwd",
        "ls",
        "cat",
        "printf",
        "date",
        "whoami",
        "which",
        "env",
        "printenv",
        "ps",
        "kill",
        "pkill",
        "lsof",
        "fuser",
    }
)
"""Programs before the start that make nothing an image needs."""

_SHELL = ("node", "cp", "mv", "mkdir", "rm", "sh", "ln", "npx", "touch")
"""Programs that the build image has itself, beside those of packages."""


@dataclass(frozen=True)
class Plan:
    """What builds and starts an app, as Facts has it; `folder` is where it runs in the project."""

    answers: dict[str, Found] = field(default_factory=dict)
    unknown: dict[str, ScaffoldError] = field(default_factory=dict)
    traits: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    folder: str = "."


def plan(
    project: Project,
    manifest: dict[str, Any],
    runner: str = "npm",
    inside: str = ".",
    build: Found | None = None,
    locked: bool = True,
) -> Plan:
    """What builds and starts the app that the project is, whose scripts `runner` runs; `unknown` has what raised.

    `inside` is its folder in a workspace, and `build` the command that builds it there. What is not `locked` gets
    the newest packages, whose types may be none that the sources were written for.
    """
    script = next((name for name in BUILDS if _builds(project, ".", name)), "")
    built = scripts.script(project, script) if script else ()
    look = Look(project, ".", manifest, inside)
    if script and not build:
        build = Found(f"{runner} run {script}", f"package.json scripts.{script}")
    try:
        program, steps = node_evidence.started(look, Reader(look, built), bool(script))
        command.parse(program.start, program.source)
    except ScaffoldError as error:
        return Plan({"build": build} if build else {}, {"start": error})
    if not build and (row := frameworks.found(look)) and isinstance(row[1], Server) and not program.build:
        # A server of the project's own that serves what the framework builds.
        program = program._replace(build=row[0].build)
    if build and not locked and (made := _compiled(look, program, built)):
        build = build._replace(value=f"{build.value} || test -f {shlex.quote(made)}")
    return _planned(look, program, steps, build, built)


def _compiled(look: Look, program: Program, built: tuple[Step, ...]) -> str:
    """The file that is started where the compiler makes it in the build's last step; empty where it does not."""
    file = next((word for word in program.words[1:] if not word.startswith("-")), "")
    last = built[-1].words if built else ("",)
    if look.inside != "." or program.folder != "." or last[0].rpartition("/")[2] != "tsc" or not file.endswith(".js"):
        return ""
    return "" if look.project.has(file) else file


def start(project: Project, manifest: dict[str, Any], built: bool) -> Found:
    """What starts the app that a member of a workspace is; raises ScaffoldError when nothing does."""
    found = plan(project, manifest)
    if error := found.unknown.get("start"):
        raise error
    return found.answers["start"]


def _builds(project: Project, folder: str, name: str) -> bool:
    steps = scripts.script(project, name, folder)
    quiet = {"echo", "exit", "true", "docker", "docker-compose", "electron-builder", "pkg", "sam", "serverless", "sls"}
    return any(step.words[0] not in quiet for step in steps) or (not steps and name in scripts.scripts(project, folder))


def _planned(
    look: Look, program: Program, steps: tuple[Step, ...], build: Found | None, built: tuple[Step, ...]
) -> Plan:
    """The plan of a program that these steps stand before, and that a script builds by those."""
    made = [step for step in steps if step not in built and step.words[0] not in _PASSIVE]
    migrates = [step for step in made if _MIGRATES.search(step.text)]
    more = [_within(look, _built(step)) for step in made if step not in migrates]
    if not build and program.build:
        direct = program.build.startswith(("node ", "npx "))
        build = Found(_within(look, program.build if direct else f"npx {program.build}"), program.source)
    before = list(_installs(look, program.folder, built, steps))
    if before or more:
        given = [build.value] if build else []
        build = Found(" && ".join([*before, *given, *more]), build.source if build else program.source)
    if build and program.build_env:
        given = [f"{name}={value}" for name, value in program.build_env]
        build = build._replace(value=" ".join([*given, build.value]))
    notes = [
        f"Not run in the image's build, for it needs a database: {step.text} ({step.source})." for step in migrates
    ]
    answers = {
        "start": Found(program.start, program.source),
        **({"build": build} if build else {}),
        **_answers(program),
    }
    return Plan(answers, {}, tuple(_traits(program)), (*program.notes, *notes), program.folder)


def _within(look: Look, text: str) -> str:
    """A command of the app's own folder, as it is run in the root of a workspace."""
    return f"(cd {shlex.quote(look.inside)} && {text})" if look.inside != "." else text


def _answers(program: Program) -> dict[str, Found]:
    """What a program says beside its start: its environment, what it writes to, and where it listens."""
    answers: dict[str, Found] = {}
    env = {name: value for name, value in program.env if (name, value) != ("NODE_ENV", "production")}
    if re.fullmatch(r"\d{1,5}", env.get("PORT", "")):
        answers["port"] = Found(env.pop("PORT"), program.source)
    if program.site:
        port, path = Found(str(program.site.port), SERVER), Found("/health", SERVER)
        return {"port": port, "health-path": path}
    if env:
        answers["env"] = Found(shlex.join(f"{name}={value}" for name, value in env.items()), program.source)
    if program.tmpfs:
        answers["tmpfs"] = Found(" ".join(program.tmpfs), program.source)
    if program.tool:
        answers |= {key: Found("none", program.source) for key in ("port", "health-path")}
    return answers


def _traits(program: Program) -> Iterator[Found]:
    if program.tool:
        yield Found("tool", program.source)
    if program.site and program.site.fallback:
        yield Found("fallback", program.site.fallback)
    if program.site and program.site.hashed:
        yield Found("hashed", program.site.hashed)
    if program.site and program.site.base:
        yield Found("base", program.site.base)


def _installs(look: Look, folder: str, built: tuple[Step, ...], steps: tuple[Step, ...]) -> Iterator[str]:
    """The commands that install packages of folders which are built or started, and that no workspace installs."""
    project = look.project
    if look.inside != "." or look.manifest.get("workspaces") or project.has("pnpm-workspace.yaml"):
        return
    known = (*built, *steps, *scripts.script(project, "postinstall"), *scripts.script(project, "install"))
    done = {
        step.folder
        for step in known
        if step.words[0] in ("npm", "yarn", "pnpm", "bun")
        and len(step.words) < 9
        and {"install", "ci", "i"} & set(step.words)
    }
    for inner in dict.fromkeys([folder, *(step.folder for step in built)]):
        if inner == "." or inner in done or not _depends(project, inner):
            continue
        locked = project.has(f"{inner}/package-lock.json")
        if project.has(f"{inner}/yarn.lock") and not locked:
            yield f"(cd {shlex.quote(inner)} && npx --yes yarn@1 install --frozen-lockfile)"
        elif project.has(f"{inner}/pnpm-lock.yaml") and not locked:
            yield f"(cd {shlex.quote(inner)} && npx --yes pnpm@10 install --frozen-lockfile)"
        else:
            yield f"npm --prefix {shlex.quote(inner)} {'ci' if locked else 'install'} --no-audit --no-fund"


def _depends(project: Project, folder: str) -> bool:
    try:
        manifest = project.json(f"{folder}/package.json") or {}
    except ScaffoldError:
        return False
    return any(isinstance(manifest.get(key), dict) and manifest[key] for key in ("dependencies", "devDependencies"))


def _built(step: Step) -> str:
    """A step that makes files, as a shell runs it in the project's folder."""
    text = (
        step.text
        if step.words[0] in ("node", "cp", "mv", "mkdir", "rm", "sh", "ln", "npx", "touch")
        else f"npx {step.text}"
    )
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in step.env)
    return f"(cd {step.folder} && {given}{text})" if step.folder != "." else f"{given}{text}"


def bare(text: str) -> str:
    """A start command without the one variable that the image sets anyway."""
    return re.sub(r"^\s*(cross-env\s+)?NODE_ENV=(['\"]?)production\2\s+(?=\S)", "", text).strip()


def table(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object by this key; an empty one for anything else."""
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}


__all__ = ["Plan", "bare", "plan", "start", "table", "word"]
