from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import python_fresh, python_names, python_packages
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
        ("torch==2.9\nTensorFlow", "tensorflow torch", "glibc-only (torch 2.9 (requirements.txt:1))"),
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
        ({"uv.lock": "", **PYPROJECT, "requirements.txt": ""}, "uv.lock names no package"),
        ({"requirements.txt/x": ""}, "requirements.txt is not a file. | Remove it"),
        ({**PYPROJECT, "uv.lock": "a b"}, "uv.lock:1 is not TOML: "),
    ],
    ids=str,
)
def test_refused(tree: Tree, files: dict[str, str], error: str) -> None:
    assert refusal(tree(files)).startswith(error)


def locked(content_hash: str) -> str:
    package = '[[package]]\nname = "flask"\nversion = "3.1.2"\ngroups = ["main"]\n'
    return f'[metadata]\ncontent-hash = "{content_hash}"\n{package}'


STATED = {"pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask>=3"]\n'}
RIGHT = locked(python_fresh._of_poetry({"project": {"dependencies": ["flask>=3"]}}, False))
STALE_UV = uv(root("quart"), entry("quart"))["uv.lock"]


def traits(packages: python_packages.Packages) -> list[str]:
    return [trait.value for trait in packages.traits]


def test_the_lock_that_fits_wins(tree: Tree) -> None:
    packages = python_packages.read(
        tree({**STATED, "uv.lock": STALE_UV, "poetry.lock": RIGHT, "requirements.txt": "x"})
    )
    assert packages.answer.value == "poetry"
    assert [str(other) for other in packages.others] == ["uv (uv.lock)", "pip (requirements.txt)"]
    assert packages.rule == "poetry.lock fits its manifest, uv.lock does not"
    assert packages.manifests == ("pyproject.toml", "poetry.lock")


def test_requirements_win_over_a_lock_that_does_not_fit(tree: Tree) -> None:
    packages = python_packages.read(tree({**STATED, "poetry.lock": locked("00"), "requirements.txt": "flask==3.0"}))
    assert (packages.installer, packages.rule) == ("pip", "it needs no lock, poetry.lock does not")


def test_a_lock_that_does_not_fit_is_said(tree: Tree) -> None:
    packages = python_packages.read(tree({**STATED, "poetry.lock": locked("00")}))
    assert (packages.installer, traits(packages)) == ("poetry", ["stale"])
    assert packages.notes[0].startswith("poetry.lock was not made of this pyproject.toml, so it is made anew")


@pytest.mark.parametrize(
    ("files", "installer", "source", "found"),
    [
        (STATED, "uv", "pyproject.toml", "unlocked"),
        (
            {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3"\nflask = "*"\n'},
            "poetry",
            "pyproject.toml",
            "unlocked",
        ),
        ({"Pipfile": '[packages]\nflask = "*"\n'}, "pipenv", "Pipfile", "stale"),
        (
            {"setup.py": "setup(install_requires=['flask'], packages=[])", "shop/__init__.py": ""},
            "pip",
            "setup.py",
            "whole project",
        ),
        ({"pyproject.toml": "[tool.ruff]\n"}, "pip", "pyproject.toml", ""),
        ({**STATED, "requirements.txt": "flask\nx"}, "pip", "requirements.txt", ""),
        ({**STATED, "requirements.txt": "sphinx"}, "uv", "pyproject.toml", "unlocked"),
        (
            {"requirements/base.txt": "flask", "requirements/prod.txt": "-r base.txt"},
            "pip",
            "requirements/prod.txt",
            "",
        ),
    ],
    ids=str,
)
def test_without_a_lock(tree: Tree, files: dict[str, str], installer: str, source: str, found: str) -> None:
    packages = python_packages.read(tree(files))
    assert (packages.installer, packages.source, " ".join(traits(packages))) == (installer, source, found)
    assert packages.names - {"x"} == (set() if "ruff" in str(files) else {"flask"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("flask\n-e .", "whole"),
        ("flask\n./libs/a", "whole"),
        ("lib @ git+https://example.invalid/lib", "git"),
        ("pywin32==306\npkg-resources==0.0.0", "without:pywin32 without:pkg-resources"),
        ("pywin32==306 --hash=sha256:00", "hashes"),
        ("gunicorn==23.0.0", ""),
        ("gunicorn==20.1.0\nsetuptools==70.0.0", ""),
    ],
)
def test_what_requirements_take(tree: Tree, text: str, found: str) -> None:
    assert " ".join(traits(python_packages.read(tree({"requirements.txt": text})))) == found


def test_old_gunicorn_gets_setuptools(tree: Tree) -> None:
    (trait,) = python_packages.read(tree({"requirements.txt": "gunicorn==20.0.4"})).traits
    assert trait.value.startswith("add:setuptools==80.")
    assert trait.source == "gunicorn 20.0.4 (requirements.txt:1)"


def test_names_are_normal() -> None:
    assert list(python_packages.GLIBC_ONLY) == sorted(map(python_names.normal, python_packages.GLIBC_ONLY))


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
