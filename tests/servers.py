"""Servers and programs that tests start: registries, token servers, proxies, credential helpers.

Each server listens on a free port of this machine, speaks real HTTP or TLS, and remembers what it was asked.
`tests/servers_test.py` holds that they do what they claim.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import http.client
import io
import json
import os
import re
import secrets
import selectors
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import bcrypt
import pytest
import trustme
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
VERSION = "org.opencontainers.image.version"
SERVICE = "registry.example.test"
"""What token servers and the registries that trust them are called."""

LAB_PROGRAMS = "/opt/lab/bin"
"""Where the lab (`shared/lab/up`) installs what is on no PATH."""

_JSON = "application/json"
_HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Request:
    """What a server was asked; the names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The fields of the query."""
        return _fields(urlsplit(self.target).query)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form that was posted."""
        return _fields(self.body.decode())

    @property
    def authorization(self) -> str:
        """The header of this name, or nothing."""
        return self.headers.get("authorization", "")


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


@dataclass(frozen=True)
class Reply:
    """What a server sends: after `pause` seconds, a byte of the body every `drip` seconds; who `crawls`, of all.

    It says that the body has `length` bytes, which is true unless told otherwise.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    pause: float = 0
    drip: float = 0
    crawls: bool = False


NEVER = Reply(pause=threading.TIMEOUT_MAX)
"""Accepts, reads and does not answer."""


def reply_json(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply of JSON."""
    return Reply(status, {"Content-Type": _JSON, **(headers or {})}, json.dumps(content).encode())


Fault = Callable[[Request], Reply | None]
"""Gives a reply instead of the true one, or None."""


def fault(reply: Reply, path: str = "", times: int = sys.maxsize, method: str = "") -> Fault:
    """Gives this reply to the first requests of this method whose path matches the regular expression."""
    left = [times]

    def given(request: Request) -> Reply | None:
        if left[0] and re.search(path, request.path) and method in ("", request.method):
            left[0] -= 1
            return reply
        return None

    return given


