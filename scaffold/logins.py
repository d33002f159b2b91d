"""Finds the login for a registry where Docker and Podman keep it; what it finds is never printed.

The file is Docker's config.json (docker/cli, `cli/config/configfile/file.go`), a helper's program speaks the protocol
of github.com/docker/docker-credential-helpers, and Podman's file is that of containers-auth.json(5).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold import folders
from scaffold.errors import ScaffoldError, Transient
from scaffold.images import HUB

HUB_SERVER = "https://index.docker.io/v1/"
"""What Docker calls Docker Hub where logins are kept."""

_NOT_FOUND = "credentials not found in native keychain"
_TOKEN_USER = "<token>"


@dataclass(frozen=True)
class Login:
    """A user and a password, or an identity token, which a token server changes for another; and where it stood."""

    user: str
    secret: str = field(repr=False)
    identity: bool
    source: str


@dataclass(frozen=True)
class Config:
    """One file of logins, checked: `auths` by the registry as it is written there, helpers by registry."""

    path: str
    auths: Mapping[str, Mapping[str, Any]] = field(repr=False)
    helpers: Mapping[str, str]
    store: str


def configs() -> tuple[Config, ...]:
    """The files of logins that there are, Docker's before Podman's. Raises ScaffoldError for a malformed one."""
    return tuple(_read(path) for path in _paths() if os.path.isfile(path))


Asked = dict[str, Login | None]
"""What helpers' programs have answered for one registry."""


def find(
    known: tuple[Config, ...], registry: str, repository: str, seconds: float, asked: Asked | None = None
) -> Login | None:
    """The login for a repository of a registry, as Docker and then Podman would take it, or None.

    A helper's program has `seconds` to answer, and is not run when `asked` has its answer, which is put there.
    Raises ScaffoldError for one that is missing or fails, Transient for one that does not answer, and ScaffoldError
    for an entry that cannot be read.
    """
    for config in known:
        program = next((name for key, name in config.helpers.items() if _place(key) == registry), config.store)
        asked = {} if asked is None else asked
        if program and program not in asked:
            asked[program] = _ask(program, registry, config.path, seconds)
        if program and (login := asked[program]):
            return _sendable(login)
        entries = {_place(key): entry for key, entry in _by_name(config.auths, registry)}
        for place in _places(f"{registry}/{repository}"):
            if login := _decoded(entries.get(place, {}), place, config.path):
                return _sendable(login)
    return None


def _sendable(login: Login) -> Login:
    try:
        f"{login.user}{login.secret}".encode()
    except UnicodeEncodeError:  # half a character, as JSON can write it
        fact = f"The login that {login.source} has cannot be sent: it is no text."
        raise ScaffoldError(fact, "Log in again, or add --offline.") from None
    return login


def _paths() -> Iterator[Path]:
    """Docker's file, else those of Podman, in the order that it looks for them."""
    docker = Path(os.environ.get("DOCKER_CONFIG") or folders.home() / ".docker") / "config.json"
    if os.path.isfile(docker):  # unlike a Path's own method it also says so of a folder that may not be entered
        yield docker
        return
    if own := os.environ.get("REGISTRY_AUTH_FILE"):
        yield Path(own)
        return
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers/auth.json"
    yield folders.containers() / "auth.json"


