"""Which member of a workspace is the app: the one that the root starts, or the likeliest that answers requests."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Mapping
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import node_app
from scaffold.languages.node_app import table, word
from scaffold.project import Project

SERVERS = frozenset(
    {"express", "fastify", "koa", "@hapi/hapi", "@nestjs/core", "hono", "@hono/node-server", "restify", "polka", "h3"}
    | {"apollo-server", "@apollo/server", "graphql-yoga", "socket.io", "ws", "json-server", "@feathersjs/feathers"}
    | {"@adonisjs/core", "@strapi/strapi", "moleculer-web", "sails", "micro", "connect", "nitropack"}
)
"""Packages that answer requests in the program that has them."""

SITES = frozenset(
    {"next", "nuxt", "@sveltejs/kit", "astro", "@remix-run/serve", "@react-router/serve", "@solidjs/start", "vite"}
    | {"react-scripts", "@angular/core", "gatsby", "vue", "svelte"}
)
"""Packages that make what browsers show, by a server of theirs or as files."""

NAMED = (
    ("server", "api", "backend", "back", "service", "gateway", "app"),
    ("web", "www", "site", "website", "frontend", "front", "client", "ui", "dashboard", "portal"),
    ("worker", "jobs", "cron", "bot", "admin", "studio"),
)
"""What folders of apps are called, those first that a stranger would mean."""

ASIDE = frozenset(
    {"doc", "docs", "demo", "demos", "e2e", "example", "examples", "playground", "sample", "samples", "storybook"}
    | {"benchmark", "benchmarks", "script", "scripts", "test", "tests", "tooling", "tools"}
)
"""Folders of what is seldom meant where there is anything else."""

PUBLISHED = ("exports", "module", "peerDependencies", "publishConfig", "types", "typings")

RULE = "servers before sites before workers, by packages, then by the folders' names"


def app(project: Project, manifest: dict[str, Any], members: Mapping[str, dict[str, Any]]) -> Found:
    """The folder of the app: what the root's own start script names, else the member that serves."""
    script = word(table(manifest, "scripts"), "start")
    if script:
        if folder := _named(script, members):
            return Found(folder, "package.json scripts.start")
        if not runs_all(script):
            return Found(".", "package.json scripts.start")
    starting = [folder for folder, member in members.items() if _starts(project, folder, member)]
    # Where there is nothing else, a site of documents or a demo is the app.
    meant = [folder for folder in starting if ASIDE.isdisjoint(folder.split("/"))] or starting
    ranked: dict[tuple[int, int], list[str]] = {}
    for folder in meant:
        ranked.setdefault(rank(folder, members[folder]), []).append(folder)
    if not ranked:
        if project.has(word(manifest, "main") or "server.js"):
            return Found(".", "package.json")
        raise ScaffoldError(
            "None of the workspace's members has a start script or a server.",
            'Give the root\'s package.json a start script, as in "start": "npm run start --workspace NAME".',
        )
    best, *rest = [ranked[rank] for rank in sorted(ranked)]
    if len(best) > 1 and (own := [folder for folder in best if _alike(manifest, members[folder], folder)]):
        best, rest = own[:1], [[folder for folder in best if folder != own[0]], *rest]
    if len(best) > 1:
        raise ScaffoldError(
            f"Several members of the workspace could be the app: {', '.join(best)}.",
            f'Say which in the root\'s package.json, as in "start": "npm run start --workspace {best[0]}".',
        )
    others = tuple(Found(folder, f"{folder}/package.json") for some in rest for folder in some)
    return Found(best[0], f"{best[0]}/package.json", "likely", others, RULE if others else "")


def _named(script: str, members: Mapping[str, dict[str, Any]]) -> str:
    """The member that a script of the root runs a script of, by its name or folder; empty for none, or several."""
    names = {word(manifest, "name"): folder for folder, manifest in members.items()}
    found = {names.get(one) or (one if one in members else "") for one in folders(script)} - {""}
    return found.pop() if len(found) == 1 else ""


def folders(script: str) -> tuple[str, ...]:
    """The folders, or names of members, that a script goes to by `-w`, `--filter`, `workspace`, `--prefix` or `cd`."""
    try:
        words = shlex.split(script.replace("=", " "))
    except ValueError:
        return ()
    flags = ("-w", "--workspace", "--filter", "-F", "--scope", "--prefix", "--cwd", "-C", "--dir", "workspace", "cd")
    found = [after for flag, after in itertools.pairwise(words) if flag in flags]
    plain = [re.sub(r"^\./|[/.{}]+$|^\{", "", one) for one in found]
    return tuple(dict.fromkeys(one for one in plain if re.fullmatch(r"[\w@][\w./@-]*", one) and ".." not in one))


def runs_all(script: str) -> bool:
    """Whether a script of the root runs those of the members."""
    wide = r"\b(turbo|nx|lerna|lage|moon|wsrun|concurrently|npm-run-all|run-[ps]|rush)\b"
    return bool(
        re.search(rf"{wide}|--workspaces\b|-ws\b|workspaces (run|foreach)|(-r|--recursive)\b|--filter\b", script)
    )


def _starts(project: Project, folder: str, member: dict[str, Any]) -> bool:
    """Whether a member is a program that answers requests, or makes what one does; a library is none."""
    scripts = table(member, "scripts")
    packages = table(member, "dependencies").keys() | table(member, "devDependencies").keys()
    if word(scripts, "start") or word(scripts, "start:prod") or word(scripts, "serve"):
        return True
    library = any(key in member for key in PUBLISHED)
    if not library and packages & SITES and word(scripts, "build"):
        return True
    if library or not table(member, "dependencies").keys() & SERVERS:
        return any(project.has(f"{folder}/{name}") for name in ("server.js", "server.ts")) and not library
    try:
        return bool(node_app.start(project.folder(folder), member, bool(word(scripts, "build"))))
    except ScaffoldError:
        return False


def _alike(root: dict[str, Any], member: dict[str, Any], folder: str) -> bool:
    """Whether a member is called as the whole is."""
    name = word(root, "name").rpartition("/")[2]
    return bool(name) and name in (word(member, "name").rpartition("/")[2], folder.rpartition("/")[2])


def rank(folder: str, member: dict[str, Any]) -> tuple[int, int]:
    """How far a folder with this manifest is from what a stranger would mean: by its packages, then by its name."""
    dependencies = table(member, "dependencies").keys()
    last = folder.rpartition("/")[2].lower()
    parts = set(re.split(r"[-_.]", last)) | {last}
    named = next((place for place, names in enumerate(NAMED) if parts & set(names)), len(NAMED))
    kind = 0 if dependencies & SERVERS else 1 if dependencies & SITES else 2
    return kind, named * 2 + (last not in {name for names in NAMED for name in names})
