"""What is kept between runs: the answers, written to be edited by hand, and the lock, written to be compared."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

from scaffold import tables
from scaffold.model import Answers, File, Service
from scaffold.questions import NO, PLATFORMS, YES
from scaffold.tables import Table
from scaffold.values import compose_name

if TYPE_CHECKING:
    from scaffold.project import Project

ANSWERS = ".dockerscaffold.toml"
LOCK = ".dockerscaffold.lock"
ONLY = "web"
"""The name of a project's service when it has one and no name is saved."""

_HEAD = """\
# The answers that the container files are made from. Edit them, and run: dockerscaffold update
"""

_Value = str | bool | list[str]


def load(project: Project) -> Table:
    """The saved answers; of a project without any, a table that says nothing.

    A name of another form than Compose's is made into one. Raises ScaffoldError for an unknown key or a value that
    does not fit.
    """
    content = project.toml(ANSWERS) or {}
    name = content.get("name")
    if isinstance(name, str):
        content["name"] = compose_name(name)
        if not name:
            del content["name"]
    return tables.read(content, ANSWERS)


def answers_file(answers: Answers, existing: str | None) -> File:
    """The answers as a file; comments, order and line endings of an existing one, which `load` has read, are kept."""
    if existing is None:
        lines = [_HEAD, *toml_lines(_whole(answers, ()))]
        for service in answers.services:
            lines += ["", f"[service.{service.name}]", *toml_lines(_of(service, ()))]
        return File(ANSWERS, "\n".join(lines) + "\n")
    from scaffold.merging import BOM

    text = existing.removeprefix(BOM)
    if _says_all(text, answers):
        return File(ANSWERS, existing)
    import tomlkit

    document = tomlkit.parse(text)
    _update(document, _whole(answers, document))
    if "service" not in document:
        document["service"] = tomlkit.table(is_super_table=True)
    services: Any = document["service"]
    for service in answers.services:
        if service.name not in services:
            services[service.name] = tomlkit.table()
        _update(services[service.name], _of(service, services[service.name]), document)
    made = tomlkit.dumps(document)
    if "\r\n" in text:  # what is added ends its lines otherwise
        made = made.replace("\r\n", "\n").replace("\n", "\r\n")
    return File(ANSWERS, existing[: len(existing) - len(text)] + made)


def _says_all(text: str, answers: Answers) -> bool:
    """Whether nothing is to be changed: then the import of tomlkit, as long as all else, is spared."""
    import tomllib

    content = tomllib.loads(text)
    services = content.get("service", {})
    tables = [(service, services.get(service.name, {})) for service in answers.services]
    pairs = [(content, _whole(answers, content)), *((table, _of(service, table)) for service, table in tables)]
    return all(
        _same(table.get(key, content.get(key)), value) for table, values in pairs for key, value in values.items()
    )


def _update(table: Any, values: dict[str, Any], all_services: Mapping[str, Any] | None = None) -> None:
    """Sets what the table does not say, nor what stands for all services: where it was written it is to be edited."""
    for key, value in values.items():
        if not _same(table.get(key, (all_services or {}).get(key)), value):
            table[key] = value


def _same(written: Any, value: _Value) -> bool:
    """Whether a value is what stands there, in whichever of the forms that `load` takes: `80` for `["80"]`."""
    if isinstance(value, bool):
        return isinstance(written, bool) and written == value
    texts = [value] if isinstance(value, str) else value
    return written is not None and [str(i) for i in (written if isinstance(written, list) else [written])] == texts


def _whole(answers: Answers, written: Container[str]) -> dict[str, Any]:
    """The answers about the whole project: the name, and of the others what is not so by default, or `written`.

    What nobody has settled here is left to the settings of each user.
    """
    said = {
        "platform": (list(answers.platforms), list(PLATFORMS)),
        "registry-mirror": (["=".join(pair) for pair in answers.mirrors], []),
        "mirror-fallback": (answers.fallback, False),
        "allow-eol": (answers.allow_eol, False),
    }
    kept = {key: value for key, (value, default) in said.items() if value != default or key in written}
    return {"name": answers.name, **kept}


def _of(service: Service, written: Container[str]) -> dict[str, Any]:
    """The answers about a service; of those that few need, what is not empty or is `written`."""
    said: dict[str, Any] = {
        "directory": service.directory,
        "language": service.language,
        "version": service.version,
        "tier": service.tier,
        "packages": service.packages,
        "build": service.build,
        "start": service.start,
        "port": [str(port) for port in service.ports] or ["none"],
        "health-path": service.health,
    }
    lists = {"env": [f"{name}={value}" for name, value in service.env]}
    lists |= {"writable": list(service.writable), "tmpfs": list(service.tmpfs)}
    return said | {key: value for key, value in lists.items() if value or key in written}


def toml_lines(values: dict[str, Any]) -> list[str]:
    """A line of TOML for each value: a text, a list of texts, or true or false."""
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: _Value) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return toml_text(value) if isinstance(value, str) else f"[{', '.join(map(toml_text, value))}]"


def toml_text(text: str) -> str:
    """A basic string of TOML, which differs from JSON's in that a delete character is escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
