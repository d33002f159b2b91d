"""Rules about the services of a compose.yaml: privileges, limits, variables and all that is not of ports or mounts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scaffold.findings import Weakness
from scaffold.hardening import images, mounts, passwords, ports, privileges, run, secrets, starts, words, yaml
from scaffold.hardening.composed import Files, Reader
from scaffold.hardening.words import Command, Word
from scaffold.hardening.yaml import Value

SECRETS = "Give it as a secret, in a file that NAME_FILE names, or as ${NAME} without a default."

SAFE_SYSCTLS = re.compile(
    r"kernel\.shm_rmid_forced|net\.core\.somaxconn|net\.ipv4\.(?:ip_local_port_range|ip_local_reserved_ports"
    r"|ip_unprivileged_port_start|ping_group_range|tcp_[a-z_]+)"
)
"""Settings that concern only the container (kubernetes.io, "Using sysctls", and those of TCP beside these)."""

_LIMITS = (
    ("no-memory-limit", "memory", ("mem_limit",), "mem_limit: 256m"),
    ("no-cpu-limit", "cpus", ("cpus", "cpu_quota"), "cpus: 0.5"),
    ("no-process-limit", "pids", ("pids_limit",), "pids_limit: 128"),
)
"""Rule, name below deploy.resources.limits, names in the service, what to write."""


def judged(
    path: str, text: str, services: Collection[str] | None, read: Reader
) -> Iterator[tuple[str, Weakness, bool]]:
    """Every weakness of a compose.yaml and of what Compose reads with it.

    Each with its file, and whether it is of a service that is not among `services` (None: all are).
    """
    files = Files(read)
    found = [*_units(files, path, text, services)]
    for weakness, other in (*found, *((weakness, False) for weakness in files.weaknesses)):
        at, line = files.place(weakness.line)
        yield at, weakness._replace(line=line), other
    for at, content in zip(files.paths, files.texts, strict=True):
        for weakness in secrets.texts(content):
            yield at, weakness, False


def _units(files: Files, path: str, text: str, services: Collection[str] | None) -> Iterator[tuple[Weakness, bool]]:
    for unit in files.units(path, text):
        of_services, volumes = unit.value.at("services"), unit.value.at("volumes")
        for name, said in of_services.fields.items() if of_services else ():
            if said.how == "reset":
                continue
            service, whole = files.extended(unit, name)
            other = services is not None and name not in services
            for weakness in _service(service, whole):
                yield weakness, other
            # What is the user's own is built as the user likes.
            for weakness in () if other else _built(service):
                yield weakness, False
        for value in volumes.fields.values() if volumes else ():
            for weakness in mounts.volume(value):
                yield weakness, False


def _service(service: Value, whole: bool) -> Iterator[Weakness]:
    mine = (_image, _variables, _started, _rest)
    rights = (privileges.privileges, privileges.user, privileges.namespaces)
    for rule in (*rights, *mine, ports.ports, mounts.mounts):
        yield from rule(service)
    for rule in (privileges.kept, _limits, _health):
        for weakness in rule(service):
            # What is missing here may stand in the other file.
            if whole or weakness.line != service.line:
                yield weakness


def _image(service: Value) -> Iterator[Weakness]:
    """The image that is pulled; beside `build` it is a name for what is built. And what a build is allowed."""
    image, build = service.at("image"), service.at("build")
    if image and image.text and not build:
        yield from images.pin(yaml.resolved(image.text), image.line)
    if not build:
        return
    network = build.at("network")
    if network and network.text == "host":
        yield Weakness("insecure-build", network.line, "build.network is host.", "Take it out.", "warning")
    for item in build.list("entitlements"):
        yield Weakness("insecure-build", item.line, f"The build is allowed {item.text}.", "Take it out.")


def _built(service: Value) -> Iterator[Weakness]:
    """A build of something else than the last stage of the Dockerfile: that is judged, and nothing beside it."""
    for key in ("dockerfile", "dockerfile_inline", "target"):
        value = service.at("build", key)
        if value and value.text.removeprefix("./") not in ("", "Dockerfile"):
            said = "set" if key == "dockerfile_inline" else value.text
            fact = f"build.{key} is {said}: what is built is not what is checked."
            yield Weakness("other-build", value.line, fact, f"Take {key} out.")


def _variables(service: Value) -> Iterator[Weakness]:
    for keys in (("environment",), ("build", "args")):
        found = service.at(*keys)
        pairs = [(name, value.text, value.line) for name, value in found.fields.items()] if found else []
        for item in found.items if found else ():
            name, _, value = item.text.partition("=")
            pairs.append((name, value, item.line))
        for name, text, line in pairs:
            value = yaml.resolved(text)
            yield from run.switched_off(name, value, line)
            yield from starts.variable(name, value, line) if keys[0] == "environment" else ()
            yield from () if "$" in value else secrets.variable(name, value, line, SECRETS)


def _started(service: Value) -> Iterator[Weakness]:
    """The commands in place of the image's own: Compose starts them without a shell, unless they are one."""
    before: list[Command] = []
    for key in ("entrypoint", "command"):
        if not (value := service.at(key)):
            continue
        listed = [Word(yaml.resolved(item.text), item.line) for item in value.items]
        found = [*(words.of_words(listed) if listed else words.of_text(yaml.resolved(value.text), value.line))]
        weak = [*starts.manager(key, found, value.line)] or starts.shell(key, found, value.line, by_shell=False)
        yield from (*weak, *starts.debugging(found, before))
        for one in found:
            yield from passwords.judged(one, SECRETS)
        before += found


