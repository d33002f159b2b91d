"""What the sources of a Node program want of the world around: variables of a schema, databases of its own machine."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaffold.facts import Found
from scaffold.languages.js_modules import Modules
from scaffold.languages.js_tree import Source, said
from scaffold.languages.js_values import variable
from scaffold.languages.node_writes import GIVEN

if TYPE_CHECKING:
    from tree_sitter import Node

_CHECKED = re.compile(r"(?:z|zod|v|yup|t|s|Type)\.\w|(?:str|url|num|port|host|email|bool|json|makeValidator)\(")
"""How the value of a variable is described by zod, valibot, yup, TypeBox and envalid."""

_JOI = re.compile(r"[jJ]oi\.\w")

_OPTIONAL = re.compile(r"\.?(?:default|optional|nullish|catch|devDefault|fallback)\b|Optional\(")

FIRST = 20
"""How many modules are looked at for what is not there; those nearest to the start."""

_LOCAL = re.compile(
    r"""["'`]((?:mongodb|postgres|postgresql|mysql|mariadb|redis|rediss|amqp|amqps)://)"""
    r"""(?:[^/@\s"'`]*@)?(localhost|127\.0\.0\.1|0\.0\.0\.0)(?=[:/"'`]|$)"""
)
"""The address of a database or queue on the program's own machine; what may be a password is not taken."""


def checked(modules: Modules) -> Iterator[Found]:
    """Variables that a schema of the environment demands: the program ends when they have no value."""
    for source in modules.sources:
        for node in source.nodes if "process.env" in source.text else ():
            if node.type != "pair":
                continue
            name, text = said(node.child_by_field_name("key")).strip("'\""), said(node.child_by_field_name("value"))
            if not re.fullmatch(r"[A-Z][A-Z\d_]+", name) or name in GIVEN or _OPTIONAL.search(text):
                continue
            if _CHECKED.match(text) or (_JOI.match(text) and ".required(" in text):
                yield Found(name, source.place(node), "likely")


def local(modules: Modules) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """Variables that stand before the address of a database on the program's own machine, and notes on other such."""
    needs, notes = list[Found](), dict[str, str]()
    for source in modules.sources:
        for node in source.nodes if "://" in source.text else ():
            found = _LOCAL.match(said(node)) if node.type in ("string", "template_string") else None
            if not found or _chosen(node):
                continue
            if name := _before(node):
                needs.append(Found(name, source.place(node), "likely"))
            else:
                address = f"{found[1]}{found[2]}"
                notes.setdefault(
                    address,
                    f"{source.place(node)} looks for {address}, its own machine: a container has nothing there.",
                )
    return tuple(needs), tuple(notes.values())


def absent(modules: Modules, built: bool) -> tuple[str, ...]:
    """Notes on files that the program asks for by their place and that are not there: such as git ignores.

    What is `built` may make them, unless they are of settings.
    """
    notes = list[str]()
    for source in modules.sources[:FIRST]:
        whole = Source(source.path, modules.project.glance(source.path))
        for module in dict.fromkeys(whole.imported.values()):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), module))
            if not module.startswith(".") or path.startswith("..") or (built and not path.endswith(".json")):
                continue
            if not modules.resolved_path(source, module) and not _there(modules, path):
                notes.append(f"{source.path} asks for {module}, which is not there: add it before the build.")
    return tuple(notes)


def _there(modules: Modules, path: str) -> bool:
    project = modules.project
    return any(project.has(path + ending) for ending in ("", ".json", ".node", ".css", ".vue", ".svelte", ".d.ts")) or (
        project.has_folder(path)
    )


def _before(node: Node) -> str:
    """The variable in `process.env.X || node`; empty where there is none."""
    above = node.parent
    if above is None or above.type != "binary_expression":
        return ""
    left = above.child_by_field_name("left")
    return variable(left) if left is not None else ""


def _chosen(node: Node) -> bool:
    """Whether it is one of two addresses, of which the other may be for a container."""
    above = node.parent
    return above is not None and above.type == "ternary_expression"
