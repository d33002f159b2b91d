"""What all tests share: this machine as the whole network, a home of their own, a registry that misbehaves."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scaffold import catalogue
from tests.servers import authority, run, storage  # noqa: F401

try:
    from hypothesis import settings
except ModuleNotFoundError:
    pass
else:
    # The same cases in every run, and no folder of found ones beside the sources.
    settings.register_profile("repository", deadline=None, database=None, derandomize=True)
    settings.load_profile("repository")

REQUIRED = os.environ.get("END_TO_END", "")
"""`engine` forbids to skip the tests that need one, `all` forbids to skip any."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite` writes the files beside the examples anew."""
    parser.addoption("--rewrite", action="store_true", help="write the files beside the examples anew")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Makes a failure of a skipped test where all that it needs must be there."""
    report = yield
    wanted = REQUIRED == "all" or (REQUIRED == "engine" and item.get_closest_marker("engine"))
    if report.skipped and wanted and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, though END_TO_END={REQUIRED}: {report.longrepr}"
    return report


@pytest.fixture
def fast() -> Iterator[Path]:
    """A folder in memory that every user may enter."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        pytest.skip("no /dev/shm to write in")
    folder = memory / f"dockerscaffold_test.{os.getpid()}"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the catalogue one that was gathered on another day, by which its lines are supported or have ended."""

    def set_day(day: str) -> None:
        for key in ("date", "lines_date"):
            monkeypatch.setitem(catalogue.content(), key, day)

    return set_day


@pytest.fixture
def in_2026(on_day: Callable[[str], None]) -> None:
    """For tests that name lines which were supported then: a refresh of the catalogue leaves out what has ended."""
    on_day("2026-11-21")


FOLDERS = {
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
}


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh HOME, also for the programs that a test runs, and no settings of ours from outside."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in FOLDERS.items():
        (home / folder).mkdir(parents=True, mode=0o700)
        monkeypatch.setenv(variable, str(home / folder))
    for variable in [name for name in os.environ if name.startswith("DOCKERSCAFFOLD_")]:
        monkeypatch.delenv(variable)
    return home


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority from outside."""
    for variable in os.environ:
        if variable.startswith("SSL_CERT_") or variable.endswith("_CA_BUNDLE") or variable.lower().endswith("_proxy"):
            monkeypatch.delenv(variable)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses connections and look-ups of names beyond this machine, as a machine without network does."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse(self.family, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if host is not None and not _is_loopback(host.decode() if isinstance(host, bytes) else host):
            raise socket.gaierror(socket.EAI_NONAME, f"tests look up no name beyond this machine: {host}")
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _refuse(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
        raise ConnectionRefusedError(f"tests connect to nothing beyond this machine: {address}")


def _is_loopback(host: str) -> bool:
    return host in ("", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")


@dataclass
class FakeRegistry:
    """A registry at `host` (127.0.0.1 and a port), served by a thread; what it does wrong is set by a test.

    `page`: tags on a page, 0 for all on one; `loops`: the last page names the first as the next one; `login`:
    `token` demands an anonymous one, `refused` answers 401 to all, `basic` asks for a password; `status` is
    given for all requests; `digest` in the header instead of the true one; `delay` before each answer, seconds.
    """

    host: str = ""
    page: int = 0
    loops: bool = False
    login: str = ""
    status: int = 0
    digest: str = ""
    delay: float = 0
    body: bytes = b""
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and Authorization of each request."""
    closing: threading.Event = field(default_factory=threading.Event)

    def add(
        self, repository: str, tag: str, platforms: str = "linux/amd64 linux/arm64/v8", single: bool = False
    ) -> str:
        """Adds a tag, an index unless it is `single`; gives its digest."""
        kind = "manifest" if single else "index"
        entries = [_entry(platform) for platform in [*platforms.split(), "unknown/unknown"]]
        content = {"schemaVersion": 2, "tag": tag, **({} if single else {"manifests": entries})}
        body = json.dumps(content).encode()
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        for name in (tag, digest):
            self.manifests[repository, name] = (f"application/vnd.oci.image.{kind}.v1+json", body)
        return digest

    def answer(self, method: str, path: str, authorization: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        self.asked.append((method, path, authorization))
        self.closing.wait(self.delay)
        url = urlsplit(path)
        if self.status:
            return self.status, {}, self.body
        if url.path == "/token":
            scope = parse_qs(url.query)["scope"][0]
            return 200, {}, json.dumps({"token": scope.replace(":", ".")}).encode()
        if self.login and (self.login != "token" or not authorization.startswith("Bearer repository.")):
            service = f'Bearer realm="http://{self.host}/token",service="fake",scope="repository:{url.path[4:9]}:pull"'
            return 401, {"WWW-Authenticate": 'Basic realm="fake"' if self.login == "basic" else service}, b"{}"
        repository, _, rest = url.path.removeprefix("/v2/").rpartition("/")
        if rest == "list":
            return self._list(repository.removesuffix("/tags"), parse_qs(url.query))
        kind, body = self.manifests.get((repository.removesuffix("/manifests"), rest), ("", b""))
        digest = self.digest or f"sha256:{hashlib.sha256(body).hexdigest()}"
        return (200 if body else 404), {"Content-Type": kind, "Docker-Content-Digest": digest}, self.body or body

    def _list(self, repository: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
        tags = [tag for name, tag in self.manifests if name == repository and ":" not in tag]
        start = int(query.get("start", ["0"])[0])
        end = start + (self.page or len(tags))
        following = end if end < len(tags) else 0
        link = {"Link": f'</v2/{repository}/tags/list?start={following}>; rel="next"'}
        body = self.body or json.dumps({"name": repository, "tags": tags[start:end]}).encode()
        return (200 if tags else 404), link if following or self.loops else {}, body


def _entry(platform: str) -> dict[str, Any]:
    return {"platform": dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))}


@pytest.fixture
def fake_registry() -> Iterator[FakeRegistry]:
    """A registry on a free port, without any image."""
    fake = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: two would wait for each other

        def do_GET(self) -> None:
            status, headers, body = fake.answer(self.command, self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(b"" if self.command == "HEAD" else body)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        fake.host = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield fake
        fake.closing.set()
        server.shutdown()
