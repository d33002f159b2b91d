"""Facts to Answers: of what was given, saved, detected and customary, the first counts."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from scaffold import catalogue, images, language
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.layers import ENVIRONMENT, FLAGS, Layer, found
from scaffold.model import Answers, Port, Service
from scaffold.questions import BY_KEY, PLATFORMS, QUESTIONS, TIERS, YES, Question
from scaffold.state import ANSWERS
from scaffold.values import compose_name, nearest

KEYS = tuple(question.key for question in QUESTIONS if not question.whole)
"""The questions about one service."""

FOR_ALL = "tier"
"""The one of them that a flag or variable may answer for several services alike."""


def check(layers: Sequence[Layer], services: Sequence[str]) -> None:
    """Raises ScaffoldError for a flag or variable about one service when the project has several."""
    for layer in layers:
        for key in layer.every if layer.source in (FLAGS, ENVIRONMENT) else ():
            if len(services) > 1 and key != FOR_ALL and not BY_KEY[key].whole:
                raise ScaffoldError(
                    f"{layer.named(key)} is about one service, and this project has {language.listed(services)}.",
                    f"Write it in {ANSWERS}, below [service.{services[0]}] for one.",
                )


def service(
    name: str, directory: str, facts: Facts, before: Sequence[Layer], behind: Sequence[Layer]
) -> tuple[Service, dict[str, Found]]:
    """One service's answers, and each with its source.

    The layers `before` count more than what was detected, those `behind` less. Raises ScaffoldError for what does not
    fit; nothing may be `missing`.
    """
    chosen = language.load(facts.language.value)
    customary = {
        "language": facts.language,
        "version": Found(catalogue.lines(chosen.NAME).default, "default"),
        "tier": Found(TIERS[0], "default"),
        "port": Found(str(chosen.PORT), f"{chosen.TITLE}'s custom", "guess"),
        "health-path": Found("tcp", "default"),
        "build": Found("", "none"),
        **{key: Found("", "none") for key in ("env", "writable", "tmpfs")},
    }
    sources = {
        key: found(before, key, name) or facts.answers.get(key) or found(behind, key, name) or customary[key]
        for key in KEYS
    }
    if sources["port"].value == "none" and not found(before, "health-path", name):
        sources["health-path"] = Found("none", sources["port"].source)
    answers = {key: answer.value for key, answer in sources.items()}
    _same_packages(sources["packages"], facts.answers.get("packages"))
    return Service(
        name=name,
        directory=directory,
        language=answers["language"],
        version=_version(chosen.NAME, sources["version"]),
        tier=answers["tier"],
        packages=answers["packages"],
        build=answers["build"],
        start=answers["start"],
        ports=ports(answers["port"].split(), answers["health-path"]),
        health=answers["health-path"],
        env=tuple((name, value) for name, _, value in (one.partition("=") for one in shlex.split(answers["env"]))),
        writable=tuple(answers["writable"].split()),
        tmpfs=tuple(answers["tmpfs"].split()),
    ), sources


def answers(
    services: tuple[Service, ...], layers: Sequence[Layer], detected: Found
) -> tuple[Answers, dict[str, Found]]:
    """All answers of a project, and the source of each that is about the whole; `detected` is a name for it.

    Raises ScaffoldError for mirrors that contradict each other, and for services that share a directory or a port.
    """
    detected = Found(compose_name(detected.value), detected.source)
    sources = {
        question.key: found(layers, question.key) or (detected if question.key == "name" else _by_default(question))
        for question in QUESTIONS
        if question.whole
    }
    mirrors = _mirrors(layers)
    said = " ".join("=".join(pair) for pair in mirrors)
    sources["registry-mirror"] = Found(said, sources["registry-mirror"].source)
    _apart(services)
    return Answers(
        name=sources["name"].value,
        services=services,
        mirrors=mirrors,
        platforms=tuple(dict.fromkeys(sources["platform"].value.split())) or PLATFORMS,
        fallback=sources["mirror-fallback"].value == YES,
        allow_eol=sources["allow-eol"].value == YES,
    ), sources


def _mirrors(layers: Sequence[Layer]) -> tuple[tuple[str, str], ...]:
    """One map of all layers, registry by registry; a layer that names none leaves out those behind it."""
    known: dict[str, str] = {}
    for layer in reversed(layers):
        said = layer.every.get("registry-mirror")
        if said is None:
            continue
        pairs = [images.parse_mirror(pair) for pair in said]
        images.check_mirrors(pairs)
        known = {**known, **dict(pairs)} if pairs else {}
    images.check_mirrors(tuple(known.items()))
    return tuple(sorted(known.items()))


def _by_default(question: Question) -> Found:
    return Found("" if question.default == "none" else question.default, "default")


def missing(name: str, facts: Facts, before: Sequence[Layer]) -> dict[str, ScaffoldError]:
    """What is neither given nor found of a service, by key, each with its flag."""
    return {key: facts.unknown[key] for key in KEYS if key in facts.unknown and not found(before, key, name)}


def all_missing(errors: Sequence[tuple[str, ScaffoldError]], services: Sequence[str]) -> ScaffoldError:
    """One error for all that is missing, given with the service of each."""
    several = len(services) > 1
    facts = [f"{name}: {error.fact}" if several else error.fact for name, error in errors]
    remedies = list(dict.fromkeys(error.remedy for _, error in errors))
    if several:
        below = f"below [service.{errors[0][0]}]"
        remedies.append(f"Answers for one of several services stand in {ANSWERS} or an answers file, {below}.")
    if len(facts) > 1:
        facts.insert(0, f"{len(facts)} answers are missing.")
    return ScaffoldError(" ".join(facts), " ".join(remedies))


def _same_packages(packages: Found, detected: Found | None) -> None:
    if detected and packages.value != detected.value:
        raise ScaffoldError(
            f"{packages.source} says {packages.value} installs the packages, and {detected.source} shows "
            f"{detected.value}.",
            f"Say {detected.value} there, or nothing.",
        )


def _version(name: str, version: Found) -> str:
    if language.line_of(name, version.value) is None:
        supported = catalogue.lines(name).supported
        error = nearest(version.value, supported, f"supported version of {language.load(name).TITLE}")
        raise error if version.source == "--version" else ScaffoldError(f"{version.source}: {error.fact}", error.remedy)
    return version.value


def ports(texts: Sequence[str], health: str = "none") -> tuple[Port, ...]:
    """The ports that checked texts say, none for `none`.

    Raises ScaffoldError for one given twice, and when none is of TCP, which a health check would ask.
    """
    if list(texts) == ["none"]:
        if health != "none":
            raise ScaffoldError(
                f"The app listens on no port, and its health check is {health}.",
                "Say --health-path none, or the --port.",
            )
        return ()
    if "none" in texts:
        raise ScaffoldError("The app cannot listen on ports and on none.", "Give ports, or none alone.")
    ports = list[Port]()
    for text in texts:
        number, _, protocol = text.partition("/")
        port = Port(int(number), protocol or "tcp")
        if port in ports:
            raise ScaffoldError(f"Port {port} is given twice.", "Give each port once.")
        ports.append(port)
    if not ports:
        raise ScaffoldError("There is no port.", "Give at least the one on which the app answers.")
    if health != "none" and all(port.protocol == "udp" for port in ports):
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
