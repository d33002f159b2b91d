"""Where a Go program listens: the calls of net/http and of the known frameworks, and the address each is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from scaffold.languages import go_tree
from scaffold.languages.go_flags import ELSEWHERE
from scaffold.languages.go_sources import File, Package
from scaffold.languages.go_tree import Call, text
from scaffold.languages.go_values import Knob, Value, Values

if TYPE_CHECKING:
    from tree_sitter import Node

FRAMEWORKS = {
    "github.com/gin-gonic/gin": r"\.Run(?:TLS)?\(",
    "github.com/labstack/echo": r"\.Start\w*\(",
    "github.com/gofiber/fiber": r"\.Listen\w*\(",
    "github.com/kataras/iris": r"\.(?:Run|Listen)\(",
    "github.com/valyala/fasthttp": r"\bListenAndServe",
    "github.com/cloudwego/hertz": r"\.(?:Spin|Run)\(",
    "github.com/beego/beego": r"\bRun\(",
    "github.com/astaxie/beego": r"\bRun\(",
    "github.com/go-martini/martini": r"\.Run\w*\(",
    "github.com/urfave/negroni": r"\.Run\(",
    "github.com/pocketbase/pocketbase": r"\.Start\(",
    "gofr.dev": r"\.Run\(",
    "github.com/zeromicro/go-zero": r"\.Start\(",
    "github.com/go-fuego/fuego": r"\.Run\(",
    "github.com/go-kratos/kratos": r"\.Run\(",
    "github.com/mark3labs/mcp-go": r"\.Start\(",
    "github.com/nats-io/nats-server": r"\.Start\(",
    "github.com/prometheus/exporter-toolkit": r"\.(?:ListenAndServe|Serve)\(",
}
"""What starts a server, by the framework that a file, or one beside it, imports."""

_LISTENS = re.compile(
    r"\bListenAndServe(?:TLS)?\(|\b(?:net|tls|reuseport|lc|listenConfig)\.Listen(?:TCP)?\("
    r"|\.Listen\((?:ctx|context\.\w+\(\)),"
)
_SILENT = re.compile(r"\s*(?://|func\s+(?:\([^)]*\)\s*)?$)")
"""What stands before a name in a comment, and where a function of the name is declared."""

_SERVER = re.compile(r"(?:^|\.)Server$")
AUTOMATIC = {"github.com/gin-gonic/gin": "8080", "github.com/urfave/negroni": "8080", "github.com/go-martini": "3000"}
"""Frameworks that read PORT themselves, with what they take without it."""

HABITS = {
    "github.com/cloudwego/hertz": "8888",
    "github.com/beego/beego": "8080",
    "github.com/astaxie/beego": "8080",
    "github.com/go-fuego/fuego": "9999",
}
"""Where frameworks listen when the source says nothing."""


class Listen(NamedTuple):
    """A place where a program listens: `values` are addresses, ports, or parts of them; `tls` says HTTPS alone."""

    call: Call
    values: tuple[Value, ...]
    http: bool
    tls: bool

    @property
    def passing(self) -> bool:
        """Whether it takes any port that is free, as for a page in a browser."""
        return any((value.text or "").endswith(":0") for value in self.values[:1])

    @property
    def aside(self) -> bool:
        """Whether it is for metrics, profiles and the like, beside the server proper."""
        said = " ".join(knob.name for value in self.values for knob in value.knobs)
        scope = go_tree.function(self.call.node)
        around = text(scope.child_by_field_name("name")) if scope is not None else ""
        written = "".join(text(one) for one in self.call.arguments[:2])
        default = next((value.text for value in self.values if value.text), "") or ""
        return bool(ELSEWHERE.search(f"{said} {around} {written}")) or default.endswith((":6060", ":0"))


def listening(packages: Iterable[Package]) -> str:
    """The first place where packages seem to listen, by their text alone; empty when they do not."""
    for package in packages:
        imported = {path for file in package.files for path in file.imports}
        patterns = [_LISTENS.pattern] + [
            pattern for name, pattern in FRAMEWORKS.items() if any(path.startswith(name) for path in imported)
        ]
        known = re.compile("|".join(patterns))
        for file in package.files:
            for found in known.finditer(file.text):
                number = file.text.count("\n", 0, found.start()) + 1
                start = file.text.rfind("\n", 0, found.start()) + 1
                if not _SILENT.match(file.text[start : found.start()]):
                    return file.place(number)
    return ""


def listens(values: Values) -> list[Listen]:
    """All places where the parsed program listens."""
    return [one for call in values.tree.calls for one in _listen(values, call)]


def _listen(values: Values, call: Call) -> Iterator[Listen]:
    arguments, name = call.arguments, call.name
    if name in ("ListenAndServe", "ListenAndServeTLS") or (name in ("Serve", "ListenAndServe") and _toolkit(call)):
        tls = name.endswith("TLS")
        if _toolkit(call):
            yield Listen(call, tuple(_toolkit_flag(values)), True, False)
        elif arguments and call.package and not _server_call(call):
            yield Listen(call, tuple(values.of(arguments[0], call.file)), True, tls)
        elif call.package == "" and call.on:
            yield Listen(call, tuple(_server(values, call)), True, tls)
    elif re.search("(?i)^[a-z]*listen(tcp)?$", name) and len(arguments) >= 2 and (call.on or _network(arguments[0])):
        yield from _socket(values, call)
    else:
        yield from _framework(values, call)


def _network(node: Node) -> bool:
    return text(node).strip('"').startswith("tcp")


def _socket(values: Values, call: Call) -> Iterator[Listen]:
    kinds = call.arguments[-2 if call.package != "crypto/tls" else 0]
    network = next((value.text for value in values.of(kinds, call.file) if value.text), "")
    network = network or ("tcp" if _network(call.arguments[0]) else "")
    if network.startswith("tcp") or (not network and call.package == "net"):
        at = call.arguments[1] if call.package == "crypto/tls" else call.arguments[-1]
        yield Listen(call, tuple(values.of(at, call.file)), False, call.package == "crypto/tls")


def _framework(values: Values, call: Call) -> Iterator[Listen]:
    """The call that starts a framework's server, where the file or its package imports that framework."""
    for framework, pattern in FRAMEWORKS.items():
        if not re.fullmatch(pattern.replace(r"\(", "").replace(r"\.", "").replace(r"\b", ""), call.name):
            continue
        path = next((path for path in _near(values, call.file) if path.startswith(framework)), "")
        if not path or not call.on or (call.package and not call.package.startswith(framework)):
            continue
        arguments = call.arguments
        found = values.of(arguments[0], call.file) if arguments else []
        if arguments and not found and arguments[0].type == "call_expression":
            listed = arguments[0].child_by_field_name("arguments")
            found = values.of(listed.named_children[0], call.file) if listed and listed.named_children else []
        if framework.endswith("fiber") and not found:
            return
        if not arguments or (not found and framework not in AUTOMATIC):
            found = [*found, *_habit(values, framework, call)]
        # A method of this name of something else, as testing.T has one, is given no address.
        if found and (not arguments or any(_address(value) for value in found)):
            yield Listen(call, tuple(found), True, "TLS" in call.name)
        return


