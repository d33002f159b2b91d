"""Where a path in a project leads, links followed, and what is said when the system refuses to go there."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scaffold.errors import ScaffoldError

JOURNAL = ".dockerscaffold.journal"
"""The folder of a write that is not over, in which no file of a project is; see `scaffold.write`."""

REMEDIES = {
    errno.EROFS: "Mount the project writable, or run the command in a copy of it.",
    errno.ENOSPC: "Free some space (df -h .; df -i .), then run the command again.",
    errno.EDQUOT: "Free some of your quota (quota -s), then run the command again.",
    errno.ENAMETOOLONG: "Use a shorter name.",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "Make it and its folder writable for you, or run as their owner."),
    **dict.fromkeys((errno.EXDEV, errno.EBUSY), "Unmount what is mounted in the project, or run in a copy of it."),
}


def target(root: Path, path: str) -> Path:
    """The real file that `path` (relative, `/` between its parts) stands for, whether it exists or not.

    Links are followed inside the project. ScaffoldError for a path or a link that leads out of it, a link to nothing
    or to itself, a folder or device where the file would be, a file where a folder would be.
    """
    with reported(root):
        return followed(Path(os.path.realpath(root)), path)


def followed(root: Path, path: str) -> Path:
    """As `target`, of a root that is a real path, and with the errors of the system as they are."""
    parts = path.split("/")
    if "\0" in path or parts[0] == JOURNAL or not {"", ".", ".."}.isdisjoint(parts):
        raise ScaffoldError(f"{path!r} is no path of a file in the project.", "Use one like app/Dockerfile.")
    place = root
    for part in parts:
        place /= part
        shown = place.relative_to(root)
        remedy = f"Remove or rename {shown}."
        if place.is_symlink():
            try:
                real = Path(os.path.realpath(place, strict=True))
            except OSError as error:
                raise ScaffoldError(f"{shown} is a link that leads nowhere ({error.strerror}).", remedy) from None
            if not real.is_relative_to(root):
                raise ScaffoldError(f"{shown} is a link that leads out of the project, to {real}.", remedy)
            place = real
    if any(part.lower() == ".git" for part in place.relative_to(root).parts):
        raise ScaffoldError(f"{path} is git's own, and nothing is written there.", "Use a path of your own files.")
    above = next(folder for folder in place.parents if os.path.lexists(folder))
    if not above.is_dir():
        shown = above.relative_to(root)
        raise ScaffoldError(f"{shown} is not a folder, and {path} would be in it.", f"Remove or rename {shown}.")
    info = status(place)
    if info and not stat.S_ISREG(info.st_mode):
        kind = "a folder" if stat.S_ISDIR(info.st_mode) else "not a regular file"
        raise ScaffoldError(f"{path} is {kind}, and a file would be written there.", remedy)
    return place


def status(place: Path) -> os.stat_result | None:
    """What stands at a place, links not followed; None for nothing."""
    try:
        return os.lstat(place)
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def reported(root: Path) -> Iterator[None]:
    """Makes an error of the system a ScaffoldError, which says what became of the files."""
    try:
        yield
    except OSError as error:
        name = str(error.filename2 or error.filename or root)
        unfinished = os.path.lexists(root / JOURNAL)
        result = "a write is unfinished: the next run finishes or undoes it" if unfinished else "nothing was written"
        raise ScaffoldError(
            f"Cannot write {root if JOURNAL in name else name} ({error.strerror}), so {result}.",
            REMEDIES.get(error.errno or 0, "Put that right, then run the command again."),
        ) from error
