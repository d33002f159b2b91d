from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold import catalogue, language
from scaffold.errors import ScaffoldError
from scaffold.facts import Found, Range
from scaffold.languages import node
from scaffold.model import Recipe
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]
Decide = Callable[..., Recipe]
Tree = Callable[[dict[str, str]], Project]

LOCK = {"package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}'}


def manifest(**content: Any) -> dict[str, str]:
    return {"package.json": json.dumps({"main": "server.js", **content}), "server.js": "", **LOCK}


LINES = catalogue.lines("node")
UNMET = f"which no supported line meets ({', '.join(LINES.supported)}). | Say --version {LINES.default}, or change"


@pytest.mark.parametrize(
    ("engines", "version"),
    [
        (">=24", "24"),
        (">= 18.0.0", "24"),
        (">=26", "26"),
        ("^24.3", "24"),
        ("24.x", "24"),
        ("24 || 26", "24"),
        ("22 || 26", "26"),
        ("*", "24"),
        (">=18 <25", "24"),
        (">=18 <24", "22"),
        ("24.3.0", "24"),
        ("~22.4", "22"),
        ("24.1.0 - 24.5.0", "24"),
        ("v22", "22"),
        ("20", "22"),
        ("20 || 25", "26"),
        ("20 || 22", "22"),
        ("<26", "24"),
    ],
)
def test_version_by_engines(found: Look, engines: str, version: str) -> None:
    assert found("node", manifest(engines={"node": engines}), "version") == f"{version} (package.json engines)"


@pytest.mark.parametrize("engines", [">=99", "banana", "lts/*", "24" + " " * 300 + "24"])
def test_version_that_engines_rule_out(found: Look, engines: str) -> None:
    shown = found("node", manifest(engines={"node": engines}), "version")
    assert shown == f"This project asks for Node {engines} (package.json engines), {UNMET} package.json."


@pytest.mark.parametrize("engines", [{"node": ""}, {"npm": ">=10"}, {"node": 24}, ["node >= 24"], "24", None])
def test_no_version(found: Look, engines: object) -> None:
    assert found("node", manifest(engines=engines), "version") == "none"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("24", "24"),
        ("v24\n", "24"),
        ("v22.11.0\r\n", "22"),
        ("# long-term\nlts/*", "24"),
        ("lts/krypton", "24"),
        ("lts/Jod", "22"),
        ("node", "24"),
        ("20", "22"),
        ("lts/iron", "22"),
    ],
)
def test_version_by_nvmrc(found: Look, text: str, version: str) -> None:
    files = {".nvmrc": text, **manifest(engines={"node": ">=26"})}
    assert found("node", files, "version") == f"{version} (.nvmrc)"


@pytest.mark.parametrize("text", ["99", "iojs", "v"])
def test_version_that_nvmrc_rules_out(found: Look, text: str) -> None:
    shown = found("node", {".nvmrc": text, **manifest()}, "version")
    assert shown == f"This project asks for Node {text} (.nvmrc), {UNMET} .nvmrc."


@pytest.mark.parametrize(
    ("nvmrc", "engines", "wanted"),
    [
        ("", "", None),
        ("24", "", None),
        ("", ">=24.3", Range("npm", ">=24.3", "package.json engines")),
        ("24", "^24.3", Range("npm", "^24.3", "package.json engines")),
        ("v24.19.0", "^24.3", Range("npm", ">=24.19.0", ".nvmrc")),
    ],
)
def test_what_it_asks_for(tree: Tree, nvmrc: str, engines: str, wanted: Range | None) -> None:
    assert node.detect(tree({".nvmrc": nvmrc, **manifest(engines={"node": engines})})).wanted == wanted


