"""Python projects: what their files say, and the recipe that installs and starts them."""

from __future__ import annotations

from scaffold import command, language, native, recipes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.languages import (
    frontends,
    python_app,
    python_install,
    python_native,
    python_packages,
    python_servers,
    python_versions,
)
from scaffold.languages.python_names import table
from scaffold.model import Image, Recipe, Run, Service, Tier
from scaffold.project import Project
from scaffold.questions import MANIFESTS

NAME = "python"
TITLE = "Python"
PORT = 8000

_SLIM = Image("docker.io", "library/python", "{}-slim-{debian}", "{version}")
_ALPINE = Image("docker.io", "library/python", "{}-alpine{alpine}", "{version}")
_DISTROLESS = Image("gcr.io", "distroless/python3-debian{debian_number}", "nonroot")
_CC = Image("gcr.io", "distroless/cc-debian{debian_number}", "nonroot")
UV = Image("ghcr.io", "astral-sh/uv", "{}")
_LOCAL = "/usr/local/bin/python{line}"

TIERS = (
    # The distroless image has Debian's Python and no other (its python3/config.bzl).
    Tier("distroless", _SLIM, _DISTROLESS, program="/usr/bin/python3.13", lines=("3.13",)),
    Tier("distroless", _SLIM, _CC, program=_LOCAL, carried=True),
    Tier("slim", _SLIM, _SLIM, program=_LOCAL, shell=True, account=True),
    Tier("alpine", _ALPINE, _ALPINE, program=_LOCAL, shell=True, account=True, musl=True),
    Tier("scratch", _SLIM, None, program=_LOCAL, carried=True),
)

IGNORED = (
    "**/__pycache__",
    "**/*.py[cod]",
    "**/*.egg-info",
    "**/.coverage*",
    "**/.mypy_cache",
    "**/.pytest_cache",
    "**/.ruff_cache",
    "**/.tox",
    "**/.venv",
    "**/venv",
    "htmlcov",
    "secrets",
    "test",
    "tests",
)

_VENV = python_install.VENV
# In brackets, as it stands behind a build command, whose failure is to stop the build.
_COMPILE = "(python -m compileall -q /app || echo 'What does not compile is left as it is.')"


