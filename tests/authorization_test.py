from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import trustme

from scaffold import transport
from scaffold.authorization import Authorization
from scaffold.errors import ScaffoldError
from scaffold.failures import LoginNeeded, Unreached
from scaffold.logins import Config
from scaffold.model import Image
from scaffold.registry import Registry
from scaffold.transport import Transport
from tests import servers
from tests.servers import SERVICE, Helper, Reply, Request, Run, Server, TokenServer, basic, leaf, reply_json

APP, TOOL = "team/app", "team/tool"
USER = "ada"
FILE = "~/.docker/config.json"


class Tokens(Server):
    """A token server that sends one reply to all."""

    def __init__(self, reply: Reply, certificate: trustme.LeafCert | None = None) -> None:
        super().__init__(certificate)
        self.always = reply

    def answer(self, request: Request) -> Reply:
        """The reply."""
        return self.always


@pytest.fixture
def secret() -> str:
    return f"{secrets.token_hex(12)}:é+&={secrets.token_hex(4)}"


def known(host: str, entry: Mapping[str, str]) -> tuple[Config, ...]:
    """A file with one entry."""
    return (Config(FILE, {host: entry}, {}, ""),)


def with_password(host: str, password: str) -> tuple[Config, ...]:
    return known(host, {"username": USER, "password": password})


def opened(host: str, configs: tuple[Config, ...] = (), seconds: float = 5) -> Authorization:
    return Authorization(host, configs, Transport(seconds))


def tags(host: str, configs: tuple[Config, ...] = (), repositories: tuple[str, ...] = (APP,)) -> list[tuple[str, ...]]:
    """The tags of repositories of a registry, asked for one after another."""
    shared = Transport(5)
    registry = Registry(host, "http", shared, Authorization(host, configs, shared))
    return [registry.tags(Image(host, repository, "{}", "1")) for repository in repositories]


def stocked(registry: servers.Registry) -> servers.Registry:
    registry.add(APP, "1")
    registry.add(TOOL, "2")
    return registry


def bearer(tokens: Server, rest: str = f',service="{SERVICE}"') -> str:
    return f'Bearer realm="{tokens.url}/token"{rest}'


def told(error: ScaffoldError) -> str:
    """All that a user sees of an error, which has no cause that could be shown beside."""
    assert error.__suppress_context__ or not error.__context__
    return f"{error.fact} {error.remedy}"


# Tokens.


def test_an_anonymous_token(run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority))
    registry = run(stocked(servers.Registry(tokens=tokens)))
    assert tags(registry.host, repositories=(APP, APP, APP)) == [("1",)] * 3
    (asked,) = tokens.asked
    assert asked.query == {"service": SERVICE, "scope": f"repository:{APP}:pull"} and not asked.authorization
    assert asked.method == "GET" and asked.headers["accept"] == "application/json"
    assert len(registry.asked) == 4, "what was found out is sent at once from then on"


@pytest.mark.parametrize("key", ["token", "access_token"])
def test_a_token_by_a_password(run: Run, authority: trustme.CA, secret: str, key: str) -> None:
    tokens = run(TokenServer(authority, {USER: secret}, private=[APP], key=key))
    registry = run(stocked(servers.Registry(tokens=tokens)))
    assert tags(registry.host, with_password(registry.host, secret)) == [("1",)]
    assert tokens.authorizations() == [basic(USER, secret)]
    assert not [sent for sent in registry.authorizations() if sent.startswith("Basic")]


@pytest.mark.parametrize("key", ["token", "access_token"])
def test_a_token_by_an_identity_token(run: Run, authority: trustme.CA, secret: str, key: str) -> None:
    tokens = run(TokenServer(authority, identities={secret: USER}, private=[APP], key=key))
    registry = run(stocked(servers.Registry(tokens=tokens)))
    assert tags(registry.host, known(registry.host, {"identitytoken": secret})) == [("1",)]
    (asked,) = tokens.asked
    scope = f"repository:{APP}:pull"
    form = {"grant_type": "refresh_token", "refresh_token": secret, "service": SERVICE, "scope": scope}
    assert asked.method == "POST" and asked.form == form | {"client_id": "dockerscaffold"}
    assert asked.target == "/token" and not asked.authorization


