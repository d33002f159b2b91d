"""Go modules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold import command, language
from scaffold.errors import ScaffoldError
from scaffold.language import ALPINE, DEBIAN
from scaffold.model import Facts, Found, Image, Recipe, Run, Service, Tier
from scaffold.project import Project

NAME = "go"
TITLE = "Go"
MANIFESTS = ("go.mod",)
PORT = 8080

_GLIBC = Image("docker.io", "library/golang", f"{{}}-{DEBIAN}", "{version}")
_MUSL = Image("docker.io", "library/golang", f"{{}}-alpine{ALPINE}", "{version}")
_STATIC = Image("gcr.io", "distroless/static-debian13", "nonroot")
_CC = Image("gcr.io", "distroless/cc-debian13", "nonroot")
_DEBIAN = Image("docker.io", "library/debian", f"{DEBIAN}-{{}}-slim")
_ALPINE = Image("docker.io", "library/alpine", "{}", ALPINE)

TIERS = (
    Tier("distroless", _GLIBC, _STATIC),
    Tier("slim", _GLIBC, _DEBIAN, shell=True, account=True),
    Tier("alpine", _MUSL, _ALPINE, shell=True, account=True, musl=True),
    Tier("scratch", _GLIBC, None, carried=True),
)

CGO_MODULES = (
    "github.com/mattn/go-sqlite3",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/DataDog/zstd",
    "github.com/gographics/imagick",
    "github.com/h2non/bimg",
    "github.com/davidbyttow/govips",
    "github.com/libgit2/git2go",
    "github.com/marcboeker/go-duckdb",
    "gocv.io/x/gocv",
)
"""Modules that do nothing without a C compiler, by their own documentation."""

DIRECTIVES = ("module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore")
"""go.dev/ref/mod, "go.mod files"."""

IGNORED = (
    "**/*_test.go",
    "**/*.test",
    "**/*.prof",
    "**/coverage.*",
    "bin",
)

_CACHES = ("type=cache,target=/go/pkg/mod", "type=cache,target=/root/.cache/go-build")
_BUILD = "go build -trimpath -ldflags='-s -w'"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def detect(project: Project) -> Facts:
    """What go.mod and the package clauses of the sources say; without go.mod, main.go at the root."""
    text = project.text("go.mod")
    if text is None:
        return _fresh(project)
    module, wanted, modules = _parse(text)
    answers = {"packages": Found("go", "go.mod")}
    unknown: dict[str, ScaffoldError] = {}
    if wanted:
        answers["version"] = language.wish(NAME, wanted, _line(wanted.value))
    try:
        answers["start"] = _main(project)
    except ScaffoldError as error:
        unknown["start"] = error
    sums = project.has("go.sum")
    vendored = project.has("vendor/modules.txt")
    return Facts(
        language=Found(NAME, "go.mod"),
        name=Found(_base(module), "go.mod module"),
        answers=answers,
        unknown=unknown,
        manifests=("go.mod", "go.sum") if sums else ("go.mod",),
        traits=(*([Found("vendored", "vendor/modules.txt")] if vendored else []), *_cgo(project, modules)),
        missing=("go.sum: go mod tidy",) if modules and not sums and not vendored else (),
    )


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Go service; raises ScaffoldError when it needs cgo and the tier cannot have it."""
    words = command.parse(service.start).words
    cgo = facts.trait("cgo")
    if cgo:
        tier = _with_cgo(tier, cgo)
    package = words[0] if words[0] == "." or words[0].startswith("./") else f"./{words[0]}"
    if not re.fullmatch(r"\.(/[\w.-]+)*", package) or ".." in package:
        raise ScaffoldError(f"{words[0]} is not the folder of a Go package.", "Say it as in --start ./cmd/server.")
    program = _base(package if package != "." else re.sub(r"[^\w.-]", "-", facts.name.value))
    # Where the runtime has no time zones, the program carries its own (package time/tzdata).
    tags = "" if tier.name == "distroless" else " -tags=timetzdata"
    return language.recipe(
        service,
        tier,
        manifests=facts.manifests,
        install=None if facts.trait("vendored") else Run(("go mod download",), _CACHES[:1]),
        develop=Run((f"{_BUILD} -o /out/healthcheck main.go",), _CACHES[1:]),
        build=Run((f"{_BUILD}{tags} -o /out/{program} {package}",), _CACHES),
        values={
            "cgo": "1" if cgo else "0",
            "port": str(service.port),
            "request": "" if service.health == "tcp" else _request(service.health, service.port),
            # Debian's image has no certificate authorities; those of Alpine and distroless come with them.
            "certificates": _CERTIFICATES if tier.name == "slim" else "",
        },
        environment=(("PORT", str(service.port)),),
        health=("/app/healthcheck",),
        entrypoint=(f"/app/{program}", *words[1:]),
        ignored=IGNORED,
    )


