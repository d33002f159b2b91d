"""Where a Node program listens: its ports, and the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from scaffold.languages.js_modules import Modules
from scaffold.languages.js_tree import Source, arguments, bare, function, member, said
from scaffold.languages.js_values import NOTHING, Value, value

if TYPE_CHECKING:
    from tree_sitter import Node

LOOPBACK = ("127.0.0.1", "localhost", "::1")

SERVERS = ("serve", "Bun.serve", "Deno.serve", "Hapi.server", "hapi.server", "startStandaloneServer", "server")
"""Calls that listen, whose options say where."""

SOCKETS = ("WebSocketServer", "WebSocket.Server", "ws.Server", "WebSocket.WebSocketServer")


FUNCTIONS = ("arrow_function", "function_expression", "function")


class Listening(NamedTuple):
    """A place where a program listens: its port, its address, and where that stands."""

    port: Value
    host: Value
    source: str
    fastify: bool = False
    """Whether it is Fastify, which is on loopback unless it is told otherwise (its docs, Server, `listen`)."""


def listening(modules: Modules) -> list[Listening]:
    """Where the modules listen, in the order in which they are reached."""
    return [found for source in modules.sources for call in source.calls for found in _listening(modules, source, call)]


def _listening(modules: Modules, source: Source, call: Node) -> Iterator[Listening]:
    name, given = function(call), arguments(call)
    if name.endswith(".listen"):
        yield from _listen(modules, source, call, given)
    elif (name in SERVERS or name.endswith(SOCKETS)) and given:
        options = bare(given[-1])
        inner = member(options, "listen")
        options = inner if inner is not None and inner.type == "object" else options
        port = member(options, "port")
        if port is not None:
            host = member(options, "hostname") or member(options, "host")
            yield Listening(value(modules, source, port), value(modules, source, host), source.place(call))


def _listen(modules: Modules, source: Source, call: Node, given: list[Node]) -> Iterator[Listening]:
    called = said(call.child_by_field_name("function"))
    fastify = _fastify(source, called.rpartition(".")[0])
    if not given:
        return
    first = bare(given[0])
    if first.type == "identifier" and (declared := source.declared.get(said(first))) and declared.type == "object":
        first = declared
    if first.type in FUNCTIONS:
        return
    if first.type == "object":
        port = value(modules, source, member(first, "port"))
        host = value(modules, source, member(first, "host") or member(first, "hostname"))
    else:
        port = value(modules, source, first)
        second = bare(given[1]) if len(given) > 1 else None
        function_like = second is None or second.type in FUNCTIONS
        host = NOTHING if function_like else value(modules, source, second)
        if host.text is not None and host.text.isdigit():  # a backlog
            host = NOTHING
    if port.text is not None and not re.fullmatch(r"\d{1,5}", port.text):
        if not port.variable:  # a socket's path
            return
        port = Value(None, port.variable, port.source)
    yield Listening(port, host, source.place(call), fastify)


def _fastify(source: Source, name: str) -> bool:
    declared = source.declared.get(name)
    made = bare(declared) if declared is not None else None
    return made is not None and made.type == "call_expression" and function(made).lower() in ("fastify", ".fastify")


def is_loopback(host: Value) -> bool:
    """Whether an address is that of the machine itself."""
    return host.text in LOOPBACK
