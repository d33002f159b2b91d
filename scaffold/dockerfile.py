"""Reads a Dockerfile into instructions with their lines, as BuildKit's parser does.

The grammar is that of BuildKit (github.com/moby/buildkit, frontend/dockerfile/parser: `parser.go`, `directives.go`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

FLAGGED = frozenset({"ADD", "COPY", "FROM", "HEALTHCHECK", "RUN"})
"""Instructions that take flags (`--from=build`)."""

KNOWN = (
    frozenset(
        {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL"}
    )
    | {"STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
    | FLAGGED
)
"""All that BuildKit builds (frontend/dockerfile/command)."""

LONGEST = 40
"""How much of an unknown instruction is quoted."""

HEREDOCS = frozenset({"ADD", "COPY", "RUN"})


class Unreadable(Exception):
    """A text that no engine builds from: `line` counts from 1, and the message is a sentence without its stop."""

    def __init__(self, fact: str, line: int) -> None:
        super().__init__(fact)
        self.line = line


@dataclass(frozen=True)
class Instruction:
    """One instruction: `name` in capitals, `line` and `end` its first and its last line, counted from 1.

    `value` is all that follows the name and the flags, lines joined, comments within left out. `flags` are pairs of a
    name without dashes and a value. `parts` are the joined pieces with the line of each, name and flags too, `heredocs`
    the texts behind it with the line on which each begins.
    """

    name: str
    line: int
    end: int
    value: str
    flags: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[int, str], ...] = ()
    heredocs: tuple[tuple[int, str], ...] = ()

    @property
    def json(self) -> tuple[str, ...] | None:
        """The words of the exec form; None in the shell form."""
        return _json(self.value)

    def flag(self, name: str) -> str:
        """The value of a flag, empty without it."""
        return dict(self.flags).get(name, "")

    def at(self, pattern: str) -> int:
        """The line of the first piece that the pattern is found in, in any case; otherwise the instruction's own."""
        found = (line for line, piece in self.parts if re.search(pattern, piece, re.IGNORECASE))
        return next(found, self.line)


@dataclass(frozen=True)
class Stage:
    """A stage: `image` as FROM says it, `name` in lower case or empty, and its instructions without the FROM."""

    image: str
    name: str
    line: int
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Dockerfile:
    """A whole file: `head` are the ARGs before the first FROM, `directives` the values of its parser directives."""

    head: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    directives: Mapping[str, str] = field(default_factory=dict)


def read(text: str) -> Dockerfile:
    """The instructions of a Dockerfile by stage; `text` may have a byte order mark and any line endings.

    Raises Unreadable for a heredoc without end, for an instruction that there is none of, for one before the first
    FROM, and without any.
    """
    lines = lines_of(text)
    directives = directives_of(lines)
    head = list[Instruction]()
    stages = list[tuple[Instruction, list[Instruction]]]()
    for _, one in pieces(lines, directives.get("escape", "\\")):
        if one is None:
            continue
        if one.name not in KNOWN:
            raise Unreadable(f"{one.name[:LONGEST]} is no instruction", one.line)
        if one.name == "FROM":
            stages.append((one, []))
        elif stages:
            stages[-1][1].append(one)
        elif one.name == "ARG":
            head.append(one)
        else:
            raise Unreadable(f"{one.name} stands before the first FROM", one.line)
    if not stages:
        raise Unreadable("It has no FROM", 1)
    return Dockerfile(tuple(head), tuple(_stage(one, within) for one, within in stages), directives)


def lines_of(text: str) -> list[str]:
    """The lines of a text, without a byte order mark and endings."""
    return [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]


def _stage(one: Instruction, within: Sequence[Instruction]) -> Stage:
    words = one.value.split()
    name = words[2].lower() if len(words) == 3 and words[1].lower() == "as" else ""
    return Stage(words[0] if words else "", name, one.line, tuple(within))


