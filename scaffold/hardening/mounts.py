"""Rules about what a service mounts: the host's folders, devices and engine, and file systems in memory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from scaffold.findings import Weakness
from scaffold.hardening import secrets
from scaffold.hardening.yaml import Value, resolved

SOCKET = re.compile(r"(?:.*/)?(?:docker|containerd|podman|crio|buildkitd)\.sock")

SYSTEM = (
    "/boot",
    "/dev",
    "/etc",
    "/proc",
    "/root",
    "/run",
    "/sys",
    "/usr",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/run",
)
"""Folders of the host that are not a container's, with all below."""

WHOLE = ("/", "/bin", "/home", "/lib", "/lib64", "/opt", "/sbin", "/var", "/var/lib", "/var/log", "~", "$HOME")
"""Folders that hold far more than one service's files, while those below may be its own."""

HARMLESS = (
    "/etc/localtime",
    "/etc/timezone",
    "/etc/ssl/certs",
    "/etc/pki/ca-trust",
    "/usr/share/zoneinfo",
    "/dev/null",
)

APP = "/app"
"""Where all our images have the app."""

_CODE = r"app|cmd|dist|internal|lib|node_modules|pkg|public|server|src|views"
"""Folders of code; others below APP may be of data or settings."""

NAMED = "Mount a named volume, or a folder of the project."
BOUNDS = "Write /tmp:size=64m,mode=1777,noexec,nosuid,nodev."


def mounts(service: Value) -> Iterator[Weakness]:
    """What the mounts of a service reach, and its tmpfs allow."""
    for item in service.list("volumes"):
        source, options = _long(item) if item.fields else _short(item)
        yield from _source(source, item)
        if {"shared", "rshared", "slave", "rslave"} & set(options):
            yield Weakness(
                "shared-mount", item.line, f"{source} is mounted as {', '.join(options)}.", "Leave that out."
            )
        if item.word("type") == "tmpfs" and not _bounded(item.word("tmpfs", "size")):
            fact = f"The tmpfs at {item.word('target')} has no size."
            yield Weakness("loose-tmpfs", _of(item, "target"), fact, "Write tmpfs: size: 64m below it.")
    yield from _sources(service)
    for item in service.list("tmpfs"):
        yield from _tmpfs(item)
    for key in ("devices", "device_cgroup_rules"):
        for item in service.list(key):
            what = item.text or item.word("source")
            yield Weakness("devices", item.line, f"{key} has {what}.", "Take it out.")
    if (value := service.at("use_api_socket")) and value.true:
        yield Weakness("engine-socket", value.line, "use_api_socket is true.", "Take it out.")


def volume(value: Value) -> Iterator[Weakness]:
    """What a named volume reaches that stands for a folder of the host."""
    device = value.at("driver_opts", "device")
    if device and value.word("driver_opts", "type") in ("", "none", "bind"):
        yield from _path(resolved(device.text), device.line)


def _short(item: Value) -> tuple[str, list[str]]:
    source, colon, rest = _named(item.text).partition(":")
    return (resolved(source) if colon else "", rest.partition(":")[2].split(","))


def _long(item: Value) -> tuple[str, list[str]]:
    source = item.at("source")
    bound = source and item.word("type") in ("", "bind")
    return (resolved(_named(source.text)) if source and bound else "", [item.word("bind", "propagation")])


def _named(path: str) -> str:
    """A path with signs for the folders that two variables stand for."""
    return re.sub(r"^\$\{?PWD\}?(?=[/:]|$)", ".", re.sub(r"^\$\{?HOME\}?(?=[/:]|$)", "~", path))


def _source(source: str, item: Value) -> Iterator[Weakness]:
    yield from _path(source, _of(item, "source"))


def _sources(service: Value) -> Iterator[Weakness]:
    """Folders of the project that lie over what a service's image was built with; its code is in APP."""
    build = service.at("build")
    if not build:
        return
    context = build.word("context") or resolved(build.text) or "."
    for item in service.list("volumes"):
        source = _long(item)[0] if item.fields else _short(item)[0]
        target = item.word("target") if item.fields else resolved(item.text).partition(":")[2].partition(":")[0]
        if not source.startswith((".", "/")) or not target:
            continue
        at, over = _placed(source), posixpath.normpath(target)
        inside = posixpath.relpath(over, APP) if over.startswith("/") else ""
        same = posixpath.relpath(at, _placed(context)) == inside and re.fullmatch(_CODE, inside.partition("/")[0])
        if _within(APP, over) or over == "/" or _within(_placed(context), at) or same:
            fact = f"{source} lies over {target} of the image."
            remedy = "Take it out; docker compose up --build brings what changed, or docker compose watch."
            yield Weakness("mounted-source", _of(item, "source"), fact, remedy)


def _placed(path: str) -> str:
    """A path of the project, or any other, as one that begins with `/`."""
    return posixpath.normpath(posixpath.join("/a/b/c/d", path))


def _of(item: Value, key: str) -> int:
    found = item.at(key)
    return found.line if found else item.line


def _path(path: str, line: int) -> Iterator[Weakness]:
    if not path.startswith(("/", "~", ".")):
        return
    plain = posixpath.normpath(re.sub("^//+", "/", path))
    if SOCKET.fullmatch(plain):
        remedy = "Take it out; what needs the engine belongs behind a proxy that lets single requests through."
        yield Weakness("engine-socket", line, f"{path} gives the engine, and with it the host.", remedy)
    elif any(_within(plain, known) for known in HARMLESS):
        return
    elif plain in WHOLE or any(_within(plain, known) for known in SYSTEM):
        yield Weakness("host-path", line, f"{path} of the host is mounted.", NAMED)
    elif plain.startswith("~") and secrets.is_file(plain):
        yield Weakness("host-path", line, f"{path} holds secrets of the user.", NAMED)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _tmpfs(item: Value) -> Iterator[Weakness]:
    path, _, options = resolved(item.text).partition(":")
    given = [option.strip() for option in options.split(",")]
    sizes = [option.partition("=")[2] for option in given if option.startswith("size=")]
    lacks = []
    if "noexec" not in given or "exec" in given:
        lacks.append("runs programs" if "exec" in given else "has no noexec")
    if not sizes or not _bounded(sizes[-1]):
        lacks.append("has no size")
    if lacks:
        yield Weakness("loose-tmpfs", item.line, f"The tmpfs at {path} {' and '.join(lacks)}.", BOUNDS)


def _bounded(size: str) -> bool:
    return bool(size) and not re.fullmatch(r"0+[a-z%]*|100%", size, re.IGNORECASE)
