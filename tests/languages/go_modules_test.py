from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import go_modules
from scaffold.project import Project
from tests.generated import write

MOD = "module example.com/shop\n\ngo 1.26\n\nrequire example.com/x v1.0.0\n"


def made(tmp_path: Path, files: dict[str, str]) -> Project:
    write(tmp_path, files)
    return Project(tmp_path)


def test_modules(tmp_path: Path) -> None:
    files = {"go.mod": MOD, "b/go.mod": "module example.com/b\n", "c/go.mod": "broken", "testdata/go.mod": "module t\n"}
    modules = go_modules.read(made(tmp_path, files))
    assert modules.folders == {"example.com/b": "b", "example.com/shop": "."}
    assert modules.work is None


def test_a_broken_one_at_the_root(tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match=r"go.mod:1 cannot be read"):
        go_modules.read(made(tmp_path, {"go.mod": "broken"}))


@pytest.mark.parametrize(
    ("work", "joined", "notes"),
    [
        ("use ./b\n", True, []),
        ('go 1.26\nuse (\n\t"./b" // x\n\t.\n)\n', True, []),
        ("use ../b\n", False, ["go.work is left out: it uses ../b, which is not in the project."]),
        ("go 1.26\n", False, ["go.work is left out: it uses nothing, which is not in the project."]),
    ],
)
def test_work(tmp_path: Path, work: str, joined: bool, notes: list[str]) -> None:
    files = {"go.mod": MOD, "b/go.mod": "module example.com/b\n", "go.work": work}
    modules = go_modules.read(made(tmp_path, files))
    assert (modules.work is not None, modules.notes) == (joined, notes)


@pytest.mark.parametrize(
    ("target", "vendored", "found"),
    [
        ("./lib", False, "local (go.mod:6 replace)"),
        ("../lib", True, "local (go.mod:6 replace)"),
        ("../lib", False, "go.mod:6 replace takes a module from out of the project: ../lib."),
        ("/lib", False, "go.mod:6 replace takes a module from out of the project: /lib."),
    ],
)
def test_local(tmp_path: Path, target: str, vendored: bool, found: str) -> None:
    modules = go_modules.read(made(tmp_path, {"go.mod": f"{MOD}replace example.com/x => {target}\n"}))
    try:
        said = " ".join(map(str, go_modules.local(modules, ".", vendored)))
    except ScaffoldError as error:
        said = error.fact
    assert said == found


@pytest.mark.parametrize(
    ("mod", "vendor", "found"),
    [
        (MOD, None, (None, "")),
        (MOD, "# example.com/x v1.0.0\n## explicit\n", ("vendored (vendor/modules.txt)", "")),
        (
            MOD,
            "# example.com/x v1.0.1\n",
            (
                None,
                "vendor is left out: it lacks example.com/x v1.0.0, which go.mod requires. "
                "Renew it with: go mod vendor",
            ),
        ),
        (MOD.replace("1.26", "1.13"), "# example.com/x v1.0.0\n", ("vendored (vendor/modules.txt)", "-mod=vendor")),
    ],
)
def test_vendored(tmp_path: Path, mod: str, vendor: str | None, found: tuple[str | None, str]) -> None:
    project = made(tmp_path, {"go.mod": mod, **({"vendor/modules.txt": vendor} if vendor else {})})
    one, said = go_modules.vendored(project, go_modules.read(project).read["."], ".")
    assert (one and str(one), said) == found


@pytest.mark.parametrize(
    ("sums", "wrong"),
    [
        (None, "go.sum is missing"),
        ("", "go.sum is empty"),
        ("example.com/x v1.0.0 h1:a=\n", ""),
        ("example.com/x v1.0.0/go.mod h1:a=\n", "go.sum lacks example.com/x v1.0.0"),
    ],
)
def test_sums(tmp_path: Path, sums: str | None, wrong: str) -> None:
    project = made(tmp_path, {"go.mod": MOD, **({} if sums is None else {"go.sum": sums})})
    said = go_modules.sums(project, go_modules.read(project).read["."], ".", {"example.com/x/y"})
    assert said.startswith(wrong) and bool(said) == bool(wrong)
    assert go_modules.sums(project, go_modules.read(project).read["."], ".", {"fmt"}) == (
        said if "lacks" not in said else ""
    )


@pytest.mark.parametrize(
    ("makefile", "found"),
    [
        ("GOPRIVATE=example.com/*\n", "go.mod:5 requires example.com/x, which is private (Makefile:1)"),
        ("a:\n\tgo env -w GOPRIVATE=example.com/x\n", "go.mod:5 requires example.com/x, which is private (Makefile:2)"),
        ("GOPRIVATE=example.org/*\n", ""),
        ("GOPRIVATE=example.com/xy\n", ""),
    ],
)
def test_private(tmp_path: Path, makefile: str, found: str) -> None:
    project = made(tmp_path, {"go.mod": MOD, "Makefile": makefile})
    error = go_modules.private(project, go_modules.read(project).read["."])
    assert (error.fact.partition(", and")[0] if error else "") == found
