"""What an expression of Go comes to, as far as the text shows: literals, and what flags and variables decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from scaffold.languages import go_tree
from scaffold.languages.go_sources import File, Sources, joined
from scaffold.languages.go_tree import Bound, Call, Tree, text

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 9
"""How many names are followed one after the other."""

MOST = 12
"""How many values an expression is taken to have."""

MOST_LOOKED_AT = 40_000
"""How many expressions are looked at: detection takes bounded time."""

THROUGH = frozenset(
    {"Itoa", "Atoi", "ParseInt", "ParseUint", "TrimSpace", "TrimSuffix", "Clean", "Abs", "FromSlash"}
    | {"Trim", "TrimRight", "TrimLeft", "TrimPrefix", "string", "int", "uint16", "uint", "int64", "FormatInt"}
    | {"FormatUint", "Must", "ExpandEnv", "Expand", "Sub", "Fields", "ToSlash", "EvalSymlinks", "Dir", "String"}
    | {"StringValue", "ParseUint16", "Parse", "byte"}
)
"""Functions whose value is much like their argument."""


class Knob(NamedTuple):
    """What decides a value from outside: `kind` is `env`, `flag` or `config`, `default` is what holds without it."""

    kind: str
    name: str
    default: str | None
    place: str


class Value(NamedTuple):
    """A text, in which parts are decided from outside; `place` is where the text begins."""

    parts: tuple[str | Knob, ...]
    place: str

    @property
    def text(self) -> str | None:
        """What it is when nothing is set; None when that is not known."""
        said = [part.default if isinstance(part, Knob) else part for part in self.parts]
        return None if None in said else "".join(filter(None, said))

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """What decides it."""
        return tuple(part for part in self.parts if isinstance(part, Knob))


class Settings(Protocol):
    """A module that knows how programs are told things: `scaffold.languages.go_flags`."""

    def call(self, values: Values, one: Call, depth: int) -> list[Value] | None:
        """What a call reads from outside; None for one that is no such."""

    def member(self, values: Values, on: str, name: str, depth: int) -> list[Value]:
        """What the field `name` of `on` may hold."""

    def variable(self, values: Values, name: str, depth: int) -> list[Value]:
        """What flags give a variable that they are bound to."""


class Values:
    """Follows names through the parsed `tree`; `settings` knows what calls, fields and variables read from outside."""

    def __init__(self, sources: Sources, tree: Tree, settings: Settings) -> None:
        self.sources, self.tree, self._settings = sources, tree, settings
        self._left = MOST_LOOKED_AT
        self._of_known = dict[tuple[int, int, str], list[Value]]()
        self._known = {(call.node.start_byte, call.node.end_byte, call.file.path): call for call in tree.calls}

    def of(self, node: Node | None, file: File, depth: int = 0) -> list[Value]:
        """The values that an expression may have, the likeliest first; none when nothing is known."""
        if node is None or depth > DEEPEST or self._left <= 0:
            return []
        node = go_tree.bare(node)
        key = node.start_byte, node.end_byte, file.path
        if key not in self._of_known:
            self._left -= 1
            # What leads to itself comes to nothing more.
            self._of_known[key] = []
            self._of_known[key] = _settled(list(islice(self._of(node, file, depth), MOST)))
        return self._of_known[key]

    def _of(self, node: Node, file: File, depth: int) -> Iterator[Value]:
        place = file.place(go_tree.line(node))
        if node.type in ("interpreted_string_literal", "raw_string_literal"):
            yield Value((literal(node),), place)
        elif node.type == "int_literal":
            yield Value((text(node),), place)
        elif node.type == "binary_expression" and text(node.child_by_field_name("operator")) == "+":
            sides = [self.of(node.child_by_field_name(side), file, depth + 1) for side in ("left", "right")]
            yield from joint(sides, "", place)
        elif node.type == "unary_expression":
            yield from self.of(node.child_by_field_name("operand"), file, depth)
        elif node.type == "identifier":
            yield from self._name(node, file, depth)
        elif node.type == "selector_expression":
            yield from self._selected(node, file, depth)
        elif call := self._known.get((node.start_byte, node.end_byte, file.path)):
            yield from self._call(call, depth)

    def _call(self, call: Call, depth: int) -> Iterator[Value]:
        if (known := self._settings.call(self, call, depth)) is not None:
            yield from known
            return
        arguments = call.arguments
        inner = [self.of(argument, call.file, depth + 1) for argument in arguments[:6]] if call.name in JOINS else []
        if call.name == "Sprintf":
            yield from _formatted(inner, call.place)
        elif call.name == "JoinHostPort" and len(inner) == 2:
            yield from joint([inner[0], [Value((":",), "")], inner[1]], "", call.place)
        elif call.name == "Join" and call.package in ("path", "path/filepath"):
            kept = [side for side in inner if [value.text for value in side] != [""]]
            yield from joint(kept, "/", call.place)
        elif call.name == "Or" and call.package == "cmp":
            yield from (value for values in inner for value in values)
        elif call.name in ("Getwd", "Executable"):
            yield Value((".",), call.place)
        elif call.name in THROUGH and (not arguments if call.name == "String" else arguments or call.on):
            operand = call.node.child_by_field_name("function")
            receiver = operand.child_by_field_name("operand") if operand is not None and not arguments else None
            yield from self.of(arguments[0] if arguments else receiver, call.file, depth + 1)
        elif arguments and len(arguments) <= 2 and call.name in ("Int", "String", "Str", "Bool"):
            return
        else:
            yield from self._returned(call, depth)

    def _returned(self, call: Call, depth: int) -> Iterator[Value]:
        """What a function of the program's own returns."""
        for declared in self.tree.functions.get(call.name, ())[:3]:
            for node in _returns(declared.node):
                yield from self.of(node, declared.file, depth + 1)

    def _name(self, node: Node, file: File, depth: int) -> Iterator[Value]:
        scope, name = go_tree.function(node), text(node)
        bound = self.tree.local.get((file.path, scope.id, name), []) if scope is not None else []
        for one in bound:
            if one.node.start_byte != node.start_byte:
                yield from self.of(_not_around(one.node, node), one.file, depth + 1)
        if scope is not None and not bound and (position := _parameter(scope, name)) is not None:
            for call in islice(self.tree.called(text(scope.child_by_field_name("name"))), 4):
                if position < len(call.arguments):
                    yield from self.of(call.arguments[position], call.file, depth + 1)
            return
        yield from self._settings.variable(self, name, depth)
        if not bound:
            for one in self.tree.package.get((go_tree.folder(file), name), ()):
                yield from self.of(one.node, one.file, depth + 1)

    def _selected(self, node: Node, file: File, depth: int) -> Iterator[Value]:
        on, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        path = next((path for path, (_, called) in file.imports.items() if called == text(on)), None)
        folder = self.sources.folder(path) if path else None
        if path:
            bound: list[Bound] = self.tree.package.get((folder, name), []) if folder else []
            yield from self._settings.variable(self, name, depth) if folder else ()
            for one in bound:
                yield from self.of(one.node, one.file, depth + 1)
        else:
            yield from self._settings.member(self, text(on), name, depth)


