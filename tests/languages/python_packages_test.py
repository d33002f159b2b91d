from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import python_packages
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

HOST = "https://example.invalid"
PYPROJECT = {"pyproject.toml": '[project]\nname = "shop"\n'}


def entry(name: str, *lines: str, source: str = f'registry = "{HOST}/simple"', version: str = "1.0.0") -> str:
    """A package as uv 0.9 writes it."""
    first = f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ {source} }}\n'
    return first + "".join(f"{line}\n" for line in lines) + "\n"


def wheels(name: str, *tags: str) -> str:
    listed = "".join(
        f'    {{ url = "{HOST}/{name}-1.0.0-{tag}.whl", hash = "sha256:00", size = 1 }},\n' for tag in tags
    )
    return f"wheels = [\n{listed}]"


def needs(*names: str) -> str:
    return "dependencies = [\n" + "".join(f'    {{ name = "{name}" }},\n' for name in names) + "]"


def uv(*entries: str) -> dict[str, str]:
    head = 'version = 1\nrevision = 3\nrequires-python = ">=3.12"\n\n'
    return {**PYPROJECT, "uv.lock": head + "".join(entries)}


def root(*names: str) -> str:
    return entry("shop", needs(*names), source='virtual = "."')


def refusal(project: Project) -> str:
    with pytest.raises(ScaffoldError) as caught:
        python_packages.read(project)
    return f"{caught.value.fact} | {caught.value.remedy}"


@pytest.mark.parametrize(
    ("text", "names", "traits"),
    [
        ("Flask\nflask_login\ngunicorn", "flask flask-login gunicorn", ""),
        ("fastapi[standard]", "fastapi uvicorn", ""),
        ("fastapi[a, all]", "fastapi uvicorn", ""),
        ("fastapi", "fastapi", ""),
        ("a==1 --hash=sha256:00", "a", "hashes (requirements.txt)"),
        ("torch==2.9\nTensorFlow", "tensorflow torch", "glibc-only (TensorFlow (requirements.txt:2))"),
        ("torch ; sys_platform == 'darwin'", "", ""),
        ('torch ; (platform_system == "Windows")', "", ""),
        ("uvicorn ; sys_platform == 'win32' and python_version > '3'", "", ""),
        ("uvicorn ; sys_platform == 'win32' or python_version > '3'", "uvicorn", ""),
        ("uvicorn ; sys_platform == 'linux'", "uvicorn", ""),
        ("uvicorn ; sys_platform != 'win32'", "uvicorn", ""),
    ],
    ids=str,
)
def test_requirements(tree: Tree, text: str, names: str, traits: str) -> None:
    packages = python_packages.read(tree({"requirements.txt": text}))
    assert (packages.installer, packages.source) == ("pip", "requirements.txt")
    assert " ".join(sorted(packages.names)) == names
    assert str(packages.traits[0] if packages.traits else "") == traits
    assert packages.manifests == ("requirements.txt",)


def test_uv(tree: Tree) -> None:
    files = uv(
        entry("click", wheels("click", "py3-none-any")),
        entry("extra", source=f'registry = "{HOST}/simple"'),
        entry("pytest"),
        entry(
            "shop", needs("uvicorn"), '[package.dev-dependencies]\ndev = [{ name = "pytest" }]', source='virtual = "."'
        ),
        entry("Uvi.corn"),
        entry("uvicorn", needs("click", "uvicorn"), '[package.optional-dependencies]\nstandard = [{ name = "extra" }]'),
    )
    packages = python_packages.read(tree(files))
    assert (packages.installer, packages.source) == ("uv", "uv.lock")
    assert packages.manifests == ("pyproject.toml", "uv.lock")
    assert packages.names == {"uvicorn", "click"}
    assert packages.traits == ()
    with_extra = {
        **files,
        "uv.lock": files["uv.lock"].replace('{ name = "uvicorn" }', '{ name = "uvicorn", extra = ["standard"] }', 1),
    }
    assert python_packages.read(tree(with_extra)).names == {"uvicorn", "click", "extra"}


GLIBC, MUSL = "cp314-cp314-manylinux_2_28_x86_64", "cp314-cp314-musllinux_1_2_x86_64"


@pytest.mark.parametrize(
    ("tags", "bare"),
    [
        ([GLIBC], True),
        ([GLIBC, MUSL], False),
        ([GLIBC, "py3-none-any"], False),
        (["py3-none-any"], False),
        (["cp314-cp314-win_amd64"], False),
        ([], False),
    ],
    ids=str,
)
def test_uv_wheels(tree: Tree, tags: list[str], bare: bool) -> None:
    packages = python_packages.read(tree(uv(root("x"), entry("x", wheels("x", *tags)))))
    assert list(map(str, packages.traits)) == (["glibc-only (x 1.0.0 (uv.lock))"] if bare else [])


