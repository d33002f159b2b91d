"""What is known of the answers while they are being given, whether they fit or not."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from scaffold import ask
from scaffold.draft import settle
from scaffold.errors import ScaffoldError
from scaffold.layers import Layer, found
from scaffold.model import Found
from scaffold.questions import BY_KEY
from scaffold.survey import ANSWERED, Survey

if TYPE_CHECKING:
    import datetime

FREE = "next free port"
"""The source of a port that is offered in place of one which another service has."""


def sources(now: Survey, service: str, today: datetime.date) -> Mapping[str, Found]:
    """The answers about a service and the whole so far by key, as far as they can be told; "" is the whole alone."""
    layers = (*now.before, *now.behind)
    told = {key: answer for key in BY_KEY if (answer := found(layers, key, service))}
    with contextlib.suppress(ScaffoldError):
        if service and not ask.missing(service, facts := now.facts(service), now.before):
            told |= ask.service(service, now.places[service], facts, now.before, now.behind)[1]
    with contextlib.suppress(ScaffoldError):
        told |= settle(now, today).sources[""]
    return told


def answered(now: Survey, service: str, key: str, value: str | tuple[str, ...]) -> Survey:
    """The survey with an answer of the user's own; with another language, without those that mean nothing in it."""
    own = now.before[0]
    if key == "language" and own.source == ANSWERED:
        kept = {key: said for key, said in own.services.get(service, {}).items() if not BY_KEY[key].spoken}
        own = replace(own, services={**own.services, service: kept})
        now = replace(now, before=(own, *now.before[1:]))
    return now.answered(service, key, value)


def apart(now: Survey, today: datetime.date) -> Survey:
    """The survey with the next free port for each service whose own, which nobody has said, another one has."""
    said = {name: found(now.before, "port", name) for name in now.places}
    taken = {port for answer in said.values() if answer for port in answer.value.split()}
    moved: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name in [name for name, answer in said.items() if not answer]:
        detected = sources(now, name, today).get("port")
        ports = detected.value.split() if detected else []
        free = tuple(_free(port, taken) for port in ports)
        taken.update(free)
        if list(free) != ports:
            moved[name] = {"port": free}
    return replace(now, before=(*now.before, Layer(FREE, {}, moved))) if moved else now


def _free(port: str, taken: set[str]) -> str:
    """The port, or the next one that is not taken."""
    number, slash, protocol = port.partition("/")
    while f"{number}{slash}{protocol}" in taken:
        number = str(int(number) % 65535 + 1)
    return f"{number}{slash}{protocol}"
