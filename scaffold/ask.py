"""Facts to Answers: of what was given, saved, detected and customary, the first counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scaffold import catalogue, images, language
from scaffold.errors import ScaffoldError
from scaffold.model import Answers, Facts, Found, Port, Service
from scaffold.questions import BY_KEY, PLATFORMS, TIERS, YES, Given, compose_name, nearest
from scaffold.state import ANSWERS

KEYS = ("language", "version", "tier", "packages", "build", "start", "port", "health-path")
"""The questions about one service."""

FOR_ALL = "tier"
"""The one of them that a flag may answer for several services alike."""

OF_LANGUAGE = ("version", "packages", "build", "start")
"""Those whose saved answers say nothing about another language."""


def check(given: Given, services: Sequence[str]) -> None:
    """Raises ScaffoldError for a flag about one service when the project has several."""
    for key in given:
        if len(services) > 1 and key != FOR_ALL and not BY_KEY[key].whole:
            raise ScaffoldError(
                f"--{key} is about one service, and this project has {language.listed(services)}.",
                f"Write it in {ANSWERS}, below [service.{services[0]}] for one.",
            )


def service(name: str, directory: str, facts: Facts, given: Given, saved: Given) -> tuple[Service, dict[str, Found]]:
    """One service's answers, and each with its source.

    Raises ScaffoldError for what is neither given nor found, or does not fit.
    """
    chosen = language.load(facts.language.value)
    if saved.get("language", chosen.NAME) != chosen.NAME:
        saved = {key: value for key, value in saved.items() if key not in OF_LANGUAGE}
    customary = {
        "language": facts.language,
        "version": Found(catalogue.lines(chosen.NAME).default, "default"),
        "tier": Found(TIERS[0], "default"),
        "port": Found(str(chosen.PORT), f"{chosen.TITLE}'s custom"),
        "health-path": Found("tcp", "default"),
        "build": Found("", "none"),
    }
    sources = {key: _first(key, facts, given, saved, customary) for key in KEYS}
    answers = {key: found.value for key, found in sources.items()}
    _same_packages(answers["packages"], facts.answers.get("packages"))
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


def answers(name: str, services: tuple[Service, ...], layers: Sequence[Given]) -> Answers:
    """All answers of a project; of the layers the first that says something about a question counts.

    Raises ScaffoldError for mirrors that contradict each other, and for services that share a directory or a port.
    """
    said = {key: next((layer[key] for layer in layers if key in layer), None) for key in BY_KEY if BY_KEY[key].whole}
    mirrors = _mirrors([layer["registry-mirror"] for layer in layers if "registry-mirror" in layer])
    _apart(services)
    return Answers(
        name=compose_name(name),
        services=services,
        mirrors=mirrors,
        platforms=tuple(dict.fromkeys(said["platform"] or PLATFORMS)),
        fallback=said["mirror-fallback"] == YES,
        allow_eol=said["allow-eol"] == YES,
    )


def _mirrors(layers: Sequence[str | tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """One map of all layers, registry by registry; a layer that names none leaves out those behind it."""
    found: dict[str, str] = {}
    for layer in reversed(layers):
        pairs = [images.parse_mirror(pair) for pair in layer]
        images.check_mirrors(pairs)
        found = {**found, **dict(pairs)} if pairs else {}
    images.check_mirrors(tuple(found.items()))
    return tuple(sorted(found.items()))


def _first(key: str, facts: Facts, given: Given, saved: Given, customary: Mapping[str, Found]) -> Found:
    for source, values in ((f"--{key}", given), (ANSWERS, saved)):
        if key in values:
            value = values[key]
            return Found(value if isinstance(value, str) else " ".join(value), source)
    if key in facts.answers:
        return facts.answers[key]
    if key in facts.unknown:
        raise facts.unknown[key]
    return customary[key]


def _same_packages(packages: str, detected: Found | None) -> None:
    if detected and packages != detected.value:
        raise ScaffoldError(
            f"{ANSWERS} says {packages} installs the packages, and {detected.source} shows {detected.value}.",
            f'Write packages = "{detected.value}" there, or take the line out.',
        )


def _version(name: str, version: str) -> str:
    if language.line_of(name, version) is None:
        supported = catalogue.lines(name).supported
        raise nearest(version, supported, f"supported version of {language.load(name).TITLE}")
    return version


def _ports(texts: list[str]) -> tuple[Port, ...]:
    ports = list[Port]()
    for text in texts:
        number, _, protocol = text.partition("/")
        port = Port(int(number), protocol or "tcp")
        if port in ports:
            raise ScaffoldError(f"Port {port} is given twice.", "Give each port once.")
        ports.append(port)
    if all(port.protocol == "udp" for port in ports):
        raise ScaffoldError(
            f"The health check asks a TCP port, and there is only {', '.join(map(str, ports))}.",
            "Add one with --port, on which the app answers when it is well.",
        )
    return tuple(ports)


def _apart(services: Sequence[Service]) -> None:
    """Each service has a directory, for its Dockerfile, and ports, for this machine, to itself."""
    directories, ports = dict[str, str](), dict[Port, str]()
    for service in services:
        other = directories.setdefault(service.directory, service.name)
        if other != service.name:
            raise ScaffoldError(
                f"The services {other} and {service.name} are both in {service.directory}, which has one Dockerfile.",
                f"Give each a directory of its own in {ANSWERS}.",
            )
        for port in service.ports:
            other = ports.setdefault(port, service.name)
            if other != service.name:
                raise ScaffoldError(
                    f"The services {other} and {service.name} both publish port {port}, and 127.0.0.1 has it once.",
                    f"Give one of them another port in {ANSWERS}.",
                )
