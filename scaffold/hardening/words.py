"""Reads what a RUN runs into commands, each word with its line: as far as rules about commands need it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.dockerfile import Instruction

SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})

_TOKEN = re.compile(
    r"""(?P<word>(?:"(?:\\.|[^"\\])*"|'[^']*'|\\[^\n]|[^\s"'\\;&|()<>])+)"""
    r"""|(?P<aside>&?[<>]+&?(?!\())|(?P<operator>[;&|()]+|[<>]+\(|\n)|\\\n|["'\\]""",
    re.DOTALL,
)
_BEFORE = frozenset(
    {"!", "command", "do", "elif", "else", "env", "exec", "if", "nice", "then", "time", "until", "while"}
)
_FEW = 50
"""Of how many words of an exec form each line is looked for."""

_DEEPEST = 4
"""How far commands within commands are followed (`sh -c "sh -c ..."`)."""


class Word(NamedTuple):
    """A word without its quotes, and the line that it stands on."""

    text: str
    line: int


class Command(NamedTuple):
    """A command: `words` begin with its name, `settings` are what stood before (`A=b`, `sudo`).

    `operator` stands before the command: `|`, `&&`, `<(` or such, empty for the first. `reads` and `writes` are the
    files behind `<` and `>`.
    """

    words: tuple[Word, ...]
    settings: tuple[Word, ...]
    operator: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name without its folder; empty when only settings stand there."""
        return self.words[0].text.rpartition("/")[2] if self.words else ""

    @property
    def line(self) -> int:
        """The line that the command begins on."""
        return (*self.settings, *self.words)[0].line

    @property
    def texts(self) -> tuple[str, ...]:
        """The words behind the name."""
        return tuple(word.text for word in self.words[1:])


def of_words(words: Sequence[Word]) -> Iterator[Command]:
    """The command that a list of words is, with those that it runs."""
    yield from _of(words, "", 0)


def of_text(text: str, line: int) -> Iterator[Command]:
    """The commands of a text on one line, with those that they run."""
    yield from _script([(line, text)], 0)


def commands(run: Instruction) -> Iterator[Command]:
    """The commands of a RUN, or of what else takes one, with those that `sh -c`, `find -exec` and `xargs` run.

    The script of a heredoc is read too.
    """
    words = run.json
    if words is not None:
        whole = len(words) > _FEW or len(run.parts) < 2
        yield from _of([Word(word, run.line if whole else run.at(re.escape(word))) for word in words], "", 0)
        return
    yield from _script([*pieces(run)], 0)
    reader = re.sub(r"\d*<<-?\S+|\d*[<>]+\s*\S+", " ", run.value).split()
    if not reader or reader[0].rpartition("/")[2] in SHELLS:
        for start, text in run.heredocs:
            yield from _script([(start + place, f"{line}\n") for place, line in enumerate(text.split("\n"))], 0)


def pieces(one: Instruction) -> Iterator[tuple[int, str]]:
    """The pieces of an instruction's value, each with its line: name and flags left out."""
    joined = "".join(piece for _, piece in one.parts)
    skip = len(joined.rstrip()) - len(one.value)
    for line, piece in one.parts:
        yield line, piece[skip:] if skip < len(piece) else ""
        skip = max(0, skip - len(piece))


def _script(pieces: Sequence[tuple[int, str]], depth: int) -> Iterator[Command]:
    text = "".join(piece for _, piece in pieces)
    ends = list(itertools.accumulate(len(piece) for _, piece in pieces))
    words, operator, at = list[Word](), "", 0
    reads, writes = list[str](), list[str]()
    comment, aside = False, ""
    for match in _TOKEN.finditer(text):
        while at < len(ends) - 1 and match.start() >= ends[at]:
            at += 1
        if match["operator"] == "\n":
            comment = False
        if comment:
            continue
        if match["word"]:
            comment = match["word"].startswith("#")
            # What stands behind < or > is a file.
            if not comment and aside:
                to = [] if "<<" in aside or "&" in aside else reads if "<" in aside else writes
                to.append(_plain(match["word"]))
            elif not comment:
                words.append(Word(_plain(match["word"]), pieces[at][0]))
                inner = re.search(r"\$\((.*)\)", match["word"], re.DOTALL)
                if inner and not match["word"].startswith("'") and depth < _DEEPEST:
                    yield from _script([(pieces[at][0], inner[1])], depth + 1)
        elif match["operator"]:
            yield from _of(words, operator, depth, reads, writes)
            words, reads, writes, operator = [], [], [], match["operator"].strip() or ";"
        aside = match["aside"] or ""
    yield from _of(words, operator, depth, reads, writes)


def _plain(word: str) -> str:
    """A word without its quotes and backslashes."""
    return re.sub(r"'([^']*)'|\\(.)|\"", lambda match: match[1] or match[2] or "", word, flags=re.DOTALL)


def _of(
    words: Sequence[Word], operator: str, depth: int, reads: Sequence[str] = (), writes: Sequence[str] = ()
) -> Iterator[Command]:
    """The command of these words, and those that it runs."""
    settings: list[Word] = []
    rest = list(words)
    while rest and (re.match(r"\w+=", rest[0].text) or rest[0].text in _BEFORE or rest[0].text in ("sudo", "{")):
        settings.append(rest.pop(0))
        while settings[-1].text in ("sudo", "env", "nice") and rest and rest[0].text.startswith("-"):
            rest.pop(0)
    if not rest and not settings:
        return
    found = Command(tuple(rest), tuple(settings), operator, tuple(reads), tuple(writes))
    yield found
    if depth < _DEEPEST:
        yield from _within(found, depth + 1)


def _within(command: Command, depth: int) -> Iterator[Command]:
    texts = command.texts
    if command.name in SHELLS:
        flag = next((place for place, text in enumerate(texts) if re.fullmatch(r"-\w*c", text)), len(texts))
        for word in command.words[flag + 2 : flag + 3]:
            yield from _script([(word.line, word.text)], depth)
    elif command.name == "xargs":
        place = next((place for place, text in enumerate(texts, 1) if re.match(r"[a-z/]", text)), len(texts) + 1)
        yield from _of(command.words[place:], "", depth)
    elif command.name == "find":
        starts = [place for place, text in enumerate(texts, 2) if text in ("-exec", "-execdir", "-ok")]
        for start, end in itertools.pairwise([*starts, len(command.words)]):
            yield from _of(command.words[start:end], "", depth)
