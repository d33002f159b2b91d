"""Which of a Python project's packages are compiled when they are installed."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.native import GIT, Installed


def installed(name: str, version: str, source: str, wheels: Sequence[str] | None, repository: bool) -> Installed:
    """A package by its normalised name, as its lock shows it.

    `wheels` are file names or addresses, None where they are not known; of these one without a platform or for
    Linux with glibc is enough. `repository` says that it is taken from one, and so the name is that of git's row.
    """
    if repository:
        return Installed(GIT, "", f"{name} ({source})")
    compiled = None if wheels is None else not any("manylinux" in wheel or "-none-any." in wheel for wheel in wheels)
    return Installed(name, version, source, compiled)
