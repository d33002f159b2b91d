from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.apps import apps
from scaffold.meant import alike, apart, likeliest, ports
from scaffold.project import Project
from tests.generated import write

SERVER = '{"dependencies": {"express": "5"}}'
LISTENS = "require('express')().listen({})"
MAIN = 'package main\n\nimport "net/http"\n\nfunc main() {{ http.ListenAndServe(":{}", nil) }}\n'


def node(folder: str, port: int) -> dict[str, str]:
    return {f"{folder}/package.json": SERVER, f"{folder}/server.js": LISTENS.format(port)}


def go(folder: str, port: int) -> dict[str, str]:
    return {f"{folder}/go.mod": "module example.com/x\n\ngo 1.26\n", f"{folder}/main.go": MAIN.format(port)}


def worker(folder: str) -> dict[str, str]:
    return {
        f"{folder}/go.mod": "module example.com/x\n\ngo 1.26\n",
        f"{folder}/main.go": "package main\nfunc main() {}\n",
    }


@pytest.mark.parametrize(
    ("files", "first", "same"),
    [
        ({}, "", []),
        (node("web", 1), "web", ["web"]),
        ({**node("server", 1), **node("client", 2)}, "server", ["server"]),
        ({**node("b", 1), **go("a", 2)}, "", ["a", "b"]),
        ({**node("b", 1), **worker("a")}, "", ["b"]),
        ({**node("b", 1), **node("a", 2), "package.json": '{"workspaces": ["*"]}'}, "", []),
        ({**node("b", 1), **node("a", 2), "package.json": "["}, "", ["a", "b"]),
    ],
)
def test_what_is_meant(tmp_path: Path, files: dict[str, str], first: str, same: list[str]) -> None:
    project = Project(write(tmp_path, files))
    listed = apps(project)
    app = likeliest(listed)
    assert (app.directory if app else "") == first
    assert [app.directory for app in alike(project, listed)] == same


def test_apart(tmp_path: Path) -> None:
    project = Project(write(tmp_path, {**node("a", 4000), **go("b", 4001), **node("c", 4001), **worker("d")}))
    listed = sorted(apps(project), key=lambda app: app.directory)
    assert [(app.directory, ports(app)) for app in listed] == [
        ("a", {"4000"}),
        ("b", {"4001"}),
        ("c", {"4001"}),
        ("d", set()),
    ]
    assert [app.directory for app in apart(listed)] == ["a", "b", "d"]
