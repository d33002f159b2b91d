"""Which packages of Node may need something of the operating system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scaffold.languages import node_packages
from scaffold.languages.node_native import installed
from scaffold.native import Installed
from scaffold.project import Project
from tests.generated import write


def read(tmp_path: Path, lock: str, text: str = "", manifest: dict[str, Any] | None = None) -> list[Installed]:
    files = {"package.json": json.dumps(manifest or {})} | ({lock: text} if lock else {})
    project = Project(write(tmp_path, files))
    packages = node_packages.read(project, manifest or {}, {})
    return [*installed(project, packages, [manifest or {}])]


def test_a_lock_of_npm_says_all(tmp_path: Path) -> None:
    packages = {
        "": {"version": "1.0.0"},
        "node_modules/bcrypt": {"version": "5.1.1", "hasInstallScript": True},
        "node_modules/a/node_modules/@b/c": {"version": "2.0.0"},
        "node_modules/fsevents": {"version": "2.3.3", "hasInstallScript": True, "os": ["darwin"]},
        "node_modules/maybe": {"version": "1.0.0", "hasInstallScript": True, "optional": True},
        "node_modules/app": {"link": True, "resolved": "app"},
    }
    assert read(tmp_path, "package-lock.json", json.dumps({"packages": packages})) == [
        Installed("bcrypt", "5.1.1", "package-lock.json", scripts=True),
        Installed("@b/c", "2.0.0", "package-lock.json"),
        Installed("maybe", "1.0.0", "package-lock.json"),
    ]


def test_an_old_lock_of_npm_says_versions(tmp_path: Path) -> None:
    text = '{"dependencies": {"sharp": {"version": "0.30.1"}}}'
    assert read(tmp_path, "package-lock.json", text) == [Installed("sharp", "0.30.1", "package-lock.json")]


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        ("pnpm-lock.yaml", "packages:\n  bcrypt@5.1.1:\n    resolution: {}\n"),
        ("pnpm-lock.yaml", "packages:\n\n  /bcrypt@5.1.1:\n"),
        ("pnpm-lock.yaml", "packages:\n\n  /bcrypt/5.1.1:\n"),
        ("yarn.lock", 'bcrypt@^5.1.1:\n  version "5.1.1"\n'),
        ("yarn.lock", '"bcrypt@npm:^5.1.1":\n  version: 5.1.1\n'),
        ("bun.lock", '"bcrypt": ["bcrypt@5.1.1", "", {}]\n'),
    ],
)
def test_other_locks_say_names_and_versions(lock: str, text: str, tmp_path: Path) -> None:
    assert read(tmp_path, lock, text) == [Installed("bcrypt", "5.1.1", lock)]


def test_without_a_lock_the_manifest_says_what_is_asked(tmp_path: Path) -> None:
    manifest = {"dependencies": {"sharp": "^0.32.0", "own": "acme/own#v1"}, "devDependencies": {"canvas": "2"}}
    assert read(tmp_path, "", manifest=manifest) == [
        Installed("git+", "", "own (package.json)"),
        Installed("sharp", "^0.32.0", "package.json"),
        Installed("own", "acme/own#v1", "package.json"),
        Installed("canvas", "2", "package.json"),
    ]
