"""Keeps what registries answered in the user's cache folder, and gives it back while it is young enough.

An entry that is too old, unreadable, or from the future is none: what a registry does not say now is not made up
from what it once said. A folder that cannot be written to is done without.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold import folders
from scaffold.registry import Index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scaffold.model import Image
    from scaffold.registry import Registry

YOUNG = 300.0
"""Seconds for which tags and digests are believed: a run after a run, or a matrix of jobs, asks once."""

KEPT = 30 * 24 * 3600.0
"""Seconds after which an entry is removed. Until then an index is believed: its digest is its content's."""


class Cache:
    """The entries below a folder, of which there are none when it is None; with `fresh` they are written alone."""

    def __init__(self, folder: Path | None, fresh: bool = False) -> None:
        self._folder = folder
        self._fresh = fresh
        self._pruned = False

    def get(self, key: tuple[str, ...], age: float = KEPT) -> list[str] | None:
        """The texts under this key, not older than `age` in seconds; None without any."""
        if self._fresh or not self._folder:
            return None
        try:
            entry = json.loads((self._folder / _named(key)).read_text(encoding="utf-8"))
            asked, texts = float(entry["asked"]), entry["texts"]
            same = entry["key"] == [*key] and isinstance(texts, list) and all(isinstance(text, str) for text in texts)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return texts if same and 0 <= time.time() - asked <= age else None

    def put(self, key: tuple[str, ...], texts: Sequence[str]) -> None:
        """Keeps texts, readable for this user alone; another process sees all of it or nothing."""
        if not self._folder:
            return
        text = json.dumps({"key": [*key], "asked": time.time(), "texts": [*texts]})
        with contextlib.suppress(OSError):
            self._prune(self._folder)
        folders.keep(self._folder / _named(key), text.encode())

    def _prune(self, folder: Path) -> None:
        if self._pruned:
            return
        self._pruned = True
        for file in folder.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - file.stat().st_mtime > KEPT:
                    file.unlink()


def _named(key: tuple[str, ...]) -> str:
    import hashlib

    return f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:32]}.json"


class Cached:
    """A registry behind a cache: it is asked only for what the cache does not have, and once in a run for anything.

    `name` is the registry's and how it is spoken with: what was heard unencrypted is not believed elsewhere.
    """

    def __init__(self, name: str, registry: Registry, cache: Cache) -> None:
        self._name = name
        self._registry = registry
        self._cache = cache
        self._lock = threading.Lock()
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._heard: dict[tuple[str, ...], Sequence[str]] = {}

    def tags(self, image: Image, prefix: str) -> tuple[str, ...]:
        """As `Registry.tags`, some minutes old at most."""
        return tuple(self._known(("tags", image.repository, prefix), lambda: self._registry.tags(image, prefix)))

    def digest(self, image: Image, tag: str) -> str:
        """As `Registry.digest`, some minutes old at most."""
        (digest,) = self._known(("digest", image.repository, tag), lambda: [self._registry.digest(image, tag)])
        return digest

    def index(self, image: Image, tag: str, digest: str) -> Index:
        """As `Registry.index`; what was once read under a digest is what it is."""

        def read() -> Sequence[str]:
            index = self._registry.index(image, tag, digest)
            return (index.version, *index.platforms)

        version, *platforms = self._known(("index", image.repository, digest), read, KEPT)
        return Index(tuple(platforms), version)

    def version(self, image: Image) -> str:
        """As `Registry.version`; it belongs to the digest too."""
        key = ("version", image.repository, image.digest)
        (version,) = self._known(key, lambda: [self._registry.version(image)], KEPT)
        return version

    def _known(self, key: tuple[str, ...], ask: Callable[[], Sequence[str]], age: float = YOUNG) -> Sequence[str]:
        with self._lock:
            mine = self._locks.setdefault(key, threading.Lock())
        with mine:
            if key not in self._heard:
                self._heard[key] = self._cache.get((self._name, *key), age) or self._asked(key, ask)
            return self._heard[key]

    def _asked(self, key: tuple[str, ...], ask: Callable[[], Sequence[str]]) -> Sequence[str]:
        answered = ask()
        if answered:
            self._cache.put((self._name, *key), answered)
        return answered
