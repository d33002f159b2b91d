from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scaffold.errors import ScaffoldError, Transient
from scaffold.model import Image
from scaffold.registry import LoginNeeded, Registry, Unfit

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

LAB = "127.0.0.1:5000"


def app(host: str, repository: str = "team/app") -> Image:
    return Image(host, repository, "{}-slim", "1")


@pytest.mark.parametrize("page", [0, 1, 2, 3, 10])
def test_tags_on_pages(fake_registry: FakeRegistry, page: int) -> None:
    for number in range(7):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page = page
    assert Registry(fake_registry.host).tags(app(fake_registry.host)) == tuple(f"1.0.{n}-slim" for n in range(7))


def test_tags_on_pages_that_go_round(fake_registry: FakeRegistry) -> None:
    for number in range(5):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page, fake_registry.loops = 2, True
    assert len(Registry(fake_registry.host).tags(app(fake_registry.host))) == 5
    assert len(fake_registry.asked) < 10


def test_tags_on_too_many_pages(fake_registry: FakeRegistry) -> None:
    for number in range(60):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page = 1
    with pytest.raises(Transient, match="more than 50 pages"):
        Registry(fake_registry.host).tags(app(fake_registry.host))


def test_resolve(fake_registry: FakeRegistry) -> None:
    digest = fake_registry.add("team/app", "1.0.0-slim", "linux/arm64/v8 linux/amd64 linux/arm/v7 windows/amd64")
    found = Registry(fake_registry.host).resolve(app(fake_registry.host), "1.0.0-slim")
    assert (found.tag, found.digest, found.line) == ("1.0.0-slim", digest, "1")
    assert found.platforms == ("linux/amd64", "linux/arm/v7", "linux/arm64", "windows/amd64")
    assert found.source == fake_registry.host


def test_an_anonymous_token_is_fetched_once(fake_registry: FakeRegistry) -> None:
    digest = fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.login = "token"
    registry = Registry(fake_registry.host)
    assert registry.tags(app(fake_registry.host)) == ("1.0.0-slim",)
    assert registry.resolve(app(fake_registry.host), "1.0.0-slim").digest == digest
    assert sum(path.startswith("/token") for _, path, _ in fake_registry.asked) == 1


@pytest.mark.parametrize("login", ["refused", "basic"])
def test_a_login_is_not_supported(fake_registry: FakeRegistry, login: str) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.login = login
    with pytest.raises(LoginNeeded, match="logins are not supported") as caught:
        Registry(fake_registry.host).tags(app(fake_registry.host))
    assert "--offline" in caught.value.remedy and "mirror" in caught.value.remedy
    assert len(fake_registry.asked) <= 3


@pytest.mark.parametrize(
    "realm",
    ["http://tokens.example.com/token", "https://user:hunter2@tokens.example.com/token", "ftp://x/", "https://"],
)
def test_a_token_is_not_fetched_from_anywhere(fake_registry: FakeRegistry, realm: str) -> None:
    with pytest.raises(LoginNeeded):
        Registry(fake_registry.host)._fetch_token(f'Bearer realm="{realm}",service="x"', app(fake_registry.host))


def test_a_remote_registry_sends_nobody_to_this_machine(fake_registry: FakeRegistry) -> None:
    challenge = f'Bearer realm="http://{fake_registry.host}/token",service="x"'
    with pytest.raises(LoginNeeded):
        Registry("registry.example.com")._fetch_token(challenge, app("registry.example.com"))
    assert not fake_registry.asked


def test_netrc_is_not_sent(fake_registry: FakeRegistry, own_home: object) -> None:
    with open(f"{own_home}/.netrc", "w") as netrc:
        netrc.write("machine 127.0.0.1 login user password hunter2\n")
    fake_registry.add("team/app", "1.0.0-slim")
    Registry(fake_registry.host).tags(app(fake_registry.host))
    assert [authorization for _, _, authorization in fake_registry.asked] == [""]


