"""Paths of a Python app that answer 2xx to anybody, as its source shows: the health check of the image."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaffold.facts import Found
from scaffold.languages.python_source import Module, Modules, named
from scaffold.languages.python_values import Values

PATHS = (
    "healthz",
    "health",
    "livez",
    "live",
    "liveness",
    "health-check",
    "healthcheck",
    "health_check",
    "ping",
    "readyz",
    "ready",
    "status",
    "up",
    "alive",
    "heartbeat",
)
"""What such a path ends in, from the likeliest on."""

_METHODS = ("get", "route", "api_route", "add_url_rule", "add_api_route")
_HARMLESS = re.compile(
    r"(.*\.)?(jsonify|dict|str|int|float|round|JSONResponse|PlainTextResponse|HTMLResponse|ORJSONResponse|Response"
    r"|make_response|HttpResponse|JsonResponse|json_response|json|text|now|utcnow|isoformat|time|uptime|status"
    r"|total_seconds|perf_counter|monotonic|HealthResponse|\w*Health\w*|info|debug|today|strftime|version|timestamp)"
)
_GATES = re.compile(
    r"before_request|BaseHTTPMiddleware|@\w+\.middleware\b|AuthenticationMiddleware|TrustedHost|HTTPSRedirect|Talisman"
)
_AUTH = re.compile(r"auth|token|login|api_?key|session|permission|Talisman|HTTPSRedirect|TrustedHost", re.I)


class _Route(NamedTuple):
    path: str
    owner: str
    """The full name of what the route is on: `shop.views.bp`."""
    source: str


def health(modules: Modules, closure: Iterable[Module], values: Values, app: str) -> Found | None:
    """The likeliest path that answers without a login; `app` is the full name of the app object.

    None when no source shows one, or something may stand before all of them.
    """
    inner = list(closure)
    if any(_GATES.search(text) and _AUTH.search(text) for one in inner if (text := modules.texts.get(one.path, ""))):
        return None
    prefixes = _prefixes(inner, values)
    found = list[tuple[int, str, Found]]()
    for module in inner:
        for route in _routes(module, values):
            for prefix in _reached(route.owner, prefixes, app, ()):
                path = re.sub(r"/{2,}", "/", f"/{prefix}/{route.path}") if route.path != "" else f"/{prefix}"
                rank = _rank(path)
                if rank is not None and re.fullmatch(r"/[\w./~-]+", path, re.ASCII):
                    found.append((rank, path, Found(path, route.source, "likely")))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _rank(path: str) -> int | None:
    last = path.rstrip("/").rpartition("/")[2].lower()
    if last not in PATHS:
        return None
    return PATHS.index(last) + 20 * (path.rstrip("/").count("/") - 1)


def _reached(owner: str, prefixes: dict[str, list[tuple[str, str]]], app: str, seen: tuple[str, ...]) -> Iterator[str]:
    """The prefixes by which what is on an owner is reached from the app."""
    own = prefixes.get(f"={owner}", [("", "")])[0][1]
    if owner in seen or own == "?":
        return
    if owner == app or (app.endswith("()") and owner.startswith(app[:-2])):
        yield own
    for outer, prefix in prefixes.get(owner, ()):
        if prefix != "?":
            for before in _reached(outer, prefixes, app, (*seen, owner)):
                yield f"{before}/{prefix}/{own}"


def _prefixes(modules: Iterable[Module], values: Values) -> dict[str, list[tuple[str, str]]]:
    """Of each router the ones that include it with the prefix there, and as `=ROUTER` its own; `?` is unknown."""
    found: dict[str, list[tuple[str, str]]] = {}
    for module in modules:
        for name, value in module.assigned.items():
            if isinstance(value, ast.Call):
                kind = module.full(value.func).rpartition(".")[2]
                if "Router" in kind or "Blueprint" in kind or kind in ("FastAPI", "Flask"):
                    found[f"={module.dotted}.{name}"] = [("", _prefix(value, module, values))]
        for call in module.calls:
            owner, _, method = named(call.func).rpartition(".")
            if method in ("include_router", "register_blueprint", "blueprint") and call.args:
                inner = _full(call.args[0], module)
                # A prefix of Flask's registration stands in for the blueprint's own.
                prefix = _prefix(call, module, values)
                if method != "include_router" and prefix:
                    found[f"={inner}"] = [("", "")]
                found.setdefault(inner, []).append((_owner(owner, call, module), prefix))
    return found


def _full(node: ast.expr, module: Module) -> str:
    name = named(node)
    full = module.full(node)
    return full if full != name or "." in name else f"{module.dotted}.{name}"


def _owner(name: str, node: ast.AST, module: Module) -> str:
    """The full name of an object of this module, in a function the function's."""
    if name.partition(".")[0] in module.imports:
        return module.imports[name.partition(".")[0]]
    for function in module.functions.values():
        if function.lineno <= getattr(node, "lineno", 0) <= (function.end_lineno or 0):
            return f"{module.dotted}.{function.name}"
    return f"{module.dotted}.{name}"


