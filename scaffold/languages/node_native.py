"""Which packages of a Node project may need something of the operating system, by its lock or its manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from scaffold import native
from scaffold.languages import node_locks
from scaffold.languages.node_app import table
from scaffold.languages.node_packages import Packages, for_linux
from scaffold.native import GIT, Installed
from scaffold.project import LARGEST_LOCK, Project

_NAMED = re.compile(r"(?:^|[\s\"'/,])(@?[a-z0-9][\w.-]*(?:/[\w.-]+)?)[@/](?:npm:)?[\^~>=v]*(\d[\w.+-]*)", re.MULTILINE)
"""A name with its version or range, as pnpm, yarn and bun write them: `/a/1.0.0:`, `a@^1:`, `"a@npm:~1"`."""


def installed(project: Project, packages: Packages, manifests: Sequence[dict[str, Any]]) -> Iterator[Installed]:
    """What the lock installs, those of development too, which a build needs; without one what `manifests` ask for.

    Of a lock that is not npm's only packages are given that the table knows.
    """
    if packages.git:
        yield Installed(GIT, "", f"{packages.git} (package.json)")
    lock = packages.manager.lock.file if packages.manager.lock else ""
    if lock.endswith(".json"):
        yield from _of_npm(project.json(lock, LARGEST_LOCK) or {}, lock)
    elif lock and not lock.endswith(".lockb"):
        known, text = native.known("node"), project.text(lock, LARGEST_LOCK) or ""
        yield from (Installed(name, version, lock) for name, version in _NAMED.findall(text) if name in known)
    else:
        for manifest in manifests:
            asked = {key: spec for kind in node_locks.KEYS for key, spec in table(manifest, kind).items()}
            yield from (Installed(name, str(spec), "package.json") for name, spec in asked.items())


def _of_npm(content: dict[str, Any], lock: str) -> Iterator[Installed]:
    packages = table(content, "packages") or table(content, "dependencies")
    for path, package in packages.items():
        name = path.rpartition("node_modules/")[2]
        if name and isinstance(package, dict) and not package.get("link") and for_linux(package):
            scripts = bool(package.get("hasInstallScript")) and not package.get("optional")
            yield Installed(name, str(package.get("version", "")), lock, scripts=scripts)
