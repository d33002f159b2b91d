"""Follows the user's own names of stages: what they call otherwise is called so in ours too, before both are joined."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

_FROM = re.compile(r"^(\ufeff?FROM[ \t]+(?:--\S+[ \t]+)*(\S+)[ \t]+AS[ \t]+)(\S+)", re.MULTILINE | re.IGNORECASE)
_USED = re.compile(r"(--from=|\bfrom=)([^\s,]+)|^(FROM[ \t]+)(\S+)", re.MULTILINE | re.IGNORECASE)


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

    def used(match: re.Match[str]) -> str:
        before, name = (match[1], match[2]) if match[1] else (match[3], match[4])
        return f"{before}{names.get(name, name)}"

    return _USED.sub(used, _FROM.sub(lambda match: f"{match[1]}{names.get(match[3], match[3])}", text))


def _named(text: str) -> dict[str, str]:
    """The image of each named stage, but for tag and digest."""
    return {match[3]: re.sub(r"(:[^:/@]+)?(@.*)?$", "", match[2]) for match in _FROM.finditer(text)}
