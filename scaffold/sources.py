"""Opens the registries of a run: one object for each, which all threads share, behind the cache."""

from __future__ import annotations

import threading
from dataclasses import replace

from scaffold import folders, logins
from scaffold.authorization import Authorization
from scaffold.cache import Cache, Cached
from scaffold.images import schemes
from scaffold.model import Image
from scaffold.registry import Registry
from scaffold.transport import Transport


class Live:
    """A registry as a source of pins, beside the catalogue (`scaffold.catalogue.Catalogue`)."""

    def __init__(self, host: str, cached: Cached) -> None:
        self.label = host
        self._cached = cached

    def tags(self, image: Image, prefix: str) -> tuple[str, ...]:
        """The tags of the image's repository that begin with a prefix, and maybe others."""
        return self._cached.tags(image, prefix)

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag, and the digest, platforms and version of its index.

        Raises Unfit when the tag is no index, Absent, and what keeps the registry from answering.
        """
        digest = self._cached.digest(image, tag)
        index = self._cached.index(image, tag, digest)
        pinned = replace(image, tag=tag, digest=digest, source=self.label)
        return replace(pinned, platforms=index.platforms, version=index.version)

    def version(self, image: Image) -> str:
        """The version that a pinned image says it has, deep within too; empty when it says none."""
        return self._cached.version(image)


class Sources:
    """The registries of a run, which together have some seconds; with `refresh` no cache is believed.

    Raises ScaffoldError for a file of logins that is malformed.
    """

    def __init__(self, mirrors: tuple[tuple[str, str], ...], seconds: float, refresh: bool) -> None:
        self._schemes = schemes(mirrors)
        self._transport = Transport(seconds)
        self._logins = logins.configs()
        self._cache = Cache(folders.cache(), refresh)
        self._live: dict[str, Live] = {}
        self._lock = threading.Lock()

    def of(self, host: str) -> Live:
        """The registry of this name, as images have it."""
        with self._lock:
            if host not in self._live:
                scheme = self._schemes.get(host, "")
                cached = Cached(f"{scheme}://{host}", self._open(host, scheme), self._cache)
                self._live[host] = Live(host, cached)
            return self._live[host]

    def _open(self, host: str, scheme: str) -> Registry:
        authorization = Authorization(host, self._logins, self._transport)
        return Registry(host, scheme, self._transport, authorization)
