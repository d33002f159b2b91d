from __future__ import annotations

import contextlib
import datetime
import email.utils
import gzip
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from scaffold import __version__, transport
from scaffold.errors import Transient
from scaffold.failures import NoTLS, Unreached, Untrusted
from scaffold.transport import PAUSES, Answer, Transport
from tests.servers import NEVER, Reply, Request, Run, Server, basic, leaf, silent

OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = OK + b"Content-Length: 2\r\n\r\n{}"
LARGEST = 8 * 1024 * 1024
WRONG, OVER = "Mon, 99 Foo 20xx", "Sun, 06 Nov 1994 08:49:37 GMT"


class Scripted(Server):
    """Sends these replies one after another, and the last one from then on."""

    def __init__(self, *replies: Reply, certificate: trustme.LeafCert | None = None) -> None:
        super().__init__(certificate)
        self.replies = list(replies)

    def answer(self, request: Request) -> Reply:
        """The next reply."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextlib.contextmanager
def raw(*answers: bytes, family: socket.AddressFamily = socket.AF_INET, keeps: bool = False) -> Iterator[list[str]]:
    """A server that sends bytes and hangs up, other ones on each connection, the last ones from then on.

    Gives its host, and one more text for each connection. One that `keeps` answers all requests of a connection.
    """
    left = list(answers)
    with socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family) as listening:
        host, port = listening.getsockname()[:2]
        found = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    found.append("a connection")
                    with connection, contextlib.suppress(OSError):
                        answer = left.pop(0) if len(left) > 1 else left[0]
                        while connection.recv(65536):
                            connection.sendall(answer)
                            if not keeps:
                                break

        threading.Thread(target=serve, daemon=True).start()
        yield found


@contextlib.contextmanager
def breaking(server: Server) -> Iterator[str]:
    """Stands before a server, and hangs up on the first connection, before any answer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                first, _ = listening.accept()
                with first:
                    first.recv(65536)
                near, _ = listening.accept()
                with near, socket.create_connection(("127.0.0.1", server.port)) as far:
                    threading.Thread(target=pump, args=(near, far), daemon=True).start()
                    pump(far, near)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def pump(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)


def get(url: str, seconds: float = 10, method: str = "GET", **headers: str) -> Answer:
    return Transport(seconds).send(method, url, headers)


def later(seconds: float) -> str:
    """A moment as HTTP writes it."""
    return email.utils.format_datetime(datetime.datetime.now(datetime.UTC) + datetime.timedelta(0, seconds), True)


