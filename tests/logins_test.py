from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffold import logins
from scaffold.errors import ScaffoldError, Transient
from scaffold.images import HUB
from scaffold.logins import HUB_SERVER, Config, Login
from tests.servers import Helper

HOST = "registry.example.test:5000"
OWN = "~/.docker/config.json"
PODMAN = ("elsewhere/auth.json", ".run/containers/auth.json", ".config/containers/auth.json")

Plant = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No files of logins from outside."""
    for variable in ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def plant(own_home: Path) -> Plant:
    """Writes a file below the home: bytes, a text, or an object as JSON."""

    def planted(content: object, path: str = ".docker/config.json") -> Path:
        place = own_home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    return planted


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))
    return folder


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def entry(secret: str, user: str = "ada") -> dict[str, str]:
    """An entry as `docker login` leaves it."""
    return {"auth": coded(f"{user}:{secret}")}


def find(registry: str = HOST, repository: str = "team/app", seconds: float = 5) -> Login | None:
    return logins.find(logins.configs(), registry, repository, seconds)


def secret_of(registry: str = HOST, repository: str = "team/app") -> str:
    """The secret that is found, or nothing."""
    login = find(registry, repository)
    return login.secret if login else ""


def caught(**how: Any) -> ScaffoldError:
    """The error that looking for a login ends with."""
    with pytest.raises(ScaffoldError) as raised:
        find(**how)
    assert raised.value.__suppress_context__ or not raised.value.__context__
    return raised.value


# Docker's file.


@pytest.mark.parametrize(
    ("content", "user", "secret", "identity"),
    [
        ({"auth": coded("ada:SECRET")}, "ada", "SECRET", False),
        ({"auth": coded("ada:SECRET:with:colons")}, "ada", "SECRET:with:colons", False),
        ({"auth": coded("ada:SECRET\0\0")}, "ada", "SECRET", False),
        ({"auth": coded("ädä:SECRET é€")}, "ädä", "SECRET é€", False),
        ({"username": "ada", "password": "SECRET"}, "ada", "SECRET", False),
        ({"auth": coded("ada:SECRET"), "username": "bob", "password": "x"}, "ada", "SECRET", False),
        ({"auth": "", "username": "ada", "password": "SECRET"}, "ada", "SECRET", False),
        ({"identitytoken": "SECRET"}, "<token>", "SECRET", True),
        ({"auth": coded("ada:"), "identitytoken": "SECRET"}, "<token>", "SECRET", True),
        ({"auth": coded("ada:SECRET"), "email": "ada@example.test", "other": [1]}, "ada", "SECRET", False),
    ],
)
def test_a_login(plant: Plant, content: dict[str, Any], user: str, secret: str, identity: bool) -> None:
    made = secrets.token_hex(16)
    if auth := content.get("auth"):
        content = content | {"auth": coded(base64.b64decode(auth).decode().replace("SECRET", made))}
    plant({"auths": {HOST: {key: made if value == "SECRET" else value for key, value in content.items()}}})
    assert find() == Login(user, secret.replace("SECRET", made), identity, OWN)


@pytest.mark.parametrize(
    "content",
    [
        *({}, None, {"auth": ""}, {"auth": None}, {"username": "ada"}, {"password": "x"}, {"email": "x"}),
        *({"auth": coded("ada:")}, {"auth": coded(":x")}, {"auth": coded("ada:\0")}, {"identitytoken": ""}),
    ],
)
def test_an_entry_without_a_login(plant: Plant, content: object) -> None:
    plant({"auths": {HOST: content}})
    assert find() is None


@pytest.mark.parametrize(
    ("key", "registry"),
    [
        *((key, HUB) for key in (HUB_SERVER, HUB, "index.docker.io", "registry-1.docker.io", "https://docker.io")),
        *((key, HUB) for key in ("index.docker.io/v1/", "https://registry-1.docker.io/v2/", "http://index.docker.io")),
        *(
            (key, HOST)
            for key in (HOST, f"https://{HOST}", f"http://{HOST}", f"https://{HOST}/", f"https://{HOST}/v2/")
        ),
        *((key, HOST) for key in (f"{HOST}/v1/", f"{HOST}/v2", f"{HOST}/", f"https://{HOST}/any/path")),
        ("localhost:5000", "localhost:5000"),
        ("http://[::1]:5000", "[::1]:5000"),
    ],
)
def test_the_names_of_a_registry(plant: Plant, key: str, registry: str) -> None:
    secret = secrets.token_hex(16)
    plant({"auths": {"other.example.test": entry("wrong"), key: entry(secret), "another.example.test": {}}})
    assert secret_of(registry) == secret


@pytest.mark.parametrize(
    "key",
    [
        "example.test:5000",
        "registry.example.test",
        f"{HOST}0",
        f"x{HOST}",
        HUB,
        HUB_SERVER,
        "",
        "https://",
        f"ftp://{HOST}",
    ],
)
def test_what_is_another_registry(plant: Plant, key: str) -> None:
    plant({"auths": {key: entry("wrong")}})
    assert find() is None


@pytest.mark.parametrize("empty", [{}, None])
@pytest.mark.parametrize(("one", "other"), [(HOST, f"https://{HOST}"), (f"https://{HOST}", HOST)])
def test_an_empty_entry_hides_no_login(plant: Plant, one: str, other: str, empty: object) -> None:
    secret = secrets.token_hex(16)
    plant({"auths": {one: entry(secret), other: empty}})
    assert secret_of() == secret


@pytest.mark.parametrize(
    ("first", "second", "registry"),
    [
        (HOST, f"https://{HOST}", HOST),
        (HUB_SERVER, "https://docker.io", HUB),
        (HUB_SERVER, "index.docker.io", HUB),
        (HUB, "registry-1.docker.io", HUB),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_name_that_docker_gives_goes_first(
    plant: Plant, first: str, second: str, registry: str, turned: bool
) -> None:
    secret = secrets.token_hex(16)
    pairs = [(first, entry(secret)), (second, entry("wrong"))]
    plant({"auths": dict(reversed(pairs) if turned else pairs)})
    assert secret_of(registry) == secret


def test_the_folder_of_dockers_file(
    plant: Plant, own_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plant({"auths": {HOST: entry("wrong")}})
    plant({"auths": {HOST: entry("right")}}, "elsewhere/config.json")
    monkeypatch.setenv("DOCKER_CONFIG", str(own_home / "elsewhere"))
    assert find() == Login("ada", "right", False, "~/elsewhere/config.json")
    (tmp_path / "config.json").write_text(json.dumps({"auths": {HOST: entry("far")}}))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    assert find() == Login("ada", "far", False, str(tmp_path / "config.json"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "nowhere"))
    assert find() is None


# Podman's files.


def test_the_order_of_podmans_files(plant: Plant, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(own_home / PODMAN[0]))
    files = [plant({"auths": {HOST: entry(path)}}, path) for path in PODMAN]
    assert find() == Login("ada", PODMAN[0], False, f"~/{PODMAN[0]}")
    assert len(logins.configs()) == 1, "the file that is asked for is the only one"
    monkeypatch.delenv("REGISTRY_AUTH_FILE")
    assert [config.path for config in logins.configs()] == [f"~/{path}" for path in PODMAN[1:]]
    assert secret_of() == PODMAN[1]
    files[1].write_text("{}")
    assert secret_of() == PODMAN[2]
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert secret_of() == PODMAN[2]
    plant({"auths": {HOST: entry("docker")}})
    assert secret_of() == "docker"


@pytest.mark.parametrize(
    ("repository", "found"),
    [
        ("team/app", "app"),
        ("team/app/part", "app"),
        ("team/apple", "team"),
        ("team", "team"),
        ("other/app", "host"),
        ("teams/app", "host"),
    ],
)
def test_the_longest_name_counts(plant: Plant, repository: str, found: str) -> None:
    names = {HOST: "host", f"{HOST}/team/app": "app", f"{HOST}/team": "team", f"{HOST}/team/app/x/y": "deep"}
    plant({"auths": {name: entry(secret) for name, secret in names.items()}}, PODMAN[2])
    assert secret_of(repository=repository) == found


def test_a_part_of_docker_hub(plant: Plant) -> None:
    plant({"auths": {"docker.io/team": entry("team"), HUB: entry("hub")}}, PODMAN[2])
    assert (secret_of(HUB, "team/app"), secret_of(HUB, "library/node")) == ("team", "hub")


def test_an_empty_entry_leaves_it_to_the_one_above(plant: Plant) -> None:
    plant({"auths": {HOST: entry("host"), f"{HOST}/team": {}}}, PODMAN[2])
    assert secret_of() == "host"


# Files that are none.


@pytest.mark.parametrize(
    "content", ["", " \n", "{}", '{"auths": {}}', '{"auths": null, "credHelpers": null, "credsStore": ""}', "\ufeff{}"]
)
def test_a_file_without_logins(plant: Plant, content: str) -> None:
    plant(content)
    assert find() is None


def test_a_file_with_a_mark_of_its_order_of_bytes(plant: Plant) -> None:
    plant("\ufeff" + json.dumps({"auths": {HOST: entry("secret")}}))
    assert secret_of() == "secret"


def test_no_file() -> None:
    assert logins.configs() == () and find() is None


BAD: dict[str, tuple[bytes, str]] = {
    "cut off": (b'{"auths": {"SECRET', "is not JSON (line 1, column 12)"),
    "two lines": (b'{"auths":\n xSECRET}', "is not JSON (line 2, column 2)"),
    "no text": (b"\xff\xfeSECRET", "is not JSON"),
    "deep": (b"[" * 99_999, "is not JSON"),
    "long number": (b'{"auths": ' + b"9" * 5000 + b"}", "is not JSON"),
    "list": (b'["SECRET"]', "is not an object of JSON"),
    "text": (b'"SECRET"', "is not an object of JSON"),
    "null": (b"null", "is not an object of JSON"),
    "auths": (b'{"auths": "SECRET"}', "has no object of entries as its auths"),
    "empty auths": (b'{"auths": []}', "has no object of entries as its auths"),
    "entry": (b'{"auths": {"x": "SECRET"}}', "has no object of entries as its auths"),
    "helpers": (b'{"credHelpers": ["SECRET"]}', "does not name its helpers as texts (credHelpers, credsStore)"),
    "helper": (
        b'{"credHelpers": {"x": {"SECRET": 1}}}',
        "does not name its helpers as texts (credHelpers, credsStore)",
    ),
    "store": (b'{"credsStore": {}}', "does not name its helpers as texts (credHelpers, credsStore)"),
    "no base64": (b'{"auths": {"HOST": {"auth": "SECRET!"}}}', f"has a login for {HOST} that is not base64"),
    "number": (b'{"auths": {"HOST": {"auth": 5}}}', f"has a login for {HOST} that is not base64"),
    "bytes": (b'{"auths": {"HOST": {"auth": "//8="}}}', f"has a login for {HOST} that is not base64"),
    "no colon": (b'{"auths": {"HOST": {"auth": "CODED"}}}', f"has a login for {HOST} that is not user:password"),
    "program": (b'{"credHelpers": {"HOST": "../SECRET"}}', f"names a helper for {HOST} that is no program's name"),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("path", [".docker/config.json", PODMAN[2]])
def test_a_malformed_file(plant: Plant, bad: str, path: str) -> None:
    secret, (content, said) = secrets.token_hex(16), BAD[bad]
    filled = content.replace(b"SECRET", secret.encode()).replace(b"HOST", HOST.encode())
    plant(filled.replace(b"CODED", coded(secret).encode()), path)
    error = caught()
    assert error.fact == f"~/{path}, the file of your logins, {said}." and error.code == 2
    for told in (error.fact, error.remedy):
        assert secret not in told and coded(secret) not in told
    assert "log in again" in error.remedy and "--offline" in error.remedy


def test_an_entry_of_another_registry_does_not_matter(plant: Plant) -> None:
    plant({"auths": {"other.example.test": {"auth": "no base64"}, HOST: entry("secret")}})
    assert secret_of() == "secret"


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Takes away the right of root to read all."""
    before = os.geteuid()
    os.seteuid(before or 65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_what_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not in a folder of the test, which is one user's alone.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        monkeypatch.setenv("DOCKER_CONFIG", folder)
        file = Path(folder, "config.json")
        file.touch(0)
        with as_nobody():
            assert caught().fact == f"{file}, the file of your logins, cannot be read (permission denied)."
        os.chmod(folder, 0)
        with as_nobody():
            assert find() is None, "whether there is a file cannot be known"
        os.chmod(folder, 0o700)


def test_a_folder_is_no_file(own_home: Path) -> None:
    (own_home / ".docker/config.json").mkdir(parents=True)
    assert find() is None


# Helpers.


@pytest.mark.parametrize(
    ("content", "registry", "asked"),
    [
        ({"credsStore": "vault"}, HOST, HOST),
        ({"credsStore": "vault"}, HUB, HUB_SERVER),
        ({"credHelpers": {HOST: "vault"}}, HOST, HOST),
        ({"credHelpers": {HOST: "vault"}, "credsStore": "other"}, HOST, HOST),
        ({"credHelpers": {f"https://{HOST}": "vault"}}, HOST, HOST),
        ({"credHelpers": {"other.example.test": "other"}, "credsStore": "vault"}, HOST, HOST),
        *(({"credHelpers": {key: "vault"}}, HUB, HUB_SERVER) for key in (HUB, "index.docker.io", HUB_SERVER)),
        ({"credsStore": "vault", "auths": {HOST: {"auth": "wrong"}}}, HOST, HOST),
    ],
)
def test_a_helper(plant: Plant, programs: Path, content: dict[str, Any], registry: str, asked: str) -> None:
    secret = secrets.token_hex(16)
    helper = Helper(programs, "vault", {asked: ("ada", secret)})
    other = Helper(programs, "other", {asked: ("ada", "wrong")})
    plant(content)
    assert find(registry) == Login("ada", secret, False, "docker-credential-vault")
    assert helper.calls() == [f"get {asked}"] and not other.calls()


def test_a_helper_that_has_an_identity_token(plant: Plant, programs: Path) -> None:
    secret = secrets.token_hex(16)
    Helper(programs, "vault", {HOST: ("<token>", secret)})
    plant({"credsStore": "vault"})
    assert find() == Login("<token>", secret, True, "docker-credential-vault")


@pytest.mark.parametrize("auths", [{}, {HOST: {}}])
def test_a_helper_that_knows_no_login(plant: Plant, programs: Path, auths: dict[str, Any]) -> None:
    helper = Helper(programs, "vault", {"other.example.test": ("ada", "wrong")})
    plant({"credsStore": "vault", "auths": auths})
    assert find() is None and helper.calls() == [f"get {HOST}"]


@pytest.mark.parametrize("told", ["not found", "no secret"])
def test_where_a_helper_knows_no_login_the_file_may(plant: Plant, programs: Path, told: str) -> None:
    Helper(programs, "vault", {HOST: ("ada", "")} if told == "no secret" else {})
    plant({"credsStore": "vault", "auths": {HOST: entry("secret")}})
    assert secret_of() == "secret"


def test_a_helper_that_is_switched_off_for_a_registry(plant: Plant, programs: Path) -> None:
    helper = Helper(programs, "vault", {HOST: ("ada", "wrong")})
    plant({"credsStore": "vault", "credHelpers": {HOST: ""}, "auths": {HOST: entry("secret")}})
    assert secret_of() == "secret" and not helper.calls()


def test_a_helper_in_podmans_file(plant: Plant, programs: Path) -> None:
    Helper(programs, "vault", {HOST: ("ada", "secret")})
    plant({"credHelpers": {HOST: "vault"}}, PODMAN[1])
    assert secret_of() == "secret"


def test_a_helper_that_is_missing(plant: Plant) -> None:
    plant({"credsStore": "vault"})
    error = caught()
    assert error.fact == (
        f"{OWN} has docker-credential-vault keep the login for {HOST}, and there is no such program on PATH."
    )
    assert error.remedy == f"Install it, take it out of {OWN}, or add --offline." and error.code == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'SECRET' >&2; echo 'SECRET'; exit 3", "failed with 3."),
        ("kill -9 $$", "failed with -9."),
        ("echo '<html>SECRET'", "answered with something else."),
        ("echo '[\"SECRET\"]'", "answered with something else."),
        ("echo '\"SECRET\"'", "answered with something else."),
        ('echo \'{"Username": "SECRET"}\'', "answered with something else."),
        ("printf '\\377SECRET'", "answered with something else."),
        ("exit 0", "answered with something else."),
    ],
)
def test_a_helper_that_fails(plant: Plant, programs: Path, script: str, said: str) -> None:
    secret = secrets.token_hex(16)
    program = programs / "docker-credential-vault"
    program.write_text(f"#!/bin/sh\n{script.replace('SECRET', secret)}\n")
    program.chmod(0o755)
    plant({"credsStore": "vault"})
    error = caught()
    assert error.fact == f"docker-credential-vault, which {OWN} names, {said}"
    assert error.remedy == f"Try it by hand: echo {HOST} | docker-credential-vault get"
    assert not isinstance(error, Transient)


