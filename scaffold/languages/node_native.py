"""Which packages of a Node project may need something of the operating system, by its lock or its manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scaffold import native
from scaffold.languages.node_app import table
from scaffold.native import GIT, Installed
from scaffold.project import LARGEST_LOCK, Project

_NAMED = re.compile(r"(?:^|[\s\"'/,])(@?[a-z0-9][\w.-]*(?:/[\w.-]+)?)[@/](?:npm:)?[\^~>=v]*(\d[\w.+-]*)", re.MULTILINE)
"""A name with its version or range, as pnpm, yarn and bun write them: `/a/1.0.0:`, `a@^1:`, `"a@npm:~1"`."""

_REPOSITORY = re.compile(r"git(?:\+|:|@)|(?:github|gitlab|bitbucket|gist):|[\w.-]+/[\w.-]+(?:#.*)?$|.*\.git(?:#.*)?$")
"""What a package of a repository is asked for by (docs.npmjs.com, "package.json", "dependencies")."""


def installed(project: Project, manifest: dict[str, Any], lock: str | None) -> Iterator[Installed]:
    """What the lock installs, those of development too, which a build needs; without a lock what the manifest asks.

    `lock` is the name of its file. Of a lock that is not npm's only packages are given that the table knows.
    """
    asked = {**table(manifest, "optionalDependencies"), **table(manifest, "devDependencies")}
    asked |= table(manifest, "dependencies")
    for name, spec in asked.items():
        if isinstance(spec, str) and _REPOSITORY.match(spec) and not spec.startswith(("npm:", "file:", "link:")):
            yield Installed(GIT, "", f"{name} (package.json)")
    if lock is None:
        yield from (Installed(name, str(spec), "package.json") for name, spec in asked.items())
    elif lock.endswith((".json", ".shrinkwrap")):
        yield from _of_npm(project.json(lock, LARGEST_LOCK) or {}, lock)
    else:
        known, text = native.known("node"), project.text(lock, LARGEST_LOCK) or ""
        yield from (Installed(name, version, lock) for name, version in _NAMED.findall(text) if name in known)


def _of_npm(content: dict[str, Any], lock: str) -> Iterator[Installed]:
    packages = table(content, "packages") or table(content, "dependencies")
    for path, package in packages.items():
        name = path.rpartition("node_modules/")[2]
        if name and isinstance(package, dict) and not package.get("link") and for_linux(package):
            scripts = bool(package.get("hasInstallScript")) and not package.get("optional")
            yield Installed(name, str(package.get("version", "")), lock, scripts=scripts)


def for_linux(package: dict[str, Any]) -> bool:
    """Whether a package of npm's lock is installed on Linux."""
    systems = package.get("os")
    return not isinstance(systems, list) or "linux" in systems or any(str(one).startswith("!") for one in systems)
