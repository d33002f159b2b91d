"""Node projects: what their files say, and the recipe of their image."""

from __future__ import annotations

import dataclasses
import posixpath

from scaffold import language, native, recipes, volumes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.languages import (
    node_app,
    node_bins,
    node_build,
    node_frameworks,
    node_install,
    node_native,
    node_packages,
    node_source,
    node_static,
    node_version,
    node_workspaces,
)
from scaffold.languages.node_app import word
from scaffold.languages.node_packages import Packages
from scaffold.model import Image, Recipe, Run, Service, Tier
from scaffold.project import Project

NAME = "node"
TITLE = "Node"
PORT = 3000

_SLIM = Image("docker.io", "library/node", "{}-{debian}-slim", "{version}")
_ALPINE = Image("docker.io", "library/node", "{}-alpine{alpine}", "{version}")
_DISTROLESS = Image("gcr.io", "distroless/nodejs{line}-debian{debian_number}", "nonroot")
_BINARY = "/usr/local/bin/node"

TIERS = (
    *node_static.tiers(_SLIM, _ALPINE),
    Tier("distroless", _SLIM, _DISTROLESS, program="/nodejs/bin/node"),
    Tier("slim", _SLIM, _SLIM, program=_BINARY, shell=True, account=True),
    Tier("alpine", _ALPINE, _ALPINE, program=_BINARY, shell=True, account=True, musl=True),
    Tier("scratch", _SLIM, None, program=_BINARY, carried=True),
)

IGNORED = (
    "**/node_modules",
    "**/*.log",
    "**/*.test.*",
    "**/*.spec.*",
    "**/__tests__",
    "**/.cache",
    "**/.eslintcache",
    "**/.nyc_output",
    "**/.pnp.*",
    "**/.yarn/install-state.gz",
    "**/.yarn/unplugged",
    "**/*.tsbuildinfo",
    "coverage",
    "secrets",
    "test",
    "tests",
)


