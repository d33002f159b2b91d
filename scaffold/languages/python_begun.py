"""What a Python program's start comes to, before the rest of its answers is sought."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.facts import Found
from scaffold.languages.python_source import Module


@dataclass(frozen=True, eq=False)
class Begun:
    """How a program is started, and what follows from how it is.

    `start` has no address and port. `first` is the module that is imported first, `app` the full name of the app
    object in it. `own` says that the program listens itself, on `port` or on no known one. `kind` is `server`,
    `worker` or `tool`. `folder` is where it is started, `env` are variables with their values.
    """

    start: Found
    first: Module | None = None
    app: str = ""
    kind: str = "server"
    own: bool = False
    port: Found | None = None
    health: Found | None = None
    build: Found | None = None
    env: tuple[str, ...] = ()
    folder: str = "."
    modules: tuple[Module, ...] = ()
    """What else than `first` with all that it imports is looked through."""
    traits: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    needs: tuple[Found, ...] = ()
    quiet: bool = False
    """Whether an HTTP path would not answer the health check, whatever the source shows."""
