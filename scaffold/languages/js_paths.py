"""Paths that an expression in JavaScript is, relative to where the program runs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from scaffold.languages.js_modules import Modules
from scaffold.languages.js_tree import Source, arguments, bare, function, said
from scaffold.languages.js_values import DEEPEST, NOTHING, Value, value

if TYPE_CHECKING:
    from tree_sitter import Node


def path(modules: Modules, source: Source, node: Node | None, deep: int = 0) -> Value:
    """A path that an expression is, relative to where the program runs; `inside` where a part of it is not known."""
    if node is None or deep > DEEPEST:
        return NOTHING
    node = bare(node)
    if said(node) in ("__dirname", "import.meta.dirname", "import.meta.url", "__filename"):
        return Value(modules.folder(source), source=source.place(node))
    if node.type in ("call_expression", "new_expression"):
        return _joined(modules, source, node, deep)
    if node.type == "template_string" or (
        node.type == "binary_expression" and said(node.child_by_field_name("operator")) == "+"
    ):
        return _concatenated(modules, source, node, deep)
    if node.type == "identifier" and (declared := source.declared.get(said(node))) is not None:
        found = value(modules, source, node, deep + 1)
        known = found.text is not None or declared.type == "variable_declarator"
        return found if known else path(modules, source, declared, deep + 1)
    return value(modules, source, node, deep + 1)


def _joined(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    name, given = function(node), arguments(node)
    last = name.rpartition(".")[2]
    if last == "cwd":
        return Value(".", source=source.place(node))
    if last in ("fileURLToPath", "dirname", "normalize", "toString"):
        return path(modules, source, given[0], deep + 1) if given else NOTHING
    if last == "URL" and len(given) == 2:
        given = given[::-1]
    elif last not in ("join", "resolve"):
        return NOTHING
    parts = [path(modules, source, one, deep + 1) for one in given]
    known = []
    for part in parts:
        if part.text is None:
            break
        known.append(part.text)
    if not known or (parts[0].text is None and not parts[0].variable):
        return NOTHING
    whole = len(known) == len(parts) and not any(part.inside for part in parts)
    joined = posixpath.normpath(posixpath.join(*known))
    named = next((part.variable for part in parts if part.variable), "")
    return Value(joined, named, source.place(node), not whole)


def _concatenated(modules: Modules, source: Source, node: Node, deep: int) -> Value:
    """The path of `${__dirname}/x`, or of `__dirname + "/x"`."""
    if node.type == "template_string":
        parts = [
            Value(said(one))
            if one.type == "string_fragment"
            else path(modules, source, one.named_children[0], deep + 1)
            for one in node.named_children
            if one.type == "string_fragment" or one.named_children
        ]
    else:
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        parts = [path(modules, source, one, deep + 1) for one in sides]
    text = ""
    for part in parts:
        if part.text is None:
            folder = text.rpartition("/")[0]
            return Value(posixpath.normpath(folder), source=source.place(node), inside=True) if folder else NOTHING
        text += part.text
        if part.inside:
            return Value(posixpath.normpath(text), source=source.place(node), inside=True)
    return Value(posixpath.normpath(text), source=source.place(node)) if text else NOTHING
