from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages.go_values import place_of
from tests.languages.programs import given, program

IMPORTS = 'import (\n"fmt"\n"net"\n"os"\n"path/filepath"\n"cmp"\n"strconv"\n"example.com/shop/config"\n)\n'


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('func main() { listen(":8080") }', [":8080"]),
        ("func main() { listen(`:8080`) }", [":8080"]),
        ('const port = "8080"\nfunc main() { listen(":" + port) }', [":8080"]),
        ('func main() { port := 8080; listen(fmt.Sprintf(":%d", port)) }', [":8080"]),
        ('func main() { listen(fmt.Sprintf("%s:%s", "a")) }', []),
        ('func main() { listen(net.JoinHostPort("localhost", strconv.Itoa(8080))) }', ["localhost:8080"]),
        ('func main() { listen(filepath.Join("", "web", "x")) }', ["web/x"]),
        ('func main() { wd, _ := os.Getwd(); listen(filepath.Join(wd, "web")) }', ["./web"]),
        ('func main() { listen(os.Getenv("PORT")) }', ["<env PORT=>"]),
        (
            'func main() { port := os.Getenv("PORT"); if port == "" { port = "3000" }; listen(":" + port) }',
            [":<env PORT=3000>", ":3000"],
        ),
        ('func main() { listen(cmp.Or(os.Getenv("PORT"), "3000")) }', ["<env PORT=3000>", "3000"]),
        ('func main() { serve(":1") }\nfunc serve(addr string) { listen(addr) }', [":1"]),
        ('func port() string { return "1" }\nfunc main() { listen(port()) }', ["1"]),
        ('type c struct { Port string }\nfunc main() { x := c{Port: "1"}; listen(x.Port) }', ["1"]),
        ("func main() { listen(config.Address) }", [":9"]),
        ("func main() { x := x + 1; listen(x) }", []),
        ("func a() string { return b() }\nfunc b() string { return a() }\nfunc main() { listen(a()) }", []),
        ("func main() { listen(unknown) }", []),
    ],
)
def test_values(tmp_path: Path, source: str, values: list[str]) -> None:
    files = {"main.go": f"package main\n{IMPORTS}{source}", "config/c.go": 'package config\nvar Address = ":9"\n'}
    assert given(program(tmp_path, files)) == values


def test_the_place_is_that_of_the_text(tmp_path: Path) -> None:
    values = program(tmp_path, '\nconst port =\n"8080"\nfunc main() { listen(port) }')
    call = next(values.tree.called("listen"))
    assert [value.place for value in values.of(call.arguments[0], call.file)] == ["main.go:4"]


def test_many_names_take_bounded_time(tmp_path: Path) -> None:
    names = "\n".join(f"func f{n}() string {{ return f{n + 1}() + f{n + 2}() + f{n + 3}() }}" for n in range(400))
    # Without bounds it would take as long as there are ways through the names.
    assert given(program(tmp_path, f"{names}\nfunc main() {{ listen(f0()) }}")) == []


@pytest.mark.parametrize(
    ("folder", "path", "place"),
    [
        (".", "./web", "web"),
        ("cmd/a", "../../web/", "web"),
        ("cmd", ".", "cmd"),
        (".", "../x", None),
        ("a", "../..", None),
        ("a", "..", "."),
    ],
)
def test_places(folder: str, path: str, place: str | None) -> None:
    assert place_of(folder, path) == place
