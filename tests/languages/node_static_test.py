from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold import language
from scaffold.errors import ScaffoldError
from scaffold.languages import node, node_static
from scaffold.model import Recipe

Decide = Callable[..., Recipe]

VITE = {
    "package.json": json.dumps({"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}),
    "index.html": "",
}


@pytest.mark.parametrize(
    ("tier", "runtime"),
    [
        ("distroless", "gcr.io/distroless/static-debian13"),
        ("slim", "docker.io/library/debian"),
        ("alpine", "docker.io/library/alpine"),
        ("scratch", ""),
    ],
)
def test_decide(decided: Decide, tier: str, runtime: str) -> None:
    recipe = decided("node", VITE, tier, health="/health")
    assert (recipe.runtime.name if recipe.runtime else "") == runtime
    assert recipe.builder.name == "docker.io/library/node"
    assert recipe.template == "static"
    assert recipe.tool == node_static.TOOL
    assert recipe.prober and recipe.prober.name == "docker.io/library/golang" and recipe.prober.line
    assert recipe.entrypoint == ("/static-web-server", "--config-file", "/etc/static-web-server.toml")
    assert recipe.health == ("/healthcheck",)
    assert recipe.build.commands == (
        "npm run build",
        "mkdir -p /out",
        "cp -a dist/. /out",
        "chmod -R u=rwX,go=rX /out",
    )
    assert recipe.install and recipe.manifests == ("package.json",)
    assert recipe.values["fallback"] == "/app/index.html"
    assert recipe.values["hashed"] == "assets"
    assert recipe.values["kept"] == "public, max-age=86400"
    assert (recipe.values["port"], recipe.ports[0].number) == ("8080", 8080)
    assert recipe.values["request"].startswith("GET /health HTTP/1.0")


def test_pages_below_a_path_are_put_there(decided: Decide) -> None:
    recipe = decided("node", {**VITE, "vite.config.js": "base: '/docs/shop/'"}, "slim")
    assert recipe.build.commands[1:3] == ("mkdir -p /out/docs/shop", "cp -a dist/. /out/docs/shop")
    assert recipe.values["fallback"] == "/app/docs/shop/index.html"
    assert recipe.values["hashed"] == "docs/shop/assets"
    assert recipe.values["base"] == "/docs/shop/"


def test_a_member_of_a_workspace(decided: Decide) -> None:
    files = {f"apps/web/{path}": text for path, text in VITE.items()}
    root = json.dumps({"workspaces": ["apps/*"], "scripts": {"build": "turbo run build"}})
    recipe = decided("node", {"package.json": root, **files}, "slim")
    assert recipe.build.commands[-2] == "cp -a apps/web/dist/. /out"
    assert recipe.workdir == "/app"


def test_a_site_without_a_build_has_its_own_files_alone(decided: Decide) -> None:
    recipe = decided("node", {"package.json": "{}", "index.html": ""}, "slim")
    assert recipe.install is None
    assert recipe.build.commands[0].startswith("rm -rf node_modules package.json ")
    assert recipe.build.commands[2] == "cp -a ./. /out"


@pytest.mark.parametrize("start", ["", " --port 80", " /etc", " ../dist", " a b"])
def test_refused(decided: Decide, start: str) -> None:
    with pytest.raises(ScaffoldError, match=r"^The start command of a site is static-web-server and a folder"):
        decided("node", VITE, "slim", start=f"static-web-server{start}")


def test_rows_are_for_sites_alone() -> None:
    assert language.tier(node, "slim", "24", start="static-web-server dist").starts == "static-web-server"
    assert language.tier(node, "slim", "24", start="node a.js").starts == ""
    assert language.tier(node, "slim", "24").starts == ""