def test_nvmrc_that_cannot_be_read(tree: Tree) -> None:
    facts = node.detect(tree({".nvmrc/a": "", **manifest(engines={"node": ">=24"})}))
    assert facts.unknown["version"].fact == ".nvmrc is not a file."
    assert facts.wanted == Range("npm", ">=24", "package.json engines")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"name": "parcel"}, "parcel (package.json name)"),
        ({"name": "@shop/parcel"}, "parcel (package.json name)"),
        ({"name": ""}, "shop (directory)"),
        ({"name": 1}, "shop (directory)"),
        ({}, "shop (directory)"),
    ],
    ids=str,
)
def test_name(tree: Tree, content: dict[str, Any], name: str) -> None:
    assert str(node.detect(tree(manifest(**content))).name) == name


@pytest.mark.parametrize(
    ("scripts", "build"),
    [
        ({"build": "tsc"}, "npm run build (package.json scripts.build)"),
        ({"build": ""}, "none"),
        ({"build": 1}, "none"),
        ("tsc", "none"),
    ],
    ids=str,
)
def test_build(found: Look, scripts: object, build: str) -> None:
    assert found("node", manifest(scripts=scripts), "build") == build


def test_packages(tree: Tree) -> None:
    project = tree(manifest())
    facts = node.detect(project)
    assert facts.answers["packages"] == Found("npm", "package-lock.json")
    assert (facts.manifests, facts.missing) == (("package.json", "package-lock.json"), ())
    facts = node.detect(tree({"npm-shrinkwrap.json": "{}"}))
    assert facts.answers["packages"] == Found("npm", "npm-shrinkwrap.json")
    assert facts.manifests == ("package.json", "npm-shrinkwrap.json")


def test_no_lock(tree: Tree) -> None:
    facts = node.detect(tree({"package.json": "{}"}))
    assert (facts.answers["packages"].value, facts.manifests, facts.missing) == ("npm", ("package.json",), ())
    assert facts.notes == ("There is no lock file: each build takes the newest packages that package.json allows.",)


@pytest.mark.parametrize(
    ("file", "tool"), [("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun")]
)
def test_other_installers(found: Look, file: str, tool: str) -> None:
    assert found("node", {"package.json": "{}", file: ""}, "packages") == f"{tool} ({file})"
    assert found("node", {**manifest(), file: ""}, "packages") == "npm (package-lock.json)"


def test_the_app_of_a_workspace(tree: Tree) -> None:
    files = manifest(workspaces=["apps/*"], main="none.js", engines={"node": "24"})
    del files["server.js"]
    files |= {"apps/a/package.json": '{"name": "@x/a", "scripts": {"start": "node b.js"}}', "apps/a/b.js": ""}
    facts = node.detect(tree(files))
    assert (facts.folder, facts.name.value, facts.answers["start"].value) == ("apps/a", "a", "node b.js")


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"package.json": '{\n"name": }'}, "! package.json:2 is not JSON: "),
        ({"package.json": "[]"}, "! package.json:1 holds no JSON object."),
        ({"package.json": '{"a": ' + "[" * 100_000}, "! package.json is nested too deeply."),
        ({"package.json": " " * 10_000_000}, "! package.json is too large to be read: 10 MB."),
        ({**manifest(), "package-lock.json": "{\n\n,}"}, "! package-lock.json:3 is not JSON: "),
    ],
    ids=["broken", "list", "deep", "10 MB", "lock"],
)
def test_broken(found: Look, files: dict[str, str], error: str) -> None:
    assert found("node", files, "start").startswith(error)


FETCH = (
    "require('node:http').get('http://127.0.0.1:3000/health', "
    "({ statusCode }) => process.exit(statusCode > 299 ? 1 : 0))"
)
CONNECT = "require('node:net').connect(3000, '127.0.0.1', () => process.exit())"


