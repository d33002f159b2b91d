from __future__ import annotations

import base64
import contextlib
import dataclasses
import hashlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold.authorization import Authorization
from scaffold.errors import ScaffoldError, Transient
from scaffold.failures import Absent, LoginNeeded, Unfit, Unreached, Untrusted
from scaffold.logins import Config
from scaffold.model import Image
from scaffold.registry import Index, Registry
from scaffold.transport import Transport
from tests import servers

if TYPE_CHECKING:
    import trustme

    from tests.conftest import FakeRegistry

LAB = "127.0.0.1:5000"


def opened(host: str, seconds: float = 10, scheme: str = "") -> Registry:
    """A registry that is asked without any login."""
    transport = Transport(seconds)
    return Registry(host, scheme, transport, Authorization(host, (), transport))


def resolve(host: str, tag: str) -> tuple[str, Index]:
    """Digest and index of a tag of team/app."""
    registry, image = opened(host), app(host)
    digest = registry.digest(image, tag)
    return digest, registry.index(image, tag, digest)


def app(host: str, repository: str = "team/app") -> Image:
    return Image(host, repository, "{}-slim", "1")


@pytest.mark.parametrize("page", [0, 1, 2, 3, 10])
def test_tags_on_pages(fake_registry: FakeRegistry, page: int) -> None:
    for number in range(7):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page = page
    assert opened(fake_registry.host).tags(app(fake_registry.host)) == tuple(f"1.0.{n}-slim" for n in range(7))


def test_tags_on_pages_that_go_round(fake_registry: FakeRegistry) -> None:
    for number in range(5):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page, fake_registry.loops = 2, True
    assert len(opened(fake_registry.host).tags(app(fake_registry.host))) == 5
    assert len(fake_registry.asked) < 10


def test_tags_on_too_many_pages(fake_registry: FakeRegistry) -> None:
    for number in range(210):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    fake_registry.page = 1
    with pytest.raises(Unreached, match="more than 200 pages"):
        opened(fake_registry.host).tags(app(fake_registry.host))


NODE_TAGS = [
    f"{major}.{minor}.{patch}{variant}"
    for major in (4, 22, 24, 26)
    for minor in range(12)
    for patch in range(3)
    for variant in ("", "-alpine3.24", "-trixie-slim")
]
"""A repository of some hundred tags."""


def of_line(tags: tuple[str, ...], prefix: str) -> set[str]:
    """The tags that begin so."""
    return {tag for tag in tags if tag.startswith(prefix)}


@pytest.mark.parametrize("prefix", ["24.", "4.", "26.", "24.11.2", "22.1."])
@pytest.mark.parametrize("page", [7, 50, 1000])
@pytest.mark.parametrize("honours_last", [True, False])
def test_tags_of_a_line_are_all_there(prefix: str, page: int, honours_last: bool) -> None:
    with servers.Registry(page=page, honours_last=honours_last) as server:
        server.add("team/app", NODE_TAGS)
        found = opened(server.host).tags(app(server.host), prefix)
        assert of_line(found, prefix) == of_line(tuple(NODE_TAGS), prefix) != set()


def test_a_list_in_order_is_entered_near_the_line_and_left_behind_it() -> None:
    with servers.Registry(page=50) as server:
        server.add("team/app", NODE_TAGS)
        found = opened(server.host).tags(app(server.host), "24.11.")
        assert len(server.asked) == 1 and server.asked[0].query["last"] == "24.11"
        assert len(found) == 50
        opened(server.host).tags(app(server.host))
        assert len(server.asked) == 1 + math.ceil(len(NODE_TAGS) / 50)


def test_a_line_that_is_not_there_is_looked_for_in_all() -> None:
    with servers.Registry(page=1000) as server:
        server.add("team/app", NODE_TAGS)
        assert set(opened(server.host).tags(app(server.host), "30.")) == set(NODE_TAGS)
        assert len(server.asked) == 2


def test_a_list_without_links_goes_on_behind_the_last_tag() -> None:
    tags = [f"1.{number}.0-slim" for number in range(2500)]
    with servers.Registry(links=False) as server:
        server.add("team/app", tags)
        assert set(opened(server.host).tags(app(server.host))) == set(tags)
        assert len(server.asked) == 3
    with servers.Registry(links=False, honours_last=False) as server:
        server.add("team/app", tags)
        assert len(opened(server.host).tags(app(server.host))) == 1000
        assert len(server.asked) == 2, "a page that brings nothing new is the last"


