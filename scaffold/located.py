"""Says where in a Dockerfile's text its instructions and words stand, also of a text that no engine builds from."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from scaffold import dockerfile
from scaffold.dockerfile import Instruction


class Word(NamedTuple):
    """A word of an instruction, and where in the text it begins, counted from 0."""

    text: str
    start: int


def spans(lines: Sequence[str]) -> list[range]:
    """The lines, counted from 0, of each instruction, each comment and each blank line.

    The text may be broken, or part of one: a heredoc without end is none.
    """
    return [span for span, _ in dockerfile.pieces(lines, _escape(lines), broken=True)]


def located(text: str, names: Container[str]) -> Iterator[tuple[Instruction, tuple[Word, ...]]]:
    """The instructions of these names, in capitals, each with its words, its own name the first; heredocs have none.

    The text may be broken, as for `spans`. An instruction with a word that goes over two lines is left out.
    """
    lines = dockerfile.lines_of(text)
    starts = [*accumulate((len(line) + 1 for line in text.split("\n")), initial=0)]
    # A mark is no part of the first line.
    starts[0] = len(text) - len(text.removeprefix("\ufeff"))
    for _, one in dockerfile.pieces(lines, _escape(lines), broken=True):
        if one is None or one.name not in names:
            continue
        words = tuple(
            Word(word[0], starts[line - 1] + word.start())
            for line, piece in one.parts
            for word in re.finditer(r"\S+", piece)
        )
        if [word.text for word in words] == "".join(piece for _, piece in one.parts).split():
            yield one, words


def _escape(lines: Sequence[str]) -> str:
    """The sign that continues a line, in a text that may be broken."""
    try:
        return dockerfile.directives_of(lines).get("escape", "\\")
    except dockerfile.Unreadable:
        return "\\"
