"""Reads what a user says outside of flags: variables of the environment, an answers file, and their own file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold import folders, tables
from scaffold.errors import ScaffoldError
from scaffold.layers import ENVIRONMENT, Layer
from scaffold.questions import PREFIX, QUESTIONS
from scaffold.tables import Table
from scaffold.values import nearest

FILE = "config.toml"
LARGEST = 1_000_000
"""Bytes of an answers file."""

_REMEDY = "Correct it, or move it away."


def from_environment(environment: Mapping[str, str]) -> Layer:
    """The answers in `DOCKERSCAFFOLD_TIER` and such; an empty variable is none.

    Several values have commas or spaces between them. Raises ScaffoldError for a value that does not fit, and for a
    variable of that form that answers no question.
    """
    known = [question.variable for question in QUESTIONS]
    for name in environment:
        if name.startswith(PREFIX) and name not in (*known, f"{PREFIX}DEBUG"):
            raise nearest(name, known, "variable of dockerscaffold", PREFIX)
    found: dict[str, str | tuple[str, ...]] = {}
    for question in QUESTIONS:
        text = environment.get(question.variable, "").strip()
        try:
            values = question.words(text) if question.several else [text]
            if not any(values):
                continue
            checked = tuple(map(question.check, values))
        except ScaffoldError as error:
            raise ScaffoldError(f"{question.variable}: {error.fact}", error.remedy) from None
        found[question.key] = checked if question.several else checked[0]
    return Layer(ENVIRONMENT, found)


def from_user() -> Layer:
    """The answers in the user's own file, to the questions that are `personal`; none without a file.

    Raises ScaffoldError for a bad one.
    """
    folder = folders.config()
    path = folder / FILE if folder else None
    # Also where its folder may not be looked into, as that of another user's home.
    if not path or not os.path.exists(path):
        return Layer("", {})
    known = [question.key for question in QUESTIONS if question.personal]
    source = folders.shown(path)
    return Layer(source, tables.checked(_toml(_text(path, source), source), known, source))


def from_answers(name: str) -> Table:
    """The answers in a file of this name, `-` for standard input: TOML, or JSON when it begins with a brace.

    Raises ScaffoldError for one that cannot be read, and what `tables.read` raises.
    """
    source = "standard input" if name == "-" else name if name.isprintable() else repr(name)
    text = _piped() if name == "-" else _text(Path(name), source)
    return tables.read(_json(text, source) if text.lstrip().startswith("{") else _toml(text, source), source)


def _piped() -> str:
    if sys.stdin is None or sys.stdin.closed:
        raise ScaffoldError("Standard input is closed, and the answers were to come from there.", "Name a file.")
    try:
        return _decoded(sys.stdin.buffer.read(LARGEST + 1), "standard input")
    except OSError as error:
        raise _unreadable("standard input", error) from None


def _text(path: Path, source: str) -> str:
    try:
        with open(path, "rb") as file:
            return _decoded(file.read(LARGEST + 1), source)
    except FileNotFoundError:
        raise ScaffoldError(f"{source} is not there.", "Name another file.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from None


def _unreadable(source: str, error: Exception) -> ScaffoldError:
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ScaffoldError(f"{source} cannot be read ({told.lower()}).", _REMEDY)


def _decoded(content: bytes, source: str) -> str:
    if len(content) > LARGEST:
        raise ScaffoldError(f"{source} has more than {LARGEST} bytes.", "Name a file of answers.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ScaffoldError(f"{source} is not UTF-8.", _REMEDY) from None


def _toml(text: str, source: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ScaffoldError(f"{source} is not TOML: {error}.", _REMEDY) from None


def _json(text: str, source: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScaffoldError(f"{source} is not JSON: {error}.", _REMEDY) from None
    return content if isinstance(content, dict) else {}