def test_a_list_without_order_is_read_to_its_end() -> None:
    with servers.Registry() as server:
        server.add("team/app", ["1.0.0-slim"])
        pages = {"": ["1.0.1-slim", "9.0.0-slim"], "2": ["1.0.2-slim"]}
        link = {"Link": '</v2/team/app/tags/list?mark=2>; rel="next"'}
        for mark, page in pages.items():
            reply = servers.reply_json({"tags": page}, headers={} if mark else link)
            server.misdeeds.append(
                lambda asked, mark=mark, reply=reply: reply if asked.query.get("mark", "") == mark else None
            )
        # In order of bytes the first page would be behind the prefix.
        unordered = servers.reply_json({"tags": ["9.0.0-slim", "1.0.1-slim"]}, headers=link)
        server.misdeeds.insert(0, lambda asked: None if "mark" in asked.query else unordered)
        assert "1.0.2-slim" in opened(server.host).tags(app(server.host), "1.")


def test_a_list_by_age_behind_the_last_is_not_taken_for_all() -> None:
    with servers.Registry() as server:
        server.add("team/app", NODE_TAGS)
        after = servers.reply_json({"tags": ["24.9.1", "24.10.0"]})
        server.misdeeds.append(lambda asked: after if "last" in asked.query else None)
        assert set(opened(server.host).tags(app(server.host), "24.")) == set(NODE_TAGS)


def test_few_tags_behind_the_line_are_no_reason_to_leave() -> None:
    with servers.Registry(page=3) as server:
        server.add("team/app", ["1.0.1-slim", "1.0.2-slim", "1.0.3-slim", "1.0.4-slim"])
        link = {"Link": '</v2/team/app/tags/list?last=1.0.3-slim>; rel="next"'}
        first = servers.reply_json({"tags": ["1.0.1-slim", "9.0.0-slim"]}, headers=link)
        server.misdeeds.append(lambda asked: first if asked.query.get("last") == "1" else None)
        assert "1.0.4-slim" in opened(server.host).tags(app(server.host), "1.")


def test_an_empty_page_is_not_the_last_one() -> None:
    with servers.Registry() as server:
        server.add("team/app", ["1.0.0-slim"])
        link = '</v2/team/app/tags/list?mark={}>; rel="next"'
        for mark, page, following in (("", ["1.0.1-slim"], "2"), ("2", [], "3"), ("3", ["1.0.2-slim"], "2")):
            reply = servers.reply_json({"tags": page}, headers={"Link": link.format(following)})
            server.misdeeds.append(
                lambda asked, mark=mark, reply=reply: reply if asked.query.get("mark", "") == mark else None
            )
        assert opened(server.host).tags(app(server.host)) == ("1.0.1-slim", "1.0.2-slim")
        assert len(server.asked) == 3, "a page that was read already is the last"


def test_a_link_with_another_path_is_followed_by_its_query() -> None:
    tags = [f"1.{number}.0-slim" for number in range(9)]
    with servers.Registry(page=4) as server:
        server.add("virtual/team/app", tags)
        image = app(server.host, "virtual/team/app")
        true = server.answer

        def without_a_part(asked: servers.Request) -> servers.Reply:
            reply = true(asked)
            link = reply.headers.get("Link", "")
            return dataclasses.replace(
                reply, headers={**reply.headers, **({"Link": link.replace("virtual/", "")} if link else {})}
            )

        server.answer = without_a_part  # type: ignore[method-assign]
        assert set(opened(server.host).tags(image)) == set(tags)


@pytest.mark.parametrize("status", [400, 404, 405, 422])
def test_a_registry_that_does_not_want_to_be_entered(status: int) -> None:
    with servers.Registry() as server:
        server.add("team/app", ["1.0.0-slim"])
        refusal = servers.reply_json({"errors": [{"code": "UNSUPPORTED"}]}, status)
        server.misdeeds.append(lambda asked: refusal if "last" in asked.query else None)
        if status == 404:
            with pytest.raises(Absent):
                opened(server.host).tags(app(server.host), "1.")
        else:
            assert opened(server.host).tags(app(server.host), "1.") == ("1.0.0-slim",)


@pytest.mark.parametrize("reply", [servers.Reply(405), servers.Reply(200), servers.Reply(400)])
def test_a_registry_without_head(reply: servers.Reply) -> None:
    with servers.Registry() as server:
        digest = server.add("team/app", "1.0.0-slim")
        server.misbehave(reply, method="HEAD")
        assert opened(server.host).digest(app(server.host), "1.0.0-slim") == digest


