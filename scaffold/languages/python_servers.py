"""The servers of Python's web frameworks: what each is for, which flags say address and port, and how it is added."""

from __future__ import annotations

import re
from typing import NamedTuple

from scaffold.facts import Found
from scaffold.languages import python_known


class Flag(NamedTuple):
    """A flag that a server is given: `given` is a pattern of the words that say the same, with `{port}` in `words`."""

    given: str
    words: tuple[str, ...]


def _flag(given: str, *words: str) -> Flag:
    return Flag(given, words)


SERVERS: dict[str, tuple[Flag, ...]] = {
    "uvicorn": (_flag(r"--host\b", "--host", "0.0.0.0"), _flag(r"--port\b", "--port", "{port}")),
    "gunicorn": (
        _flag(r"--bind\b|-b", "--bind", "0.0.0.0:{port}"),
        # Gunicorn's workers touch a file to show that they live; that must not wait for a disk.
        _flag(r"--worker-tmp-dir\b", "--worker-tmp-dir", "/dev/shm"),
    ),
    "hypercorn": (_flag(r"--bind\b|-b", "--bind", "0.0.0.0:{port}"),),
    "daphne": (_flag(r"--bind\b|-b", "-b", "0.0.0.0"), _flag(r"--port\b|-p", "-p", "{port}")),
    "granian": (_flag(r"--host\b", "--host", "0.0.0.0"), _flag(r"--port\b", "--port", "{port}")),
    "waitress-serve": (_flag(r"--(listen|port)\b", "--listen=0.0.0.0:{port}"),),
    "sanic": (
        _flag(r"--host\b|-H", "--host=0.0.0.0"),
        _flag(r"--port\b|-p", "--port={port}"),
        _flag(r"--single-process\b|--workers|-w|--fast", "--single-process"),
    ),
    "streamlit": (
        _flag(r"--server\.address\b", "--server.address=0.0.0.0"),
        _flag(r"--server\.port\b", "--server.port={port}"),
        _flag(r"--server\.headless\b", "--server.headless=true"),
        _flag(r"--server\.fileWatcherType\b", "--server.fileWatcherType=none"),
        _flag(r"--browser\.gatherUsageStats\b", "--browser.gatherUsageStats=false"),
    ),
    "panel": (
        _flag(r"--address\b", "--address", "0.0.0.0"),
        _flag(r"--port\b", "--port", "{port}"),
        _flag(r"--allow-websocket-origin\b", "--allow-websocket-origin=*"),
    ),
    "chainlit": (
        _flag(r"--host\b", "--host", "0.0.0.0"),
        _flag(r"--port\b", "--port", "{port}"),
        _flag(r"--headless\b|-h", "--headless"),
    ),
    "jupyter-lab": (_flag(r"--ip\b", "--ip=0.0.0.0"), _flag(r"--port\b", "--port={port}")),
    "fastapi": (_flag(r"--host\b", "--host", "0.0.0.0"), _flag(r"--port\b", "--port", "{port}")),
    "datasette": (_flag(r"--host\b|-h", "--host", "0.0.0.0"), _flag(r"--port\b|-p", "--port", "{port}")),
    "mlflow": (_flag(r"--host\b|-h", "--host", "0.0.0.0"), _flag(r"--port\b|-p", "--port", "{port}")),
}
"""The servers that are told address and port by flags, by the name of their program."""

PORTS = {"streamlit": 8501, "panel": 5006}
"""Where they listen by custom, other than on Python's 8000."""

ADDED = {
    "gunicorn": "gunicorn",
    "uvicorn": "uvicorn",
    "hypercorn": "hypercorn",
    "daphne": "daphne",
    "waitress-serve": "waitress",
}
"""The servers that are added to a project without one, with their packages."""

_ADDRESS = re.compile(r"--?(host|bind|port|b|p|H|reload|debug|listen|workers=auto|server\.(?:port|address))(=.*)?$")
_BARE = ("--reload", "--debug")


def program(words: tuple[str, ...]) -> str:
    """The program of a command; of `python -m uvicorn` the module."""
    if words[0] in ("python", "python3") and words[1:2] == ("-m",) and len(words) > 2:
        return words[2]
    return words[0]


def served(words: tuple[str, ...], port: int, venv: str) -> tuple[str, ...]:
    """The words with the address and port that the known servers take as flags, run from the venv at `venv`."""
    first = "python" if words[0] == "python3" else words[0]
    rest = words[1:]
    flags = SERVERS.get(program(words), ())
    extra = [flag.words for flag in flags if not any(re.match(flag.given, word) for word in rest)]
    path = first if "/" in first else f"{venv}/bin/{first}"
    told = tuple(word.replace("{port}", str(port)) for flag in extra for word in flag)
    # Waitress takes no flag behind the app (its runner reads them by getopt).
    return (path, *told, *rest) if first == "waitress-serve" else (path, *rest, *told)


def without_address(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """A server's words without where it listens and its reloader, and the port that they said, or an empty text."""
    kept, port, waiting = list[str](), "", False
    for word in words:
        if waiting:
            port, waiting = _number(word) or port, False
            continue
        short = re.match(r"-b(?=[\w.:\[])", word)
        match = _ADDRESS.match(word)
        if short or (match and kept):
            if short or (match and match[2]):
                port = _number(word.partition("=")[2] or word) or port
            else:
                waiting = word not in _BARE
            continue
        kept.append(word)
    return tuple(kept), port


def _number(text: str) -> str:
    found = re.search(r"(?:^|:|=)(\d{2,5})$", text)
    return found[1] if found else ""


def added(server: str, names: frozenset[str], source: str) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The trait and the note of a server that the packages lack, none of one that they have.

    `names` are the normalised names of the packages that are installed, `source` is what needs the server.
    """
    package = ADDED.get(server)
    if not package or package in names:
        return (), ()
    trait = python_known.added(package)
    version = trait.rpartition("==")[2]
    return (
        (Found(trait, source),),
        (f"{package} {version} is added, since no server for {source} is among the packages.",),
    )


def chain(start: str) -> tuple[tuple[str, ...], ...]:
    """The commands of `A && B`, when all but that is plain; none for a single one, or one for a shell."""
    from scaffold import command
    from scaffold.errors import ScaffoldError

    parts = re.split(r"\s+&&\s+", start.strip())
    if len(parts) < 2:
        return ()
    try:
        parsed = [command.parse(part) for part in parts]
    except ScaffoldError:
        return ()
    return () if any(one.shell for one in parsed) else tuple(one.words for one in parsed)


def entrypoint(commands: tuple[tuple[str, ...], ...], port: int, venv: str) -> tuple[str, ...]:
    """An entry point that runs the commands one after the other without a shell, and becomes the last."""
    if len(commands) == 1:
        return served(commands[0], port, venv)
    *before, last = (list(served(words, port, venv)) for words in commands)
    runs = "".join(f"subprocess.run({words}, check=True); " for words in before)
    return (f"{venv}/bin/python", "-c", f"import os, subprocess; {runs}os.execv({last[0]!r}, {last})")
