"""Which program of a Python project is started: its own command, an app object under a server, or a script."""

from __future__ import annotations

import re
import shlex

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import python_objects, python_scripts, python_servers
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_hints import Hint, hints, parse, procfile
from scaffold.languages.python_objects import App
from scaffold.languages.python_packages import Packages
from scaffold.languages.python_scripts import Script
from scaffold.languages.python_source import Modules
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
_TAKES_ALL = "the nearest is taken, and of those as near the one that its own module runs"


def begin(modules: Modules, packages: Packages) -> Begun:
    """How a project without Django is started.

    Raises ScaffoldError for one that shows nothing to start, several apps alike, or one that wants arguments.
    """
    names = _names(modules, packages)
    values, told = Values(modules), hints(modules.project)
    notes = list[str]()
    for hint in told:
        if begun := _of_hint(hint, modules, names, notes):
            return begun
    run = _preferred(told, modules)
    preferred = [*run, *_of_consoles(modules, packages)]
    found = python_objects.apps(modules)
    inner = python_objects.mounted(modules, found)
    apps = [app for app in found if f"{app.module.dotted}:{app.name}" not in inner] or found
    if dashboard := _dashboard(modules, names, apps, preferred):
        return dashboard
    plain = [app for app in apps if not app.wants]
    if plain:
        return _of_app(_ranked(plain, preferred), preferred, modules, values, names, tuple(notes))
    if not apps and (worker := _worker(modules)):
        return worker
    program = _program(modules, values, run, packages)
    if apps and not (program and program.kind == "server"):
        first = min(apps, key=python_objects.likelihood)
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


def _of_hint(hint: Hint, modules: Modules, names: frozenset[str], notes: list[str]) -> Begun | None:
    """A project's own command when it is a server for others to see, and what it serves is there."""
    server = hint.program
    if server not in python_servers.SERVERS or (hint.before and hint.before[-1][:1] != ("python",)):
        return None
    if server not in names and server not in python_servers.ADDED:
        return None
    roots = [
        hint.folder.removeprefix("."),
        *(_after(hint.words, flag) for flag in ("--chdir", "--pythonpath", "--app-dir")),
    ]
    if server in ("streamlit", "panel", "chainlit", "fastapi"):
        files = [word for word in hint.words[1:] if word.endswith(".py")]
        place = f"{hint.folder}/" if hint.folder != "." else ""
        first = modules.module(f"{place}{files[0]}") if files else None
        app = ""
    else:
        dotted, _, name = hint.target.partition(":")
        found = [
            module for root in roots if root is not None and dotted and (module := modules.of(dotted, root.strip("/")))
        ]
        first = next((one for one in found if one.dotted.endswith(dotted) and _has(one, name.partition("(")[0])), None)
        app = f"{first.dotted}.{name}" if first else ""
        if hint.target and first is None:
            notes.append(
                f"{hint.source} says {' '.join(hint.words)}, and there is no {hint.target}: it is not followed."
            )
    if first is None:
        return None
    traits, added = python_servers.added(server, names, hint.source)
    start = " && ".join(shlex.join(words) for words in (*hint.before, hint.words))
    return Begun(
        Found(start, hint.source),
        first,
        app,
        port=Found(hint.port, hint.source) if hint.port else None,
        env=hint.env,
        folder=hint.folder,
        health=_own_health(server),
        traits=traits,
        notes=added,
    )


def _has(module: object, name: str) -> bool:
    from scaffold.languages.python_source import Module

    assert isinstance(module, Module)
    known = {*module.assigned, *module.functions, *module.imports}
    return name.partition(".")[0] in known or "*" in module.imports


def _after(words: tuple[str, ...], flag: str) -> str | None:
    for number, word in enumerate(words):
        if word == flag and number + 1 < len(words):
            return words[number + 1]
        if word.startswith(f"{flag}="):
            return word.partition("=")[2]
    return None


def _own_health(server: str) -> Found | None:
    return Found("/_stcore/health", "streamlit's own") if server == "streamlit" else None


def _preferred(told: list[Hint], modules: Modules) -> list[str]:
    """The files that the project's own commands run, the surest first."""
    found = list[str]()
    for hint in told:
        place = "" if hint.folder == "." else f"{hint.folder}/"
        words = hint.words
        if words[0] == "python" and len(words) > 1:
            inner = words[2].replace(".", "/") if words[1] == "-m" and len(words) > 2 else words[1]
            found += [f"{place}{inner.removesuffix('.py')}{end}" for end in (".py", "/__main__.py")]
        if words[0] in ("flask", "fastapi", "quart"):
            app = _after(words, "--app") or _after(words, "-A") or next((w for w in words if w.endswith(".py")), "")
            found += _files(app, place)
    for line in modules.project.glance(".flaskenv").splitlines():
        if match := re.match(r"(?:export\s+)?FLASK_APP=[\"']?([\w./:]+)", line.strip()):
            found += _files(match[1], "")
    return [path for path in dict.fromkeys(found) if modules.project.has(path)]


