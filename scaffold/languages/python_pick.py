"""Which program of a Python project is started: its own command, an app object under a server, or a script."""

from __future__ import annotations

import ast
import re

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import (
    python_before,
    python_consoles,
    python_objects,
    python_rank,
    python_scripts,
    python_servers,
    python_told,
)
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_dashboards import dashboard
from scaffold.languages.python_hints import hints
from scaffold.languages.python_objects import App
from scaffold.languages.python_packages import Packages
from scaffold.languages.python_scripts import Script
from scaffold.languages.python_source import Modules, guarded
from scaffold.languages.python_values import Values

IMPLIED = {
    "quart": "hypercorn",
    "fastapi-cli": "uvicorn",
    "gradio": "uvicorn",
    "nicegui": "uvicorn",
    "chainlit": "uvicorn",
    "litestar-granian": "granian",
    "mlflow": "gunicorn",
}
"""Packages that bring a server along."""

_ASGI = ("uvicorn", "hypercorn", "granian", "daphne")
_EXTRA = re.compile(r"(fastapi|litestar|starlette|connexion)\s*\[[^\]]*(standard|all|uvicorn)[^\]]*\]|uvicorn\s*\[")
_FILE = re.compile(r"(\./)?[\w-]+(/[\w.-]+)*(/|\.\w+)?", re.ASCII)
_QUIETED = ("Flask", "APIFlask", "Dash")
"""Frameworks whose `app.run()` does nothing where FLASK_RUN_FROM_CLI is set (`Flask.run`): a server may import it."""

_TAKES_ALL = "the nearest is taken, and of those as near the one that its own module runs"


def begin(modules: Modules, packages: Packages) -> Begun:
    """How a project without Django is started.

    Raises ScaffoldError for one that shows nothing to start, several apps alike, or one that wants arguments.
    """
    names = _names(modules, packages)
    values, told = Values(modules), hints(modules.project)
    notes = list[str]()
    for hint in told:
        if begun := python_told.of_hint(hint, modules, names, notes):
            return begun
    run = python_told.preferred(told, modules)
    scripts = [one for module, _, _ in python_consoles.consoles(modules) for one in modules.closure(module)]
    preferred = [*run, *(module.path for module in scripts)]
    found = python_objects.apps(modules)
    inner = python_rank.mounted(found)
    found = [app for app in found if not python_before.aside(app)]
    apps = [app for app in found if app.target not in inner] or found
    if shown := dashboard(modules, names, apps, preferred):
        return shown
    plain = [app for app in apps if not app.wants]
    if plain:
        return _of_app(_ranked(plain, preferred), preferred, modules, values, names, tuple(notes))
    if not apps and (worker := python_told.worker(modules)):
        return worker
    program = _program(modules, values, run)
    if apps and not (program and program.kind == "server"):
        first = min(apps, key=python_rank.likelihood)
        raise ScaffoldError(
            f"The app is made by a function, {first.name} ({first.source}), which wants {', '.join(first.wants)}.",
            f"Add a module that calls it, as wsgi.py with: app = {first.name}(...)",
        )
    if program:
        return _of_script(program, names, modules)
    raise ScaffoldError(
        "What starts the app is unknown: no app object of a web framework is found, nor main.py, app.py or a script.",
        "Say it, as in --start 'python serve.py'.",
    )


def _names(modules: Modules, packages: Packages) -> frozenset[str]:
    """The packages with the servers that they bring along."""
    text = "".join(modules.project.glance(path, 20_000) for path in ("requirements.txt", "pyproject.toml", "Pipfile"))
    brought = {server for name, server in IMPLIED.items() if name in packages.names}
    return packages.names | brought | ({"uvicorn"} if _EXTRA.search(text) else set())


def _ranked(apps: list[App], preferred: list[str]) -> list[App]:
    return sorted(
        apps,
        key=lambda app: (preferred.index(app.path) if app.path in preferred else 999, python_rank.likelihood(app)),
    )


