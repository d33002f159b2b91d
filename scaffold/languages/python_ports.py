"""The port of a Python program that is told it by flags: the one that its files show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold.facts import Found
from scaffold.languages import python_listening
from scaffold.languages.python_scripts import kinds
from scaffold.languages.python_source import Module
from scaffold.languages.python_values import Values
from scaffold.project import Project

LEAST = 1024
"""Below, ports are a proxy's: a program that is told its port takes another."""

_LINES = (
    ("gunicorn.conf.py", r"bind\s*=\s*f?[\"'].*:(\d+)[\"']"),
    (".streamlit/config.toml", r"port\s*=\s*(\d+)"),
    (".flaskenv", r"(?:export\s+)?FLASK_RUN_PORT=[\"']?(\d+)"),
    (".env.example", r"(?:export\s+)?(?:\w+_)?PORT=[\"']?(\d+)"),
    (".env.sample", r"(?:export\s+)?(?:\w+_)?PORT=[\"']?(\d+)"),
    (".env.template", r"(?:export\s+)?(?:\w+_)?PORT=[\"']?(\d+)"),
    ("Dockerfile", r"(?i:EXPOSE)\s+(\d+)"),
)
"""Files with a pattern of the lines that name a port."""

_OTHERS = re.compile(
    r"(DB|DATABASE|POSTGRES\w*|PG|MYSQL|REDIS|MAIL|SMTP|EMAIL|MONGO\w*|RABBIT\w*|KAFKA|ELASTIC\w*)_PORT"
)


def shown(project: Project, modules: Iterable[Module], values: Values) -> Found | None:
    """The port that the sources or files of a project show; None when they show none of the app's own."""
    return next(_shown(project, list(modules), values), None)


def _shown(project: Project, modules: list[Module], values: Values) -> Iterator[Found]:
    for module in modules:
        for one in python_listening.listening(module, values, kinds(module)):
            said = any(key.arg == "port" for key in one.node.keywords) or len(one.node.args) > 1
            if said and one.port.number >= LEAST:
                yield Found(str(one.port.number), one.source)
    if (field := values.settings.get("port") or values.settings.get("PORT")) and field[1] in modules:
        value = values.of(field[0], field[1])
        if value.number >= LEAST:
            yield Found(str(value.number), field[1].at(field[0]))
    for module in modules:
        for name in ("PORT", "port", "SERVER_PORT", "APP_PORT"):
            if name in module.assigned and (value := values.of(module.assigned[name], module)).number >= LEAST:
                yield Found(str(value.number), module.at(module.assigned[name]))
    yield from written(project)


def written(project: Project) -> Iterator[Found]:
    """The ports that lines of files beside the sources name."""
    for path, pattern in _LINES:
        if path == "Dockerfile" and "dockerscaffold" in project.glance(path, 200):
            continue
        for number, line in enumerate(project.glance(path).splitlines(), 1):
            match = re.match(rf"\s*{pattern}", line)
            if match and not _OTHERS.match(line.strip()) and LEAST <= int(match[1][:6]) < 65536:
                yield Found(match[1], f"{path}:{number}")
