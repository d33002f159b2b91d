from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import python_locks
from scaffold.languages.python_locks import Lock, Pin
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

HOST = "https://example.invalid"
PROJECT = '[project]\nname = "shop"\nversion = "1"\n'


def only(project: Project) -> Lock:
    (lock,) = python_locks.read(project)
    return lock


def shown(lock: Lock) -> str:
    return " ".join(f"{pin.name}=={pin.version}{f'({pin.kind})' if pin.kind else ''}" for pin in lock.pins)


def uv(*entries: str, manifest: str = "") -> dict[str, str]:
    head = f'version = 1\nrequires-python = ">=3.12"\n{manifest}\n'
    return {"pyproject.toml": PROJECT, "uv.lock": head + "\n".join(entries)}


def entry(name: str, needs: str = "", source: str = f'registry = "{HOST}"', *lines: str) -> str:
    dependencies = ", ".join(f'{{ name = "{one}" }}' for one in needs.split())
    rest = "".join(f"{line}\n" for line in lines)
    return (
        f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ {source} }}\ndependencies = [{dependencies}]\n{rest}'
    )


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (f'registry = "{HOST}"', ""),
        (f'git = "{HOST}/lib?rev=1#00"', "(git)"),
        (f'url = "{HOST}/lib.whl"', "(url)"),
        ('editable = "packages/lib"', "(path)"),
        ('directory = "lib"', "(path)"),
        ('path = "lib.whl"', "(path)"),
    ],
)
def test_uv_sources(tree: Tree, source: str, kind: str) -> None:
    files = uv(entry("shop", "lib", 'virtual = "."'), entry("lib", "", source), entry("other"))
    assert shown(only(tree(files))) == f"lib==1{kind}"


def test_uv_workspace(tree: Tree) -> None:
    members = '[manifest]\nmembers = ["api", "core"]\n'
    api, core = entry("api", "flask core", 'editable = "packages/api"'), entry("core", "", 'virtual = "packages/core"')
    virtual = only(tree(uv(api, core, entry("flask"), manifest=members)))
    assert virtual.members == ("packages/api", "packages/core")
    assert shown(virtual) == "flask==1"
    assert virtual.fresh is None


def test_uv_without_the_project(tree: Tree) -> None:
    with pytest.raises(ScaffoldError, match=r"uv\.lock names no package of the project itself"):
        only(tree(uv(entry("flask"))))


def test_wheels(tree: Tree) -> None:
    wheels = f'wheels = [{{ url = "{HOST}/a-1-py3-none-any.whl" }}, {{ url = "{HOST}/a-1.tar.gz" }}, {{ url = 1 }}]'
    lock = only(tree(uv(entry("shop", "a", 'virtual = "."'), entry("a", "", f'registry = "{HOST}"', wheels))))
    assert lock.pins == (Pin("a", "1", "uv.lock", ("a-1-py3-none-any.whl",)),)


PACKAGE = '[[package]]\nname = "{}"\nversion = "1"\noptional = {}\n{}\n'


@pytest.mark.parametrize(
    ("text", "pins"),
    [
        (
            PACKAGE.format("a", "false", 'groups = ["main", "dev"]') + PACKAGE.format("b", "false", 'groups = ["dev"]'),
            "a",
        ),
        (PACKAGE.format("a", "false", 'category = "main"') + PACKAGE.format("b", "false", 'category = "dev"'), "a"),
        (PACKAGE.format("a", "true", 'groups = ["main"]'), ""),
        (PACKAGE.format("a", "false", 'groups = ["main"]\nmarkers = "sys_platform == \\"win32\\""'), ""),
        (
            PACKAGE.format("Flask", "false", '[package.dependencies]\nb = ">=1"')
            + PACKAGE.format("b", "false", "")
            + PACKAGE.format("c", "false", ""),
            "flask b",
        ),
    ],
    ids=["groups", "categories", "extra", "marker", "neither"],
)
def test_poetry(tree: Tree, text: str, pins: str) -> None:
    manifest = '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3"\nflask = "*"\n'
    lock = only(tree({"pyproject.toml": manifest, "poetry.lock": text}))
    assert " ".join(pin.name for pin in lock.pins) == pins


def test_poetry_files_and_sources(tree: Tree) -> None:
    text = (
        PACKAGE.format("a", "false", 'groups = ["main"]\n[package.source]\ntype = "git"')
        + PACKAGE.format("b", "false", 'groups = ["main"]\nfiles = [{file = "b-1-cp39-cp39-manylinux1_x86_64.whl"}]')
        + PACKAGE.format("c", "false", 'groups = ["main"]')
        + '[metadata.files]\nc = [{file = "c-1-py3-none-any.whl", hash = "x"}]\n'
    )
    lock = only(tree({"pyproject.toml": PROJECT, "poetry.lock": text}))
    assert shown(lock) == "a==1(git) b==1 c==1"
    assert [pin.wheels for pin in lock.pins] == [
        (),
        ("b-1-cp39-cp39-manylinux1_x86_64.whl",),
        ("c-1-py3-none-any.whl",),
    ]


def test_pdm(tree: Tree) -> None:
    text = (
        '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default"]\nfiles = [{file = "a-1-py3-none-any.whl"}]\n'
        '[[package]]\nname = "b"\nversion = "1"\ngroups = ["dev"]\n'
        '[[package]]\nname = "c"\nversion = "1"\ngit = "x"\n'
    )
    assert shown(only(tree({"pyproject.toml": PROJECT, "pdm.lock": text}))) == "a==1 c==1(git)"


def test_pipenv(tree: Tree) -> None:
    default = {"A_b": {"version": "==1"}, "c": {"git": "x"}, "d": {"markers": "os_name == 'nt'"}, "e": 1}
    files = {"Pipfile": "[packages]\n", "Pipfile.lock": json.dumps({"default": default, "develop": {"x": {}}})}
    assert shown(only(tree(files))) == "a-b==1 c==(git) e=="


def test_order_and_manifests(tree: Tree) -> None:
    every = {"uv.lock": uv(entry("shop", "", 'virtual = "."'))["uv.lock"], "pdm.lock": "", "poetry.lock": ""}
    assert python_locks.read(tree(every)) == []
    found = python_locks.read(tree({**every, "pyproject.toml": PROJECT, "Pipfile.lock": "{}"}))
    assert [lock.installer for lock in found] == ["uv", "poetry", "pdm"]