def _of_app(
    apps: list[App],
    preferred: list[str],
    modules: Modules,
    values: Values,
    names: frozenset[str],
    notes: tuple[str, ...],
) -> Begun:
    first = apps[0]
    like = [app for app in apps if app.path.rpartition("/")[2] == first.path.rpartition("/")[2]]
    like = [app for app in like if python_rank.likelihood(app)[:-1] == python_rank.likelihood(first)[:-1]]
    if len({app.path for app in like}) > 1 and first.path not in preferred:
        choices = " or ".join(f"--start '{app.start(_server(app, names))}'" for app in like)
        raise ScaffoldError(f"Several apps found: {', '.join(app.source for app in like)}.", f"Say which: {choices}.")
    if own := _itself(first, modules, values):
        return _of_script(own, names, modules)
    if first.server == "aiohttp" and first.run:
        own = python_scripts.script_of(first.path, modules, values)
        if own and own.listens and not own.listens.looped:
            return _of_script(own, names, modules)
    server, folder = _server(first, names), _folder(first, modules)
    start = python_before.before(first) + first.start(server, folder) + _workers(first, server, modules, names)
    others = [app for app in apps[1:] if app.path != first.path][:3]
    traits, added = python_servers.added("gunicorn" if server == "aiohttp" else server, names, first.source)
    inside = first.module.root if folder == "." else ""
    env = (
        (f"PYTHONPATH=/app/{inside}",)
        if inside and server in ("sanic", "hypercorn", "granian", "waitress-serve")
        else ()
    )
    if first.eager:
        env = (*env, "FLASK_RUN_FROM_CLI=true")
    return Begun(
        Found(
            start,
            first.source,
            "certain" if not others else "likely",
            tuple(Found(app.start(_server(app, names)), app.source) for app in others),
            _TAKES_ALL if others else "",
        ),
        first.module,
        f"{first.module.dotted}.{first.name}{'()' if first.factory else ''}",
        env=env,
        folder=folder,
        traits=traits,
        notes=(*notes, *added),
    )


def _itself(app: App, modules: Modules, values: Values) -> Script | None:
    """The program that no server could replace: its import runs the app, or it has it in its loop beside a bot."""
    if app.eager and app.framework not in _QUIETED:
        return python_scripts.script_of(app.path, modules, values)
    for module in modules.having(r"\buvicorn\.Config\(|\buvicorn import .*\bConfig\b"):
        if app.module in modules.closure(module) and any(guarded(node) for node in module.body):
            found = python_scripts.script_of(module.path, modules, values)
            if found and found.listens and not found.listens.looped:
                return found
    return None


def _folder(app: App, modules: Modules) -> str:
    """Where an app is started: in the folder that it is imported from, when what it opens by name is there alone."""
    root, project = app.module.root, modules.project
    for module in modules.closure(app.module) if root else ():
        for node in module.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE.fullmatch(node.value):
                name = node.value.removeprefix("./").rstrip("/")
                if project.shows(f"{root}/{name}") and not project.shows(name):
                    return root
    return "."


def _server(app: App, names: frozenset[str]) -> str:
    """The server of an app: of those that speak its protocol the one that is there."""
    if app.server == "uvicorn":
        return next((one for one in _ASGI if one in names), "uvicorn")
    if app.server == "gunicorn":
        if "." in app.name:  # gunicorn takes a name alone
            return "waitress-serve"
        return "waitress-serve" if "waitress" in names and "gunicorn" not in names else "gunicorn"
    return app.server


def _workers(app: App, server: str, modules: Modules, names: frozenset[str]) -> str:
    """What an app with websockets wants of gunicorn: one worker, of the kind that its packages are for."""
    if server != "gunicorn" or "flask-socketio" not in names:
        return ""
    kind = next((one for one in ("eventlet", "gevent") if one in names), "")
    return f" --workers 1 {f'--worker-class {kind}' if kind else '--threads 100'}"


def _program(modules: Modules, values: Values, preferred: list[str]) -> Script | None:
    """The script that is the program: the project's own command's, a console script, or the likeliest file."""
    for path in preferred[:6]:
        if (found := python_scripts.script_of(path, modules, values)) and found.kind != "tool":
            return found
    consoles = [
        python_scripts.called(module, function, found, modules, values)
        for module, function, found in python_consoles.consoles(modules)[:4]
    ]
    if served := next((one for one in consoles if one.kind == "server"), None):
        return served
    chosen, _ = python_scripts.choose(modules, values)
    if chosen and (chosen.kind == "server" or not consoles):
        return chosen
    return consoles[0] if consoles else None


def _of_script(program: Script, names: frozenset[str], modules: Modules) -> Begun:
    """A program started as it stands; raises ScaffoldError when it listens where nothing arrives."""
    if program.kind != "server" and "celery" in names and (worker := python_scripts.celery(modules)):
        return Begun(worker, program.module, kind="worker")
    if program.kind != "server":
        return Begun(Found(program.words, program.source, "likely"), program.module, kind=program.kind, env=program.env)
    listens = program.listens
    assert listens is not None
    env = (*program.env, *listens.environment())
    words = program.words + "".join(f" {flag} 0.0.0.0" for flag in listens.flags)
    number = listens.port.number
    return Begun(
        Found(words, program.source),
        program.module,
        own=True,
        port=Found(str(number), listens.source) if number else None,
        env=env,
    )