def test_two_repositories_in_parallel_fetch_a_token_each(run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority))
    registry = run(stocked(servers.Registry(tokens=tokens)))
    shared = Transport(5)
    asked = Registry(registry.host, "http", shared, Authorization(registry.host, (), shared))
    begin = threading.Barrier(20)

    def ask(number: int) -> tuple[str, ...]:
        begin.wait()
        return asked.tags(Image(registry.host, (APP, TOOL)[number % 2], "{}", "1"))

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, range(20))) == [("1",), ("2",)] * 10
    assert sorted(request.query["scope"] for request in tokens.asked) == [
        f"repository:{name}:pull" for name in (APP, TOOL)
    ]


def test_a_slow_token_holds_up_no_other_repository(run: Run) -> None:
    class Slow(Server):
        def answer(self, request: Request) -> Reply:
            return Reply(200, {}, b'{"token": "x"}', pause=0.5 if APP in request.query["scope"] else 0)

    tokens = run(Slow())
    shared = opened("127.0.0.1:1")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shared.renew, APP, "", bearer(tokens), "http")
        time.sleep(0.1)
        assert shared.renew(TOOL, "", bearer(tokens), "http") == "Bearer x" and not slow.done()


def test_a_token_that_is_over_is_renewed(run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority))
    registry = run(stocked(servers.Registry(tokens=tokens)))
    shared = Transport(5)
    asked, image = Registry(registry.host, "http", shared, Authorization(registry.host, (), shared)), Image("", APP, "")
    assert asked.tags(image) == ("1",)
    tokens.granted.clear()
    assert asked.tags(image) == ("1",)
    assert len(tokens.asked) == 2


def test_a_token_that_was_renewed_meanwhile_is_taken(run: Run) -> None:
    tokens = run(Tokens(reply_json({"token": "new"})))
    shared = opened("127.0.0.1:1")
    assert shared.header(APP) == ""
    assert shared.renew(APP, "", bearer(tokens), "http") == "Bearer new" == shared.header(APP)
    assert shared.renew(APP, "Bearer old", bearer(tokens), "http") == "Bearer new"
    assert len(tokens.asked) == 1
    assert shared.renew(APP, "Bearer new", bearer(tokens), "http") == "Bearer new"
    assert len(tokens.asked) == 2 and shared.header(TOOL) == ""


def test_a_registry_that_is_never_content_is_not_asked_for_ever(run: Run) -> None:
    tokens = run(Tokens(reply_json({"token": "x"})))
    registry = run(servers.Registry())
    registry.misbehave(Reply(401, {"WWW-Authenticate": bearer(tokens)}))
    with pytest.raises(LoginNeeded, match=f"^{registry.host} wants a login for {APP}, or has no such image"):
        tags(registry.host)
    assert len(registry.asked) == 2 and len(tokens.asked) == 1


# What a token server says.


@pytest.mark.parametrize(
    "reply",
    [
        *(Reply(200, {}, body) for body in (b"", b"{", b"[]", b"null", b"{}", b'{"token": ""}', b'{"token": 5}')),
        *(
            Reply(200, {}, body)
            for body in (b'{"token": "a b"}', b'{"token": "a\\r\\nX: y"}', b'{"token": "\xc3\xa9"}')
        ),
        *(Reply(200, {}, body) for body in (b'{"token": "x\\n"}', b"[" * 99_999, b"9" * 5000)),
        *(Reply(status, {}, b'{"token": "x"}') for status in (404, 405, 501)),
    ],
)
def test_no_token(run: Run, reply: Reply) -> None:
    tokens = run(Tokens(reply))
    said = rf"^127.0.0.1:1 gave no token for {APP} \(its token server answered {reply.status}\)\.$"
    with pytest.raises(Unreached, match=said):
        opened("127.0.0.1:1").renew(APP, "", bearer(tokens), "http")
    assert len(tokens.asked) == 1


def test_a_token_server_that_fails_is_asked_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", (0.01,))
    tokens = run(Tokens(Reply(503)))
    with pytest.raises(Unreached, match="answered 503"):
        opened("127.0.0.1:1").renew(APP, "", bearer(tokens), "http")
    assert len(tokens.asked) == 2


