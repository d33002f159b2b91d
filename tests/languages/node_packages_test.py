from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scaffold.languages import node_packages, node_workspaces
from scaffold.languages.node_packages import Packages
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]
Members = dict[str, dict[str, Any]]


def read(project: Project, manifest: dict[str, Any], members: Members | None = None) -> Packages:
    return node_packages.read(project, manifest, members or {})


def lock(**packages: Any) -> dict[str, str]:
    named = {f"node_modules/{name}": package for name, package in packages.items()}
    return {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {}, **named}})}


@pytest.mark.parametrize(
    ("scripts", "whole"),
    [
        ({"prepare": "husky"}, ""),
        ({"prepare": "husky install || true"}, ""),
        ({"postinstall": "prisma generate && npx patch-package"}, ""),
        ({"preinstall": "npx only-allow pnpm"}, ""),
        ({"prepare": "is-ci || husky"}, ""),
        ({"postinstall": "node make.js"}, "the script postinstall"),
        ({"prepare": "husky && npm run build"}, "the script prepare"),
        ({"build": "node make.js"}, ""),
        ({"prepare": 1}, ""),
    ],
    ids=str,
)
def test_scripts_that_need_sources(tree: Tree, scripts: dict[str, Any], whole: str) -> None:
    assert read(tree({}), {"scripts": scripts}).whole == whole
    assert read(tree({}), {}, {"a": {"scripts": scripts}}).whole == whole


@pytest.mark.parametrize(
    ("spec", "whole", "git"),
    [
        ("^1.0.0", False, False),
        ("file:./own", True, False),
        ("link:../own", True, False),
        ("./own.tgz", True, False),
        ("workspace:*", False, False),
        ("npm:other@1", False, False),
        ("github:shop/own#main", False, True),
        ("shop/own", False, True),
        ("git+https://example.com/own.git", False, True),
        ("https://example.com/own.git#v1", False, True),
        ("https://example.com/own.tgz", False, False),
    ],
)
def test_packages_from_elsewhere(tree: Tree, spec: str, whole: bool, git: bool) -> None:
    packages = read(tree({}), {"dependencies": {"own": spec}})
    assert (bool(packages.whole), bool(packages.git)) == (whole, git)


def test_what_is_copied_before_the_install(tree: Tree) -> None:
    files = {"patches/a.patch": "", "prisma/schema.prisma": "", ".pnpmfile.cjs": "", "src/a.js": ""}
    packages = read(tree({**files, **lock()}), {}, {"apps/a": {}})
    assert packages.files == ("package.json", "package-lock.json")
    assert packages.folders == ("patches", "prisma", ".pnpmfile.cjs", "apps/a/package.json")


def test_many_members(tree: Tree) -> None:
    packages = read(tree({}), {}, {f"m{number}": {} for number in range(node_packages.MOST_COPIED + 1)})
    assert packages.whole == "the manifests of 41 folders"


@pytest.mark.parametrize(
    ("packages", "scripts"),
    [
        ({"bcrypt": {"hasInstallScript": True}}, "bcrypt"),
        ({"a/node_modules/@b/c": {"hasInstallScript": True}}, "@b/c"),
        ({"z": {"hasInstallScript": True}, "a": {"hasInstallScript": True, "dev": True}}, "a z"),
        ({"fsevents": {"hasInstallScript": True, "os": ["darwin"]}}, ""),
        ({"x": {"hasInstallScript": True, "os": ["!win32"]}}, "x"),
        ({"x; reboot": {"hasInstallScript": True}}, ""),
        ({"express": {}, "odd": []}, ""),
    ],
    ids=str,
)
def test_scripts_of_packages(tree: Tree, packages: dict[str, Any], scripts: str) -> None:
    assert read(tree(lock(**packages)), {}).scripts == scripts


