"""Follows the user's own names of stages: what they call otherwise is called so in ours too, before both are joined."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile
from typing import NamedTuple

from scaffold.located import Word, located

TEXTS = 16_384
"""Of how many texts is kept what was read: each is looked at several times in a run, those of all files in turns."""


class Begun(NamedTuple):
    """What a FROM says: the image or stage that it begins with, and the name that it gives, None for none."""

    line: int
    image: Word
    name: Word | None


@lru_cache(maxsize=TEXTS)
def begun(text: str) -> tuple[Begun, ...]:
    """What each FROM of a Dockerfile says, in order; the text may be broken."""
    found = (_begun(one.line, words) for one, words in located(text, ("FROM",)))
    return tuple(one for one in found if one)


def _begun(line: int, words: Sequence[Word]) -> Begun | None:
    rest = [*dropwhile(lambda word: word.text.startswith("--"), words[1:])]
    named = len(rest) == 3 and rest[1].text.lower() == "as"
    return Begun(line, rest[0], rest[2] if named else None) if rest else None


def renamed(path: str, text: str, base: str) -> dict[str, str]:
    """The stages of `base` that a Dockerfile's text has by other names, with these; empty for any other file.

    Names that are in one text alone are taken for the same stages when there are as many of each, on the same images.
    """
    if not posixpath.basename(path).startswith("Dockerfile"):
        return {}
    olds, news = _named(base), _named(text)
    gone = [name for name in olds if name not in news]
    new = [name for name in news if name not in olds]
    if [olds[name] for name in gone] != [news[name] for name in new]:
        return {}
    return dict(zip(gone, new, strict=True))


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text of a Dockerfile with these names of stages, where they are given and where they are used."""
    if not names:
        return text
    parts, at = list[str](), 0
    for word in _names(text):
        if word.text in names:
            parts += [text[at : word.start], names[word.text]]
            at = word.start + len(word.text)
    return "".join([*parts, text[at:]])


def _names(text: str) -> Iterator[Word]:
    """Where names of stages may stand, in order: FROM and its AS, `--from=` of COPY, and `from=` of a mount."""
    for one, words in located(text, ("FROM", "COPY", "ADD", "RUN")):
        if one.name == "FROM":
            if found := _begun(one.line, words):
                yield found.image
                yield from [found.name] if found.name else []
            continue
        pattern = r"^--mount=(?:.*,)?from=([^,]+)" if one.name == "RUN" else r"^--from=(.+)"
        for word in words[1:]:
            if not word.text.startswith("--"):
                break
            if used := re.match(pattern, word.text):
                yield Word(used[1], word.start + used.start(1))


def _named(text: str) -> dict[str, str]:
    """The image of each named stage, but for tag and digest."""
    return {one.name.text: re.sub(r"(:[^:/@]+)?(@.*)?$", "", one.image.text) for one in begun(text) if one.name}