def test_a_token_server_that_is_not_there() -> None:
    with pytest.raises(Unreached, match=r"127.0.0.1:1 could not be reached"):
        opened("127.0.0.1:2").renew(APP, "", 'Bearer realm="http://127.0.0.1:1/token"', "http")


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("kind", ["none", "password", "identity"])
def test_a_token_server_that_refuses(run: Run, secret: str, status: int, kind: str) -> None:
    tokens = run(Tokens(Reply(status, {}, b'{"token": "x"}')))
    entries = {"password": {"username": USER, "password": secret}, "identity": {"identitytoken": secret}}
    configs = known("127.0.0.1:1", entries[kind]) if kind in entries else ()
    with pytest.raises(LoginNeeded) as caught:
        opened("127.0.0.1:1", configs).renew(APP, "", bearer(tokens), "http")
    refused = f"127.0.0.1:1 does not accept the login in {FILE}."
    nobody = f"127.0.0.1:1 wants a login for {APP}, or has no such image."
    assert caught.value.fact == (refused if configs else nobody)
    assert "docker login 127.0.0.1:1" in caught.value.remedy and "--offline" in caught.value.remedy
    assert caught.value.host == "127.0.0.1:1" and caught.value.code == 2
    assert secret not in told(caught.value) and len(tokens.asked) == 1


# Challenges.


@pytest.mark.parametrize(
    ("challenge", "query"),
    [
        ('Bearer realm="{0}"', {}),
        ('bearer REALM="{0}", Service="s"', {"service": "s"}),
        ('Bearer realm={0},service=s,scope="repository:x:pull"', {"service": "s", "scope": "repository:x:pull"}),
        ('Bearer  realm = "{0}" , service="a, b"', {"service": "a, b"}),
        (r'Bearer realm="{0}",service="a \"b\" \\c"', {"service": r'a "b" \c'}),
        ('Bearer service="",realm="{0}"', {}),
        ('Bearer realm="{0}",error="insufficient_scope",error_description="no realm=x, sorry"', {}),
        ('Basic realm="other", Bearer realm="{0}",service="s"', {"service": "s"}),
        ('Bearer realm="{0}",service="s", Basic realm="other",service="t"', {"service": "s"}),
        ('Basic realm="the bearer of this", Bearer realm="{0}"', {}),
        ('Negotiate, Bearer realm="{0}"', {}),
        ('Negotiate abc=, Bearer realm="{0}"', {}),
        ('Bearer realm="{0}", Bearer realm="http://127.0.0.1:1"', {}),
        ('Bearer realm="{0}", realm="http://127.0.0.1:1"', {}),
        ('Bearer realm="{0}?x=y"', {"x": "y"}),
    ],
)
def test_a_challenge(run: Run, challenge: str, query: dict[str, str]) -> None:
    tokens = run(Tokens(reply_json({"token": "x"})))
    filled = challenge.replace("{0}", f"{tokens.url}/token")
    assert opened("127.0.0.1:2").renew(APP, "", filled, "http") == "Bearer x"
    (asked,) = tokens.asked
    assert asked.query == {"scope": f"repository:{APP}:pull", **query} and asked.path == "/token"


def test_several_scopes(run: Run, secret: str) -> None:
    tokens = run(Tokens(reply_json({"token": "x"})))
    challenge = bearer(tokens, ',scope="repository:a:pull repository:b:pull"')
    opened("127.0.0.1:2").renew(APP, "", challenge, "http")
    assert tokens.asked[0].target == "/token?scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull"
    opened("127.0.0.1:2", known("127.0.0.1:2", {"identitytoken": secret})).renew(APP, "", challenge, "http")
    assert tokens.asked[1].form["scope"] == "repository:a:pull repository:b:pull"
    assert "service" not in tokens.asked[1].form


NO_CHALLENGE = ["", "Negotiate", "Digest realm=x", 'Unbearable realm="x"', "bearer", "Bearerrealm=x", "\0", "=", '"""']