def _read(path: Path) -> Config:
    shown = folders.shown(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig").strip() or "{}")
    except json.JSONDecodeError as error:
        raise _malformed(shown, f"is not JSON (line {error.lineno}, column {error.colno})") from None
    except (ValueError, RecursionError):  # no UTF-8, or a number of thousands of digits
        raise _malformed(shown, "is not JSON") from None
    except OSError as error:
        raise _malformed(shown, f"cannot be read ({(error.strerror or 'no reason given').lower()})") from None
    if not isinstance(content, dict):
        raise _malformed(shown, "is not an object of JSON")
    given = {key: value for key, value in content.items() if value is not None}
    auths, helpers, store = given.get("auths", {}), given.get("credHelpers", {}), given.get("credsStore", "")
    if not isinstance(auths, dict) or not all(isinstance(entry, dict | None) for entry in auths.values()):
        raise _malformed(shown, "has no object of entries as its auths")
    if not isinstance(helpers, dict) or not all(isinstance(name, str) for name in (*helpers.values(), store)):
        raise _malformed(shown, "does not name its helpers as texts (credHelpers, credsStore)")
    return Config(shown, auths, helpers, store)


def _decoded(entry: Mapping[str, Any], place: str, path: str) -> Login | None:
    """The login of an entry, None for an empty one, which Docker leaves where a helper has the login."""
    import base64
    import binascii

    if token := entry.get("identitytoken"):
        return Login(_TOKEN_USER, str(token), True, path)
    user, secret = entry.get("username"), entry.get("password")
    if auth := entry.get("auth"):
        try:
            text = base64.b64decode(str(auth), validate=True).decode()
        except (binascii.Error, ValueError):
            raise _malformed(path, f"has a login for {place} that is not base64") from None
        user, colon, secret = text.partition(":")
        secret = secret.strip("\0")
        if not colon:
            raise _malformed(path, f"has a login for {place} that is not user:password")
    return Login(str(user), str(secret), False, path) if user and secret else None


def _ask(name: str, registry: str, path: str, seconds: float) -> Login | None:
    """The login that a helper's program has. What it says when it fails is not shown: it may hold anything."""
    import shutil
    import subprocess

    if not re.fullmatch(r"[\w.-]+", name):
        raise _malformed(path, f"names a helper for {registry} that is no program's name")
    program = f"docker-credential-{name}"
    found = shutil.which(program)
    if not found:
        raise ScaffoldError(
            f"{path} has {program} keep the login for {registry}, and there is no such program on PATH.",
            f"Install it, take it out of {path}, or add --offline.",
        )
    server = HUB_SERVER if registry == HUB else registry
    by_hand = f"Try it by hand: echo {server} | {program} get"
    try:
        done = subprocess.run([found, "get"], input=server.encode(), capture_output=True, timeout=max(seconds, 0.1))
    except subprocess.TimeoutExpired:
        raise Transient(
            f"{program}, which {path} names, gave no answer within {round(seconds, 1):g} s.", by_hand
        ) from None
    except OSError as error:
        fact = f"{program}, which {path} names, cannot be run ({(error.strerror or 'no reason given').lower()})."
        raise ScaffoldError(fact, by_hand) from None
    if done.returncode:
        if _NOT_FOUND in done.stdout.decode(errors="replace"):
            return None
        raise ScaffoldError(f"{program}, which {path} names, failed with {done.returncode}.", by_hand)
    try:
        answer = json.loads(done.stdout)
        user, secret = answer["Username"], answer["Secret"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ScaffoldError(f"{program}, which {path} names, answered with something else.", by_hand) from None
    if not isinstance(user, str) or not isinstance(secret, str) or not secret:
        return None
    return Login(user, secret, user == _TOKEN_USER, program)


def _by_name(auths: Mapping[str, Any], registry: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The entries that are not empty; of several for one registry the one that Docker looks for first is last."""
    entries = ((key, entry) for key, entry in auths.items() if entry)
    return sorted(entries, key=lambda pair: pair[0] in (registry, HUB_SERVER))


def _places(name: str) -> Iterator[str]:
    """The name and all above it, longest first: `gcr.io/a/b`, `gcr.io/a`, `gcr.io`."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def _place(key: str) -> str:
    """The registry, and for Podman its path, that a key names: an address is one of a host alone, as for Docker."""
    address = re.match(r"https?://([^/]+)", key)
    host, _, path = (address[1] if address else key).partition("/")
    if host in ("index.docker.io", "registry-1.docker.io"):
        host = HUB
    return f"{host}/{path}".rstrip("/") if path not in ("", "v1/", "v2/", "v1", "v2") else host


def _malformed(path: str, what: str) -> ScaffoldError:
    return ScaffoldError(
        f"{path}, the file of your logins, {what}.",
        "Correct it, or move it away and log in again; or add --offline.",
    )
