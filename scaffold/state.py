"""What is kept between runs: the answers, written to be edited by hand, and the lock, written to be compared."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from scaffold import __version__
from scaffold.ask import Given
from scaffold.errors import ScaffoldError
from scaffold.model import Answers, File, Image, Service
from scaffold.project import Project
from scaffold.questions import BY_KEY, nearest

ANSWERS = ".dockerscaffold.toml"
LOCK = ".dockerscaffold.lock"
FORMAT = 1
"""Of the lock: raised when a reader of the old format could misread the new one."""

_HEAD = """\
# The answers that the container files are made from. Edit them, and run: dockerscaffold new
"""


@dataclasses.dataclass(frozen=True)
class Saved:
    """The saved answers: those about the whole project, and by name those about each service."""

    name: str
    whole: Given
    services: dict[str, tuple[str, Given]]
    """Directory and answers."""


def load(project: Project) -> Saved | None:
    """The saved answers, or None; raises ScaffoldError for an unknown key or a value that does not fit."""
    content = project.toml(ANSWERS)
    if content is None:
        return None
    services = content.pop("service", {})
    name = content.pop("name", "")
    if not isinstance(services, dict) or not all(isinstance(table, dict) for table in services.values()):
        raise ScaffoldError(f"{ANSWERS} has no table for its services.", "Write them as [service.web].")
    if not isinstance(name, str):
        raise ScaffoldError(f"name in {ANSWERS} is no text.", 'Write it as name = "app".')
    found: dict[str, tuple[str, Given]] = {}
    for service, table in services.items():
        directory = _directory(service, table.pop("directory", "."))
        found[service] = (directory, _checked(table, f"[service.{service}]", whole=False))
    return Saved(name, _checked(content, "the top", whole=True), found)


def _directory(service: str, value: object) -> str:
    from scaffold.ask import compose_name

    if service != compose_name(service):
        raise ScaffoldError(f"{service!r} in {ANSWERS} cannot name a service.", f"Call it {compose_name(service)}.")
    parts = value.split("/") if isinstance(value, str) else [""]
    if value != "." and not all(
        part.strip(".") and part.isprintable() and not set(part) & set("\"'$`\\ ") for part in parts
    ):
        raise ScaffoldError(
            f"{value!r} of {service} in {ANSWERS} is no folder in the project.", 'Write it as "." or "server".'
        )
    return str(value)


def _checked(table: dict[str, Any], where: str, whole: bool) -> Given:
    known = [key for key, question in BY_KEY.items() if question.whole == whole]
    checked: dict[str, str | tuple[str, ...]] = {}
    for key, value in table.items():
        if key not in known:
            extra = ["name", "service"] if whole else ["directory"]
            raise nearest(key, [*known, *extra], f"key at {where} of {ANSWERS}")
        question = BY_KEY[key]
        values = value if question.several and isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            form = f'{key} = ["..."]' if question.several else f'{key} = "..."'
            raise ScaffoldError(f"{key} at {where} of {ANSWERS} is no text.", f"Write it as {form}.")
        texts = tuple(map(question.check, values))
        checked[key] = texts if question.several else texts[0]
    return checked


def answers_file(answers: Answers, existing: str | None) -> File:
    """The answers as a file; comments and order of an existing one are kept."""
    if existing is None:
        lines = [_HEAD, *_lines(_whole(answers))]
        for service in answers.services:
            lines += ["", f"[service.{service.name}]", *_lines(_of(service))]
        return File(ANSWERS, "\n".join(lines) + "\n")
    import tomlkit

    document = tomlkit.parse(existing)
    _update(document, _whole(answers))
    if "service" not in document:
        document["service"] = tomlkit.table(is_super_table=True)
    tables: Any = document["service"]
    for service in answers.services:
        if service.name not in tables:
            tables[service.name] = tomlkit.table()
        _update(tables[service.name], _of(service))
    return File(ANSWERS, tomlkit.dumps(document))


def _update(table: Any, values: dict[str, Any]) -> None:
    for key, value in values.items():
        if table.get(key) != value:
            table[key] = value


def _whole(answers: Answers) -> dict[str, Any]:
    return {
        "name": answers.name,
        "platform": list(answers.platforms),
        "registry-mirror": ["=".join(pair) for pair in answers.mirrors],
    }


def _of(service: Service) -> dict[str, Any]:
    return {
        "directory": service.directory,
        "language": service.language,
        "version": service.version,
        "tier": service.tier,
        "packages": service.packages,
        "build": service.build,
        "start": service.start,
        "port": [str(port) for port in service.ports],
        "health-path": service.health,
    }


def lock_file(images: Sequence[Image], files: Sequence[File]) -> File:
    """The lock: the pins, sorted, one in a paragraph, and each written file's text, one line in an element."""
    lines = [
        "# Made by dockerscaffold: the pins, and what it wrote. Commit it; do not edit it.",
        "",
        f"format = {FORMAT}",
        f"version = {_text(__version__)}",
    ]
    for image in sorted(images, key=lambda image: (image.name, image.tag)):
        lines += ["", "[[image]]"]
        lines += _lines(
            {
                "name": image.name,
                "tag": image.tag,
                "digest": image.digest,
                "platforms": list(image.platforms),
                "source": image.source,
                "date": image.date,
            }
        )
    for file in sorted(files, key=lambda file: file.path):
        lines += ["", "[[file]]", f"path = {_text(file.path)}", "text = ["]
        lines += [f"    {_text(line)}," for line in file.text.split("\n")]
        lines += ["]"]
    return File(LOCK, "\n".join(lines) + "\n")


def locked_dates(project: Project) -> dict[tuple[str, str, str], str]:
    """The date of each pin in the lock, by name, tag and digest: a pin that stays keeps its day.

    Raises ScaffoldError for a lock that is damaged, or of a newer version.
    """
    content = project.toml(LOCK)
    if content is None:
        return {}
    if content.get("format") != FORMAT:
        raise ScaffoldError(
            f"{LOCK} has format {content.get('format')}, and this dockerscaffold reads {FORMAT}.",
            "Install the version that wrote it, or remove the file.",
        )
    images = content.get("image", [])
    return {(str(i.get("name")), str(i.get("tag")), str(i.get("digest"))): str(i.get("date")) for i in images}


def _lines(values: dict[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: str | list[str]) -> str:
    return _text(value) if isinstance(value, str) else f"[{', '.join(map(_text, value))}]"


def _text(text: str) -> str:
    """A basic string of TOML, which differs from JSON's in that a delete character is escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