@pytest.mark.parametrize("challenge", NO_CHALLENGE)
def test_a_challenge_that_is_not_known(challenge: str, secret: str) -> None:
    with pytest.raises(LoginNeeded, match=f"^127.0.0.1:2 wants a login for {APP}, or has no such image"):
        opened("127.0.0.1:2").renew(APP, "", challenge, "http")
    with pytest.raises(LoginNeeded, match=f"^127.0.0.1:2 does not show {APP} to the login in {FILE}") as caught:
        opened("127.0.0.1:2", with_password("127.0.0.1:2", secret)).renew(APP, "", challenge, "http")
    assert secret not in told(caught.value)


# Where a login may go.


@pytest.mark.parametrize(
    ("realm", "scheme"),
    [
        ("http://{}/token", "https"),
        ("http://registry.example.test/token", "http"),
        ("http://127.0.0.1.example.test/token", "http"),
        ("http://localhost@registry.example.test/token", "http"),
        ("https://ada@registry.example.test/token", "https"),
        *((realm, "https") for realm in ("", "/token", "//registry.example.test", "ftp://x", "https://", "token")),
        *((realm, "https") for realm in ("file:///etc/passwd", "https:///x", "https:x", "xhttps://x", " https://x")),
    ],
)
def test_a_login_goes_nowhere_without_encryption(run: Run, secret: str, realm: str, scheme: str) -> None:
    tokens = run(Tokens(reply_json({"token": "x"})))
    challenge = f'Bearer realm="{realm.format(tokens.host)}",service="s"'
    for configs in ((), with_password("127.0.0.1:1", secret)):
        with pytest.raises(LoginNeeded, match="has its tokens at an address that is not https") as caught:
            opened("127.0.0.1:1", configs).renew(APP, "", challenge, scheme)
        assert secret not in told(caught.value) and "--offline" in caught.value.remedy
    assert not tokens.asked


