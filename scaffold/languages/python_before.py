"""What a module does when it is the program and before it runs its app: it makes the tables of its database."""

from __future__ import annotations

import ast
import re

from scaffold.languages.python_objects import App
from scaffold.languages.python_source import guarded, named, walk

_TABLES = re.compile(r"create_all|(create|make|init|initialize|setup)_?(the_)?(db|database|tables?|schema)\w*")


def before(app: App) -> str:
    """The command that does what the main part of an app's module does to its database; empty for none.

    A server imports the app and leaves that part out.
    """
    module = app.module
    calls = [
        one
        for node in module.body
        if guarded(node)
        for one in walk([node])
        if isinstance(one, ast.Call) and _TABLES.fullmatch(named(one.func).rpartition(".")[2])
    ]
    known = {*module.assigned, *module.functions, *module.imports, *module.classes}
    parts, names = list[str](), [app.name]
    for call in calls:
        text = ast.unparse(call)
        used = [one.id for one in walk([call]) if isinstance(one, ast.Name)]
        # Words with quotes are read in different ways by what reads the command.
        if set(used) <= known and not re.search(r"[\"'$`\\\n]", text):
            parts.append(text)
            names += used
    if not parts or app.factory or "." in app.name or module.root:
        return ""
    push = [f"{app.name}.app_context().push()"] if app.framework in ("Flask", "APIFlask") else []
    code = "; ".join([f"from {module.dotted} import {', '.join(dict.fromkeys(names))}", *push, *parts])
    return f"python -c '{code}' && "


def aside(app: App) -> bool:
    """Whether an app is run in a thread of its module beside the program proper, as to be kept awake."""
    threads = [call for call in app.module.calls if named(call.func).rpartition(".")[2] == "Thread"]
    if not threads:
        return False
    runs = {
        function.name
        for function in app.module.functions.values()
        for call in walk([function])
        if isinstance(call, ast.Call) and named(call.func) == f"{app.name}.run"
    }
    targets = {named(key.value) for call in threads for key in call.keywords if key.arg == "target"}
    return bool(runs & targets) or f"{app.name}.run" in targets