def detect(project: Project) -> Facts:
    """What locks, requirements and manifests, .python-version and the like, and the sources say.

    Without a manifest: requirements.txt, and app.py under gunicorn.
    """
    if not any(project.shows(name) for name in MANIFESTS[NAME]):
        return _fresh(project)
    manifest = project.toml("pyproject.toml") or {}
    packages = python_packages.read(project, manifest)
    choice = python_versions.Choice(None)

    def version() -> Found | None:
        nonlocal choice
        choice = python_versions.choose(project, manifest, packages.pins, packages.source)
        return choice.version

    answers, unknown = language.sought(
        packages=lambda: packages.answer,
        version=version,
    )
    reading = python_app.read(project, packages)
    editable = packages.installer == "pip" and not any(trait.value == "hashes" for trait in packages.traits)
    traits, notes = choice.settled(editable)
    name = table(manifest, "project").get("name") or table(manifest, "tool", "poetry").get("name")
    facts = Facts(
        language=Found(NAME, packages.source),
        name=Found(name, "pyproject.toml project.name") if name and isinstance(name, str) else project.name(),
        answers={**answers, **reading.answers},
        unknown={**unknown, **reading.unknown},
        manifests=packages.manifests,
        traits=(*packages.traits, *traits, *reading.traits),
        notes=(*packages.notes, *notes, *reading.notes),
        wanted=python_versions.wanted(project, manifest),
        needs=reading.needs,
        folder=reading.folder,
        frontend=frontends.served(project) if "start" in reading.answers else None,
    )
    return native.with_system(facts, NAME, python_native.installed(packages, traits))


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Python service; raises ScaffoldError for a package that has no musl wheel on alpine."""
    chain = python_servers.chain(service.start)
    start = command.Command(chain[-1]) if chain else language.start(service, tier)
    if tier.musl and (wheel := facts.trait("glibc-only")):
        raise ScaffoldError(
            f"alpine has musl, and {wheel.source} has no wheel for it.", "Say --tier slim or --tier distroless."
        )
    line = language.line_of(NAME, service.version) or service.version
    local, program = _LOCAL.replace("{line}", line), tier.program.replace("{line}", line)
    links = () if program == local else (f"ln -s {local} {program}",)
    uv = service.packages == "uv"
    steps = python_install.steps(service.packages, facts, tier, line, links)
    return recipes.recipe(
        service,
        tier,
        tool=UV if uv else None,
        installer=steps.installer,
        manifests=steps.manifests,
        install=steps.install,
        develop=steps.develop,
        # The official images come without bytecode, and nothing could keep it in a file system that is read-only.
        prepare=(f"python -m compileall -q /usr/local/lib/python{line}",),
        # A line's number stands in paths.
        held=("version-update:semver-major", "version-update:semver-minor"),
        build=_build(service.build, steps, links),
        values={
            "interpreter": local,
            "library": f"/usr/local/lib/python{line}",
            "uv_python": program if uv else "",
            # The stage that has the packages in the end; the build stage begins with those of the other.
            "packages": steps.stage,
            "packages_before": "dependencies" if steps.install and steps.develop else "",
        },
        system=facts.system,
        packages=(steps.stage, _VENV),
        # The C library loads this one by name when a thread ends (glibc, pthread_exit); nothing is linked to it.
        loaded=() if tier.runtime else ("/usr/lib/*-linux-gnu/libgcc_s.so.1",),
        environment=(
            ("PATH", f"{_VENV}/bin:/usr/local/bin:/usr/bin:/bin"),
            ("PYTHONDONTWRITEBYTECODE", "1"),
            ("PYTHONUNBUFFERED", "1"),
            # Where gunicorn puts the socket of its control server.
            *([("XDG_RUNTIME_DIR", "/tmp")] if "gunicorn" in start.words else []),
            # Debian's OpenSSL looks in /usr/lib/ssl, which a carried interpreter leaves behind.
            *([("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")] if tier.carried else []),
        ),
        health=(f"{_VENV}/bin/python", "-c", _probe(service.health, service.port)),
        entrypoint=language.shelled(service)
        if start.shell
        else python_servers.entrypoint(chain or (start.words,), service.port, _VENV),
        ignored=IGNORED,
        folder=facts.folder,
        tool_ends=facts.trait("tool") is not None,
    )


def _build(build: str, steps: python_install.Steps, links: tuple[str, ...]) -> Run:
    """The build stage's last commands; a build command has the packages, and their programs on its PATH."""
    last = (_COMPILE, "chmod -R u=rwX,go=rX .")
    if not build:
        return Run(last)
    told = (f"export PATH={_VENV}/bin:$PATH", f"({build})", *last)
    if steps.develop:
        return Run(told)
    return Run((*links, *told), (f"type=bind,from=dependencies,source={_VENV},target={_VENV}",))


def _fresh(project: Project) -> Facts:
    by_custom = "pip's and gunicorn's convention"
    return Facts(
        language=Found(NAME, "--language"),
        name=project.name(),
        answers={"packages": Found("pip", by_custom), "start": Found("gunicorn app:app", by_custom)},
        unknown={},
        manifests=("requirements.txt",),
        missing=(
            "requirements.txt: gunicorn and what the app needs, each with its version",
            "app.py: a WSGI application named app",
        ),
    )


def _probe(health: str, port: int) -> str:
    if health == "tcp":
        return f"import socket; socket.create_connection(('127.0.0.1', {port}), 4).close()"
    return (
        f"from http.client import *; c = HTTPConnection('127.0.0.1', {port}); "
        f"c.request('GET', '{health}'); raise SystemExit(c.getresponse().status > 299)"
    )
