"""The app objects of Python's web frameworks in a project's sources, and the functions that make one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scaffold.languages.python_runs import as_program, at_once
from scaffold.languages.python_source import Module, Modules, bound, named, statements

WSGI, ASGI = "gunicorn", "uvicorn"

FRAMEWORKS = {
    "FastAPI": ASGI,
    "Starlette": ASGI,
    "Litestar": ASGI,
    "Quart": ASGI,
    "Sanic": "sanic",
    "Flask": WSGI,
    "APIFlask": WSGI,
    "OpenAPI": WSGI,
    "Eve": WSGI,
    "Dash": WSGI,
    "Bottle": WSGI,
}
"""Classes whose instance is an app, and the server that speaks its protocol; their names tell them."""

QUALIFIED = {
    "falcon.App": ("Falcon", WSGI),
    "falcon.API": ("Falcon", WSGI),
    "falcon.asgi.App": ("Falcon", ASGI),
    "aiohttp.web.Application": ("aiohttp", "aiohttp"),
    "blacksheep.Application": ("BlackSheep", ASGI),
    "blacksheep.server.Application": ("BlackSheep", ASGI),
    "connexion.AsyncApp": ("Connexion", ASGI),
    "connexion.FlaskApp": ("Connexion", ASGI),
    "connexion.App": ("Connexion", ASGI),
    "socketio.ASGIApp": ("Socket.IO", ASGI),
    "socketio.WSGIApp": ("Socket.IO", WSGI),
    "cherrypy.tree.mount": ("CherryPy", WSGI),
    "cherrypy.Application": ("CherryPy", WSGI),
    "webtest.TestApp": ("", ""),
    "bottle.default_app": ("Bottle", WSGI),
    "bottle.app": ("Bottle", WSGI),
    "bottle.Bottle": ("Bottle", WSGI),
    "pyramid.config.Configurator.make_wsgi_app": ("Pyramid", WSGI),
    "django.core.wsgi.get_wsgi_application": ("Django", WSGI),
    "django.core.asgi.get_asgi_application": ("Django", ASGI),
    "flask_openapi3.OpenAPI": ("Flask", WSGI),
}
"""Likewise those whose names tell nothing without where they are imported from."""

PATTERN = "|".join(
    rf"\b{name}\b"
    for name in (
        *FRAMEWORKS,
        "falcon",
        "aiohttp",
        "blacksheep",
        "connexion",
        "socketio",
        "cherrypy",
        "bottle",
        "pyramid",
    )
)


@dataclass(frozen=True, eq=False)
class App:
    """An app object, or a function that makes one, and its server; `wants` are arguments that it cannot do without."""

    module: Module
    line: int
    name: str
    framework: str
    server: str
    factory: bool = False
    wants: tuple[str, ...] = ()
    run: bool = False
    """Whether its own module runs it when it is the program."""
    eager: bool = False
    """Whether an import of its module runs it, so that no server could."""

    @property
    def path(self) -> str:
        """The file that it is in."""
        return self.module.path

    @property
    def source(self) -> str:
        """Where it is and what it is: `main.py:3 FastAPI`."""
        return f"{self.path}:{self.line} {self.framework}"

    @property
    def target(self) -> str:
        """It as servers take it: `main:app`."""
        return f"{self.module.dotted}:{self.name}"

    def start(self, server: str, folder: str = ".") -> str:
        """The command by which a server serves it from a folder, without address and port."""
        target, root = self.target, self.module.root if folder == "." else ""
        if server in ("gunicorn", "aiohttp"):
            folder = f" --pythonpath {root}" if root else ""
            worker = " --worker-class aiohttp.GunicornWebWorker" if server == "aiohttp" else ""
            # A coroutine function is no call for gunicorn: the worker of aiohttp makes the app itself.
            called = f"'{target}()'" if self.factory and server == "gunicorn" else target
            return f"gunicorn{folder}{worker} {called}"
        if server == "uvicorn":
            return f"uvicorn{f' --app-dir {root}' if root else ''} {'--factory ' if self.factory else ''}{target}"
        if server == "sanic":
            return f"sanic {target}{' --factory' if self.factory else ''}"
        return f"{server} {f'{target}()' if self.factory else target}"


def apps(modules: Modules) -> list[App]:
    """The app objects at the top of modules, and the functions there that make one, in no order."""
    found, parsed = list[App](), modules.having(PATTERN)
    kinds = _subclasses(parsed)
    for module in parsed:
        found += _of(module, kinds)
    made = {app.name: app for app in found if app.factory}
    if made:
        for module in modules.having(rf"\b({'|'.join(made)})\("):
            found += _made_elsewhere(module, made, {app.name for app in found if app.module is module})
    return found


def _subclasses(parsed: list[Module]) -> dict[str, tuple[str, str]]:
    """The project's own classes that extend a framework's."""
    return {
        kind.name: made
        for module in parsed
        for kind in module.classes.values()
        for base in kind.bases
        if (made := _kind(base, module, {}))
    }


def _kind(func: ast.expr, module: Module, kinds: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """Framework and server of what is called."""
    full = module.full(func)
    last = full.rpartition(".")[2]
    if full in QUALIFIED:
        return QUALIFIED[full]
    if last in FRAMEWORKS and not full.startswith(("aiohttp.", "falcon.", "tornado.")):
        return last, FRAMEWORKS[last]
    return kinds.get(last)


def _of(module: Module, kinds: dict[str, tuple[str, str]]) -> Iterator[App]:
    runs, eager = as_program(module), at_once(module)
    for node in statements(module.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if made := _returned(node, module, kinds):
                yield App(module, node.lineno, node.name, *made, True, _required(node))
        elif (pair := bound(node)) and isinstance(node, (ast.Assign, ast.AnnAssign)):
            name, value = pair
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if not isinstance(target, ast.Name):
                continue
            if isinstance(value, ast.Call) and (made := _kind(value.func, module, kinds)) and made[0]:
                if made[0] == "Dash":
                    if any(key.arg == "server" and isinstance(key.value, ast.Name) for key in value.keywords):
                        continue
                    yield from _dash(module, node.lineno, name, runs, name in eager)
                else:
                    yield App(module, node.lineno, name, *made, run=name in runs, eager=name in eager)


def _dash(module: Module, line: int, name: str, runs: set[str], eager: bool) -> Iterator[App]:
    """A Dash app is served by its Flask: by the name that the module has for it, else as an attribute."""
    for node in statements(module.body):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=server)], value=ast.Attribute(value=ast.Name(id=owner), attr="server")
            ):
                if owner == name:
                    yield App(module, node.lineno, server, "Dash", "gunicorn", run=name in runs, eager=eager)
                    return
    yield App(module, line, f"{name}.server", "Dash", "gunicorn", run=name in runs, eager=eager)


def _returned(
    function: ast.FunctionDef | ast.AsyncFunctionDef, module: Module, kinds: dict[str, tuple[str, str]]
) -> tuple[str, str] | None:
    """Framework and server of the app that a function returns; None for one that keeps it."""
    if function.name.startswith("_") or function.name.startswith("test"):
        return None
    made: dict[str, tuple[str, str]] = {}
    for node in ast.walk(function):
        pair = bound(node)
        if pair and isinstance(pair[1], ast.Call) and (kind := _kind(pair[1].func, module, kinds)) and kind[0]:
            made[pair[0]] = kind
    for node in ast.walk(function):
        match node:
            case ast.Return(value=ast.Name(id=name)) if name in made:
                return _unless_async(function, made[name])
            case ast.Return(value=ast.Call() as call):
                kind = _kind(call.func, module, kinds)
                if kind and kind[0]:
                    return _unless_async(function, kind)
    return None


def _unless_async(function: ast.FunctionDef | ast.AsyncFunctionDef, made: tuple[str, str]) -> tuple[str, str] | None:
    """Servers call a plain function; a coroutine function only the worker of aiohttp."""
    return None if isinstance(function, ast.AsyncFunctionDef) != (made[1] == "aiohttp") else made


def _required(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    args = function.args
    plain = [*args.posonlyargs, *args.args]
    names = [arg.arg for arg in plain[: len(plain) - len(args.defaults)]]
    return (*names, *(arg.arg for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is None))


def _made_elsewhere(module: Module, made: dict[str, App], known: set[str]) -> Iterator[App]:
    """The objects at a module's top that a factory of the project made."""
    runs, eager = as_program(module), at_once(module)
    for node in statements(module.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if name not in known:
                last = module.full(func).rpartition(".")[2]
                if last in made and (last in module.functions or last in module.imports or "." in named(func)):
                    app = App(module, node.lineno, name, made[last].framework, made[last].server)
                    yield replace(app, run=name in runs, eager=name in eager)
