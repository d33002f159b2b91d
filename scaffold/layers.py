"""The sources of answers one above the other: of those that say something about a question the first counts."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scaffold.facts import Found
from scaffold.questions import BY_KEY, Given

FLAGS, ENVIRONMENT = "--{key}", "{variable}"
"""The sources whose every answer has a name of its own."""


@dataclass(frozen=True)
class Layer:
    """The checked answers of one source: `every` of all services and of the whole, `services` of one each, by name.

    `source` is FLAGS, ENVIRONMENT, or how a file is called where an answer's source is shown.
    """

    source: str
    every: Given
    services: Mapping[str, Given] = field(default_factory=dict)

    def said(self, key: str, service: str = "") -> str | tuple[str, ...] | None:
        """What is said about a question, for this service before what is said for every one; None for nothing."""
        return self.services.get(service, {}).get(key, self.every.get(key))

    def named(self, key: str) -> str:
        """The source of an answer: `--tier`, `DOCKERSCAFFOLD_TIER`, a file."""
        return {FLAGS: f"--{key}", ENVIRONMENT: BY_KEY[key].variable}.get(self.source, self.source)


def first(layers: Sequence[Layer], key: str, service: str = "") -> tuple[str | tuple[str, ...], str] | None:
    """The answer to a question and its source, or None when no layer says anything about it.

    Of what means something in one language only nothing counts that was said for another: a layer which is behind one
    that changes the language, and has another itself.
    """
    spoken: str | None = None
    for layer in layers:
        own = layer.said("language", service)
        if BY_KEY[key].spoken and spoken is not None and own is not None and own != spoken:
            continue
        value = layer.said(key, service)
        if value is not None:
            return value, layer.named(key)
        if spoken is None and isinstance(own, str):
            spoken = own
    return None


def found(layers: Sequence[Layer], key: str, service: str = "") -> Found | None:
    """As `first`, the answers of those that may be several in one text, as words of a shell."""
    answer = first(layers, key, service)
    if answer is None:
        return None
    value, source = answer
    return Found(value if isinstance(value, str) else shlex.join(value), source)