def elapsed(act: Callable[[], object]) -> float:
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that take hardly any time."""
    monkeypatch.setattr(transport, "PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture
def trusted(authority: trustme.CA, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.LeafCert:
    """A certificate of this machine, by an authority that is trusted."""
    authority.cert_pem.write_to_path(str(own_home / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(own_home / "authority.pem"))
    return leaf(authority)


# What is sent, and what comes back.


def test_a_request_and_its_answer(run: Run) -> None:
    server = run(Scripted(Reply(404, {"X-Some": "thing"}, b"body")))
    answer = get(f"{server.url}/a?b=c", Accept="text/plain")
    assert (answer.status, answer.headers["x-SOME"], answer.body, answer.url) == (
        *(404, "thing", b"body"),
        f"{server.url}/a?b=c",
    )
    (asked,) = server.asked
    assert (asked.method, asked.target, asked.headers["accept"]) == ("GET", "/a?b=c", "text/plain")
    assert asked.headers["user-agent"] == f"dockerscaffold/{__version__}" and not asked.authorization


def test_a_form(run: Run) -> None:
    server = run(Scripted(Reply()))
    form = {"one": "a b&c=ü", "two": ""}
    assert Transport(10).send("POST", server.url, {}, form).status == 200
    assert server.asked[0].body == b"one=a+b%26c%3D%C3%BC&two="
    assert server.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (WHOLE, b"{}"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", b"until the end"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: x\r\n\r\n", b"abcde"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b""),
        (OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 300_000), b"x" * 300_000),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", b""),
    ],
    ids=["length", "1.0", "chunks", "no chunk", "gzip", "204", "304"],
)
def test_forms_of_a_body(answer: bytes, body: bytes) -> None:
    with raw(answer) as found:
        assert get(f"http://{found[0]}/").body == body


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", OK + b"Content-Length: 1234\r\n\r\n"),
        ("GET", WHOLE),
        ("GET", OK + b"Content-Length: 0\r\n\r\n"),
        ("GET", OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    ],
    ids=["head", "get", "empty", "chunks"],
)
def test_a_connection_is_used_again(method: str, answer: bytes) -> None:
    with raw(answer, keeps=True) as found:
        shared = Transport(10)
        assert [shared.send(method, f"http://{found[0]}/{n}", {}).status for n in range(5)] == [200] * 5
        assert found[1:] == ["a connection"]


def test_two_headers_of_one_name_are_one() -> None:
    with raw(b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nwww-authenticate: Bearer\r\n\r\n") as found:
        assert get(f"http://{found[0]}/").headers["WWW-Authenticate"] == "Basic realm=x, Bearer"


def test_head_has_no_body(run: Run) -> None:
    server = run(Scripted(Reply(body=b"body")))
    answer = get(server.url, method="HEAD")
    assert (answer.body, answer.headers["Content-Length"]) == (b"", "4")


def test_an_address_of_ipv6() -> None:
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(raw(WHOLE, family=socket.AF_INET6))
        except OSError:
            pytest.skip("no IPv6 on this machine")
        assert get(f"http://{found[0]}/").body == b"{}"
    with pytest.raises(Unreached) as caught:
        get("http://[::1]:1/")
    assert caught.value.host == "[::1]:1"


def test_many_threads_share_one(run: Run) -> None:
    class Echo(Server):
        def answer(self, request: Request) -> Reply:
            return Reply(body=request.target.encode(), pause=0.01)

    server, shared = run(Echo()), Transport(10)
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda n: shared.send("GET", f"{server.url}/{n}", {}).body, range(100))
        assert list(answers) == [f"/{n}".encode() for n in range(100)]


# Other tries.


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(run: Run, status: int) -> None:
    server = run(Scripted(Reply(status), Reply(status), Reply(200)))
    assert get(server.url).status == 200
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 418, 501, 505])
def test_what_will_not_pass_is_asked_once(run: Run, status: int) -> None:
    server = run(Scripted(Reply(status), Reply(200)))
    assert get(server.url).status == status
    assert len(server.asked) == 1


def test_four_tries_with_pauses(run: Run) -> None:
    server = run(Scripted(Reply(503)))
    assert sum(PAUSES) <= elapsed(lambda: get(server.url)) < sum(PAUSES) + 1
    assert get(server.url, seconds=0.2).status == 503, "no try where the pause takes all the time"
    assert len(server.asked) == 4 + 1


BREAKS = {
    "nothing": b"",
    "no http": b"nonsense\r\n\r\n",
    "half a body": OK + b"Content-Length: 100\r\n\r\n{",
    "half a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
    "no last chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "no chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "endless head": OK + b"A: b\r\n" * 200 + b"\r\n",
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("broken", BREAKS)
def test_a_connection_that_breaks(broken: str) -> None:
    with raw(BREAKS[broken], BREAKS[broken], WHOLE) as found:
        assert get(f"http://{found[0]}/").body == b"{}"
        assert len(found[1:]) == 3
    with raw(BREAKS[broken]) as found, pytest.raises(Unreached, match=r" could not be reached \(") as caught:
        get(f"http://{found[0]}/")
    assert len(found[1:]) == 4 and caught.value.host == found[0] and caught.value.__suppress_context__


@pytest.mark.usefixtures("hasty")
def test_a_broken_connection_says_so() -> None:
    with raw(BREAKS["half a body"]) as found, pytest.raises(Unreached) as caught:
        get(f"http://{found[0]}/")
    assert caught.value.fact == f"{found[0]} could not be reached (its answer broke off)."
    assert isinstance(caught.value, Transient) and "--timeout" in caught.value.remedy


def test_a_broken_handshake_is_tried_again(run: Run, trusted: trustme.LeafCert) -> None:
    with breaking(run(Scripted(Reply(body=b"{}"), certificate=trusted))) as host:
        assert get(f"https://{host}/").body == b"{}"


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("1", 1, 1.8),
        (later, 1, 2.8),
        *((nothing, 0, 0.9) for nothing in ("0", "", "-1", "1.5", "soon", "1 s", WRONG, OVER)),
        ("Sun Nov  6 08:49:37 1994", 0, 0.9),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 0, 0.9),
    ],
)
def test_a_wait_that_is_asked_for(run: Run, asked: str, least: float, most: float) -> None:
    wait = asked if isinstance(asked, str) else later(2)
    server = run(Scripted(Reply(429, {"Retry-After": wait}), Reply(200)))
    assert least <= elapsed(lambda: get(server.url)) < most
    assert len(server.asked) == 2


@pytest.mark.parametrize("wait", ["3600", later, "9" * 5000], ids=["seconds", "date", "very long"])
@pytest.mark.parametrize(("status", "said"), [(429, "was asked too often"), (500, "answers 500"), (503, "answers 503")])
def test_a_wait_beyond_the_deadline(run: Run, status: int, said: str, wait: str) -> None:
    headers = {"Retry-After": wait if isinstance(wait, str) else later(3600)}
    server = run(Scripted(Reply(status, headers)))
    begun = time.monotonic()
    with pytest.raises(
        Unreached, match=rf"^{server.host} {said}, and wants us to wait (3\d+|inf) s, and there are 9\.5"
    ):
        get(server.url, seconds=9.5)
    assert len(server.asked) == 1 and time.monotonic() - begun < 1


def test_a_moment_without_a_zone_is_one_of_utc(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
        server = run(Scripted(Reply(429, {"Retry-After": now.strftime("%a %b %d %H:%M:%S %Y")})))
        with pytest.raises(Unreached, match=r"wait 3[56]\d\d s"):
            get(server.url)
    finally:
        monkeypatch.undo()
        time.tzset()


# The deadline.


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (NEVER, "no answer in time"),
        (Reply(body=b"x" * 1000, drip=0.05), "no whole answer within 0.4 s"),
        (Reply(302, {"Location": "/"}, pause=0.15), "no answer"),
    ],
    ids=["never", "drip", "redirects"],
)
def test_the_deadline(run: Run, reply: Reply, said: str) -> None:
    server, shared = run(Scripted(reply)), Transport(0.4)
    begun = time.monotonic()
    with pytest.raises(Unreached, match=said) as caught:
        shared.send("GET", server.url, {})
    assert 0.35 < time.monotonic() - begun < 1.5 and caught.value.host == server.host
    asked = len(server.asked)
    with pytest.raises(Unreached, match=r"could not be reached \(no answer within 0.4 s\)"):
        shared.send("GET", server.url, {})
    assert len(server.asked) == asked and shared.left == 0


def test_no_try_after_the_deadline(run: Run) -> None:
    server = run(Scripted(Reply(503, pause=0.1)))
    assert elapsed(lambda: get(server.url, seconds=0.5)) < 1
    assert len(server.asked) == 2


def test_nobody_speaks_tls_in_time() -> None:
    with silent() as host, pytest.raises(Unreached, match=r"\(no (connection|answer) in time\)"):
        assert elapsed(lambda: get(f"https://{host}/", seconds=0.3)) < 0.8


def test_a_host_that_hangs_in_its_handshake_holds_up_no_other(run: Run, trusted: trustme.LeafCert) -> None:
    server, shared = run(Scripted(Reply(), certificate=trusted)), Transport(1.5)
    with silent() as host:

        def hang() -> None:
            with contextlib.suppress(Unreached):
                shared.send("GET", f"https://{host}/", {})

        hanging = threading.Thread(target=hang)
        hanging.start()
        time.sleep(0.2)
        assert elapsed(lambda: shared.send("GET", server.url, {})) < 1
        hanging.join()


# Who is not there.


def test_a_refused_connection() -> None:
    with pytest.raises(Unreached) as caught:
        get("http://127.0.0.1:1/")
    assert caught.value.fact == "127.0.0.1:1 could not be reached (connection refused)."
    assert (caught.value.host, caught.value.code) == ("127.0.0.1:1", 75)


def test_an_unknown_name() -> None:
    with pytest.raises(Unreached, match=r"^registry.example.test could not be reached \(its name is not known\)\.$"):
        get("http://registry.example.test/")


@pytest.mark.parametrize("address", ["http://{}@127.0.0.1:1/{}?token={}", "http://{}@host:x/{}{}", "http://{}@[/{}#{}"])
def test_no_more_of_an_address_than_its_host_is_told(address: str) -> None:
    secret = secrets.token_hex(16)
    with pytest.raises(Unreached) as caught:
        get(address.format(f"user:{secret}", secret, secret))
    assert secret not in f"{caught.value.fact}{caught.value.remedy}{caught.value.host}"
    assert caught.value.__suppress_context__


# Redirects.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_redirect(run: Run, status: int, method: str) -> None:
    server = run(Scripted(Reply(status, {"Location": "../there?x=y"}), Reply(200)))
    answer = get(f"{server.url}/here/", method=method)
    assert (answer.status, answer.url) == (200, f"{server.url}/there?x=y")
    assert [(asked.method, asked.target) for asked in server.asked] == [(method, "/here/"), (method, "/there?x=y")]


@pytest.mark.parametrize("headers", [{}, {"Location": ""}])
@pytest.mark.parametrize("status", [300, 302, 304])
def test_a_redirect_to_nowhere_is_an_answer(run: Run, status: int, headers: dict[str, str]) -> None:
    assert get(run(Scripted(Reply(status, headers))).url).status == status


@pytest.mark.parametrize("times", [5, 6])
def test_as_many_redirects_as_are_followed(run: Run, times: int) -> None:
    server = run(Scripted(*[Reply(302, {"Location": f"/{n}"}) for n in range(times)], Reply(200)))
    if times == 5:
        assert get(server.url).status == 200
    else:
        with pytest.raises(Unreached, match=rf"^{server.host} sends us on more than 5 times\.$"):
            get(server.url)
    assert len(server.asked) == 6


def test_a_redirect_is_asked_again_too(run: Run, hasty: None) -> None:
    server = run(Scripted(Reply(302, {"Location": "/b"}), Reply(500), Reply(302, {"Location": "/b"}), Reply(200)))
    assert get(server.url).status == 200
    assert [asked.target for asked in server.asked] == ["/", "/b", "/", "/b"]


@pytest.mark.parametrize("place", ["/there", "{0.url}/there", "HTTP://{0.host}/there", "//{0.host}/there"])
def test_a_login_is_kept_on_its_origin(run: Run, place: str) -> None:
    login, server = basic("ada", secrets.token_hex(16)), Scripted(Reply(200))
    server.replies.insert(0, Reply(307, {"Location": place.format(server)}))
    assert get(run(server).url, Authorization=login).status == 200
    assert server.authorizations() == [login, login]


def test_a_login_is_dropped_on_the_way(run: Run) -> None:
    server, other = Scripted(Reply(200)), Scripted(Reply(200))
    server.replies.insert(0, Reply(307, {"Location": f"{other.url}/"}))
    other.replies.insert(0, Reply(307, {"Location": f"http://ada:password@localhost:{server.port}/"}))
    run(server)
    run(other)
    login = basic("ada", secrets.token_hex(16))
    assert get(server.url, Authorization=login, Accept="x").status == 200
    assert server.authorizations() == [login] and not other.authorizations()
    assert [asked.headers["accept"] for asked in (*server.asked, *other.asked)] == ["x"] * 3


def test_a_login_that_was_dropped_does_not_come_back(run: Run) -> None:
    server, other = Scripted(Reply(200)), Scripted(Reply(200))
    server.replies.insert(0, Reply(307, {"Location": other.url}))
    other.replies.insert(0, Reply(307, {"Location": server.url}))
    run(server)
    run(other)
    login = basic("ada", secrets.token_hex(16))
    assert get(server.url, Authorization=login).url == server.url
    assert server.authorizations() == [login] and len(server.asked) == 2


def test_a_form_is_posted_on_to_its_origin_alone(run: Run) -> None:
    server, other = Scripted(Reply(200)), Scripted(Reply(200))
    server.replies[:0] = [Reply(308, {"Location": "/there"}), Reply(200), Reply(307, {"Location": other.url})]
    run(server)
    run(other)
    form = {"refresh_token": secrets.token_hex(16)}
    assert Transport(10).send("POST", server.url, {}, form).status == 200
    assert [asked.form for asked in server.asked] == [form, form]
    with pytest.raises(Unreached, match="to another host with a login"):
        Transport(10).send("POST", server.url, {}, form)
    assert not other.asked


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("http://[", "no address"),
        ("https:///x", "no address"),
        ("http://host:port/", "no address"),
        ("http://host:99999/", "no address"),
        ("ftp://127.0.0.1/", "without encryption"),
        ("file:///etc/passwd", "no address"),
        (f"http://{'x' * 70}.test/", "could not be read"),
    ],
)
def test_a_redirect_that_cannot_be_followed(run: Run, place: str, said: str) -> None:
    server = run(Scripted(Reply(302, {"Location": place})))
    with pytest.raises(Unreached, match=said) as caught:
        get(server.url)
    assert caught.value.host == (server.host if "could" not in said else f"{'x' * 70}.test")


@pytest.mark.parametrize("prefix", ["http://", "HTTP://"])
def test_no_redirect_out_of_encryption(run: Run, trusted: trustme.LeafCert, prefix: str) -> None:
    other = run(Scripted(Reply(200)))
    server = run(Scripted(Reply(302, {"Location": f"{prefix}{other.host}/"}), certificate=trusted))
    with pytest.raises(Unreached, match=f"^{server.host} sends us on without encryption"):
        get(server.url)
    assert not other.asked


def test_a_redirect_into_encryption(run: Run, trusted: trustme.LeafCert) -> None:
    sealed = run(Scripted(Reply(200), certificate=trusted))
    server = run(Scripted(Reply(302, {"Location": sealed.url})))
    assert get(server.url, Authorization=basic("ada", "x")).url == sealed.url
    assert not sealed.authorizations()


# Long answers.


def test_the_largest_body(run: Run) -> None:
    server = run(Scripted(Reply(body=b"x" * LARGEST), Reply(body=b"x" * (LARGEST + 1))))
    assert len(get(server.url).body) == LARGEST
    with pytest.raises(Unreached, match=f"^{server.host} answers with more than {LARGEST} bytes"):
        get(server.url)
    assert len(server.asked) == 2


def test_a_body_that_unpacks_to_much_more(run: Run) -> None:
    packed = gzip.compress(b"\0" * (LARGEST + 1))
    with pytest.raises(Unreached, match="more than"):
        get(run(Scripted(Reply(200, {"Content-Encoding": "gzip"}, packed))).url)


def test_a_body_that_cannot_be_unpacked(run: Run) -> None:
    server = run(Scripted(Reply(200, {"Content-Encoding": "gzip"}, b"no gzip")))
    with pytest.raises(Unreached, match="its answer could not be read"):
        get(server.url)
    assert len(server.asked) == 1


# TLS. Which authorities are trusted is the matter of tls_test.py.


def test_tls(run: Run, trusted: trustme.LeafCert) -> None:
    server = run(Scripted(Reply(body=b"{}"), certificate=trusted))
    assert get(server.url).body == b"{}"
    assert get(f"https://localhost:{server.port}").body == b"{}"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("unknown", r"unable to get local issuer certificate"),
        ("expired", r"certificate has expired"),
        ("wrong name", r"IP address mismatch, certificate is not valid for '127\.0\.0\.1'"),
    ],
)
def test_a_certificate_that_is_not_accepted(
    run: Run, authority: trustme.CA, trusted: trustme.LeafCert, case: str, said: str
) -> None:
    certificates = {
        "unknown": lambda: leaf(trustme.CA()),
        "expired": lambda: leaf(authority, expired=True),
        "wrong name": lambda: leaf(authority, "other.example.test"),
    }
    server = run(Scripted(Reply(), certificate=certificates[case]()))
    begun = time.monotonic()
    with pytest.raises(Untrusted, match=rf" has a TLS certificate that is not accepted \({said}\)\.$") as caught:
        get(server.url)
    assert caught.value.host == server.host and not isinstance(caught.value, (NoTLS, Transient))
    assert "SSL_CERT_FILE" in caught.value.remedy and caught.value.code == 2
    assert not server.asked and time.monotonic() - begun < 1, "it is not tried again"


def test_plain_http_behind_https() -> None:
    with raw(b"HTTP/1.1 400 Bad Request\r\n\r\n") as found, pytest.raises(NoTLS, match="does not speak TLS") as caught:
        get(f"https://{found[0]}/")
    assert f"write it as http://{found[0]}" in caught.value.remedy and len(found[1:]) == 1
