"""The stage that builds what a program of another language serves to browsers, or compiles in."""

from __future__ import annotations

import dataclasses
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import catalogue, language, native
from scaffold.facts import Frontend
from scaffold.model import File, Image, Recipe, Run

if TYPE_CHECKING:
    from scaffold.languages.node_packages import Packages

SRC = "/src"
"""Where the stage has the project, and leaves it with what was made."""

NODE = "node"


@dataclass(frozen=True)
class Stage:
    """What templates print of the stage. `manifests` are there before the install; without them everything is."""

    builder: Image
    workdir: str
    environment: tuple[tuple[str, str], ...]
    packages: Run | None
    develop: Run | None
    settings: tuple[File, ...]
    manifests: tuple[str, ...]
    install: Run
    build: Run


def added(recipe: Recipe, frontend: Frontend) -> Recipe:
    """The recipe with a stage for the frontend, from which the build stage has the project with what it made."""
    ignored = recipe.ignored if "**/node_modules" in recipe.ignored else (*recipe.ignored, "**/node_modules")
    return dataclasses.replace(recipe, frontend=stage(frontend), ignored=ignored)


def stage(frontend: Frontend) -> Stage:
    """The stage of a frontend, on the slim image of the Node that it asks for."""
    from scaffold.languages import node_install

    facts, folder = frontend.facts, frontend.folder.value
    packages: Packages = facts.plan  # type: ignore[assignment]
    found = facts.answers.get("version")
    version = found.value if found else catalogue.lines(NODE).default
    tier = language.tier(language.load(NODE), "slim", version, facts.wanted if found else None)
    needed, _ = native.names(facts.system, False)
    inside = "" if folder == "." else f"{folder}/"
    copies = [shlex.quote(f"{SRC}/{path}") for pair in frontend.copies for path in pair]
    moved = [f"mkdir -p {to} && cp -R {made}/. {to}/" for made, to in zip(copies[::2], copies[1::2], strict=True)]
    return Stage(
        builder=tier.builder,
        workdir=f"{SRC}/{inside}".rstrip("/"),
        environment=(*native.environment(facts.system, build=True), *node_install.environment(packages)),
        packages=node_install.packages_of_system(packages, Run(native.install(needed, False)) if needed else None),
        develop=node_install.provision(packages),
        settings=packages.settings,
        manifests=() if packages.whole or packages.folders else tuple(f"{inside}{path}" for path in packages.files),
        install=node_install.install(packages),
        build=Run((facts.answers["build"].value, *moved, "rm -rf node_modules")),
    )
