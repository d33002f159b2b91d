"""The shape of a finding of `check`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from scaffold.rules import LEVELS, RULES

LONGEST = 300


@dataclass(frozen=True)
class Finding:
    """What is wrong at one place.

    `rule` is the id of its rule, `path` relative to the project. `line` counts from 1: of what is weak, or where what
    is missing belongs (its service's line, the last stage's); 0 when it is about no line. `fact` is one sentence with
    the value, `remedy` what to write. `control` is the rule's unless one fits better, `level` one of LEVELS.
    `settled_by_update` is whether `dockerscaffold update` alone is known to settle it.
    """

    rule: str
    path: str
    line: int
    fact: str
    remedy: str
    control: str
    level: str
    settled_by_update: bool = False


class Weakness(NamedTuple):
    """A finding before it is known whose file it is in; `level` and `control` are its rule's where they are empty."""

    rule: str
    line: int
    fact: str
    remedy: str
    level: str = ""
    control: str = ""
    settled: bool = False
    """Whether an update alone settles it."""


def finding(path: str, weakness: Weakness, lower: bool = False) -> Finding:
    """The finding in a file; `lower` takes its level one step down, for what is the user's own.

    A fact quotes the file: logins in addresses are left out of it, signs that no terminal should get are escaped, and
    it is cut where it is longer than LONGEST.
    """
    rule = RULES[weakness.rule]
    level = LEVELS[min(LEVELS.index(weakness.level or rule.level) + lower, 2)]
    fact = re.sub(r"://[^/@\s]*@", "://...@", weakness.fact)
    fact = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in fact)
    fact = fact if len(fact) <= LONGEST else f"{fact[: LONGEST - 3]}..."
    control = weakness.control or rule.control
    return Finding(rule.id, path, weakness.line, fact, weakness.remedy, control, level, weakness.settled)
