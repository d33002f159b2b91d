from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.facts import Found, Range
from scaffold.languages import go
from scaffold.languages.go_detect import Plan
from scaffold.model import Recipe
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]
Decide = Callable[..., Recipe]
Tree = Callable[[dict[str, str]], Project]

MAIN = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }\n'
TOOL = "package main\n\nfunc main() {}\n"
PLAIN = {"go.mod": "module example.com/parcel\n\ngo 1.27\n", "main.go": MAIN}
CGO = {**PLAIN, "db.go": 'package main\nimport "C"\n'}
SQLITE = {
    "go.mod": "module example.com/parcel\nrequire github.com/mattn/go-sqlite3 v1.14.0\n",
    "go.sum": "",
    "main.go": MAIN.replace('"net/http"', '(\n"net/http"\n_ "github.com/mattn/go-sqlite3"\n)'),
}


def module(*lines: str) -> dict[str, str]:
    return {"go.mod": "\n".join(("module example.com/parcel", *lines)), "main.go": MAIN}


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        (["go 1.26"], "1.26 (go.mod:2 go)"),
        (["go 1.26.3"], "1.26 (go.mod:2 go)"),
        (["go 1.27"], "1.27 (go.mod:2 go)"),
        (["go 1.18"], "1.27 (go.mod:2 go)"),
        (["go 1.25"], "1.27 (go.mod:2 go)"),
        (["go 1.25", "toolchain go1.25.3"], "1.27 (go.mod:2 go)"),
        (["go 1.27rc1"], "1.27 (go.mod:2 go)"),
        (["go 1.26", "toolchain go1.27.1"], "1.27 (go.mod:3 toolchain)"),
        (["toolchain go1.27.1", "go 1.26"], "1.27 (go.mod:2 toolchain)"),
        (["go 1.26", "toolchain go1.99.0"], "1.26 (go.mod:2 go)"),
        (["go 1.26", "toolchain default"], "1.26 (go.mod:2 go)"),
        ([], "none"),
    ],
    ids=str,
)
def test_version(found: Look, lines: list[str], version: str) -> None:
    assert found("go", module(*lines), "version") == version


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([], None),
        (["go 1.26.99"], Range("go", "1.26.99", "go.mod:2 go")),
        (["go 1.26", "toolchain go1.27.1"], Range("go", "1.26", "go.mod:2 go")),
        (["go 1.25.1", "toolchain go1.25.3"], Range("go", "1.25.1", "go.mod:2 go")),
        (["toolchain go1.99.0"], None),
    ],
    ids=str,
)
def test_what_it_asks_for(tree: Tree, lines: list[str], wanted: Range | None) -> None:
    assert go.detect(tree(module(*lines))).wanted == wanted


@pytest.mark.parametrize("version", ["1.29", "2.0", "1.28.1"])
def test_version_to_come(found: Look, version: str) -> None:
    assert found("go", module(f"go {version}"), "version") == (
        f"This project asks for Go {version} (go.mod:2 go), which no supported line meets (1.26, 1.27). "
        "| Say --version 1.27, or change go.mod:2."
    )


@pytest.mark.parametrize(
    ("mains", "start"),
    [
        (["main.go"], ". (package main, listens at main.go:3)"),
        (["cmd/server/main.go"], "./cmd/server (package main in cmd/server, listens at cmd/server/main.go:3)"),
        (["cmd/main.go"], "./cmd (package main in cmd, listens at cmd/main.go:3)"),
        (["main.go", "cmd/tool/main.go"], ". (package main, listens at main.go:3)"),
        (
            ["cmd/server/main.go", "examples/a/main.go"],
            "./cmd/server (package main in cmd/server, listens at cmd/server/main.go:3)",
        ),
        (
            ["cmd/a/main.go", "cmd/b/main.go"],
            "Several programs that listen found: cmd/a, cmd/b. | Say which: --start ./cmd/a or --start ./cmd/b.",
        ),
        (["web/main.go"], "./web (package main in web, listens at web/main.go:3)"),
        (
            [],
            "No program found: there is no package main, so this is a library. "
            "| Say where one is, as in --start ./cmd/server.",
        ),
    ],
    ids=str,
)
def test_start(found: Look, mains: list[str], start: str) -> None:
    assert found("go", {"go.mod": "module parcel\n", **dict.fromkeys(mains, MAIN)}, "start") == start


