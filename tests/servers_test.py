"""That the servers of other tests do what they claim, by plain clients."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
import trustme

from tests.servers import (
    INDEX,
    MANIFEST,
    MODES,
    NEVER,
    SERVICE,
    VERSION,
    Helper,
    Proxy,
    RealRegistry,
    Registry,
    Reply,
    Run,
    TokenServer,
    basic,
    bundle,
    leaf,
    silent,
    single,
)

TAGS = "/v2/team/app/tags/list"
PASSWORD = "the password of a test"


class Got(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        """The body read as JSON."""
        content: dict[str, object] = json.loads(self.body)
        return content


def client(host: str, authority: trustme.CA | None = None) -> http.client.HTTPConnection:
    if authority is None:
        return http.client.HTTPConnection(host, timeout=5)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return http.client.HTTPSConnection(host, timeout=5, context=context)


def send(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None, **headers: str
) -> Got:
    with contextlib.closing(connection):
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        with connection.getresponse() as response:
            return Got(response.status, response.headers, response.read())  # type: ignore[arg-type]


def get(host: str, path: str, authority: trustme.CA | None = None, **headers: str) -> Got:
    return send(client(host, authority), "GET", path, **headers)


def post(host: str, path: str, **fields: str) -> Got:
    return send(client(host), "POST", path, urlencode(fields), Content_Type="application/x-www-form-urlencoded")


def app(run: Run, server: Registry) -> Registry:
    """The registry, started, with an image."""
    server.add("team/app", ["1.0.0", "1.0.1"])
    return run(server)


@pytest.mark.parametrize("where", ["index", "manifest", "label"])
def test_an_index_says_its_version(where: str) -> None:
    made = bundle("linux/amd64 linux/arm64/v8", "1.2.3", where)
    index = json.loads(made.top.body)
    manifests = [json.loads(manifest.body) for manifest in made.manifests]
    by_digest = {blob.digest: blob.body for blob in made.blobs}
    configs = [json.loads(by_digest[manifest["config"]["digest"]]) for manifest in manifests]
    assert [entry["digest"] for entry in index["manifests"]] == [manifest.digest for manifest in made.manifests]
    assert index["manifests"][1]["platform"] == {"os": "linux", "architecture": "arm64", "variant": "v8"}
    said = {
        "index": [index.get("annotations")],
        "manifest": [manifest.get("annotations") for manifest in manifests],
        "label": [config["config"].get("Labels") for config in configs],
    }
    assert {place for place, values in said.items() if values[0]} == {where}
    assert all(value == {VERSION: "1.2.3"} for value in said[where])


def test_two_indexes_differ() -> None:
    assert bundle().top.digest != bundle().top.digest


def test_a_registry(run: Run) -> None:
    registry = app(run, Registry())
    tag = get(registry.host, "/v2/team/app/manifests/1.0.0")
    assert tag.headers["Content-Type"] == INDEX
    digest = f"sha256:{hashlib.sha256(tag.body).hexdigest()}"
    assert tag.headers["Docker-Content-Digest"] == digest
    assert get(registry.host, f"/v2/team/app/manifests/{digest}").body == tag.body
    manifest = get(registry.host, f"/v2/team/app/manifests/{json.loads(tag.body)['manifests'][0]['digest']}")
    assert manifest.headers["Content-Type"] == MANIFEST
    config = get(registry.host, f"/v2/team/app/blobs/{json.loads(manifest.body)['config']['digest']}")
    assert config.json["architecture"] == "amd64"
    assert get(registry.host, "/v2/").status == 200
    assert get(registry.host, "/v2/team/app/manifests/2").status == 404
    assert get(registry.host, "/v2/team/other/tags/list").status == 404
    head = send(client(registry.host), "HEAD", "/v2/team/app/manifests/1.0.0")
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(tag.body)))
    assert [request.method for request in registry.asked] == [*(["GET"] * 7), "HEAD"]


def pages(host: str, path: str) -> list[list[str]]:
    """All pages of a list of tags, by their links."""
    found = []
    while path:
        got = get(host, path)
        found.append(got.json["tags"])
        path = got.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("honours_last", [True, False])
def test_pages_by_links(run: Run, honours_last: bool) -> None:
    registry = Registry(page=100, honours_last=honours_last)
    names = [f"1.{minor}.{patch}" for minor in range(10) for patch in range(100)]
    registry.add("team/app", names)
    run(registry)
    found = pages(registry.host, TAGS)
    assert len(found) == 10 and sorted(names) == [tag for page in found for tag in page]
    assert [len(page) for page in pages(registry.host, f"{TAGS}?n=30")] == [30] * 33 + [10]
    after = get(registry.host, f"{TAGS}?last=1.9.98").json["tags"]
    assert after == ["1.9.99"] if honours_last else len(after) == 100  # type: ignore[arg-type]


def test_pages_without_links(run: Run) -> None:
    registry = app(run, Registry(page=1, links=False))
    first = get(registry.host, TAGS)
    assert first.json["tags"] == ["1.0.0"] and not first.headers.get("Link")
    assert get(registry.host, f"{TAGS}?last=1.0.0").json["tags"] == ["1.0.1"]


def test_faults(run: Run) -> None:
    registry = app(run, Registry())
    registry.misbehave(Reply(429, {"Retry-After": "1"}), "/tags/", times=2)
    registry.misbehave(Reply(500), "/manifests/", method="GET")
    assert [get(registry.host, TAGS).status for _ in range(3)] == [429, 429, 200]
    assert get(registry.host, "/v2/team/app/manifests/1.0.0").status == 500
    assert send(client(registry.host), "HEAD", "/v2/team/app/manifests/1.0.0").status == 200


def test_a_length_that_is_not_the_true_one(run: Run) -> None:
    registry = app(run, Registry())
    registry.misbehave(Reply(200, {}, b"{}", length=100))
    with pytest.raises(http.client.IncompleteRead):
        get(registry.host, TAGS)


def test_drops(run: Run) -> None:
    registry = app(run, Registry())
    registry.misbehave(Reply(body=b"12345", drip=0.05))
    begun = time.monotonic()
    assert get(registry.host, TAGS).body == b"12345"
    assert time.monotonic() - begun > 0.2
    registry.misdeeds.clear()
    registry.misbehave(Reply(body=b"12345", drip=0.001, crawls=True))
    begun = time.monotonic()
    assert get(registry.host, TAGS).body == b"12345"
    assert time.monotonic() - begun > 0.05


def test_no_answer(run: Run) -> None:
    registry = app(run, Registry())
    registry.misbehave(NEVER)
    with silent() as nobody:
        for host in (registry.host, nobody):
            connection = http.client.HTTPConnection(host, timeout=0.2)
            with pytest.raises(TimeoutError):
                send(connection, "GET", TAGS)
    assert len(registry.asked) == 1


def test_tls(run: Run, authority: trustme.CA) -> None:
    registry = app(run, Registry(leaf(authority)))
    assert registry.url == f"https://{registry.host}"
    assert get(registry.host, TAGS, authority).status == 200
    assert get(f"localhost:{registry.port}", TAGS, authority).status == 200
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        get(registry.host, TAGS, trustme.CA())


def test_an_expired_certificate(run: Run, authority: trustme.CA) -> None:
    registry = run(Registry(leaf(authority, expired=True)))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        get(registry.host, TAGS, authority)


def test_a_fault_of_the_server_itself_fails_the_test() -> None:
    registry = Registry()
    registry.misdeeds.append(lambda request: Reply(int("no number")))
    with pytest.raises(ValueError, match="no number"), registry, pytest.raises(http.client.RemoteDisconnected):
        get(registry.host, TAGS)


def test_a_basic_login(run: Run) -> None:
    registry = app(run, Registry(users={"ada": PASSWORD}))
    refused = get(registry.host, TAGS)
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, f'Basic realm="{SERVICE}"')
    assert get(registry.host, TAGS, Authorization=basic("ada", "another")).status == 401
    assert get(registry.host, TAGS, Authorization=basic("ada", PASSWORD)).status == 200
    assert registry.authorizations() == [basic("ada", "another"), basic("ada", PASSWORD)]


def token(server: TokenServer, repository: str, **headers: str) -> Got:
    scope = urlencode({"service": SERVICE, "scope": f"repository:{repository}:pull"})
    return get(server.host, f"/token?{scope}", None, **headers)


def test_tokens(run: Run, authority: trustme.CA) -> None:
    users, identities = {"ada": PASSWORD}, {"an identity": "ada"}
    server = run(TokenServer(authority, users, identities, private=["team/secret"]))
    registry = Registry(tokens=server)
    registry.add("team/app", "1")
    registry.add("team/secret", "1")
    run(registry)

    challenge = get(registry.host, TAGS).headers["WWW-Authenticate"]
    assert challenge == f'Bearer realm="{server.url}/token",service="{SERVICE}",scope="repository:team/app:pull"'

    def statuses(given: Got, *names: str) -> list[int]:
        header = f"Bearer {given.json['token']}"
        return [get(registry.host, f"/v2/{name}", Authorization=header).status for name in names]

    lists = ("team/app/tags/list", "team/secret/tags/list")
    assert statuses(token(server, "team/app"), *lists, "") == [200, 401, 200]
    assert statuses(token(server, "team/secret"), *lists) == [401, 401]
    assert statuses(token(server, "team/secret", Authorization=basic("ada", PASSWORD)), *lists) == [401, 200]
    assert token(server, "team/app", Authorization=basic("ada", "another")).status == 401

    fields = {"grant_type": "refresh_token", "service": SERVICE, "client_id": "test"}
    fields |= {"scope": "repository:team/secret:pull"}
    assert statuses(post(server.host, "/token", refresh_token="an identity", **fields), *lists) == [401, 200]
    assert post(server.host, "/token", refresh_token="another", **fields).status == 401
    assert server.asked[-1].form["refresh_token"] == "another"


def test_a_token_of_another_name(run: Run, authority: trustme.CA) -> None:
    server = run(TokenServer(authority, key="access_token"))
    assert "access_token" in token(server, "team/app").json


def test_a_proxy_of_whole_addresses(run: Run) -> None:
    registry = app(run, Registry())
    proxy = run(Proxy({"registry.example.test:80": registry.host}))
    target = f"http://registry.example.test{TAGS}"
    assert get(proxy.host, f"{target}?n=1", Authorization="Basic x", Proxy_Authorization="Basic y").json["tags"] == [
        "1.0.0"
    ]
    assert registry.asked[0].query == {"n": "1"} and registry.asked[0].authorization == "Basic x"
    assert "proxy-authorization" not in registry.asked[0].headers
    assert proxy.asked[0].target == f"{target}?n=1"
    assert get(proxy.host, "http://other.example.test/").status == 502


def test_a_proxy_that_connects(run: Run, authority: trustme.CA) -> None:
    registry = app(run, Registry(leaf(authority, "registry.example.test")))
    proxy = run(Proxy({"registry.example.test:443": registry.host}, {"bob": PASSWORD}))
    connection = client(proxy.host, authority)
    connection.set_tunnel("registry.example.test", 443, {"Proxy-Authorization": basic("bob", PASSWORD)})
    assert send(connection, "GET", TAGS).status == 200
    assert (proxy.asked[0].method, proxy.asked[0].target) == ("CONNECT", "registry.example.test:443")
    refused = client(proxy.host, authority)
    refused.set_tunnel("registry.example.test", 443)
    with pytest.raises(OSError, match="407"):
        send(refused, "GET", TAGS)


def helped(folder: Path, name: str, server: str, action: str = "get", seconds: float = 5) -> tuple[int, str, str]:
    command = [str(folder / f"docker-credential-{name}"), action]
    done = subprocess.run(command, input=server, capture_output=True, text=True, timeout=seconds)
    return done.returncode, done.stdout, done.stderr


def test_a_helper(tmp_path: Path) -> None:
    helper = Helper(tmp_path, "vault", {"127.0.0.1:5001": ("<token>", 'of "quotes" and $signs')})
    code, out, _ = helped(tmp_path, "vault", "127.0.0.1:5001\n")
    secret = 'of "quotes" and $signs'
    assert code == 0
    assert json.loads(out) == {"ServerURL": "127.0.0.1:5001", "Username": "<token>", "Secret": secret}
    assert helped(tmp_path, "vault", "gcr.io") == (1, "credentials not found in native keychain\n", "")
    assert helped(tmp_path, "vault", "gcr.io", "store")[0] == 2
    assert helper.calls() == ["get 127.0.0.1:5001", "get gcr.io", "store gcr.io"]


def test_helpers_that_fail(tmp_path: Path) -> None:
    for mode in MODES:
        Helper(tmp_path, mode, mode=mode)
    assert helped(tmp_path, "failing", "gcr.io")[::2] == (
        1,
        "error getting credentials: the keychain is locked\n",
    )
    assert helped(tmp_path, "nonsense", "gcr.io")[:2] == (0, "<html>\n")
    assert helped(tmp_path, "empty", "gcr.io")[:2] == (0, "")
    with pytest.raises(subprocess.TimeoutExpired):
        helped(tmp_path, "hanging", "gcr.io", seconds=0.2)


@pytest.mark.lab
def test_the_real_registry(run: Run, storage: Path) -> None:
    registry = run(RealRegistry(storage))
    for where in ("index", "manifest", "label"):
        made = bundle(version="1.2.3", where=where)
        assert registry.push("of/servers", where, made) == made.top.digest
        got = get(registry.host, f"/v2/of/servers/manifests/{where}", Accept=INDEX)
        assert got.headers["Docker-Content-Digest"] == made.top.digest and got.body == made.top.body
    registry.push("of/servers", "single", single())
    got = get(registry.host, "/v2/of/servers/manifests/single", Accept=MANIFEST)
    assert got.headers["Content-Type"] == MANIFEST
    assert len(get(registry.host, "/v2/of/servers/tags/list").json["tags"]) == 4  # type: ignore[arg-type]


@pytest.mark.lab
def test_the_real_registry_with_passwords(run: Run, storage: Path, authority: trustme.CA) -> None:
    run(RealRegistry(storage)).push("of/passwords", "1", bundle())
    registry = run(RealRegistry(storage, leaf(authority), users={"ada": PASSWORD}))
    path = "/v2/of/passwords/tags/list"
    assert get(registry.host, path, authority).status == 401
    assert get(registry.host, path, authority, Authorization=basic("ada", "another")).status == 401
    assert get(registry.host, path, authority, Authorization=basic("ada", PASSWORD)).json["tags"] == ["1"]


@pytest.mark.lab
def test_the_real_registry_takes_our_tokens(run: Run, storage: Path, authority: trustme.CA) -> None:
    run(RealRegistry(storage)).push("of/tokens", "1", bundle())
    server = run(TokenServer(authority, {"ada": PASSWORD}, private=["of/tokens"]))
    registry = run(RealRegistry(storage, tokens=server, authority=authority))
    path = "/v2/of/tokens/tags/list"
    assert f'Bearer realm="{server.url}/token"' in get(registry.host, path).headers["WWW-Authenticate"]
    anonymous = token(server, "of/tokens").json["token"]
    assert get(registry.host, path, Authorization=f"Bearer {anonymous}").status == 401
    given = token(server, "of/tokens", Authorization=basic("ada", PASSWORD)).json["token"]
    assert get(registry.host, path, Authorization=f"Bearer {given}").json["tags"] == ["1"]
    other = run(RealRegistry(storage, tokens=server, authority=trustme.CA()))
    assert get(other.host, path, Authorization=f"Bearer {given}").status == 401


def test_what_a_token_says(run: Run, authority: trustme.CA) -> None:
    server = run(TokenServer(authority))
    _, claims, _ = str(token(server, "team/app").json["token"]).split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert said["access"] == [{"type": "repository", "name": "team/app", "actions": ["pull"]}]


def test_a_port_where_nobody_answers_takes_connections() -> None:
    with silent() as host, socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=1) as there:
        there.settimeout(0.1)
        with pytest.raises(TimeoutError):
            there.recv(1)
