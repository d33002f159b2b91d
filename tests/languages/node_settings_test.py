from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import node_settings
from scaffold.model import File
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    "line",
    [
        "//registry.example.com/:_authToken=${NPM_TOKEN}",
        "//registry.example.com/:_authToken=abc",
        "_auth=abc",
        "//r.example.com/:_password=abc",
        "email=a@example.com",
        "@x:registry=https://u:${P}@r.example.com",
        "cafile=/etc/ca.pem",
        "key=abc",
        "secret=abc",
        "registry=https://ada:abc@r.example.com",
    ],
)
def test_logins_stay_out(tree: Tree, line: str) -> None:
    project = tree({".npmrc": f"; ours\nengine-strict=true\n{line}\n@x:registry=https://r.example.com\n"})
    kept = File(".npmrc", "engine-strict=true\n@x:registry=https://r.example.com")
    assert node_settings.harmless(project) == (kept,)
    assert node_settings.dropped(project) == (".npmrc",)


def test_what_cannot_stand_in_a_dockerfile(tree: Tree) -> None:
    project = tree({".npmrc": f"force=true\n{node_settings.END}\nomit=\x07\n"})
    assert node_settings.harmless(project) == (File(".npmrc", "force=true"),)
    assert node_settings.dropped(project) == (".npmrc",)


def test_settings_of_yarn(tree: Tree) -> None:
    kept = 'nodeLinker: node-modules\n"npmScopes":\n  x:\n    npmRegistryServer: https://r.example.com'
    text = f"{kept}\n    npmAuthToken: abc\nnpmAuthToken: abc\nyarnPath: .yarn/releases/gone.cjs\nodd:\n  secret: abc\n"
    assert node_settings.harmless(tree({".yarnrc.yml": text})) == (File(".yarnrc.yml", kept),)


def test_a_setting(tree: Tree) -> None:
    files = node_settings.harmless(tree({".npmrc": "legacy-peer-deps = true\n"}))
    assert node_settings.setting(files, "legacy-peer-deps") == "true"
    assert node_settings.setting(files, "engine-strict") == ""
