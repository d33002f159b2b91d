"""The program against registries, token servers, proxies and logins: what it pins, how it fails, what it never tells.

After each run all that it wrote is searched for the secrets that it was given.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import email.utils
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from tests.day import PROGRAM, TOP
from tests.servers import (
    NEVER,
    Bundle,
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
    reply_json,
    silent,
    single,
)

BUMP = TOP.parent / "shared" / "lab" / "bump"
LAB = "127.0.0.1:5000"
GOLANG = "docker.io/library/golang"
NODE = "docker.io/library/node"
HOSTS = ("docker.io", "gcr.io")
NAME = "registry.example.test"
"""A host that only a proxy of ours knows."""

GO = ("--language", "go", "--tier", "scratch", "--version", "1.27", "--platform", "linux/amd64")
SLIM = ("--language", "node", "--tier", "slim", "--version", "24", "--platform", "linux/amd64")
LATEST = 75
"""The exit code for what may pass."""


@dataclass(frozen=True)
class Done:
    """What a run came to."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def image(self) -> dict[str, Any]:
        """The one image that was pinned."""
        assert self.code == 0, self.err
        (image,) = json.loads(self.out)["images"]
        found: dict[str, Any] = image
        return found

    @property
    def tag(self) -> str:
        """The tag of that image."""
        return str(self.image["tag"])


class Scene:
    """A home and a project of their own, in which the program runs; `secret` makes what must not be told."""

    def __init__(self, folder: Path, debug: bool = False) -> None:
        self.home, self.project, self.programs = (folder / name for name in ("home", "parcel", "programs"))
        self.debug = debug
        self.token_servers: list[TokenServer] = []
        self._secrets: list[bytes] = []
        self._planted: set[Path] = set()
        for made in (self.home, self.project, self.programs, self.home / "tmp", self.home / "run"):
            made.mkdir(parents=True, mode=0o700)
        self.environment = {
            "PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]]),
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "PYTHONPATH": str(TOP),
            "PYTHONDONTWRITEBYTECODE": "1",
            **({"DOCKERSCAFFOLD_DEBUG": "1"} if debug else {}),
        }

    @property
    def cache(self) -> Path:
        """Where answers are kept."""
        return self.home / ".cache" / "dockerscaffold"

    def secret(self, user: str = "ada") -> str:
        """A password with all that could go wrong in one; it is searched for from now on, and its login too."""
        made = f"{secrets.token_hex(12)}:/@ %&+#é€{secrets.token_hex(4)}"
        self._secrets += [made[:24].encode(), made.encode(), basic(user, made).removeprefix("Basic ").encode()]
        return made

    def plant(self, path: str, content: object) -> Path:
        """Writes a file at home that holds secrets: a text, or an object as JSON."""
        place = self.home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content if isinstance(content, str) else json.dumps(content))
        self._planted.add(place)
        return place

    def log_in(self, host: str, user: str, password: str) -> None:
        """Leaves a login as `docker login` does."""
        self.plant(".docker/config.json", {"auths": {host: {"auth": encoded(user, password)}}})

    def new(self, mirror: str, *flags: str, base: tuple[str, ...] = GO, **environment: str) -> Done:
        """Runs `new` in the project with a mirror of Docker Hub, and holds what must hold after any run."""
        return self.program("--registry-mirror", f"docker.io={mirror}/docker.io", *base, *flags, **environment)

    def program(self, *flags: str, **environment: str) -> Done:
        """Runs `new` in the project, and holds what must hold after any run."""
        return self.run("new", str(self.project), "--yes", "--json", *flags, **environment)

    def run(self, *words: str, **environment: str) -> Done:
        """Runs a command, and holds what must hold after any run."""
        command = [*PROGRAM, *words]
        before = self._written()
        begun = time.monotonic()
        ran = subprocess.run(
            command, env=self.environment | environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=30
        )
        done = Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode(), time.monotonic() - begun)
        self.holds_its_tongue(ran.stdout, ran.stderr)
        if done.code:
            self._fails_well(done)
            assert self._written() == before
        return done

    def _written(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.project.rglob("*") if path.is_file()}

    def _fails_well(self, done: Done) -> None:
        said = json.loads(done.out)["error"]
        assert said["exit_code"] == done.code
        assert said["fact"].endswith(".") and said["remedy"]
        message = f"error: {said['fact']}\n  {said['remedy']}\n"
        assert done.err.endswith(message) if self.debug else done.err == message
        assert ("Traceback (most recent call last)" in done.err) == self.debug

    def holds_its_tongue(self, *outputs: bytes) -> None:
        """Fails when a secret stands in the outputs, or in a file that the test itself did not write."""
        tokens = [token for server in self.token_servers for token in server.granted]
        sought = {form for secret in [*self._secrets, *map(str.encode, tokens)] for form in forms(secret)}
        files = [path for path in [*self.home.rglob("*"), *self.project.rglob("*")] if path.is_file()]
        written = {str(path): path.read_bytes() for path in files if path not in self._planted}
        for place, text in {"stdout": outputs[0], "stderr": outputs[1], **written}.items():
            assert not [form for form in sought if form in text], f"a secret stands in {place}"


