"""The command that builds a Node app: a script of package.json, in a workspace after those of the members it needs."""

from __future__ import annotations

import re
from typing import Any

from scaffold.facts import Found
from scaffold.languages import node_managers
from scaffold.languages.node_app import table, word
from scaffold.languages.node_choice import runs_all
from scaffold.languages.node_managers import Manager
from scaffold.languages.node_workspaces import Workspace
from scaffold.project import Project


def build(project: Project, manifest: dict[str, Any], workspace: Workspace, manager: Manager) -> Found | None:
    """The command that builds the app and the members it needs, in the root; None when nothing is built."""
    root, script = _root(manifest)
    if workspace.folder == ".":
        return Found(f"{manager.program} run {script}", f"package.json scripts.{script}") if root else None
    if workspace.nested:
        return _nested(project, manifest, workspace, manager)
    name = workspace.name(workspace.folder)
    runner = {"npm": "npx", "pnpm": "pnpm exec", "bun": "bunx"}.get(manager.name.value, f"{manager.program} run")
    if re.search(r"\bturbo\b", root) and name and word(manifest, "packageManager") and project.has("turbo.json"):
        return Found(f"{runner} turbo run build --filter={name}", "package.json scripts.build")
    if re.search(r"\bnx\b", root) and name and project.has("nx.json"):
        return Found(f"{runner} nx run-many --target=build --projects={name}", "package.json scripts.build")
    if root and not runs_all(root):
        return Found(f"{manager.program} run {script}", f"package.json scripts.{script}")
    places = [place for place in needed(workspace) if _builds(workspace.members.get(place, {}))]
    if not places:
        return None
    commands = [_one(manager, workspace.name(place), place) for place in places]
    return Found(" && ".join(commands), f"{places[-1]}/package.json scripts.build")


def needed(workspace: Workspace) -> tuple[str, ...]:
    """The members that the app depends on or serves, those first that others need, and itself last."""
    by_name = {word(manifest, "name"): place for place, manifest in workspace.members.items() if manifest}
    order: list[str] = []
    waiting: set[str] = set()

    def visit(place: str) -> None:
        if place in waiting:
            return
        waiting.add(place)
        manifest = workspace.members.get(place, {})
        for key in ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies"):
            for name in table(manifest, key):
                if name in by_name:
                    visit(by_name[name])
        order.append(place)

    for place in (*workspace.served, workspace.folder):
        visit(place)
    return tuple(order)


def _root(manifest: dict[str, Any]) -> tuple[str, str]:
    """The root's own script that builds, and its name: what a platform runs has another (devcenter.heroku.com)."""
    scripts = table(manifest, "scripts")
    name = next((name for name in ("build", "heroku-postbuild") if word(scripts, name)), "build")
    return word(scripts, name), name


def _nested(project: Project, manifest: dict[str, Any], workspace: Workspace, manager: Manager) -> Found | None:
    """What installs in the folder that the root's script starts, and builds there or in the root."""
    folder, (root, script) = workspace.folder, _root(manifest)
    own = node_managers.chosen(project.folder(folder), workspace.members[folder])
    scripts = table(manifest, "scripts")
    does = " ".join([root, *(word(scripts, name) for name in ("postinstall", "prebuild", "install"))])
    commands = []
    if not (folder in does and re.search(r"\b(install|ci|i)\b", does)):
        flags = {"npm": "--prefix", "pnpm": "--dir", "yarn": "--cwd"}
        known = own.name.value in flags and own.name.value == manager.name.value and not own.berry
        name = own.name.value if known else "npm"
        clean = "ci" if name == "npm" and own.lock and own.lock.manager == "npm" and not own.lock.stale else "install"
        commands.append(f"{name} {flags[name]} {folder} {clean}")
    if root:
        commands.append(f"{manager.program} run {script}")
    elif _builds(workspace.members[folder]):
        commands.append(f"npm --prefix {folder} run build")
    if not commands:
        return None
    return Found(" && ".join(commands), f"package.json scripts.{script}" if root else f"{folder}/package.json")


def _builds(manifest: dict[str, Any]) -> bool:
    return bool(word(table(manifest, "scripts"), "build"))


def _one(manager: Manager, name: str, folder: str) -> str:
    """The command that builds one member."""
    if manager.name.value == "pnpm":
        return f"pnpm --filter ./{folder} run build"
    if manager.name.value == "yarn" and name:
        return f"{manager.program} workspace {name} run build"
    if manager.name.value == "bun":
        return f"bun run --cwd {folder} build"
    return f"npm run build --workspace {folder}"