def detect(project: Project) -> Facts:
    """What package.json, the locks and settings of managers, .nvmrc and the members of a workspace say.

    Without a manifest: npm and server.js.
    """
    manifest = project.json("package.json")
    if manifest is None:
        return _fresh(project)
    workspace = node_workspaces.read(project, manifest)
    app, own = project.folder(workspace.folder), workspace.app_manifest(manifest)
    packages = node_packages.read(project, manifest, workspace.manifests)
    wanted = node_version.wanted(project, manifest) or node_version.wanted(app, own)
    folder = workspace.folder
    member = node_build.build(project, manifest, workspace, packages.manager) if folder != "." else None
    plan = node_app.plan(app, own, packages.manager.program, folder, member, packages.manager.lock is not None)
    if workspace.problem:
        plan = node_app.Plan(unknown={"start": workspace.problem})
    answers, unknown = language.sought(
        packages=lambda: packages.manager.name, version=lambda: node_version.version(project, wanted)
    )
    answers, unknown = {**answers, **plan.answers}, {**unknown, **plan.unknown}
    started = answers["start"].value if "start" in answers else ""
    if folder == "." and plan.folder in workspace.members:
        # The root's own script starts a member, perhaps beside others.
        workspace = workspace._replace(app=Found(plan.folder, answers["start"].source))
        own = workspace.app_manifest(manifest)
    packages = node_packages.started(packages, project, own, started, workspace)
    name = word(own, "name") or word(manifest, "name")
    found = Facts(
        language=Found(NAME, "package.json"),
        name=Found(name.rpartition("/")[2], "package.json name") if name else project.name(),
        answers=answers,
        unknown=unknown,
        manifests=packages.files,
        traits=plan.traits,
        notes=(*node_packages.notes(project, packages, workspace), *plan.notes),
        wanted=wanted,
        folder=posixpath.normpath(f"{folder}/{plan.folder}"),
        plan=packages,
    )
    found = node_source.with_sources(project, found)
    manifests = [manifest, *workspace.manifests.values()]
    return native.with_system(found, NAME, node_native.installed(project, packages, manifests))


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Node service; raises ScaffoldError when the start command does not run node directly."""
    service = dataclasses.replace(service, start=node_app.bare(service.start))
    plan = facts.plan if isinstance(facts.plan, Packages) else node_packages.plain(facts.manifests)
    packages = node_packages.by(plan, service.packages)
    if tier.starts:
        built = (service.build,) if service.build else ()
        recipe = node_static.decide(service, facts, tier, built, IGNORED)
        return _installed(recipe, packages, tier) if built else recipe
    start = language.start(service, tier)
    output = node_frameworks.contained(service.start)
    kept = () if output else node_install.production(packages)
    links = node_bins.linked(service.start, facts.folder) if packages.manager.name.value == "pnpm" else ()
    left = node_install.taken(output, facts.folder) if output else node_install.gathered(packages, service.build)
    recipe = recipes.recipe(
        service,
        tier,
        build=Run((*filter(None, [service.build]), *links, *kept, *left)),
        made=node_install.OUT,
        # The distroless image has the major number in its name.
        held=("version-update:semver-major",),
        values={
            "interpreter": _BINARY,
            "production": node_install.PRODUCTION if any(node_install.PRODUCTION in one for one in kept) else "",
            "packages": node_install.OUT if output else f"{volumes.APP}/node_modules",
            "separate": "" if output else "yes",
        },
        system=facts.system,
        packages=("build", node_install.OUT if output else f"{volumes.APP}/node_modules"),
        environment=(("NODE_ENV", "production"),),
        folder=facts.folder,
        tool_ends=facts.trait("tool") is not None,
        health=(tier.program, "-e", _probe(service.health, service.port)),
        entrypoint=language.shelled(service) if start.shell else _direct(start.words, tier, service.start),
        ignored=IGNORED,
    )
    return _installed(recipe, packages, tier)


def _installed(recipe: Recipe, packages: Packages, tier: Tier) -> Recipe:
    """The recipe with what its build stage does before the build."""
    return dataclasses.replace(
        recipe,
        manifests=packages.files,
        install=node_install.install(packages),
        develop=node_install.provision(packages),
        values={**recipe.values, "whole": packages.whole},
        copied=packages.folders,
        settings=packages.settings,
        build_environment=tuple(sorted((*recipe.build_environment, *node_install.environment(packages)))),
        build_packages=node_install.packages_of_system(packages, recipe.build_packages),
    )


def _fresh(project: Project) -> Facts:
    by_custom = "npm's convention"
    return Facts(
        language=Found(NAME, "--language"),
        name=project.name(),
        answers={"packages": Found("npm", by_custom), "start": Found("node server.js", by_custom)},
        unknown={},
        manifests=("package.json", "package-lock.json"),
        missing=(
            "package.json and package-lock.json: npm init --yes && npm install",
            "server.js: a server that listens on process.env.PORT",
        ),
    )


def _direct(words: tuple[str, ...], tier: Tier, start: str) -> tuple[str, ...]:
    if words[0] != "node" or len(words) < 2:
        raise ScaffoldError(
            f"The start command does not run node itself: {start!r}. Signals would not reach the app.",
            "Say what it comes to, as in --start 'node server.js'.",
        )
    if any(one.partition("=")[0] == "--env-file" for one in words):
        raise ScaffoldError(
            f"The start command reads a file of secrets, which never enters the image: {start!r}.",
            "Say --start without --env-file, or with --env-file-if-exists.",
        )
    return (tier.program, *words[1:])


def _probe(health: str, port: int) -> str:
    if health == "tcp":
        # An error that nobody listens for ends the process with 1.
        return f"require('node:net').connect({port}, '127.0.0.1', () => process.exit())"
    answered = "({ statusCode }) => process.exit(statusCode > 299 ? 1 : 0)"
    return f"require('node:http').get('http://127.0.0.1:{port}{health}', {answered})"
