"""What a Django project wants when its image is built and when it is started, by its settings."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from scaffold.facts import Found
from scaffold.languages.python_health import PATHS, open_to_all
from scaffold.languages.python_hints import procfile
from scaffold.languages.python_source import Module, Modules, named
from scaffold.languages.python_values import Values


@dataclass(eq=False)
class Django:
    """A Django project: where manage.py is, its settings' full name, and the modules these are made of."""

    modules: Modules
    root: str
    settings: str
    source: str
    said: str
    """What manage.py and wsgi.py say the settings are, without the environment."""

    def __post_init__(self) -> None:
        first = self.modules.of(self.settings, self.root)
        self.inner = self.modules.closure(first) if first else []
        self.values = Values(self.modules, f"/app/{self.root}" if self.root else "/app")

    def setting(self, name: str) -> tuple[ast.expr, Module] | None:
        """The value of a setting with the module that has it."""
        return next(((one.assigned[name], one) for one in self.inner if name in one.assigned), None)

    def text(self, name: str) -> str:
        """A setting that is a text, or an empty one."""
        found = self.setting(name)
        return self.values.of(*found).text if found else ""


def secret(django: Django, needs: tuple[Found, ...]) -> tuple[Found, ...]:
    """SECRET_KEY from a variable without a default, which Django refuses when it is empty."""
    found = django.setting("SECRET_KEY")
    if not found:
        return ()
    value = django.values.of(*found)
    known = {need.value for need in needs}
    if value.variable and not value.of and value.variable not in known:
        return (Found(value.variable, found[1].at(found[0])),)
    return ()


def collect(django: Django, needs: tuple[Found, ...], env: tuple[str, ...]) -> Found | None:
    """The command that collects static files, when the settings say where to."""
    found = django.setting("STATIC_ROOT")
    if not found:
        return None
    # Made up for the build alone, where nothing is signed; no secret of the app's.
    given = [*env, *(f"{need.value}={_made_up(need.value)}" for need in needs)]
    command = " ".join([*given, "python manage.py collectstatic --noinput"])
    folder = f"cd {django.root} && " if django.root else ""
    # Settings may want what a build has not: without its static files the app still answers.
    return Found(f"{folder}{command} || echo 'Static files are not collected.'", found[1].at(found[0]), "likely")


def _made_up(name: str) -> str:
    if "DATABASE" in name and "URL" in name:
        return "sqlite:////tmp/build.sqlite3"
    if "REDIS" in name or "BROKER" in name:
        return "redis://localhost:6379/0"
    if "PORT" in name:
        return "1"
    return "https://example.invalid" if name.endswith("_URL") else "used-by-the-build-alone"


def migrates(django: Django) -> str:
    """Why the database is migrated at start, or an empty text."""
    project = django.modules.project
    for _, found in procfile(project):
        if "manage.py migrate" in found.value:
            return f"as {found.source} does"
    for path in ("entrypoint.sh", "docker-entrypoint.sh", "start.sh", "build.sh", "bin/post_compile"):
        if "manage.py migrate" in project.glance(path):
            return f"as {path} does"
    for one in django.inner:
        if database := sqlite(one):
            return f"{one.at(database)} says SQLite, whose file begins empty"
    return ""


def sqlite(module: Module) -> ast.Dict | None:
    """The database of settings that is SQLite, when it is a plain dictionary."""
    for node in module.nodes:
        if isinstance(node, ast.Dict):
            pairs = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            engine = pairs.get("ENGINE")
            if isinstance(engine, ast.Constant) and "sqlite3" in str(engine.value):
                return node
    return None


def statics(django: Django, names: frozenset[str]) -> tuple[str, ...]:
    """Notes about static files that nothing serves, and about the database; `names` are the packages."""
    notes = []
    if django.setting("STATIC_ROOT") and "whitenoise" not in names:
        notes.append("Static files are collected, and nothing in the image serves them: add whitenoise, or a proxy.")
    for one in django.inner:
        for node in one.nodes:
            match node:
                case ast.Constant(value=str(text)) if re.match(
                    r"django\.db\.backends\.(postgresql|mysql|oracle)", text
                ):
                    return (*notes, f"The app needs a database to answer: {text.rpartition('.')[2]} ({one.at(node)}).")
    return tuple(notes)


def health(django: Django, hosts: str) -> Found | None:
    """A path of the root's own that answers without a login, when the hosts that are allowed have the check's."""
    redirect = django.setting("SECURE_SSL_REDIRECT")
    if not {"*", "127.0.0.1"} & set(hosts.split(",")) or (redirect and ast.unparse(redirect[0]) != "False"):
        return None
    urls = django.modules.of(django.text("ROOT_URLCONF"), django.root)
    for call in urls.calls if urls else ():
        match call.args:
            case [ast.Constant(value=str(path)), view, *_] if path.strip("/").rpartition("/")[2] in PATHS:
                module = (django.modules.of(urls.full(view), django.root) or urls) if urls else None
                handler = module.functions.get(named(view).rpartition(".")[2]) if module else None
                if (handler and not handler.decorator_list and open_to_all(handler)) or isinstance(view, ast.Lambda):
                    return Found(f"/{path.lstrip('/')}", urls.at(call) if urls else "", "likely")
    return None
