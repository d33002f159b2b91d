"""A path on which a Node program says that it is well: one that its sources register, without a login before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from scaffold.facts import Found
from scaffold.languages.js_modules import Modules
from scaffold.languages.js_tree import Source, arguments, bare, function, member, required, said, string

if TYPE_CHECKING:
    from tree_sitter import Node

WELL = re.compile(
    r"(/[\w.-]+){0,3}/(?:_|-/)?(?:health(?:z|check|-check|_check)?|ready(?:z)?|live(?:z|ness)?|readiness|ping|status|up)"
    r"(?:/(?:live|ready))?/?",
    re.IGNORECASE,
)
"""Paths that are there to be asked, by custom."""

GUARDS = re.compile(r"auth|protect|verif|guard|jwt|token|login|session|require|admin|permission|basic", re.IGNORECASE)
"""Names of what stands before a route to let only some in."""

LOGINS = re.compile(r"auth|protect|guard|jwt", re.IGNORECASE)
"""Those of them that are put before all routes; a session or a body's token is read for many that need none."""

ROUTERS = re.compile(r"(?:^|\.)(?:Router|Hono|KoaRouter|createRouter)$")
"""What makes a set of routes that another mounts."""

LIKELIEST = ("healthz", "health", "livez", "live", "readyz", "ready", "ping", "status", "up")


class Route(NamedTuple):
    """A path of GET that a source registers on something named `on`."""

    path: str
    on: str
    source: Source
    node: Node


def health(modules: Modules) -> Found | None:
    """The likeliest path, with the line that registers it; None when no source shows one that anybody may ask."""
    found = [
        Found(path, route.source.place(route.node), "likely")
        for source in modules.sources
        for route in (*_called(source), *_decorated(modules, source))
        for path in _paths(modules, route)
        if WELL.fullmatch(path)
    ]
    return min(found, key=lambda one: (_rank(one.value), len(one.value)), default=None)


def _rank(path: str) -> int:
    last = path.rstrip("/").rpartition("/")[2].lower().lstrip("_-")
    return next((rank for rank, name in enumerate(LIKELIEST) if last.startswith(name)), len(LIKELIEST))


def _called(source: Source) -> Iterator[Route]:
    for call in source.calls:
        on, _, name = function(call).rpartition(".")
        given = arguments(call)
        if not given:
            continue
        options = bare(given[0])
        if name in ("get", "all") and len(given) > 1 and on:
            path = string(given[0])
            if path and path.startswith("/") and not any(GUARDS.search(said(one)) for one in given[1:-1]):
                yield Route(path, on, source, call)
        elif name == "route" and options.type == "object":
            path = string(member(options, "url")) or string(member(options, "path"))
            if path and "GET" in said(member(options, "method")) and not _guarded(options):
                yield Route(path, on, source, call)


def _guarded(options: Node) -> bool:
    names = ("preHandler", "preValidation", "onRequest", "auth", "config", "options")
    return any(GUARDS.search(said(member(options, name))) for name in names if member(options, name))


def _decorated(modules: Modules, source: Source) -> Iterator[Route]:
    """The routes of Nest: `@Get()` in a class with `@Controller('health')`."""
    for node in source.nodes:
        if node.type != "decorator" or not said(node).startswith(("@Get(", "@HealthCheck(")):
            continue
        around = node.parent
        siblings = around.named_children if around else []
        if any(one.type == "decorator" and GUARDS.search(said(one)) for one in siblings):
            continue
        if said(node).startswith("@Get("):
            holder = _controller(node)
            if holder is not None and not re.search(r"@UseGuards\(", said(holder.parent)[:2000]):
                own = re.match(r"@Get\(\s*(?:['\"`]([^'\"`]*)['\"`])?\s*\)", said(node))
                first = re.match(r"@Controller\(\s*(?:['\"`]([^'\"`]*)['\"`])?\s*\)", said(holder))
                if own and first:
                    parts = [_global(modules), first[1] or "", own[1] or ""]
                    yield Route("/" + "/".join(part.strip("/") for part in parts if part.strip("/")), "", source, node)


def _controller(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type not in ("class_declaration", "export_statement"):
        above = above.parent
    if above is not None and above.parent is not None and above.parent.type == "export_statement":
        above = above.parent
    inner = [above, *(above.named_children if above is not None else ())]
    decorators = [
        one for place in inner if place is not None for one in place.named_children if one.type == "decorator"
    ]
    return next((one for one in decorators if said(one).startswith("@Controller(")), None)


def _global(modules: Modules) -> str:
    for source in modules.sources:
        for call in source.calls:
            if function(call).endswith(".setGlobalPrefix") and arguments(call):
                return string(arguments(call)[0]) or ""
    return ""


def _paths(modules: Modules, route: Route, deep: int = 0) -> Iterator[str]:
    """The whole paths of a route: those of routers below each place that mounts them."""
    if not route.on or not _is_router(route) or deep > 4:
        if not _behind_login(route):
            yield route.path
        return
    declared = route.source.declared.get(route.on)
    options = bare(arguments(bare(declared))[0]) if declared is not None and arguments(bare(declared)) else None
    own = string(member(options, "prefix")) or "" if options is not None and options.type == "object" else ""
    if _behind_login(route):
        return
    for mount in _mounts(modules, route):
        path = f"{mount.path.rstrip('/')}{own}{route.path}"
        yield from _paths(modules, Route(path.rstrip("/") or "/", mount.on, mount.source, route.node), deep + 1)


def _is_router(route: Route) -> bool:
    declared = route.source.declared.get(route.on)
    if declared is None or declared.type == "variable_declarator":
        return False
    made = bare(declared)
    if made.type not in ("call_expression", "new_expression") or not ROUTERS.search(function(made)):
        return False
    # A Hono that is served is no router, though it is made alike.
    return not (
        "Hono" in function(made)
        and re.search(rf"(?:serve|export default).*\b{re.escape(route.on)}\b", route.source.text)
    )


def _behind_login(route: Route) -> bool:
    """Whether something that lets only some in is put before all routes of one router."""
    for call in route.source.calls:
        given = arguments(call)
        before = call.start_byte < route.node.start_byte and function(call) == f"{route.on}.use"
        if before and given and string(given[0]) is None and any(LOGINS.search(said(one)) for one in given):
            return True
    return False


def _mounts(modules: Modules, route: Route) -> Iterator[Route]:
    """The calls that mount the router of a route, each with its prefix."""
    for source in modules.sources:
        names = {
            name
            for name, module in source.imported.items()
            if modules.resolved(source, module) is route.source and not name.startswith("=")
        }
        if source is route.source:
            names.add(route.on)
        for call in source.calls:
            on, _, name = function(call).rpartition(".")
            given = arguments(call)
            if name not in ("use", "route", "register") or not given:
                continue
            target = next((one for one in given if _means(modules, source, one, names, route)), None)
            if target is None or any(
                GUARDS.search(said(one)) for one in given if one is not target and string(one) is None
            ):
                continue
            options = next((bare(one) for one in given[1:] if bare(one).type == "object"), None)
            prefix = string(given[0]) or (string(member(options, "prefix")) if options is not None else "") or ""
            yield Route(prefix, on, source, call)


def _means(modules: Modules, source: Source, node: Node, names: set[str], route: Route) -> bool:
    text = said(node)
    if text in names or text.partition(".")[0] in names:
        return True
    module = required(node)
    return module is not None and modules.resolved(source, module) is route.source
