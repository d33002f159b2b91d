"""Writes to stdout and stderr: results, what is told to people, and errors."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from scaffold.errors import ScaffoldError
from scaffold.look import SUMMARY, look, visible

if TYPE_CHECKING:
    from scaffold.look import Look, Rules

LONGEST = 2_000
"""Characters of an error's line: what does not fit may be a file's whole content."""


def write(text: str, err: bool = False) -> None:
    """Writes a text to stdout or stderr, bytes of the user's files that are no UTF-8 as they were."""
    # Who closes a pipe has read enough, as `| head`.
    with contextlib.suppress(BrokenPipeError):
        click.echo(text.encode(errors="surrogateescape"), nl=False, err=err)


def document(value: Mapping[str, Any]) -> None:
    """Writes a result for programs to stdout, as JSON."""
    write(_json(value))


def save(path: str, value: Mapping[str, Any]) -> None:
    """Writes a result for programs to a file, over what it had; raises ScaffoldError where that cannot be."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(_json(value))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ScaffoldError(f"{path!r} cannot be written: {reason}.", "Name a file that can be.") from None


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"


def tell(text: str, rules: Rules, no_colour: bool, err: bool = False) -> None:
    """Writes a text for people, in colour where that is seen."""
    write(at(err, no_colour).shown(text, rules), err)


def at(err: bool, no_colour: bool = False) -> Look:
    """How stderr or stdout is written to."""
    return look(sys.stderr if err else sys.stdout, os.environ, no_colour)


def error(fact: str, remedy: str = "", no_colour: bool = False) -> None:
    """Says on stderr what is wrong, and what to type instead; no file's name in it can steer a terminal."""
    lines = [visible(line, "") for line in (f"error: {fact}", f"  {remedy}") if line.strip()]
    text = "".join(f"{line if len(line) <= LONGEST else line[:LONGEST] + '...'}\n" for line in lines)
    tell(text, SUMMARY, no_colour, err=True)
