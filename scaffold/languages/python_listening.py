"""Where a Python program listens when it says so itself: the calls that listen, with their address and port."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.languages.python_source import Module, named
from scaffold.languages.python_values import UNKNOWN, Value, Values

ALL = ("0.0.0.0", "::", "", "*", "[::]")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Call(NamedTuple):
    """A call that listens: how its name ends, its arguments for address and port, and what it does without them."""

    name: str
    """A pattern of the whole of its name, as imported."""
    host: tuple[int, str]
    port: tuple[int, str]
    address: str
    number: int
    variable: str = ""
    """The variable of the environment that says the address where the call does not."""


_PAIR = (0, "server_address")

CALLS = (
    Call(r"uvicorn\.run", (-1, "host"), (-1, "port"), "127.0.0.1", 8000),
    Call(r"uvicorn\.Config", (-1, "host"), (-1, "port"), "127.0.0.1", 8000),
    Call(r"waitress\.serve", (-1, "host"), (-1, "port"), "0.0.0.0", 8080),
    Call(r"aiohttp\.web\.run_app", (-1, "host"), (-1, "port"), "0.0.0.0", 8080),
    Call(r"aiohttp\.web\.TCPSite", (1, "host"), (2, "port"), "0.0.0.0", 8080),
    Call(r"(nicegui\.)?ui\.run", (-1, "host"), (-1, "port"), "0.0.0.0", 8080),
    Call(r".*\.launch", (-1, "server_name"), (-1, "server_port"), "127.0.0.1", 7860, "GRADIO_SERVER_NAME"),
    Call(r"bottle\.run|bottle\.Bottle\.run", (-1, "host"), (-1, "port"), "127.0.0.1", 8080),
    Call(r".*socketio\.run", (1, "host"), (2, "port"), "127.0.0.1", 5000),
    Call(
        r"(.*\.)?(app|application|server|http_server|https?)\.listen|.*(Application|HTTPServer)\.listen",
        (1, "address"),
        (0, "port"),
        "",
        8888,
    ),
    Call(r"(.*\.)?(\w*HTTPServer|\w*TCPServer|WSGIServer|SimpleXMLRPCServer)", _PAIR, _PAIR, "", 0),
    Call(r"(wsgiref\.simple_server\.|pyramid\.)?make_server", (0, "host"), (1, "port"), "", 0),
    Call(r"(werkzeug\.serving\.)?run_simple", (0, "hostname"), (1, "port"), "", 0),
    Call(
        r"eventlet\.listen|cheroot\.wsgi\.Server|(.*\.)?(sock|socket|server|s)\.bind",
        (0, "bind_addr"),
        (0, "bind_addr"),
        "",
        0,
    ),
    Call(r"asyncio\.start_server|websockets\..*serve|(.*\.)?create_server", (1, "host"), (2, "port"), "", 0),
    Call(r".*\.add_(in)?secure_port", (0, "address"), (0, "address"), "", 0),
    Call(r"cherrypy\.(quickstart|engine\.start)", (-1, ""), (-1, ""), "127.0.0.1", 8080),
    Call(r"prometheus_client\.start_http_server|start_http_server", (1, "addr"), (0, "port"), "0.0.0.0", 8000),
)

_ANY = re.compile("|".join(row.name for row in CALLS))

RUNS = {
    "Dash": ("127.0.0.1", 8050, "HOST"),
    "Sanic": ("127.0.0.1", 8000, ""),
    "Bottle": ("127.0.0.1", 8080, ""),
    "Flask": ("127.0.0.1", 5000, ""),
    "Quart": ("127.0.0.1", 5000, ""),
    "FastAPI": ("127.0.0.1", 8000, ""),
}
"""Address and port of `app.run()` without arguments, by framework, and the variable that says the address."""


@dataclass(frozen=True, eq=False)
class Listening:
    """A call that listens, with what it says."""

    module: Module
    node: ast.Call
    host: Value
    port: Value
    variable: str = ""
    """The variable that says the address, of a call that does not."""
    flags: tuple[str, ...] = ()
    """The arguments of the program that say address and port, `--host`, as far as they are told."""

    @property
    def source(self) -> str:
        """Where it stands."""
        return self.module.at(self.node)

    @property
    def looped(self) -> bool:
        """Whether nothing outside of the container reaches it as it stands."""
        return self.host.text in LOOPBACK and self.host.of is not None

    def environment(self) -> tuple[str, ...]:
        """What of the environment makes it listen on all addresses: none when it does.

        Raises ScaffoldError, with its line, for one that nothing but an edit makes do so.
        """
        if not self.looped or self.flags:
            return ()
        if variable := self.host.variable or self.variable:
            return (f"{variable}=0.0.0.0",)
        raise ScaffoldError(
            f"{self.source} listens on {self.host.text} alone, where nothing from outside the container arrives.",
            "Write 0.0.0.0 there, or take it from a variable as in os.environ.get('HOST', '127.0.0.1').",
        )


def listening(module: Module, values: Values, kinds: dict[str, str]) -> list[Listening]:
    """The calls of a module that listen; `kinds` are the frameworks of its app objects by name."""
    found = [one for call in module.calls if (one := _listens(call, module, values, kinds))]
    return sorted(found, key=lambda one: "start_http_server" in named(one.node.func))


def _listens(call: ast.Call, module: Module, values: Values, kinds: dict[str, str]) -> Listening | None:
    full = module.full(call.func)
    owner, _, method = full.rpartition(".")
    row = next((row for row in CALLS if re.fullmatch(row.name, full)), None) if _ANY.fullmatch(full) else None
    if method == "launch" and not any(one.startswith("gradio") for one in module.imports.values()):
        return None
    if method == "run" and owner.startswith("uvicorn.Server"):
        row = CALLS[0]
    if row is None and method in ("run", "run_server", "run_task") and owner:
        kind = kinds.get(owner.rpartition(".")[2]) or _guessed(owner, module)
        if kind not in RUNS:
            return None
        address, number, variable = RUNS[kind]
        row = Call("", (0, "host"), (1, "port"), address, number, variable)
        if kind == "Dash":
            row = row._replace(host=(-1, "host"), port=(-1, "port"))
    if row is None:
        return None
    return _read(row, call, module, values)


def _read(row: Call, call: ast.Call, module: Module, values: Values) -> Listening | None:
    first, second = _argument(call, row.host), _argument(call, row.port)
    if row.host == row.port and first is not None:
        match first:
            case ast.Tuple(elts=[left, right, *_]):
                first, second = left, right
            case ast.Name(id=name) if isinstance(module.assigned.get(name), ast.Tuple):
                pair = module.assigned[name]
                assert isinstance(pair, ast.Tuple)
                first, second = (pair.elts[0], pair.elts[1]) if len(pair.elts) > 1 else (None, None)
            case _:
                whole = values.of(first, module)
                address, _, number = whole.text.rpartition(":")
                if not number.isdigit():
                    return Listening(module, call, UNKNOWN, UNKNOWN)
                return Listening(module, call, Value(address.strip("[]"), whole.variable), Value(number))
    elif row.host == row.port and row.host[0] >= 0:
        return None
    host, port = values.of(first, module), values.of(second, module)
    flags = list[str]()
    if first is None:
        host = Value(row.address)
    elif host.of is None and not host.variable and (told := flag(first, module, values)):
        host, flags = told[0], [told[1]] if told[0].text in LOOPBACK else []
    if second is None:
        port = Value(row.number or None)
    elif port.of is None and not port.variable and (told := flag(second, module, values)):
        port = told[0]
    return Listening(module, call, host, port, row.variable if first is None else "", tuple(flags))


def _argument(call: ast.Call, where: tuple[int, str]) -> ast.expr | None:
    position, name = where
    if 0 <= position < len(call.args):
        return call.args[position]
    return next((key.value for key in call.keywords if key.arg == name), None)


def _guessed(owner: str, module: Module) -> str:
    """The framework of an app that a module imports, by what it is called and imported."""
    if owner.rpartition(".")[2] not in ("app", "application", "server"):
        return ""
    packages = {name.partition(".")[0] for name in module.imports.values()}
    known = {"dash": "Dash", "sanic": "Sanic", "bottle": "Bottle", "quart": "Quart", "flask": "Flask"}
    return next((kind for package, kind in known.items() if package in packages), "Flask")


def flag(node: ast.expr, module: Module, values: Values) -> tuple[Value, str] | None:
    """The default of an argument of the program that an expression such as `args.port` takes, and its flag."""
    match node:
        case ast.Call(args=[inner]):
            return flag(inner, module, values)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            pass
        case _:
            return None
    wanted = f"--{name.replace('_', '-')}"
    for call in module.calls:
        if named(call.func).rpartition(".")[2] not in ("add_argument", "option", "add_option", "Option"):
            continue
        said = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if wanted in said or f"--{name}" in said or name in said:
            default = next((key.value for key in call.keywords if key.arg == "default"), None)
            long = next((one for one in said if one.startswith("--")), "")
            if long:
                return values.of(default, module), long
    for function in module.functions.values():
        plain = [*function.args.posonlyargs, *function.args.args]
        for arg, default in zip(reversed(plain), reversed(function.args.defaults), strict=False):
            if arg.arg == name:
                inner = default.args[0] if isinstance(default, ast.Call) and default.args else default
                told = values.of(inner, module)
                return (told, wanted) if told.of is not None else None
    return None
