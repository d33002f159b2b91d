from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_frameworks, node_sites
from scaffold.languages.node_frameworks import Look, Server
from scaffold.languages.node_sites import Site
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def made(tree: Tree, package: str, files: dict[str, str], scripts: dict[str, str]) -> Site | Server | None:
    manifest: dict[str, Any] = {"name": "shop", "devDependencies": {package: "1"}, "scripts": scripts}
    found = node_frameworks.found(Look(tree(files), ".", manifest))
    return found[1] if found else None


def angular(builder: str, **options: object) -> dict[str, str]:
    target = {"build": {"builder": f"@angular/build:{builder}", "options": options}}
    return {"angular.json": json.dumps({"projects": {"shop": {"projectType": "application", "architect": target}}})}


@pytest.mark.parametrize(
    ("package", "files", "scripts", "folder", "fallback"),
    [
        ("vite", {"index.html": ""}, {}, "dist", "index.html"),
        ("vite", {"index.html": "", "vite.config.ts": "build: { outDir: 'out' }"}, {}, "out", "index.html"),
        ("vite", {"web/index.html": "", "vite.config.js": "root: 'web', outDir: '../out'"}, {}, "out", "index.html"),
        ("react-scripts", {}, {}, "build", "index.html"),
        ("gatsby", {}, {}, "public", ""),
        ("@docusaurus/core", {}, {}, "build", ""),
        ("vitepress", {}, {"x": "vitepress build docs"}, "docs/.vitepress/dist", ""),
        ("vitepress", {}, {"x": "vitepress build"}, ".vitepress/dist", ""),
        ("@11ty/eleventy", {}, {}, "_site", ""),
        ("@11ty/eleventy", {"eleventy.config.js": "dir: { output: 'out' }"}, {}, "out", ""),
        ("@11ty/eleventy", {}, {"build": "eleventy --output=out"}, "out", ""),
        ("parcel", {}, {"build": "parcel build a.html --dist-dir out"}, "out", "index.html"),
        ("@vue/cli-service", {}, {}, "dist", "index.html"),
        ("@angular/cli", angular("application"), {}, "dist/shop/browser", "index.html"),
        ("@angular/cli", angular("application", outputPath="out"), {}, "out/browser", "index.html"),
        ("@angular/cli", angular("application", outputPath={"base": "o", "browser": ""}), {}, "o", "index.html"),
        ("@angular/cli", angular("browser", outputPath="dist/x"), {}, "dist/x", "index.html"),
    ],
    ids=str,
)
def test_site(
    tree: Tree, package: str, files: dict[str, str], scripts: dict[str, str], folder: str, fallback: str
) -> None:
    found = made(tree, package, files, scripts)
    assert isinstance(found, Site)
    assert (found.folder, found.fallback) == (folder, fallback)


@pytest.mark.parametrize(
    ("text", "path"),
    [("/a/b/", "a/b"), ("https://example.com/a", "a"), ("https://example.com", ""), ("./", ""), ("/$x/", ""), ("", "")],
)
def test_base(text: str, path: str) -> None:
    assert node_sites.base(text) == path


def test_angular_with_a_server(tree: Tree) -> None:
    found = made(tree, "@angular/cli", angular("application", ssr={"entry": "x"}, outputMode="server"), {})
    assert isinstance(found, Server) and found.start == "node dist/shop/server/server.mjs"


def test_vite_without_a_page_is_no_site(tree: Tree) -> None:
    assert made(tree, "vite", {}, {}) is None


@pytest.mark.parametrize("text", ["[]", "{}", '{"projects": []}'])
def test_odd_angular(tree: Tree, text: str) -> None:
    found = made(tree, "@angular/cli", {"angular.json": text}, {})
    assert isinstance(found, Site) and found.folder == "dist/shop"


@pytest.mark.parametrize(
    ("words", "folder", "fallback"),
    [
        ("serve -s build", "build", "index.html"),
        ("serve build -l 80", "build", ""),
        ("serve -l tcp://0.0.0.0:80 dist", "dist", ""),
        ("http-server ./dist/ -p 80", "dist", ""),
        ("sirv out --single", "out", "index.html"),
        ("serve", ".", ""),
    ],
)
def test_served(words: str, folder: str, fallback: str) -> None:
    found = node_sites.served(tuple(words.split()))
    assert found and (found.folder, found.fallback) == (folder, fallback)
    assert found.start == f"static-web-server {folder}"


def test_other_programs_serve_no_folder() -> None:
    assert node_sites.served(("node", "serve.js")) is None
