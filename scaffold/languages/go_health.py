"""The route by which a Go server says that it is well, where its source shows that it answers without a login."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from scaffold.facts import Found
from scaffold.languages import go_tree
from scaffold.languages.go_sources import File
from scaffold.languages.go_tree import Call, text
from scaffold.languages.go_values import Values

if TYPE_CHECKING:
    from tree_sitter import Node

PATHS = re.compile(
    r"/(?:[\w-]+/){0,3}(?:-/)?(healthz|health|livez|live|liveness|readyz|ready|readiness|ping|status|health[-_]?check|up|heartbeat|alive)/?"
)
ORDER = ("healthz", "health", "livez", "live", "liveness", "ping", "alive", "heartbeat", "up", "readyz", "ready")
"""From what says least about others' health up; what is not named comes last."""

REGISTERS = frozenset(
    {"HandleFunc", "Handle", "GET", "Get", "Any", "All", "HEAD", "Head", "HandlerFunc", "Add", "Path"}
)
GROUPS = frozenset({"Group", "Route", "PathPrefix", "Party", "NewGroup", "Mount"})
AUTH = re.compile(r"(?i)auth(?!or)|jwt|token|session|login|basic|require|protect|guard|admin|verify")
DEEPEST = 5


def path(values: Values) -> Found | None:
    """The best path of a health check, or None where no route is one, or what stands before it is not known."""
    found = list[tuple[int, Found]]()
    for call in values.tree.calls:
        asks = call.package == "net/http" and not call.name.startswith("Handle")
        if call.name not in REGISTERS or asks or len(call.arguments) > 8:
            continue
        at = 1 if call.name == "Add" else 0
        for value in values.of(call.arguments[at], call.file)[:1] if at < len(call.arguments) else ():
            said = re.sub(r"^(?:GET|HEAD)\s+", "", value.text or "") if not value.knobs else ""
            if not said.startswith("/") and call.name in ("Handle", "HandleFunc"):
                continue
            said = f"/{said.lstrip('/')}"
            known = PATHS.fullmatch(said)
            if not known or any(AUTH.search(text(argument)[:200]) for argument in call.arguments[1:]):
                continue
            if (before := _before(values, call.on, call, 0)) is not None:
                order = ORDER.index(known[1]) if known[1] in ORDER else len(ORDER)
                found.append((order, Found(_joined(before, said), call.place)))
    return min(found, key=lambda one: one[0])[1] if found else None


def _joined(before: str, said: str) -> str:
    return re.sub(r"/+", "/", f"{before}/{said}")


def _before(values: Values, on: str, call: Call, depth: int) -> str | None:
    """What stands before the paths of a router, None when that is not known or it wants a login."""
    if depth > DEEPEST:
        return None
    if call.package or not on:
        return ""
    # r.Group("/api").GET(...) has its group in the text before the dot.
    if chained := re.match(r"(?s)(.+?)\.(Group|PathPrefix|Route)\(\s*\"([^\"]*)\"\s*(,.*)?\)", on):
        inner = _before(values, chained[1], call, depth + 1)
        return None if inner is None or AUTH.search(chained[4] or "") else _joined(inner, chained[3])
    if "(" in on:
        return None
    name, scope = on.rpartition(".")[2], go_tree.function(call.node)
    if _guarded(values, on, call):
        return None
    if (nested := _nested(values, on, call, depth)) is not None:
        return nested or None
    bound = values.tree.local.get((call.file.path, scope.id, on), []) if scope is not None else []
    bound = bound or values.tree.package.get((go_tree.folder(call.file), on), [])
    bound = bound or (values.tree.member.get(name, []) if "." in on else [])
    for one in bound[:3]:
        if one.node.type == "call_expression":
            return _made(values, one.node, one.file, depth)
    if scope is not None and "." not in on:
        return _given(values, on, call, depth)
    return "" if bound else None


def _made(values: Values, node: Node, file: File, depth: int) -> str | None:
    """What stands before the paths of a router that a call made."""
    made = next((call for call in values.tree.calls if call.node.id == node.id and call.file is file), None)
    if made is None or made.name not in (*GROUPS, "Subrouter"):
        return ""
    if made.name == "Subrouter":
        prefix = re.search(r"PathPrefix\(\s*\"([^\"]*)\"", made.on)
        inner = _before(values, made.on.partition(".PathPrefix")[0], made, depth + 1)
        return _joined(inner, prefix[1]) if prefix and inner is not None else None
    if AUTH.search(" ".join(text(argument)[:120] for argument in made.arguments[1:])):
        return None
    said = values.of(made.arguments[0], file)[:1] if made.arguments else []
    inner = _before(values, made.on, made, depth + 1)
    return None if inner is None or not said or said[0].text is None else _joined(inner, said[0].text)


def _guarded(values: Values, on: str, call: Call) -> bool:
    """Whether the router is told, in the same function, to ask for a login."""
    scope = go_tree.function(call.node)
    wrapped = (
        one
        for one in values.tree.calls
        if AUTH.search(one.name) and on in map(text, one.arguments) and one.file is call.file
    )
    return next(wrapped, None) is not None or any(
        one.on == on
        and one.file is call.file
        and one.node.start_byte < call.node.start_byte
        and (go_tree.function(one.node) is scope or (scope is not None and _same(go_tree.function(one.node), scope)))
        and AUTH.search(" ".join(map(text, one.arguments)))
        for one in values.tree.called("Use")
    )


def _same(one: Node | None, other: Node) -> bool:
    return one is not None and one.id == other.id


def _nested(values: Values, on: str, call: Call, depth: int) -> str | None:
    """The prefix of `r.Route("/api", func(r chi.Router) {...})` around a call; empty when it cannot be known."""
    above = call.node.parent
    while above is not None and above.type not in ("function_declaration", "method_declaration"):
        if above.type == "func_literal":
            parameters = text(above.child_by_field_name("parameters"))
            around = above.parent.parent if above.parent is not None else None
            if re.match(rf"\(\s*{re.escape(on)}\b", parameters) and around is not None:
                outer = next(
                    (one for one in values.tree.calls if one.node.id == around.id and one.file is call.file), None
                )
                if outer is None or outer.name not in GROUPS:
                    return ""
                said = "/"
                if outer.arguments[0].id != above.id:
                    known = values.of(outer.arguments[0], call.file)[:1]
                    said = (known[0].text or "") if known else ""
                inner = _before(values, outer.on, outer, depth + 1)
                return "" if inner is None or not said else _joined(inner, said)
        above = above.parent
    return None


def _given(values: Values, on: str, call: Call, depth: int) -> str | None:
    """What callers give a function for the router that is its parameter."""
    scope = go_tree.function(call.node)
    listed = scope.child_by_field_name("parameters") if scope is not None else None
    names = [
        text(name) for one in (listed.named_children if listed else []) for name in one.children_by_field_name("name")
    ]
    if on not in names or scope is None:
        return "" if on in ("http", "mux") else None
    at = names.index(on)
    for caller in islice(values.tree.called(text(scope.child_by_field_name("name"))), 3):
        if at < len(caller.arguments):
            return _before(values, text(caller.arguments[at]), caller._replace(package=""), depth + 1)
    return None
