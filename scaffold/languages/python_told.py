"""What a Python project's own commands come to: the server that they start, the files that they run, the worker."""

from __future__ import annotations

import re
import shlex

from scaffold.facts import Found
from scaffold.languages import python_servers
from scaffold.languages.python_begun import Begun
from scaffold.languages.python_hints import Hint, parse, procfile
from scaffold.languages.python_source import Module, Modules


def of_hint(hint: Hint, modules: Modules, names: frozenset[str], notes: list[str]) -> Begun | None:
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
        health=own_health(server),
        traits=traits,
        notes=added,
    )


def _has(module: Module, name: str) -> bool:
    known = {*module.assigned, *module.functions, *module.imports}
    return name.partition(".")[0] in known or "*" in module.imports


def _after(words: tuple[str, ...], flag: str) -> str | None:
    for number, word in enumerate(words):
        if word == flag and number + 1 < len(words):
            return words[number + 1]
        if word.startswith(f"{flag}="):
            return word.partition("=")[2]
    return None


def own_health(server: str) -> Found | None:
    """The path on which a server that is an app itself says that it is well; None for any other."""
    return Found("/_stcore/health", "streamlit's own") if server == "streamlit" else None


def preferred(told: list[Hint], modules: Modules) -> list[str]:
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


def _files(app: str, place: str) -> list[str]:
    name = app.partition(":")[0].removesuffix(".py").replace(".", "/")
    return [f"{place}{name}.py", f"{place}{name}/__init__.py"] if name else []


def worker(modules: Modules) -> Begun | None:
    """The worker that the Procfile names, where nothing is for the web."""
    for kind, found in procfile(modules.project):
        hint = parse(found) if kind not in ("web", "release") else None
        if hint:
            paths = preferred([hint], modules)
            first = modules.module(paths[0]) if paths else None
            start = Found(shlex.join(hint.words), hint.source)
            return Begun(start, first, kind="worker", env=hint.env, folder=hint.folder)
    return None