class Server:
    """A server at `host` (127.0.0.1 and a port) while it is entered, with TLS when it has a certificate.

    It answers as its class says, except for what `misdeeds` reply first.
    """

    def __init__(self, certificate: trustme.LeafCert | None = None) -> None:
        self.asked: list[Request] = []
        self.misdeeds: list[Fault] = []
        self.closing = threading.Event()
        self.faults: list[BaseException] = []
        """What went wrong in the server itself: it fails the test."""
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if certificate and self._tls:
            certificate.configure_cert(self._tls)
        self._listening = _Listening(self, self._tls)
        self.port: int = self._listening.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if certificate else 'http'}://{self.host}"

    def answer(self, request: Request) -> Reply:
        """The true reply to a request; for classes to say."""
        raise NotImplementedError

    def reply(self, request: Request) -> Reply:
        """The first misdeed's reply, or the true one."""
        return next(filter(None, (misdeed(request) for misdeed in self.misdeeds)), None) or self.answer(request)

    def misbehave(self, reply: Reply, path: str = "", times: int = sys.maxsize, method: str = "") -> None:
        """Adds a misdeed, see `fault`."""
        self.misdeeds.append(fault(reply, path, times, method))

    def connect(self, request: Request) -> socket.socket | Reply:
        """Where a CONNECT leads to, or the reply that refuses it."""
        return Reply(405)

    def authorizations(self) -> list[str]:
        """The logins and tokens of all requests that had one."""
        return [request.authorization for request in self.asked if request.authorization]

    def __enter__(self) -> Self:
        threading.Thread(target=self._listening.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        self.closing.set()
        self._listening.shutdown()
        self._listening.server_close()
        if self.faults and not kind:
            raise self.faults[0]


class _Listening(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, server: Server, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner, self._tls = server, tls

    def finish_request(self, request: Any, client_address: Any) -> None:
        # Here, in the connection's own thread, a handshake that does not come holds up nobody else.
        if self._tls is None:
            super().finish_request(request, client_address)
            return
        with self._tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error and not isinstance(error, OSError):
            self.owner.faults.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: two would wait for each other
    server: _Listening

    def do_GET(self) -> None:
        request = self._request()
        self._send(request, self.server.owner.reply(request))

    do_HEAD = do_POST = do_PUT = do_GET

    def do_CONNECT(self) -> None:
        request = self._request()
        at = self.server.owner.connect(request)
        if isinstance(at, Reply):
            self._send(request, at)
            return
        with at:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            _relay(self.connection, at)
        self.close_connection = True

    def _request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, headers, body)
        self.server.owner.asked.append(request)
        return request

    def _send(self, request: Request, reply: Reply) -> None:
        if self.server.owner.closing.wait(reply.pause):
            self.close_connection = True
            return
        length = len(reply.body) if reply.length is None else reply.length
        head = self._head(reply, length)
        body = b"" if request.method == "HEAD" else reply.body
        at_once, slowly = (b"", head + body) if reply.crawls else (head, body)
        self.wfile.write(at_once)
        if reply.drip:
            self._drip(slowly, reply.drip)
        else:
            self.wfile.write(slowly)
        self.wfile.flush()
        self.close_connection = self.close_connection or length != len(reply.body)

    def _drip(self, data: bytes, seconds: float) -> None:
        for at in range(len(data)):
            self.wfile.flush()
            if self.server.owner.closing.wait(seconds):
                return
            self.wfile.write(data[at : at + 1])

    def _head(self, reply: Reply, length: int) -> bytes:
        kept, self.wfile = self.wfile, io.BytesIO()
        try:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(length), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            return self.wfile.getvalue()
        finally:
            self.wfile = kept

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Passes bytes both ways until one side hangs up."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """A port where connections are made, and nobody reads or answers: not even a TLS handshake."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


# What is in registries.


@dataclass(frozen=True)
class Blob:
    """Bytes with a media type and what a descriptor says of them beside."""

    kind: str
    body: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The sha256 of the bytes."""
        return f"sha256:{hashlib.sha256(self.body).hexdigest()}"

    def descriptor(self) -> dict[str, Any]:
        """How an index or a manifest names it."""
        return {"mediaType": self.kind, "digest": self.digest, "size": len(self.body), **self.extra}


@dataclass(frozen=True)
class Bundle:
    """An image: its index, or the manifest of the one platform that it is there for, and what that names."""

    top: Blob
    manifests: tuple[Blob, ...]
    blobs: tuple[Blob, ...]


def bundle(platforms: str = "linux/amd64 linux/arm64/v8", version: str = "", where: str = "") -> Bundle:
    """An index of these platforms, unlike any other.

    `version` is said as the annotation of the `index`, as that of each `manifest`, or as the `label` of each config.
    """
    layer = Blob("application/vnd.oci.image.layer.v1.tar", secrets.token_bytes(16))
    said = {VERSION: version}
    manifests, configs = [], []
    for platform in platforms.split():
        parts = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
        labels = {"Labels": said} if where == "label" else {}
        rootfs = {"type": "layers", "diff_ids": [layer.digest]}
        config = Blob(CONFIG, json.dumps({**parts, "config": labels, "rootfs": rootfs}).encode())
        annotations = {"annotations": said} if where == "manifest" else {}
        content = {"config": config.descriptor(), "layers": [layer.descriptor()], **annotations}
        manifests.append(_document(MANIFEST, content, {"platform": parts}))
        configs.append(config)
    listed = {"manifests": [manifest.descriptor() for manifest in manifests]}
    top = _document(INDEX, listed | ({"annotations": said} if where == "index" else {}))
    return Bundle(top, tuple(manifests), (layer, *configs))


def single(platform: str = "linux/amd64") -> Bundle:
    """An image without an index."""
    made = bundle(platform)
    return Bundle(made.manifests[0], (), made.blobs)


def _document(kind: str, content: dict[str, Any], extra: Mapping[str, Any] | None = None) -> Blob:
    return Blob(kind, json.dumps({"schemaVersion": 2, "mediaType": kind, **content}).encode(), extra or {})


# Registries of our own.


class Registry(Server):
    """A registry that keeps to the OCI distribution specification, except for its misdeeds.

    `users` (names and passwords) demands a Basic login, `tokens` a token of that server. Lists of tags are in the
    order of the specification, on pages of at most `page` tags, or of the `n` that is asked for (`obeys_n`), the
    next one named by a Link header (`links`) and found by the last tag (`honours_last`), or else by a mark.
    """

    def __init__(
        self,
        certificate: trustme.LeafCert | None = None,
        users: Mapping[str, str] | None = None,
        tokens: TokenServer | None = None,
        page: int = sys.maxsize,
        links: bool = True,
        honours_last: bool = True,
        obeys_n: bool = True,
    ) -> None:
        super().__init__(certificate)
        self.users, self.tokens = users, tokens
        self.page, self.links, self.honours_last, self.obeys_n = page, links, honours_last, obeys_n
        self.tags: dict[str, dict[str, str]] = {}
        """Digests by repository and tag."""
        self.content: dict[tuple[str, str], Blob] = {}
        """Manifests and blobs by repository and digest."""

    def add(self, repository: str, tags: str | Iterable[str], made: Bundle | None = None) -> str:
        """Puts an image at tags of a repository, and gives its digest."""
        made = made or bundle()
        for blob in (made.top, *made.manifests, *made.blobs):
            self.content[repository, blob.digest] = blob
        names = [tags] if isinstance(tags, str) else tags
        self.tags.setdefault(repository, {}).update(dict.fromkeys(names, made.top.digest))
        return made.top.digest

    def answer(self, request: Request) -> Reply:
        """A demand for a login, or what was asked for."""
        parts = re.fullmatch(r"/v2/(?:(.+)/(tags|manifests|blobs)/(.+))?", request.path)
        if not parts:
            return _refused(404, "NAME_UNKNOWN")
        repository, kind, name = parts.groups()
        if refusal := self._refusal(request, repository or ""):
            return refusal
        if not repository:
            return reply_json({})
        if repository not in self.tags:
            return _refused(404, "NAME_UNKNOWN")
        return self._list(repository, request.query) if kind == "tags" else self._content(repository, name)

    def _content(self, repository: str, name: str) -> Reply:
        blob = self.content.get((repository, self.tags[repository].get(name, name)))
        if not blob:
            return _refused(404, "MANIFEST_UNKNOWN")
        return Reply(200, {"Content-Type": blob.kind, "Docker-Content-Digest": blob.digest}, blob.body)

    def _list(self, repository: str, query: Mapping[str, str]) -> Reply:
        tags = sorted(self.tags[repository])
        size = min(int(query.get("n", sys.maxsize)), self.page) if self.obeys_n else self.page
        begin = int(query.get("mark", 0))
        if self.honours_last and "last" in query:
            begin = sum(tag <= query["last"] for tag in tags)
        shown, rest = tags[begin : begin + size], tags[begin + size :]
        headers = {}
        if rest and self.links:
            following = {"last": shown[-1]} if self.honours_last else {"mark": str(begin + size)}
            path = f"/v2/{repository}/tags/list?{urlencode({'n': str(size), **following})}"
            headers["Link"] = f'<{path}>; rel="next"'
        return reply_json({"name": repository, "tags": shown}, headers=headers)

    def _refusal(self, request: Request, repository: str) -> Reply | None:
        if self.tokens is not None:
            granted = self.tokens.granted.get(request.authorization.removeprefix("Bearer "))
            if granted is not None and (not repository or repository in granted):
                return None
            wrong = ',error="insufficient_scope"' if request.authorization else ""
            return _refused(401, "UNAUTHORIZED", f"{self.tokens.challenge(repository)}{wrong}")
        if self.users is not None and not _knows(self.users, request):
            return _refused(401, "UNAUTHORIZED", f'Basic realm="{SERVICE}"')
        return None


def _refused(status: int, code: str, challenge: str = "") -> Reply:
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    return reply_json({"errors": [{"code": code, "message": code.lower()}]}, status, headers)


def basic(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def _knows(users: Mapping[str, str], request: Request, header: str = "authorization") -> str:
    """The user whose name and password the request has, or nothing."""
    given = request.headers.get(header, "")
    return next((user for user, password in users.items() if given == basic(user, password)), "")


class TokenServer(Server):
    """Gives tokens for registries that trust `authority`, as Docker Hub's: anonymous ones for what is public.

    `users` have passwords, `identities` are the identity tokens (refresh tokens) of users. Who logs in may read
    `private` repositories too; a wrong login gives 401. `key` is what an answer calls the token.
    """

    def __init__(
        self,
        authority: trustme.CA,
        users: Mapping[str, str] | None = None,
        identities: Mapping[str, str] | None = None,
        private: Iterable[str] = (),
        certificate: trustme.LeafCert | None = None,
        key: str = "token",
    ) -> None:
        super().__init__(certificate)
        self.users, self.identities = users or {}, identities or {}
        self.private, self.key = frozenset(private), key
        self.granted: dict[str, tuple[str, ...]] = {}
        """Each token that was given, and the repositories that it lets into."""
        self._signing = authority.issue_cert(SERVICE)

    def challenge(self, repository: str) -> str:
        """What a registry demands for a repository."""
        scope = f',scope="repository:{repository}:pull"' if repository else ""
        return f'Bearer realm="{self.url}/token",service="{SERVICE}"{scope}'

    def answer(self, request: Request) -> Reply:
        """A token, or the refusal of a wrong login."""
        fields = request.form if request.method == "POST" else request.query
        if request.method == "POST":
            user = self.identities.get(fields.get("refresh_token", ""), "")
            known = bool(user) and fields.get("grant_type") == "refresh_token" and bool(fields.get("client_id"))
        else:
            user = _knows(self.users, request)
            known = bool(user) or not request.authorization
        if not known or fields.get("service") != SERVICE:
            return reply_json({"details": "incorrect username or password"}, 401)
        named = [scope.split(":") for scope in fields.get("scope", "").split() if scope.startswith("repository:")]
        repositories = tuple(name for _, name, _ in named if user or name not in self.private)
        return reply_json({self.key: self._grant(user, repositories), "expires_in": 300})

    def _grant(self, user: str, repositories: tuple[str, ...]) -> str:
        now = int(time.time())
        access = [{"type": "repository", "name": name, "actions": ["pull"]} for name in repositories]
        claims = {"iss": SERVICE, "aud": SERVICE, "sub": user, "jti": secrets.token_hex(8), "access": access}
        token = self._signed(claims | {"iat": now, "nbf": now - 60, "exp": now + 300})
        self.granted[token] = repositories
        return token

    def _signed(self, claims: dict[str, Any]) -> str:
        chain = [ssl.PEM_cert_to_DER_cert(pem.bytes().decode()) for pem in self._signing.cert_chain_pems]
        header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(part).decode() for part in chain]}
        signed = ".".join(_url64(json.dumps(part).encode()) for part in (header, claims))
        key = load_pem_private_key(self._signing.private_key_pem.bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        numbers = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_url64(b''.join(number.to_bytes(32, 'big') for number in numbers))}"


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# The registry that others wrote.


def registry_program() -> str | None:
    """Where `docker-registry` is, if it is installed."""
    return shutil.which("docker-registry", path=os.pathsep.join([os.environ["PATH"], LAB_PROGRAMS]))


class RealRegistry:
    """A process of `docker-registry` on what is stored in a folder; `host` is 127.0.0.1 and its port."""

    def __init__(
        self,
        storage: Path,
        certificate: trustme.LeafCert | None = None,
        users: Mapping[str, str] | None = None,
        tokens: TokenServer | None = None,
        authority: trustme.CA | None = None,
    ) -> None:
        self.storage, self.certificate, self.users = storage, certificate, users
        self.tokens, self.authority = tokens, authority
        self.host = ""
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = self.storage.parent / f"registry-{secrets.token_hex(4)}"
            folder.mkdir(parents=True)
            (folder / "config.yml").write_text(json.dumps(self._settings(folder)))  # JSON is YAML
            log = stack.enter_context((folder / "log").open("wb"))
            program = registry_program()
            assert program
            command = [program, "serve", str(folder / "config.yml")]
            process = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log, env={}))
            stack.callback(process.terminate)
            self.host = _listening_at(folder / "log", process)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def push(self, repository: str, tag: str, made: Bundle) -> str:
        """Puts an image at a tag, as docker does, and gives its digest; the registry must ask for no login."""
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=10)) as connection:
            for blob in made.blobs:
                begun = _sent(connection, "POST", f"/v2/{repository}/blobs/uploads/")
                parts = urlsplit(begun)
                path = f"{parts.path}?{parts.query}&digest={blob.digest}"
                _sent(connection, "PUT", path, blob.body, "application/octet-stream")
            for manifest in made.manifests:
                path = f"/v2/{repository}/manifests/{manifest.digest}"
                _sent(connection, "PUT", path, manifest.body, manifest.kind)
            _sent(connection, "PUT", f"/v2/{repository}/manifests/{tag}", made.top.body, made.top.kind)
        return made.top.digest

    def _settings(self, folder: Path) -> dict[str, Any]:
        http_part: dict[str, Any] = {"addr": "127.0.0.1:0"}
        if self.certificate:
            (folder / "key.pem").write_bytes(self.certificate.private_key_pem.bytes())
            (folder / "chain.pem").write_bytes(b"".join(pem.bytes() for pem in self.certificate.cert_chain_pems))
            http_part["tls"] = {"certificate": str(folder / "chain.pem"), "key": str(folder / "key.pem")}
        settings = {
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": str(self.storage)}},
            "http": http_part,
        }
        return settings | ({"auth": login} if (login := self._login(folder)) else {})

    def _login(self, folder: Path) -> dict[str, Any]:
        if self.users is not None:
            lines = [f"{user}:{_hashed(password)}" for user, password in self.users.items()]
            (folder / "htpasswd").write_text("\n".join(lines))
            return {"htpasswd": {"realm": SERVICE, "path": str(folder / "htpasswd")}}
        if self.tokens is not None:
            assert self.authority
            self.authority.cert_pem.write_to_path(str(folder / "authority.pem"))
            return {
                "token": {
                    "realm": f"{self.tokens.url}/token",
                    "service": SERVICE,
                    "issuer": SERVICE,
                    "rootcertbundle": str(folder / "authority.pem"),
                }
            }
        return {}


def _hashed(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


def _listening_at(log: Path, process: subprocess.Popen[bytes]) -> str:
    """The address that the registry's log gives once it listens."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"listening on ([0-9.]+:[0-9]+)", log.read_text()):
            return found[1]
        time.sleep(0.01)
    raise AssertionError(f"docker-registry does not listen: {log.read_text()}")


def _sent(connection: http.client.HTTPConnection, method: str, path: str, body: bytes = b"", kind: str = "") -> str:
    """Sends something to a registry, which must take it, and gives the Location of its answer."""
    connection.request(method, path, body, {"Content-Type": kind} if kind else {})
    with connection.getresponse() as response:
        text = response.read()
        assert response.status in (201, 202), f"{method} {path}: {response.status} {text!r}"
        return response.headers["Location"]


# What stands between the program and registries.


class Proxy(Server):
    """A forward proxy (whole addresses, and CONNECT) that alone knows where the hosts of `routes` are.

    `routes` are from `name:port` to `address:port`; `users` demands a Basic login of the proxy's own.
    """

    def __init__(self, routes: Mapping[str, str], users: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.routes, self.users = routes, users

    def answer(self, request: Request) -> Reply:
        """What the server at the address answers."""
        at = self._at(urlsplit(request.target).netloc, 80, request)
        if isinstance(at, Reply):
            return at
        parts = urlsplit(request.target)
        headers = {name: value for name, value in request.headers.items() if not name.startswith("proxy-")}
        with contextlib.closing(http.client.HTTPConnection(at, timeout=10)) as connection:
            connection.request(request.method, f"{parts.path}?{parts.query}", request.body or None, headers)
            with connection.getresponse() as response:
                passed = {name: value for name, value in response.headers.items() if name not in _OF_THE_HOP}
                return Reply(response.status, passed, response.read())

    def connect(self, request: Request) -> socket.socket | Reply:
        """A connection to the server at the address."""
        at = self._at(request.target, 443, request)
        if isinstance(at, Reply):
            return at
        host, _, port = at.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=10)

    def _at(self, name: str, port: int, request: Request) -> str | Reply:
        if self.users is not None and not _knows(self.users, request, "proxy-authorization"):
            return Reply(407, {"Proxy-Authenticate": 'Basic realm="proxy"'})
        return self.routes.get(name if ":" in name else f"{name}:{port}") or Reply(502)


_OF_THE_HOP = ("Connection", "Date", "Server", "Transfer-Encoding")


MODES = {
    "ok": 'if [ -f "$answer" ]; then cat "$answer"; else echo "credentials not found in native keychain"; exit 1; fi',
    "failing": 'echo "error getting credentials: the keychain is locked" >&2; exit 1',
    "hanging": "sleep 30",
    "nonsense": "echo '<html>'",
    "empty": "exit 0",
}
"""What a credential helper does when it is asked for a login, as a shell says it."""


class Helper:
    """A program `docker-credential-NAME` in a folder that is to be put on PATH, with logins by server."""

    def __init__(
        self, folder: Path, name: str, logins: Mapping[str, tuple[str, str]] | None = None, mode: str = "ok"
    ) -> None:
        self._calls = folder / f"{name}.calls"
        program = folder / f"docker-credential-{name}"
        script = f"""#!/bin/sh
IFS= read -r server
echo "$1 $server" >> '{self._calls}'
[ "$1" = get ] || exit 2
answer="{folder}/{name}.$(echo "$server" | tr -c 'a-zA-Z0-9.\\n' _)"
{MODES[mode]}
"""
        program.write_text(script)
        program.chmod(0o755)
        for server, (user, secret) in (logins or {}).items():
            answer = folder / f"{name}.{re.sub('[^a-zA-Z0-9.]', '_', server)}"
            answer.write_text(json.dumps({"ServerURL": server, "Username": user, "Secret": secret}))

    def calls(self) -> list[str]:
        """What it was asked: an action and a server each."""
        return self._calls.read_text().splitlines() if self._calls.exists() else []


# Fixtures.


def leaf(authority: trustme.CA, *names: str, expired: bool = False) -> trustme.LeafCert:
    """A certificate of these names."""
    now = datetime.datetime.now(datetime.UTC)
    begin, end = (now - 2 * _HOUR, now - _HOUR) if expired else (now - _HOUR, now + _HOUR)
    return authority.issue_cert(*(names or ("localhost", "127.0.0.1")), not_before=begin, not_after=end)


Entered = TypeVar("Entered", covariant=True)


class Run(Protocol):
    """Starts a server until the test is over."""

    def __call__(self, server: AbstractContextManager[Entered], /) -> Entered:
        """The server, started."""


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts servers until the test is over."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context


@pytest.fixture
def authority() -> trustme.CA:
    """A certificate authority that nobody knows."""
    return trustme.CA()


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real registry; skips the test where there is none."""
    if not registry_program():
        pytest.skip("no docker-registry")
    return tmp_path_factory.mktemp("real") / "storage"
