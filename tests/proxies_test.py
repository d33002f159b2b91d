from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from scaffold import transport
from scaffold.errors import ScaffoldError
from scaffold.failures import Unreached
from scaffold.proxies import Proxy, is_loopback, proxy_of
from scaffold.transport import Answer, Transport
from tests import servers
from tests.servers import Registry, Run, Server, basic, leaf

NAME = "registry.example.test"
"""A host that only a proxy of ours knows."""

NEAR = "http://proxy.test:3128"


pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture
def trust(authority: trustme.CA, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that is trusted."""
    authority.cert_pem.write_to_path(str(own_home / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(own_home / "authority.pem"))
    return authority


def reach(url: str, seconds: float = 5) -> Answer:
    return Transport(seconds).send("GET", f"{url}/v2/", {})


def told(error: ScaffoldError) -> str:
    """All that a user sees of an error, which has no cause that could be shown beside."""
    assert error.__suppress_context__ or not error.__context__
    return f"{error.fact} {error.remedy}"


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"127.0.0.1:{listening.getsockname()[1]}"


def password() -> str:
    """One with all that could go wrong."""
    return f"{secrets.token_hex(12)}:/@ %&+#é€{secrets.token_hex(4)}"


# Which proxy it is.


@pytest.mark.parametrize(
    ("settings", "scheme", "url"),
    [
        ({}, "https", ""),
        ({"HTTPS_PROXY": NEAR}, "https", NEAR),
        ({"https_proxy": NEAR}, "https", NEAR),
        ({"HTTPS_PROXY": NEAR}, "http", ""),
        ({"HTTP_PROXY": NEAR}, "http", NEAR),
        ({"http_proxy": NEAR}, "http", NEAR),
        ({"HTTP_PROXY": NEAR}, "https", ""),
        ({"ALL_PROXY": NEAR}, "http", NEAR),
        ({"all_proxy": NEAR}, "https", NEAR),
        ({"ALL_PROXY": "http://other.test", "HTTPS_PROXY": NEAR}, "https", NEAR),
        ({"HTTPS_PROXY": "http://other.test", "https_proxy": NEAR}, "https", NEAR),
        ({"HTTPS_PROXY": NEAR, "https_proxy": ""}, "https", ""),
        ({"HTTPS_PROXY": ""}, "https", ""),
        ({"HTTPS_PROXY": "proxy.test:3128"}, "https", NEAR),
        ({"HTTPS_PROXY": f"{NEAR}/path?query"}, "https", NEAR),
        ({"HTTPS_PROXY": "https://proxy.test"}, "https", "https://proxy.test"),
        ({"HTTPS_PROXY": "HTTP://proxy.test:3128"}, "https", NEAR),
        ({"HTTPS_PROXY": "http://[::1]:3128"}, "https", "http://[::1]:3128"),
    ],
)
def test_the_proxy(monkeypatch: pytest.MonkeyPatch, settings: Mapping[str, str], scheme: str, url: str) -> None:
    for variable, value in settings.items():
        monkeypatch.setenv(variable, value)
    assert proxy_of(scheme, NAME) == (Proxy(url, "") if url else None)


@pytest.mark.parametrize(
    ("login", "read"),
    [
        ("user:secret@", "user:secret"),
        ("user@", "user:"),
        ("us%3Aer:p%40ss%2f%c3%a9@", "us:er:p@ss/é"),
        ("user:p@ss@", "user:p@ss"),
        (":secret@", ":secret"),
        ("@", ""),
    ],
)
def test_the_login_of_a_proxy(monkeypatch: pytest.MonkeyPatch, login: str, read: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{login}proxy.test:3128")
    assert proxy_of("https", NAME) == Proxy(NEAR, read)


def test_the_login_of_a_proxy_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secrets.token_hex(16)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{secret}@proxy.test:3128")
    found = proxy_of("https", NAME)
    assert found and found.login == f"user:{secret}"
    assert secret not in f"{found!r} {found} {found.url}"


@pytest.mark.parametrize(
    "address",
    [
        *("socks5://{}@proxy.test:1080", "socks5h://{}@proxy.test", "socks4://{}@proxy.test", "ftp://{}@proxy.test"),
        *("http://", "http://{}@", "http://{}@[/", "http://{}@proxy.test:port", "http://user:a/{}@proxy.test:99999"),
    ],
)
def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    secret = secrets.token_hex(16)
    monkeypatch.setenv("HTTPS_PROXY", address.format(f"user:{secret}"))
    with pytest.raises(ScaffoldError, match=r"^The proxy for https cannot be used") as caught:
        reach(f"https://{NAME}")
    assert "HTTPS_PROXY" in caught.value.remedy and caught.value.code == 2
    assert secret not in told(caught.value)


# Hosts without one.


@pytest.mark.parametrize(
    ("exceptions", "host", "bypassed"),
    [
        ("", NAME, False),
        (NAME, NAME, True),
        (NAME, f"{NAME}:5000", True),
        (NAME.upper(), NAME, True),
        (NAME, NAME.upper(), True),
        ("example.test", NAME, True),
        (".example.test", NAME, True),
        ("*.example.test", NAME, True),
        (".example.test", f"{NAME}:5000", True),
        ("ple.test", NAME, False),
        ("test.example", NAME, False),
        (f"x.{NAME}", NAME, False),
        ("*", NAME, True),
        ("other.test, *", NAME, True),
        (f"other.test,{NAME}", NAME, True),
        (f" other.test , {NAME} ,", NAME, True),
        (",,.,", NAME, False),
        (f"{NAME}:5000", f"{NAME}:5000", True),
        (f"{NAME}:5000", f"{NAME}:5001", False),
        (f"{NAME}:5000", NAME, False),
        (f"{NAME}:443", NAME, True),
        (f"{NAME}:80", NAME, False),
        ("example.test:5000", f"{NAME}:5000", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "10.1.2.3:5000", True),
        ("10.1.2.3/8", "10.9.9.9", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("10.0.0.0/8", NAME, False),
        ("10.0.0.0/99", "10.0.0.1", False),
        ("10.1.2.3", "10.1.2.3:5000", True),
        ("10.1.2.3:5000", "10.1.2.3:5000", True),
        ("10.1.2.3", "210.1.2.3", False),
        ("fd00::/8", "[fd00::1]:5000", True),
        ("fd00::/8", "[fe80::1]", False),
        ("10.0.0.0/8", "[fd00::1]", False),
        ("fd00::1", "[fd00::1]:5000", True),
        ("[fd00::1]", "[fd00:0::1]", True),
        ("/", NAME, False),
    ],
)
@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_hosts_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variable: str, exceptions: str, host: str, bypassed: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", NEAR)
    monkeypatch.setenv(variable, exceptions)
    assert (proxy_of("https", host) is None) == bypassed


def test_the_port_of_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", NEAR)
    monkeypatch.setenv("NO_PROXY", f"{NAME}:80")
    assert proxy_of("http", NAME) is None


LOOPBACK = ["localhost", "LocalHost:5000", "127.0.0.1", "127.0.0.1:5000", "127.255.3.4", "[::1]", "[::1]:5000"]
FAR = ["example.com", "localhost.example.com", "127.0.0.1.example.com", "notlocalhost", "128.0.0.1", "0.0.0.0", ""]


@pytest.mark.parametrize("host", LOOPBACK)
def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", NEAR)
    assert is_loopback(host) and proxy_of("http", host) is None and proxy_of("https", host) is None


@pytest.mark.parametrize("host", [*FAR, "127.0.0.\u0661", "user@localhost", "localhost:", "[::2]", "127.0.0.1/x"])
def test_what_is_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


def test_this_machine_is_asked_itself(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, registry = run(servers.Proxy({})), run(Registry())
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    assert reach(f"http://user@{registry.host}").status == 200
    assert not proxy.asked


# What goes through one.


class SealedProxy(servers.Proxy):
    """A proxy that itself is spoken to by TLS."""

    def __init__(self, routes: Mapping[str, str], certificate: trustme.LeafCert) -> None:
        Server.__init__(self, certificate)
        self.routes, self.users = routes, None


def test_plain_http(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = run(servers.Proxy({f"{NAME}:80": run(Registry()).host}))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    assert reach(f"http://{NAME}").status == 200
    assert [asked.target for asked in proxy.asked] == [f"http://{NAME}/v2/"]


def test_tls(run: Run, trust: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = run(Registry(leaf(trust, NAME)))
    proxy = run(servers.Proxy({f"{NAME}:5000": registry.host}))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    shared = Transport(5)
    assert [shared.send("GET", f"https://{NAME}:5000/v2/", {}).status for _ in range(3)] == [200] * 3
    assert [(asked.method, asked.target) for asked in proxy.asked] == [("CONNECT", f"{NAME}:5000")]


def test_a_certificate_behind_a_proxy(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = run(Registry(leaf(trustme.CA(), NAME)))
    monkeypatch.setenv("HTTPS_PROXY", run(servers.Proxy({f"{NAME}:443": registry.host})).url)
    with pytest.raises(ScaffoldError, match=f"^{NAME} has a TLS certificate that is not accepted"):
        reach(f"https://{NAME}")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_with_tls(
    run: Run, trust: trustme.CA, monkeypatch: pytest.MonkeyPatch, scheme: str, variable: str
) -> None:
    monkeypatch.setenv(variable, os.environ["SSL_CERT_FILE"])
    if variable != "SSL_CERT_FILE":
        monkeypatch.delenv("SSL_CERT_FILE")
    registry = run(Registry(leaf(trust, NAME) if scheme == "https" else None))
    proxy = run(SealedProxy({f"{NAME}:{443 if scheme == 'https' else 80}": registry.host}, leaf(trust)))
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    assert reach(f"{scheme}://{NAME}").status == 200
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_login(run: Run, trust: trustme.CA, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    secret = password()
    registry = run(Registry(leaf(trust, NAME) if scheme == "https" else None))
    proxy = run(servers.Proxy({f"{NAME}:5000": registry.host}, {"bob": secret}))
    monkeypatch.setenv("ALL_PROXY", f"http://bob:{quote(secret, safe='')}@{proxy.host}")
    assert reach(f"{scheme}://{NAME}:5000").status == 200
    assert proxy.asked[0].headers["proxy-authorization"] == basic("bob", secret)
    assert not [name for asked in registry.asked for name in asked.headers if "auth" in name]


@pytest.mark.parametrize("wrong", ["", "bob:{}@"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_login_that_is_refused(
    run: Run, trust: trustme.CA, monkeypatch: pytest.MonkeyPatch, scheme: str, wrong: str
) -> None:
    secret = password()
    proxy = run(servers.Proxy({}, {"bob": password()}))
    monkeypatch.setenv("ALL_PROXY", f"http://{wrong.format(quote(secret, safe=''))}{proxy.host}")
    with pytest.raises(Unreached, match=rf"^{NAME} could not be reached \(its proxy ") as caught:
        reach(f"{scheme}://{NAME}")
    assert secret[:24] not in told(caught.value)
    assert len(proxy.asked) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kind", ["refused", "unknown"])
def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch, scheme: str, kind: str) -> None:
    secret = password()
    host = closed_port() if kind == "refused" else "proxy.example.test:3128"
    monkeypatch.setenv("ALL_PROXY", f"http://bob:{quote(secret, safe='')}@{host}")
    with pytest.raises(Unreached, match=rf"^{NAME} could not be reached \(its proxy does not answer") as caught:
        reach(f"{scheme}://{NAME}")
    assert secret[:24] not in told(caught.value)


def test_a_host_that_a_proxy_does_not_reach(run: Run, trust: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", ())
    monkeypatch.setenv("ALL_PROXY", run(servers.Proxy({})).url)
    with pytest.raises(Unreached, match="refuses to connect us"):
        reach(f"https://{NAME}")
    assert reach(f"http://{NAME}").status == 502
