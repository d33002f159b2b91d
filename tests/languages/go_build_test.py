from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_build, go_mod
from scaffold.languages.go_sources import Sources
from scaffold.project import Project
from tests.generated import write

EMBED = 'package main\nimport _ "embed"\n//go:embed %s\nvar x string\n'


def made(tmp_path: Path, files: dict[str, str]) -> Sources:
    write(tmp_path, files)
    return Sources(Project(tmp_path), {"example.com/shop": "."})


@pytest.mark.parametrize(
    ("imports", "requires", "found"),
    [
        ('import "C"\n', "", 'cgo (import "C" (main.go:2))'),
        (
            'import _ "github.com/mattn/go-sqlite3"\n',
            "require github.com/mattn/go-sqlite3 v1",
            "cgo (github.com/mattn/go-sqlite3 (go.mod:2))",
        ),
        (
            'import "gorm.io/driver/sqlite"\n',
            "require gorm.io/driver/sqlite v1",
            "cgo (gorm.io/driver/sqlite (go.mod:2))",
        ),
        (
            'import "gopkg.in/gographics/imagick.v3/imagick"\n',
            "",
            "cgo (gopkg.in/gographics/imagick.v3/imagick (main.go:2))",
        ),
        ('import "fmt"\n', "require github.com/mattn/go-sqlite3 v1 // indirect", "None"),
        ('import "github.com/h2non/bimgx"\n', "", "None"),
    ],
)
def test_cgo(tmp_path: Path, imports: str, requires: str, found: str) -> None:
    sources = made(tmp_path, {"main.go": f"package main\n{imports}", "other/x.go": 'package other\nimport "C"\n'})
    manifest = go_mod.parse(f"module example.com/shop\n{requires}\n")
    assert str(go_build.cgo(manifest, sources.reached("."))) == found


@pytest.mark.parametrize(
    ("makefile", "tags"),
    [
        ("go build -tags full .\n", ("full",)),
        ("go build -tags=full,other ./...\n", ("full",)),
        ('go build -tags "full sqlite_fts5" .\n', ("full", "sqlite_fts5")),
        ("go build -tags absent .\n", ()),
        ("go build -tags dev .\n", ()),
    ],
)
def test_tags(tmp_path: Path, makefile: str, tags: tuple[str, ...]) -> None:
    files = {"Makefile": makefile, "main.go": "package main\n", "a.go": "//go:build full || dev\n\npackage main\n"}
    sources = made(tmp_path, files)
    assert go_build.tags(sources.project, sources, ".") == tags


@pytest.mark.parametrize(
    ("makefile", "source", "settings"),
    [
        ("-ldflags '-X main.version=1.2'\n", "", {"main.version": "1.2"}),
        ("V ?= 1.3\n-ldflags '-X main.version=$(V)'\n", "", {"main.version": "1.3"}),
        ("-ldflags '-X main.version={{.Version}}'\n", "", {"main.version": "0.0.0"}),
        ("-ldflags '-X main.version=$(git describe)'\n", 'var version = "dev"\n', {}),
        (
            "-ldflags '-X main.date=$(D) -X main.sha=$(S)'\n",
            "",
            {"main.date": "1970-01-01T00:00:00Z", "main.sha": "unknown"},
        ),
        ("go build .\n", "", {}),
    ],
)
def test_settings(tmp_path: Path, makefile: str, source: str, settings: dict[str, str]) -> None:
    sources = made(tmp_path, {"Makefile": makefile, "main.go": f"package main\n{source}"})
    assert dict(go_build.settings(sources.project, sources.reached("."))) == settings


@pytest.mark.parametrize(
    ("pattern", "there", "missing"),
    [
        ("dist", "dist/a.html", False),
        ("all:dist", "dist/.keep", False),
        ("dist/*", "dist/a.html", False),
        ("*.html", "a.html", False),
        ("a/*/b.html", "a/x/b.html", False),
        ("dist", "other/a.html", True),
        ("*.html", "a.css", True),
        ("dist/*.html", "dist/a.css", True),
    ],
)
def test_what_is_compiled_in(tmp_path: Path, pattern: str, there: str, missing: bool) -> None:
    sources = made(tmp_path, {"main.go": EMBED % pattern, there: ""})
    error = go_build.missing(sources.project, sources, sources.reached("."))
    assert bool(error) is missing
    assert not error or error.fact == f"main.go:3 compiles in {pattern}, which is not in the repository."


@pytest.mark.parametrize(
    ("file", "maker"),
    [
        ("sqlc.yaml", " with sqlc generate"),
        ("buf.gen.yaml", " with buf generate"),
        ("x", ", as its makers do"),
    ],
)
def test_code_that_was_not_generated(tmp_path: Path, file: str, maker: str) -> None:
    sources = made(tmp_path, {"main.go": 'package main\nimport "example.com/shop/db"\n', file: ""})
    error = go_build.missing(sources.project, sources, sources.reached("."))
    assert error and error.fact == "main.go:2 imports example.com/shop/db, and there is no Go file in db."
    assert error.remedy == f"Generate it first{maker}, then run this again."


def test_templates_that_become_code(tmp_path: Path) -> None:
    sources = made(tmp_path, {"main.go": 'package main\nimport "example.com/shop/views"\n', "views/a.templ": ""})
    manifest = go_mod.parse("module example.com/shop\nrequire github.com/a-h/templ v0.3.1\n")
    command = "go run github.com/a-h/templ/cmd/templ@v0.3.1 generate"
    assert go_build.missing(sources.project, sources, sources.reached(".")) is None
    assert go_build.generated(sources.project, manifest, sources.reached("."), ".") == (command,)
    write(tmp_path, {"views/a_templ.go": "package views\n"})
    assert go_build.generated(sources.project, manifest, (), ".") == ()