@pytest.mark.parametrize(
    ("files", "manifest", "scripts"),
    [
        ({}, {}, "*"),
        ({"package-lock.json": '{"lockfileVersion": 1, "dependencies": {"bcrypt": {}}}'}, {}, "*"),
        ({"pnpm-lock.yaml": ""}, {}, "*"),
        ({"pnpm-lock.yaml": ""}, {"pnpm": {"onlyBuiltDependencies": []}}, ""),
        ({"pnpm-lock.yaml": "", "pnpm-workspace.yaml": "allowBuilds:\n  a: true\n"}, {}, ""),
    ],
)
def test_scripts_that_no_lock_names(tree: Tree, files: dict[str, str], manifest: dict[str, Any], scripts: str) -> None:
    assert read(tree(files), manifest).scripts == scripts


def test_its_own_scripts(tree: Tree) -> None:
    scripts = {"preinstall": "a", "install": "b", "postinstall": "c", "prepare": "husky"}
    packages = read(tree({}), {"scripts": scripts}, {"db": {"scripts": {"postinstall": "prisma generate"}}})
    assert packages.own == ("install", "prepare", "postinstall --workspace db")
    assert packages.husky


@pytest.mark.parametrize(
    ("files", "legacy"),
    [
        (lock(), ""),
        ({**lock(), ".npmrc": "legacy-peer-deps=true"}, "as .npmrc says"),
        ({"package-lock.json": '{"lockfileVersion": 1}'}, "package-lock.json is npm 6's, which judged none"),
        (lock(a={"peerDependencies": {"b": "1"}}), "package-lock.json breaks one, a needs b 1"),
        ({"pnpm-lock.yaml": "", ".npmrc": "legacy-peer-deps=true"}, ""),
    ],
)
def test_peers(tree: Tree, files: dict[str, str], legacy: str) -> None:
    assert read(tree(files), {}).legacy == legacy


def test_what_the_app_keeps(tree: Tree) -> None:
    files = {
        "apps/api/package.json": '{"name": "api", "scripts": {"start": "node a.js"}}',
        "apps/web/package.json": "{}",
    }
    project = tree({**files, "apps/api/a.js": "require('chalk')"})
    manifest = {"workspaces": ["apps/*"]}
    workspace = node_workspaces.read(project, manifest)
    own = {"devDependencies": {"chalk": "4"}}
    before = read(project, manifest, workspace.manifests)
    packages = node_packages.started(before, project, own, "node a.js", workspace)
    assert (packages.folder, packages.members, [one.value for one in packages.kept]) == (
        "apps/api",
        ("apps/web",),
        ["chalk"],
    )
    said = " ".join(node_packages.notes(project, packages, workspace))
    assert "chalk is a development dependency that the app needs to run (a.js): it is kept." in said


def test_the_user_names_another_manager(tree: Tree) -> None:
    packages = read(tree(lock()), {})
    assert node_packages.by(packages, "npm") is packages
    other = node_packages.by(packages, "bun")
    assert (other.manager.name.value, other.manager.lock, other.files) == ("bun", None, ("package.json",))


@pytest.mark.parametrize(
    ("files", "manifest", "note"),
    [
        ({}, {}, "There is no lock file"),
        (lock(), {"dependencies": {"ms": "2"}}, "package-lock.json has no entry that fits ms"),
        ({**lock(), ".npmrc": "_auth=x"}, {}, ".npmrc has lines that may be logins"),
        ({"yarn.lock": "__metadata:\n  version: 8\n"}, {}, "not as Plug'n'Play"),
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'"}, {"packageManager": "pnpm@8.6.0"}, "names another manager"),
        (lock(), {"scripts": {"postinstall": "node a"}}, "each edit installs anew"),
    ],
)
def test_notes(tree: Tree, files: dict[str, str], manifest: dict[str, Any], note: str) -> None:
    project = tree(files)
    workspace = node_workspaces.read(project, manifest)
    (said,) = node_packages.notes(project, read(project, manifest), workspace)
    assert note in said


def test_nothing_to_say(tree: Tree) -> None:
    project = tree({**lock(), ".npmrc": "engine-strict=true"})
    assert list(node_packages.notes(project, read(project, {}), node_workspaces.read(project, {}))) == []
