"""The subcommand by which a Go program serves: of cobra, urfave/cli, kingpin, kong, or of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaffold.facts import Found
from scaffold.languages import go_tree
from scaffold.languages.go_listens import Listen
from scaffold.languages.go_tree import Tree, text
from scaffold.languages.go_values import literal

if TYPE_CHECKING:
    from tree_sitter import Node

NAMES = ("serve", "server", "web", "http", "api", "run", "start", "daemon", "listen", "up", "serve-http", "run-server")
"""What a subcommand is called that serves, the likeliest first."""


def serving(tree: Tree, listens: list[Listen]) -> Found | None:
    """The subcommand that serves, when the bare program does not; None when there is none, or no need of one."""
    found = list(_commands(tree))
    if not found:
        return None
    folders = {go_tree.folder(one.call.file) for one in listens if not one.aside}
    files = {one.call.file.path for one in listens if not one.aside}

    def rank(one: Found) -> tuple[int, int, int]:
        path = one.source.rpartition(":")[0]
        folder = path.rpartition("/")[0] or "."
        return path not in files, folder not in folders, NAMES.index(one.value)

    return min(found, key=rank)


def _commands(tree: Tree) -> Iterator[Found]:
    if not _acts(tree):
        for node, file in tree.literals:
            kind = text(node.child_by_field_name("type"))
            if not kind.endswith("Command"):
                continue
            said = go_tree.keyed(node)
            name = literal(said["Use"]) if "Use" in said else literal(said["Name"]) if "Name" in said else ""
            word = name.split(" ")[0]
            if word in NAMES and said.keys() & {"Run", "RunE", "Action", "Func", "CobraFunc"}:
                yield Found(word, file.place(go_tree.line(node)))
    for call in tree.called("Command", "NewFlagSet"):
        for argument in call.arguments[:1]:
            if argument.type.endswith("string_literal") and literal(argument) in NAMES and call.package != "os/exec":
                yield Found(literal(argument), call.place)
    for fields in tree.fields.values():
        for field in fields:
            name = (field.tagged("name") or field.name).lower()
            if field.tagged("cmd") is not None and name in NAMES and "default" not in field.tag:
                yield Found(name, field.file.place(field.line))
    yield from _switched(tree)


def _switched(tree: Tree) -> Iterator[Found]:
    """A case of a switch over the program's arguments."""
    for node, file in tree.strings:
        above = node.parent
        while above is not None and above.type in ("expression_list", "literal_element"):
            above = above.parent
        if above is None or above.type != "expression_case" or literal(node) not in NAMES:
            continue
        switch = above.parent
        over = text(switch.child_by_field_name("value")) if switch is not None else ""
        default = switch is not None and any(
            one.type == "default_case" and re.search(r"(?i)listen|serve|run\(", text(one)) for one in switch.children
        )
        if re.search(r"os\.Args|Arg\(0\)|\b(?:cmd|command|subcommand|args\[0\])\b", over) and not default:
            yield Found(literal(node), file.place(go_tree.line(node)))


def _acts(tree: Tree) -> bool:
    """Whether the root command does something by itself."""
    roots = {call.on.rpartition(".")[2] for call in tree.called("AddCommand", "Execute", "ExecuteContext", "ExecuteC")}
    acts = False
    for node, file in tree.literals:
        kind = text(node.child_by_field_name("type"))
        said = go_tree.keyed(node)
        if kind.endswith("cli.App") or (kind.endswith("cli.Command") and "Commands" in said):
            acts = acts or ("Action" in said or "DefaultCommand" in said)
        elif kind.endswith("cobra.Command") and _bound_to(node) & roots and file:
            acts = acts or any(".Help()" not in text(said[key]) for key in ("Run", "RunE") if key in said)
    return acts


def _bound_to(node: Node) -> set[str]:
    """The names a literal is assigned to."""
    above = node.parent
    while above is not None and above.type in ("unary_expression", "expression_list"):
        above = above.parent
    if above is None:
        return set()
    left = above.child_by_field_name("left") or above.child_by_field_name("name")
    return set(re.findall(r"\w+", text(left)))
