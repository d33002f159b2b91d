"""Whole sets of generated files in memory, for the laws: a small project and any answers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold import catalogue, language, render, tags
from scaffold.catalogue import Catalogue
from scaffold.draft import with_pins
from scaffold.images import mirrored
from scaffold.model import Answers, Image, Port, Recipe, Service
from scaffold.project import Project

PLATFORMS = ("linux/amd64", "linux/arm64")

SERVER = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n'
PROJECTS = {
    "node": {
        "package.json": '{"name": "shop", "scripts": {"start": "node server.js", "build": "tsc"}}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"name": "shop"}}}',
        "server.js": "",
    },
    "go": {"go.mod": "module example.com/shop\n\ngo 1.26\n", "main.go": SERVER},
    "python": {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
        "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
        "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    },
}
UV_LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "flask" }, { name = "gunicorn" }]

[[package]]
name = "flask"
version = "3.1.2"

[[package]]
name = "gunicorn"
version = "23.0.0"
"""
START = {"node": "node server.js", "go": ".", "python": "gunicorn app:app"}

ALIKE = {
    "package.json": '{"dependencies": {"express": "5"}}',
    "server.js": "require('express')().listen(3000)",
    "go.mod": PROJECTS["go"]["go.mod"],
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}
"""Two servers in one folder, of two languages."""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Puts files in a folder, which it gives."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    return root


def service(language: str, tier: str, /, **changes: Any) -> Service:
    """A service of this language and tier, as its defaults are but for the changes."""
    packages = {"node": "npm", "go": "go", "python": "pip"}[language]
    version = {"node": "24", "go": "1.26", "python": "3.14"}[language]
    made = Service("web", ".", language, version, tier, packages, "", START[language], (Port(8080),), "tcp")
    return replace(made, **changes)


def pinned(image: Image) -> Image:
    """The image with a tag of its pattern and a digest, both invented: no source has all lines of all variants."""
    newest = catalogue.releases("alpine")[0]
    line = image.line.replace("{alpine}", newest)
    version = ".".join([*line.split("."), "1", "1"][:3]) if line else "20261005"
    tag = image.tag.replace("{alpine}", newest).replace("{}", version)
    return replace(image, tag=tag, line=line, digest=f"sha256:{'0123456789abcdef' * 4}")


def catalogued(image: Image) -> Image:
    """The image at the newest tag of its line that the catalogue has, whichever that is by now."""
    variant = tags.variants(image)[0]
    return Catalogue().resolve(variant, tags.newest_first(variant, Catalogue().tags(variant))[0])


def generate(
    root: Path,
    services: tuple[Service, ...],
    mirrors: tuple[tuple[str, str], ...] = (),
    workflows: bool = False,
    name: str = "shop",
) -> tuple[dict[str, str], Answers, tuple[Recipe, ...]]:
    """The files by path, the answers and the recipes; `root` holds a project in the folder of each service."""

    def at(image: Image) -> Image:
        return mirrored(pinned(image), mirrors)

    answers = Answers(name, services, mirrors, PLATFORMS)
    wanted = []
    for each in services:
        chosen = language.load(each.language)
        facts = chosen.detect(Project(root / each.directory))
        wanted.append(chosen.decide(each, facts, language.tier(chosen, each.tier, each.version)))
    recipes = tuple(with_pins(recipe, {image: at(image) for image in recipe.images}) for recipe in wanted)
    return {file.path: file.text for file in render.render(answers, recipes, workflows)}, answers, recipes


@functools.cache
def schema(name: str) -> Any:
    """The validator of a public schema that check-jsonschema ships: `compose-spec`, `dependabot`."""
    import importlib.resources
    import json

    import jsonschema

    text = importlib.resources.files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{name}.json").read_text()
    content = json.loads(text)
    return jsonschema.validators.validator_for(content)(content)
