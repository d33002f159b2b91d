from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_program
from scaffold.languages.go_sources import Sources
from scaffold.project import Project
from tests.generated import write

SERVER = (
    'package main\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n%s\thttp.ListenAndServe(":8080", nil)\n}\n'
)


def answers(tmp_path: Path, files: dict[str, str]) -> dict[str, str]:
    write(tmp_path, files)
    program = go_program.read(Project(tmp_path), Sources(Project(tmp_path), {"example.com/shop": "."}), "shop")
    return {key: found.value for key, found in program.answers.items()}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (SERVER % "", {"start": ".", "port": "8080"}),
        (SERVER % '\thttp.HandleFunc("/ping", nil)\n', {"start": ".", "port": "8080", "health-path": "/ping"}),
        (
            SERVER % '\tos.MkdirAll("data", 0o755)\n\tos.MkdirAll("logs", 0o755)\n',
            {"start": ".", "port": "8080", "writable": "/app/data", "tmpfs": "/app/logs"},
        ),
        (SERVER % '\tos.MkdirAll("/app", 0o755)\n\tos.MkdirAll("/usr/x", 0o755)\n', {"start": ".", "port": "8080"}),
        ("package main\nfunc main() { for { work() } }\n", {"start": ".", "port": "none"}),
        ("package main\nfunc main() {}\n", {"start": ".", "port": "none"}),
    ],
)
def test_answers(tmp_path: Path, source: str, found: dict[str, str]) -> None:
    assert answers(tmp_path, {"main.go": source}) == found


def test_a_page_that_a_tool_shows(tmp_path: Path) -> None:
    imports = 'import (\n"net/http"\n"flag"\n)\n'
    source = f'package main\n{imports}func main() {{\nflag.Arg(0)\nhttp.ListenAndServe("localhost:0", nil)\n}}\n'
    assert answers(tmp_path, {"main.go": source})["port"] == "none"


def test_the_folder_that_it_writes_to_is_where_it_is_started(tmp_path: Path) -> None:
    source = SERVER % '\tos.Open("views/a.html")\n\tos.MkdirAll("data", 0o755)\n'
    found = answers(tmp_path, {"cmd/web/main.go": source, "cmd/web/views/a.html": ""})
    assert (found["start"], found["writable"]) == ("./cmd/web", "/app/cmd/web/data")
