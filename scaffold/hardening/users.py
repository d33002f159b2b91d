"""The rule about who a container runs as, where a Dockerfile's USER or a service's user says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.findings import Weakness


def judged(said: str, line: int, remedy: str) -> Iterator[Weakness]:
    """What is weak in a USER, as it is written: a user, and behind a colon that is in no variable a group."""
    user, group = parts(said)
    default = _default(user)
    if is_root(default):
        fact = f"The app runs as {user}." if default == user else f"The app runs as root where {user} is not given."
        yield Weakness("root-user", line, fact, remedy)
    elif "$" in user:
        fact = f"Who the app runs as, {user}, is decided at build time."
        yield Weakness("root-user", line, fact, remedy, "warning")
    elif is_root(_default(group)):
        yield Weakness("root-user", line, f"The app runs with group {group}.", remedy, "note")


def parts(said: str) -> tuple[str, str]:
    """The user and the group, the latter empty without one; colons within `${}` part nothing."""
    found = re.match(r"((?:\$\{[^{}]*\}|[^:])*):?(.*)", said.strip().strip("\"'"), re.DOTALL)
    return (found[1], found[2]) if found else (said, "")


def is_root(name: str) -> bool:
    """Whether a user or a group is root, by name or by number."""
    return name == "root" or bool(re.fullmatch("0+", name))


def _default(name: str) -> str:
    """What a name is when no variable is given; as it is without a default."""
    return re.sub(r"\$\{\w+:?-([^{}]*)\}", r"\1", name)
