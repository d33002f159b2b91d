"""Asks one registry for tags, digests and indexes.

What is asked and answered is the OCI distribution specification (`spec.md`); tokens are those of
github.com/distribution/distribution (`docs/content/spec/auth/token.md`, `oauth.md`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scaffold.errors import ScaffoldError
from scaffold.failures import Absent, NoTLS, Unfit, Unreached, Unsupported
from scaffold.images import HUB, normal_platform
from scaffold.proxies import is_loopback
from scaffold.transport import Answer, Transport

if TYPE_CHECKING:
    from scaffold.authorization import Authorization
    from scaffold.model import Image

_PAGE = 1000
_ENOUGH = 20
_UNORDERED = ("ghcr.io",)
"""Registries that list tags by age (github.com/renovatebot/renovate, pull request 36103)."""

_PAGES = 200
"""How many pages of tags are read: more than any registry has of one name, and a bound for one that goes astray."""

_HUB_API = "registry-1.docker.io"
_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution.manifest"
_INDEXES = (f"{_OCI}.index.v1+json", f"{_DOCKER}.list.v2+json")
_MANIFESTS = (f"{_OCI}.manifest.v1+json", f"{_DOCKER}.v2+json")
_VERSION = "org.opencontainers.image.version"


@dataclass(frozen=True)
class Index:
    """What an image index lists: platforms in their normal form, sorted, and the version where it says one."""

    platforms: tuple[str, ...]
    version: str = ""


class Registry:
    """One registry, as the images name it (`docker.io`, `registry.example.com:5000`); for several threads at once.

    Every method raises Unreached when the network or the registry fails or the transport's seconds are over,
    Untrusted for its certificate, LoginNeeded, and Absent for what it has not.
    """

    def __init__(self, host: str, scheme: str, transport: Transport, authorization: Authorization) -> None:
        """`scheme` is `http`, `https`, or empty for https, and for http on this machine as far as that is answered."""
        self.label = host
        self._api = _HUB_API if host == HUB else host
        self._scheme = scheme or ("http" if is_loopback(host) else "https")
        self._guessed = not scheme
        self._transport = transport
        self._authorization = authorization
        self._contents: dict[str, dict[str, Any]] = {}

    def tags(self, image: Image, prefix: str = "") -> tuple[str, ...]:
        """The tags of the image's repository that begin with a prefix, and maybe others.

        Where the registry lists in order, as the specification has it, it is entered before the prefix and left
        behind it; a list in another order is read from its start. Pages are followed once each. Raises Absent for a
        repository that is not there.
        """
        if prefix[:-1] and self.label not in _UNORDERED:
            with contextlib.suppress(Unsupported):  # where `last` is a mark of the registry's own
                near = self._listed(image, prefix)
                # With `last` itself among them no notice was taken of it, and these are all.
                told = _in_order(near) or prefix[:-1] in near
                if told and any(tag.startswith(prefix) for tag in near):
                    return near
        return self._listed(image, "")

    def _listed(self, image: Image, prefix: str) -> tuple[str, ...]:
        start = f"/v2/{image.repository}/tags/list?n={_PAGE}"
        path = start + (f"&last={prefix[:-1]}" if prefix[:-1] else "")
        found: dict[str, None] = {}
        seen: set[str] = set()
        while path and path not in seen:
            if len(seen) == _PAGES:
                raise Unreached(self.label, f"lists the tags of {image.repository} on more than {_PAGES} pages")
            seen.add(path)
            answer = self._ask("GET", path, image, image.repository)
            page = [tag for tag in _list(self._json(answer), "tags") if isinstance(tag, str)]
            known = len(found)
            found.update(dict.fromkeys(page))
            path = _following(answer, image)
            if not path and len(page) == _PAGE and len(found) > known:
                path = f"{start}&last={page[-1]}"
            if prefix and _beyond(prefix, page):
                break
        return tuple(found)

    def digest(self, image: Image, tag: str) -> str:
        """The digest that the tag's index has now, asked for by HEAD, which registries do not count as a pull.

        Raises Unfit when the tag is not an index but a single platform's manifest.
        """
        digest = ""
        with contextlib.suppress(Unsupported):
            digest = self._manifest("HEAD", image, tag).headers.get("Docker-Content-Digest", "")
        if not digest:
            return _digest(self._manifest("GET", image, tag))
        if not re.fullmatch("sha256:[0-9a-f]{64}", digest):
            raise self._untrue(image, tag, "is given a digest that is not a sha256")
        return digest

    def index(self, image: Image, tag: str, digest: str) -> Index:
        """The index of this digest, which `digest` has given for the tag. Raises ScaffoldError when it has another."""
        content = self._content(image, tag, digest)
        return Index(_platforms(content), _said(content))

    def version(self, image: Image) -> str:
        """The version that an image without one in its tag says it has, empty when it says none.

        It is asked for by the image's digest: the annotations of its index, then those of the manifest of its first
        platform, then the labels of that one's configuration (OCI image specification, `annotations.md`).
        """
        index = self._content(image, image.tag, image.digest)
        if found := _said(index):
            return found
        manifest = self._content(image, image.tag, _first(index)) if _first(index) else {}
        config = manifest.get("config")
        if _said(manifest) or not isinstance(config, dict) or not isinstance(config.get("digest"), str):
            return _said(manifest)
        path = f"/v2/{image.repository}/blobs/{config['digest']}"
        return _said(self._json(self._ask("GET", path, image, f"the configuration of {image.name}")))

    def _content(self, image: Image, tag: str, digest: str) -> dict[str, Any]:
        if digest not in self._contents:
            answer = self._manifest("GET", image, digest)
            if _digest(answer) != digest:
                raise self._untrue(image, tag, "has not the digest that it is given")
            self._contents[digest] = self._json(answer)
        return self._contents[digest]

    def _manifest(self, method: str, image: Image, name: str) -> Answer:
        what = f"{image.repository}{'@' if ':' in name else ':'}{name}"
        accept = ", ".join(_INDEXES + _MANIFESTS)
        answer = self._ask(method, f"/v2/{image.repository}/manifests/{name}", image, what, accept)
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if not kind and method == "HEAD":
            raise Unsupported(self.label, "does not say what it has")
        if ":" not in name and kind not in _INDEXES:
            single = kind in _MANIFESTS or kind.startswith(f"{_DOCKER}.v1")
            raise Unfit("is one platform's manifest, not an index" if single else "is not an image index")
        return answer

    def _ask(self, method: str, path: str, image: Image, what: str, accept: str = "application/json") -> Answer:
        used = self._authorization.header(image.repository)
        answer = self._send(method, path, accept, used)
        # One to whom we were sent on may not ask for our login.
        if answer.status == 401 and urlsplit(answer.url)[:2] == (self._scheme, self._api):
            challenge = answer.headers.get("WWW-Authenticate", "")
            fresh = self._authorization.renew(image.repository, used, challenge, self._scheme)
            answer = self._send(method, path, accept, fresh)
        if answer.status in (401, 403):
            raise self._authorization.refused(what)
        if answer.status == 404:
            remedy = "Check the name and the version, or take a registry that has it with --registry-mirror."
            raise Absent(f"{self.label} has no {what}.", remedy)
        if answer.status == 429:
            raise Unreached(self.label, "was asked too often")
        if answer.status != 200:
            kind = Unsupported if 400 <= answer.status < 500 else Unreached
            raise kind(self.label, f"answered {answer.status} when asked for {what}")
        return answer

    def _send(self, method: str, path: str, accept: str, authorization: str) -> Answer:
        headers = {"Accept": accept, **({"Authorization": authorization} if authorization else {})}
        scheme = self._scheme
        try:
            answer = self._transport.send(method, f"{scheme}://{self._api}{path}", headers)
        except Unreached as error:
            raise Unreached(self.label if error.host == self._api else error.host, error.what) from None
        if answer.status == 400 and self._guessed and scheme == "http":
            # What Go's servers say to plain HTTP where they speak TLS.
            with contextlib.suppress(NoTLS):
                answer = self._transport.send(method, f"https://{self._api}{path}", headers)
                self._scheme = "https"
        return answer

    def _json(self, answer: Answer) -> dict[str, Any]:
        content = answer.json()
        if content is None:
            raise Unreached(self.label, "answered with something that is not a JSON object")
        return content

    def _untrue(self, image: Image, tag: str, what: str) -> ScaffoldError:
        remedy = "Something changes the registry's answers on their way: use another network, a mirror, or --offline."
        return ScaffoldError(f"What {self.label} sends for {image.repository}:{tag} {what}.", remedy)


def _digest(answer: Answer) -> str:
    import hashlib

    return f"sha256:{hashlib.sha256(answer.body).hexdigest()}"


def _beyond(prefix: str, page: Sequence[str]) -> bool:
    """Whether a page of tags goes on behind the prefix; a few may be in order by chance."""
    return len(page) >= _ENOUGH and _in_order(page) and page[0] > prefix[:-1] and page[-1] > f"{prefix}~"


def _in_order(found: Sequence[str]) -> bool:
    return all(first < second for first, second in pairwise(found))


def _following(answer: Answer, image: Image) -> str:
    """The next page of tags: where we ask, since our login goes there, with the query of the link alone.

    Artifactory and Nexus, behind which a registry may stand, have paths of their own in it.
    """
    link = re.search(r'<([^>]*)>\s*;[^,]*\brel="?next\b', answer.headers.get("Link", ""))
    try:
        parts = urlsplit(urljoin(answer.url, link[1])) if link else None
    except ValueError:
        raise Unreached(urlsplit(answer.url).netloc, "names a next page that is no address") from None
    return f"/v2/{image.repository}/tags/list?{parts.query}" if parts else ""


def _platforms(index: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted({name for entry in _list(index, "manifests") if (name := _named(entry))}))


def _first(index: dict[str, Any]) -> str:
    """The digest of the first platform's manifest; empty without one."""
    digests = (entry.get("digest") for entry in _list(index, "manifests") if _named(entry))
    return next((digest for digest in digests if isinstance(digest, str)), "")


def _named(entry: Any) -> str:
    """The platform of an entry; empty for an attestation, which stands there as of an unknown one."""
    platform = entry.get("platform") if isinstance(entry, dict) else None
    parts = [platform.get(key) for key in ("os", "architecture", "variant")] if isinstance(platform, dict) else []
    fit = parts and all(parts[:2]) and "unknown" not in parts
    return normal_platform("/".join(str(part) for part in parts if part)) if fit else ""


def _said(content: dict[str, Any]) -> str:
    """The version among an index's or a manifest's annotations, or the labels of a configuration."""
    config = content.get("config")
    labels = config.get("Labels") if isinstance(config, dict) else None
    noted = content.get("annotations") or labels
    version = noted.get(_VERSION) if isinstance(noted, dict) else ""
    # Anybody may have written it, and it goes to terminals.
    return version if isinstance(version, str) and re.fullmatch(r"[\w.+~:-]{1,64}", version, re.ASCII) else ""


def _list(content: dict[str, Any], key: str) -> list[Any]:
    value = content.get(key)
    return value if isinstance(value, list) else []
