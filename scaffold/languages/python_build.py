"""What the build stage of a Python service runs: its build command, then byte-compiling."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.model import Run

VENV = "/opt/venv"
"""Where the packages are in the image."""

_SEEN = f"type=bind,from=dependencies,source={VENV},target={VENV}"


def run(build: str, last: Sequence[str], links: Sequence[str]) -> Run:
    """The build stage's commands: a build command sees the packages, and is to have their folder on its PATH.

    `links` are commands that make the interpreter's name what the venv has, `last` those that come after all.
    """
    if not build:
        return Run(tuple(last))
    collects = "collectstatic" in build
    told = f"({build} || echo 'Static files are not collected: see above.')" if collects else f"({build})"
    return Run((*links, f"export PATH={VENV}/bin:$PATH", told, *last), (_SEEN,))
