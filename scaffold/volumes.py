"""Where an app keeps data: the volumes of a service, and how the build stage makes what they begin with.

A folder is a volume of its own. A file cannot be one, and the folder that it is in may hold code, which no volume is to
hide: it is put into a volume that all such files share, and a link stands where the app looks for it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from scaffold.model import Volume

APP = "/app"
"""Where the app is in every image."""

FILES = "/data"
"""The volume of single files."""

WRITABLE = "/writable"
"""Where the build stage has all that is to be written: COPY gives mode and owner only to what it creates."""

SCRATCH = re.compile(r"(?:^|[/_.-])(?:logs?|te?mp|temporary|cache[sd]?|sessions?)(?:$|[/_.-])", re.IGNORECASE)
"""Names of folders whose content may be lost."""


def is_scratch(path: str) -> bool:
    """Whether the name of a folder, or of one that it is in, says that what is in it may be lost."""
    return SCRATCH.search(path) is not None


def is_file(path: str) -> bool:
    """Whether a path is taken for a file: its last part has an ending, as `db.sqlite3`, and is not `.cache`."""
    return "." in path.rpartition("/")[2][1:]


def volumes(service: str, paths: Sequence[str]) -> tuple[Volume, ...]:
    """The volumes of a service that writes to these absolute paths, which `values.path` has checked."""
    named: dict[str, str] = {}
    for path in dict.fromkeys(FILES if is_file(path) else path for path in paths):
        name = _slug(path)
        # Paths that differ in what a name has not, as in the case of letters, are told by numbers.
        numbered = (name if number == 1 else f"{name}-{number}" for number in itertools.count(1))
        named[next(one for one in numbered if one not in named)] = path
    return tuple(Volume(f"{service}-{name}", path) for name, path in named.items())


def made(paths: Sequence[str], root: str = APP) -> tuple[str, ...]:
    """Commands of the build stage, which has in `root` what will be /app."""
    return tuple(
        command for path in dict.fromkeys(paths) for command in (_file if is_file(path) else _folder)(path, root)
    )


def scratch(paths: Sequence[str]) -> tuple[str, ...]:
    """Commands of the build stage that make the mount points of file systems in memory.

    One that is not in the image gets the mode of what the engine made for it when the container starts again (runc,
    libcontainer/rootfs_linux.go, which keeps a mount point's mode).
    """
    targets = " ".join(f"{WRITABLE}{path}" for path in dict.fromkeys(paths))
    return (f"mkdir -p {targets}", f"chmod 1777 {targets}") if paths else ()


def _folder(path: str, root: str) -> tuple[str, ...]:
    target = f"{WRITABLE}{path}"
    if not path.startswith(f"{APP}/"):
        return (f"mkdir -p {target}",)
    source = root + path.removeprefix(APP)
    return (f"mkdir -p {source} {_above(target)}", f"mv {source} {target}")


def _file(path: str, root: str) -> tuple[str, ...]:
    kept = FILES + path.removeprefix(APP)
    source = (root if path.startswith(f"{APP}/") else "") + path.removeprefix(APP)
    # What the project has of it already is what the app begins with.
    return (
        f"mkdir -p {_above(source)} {_above(WRITABLE + kept)}",
        f"if [ -e {source} ]; then mv {source} {WRITABLE}{kept}; fi",
        f"ln -s {kept} {source}",
    )


def _above(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")
