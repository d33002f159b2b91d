"""YAML as values that know their lines, with aliases, merge keys and Compose's variables resolved."""

from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

LARGEST = 1_000_000
"""How many values a file may hold when all its aliases are written out."""

_MERGE = "tag:yaml.org,2002:merge"


class Unreadable(Exception):
    """A text that is not one YAML mapping: `line` counts from 1, the message is a sentence without its stop."""

    def __init__(self, fact: str, line: int) -> None:
        super().__init__(fact)
        self.line = line


@dataclass(frozen=True)
class Value:
    """A value and the line of its key, or its own in a list, counted from 1.

    `text` is a scalar as written without quotes, empty for null; `items` are those of a list, `fields` of a mapping.
    """

    line: int
    text: str = ""
    items: tuple[Value, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    how: str = ""
    """`reset` or `override` where its tag says so: the first takes away what a file before it has, the second replaces
    it."""

    def at(self, *keys: str) -> Value | None:
        """What stands below these keys, one within the other; None when one of them is not there."""
        found: Value | None = self
        for key in keys:
            found = found.fields.get(key) if found else None
        return found

    def word(self, *keys: str) -> str:
        """The scalar below these keys, variables resolved; empty when it is not there."""
        found = self.at(*keys)
        return resolved(found.text) if found else ""

    def list(self, *keys: str) -> tuple[Value, ...]:
        """The items of the list below these keys; a lone scalar is a list of one."""
        found = self.at(*keys)
        if not found:
            return ()
        return found.items or ((found,) if found.text else ())

    @property
    def true(self) -> bool:
        """Whether it is a true, as Compose reads it."""
        return resolved(self.text).lower() in ("true", "yes", "on", "y", "1")


def read(text: str, above: int = 0) -> Value:
    """The mapping that a text holds; several documents count as one, as in Compose, the later before the earlier.

    Lines are counted behind those `above` it, of other files. Raises Unreadable, whose line is the text's own, for what
    is no YAML, no mapping, has a key twice, or is larger than LARGEST.
    """
    found = Value(above + 1)
    try:
        for node in _nodes(text):
            value = _Reader(above).value(node)
            if value.items or value.text:
                raise Unreadable("It is no mapping", value.line - above)
            found = joined(found, value)
    except RecursionError:
        raise Unreadable("It is nested too deeply", 1) from None
    return found


def plain(mapping: Value) -> dict[str, Any]:
    """A mapping without its lines: of texts, lists and dictionaries; what aliases stand for is one and the same."""
    made: dict[int, Any] = {}

    def of(value: Value) -> Any:
        if id(value) not in made:
            inner = {key: of(field) for key, field in value.fields.items()} or [of(item) for item in value.items]
            made[id(value)] = inner or value.text
        return made[id(value)]

    return {key: of(value) for key, value in mapping.fields.items()}


def joined(base: Value, own: Value) -> Value:
    """A value laid over another, as Compose does it: mappings are joined, lists appended, anything else is replaced.

    What the tags `!reset` and `!override` say of the base holds; of two forms of one setting (`A=b`, `A: b`) both stay.
    """
    if own.how:
        return Value(own.line, how="reset") if own.how == "reset" else own
    if not (own.fields or own.items or own.text):
        return base if base.fields or base.items or base.text else own
    fields = {**base.fields, **{key: _over(key, base.fields.get(key), value) for key, value in own.fields.items()}}
    items = (*base.list(), *own.list()) if base.items or own.items else ()
    return Value(base.line if base.fields and own.fields else own.line, own.text if not items else "", items, fields)


def _over(key: str, base: Value | None, own: Value) -> Value:
    """A field over the same of another mapping; a command is one thing, though it may be a list."""
    if base and key in ("command", "entrypoint", "test") and not own.how:
        return own if own.items or own.text else base
    return joined(base or Value(own.line), own)


def resolved(text: str) -> str:
    """A text with the defaults of Compose's variables (`${PORT:-80}`) put in; a `$` stays for one without a default."""
    plain = re.sub(r"\$\{\w+:?-([^{}]*)\}", lambda match: match[1], text.replace("$$", "\0"))
    return re.sub(r"\$\{\w+(?:[^\w{}][^{}]*)?\}|\$\w+", "$", plain).replace("\0", "$$")


def _nodes(text: str) -> Iterator[Node]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from YAML(typ="safe", pure=True).compose_all(text.removeprefix("\ufeff"))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            # What is not closed is missed behind the last line.
            line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
            raise Unreadable(f"It is no YAML: {_ascii(error.problem or error.context or 'unknown')}", line) from None
        except YAMLError:
            raise Unreadable("It is no YAML: it has a character that cannot stand in it", 1) from None
        except (ValueError, AttributeError, IndexError, KeyError, TypeError, AssertionError):
            # The parser fails on some malformed directives and escapes with whatever it was doing.
            raise Unreadable("It is no YAML", 1) from None


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


class _Reader:
    """Makes values of one document's nodes, each node once."""

    def __init__(self, above: int) -> None:
        self.above = above
        self.made: dict[tuple[int, int], Value] = {}
        self.sizes: dict[int, int] = {}

    def value(self, node: Node) -> Value:
        self.measure(node)
        return self.of(node, self.line(node))

    def line(self, node: Node) -> int:
        """The line that a node begins on, counted through all files."""
        return int(node.start_mark.line) + 1 + self.above

    def measure(self, node: Node) -> int:
        """How many values there are with aliases written out; a node within itself has no end."""
        from ruamel.yaml.nodes import CollectionNode

        if not isinstance(node, CollectionNode):
            return 1
        known = self.sizes.get(id(node))
        if known == 0:
            raise Unreadable("It holds an alias of what it stands in", node.start_mark.line + 1)
        if known is None:
            self.sizes[id(node)] = 0
            parts = [part for entry in node.value for part in (entry if isinstance(entry, tuple) else (entry,))]
            known = 1 + sum(map(self.measure, parts))
            if known > LARGEST:
                raise Unreadable("Its aliases stand for too much", node.start_mark.line + 1)
            self.sizes[id(node)] = known
        return known

    def of(self, node: Node, line: int) -> Value:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        key = (id(node), line)
        if key not in self.made:
            if isinstance(node, MappingNode):
                made = Value(line, fields=self.fields(node))
            elif isinstance(node, SequenceNode):
                made = Value(line, items=tuple(self.of(item, self.line(item)) for item in node.value))
            else:
                made = Value(line, text="" if str(node.tag).endswith(":null") else str(node.value))
            tag = str(node.tag).lstrip("!")
            self.made[key] = dataclasses.replace(made, how=tag) if tag in ("reset", "override") else made
        return self.made[key]

    def fields(self, node: Node) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                for part in self.merged(value):
                    merged = {**part.fields, **merged}
                continue
            name = str(key.value)
            if name in own:
                raise Unreadable(f"The key {_ascii(name)} stands there twice", key.start_mark.line + 1)
            own[name] = self.of(value, self.line(key))
        return {**merged, **own}

    def merged(self, node: Node) -> tuple[Value, ...]:
        """The mappings that a merge key brings, the first before the others."""
        found = self.of(node, self.line(node))
        return found.items or (found,)
