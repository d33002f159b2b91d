"""What git has in its index: of that nothing is ignored, whatever the patterns say."""

from __future__ import annotations

import mmap
import posixpath
import struct
from collections.abc import Iterator
from pathlib import Path

MOST = 200_000
"""How many entries of an index are looked at."""

_HEADER, _FLAGS, _EXTENDED = 62, 60, 0x4000


def tracked(top: Path) -> frozenset[str]:
    """The files in the index of the repository at `top`, and the folders they are in, relative to it.

    Empty where there is no index, or one of another form than versions 2 and 3 with SHA-1 (gitformat-index(5)).
    """
    try:
        with (top / ".git/index").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as index:
            found: set[str] = set()
            for name in _names(index):
                while name and name not in found:
                    found.add(name)
                    name = posixpath.dirname(name)
            return frozenset(found)
    except (OSError, ValueError, struct.error):
        return frozenset()


def _names(index: mmap.mmap) -> Iterator[str]:
    magic, version, count = struct.unpack_from(">4sII", index)
    if magic != b"DIRC" or version not in (2, 3):
        return
    at = 12
    for _ in range(min(count, MOST)):
        (flags,) = struct.unpack_from(">H", index, at + _FLAGS)
        begin = at + _HEADER + (2 if flags & _EXTENDED else 0)
        end = index.find(b"\0", begin)
        if end < 0:
            return
        yield index[begin:end].decode("utf-8", errors="surrogateescape")
        at += (end - at + 8) // 8 * 8