def directives_of(lines: Sequence[str]) -> dict[str, str]:
    """The parser directives: comments `# name=value` before anything else, each name once.

    Raises Unreadable for an escape that there is none of.
    """
    found: dict[str, str] = {}
    for line in lines:
        match = re.fullmatch(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*", line)
        if not match or match[1].lower() in found or match[1].lower() not in ("syntax", "escape", "check"):
            break
        found[match[1].lower()] = match[2]
    if found.get("escape", "\\") not in ("\\", "`"):
        raise Unreadable(f"escape={found['escape']} is neither a backslash nor a backtick", 1)
    return found


def pieces(lines: Sequence[str], escape: str, broken: bool = False) -> Iterator[tuple[range, Instruction | None]]:
    """Each instruction, comment and blank line with its lines, counted from 0.

    Raises Unreadable for a heredoc without end, unless the text may be `broken`.
    """
    continued = re.compile(rf"(?<!{re.escape(escape)}){re.escape(escape)}[ \t]*$")
    at = 0
    while at < len(lines):
        start = at
        parts, at = _logical(lines, at, continued)
        whole = "".join(piece for _, piece in parts).strip()
        if not whole:
            yield range(start, at), None
            continue
        match = re.match(r"(\S+)\s*", whole)
        name, text = (match[1].upper(), whole[match.end() :]) if match else ("", "")
        options, value = flags(text) if name in FLAGGED else ((), text)
        heredocs: list[tuple[int, str]] = []
        for word in _heredocs(name, value):
            end = _end(lines, at, word)
            if end is None and broken:
                continue
            if end is None:
                raise Unreadable(f"The heredoc {word[0]} has no end", at)
            heredocs.append((at + 1, "\n".join(lines[at:end])))
            at = end + 1
        # The line of an instruction is that of its first word, also where an empty continuation stands before it.
        first = next((line for line, piece in parts if piece.strip()), start + 1)
        yield range(start, at), Instruction(name, first, at, value, options, tuple(parts), tuple(heredocs))


def _logical(lines: Sequence[str], at: int, continued: re.Pattern[str]) -> tuple[list[tuple[int, str]], int]:
    """The pieces of an instruction from a line on, each with its line, and the line behind: empty for a comment."""
    parts: list[tuple[int, str]] = []
    while at < len(lines):
        line, at = lines[at], at + 1
        if line.lstrip().startswith("#"):
            if parts:
                continue
            break
        if not line.strip():
            if parts:
                continue
            break
        piece = continued.sub("", line)
        parts.append((at, piece))
        if piece == line:
            break
    return parts, at


def flags(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The flags at the beginning of a text, and what is left."""
    found: list[tuple[str, str]] = []
    while match := re.match(r"--([^\s=]*)(?:=((?:\"[^\"]*\"|'[^']*'|\S)*))?(?:\s+|$)", text):
        text = text[match.end() :]
        if not match[1]:
            break
        found.append((match[1].lower(), (match[2] or "").strip("\"'")))
    return tuple(found), text


def _heredocs(name: str, value: str) -> Iterator[tuple[str, bool]]:
    """The heredocs that an instruction opens: the word that ends each, and whether tabs before it do not count."""
    inner, _, rest = value.partition(" ")
    if name == "ONBUILD":
        name, value = inner.upper(), rest
    if name not in HEREDOCS or "<<" not in value or _json(value) is not None:
        return
    for word in re.findall(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|[^\s\"'\\])+", value):
        match = re.fullmatch(r"\d*<<(-?)([^<]+)", word)
        if match and (ends := re.sub(r"[\"'\\]", "", match[2])):
            yield ends, bool(match[1])


def _end(lines: Sequence[str], at: int, word: tuple[str, bool]) -> int | None:
    """The place of the line that ends a heredoc, whose text begins at a place; None without one."""
    ends, tabs = word
    return next((i for i in range(at, len(lines)) if (lines[i].lstrip("\t") if tabs else lines[i]) == ends), None)


def _json(value: str) -> tuple[str, ...] | None:
    if not value.startswith("["):
        return None
    try:
        words = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None
