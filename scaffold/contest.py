"""Which of the languages that one folder shows is the app's: the one whose program answers requests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.project import Project

SERVER, SITE, WORKER, TOOL, NOTHING = 4, 3, 2, 1, 0
"""What a language's files come to, by how near it is to an answer to a request."""

RULES = {
    SERVER: "it has the program that answers requests",
    SITE: "it makes the pages, and nothing else answers requests",
    WORKER: "it has the one program that goes on running",
    TOOL: "it has the one program that starts",
    NOTHING: "the others' files are settings and tools alone",
}
"""Why a language counts, by what it came to."""

_TOOLS = {"pyproject.toml": ("project", "build-system", "dependency-groups")}
"""Tables without which a manifest has but the settings of tools."""

_BY_PROGRAM = {
    "node": r"\b(?:node|npm|npx|yarn|pnpm|bun|tsx|ts-node|pm2|next|nest)\b",
    "python": r"\b(?:python[\d.]*|gunicorn|uvicorn|flask|daphne|hypercorn|uwsgi|streamlit|poetry|pipenv)\b",
    "go": r"\bgo run\b|^(?:\./)?bin/|^\./",
}
"""What is in a command that runs a program of a language."""


def winner(project: Project, shown: Mapping[str, str]) -> Found | None:
    """The language that counts of those `shown`, by name with a manifest of each; None where no evidence decides.

    Every language's files are read as if it were the only one.
    """
    from scaffold import language

    weights: dict[str, int] = {}
    for name in shown:
        try:
            weights[name] = weight(project, language.load(name).detect(project))
        except ScaffoldError:
            weights[name] = NOTHING
    best = max(weights.values())
    first = [name for name in shown if weights[name] == best]
    rule = RULES[best]
    if best == NOTHING:
        first = [name for name in shown if not only_tools(project, name, shown[name])]
    elif len(first) > 1 and (named := next(_named(project, first), None)):
        first, rule = [named[0]], f"{named[1]} names it"
    if len(first) != 1:
        return None
    others = tuple(Found(name, manifest) for name, manifest in shown.items() if name != first[0])
    return Found(first[0], shown[first[0]], "likely", others, rule)


def weight(project: Project, facts: Facts) -> int:
    """What the program that was found comes to."""
    start, port = facts.answers.get("start"), facts.answers.get("port")
    if start is None:
        return NOTHING
    if facts.trait("tool"):
        return TOOL
    if start.value.startswith("static-web-server "):
        return SITE
    if port:
        return WORKER if port.value == "none" else SERVER
    if facts.language.value != "node":
        return SERVER
    return _by_packages(project, facts, start)


def _by_packages(project: Project, facts: Facts, start: Found) -> int:
    """What a Node program comes to whose port is not known: by its packages, else by whether a script starts it."""
    from scaffold.languages.node_app import table
    from scaffold.languages.node_choice import SERVERS, SITES

    manifest = project.json("package.json" if facts.folder == "." else f"{facts.folder}/package.json") or {}
    if table(manifest, "dependencies").keys() & (SERVERS | SITES):
        return SERVER
    return WORKER if start.source.startswith(("package.json scripts.start", "Procfile")) else TOOL


def only_tools(project: Project, name: str, manifest: str) -> bool:
    """Whether a language's manifest says nothing but what tools for developers are to do."""
    try:
        if name == "node":
            known = project.json(manifest) or {}
            return not any(known.get(key) for key in ("dependencies", "main", "bin"))
        tables = _TOOLS.get(manifest)
        return bool(tables) and not ({*(project.toml(manifest) or {})} & {*(tables or ())})
    except ScaffoldError:
        return False


def _named(project: Project, names: list[str]) -> Iterator[tuple[str, str]]:
    """The languages whose program a Procfile, the start script or the last command of a Dockerfile runs."""
    for command, source in _commands(project):
        found = [name for name in names if re.search(_BY_PROGRAM[name], command.strip())]
        if len(found) == 1:
            yield found[0], source


def _commands(project: Project) -> Iterator[tuple[str, str]]:
    for at, line in enumerate(project.glance("Procfile").splitlines(), 1):
        if line.startswith("web:"):
            yield line.removeprefix("web:"), f"Procfile:{at}"
    lines = project.glance("Dockerfile").splitlines()
    for at, line in reversed([*enumerate(lines, 1)]):
        if said := re.match(r"\s*(?:CMD|ENTRYPOINT)\s+(.*)", line, re.IGNORECASE):
            yield re.sub(r'[\["\],]+', " ", said[1]), f"Dockerfile:{at}"
    try:
        scripts = (project.json("package.json") or {}).get("scripts")
    except ScaffoldError:
        return
    start = scripts.get("start") if isinstance(scripts, dict) else None
    if isinstance(start, str):
        yield re.sub(r"^(?:cross-env )?(?:[A-Z_]+=\S+ )*", "", start), "package.json scripts.start"
