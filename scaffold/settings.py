"""Reads what a user has settled for all projects: variables of the environment, and a file of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scaffold import folders, state
from scaffold.errors import ScaffoldError
from scaffold.questions import QUESTIONS, Given

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "DOCKERSCAFFOLD_"
FILE = "config.toml"
_REMEDY = "Correct it, or move it away."


def from_environment(environment: Mapping[str, str]) -> Given:
    """The answers about whole projects in `DOCKERSCAFFOLD_REGISTRY_MIRROR` and such; an empty variable is none.

    Several values have commas or spaces between them. Raises ScaffoldError for a value that does not fit.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for question in QUESTIONS:
        name = PREFIX + question.key.upper().replace("-", "_")
        text = environment.get(name, "").strip()
        values = [part for part in re.split(r"[\s,]+", text) if part] if question.several else [text]
        if not question.whole or not any(values):
            continue
        try:
            checked = tuple(map(question.check, values))
        except ScaffoldError as error:
            raise ScaffoldError(f"{name}: {error.fact}", error.remedy) from None
        found[question.key] = checked if question.several else checked[0]
    return found


def from_file(path: Path) -> Given:
    """The answers about whole projects in the user's file; none without one. Raises ScaffoldError for a bad one."""
    # Also where its folder may not be looked into, as that of another user's home.
    if not os.path.exists(path):
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ScaffoldError(f"{path} cannot be read ({str(told).lower()}).", _REMEDY) from None
    import tomllib

    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScaffoldError(f"{path} is not TOML: {error}.", _REMEDY) from None
    return state.checked(content, str(path), whole=True)


def layers() -> tuple[Given, Given]:
    """The answers of the environment and of the user's file, which stand before and behind the saved ones."""
    folder = folders.config()
    return from_environment(os.environ), from_file(folder / FILE) if folder else {}
