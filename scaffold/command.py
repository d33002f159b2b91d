"""Start commands: what may be run, and whether it takes a shell."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from scaffold.errors import ScaffoldError


class Command(NamedTuple):
    """A command as `words`; `shell` is what in it only a shell understands, or empty."""

    words: tuple[str, ...]
    shell: str = ""


BUILTINS = ("cd", "eval", "exec", "export", "set", "source", "ulimit", "umask")
"""What is no program, but a word of the shell (POSIX, "Special Built-In Utilities", and `cd`, `source`, `umask`)."""


def parse(text: str, what: str = "The start command") -> Command:
    """Splits a command as a POSIX shell would.

    Raises ScaffoldError for one that is empty, has a control character, begins with a dash, has an open quote, or
    has a word with quotes, `$`, a back-tick or a backslash in it, which no file that is to be started should have.
    """
    if not text.strip():
        raise ScaffoldError(f"{what} is empty.", "Say what to run, as in --start 'node server.js'.")
    _printable(text, what)
    if text.strip().startswith("-"):
        raise ScaffoldError(f"{what} begins with a dash: {text}.", "Begin with the program, as in 'node server.js'.")
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise ScaffoldError(f"{what} cannot be read: {error} in {text}.", "Close the quote.") from None
    if not words[0]:
        raise ScaffoldError(f"{what} begins with an empty word: {text}.", "Begin with the program.")
    if sign := shell_sign(text):
        return Command(words, sign)
    for word in words:
        plain(word, what)
    return Command(words)


def step(text: str, what: str) -> str:
    """A command of a shell, when others can stand behind it on its line.

    Raises ScaffoldError for one with a control character, an open quote, or a comment, which would hide the others.
    """
    if not text.isprintable():
        raise ScaffoldError(f"{what} has a control character in it: {text!r}.", "Write it on one line.")
    try:
        shlex.split(text)
    except ValueError as error:
        raise ScaffoldError(f"{what} cannot be read: {error} in {text}.", "Close the quote.") from None
    if re.search(r"(?<!\S)#", re.sub(r"'[^']*'|\"(\\.|[^\"])*\"|\\.", "x", text)):
        raise ScaffoldError(f"{what} has a comment in it: {text}.", "Leave the comment out.")
    return text


def shell_sign(text: str) -> str:
    """The first thing in a command that only a shell understands (`&&`, `$PORT`, `PORT=1`), or an empty string."""
    if special := re.match(rf"\s*([A-Za-z_]\w*=\S*|{'|'.join(BUILTINS)})\s", text):
        return special[1]
    bare = re.sub(r"'[^']*'", "", text)
    if inside := re.search(r'"[^"]*?([$`][\w{(]*)', bare):
        return inside[1]
    bare = re.sub(r'"[^"]*"', "", bare)
    found = re.search(r"&&|\|\||\$[\w{(]*\}?|[|&;<>()`*?\[\]{}]|(?<!\S)[~#]", bare)
    return found[0] if found else ""


def plain(word: str, what: str) -> str:
    """The word, when it can stand in a container file unquoted by any reader of it; else raises ScaffoldError."""
    _printable(word, what)
    if odd := re.search(r"[\"'$`\\]", word):
        raise ScaffoldError(
            f"{what} has {odd[0]!r} in {word!r}, which shells, Compose and Dockerfiles read in different ways.",
            "Rename the file without it.",
        )
    return word


def _printable(text: str, what: str) -> None:
    """Raises ScaffoldError for control and format characters, line separators and halves of surrogate pairs."""
    if unprintable := next((sign for sign in text if not sign.isprintable()), None):
        raise ScaffoldError(f"{what} has a control character in it: {unprintable!r}.", "Rename the file without it.")
