"""Asks registries for tags and digests: the only module that uses the network.

What is asked and answered is the OCI distribution specification (`spec.md`) and, for anonymous tokens, the
token authentication of github.com/distribution/distribution (`docs/content/spec/auth/token.md`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scaffold.errors import ScaffoldError, Transient
from scaffold.images import HUB, normal_platform

if TYPE_CHECKING:
    import requests

    from scaffold.model import Image

_Query = Mapping[str, str] | None

CONNECT = 3.0
READ = 5.0
SECONDS = 10.0
"""How long connecting, one answer, and a registry's answers together may take."""

_PAGES = 50
_LARGEST = 8 * 1024 * 1024
_HUB_API = "registry-1.docker.io"
_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution.manifest"
_INDEXES = (f"{_OCI}.index.v1+json", f"{_DOCKER}.list.v2+json")
_MANIFESTS = (f"{_OCI}.manifest.v1+json", f"{_DOCKER}.v2+json")


class LoginNeeded(ScaffoldError):
    """The registry refuses to answer without a login."""


class Unfit(ScaffoldError):
    """The tag exists, and what it names cannot be pinned; `fact` is the reason alone, to follow the tag."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    following: str

    @property
    def kind(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip()


class Registry:
    """One registry, as the images name it (`docker.io`, `registry.example.com:5000`), for some seconds.

    Every method raises Transient when the network or the registry fails or the seconds are over, LoginNeeded,
    and ScaffoldError for what the registry has not. Not for several threads at once.
    """

    def __init__(self, host: str, seconds: float = SECONDS) -> None:
        self.label = host
        api = _HUB_API if host == HUB else host
        self._base = f"{'http' if _is_loopback(api) else 'https'}://{api}"
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._tokens: dict[str, str] = {}
        self._session: requests.Session | None = None

    def tags(self, image: Image) -> tuple[str, ...]:
        """All tags of the image's repository, in the registry's order; pages are followed once each."""
        path = f"/v2/{image.repository}/tags/list?n=1000"
        found: dict[str, None] = {}
        seen: set[str] = set()
        while path and path not in seen:
            if len(seen) == _PAGES:
                raise failed(f"{self.label} lists the tags of {image.repository} on more than {_PAGES} pages")
            seen.add(path)
            answer = self._ask("GET", path, image)
            found.update(dict.fromkeys(tag for tag in _listed(self._json(answer), "tags") if isinstance(tag, str)))
            path = answer.following
        return tuple(found)

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with this tag and the digest and platforms of its index, as they are now.

        The index is read by its digest, and what was read must have that digest. Raises Unfit when the tag is
        not an index but a single platform's manifest.
        """
        import hashlib

        path = f"/v2/{image.repository}/manifests/"
        accept = ", ".join(_INDEXES + _MANIFESTS)
        head = self._ask("HEAD", path + tag, image, tag, accept)
        if head.kind not in _INDEXES:
            single = head.kind in _MANIFESTS or head.kind.startswith(f"{_DOCKER}.v1")
            raise Unfit("is one platform's manifest, not an index" if single else "is not an image index")
        digest = head.headers.get("Docker-Content-Digest", "")
        if digest and not re.fullmatch("sha256:[0-9a-f]{64}", digest):
            raise self._untrue(image, tag, "is given a digest that is not a sha256")
        index = self._ask("GET", path + (digest or tag), image, tag, accept)
        read = f"sha256:{hashlib.sha256(index.body).hexdigest()}"
        if digest and read != digest:
            raise self._untrue(image, tag, "has not the digest that it is given")
        return replace(image, tag=tag, digest=read, platforms=_platforms(self._json(index)), source=self.label)

    def _ask(self, method: str, path: str, image: Image, tag: str = "", accept: str = "application/json") -> _Answer:
        url, token = self._base + path, self._tokens.get(image.repository, "")
        answer = self._send(method, url, accept, token)
        if answer.status == 401 and not token:
            token = self._fetch_token(answer.headers.get("WWW-Authenticate", ""), image)
            self._tokens[image.repository] = token
            answer = self._send(method, url, accept, token)
        self._judge(answer, f"{image.repository}:{tag}" if tag else image.repository)
        return answer

    def _fetch_token(self, challenge: str, image: Image) -> str:
        bearer = re.search(r"\bbearer\s+(.*)", challenge, re.IGNORECASE)
        fields: dict[str, str] = dict(re.findall(r'(\w+)="([^"]*)"', bearer[1])) if bearer else {}
        realm = re.match(r"(https?)://([^/?#@]+)(?![^/?#])", fields.get("realm", ""))
        local = self._base.startswith("http:")
        if not realm or (realm[1] == "http" and not (local and _is_loopback(realm[2]))):
            raise self._login_needed(image.repository)
        scope = fields.get("scope") or f"repository:{image.repository}:pull"
        query = {"service": fields.get("service", ""), "scope": scope}
        answer = self._send("GET", fields["realm"], "application/json", query=query)
        self._judge(answer, image.repository)
        content = self._json(answer)
        token = content.get("token") or content.get("access_token")
        if not isinstance(token, str):
            raise self._login_needed(image.repository)
        return token

    def _send(self, method: str, url: str, accept: str, token: str = "", query: _Query = None) -> _Answer:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.max_redirects = 5
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self._unreached(f"no answer within {self._seconds:g} s")
        limits = (min(CONNECT, left), min(READ, left))
        headers, auth, proxies = {"Accept": accept}, _bearer(token), _proxies(url)
        try:
            with self._session.request(
                method, url, params=query, headers=headers, auth=auth, timeout=limits, proxies=proxies, stream=True
            ) as response:
                return _Answer(response.status_code, response.headers, self._body(response), _following(response))
        except (OSError, ValueError) as error:
            # The cause is left out: the text of a proxy's error holds the proxy's password.
            raise self._unreached(_reason(error)) from None

    def _body(self, response: requests.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(65536):
            body += chunk
            if len(body) > _LARGEST:
                raise failed(f"{self.label} answered with more than {_LARGEST} bytes")
            if time.monotonic() > self._deadline:
                raise self._unreached(f"no whole answer within {self._seconds:g} s")
        return bytes(body)

    def _json(self, answer: _Answer) -> dict[str, Any]:
        import json

        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise failed(f"{self.label} answered with something that is not a JSON object")
        return content

    def _judge(self, answer: _Answer, what: str) -> None:
        if answer.status in (401, 403):
            raise self._login_needed(what)
        if answer.status == 404:
            remedy = "Check the name and the version, or take a registry that has it with --registry-mirror."
            raise ScaffoldError(f"{self.label} has no {what}.", remedy)
        if answer.status == 429:
            raise failed(f"{self.label} was asked too often and wants us to wait")
        if answer.status != 200:
            raise failed(f"{self.label} answered {answer.status} when asked for {what}")

    def _login_needed(self, what: str) -> LoginNeeded:
        remedy = "Add --offline, or give a mirror that needs none with --registry-mirror REGISTRY=MIRROR."
        return LoginNeeded(f"{self.label} wants a login for {what}, and logins are not supported.", remedy)

    def _untrue(self, image: Image, tag: str, what: str) -> ScaffoldError:
        remedy = "Something changes the registry's answers on their way: use another network, a mirror, or --offline."
        return ScaffoldError(f"What {self.label} sends for {image.repository}:{tag} {what}.", remedy)

    def _unreached(self, reason: str) -> Transient:
        return failed(f"{self.label} could not be reached ({reason})")


def failed(fact: str) -> Transient:
    """The error that says a registry failed, with what to do; the fact comes without its full stop."""
    from scaffold.catalogue import date

    return Transient(f"{fact}.", f"Try again, or add --offline to pin from the catalogue of {date()}.")


def _is_loopback(host: str) -> bool:
    return bool(re.fullmatch(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", host))


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    """Sets the token; also without one it keeps requests from sending a login out of ~/.netrc."""

    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return authorize


def _proxies(url: str) -> dict[str, str] | None:
    """No proxy for this machine's own registry, whatever the environment says (as Go's net/http, so Docker)."""
    parts = urlsplit(url)
    return {"no_proxy": parts.hostname or ""} if _is_loopback(parts.netloc) else None


def _following(response: requests.Response) -> str:
    """The next page's path and query; a host in it is not followed, since our token goes where we ask."""
    link = response.links.get("next", {}).get("url", "")
    parts = urlsplit(urljoin(response.url, link))
    return f"{parts.path}?{parts.query}" if link else ""


def _platforms(index: dict[str, Any]) -> tuple[str, ...]:
    """The platforms of an index; attestations, which stand in it as of an unknown one, are none."""
    found = set()
    for entry in _listed(index, "manifests"):
        platform = entry.get("platform") if isinstance(entry, dict) else None
        parts = [platform.get(key) for key in ("os", "architecture", "variant")] if isinstance(platform, dict) else []
        if parts and all(parts[:2]) and "unknown" not in parts:
            found.add(normal_platform("/".join(str(part) for part in parts if part)))
    return tuple(sorted(found))


def _listed(content: dict[str, Any], key: str) -> list[Any]:
    value = content.get(key)
    return value if isinstance(value, list) else []


def _reason(error: Exception) -> str:
    from requests import exceptions

    if isinstance(error, exceptions.ProxyError):
        return "its proxy does not answer"
    if isinstance(error, exceptions.SSLError):
        return "its TLS certificate is not accepted"
    if isinstance(error, exceptions.Timeout):
        return "no answer in time"
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        cause = cause.__cause__ or cause.__context__
    plain = isinstance(error, OSError) and not isinstance(error, exceptions.RequestException)
    return str(error) if plain else "its answer could not be read"
