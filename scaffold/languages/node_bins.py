"""The files that programs of packages are, by their names in scripts."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from scaffold.errors import ScaffoldError
from scaffold.project import LARGEST_LOCK, Project

if TYPE_CHECKING:
    from scaffold.languages.node_frameworks import Look

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
    {"tsc", "eslint", "prettier", "jest", "vitest", "mocha", "rimraf", "tailwindcss", "sass", "husky", "webpack"}
    | {"rollup", "esbuild", "tsup", "prisma", "turbo", "nx", "lerna", "electron", "gulp", "grunt", "standard", "xo"}
    | {"ava", "c8", "nyc", "cpx", "copyfiles", "del-cli", "shx", "kill-port", "open-cli", "tslint", "wait-on", "nps"}
)
"""Programs of packages that build, test or clean, and serve nothing."""


def file(look: Look, name: str) -> str:
    """The file that node is to run for a program of a package; empty for one that serves nothing, or is not known.

    A lock of npm says it; else it is the link that npm, yarn and bun make, and one of a package called like it.
    """
    if name in TOOLS:
        return ""
    package, _, inside = BINS.get(name, "").partition(":")
    if package and look.has(package):
        return f"node_modules/{package}/{inside}"
    for path, content in _locked(look.project).items():
        bins = content.get("bin") if isinstance(content, dict) else None
        known = bins.get(name) if isinstance(bins, dict) else None
        if isinstance(known, str) and path.count("node_modules/") == 1:
            return posixpath.normpath(f"{path}/{known}")
    return f"node_modules/.bin/{name}" if look.has(name) else ""


def linked(start: str, folder: str) -> tuple[str, ...]:
    """The commands that replace a script of pnpm for a shell by a link to the file of JavaScript that it runs.

    `start` is a start command, `folder` where it runs in the project.
    """
    found = re.search(r"(?:^|\s)(node_modules/\.bin/[\w.-]+)(?=\s|$)", start)
    if not found:
        return ()
    place = found[1] if folder == "." else f"{folder}/{found[1]}"
    inner = rf"""sed -n 's|^ *exec node  *"$basedir/\([^"]*\)".*|\1|p' {place}"""
    return (f'ln -sf "$({inner})" {place}',)


def _locked(project: Project) -> dict[str, Any]:
    try:
        lock = project.json("package-lock.json", LARGEST_LOCK) or {}
    except ScaffoldError:
        return {}
    packages = lock.get("packages")
    return packages if isinstance(packages, dict) else {}
