"""The image of a static site: built by Node, served by static-web-server, which is a single static program."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Sequence
from dataclasses import replace

from scaffold import catalogue, language, recipes, volumes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts
from scaffold.languages import bases
from scaffold.languages.node_sites import SERVER
from scaffold.model import Image, Recipe, Run, Service, Tier

TOOL = Image("ghcr.io", "static-web-server/static-web-server", "{}")
"""The server's own image, of which the program is copied (static-web-server.net/features/docker)."""

OUT = "/out"

_OWN = (
    *("node_modules", "package.json", "package-lock.json", "npm-shrinkwrap.json"),
    *("yarn.lock", "pnpm-lock.yaml", "bun.lock"),
)
"""Files of a site without a build that are for its makers alone."""


def tiers(slim: Image, alpine: Image) -> tuple[Tier, ...]:
    """The rows of a language's table for sites; `slim` and `alpine` are what builds there."""
    return (
        Tier("distroless", slim, bases.STATIC, starts=SERVER),
        Tier("slim", slim, bases.DEBIAN, shell=True, account=True, starts=SERVER),
        Tier("alpine", alpine, bases.ALPINE, shell=True, account=True, musl=True, starts=SERVER),
        Tier("scratch", slim, None, carried=True, starts=SERVER),
    )


def decide(service: Service, facts: Facts, tier: Tier, before: Sequence[str], ignored: tuple[str, ...]) -> Recipe:
    """The recipe of a site, whose folder stands behind the server's name; `before` are the commands that build it.

    Raises ScaffoldError for any other word in the start command, and for a site without a port.
    """
    folder = posixpath.normpath(f"{facts.folder}/{_folder(service)}")
    if not service.port:
        raise ScaffoldError("A site is served on a port, and there is none.", "Say --port 8080.")
    fallback, hashed, base = (facts.trait(name) for name in ("fallback", "hashed", "base"))
    under = f"/{base.source}" if base else ""
    target = f"{OUT}{under}"
    taken = f"mkdir -p {target}", f"cp -a {shlex.quote(folder)}/. {target}", f"chmod -R u=rwX,go=rX {OUT}"
    own = (f"rm -rf {' '.join(_OWN)}",) if folder == "." else ()
    recipe = recipes.recipe(
        service,
        tier,
        build=Run((*before, *own, *taken)),
        values={
            **bases.probed(service.health, service.port),
            "fallback": f"{volumes.APP}{under}/{fallback.source}" if fallback else "",
            "hashed": f"{under}/{hashed.source}".strip("/") if hashed else "",
            # A page that answers for all paths does so for a file of another version too: it is not kept for ever.
            "kept": "public, max-age=86400" if fallback else "public, max-age=31536000, immutable",
            "base": f"{under}/" if base else "",
            "production": "",
            "whole": "",
        },
        environment=(),
        health=("/healthcheck",),
        entrypoint=(f"/{SERVER}", "--config-file", f"/etc/{SERVER}.toml"),
        ignored=ignored,
        tool=TOOL,
        held=("version-update:semver-major",),
        made=OUT,
        # Its packages build it, and none of them runs.
        system=[one._replace(run=(), apk_run=(), files=(), environment=(), refused=()) for one in facts.system],
    )
    prober = language.on_debian(replace(bases.GOLANG, line=catalogue.lines("go").default))
    return replace(recipe, template="static", probe=bases.PROBE, prober=prober)


def _folder(service: Service) -> str:
    words = shlex.split(service.start)
    if len(words) != 2 or words[1].startswith(("/", "-")) or ".." in words[1].split("/"):
        raise ScaffoldError(
            f"The start command of a site is {SERVER} and a folder of the project: {service.start!r}.",
            f"Say it as in --start '{SERVER} dist'.",
        )
    return words[1]
