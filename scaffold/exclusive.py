"""One process at a time writes in a project."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from scaffold.errors import Transient

_HELD: set[Path] = set()
"""The projects that this process has to itself."""


@contextlib.contextmanager
def exclusive(root: Path, seconds: float = 0.0) -> Iterator[None]:
    """Keeps other processes from writing in the project, until what is done within is done; `write` may be in it.

    Waits so long for one that writes; raises Transient when that is not done by then. The system lets go of it
    when this process ends, however that comes.
    """
    root = Path(os.path.realpath(root))
    if root in _HELD:
        yield
        return
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _wait(descriptor, root, seconds)
        _HELD.add(root)
        yield
    finally:
        _HELD.discard(root)
        os.close(descriptor)


def _wait(descriptor: int, root: Path, seconds: float) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                remedy = "Run the command again when it is done."
                raise Transient(f"Another dockerscaffold writes in {root}.", remedy) from None
            time.sleep(0.05)
        else:
            return
