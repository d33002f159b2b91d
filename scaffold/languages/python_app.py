"""What starts a Python project, and what follows from that: port, health, environment, and where it writes."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import (
    python_django,
    python_health,
    python_needs,
    python_pick,
    python_ports,
    python_servers,
    python_writes,
)
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_packages import Packages
from scaffold.languages.python_source import Module, Modules
from scaffold.languages.python_values import Values
from scaffold.project import Project


class Reading(NamedTuple):
    """What the sources of a Python project say: answers and unknown ones, traits, notes and needs as Facts has them."""

    answers: dict[str, Found]
    unknown: dict[str, ScaffoldError]
    traits: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()
    needs: tuple[Found, ...] = ()
    folder: str = "."


def read(project: Project, packages: Packages) -> Reading:
    """Reads how a project is started and what that wants, its packages known. Nothing of it is run."""
    modules = Modules(project)
    try:
        begun = _begin(modules, packages)
    except ScaffoldError as error:
        return Reading({}, {"start": error})
    place = "/app" if begun.folder == "." else f"/app/{begun.folder}"
    values = Values(modules, place)
    inner = list(begun.modules)
    if begun.first:
        inner = list(dict.fromkeys([*modules.closure(begun.first), *inner]))
    found = {"start": begun.start, "build": begun.build, **_network(begun, inner, values, project)}
    env = _environment(begun, inner)
    found["env"] = Found(shlex.join(env), begun.start.source) if env else None
    found["writable"], found["tmpfs"] = python_writes.settle(
        [*python_writes.written(inner, values, _keeps_beside(packages)), *_known(packages)], project
    )
    needs = begun.needs or python_needs.needs(inner, (one.partition("=")[0] for one in env))
    tool = [Found("tool", begun.start.source)] if begun.kind == "tool" else []
    return Reading(
        {key: value for key, value in found.items() if value},
        {},
        (*begun.traits, *tool),
        (*begun.notes, *python_needs.services(inner, values)),
        needs,
        begun.folder,
    )


def _begin(modules: Modules, packages: Packages) -> Begun:
    if django := python_django.find(modules):
        return python_django.begin(django, packages.names)
    return python_pick.begin(modules, packages)


def _network(begun: Begun, inner: list[Module], values: Values, project: Project) -> dict[str, Found | None]:
    """The answers about port and health."""
    if begun.kind != "server":
        return {"port": Found("none", f"{begun.start.source}, a {begun.kind}", "likely")}
    port = begun.port
    if not port and not begun.own:
        port = python_ports.shown(project, inner, values)
    if not port and (custom := python_servers.PORTS.get(begun.start.value.partition(" ")[0])):
        port = Found(str(custom), f"{begun.start.value.partition(' ')[0]}'s default")
    health = begun.health
    if not health and begun.app and not begun.quiet:
        health = python_health.health(values.modules, inner, values, begun.app)
    return {"port": port, "health-path": health}


def _environment(begun: Begun, inner: list[Module]) -> tuple[str, ...]:
    """The program's own variables, and those that packages want where nothing but /tmp can be written."""
    imported = {name.partition(".")[0] for module in inner for name in module.imports.values()}
    known = {
        "matplotlib": "MPLCONFIGDIR=/tmp/matplotlib",
        "numba": "NUMBA_CACHE_DIR=/tmp/numba",
        "gradio": "GRADIO_ANALYTICS_ENABLED=False",
    }
    return tuple(dict.fromkeys([*begun.env, *(value for name, value in known.items() if name in imported)]))


def _keeps_beside(packages: Packages) -> bool:
    """Whether Flask-SQLAlchemy is one that keeps databases beside the app: 3.0 has them in its instance folder."""
    return any(pin.name == "flask-sqlalchemy" and re.match(r"[012]\.", pin.version) for pin in packages.pins)


def _known(packages: Packages) -> list[python_writes.Written]:
    """Where packages write in the working directory, whatever the program says."""
    known = {"nicegui": "/app/.nicegui", "chainlit": "/app/.files", "flask-session": "/app/flask_session"}
    return [python_writes.Written(path, name, False) for name, path in known.items() if name in packages.names]