def _prefix(call: ast.Call, module: Module, values: Values) -> str:
    if any(key.arg == "dependencies" for key in call.keywords):
        return "?"
    for key in call.keywords:
        if key.arg in ("prefix", "url_prefix", "root_path"):
            told = values.of(key.value, module)
            empty = isinstance(key.value, ast.Constant) and not key.value.value
            return told.text.strip("/") if told.of is not None else "" if empty else "?"
    return ""


def _routes(module: Module, values: Values) -> Iterator[_Route]:
    for node in module.nodes:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        calls = [one for one in node.decorator_list if isinstance(one, ast.Call)]
        routes = [one for one in calls if named(one.func).rpartition(".")[2] in _METHODS and one.args]
        others = [one for one in node.decorator_list if one not in routes]
        if not routes or others or not open_to_all(node):
            continue
        for call in routes:
            methods = next((ast.dump(key.value) for key in call.keywords if key.arg == "methods"), "GET")
            if any(key.arg == "dependencies" for key in call.keywords) or "GET" not in methods:
                continue
            path = values.of(call.args[0], module).text
            owner = named(call.func).rpartition(".")[0]
            if path and owner:
                yield _Route(
                    path.strip("/") + ("/" if path.endswith("/") and path != "/" else ""),
                    _owner(owner, call, module),
                    module.at(node),
                )
    yield from _listed(module)


def _listed(module: Module) -> Iterator[_Route]:
    """The routes of Starlette's and aiohttp's lists, on whatever app there is in the module."""
    owners = [
        f"{module.dotted}.{name}"
        for name, value in module.assigned.items()
        if isinstance(value, ast.Call)
        and module.full(value.func).rpartition(".")[2] in ("Starlette", "Application", "FastAPI")
    ]
    for call in module.calls:
        name = module.full(call.func)
        if name.rpartition(".")[2] not in ("Route", "add_get", "add_route") and name != "aiohttp.web.get":
            continue
        match call.args:
            case [ast.Constant(value=str(path)), ast.Name(id=function), *_]:
                handler = module.functions.get(function)
                if handler and not handler.decorator_list and open_to_all(handler):
                    for owner in owners:
                        yield _Route(path.strip("/"), owner, module.at(call))


def open_to_all(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a handler wants nothing of a request but itself, and calls nothing that may fail."""
    args = function.args
    plain = [*args.posonlyargs, *args.args]
    wanted = [arg.arg for arg in plain[: len(plain) - len(args.defaults)]]
    if set(wanted) - {"request", "self", "req", "_", "_request", "response"} or any(
        isinstance(default, ast.Call) for default in [*args.defaults, *args.kw_defaults]
    ):
        return False
    for node in ast.walk(ast.Module(function.body, [])):
        if isinstance(node, ast.Call) and not _HARMLESS.fullmatch(named(node.func) or "?"):
            return False
        if isinstance(node, (ast.Raise, ast.Await)):
            return False
        if isinstance(node, ast.Constant) and node.value in (401, 403, 404, 500, 503):
            return False
    return True
