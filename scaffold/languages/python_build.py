"""What the build stage of a Python service runs: its build command, the links of what is written, byte-compiling."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Sequence

from scaffold.facts import Found
from scaffold.model import Run

VENV = "/opt/venv"
"""Where the packages are in the image."""

_SEEN = f"type=bind,from=dependencies,source={VENV},target={VENV}"


def run(build: str, traits: Iterable[Found], last: Sequence[str], links: Sequence[str]) -> Run:
    """The build stage's commands: a build command sees the packages, and is to have their folder on its PATH.

    `links` are commands that make the interpreter's name what the venv has, `last` those that come after all.
    """
    moved = [one for trait in traits if trait.value.startswith("link:") for one in _moved(trait.value[5:])]
    if not build:
        return Run((*moved, *last))
    collects = "collectstatic" in build
    told = f"({build} || echo 'Static files are not collected: see above.')" if collects else f"({build})"
    return Run((*links, f"export PATH={VENV}/bin:$PATH", told, *moved, *last), (_SEEN,))


def _moved(link: str) -> list[str]:
    """Commands that lead a file elsewhere: what the project has of it is what it begins with."""
    path, _, target = link.partition("=")
    path, target = shlex.quote(path), shlex.quote(target)
    folder = posixpath.dirname(target)
    begin = [f"mkdir -p {folder} {posixpath.dirname(path)}"]
    if folder != "/tmp":
        begin.append(f"if [ -f {path} ]; then mv {path} {target}; fi")
    return [*begin, f"ln -sfn {target} {path}"]
