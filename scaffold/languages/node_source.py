"""What the sources of a Node program say that its manifest does not: port, address, health, folders, environment."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.project import Project

if TYPE_CHECKING:
    from scaffold.languages.node_listen import Listening

PORT = "3000"
"""Where an app is put that takes its port from a variable and has no default."""

ANY = "0.0.0.0"

EXAMPLES = (
    ".env.example",
    ".env.sample",
    ".env.template",
    ".env.dist",
    "example.env",
    ".env.defaults",
    ".env.development",
)
"""Files that show what the environment of an app is like; `.env` itself never enters an image."""


def with_sources(project: Project, facts: Facts) -> Facts:
    """The facts with what the modules show that the start command reaches.

    What was found before stays; a program on loopback alone has an unknown port, which asks for what would reach it.
    """
    start = facts.answers.get("start")
    if start is None or not re.search(r"\.[cm]?[jt]sx?\b|\bnode\b", start.value):
        return facts
    from scaffold.languages import js_modules, node_health, node_listen, node_wants, node_workers, node_writes

    app = project if facts.folder == "." else project.folder(facts.folder)
    modules = js_modules.reached(app, start.value)
    found = node_listen.listening(modules)
    answers, unknown, env = dict(facts.answers), dict(facts.unknown), dict[str, Found]()
    if found:
        answers.setdefault("port", _said(app, facts, found[0]) or _port(found))
        env = _told(found[0], answers["port"])
        if error := _unreachable(found[0]):
            unknown["port"] = error
            del answers["port"]
        if health := node_health.health(modules):
            answers.setdefault("health-path", health)
    elif "port" not in answers and (worker := node_workers.worker(modules)):
        none = Found("none", f"{worker.source} ({worker.value})", "likely")
        answers |= {"port": none, "health-path": none}
    for key, place in zip(("writable", "tmpfs"), node_writes.writes(modules, facts.folder), strict=True):
        if place:
            answers.setdefault(key, place)
    if env:
        answers["env"] = _joined(answers.get("env"), env)
    given = {one.partition("=")[0] for one in shlex.split(answers["env"].value)} if "env" in answers else set()
    databases, notes = node_wants.local(modules)
    wanted = {need.value: need for need in (*databases, *node_wants.checked(modules), *node_writes.needs(modules))}
    needs = tuple(need for name, need in wanted.items() if name not in given)
    return dataclasses.replace(
        facts,
        answers=answers,
        unknown=unknown,
        needs=(*facts.needs, *needs),
        notes=(*facts.notes, *notes, *node_wants.absent(modules, "build" in answers)),
    )


def _said(project: Project, facts: Facts, place: Listening) -> Found | None:
    """The port that a flag or variable of the start says, or an example of the environment where nothing else does."""
    start, env = facts.answers["start"], facts.answers.get("env")
    if flag := re.search(r"(?:^|\s)(?:--port|-p)[= ](\d{2,5})(?=\s|$)", start.value):
        return Found(flag[1], start.source)
    variables = dict(one.partition("=")[::2] for one in shlex.split(env.value)) if env else {}
    if env and variables.get(place.port.variable, "").isdigit():
        return Found(variables[place.port.variable], env.source)
    return _example(project, place.port.variable) if place.port.variable and place.port.text is None else None


def _example(project: Project, name: str) -> Found | None:
    """The number that an example of the environment gives a variable."""
    given = re.compile(rf"\s*(?:export )?{re.escape(name)}\s*=\s*[\"']?(\d{{2,5}})[\"']?\s*(?:#.*)?")
    for path in EXAMPLES:
        for number, line in enumerate(project.glance(path).splitlines(), 1):
            if said := given.fullmatch(line):
                return Found(said[1], f"{path}:{number}", "likely")
    return None


def _port(places: Sequence[Listening]) -> Found:
    """The port of the first place, and those of others that are written out."""
    main = places[0]
    others = (
        one.port for one in places[1:] if one.port.text not in (None, "0", main.port.text) and not one.port.variable
    )
    ports = dict.fromkeys([_number(main), *(str(port.text) for port in others)])
    return Found(" ".join(ports), main.port.source or main.source, "certain" if main.port.text else "likely")


def _number(place: Listening) -> str:
    return place.port.text if place.port.text not in (None, "0") else PORT


def _told(place: Listening, port: Found) -> dict[str, Found]:
    """Variables that say where to listen: the port where there is no default, and an address that others reach."""
    told = {}
    if place.port.variable not in ("", "PORT") and place.port.text is None:
        told[place.port.variable] = Found(port.value.split()[0], place.source)
    # The engine gives HOSTNAME the container's name, which the health check does not ask.
    if (place.host.variable and place.host.text != ANY) or place.host.variable == "HOSTNAME":
        told[place.host.variable] = Found(ANY, place.host.source)
    return told


def _unreachable(place: Listening) -> ScaffoldError | None:
    from scaffold.languages.node_listen import is_loopback

    if (
        place.host.variable
        or place.host.doubtful
        or not (is_loopback(place.host) or (place.fastify and place.host.text is None))
    ):
        return None
    written = place.host.text or "localhost, as Fastify does by itself"
    return ScaffoldError(
        f"{place.source} listens on {written}, which nothing outside the container reaches.",
        "Listen there on process.env.HOST ?? '0.0.0.0'; or say --port if it is not so.",
    )


def _joined(before: Found | None, more: dict[str, Found]) -> Found:
    """Variables said before, and others that are not among them."""
    known = dict(one.partition("=")[::2] for one in shlex.split(before.value)) if before else {}
    added = {name: found for name, found in more.items() if name not in known}
    pairs = known | {name: found.value for name, found in added.items()}
    sources = dict.fromkeys([*([before.source] if before else []), *(found.source for found in added.values())])
    return Found(shlex.join(f"{name}={value}" for name, value in pairs.items()), ", ".join(sources), "likely")
