from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import node_frameworks
from scaffold.languages.node_frameworks import Look, Server
from scaffold.languages.node_sites import Site
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

NODE_ADAPTER = "adapter: node({ mode: 'standalone' })"


def made(tree: Tree, packages: str, files: dict[str, str], inside: str = ".", script: str = "") -> Server | Site:
    pairs = [(name, version or "5") for name, _, version in (one.partition("=") for one in packages.split())]
    manifest: dict[str, Any] = {"name": "shop", "dependencies": dict(pairs), "scripts": {"build": script}}
    found = node_frameworks.found(Look(tree(files), ".", manifest, inside))
    assert found and found[1]
    return found[1]


@pytest.mark.parametrize(
    ("packages", "files", "start"),
    [
        ("next=15", {}, "node .next/standalone/server.js"),
        ("next=15", {"next.config.mjs": "// output: 'export'"}, "node .next/standalone/server.js"),
        ("next=latest", {"next.config.ts": "output: 'export'"}, "static-web-server out"),
        ("next", {"next.config.js": "output: 'export', distDir: 'o'"}, "static-web-server o"),
        ("next=15", {"next.config.js": "distDir: 'o'"}, "node node_modules/next/dist/bin/next start"),
        ("nuxt=4", {}, "node .output/server/index.mjs"),
        ("nuxt=2", {}, "node node_modules/nuxt/bin/nuxt.js start"),
        ("@sveltejs/kit @sveltejs/adapter-auto vite", {}, "node build/index.js"),
        ("@sveltejs/kit @sveltejs/adapter-node", {"svelte.config.js": "adapter({ out: 'o' })"}, "node o/index.js"),
        ("@sveltejs/kit @sveltejs/adapter-static", {}, "static-web-server build"),
        ("astro", {}, "static-web-server dist"),
        ("astro @astrojs/node", {"astro.config.mjs": NODE_ADAPTER}, "node dist/server/entry.mjs"),
        ("astro @astrojs/node", {"astro.config.mjs": ""}, "static-web-server dist"),
        ("@react-router/dev vite", {}, "node node_modules/.bin/react-router-serve ./build/server/index.js"),
        ("@react-router/dev", {"react-router.config.ts": "ssr: false"}, "static-web-server build/client"),
        ("@remix-run/dev", {}, "node node_modules/@remix-run/serve/dist/cli.js ./build/index.js"),
        ("@remix-run/dev vite", {}, "node node_modules/@remix-run/serve/dist/cli.js ./build/server/index.js"),
        ("@solidjs/start vinxi", {}, "node .output/server/index.mjs"),
        ("@nestjs/core", {}, "node dist/main.js"),
        ("@nestjs/core", {"nest-cli.json": '{"entryFile": "boot"}'}, "node dist/boot.js"),
        ("@adonisjs/core=6", {}, "node build/bin/server.js"),
        ("@strapi/strapi", {}, "node node_modules/@strapi/strapi/bin/strapi.js start"),
    ],
    ids=str,
)
def test_what_is_made(tree: Tree, packages: str, files: dict[str, str], start: str) -> None:
    assert made(tree, packages, files).start == start


def test_nest_by_its_configuration(tree: Tree) -> None:
    files = {"tsconfig.json": json.dumps({"compilerOptions": {"outDir": "./dist"}}), "src/main.ts": "", "a.ts": ""}
    assert made(tree, "@nestjs/core typescript=5", files).start == "node dist/src/main.js"
    built = {"extends": "./tsconfig.json", "exclude": ["a.ts"]}
    assert made(tree, "@nestjs/core typescript=5", {**files, "tsconfig.build.json": json.dumps(built)}).start == (
        "node dist/main.js"
    )


def test_next_in_a_workspace(tree: Tree) -> None:
    found = made(tree, "next=15", {}, "apps/web")
    assert isinstance(found, Server)
    assert found.start == "node .next/standalone/apps/web/server.js"
    assert found.tmpfs == ("/app/apps/web/.next/standalone/apps/web/.next/cache",)
    assert ("NEXT_PRIVATE_STANDALONE", "true") in found.build_env and ("HOSTNAME", "0.0.0.0") in found.env


def test_generated_nuxt_is_a_site(tree: Tree) -> None:
    assert made(tree, "nuxt=4", {}, script="nuxt generate").start == "static-web-server .output/public"


def test_sveltekit_without_an_adapter_is_spoken_of(tree: Tree) -> None:
    found = made(tree, "@sveltejs/kit", {})
    assert isinstance(found, Server) and "installs at build without a lock" in found.note


@pytest.mark.parametrize(
    ("packages", "files", "fact"),
    [
        ("@sveltejs/kit @sveltejs/adapter-vercel", {}, "SvelteKit is built for another platform: its adapter is"),
        ("astro @astrojs/netlify", {"astro.config.mjs": "output: 'server'"}, "Astro is built for another platform"),
        ("astro @astrojs/node", {"astro.config.mjs": "adapter: node({ mode: 'middleware' })"}, "makes middleware"),
    ],
)
def test_refused(tree: Tree, packages: str, files: dict[str, str], fact: str) -> None:
    with pytest.raises(ScaffoldError, match=fact):
        made(tree, packages, files)


@pytest.mark.parametrize(
    ("start", "folder"),
    [
        ("node .next/standalone/server.js", ".next/standalone"),
        ("node --x ./.next/standalone/apps/web/server.js", ".next/standalone"),
        ("node .output/server/index.mjs", ".output"),
        ("node server.js", None),
        ("static-web-server .output/public", None),
    ],
)
def test_contained(start: str, folder: str | None) -> None:
    found = node_frameworks.contained(start)
    assert (found and found.folder) == folder


def test_what_completes_a_standalone_server() -> None:
    found = node_frameworks.contained("node .next/standalone/apps/web/server.js")
    assert found and "cp -R .next/static .next/standalone/apps/web/.next/" in found.complete


@pytest.mark.parametrize(("program", "name"), [("next", "Next.js"), ("vite", ""), ("node", "")])
def test_found_by_program(tree: Tree, program: str, name: str) -> None:
    found = node_frameworks.found(Look(tree({}), ".", {"dependencies": {"next": "15"}}), program)
    assert (found[0].name if found else "") == name