@pytest.mark.parametrize(
    ("path", "name"),
    [("parcel", "parcel"), ("example.com/parcel", "parcel"), ("example.com/parcel/v2", "parcel"), ("v2", "app")],
)
def test_name(tree: Tree, path: str, name: str) -> None:
    assert go.detect(tree({"go.mod": f"module {path}\n"})).name == Found(name, "go.mod module")


@pytest.mark.parametrize(
    ("files", "manifests", "flags"),
    [
        ({}, "go.mod", ""),
        ({"go.sum": ""}, "go.mod go.sum", ""),
        ({"go.mod": "module a\nrequire b v1\n"}, "go.mod", "-mod=mod"),
        ({"go.mod": "module a\nrequire b v1\n", "vendor/modules.txt": ""}, "go.mod", ""),
    ],
    ids=str,
)
def test_manifests(tree: Tree, files: dict[str, str], manifests: str, flags: str) -> None:
    facts = go.detect(tree({**PLAIN, **files}))
    assert isinstance(facts.plan, Plan)
    assert (" ".join(facts.manifests), " ".join(facts.plan.flags)) == (manifests, flags)
    assert any("go.sum is missing" in note for note in facts.notes) is bool(flags)
    assert facts.answers["packages"] == Found("go", "go.mod")


@pytest.mark.parametrize(
    ("files", "traits"),
    [
        (PLAIN, []),
        (CGO, ['cgo (import "C" (db.go:2))']),
        (SQLITE, ["cgo (github.com/mattn/go-sqlite3 (go.mod:2))"]),
        ({**PLAIN, "main.go": TOOL}, ["tool (it listens nowhere (.))"]),
        ({**PLAIN, "vendor/modules.txt": ""}, ["vendored (vendor/modules.txt)"]),
        (module("replace b => ./lib", "replace c => ./c"), ["local (go.mod:2 replace)"]),
    ],
    ids=lambda value: str(value)[:80],
)
def test_traits(tree: Tree, files: dict[str, str], traits: list[str]) -> None:
    assert list(map(str, go.detect(tree(files)).traits)) == traits


@pytest.mark.parametrize("target", ["../lib", "/lib", "./a/../../lib"])
def test_modules_out_of_the_project(found: Look, target: str) -> None:
    files = module(f"replace b => {target}")
    assert found("go", files, "start") == (
        f"! go.mod:2 replace takes a module from out of the project: {target}. | Bring it in with: go mod vendor"
    )
    assert found("go", {**files, "vendor/modules.txt": ""}, "start") == ". (package main, listens at main.go:3)"


def test_broken(found: Look) -> None:
    assert found("go", module("nonsense here"), "start").startswith("! go.mod:2 cannot be read: nonsense here | Mend")


REQUEST = "GET /health HTTP/1.0\r\nHost: 127.0.0.1:8080\r\n\r\n"
CA = "/etc/ssl/certs/ca-certificates.crt"


@pytest.mark.parametrize(
    ("tier", "tags", "certificates"),
    [
        ("distroless", "", ""),
        ("slim", " -tags=timetzdata", CA),
        ("alpine", " -tags=timetzdata", ""),
        ("scratch", " -tags=timetzdata", ""),
    ],
)
def test_decide(decided: Decide, tier: str, tags: str, certificates: str) -> None:
    recipe = decided("go", PLAIN, tier, health="/health")
    assert recipe.title == f"Go 1.27 on {tier}"
    assert recipe.entrypoint == ("/app/parcel",)
    assert recipe.health == ("/app/healthcheck",)
    assert recipe.environment == (("HOME", "/tmp"), ("PORT", "8080"))
    assert recipe.build.commands == (f"go build -trimpath -ldflags='-s -w'{tags} -o /out/parcel .",)
    assert recipe.prober == recipe.builder
    assert recipe.probe and recipe.probe.commands == (
        "go build -trimpath -ldflags='-s -w' -o /out/healthcheck main.go",
    )
    assert recipe.install and recipe.install.commands == ("go mod download",)
    assert recipe.values == {"cgo": "0", "port": "8080", "request": REQUEST, "certificates": certificates} | {
        "module": "./"
    }
    assert decided("go", PLAIN, tier).values["request"] == ""


