from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scaffold.languages.go_sources import Sources
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

MAIN = "package main\n"


def sources(project: Project) -> Sources:
    return Sources(project, {"example.com/shop": "."})


@pytest.mark.parametrize(
    ("files", "mains"),
    [
        ({"main.go": MAIN}, "."),
        ({"main.go": MAIN, "cmd/a/main.go": MAIN, "cmd/b/x/main.go": MAIN}, ". cmd/a cmd/b/x"),
        ({"main.go": "package  main // import\r\n"}, "."),
        ({"main.go": "// Copyright\n\n/* Package main\npackage other */\npackage main"}, "."),
        ({"main.go": "//go:build linux\n\npackage main"}, "."),
        ({"main.go": "//go:build !windows && go1.20\n\npackage main"}, "."),
        ({"main.go": "package mainly"}, ""),
        ({"main.go": "/*\npackage main\n*/\npackage other"}, ""),
        ({"main.go": "package other\nconst text = `\npackage main\n`"}, ""),
        ({"main.go": "//go:build ignore\n\npackage main"}, ""),
        ({"main.go": "//go:build windows\n\npackage main"}, ""),
        ({"main.go": "// +build ignore\n\npackage main"}, ""),
        ({"main.go": "package main\nconst text = `\n//go:build ignore\n`"}, "."),
        ({"main_test.go": MAIN}, ""),
        ({"_old.go": MAIN, ".x.go": MAIN}, ""),
        ({"testdata/main.go": MAIN, "a/testdata/b/main.go": MAIN, "_a/main.go": MAIN}, ""),
        ({"vendor/x/main.go": MAIN, "node_modules/x/main.go": MAIN}, ""),
        ({"tools/go.mod": "", "tools/main.go": MAIN, "tools/cmd/x/main.go": MAIN}, ""),
        ({"main.go": ""}, ""),
        ({"main.go": "/* " * 40_000}, ""),
        ({"main.go": "\n" * 90_000 + "x"}, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_mains(tree: Tree, files: dict[str, str], mains: str) -> None:
    assert sources(tree(files)).mains() == tuple(mains.split())


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ('import "fmt"\n', {"fmt": (2, "fmt")}),
        ('import f "fmt"\nimport "os"; import `io`\n', {"fmt": (2, "f"), "os": (3, "os"), "io": (3, "io")}),
        ('import (\n\t"fmt"\n\n\t// "os"\n\t_ "embed"\n)\n', {"fmt": (3, "fmt"), "embed": (6, "_")}),
        ('\n// #include <x.h>\nimport "C" // calls\n', {"C": (4, "C")}),
        ('/*\nimport "C"\n*/\nvar x = `\nimport "C"\n`\n', {}),
        ('import "a.b/go-x/v2"\nfunc main() {\nimport "os"\n}\n', {"a.b/go-x/v2": (2, "x")}),
        ('import "gopkg.in/yaml.v3"\n', {"gopkg.in/yaml.v3": (2, "yaml")}),
    ],
)
def test_imports(tree: Tree, text: str, imports: dict[str, tuple[int, str]]) -> None:
    (file,) = sources(tree({"a.go": f"package a\n{text}"})).package(".").files
    assert file.imports == imports


def test_embeds(tree: Tree) -> None:
    text = 'package a\nimport _ "embed"\n//go:embed a/* "b c"\nvar x string\n'
    project = tree({"a.go": text, "b/b.go": 'package b\n//go:embed x\nvar x = ""\n'})
    assert sources(project).package(".").files[0].embeds == (("a/*", 3), ("b c", 3))
    assert sources(project).package("b").files[0].embeds == ()


def test_what_a_program_reaches(tree: Tree) -> None:
    files = {
        "cmd/web/main.go": 'package main\nimport "example.com/shop/dist"\nimport "other.com/x"\n',
        "dist/a.go": 'package dist\nimport "example.com/shop/dist"\nimport "example.com/shop/lib/a"\n',
        "lib/a/a.go": "package a\n",
        "lib/b/b.go": "package b\n",
    }
    made = Sources(tree(files), {"example.com/shop": ".", "example.com/shop/lib": "lib"})
    assert [package.folder for package in made.reached("cmd/web")] == ["cmd/web", "dist", "lib/a"]
    assert made.folder("example.com/shopping") is None
    assert made.folder("example.com/shop/lib/a") == "lib/a"


def test_many_files(tree: Tree) -> None:
    project = tree({"main.go": MAIN})
    for folder in range(50):
        (project.root / f"pkg{folder}").mkdir()
        for number in range(120):
            (project.root / f"pkg{folder}/{number}.go").write_text(f"package pkg{folder}\n")
    started = time.monotonic()
    assert sources(project).mains() == (".",)
    assert time.monotonic() - started < 3
