"""Python projects installed by pip from requirements.txt, or by uv from uv.lock."""

from __future__ import annotations

import re

from scaffold import language, native, ranges, recipes
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Range
from scaffold.languages import python_app, python_packages
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

_VENV = "/opt/venv"
_COMPILE = "python -m compileall -q /app || echo 'What does not compile is left as it is.'"


def detect(project: Project) -> Facts:
    """What requirements.txt or pyproject.toml with uv.lock, .python-version and the sources say.

    Without a manifest: requirements.txt, and app.py under gunicorn.
    """
    if not any(project.shows(name) for name in MANIFESTS[NAME]):
        return _fresh(project)
    packages = python_packages.read(project)
    manifest = project.toml("pyproject.toml") or {}
    table = manifest.get("project")
    table = table if isinstance(table, dict) else {}
    wanted = _wanted(project, table.get("requires-python"))
    answers, unknown = language.sought(
        packages=lambda: Found(packages.installer, packages.source),
        version=lambda: _version(project, wanted),
        start=lambda: python_app.start(project, packages),
    )
    name = table.get("name")
    facts = Facts(
        language=Found(NAME, packages.source),
        name=Found(name, "pyproject.toml project.name") if name and isinstance(name, str) else project.name(),
        answers=answers,
        unknown=unknown,
        manifests=packages.manifests,
        traits=packages.traits,
        notes=packages.notes,
        wanted=wanted,
    )
    return native.with_system(facts, NAME, packages.installed)


def decide(service: Service, facts: Facts, tier: Tier) -> Recipe:
    """The recipe of a Python service; raises ScaffoldError for a package that has no musl wheel on alpine."""
    language.unbuilt(service)
    start = language.start(service, tier)
    if tier.musl and (wheel := facts.trait("glibc-only")):
        raise ScaffoldError(
            f"alpine has musl, and {wheel.source} has no wheel for it.", "Say --tier slim or --tier distroless."
        )
    line = language.line_of(NAME, service.version) or service.version
    local, program = _LOCAL.replace("{line}", line), tier.program.replace("{line}", line)
    links = [] if program == local else [f"ln -s {local} {program}"]
    uv = service.packages == "uv"
    hashes = " --require-hashes" if facts.trait("hashes") else ""
    pip = f"python -m pip --python {_VENV}/bin/python install --no-cache-dir{hashes} --requirement requirements.txt"
    return recipes.recipe(
        service,
        tier,
        tool=UV if uv else None,
        # COPY would put a file of a folder beside the others; where it is mounted, -r finds it.
        manifests=tuple(file for file in facts.manifests if "/" not in file),
        install=Run(
            (*links, "uv sync --locked --no-dev --no-install-project"),
            ("type=bind,from=uv,source=/uv,target=/usr/local/bin/uv", "type=cache,target=/root/.cache/uv"),
        )
        if uv
        else Run((*links, f"{program} -m venv --without-pip {_VENV}", pip), _mounts(facts.manifests)),
        # The official images come without bytecode, and nothing could keep it in a file system that is read-only.
        prepare=(f"python -m compileall -q /usr/local/lib/python{line}",),
        # A line's number stands in paths.
        held=("version-update:semver-major", "version-update:semver-minor"),
        build=Run((_COMPILE, "chmod -R u=rwX,go=rX .")),
        values={
            "interpreter": local,
            "library": f"/usr/local/lib/python{line}",
            "uv_python": program if uv else "",
        },
        system=facts.system,
        packages=("dependencies", _VENV),
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
        entrypoint=language.shelled(service) if start.shell else _served(start.words, service.port),
        ignored=IGNORED,
        folder=facts.folder,
        tool_ends=facts.trait("tool") is not None,
    )


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


def _wanted(project: Project, requires: object) -> Range | None:
    if patch := language.least(NAME, "pep440", project, ".python-version"):
        return patch
    if not isinstance(requires, str) or not requires.strip():
        return None
    return Range("pep440", requires, "pyproject.toml requires-python")


def _version(project: Project, wanted: Range | None) -> Found | None:
    if written := project.line(".python-version"):
        return language.wish(NAME, written, language.line_of(NAME, written.value))
    if not wanted:
        return None
    line = language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    return language.wish(NAME, Found(wanted.text, wanted.source), line)


def _mounts(manifests: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"type=bind,source={file},target={file}" for file in manifests if "/" in file)


def _served(words: tuple[str, ...], port: int) -> tuple[str, ...]:
    """The words with the address and port that the known servers take as flags."""
    program, rest = words[0], words[1:]
    if program in ("python", "python3"):
        program = "python"
        server = rest[1] if rest[:1] == ("-m",) and len(rest) > 1 else ""
    else:
        server = program
    flags = {
        "uvicorn": ((r"--host\b", "--host", "0.0.0.0"), (r"--port\b", "--port", str(port))),
        "gunicorn": (
            (r"--bind\b|-b", "--bind", f"0.0.0.0:{port}"),
            # Gunicorn's workers touch a file to show that they live; that must not wait for a disk.
            (r"--worker-tmp-dir\b", "--worker-tmp-dir", "/dev/shm"),
        ),
    }.get(server, ())
    extra = [flag for given, *flag in flags if not any(re.match(given, word) for word in rest)]
    path = program if "/" in program else f"{_VENV}/bin/{program}"
    return (path, *rest, *(word for flag in extra for word in flag))


def _probe(health: str, port: int) -> str:
    if health == "tcp":
        return f"import socket; socket.create_connection(('127.0.0.1', {port}), 4).close()"
    return (
        f"from http.client import *; c = HTTPConnection('127.0.0.1', {port}); "
        f"c.request('GET', '{health}'); raise SystemExit(c.getresponse().status > 299)"
    )
