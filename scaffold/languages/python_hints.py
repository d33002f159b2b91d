"""The commands by which a Python project says itself how it is started: Procfile, Dockerfile, Makefile and like."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scaffold.facts import Found
from scaffold.languages import python_servers
from scaffold.project import Project

_ENVIRONMENT = re.compile(r"[A-Za-z_]\w*=\S*$")
_PORT = re.compile(r"\$\{?PORT(?::?-(\d+))?\}?|\$\(PORT\)|%PORT%")
_WRAPPERS = (
    "exec",
    "newrelic-admin",
    "run-program",
    "ddtrace-run",
    "opentelemetry-instrument",
    "bin/start-nginx",
    "time",
)
_RUNNERS = {"uv": "run", "poetry": "run", "pipenv": "run", "pdm": "run", "hatch": "run", "rye": "run"}


class Hint(NamedTuple):
    """One command of a project's own: `words` without address and port, run in `folder`; `before` run first."""

    words: tuple[str, ...]
    source: str
    folder: str = "."
    env: tuple[str, ...] = ()
    port: str = ""
    before: tuple[tuple[str, ...], ...] = ()

    @property
    def program(self) -> str:
        """What is started, `uvicorn`; of `python -m uvicorn` too."""
        return python_servers.program(self.words)

    @property
    def target(self) -> str:
        """The app that a server is told, `main:app`, or an empty string."""
        return next((word for word in self.words[1:] if re.fullmatch(r"[\w.]+:[\w.]+(\(.*\))?", word)), "")


def hints(project: Project) -> list[Hint]:
    """The commands for the web, from the surest file on, those that only a shell understands left out."""
    return [hint for found in _written(project) if (hint := parse(found))]


def releases(project: Project) -> Found | None:
    """What the Procfile runs before each release."""
    return next((found for kind, found in procfile(project) if kind == "release"), None)


def procfile(project: Project) -> list[tuple[str, Found]]:
    """The lines of the Procfile, each with the kind of process that it is for."""
    lines = project.glance("Procfile").splitlines()
    found = [(re.match(r"([\w-]+):\s*(\S.*)", line), number) for number, line in enumerate(lines, 1)]
    return [(match[1], Found(match[2].strip(), f"Procfile:{number}")) for match, number in found if match]


def parse(found: Found) -> Hint | None:
    """A command as a hint; None for one that cannot be run without a shell."""
    port = next((match[1] for match in _PORT.finditer(found.value) if match[1]), "")
    text = _PORT.sub("8000", found.value)
    own = "8000" if text != found.value else ""
    if re.search(r"[`|<>]|\$\(|\$\{?\w", re.sub(r"'[^']*'", "", text).replace("2>&1", "")):
        return None
    folder, env, before, last = ".", list[str](), list[tuple[str, ...]](), tuple[str, ...]()
    for part in re.split(r"\s*(?:&&|;)\s*", text):
        try:
            words = shlex.split(part)
        except ValueError:
            return None
        while words and _ENVIRONMENT.match(words[0]):
            env.append(words.pop(0))
        words = _unwrapped(words)
        if words[:1] == ["cd"] and len(words) == 2:
            folder = words[1].strip("/") or "."
        elif words and words[0] not in ("export", "echo", "set"):
            before, last = [*before, last] if last else before, tuple(words)
    if not last:
        return None
    kept, said = python_servers.without_address(last)
    said = "" if own and said == "8000" else said
    return Hint(kept, found.source, folder, tuple(env), port or said, tuple(before))


def _unwrapped(words: list[str]) -> list[str]:
    """The words of the program itself, without what starts it."""
    while words:
        if words[0] in _WRAPPERS:
            words = words[1:]
        elif len(words) > 2 and _RUNNERS.get(words[0]) == words[1]:
            words = [word for word in words[2:] if word not in ("--no-dev", "--frozen", "--no-sync", "--locked", "--")]
        elif words[0].startswith("-") and len(words) > 1:
            words = words[1:]
        else:
            break
    if words and re.fullmatch(r"(\S*/)?(python|gunicorn|uvicorn|flask|streamlit)[\d.]*", words[0]):
        words = [re.sub(r"[\d.]+$", "", words[0].rpartition("/")[2]), *words[1:]]
    return words


