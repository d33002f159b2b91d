from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from scaffold import apps as apps_module
from scaffold.apps import App, apps
from scaffold.project import Project
from scaffold.tables import directory

SERVER = {"name": "server", "scripts": {"start": "node server.js"}}
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
SERVED = "fastapi==0.120.0\nuvicorn==0.38.0\n"
MAIN = "package main\n\nfunc main() {}\n"


def node(folder: str, **manifest: object) -> dict[str, object]:
    return {f"{folder}/package.json": {**SERVER, **manifest}, f"{folder}/server.js": ""}


def python(folder: str) -> dict[str, object]:
    return {f"{folder}/requirements.txt": SERVED, f"{folder}/main.py": FASTAPI}


def go(folder: str) -> dict[str, object]:
    return {f"{folder}/go.mod": "module example.com/x\n\ngo 1.26\n", f"{folder}/main.go": MAIN}


def found(root: Path, files: Mapping[str, object]) -> tuple[App, ...]:
    """The apps of a project with these files; what is no text is written as JSON."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content if isinstance(content, str) else json.dumps(content))
    return apps(Project(root))


def shown(listed: tuple[App, ...]) -> list[str]:
    """An app in a line: `+` is ticked, `-` is not, `!` is refused."""
    signs = ["!" if app.refused else "+" if app.ticked else "-" for app in listed]
    return [f"{sign} {app.name}={app.directory} {app.language}" for sign, app in zip(signs, listed, strict=True)]


WORKSPACES = {"name": "shop", "private": True, "workspaces": ["apps/*", "packages/*"]}
LIBRARY = {"name": "@shop/ui", "main": "index.js"}


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({}, []),
        ({"README.md": "", "package.json": {"devDependencies": {"husky": "9"}}}, []),
        (node("."), ["+ web=. node"]),
        (
            {
                "package.json": WORKSPACES,
                **node("apps/web", dependencies={"@shop/ui": "*"}),
                **node("apps/api"),
                "packages/ui/package.json": LIBRARY,
                "packages/ui/index.js": "",
            },
            ["+ server=. node", "- web=apps/web node"],
        ),
        (
            {"package.json": WORKSPACES | {"scripts": {"start": "turbo run start"}}, **node("apps/api")},
            ["+ web=. node"],
        ),
        (
            {"package.json": WORKSPACES | {"scripts": {"start": "node all.js"}}, **node("apps/api")},
            ["+ api=apps/api node", "- web=. node"],
        ),
        (
            {"package.json": {}, "pnpm-workspace.yaml": "packages: [apps/*]", "pnpm-lock.yaml": "", **node("apps/api")},
            ["+ web=. node"],
        ),
        (node("frontend") | python("backend"), ["+ backend=backend python", "+ frontend=frontend node"]),
        (go("server") | node("web"), ["+ server=server go", "+ web=web node"]),
        (node(".") | node("worker"), ["+ web=. node", "+ worker=worker node"]),
        (python(".") | python("worker"), ["+ web=. python", "+ worker=worker python"]),
        (go(".") | node("web"), ["+ x=. go", "+ web=web node"]),
        (
            node("services/a") | go("services/b") | python("services/c"),
            ["+ a=services/a node", "+ b=services/b go", "+ c=services/c python"],
        ),
        (
            {"go.mod": "module example.com/x\n", "cmd/api/main.go": MAIN, "cmd/job/main.go": MAIN},
            ["+ web=. go"],
        ),
        ({"go.mod": "module example.com/x\n", "cmd/api/main.go": MAIN}, ["+ web=. go"]),
        ({"go.work": "go 1.26\n\nuse ./api\n", **go("api")}, ["+ api=api go"]),
        ({"go.mod": "module example.com/x\n", "x.go": "package x\n", "examples/a/main.go": MAIN}, []),
    ],
    ids=[
        "nothing",
        "tools alone",
        "the root alone",
        "npm workspaces",
        "workspaces started by a tool",
        "workspaces that start something themselves",
        "pnpm workspaces",
        "frontend and backend",
        "server and web",
        "root and worker of Node",
        "root and worker of Python",
        "root beside web",
        "services",
        "Go with several programs",
        "Go with one program",
        "go.work",
        "Go library",
    ],
)
def test_shapes(tmp_path: Path, files: Mapping[str, object], lines: list[str]) -> None:
    assert shown(found(tmp_path, files)) == lines


@pytest.mark.parametrize(
    "manifest",
    [{"exports": "./index.js"}, {"types": "index.d.ts"}, {"peerDependencies": {"react": "19"}}, {"name": "used"}],
)
def test_a_library_is_no_app(tmp_path: Path, manifest: dict[str, object]) -> None:
    user = node("web", devDependencies={"used": "1"})
    files = user | {"lib/package.json": {"name": "lib", "main": "index.js", **manifest}, "lib/index.js": ""}
    assert shown(found(tmp_path, files)) == ["+ web=web node"]
    # The start script makes it one nevertheless: another may use its types.
    files["lib/package.json"] = {"name": "lib", "scripts": {"start": "node index.js"}, **manifest}
    assert shown(found(tmp_path, files)) == ["+ lib=lib node", "+ web=web node"]


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"web/package.json": {"scripts": {"start": "next start"}}}, "- web=web node"),
        ({"web/package.json": {"scripts": {"preview": "vite preview"}}}, "- web=web node"),
        ({"web/package.json": {"scripts": {"dev": "vite"}}, "web/index.html": ""}, "- web=web node"),
        ({"api/go.mod": "module example.com/x\n", "api/server/main.go": MAIN}, "+ api=api go"),
        ({"api/requirements.txt": "fastapi==1", "api/api/main.py": FASTAPI}, "+ api=api python"),
    ],
    ids=["Next", "preview", "index.html", "Go elsewhere", "a server is added"],
)
def test_what_is_ticked_without_a_start_script(tmp_path: Path, files: Mapping[str, object], line: str) -> None:
    assert shown(found(tmp_path, files)) == [line]


@pytest.mark.parametrize(
    ("files", "line", "reason"),
    [
        ({"api/package.json": "{"}, "! api=api node", "package.json:1 is not JSON: "),
        (
            {"api/pyproject.toml": "=", "api/src/api/main.py": FASTAPI},
            "! api=api python",
            "pyproject.toml:1 is not TOML",
        ),
        (go("api") | {"api/go.mod": "module"}, "! api=api go", "go.mod:1 cannot be read: module"),
        (node("my app"), "! my-app=my app node", "The folder 'my app' has a space or quote in its name."),
    ],
    ids=["broken", "broken too", "Go", "space"],
)
def test_refused(tmp_path: Path, files: Mapping[str, object], line: str, reason: str) -> None:
    refused, well = reversed(found(tmp_path, {**files, **node("web")}))
    assert shown((well, refused)) == ["+ web=web node", line]
    assert refused.reason.startswith(reason)
    assert refused.facts is None


def test_refused_libraries_are_left_out(tmp_path: Path) -> None:
    files = {
        "packages/a/pyproject.toml": "[project]\nname = 'a'\n",
        "packages/b/package.json": LIBRARY,
        "packages/b/yarn.lock": "",
        "packages/c/go.mod": "module",
    }
    assert found(tmp_path, files) == ()


def test_reason(tmp_path: Path) -> None:
    ticked, other = found(tmp_path, python("api") | {"web/package.json": {"scripts": {"start": "next start"}}})
    assert ticked.reason == "uvicorn main:app (main.py:2 FastAPI)"
    assert ticked.facts and ticked.facts.language.source == "requirements.txt"
    assert other.reason == "The start script does not run node itself: 'next start' (package.json scripts.start)."


def test_folders_of_what_is_no_product(tmp_path: Path) -> None:
    left_out = ["node_modules/a", "vendor/b", ".hidden/c", "api/tests/d", "fixtures/e", "a/b/c/d/f", "bad\nname"]
    files = node("api") | node("examples/one")
    for folder in left_out:
        files |= node(folder)
    files["docs/requirements.txt"] = "sphinx==9"
    files["examples/two/package.json"] = "{"
    (tmp_path / "link").symlink_to("api")
    assert shown(found(tmp_path, files)) == ["+ api=api node", "- one=examples/one node"]


def test_what_belongs_to_another_is_no_app_of_its_own(tmp_path: Path) -> None:
    files = python(".") | {"app/requirements.txt": SERVED, "app/main.py": FASTAPI, "app/__init__.py": ""}
    files |= {"esm/requirements.txt": "sphinx==9"}
    assert shown(found(tmp_path / "python", files)) == ["+ web=. python"]
    files = node("server") | {"server/esm/package.json": {"type": "module"}, "server/esm/index.js": ""}
    assert shown(found(tmp_path / "node", files)) == ["+ server=server node"]
    files = {"esm/package.json": {"type": "module"}, "esm/index.js": ""}
    assert shown(found(tmp_path / "alone", files)) == ["+ esm=esm node"]


def test_what_only_starts_another_is_no_app(tmp_path: Path) -> None:
    files = {"requirements.txt": SERVED, **python("backend"), **python("services/job")}
    assert shown(found(tmp_path, files)) == ["+ backend=backend python", "+ job=services/job python"]
    (tmp_path / "backend/__init__.py").touch()
    assert shown(found(tmp_path, {})) == ["+ web=. python", "+ job=services/job python"]


def test_of_several_languages_the_one_that_starts_is_the_likeliest(tmp_path: Path) -> None:
    files = python("shop") | {"shop/package.json": {"scripts": {"start": "vite"}}}
    assert shown(found(tmp_path, files)) == ["+ shop=shop python"]
    assert shown(found(tmp_path, node("shop"))) == ["+ shop=shop node"]


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (["apps/web", "services/web", "web"], ["web", "apps-web", "services-web"]),
        (["a/x/web", "b/x/web"], ["a-x-web", "b-x-web"]),
        (["a/x/web", "b/y/web"], ["x-web", "y-web"]),
        (["shop/app", "admin/src"], ["admin", "shop"]),
        (["app"], ["server"]),
        (["My.App", "_job"], ["my-app", "job"]),
        (["a-b", "a_b", "a.b", "a+b"], ["a-b", "a-b-2", "a-b-3", "a_b"]),
        (["\u4e00", "\u4e8c"], ["app", "app-2"]),
        ([".", "web"], ["server", "web"]),
        ([".", "web", "server"], ["root", "server", "web"]),
    ],
)
def test_names(tmp_path: Path, folders: list[str], names: list[str]) -> None:
    files: dict[str, object] = {}
    for folder in folders:
        files |= node(folder)
    listed = found(tmp_path, files)
    assert sorted(app.name for app in listed) == sorted(names)
    assert len({app.name for app in listed}) == len(folders)
    for app in listed:
        assert directory(app.name, app.directory, "test") == app.directory


def test_many(tmp_path: Path) -> None:
    files: dict[str, object] = {}
    for number in range(100):
        files |= node(f"services/n{number:02}") | go(f"services/g{number:02}") | python(f"services/p{number:02}")
    listed = found(tmp_path, files)
    assert [app.directory for app in listed] == sorted({path.rpartition("/")[0] for path in files})
    assert all(app.ticked for app in listed)


def test_the_search_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps_module, "MOST", 2)
    assert [app.name for app in found(tmp_path, node("c") | node("a") | node("b"))] == ["a", "b"]


def test_manifests_and_what_starts_are_read_of_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = node(".") | {f"src/{number}/{number}.js": "" for number in range(20)}
    found(tmp_path, files)
    read: list[str] = []
    open_file = os.open

    def opened(path: str, *rest: int) -> int:
        read.append(Path(path).name)
        return open_file(path, *rest)

    monkeypatch.setattr(os, "open", opened)
    assert apps(Project(tmp_path))
    assert set(read) == {"package.json", "server.js"}
