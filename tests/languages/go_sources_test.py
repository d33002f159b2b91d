from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scaffold.languages import go_sources
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

MAIN = "package main\n"


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
    assert go_sources.read(tree(files)) == go_sources.Sources(tuple(mains.split()), "", False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('package a\nimport "C"\n', 2),
        ('package a\n\n// #include <x.h>\nimport "C" // calls\n', 4),
        ('package a\n/*\nconst int x = 1;\nfunc\n*/\nimport "C"\n', 6),
        ('package a\nimport (\n\t"fmt"\n\n\t"C"\n)\n', 5),
        ('package a\nimport ("C"; "fmt")\n', 2),
        ('package a\r\nimport (\r\n\t"C"\r\n)\r\n', 3),
        ('package a\nimport "fmt"\nimport "C"\nfunc f() {}\n', 3),
        ('//go:build cgo\n\npackage a\nimport "C"\n', 4),
        ('package a\nimport "fmt"\nvar x = []string{\n"C"}\n', 0),
        ('package a\n// import "C"\n', 0),
        ('package a\n/*\nimport "C"\n*/\n', 0),
        ('package a\nconst x = `\nimport "C"\n`\n', 0),
        ('//go:build windows\n\npackage a\nimport "C"\n', 0),
    ],
    ids=str,
)
def test_cgo(tree: Tree, text: str, line: int) -> None:
    assert go_sources.read(tree({"lib/a.go": text})).cgo == (f"lib/a.go:{line}" if line else "")


def test_cgo_of_others(tree: Tree) -> None:
    calls = 'package a\nimport "C"\n'
    assert (
        go_sources.read(tree({"a_test.go": calls, "vendor/a/a.go": calls, "x/go.mod": "", "x/a.go": calls})).cgo == ""
    )


def test_many_files(tree: Tree) -> None:
    project = tree({"main.go": MAIN})
    for folder in range(50):
        (project.root / f"pkg{folder}").mkdir()
        for number in range(120):
            (project.root / f"pkg{folder}/{number}.go").write_text(f"package pkg{folder}\n")
    started = time.monotonic()
    assert go_sources.read(project).mains == (".",)
    assert time.monotonic() - started < 2
