"""Frameworks: what their builds put where, and what starts or serves it, by the manuals named in the table."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import node_sites as sites
from scaffold.languages.node_outputs import configured, said
from scaffold.languages.node_sites import Site
from scaffold.languages.node_typescript import major
from scaffold.project import Project


class Look(NamedTuple):
    """Where a framework is looked at: the folder of its package.json in the project, and all that is in that file.

    `inside` is the project's own folder in a workspace.
    """

    project: Project
    folder: str
    manifest: Mapping[str, Any]
    inside: str = "."

    def has(self, *packages: str) -> str:
        """The first of these packages that the manifest asks for, also for development; empty for none."""
        tables = (self.manifest.get(key) for key in ("dependencies", "devDependencies"))
        known = {name for table in tables if isinstance(table, dict) for name in table}
        return next((package for package in packages if package in known), "")

    def config(self, *names: str) -> str:
        """The text of a configuration file, without comments; empty without one."""
        return re.sub(r"(?<![:'\"])//[^\n]*|/\*.*?\*/", "", configured(self.project, self.folder, *names), flags=re.S)

    def major(self, package: str) -> int:
        """The major version of a package."""
        return major(self.manifest, package)


class Server(NamedTuple):
    """A program that a framework builds: its start command, what the build is given, and what it writes to."""

    start: str
    env: tuple[tuple[str, str], ...] = ()
    build_env: tuple[tuple[str, str], ...] = ()
    tmpfs: tuple[str, ...] = ()
    note: str = ""


class Framework(NamedTuple):
    """A row: the packages that show it, the programs that run it, its build, and what that makes."""

    name: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    build: str
    made: Callable[[Look], Server | Site | None]


class Contained(NamedTuple):
    """A build's output that has its dependencies in itself: the folder, and the commands that complete it."""

    folder: str
    complete: tuple[str, ...] = ()


def contained(start: str) -> Contained | None:
    """The output with its own dependencies that a start command runs, or None."""
    if found := re.search(r"(?:^|\s)(?:\./)?\.next/standalone/(\S*?)server\.js", start):
        # What a standalone server serves itself it does not copy (nextjs.org, "output").
        inner = f".next/standalone/{found[1]}"
        return Contained(
            ".next/standalone",
            (
                f"mkdir -p {inner}.next/cache",
                f"cp -R .next/static {inner}.next/",
                f"if [ -d public ]; then cp -R public {inner}; fi",
            ),
        )
    return Contained(".output") if re.search(r"(?:^|\s)(?:\./)?\.output/server/", start) else None


def found(look: Look, program: str = "") -> tuple[Framework, Server | Site] | None:
    """The framework that a program belongs to, or without one that the manifest shows, and what it makes.

    Raises ScaffoldError where that cannot be run here: an adapter for another host's platform.
    """
    for row in FRAMEWORKS:
        if (not program or program in row.programs) and look.has(*row.packages) and (made := row.made(look)):
            return row, made
    return None


def _next(look: Look) -> Server | Site:
    text = look.config("next.config")
    out = said(text, "distDir")
    if said(text, "output") == "export":
        return Site(out or "out", hashed="_next/static")
    # Standalone output, and the variable that asks for it, are since 12.
    if (out and out != ".next") or 0 < look.major("next") < 12:
        return Server("node node_modules/next/dist/bin/next start", env=(("HOSTNAME", "0.0.0.0"),))
    inner = "" if look.inside == "." else f"{look.inside}/"
    return Server(
        f"node .next/standalone/{inner}server.js",
        env=(("HOSTNAME", "0.0.0.0"), ("NEXT_TELEMETRY_DISABLED", "1")),
        # The default of `output` in every version since 12 (packages/next/src/server/config-shared.ts).
        build_env=(("NEXT_PRIVATE_STANDALONE", "true"), ("NEXT_TELEMETRY_DISABLED", "1")),
        tmpfs=(f"/app/{inner}.next/standalone/{inner}.next/cache",),
    )


def _nuxt(look: Look) -> Server | Site:
    if look.major("nuxt") == 2:
        return Server("node node_modules/nuxt/bin/nuxt.js start", env=(("HOST", "0.0.0.0"),))
    scripts = look.manifest.get("scripts")
    built = str(scripts.get("build", "")) if isinstance(scripts, dict) else ""
    if "generate" in built or re.search(r"preset\s*:\s*['\"]static", look.config("nuxt.config")):
        return Site(".output/public", fallback="200.html", hashed="_nuxt")
    return _nitro(look)


def _nitro(look: Look) -> Server:
    return Server("node .output/server/index.mjs", env=(("HOST", "0.0.0.0"), ("NITRO_HOST", "0.0.0.0")))


def _svelte(look: Look) -> Server | Site:
    """An adapter decides; one is built in by the name of a platform (sveltejs/kit, adapter-auto/adapters.js)."""
    texts = look.config("svelte.config") + look.config("vite.config")
    if look.has("@sveltejs/adapter-static"):
        return Site(said(texts, "pages") or "build", fallback=said(texts, "fallback"), hashed="_app/immutable")
    out = said(texts, "out") or "build"
    if look.has("@sveltejs/adapter-node"):
        return Server(f"node {out}/index.js", env=(("HOST", "0.0.0.0"),))
    other = look.has("@sveltejs/adapter-vercel", "@sveltejs/adapter-netlify", "@sveltejs/adapter-cloudflare")
    if other:
        raise _elsewhere("SvelteKit", other, "@sveltejs/adapter-node")
    return Server(
        "node build/index.js",
        env=(("HOST", "0.0.0.0"),),
        build_env=(("GCP_BUILDPACKS", "true"),),
        note="@sveltejs/adapter-auto knows no server of its own, so it is told to take @sveltejs/adapter-node, "
        "which it installs at build without a lock: better add that to package.json and to the configuration.",
    )


