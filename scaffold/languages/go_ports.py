"""The port of a Go program, and what it must be told to listen there and beyond loopback."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages.go_flags import ELSEWHERE
from scaffold.languages.go_listens import Listen
from scaffold.languages.go_values import Knob, Value, Values
from scaffold.project import Project

CUSTOM = "8080"
"""The port of a program that must be told one, by Go's custom."""

LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|localhost|\[?::1\]?")
EXAMPLES = (
    ".env.example",
    ".env.sample",
    ".env.dist",
    ".env.template",
    "example.env",
    "sample.env",
    "app.env",
    ".env.local.example",
)
CONFIGS = (
    *(f"{folder}{name}.{kind}" for folder in ("", "config/", "configs/", "conf/", "etc/")
      for name in ("config", "app", "application", "settings", "default", "config.example", "local", "prod")
      for kind in ("yaml", "yml", "toml", "json", "conf", "ini")),
)  # fmt: skip
"""Where programs keep what they are told."""

_ADDRESS = re.compile(r"(?:\w+://)?(?P<host>[^:/\s]*|\[[^\]]*\]):(?P<port>\d{1,5})?/?")
_PLAIN = re.compile(r"\d{2,5}")


@dataclass
class Address:
    """Where the program is to listen: `port` is `none` where it listens nowhere.

    `variables` are for its environment and `arguments` for its command, so that it listens there; `tls` says that it
    speaks HTTPS alone. `error` says why it cannot be reached from outside.
    """

    port: Found | None = None
    variables: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    tls: bool = False
    http: bool = False
    settled: Listen | None = None
    error: ScaffoldError | None = None


def address(project: Project, values: Values, listens: list[Listen]) -> Address:
    """Where the program listens, of the places found in its source."""
    ranked = sorted(listens, key=lambda one: (one.aside, one.tls, not one.http, not one.values))
    found = [(one, value, place) for one in ranked for value in _best(one) if (place := _read(project, one, value))]
    if not found:
        return _by_name(project, values, bool(listens))
    one, value, (host, port) = found[0]
    plain = not one.tls or not any(other.http and not other.tls and not other.aside for other, _, _ in found)
    made = Address(tls=one.tls and plain, http=one.http, settled=one)
    others = _others(port, found)
    rule = "it is where the program serves, and the others are beside it" if others else ""
    source = next((_place(project, knob) for knob in value.knobs if _default(project, knob)), value.place)
    made.port = Found(port, source or one.call.place, "certain" if value.text else "likely", others, rule)
    _tell(made, value, port)
    if LOOPBACK.fullmatch(host):
        _open(made, project, one, value, port)
    return made


def _best(one: Listen) -> list[Value]:
    """The values of an address, what the PORT of ours decides first."""
    return sorted(one.values, key=lambda value: (not any(knob.name == "PORT" for knob in value.knobs), not value.text))


def _read(project: Project, one: Listen, value: Value) -> tuple[str, str] | None:
    """Host and port of an address, where files of the project fill in what the source does not say."""
    said = "".join(part if isinstance(part, str) else _default(project, part) for part in value.parts)
    if _PLAIN.fullmatch(said):
        return "", said
    if found := _ADDRESS.fullmatch(said):
        port = found["port"] or ""
        if port == "0":
            return None
        if not port:
            port = CUSTOM if value.knobs or said == ":" else "80"
        return found["host"], port
    if one.http and value.knobs and said == "":
        return "", CUSTOM
    return None


def _default(project: Project, knob: Knob) -> str:
    if knob.kind == "config" and (written := configured(project, knob.name)):
        return written.value
    said = knob.default or (example(project, knob.name) if knob.kind == "env" else None)
    return said if said is not None and re.fullmatch(r"[\w.:\[\]-]{1,60}", said) else ""


def _place(project: Project, knob: Knob) -> str:
    """Where the value of a knob is written."""
    written = configured(project, knob.name) if knob.kind == "config" else None
    return written.source if written else knob.place


def example(project: Project, name: str) -> str | None:
    """The value that an example of an environment file gives a variable."""
    for file in EXAMPLES:
        if project.has(file) and (
            found := re.search(
                rf"^(?:export\s+)?{re.escape(name)}=[\"']?([^\"'\s#]*)", project.glance(file), re.MULTILINE
            )
        ):
            return found[1]
    return None


