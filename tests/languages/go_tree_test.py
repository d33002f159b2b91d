from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_health, go_needs, go_tree
from tests.languages.programs import program

SOURCE = """
import "net/http"

type Config struct {
	Server struct {
		Port int `env:"PORT" json:"port,omitempty"`
	}
	Other *store.Settings
}

const a, b = 1, "two"

func main() {
	c := Config{}
	c.Server.Port = 3
	http.Handle("/", nil)
	go func() { serve(c) }()
}
"""


def test_what_is_indexed(tmp_path: Path) -> None:
    tree = program(tmp_path, SOURCE).tree
    assert [(call.name, call.on, call.package, call.place) for call in tree.called("Handle", "serve")] == [
        ("Handle", "http", "net/http", "main.go:17"),
        ("serve", "", "", "main.go:18"),
    ]
    (port,) = tree.fields["Port"]
    assert (port.owner, port.type, port.line, port.tagged("json"), port.tagged("son")) == (
        "Server",
        "int",
        7,
        "port,omitempty",
        None,
    )
    assert tree.fields["Other"][0].type == "Settings"
    assert [go_tree.text(one.node) for one in tree.package[".", "b"]] == ['"two"']
    assert [go_tree.text(one.node) for one in tree.member["Port"]] == ["3"]
    assert tree.imports("net/") == "main.go:3"
    assert tree.imports("os") == ""


@pytest.mark.parametrize(
    "body",
    ["a" + ".b()" * 20_000, "x.Get(" * 15_000, "(" * 50_000, "a+" * 40_000, 'k.Flag("a")' + ".b()" * 20_000],
    ids=["chain", "nested", "open", "sum", "flag"],
)
def test_hostile_sources_take_bounded_time(tmp_path: Path, body: str) -> None:
    values = program(tmp_path, f"func main() {{ v := {body}\nlisten(v) }}")
    for call in values.tree.calls:
        values.of(call.node, call.file)
    go_health.path(values)
    list(go_needs.flags(values))
    # Without bounds one of these would take hours, or all memory.
    assert values.tree.packages


def test_no_more_is_parsed_than_is_allowed(tmp_path: Path) -> None:
    filler = "// " + "x" * 60_000 + "\n"
    files = {"main.go": "package main\nfunc main() { first() }\n"}
    files |= {f"n{number}.go": f"package main\nfunc f{number}() {{ later() }}\n{filler}" for number in range(45)}
    tree = program(tmp_path, files).tree
    assert tree.named["first"]
    assert 0 < len(tree.named["later"]) < 45


def test_what_cannot_be_parsed_is_no_fault(tmp_path: Path) -> None:
    tree = program(tmp_path, "func main( { listen(':8080' }}}} \x00 const = struct").tree
    assert tree.packages
