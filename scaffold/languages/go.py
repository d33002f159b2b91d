"""Go modules."""

from __future__ import annotations

import dataclasses
import re
import shlex

from scaffold import command, language, recipes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.languages import bases, go_detect
from scaffold.languages.go_detect import Plan, base
from scaffold.languages.go_sources import joined
from scaffold.model import Image, Recipe, Run, Service, Tier
from scaffold.project import Project

NAME = "go"
TITLE = "Go"
PORT = 8080

_GLIBC = bases.GOLANG
_MUSL = Image("docker.io", "library/golang", "{}-alpine{alpine}", "{version}")
_CC = Image("gcr.io", "distroless/cc-debian{debian_number}", "nonroot")

TIERS = (
    Tier("distroless", _GLIBC, bases.STATIC),
    Tier("slim", _GLIBC, bases.DEBIAN, shell=True, account=True),
    Tier("alpine", _MUSL, bases.ALPINE, shell=True, account=True, musl=True),
    Tier("scratch", _GLIBC, None, carried=True),
)

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
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def detect(project: Project) -> Facts:
    """See `go_detect.detect`."""
    return go_detect.detect(project)


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Go service; raises ScaffoldError when it needs cgo and the tier cannot have it."""
    language.unbuilt(service)
    plan = facts.plan if isinstance(facts.plan, Plan) else Plan()
    package, words = _package(service.start)
    cgo = facts.trait("cgo")
    if cgo:
        tier = _with_cgo(tier, cgo)
    module = max((one for one in plan.modules if one == "." or f"{package}/".startswith(f"./{one}/")), key=len)
    program = _program(base(package if package != f"./{module}" and package != "." else facts.name.value), plan)
    fetched = facts.trait("vendored") or facts.trait("local") or facts.trait("go.work") or plan.flags or plan.before
    recipe = recipes.recipe(
        service,
        tier,
        manifests=facts.manifests,
        install=None if fetched else Run((" ".join((*_in(module, "go mod download"),)),), _CACHES[:1]),
        build=Run((*plan.before, _build(plan, tier, module, package, program), *_laid_out(plan)), _CACHES),
        values={
            "cgo": "1" if cgo else "0",
            "module": "./" if module == "." else f"{module}/",
            **bases.probed(service.health, service.port),
            # Debian's image has no certificate authorities; those of Alpine and distroless come with them.
            "certificates": _CERTIFICATES if tier.name == "slim" else "",
        },
        environment=(),
        system=facts.system,
        packages=("build", "/out"),
        made="/out",
        folder=plan.folder,
        tool_ends=facts.trait("tool") is not None,
        health=("/app/healthcheck",),
        entrypoint=(f"/app/{program}", *words),
        ignored=_ignored(plan, package),
    )
    return dataclasses.replace(recipe, probe=bases.PROBE, prober=tier.builder)


def _package(start: str) -> tuple[str, tuple[str, ...]]:
    """The folder of the package, `.` or `./cmd/server`, and the program's arguments; raises ScaffoldError."""
    parsed = command.parse(start)
    words = parsed.words
    if parsed.shell:
        raise ScaffoldError(
            f"Only a shell understands {parsed.shell!r}, and a Go service is a package and its arguments: {start}",
            "Say it as in --start './cmd/server --verbose'.",
        )
    package = words[0] if words[0] == "." or words[0].startswith("./") else f"./{words[0]}"
    if not re.fullmatch(r"\.(/\w[\w.-]*)*/?", package, re.ASCII) or package.endswith(".go"):
        raise ScaffoldError(f"{words[0]} is not the folder of a Go package.", "Say it as in --start ./cmd/server.")
    return package.rstrip("/"), words[1:]


def _in(module: str, words: str) -> tuple[str, ...]:
    """A command of go in a module's folder."""
    return (words,) if module == "." else (f"{words} -C {module}",)


def _build(plan: Plan, tier: Tier, module: str, package: str, program: str) -> str:
    """The command that builds the program to /out."""
    # Where the runtime has no time zones, the program carries its own (package time/tzdata).
    tags = [*plan.tags, *([] if tier.name == "distroless" else ["timetzdata"])]
    settings = "".join(f" -X {name}={value}" for name, value in plan.settings)
    inner = "." if package == f"./{module}" else joined(".", package.removeprefix("./").removeprefix(f"{module}/"))
    words = [
        "GOWORK=off " if plan.alone else "",
        " ".join(_in(module, "go build")),
        *(f" {flag}" for flag in plan.flags),
        " -trimpath",
        f" -ldflags={shlex.quote(f'-s -w{settings}')}",
        f" -tags={','.join(tags)}" if tags else "",
        f" -o /out/{program} {inner if inner == '.' else f'./{inner}'}",
    ]
    return "".join(words)


def _laid_out(plan: Plan) -> tuple[str, ...]:
    """Commands that put what the program reads where it is started."""
    targets = [(path, joined("/out", path.rpartition("/")[0])) for path in plan.read]
    copied = (
        f"cp -R {path} /out/" if above == "/out" else f"mkdir -p {above} && cp -R {path} {above}/"
        for path, above in targets
    )
    # Many programs end where the file of variables is missing, which enters no image; an empty one says nothing.
    empty = [joined("/out", path) for path in plan.settings_files]
    above = dict.fromkeys(folder for path in empty if (folder := path.rpartition("/")[0]) != "/out")
    made = [f"mkdir -p {' '.join(above)}"] if above else []
    return (*copied, *made, *([f"touch {' '.join(empty)}"] if empty else []))


def _ignored(plan: Plan, package: str) -> tuple[str, ...]:
    """What stays out of the build, but for a folder called bin that the program is made of."""
    inner = (package.removeprefix("./"), *plan.read, *plan.embeds)
    return tuple(one for one in IGNORED if one != "bin" or not any(path.split("/")[0] == "bin" for path in inner))


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


def _program(name: str, plan: Plan) -> str:
    """A file name beside the health check's own, and beside what is copied there."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", name).strip("-.") or "app"
    beside = {"healthcheck", plan.folder, *(path.split("/")[0] for path in plan.read)}
    if plan.folder != ".":
        beside.add(plan.folder.split("/")[0])
    return next(one for one in (plain, "app", "server", f"{plain}-program", "program") if one not in beside)
