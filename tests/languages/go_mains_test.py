from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import go_mains
from scaffold.languages.go_sources import Sources
from scaffold.project import Project
from tests.generated import write

TOOL = "package main\n\nfunc main() {}\n"
SERVER = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe("", nil)\n}\n'


def chosen(tmp_path: Path, files: dict[str, str]) -> str:
    write(tmp_path, files)
    try:
        main, found = go_mains.choose(Sources(Project(tmp_path), {"example.com/shop": "."}), "shop")
    except ScaffoldError as error:
        return f"{error.fact} | {error.remedy}"
    return f"{main.folder}: {found.rule or 'alone'}"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"main.go": TOOL}, ".: alone"),
        ({"web/main.go": SERVER, "cmd/a/main.go": TOOL}, "web: it alone listens"),
        ({"cmd/shop/main.go": TOOL, "cmd/a/main.go": TOOL}, "cmd/shop: its name is likelier the product's"),
        ({"cmd/server/main.go": SERVER, "cmd/a/main.go": SERVER}, "cmd/server: its name is likelier a server's"),
        ({"cmd/a/main.go": SERVER, "cmd/b/main.go": SERVER, "Makefile": "go run ./cmd/b\n"}, "cmd/b: Makefile runs it"),
        ({"cmd/a/main.go": SERVER, "cmd/b/main.go": SERVER, "Procfile": "web: bin/b\n"}, "cmd/b: Procfile runs it"),
        ({"main.go": SERVER, "cmd/a/main.go": SERVER}, ".: its name is likelier a server's"),
        ({"app/api/main.go": SERVER, "app/tools/api/main.go": SERVER}, "app/api: its name is likelier a server's"),
        ({"cmd/a/main.go": SERVER, "examples/b/main.go": SERVER}, "cmd/a: its name is likelier a server's"),
        (
            {"cmd/a/main.go": SERVER, "cmd/b/main.go": SERVER},
            "Several programs that listen found: cmd/a, cmd/b. | Say which: --start ./cmd/a or --start ./cmd/b.",
        ),
        (
            {"shop.go": "package shop\n", "examples/a/main.go": SERVER},
            "This is a library: its programs are examples, examples/a. "
            "| Say it when one of them is meant: --start ./examples/a.",
        ),
        ({"examples/a/main.go": SERVER}, "examples/a: alone"),
        (
            {"shop.go": "package shop\n"},
            "No program found: there is no package main, so this is a library. "
            "| Say where one is, as in --start ./cmd/server.",
        ),
    ],
)
def test_choice(tmp_path: Path, files: dict[str, str], found: str) -> None:
    assert chosen(tmp_path, files) == found


def test_what_listens_in_another_package_counts_more_than_a_name(tmp_path: Path) -> None:
    files = {
        "cmd/a/main.go": 'package main\n\nimport "example.com/shop/lib"\n\nfunc main() { lib.Run() }\n',
        "cmd/shop/main.go": TOOL,
        "lib/run.go": SERVER.replace("package main", "package lib").replace("main()", "Run()"),
    }
    assert chosen(tmp_path, files) == "cmd/a: it alone listens"


def test_the_others_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"web/main.go": SERVER, "cmd/a/main.go": TOOL})
    _, found = go_mains.choose(Sources(Project(tmp_path), {"example.com/shop": "."}), "shop")
    assert str(found) == "./web (package main in web, listens at web/main.go:6)"
    assert [str(other) for other in found.others] == ["./cmd/a (listens nowhere)"]


@pytest.mark.parametrize(
    ("body", "stays", "asked"),
    [
        ("for { work() }", "main.go:2", ""),
        ("select {}", "main.go:2", ""),
        ("for i := 0; i < 3; i++ {}", "", ""),
        ("flag.Parse(); open(flag.Arg(0))", "", "main.go:2"),
        ("run(os.Args[1:])", "", "main.go:2"),
    ],
)
def test_workers_and_tools(tmp_path: Path, body: str, stays: str, asked: str) -> None:
    write(tmp_path, {"main.go": f"package main\nfunc main() {{ {body} }}\n"})
    main, _ = go_mains.choose(Sources(Project(tmp_path), {"example.com/shop": "."}), "shop")
    assert (main.stays, main.asked) == (stays, asked)