def forms(secret: bytes) -> Iterator[bytes]:
    """The ways in which a secret could be written."""
    yield secret
    yield quote(secret, safe="").encode()
    yield json.dumps(secret.decode()).encode()[1:-1]
    for offset in range(3):  # in base64 a text looks in three ways, by where in a longer one it stands
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = encode(b"\0" * offset + secret).rstrip(b"=")
            yield whole[4 if offset else 0 : len(whole) // 4 * 4]


def encoded(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A place to run the program in."""
    return Scene(tmp_path)


@pytest.fixture(params=["", "debug"])
def guarded(tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    """A place for tests with secrets, which are to be kept also where all is told."""
    return Scene(tmp_path, bool(request.param))


@pytest.fixture
def told(tmp_path: Path) -> Scene:
    """A place where all is told, and secrets are to be kept."""
    return Scene(tmp_path, debug=True)


@pytest.fixture
def golang(run: Run) -> Registry:
    """A registry over plain HTTP with two patches of Go."""
    return run(stocked(Registry()))


def stocked(registry: Registry) -> Registry:
    """The registry with two patches of Go."""
    registry.add(GOLANG, "1.27.1-trixie")
    registry.add(GOLANG, "1.27.2-trixie")
    return registry


def newest(registry: Registry) -> str:
    """The digest of the newest patch in it."""
    return registry.tags[GOLANG]["1.27.2-trixie"]


@pytest.mark.parametrize("offset", range(4))
def test_a_secret_that_is_told_is_found(scene: Scene, offset: int) -> None:
    secret = scene.secret()
    told = [
        secret,
        quote(secret),
        basic("ada", secret),
        repr(secret),
        json.dumps({"auth": encoded("x" * offset, secret)}),
    ]
    for text in told:
        with pytest.raises(AssertionError, match="a secret stands in stderr"):
            scene.holds_its_tongue(b"", f"DEBUG {text}".encode())
    scene.plant("planted", secret)
    scene.holds_its_tongue(b"", b"")
    (scene.home / "left").write_text(secret[:24])
    with pytest.raises(AssertionError, match="/left"):
        scene.holds_its_tongue(b"", b"")


# What is pinned.


def test_the_digest_of_the_newest_patch(scene: Scene, golang: Registry) -> None:
    done = scene.new(golang.host)
    assert (done.image["tag"], done.image["digest"]) == ("1.27.2-trixie", newest(golang))
    from_line = f"FROM --platform=$BUILDPLATFORM {golang.host}/{GOLANG}:1.27.2-trixie@{newest(golang)}"
    text = (scene.project / "Dockerfile").read_text()
    assert from_line.partition(" ")[2].partition(" ")[2] in text


@pytest.mark.parametrize(
    ("tags", "flags", "chosen"),
    [
        ("1.27.9-trixie 1.27.10-trixie 1.27.2-trixie", GO, "1.27.10-trixie"),
        ("1.27.0-trixie 1.27.1-rc1-trixie 1.28.0-trixie 1.27rc2-trixie 1.27-trixie", GO, "1.27.0-trixie"),
    ],
)
def test_the_newest_release_of_go(scene: Scene, run: Run, tags: str, flags: tuple[str, ...], chosen: str) -> None:
    registry = run(Registry())
    for tag in tags.split():
        registry.add(GOLANG, tag)
    assert scene.new(registry.host, base=flags).tag == chosen


@pytest.mark.parametrize(
    ("tags", "tier", "chosen"),
    [
        ("24.9.0-trixie-slim 24.10.0-trixie-slim 24.1.0-trixie-slim", "slim", "24.10.0-trixie-slim"),
        ("24.9.0-trixie-slim 24.10.0-rc.1-trixie-slim 24.10.0-bookworm-slim", "slim", "24.9.0-trixie-slim"),
        ("24.9.0-alpine3.9 24.9.0-alpine3.24 24.8.0-alpine3.24", "alpine", "24.9.0-alpine3.24"),
    ],
)
def test_the_newest_release_of_node(scene: Scene, run: Run, tags: str, tier: str, chosen: str) -> None:
    registry = run(Registry())
    for tag in tags.split():
        registry.add(NODE, tag)
    assert scene.new(registry.host, "--tier", tier, base=SLIM).tag == chosen


@pytest.mark.lab
def test_the_real_registry(scene: Scene, run: Run, storage: Path) -> None:
    registry = run(RealRegistry(storage))
    registry.push(GOLANG, "1.27.4-trixie", bundle())
    digest = registry.push(GOLANG, "1.27.5-trixie", bundle())
    registry.push(GOLANG, "1.27.6-trixie", single())
    done = scene.new(registry.host)
    assert (done.image["tag"], done.image["digest"]) == ("1.27.5-trixie", digest)


def many() -> list[str]:
    """Ten thousand tags, of which those of Go 1.27 stand on the pages in the middle."""
    versions = [f"1.{minor}.{patch}" for minor in range(20, 36) for patch in range(125)]
    return [f"{version}-{base}" for version in versions for base in ("alpine", "bookworm", "trixie", "a", "z")]


@pytest.mark.parametrize(
    ("page", "links", "honours_last", "most"),
    [(100, True, True, 12), (100, True, False, 100), (1000, False, True, 3), (10**6, True, False, 1)],
    ids=["in order", "by marks", "without links", "all at once"],
)
def test_ten_thousand_tags(scene: Scene, run: Run, page: int, links: bool, honours_last: bool, most: int) -> None:
    registry = Registry(page=page, links=links, honours_last=honours_last, obeys_n=page < 10**6)
    registry.add(GOLANG, many())
    done = scene.new(run(registry).host)
    assert done.tag == "1.27.124-trixie" and done.seconds < 6
    assert len([request for request in registry.asked if request.path.endswith("/tags/list")]) <= most


def test_pages_that_cannot_be_turned(scene: Scene, run: Run) -> None:
    registry = Registry(page=1000, links=False, honours_last=False)
    registry.add(GOLANG, many())
    done = scene.new(run(registry).host)
    assert done.code == 2 and done.seconds < 4
    assert len(registry.asked) < 10


def test_tags_in_no_order(scene: Scene, run: Run) -> None:
    registry = Registry()
    registry.add(GOLANG, "1.27.2-trixie")
    shuffled = ["1.9-trixie", "1.27.1-trixie", "zz", "1.27.2-trixie", "1.26.9-trixie"]
    registry.misbehave(reply_json({"name": GOLANG, "tags": shuffled}), "/tags/list")
    assert scene.new(run(registry).host).tag == "1.27.2-trixie"


def test_pages_that_go_round(scene: Scene, golang: Registry) -> None:
    page = {"name": GOLANG, "tags": ["1.27.1-trixie", "1.27.2-trixie"]}
    links = [{"Link": f'</v2/{GOLANG}/tags/list?n=2&mark={mark}>; rel="next"'} for mark in (0, 1)]
    golang.misdeeds.append(
        lambda request: (
            reply_json(page, headers=links["mark=1" not in request.target]) if "/tags/" in request.path else None
        )
    )
    assert scene.new(golang.host).tag == "1.27.2-trixie"
    assert len(golang.asked) < 10


def test_pages_without_end(scene: Scene, golang: Registry) -> None:
    counted = iter(range(10**6))

    def endless(request: Any) -> Reply | None:
        number = next(counted)
        link = {"Link": f'</v2/{GOLANG}/tags/list?mark={number}>; rel="next"'}
        page = {"tags": ["1.27.1-trixie", f"1.0.{number}"]}
        return reply_json(page, headers=link) if "/tags/" in request.path else None

    golang.misdeeds.append(endless)
    done = scene.new(golang.host)
    assert done.code == LATEST and "pages" in done.err
    assert done.seconds < 6


def test_a_page_on_another_host_gets_no_login(guarded: Scene, run: Run) -> None:
    password = guarded.secret()
    other, registry = run(stocked(Registry())), run(stocked(Registry(users={"ada": password}, page=1)))
    elsewhere = {"Link": f'<{other.url}/v2/{GOLANG}/tags/list?n=1&last=1.27.1-trixie>; rel="next"'}
    guarded.log_in(registry.host, "ada", password)
    allowed = basic("ada", password)

    def sent_on(request: Any) -> Reply | None:
        first = "/tags/" in request.path and "last=1.27.1" not in request.target
        return reply_json({"tags": ["1.27.1-trixie"]}, headers=elsewhere) if first and logged_in(request) else None

    def logged_in(request: Any) -> bool:
        return bool(request.authorization == allowed)

    registry.misdeeds.append(sent_on)
    guarded.new(registry.host)
    assert registry.authorizations() and not other.authorizations()


# Failures that may pass.


def test_too_many_requests_for_a_second(scene: Scene, golang: Registry) -> None:
    golang.misbehave(Reply(429, {"Retry-After": "1"}), "/tags/", times=1)
    done = scene.new(golang.host)
    assert done.tag == "1.27.2-trixie" and done.seconds > 1


def test_too_many_requests_until_a_time(scene: Scene, golang: Registry) -> None:
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    golang.misbehave(Reply(429, {"Retry-After": email.utils.format_datetime(then, usegmt=True)}), "/tags/", times=1)
    done = scene.new(golang.host)
    assert done.tag == "1.27.2-trixie"
    assert datetime.datetime.now(datetime.UTC) > then - datetime.timedelta(seconds=1)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("dated", [False, True])
def test_too_many_requests_for_an_hour(scene: Scene, golang: Registry, status: int, dated: bool) -> None:
    then = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    wait = email.utils.format_datetime(then, usegmt=True) if dated else "3600"
    golang.misbehave(Reply(status, {"Retry-After": wait}))
    done = scene.new(golang.host)
    assert done.code == LATEST and done.seconds < 3 and len(golang.asked) == 1
    assert re.search(r"3\d\d\d s|hour|60 min|59 min", done.err)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_that_passes(scene: Scene, golang: Registry, status: int) -> None:
    golang.misbehave(Reply(status), "/tags/", times=1)
    golang.misbehave(Reply(status), "/manifests/", times=1)
    assert scene.new(golang.host).tag == "1.27.2-trixie"


def test_a_failure_that_lasts(scene: Scene, golang: Registry) -> None:
    golang.misbehave(Reply(503))
    done = scene.new(golang.host)
    assert done.code == LATEST and "503" in done.err and golang.host in done.err
    assert done.seconds < 11 and 2 <= len(golang.asked) <= 12


@pytest.mark.parametrize(
    ("reply", "path"),
    [
        (NEVER, ""),
        (NEVER, "/manifests/"),
        (Reply(body=b"{" + b" " * 1000, drip=0.2), "/tags/"),
        (Reply(body=b"{}" * 1000, drip=0.2, crawls=True), "/manifests/"),
        (Reply(503, pause=0.3), ""),
    ],
    ids=["never", "no manifest", "drip", "crawl", "busy"],
)
def test_the_time_is_kept(scene: Scene, golang: Registry, reply: Reply, path: str) -> None:
    golang.misbehave(reply, path)
    done = scene.new(golang.host, "--timeout", "0.5")
    assert done.code == LATEST and golang.host in done.err
    assert done.seconds < 2


@pytest.mark.parametrize("scheme", ["", "https://"])
def test_the_time_is_kept_where_nobody_listens(scene: Scene, scheme: str) -> None:
    with silent() as host:
        done = scene.new(f"{scheme}{host}", "--timeout", "0.5")
    assert done.code == LATEST and host in done.err
    assert done.seconds < 2


def test_a_refused_connection(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    done = scene.new(host)
    assert done.code == LATEST and f"{host} could not be reached (connection refused)" in done.err


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, {"Content-Type": "application/json"}, b'{"name": "x", "tags": ["1.27.2'),
        Reply(200, {"Content-Type": "text/html"}, b"<html>log in to the network of this hotel</html>"),
        Reply(200, {}, b"\xff\xfe"),
        Reply(200, {}, b"[" * 99999),
        Reply(200, {"Link": '<http://[>; rel="next"'}, b'{"tags": []}'),
        Reply(200, {}, b'{"tags": []}', length=1000),
        Reply(200, {"Content-Encoding": "gzip"}, b"no gzip"),
        Reply(302, {"Location": f"/v2/{GOLANG}/tags/list?n=1000"}),
        Reply(302, {"Location": "http://[broken"}),
        Reply(302, {"Location": "ftp://127.0.0.1/"}),
        Reply(302),
        Reply(200, {}, b" " * 9_000_000),
        Reply(418),
    ],
    ids=[
        *("truncated", "page of a hotel", "no text", "deep", "no link", "cut off", "no gzip"),
        *("loop", "no address", "ftp", "nowhere", "huge", "teapot"),
    ],
)
def test_garbage(scene: Scene, golang: Registry, reply: Reply) -> None:
    golang.misbehave(reply, "/tags/")
    done = scene.new(golang.host)
    assert done.code == LATEST and golang.host in done.err
    assert len(golang.asked) < 12


def test_a_connection_that_breaks_once(scene: Scene, golang: Registry) -> None:
    golang.misbehave(Reply(200, {}, b'{"tags": []}', length=1000), "/tags/", times=1)
    assert scene.new(golang.host).tag == "1.27.2-trixie"


# Answers that no other try will mend.


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (bundle("linux/arm64/v8"), "lacks linux/amd64"),
        (single(), "one platform's manifest"),
        (bundle(""), "lacks linux/amd64"),
    ],
    ids=["another platform", "single", "no platform"],
)
def test_an_image_that_cannot_be_pinned(scene: Scene, run: Run, made: Bundle, said: str) -> None:
    registry = run(Registry())
    registry.add(GOLANG, "1.27.2-trixie", made)
    done = scene.new(registry.host)
    assert done.code == 2 and said in done.err


def test_an_older_patch_that_has_the_platform(scene: Scene, golang: Registry) -> None:
    golang.add(GOLANG, "1.27.3-trixie", bundle("linux/arm64/v8"))
    golang.add(GOLANG, "1.27.4-trixie", single())
    assert scene.new(golang.host).tag == "1.27.2-trixie"


def test_a_media_type_that_is_none(scene: Scene, golang: Registry) -> None:
    golang.misbehave(Reply(200, {"Content-Type": "text/plain"}, b"{}"), "/manifests/1")
    done = scene.new(golang.host)
    assert done.code == 2 and "is not an image index" in done.err


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "sha512:" + "0" * 128, "nonsense"])
def test_a_digest_that_is_not_the_true_one(scene: Scene, golang: Registry, digest: str) -> None:
    at = golang.content[GOLANG, newest(golang)]
    untrue = Reply(200, {"Content-Type": at.kind, "Docker-Content-Digest": digest}, at.body)
    golang.misbehave(untrue, "/manifests/")
    done = scene.new(golang.host)
    assert done.code == 2 and "digest" in done.err


def test_a_body_that_is_not_what_was_named(scene: Scene, golang: Registry) -> None:
    at, other = golang.content[GOLANG, newest(golang)], bundle().top
    untrue = Reply(200, {"Content-Type": at.kind, "Docker-Content-Digest": at.digest}, other.body)
    golang.misbehave(untrue, "/manifests/", method="GET")
    done = scene.new(golang.host)
    assert done.code == 2 and "has not the digest" in done.err


def test_a_registry_that_names_no_digest(scene: Scene, golang: Registry) -> None:
    at = golang.content[GOLANG, newest(golang)]
    golang.misbehave(Reply(200, {"Content-Type": at.kind}, at.body), "/manifests/")
    assert scene.new(golang.host).image["digest"] == newest(golang)


def test_no_such_image(scene: Scene, run: Run) -> None:
    host = run(Registry()).host
    done = scene.new(host)
    assert done.code == 2 and f"{host} has no {GOLANG}" in done.err


def test_no_such_version(scene: Scene, golang: Registry) -> None:
    done = scene.new(golang.host, "--version", "1.26")
    assert done.code == 2 and "1.26" in done.err and "1.27" in done.err


@pytest.mark.parametrize(
    "mirrors",
    [
        ("docker.io=gcr.io/a", "gcr.io=docker.io/b"),
        ("docker.io=docker.io/x",),
        ("docker.io=https://gcr.io/a", "gcr.io=quay.io/b", "quay.io=index.docker.io/c"),
    ],
)
def test_mirrors_in_a_ring(scene: Scene, mirrors: tuple[str, ...]) -> None:
    done = scene.program(*GO, *[word for mirror in mirrors for word in ("--registry-mirror", mirror)])
    assert done.code == 2 and done.seconds < 3
    assert "docker.io=" in done.err


@pytest.mark.parametrize("safe", ["", ":/@ %&+#€"], ids=["quoted", "as it is"])
@pytest.mark.parametrize("place", ["flag", "variable", "settings"])
def test_a_password_in_a_mirror_is_not_repeated(told: Scene, safe: str, place: str) -> None:
    password = quote(told.secret(), safe=safe)
    mirror = f"docker.io=https://ada:{password}@registry.example.test/x"
    flags, environment = GO, {}
    if place == "flag":
        flags += ("--registry-mirror", mirror)
    elif place == "variable":
        environment = {"DOCKERSCAFFOLD_REGISTRY_MIRROR": mirror}
    else:
        told.plant(".config/dockerscaffold/config.toml", f"registry-mirror = ['{mirror}']\n")
    done = told.program(*flags, **environment)
    assert done.code == 2 and "mirror" in done.err


# Redirects.


def test_a_login_does_not_follow_to_another_host(guarded: Scene, run: Run) -> None:
    password = guarded.secret()
    other = run(stocked(Registry()))
    registry = stocked(Registry(users={"ada": password}))
    other.content, other.tags = registry.content, registry.tags
    allowed = basic("ada", password)

    def sent_on(request: Any) -> Reply | None:
        far = request.authorization == allowed and "/manifests/" in request.path
        return Reply(307, {"Location": f"{other.url}{request.target}"}) if far else None

    registry.misdeeds.append(sent_on)
    run(registry)
    guarded.log_in(registry.host, "ada", password)
    assert guarded.new(registry.host).image["digest"] == newest(registry)
    assert other.asked and not other.authorizations()
    assert not [name for request in other.asked for name in request.headers if "auth" in name or name == "cookie"]


def test_an_identity_token_does_not_follow_to_another_host(told: Scene, run: Run, authority: trustme.CA) -> None:
    identity = told.secret("<token>")
    registry = private(run, told, authority, {}, identities={identity: "ada"})
    other = run(TokenServer(authority, identities={identity: "ada"}))
    assert registry.tokens
    registry.tokens.misbehave(Reply(307, {"Location": f"{other.url}/token"}), method="POST")
    told.plant(".docker/config.json", {"auths": {registry.host: {"identitytoken": identity}}})
    assert told.new(registry.host).code in (2, LATEST)
    assert registry.tokens.asked and not other.asked


def test_a_login_follows_on_its_host(scene: Scene, run: Run) -> None:
    password = scene.secret()
    registry = run(stocked(Registry(users={"ada": password})))
    there = Reply(301, {"Location": f"/v2/{GOLANG}/tags/list?n=1000"})
    registry.misdeeds.append(lambda request: there if "/tags/" in request.path and "last=" in request.target else None)
    scene.log_in(registry.host, "ada", password)
    assert scene.new(registry.host).tag == "1.27.2-trixie"


def test_nothing_follows_out_of_encryption(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    password = guarded.secret()
    other = run(stocked(Registry()))
    registry = run(stocked(Registry(leaf(authority), users={"ada": password})))
    registry.misbehave(Reply(302, {"Location": f"{other.url}/v2/"}))
    guarded.log_in(registry.host, "ada", password)
    done = guarded.new(registry.url, SSL_CERT_FILE=trusting(guarded, authority))
    assert done.code == LATEST and registry.host in done.err
    assert not other.asked


# Certificates.


def trusting(scene: Scene, authority: trustme.CA, path: str = "authority.pem") -> str:
    """The file of the authority."""
    place = scene.home / path
    place.parent.mkdir(parents=True, exist_ok=True)
    authority.cert_pem.write_to_path(str(place))
    return str(place)


def by_hash(scene: Scene, authority: trustme.CA) -> str:
    """A folder in which OpenSSL finds the authority by the hash of its name."""
    file = trusting(scene, authority, "trusted/authority.pem")
    program = shutil.which("openssl")
    if not program:
        pytest.skip("no openssl")
    command = [program, "x509", "-noout", "-hash", "-in", file]
    hashed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    shutil.copy(file, f"{Path(file).parent}/{hashed}.0")
    return str(Path(file).parent)


@pytest.fixture
def sealed(run: Run, authority: trustme.CA) -> Registry:
    """A registry with TLS, by an authority that the system does not know."""
    return run(stocked(Registry(leaf(authority))))


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_in_a_file(scene: Scene, sealed: Registry, authority: trustme.CA, variable: str) -> None:
    assert scene.new(sealed.url, **{variable: trusting(scene, authority)}).tag == "1.27.2-trixie"


@pytest.mark.parametrize("variable", ["SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"])
def test_an_authority_in_a_folder(scene: Scene, sealed: Registry, authority: trustme.CA, variable: str) -> None:
    assert scene.new(sealed.url, **{variable: by_hash(scene, authority)}).tag == "1.27.2-trixie"


@pytest.mark.parametrize("folder", [".docker", ".config/containers"])
def test_an_authority_of_a_host(scene: Scene, sealed: Registry, authority: trustme.CA, folder: str) -> None:
    trusting(scene, authority, f"{folder}/certs.d/{sealed.host}/ca.crt")
    assert scene.new(sealed.url).tag == "1.27.2-trixie"


def test_an_authority_of_a_host_is_not_one_of_others(scene: Scene, sealed: Registry, authority: trustme.CA) -> None:
    trusting(scene, authority, f".docker/certs.d/localhost:{sealed.port}/ca.crt")
    assert scene.new(f"https://localhost:{sealed.port}").tag == "1.27.2-trixie"
    assert scene.new(sealed.url).code == 2


def test_an_authority_that_nobody_knows(scene: Scene, sealed: Registry) -> None:
    done = scene.new(sealed.url)
    assert done.code == 2 and done.seconds < 4
    assert f"{sealed.host} has a TLS certificate that is not accepted" in done.err and "SSL_CERT_FILE" in done.err


@pytest.mark.parametrize(("expired", "said"), [(True, "expired"), (False, "mismatch|not valid for")])
def test_a_certificate_that_is_not_accepted(
    scene: Scene, run: Run, authority: trustme.CA, expired: bool, said: str
) -> None:
    names = () if expired else ("other.example.test",)
    registry = run(stocked(Registry(leaf(authority, *names, expired=expired))))
    done = scene.new(registry.url, SSL_CERT_FILE=trusting(scene, authority))
    assert done.code == 2 and re.search(said, done.err)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_file_of_authorities_that_is_none(scene: Scene, sealed: Registry, variable: str) -> None:
    done = scene.new(sealed.url, **{variable: str(scene.home / "missing.pem")})
    assert done.code == 2 and variable in done.err and "missing.pem" in done.err


def test_tls_to_a_server_without(scene: Scene, golang: Registry) -> None:
    done = scene.new(golang.url.replace("http", "https"))
    assert done.code == 2 and f"http://{golang.host}" in done.err


@pytest.mark.lab
def test_a_registry_of_this_machine_with_tls_and_no_scheme(
    scene: Scene, run: Run, storage: Path, authority: trustme.CA
) -> None:
    run(RealRegistry(storage)).push(GOLANG, "1.27.2-trixie", bundle())
    registry = run(RealRegistry(storage, leaf(authority)))
    assert scene.new(registry.host, SSL_CERT_FILE=trusting(scene, authority)).code == 0


# Logins.


def private(run: Run, scene: Scene, authority: trustme.CA, users: Mapping[str, str], **more: Any) -> Registry:
    """A registry that wants tokens, which its server gives to these users."""
    tokens = run(TokenServer(authority, users, private=[GOLANG], **more))
    scene.token_servers.append(tokens)
    return run(stocked(Registry(tokens=tokens)))


def test_anonymous_tokens(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority))
    guarded.token_servers.append(tokens)
    registry = run(stocked(Registry(tokens=tokens)))
    assert guarded.new(registry.host).tag == "1.27.2-trixie"
    assert len(tokens.asked) == 1 and not tokens.authorizations()


def test_a_token_by_its_other_name(scene: Scene, run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority, key="access_token"))
    assert scene.new(run(stocked(Registry(tokens=tokens))).host).tag == "1.27.2-trixie"


def test_a_token_that_is_over(scene: Scene, run: Run, authority: trustme.CA) -> None:
    tokens = run(TokenServer(authority))
    registry = stocked(Registry(tokens=tokens))
    over = iter([True])

    def forget(request: Any) -> None:
        if "/manifests/" in request.path and next(over, False):
            tokens.granted.clear()

    registry.misdeeds.append(forget)
    assert scene.new(run(registry).host).tag == "1.27.2-trixie"
    assert len(tokens.asked) == 2


Content = Callable[[str, str, str], dict[str, Any]]

ENTRIES: dict[str, Content] = {
    "auth": lambda host, user, password: {"auths": {host: {"auth": encoded(user, password)}}},
    "two fields": lambda host, user, password: {"auths": {host: {"username": user, "password": password}}},
    "address": lambda host, user, password: {"auths": {f"https://{host}/v2/": {"auth": encoded(user, password)}}},
    "address of v1": lambda host, user, password: {"auths": {f"https://{host}/v1/": {"auth": encoded(user, password)}}},
}


@pytest.mark.parametrize(("entry", "kind"), [*((entry, "basic") for entry in ENTRIES), ("auth", "token")])
def test_a_login_in_dockers_file(guarded: Scene, run: Run, authority: trustme.CA, entry: str, kind: str) -> None:
    users = {"ada": guarded.secret()}
    registry = run(stocked(Registry(users=users))) if kind == "basic" else private(run, guarded, authority, users)
    guarded.plant(".docker/config.json", ENTRIES[entry](registry.host, "ada", users["ada"]))
    assert guarded.new(registry.host).tag == "1.27.2-trixie"
    logins = {basic("ada", users["ada"])}
    if registry.tokens:
        assert set(registry.tokens.authorizations()) == logins
        assert not [sent for sent in registry.authorizations() if sent in logins]
    else:
        assert set(registry.authorizations()) == logins


def test_the_folder_of_dockers_file(scene: Scene, run: Run) -> None:
    password = scene.secret()
    registry = run(stocked(Registry(users={"ada": password})))
    file = scene.plant("elsewhere/config.json", ENTRIES["auth"](registry.host, "ada", password))
    scene.plant(".docker/config.json", ENTRIES["auth"](registry.host, "ada", scene.secret()))
    assert scene.new(registry.host, DOCKER_CONFIG=str(file.parent)).tag == "1.27.2-trixie"


PODMAN = {
    "REGISTRY_AUTH_FILE": "own/logins.json",
    "XDG_RUNTIME_DIR": "run/containers/auth.json",
    "XDG_CONFIG_HOME": ".config/containers/auth.json",
}


@pytest.mark.parametrize("variable", PODMAN)
def test_a_login_in_podmans_file(scene: Scene, run: Run, variable: str) -> None:
    password, wrong = scene.secret(), scene.secret()
    registry = run(stocked(Registry(users={"ada": password})))
    entries = {
        registry.host: {"auth": encoded("ada", wrong)},
        f"{registry.host}/docker.io/library": {"auth": encoded("ada", password)},
        f"{registry.host}/docker.io": {"auth": encoded("ada", wrong)},
        f"{registry.host}/docker.io/lib": {"auth": encoded("ada", wrong)},
    }
    file = scene.plant(PODMAN[variable], {"auths": entries})
    own = {"REGISTRY_AUTH_FILE": str(file)} if variable == "REGISTRY_AUTH_FILE" else {}
    assert scene.new(registry.host, **own).tag == "1.27.2-trixie"
    assert registry.authorizations().count(basic("ada", wrong)) == 0


@pytest.mark.lab
def test_the_real_registry_with_a_password(guarded: Scene, run: Run, storage: Path, authority: trustme.CA) -> None:
    run(RealRegistry(storage)).push(GOLANG, "1.27.2-trixie", bundle())
    users = {"ada": guarded.secret()}
    registry = run(RealRegistry(storage, leaf(authority), users=users))
    trust = trusting(guarded, authority)
    assert guarded.new(f"https://{registry.host}", SSL_CERT_FILE=trust).code == 2
    guarded.log_in(registry.host, "ada", users["ada"])
    assert guarded.new(f"https://{registry.host}", SSL_CERT_FILE=trust).image["source"] == registry.host


@pytest.mark.lab
@pytest.mark.parametrize("kind", ["password", "identity"])
def test_the_real_registry_with_tokens(
    guarded: Scene, run: Run, storage: Path, authority: trustme.CA, kind: str
) -> None:
    run(RealRegistry(storage)).push(GOLANG, "1.27.2-trixie", bundle())
    password, identity = guarded.secret(), guarded.secret()
    tokens = run(TokenServer(authority, {"ada": password}, {identity: "ada"}, private=[GOLANG]))
    guarded.token_servers.append(tokens)
    registry = run(RealRegistry(storage, tokens=tokens, authority=authority))
    assert guarded.new(registry.host).code == 2
    entry = {"auth": encoded("ada", password)} if kind == "password" else {"identitytoken": identity}
    guarded.plant(".docker/config.json", {"auths": {registry.host: entry}})
    assert guarded.new(registry.host).image["source"] == registry.host


def test_an_identity_token(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    identity = guarded.secret("<token>")
    registry = private(run, guarded, authority, {}, identities={identity: "ada"})
    guarded.plant(
        ".docker/config.json", {"auths": {registry.host: {"auth": encoded("ada", ""), "identitytoken": identity}}}
    )
    assert guarded.new(registry.host).tag == "1.27.2-trixie"
    assert registry.tokens
    (asked,) = registry.tokens.asked
    assert asked.method == "POST" and asked.form["refresh_token"] == identity and not asked.authorization


@pytest.mark.parametrize("kind", ["basic", "token", "identity"])
def test_a_wrong_login(guarded: Scene, run: Run, authority: trustme.CA, kind: str) -> None:
    users = {"ada": guarded.secret()}
    registry = run(stocked(Registry(users=users))) if kind == "basic" else private(run, guarded, authority, users)
    wrong = guarded.secret()
    entry = {"identitytoken": wrong} if kind == "identity" else {"auth": encoded("ada", wrong)}
    guarded.plant(".docker/config.json", {"auths": {registry.host: entry}})
    done = guarded.new(registry.host)
    assert done.code == 2 and f"docker login {registry.host}" in done.err and "~/.docker/config.json" in done.err
    assert len(registry.asked) <= 4 and done.seconds < 4


@pytest.mark.parametrize("kind", ["basic", "token"])
def test_no_login(scene: Scene, run: Run, authority: trustme.CA, kind: str) -> None:
    users = {"ada": scene.secret()}
    registry = run(stocked(Registry(users=users))) if kind == "basic" else private(run, scene, authority, users)
    scene.log_in("other.example.test", "ada", users["ada"])
    done = scene.new(registry.host)
    assert done.code == 2 and f"docker login {registry.host}" in done.err
    assert not [sent for sent in registry.authorizations() if sent.startswith("Basic")]


@pytest.mark.parametrize("challenge", ['Basic realm="x"', "Negotiate", "", 'Bearer realm="', 'Bearer realm="{}/token"'])
def test_a_registry_that_is_never_content(told: Scene, run: Run, authority: trustme.CA, challenge: str) -> None:
    tokens = run(TokenServer(authority, users := {"ada": told.secret()}))
    told.token_servers.append(tokens)
    registry = run(Registry())
    service = f'{challenge.format(tokens.url)},service="registry.example.test"'
    registry.misbehave(Reply(401, {"WWW-Authenticate": service if "{}" in challenge else challenge}))
    told.log_in(registry.host, "ada", users["ada"])
    done = told.new(registry.host)
    assert done.code == 2 and registry.host in done.err
    assert len(registry.asked) <= 4


def test_a_login_does_not_go_to_a_token_server_without_encryption(
    guarded: Scene, run: Run, authority: trustme.CA
) -> None:
    password = guarded.secret()
    tokens = run(TokenServer(authority, {"ada": password}, private=[GOLANG]))
    registry = run(stocked(Registry(leaf(authority), tokens=tokens)))
    guarded.log_in(registry.host, "ada", password)
    done = guarded.new(registry.url, SSL_CERT_FILE=trusting(guarded, authority))
    assert done.code == 2 and not tokens.asked


def test_a_login_of_netrc_is_not_sent(guarded: Scene, golang: Registry) -> None:
    guarded.plant(".netrc", f"machine 127.0.0.1 login ada password {guarded.secret()}\n")
    assert guarded.new(golang.host).tag == "1.27.2-trixie"
    assert not golang.authorizations()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        ('{"auths": []}', "auths"),
        ('{"auths": {"HOST": "x"}}', "auths"),
        ('{"auths": {"HOST": {"auth": "no base64"}}}', "base64"),
        ('{"auths": {"HOST": {"auth": "YWJj"}}}', "user:password"),
        ('{"auths": {"HOST": {"auth": 5}}}', "base64"),
        ('{"credHelpers": {"HOST": 5}}', "credHelpers"),
        ('{"credsStore": {}}', "credsStore"),
    ],
)
def test_a_malformed_file_of_logins(scene: Scene, run: Run, content: str, said: str) -> None:
    registry = run(stocked(Registry(users={"ada": scene.secret()})))
    scene.plant(".docker/config.json", content.replace("HOST", registry.host))
    done = scene.new(registry.host)
    assert done.code == 2 and "~/.docker/config.json" in done.err and said in done.err


def test_a_file_of_logins_without_any(scene: Scene, golang: Registry) -> None:
    for content in ("", "{}", '{"auths": {"HOST": {}}}', '{"auths": null, "credsStore": ""}', '\ufeff{"auths": {}}'):
        scene.plant(".docker/config.json", content.replace("HOST", golang.host))
        assert scene.new(golang.host, "--force").tag == "1.27.2-trixie"


# Programs that keep logins.


@pytest.mark.parametrize("key", ["credHelpers", "credsStore"])
@pytest.mark.parametrize("kind", ["basic", "token", "identity"])
def test_a_helper(told: Scene, run: Run, authority: trustme.CA, key: str, kind: str) -> None:
    secret = told.secret()
    identities = {secret: "ada"} if kind == "identity" else {}
    users = {} if identities else {"ada": secret}
    more = {"identities": identities}
    registry = run(stocked(Registry(users=users))) if kind == "basic" else private(run, told, authority, users, **more)
    user = "<token>" if identities else "ada"
    helper = Helper(told.programs, "vault", {registry.host: (user, secret)})
    told.plant(".docker/config.json", {key: {registry.host: "vault"} if key == "credHelpers" else "vault"})
    assert told.new(registry.host).tag == "1.27.2-trixie"
    assert helper.calls() == [f"get {registry.host}"]


def test_a_helper_of_a_host_goes_before_that_of_all(scene: Scene, run: Run) -> None:
    password = scene.secret()
    registry = run(stocked(Registry(users={"ada": password})))
    other = Helper(scene.programs, "other", {registry.host: ("ada", scene.secret())})
    Helper(scene.programs, "vault", {registry.host: ("ada", password)})
    content = {"credsStore": "other", "credHelpers": {registry.host: "vault"}, "auths": {registry.host: {}}}
    scene.plant(".docker/config.json", content)
    assert scene.new(registry.host).tag == "1.27.2-trixie"
    assert not other.calls()


def test_a_helper_that_knows_no_login(scene: Scene, run: Run, authority: trustme.CA) -> None:
    scene.plant(".docker/config.json", {"credsStore": "vault"})
    helper = Helper(scene.programs, "vault")
    public = run(stocked(Registry(tokens=run(TokenServer(authority)))))
    assert scene.new(public.host).tag == "1.27.2-trixie"
    assert helper.calls() == [f"get {public.host}"]
    closed = run(stocked(Registry(users={"ada": scene.secret()})))
    done = scene.new(closed.host)
    assert done.code == 2 and f"docker login {closed.host}" in done.err


@pytest.mark.parametrize("mode", ["failing", "nonsense", "empty", "missing"])
def test_a_helper_that_fails(scene: Scene, run: Run, mode: str) -> None:
    if mode != "missing":
        Helper(scene.programs, "vault", mode=mode)
    registry = run(stocked(Registry(users={"ada": scene.secret()})))
    scene.plant(".docker/config.json", {"credHelpers": {registry.host: "vault"}})
    done = scene.new(registry.host)
    assert done.code == 2 and "docker-credential-vault" in done.err and "~/.docker/config.json" in done.err


def test_a_helper_that_hangs(scene: Scene, run: Run) -> None:
    Helper(scene.programs, "vault", mode="hanging")
    registry = run(stocked(Registry(users={"ada": scene.secret()})))
    scene.plant(".docker/config.json", {"credHelpers": {registry.host: "vault"}})
    done = scene.new(registry.host, "--timeout", "0.5")
    assert done.code == LATEST and "docker-credential-vault" in done.err
    assert done.seconds < 2


def test_a_helper_is_not_asked_where_no_login_is_wanted(scene: Scene, golang: Registry) -> None:
    helper = Helper(scene.programs, "vault", mode="hanging")
    scene.plant(".docker/config.json", {"credsStore": "vault"})
    assert scene.new(golang.host).tag == "1.27.2-trixie"
    assert not helper.calls()


# Proxies.


@dataclass(frozen=True)
class Afar:
    """A registry that is known to a proxy alone."""

    registry: Registry
    proxy: Proxy
    trust: dict[str, str]


def afar(run: Run, scene: Scene, authority: trustme.CA, users: Mapping[str, str] | None = None) -> Afar:
    """A registry with TLS behind a proxy, which demands a login of users."""
    registry = run(stocked(Registry(leaf(authority, NAME))))
    proxy = run(Proxy({f"{NAME}:443": registry.host}, users))
    return Afar(registry, proxy, {"SSL_CERT_FILE": trusting(scene, authority)})


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_for_tls(scene: Scene, run: Run, authority: trustme.CA, variable: str) -> None:
    there = afar(run, scene, authority)
    assert scene.new(NAME, **there.trust, **{variable: there.proxy.url}).tag == "1.27.2-trixie"
    assert {(asked.method, asked.target) for asked in there.proxy.asked} == {("CONNECT", f"{NAME}:443")}


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_a_proxy_without_tls(scene: Scene, run: Run, golang: Registry, variable: str) -> None:
    proxy = run(Proxy({f"{NAME}:80": golang.host}))
    assert scene.new(f"http://{NAME}", **{variable: proxy.url}).tag == "1.27.2-trixie"
    assert all(asked.target.startswith(f"http://{NAME}/v2/") for asked in proxy.asked)


def test_a_proxy_written_without_a_scheme(scene: Scene, run: Run, authority: trustme.CA) -> None:
    there = afar(run, scene, authority)
    assert scene.new(NAME, **there.trust, HTTPS_PROXY=there.proxy.host).tag == "1.27.2-trixie"


def test_a_login_of_a_proxy(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    password = guarded.secret("bob")
    there = afar(run, guarded, authority, {"bob": password})
    address = f"http://bob:{quote(password, safe='')}@{there.proxy.host}"
    assert guarded.new(NAME, **there.trust, HTTPS_PROXY=address).tag == "1.27.2-trixie"
    assert not there.registry.authorizations()
    assert not [asked for asked in there.registry.asked if "proxy-authorization" in asked.headers]


def test_a_login_that_a_proxy_refuses(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    there = afar(run, guarded, authority, {"bob": guarded.secret("bob")})
    for login in ("", f"bob:{quote(guarded.secret('bob'), safe='')}@"):
        done = guarded.new(NAME, **there.trust, HTTPS_PROXY=f"http://{login}{there.proxy.host}")
        assert done.code in (2, LATEST) and "proxy" in done.err and done.seconds < 5
    assert not there.registry.asked


def test_a_proxy_that_is_not_there(guarded: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        host = f"127.0.0.1:{closed.getsockname()[1]}"
    address = f"http://bob:{quote(guarded.secret('bob'), safe='')}@{host}"
    done = guarded.new(NAME, HTTPS_PROXY=address)
    assert done.code == LATEST and "proxy" in done.err and NAME in done.err


@pytest.mark.parametrize("address", ["socks5://bob:{}@{}", "http://bob:{}@{}", "ftp://bob:{}@{}", "http://bob:{}@"])
def test_an_address_of_a_proxy_that_is_none(told: Scene, run: Run, authority: trustme.CA, address: str) -> None:
    """Passwords with a `/` or `#` in them must be quoted in an address: these are not."""
    there = afar(run, told, authority)
    done = told.new(NAME, **there.trust, HTTPS_PROXY=address.format(told.secret("bob"), there.proxy.host))
    assert done.code in (2, LATEST) and "proxy" in done.err.lower() and done.seconds < 5


def test_the_catalogue_stands_in_for_a_registry_that_was_not_asked_for(told: Scene, run: Run) -> None:
    proxy = run(Proxy({}, {"bob": (password := told.secret("bob"))}))
    address = f"http://bob:{quote(password, safe='')}@{proxy.host}"
    done = told.program(*GO, HTTPS_PROXY=address)
    assert done.image["source"] == "catalogue"
    said = json.loads(done.out)
    assert "docker.io" in " ".join([*said["notes"], *said["warnings"]])


@pytest.mark.parametrize(
    ("variable", "value"),
    [("NO_PROXY", NAME), ("no_proxy", ".example.test"), ("NO_PROXY", "*"), ("no_proxy", f"other.test, {NAME}")],
)
def test_hosts_without_a_proxy(scene: Scene, run: Run, authority: trustme.CA, variable: str, value: str) -> None:
    there = afar(run, scene, authority)
    more = {variable: value, "HTTPS_PROXY": there.proxy.url}
    done = scene.new(NAME, "--timeout", "1", **there.trust, **more)
    assert done.code == LATEST and NAME in done.err and not there.proxy.asked


def test_other_hosts_are_not_asked_without_encryption(scene: Scene, run: Run, golang: Registry) -> None:
    proxy = run(Proxy({f"{NAME}:80": golang.host}))
    assert scene.new(NAME, "--timeout", "1", HTTP_PROXY=proxy.url).code == LATEST
    assert not proxy.asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_asked_without_a_proxy(scene: Scene, run: Run, golang: Registry, host: str) -> None:
    proxy = run(Proxy({}))
    proxies = dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), proxy.url)
    assert scene.new(f"{host}:{golang.port}", **proxies).tag == "1.27.2-trixie"
    assert not proxy.asked


def test_docker_hub(guarded: Scene, run: Run, authority: trustme.CA) -> None:
    """Docker Hub, as it is laid out: two hosts, tokens for all, a login under an address of old."""
    password = guarded.secret()
    tokens = TokenServer(authority, {"ada": password}, certificate=leaf(authority, "auth.docker.io"))
    guarded.token_servers.append(run(tokens))
    registry = Registry(leaf(authority, "registry-1.docker.io"), tokens=tokens)
    digest = registry.add("library/golang", "1.27.2-trixie")
    routes = {"registry-1.docker.io:443": run(registry).host, "auth.docker.io:443": tokens.host}
    tokens.url = "https://auth.docker.io"
    proxy = run(Proxy(routes))
    environment = {"SSL_CERT_FILE": trusting(guarded, authority), "HTTPS_PROXY": proxy.url}
    assert guarded.program(*GO, **environment).image["digest"] == digest
    assert not tokens.authorizations()
    name = "https://index.docker.io/v1/"
    helper = Helper(guarded.programs, "vault", {name: ("ada", password)})
    for file in ({"auths": {name: {"auth": encoded("ada", password)}}}, {"credsStore": "vault"}):
        guarded.plant(".docker/config.json", file)
        tokens.asked.clear()
        done = guarded.program(*GO, "--refresh", "--force", **environment)
        assert done.image["source"] == "docker.io"
        assert tokens.authorizations() == [basic("ada", password)]
    assert helper.calls() == [f"get {name}"]


def test_what_a_mirror_lacks(scene: Scene, run: Run, authority: trustme.CA) -> None:
    registry = Registry(leaf(authority, "registry-1.docker.io"))
    digest = registry.add("library/golang", "1.27.2-trixie")
    proxy = run(Proxy({"registry-1.docker.io:443": run(registry).host}))
    environment = {"SSL_CERT_FILE": trusting(scene, authority), "HTTPS_PROXY": proxy.url}
    mirror = run(Registry())
    assert scene.new(mirror.host, **environment).code == 2
    assert not registry.asked
    found = scene.new(mirror.host, "--mirror-fallback", **environment).image
    assert (found["name"], found["digest"]) == ("docker.io/library/golang", digest)
    mirror.misbehave(Reply(503, {"Retry-After": "3600"}))
    assert scene.new(mirror.host, "--mirror-fallback", "--refresh", **environment).code == LATEST


# What is remembered.


def test_a_second_run_asks_nobody(scene: Scene, golang: Registry) -> None:
    first = scene.new(golang.host)
    count = len(golang.asked)
    assert scene.new(golang.host).image == first.image
    assert len(golang.asked) == count
    assert list(scene.cache.iterdir())


def test_a_second_run_may_ask_again(scene: Scene, golang: Registry) -> None:
    scene.new(golang.host)
    golang.add(GOLANG, "1.27.3-trixie")
    assert scene.new(golang.host).tag == "1.27.2-trixie"
    assert scene.new(golang.host, "--refresh", "--force").tag == "1.27.3-trixie"
    assert scene.new(golang.host).tag == "1.27.3-trixie"


def test_another_registry_is_another(scene: Scene, run: Run, golang: Registry) -> None:
    other = run(stocked(Registry()))
    scene.new(golang.host)
    assert scene.new(other.host, "--force").image["digest"] == newest(other) != newest(golang)


def test_what_is_remembered_may_be_broken(scene: Scene, golang: Registry) -> None:
    scene.new(golang.host)
    for text in ("", "null", "[" * 9999, "\udcff"):
        for file in scene.cache.rglob("*"):
            if file.is_file():
                file.write_bytes(text.encode(errors="surrogateescape"))
        assert scene.new(golang.host).tag == "1.27.2-trixie"


def test_what_cannot_be_remembered_is_done_without(scene: Scene, golang: Registry) -> None:
    scene.cache.parent.mkdir()
    scene.cache.write_text("a file where the folder would be")
    assert scene.new(golang.host).tag == "1.27.2-trixie"


def test_what_is_remembered_is_for_this_user_alone(scene: Scene, golang: Registry) -> None:
    scene.new(golang.host)
    assert not [path for path in (scene.cache, *scene.cache.rglob("*")) if path.stat().st_mode & 0o077]


def test_failures_are_not_remembered(scene: Scene, golang: Registry) -> None:
    golang.misbehave(Reply(503, {"Retry-After": "3600"}), times=1)
    assert scene.new(golang.host).code == LATEST
    assert scene.new(golang.host).tag == "1.27.2-trixie"


# What is told on request.


def test_debugging_tells_of_requests(tmp_path: Path, golang: Registry) -> None:
    told, plain = Scene(tmp_path / "told", debug=True), Scene(tmp_path / "plain")
    done = told.new(golang.host)
    assert done.code == 0 and f"GET /v2/{GOLANG}/tags/list" in done.err
    assert "/v2/" not in plain.new(golang.host).err


# Versions that images say they have.


@pytest.mark.parametrize("where", ["index", "manifest", "label"])
def test_an_image_says_its_version(scene: Scene, golang: Registry, where: str) -> None:
    golang.add("gcr.io/distroless/static-debian13", "nonroot", bundle(version="13.2.1", where=where))
    mirrors = [word for host in HOSTS for word in ("--registry-mirror", f"{host}={golang.host}/{host}")]
    done = scene.run("images", "--language", "go", "--json", "--platform", "linux/amd64", *mirrors)
    images = [image for line in json.loads(done.out)["languages"][0]["lines"] for image in line["images"]]
    assert {image.get("version") for image in images if image.get("tag") == "nonroot"} == {"13.2.1"}


@pytest.mark.parametrize("json_flag", [(), ("--json",)], ids=["for people", "json"])
def test_a_version_cannot_steer_a_terminal(scene: Scene, golang: Registry, json_flag: tuple[str, ...]) -> None:
    made = bundle(version="13\x1b[2J\r\nRUN evil \u202e", where="index")
    golang.add("gcr.io/distroless/static-debian13", "nonroot", made)
    mirrors = [word for host in HOSTS for word in ("--registry-mirror", f"{host}={golang.host}/{host}")]
    done = scene.run("images", "--language", "go", *json_flag, "--platform", "linux/amd64", *mirrors)
    assert done.code == 0 and not re.search("[\x1b\r\u202e]|^RUN", done.out + done.err, re.MULTILINE)
    assert scene.program(*GO, "--tier", "distroless", *mirrors).code == 0
    for file in scene.project.rglob("*"):
        assert not file.is_file() or not re.search("[\x1b\r]|^RUN evil", file.read_text(), re.MULTILINE)


# The registry of stand-in images.


def lab_is_up() -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 5000), timeout=1):
        return True
    return False


@pytest.mark.lab
def test_a_bump_moves_the_digest_and_not_the_tag(scene: Scene) -> None:
    if not lab_is_up() or not BUMP.exists():
        pytest.skip(f"no registry of stand-in images at {LAB}, or no {BUMP.name} beside the checkout")
    flags = ("--version", "1.26", "--refresh", "--force")
    first = scene.new(LAB, *flags).image
    subprocess.run([BUMP, f"{GOLANG}:1.26.6-trixie"], check=True, capture_output=True)
    assert scene.new(LAB, "--version", "1.26").image == first
    second = scene.new(LAB, *flags).image
    assert first["tag"] == second["tag"] == "1.26.6-trixie"
    assert first["digest"] != second["digest"]
