"""What a probe's findings come to: the paths that an app must write to, and what each is to be."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold import values
from scaffold.errors import ScaffoldError
from scaffold.volumes import APP, is_file, is_scratch

if TYPE_CHECKING:
    from scaffold.engine import Change

AT_START = "written at start"

NOISE = ("/tmp", "/run", "/var/run", "/root", *values.FIXED)
"""Folders that engines and interpreters write to, that are writable as it is, or that nothing can be mounted on."""

_KEPT = frozenset({".gitkeep", ".keep", ".gitignore", ".placeholder"})
"""Files that are there so that a folder is in git."""

_REFUSED = re.compile(
    r"""\bE(?:ROFS|ACCES|PERM)\b[^'"\n]*?(?P<how>\w+) ['"](?P<path>[^'"\n]+)['"]"""
    r"""|(?:Read-only file system|Permission denied): ['"](?P<python_path>[^'"\n]+)['"]"""
    r"""|\b(?P<go_how>\w+) ['"]?(?P<go_path>[^\s'":]+)['"]?: (?:read-only file system|permission denied)""",
    re.IGNORECASE,
)
"""What Node, Python and Go say of a path that cannot be written, with what they did to it."""

Names = Callable[[str], "tuple[str, ...] | None"]
"""What is in a folder of the container, paths relative to it; None where there is no folder."""


class Added(NamedTuple):
    """A path that a service must write to: `key` is `tmpfs` for what may be lost, else `writable`."""

    service: str
    path: str
    key: str
    evidence: str


def of_changes(service: str, changes: Sequence[Change], mounts: Collection[str], names: Names) -> tuple[Added, ...]:
    """What a service wrote while it was free to, below none of the `mounts` that it has already."""
    paths = {change.path for change in changes}
    new = {change.path for change in changes if change.kind == "A"}
    full = {posixpath.dirname(path) for path in paths}
    found: dict[str, str] = {}
    for kind, path in changes:
        within = posixpath.dirname(path) in new
        touched = kind == "C" and (path in full or names(path) is not None)
        if kind == "D" or within or touched or _is_noise(path, mounts):
            continue
        place = _place(path, path in full or names(path) is not None, new, names)
        if place:
            found.setdefault(place, AT_START)
    return _added(service, found)


def of_log(service: str, log: str, workdir: str, mounts: Collection[str], names: Names) -> tuple[Added, ...]:
    """What a service says in its `log` that it could not write; a relative path is in `workdir`."""
    found: dict[str, str] = {}
    for match in _REFUSED.finditer(log):
        path = match["path"] or match["python_path"] or match["go_path"]
        how = match["how"] or match["go_how"] or ""
        path = posixpath.normpath(posixpath.join(workdir, path))
        if _is_noise(path, mounts):
            continue
        place = _place(path, "mkdir" in how.lower() or not is_file(path), {path}, names)
        if place:
            found.setdefault(place, match[0])
    return _added(service, found)


def tail(log: str, lines: int = 10) -> str:
    """The last lines of a log that say something."""
    return "\n".join([line for line in log.splitlines() if line.strip()][-lines:])


def rows(added: Sequence[Added], named: bool = False) -> Iterator[str]:
    """A line for each path: of which service, where that is to be `named`, where, why, and what it is now."""
    columns = [
        (one.service if named else "", one.path, one.evidence, "tmpfs" if one.key == "tmpfs" else "volume")
        for one in added
    ]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    for row in columns:
        yield "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True) if width).rstrip()


def _added(service: str, found: dict[str, str]) -> tuple[Added, ...]:
    outermost = [path for path in found if not any(path.startswith(f"{other}/") for other in found)]
    return tuple(
        Added(service, path, "tmpfs" if is_scratch(path) and not is_file(path) else "writable", found[path])
        for path in outermost
    )


def _is_noise(path: str, mounts: Collection[str]) -> bool:
    parts = path.split("/")
    if "__pycache__" in parts or path.endswith((".pyc", ".swp")):
        return True
    return any(path == one or path.startswith(f"{one}/") for one in (*NOISE, *mounts))


def _place(path: str, folder: bool, new: Collection[str], names: Names) -> str:
    """What is to be writable for a path: itself, or the folder it is in when nothing else is; empty for nothing.

    A file beside others is one of its own, which only those below /app can be.
    """
    above = posixpath.dirname(path)
    if folder:
        place = "" if is_file(path) else path
    elif above not in ("/", APP) and not _others(above, new, names):
        place = above
    else:
        place = path if is_file(path) and path.startswith(f"{APP}/") else ""
    try:
        return place and values.path(place)
    except ScaffoldError:
        return ""


def _others(folder: str, new: Collection[str], names: Names) -> bool:
    """Whether a folder has anything that was there before."""
    return any(f"{folder}/{name}" not in new and posixpath.basename(name) not in _KEPT for name in names(folder) or ())
