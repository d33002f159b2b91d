"""What a tier means for a project, in a line, and why one cannot be."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from scaffold.draft import recipe
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts
from scaffold.model import Service
from scaffold.prompts import Choice
from scaffold.questions import TIERS

MEASURED: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "node": ("Express", {"distroless": 155, "slim": 222, "alpine": 165, "scratch": 134}),
    "python": ("FastAPI", {"distroless": 81, "slim": 152, "alpine": 88, "scratch": 67}),
    "go": ("net/http", {"distroless": 9.4, "slim": 88, "alpine": 11, "scratch": 8.0}),
}
"""MB of an example's image, as the end-to-end tests measure them, and hold these to it."""

MEANINGS = {
    "distroless": "no shell, no package manager",
    "slim": "Debian, with a shell and apt",
    "alpine": "Alpine (musl), with a shell and apk",
    "scratch": "{contents}, no shell",
}
CONTENTS = {
    "node": "node and its libraries alone",
    "python": "Python and its libraries alone",
    "go": "the program alone",
}


def choices(services: Sequence[Service], facts: Callable[[str], Facts]) -> list[Choice]:
    """The tiers for some services alike, those that one of them rules out with its reason; `facts` are those of one."""
    return [Choice(tier, tier, _meaning(tier, services), _refusal(services, facts, tier)) for tier in TIERS]


def _refusal(services: Sequence[Service], facts: Callable[[str], Facts], tier: str) -> str:
    for service in services:
        try:
            recipe(dataclasses.replace(service, tier=tier), facts(service.name))
        except ScaffoldError as error:
            return error.fact
    return ""


def _meaning(tier: str, services: Sequence[Service]) -> str:
    spoken = list(dict.fromkeys(service.language for service in services))
    contents = CONTENTS[spoken[0]] if len(spoken) == 1 else "the program and its libraries alone"
    sizes = [f"{MEASURED[one][1][tier]:g} MB with {MEASURED[one][0]}" for one in spoken]
    return f"{MEANINGS[tier].format(contents=contents)}; {', '.join(sizes)}"
