"""The console scripts of a Python project, as its manifest names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages.python_names import table
from scaffold.languages.python_source import Module, Modules
from scaffold.project import Project

_TARGET = r"([\w.]+)\s*:\s*(\w+)\s*(?:\[.*\])?"


def consoles(modules: Modules) -> list[tuple[Module, str, Found]]:
    """Each console script: its module, the function in it, and its name with where it is written.

    The one called as the project is comes first. Those whose module is not among the project's are left out.
    """
    found = []
    for script, target in _written(modules.project):
        match = re.fullmatch(rf"\s*{_TARGET}\s*", target)
        module = next((one for root in ("", "src") if match and (one := modules.of(match[1], root))), None)
        if match and module:
            # What is in src is imported from there, whatever else is in the project.
            module.root = "src" if module.path.startswith("src/") else module.root
            found.append((module, match[2], script))
    return found


def _written(project: Project) -> Iterator[tuple[Found, str]]:
    """The scripts with what they call."""
    try:
        manifest = project.toml("pyproject.toml") or {}
    except ScaffoldError:
        manifest = {}
    for keys in (("project",), ("tool", "poetry")):
        own = table(manifest, *keys)
        place, name = f"pyproject.toml {'.'.join(keys)}.scripts", own.get("name")
        for key, target in sorted(table(own, "scripts").items(), key=lambda pair: (pair[0] != name, pair[0])):
            if isinstance(target, str):
                yield Found(key, f"{place} {key}"), target
    for path in ("setup.cfg", "setup.py"):
        _, heading, below = project.glance(path).partition("console_scripts")
        for key, dotted, function in re.findall(r"^[\s\[\"']*([\w-]+)\s*=\s*([\w.]+)\s*:\s*(\w+)", below, re.M)[:5]:
            yield Found(key, f"{path} {heading} {key}"), f"{dotted}:{function}"
