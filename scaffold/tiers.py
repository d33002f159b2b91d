"""What a tier means for a project, in a line, and why one cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.draft import Settled, recipe
from scaffold.errors import ScaffoldError
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


def choices(settled: Settled) -> list[Choice]:
    """The tiers for all services of a project, those that one of them rules out with its reason."""
    refused = {tier: _refusal(settled, tier) for tier in TIERS}
    spoken = {service.language: service for service in settled.answers.services}
    return [Choice(tier, tier, _meaning(tier, [*spoken.values()]), refused[tier]) for tier in TIERS]


def _refusal(settled: Settled, tier: str) -> str:
    import dataclasses

    for service in settled.answers.services:
        try:
            recipe(dataclasses.replace(service, tier=tier), settled.facts[service.name])
        except ScaffoldError as error:
            return f"{error.fact} {error.remedy}"
    return ""


def _meaning(tier: str, services: list[Service]) -> str:
    if len(services) > 1:
        return MEANINGS[tier].format(contents="the program and its libraries alone")
    spoken = services[0].language
    example, sizes = MEASURED[spoken]
    return f"{MEANINGS[tier].format(contents=CONTENTS[spoken])}; {sizes[tier]:g} MB with {example}"
