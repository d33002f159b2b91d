"""The rule about secrets on the line of a command: given by a flag, exported, or set for it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scaffold.findings import Weakness
from scaffold.hardening import secrets
from scaffold.hardening.words import Command, Word

_CLIENTS = r"docker|podman|nerdctl|buildah|skopeo|helm|oras"
_SHORT = (
    (rf"{_CLIENTS}|az", "-p", r"login"),
    (r"sshpass|mongo(?:sh|dump|restore|import|export)?|twine|useradd|usermod", "-p", ""),
    (r"mysql\w*|mariadb[\w-]*", "-p", ""),
    (r"redis-cli", "-a", ""),
    (r"zip|unzip", "-P", ""),
)
"""Programs, the flag by which each takes a password, and the verb that it has to be behind."""

_SWITCH = re.compile(
    r"--?(?:allow|ask|disabled?|empty|generate|hide|no|prompt|random|require|show|skip|with|without)-.*"
)
"""Flags that are about secrets, and are given none."""

_HEADER = re.compile(r"authorization:\s*\w+\s+\S{8,}", re.IGNORECASE)

_DUMMY = re.compile(r"(?:dummy|fake|placeholder|unused|not-?a-?secret)[\w-]*", re.IGNORECASE)
"""What a build is given that wants a value, and not this one."""


def judged(command: Command, remedy: str) -> Iterator[Weakness]:
    """The secrets that stand on a command's line, each at its word's line; a variable in their place is none."""
    exported = command.words[1:] if command.name in ("export", "declare", "typeset") else ()
    for word in (*command.settings, *exported, *_behind(command, r"--build-arg|--env|-e")):
        name, equals, value = word.text.partition("=")
        if equals and _is_plain(value):
            yield from secrets.variable(name, value, word.line, remedy)
    for flag, value, line in (*_long(command), *_short(command)):
        if _is_plain(value) and not secrets.is_none(value):
            yield Weakness("secret-variable", line, f"{command.name} is given a secret by {flag}.", remedy)


def _is_plain(value: str) -> bool:
    return bool(re.match(r"(?!-|id=)[^$`]*\w[^$`]*$", value)) and not _DUMMY.fullmatch(value)


def _behind(command: Command, flags: str) -> list[Word]:
    return [word for flag, word in pairwise(command.words[1:]) if re.fullmatch(flags, flag.text)]


def _long(command: Command) -> Iterator[tuple[str, str, int]]:
    """Flags whose names are those of secrets, with their values and lines."""
    following = [*command.words[2:], Word("", 0)]
    for word, behind in zip(command.words[1:], following, strict=False):
        found = re.fullmatch(r"(--?[a-zA-Z][\w-]+)(?:=(.*))?", word.text, re.DOTALL)
        if found and not _SWITCH.fullmatch(word.text) and secrets.is_secret(found[1].lstrip("-").replace("-", "_")):
            yield found[1], behind.text if found[2] is None else found[2], word.line
    if command.name in ("curl", "wget"):
        for flag, word in pairwise(command.words[1:]):
            user, colon, password = word.text.partition(":")
            if flag.text in ("-H", "--header") and _HEADER.fullmatch(word.text):
                yield flag.text, word.text, word.line
            if flag.text in ("-u", "--user", "--proxy-user") and user and colon:
                yield flag.text, password, word.line


def _short(command: Command) -> Iterator[tuple[str, str, int]]:
    """The short flags that are known to take passwords: apart from their values, or with them in one word."""
    for programs, flag, verb in _SHORT:
        if not re.fullmatch(programs, command.name) or (verb and verb not in command.texts):
            continue
        for word, behind in zip(command.words[1:], [*command.words[2:], Word("", 0)], strict=False):
            if word.text == flag:
                yield flag, behind.text, word.line
            elif word.text.startswith(flag):
                yield flag, word.text.removeprefix(flag), word.line
