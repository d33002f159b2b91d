from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_listens, go_ports
from scaffold.languages.go_ports import Address
from tests.generated import write
from tests.languages.programs import program

IMPORTS = 'import (\n"flag"\n"fmt"\n"net/http"\n"os"\n"github.com/spf13/viper"\n)\n'


def address(tmp_path: Path, source: str) -> Address:
    values = program(tmp_path, f"{IMPORTS}{source}")
    return go_ports.address(values.sources.project, values, go_listens.listens(values))


@pytest.mark.parametrize(
    ("address_of", "port", "variables", "arguments"),
    [
        ('":3000"', "3000", {}, []),
        ('"0.0.0.0:3000"', "3000", {}, []),
        ('""', None, {}, []),
        ('":" + os.Getenv("PORT")', "8080", {}, []),
        ('os.Getenv("PORT")', "8080", {"PORT": ":8080"}, []),
        ('":" + os.Getenv("HTTP_PORT")', "8080", {"HTTP_PORT": "8080"}, []),
        ('os.Getenv("LISTEN_ADDR")', "8080", {"LISTEN_ADDR": ":8080"}, []),
        ('fmt.Sprintf("%s:%s", os.Getenv("HOST"), os.Getenv("PORT"))', "8080", {}, []),
        ('*flag.String("addr", "127.0.0.1:3000", "")', "3000", {}, ["--addr=0.0.0.0:3000"]),
        ('*flag.String("addr", "", "")', "8080", {}, ["--addr=:8080"]),
        ('fmt.Sprintf(":%d", *flag.Int("port", 3000, ""))', "3000", {}, []),
        ('viper.GetString("listen")', "7000", {}, []),
    ],
)
def test_port(
    tmp_path: Path, address_of: str, port: str | None, variables: dict[str, str], arguments: list[str]
) -> None:
    write(tmp_path, {"config.yaml": "listen: ':7000'\n"})
    found = address(tmp_path, f"func main() {{ http.ListenAndServe({address_of}, nil) }}")
    assert (found.port and found.port.value, found.variables, found.arguments) == (port or "8080", variables, arguments)
    assert found.error is None


def test_several_ports(tmp_path: Path) -> None:
    source = 'func main() {\nhttp.ListenAndServe(":8080", nil)\nhttp.ListenAndServe(":8081", nil)\n}'
    found = address(tmp_path, source)
    assert found.port and (found.port.value, [str(one) for one in found.port.others]) == ("8080", ["8081 (main.go:11)"])
    assert "beside" in found.port.rule


def test_loopback_that_nothing_changes(tmp_path: Path) -> None:
    error = address(tmp_path, 'func main() { http.ListenAndServe("localhost:8080", nil) }').error
    assert error and error.fact.startswith("main.go:9 listens on loopback alone")


def test_loopback_unless_told(tmp_path: Path) -> None:
    source = 'func main() { a := "localhost:8080"; if x { a = ":8080" }; http.ListenAndServe(a, nil) }'
    assert address(tmp_path, source).error is None


def test_https(tmp_path: Path) -> None:
    source = 'func main() { http.ListenAndServeTLS(":8443", "c", "k", nil) }'
    assert address(tmp_path, source).tls
    assert not address(tmp_path, source + '\nfunc f() { http.ListenAndServe(":8080", nil) }').tls


@pytest.mark.parametrize(
    ("source", "port"),
    [
        ('func main() { p := flag.Int("port", 4000, ""); serve(p, net.Listen) }', "4000"),
        ("const DefaultPort = 4000\nfunc main() { serve() }", "4000"),
        ("func main() { serve() }", None),
    ],
)
def test_by_name(tmp_path: Path, source: str, port: str | None) -> None:
    found = address(tmp_path, source).port
    assert (found and found.value) == port


@pytest.mark.parametrize(
    ("file", "text", "value"),
    [
        ("config.yaml", "db:\n  port: 1\nserver:\n  port: 2\n", "2"),
        ("config.toml", "[database]\n port = 1\n[web]\n port = 2\n", "2"),
        ("config/config.json", '{\n "server": {\n  "port": 2\n }\n}\n', "2"),
        ("conf/app.conf", "httpport = 2\n", "2"),
        ("other.yaml", "port: 2\n", None),
    ],
)
def test_config_files(tmp_path: Path, file: str, text: str, value: str | None) -> None:
    project = program(tmp_path, {"main.go": "package main\n", file: text}).sources.project
    found = go_ports.configured(project, "port")
    assert (found and found.value) == value
    assert not found or found.source.startswith(f"{file}:")


def test_loopback_in_a_config_file(tmp_path: Path) -> None:
    write(tmp_path, {"config.yaml": "server:\n  listen: localhost:7000\n"})
    error = address(tmp_path, 'func main() { http.ListenAndServe(viper.GetString("listen"), nil) }').error
    assert error and error.fact.startswith("config.yaml:2 listens on loopback alone")


def test_examples_of_environment_files(tmp_path: Path) -> None:
    project = program(tmp_path, {".env.example": "# x\nexport PORT='3000' # y\nB=\n"}).sources.project
    assert [go_ports.example(project, name) for name in ("PORT", "B", "C")] == ["3000", "", None]
