"""The values of flags as checked answers, and as services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scaffold.questions import BY_KEY, Given


def answers(values: dict[str, Any]) -> Given:
    """What flags say, as checked answers by key; raises ScaffoldError for what does not fit."""
    found: dict[str, str | tuple[str, ...]] = {}
    for key, question in BY_KEY.items():
        value = values.get(key.replace("-", "_"))
        if value is not None and value != ():
            found[key] = tuple(map(question.check, value)) if question.several else question.check(str(value))
    return found


def services(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The names and directories in values of `--service`; raises ScaffoldError for what is none."""
    from scaffold.errors import ScaffoldError

    found: dict[str, str] = {}
    for name, directory in map(_service, texts):
        if found.setdefault(name, directory) != directory:
            raise ScaffoldError(f"--service gives {name} two directories: {found[name]} and {directory}.", "Give one.")
    return tuple(found.items())


def _service(text: str) -> tuple[str, str]:
    from scaffold import tables
    from scaffold.errors import ScaffoldError

    name, equals, directory = text.partition("=")
    if not equals:
        raise ScaffoldError(f"{text!r} names no directory.", "Write it as --service web=. or --service api=server.")
    # As a shell completes it.
    if directory.strip("/"):
        directory = directory.removeprefix("./").rstrip("/") or "."
    return name, tables.directory(name, directory, "--service")