def test_a_registry_of_this_machine_is_asked_without_the_proxy(
    fake_registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://user:hunter2@127.0.0.1:1")
    fake_registry.add("team/app", "1.0.0-slim")
    assert Registry(fake_registry.host).tags(app(fake_registry.host)) == ("1.0.0-slim",)


def test_a_failing_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://user:hunter2@127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(Transient, match="its proxy does not answer") as caught:
        Registry("registry.example.com").tags(app("registry.example.com"))
    assert "hunter2" not in f"{caught.value.fact} {caught.value.remedy}"
    assert caught.value.__suppress_context__


def test_no_such_repository(fake_registry: FakeRegistry) -> None:
    with pytest.raises(ScaffoldError, match="has no team/app") as caught:
        Registry(fake_registry.host).tags(app(fake_registry.host))
    assert caught.value.code == 2


def test_no_such_tag(fake_registry: FakeRegistry) -> None:
    with pytest.raises(ScaffoldError, match=r"has no team/app:1.0.0-slim") as caught:
        Registry(fake_registry.host).resolve(app(fake_registry.host), "1.0.0-slim")
    assert caught.value.code == 2


def test_a_single_manifest_is_refused(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim", single=True)
    with pytest.raises(Unfit, match="one platform's manifest"):
        Registry(fake_registry.host).resolve(app(fake_registry.host), "1.0.0-slim")


@pytest.mark.parametrize(
    ("digest", "reason"),
    [("sha256:" + "0" * 64, "has not the digest"), ("sha512:" + "0" * 128, "not a sha256"), ("x", "not a sha256")],
)
def test_a_wrong_digest_is_refused(fake_registry: FakeRegistry, digest: str, reason: str) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.digest = digest
    # The registry gives the index under the wrong digest too.
    fake_registry.manifests["team/app", digest] = fake_registry.manifests["team/app", "1.0.0-slim"]
    with pytest.raises(ScaffoldError, match=reason) as caught:
        Registry(fake_registry.host).resolve(app(fake_registry.host), "1.0.0-slim")
    assert not isinstance(caught.value, Transient)


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_failing_registry(fake_registry: FakeRegistry, status: int) -> None:
    fake_registry.status = status
    with pytest.raises(Transient) as caught:
        Registry(fake_registry.host).tags(app(fake_registry.host))
    assert "--offline to pin from the catalogue of 2026-10-10" in caught.value.remedy


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"<html>", b"\xff", b"[" * 99999])
def test_an_answer_that_is_no_json(fake_registry: FakeRegistry, body: bytes) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = body
    with pytest.raises(Transient, match="not a JSON object"):
        Registry(fake_registry.host).tags(app(fake_registry.host))


@pytest.mark.parametrize("body", [b'{"tags": null}', b"{}", b'{"tags": [1, {}]}', b'{"tags": "abc"}', b'{"tags": 5}'])
def test_an_answer_without_tags(fake_registry: FakeRegistry, body: bytes) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = body
    assert Registry(fake_registry.host).tags(app(fake_registry.host)) == ()


def test_a_huge_answer(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = b" " * (9 * 1024 * 1024)
    with pytest.raises(Transient, match="more than"):
        Registry(fake_registry.host).tags(app(fake_registry.host))


@pytest.mark.parametrize("entries", ['"x"', "5", "[1, {}]", '[{"platform": 5}]', '[{"platform": {"os": 1}}]'])
def test_an_index_of_nonsense_has_no_platforms(fake_registry: FakeRegistry, entries: str) -> None:
    kind, body = "application/vnd.oci.image.index.v1+json", f'{{"manifests": {entries}}}'.encode()
    fake_registry.manifests["team/app", "1"] = (kind, body)
    fake_registry.manifests["team/app", f"sha256:{hashlib.sha256(body).hexdigest()}"] = (kind, body)
    assert Registry(fake_registry.host).resolve(app(fake_registry.host), "1").platforms == ()


def test_a_hanging_registry_is_bounded(fake_registry: FakeRegistry) -> None:
    fake_registry.delay = 30
    begun = time.monotonic()
    with pytest.raises(Transient, match="no answer"):
        Registry(fake_registry.host, seconds=0.3).tags(app(fake_registry.host))
    assert time.monotonic() - begun < 3


def test_no_request_after_the_deadline(fake_registry: FakeRegistry) -> None:
    with pytest.raises(Transient, match="no answer within 0 s"):
        Registry(fake_registry.host, seconds=0).tags(app(fake_registry.host))
    assert not fake_registry.asked


@contextlib.contextmanager
def server_that_sends(answer: bytes) -> Iterator[str]:
    """A server that sends the same bytes to all and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        connection.recv(65536)
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nLink: <http://[>; rel="next"\r\nContent-Length: 2\r\n\r\n{}',
    ],
)
def test_broken_answers(answer: bytes) -> None:
    with server_that_sends(answer) as host, pytest.raises(Transient):
        Registry(host, seconds=5).tags(app(host))


def test_nothing_listens() -> None:
    with pytest.raises(Transient, match=r"127.0.0.1:1 could not be reached \(connection refused\)"):
        Registry("127.0.0.1:1").tags(app("127.0.0.1:1"))


def test_other_hosts_are_asked_by_https_alone() -> None:
    with server_that_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as host:
        port = host.rpartition(":")[2]
        # A loopback address in a form that is not known as one, so TLS is spoken, to a server that has none.
        with pytest.raises(Transient):
            Registry(f"0.0.0.0:{port}").tags(app(f"0.0.0.0:{port}"))


def lab_is_up() -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5000), timeout=1):
        return True
    return False


@pytest.mark.lab
def test_lab() -> None:
    if not lab_is_up():
        pytest.skip(f"no registry of stand-in images at {LAB}")
    node = Image(LAB, "docker.io/library/node", "{}-trixie-slim", "24")
    registry = Registry(LAB)
    assert {"24.17.0-trixie-slim", "24.19.0-trixie-slim"} <= set(registry.tags(node))
    found = registry.resolve(node, "24.19.0-trixie-slim")
    assert found.platforms == ("linux/amd64",) and len(found.digest) == 71
    with pytest.raises(Unfit):
        registry.resolve(node, "24.19.0-trixie-slim-amd64")
