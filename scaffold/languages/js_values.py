"""What an expression in JavaScript comes to, as far as the sources say it: a text, a variable's default.

Nothing is run: names are followed to where they are declared, in the module itself, in one that it imports, or as the
key of an object such as a configuration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scaffold.languages.js_modules import Modules
from scaffold.languages.js_tree import Source, arguments, bare, function, required, said, string

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 12
"""How many names are followed one to the other."""


class Value(NamedTuple):
    """What is known of a value: its text, None where nothing says it, and the variable that may say something else.

    `source` is where the text stands, a file and line. `inside` marks a path of which only the folder is known.
    """

    text: str | None = None
    variable: str = ""
    source: str = ""
    inside: bool = False
    doubtful: bool = False
    """Whether other objects have something else by the same key."""


NOTHING = Value()


def value(modules: Modules, source: Source, node: Node | None, deep: int = 0) -> Value:
    """What an expression of a source is worth, as a number or text."""
    if node is None or deep > DEEPEST:
        return NOTHING
    key = source.path, node.start_byte, node.end_byte
    if key not in modules.known:
        modules.known[key] = NOTHING  # what is defined by itself
        modules.known[key] = _value(modules, source, bare(node), deep)
    found: Value = modules.known[key]
    return found


def _value(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    if node.type in ("number", "true", "false"):
        return Value(said(node).replace("_", ""), source=source.place(node))
    if (text := string(node)) is not None:
        return Value(text, source=source.place(node))
    match node.type:
        case "template_string":
            return _template(modules, source, node, deep)
        case "unary_expression":
            return value(modules, source, node.child_by_field_name("argument"), deep + 1)
        case "binary_expression":
            return _either(modules, source, node, deep)
        case "ternary_expression":
            return _ternary(modules, source, node, deep)
        case "identifier" | "shorthand_property_identifier":
            return _named(modules, source, node, deep)
        case "member_expression" | "subscript_expression":
            return _member(modules, source, node, deep)
        case "call_expression" | "new_expression":
            return _called(modules, source, node, deep)
    return NOTHING


def variable(node: Node) -> str:
    """The variable of the environment that an expression reads: `PORT` for `process.env.PORT`; empty for none."""
    if node.type == "member_expression":
        before, name = said(node.child_by_field_name("object")), said(node.child_by_field_name("property"))
    elif node.type == "subscript_expression":
        before, name = said(node.child_by_field_name("object")), string(node.child_by_field_name("index")) or ""
    else:
        return ""
    return name if before in ("process.env", "Bun.env", "env", "process.env!") else ""


def _template(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    inner = [
        value(modules, source, one.named_children[0], deep + 1) for one in node.named_children if one.named_children
    ]
    return inner[0] if len(inner) == 1 and said(node).startswith("`${") and said(node).endswith("}`") else NOTHING


def _either(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    if said(node.child_by_field_name("operator")) not in ("||", "??"):
        return NOTHING
    left = value(modules, source, node.child_by_field_name("left"), deep + 1)
    right = value(modules, source, node.child_by_field_name("right"), deep + 1)
    if left.text is not None:
        return left
    return right._replace(variable=left.variable or right.variable, source=right.source or left.source)


def _ternary(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    condition = said(node.child_by_field_name("condition"))
    first = value(modules, source, node.child_by_field_name("consequence"), deep + 1)
    second = value(modules, source, node.child_by_field_name("alternative"), deep + 1)
    if (holds := _in_production(condition)) is not None:
        return first if holds else second
    if first.text is None:
        return second._replace(variable=first.variable or second.variable, source=second.source or first.source)
    return first


_PRODUCTION = re.compile(r"""['"`]prod(?:uction)?['"`]|\bis_?prod(?:uction)?\b""", re.IGNORECASE)
_OTHER = re.compile(
    r"""['"`](?:test|dev|development|local)['"`]|\bis_?(?:dev(?:elopment)?|test|local)\b""", re.IGNORECASE
)


def _in_production(condition: str) -> bool | None:
    """Whether a condition on the mode holds in an image, which is that of production; None for any other condition."""
    production = bool(_PRODUCTION.search(condition))
    if production == bool(_OTHER.search(condition)) or "&&" in condition or "||" in condition:
        return None
    negated = "!=" in condition or condition.lstrip("( ").startswith("!")
    return production is not negated