def _limits(service: Value) -> Iterator[Weakness]:
    for rule, below, names, remedy in _LIMITS:
        found = [service.at("deploy", "resources", "limits", below), *map(service.at, names)]
        given = [value for value in found if value and value.text]
        if not given:
            # One that is taken away stands there without a value.
            line = next((value.line for value in found if value), service.line)
            yield Weakness(rule, line, f"There is no {names[0]}.", f"Write {remedy}.")
        elif any(re.match(r"-|0+(\.0*)?[a-zA-Z]*$", yaml.resolved(value.text)) for value in given):
            fact = f"{names[0]} is {given[0].text}, which means none."
            yield Weakness(rule, given[0].line, fact, f"Write {remedy}.")


def _health(service: Value) -> Iterator[Weakness]:
    check = service.at("healthcheck")
    remedy = "Write healthcheck: test: [CMD, program, argument]."
    if not check or not check.fields:
        line = check.line if check else service.line
        yield Weakness("no-healthcheck", line, "There is no healthcheck.", remedy, control="CIS 5.27")
        return
    off, test = check.at("disable"), check.list("test")
    if off and off.true:
        yield Weakness("no-healthcheck", off.line, "healthcheck is disabled.", remedy, control="CIS 5.27")
    elif test and test[0].text.upper() == "NONE":
        yield Weakness("no-healthcheck", test[0].line, "The test of healthcheck is NONE.", remedy, control="CIS 5.27")


def _rest(service: Value) -> Iterator[Weakness]:
    restart = service.at("restart")
    policy, _, times = yaml.resolved(restart.text).partition(":") if restart else ("", "", "")
    few = policy == "on-failure" and times.isdecimal() and 1 <= int(times[:9]) <= 5
    if restart and policy in ("always", "unless-stopped", "on-failure") and not few:
        yield Weakness("restarts", restart.line, f"restart is {restart.text}.", "Write restart: on-failure:5.")
    settings = service.at("sysctls")
    named = [(name, value.line) for name, value in settings.fields.items()] if settings else []
    named += [(item.text.partition("=")[0], item.line) for item in settings.items] if settings else []
    for name, line in named:
        if not SAFE_SYSCTLS.fullmatch(name):
            yield Weakness("sysctls", line, f"{name} is set.", "Take it out.")