def test_who_we_were_sent_on_to_may_not_ask_for_a_login() -> None:
    """A host that answers 401 itself, and names where tokens are to be had, would get our login."""
    with servers.Registry() as server, servers.Registry() as other, servers.Registry() as thief:
        server.misbehave(servers.Reply(302, {"Location": f"{other.url}/v2/"}))
        challenge = f'Bearer realm="{thief.url}/token",service="x"'
        other.misbehave(servers.Reply(401, {"WWW-Authenticate": challenge}))
        auth = {server.host: {"auth": base64.b64encode(b"ada:planted").decode()}}
        transport = Transport(5)
        known = (Config("~/.docker/config.json", auth, {}, ""),)
        registry = Registry(server.host, "", transport, Authorization(server.host, known, transport))
        with pytest.raises(LoginNeeded):
            registry.tags(app(server.host))
        assert other.asked and not thief.asked and not other.authorizations()


def test_a_link_to_another_host_is_followed_here() -> None:
    with servers.Registry() as server, servers.Registry() as other:
        server.add("team/app", ["1.0.1-slim"])
        link = {"Link": f'<http://{other.host}/v2/team/app/tags/list?mark=2>; rel="next"'}
        first = servers.reply_json({"tags": ["1.0.0-slim"]}, headers=link)
        server.misdeeds.append(lambda asked: None if "mark" in asked.query else first)
        opened(server.host).tags(app(server.host))
        assert not other.asked and server.asked[-1].query == {"mark": "2"}


@pytest.mark.parametrize(("where", "questions"), [("index", 1), ("manifest", 3), ("label", 3), ("", 3)])
def test_version(where: str, questions: int) -> None:
    with servers.Registry() as server:
        digest = server.add("team/app", "nonroot", servers.bundle(version="3.13.5", where=where))
        image = replace(app(server.host), tag="nonroot", digest=digest)
        registry = opened(server.host)
        assert registry.version(image) == ("3.13.5" if where else "")
        assert len(server.asked) <= questions
        assert registry.index(image, "nonroot", digest).version == ("3.13.5" if where == "index" else "")