def test_a_helper_that_cannot_be_run(plant: Plant, programs: Path) -> None:
    program = programs / "docker-credential-vault"
    program.write_text("#!/nowhere/sh\n")
    program.chmod(0o755)
    plant({"credsStore": "vault"})
    assert caught().fact.startswith(f"docker-credential-vault, which {OWN} names, cannot be run (no such file")


def test_a_helper_that_hangs(plant: Plant, programs: Path) -> None:
    Helper(programs, "vault", mode="hanging")
    plant({"credsStore": "vault"})
    begun = time.monotonic()
    error = caught(seconds=0.3)
    assert error.fact == f"docker-credential-vault, which {OWN} names, gave no answer within 0.3 s."
    assert isinstance(error, Transient) and time.monotonic() - begun < 1


# What is never shown.


def test_secrets_are_not_shown(plant: Plant) -> None:
    secret = secrets.token_hex(16)
    plant(
        {"auths": {HOST: {"username": "ada", "password": secret}, "x": entry(secret), "y": {"identitytoken": secret}}}
    )
    (config,), login = logins.configs(), find()
    assert isinstance(config, Config) and login and login.secret == secret
    for told in (repr(config), str(config), repr(login), str(login)):
        assert secret not in told and coded(f"ada:{secret}") not in told
    assert "ada" in repr(login)


def test_a_login_that_is_no_text(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_home / ".docker").mkdir()
    entry = {"auths": {HOST: {"username": "ada", "password": "\ud800planted"}}}
    (own_home / ".docker/config.json").write_text(json.dumps(entry))
    with pytest.raises(ScaffoldError, match=r"The login that ~/.docker/config.json has cannot be sent") as caught:
        find()
    assert "planted" not in f"{caught.value.fact} {caught.value.remedy}"
