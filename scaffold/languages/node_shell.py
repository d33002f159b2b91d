"""A line of a shell as the commands in it: operators and redirections are seen through, none is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

PORT = "3000"
"""What `$PORT` is in a script that gives it no value (the image sets PORT to it, unless another port is found)."""

DEEPEST = 8
"""How many scripts call one another at most: more is a ring."""

MOST = 200
"""How many manifests of a workspace are read for a name, and how many commands a script may come to."""


@dataclass(frozen=True)
class Depth:
    """How far scripts that call one another have been followed; `followed` is one count for all of them."""

    level: int = 0
    followed: list[int] = field(default_factory=lambda: [0])

    def below(self) -> Depth:
        """The next level."""
        self.followed[0] += 1
        return Depth(self.level + 1, self.followed)

    @property
    def ends(self) -> bool:
        """Whether it is to go no further."""
        return self.level > DEEPEST or self.followed[0] > MOST


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command of a line, without redirections and what comes after `||` and `|`."""
    lexer = shlex.shlex(_valued(text), posix=True, punctuation_chars="&;|()<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        tokens = list(lexer)
    except ValueError:
        return
    words: list[str] = []
    skipped = redirected = False
    for token in [*tokens, ";"]:
        if token and set(token) <= set("&;|()"):
            if words and not skipped:
                yield words
            # `a && b || c`: c is for when something failed.
            skipped = token in ("||", "|") if token in ("&&", "||", "|") and not (skipped and token == "&&") else False
            words = []
        elif token and set(token) <= set("<>&"):
            redirected = True
            words = words[:-1] if words and words[-1] in ("1", "2") else words
        elif redirected:
            redirected = False
        else:
            words.append(token)


def _valued(text: str) -> str:
    """The text with a value for each variable that says one (`${PORT:=9000}`), and for PORT."""
    given = re.sub(r"\$\{\w+:?[-=]([^}$`]*)\}", r"\1", text)
    return re.sub(r"\$PORT\b|\$\{PORT\}", PORT, given)
