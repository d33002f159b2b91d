from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.languages import go_files
from scaffold.languages.go_files import Files
from tests.languages.programs import program

IMPORTS = (
    'import (\n"os"\n"database/sql"\n"net/http"\n"html/template"\n"path/filepath"\n"flag"\n"go.etcd.io/bbolt"\n)\n'
)
THERE = {
    "web/templates/a.html": "",
    "static/a.css": "",
    "settings.yaml": "",
    "pkg/a.go": "package pkg\n",
    "server.pem": "",
    "locales/en.json": "",
}


def files(tmp_path: Path, source: str, main: str = ".") -> Files:
    values = program(tmp_path, {"main.go": f"package main\n{IMPORTS}func main() {{ {source} }}", **THERE})
    return go_files.files(values.sources.project, values, main, ".")


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ('template.ParseGlob("web/templates/*.html")', "web/templates"),
        ('template.ParseFiles(filepath.Join("web", "templates", "a.html"))', "web/templates/a.html"),
        ('http.FileServer(http.Dir("./static"))', "static"),
        ('os.ReadFile("settings.yaml"); os.ReadFile("/settings.yaml"); os.ReadFile("absent.yaml")', "settings.yaml"),
        ('f := flag.String("config", "settings.yaml", "which"); os.Open(*f)', "settings.yaml"),
        ('bundle("./locales/"); x("static/a.css"); http.Dir("static")', "locales static"),
        ('os.Open("pkg"); os.Open("server.pem"); os.Open("main.go"); os.Open("..")', ""),
        ('os.Open("static\\n/x")', ""),
    ],
)
def test_read(tmp_path: Path, source: str, read: str) -> None:
    found = files(tmp_path, source)
    assert " ".join(one.value for one in found.read) == read
    assert found.folder == "."


def test_read_beside_its_main(tmp_path: Path) -> None:
    (tmp_path / "cmd/web/views").mkdir(parents=True)
    (tmp_path / "cmd/web/views/a.html").touch()
    found = files(tmp_path, 'template.ParseGlob("views/*.html"); http.Dir("../../static")', "cmd/web")
    assert (found.folder, [one.value for one in found.read]) == ("cmd/web", ["cmd/web/views", "static"])


@pytest.mark.parametrize(
    ("source", "data", "scratch"),
    [
        ('os.MkdirAll("./data/a", 0o755); os.Create("data/b.txt")', "data", ""),
        ('os.WriteFile("out.json", nil, 0o644)', "out.json", ""),
        ('os.Create("out")', "", ""),
        ('os.OpenFile("logs/app.log", os.O_CREATE, 0o644)', "", "logs"),
        ('os.OpenFile("data/app.txt", os.O_RDONLY, 0o644)', "", ""),
        ('os.MkdirAll("cache", 0o755)', "", "cache"),
        ('sql.Open("sqlite3", "file:./shop.db?mode=rwc")', "shop.db", ""),
        ('sql.Open("sqlite", ":memory:"); sql.Open("postgres", "host/x.db")', "", ""),
        ('bbolt.Open("/var/lib/shop/a.db", 0o600, nil)', "/var/lib/shop", ""),
        ('os.MkdirAll("/etc/shop", 0o755); os.MkdirAll("/tmp/x", 0o755); os.MkdirAll("../x", 0o755)', "", ""),
        ('x := Logger{Filename: "log/app.log"}', "", "log"),
        # What is joined to a variable that is not set is where the program is started.
        ('os.OpenFile(filepath.Join(os.Getenv("DATA"), "a.txt"), os.O_CREATE|os.O_RDWR, 0o644)', "a.txt", ""),
        ('os.Create(os.Getenv("DATA"))', "", ""),
    ],
)
def test_written(tmp_path: Path, source: str, data: str, scratch: str) -> None:
    found = files(tmp_path, source)
    assert (" ".join(one.value for one in found.data), " ".join(one.value for one in found.scratch)) == (data, scratch)


@pytest.mark.parametrize(
    ("source", "settings"),
    [
        ('load(".env")', (".env",)),
        ('load("./.env"); load("config/.env.local")', (".env", "config/.env.local")),
        ('load("../.env"); load("/etc/.env"); load("app.env"); load(".envrc")', ()),
    ],
)
def test_files_of_variables(tmp_path: Path, source: str, settings: tuple[str, ...]) -> None:
    assert files(tmp_path, source).settings == settings


def test_a_library_of_variables_reads_its_own_name(tmp_path: Path) -> None:
    main = 'package main\nimport "github.com/joho/godotenv"\nfunc main() { godotenv.Load(%s) }'
    for given, settings in (("", (".env",)), ('"conf/.env"', ("conf/.env",))):
        values = program(tmp_path, {"main.go": main % given})
        assert go_files.files(values.sources.project, values, ".", ".").settings == settings


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ('http.Dir("./web/dist")', "web/dist"),
        ('os.ReadFile("web/build/index.html")', "web/build"),
        ('http.Dir("static"); http.Dir("/srv/dist"); http.Dir("absent"); os.Open("../dist")', ""),
    ],
)
def test_folders_that_a_build_would_make(tmp_path: Path, source: str, absent: str) -> None:
    found = [one for one in files(tmp_path, source).absent if one.value != "static"]
    assert " ".join(one.value for one in found) == absent
