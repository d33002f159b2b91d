"""Go modules."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from scaffold import catalogue, command, language, native, ranges, recipes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Range
from scaffold.languages import go_mod, go_sources
from scaffold.languages.go_mod import GoMod
from scaffold.languages.go_sources import Sources
from scaffold.model import Image, Recipe, Run, Service, Tier
from scaffold.project import Project

NAME = "go"
TITLE = "Go"
PORT = 8080

_GLIBC = Image("docker.io", "library/golang", "{}-{debian}", "{version}")
_MUSL = Image("docker.io", "library/golang", "{}-alpine{alpine}", "{version}")
_STATIC = Image("gcr.io", "distroless/static-debian{debian_number}", "nonroot")
_CC = Image("gcr.io", "distroless/cc-debian{debian_number}", "nonroot")
_DEBIAN = Image("docker.io", "library/debian", "{debian}-{}-slim")
_ALPINE = Image("docker.io", "library/alpine", "{}", "{alpine}")

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
    "gopkg.in/gographics/imagick",
    "github.com/h2non/bimg",
    "github.com/davidbyttow/govips",
    "github.com/libgit2/git2go",
    "github.com/marcboeker/go-duckdb",
    "gocv.io/x/gocv",
)
"""Modules that do nothing without a C compiler, by their own documentation."""

IGNORED = (
    "**/*_test.go",
    "**/*.test",
    "**/*.prof",
    "coverage.html",
    "coverage.out",
    "coverage.txt",
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
    manifest = go_mod.parse(text)
    sources = go_sources.read(project)
    asked = _asked(manifest)
    answers, unknown = language.sought(
        packages=lambda: Found("go", "go.mod"),
        version=lambda: _version(asked),
        start=lambda: _main(sources.mains),
    )
    sums, vendored = project.has("go.sum"), project.has("vendor/modules.txt")
    traits = [*([Found("vendored", "vendor/modules.txt")] if vendored else []), *_local(manifest, vendored)]
    if cgo := _cgo(manifest, sources):
        traits.append(cgo)
    needs_sums = bool(manifest.modules) and not sums and not vendored
    facts = Facts(
        language=Found(NAME, "go.mod"),
        name=Found(_base(manifest.module), "go.mod module"),
        answers=answers,
        unknown=unknown,
        manifests=("go.mod", "go.sum") if sums or needs_sums else ("go.mod",),
        traits=tuple(traits),
        missing=("go.sum: go mod tidy",) if needs_sums else (),
        notes=() if sources.embeds else tuple(_left_out(project)),
        wanted=_range(manifest.go),
    )
    return native.with_system(
        facts, NAME, [native.Installed(name, "", where) for name, where in manifest.modules.items()]
    )


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Go service; raises ScaffoldError when it needs cgo and the tier cannot have it."""
    language.unbuilt(service)
    parsed = command.parse(service.start)
    words = parsed.words
    if parsed.shell:
        raise ScaffoldError(
            f"Only a shell understands {parsed.shell!r}, and a Go service is a package and its arguments: "
            f"{service.start}",
            "Say it as in --start './cmd/server --verbose'.",
        )
    cgo = facts.trait("cgo")
    if cgo:
        tier = _with_cgo(tier, cgo)
    package = words[0] if words[0] == "." or words[0].startswith("./") else f"./{words[0]}"
    if not re.fullmatch(r"\.(/\w[\w.-]*)*/?", package, re.ASCII) or package.endswith(".go"):
        raise ScaffoldError(f"{words[0]} is not the folder of a Go package.", "Say it as in --start ./cmd/server.")
    package = package.rstrip("/")
    program = _program(_base(package if package != "." else facts.name.value))
    # Where the runtime has no time zones, the program carries its own (package time/tzdata).
    tags = "" if tier.name == "distroless" else " -tags=timetzdata"
    return recipes.recipe(
        service,
        tier,
        manifests=facts.manifests,
        install=None if facts.trait("vendored") or facts.trait("local") else Run(("go mod download",), _CACHES[:1]),
        develop=Run((f"{_BUILD} -o /out/healthcheck main.go",), _CACHES[1:]),
        build=Run((f"{_BUILD}{tags} -o /out/{program} {package}",), _CACHES),
        values={
            "cgo": "1" if cgo else "0",
            "port": str(service.port),
            "request": "" if service.health == "tcp" else _request(service.health, service.port),
            # Debian's image has no certificate authorities; those of Alpine and distroless come with them.
            "certificates": _CERTIFICATES if tier.name == "slim" else "",
        },
        environment=(),
        system=facts.system,
        packages=("build", "/out"),
        made="/out",
        tool_ends=facts.trait("tool") is not None,
        health=("/app/healthcheck",),
        entrypoint=(f"/app/{program}", *words[1:]),
        ignored=IGNORED,
    )


