"""Lines as people see them: a label and what there is to say beside it, within so many columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WIDTH = 80
LABEL = 13
"""Columns of what stands before a value, with its indentation."""


def text(lines: Iterable[str]) -> str:
    """Lines as a text."""
    return "".join(f"{line}\n" for line in lines)


def page(blocks: Iterable[Sequence[str]]) -> str:
    """Blocks of lines as a text, with a blank line between; those without a line are left out."""
    return "\n".join(text(lines) for lines in blocks if lines)


def said(label: str, sentences: Sequence[str], width: int) -> list[str]:
    """Sentences behind a label, each wrapped."""
    return block(label, (line for sentence in sentences for line in _wrapped(sentence, width)))


def block(label: str, lines: Iterable[str]) -> list[str]:
    """Lines behind a label, which stands before the first; none where there are none."""
    labels = [label]
    return [f"  {labels.pop() if labels else '':<{LABEL - 2}}{line}" for line in lines]


def filled(words: Iterable[str], gap: str, width: int = WIDTH - LABEL) -> list[str]:
    """The words on as few lines as they fit on; one that is longer than a line has its own."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(gap) + len(word) <= width:
            lines[-1] += gap + word
        else:
            lines.append(word)
    return lines


def _wrapped(sentence: str, width: int) -> list[str]:
    first, *rest = filled(sentence.split(), " ", width - LABEL - 2)
    return [first, *(f"  {line}" for line in rest)]


def cut(line: str, width: int) -> str:
    """The line, without its end where it is longer than so many columns."""
    return line if len(line) <= width else f"{line[: width - 3]}..."