def _written(project: Project) -> Iterator[Found]:
    kinds = dict(reversed(procfile(project)))
    if "web" in kinds:
        yield kinds["web"]
    readers: tuple[Callable[[Project], Iterator[Found]], ...] = (_dockerfiles, _platforms, _scripts, _makefile)
    for read in readers:
        yield from read(project)


def _dockerfiles(project: Project) -> Iterator[Found]:
    """CMD and ENTRYPOINT of a Dockerfile of the project's own."""
    for path in ("Dockerfile", "docker/Dockerfile", "Dockerfile.prod", "deploy/Dockerfile"):
        text = project.glance(path)
        if not text or "Written by dockerscaffold" in text[:300]:
            continue
        found: dict[str, Found] = {}
        joined = re.sub(r"\\\n", lambda match: "  ", text)
        for line in joined.splitlines():
            if match := re.match(r"\s*(CMD|ENTRYPOINT)\s+(.+)", line):
                said = _words(match[2])
                number = text[: text.find(match[2][:20])].count("\n") + 1
                found[match[1]] = Found(said, f"{path}:{number}")
        if not found:
            continue
        both = [found[key].value for key in ("ENTRYPOINT", "CMD") if key in found]
        for said in dict.fromkeys([" ".join(both), *reversed(both)]):
            yield Found(said, next(iter(found.values())).source)


def _words(text: str) -> str:
    """The command of an exec form, or of a shell's."""
    if not text.startswith("["):
        return text
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    if words[:2] in (["sh", "-c"], ["/bin/sh", "-c"], ["bash", "-c"], ["/bin/bash", "-c"]):
        return " ".join(words[2:3])
    return " ".join(word if "$" in word else shlex.quote(word) for word in words)


def _platforms(project: Project) -> Iterator[Found]:
    """The start commands that hosts of apps are told."""
    for path, key in (
        ("render.yaml", "startCommand"),
        ("railway.json", "startCommand"),
        ("railway.toml", "startCommand"),
        ("app.yaml", "entrypoint"),
        ("nixpacks.toml", "cmd"),
    ):
        for number, line in enumerate(project.glance(path).splitlines(), 1):
            if match := re.match(rf'\s*(?:- )?"?{key}"?\s*[:=]\s*["\']?(.*?)["\']?,?\s*$', line):
                yield Found(match[1].replace('\\"', '"'), f"{path}:{number}")


def _scripts(project: Project) -> Iterator[Found]:
    """The last server that a script of the project's own starts."""
    for path in ("entrypoint.sh", "docker-entrypoint.sh", "start.sh", "run.sh", "scripts/start.sh", "bin/start"):
        lines = re.sub(r"\\\n", "  ", project.glance(path)).splitlines()
        for number, line in reversed(list(enumerate(lines, 1))):
            if re.match(r"\s*(exec\s+)?(python3?\s+(-m\s+)?)?(gunicorn|uvicorn|hypercorn|daphne|streamlit)\s", line):
                yield Found(line.strip(), f"{path}:{number}")
                break


def _makefile(project: Project) -> Iterator[Found]:
    """The recipe of a target that runs the app."""
    target = ""
    for number, line in enumerate(project.glance("Makefile").splitlines(), 1):
        if match := re.match(r"([\w-]+):(?!=)", line):
            target = match[1]
        elif line.startswith("\t") and target in ("run", "serve", "start", "server", "run-prod", "prod", "web"):
            command = line.strip().lstrip("@-")
            if re.search(r"gunicorn|uvicorn|hypercorn|streamlit|python", command):
                yield Found(command, f"Makefile:{number}")