def _left_out(project: Project) -> Iterator[str]:
    folders = [f for f in ("migrations", "public", "static", "templates", "views", "web") if project.has_folder(f)]
    if folders:
        yield f"The image holds the program alone: compile {', '.join(folders)} in with go:embed, or add a COPY."


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


def _asked(manifest: GoMod) -> Range | None:
    """The toolchain that go.mod suggests, where its line is supported, or the least version that it demands.

    It decides the line. The exact version need only be what is demanded: the images have GOTOOLCHAIN=local, under
    which a suggestion is not looked at (go.dev/doc/toolchain).
    """
    suggested = manifest.toolchain and _named(manifest.toolchain.value)
    return _range(manifest.toolchain if suggested else manifest.go)


def _range(found: Found | None) -> Range | None:
    return Range("go", found.value, found.source) if found else None


def _version(wanted: Range | None) -> Found | None:
    """The line that go.mod names; when that is no longer supported, the default, which builds older modules too."""
    if not wanted:
        return None
    line = _named(wanted.text) or language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    return language.wish(NAME, Found(wanted.text, wanted.source), line)


def _named(version: str) -> str | None:
    line = language.line_of(NAME, version)
    return line if line in catalogue.lines(NAME).supported else None


def _main(mains: tuple[str, ...]) -> Found:
    found = [folder for folder in mains if folder in (".", "cmd") or folder.startswith("cmd/")]
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
        f"Say where it is, as in --start ./{mains[0] if mains else 'server'}.",
    )


def _local(manifest: GoMod, vendored: bool) -> list[Found]:
    """Modules that are folders, which only the whole context has; raises ScaffoldError for one out of it."""
    outside = next((f for f in manifest.replaced if f.value.startswith("/") or ".." in f.value.split("/")), None)
    if outside and not vendored:
        raise ScaffoldError(
            f"{outside.source} takes a module from out of the project: {outside.value}.",
            "Bring it in with: go mod vendor",
        )
    return [Found("local", found.source) for found in manifest.replaced[:1]]


def _cgo(manifest: GoMod, sources: Sources) -> Found | None:
    for module, where in manifest.modules.items():
        if any(
            module == known or module.startswith((f"{known}/", f"{known}."))
            for known in (*CGO_MODULES, *native.known(NAME))
        ):
            return Found("cgo", f"{module} ({where})")
    return Found("cgo", f'import "C" ({sources.cgo})') if sources.cgo else None


def _with_cgo(tier: Tier, cgo: Found) -> Tier:
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
    return dataclasses.replace(tier, runtime=language.on_debian(_CC)) if tier.name == "distroless" else tier


def _base(path: str) -> str:
    """The last part of a module's or package's path that is no version: `parcel` of `example.com/parcel/v2`."""
    parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+|\.", part)]
    return parts[-1] if parts else "app"


def _program(name: str) -> str:
    """A file name beside the health check's own."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", name).strip("-.") or "app"
    return "app" if plain == "healthcheck" else plain


def _request(path: str, port: int) -> str:
    return f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n"
