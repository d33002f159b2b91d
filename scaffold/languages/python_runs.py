"""Which objects a module runs, as `app` of `app.run()` and of `uvicorn.run(app)`."""

from __future__ import annotations

import ast

from scaffold.languages.python_source import Module, guarded, named, statements, walk

_RUNS = ("run", "run_server", "serve", "run_app", "run_simple")


def at_once(module: Module) -> set[str]:
    """The names that an import of a module runs: its author has only ever run it as the program."""
    calls = [
        node.value
        for node in statements(module.body)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return {
        named(arg).partition(".")[0]
        for call in calls
        if named(call.func).rpartition(".")[2] in _RUNS and "." in named(call.func)
        for arg in (call.func, *call.args)
    }


def as_program(module: Module) -> set[str]:
    """The names that a module runs when it is the program: `app` of `app.run()` and of `uvicorn.run(app)`."""
    found = set[str]()
    for call in [
        inner for node in module.body if guarded(node) for inner in walk([node]) if isinstance(inner, ast.Call)
    ]:
        owner, _, method = named(call.func).rpartition(".")
        if method in _RUNS and owner:
            found.add(owner.partition(".")[0])
        for arg in call.args:
            match arg:
                case ast.Name(id=name):
                    found.add(name)
                case ast.Constant(value=str(text)) if ":" in text:
                    found.add(text.partition(":")[2])
    return found
