"""Rules about a .dockerignore: what ours keeps out of the build, and somebody's lets in.

Patterns mean what they mean to Docker (github.com/moby/patternmatcher): `*` is part of one name, `**` any folders, a
folder's pattern holds for all in it, and of all that match the last one decides.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.findings import Weakness
from scaffold.hardening import secrets

HEADINGS = ("# Secrets", "# What a database left behind")
"""Above the paragraphs of ours that keep secrets out."""

HISTORY = "**/.git"
"""Beside these: a repository's history has all that was ever in it."""

REMEDY = "Put it back, behind all exceptions."


class Pattern(NamedTuple):
    """A line of a .dockerignore: `lets` marks an exception, `!`; `matches` is its regular expression."""

    text: str
    line: int
    lets: bool
    matches: re.Pattern[str]


def judged(text: str, ours: str) -> Iterator[Weakness]:
    """What of the secrets that `ours` keeps out a .dockerignore lets in, and by which line; one weakness for a line."""
    patterns = _patterns(text)
    gone: dict[int, list[str]] = {}
    let_in: dict[Pattern, list[str]] = {}
    for wanted in _secret(ours):
        for last in (_last(patterns, sample) for sample in _samples(wanted)):
            if last is None:
                gone.setdefault(_place(wanted, text, ours), []).append(wanted)
                break
            if last.lets:
                let_in.setdefault(last, []).append(wanted)
                break
    for line, names in gone.items():
        verb = "enters" if len(names) == 1 else "enter"
        yield Weakness("secret-not-ignored", line, f"{_few(names)} {verb} the build.", REMEDY)
    for pattern in _exceptions(patterns, ours):
        let_in.setdefault(pattern, ["a secret"])
    for pattern, names in let_in.items():
        yield Weakness("secret-not-ignored", pattern.line, f"{pattern.text} lets in {_few(names)}.", "Take it out.")


def keeps_out(text: str, path: str) -> bool:
    """Whether a .dockerignore keeps a file, or a folder with all in it, out of the build."""
    last = _last(_patterns(text), path)
    return last is not None and not last.lets


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _exceptions(patterns: Sequence[Pattern], ours: str) -> Iterator[Pattern]:
    """Exceptions that let in one secret by its name."""
    secret = [one for wanted in _secret(ours) for one in _patterns(wanted)]
    for pattern in patterns:
        path = _normal(pattern.text.removeprefix("!")).replace("**/", "").replace("*", "x").replace("?", "x")
        if not pattern.lets or not secrets.is_hidden(path):
            continue
        if _last(secret, path) and _last(patterns, path) is pattern:
            yield pattern


def _secret(ours: str) -> list[str]:
    """The patterns of ours that keep secrets out."""
    found, within = list[str](), False
    for line in ours.split("\n"):
        line = line.strip()
        within = line in HEADINGS if line.startswith("#") or not line else within
        if line and not line.startswith(("#", "!")) and (within or line == HISTORY):
            found.append(line)
    return found


def _place(wanted: str, text: str, ours: str) -> int:
    """The line that a pattern of ours belongs behind: of the nearest one before it that is still there."""
    standing = {line.strip(): place for place, line in enumerate(text.split("\n"), 1) if line.strip()}
    before = [line.strip() for line in ours.split("\n")]
    for line in reversed(before[: before.index(wanted)]):
        if line in standing:
            return standing[line]
    return 1


def _samples(pattern: str) -> tuple[str, str]:
    """A path at the top and one further down that a pattern of ours is for."""
    name = pattern.removeprefix("**/").replace("*", "x")
    return name, f"a/b/{name}"


def _patterns(text: str) -> list[Pattern]:
    found: list[Pattern] = []
    for place, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        plain = "" if line.startswith("#") else line.strip()
        lets, name = plain.startswith("!"), _normal(plain.removeprefix("!"))
        if name and name != ".":
            found.append(Pattern(plain, place, lets, expression(name)))
    return found


def _normal(text: str) -> str:
    text = text.strip()
    return posixpath.normpath(text).lstrip("/") if text else ""


def expression(pattern: str) -> re.Pattern[str]:
    """What a path must match in whole to be, or to lie in, what a pattern is for; in time linear in both.

    What stands between two stars is looked for once, at its first place, and not again (atomic groups): a later place
    could only leave less for the rest.
    """
    # Stars in a row mean no more than two, and ** within a name as much as a folder and a name.
    plain = re.sub(r"(^|/)\*\*(?=[^/])", r"\1**/*", re.sub(r"\*{3,}", "**", pattern))
    plain = re.sub(r"(\*\*/)+", "**/", plain)
    deep = "(?:[^/]*/)*?"
    *chunks, last = plain.split("**/")
    made = "".join(f"(?>{deep if place else ''}{_names(chunk)})" for place, chunk in enumerate(chunks) if chunk)
    made += (deep if chunks else "") + (".*" if last in ("", "**") else _names(last))
    try:
        return re.compile(f"(?:{made})(?:/.*)?", re.DOTALL)
    except re.error:
        return re.compile("(?!)")


def _names(chunk: str) -> str:
    """The expression of names between slashes."""
    return "/".join(_name(name) for name in chunk.split("/"))


def _name(pattern: str) -> str:
    parts = [""]
    for sign in re.findall(r"\[\^?(?:\\.|[^\]\\])+\]|\\.|\*+|.", pattern, re.DOTALL):
        if sign.startswith("*"):
            parts.append("")
        elif len(sign) > 2 and sign.startswith("["):
            parts[-1] += re.sub(r"(?<!^)([\[&~|])", r"\\\1", sign)
        else:
            parts[-1] += "[^/]" if sign == "?" else re.escape(sign[-1])
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    return first + "".join(f"(?>[^/]*?{part})" for part in middle) + f"[^/]*{last}(?=/|$)"


def _last(patterns: Sequence[Pattern], path: str) -> Pattern | None:
    """The last pattern that a path, or a folder above it, matches: it decides."""
    return next((pattern for pattern in reversed(patterns) if pattern.matches.fullmatch(path)), None)
