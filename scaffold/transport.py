"""Speaks HTTP for one run: proxies, certificate authorities, redirects, patience, and one deadline for all of it.

It knows nothing of registries, and is safe for several threads.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scaffold import __version__
from scaffold.failures import NoTLS, Unreached, Untrusted

if TYPE_CHECKING:
    import ssl

    from urllib3 import BaseHTTPResponse, PoolManager

    from scaffold.proxies import Proxy

CONNECT = 3.0
"""Seconds that connecting may take: who is not there is known soon."""

PAUSES = (0.25, 0.5, 1.0)
"""Seconds before each further try, unless the server says how long."""

_REDIRECTS = 5
_LARGEST = 8 * 1024 * 1024
_AGAIN = (429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What came back: `status` is never one that is worth another try at once, `headers` know no case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def json(self) -> dict[str, Any] | None:
        """The body as an object of JSON; None when it is none."""
        import json

        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None


class Transport:
    """All requests of one run, which together have `seconds`: none begins after them, nor waits longer for a byte.

    A host whose headers come byte by byte is not cut off: who must go on asks in a thread of its own.
    Raises Unreached, Untrusted, and ScaffoldError for settings that cannot be followed. No message names more
    of an address than its host: what else stands in it, or in a proxy's, may be secret.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._pools: dict[tuple[str, str], PoolManager] = {}
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Seconds until the deadline, 0 when it is over."""
        return max(0.0, self._deadline - time.monotonic())

    def send(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> Answer:
        """The answer to a request; on a 429, a 5xx or a broken connection it is asked again after a pause.

        `Retry-After` is kept to (RFC 9110, 10.2.3); when the deadline is before it, Unreached is raised at once.
        """
        for pause in (*PAUSES, None):
            try:
                answer = self._follow(method, url, headers, form)
            except _Broken as error:
                if pause is None or pause > self.left:
                    raise _away(url, str(error)) from None
            else:
                if answer.status not in _AGAIN or pause is None:
                    return answer
                asked = _asked_to_wait(answer)
                if asked > self.left:
                    said = "was asked too often" if answer.status == 429 else f"answers {answer.status}"
                    there_are = f"{asked:.0f} s, and there are {self.seconds:g}"
                    raise Unreached(_host(answer.url), f"{said}, and wants us to wait {there_are}")
                pause = asked or pause
                if pause > self.left:
                    return answer
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _follow(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
        for _ in range(_REDIRECTS + 1):
            answer = self._once(method, url, headers, form)
            location = answer.headers.get("Location", "")
            if answer.status not in _MOVED or not location:
                return answer
            there = _there(url, location)
            if _origin(there) != _origin(url):
                if form is not None:
                    raise Unreached(_host(url), "sends us on to another host with a login")
                headers = {name: value for name, value in headers.items() if name != "Authorization"}
            url = there
        raise Unreached(_host(url), f"sends us on more than {_REDIRECTS} times")

    def _once(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
        from urllib3 import Timeout, exceptions

        if not (left := self.left):
            raise _away(url, f"no answer within {self.seconds:g} s")
        sent: dict[str, Any] = {"retries": False, "redirect": False, "preload_content": False}
        sent["headers"] = {"User-Agent": f"dockerscaffold/{__version__}", **headers}
        if form is not None:
            sent |= {"fields": dict(form), "encode_multipart": False}
        sent["timeout"] = Timeout(connect=min(CONNECT, left), read=left)
        try:
            with self._pool(url).request(method, url, **sent) as response:
                if response.status == 407:
                    raise _away(url, "its proxy refuses our login, or wants one")
                return Answer(response.status, response.headers, self._body(response, url), url)
        except (exceptions.HTTPError, OSError, ValueError) as error:
            # The cause is left out: its text may hold the address of a proxy, with its password.
            raise _failure(url, error) from None

    def _body(self, response: BaseHTTPResponse, url: str) -> bytes:
        body = bytearray()
        # One read of the socket at a time: to fill a larger piece could take for ever.
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > _LARGEST:
                raise Unreached(_host(url), f"answers with more than {_LARGEST} bytes")
            if not self.left:
                raise _away(url, f"no whole answer within {self.seconds:g} s")
        return bytes(body)

    def _pool(self, url: str) -> PoolManager:
        from scaffold import proxies, tls

        scheme, host = urlsplit(url).scheme, _host(url)
        with self._lock:
            if (scheme, host) not in self._pools:
                # A context for each host: one makes its handshakes one after another, also those that hang.
                context = tls.context(tls.own_authorities(host)) if scheme == "https" else None
                self._pools[scheme, host] = _opened(proxies.proxy_of(scheme, host), context)
            return self._pools[scheme, host]


class _Broken(Exception):
    """Why a connection broke before the whole answer was there: another try may do better."""


def _opened(proxy: Proxy | None, context: ssl.SSLContext | None) -> PoolManager:
    from urllib3 import PoolManager, ProxyManager

    from scaffold import tls

    if proxy is None:
        return PoolManager(maxsize=32, ssl_context=context)
    own = tls.context() if proxy.url.startswith("https:") else None
    return ProxyManager(proxy.url, 10, None, proxy.headers(), own, maxsize=32, ssl_context=context)


def _failure(url: str, error: Exception) -> Exception:
    import ssl

    from urllib3 import exceptions

    cause = _cause(error)
    if isinstance(error, exceptions.ProxyError):
        return _away(url, "its proxy does not answer, or refuses to connect us")
    if isinstance(cause, ssl.SSLCertVerificationError):
        remedy = "Name the file of the authority that signed it in SSL_CERT_FILE, or add --offline."
        reason = cause.verify_message.rstrip(".")
        return Untrusted(_host(url), f"has a TLS certificate that is not accepted ({reason})", remedy)
    if isinstance(cause, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return _Broken("its TLS connection broke off")
    if isinstance(cause, ssl.SSLError):
        remedy = f"If it speaks plain HTTP, write it as http://{_host(url)} in --registry-mirror."
        return NoTLS(_host(url), f"does not speak TLS as it should ({cause.reason})", remedy)
    # The first two are kinds of the third, and that of the fourth.
    if isinstance(error, exceptions.NameResolutionError):
        return _away(url, "its name is not known")
    if isinstance(error, exceptions.NewConnectionError):
        return _away(url, _told(cause) or "no connection")
    if isinstance(error, exceptions.ConnectTimeoutError):
        return _away(url, "no connection in time")
    if isinstance(error, (exceptions.TimeoutError, TimeoutError)):
        return _away(url, "no answer in time")
    if isinstance(error, (exceptions.ProtocolError, OSError)):
        return _Broken(_told(cause) or "its answer broke off")
    return _away(url, "its answer could not be read")


def _away(url: str, reason: str) -> Unreached:
    return Unreached(_host(url), f"could not be reached ({reason})")


def _cause(error: BaseException) -> BaseException:
    following = error.__cause__ or error.__context__
    return _cause(following) if following else error


def _told(cause: BaseException) -> str:
    return cause.strerror.lower() if isinstance(cause, OSError) and cause.strerror else ""


def _asked_to_wait(answer: Answer) -> float:
    """The seconds that Retry-After names, 0 where it is missing, over, or nonsense."""
    from calendar import timegm
    from email.utils import parsedate

    text = answer.headers.get("Retry-After", "").strip()
    if re.fullmatch("[0-9]+", text):
        return float(text)
    with contextlib.suppress(ValueError, OverflowError):
        return max(0.0, timegm(parsedate(text) or ()) - time.time())
    return 0


def _there(url: str, location: str) -> str:
    try:
        there = urljoin(url, location)
        scheme, host, _ = _origin(there)
    except ValueError:
        host = None
    if not host:
        raise Unreached(_host(url), "sends us on to what is no address")
    if scheme not in ("https", _origin(url)[0]):
        raise Unreached(_host(url), "sends us on without encryption")
    return there


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _host(url: str) -> str:
    return re.split("[/?#]", url.partition("://")[2])[0].rpartition("@")[2]  # urlsplit fails for http://[