@pytest.mark.parametrize(
    ("tier", "program"),
    [
        ("distroless", "/nodejs/bin/node"),
        ("slim", "/usr/local/bin/node"),
        ("alpine", "/usr/local/bin/node"),
        ("scratch", "/usr/local/bin/node"),
    ],
)
def test_decide(decided: Decide, tier: str, program: str) -> None:
    recipe = decided("node", manifest(scripts={"start": "node --enable-source-maps server.js"}), tier, health="/health")
    assert recipe.title == f"Node 24 on {tier}"
    assert recipe.entrypoint == (program, "--enable-source-maps", "server.js")
    assert recipe.health == (program, "-e", FETCH)
    assert recipe.environment == (("HOME", "/tmp"), ("NODE_ENV", "production"), ("PORT", "3000"))
    assert (recipe.carried, bool(recipe.account)) == (tier == "scratch", tier in ("slim", "alpine"))
    assert recipe.tool is None
    assert decided("node", manifest(), tier).health == (program, "-e", CONNECT)


def test_decide_installs(decided: Decide) -> None:
    recipe = decided("node", manifest(), "distroless")
    assert recipe.install and recipe.install.commands == (
        "npm ci --ignore-scripts --no-audit --no-fund",
        "mkdir -p node_modules",
    )
    assert recipe.install.mounts == ("type=cache,target=/root/.npm",)
    assert (recipe.develop, recipe.build_packages, recipe.values["whole"]) == (None, None, "")
    assert not any("prune" in one for one in recipe.build.commands)
    assert recipe.build.commands[-1] == "chmod -R u=rwX,go=rX /out"


def test_decide_builds(decided: Decide) -> None:
    content = manifest(main="dist/main.js", scripts={"build": "tsc"}, devDependencies={"typescript": "5"})
    recipe = decided("node", content, "scratch", start="node dist/main.js")
    assert recipe.build.commands[:2] == (
        "npm run build",
        "npm prune --omit=dev --ignore-scripts --no-audit --no-fund",
    )
    assert recipe.entrypoint[1:] == ("dist/main.js",)


def test_decide_by_another_manager(decided: Decide) -> None:
    recipe = decided("node", manifest(), "slim", packages="pnpm")
    assert recipe.manifests == ("package.json",)
    assert recipe.install and recipe.install.commands[0].startswith("pnpm install --no-frozen-lockfile")
    assert recipe.develop and recipe.develop.commands[0].startswith("npm install --global --no-audit --no-fund pnpm@")


@pytest.mark.parametrize("tier", ["slim", "alpine"])
def test_shell_where_there_is_one(decided: Decide, tier: str) -> None:
    start = "node migrate.js && node server.js"
    assert decided("node", manifest(), tier, start=start).entrypoint == ("/bin/sh", "-c", start)


@pytest.mark.parametrize("tier", ["distroless", "scratch"])
def test_no_shell(decided: Decide, tier: str) -> None:
    with pytest.raises(ScaffoldError, match=f"^{tier} has no shell, and the start command needs one for '&&'"):
        decided("node", manifest(), tier, start="node migrate.js && node server.js")


@pytest.mark.parametrize("tier", ["distroless", "scratch", "slim"])
def test_a_variable_that_is_set_anyway(decided: Decide, tier: str) -> None:
    recipe = decided("node", manifest(), tier, start="NODE_ENV=production node server.js")
    assert recipe.entrypoint[1:] == ("server.js",)


@pytest.mark.parametrize(
    ("start", "fact"),
    [
        ("npm start", "The start command does not run node itself: 'npm start'. Signals would not reach the app."),
        ("npx tsx server.ts", "does not run node itself"),
        ("node", "does not run node itself"),
        ("node --env-file=.env server.js", "reads a file of secrets, which never enters the image"),
        ("node --env-file .env server.js", "reads a file of secrets"),
    ],
)
@pytest.mark.parametrize("tier", ["distroless", "slim"])
def test_refused_starts(decided: Decide, tier: str, start: str, fact: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        decided("node", manifest(), tier, start=start)
    assert fact in caught.value.fact
    assert "--start" in caught.value.remedy


def test_lines_of_distroless_follow_the_version(decided: Decide) -> None:
    recipe = decided("node", manifest(), "distroless", version="26")
    assert recipe.runtime and recipe.runtime.name == "gcr.io/distroless/nodejs26-debian13"
    assert language.tier(node, "distroless", "26.1.0").builder.line == "26.1.0"
