"""A Node project of a few sources, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scaffold.facts import Facts, Found
from scaffold.languages import node_source
from scaffold.project import Project
from tests.generated import write

EXPRESS = "const express = require('express');\nconst app = express();\n"
FASTIFY = "import Fastify from 'fastify';\nconst app = Fastify();\n"


def facts(tmp_path: Path, files: Mapping[str, str] | str, start: str = "node server.js", **answers: str) -> Facts:
    """What is found of these files, beside the `answers` that the manifest gave."""
    write(tmp_path, {"server.js": files} if isinstance(files, str) else files)
    known = {key: Found(value, "package.json") for key, value in {"start": start, **answers}.items()}
    before = Facts(Found("node", "package.json"), Found("shop", ""), known, {})
    return node_source.with_sources(Project(tmp_path), before)