def test_uv_wheels_of_another_system(tree: Tree) -> None:
    dependency = needs("x").replace('"x"', '"x", marker = "sys_platform == \'darwin\'"')
    lock = uv(entry("shop", dependency, source='virtual = "."'), entry("x", wheels("x", GLIBC)))
    assert python_packages.read(tree(lock)).traits == ()


def test_uv_versions_of_one_package(tree: Tree) -> None:
    lock = uv(
        root("x"), entry("x", wheels("x", GLIBC), version="1"), entry("x", wheels("x", "py3-none-any"), version="2")
    )
    assert list(map(str, python_packages.read(tree(lock)).traits)) == ["glibc-only (x 1 (uv.lock))"]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ('editable = "packages/lib"', "folder or file (editable)"),
        ('virtual = "packages/lib"', "folder or file (virtual)"),
        ('directory = "../lib"', "folder or file (directory)"),
        ('path = "lib.whl"', "folder or file (path)"),
        (f'git = "{HOST}/lib?rev=1#00"', "repository (git)"),
    ],
)
def test_uv_from_elsewhere(tree: Tree, source: str, word: str) -> None:
    lock = uv(entry("alib", source=source), root("alib"))
    assert refusal(tree(lock)) == (
        f"uv.lock takes alib from a {word}, which is not covered so far. | Depend on a released version of it."
    )


def test_uv_from_a_repository_for_development(tree: Tree) -> None:
    assert python_packages.read(tree(uv(entry("lib", source=f'git = "{HOST}"'), root()))).names == frozenset()


@pytest.mark.parametrize(
    "lock",
    ["", "package = 1", 'package = ["a"]', "[[package]]\nname = 1\nsource = 1\n", entry("a")],
    ids=["empty", "number", "texts", "odd", "no root"],
)
def test_uv_without_the_project(tree: Tree, lock: str) -> None:
    assert refusal(tree({**PYPROJECT, "uv.lock": lock})) == (
        "uv.lock names no package of the project itself. | Make it anew with: uv lock"
    )


@pytest.mark.parametrize(
    "line",
    [
        "dependencies = 1",
        'dependencies = ["x"]',
        "dependencies = [{ name = 1, extra = 1 }, {}]",
        "wheels = [{ url = 1 }]",
    ],
)
def test_uv_that_is_odd(tree: Tree, line: str) -> None:
    assert python_packages.read(tree(uv(entry("shop", line, source='editable = "."')))).installer == "uv"


@pytest.mark.parametrize(
    ("files", "error"),
    [
        (PYPROJECT, "The project has neither uv.lock nor requirements.txt, so what to install is unknown. | Make one"),
        (
            {"poetry.lock": ""},
            "poetry.lock is poetry's, and only uv.lock and requirements.txt are covered so far. | Make",
        ),
        ({"pdm.lock": ""}, "pdm.lock is pdm's, and only uv.lock and requirements.txt are covered so far. | Make a"),
        ({"Pipfile.lock": ""}, "Pipfile.lock is pipenv's, and only uv.lock and requirements.txt are covered so far."),
        ({"uv.lock": "", **PYPROJECT, "requirements.txt": ""}, "uv.lock names no package"),
        ({"requirements.txt/x": ""}, "requirements.txt is not a file. | Remove it"),
        ({**PYPROJECT, "uv.lock": "a b"}, "uv.lock:1 is not TOML: "),
    ],
    ids=str,
)
def test_refused(tree: Tree, files: dict[str, str], error: str) -> None:
    assert refusal(tree(files)).startswith(error)


@pytest.mark.parametrize(
    ("lock", "remedy"),
    [
        ("poetry.lock", "poetry export --output requirements.txt"),
        ("pdm.lock", "pdm export --prod --output requirements.txt"),
        ("Pipfile.lock", "pipenv requirements --hash > requirements.txt"),
    ],
)
def test_way_out_of_other_locks(tree: Tree, lock: str, remedy: str) -> None:
    assert refusal(tree({lock: ""})).endswith(remedy)
    assert python_packages.read(tree({"requirements.txt": "flask"})).installer == "pip"


@pytest.mark.parametrize(("name", "same"), [("Flask_Login", "flask-login"), ("zope.interface", "zope-interface")])
def test_normal(name: str, same: str) -> None:
    assert python_packages.normal(name) == same


def test_names_are_normal() -> None:
    assert list(python_packages.GLIBC_ONLY) == sorted(map(python_packages.normal, python_packages.GLIBC_ONLY))


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("flask==3.1.2\n", ()),
        ("flask @ https://example.invalid/flask.zip\n", ()),
        (
            "flask>=3\ngunicorn\nsix==1.17.0\n",
            ("Without an exact version, so that builds may differ: flask, gunicorn (requirements.txt).",),
        ),
    ],
)
def test_loose_requirements_are_named(tree: Tree, text: str, notes: tuple[str, ...]) -> None:
    assert python_packages.read(tree({"requirements.txt": text})).notes == notes