@pytest.mark.parametrize("realm", ["https://[", "https://host:port", "https://host:99999/x", "https://\u00fc\u0000"])
def test_a_realm_that_is_no_address(realm: str, secret: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        opened("127.0.0.1:1", with_password("127.0.0.1:1", secret)).renew(APP, "", f'Bearer realm="{realm}"', "https")
    assert secret not in told(caught.value)


def test_a_login_goes_where_it_is_encrypted(
    run: Run, authority: trustme.CA, own_home: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    authority.cert_pem.write_to_path(str(own_home / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(own_home / "authority.pem"))
    tokens = run(Tokens(reply_json({"token": "x"}), leaf(authority)))
    for scheme in ("http", "https"):
        asked = opened("127.0.0.1:1", with_password("127.0.0.1:1", secret))
        assert asked.renew(APP, "", bearer(tokens), scheme) == "Bearer x"
    assert tokens.authorizations() == [basic(USER, secret)] * 2


def test_a_login_for_another_registry_is_not_sent(run: Run, secret: str) -> None:
    tokens = run(Tokens(reply_json({"token": "x"})))
    opened("127.0.0.1:1", with_password("127.0.0.1:2", secret)).renew(APP, "", bearer(tokens), "http")
    assert not tokens.authorizations()


# Passwords.


def test_a_password(run: Run, secret: str) -> None:
    registry = run(stocked(servers.Registry(users={USER: secret})))
    assert tags(registry.host, with_password(registry.host, secret), (APP, APP, TOOL)) == [("1",), ("1",), ("2",)]
    assert registry.authorizations() == [basic(USER, secret)] * 3 and len(registry.asked) == 5


def test_a_wrong_password(run: Run, secret: str) -> None:
    registry = run(stocked(servers.Registry(users={USER: "right"})))
    with pytest.raises(LoginNeeded) as caught:
        tags(registry.host, with_password(registry.host, secret))
    assert caught.value.fact == f"{registry.host} does not show {APP} to the login in {FILE}."
    assert "docker login" in caught.value.remedy and secret not in told(caught.value)
    assert registry.authorizations() == [basic(USER, secret)]


@pytest.mark.parametrize("entry", [{}, {"identitytoken": "x"}])
def test_no_password(run: Run, entry: Mapping[str, str]) -> None:
    registry = run(stocked(servers.Registry(users={USER: "right"})))
    with pytest.raises(LoginNeeded):
        tags(registry.host, known(registry.host, entry))
    assert not registry.authorizations() and len(registry.asked) == 1


@pytest.mark.parametrize("challenge", ["Basic", "basic realm=x", 'Negotiate, BASIC realm="y"'])
def test_a_challenge_for_a_password(challenge: str, secret: str) -> None:
    asked = opened("127.0.0.1:1", with_password("127.0.0.1:1", secret))
    assert asked.renew(APP, "", challenge, "https") == basic(USER, secret)


def test_a_password_where_a_token_may_not_be_fetched(secret: str) -> None:
    asked = opened("127.0.0.1:1", with_password("127.0.0.1:1", secret))
    challenge = 'Bearer realm="http://registry.example.test", Basic realm="x"'
    assert asked.renew(APP, "", challenge, "https") == basic(USER, secret)


def test_a_refusal_for_good(run: Run, secret: str) -> None:
    registry = run(servers.Registry())
    registry.misbehave(Reply(403))
    with pytest.raises(LoginNeeded, match="wants a login for"):
        tags(registry.host, with_password(registry.host, secret))
    assert len(registry.asked) == 1 and not registry.authorizations()


# Helpers.


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is PATH, beside that of the shell."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_a_helper_is_asked_when_a_login_is_wanted(run: Run, programs: Path, secret: str) -> None:
    registry = run(stocked(servers.Registry(users={USER: secret})))
    helper = Helper(programs, "vault", {registry.host: (USER, secret)})
    configs = (Config(FILE, {}, {}, "vault"),)
    asked = opened(registry.host, configs)
    assert asked.header(APP) == "" and not helper.calls()
    assert tags(registry.host, configs, (APP, APP, TOOL)) == [("1",), ("1",), ("2",)]
    assert helper.calls() == [f"get {registry.host}"]


def test_a_helper_that_fails_is_told_of(programs: Path) -> None:
    Helper(programs, "vault", mode="failing")
    with pytest.raises(ScaffoldError, match=r"docker-credential-vault, which .* names, failed with 1"):
        opened("127.0.0.1:1", (Config(FILE, {}, {}, "vault"),)).renew(APP, "", "Basic", "https")


def test_a_helper_that_hangs_is_given_up_before_the_deadline(programs: Path) -> None:
    Helper(programs, "vault", mode="hanging")
    shared = Transport(0.5)
    with pytest.raises(ScaffoldError, match=r"docker-credential-vault, which .* names, gave no answer within"):
        Authorization("127.0.0.1:1", (Config(FILE, {}, {}, "vault"),), shared).renew(APP, "", "Basic", "https")
    assert shared.left > 0


# What is never shown.


def test_refusals_from_many_threads(run: Run, secret: str) -> None:
    shared = opened("127.0.0.1:1", with_password("127.0.0.1:1", secret))

    def ask(number: int) -> str:
        shared.renew(f"team/{number}", "", "Basic", "https")
        return shared.refused("x").fact

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(100))) == {f"127.0.0.1:1 does not show x to the login in {FILE}."}


def test_nothing_secret_is_shown(run: Run, secret: str) -> None:
    token = secrets.token_hex(16)
    tokens = run(Tokens(reply_json({"token": token})))
    asked = opened("127.0.0.1:1", with_password("127.0.0.1:1", secret))
    assert asked.renew(APP, "", bearer(tokens), "http") == f"Bearer {token}"
    assert not [sought for sought in (secret, token, basic(USER, secret)) if sought in repr(asked)]
    assert token not in told(asked.refused(APP)) and secret not in told(asked.refused(APP))


def test_no_login_goes_unencrypted_beyond_this_machine(secret: str) -> None:
    host = "192.0.2.7:5000"
    auths = {host: {"username": USER, "password": secret}}
    authorization = Authorization(host, (Config(FILE, auths, {}, ""),), Transport(5))
    with pytest.raises(LoginNeeded, match="asked without encryption, where we send none"):
        authorization.renew(APP, "", 'Basic realm="x"', "http")
    assert authorization.renew(APP, "", 'Basic realm="x"', "https").startswith("Basic ")
