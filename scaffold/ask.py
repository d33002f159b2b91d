"""Facts to Answers: of what was given, saved, detected and customary, the first counts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scaffold import catalogue, language
from scaffold.errors import ScaffoldError
from scaffold.model import Answers, Facts, Found, Port, Service
from scaffold.questions import PLATFORMS, TIERS, nearest

Given = Mapping[str, "str | tuple[str, ...]"]
"""Answers by the key of their question, checked; a tuple for those that may be several."""


def service(name: str, directory: str, facts: Facts, given: Given, saved: Given) -> tuple[Service, dict[str, Found]]:
    """One service's answers, and each with its source.

    Raises ScaffoldError for what is neither given nor found, or does not fit.
    """
    chosen = language.load(facts.language.value)
    customary = {
        "language": facts.language,
        "version": Found(catalogue.lines(chosen.NAME).default, "default"),
        "tier": Found(TIERS[0], "default"),
        "port": Found(str(chosen.PORT), f"{chosen.TITLE}'s custom"),
        "health-path": Found("tcp", "default"),
        "build": Found("", "none"),
    }
    sources: dict[str, Found] = {}
    for key in ("language", "version", "tier", "packages", "build", "start", "port", "health-path"):
        sources[key] = _first(key, facts, given, saved, customary)
    answers = {key: found.value for key, found in sources.items()}
    return Service(
        name=name,
        directory=directory,
        language=answers["language"],
        version=_version(chosen.NAME, answers["version"]),
        tier=answers["tier"],
        packages=answers["packages"],
        build=answers["build"],
        start=answers["start"],
        ports=_ports(answers["port"].split()),
        health=answers["health-path"],
    ), sources


def answers(name: str, services: tuple[Service, ...], given: Given, saved: Given) -> Answers:
    """All answers of a project; raises ScaffoldError for two mirrors of one registry."""
    mirrors = dict[str, str]()
    for pair in given.get("registry-mirror", saved.get("registry-mirror", ())):
        registry, _, mirror = pair.partition("=")
        if mirrors.setdefault(registry, mirror) != mirror:
            raise ScaffoldError(f"{registry} has two mirrors: {mirrors[registry]} and {mirror}.", "Give one of them.")
    platforms = given.get("platform", saved.get("platform", PLATFORMS))
    return Answers(
        name=compose_name(name),
        services=services,
        mirrors=tuple(sorted(mirrors.items())),
        platforms=tuple(dict.fromkeys(platforms)),
    )


def compose_name(name: str) -> str:
    """The name as Compose takes it: lower case letters, digits, `-` and `_`, a letter or digit first."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "app"


def _first(key: str, facts: Facts, given: Given, saved: Given, customary: Mapping[str, Found]) -> Found:
    for source, values in ((f"--{key}", given), (".dockerscaffold.toml", saved)):
        if key in values:
            value = values[key]
            return Found(value if isinstance(value, str) else " ".join(value), source)
    if key in facts.answers:
        return facts.answers[key]
    if key in facts.unknown:
        raise facts.unknown[key]
    return customary[key]


def _version(name: str, version: str) -> str:
    if language.line_of(name, version) is None:
        supported = catalogue.lines(name).supported
        raise nearest(version, supported, f"supported version of {language.load(name).TITLE}")
    return version


def _ports(texts: list[str]) -> tuple[Port, ...]:
    ports = []
    for text in texts:
        number, _, protocol = text.partition("/")
        port = Port(int(number), protocol or "tcp")
        if port in ports:
            raise ScaffoldError(f"Port {port} is given twice.", "Give each port once.")
        ports.append(port)
    if all(port.protocol == "udp" for port in ports):
        raise ScaffoldError(
            f"The health check asks a TCP port, and there are only {', '.join(map(str, ports))}.",
            "Add one with --port, on which the app answers when it is well.",
        )
    return tuple(ports)
