"""What a Python program cannot do without of its environment: variables that it asks for and has no default for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from scaffold.facts import Found
from scaffold.languages.python_source import Module, guarded, named
from scaffold.languages.python_values import Values
from scaffold.languages.python_variables import alias, asked, prefix_of

OURS = frozenset(
    {"PORT", "HOME", "PATH", "HOST", "USER", "PWD", "TMPDIR", "DJANGO_SETTINGS_MODULE", "HOSTNAME", "APPDATA"}
)
"""Variables that are set, or are nobody's need."""


def needs(modules: Iterable[Module], given: Iterable[str] = ()) -> tuple[Found, ...]:
    """The variables without which importing the modules fails, each with where it is asked for."""
    known = {*OURS, *given}
    found: dict[str, Found] = {}
    for module in modules:
        for name, node in _of(module):
            if name not in known and not name.startswith("XDG_"):
                found.setdefault(name, Found(name, module.at(node)))
    return tuple(found.values())


def _of(module: Module) -> Iterator[tuple[str, ast.AST]]:
    strict = {name for name, origin in module.imports.items() if origin == "decouple.config"}
    strict |= {
        name
        for name, value in module.assigned.items()
        if isinstance(value, ast.Call)
        and (full := module.full(value.func))
        and (full == "starlette.config.Config" or full.rpartition(".")[2] in ("Env", "FileAwareEnv"))
    }
    yield from _asked(module, strict)
    for kind in module.classes.values():
        if any(named(base).rpartition(".")[2] == "BaseSettings" for base in kind.bases):
            yield from _fields(kind)


def _asked(module: Module, strict: set[str]) -> Iterator[tuple[str, ast.AST]]:
    """What the statements that an import runs ask for; what functions do is asked for when they are called."""
    for node in _run(module.body):
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                if module.full(value) in ("os.environ", "environ"):
                    yield name, node
            case ast.Call() if variable := asked(node, module):
                alone = len(node.args) == 1 and not any(key.arg == "default" for key in node.keywords)
                if alone and named(node.func).partition(".")[0] in strict:
                    yield variable, node


def _run(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Nodes that run at import, without the bodies of functions, and of `try`, whose failure is expected."""
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Try)):
            continue
        if isinstance(node, ast.stmt) and guarded(node):
            continue
        yield node
        yield from _run(ast.iter_child_nodes(node))


def _fields(kind: ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    """The fields without a default of a class of pydantic's settings."""
    prefix = prefix_of(kind)
    for node in kind.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=None):
                if not name.startswith("_") and name != "model_config" and "ClassVar" not in ast.dump(annotation):
                    yield f"{prefix}{name}".upper(), node
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
                required = any(isinstance(arg, ast.Constant) and arg.value is ... for arg in call.args[:1])
                default = any(key.arg in ("default", "default_factory") for key in call.keywords)
                field = named(call.func).rpartition(".")[2] == "Field"
                if field and (required or not (call.args or default)):
                    yield alias(call) or f"{prefix}{name}".upper(), node


_ELSEWHERE = re.compile(
    r"(postgres(ql)?|mysql|mariadb|mongodb|redis|amqp|nats|kafka)(\+\w+)*://[^/]*(localhost|127\.0\.0\.1)"
)


def services(modules: Iterable[Module], values: Values) -> tuple[str, ...]:
    """Notes about what the program wants at an address of its own, where its container has nothing."""
    found: dict[str, str] = {}
    for module in modules:
        for node in module.nodes:
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and (match := _ELSEWHERE.match(node.value))
            ):
                found.setdefault(match[1], module.at(node))
    return tuple(
        f"The app looks for {kind} at its own address ({at}), where a container has none." for kind, at in found.items()
    )
