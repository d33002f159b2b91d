"""Django projects: their settings, what serves them, and what is to be run when the image is built and started."""

from __future__ import annotations

import ast
import re

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import python_django_run, python_needs, python_servers
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_django_run import Django
from scaffold.languages.python_hints import Hint, hints
from scaffold.languages.python_source import Module, Modules, named
from scaffold.languages.python_values import Values
from scaffold.languages.python_variables import asked

HOSTS = "localhost,127.0.0.1"
"""The names by which a published port is asked, and the health check."""

_BETTER = ("production", "prod", "deploy", "live", "docker", "base", "settings", "common", "dev", "local")
"""The modules of a package of settings, from the one for an image on."""

_OF_DEVELOPERS = re.compile(r"\.(local|dev|develop|development|test|testing)$")


def find(modules: Modules) -> Django | None:
    """The Django project among the modules, the nearest; None when there is none.

    Raises ScaffoldError for one whose settings are nowhere.
    """
    for path in modules.paths:
        if path.rpartition("/")[2] == "manage.py" and "DJANGO_SETTINGS_MODULE" in modules.texts.get(path, ""):
            root = path.rpartition("/")[0]
            manage = modules.module(path)
            assert manage is not None
            said, at = _named(manage, modules)
            for kind in ("wsgi", "asgi"):
                # What a server imports counts more than what developers run.
                near = [f"{root}/" if root else "", said.partition(".")[0]]
                for other in (f"{near[0]}{near[1]}/{kind}.py", f"{near[0]}{kind}.py"):
                    if (module := modules.module(other)) and _named(module, modules)[0]:
                        said, at = _named(module, modules)
                        return Django(modules, root, _better(said, root, modules), at, said)
            if not said:
                raise ScaffoldError(
                    f"{path} names no settings in a call that could be read.",
                    "Say --start 'gunicorn PACKAGE.wsgi:application'.",
                )
            return Django(modules, root, _better(said, root, modules), at, said)
    return None


def begin(django: Django, names: frozenset[str]) -> Begun:
    """How a Django project is started; `names` are its packages.

    Raises ScaffoldError for one without a wsgi.py or asgi.py.
    """
    hint = next((one for one in hints(django.modules.project) if _serves(one, django)), None)
    if hint:
        server = hint.program
        start = Found(" ".join(_quoted(hint.words)), hint.source)
        port = Found(hint.port, hint.source) if hint.port else None
    else:
        server, target, source = _target(django, names)
        start, port = Found(f"{server} {target}", source), None
    traits, notes = python_servers.added(server, names, f"Django ({django.source})")
    env, hosts = _environment(django, hint)
    needs = python_needs.needs(django.inner, (one.partition("=")[0] for one in env))
    needs = (*needs, *python_django_run.secret(django, needs))
    build = python_django_run.collect(django, needs, env)
    if why := python_django_run.migrates(django):
        start = Found(f"python manage.py migrate --noinput && {start.value}", f"{start.source}, {why}")
        notes = (*notes, f"The database is brought up to date at each start: {why}.")
    return Begun(
        start,
        port=port,
        health=python_django_run.health(django, hosts),
        build=build,
        env=env,
        folder=(hint.folder if hint and hint.folder != "." else django.root) or ".",
        modules=tuple(_all(django)),
        traits=traits,
        notes=(*notes, *python_django_run.statics(django, names)),
        needs=needs,
        quiet=True,
    )


def _all(django: Django) -> list[Module]:
    """The settings, and all modules of the project's apps, which Django imports by what settings say."""
    inside = f"{django.root}/" if django.root else ""
    others = [path for path in django.modules.paths if path.startswith(inside) and "/migrations/" not in path]
    parsed = [django.modules.module(path) for path in others if not re.search(r"/settings?/|management/", path)][:80]
    return list(dict.fromkeys([*django.inner, *(module for module in parsed if module)]))


def _named(module: Module, modules: Modules) -> tuple[str, str]:
    """The settings that a module names, and where."""
    values = Values(modules)
    for call in module.calls:
        match call.args:
            case [ast.Constant(value="DJANGO_SETTINGS_MODULE"), value] if named(call.func).endswith(".setdefault"):
                return values.of(value, module).text, module.at(call)
    for node in module.nodes:
        match node:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value="DJANGO_SETTINGS_MODULE"))], value=value):
                return values.of(value, module).text, module.at(node)
    return "", ""


