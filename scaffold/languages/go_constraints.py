"""Which files a build for Linux reads (go.dev, cmd/go, "Build constraints")."""

from __future__ import annotations

import re
from collections.abc import Set

TAGS = frozenset({"linux", "unix", "amd64", "arm64", "cgo", "gc"})
"""Build tags that hold in an image."""

SYSTEMS = frozenset(
    {"aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "netbsd", "openbsd", "plan9"}
    | {"solaris", "wasip1", "windows"}
)
PROCESSORS = frozenset(
    {"386", "arm", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"}
)
"""Endings of file names that say: not for us."""

DEEPEST = 50
"""How many parentheses a constraint may have to be read: people write two."""

_LINE = re.compile(r"^//go:build\s+(.+?)\s*$", re.MULTILINE)
_OLD = re.compile(r"^// ?\+build\s+(.+?)\s*$", re.MULTILINE)
_TOKEN = re.compile(r"&&|\|\||[!()]|[\w.]+")


def named(file: str) -> bool:
    """Whether a build for Linux reads a file of this name; tests and hidden ones are read by none."""
    stem = file.removesuffix(".go")
    ends = stem.split("_")[1:]
    return not (
        file.startswith(("_", "."))
        or stem.endswith("_test")
        or (ends and (ends[-1] in SYSTEMS or ends[-1] in PROCESSORS))
        or (len(ends) > 1 and ends[-2] in SYSTEMS)
    )


def holds(head: str, tags: Set[str] = frozenset()) -> bool:
    """Whether the constraint above a package clause holds, of Go's build tags and the `tags` given."""
    known = TAGS | tags
    if line := _LINE.search(head):
        return line[1].count("(") > DEEPEST or _or(_TOKEN.findall(line[1]), known)
    return all(_old(line, known) for line in _OLD.findall(head))


def asked(head: str) -> frozenset[str]:
    """The tags that a constraint names, whatever they decide."""
    line = _LINE.search(head)
    return frozenset(re.findall(r"[A-Za-z_]\w*", line[1])) if line else frozenset()


def _old(line: str, known: Set[str]) -> bool:
    def term(word: str) -> bool:
        return (word[1:] not in known) if word.startswith("!") else _tag(word, known)

    return any(all(term(word) for word in option.split(",")) for option in line.split())


def _or(words: list[str], known: Set[str]) -> bool:
    value = _and(words, known)
    while words and words[0] == "||":
        words.pop(0)
        value = _and(words, known) or value
    return value


def _and(words: list[str], known: Set[str]) -> bool:
    value = _not(words, known)
    while words and words[0] == "&&":
        words.pop(0)
        value = _not(words, known) and value
    return value


def _not(words: list[str], known: Set[str]) -> bool:
    turned = False
    while words and words[0] == "!":
        words.pop(0)
        turned = not turned
    if not words:
        return True
    word = words.pop(0)
    if word == "(":
        value = _or(words, known)
        if words:
            words.pop(0)
    else:
        value = _tag(word, known)
    return value != turned


def _tag(word: str, known: Set[str]) -> bool:
    return word in known or bool(re.fullmatch(r"go1(\.\d+)*", word))
