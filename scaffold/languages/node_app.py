"""What starts a Node project, and how its package.json is read."""

from __future__ import annotations

import re
import shlex
from typing import Any

from scaffold import command
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.project import Project


def start(project: Project, manifest: dict[str, Any], built: bool) -> Found:
    """What the start script, `main` or a customary name comes to; `built` says that a script makes files first.

    Raises ScaffoldError when none of them runs node itself on a file of the project.
    """
    if script := word(table(manifest, "scripts"), "start"):
        return _script(project, script, built)
    if main := word(manifest, "main"):
        command.plain(main, "package.json main")
        if main.startswith(("-", "/")) or ".." in main.split("/"):
            raise ScaffoldError(
                f"package.json main is no file of the project: {main}.", "Name one as in server.js, or say --start."
            )
        if built or _module(project, main):
            return Found(f"node {shlex.quote(main)}", "package.json main")
    for file in ("server.js", "index.js"):
        if project.has(file):
            return Found(f"node {file}", file)
    raise ScaffoldError(
        "What starts the app is unknown: package.json has no start script, and main names no file that is there.",
        "Say --start 'node FILE', or add a start script.",
    )


def _script(project: Project, script: str, built: bool) -> Found:
    source = "package.json scripts.start"
    text = bare(script)
    parsed = command.parse(text, source)
    if parsed.shell or parsed.words[0] != "node" or len(parsed.words) < 2:
        raise ScaffoldError(
            f"The start script does not run node itself: {script!r} ({source}).",
            "Say what it comes to, as in --start 'node server.js'.",
        )
    file = parsed.words[1]
    if len(parsed.words) == 2 and not file.startswith("-") and not built and not _module(project, file):
        raise ScaffoldError(
            f"The start script names a file that is not there: {file} ({source}).",
            "Add it, add a build script that makes it, or say --start 'node FILE'.",
        )
    return Found(text, source)


def bare(text: str) -> str:
    """A start command without the one variable that the image sets anyway."""
    return re.sub(r"^\s*(cross-env\s+)?NODE_ENV=(['\"]?)production\2\s+(?=\S)", "", text).strip()


def _module(project: Project, name: str) -> bool:
    """Whether node finds a module by this name in the project."""
    return any(project.has(f"./{name}{ending}") for ending in ("", ".js", "/index.js", "/package.json"))


def table(manifest: dict[str, Any], key: str) -> dict[str, Any]:
    """The object by this key; an empty one for anything else."""
    value = manifest.get(key)
    return value if isinstance(value, dict) else {}


def word(manifest: dict[str, Any], key: str) -> str:
    """The text by this key; an empty one for anything else."""
    value = manifest.get(key)
    return value.strip() if isinstance(value, str) else ""
