"""Reads a table of answers, as TOML and JSON hold them, into checked answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.layers import Layer
from scaffold.questions import BY_KEY, NO, QUESTIONS, YES, Given, Question
from scaffold.values import compose_name, nearest

_QUOTING = frozenset("\"'$`\\ ")


class Table(NamedTuple):
    """The answers of a file, and the directory of each service that it names: empty where it does not say one."""

    layer: Layer
    directories: Mapping[str, str]


def read(content: Mapping[str, Any], source: str) -> Table:
    """The answers of a file: keys at its top count for all services, those below `service.NAME` for one.

    Raises ScaffoldError for an unknown key, with the nearest known one, and for a value that does not fit; `source`
    says where they stand.
    """
    top = dict(content)
    tables = top.pop("service", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise ScaffoldError(f"{source} has no table for its services.", "Write them as [service.web].")
    services: dict[str, Given] = {}
    directories: dict[str, str] = {}
    of_one = [question.key for question in QUESTIONS if not question.whole]
    for name, table in tables.items():
        rest = dict(table)
        # A name that none can be is refused also where nothing is said of its directory.
        place = directory(name, rest.pop("directory", "."), source)
        directories[name] = place if "directory" in table else ""
        services[name] = checked(rest, of_one, f"[service.{name}] of {source}", ("directory",))
    every = checked(top, list(BY_KEY), f"the top of {source}", ("service",))
    return Table(Layer(source, every, services), directories)


def directory(service: str, value: object, source: str) -> str:
    """The directory of a service as text. Raises ScaffoldError for one outside the project, and for a bad name."""
    if service != compose_name(service):
        raise ScaffoldError(f"{service!r} in {source} cannot name a service.", f"Call it {compose_name(service)}.")
    if value == ".":
        return "."
    parts = value.split("/") if isinstance(value, str) else [""]
    if not all(part.strip(".") and part.isprintable() and _QUOTING.isdisjoint(part) for part in parts):
        raise ScaffoldError(
            f"{value!r} of {service} in {source} is no folder in the project.", 'Write it as "." or "server".'
        )
    return str(value)


def checked(table: Mapping[str, Any], known: Sequence[str], where: str, beside: Sequence[str] = ()) -> Given:
    """The answers of a table to the `known` questions; `beside` are keys that may stand there too, and were read.

    Raises ScaffoldError for an unknown key or a value that does not fit.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    for key, value in table.items():
        if key not in known:
            raise nearest(key, [*known, *beside], f"key at {where}")
        values = _texts(BY_KEY[key], value, where)
        if not BY_KEY[key].several:
            found[key] = values[0]
        elif values or BY_KEY[key].whole:
            found[key] = values
    return found


def _texts(question: Question, value: object, where: str) -> tuple[str, ...]:
    """The value of a key as checked texts; one that is a whole number is taken as if it were quoted."""
    if question.switch and isinstance(value, bool):
        value = YES if value else NO
    values = value if question.several and isinstance(value, list) else [value]
    if not all(isinstance(item, (str, int)) and not isinstance(item, bool) for item in values):
        form = '["..."]' if question.several else '"..."'
        raise ScaffoldError(f"{question.key} at {where} is no text.", f"Write it as {question.key} = {form}.")
    try:
        return tuple(question.check(_text(item)) for item in values)
    except ScaffoldError as error:
        raise ScaffoldError(f"{question.key} at {where}: {error.fact}", error.remedy) from None


def _text(value: Any) -> str:
    try:
        return str(value)
    except ValueError:  # of a number with thousands of digits
        return f"{value:#x}"
