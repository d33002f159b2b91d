"""Rules about what the containers of a compose.yaml may do: as whom, with which rights, in which namespaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.findings import Weakness
from scaffold.hardening import yaml
from scaffold.hardening.users import is_root
from scaffold.hardening.yaml import Value

_NAMESPACES = {
    "network_mode": "CIS 5.10",
    "pid": "CIS 5.16",
    "ipc": "CIS 5.17",
    "uts": "CIS 5.21",
    "userns_mode": "CIS 5.31",
    "cgroup": "CIS 5.25",
}

_GROUPS = frozenset({"0", "adm", "disk", "docker", "kmem", "root", "shadow", "sudo", "wheel"})


def privileges(service: Value) -> Iterator[Weakness]:
    """What a service was given: privileges, capabilities, and barriers that were taken away."""
    for keys in (("privileged",), ("build", "privileged")):
        value = service.at(*keys)
        if value and value.true:
            rule = "privileged" if keys[0] == "privileged" else "insecure-build"
            yield Weakness(
                rule, value.line, f"{'.'.join(keys)} is true.", "Take it out; the app needs no right over it."
            )
    for hook in (*service.list("post_start"), *service.list("pre_stop")):
        if (value := hook.at("privileged")) and value.true:
            yield Weakness("privileged", value.line, "A hook is privileged.", "Take it out.")
        if (value := hook.at("user")) and _is_root(value):
            yield Weakness(
                "root-user", value.line, "A hook runs as root.", "Take it out: it runs as the service's user."
            )
    for item in service.list("cap_add"):
        name = item.text.upper().removeprefix("CAP_")
        level = "note" if name == "NET_BIND_SERVICE" else "error"
        fact = f"The capability {name} is added."
        remedy = "Take it out; below 1024 an app listens without it." if level == "note" else "Take it out."
        yield Weakness("capabilities", item.line, fact, remedy, level)
    for item in service.list("security_opt"):
        option, _, setting = re.sub("[:=]", ":", item.text.replace(" ", ""), count=1).lower().partition(":")
        if setting in ("unconfined", "disable"):
            control = {"apparmor": "CIS 5.2", "label": "CIS 5.3"}.get(option, "")
            yield Weakness(
                "unconfined", item.line, f"{item.text} takes a barrier away.", "Take it out.", control=control
            )
        elif (option, setting) == ("no-new-privileges", "false"):
            yield Weakness("new-privileges", item.line, f"{item.text} allows it.", "Write no-new-privileges:true.")


def kept(service: Value) -> Iterator[Weakness]:
    """What each service has, unless somebody took it out."""
    dropped = [item.text.upper().removeprefix("CAP_") for item in service.list("cap_drop")]
    if "ALL" not in dropped:
        fact = f"Of the capabilities only {', '.join(dropped)} are dropped." if dropped else "No capability is dropped."
        yield Weakness("capabilities", _line(service, "cap_drop"), fact, "Write cap_drop: [ALL].")
    options = [re.sub("[:=]", ":", item.text.replace(" ", "")).lower() for item in service.list("security_opt")]
    if not any(option.startswith("no-new-privileges") for option in options):
        line = _line(service, "security_opt")
        remedy = "Write no-new-privileges:true below security_opt."
        yield Weakness("new-privileges", line, "no-new-privileges is not among security_opt.", remedy)
    root, init = service.at("read_only"), service.at("init")
    if not (root and root.true):
        fact = "read_only is not true." if root else "There is no read_only."
        remedy = "Write read_only: true, and a tmpfs or a volume where the app writes."
        yield Weakness("writable-root", _line(service, "read_only"), fact, remedy)
    if not (init and init.true):
        fact = "init is not true." if init else "There is no init."
        yield Weakness("no-init", _line(service, "init"), fact, "Write init: true.")
    if not service.word("user"):
        fact = "There is no user, and the image's holds."
        yield Weakness("root-user", _line(service, "user"), fact, "Write user: '65532:65532'.", "warning")


def _line(service: Value, key: str) -> int:
    """The line of a field, or of the service that lacks it."""
    value = service.at(key)
    return value.line if value else service.line


def _is_root(value: Value) -> bool:
    return is_root(yaml.resolved(value.text).partition(":")[0])


def user(service: Value) -> Iterator[Weakness]:
    """Who a service runs as: root, or in a group that is its equal."""
    value = service.at("user")
    if value and _is_root(value):
        yield Weakness("root-user", value.line, f"user is {value.text}.", "Write user: '65532:65532'.")
    for item in service.list("group_add"):
        if item.text.lower() in _GROUPS:
            yield Weakness("extra-group", item.line, f"The group {item.text} is added.", "Take it out.")


def namespaces(service: Value) -> Iterator[Weakness]:
    """The host's namespaces that a service is in."""
    for key, control in _NAMESPACES.items():
        value = service.at(key)
        if value and yaml.resolved(value.text) == "host":
            yield Weakness("host-namespace", value.line, f"{key} is host.", f"Take {key} out.", control=control)
    if value := service.at("cgroup_parent"):
        yield Weakness("cgroup-parent", value.line, f"cgroup_parent is {value.text}.", "Take it out.")
