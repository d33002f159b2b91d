"""Python programs that are started as they stand: which script it is, and whether it listens, works on or ends."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from scaffold.facts import Found
from scaffold.languages.python_listening import Listening, listening
from scaffold.languages.python_source import Module, Modules, guarded, named
from scaffold.languages.python_values import Values

SCRIPTS = ("main.py", "app.py", "server.py", "run.py", "__main__.py", "bot.py", "start.py", "worker.py", "cli.py")
"""What is started, from the likeliest on."""

WORKS = re.compile(
    r"\b(celery|rq|dramatiq|huey|arq|apscheduler|schedule|discord|nextcord|disnake|hikari|interactions|telegram|aiogram"
    r"|telebot|pyrogram|telethon|slack_bolt|twitchio|vkbottle|pika|aio_pika|aiokafka|kafka|confluent_kafka|paho"
    r"|nats|twisted|irc|nonebot|pyTelegramBotAPI)\b"
)
"""Packages of programs that run on without a port."""

_LASTS = re.compile(
    r"run_forever|\bwhile (True|1)\b|serve_forever|run_polling|start_polling|infinity_polling|\.join\(\)"
)


@dataclass(frozen=True, eq=False)
class Script:
    """A program of a project: the words that start it, where it listens, and how long it lasts.

    `kind` is `server`, `worker` or `tool`.
    """

    module: Module
    words: str
    source: str
    kind: str
    listens: Listening | None = None
    env: tuple[str, ...] = ()


def script(path: str, modules: Modules, values: Values) -> Script | None:
    """The program of a file."""
    module = modules.module(path)
    return of(module, f"python {path}", path, modules, values) if module else None


def of(module: Module, words: str, source: str, modules: Modules, values: Values, called: str = "") -> Script:
    """A program whose first module is known, `called` the function of it that is called, if one is."""
    inner = modules.closure(module)
    found = [one for each in inner for one in listening(each, values, kinds(each)) if _runs(one, module)]
    if found:
        return Script(module, words, found[0].source, "server", found[0])
    text = "\n".join(modules.texts.get(one.path, "") for one in inner)
    imported = {name.partition(".")[0] for one in inner for name in one.imports.values()}
    works = any(WORKS.fullmatch(name) for name in imported) or _LASTS.search(text)
    return Script(module, words, source, "worker" if works else "tool")


def kinds(module: Module) -> dict[str, str]:
    """The frameworks of a module's objects by their names."""
    return {
        name: module.full(value.func).rpartition(".")[2]
        for name, value in module.assigned.items()
        if isinstance(value, ast.Call)
    }


def _runs(one: Listening, first: Module) -> bool:
    """Whether a call that listens is run by the program: those of other modules' own main part are not."""
    if one.module is first:
        return True
    return not any(one.node in ast.walk(node) for node in one.module.body if guarded(node))


def choose(modules: Modules, values: Values) -> tuple[Script | None, tuple[Script, ...]]:
    """The likeliest program among a project's scripts, and what else was possible."""
    paths = [path for path in modules.paths if path.count("/") <= 2]
    tops = [path for path in paths if "/" not in path]
    mains = [
        path
        for path in paths
        if path.endswith("__main__.py") or "__main__" in modules.texts.get(path, "") or path in SCRIPTS
    ]
    sought = sorted(dict.fromkeys([*mains, *(tops if len(tops) == 1 else ())]), key=_likelihood)[:20]
    found = [one for path in sought if (one := script_of(path, modules, values))]
    ranked = sorted(
        found, key=lambda one: ("server", "worker", "tool").index(one.kind) if "/" not in one.module.path else 1
    )
    return (ranked[0], tuple(ranked[1:4])) if ranked else (None, ())


def script_of(path: str, modules: Modules, values: Values) -> Script | None:
    """The program of a file: of a package by its name, `python -m shop`."""
    module = modules.module(path)
    if module is None:
        return None
    folder, _, file = path.rpartition("/")
    if not folder:
        return script(path, modules, values)
    root = module.root or ("src" if folder.startswith("src/") else "")
    env = (f"PYTHONPATH=/app/{root}",) if root else ()
    package = modules.project.has(f"{folder}/__init__.py") or file == "__main__.py"
    if not package:
        return script(path, modules, values)
    dotted = (
        path.removeprefix(f"{root}/" if root else "").removesuffix(".py").removesuffix("/__main__").replace("/", ".")
    )
    made = of(module, f"python -m {dotted}", path, modules, values)
    return Script(module, made.words, made.source, made.kind, made.listens, env)


def _likelihood(path: str) -> tuple[int, int, str]:
    file = path.rpartition("/")[2]
    return path.count("/"), SCRIPTS.index(file) if file in SCRIPTS else len(SCRIPTS), path


def celery(modules: Modules) -> Found | None:
    """The worker of a Celery app, when there is one."""
    for module in modules.having(r"\bCelery\("):
        for name, value in module.assigned.items():
            if isinstance(value, ast.Call) and named(value.func).rpartition(".")[2] == "Celery":
                folder = f" --workdir {module.root}" if module.root else ""
                return Found(f"celery --app {module.dotted}:{name}{folder} worker --loglevel INFO", module.at(value))
    return None


def called(module: Module, function: str, found: Found, modules: Modules, values: Values) -> Script:
    """The program of a console script: a function of a module, whether or not the project is installed."""
    dotted, env = module.dotted, (f"PYTHONPATH=/app/{module.root}",) if module.root else ()
    words = f"python -c 'from {dotted} import {function}; raise SystemExit({function}())'"
    if module.path.endswith("__main__.py"):
        words = f"python -m {dotted.removesuffix('.__main__')}"
    made = of(module, words, found.source, modules, values)
    command = _subcommand(made.listens) if made.listens else ""
    return Script(module, words + command, made.source, made.kind, made.listens, env)


def _subcommand(listens: Listening) -> str:
    """The command of click or typer in whose function a call listens, with a blank before it."""
    for function in listens.module.functions.values():
        if not function.lineno <= listens.node.lineno <= (function.end_lineno or 0):
            continue
        for one in function.decorator_list:
            target = one.func if isinstance(one, ast.Call) else one
            if (
                isinstance(target, ast.Attribute)
                and target.attr == "command"
                and named(target.value) not in ("click", "typer")
            ):
                said = one.args[0] if isinstance(one, ast.Call) and one.args else None
                name = str(said.value if isinstance(said, ast.Constant) else function.name.replace("_", "-"))
                return " " + name
    return ""
