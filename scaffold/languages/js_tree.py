"""Sources in JavaScript and TypeScript as syntax trees: the only import of their grammars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

WRAPPERS = frozenset(
    {"as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"}
)
"""Expressions that are worth what is in them."""

_PARSERS: dict[str, Parser] = {}


@dataclass(frozen=True)
class Source:
    """A file of sources and its tree; `path` is relative to the project."""

    path: str
    text: str
    names: dict[str, Node] = field(default_factory=dict, compare=False)

    @cached_property
    def root(self) -> Node:
        """The tree; where the text is no such language it has errors, and what is between them still counts."""
        return _parser(self.path).parse(self.text.encode()).root_node

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes with a name, in the order of the text."""
        return tuple(_walk(self.root))

    @cached_property
    def calls(self) -> tuple[Node, ...]:
        """All calls, `new` included, in the order of the text."""
        return tuple(node for node in self.nodes if node.type in ("call_expression", "new_expression"))

    @cached_property
    def declared(self) -> dict[str, Node]:
        """What names are declared as: the first value of each, or the pattern that takes it out of another."""
        found: dict[str, Node] = {}
        for node in self.nodes:
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if node.type == "variable_declarator" and name and value:
                if name.type == "identifier":
                    found.setdefault(said(name), value)
                else:
                    for inner in _walk(name):
                        if inner.type in ("shorthand_property_identifier_pattern", "identifier"):
                            found.setdefault(said(inner), node)
        return found

    @cached_property
    def pairs(self) -> dict[str, list[Node]]:
        """The values of the keys of all objects, and of the fields of classes."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.type in ("pair", "public_field_definition", "field_definition"):
                key = node.child_by_field_name("key") or node.child_by_field_name("name")
                key = key or node.child_by_field_name("property")
                value = node.child_by_field_name("value")
                if key and value:
                    found.setdefault(said(key).strip("'\""), []).append(value)
        return found

    @cached_property
    def imported(self) -> dict[str, str]:
        """By a name, the module that it is imported from, as it is written; by an empty name each that has none."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if node.type in ("import_statement", "export_statement"):
                module = string(node.child_by_field_name("source"))
                names = [said(one) for one in _walk(node) if one.type == "identifier"] if module else []
                found |= {name: module for name in names or [f"={module}"] if module}
            elif module := required(node):
                found[_receiver(node) or f"={module}"] = module
        return found

    def place(self, node: Node) -> str:
        """The file and line of a node."""
        return f"{self.path}:{node.start_point[0] + 1}"


def _parser(path: str) -> Parser:
    ending = path.rpartition(".")[2]
    kind = "tsx" if ending == "tsx" else "typescript" if ending in ("ts", "mts", "cts") else "javascript"
    if kind not in _PARSERS:
        from tree_sitter import Language, Parser

        if kind == "javascript":
            import tree_sitter_javascript

            language = tree_sitter_javascript.language()
        else:
            import tree_sitter_typescript

            made = {
                "tsx": tree_sitter_typescript.language_tsx,
                "typescript": tree_sitter_typescript.language_typescript,
            }
            language = made[kind]()
        _PARSERS[kind] = Parser(Language(language))
    return _PARSERS[kind]


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.named_children)


def said(node: Node | None) -> str:
    """The text of a node; empty for none."""
    return node.text.decode(errors="replace") if node and node.text else ""


def string(node: Node | None) -> str | None:
    """The text that a literal is, without substitutions; None for any other node."""
    if node is None or node.type not in ("string", "template_string") or "${" in said(node):
        return None
    return re.sub(r"\\(.)", r"\1", said(node)[1:-1])


def bare(node: Node) -> Node:
    """An expression without parentheses, types and `await` about it."""
    while node.type in WRAPPERS and node.named_children:
        node = node.named_children[0]
    return node


def function(call: Node) -> str:
    """What is called, as it is written: `app.listen`, `fastify`; of what was called before, its last name alone."""
    called = call.child_by_field_name("function") or call.child_by_field_name("constructor")
    if called is None:
        return ""
    if called.type == "member_expression":
        before, name = called.child_by_field_name("object"), called.child_by_field_name("property")
        plain = before is not None and before.type in ("identifier", "member_expression", "this")
        return f"{said(before)}.{said(name)}" if plain else f".{said(name)}"
    return said(called)


def arguments(call: Node) -> list[Node]:
    """The arguments of a call."""
    given = call.child_by_field_name("arguments")
    return [node for node in given.named_children if node.type != "comment"] if given else []


def member(node: Node, key: str) -> Node | None:
    """The value of a key of an object that is written out; of `{ port }` the name itself."""
    for one in node.named_children if node.type == "object" else ():
        if one.type == "pair" and said(one.child_by_field_name("key")).strip("'\"") == key:
            return one.child_by_field_name("value")
        if one.type == "shorthand_property_identifier" and said(one) == key:
            return one
    return None


def required(node: Node) -> str | None:
    """The module of a `require(...)` or `import(...)`; None for any other node."""
    if node.type == "call_expression" and said(node.child_by_field_name("function")) in ("require", "import"):
        given = arguments(node)
        return string(given[0]) if given else None
    return None


def _receiver(node: Node) -> str:
    """The name that a value is given, directly or by a member or a call of it."""
    above = node.parent
    while above and above.type in ("member_expression", "call_expression", *WRAPPERS):
        above = above.parent
    name = above.child_by_field_name("name") if above and above.type == "variable_declarator" else None
    return said(name) if name and name.type == "identifier" else ""