def _named(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    name = said(node)
    declared = source.declared.get(name)
    if declared is not None and declared.type == "variable_declarator":
        return _taken(modules, source, declared, name, deep)
    if declared is not None:
        return value(modules, source, declared, deep + 1)
    module = source.imported.get(name)
    other = modules.resolved(source, module) if module else None
    if other and name in other.declared and other is not source:
        found = other.declared[name]
        return value(modules, other, found, deep + 1) if found.type != "variable_declarator" else NOTHING
    return _assigned(modules, source, name, deep)


def _taken(modules: Modules, source: Source, declared: Node, name: str, deep: int) -> Value:
    """The value of a name that a pattern takes out of an object: of `{ PORT = 3000 } = process.env`, 3000."""
    pattern, whole = declared.child_by_field_name("name"), declared.child_by_field_name("value")
    default, key = NOTHING, name
    for one in pattern.named_children if pattern else ():
        inner = one
        if one.type == "pair_pattern" and name in said(one.child_by_field_name("value")):
            key, inner = said(one.child_by_field_name("key")), one.child_by_field_name("value") or one
        if inner.type in ("object_assignment_pattern", "assignment_pattern") and name in said(inner):
            default = value(modules, source, inner.child_by_field_name("right"), deep + 1)
    if said(whole) in ("process.env", "env"):
        return default._replace(variable=key, source=default.source or source.place(declared))
    module = source.imported.get(name) or (required(whole) if whole else None)
    other = modules.resolved(source, module) if module else None
    found = _keyed(modules, key, deep, only=other)
    return found if found.text is not None or found.variable else default


def _assigned(modules: Modules, source: Source, name: str, deep: int) -> Value:
    """The value of a name that is not declared with one: assigned later, or the default of a parameter."""
    for node in source.nodes:
        if (
            node.type in ("assignment_expression", "assignment_pattern")
            and said(node.child_by_field_name("left")) == name
        ):
            return value(modules, source, node.child_by_field_name("right"), deep + 1)
    return NOTHING


def _member(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    if name := variable(node):
        return Value(None, name, source.place(node))
    key = said(node.child_by_field_name("property")) or string(node.child_by_field_name("index")) or ""
    before = node.child_by_field_name("object")
    declared = source.declared.get(said(before)) if before and before.type == "identifier" else None
    if declared is not None and declared.type == "object":
        for value_of in source.pairs.get(key, []):
            if declared.start_byte <= value_of.start_byte <= declared.end_byte:
                return value(modules, source, value_of, deep + 1)
    return _keyed(modules, key, deep, said(before).rpartition(".")[2])


def _keyed(modules: Modules, key: str, deep: int, within: str = "", only: Source | None = None) -> Value:
    """The value of a key of whichever object, or of a constant of that name.

    Of several that of an object which is itself the value of the key `within`, then one that a variable may say. With
    `only`, no other source is looked in.
    """
    found = []
    for source in [only] if only else modules.sources:
        for node in [*source.pairs.get(key, []), *filter(None, [source.declared.get(key)])]:
            one = value(modules, source, node, deep + 1) if node.type != "variable_declarator" else NOTHING
            if one.text is not None or one.variable:
                found.append((not within or _below(node) != within, not one.variable, one))
    best = min(found, key=lambda each: each[:2], default=(False, False, NOTHING))
    others = {(one.text, one.variable) for *rank, one in found if tuple(rank) == best[:2]}
    return best[2]._replace(doubtful=len(others) > 1)


def _below(node: Node) -> str:
    """The key of the object that a value is in: `server` for the 80 of `{ server: { port: 80 } }`."""
    above = node.parent
    while above is not None and above.type != "object":
        above = above.parent
    pair = above.parent if above is not None else None
    while pair is not None and pair.type not in ("pair", "variable_declarator"):
        pair = pair.parent
    name = (pair.child_by_field_name("key") or pair.child_by_field_name("name")) if pair is not None else None
    return said(name).strip("'\"")


CHECKS = ("asPortNumber", "asInt", "asString", "asIntPositive", "required", "toString", "trim")
"""Methods that check what they are called on, or give it another type."""

READERS = ("get", "getOrThrow", "getNumber", "getString", "env", "getEnv", "requireEnv", "default")


def _called(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    name, given = function(node), arguments(node)
    last = name.rpartition(".")[2]
    if last in CHECKS:
        called = node.child_by_field_name("function")
        return value(modules, source, called.child_by_field_name("object") if called else None, deep + 1)
    if last in READERS and given and (key := string(given[0])):
        default = value(modules, source, given[1], deep + 1) if len(given) > 1 else NOTHING
        if last == "default" or key.isdigit():
            return value(modules, source, given[0], deep + 1)
        if key.isupper() or last in ("env", "getEnv", "requireEnv"):
            return default._replace(variable=key, source=default.source or source.place(node))
        if (found := _set(modules, key, deep)).text is not None or found.variable:
            return found
        if default.text is not None:
            return default
        *_, within, last = ["", *key.split(".")]
        return _keyed(modules, last, deep, within)
    if last == "default" and given:
        return value(modules, source, given[0], deep + 1)
    # What turns a text into a number, or checks it, gives it back: parseInt, Number, normalizePort.
    return value(modules, source, given[0], deep + 1) if given and "." not in name.replace("Number.", "") else NOTHING


def _set(modules: Modules, key: str, deep: int) -> Value:
    """What `app.set(key, value)` says."""
    for source in modules.sources:
        for call in source.calls:
            given = arguments(call)
            if function(call).endswith(".set") and len(given) == 2 and string(given[0]) == key:
                return value(modules, source, given[1], deep + 1)
    return NOTHING
