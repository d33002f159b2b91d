from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaffold.languages import node_install, node_packages
from scaffold.languages.node_packages import Packages
from scaffold.model import Run
from scaffold.project import Project
from scaffold.render import templates

Tree = Callable[[dict[str, str]], Project]

NPM = {"package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}'}
PNPM = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
YARN = {"yarn.lock": "# yarn lockfile v1\n"}
BERRY = {"yarn.lock": "__metadata:\n  version: 8\n"}
BUN = {"bun.lock": "{}"}


def read(project: Project, manifest: dict[str, Any] | None = None) -> Packages:
    return node_packages.read(project, manifest or {}, {})


@pytest.mark.parametrize(
    ("files", "manifest", "commands"),
    [
        (NPM, {}, ["npm ci --ignore-scripts --no-audit --no-fund"]),
        ({}, {}, ["npm install --force --ignore-scripts --no-audit --no-fund", "npm rebuild"]),
        (NPM, {"scripts": {"prepare": "husky"}}, ["npm ci --ignore-scripts --no-audit --no-fund", "npm run prepare"]),
        (PNPM, {}, ["pnpm install --frozen-lockfile --config.dangerously-allow-all-builds=true"]),
        (PNPM, {"pnpm": {"onlyBuiltDependencies": []}}, ["pnpm install --frozen-lockfile"]),
        (PNPM, {"packageManager": "pnpm@9.1.0"}, ["pnpm install --frozen-lockfile"]),
        (YARN, {}, ["yarn install --non-interactive --ignore-engines --frozen-lockfile"]),
        (YARN, {"dependencies": {"a": "1"}}, ["yarn install --non-interactive --ignore-engines"]),
        (BERRY, {}, ["yarn install --immutable"]),
        (BUN, {}, ["bun install --frozen-lockfile"]),
    ],
)
def test_install(tree: Tree, files: dict[str, str], manifest: dict[str, Any], commands: list[str]) -> None:
    run = node_install.install(read(tree(files), manifest))
    assert list(run.commands) == [*commands, "mkdir -p node_modules"]
    assert len(run.mounts) == 1


@pytest.mark.parametrize(
    ("files", "manifest", "end"),
    [
        (PNPM, {"packageManager": "pnpm@9.1.0"}, "--no-fund pnpm@9.1.0"),
        ({}, {"packageManager": "pnpm@12.0.1"}, "--allow-scripts=pnpm pnpm@12.0.1"),
        (YARN, {"packageManager": "yarn@1.22.1"}, "--force yarn@1.22.1"),
        (BERRY, {"packageManager": "yarn@4.1.0"}, "--force @yarnpkg/cli-dist@4.1.0"),
        (BUN, {"packageManager": "bun@1.1.0"}, "--allow-scripts=bun bun@1.1.0"),
    ],
)
def test_provision(tree: Tree, files: dict[str, str], manifest: dict[str, Any], end: str) -> None:
    run = node_install.provision(read(tree(files), manifest))
    assert run and run.commands[0].startswith("npm install --global ") and run.commands[0].endswith(end)
    assert node_install.provision(read(tree(NPM))) is None


@pytest.mark.parametrize(
    ("files", "manifest", "names"),
    [
        (NPM, {}, []),
        ({}, {}, ["npm_config_dangerously_allow_all_scripts"]),
        ({}, {"allowScripts": {}}, []),
        (NPM, {"scripts": {"prepare": "husky"}}, ["HUSKY"]),
        (PNPM, {}, ["npm_config_store_dir"]),
        (
            PNPM,
            {"packageManager": "pnpm@11.2.0"},
            ["pnpm_config_pm_on_fail", "pnpm_config_store_dir", "pnpm_config_verify_deps_before_run"],
        ),
        (
            PNPM,
            {"packageManager": "yarn@4.2.0"},
            ["npm_config_manage_package_manager_versions", "npm_config_package_manager_strict", "npm_config_store_dir"],
        ),
        (BERRY, {}, ["YARN_ENABLE_GLOBAL_CACHE", "YARN_ENABLE_TELEMETRY", "YARN_NODE_LINKER"]),
        (YARN, {}, []),
    ],
)
def test_environment(tree: Tree, files: dict[str, str], manifest: dict[str, Any], names: list[str]) -> None:
    assert [name for name, _ in node_install.environment(read(tree(files), manifest))] == names


@pytest.mark.parametrize(
    ("files", "build", "first"),
    [(NPM, "", "mkdir /out"), (PNPM, "make", "rm -rf node_modules/.cache node_modules/.modules.yaml")],
)
def test_what_changes_from_build_to_build(tree: Tree, files: dict[str, str], build: str, first: str) -> None:
    assert node_install.gathered(read(tree(files)), build)[0] == first


def test_git_takes_by_https_what_a_lock_names_by_ssh(tree: Tree) -> None:
    put = Run(("apt-get update",))
    assert node_install.packages_of_system(read(tree(NPM)), put) == put
    own = read(tree(NPM), {"dependencies": {"own": "acme/own"}})
    run = node_install.packages_of_system(own, put)
    assert run and run.commands[-1].startswith("git config --global --add url.https://github.com/.insteadOf ")


@pytest.mark.parametrize(
    ("files", "development", "command"),
    [
        (NPM, {}, []),
        (PNPM, {}, []),
        (NPM, {"a": "1"}, ["npm prune --omit=dev --ignore-scripts --no-audit --no-fund"]),
        (PNPM, {"a": "1"}, [f"node {node_install.PRODUCTION} ."]),
    ],
)
def test_production(tree: Tree, files: dict[str, str], development: dict[str, str], command: list[str]) -> None:
    assert list(node_install.production(read(tree(files), {"devDependencies": development}))) == command


PACKAGES: dict[str, dict[str, Any]] = {
    ".": {"dependencies": {"a": "1"}, "devDependencies": {"b": "1", "keep": "1"}},
    "node_modules/a": {"dependencies": {"c": "1"}, "peerDependencies": {"p": "1", "o": "1"}},
    "node_modules/a/node_modules/c": {},
    "node_modules/b": {},
    "node_modules/keep": {"dependencies": {"@s/k": "1"}},
    "node_modules/@s/k": {},
    "node_modules/@s/gone": {},
    "node_modules/p": {},
    "node_modules/o": {},
    "node_modules/.pnpm/d@1/node_modules/d": {},
    "node_modules/.pnpm/e@1/node_modules/e": {},
    "node_modules/.client/made": {},
    "apps/api": {"dependencies": {"lib": "*"}},
    "apps/web": {},
    "packages/lib": {"dependencies": {"d": "1"}},
}
PACKAGES["node_modules/a"]["peerDependenciesMeta"] = {"o": {"optional": True}}
LINKS = {
    "node_modules/lib": "../packages/lib",
    "node_modules/web": "../apps/web",
    "node_modules/e": ".pnpm/e@1/node_modules/e",
    "packages/lib/node_modules/d": "../../../node_modules/.pnpm/d@1/node_modules/d",
    "node_modules/.bin/b": "../b/package.json",
}


@pytest.mark.skipif(not shutil.which("node"), reason="no node command")
def test_the_program_that_leaves_the_packages_of_production(tmp_path: Path) -> None:
    for folder, package in PACKAGES.items():
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "package.json").write_text(json.dumps(package))
    for link, target in LINKS.items():
        (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / link).symlink_to(target)
    program = templates() / "node" / "production.cjs.j2"
    subprocess.run(
        ["node", "-", "--keep=keep", "apps/api", "apps/web"], cwd=tmp_path, input=program.read_bytes(), check=True
    )
    left = {path.parent.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("package.json")}
    gone = {"node_modules/b", "node_modules/@s/gone", "node_modules/o", "apps/web"}
    gone |= {"node_modules/.pnpm/e@1/node_modules/e"}
    assert left == set(PACKAGES) - gone
    links = {link for link in LINKS if (tmp_path / link).is_symlink()}
    assert links == {"node_modules/lib", "packages/lib/node_modules/d"}