def _of_consoles(modules: Modules, packages: Packages) -> list[str]:
    """The files that the console scripts import."""
    inner = [
        modules.closure(module)
        for _, dotted, _, _ in _console(modules, packages)
        for root in ("", "src")
        if (module := modules.of(dotted, root))
    ]
    return [module.path for each in inner for module in each]


def _files(app: str, place: str) -> list[str]:
    name = app.partition(":")[0].removesuffix(".py").replace(".", "/")
    return [f"{place}{name}.py", f"{place}{name}/__init__.py"] if name else []


def _ranked(apps: list[App], preferred: list[str]) -> list[App]:
    return sorted(
        apps,
        key=lambda app: (preferred.index(app.path) if app.path in preferred else 999, python_objects.likelihood(app)),
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
    like = [app for app in like if python_objects.likelihood(app)[:-1] == python_objects.likelihood(first)[:-1]]
    if len({app.path for app in like}) > 1 and first.path not in preferred:
        choices = " or ".join(f"--start '{app.start(_server(app, names))}'" for app in like)
        raise ScaffoldError(f"Several apps found: {', '.join(app.source for app in like)}.", f"Say which: {choices}.")
    if first.server == "aiohttp" and first.run:
        own = python_scripts.script_of(first.path, modules, values)
        if own and own.listens and not own.listens.looped:
            return _of_script(own, names, modules)
    server = _server(first, names)
    start = first.start(server) + _workers(first, server, modules, names)
    others = [app for app in apps[1:] if app.path != first.path][:3]
    traits, added = python_servers.added("gunicorn" if server == "aiohttp" else server, names, first.source)
    inside = first.module.root
    env = (
        (f"PYTHONPATH=/app/{inside}",)
        if inside and server in ("sanic", "hypercorn", "granian", "waitress-serve")
        else ()
    )
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
        traits=traits,
        notes=(*notes, *added),
    )


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


def _dashboard(modules: Modules, names: frozenset[str], apps: list[App], preferred: list[str]) -> Begun | None:
    """Streamlit's, panel's and chainlit's programs, which are run by their own servers."""
    for server, pattern, command in (
        ("streamlit", r"^\s*(import|from) streamlit\b", "streamlit run"),
        ("panel", r"\.servable\(", "panel serve"),
        ("chainlit", r"^\s*(import|from) chainlit\b", "chainlit run"),
    ):
        if server not in names:
            continue
        sought = re.compile(pattern, re.M)
        paths = [path for path, text in modules.texts.items() if sought.search(text) and "pages/" not in path]
        liked = ("streamlit_app.py", "app.py", "main.py", "Home.py", "home.py", "Hello.py", "dashboard.py", "index.py")
        paths.sort(
            key=lambda path: (
                path not in preferred,
                path.count("/"),
                liked.index(path.rpartition("/")[2]) if path.rpartition("/")[2] in liked else len(liked),
                "page_config" not in modules.texts[path],
                path,
            )
        )
        if not paths or (apps and min(app.path.count("/") for app in apps) < paths[0].count("/")):
            continue
        if any(app.path == paths[0] for app in apps):
            continue
        return Begun(Found(f"{command} {paths[0]}", paths[0]), modules.module(paths[0]), health=_own_health(server))
    return None


def _console(modules: Modules, packages: Packages) -> list[tuple[str, str, str, Found]]:
    try:
        manifest = modules.project.toml("pyproject.toml") or {}
    except ScaffoldError:
        return []
    project = manifest.get("project")
    tool = manifest.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    found = list[tuple[str, str, str, Found]]()
    for table, name in ((project, "pyproject.toml project.scripts"), (poetry, "pyproject.toml tool.poetry.scripts")):
        scripts = table.get("scripts") if isinstance(table, dict) else None
        if isinstance(scripts, dict) and isinstance(table, dict):
            found += python_scripts.console(scripts, name, str(table.get("name")))
    return found


def _program(modules: Modules, values: Values, preferred: list[str], packages: Packages) -> Script | None:
    """The script that is the program: the project's own command's, a console script, or the likeliest file."""
    for path in preferred[:6]:
        if (found := python_scripts.script_of(path, modules, values)) and found.kind != "tool":
            return found
    consoles = [
        made
        for _, dotted, function, found in _console(modules, packages)[:4]
        for root in ("", "src")
        if (module := modules.of(dotted, root))
        and (made := python_scripts.called(module, dotted, function, found, root, modules, values))
    ]
    if served := next((one for one in consoles if one.kind == "server"), None):
        return served
    chosen, _ = python_scripts.choose(modules, values, packages.names)
    if chosen and (chosen.kind == "server" or not consoles):
        return chosen
    return consoles[0] if consoles else None


def _worker(modules: Modules) -> Begun | None:
    """The worker that the Procfile names, where nothing is for the web."""
    for kind, found in procfile(modules.project):
        hint = parse(found) if kind not in ("web", "release") else None
        if hint:
            paths = _preferred([hint], modules)
            first = modules.module(paths[0]) if paths else None
            start = Found(shlex.join(hint.words), hint.source)
            return Begun(start, first, kind="worker", env=hint.env, folder=hint.folder)
    return None


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
