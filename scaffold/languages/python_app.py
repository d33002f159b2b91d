"""What starts a Python project: its framework's app object and the server that it has."""

from __future__ import annotations

import ast
import warnings

from scaffold.errors import ScaffoldError
from scaffold.languages.python_packages import Packages
from scaffold.model import Found
from scaffold.project import Project

FRAMEWORKS = {"FastAPI": "uvicorn", "Starlette": "uvicorn", "Flask": "gunicorn"}
"""Classes whose instance is an app, and the server that speaks its protocol (ASGI, WSGI)."""

STEMS = ("main", "app", "server", "api", "asgi", "wsgi", "run", "__init__")
"""Where an app object is, from the likeliest on."""

SCRIPTS = ("main.py", "app.py", "server.py", "run.py", "__main__.py")


def start(project: Project, packages: Packages) -> Found:
    """The start command of a project, without the address and port.

    Raises ScaffoldError when the app is not found, or has no server among its packages.
    """
    if manage := project.text("manage.py"):
        return _django(project, packages, manage)
    if apps := sorted(_apps(project), key=_likelihood):
        path, line, name, framework = apps[0]
        return _served(
            packages, framework, FRAMEWORKS[framework], f"{_module(path)}:{name}", f"{path}:{line} {framework}"
        )
    if "flask" in packages.names:
        raise ScaffoldError(
            "Flask is required, and no module has an app object: it may be made by a function.",
            "Say it, as in --start \"gunicorn 'app:create_app()'\".",
        )
    for script in SCRIPTS:
        if project.has(script):
            return Found(f"python {script}", script)
    raise ScaffoldError(
        "What starts the app is unknown: no FastAPI, Flask or Django app is found, nor main.py or app.py.",
        "Say it, as in --start 'python serve.py'.",
    )


def _django(project: Project, packages: Packages, manage: str) -> Found:
    settings = ""
    for node in (inner for statement in _body(manage) for inner in ast.walk(statement)):
        if isinstance(node, ast.Call) and len(node.args) == 2:
            key, value = node.args
            if (
                isinstance(key, ast.Constant)
                and key.value == "DJANGO_SETTINGS_MODULE"
                and isinstance(value, ast.Constant)
            ):
                settings = str(value.value)
    package = settings.split(".")[0]
    for kind, server in (("wsgi", "gunicorn"), ("asgi", "uvicorn")):
        if package and project.has(f"{package}/{kind}.py") and server in packages.names:
            return Found(f"{server} {package}.{kind}:application", f"{package}/{kind}.py")
    if not package:
        raise ScaffoldError("manage.py names no settings module.", "Say --start 'gunicorn PACKAGE.wsgi:application'.")
    return _served(packages, "Django", "gunicorn", f"{package}.wsgi:application", "manage.py")


def _served(packages: Packages, framework: str, server: str, target: str, source: str) -> Found:
    if server not in packages.names:
        raise ScaffoldError(
            f"{framework} ({source}) needs {server} to serve it, and {packages.source} has no {server}.",
            f"Add it with uv add {server}." if packages.installer == "uv" else f"Add {server} to {packages.source}.",
        )
    return Found(f"{server} {target}", source)


def _apps(project: Project) -> list[tuple[str, int, str, str]]:
    """Path, line, name and framework of each app object made at the top of a module."""
    found = []
    for path in project.find(".py"):
        text = "" if "test" in path else project.glance(path)
        if any(f"{framework}(" in text for framework in FRAMEWORKS):
            found += [(path, node.lineno, *made) for node in _body(text) if (made := _made(node))]
    return found


def _body(text: str) -> list[ast.stmt]:
    """The statements of a module; none when it is no Python of this version, as templates of code are not."""
    try:
        return _parse(text).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return []


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # A stranger's "\d" is not ours to report.
        return ast.parse(text)


def _made(node: ast.stmt) -> tuple[str, str] | None:
    """The name and framework of a statement such as `app = FastAPI()`."""
    value, target = None, None
    if isinstance(node, ast.Assign):
        value, target = node.value, node.targets[0]
    elif isinstance(node, ast.AnnAssign):
        value, target = node.value, node.target
    if not isinstance(value, ast.Call) or not isinstance(target, ast.Name):
        return None
    called = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    return (target.id, called) if called in FRAMEWORKS else None


def _likelihood(app: tuple[str, int, str, str]) -> tuple[int, int, str]:
    path = app[0]
    stem = path.rpartition("/")[2].removesuffix(".py")
    return (path.count("/"), STEMS.index(stem) if stem in STEMS else len(STEMS), path)


def _module(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
