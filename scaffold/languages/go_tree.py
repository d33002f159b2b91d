"""The syntax of a program's own Go files: what is called, what is bound to which name, and what the structs say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from scaffold.languages.go_sources import File, Package

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_BYTES = 2_000_000
"""How much of the sources is parsed, the nearest to the program first."""

LONGEST = 1_000
"""Bytes of what is kept of an expression before a dot: what people write is shorter."""

_QUERY = """
(call_expression) @call
(const_spec) @named (var_spec) @named
(short_var_declaration) @set (assignment_statement) @set
(keyed_element) @keyed
(field_declaration) @field
(function_declaration) @function (method_declaration) @function
(composite_literal) @literal
[(interpreted_string_literal) (raw_string_literal)] @string
"""


class Call(NamedTuple):
    """A call: `name` is the function's own, `on` the text before the dot, `package` the path of an import there."""

    name: str
    on: str
    package: str
    node: Node
    file: File

    @property
    def arguments(self) -> list[Node]:
        """What it is called with."""
        listed = self.node.child_by_field_name("arguments")
        return [node for node in listed.named_children if node.type != "comment"] if listed else []

    @property
    def place(self) -> str:
        """The line it begins on."""
        return self.file.place(line(self.node))


class Bound(NamedTuple):
    """An expression that a name stands for, somewhere; `node` may be a call that is said the name's address."""

    node: Node
    file: File


class Field(NamedTuple):
    """A field of a struct with its tag: `owner` is the type's name, or the field's that has the type."""

    owner: str
    name: str
    type: str
    tag: str
    file: File
    line: int

    def tagged(self, key: str) -> str | None:
        """The value of a key of the tag."""
        found = re.search(rf'(?<![\w-]){re.escape(key)}:"((?:[^"\\]|\\.)*)"', self.tag)
        return found[1] if found else None


@dataclass
class Tree:
    """The parsed files of packages, nearest to the program first.

    `local` has bindings by file, function and name, `package` by folder and name, `member` by a field's name.
    """

    packages: tuple[Package, ...]
    calls: list[Call] = field(default_factory=list)
    strings: list[tuple[Node, File]] = field(default_factory=list)
    literals: list[tuple[Node, File]] = field(default_factory=list)
    fields: dict[str, list[Field]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, list[Bound]] = field(default_factory=lambda: defaultdict(list))
    local: dict[tuple[str, int, str], list[Bound]] = field(default_factory=lambda: defaultdict(list))
    package: dict[tuple[str, str], list[Bound]] = field(default_factory=lambda: defaultdict(list))
    member: dict[str, list[Bound]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def named(self) -> dict[str, list[Call]]:
        """The calls by the function's name."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.calls:
            found[call.name].append(call)
        return found

    def called(self, *names: str) -> Iterator[Call]:
        """The calls of functions of these names."""
        for name in names:
            yield from self.named.get(name, ())

    def imports(self, *prefixes: str) -> str:
        """The place of the first import whose path begins so, or an empty text."""
        for package in self.packages:
            for path, place in package.imports():
                if path.startswith(prefixes):
                    return place
        return ""

    def bind(self, name: Node, value: Node, file: File) -> None:
        """Notes that a name, a field or what a pointer leads to stands for a value."""
        if name.type == "identifier":
            scope = function(value)
            if scope is None:
                self.package[folder(file), text(name)].append(Bound(value, file))
            else:
                self.local[file.path, scope.id, text(name)].append(Bound(value, file))
        elif name.type == "selector_expression":
            self.member[text(name.child_by_field_name("field"))].append(Bound(value, file))


def parse(packages: Iterable[Package]) -> Tree:
    """Parses the files of packages, up to MOST_BYTES in all."""
    import tree_sitter_go
    from tree_sitter import Language, Parser, Query, QueryCursor

    go = Language(tree_sitter_go.language())
    parser, query = Parser(go), Query(go, _QUERY)
    tree, left = Tree(tuple(packages)), MOST_BYTES
    for package in tree.packages:
        for file in package.files:
            content = file.text.encode()
            if (left := left - len(content)) < 0:
                return tree
            _index(tree, QueryCursor(query).captures(parser.parse(content).root_node), file)
    return tree


def _index(tree: Tree, found: dict[str, list[Node]], file: File) -> None:
    paths = {name: path for path, (_, name) in file.imports.items()}
    for node in found.get("call", ()):
        called = node.child_by_field_name("function")
        if called is not None and called.type == "selector_expression":
            operand = called.child_by_field_name("operand")
            on = text(operand) if operand is not None and operand.end_byte - operand.start_byte < LONGEST else ""
            name = text(called.child_by_field_name("field"))
            tree.calls.append(Call(name, on, paths.get(on, ""), node, file))
        elif called is not None:
            tree.calls.append(Call(text(called), "", "", node, file))
    for node in found.get("function", ()):
        tree.functions[text(node.child_by_field_name("name"))].append(Bound(node, file))
    for node in found.get("named", ()):
        values = node.child_by_field_name("value")
        _pairs(tree, node.children_by_field_name("name"), values, file)
    for node in found.get("set", ()):
        left = node.child_by_field_name("left")
        _pairs(tree, left.named_children if left else [], node.child_by_field_name("right"), file)
    for node in found.get("keyed", ()):
        key, value = (node.named_children * 2)[0], node.named_children[-1]
        tree.member[text(key)].append(Bound(bare(value), file))
    for node in found.get("field", ()):
        _field(tree, node, file)
    tree.literals += [(node, file) for node in found.get("literal", ())]
    tree.strings += [(node, file) for node in found.get("string", ())]


def _pairs(tree: Tree, names: list[Node], values: Node | None, file: File) -> None:
    """Of several names for one call, only the first stands for what it gives; the others are errors and such."""
    named = [name for name in names if name.is_named]
    for name, value in zip(named, values.named_children if values else [], strict=False):
        tree.bind(name, value, file)


def _field(tree: Tree, node: Node, file: File) -> None:
    tag, kind = node.child_by_field_name("tag"), node.child_by_field_name("type")
    owner, above = "", node.parent
    while above is not None and not owner:
        if above.type in ("type_spec", "field_declaration"):
            owner = text(above.child_by_field_name("name"))
        above = above.parent
    for name in node.children_by_field_name("name"):
        said = text(tag)[1:-1] if tag else ""
        kinds = re.sub(r"^.*[.*\]]", "", text(kind).partition("{")[0]).strip()
        tree.fields[text(name)].append(Field(owner, text(name), kinds, said, file, line(node)))


def text(node: Node | None) -> str:
    """The text of a node, empty for none."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def line(node: Node) -> int:
    """The line that a node begins on."""
    return node.start_point[0] + 1


def bare(node: Node) -> Node:
    """What is in an element of a literal."""
    while node.type in ("literal_element", "parenthesized_expression") and node.named_children:
        node = node.named_children[0]
    return node


def keyed(node: Node) -> dict[str, Node]:
    """The elements of a composite literal by their keys."""
    body = node.child_by_field_name("body")
    pairs = [one for one in (body.named_children if body is not None else []) if one.type == "keyed_element"]
    return {text(one.named_children[0]): bare(one.named_children[-1]) for one in pairs if one.named_children}


def function(node: Node) -> Node | None:
    """The function or method declared around a node."""
    above = node.parent
    while above is not None and above.type not in ("function_declaration", "method_declaration"):
        above = above.parent
    return above


def folder(file: File) -> str:
    """The folder of a file."""
    return file.path.rpartition("/")[0] or "."
