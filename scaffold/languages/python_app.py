"""What starts a Python project: its framework's app object and the server that it has."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages.python_packages import Packages
from scaffold.project import Project

FRAMEWORKS = {"FastAPI": "uvicorn", "Starlette": "uvicorn", "Flask": "gunicorn"}
"""Classes whose instance is an app, and the server that speaks its protocol (ASGI, WSGI)."""

STEMS = ("main", "app", "server", "api", "asgi", "wsgi", "run", "__init__")
"""Where an app object is, from the likeliest on."""

NAMES = ("app", "application", "api")
"""What an app object is called where a module has several."""

SCRIPTS = ("main.py", "app.py", "server.py", "run.py", "__main__.py")

DECOYS = frozenset({"test", "tests", "testing", "example", "examples", "docs", "samples"})
"""Folders whose apps are not the project's."""

MOST_PARSED = 100
"""How many modules are parsed, the nearest first: a large one takes 10 ms."""

_IMPORTABLE = re.compile(r"\w[\w-]*(/\w[\w-]*)*\.py")


@dataclass(frozen=True)
class App:
    """An app object, or a function that makes one, and the folder from which its module is imported."""

    path: str
    line: int
    name: str
    framework: str
    factory: bool
    root: str

    @property
    def source(self) -> str:
        return f"{self.path}:{self.line} {self.framework}"

    @property
    def start(self) -> str:
        """The command that serves it."""
        server = FRAMEWORKS[self.framework]
        path = self.path.removesuffix(".py").removesuffix("/__init__").removeprefix(f"{self.root}/")
        target = f"{path.replace('/', '.')}:{self.name}"
        folder = {"": "", "uvicorn": f" --app-dir {self.root}", "gunicorn": f" --pythonpath {self.root}"}
        return f"{server}{folder[server if self.root else '']} " + (
            target if not self.factory else f"--factory {target}" if server == "uvicorn" else f"'{target}()'"
        )


def start(project: Project, packages: Packages) -> Found:
    """The start command of a project, without the address and port.

    Raises ScaffoldError when the app is not found, is made by a function, or has no server among its packages.
    """
    manage = project.text("manage.py") or ""
    if "DJANGO_SETTINGS_MODULE" in manage:
        return _django(project, packages, manage)
    found = _apps(project)
    if apps := sorted((app for app in found if not app.factory), key=_likelihood):
        return _only(packages, apps)
    if factories := sorted(found, key=_likelihood):
        raise ScaffoldError(
            f"The app is made by a function, {factories[0].name} ({factories[0].source}), which may want arguments.",
            f'Say it as in --start "{factories[0].start}".',
        )
    for script in SCRIPTS:
        if project.has(script):
            return Found(f"python {script}", script)
    raise ScaffoldError(
        "What starts the app is unknown: no FastAPI, Flask or Django app is found, nor main.py or app.py.",
        "Say it, as in --start 'python serve.py'.",
    )


def _only(packages: Packages, apps: list[App]) -> Found:
    first = apps[0]
    like = [app for app in apps if _likelihood(app)[:2] == _likelihood(first)[:2]]
    if len({app.path for app in like}) > 1:
        choices = " or ".join(f"--start '{app.start}'" for app in like)
        raise ScaffoldError(f"Several apps found: {', '.join(app.source for app in like)}.", f"Say which: {choices}.")
    return _served(packages, first.framework, FRAMEWORKS[first.framework], first.start, first.source)


def _django(project: Project, packages: Packages, manage: str) -> Found:
    settings = ""
    for call in _calls(_body(manage)):
        match call.args:
            case [ast.Constant(value="DJANGO_SETTINGS_MODULE"), ast.Constant(value=str(value))]:
                settings = value
    package = settings.partition(".")[0]
    servers = [
        (kind, server)
        for kind, server in (("wsgi", "gunicorn"), ("asgi", "uvicorn"))
        if package and project.has(f"{package}/{kind}.py")
    ]
    if not servers:
        raise ScaffoldError(
            f"manage.py names settings ({settings or 'none in a call'}) without a wsgi.py or asgi.py beside them.",
            "Say --start 'gunicorn PACKAGE.wsgi:application'.",
        )
    kind, server = next((pair for pair in servers if pair[1] in packages.names), servers[0])
    return _served(packages, "Django", server, f"{server} {package}.{kind}:application", f"{package}/{kind}.py")


def _served(packages: Packages, framework: str, server: str, start: str, source: str) -> Found:
    if server not in packages.names:
        raise ScaffoldError(
            f"{framework} ({source}) needs {server} to serve it, and {packages.source} has no {server}.",
            f"Add it with uv add {server}." if packages.installer == "uv" else f"Add {server} to {packages.source}.",
        )
    return Found(start, source)


def _apps(project: Project) -> list[App]:
    """The app objects at the top of modules, and the functions there that make one."""
    found, parsed = list[App](), 0
    for path in project.find(".py"):
        *folders, file = path.split("/")
        if DECOYS.intersection(folders) or file.startswith("test_") or not _IMPORTABLE.fullmatch(path):
            continue
        text = project.glance(path)
        if any(f"{framework}(" in text for framework in FRAMEWORKS):
            body, parsed = _body(text), parsed + 1
            root = _root(project, folders, body)
            found += [App(path, node.lineno, *made, root) for node in body if (made := _made(node))]
        if parsed == MOST_PARSED:
            break
    return found


def _root(project: Project, folders: list[str], body: list[ast.stmt]) -> str:
    """The folder whose modules a module imports by their full names: empty for the project's own."""
    imported = set[str]()
    for node in body:
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.partition(".")[0])
    roots = ["/".join(folders[:depth]) for depth in range(len(folders) + 1)]
    for root in roots:
        place = f"{root}/" if root else ""
        if any(project.has(f"{place}{name}.py") or project.contains(f"{place}{name}", ".py") for name in imported):
            return root
    return "src" if folders[:1] == ["src"] and len(folders) > 1 and not project.has("src/__init__.py") else ""


def _body(text: str) -> list[ast.stmt]:
    """The statements of a module; none when it is no Python of this version, as templates of code are not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A stranger's "\d" is not ours to report.
            return ast.parse(text).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return []


def _calls(nodes: Iterable[ast.AST]) -> list[ast.Call]:
    return [inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def _framework(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name if name in FRAMEWORKS else ""


def _made(node: ast.stmt) -> tuple[str, str, bool] | None:
    """Name and framework of a statement such as `app = FastAPI()`, or of a function that has one (True)."""
    match node:
        case ast.FunctionDef(name=name) if not name.startswith("_"):
            framework = next(filter(None, map(_framework, _calls(node.body))), "")
            return (name, framework, True) if framework else None
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call):
            pass
        case _:
            return None
    return (name, framework, False) if (framework := _framework(call)) else None


def _likelihood(app: App) -> tuple[int, int, int, str]:
    stem = app.path.rpartition("/")[2].removesuffix(".py")
    return (
        app.path.count("/"),
        STEMS.index(stem) if stem in STEMS else len(STEMS),
        NAMES.index(app.name) if app.name in NAMES else len(NAMES),
        app.path,
    )
