"""Bundlers of before OpenSSL 3: they hash by MD4, which node has only when it is told."""

from __future__ import annotations

import itertools
import posixpath
from typing import Any

from scaffold.errors import ScaffoldError
from scaffold.languages.node_typescript import major
from scaffold.project import Project

FIRST = {
    "webpack": 5,
    "react-scripts": 5,
    "@vue/cli-service": 5,
    "next": 12,
    "nuxt": 3,
    "gatsby": 4,
    "@angular-devkit/build-angular": 12,
    "razzle": 5,
    "laravel-mix": 6,
    "umi": 4,
}
"""By a package that bundles, its first line that does without MD4 (webpack 5 has its own; nodejs.org, "openssl")."""

OPTION = "--openssl-legacy-provider"

DEEPEST = 2

MOST = 20
"""How many manifests are looked at: those of the project and of what it builds beside itself."""


def old(project: Project) -> str:
    """The first such package, with the manifest that asks for it: `react-scripts 4 (client/package.json)`."""
    folders = project.folders(frozenset({"package.json"}), {"examples", "test", "tests"})
    near = itertools.takewhile(lambda one: one[0].count("/") < DEEPEST, folders)
    for folder in itertools.islice((folder for folder, seen in near if seen), MOST):
        path = posixpath.normpath(f"{folder}/package.json")
        for name, first in FIRST.items():
            if 0 < (line := major(_manifest(project, path), name)) < first:
                return f"{name} {line} ({path})"
    return ""


def _manifest(project: Project, path: str) -> dict[str, Any]:
    try:
        return project.json(path) or {}
    except ScaffoldError:
        return {}