def _astro(look: Look) -> Server | Site:
    text = look.config("astro.config")
    out = (said(text, "outDir") or "dist").strip("./")
    adapter = look.has("@astrojs/node")
    if adapter and re.search(r"adapter\s*:", text):
        if re.search(r"mode\s*:\s*['\"]middleware", text):
            raise ScaffoldError(
                "Astro's node adapter makes middleware (astro.config), and what serves it is unknown.",
                "Say --start 'node FILE', or set mode: 'standalone'.",
            )
        return Server(f"node {out}/server/entry.mjs", env=(("HOST", "0.0.0.0"),))
    other = look.has("@astrojs/vercel", "@astrojs/netlify", "@astrojs/cloudflare")
    if other and re.search(r"output\s*:\s*['\"](server|hybrid)", text):
        raise _elsewhere("Astro", other, "@astrojs/node")
    return Site(out, "", "_astro", sites.base(said(text, "base")))


def _react_router(look: Look) -> Server | Site:
    text = look.config("react-router.config")
    out = said(text, "buildDirectory") or "build"
    if re.search(r"ssr\s*:\s*false", text):
        return Site(f"{out}/client", fallback="index.html", hashed="assets")
    return Server(f"node node_modules/.bin/react-router-serve ./{out}/server/index.js", env=(("HOST", "0.0.0.0"),))


def _remix(look: Look) -> Server | Site:
    text = look.config("vite.config", "remix.config")
    if re.search(r"ssr\s*:\s*false", text):
        return Site("build/client", fallback="index.html", hashed="assets")
    built = "./build/server/index.js" if look.has("vite") else "./build/index.js"
    return Server(f"node node_modules/@remix-run/serve/dist/cli.js {built}", env=(("HOST", "0.0.0.0"),))


def _nest(look: Look) -> Server:
    """Nest's own name, unless nest-cli.json or tsconfig.json lead elsewhere (docs.nestjs.com/cli/monorepo)."""
    from scaffold.languages.node_outputs import output
    from scaffold.languages.node_scripts import Step

    text = look.project.glance(posixpath.normpath(f"{look.folder}/nest-cli.json"))
    source = f"{said(text, 'sourceRoot') or 'src'}/{said(text, 'entryFile') or 'main'}.ts"
    if re.search(r'"(webpack|monorepo)"\s*:\s*true', text):
        return Server(f"node dist/{source.removesuffix('.ts').removeprefix('src/').replace('/src/', '/')}.js")
    step = Step(("nest", "build"), folder=look.folder)
    made = output(look.project, posixpath.normpath(source), [step], look.manifest)
    return Server(f"node {made or f'dist/{posixpath.basename(source)[:-3]}.js'}")


def _adonis(look: Look) -> Server:
    return Server(
        "node build/bin/server.js" if look.major("@adonisjs/core") >= 6 else "node build/server.js",
        env=(("HOST", "0.0.0.0"),),
    )


def _strapi(look: Look) -> Server:
    package = look.has("@strapi/strapi", "strapi")
    return Server(f"node node_modules/{package}/bin/strapi.js start", env=(("HOST", "0.0.0.0"),))


def _elsewhere(framework: str, adapter: str, ours: str) -> ScaffoldError:
    return ScaffoldError(
        f"{framework} is built for another platform: its adapter is {adapter} (package.json).",
        f"Take {ours} in its configuration, which makes a server for Node.",
    )


FRAMEWORKS = (
    Framework("Next.js", ("next",), ("next",), "next build", _next),
    Framework("Nuxt", ("nuxt", "nuxt3", "nuxt-edge"), ("nuxt", "nuxi"), "nuxt build", _nuxt),
    Framework("SvelteKit", ("@sveltejs/kit",), ("vite", "svelte-kit"), "vite build", _svelte),
    Framework(
        "React Router",
        ("@react-router/dev",),
        ("react-router", "react-router-serve"),
        "react-router build",
        _react_router,
    ),
    Framework("Remix", ("@remix-run/dev",), ("remix", "remix-serve"), "remix vite:build", _remix),
    Framework("Astro", ("astro",), ("astro",), "astro build", _astro),
    Framework("SolidStart", ("@solidjs/start", "vinxi"), ("vinxi",), "vinxi build", _nitro),
    Framework("TanStack Start", ("@tanstack/react-start", "@tanstack/solid-start"), ("vite",), "vite build", _nitro),
    Framework("Nitro", ("nitropack", "nitro"), ("nitro", "nitropack"), "nitro build", _nitro),
    Framework("NestJS", ("@nestjs/core",), ("nest",), "nest build", _nest),
    Framework("AdonisJS", ("@adonisjs/core",), (), "node ace build", _adonis),
    Framework("Strapi", ("@strapi/strapi", "strapi"), ("strapi",), "strapi build", _strapi),
    *(Framework(row.name, row.packages, row.programs, row.build, row.made) for row in sites.SITES),
)
"""Nearest first: what builds on another framework stands before it."""


def where(framework: Framework, look: Look, start: str) -> Found:
    """A start command with its source: the framework, as the manifest names it."""
    package = look.has(*framework.packages)
    path = posixpath.normpath(f"{look.folder}/package.json")
    return Found(start, f"{framework.name} ({path} {package})", "likely")