@pytest.mark.parametrize(
    ("start", "program", "package", "arguments"),
    [
        ("./cmd/server", "server", "./cmd/server", ()),
        ("cmd/server/ serve --all", "server", "./cmd/server", ("serve", "--all")),
        ("./cmd/v2", "cmd", "./cmd/v2", ()),
        ("./cmd/healthcheck", "app", "./cmd/healthcheck", ()),
        (". --verbose", "parcel", ".", ("--verbose",)),
    ],
)
def test_program(decided: Decide, start: str, program: str, package: str, arguments: tuple[str, ...]) -> None:
    recipe = decided("go", PLAIN, "distroless", start=start)
    assert recipe.entrypoint == (f"/app/{program}", *arguments)
    assert recipe.build.commands[0].endswith(f" -o /out/{program} {package}")


@pytest.mark.parametrize(
    ("name", "program"), [("healthcheck", "app"), ("größe", "gr--e"), ("-x", "x"), ("a;rm", "a-rm"), ("...", "app")]
)
def test_program_by_the_name_of_the_module(decided: Decide, name: str, program: str) -> None:
    files = {"go.mod": f"module example.com/{name}\n", "main.go": MAIN}
    assert decided("go", files, "scratch").entrypoint == (f"/app/{program}",)


@pytest.mark.parametrize(
    ("start", "fact"),
    [
        ("../server", "../server is not the folder of a Go package."),
        ("/server", "/server is not the folder of a Go package."),
        ("main.go", "main.go is not the folder of a Go package."),
        ("./-x", "./-x is not the folder of a Go package."),
        ("'a b'", "a b is not the folder of a Go package."),
        (". --port $PORT", "Only a shell understands '$PORT', and a Go service is a package and its arguments"),
        ("./a && ./b", "Only a shell understands '&&'"),
    ],
)
@pytest.mark.parametrize("tier", ["distroless", "slim"])
def test_refused_starts(decided: Decide, tier: str, start: str, fact: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        decided("go", PLAIN, tier, start=start)
    assert caught.value.fact.startswith(fact)
    assert caught.value.remedy.startswith("Say it as in --start ")


@pytest.mark.parametrize(
    "files", [{"vendor/modules.txt": ""}, {"go.mod": "module a\nreplace b => ./b\n"}], ids=["vendored", "local"]
)
def test_no_download(decided: Decide, files: dict[str, str]) -> None:
    assert decided("go", {**PLAIN, **files}, "scratch").install is None


@pytest.mark.parametrize(
    ("tier", "runtime"), [("distroless", "gcr.io/distroless/cc-debian13"), ("slim", "docker.io/library/debian")]
)
@pytest.mark.parametrize("files", [CGO, SQLITE], ids=["import", "module"])
def test_cgo(decided: Decide, tier: str, runtime: str, files: dict[str, str]) -> None:
    recipe = decided("go", files, tier)
    assert recipe.values["cgo"] == "1"
    assert recipe.runtime and recipe.runtime.name == runtime


@pytest.mark.parametrize(
    ("tier", "files", "fact", "remedy"),
    [
        ("scratch", CGO, 'scratch needs a static binary, and import "C" (db.go:2) needs cgo.', "Say --tier distroless"),
        (
            "scratch",
            SQLITE,
            "scratch needs a static binary, and github.com/mattn/go-sqlite3 (go.mod:2) needs cgo.",
            "Say --tier distroless, or replace it by a module in pure Go.",
        ),
        (
            "alpine",
            SQLITE,
            "alpine's Go image has no C compiler, and github.com/mattn/go-sqlite3 (go.mod:2) needs cgo.",
            "Say --tier slim or --tier distroless.",
        ),
    ],
    ids=["scratch, import", "scratch, module", "alpine"],
)
def test_no_cgo(decided: Decide, tier: str, files: dict[str, str], fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        decided("go", files, tier)
    assert caught.value.fact == fact
    assert caught.value.remedy.startswith(remedy)


VIEWS = {
    "go.mod": "module example.com/views\n\ngo 1.26\n",
    "main.go": MAIN.replace("http.Listen", 'http.Dir("views"); http.Dir("web/static"); http.Listen'),
    "views/a.html": "",
    "web/static/a.css": "",
}


def test_what_is_read_is_beside_the_program(decided: Decide) -> None:
    recipe = decided("go", VIEWS, "distroless")
    assert recipe.build.commands[1:] == ("cp -R views /out/", "mkdir -p /out/web && cp -R web/static /out/web/")
    assert recipe.entrypoint == ("/app/app",)
    assert recipe.workdir == "/app"


def test_a_module_in_a_folder(decided: Decide) -> None:
    files = {"server/go.mod": "module example.com/parcel\n\ngo 1.26\n", "server/cmd/api/main.go": MAIN}
    recipe = decided("go", files, "distroless")
    assert recipe.install and recipe.install.commands == ("go mod download -C server",)
    assert recipe.values["module"] == "server/"
    assert recipe.build.commands == ("go build -C server -trimpath -ldflags='-s -w' -o /out/api ./cmd/api",)


def test_a_worker_has_no_health_check(decided: Decide) -> None:
    recipe = decided("go", {**PLAIN, "main.go": TOOL}, "distroless", health="none")
    assert (recipe.health, recipe.ports, recipe.restart) == ((), (), "no")


def test_what_the_linker_sets(decided: Decide) -> None:
    files = {
        **PLAIN,
        "Makefile": "go build -tags full -ldflags '-X main.a=1'\n",
        "b.go": "//go:build full\n\npackage main\n",
    }
    assert decided("go", files, "slim").build.commands == (
        "go build -trimpath -ldflags='-s -w -X main.a=1' -tags=full,timetzdata -o /out/parcel .",
    )


@pytest.mark.parametrize(("folder", "ignored"), [("bin", False), ("assets", True)])
def test_a_folder_called_bin_that_is_compiled_in(decided: Decide, folder: str, ignored: bool) -> None:
    source = f'package main\nimport _ "embed"\n//go:embed {folder}/a\nvar a string\n'
    recipe = decided("go", {**PLAIN, "a.go": source, f"{folder}/a": ""}, "distroless")
    assert ("bin" in recipe.ignored) is ignored


def test_files_of_variables_are_there_and_empty(decided: Callable[..., Recipe]) -> None:
    main = 'package main\nimport "net/http"\nfunc main() { load("%s"); http.ListenAndServe(":80", nil) }'
    for name, commands in (
        (".env", ("touch /out/.env",)),
        ("config/.env", ("mkdir -p /out/config", "touch /out/config/.env")),
    ):
        recipe = decided("go", {"go.mod": "module example.com/x\n", "main.go": main % name}, "distroless")
        assert recipe.build.commands[1:] == commands


def test_what_a_frontend_makes_is_beside_the_program_that_serves_it(decided: Callable[..., Recipe]) -> None:
    web = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'
    pages = 'http.FileServer(http.Dir("web/dist"))'
    main = f'package main\nimport "net/http"\nfunc main() {{ http.ListenAndServe(":80", {pages}) }}'
    files = {"go.mod": "module example.com/x\n", "main.go": main, "web/package.json": web, "web/index.html": ""}
    assert "mkdir -p /out/web && cp -R web/dist /out/web/" in decided("go", files, "distroless").build.commands