def _fresh(project: Project) -> Facts:
    by_custom = "Go's convention"
    return Facts(
        language=Found(NAME, "--language"),
        name=project.name(),
        answers={"packages": Found("go", by_custom), "start": Found(".", by_custom)},
        unknown={},
        manifests=("go.mod",),
        missing=(
            "go.mod: go mod init example.com/NAME",
            "main.go: a server that listens on the port in PORT",
            "once it needs a module, go.sum: go mod tidy, then dockerscaffold new --force",
        ),
    )


def _parse(text: str) -> tuple[str, Found | None, dict[str, str]]:
    """The module's path, its wish for a Go version, and the modules it requires with their lines in go.mod."""
    module, version, modules, block = "", None, dict[str, str](), ""
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.partition("//")[0].split()
        if not words:
            continue
        if block:
            directive, block = block, "" if words[0] == ")" else block
            words = [] if words[0] == ")" else words
        else:
            directive, words = words[0], words[1:]
            if directive not in DIRECTIVES or not words:
                raise ScaffoldError(
                    f"go.mod:{number} cannot be read: {raw.strip()}", "Mend that line; see go mod edit -fmt."
                )
            if words == ["("]:
                block = directive
                continue
        if directive == "module" and words:
            module = words[0].strip('"`')
        elif directive in ("go", "toolchain") and words:
            version = Found(words[0].removeprefix("go"), f"go.mod:{number} {directive}")
        elif directive == "require" and words:
            modules[words[0].strip('"`')] = f"go.mod:{number}"
    if not module or block:
        fact = f"the block of {block} is not closed" if block else "it has no module line"
        raise ScaffoldError(
            f"go.mod:{len(text.splitlines()) or 1} cannot be read: {fact}.", "Mend it; see go mod init."
        )
    return module, version, modules


def _line(wanted: str) -> str | None:
    """The line that go.mod names; when that is no longer supported, the default, which builds older modules too."""
    if line := language.line_of(NAME, wanted):
        return line
    match = re.match(r"(\d+)\.(\d+)", wanted)
    asked = (int(match[1]), int(match[2])) if match else (0, 0)
    return language.newest(NAME, lambda line: asked <= tuple(map(int, line.split("."))))


def _main(project: Project) -> Found:
    found = [folder for folder in _folders(project) if folder == "." or folder.startswith("cmd/") or folder == "cmd"]
    if len(found) == 1 or "." in found:
        folder = "." if "." in found else f"./{found[0]}"
        return Found(folder, "package main" + ("" if folder == "." else f" in {found[0]}"))
    if found:
        raise ScaffoldError(
            f"Several programs found: {', '.join(found)}.",
            f"Say which: {' or '.join(f'--start ./{folder}' for folder in found)}.",
        )
    raise ScaffoldError(
        "No program found: there is no package main at the root or below cmd.",
        "Say where it is, as in --start ./server.",
    )


def _folders(project: Project) -> list[str]:
    """The folders with a package main, in order."""
    clause = re.compile(r"^package\s+main\b", re.MULTILINE)
    folders = {path.rpartition("/")[0] or "." for path, text in _sources(project) if clause.search(text)}
    return sorted(folders)


def _sources(project: Project) -> Iterator[tuple[str, str]]:
    """The Go files that a build reads, with their texts."""
    for path in project.find(".go"):
        if not path.endswith("_test.go") and "/testdata/" not in f"/{path}":
            text = project.glance(path)
            if not re.search(r"^//go:build\s+ignore\b", text, re.MULTILINE):
                yield path, text


def _cgo(project: Project, modules: dict[str, str]) -> tuple[Found, ...]:
    for module, where in modules.items():
        if module.startswith(CGO_MODULES):
            return (Found("cgo", f"{module} ({where})"),)
    for path, text in _sources(project):
        if found := re.search(r'^\s*(?:import\s+)?"C"\s*$', text, re.MULTILINE):
            return (Found("cgo", f'import "C" ({path}:{text.count(chr(10), 0, found.start(0) + 1) + 1})'),)
    return ()


def _with_cgo(tier: Tier, cgo: Found) -> Tier:
    import dataclasses

    if tier.name == "scratch":
        raise ScaffoldError(
            f"scratch needs a static binary, and {cgo.source} needs cgo.",
            "Say --tier distroless, or replace it by a module in pure Go.",
        )
    if tier.musl:
        raise ScaffoldError(
            f"alpine's Go image has no C compiler, and {cgo.source} needs cgo.",
            "Say --tier slim or --tier distroless.",
        )
    return dataclasses.replace(tier, runtime=_CC) if tier.name == "distroless" else tier


def _base(path: str) -> str:
    """The last part of a module's or package's path that is no version: `parcel` of `example.com/parcel/v2`."""
    parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+|\.", part)]
    return parts[-1] if parts else "app"


def _request(path: str, port: int) -> str:
    return f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
