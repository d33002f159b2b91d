"""Workspaces of npm, pnpm, yarn and bun: their members, and what of them the app's sources name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import node_choice
from scaffold.languages.node_app import table, word
from scaffold.project import Project

MOST = 200
"""How many members are looked at, the nearest first."""

DEEPEST = 6


class Workspace(NamedTuple):
    """The members of a workspace by folder, each with its manifest; `source` is where they are named.

    `app` is the folder of the app, with what else could be it; it is `.` where the root itself is the app.
    """

    source: str
    members: Mapping[str, dict[str, Any]]
    app: Found
    problem: ScaffoldError | None = None
    nested: bool = False
    """Whether it is no workspace of a manager, but a folder with packages of its own that the root's script starts."""
    served: tuple[str, ...] = ()
    """Members whose files the app's sources name by path, as `../client/dist`."""

    @property
    def folder(self) -> str:
        """The folder of the app."""
        return self.app.value

    @property
    def manifests(self) -> dict[str, dict[str, Any]]:
        """The manifests that the root's own manager installs, beside the root's."""
        return {} if self.nested else dict(self.members)

    def app_manifest(self, root: dict[str, Any]) -> dict[str, Any]:
        """The app's manifest, which is that of the root where that is the app."""
        return self.members.get(self.folder, root)

    def name(self, folder: str) -> str:
        """What the manifest in a folder calls its package; empty for what no package may be called."""
        name = word(self.members.get(folder, {}), "name")
        return name if re.fullmatch(r"[\w./@-]+", name, re.ASCII) else ""


def read(project: Project, manifest: dict[str, Any]) -> Workspace:
    """The workspace whose root the project is, or the folder that its start script goes to; else it has no members."""
    patterns, source = _patterns(project, manifest)
    members = dict(_members(project, patterns)) if patterns else {}
    if not members:
        return _nested(project, manifest)
    try:
        app = node_choice.app(project, manifest, members)
        return Workspace(source, members, app, served=_served(project, members, app.value))
    except ScaffoldError as error:
        return Workspace(source, members, Found(".", source), error)


def _nested(project: Project, manifest: dict[str, Any]) -> Workspace:
    script = word(table(manifest, "scripts"), "start")
    folders = [folder for folder in node_choice.folders(script) if project.has(f"{folder}/package.json")]
    source = "package.json scripts.start"
    if len(folders) != 1:
        return Workspace(source, {}, Found(".", source))
    return Workspace(source, {folders[0]: _manifest(project, folders[0])}, Found(folders[0], source), nested=True)


def sites(project: Project, besides: Collection[str]) -> tuple[str, ...]:
    """Folders with packages of their own that make a site of files: once that is built nobody needs them."""
    found = []
    for number, path in enumerate(project.find("package.json", ".", 2)):
        folder, _, file = path.rpartition("/")
        if number == MOST:
            break
        if folder and file == "package.json" and folder not in besides:
            member = _manifest(project, folder)
            packages = table(member, "dependencies").keys() | table(member, "devDependencies").keys()
            if packages & node_choice.SITES and re.fullmatch(r"[\w./@+-]+", folder, re.ASCII):
                found.append(folder)
    return tuple(found)


def _served(project: Project, members: Mapping[str, dict[str, Any]], app: str) -> tuple[str, ...]:
    others = [place for place in members if place != app]
    if app == ".":
        return tuple(others)
    text = "\n".join(_sources(project, app))
    return tuple(place for place in others if _naming(place).search(text))


def _naming(place: str) -> re.Pattern[str]:
    """What names files that are made of a member: `'../client/dist'`, `'..', 'client', 'build'`."""
    parent, _, name = place.rpartition("/")
    before = rf"(?:\.\./|[\"'`]{f'|{re.escape(parent)}/' if parent else ''})"
    return re.compile(rf"{before}{re.escape(name)}[\"'/][^\n]{{0,40}}\b(?:dist|build|out|public)\b")


def _sources(project: Project, folder: str) -> Iterator[str]:
    for suffix in (".ts", ".js", ".mjs", ".cjs"):
        for number, path in enumerate(project.find(suffix, folder, 3)):
            if number == 100:
                break
            yield project.glance(path, 20_000)


def _patterns(project: Project, manifest: dict[str, Any]) -> tuple[list[str], str]:
    """The patterns that name members and where they stand; a pnpm-workspace.yaml without any is settings."""
    found = manifest.get("workspaces")
    if isinstance(found, dict):
        found = found.get("packages")
    if isinstance(found, list) and found:
        return [one for one in found if isinstance(one, str)], "package.json workspaces"
    text = project.glance("pnpm-workspace.yaml")
    block = re.search(r"(?m)^packages:[ \t]*(\[[^\]]*\]|(?:\n[ \t]*(?:-.*|#.*)?)+)", text)
    items = re.findall(r"[^\s,\[\]'\"#-][^\s,\[\]'\"]*|!?[\w.*/@-]+", re.sub(r"#.*", "", block[1])) if block else []
    return [item.strip("-") for item in items if item.strip("-")], "pnpm-workspace.yaml"


def _members(project: Project, patterns: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    wanted = [_expression(pattern) for pattern in patterns if not pattern.startswith("!")]
    unwanted = [_expression(pattern[1:]) for pattern in patterns if pattern.startswith("!")]
    number = 0
    for path in project.find("package.json", ".", DEEPEST):
        folder, _, file = path.rpartition("/")
        # What would have to be quoted in a Dockerfile is nobody's member.
        if file != "package.json" or number == MOST or not re.fullmatch(r"[\w./@+-]+", folder, re.ASCII):
            continue
        if any(one.fullmatch(folder) for one in wanted) and not any(one.fullmatch(folder) for one in unwanted):
            number += 1
            yield folder, _manifest(project, folder)


def _manifest(project: Project, folder: str) -> dict[str, Any]:
    try:
        return project.json(f"{folder}/package.json") or {}
    except ScaffoldError:
        return {}


def _expression(pattern: str) -> re.Pattern[str]:
    """The folders that a pattern of a workspace is for (`packages/*`, `apps/**`, `{apps,libs}/*`)."""
    plain = re.sub(r"\*{2,}", "**", pattern.strip().removeprefix("./").rstrip("/"))[:200]
    made = ""
    for part in re.findall(r"\*\*/?|\*|\{[^{}]*\}|[^*{}]+", plain):
        if part.startswith("**"):
            made += "(?:[^/]+/)*" if part == "**/" else ".*"
        elif part == "*":
            made += "[^/]*"
        elif part.startswith("{"):
            made += "(?:" + "|".join(re.escape(one) for one in part[1:-1].split(",")) + ")"
        else:
            made += re.escape(part)
    return re.compile(made)
