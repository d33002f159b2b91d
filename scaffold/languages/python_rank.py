"""Which of several app objects is the likeliest, and which are parts of another."""

from __future__ import annotations

from scaffold.languages.python_objects import App
from scaffold.languages.python_source import named, walk

STEMS = ("main", "app", "server", "api", "asgi", "wsgi", "run", "application", "web", "__init__")
"""Where an app object is, from the likeliest on."""

NAMES = ("app", "application", "api", "server", "create_app", "make_app", "get_app", "build_app", "create_application")
"""What an app object is called where a module has several, and what makes one."""

_MOUNTS = ("mount", "Mount", "DispatcherMiddleware", "WSGIMiddleware", "ASGIApp", "WSGIApp")


def likelihood(app: App) -> tuple[int, int, int, int, int, str]:
    """What a likelier app has less of, the nearest first."""
    stem = app.path.rpartition("/")[2].removesuffix(".py")
    return (
        int(app.factory),
        app.path.count("/") - (1 if app.module.root else 0),
        0 if app.run else 1,
        STEMS.index(stem) if stem in STEMS else len(STEMS),
        NAMES.index(app.name) if app.name in NAMES else len(NAMES),
        app.path,
    )


def mounted(found: list[App]) -> set[str]:
    """The targets of the apps that another one mounts or wraps."""
    inner = set[str]()
    for module in {app.path: app.module for app in found}.values():
        for call in module.calls:
            if named(call.func).rpartition(".")[2] not in _MOUNTS:
                continue
            for node in walk([*call.args, *[key.value for key in call.keywords]]):
                name = named(node)
                origin = module.imports.get(name, f"{module.dotted}.{name}") if name else ""
                inner.add(":".join(origin.rpartition(".")[::2]))
    return inner