def _better(said: str, root: str, modules: Modules) -> str:
    """The settings for an image: of a package the one for production, where what is said is none or developers'."""
    place = "/".join(filter(None, (root, said.replace(".", "/"))))
    package, folder = said, place
    if _OF_DEVELOPERS.search(said):
        package, folder = said.rpartition(".")[0], place.rpartition("/")[0]
    elif not modules.project.has(f"{place}/__init__.py") or (
        (first := modules.module(f"{place}/__init__.py"))
        and any(isinstance(node, (ast.Assign, ast.ImportFrom, ast.If, ast.Try)) for node in first.body)
    ):
        return said
    better = next((name for name in _BETTER if modules.project.has(f"{folder}/{name}.py")), "")
    return f"{package}.{better}" if better else said


def _serves(hint: Hint, django: Django) -> bool:
    if hint.program not in ("gunicorn", "uvicorn", "daphne", "hypercorn", "waitress-serve"):
        return False
    modules = [word.partition(":")[0] for word in hint.words[1:] if re.fullmatch(r"[A-Za-z_][\w.]*(:\w+)?", word)]
    roots = dict.fromkeys((hint.folder.removeprefix("."), django.root))
    return any(
        django.modules.project.has("/".join(filter(None, (root, f"{name.replace('.', '/')}.py"))))
        for name in modules
        for root in roots
    )


def _quoted(words: tuple[str, ...]) -> list[str]:
    import shlex

    return [shlex.quote(word) for word in words]


def _target(django: Django, names: frozenset[str]) -> tuple[str, str, str]:
    """The server, what it serves, and where that is."""
    project, place = django.modules.project, f"{django.root}/" if django.root else ""
    package = django.said.partition(".")[0]
    known: dict[str, tuple[str, str]] = {}
    for kind in ("wsgi", "asgi"):
        told = django.text(f"{kind.upper()}_APPLICATION").rpartition(".")
        near = "/".join(filter(None, (package, f"{kind}.py")))
        others = [path for path in django.modules.paths if path.startswith(place) and path.endswith(f"{kind}.py")]
        files = [f"{place}{told[0].replace('.', '/')}.py", f"{place}{near}", *others]
        if path := next((file for file in files if (told[0] and project.has(file)) or project.has(file)), ""):
            module = path.removeprefix(place).removesuffix(".py").replace("/", ".")
            known[kind] = (f"{module}:{told[2] or 'application'}", path)
    if not known:
        raise ScaffoldError(
            f"manage.py names settings ({django.said}) without a wsgi.py or asgi.py beside them.",
            "Say --start 'gunicorn PACKAGE.wsgi:application'.",
        )
    asynchronous = "asgi" in known and (django.text("ASGI_APPLICATION") != "" and names & {"channels", "daphne"})
    if asynchronous or "wsgi" not in known or ("asgi" in known and "uvicorn" in names and "gunicorn" not in names):
        server = next((one for one in ("uvicorn", "daphne", "hypercorn") if one in names), "uvicorn")
        return server, *known["asgi"]
    server = "gunicorn" if "gunicorn" in names or "waitress" not in names else "waitress-serve"
    return server, *known["wsgi"]


def _environment(django: Django, hint: Hint | None) -> tuple[tuple[str, ...], str]:
    """Variables that the project takes, and the hosts that are allowed then."""
    env = list(hint.env if hint else ())
    if django.settings != django.said and not any(one.startswith("DJANGO_SETTINGS_MODULE=") for one in env):
        env.append(f"DJANGO_SETTINGS_MODULE={django.settings}")
    found = django.setting("ALLOWED_HOSTS")
    if not found:
        return tuple(env), HOSTS
    node, module = found
    said = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    variable = next((name for one in ast.walk(node) if isinstance(one, ast.Call) and (name := asked(one, module))), "")
    if variable and not {"*", "127.0.0.1"} & {part for text in said for part in re.split(r"[, ]", text)}:
        # An empty separator, or a blank one, parts words.
        blank = re.search(r"split\(('' | |\)|' ')", ast.unparse(node)) or "split()" in ast.unparse(node)
        env.append(f"{variable}={HOSTS.replace(',', ' ') if blank else HOSTS}")
        return tuple(env), HOSTS
    empty = isinstance(node, (ast.List, ast.Tuple)) and not node.elts
    return tuple(env), HOSTS if empty else ",".join(said)