JOINS = ("Sprintf", "JoinHostPort", "Join", "Or")


def literal(node: Node) -> str:
    """The text of a string literal."""
    said = text(node)[1:-1]
    return said if node.type.startswith("raw") else re.sub(r'\\(["\\])', r"\1", said)


def joint(sides: list[list[Value]], between: str, place: str) -> Iterator[Value]:
    """Every text made of one value of each; nothing when a side is not known."""
    made: list[tuple[str | Knob, ...]] = [()]
    for side in sides:
        ends = (between,) if between else ()
        made = [(*done, *(ends if done else ()), *value.parts) for done in made for value in side][:MOST]
    for parts in made:
        if parts:
            yield Value(parts, place)


def _formatted(inner: list[list[Value]], place: str) -> Iterator[Value]:
    if not inner or not inner[0] or not isinstance(inner[0][0].parts[0], str):
        return
    pieces = re.split(r"%[+\d.]*[sdvq]", inner[0][0].parts[0])
    if len(pieces) == len(inner):
        sides = [[Value((pieces[0],), place)]]
        for values, piece in zip(inner[1:], pieces[1:], strict=True):
            sides += [values, [Value((piece,), place)]]
        yield from joint(sides, "", place)


def _settled(values: list[Value]) -> list[Value]:
    """One of each; what stands for a variable that is not set is its default."""
    plain = [value for value in values if not value.knobs and value.text]
    made, default = list[Value](), plain[0].text if plain else None
    for value in values:
        if len(value.parts) == 1 and isinstance(knob := value.parts[0], Knob) and not knob.default:
            others = [one.text for one in values if one.knobs and one.text]
            filled = default or (others[0] if others else knob.default)
            value = Value((knob._replace(default=filled),), value.place)
        if value not in made:
            made.append(value)
    return sorted(made, key=lambda value: not value.knobs)


def _returns(declared: Node) -> Iterator[Node]:
    """The first expression of each return of a function."""
    waiting, looked_at = [declared], 0
    while waiting and looked_at < 2_000:
        node, looked_at = waiting.pop(), looked_at + 1
        if node.type == "return_statement" and node.named_children:
            listed = node.named_children[0]
            yield listed.named_children[0] if listed.type == "expression_list" else listed
        elif node.type != "func_literal":
            waiting += reversed(node.named_children)


def _parameter(declared: Node, name: str) -> int | None:
    """Which argument a parameter is."""
    listed, position = declared.child_by_field_name("parameters"), 0
    for one in listed.named_children if listed is not None else []:
        for known in one.children_by_field_name("name"):
            if text(known) == name:
                return position
            position += 1
    return None


def _not_around(value: Node, name: Node) -> Node | None:
    """The value, unless the name stands in it: x = x + 1."""
    return None if value.start_byte <= name.start_byte < value.end_byte else value


def place_of(folder: str, path: str) -> str | None:
    """A path below a folder in plain form, None when it leads out of the project."""
    parts: list[str] = [] if path.startswith("/") else [part for part in folder.split("/") if part != "."]
    for part in path.strip("/").split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return joined(".", "/".join(parts))