def test_a_registry_of_this_machine_may_speak_tls(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with servers.Registry(servers.leaf(authority, "127.0.0.1")) as server:
        server.add("team/app", "1.0.0-slim")
        assert opened(server.host, scheme="https").tags(app(server.host)) == ("1.0.0-slim",)


def test_resolve(fake_registry: FakeRegistry) -> None:
    digest = fake_registry.add("team/app", "1.0.0-slim", "linux/arm64/v8 linux/amd64 linux/arm/v7 windows/amd64")
    found, index = resolve(fake_registry.host, "1.0.0-slim")
    assert found == digest
    assert index == Index(("linux/amd64", "linux/arm/v7", "linux/arm64", "windows/amd64"))
    assert [method for method, _, _ in fake_registry.asked] == ["HEAD", "GET"]
    assert fake_registry.asked[1][1].endswith(digest)


def test_an_anonymous_token_is_fetched_once(fake_registry: FakeRegistry) -> None:
    digest = fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.login = "token"
    registry = opened(fake_registry.host)
    assert registry.tags(app(fake_registry.host)) == ("1.0.0-slim",)
    assert registry.digest(app(fake_registry.host), "1.0.0-slim") == digest
    assert sum(path.startswith("/token") for _, path, _ in fake_registry.asked) == 1


def test_netrc_is_not_sent(fake_registry: FakeRegistry, own_home: object) -> None:
    with open(f"{own_home}/.netrc", "w") as netrc:
        netrc.write("machine 127.0.0.1 login user password hunter2\n")
    fake_registry.add("team/app", "1.0.0-slim")
    opened(fake_registry.host).tags(app(fake_registry.host))
    assert [authorization for _, _, authorization in fake_registry.asked] == [""]


def test_a_registry_of_this_machine_is_asked_without_the_proxy(
    fake_registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://user:hunter2@127.0.0.1:1")
    fake_registry.add("team/app", "1.0.0-slim")
    assert opened(fake_registry.host).tags(app(fake_registry.host)) == ("1.0.0-slim",)


def test_no_such_repository(fake_registry: FakeRegistry) -> None:
    with pytest.raises(Absent, match="has no team/app") as caught:
        opened(fake_registry.host).tags(app(fake_registry.host))
    assert caught.value.code == 2


def test_no_such_tag(fake_registry: FakeRegistry) -> None:
    with pytest.raises(Absent, match=r"has no team/app:1.0.0-slim") as caught:
        resolve(fake_registry.host, "1.0.0-slim")
    assert caught.value.code == 2


def test_a_single_manifest_is_refused(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim", single=True)
    with pytest.raises(Unfit, match="one platform's manifest"):
        resolve(fake_registry.host, "1.0.0-slim")


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
        resolve(fake_registry.host, "1.0.0-slim")
    assert not isinstance(caught.value, Transient)


@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_failing_registry(fake_registry: FakeRegistry, status: int) -> None:
    fake_registry.status = status
    with pytest.raises(Unreached) as caught:
        opened(fake_registry.host, 2).tags(app(fake_registry.host))
    assert "--offline" in caught.value.remedy and "--timeout" in caught.value.remedy


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"<html>", b"\xff", b"[" * 99999])
def test_an_answer_that_is_no_json(fake_registry: FakeRegistry, body: bytes) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = body
    with pytest.raises(Transient, match="not a JSON object"):
        opened(fake_registry.host).tags(app(fake_registry.host))


@pytest.mark.parametrize("body", [b'{"tags": null}', b"{}", b'{"tags": [1, {}]}', b'{"tags": "abc"}', b'{"tags": 5}'])
def test_an_answer_without_tags(fake_registry: FakeRegistry, body: bytes) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = body
    assert opened(fake_registry.host).tags(app(fake_registry.host)) == ()


def test_a_huge_answer(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    fake_registry.body = b" " * (9 * 1024 * 1024)
    with pytest.raises(Transient, match="more than"):
        opened(fake_registry.host).tags(app(fake_registry.host))


@pytest.mark.parametrize("entries", ['"x"', "5", "[1, {}]", '[{"platform": 5}]', '[{"platform": {"os": 1}}]'])
def test_an_index_of_nonsense_has_no_platforms(fake_registry: FakeRegistry, entries: str) -> None:
    kind, body = "application/vnd.oci.image.index.v1+json", f'{{"manifests": {entries}}}'.encode()
    fake_registry.manifests["team/app", "1"] = (kind, body)
    fake_registry.manifests["team/app", f"sha256:{hashlib.sha256(body).hexdigest()}"] = (kind, body)
    assert resolve(fake_registry.host, "1")[1].platforms == ()


def test_a_hanging_registry_is_bounded(fake_registry: FakeRegistry) -> None:
    fake_registry.delay = 30
    begun = time.monotonic()
    with pytest.raises(Transient, match="no answer"):
        opened(fake_registry.host, 0.3).tags(app(fake_registry.host))
    assert time.monotonic() - begun < 3


def test_no_request_after_the_deadline(fake_registry: FakeRegistry) -> None:
    with pytest.raises(Transient, match="no answer within 0 s"):
        opened(fake_registry.host, 0).tags(app(fake_registry.host))
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
        opened(host, 5).tags(app(host))


def test_nothing_listens() -> None:
    with pytest.raises(Transient, match=r"127.0.0.1:1 could not be reached \(connection refused\)"):
        opened("127.0.0.1:1").tags(app("127.0.0.1:1"))


def test_other_hosts_are_asked_by_https_alone() -> None:
    with server_that_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as host:
        port = host.rpartition(":")[2]
        # A loopback address in a form that is not known as one, so TLS is spoken, to a server that has none.
        with pytest.raises((Untrusted, Unreached)):
            opened(f"0.0.0.0:{port}").tags(app(f"0.0.0.0:{port}"))


def lab_is_up() -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5000), timeout=1):
        return True
    return False


@pytest.mark.lab
def test_lab() -> None:
    if not lab_is_up():
        pytest.skip(f"no registry of stand-in images at {LAB}")
    node = Image(LAB, "docker.io/library/node", "{}-trixie-slim", "24")
    registry = opened(LAB)
    assert {"24.17.0-trixie-slim", "24.19.0-trixie-slim"} <= set(registry.tags(node))
    digest = registry.digest(node, "24.19.0-trixie-slim")
    assert registry.index(node, "24.19.0-trixie-slim", digest).platforms == ("linux/amd64",) and len(digest) == 71
    with pytest.raises(Unfit):
        registry.digest(node, "24.19.0-trixie-slim-amd64")