def _habit(values: Values, framework: str, call: Call) -> list[Value]:
    for name, port in AUTOMATIC.items():
        if framework.startswith(name):
            return [Value((":", Knob("env", "PORT", port, call.place)), call.place)]
    for one in values.tree.called("WithHostPorts", "WithAddr"):
        if one.arguments and (found := values.of(one.arguments[0], one.file)):
            return found
    return [Value((f":{HABITS[framework]}",), call.place)] if framework in HABITS else []


def _near(values: Values, file: File) -> Iterator[str]:
    yield from file.imports
    for package in values.tree.packages:
        if package.folder == go_tree.folder(file):
            yield from (path for other in package.files for path in other.imports)


def _address(value: Value) -> bool:
    said = value.text
    return said is None or bool(re.fullmatch(r"[\w.\-\[\]:]*:\d{1,5}|\d{2,5}|:?", said)) or bool(value.knobs)


def _toolkit(call: Call) -> bool:
    return call.package.startswith("github.com/prometheus/exporter-toolkit")


def _toolkit_flag(values: Values) -> Iterator[Value]:
    for one in values.tree.called("AddFlags"):
        if one.package.startswith("github.com/prometheus/exporter-toolkit") and len(one.arguments) == 2:
            for value in values.of(one.arguments[1], one.file):
                yield Value((Knob("flag", "web.listen-address", value.text, one.place),), one.place)


def _server_call(call: Call) -> bool:
    return call.package.startswith("github.com/prometheus")


def _server(values: Values, call: Call) -> Iterator[Value]:
    """The address of a server of net/http: what its literal says, or what is assigned to it."""
    for name in ("Addr", "Address"):
        for bound in values.tree.member.get(name, ())[:8]:
            literal = bound.node.parent
            while literal is not None and literal.type not in ("composite_literal", "assignment_statement"):
                literal = literal.parent
            kind = literal.child_by_field_name("type") if literal is not None else None
            if literal is not None and (kind is None or _SERVER.search(text(kind))):
                yield from values.of(bound.node, bound.file)
    for argument in call.arguments[:1]:
        yield from values.of(argument, call.file)