def configured(project: Project, key: str) -> Found | None:
    """The value of a key with its place in a config file, but for the sections of databases and such."""
    last = key.rpartition(".")[2]
    known = re.compile(
        rf"^(\s*)[\"']?(?:{re.escape(last)}|http{re.escape(last)})[\"']?\s*[:=]\s*[\"']?([\w.:\[\]-]+)", re.I
    )
    for file in (file for file in CONFIGS if project.has(file)):
        section = ""
        for number, line in enumerate(islice(project.glance(file).splitlines(), 2_000), 1):
            if head := re.match(r"^\s*\[?[\"']?([\w.-]+)[\"']?(?:\]|\s*[:=]\s*\{?)\s*$", line):
                section = head[1]
            elif (found := known.match(line)) and not (found[1] and ELSEWHERE.search(section)):
                return Found(found[2], f"{file}:{number}")
    return None


def _others(port: str, found: list[tuple[Listen, Value, tuple[str, str]]]) -> tuple[Found, ...]:
    others = {other: one.call.place for one, _, (_, other) in found if other != port}
    return tuple(Found(other, place) for other, place in islice(others.items(), 3))


def _tell(made: Address, value: Value, port: str) -> None:
    """Gives what has no value of its own: variables of other names than PORT, and flags."""
    for knob in value.knobs:
        if knob.default or (len(value.knobs) > 1 and _is_host(knob)):
            continue
        whole = len(value.parts) == 1 and not re.search(r"(?i)port$", knob.name)
        said = f":{port}" if whole else port
        if knob.kind == "env" and knob.name == "PORT" and len(value.parts) == 1 and made.settled and made.settled.http:
            # Where PORT itself is taken for the address, it must have its colon.
            said = f":{port}" if made.settled.call.name.startswith(("ListenAndServe", "Start", "Listen")) else port
        if knob.kind == "env" and (knob.name != "PORT" or said != port):
            made.variables[knob.name] = said
        elif knob.kind == "flag":
            made.arguments.append(f"--{knob.name}={said}")


def _is_host(knob: Knob) -> bool:
    return bool(re.search(r"(?i)host|ip$|bind|interface", knob.name))


def _open(made: Address, project: Project, one: Listen, value: Value, port: str) -> None:
    """Has the program listen beyond loopback, by the first thing it knows for that."""
    for other in (value, *one.values):
        for knob in other.knobs:
            host = LOOPBACK.search(_default(project, knob))
            if host and knob.kind in ("env", "flag"):
                said = _default(project, knob).replace(host[0], "0.0.0.0", 1)
                if knob.kind == "env":
                    made.variables[knob.name] = said
                else:
                    made.arguments.append(f"--{knob.name}={said}")
                return
    if any(not LOOPBACK.match((other.text or "").removeprefix("http://")) for other in one.values if other.text):
        return
    closed = [knob for knob in value.knobs if LOOPBACK.search(_default(project, knob))]
    where = _place(project, closed[0]) if closed else value.place
    made.error = ScaffoldError(
        f"{where or one.call.place} listens on loopback alone, which nobody outside the container reaches.",
        f"Let it listen on :{port} there, or read the host from the environment; then run this again.",
    )


def _by_name(project: Project, values: Values, listens: bool) -> Address:
    """What a flag, a variable or a constant says that is called as a port."""
    for call in values.tree.calls:
        for value in (
            values.of(call.node, call.file) if re.search(r"(?i)^(u?int|string)(var)?p?$|env", call.name) else ()
        ):
            for knob in value.knobs:
                if re.fullmatch(
                    r"(?i)(?:http|server|web|listen|app|api)?[_.-]?(?:port|addr(?:ess)?|listen)", knob.name
                ):
                    said = _default(project, knob).rpartition(":")[2]
                    if re.fullmatch(r"[1-9]\d{1,4}", said):
                        return Address(Found(said, knob.place, "likely"), http=True)
    for name in ("DefaultPort", "DEFAULT_PORT", "defaultPort", "ServerPort", "Port", "port", "PORT"):
        for (_, known), bound in values.tree.package.items():
            for one in bound if known == name else ():
                for value in values.of(one.node, one.file):
                    if value.text and re.fullmatch(r":?[1-9]\d{1,4}", value.text):
                        return Address(Found(value.text.lstrip(":"), value.place, "likely"), http=True)
    if (named := configured(project, "port")) and _PLAIN.fullmatch(named.value):
        return Address(named, http=True)
    return Address(Found(CUSTOM, "Go's custom", "guess") if listens else None, http=True)
