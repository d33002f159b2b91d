"""What every generated file must hold, and no outside scanner notices: texts in, findings out."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

INSTRUCTION = re.compile("ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|RUN|USER|WORKDIR")
PINNED = re.compile(
    r"(?P<name>[a-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*):(?P<tag>[\w][\w.-]*)@sha256:[0-9a-f]{64} AS [a-z][a-z0-9-]*"
)
USER = "65532:65532"
SECRET = re.compile(r"secret|passw|token|api_?key|credential", re.IGNORECASE)


class Unreadable(Exception):
    """A text that is no Dockerfile, with the line."""


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name, all that follows with continuation lines joined, and the text of a heredoc."""

    name: str
    value: str
    heredoc: str = ""

    @property
    def words(self) -> list[str]:
        """The exec form; empty when it is none."""
        try:
            value = json.loads(self.value)
        except ValueError:
            return []
        return value if isinstance(value, list) and all(isinstance(word, str) for word in value) else []


def parse(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile, read more strictly than engines do; raises Unreadable."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        raise Unreadable("the text does not end in one newline")
    found, lines = list[Instruction](), text.split("\n")[:-1]
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if not line or line.startswith("#"):
            continue
        start = position
        while line.endswith("\\"):
            following = lines[position] if position < len(lines) else ""
            if not following.strip() or following.lstrip().startswith("#"):
                raise Unreadable(f"{position}: nothing continues this line")
            line = f"{line[:-1].rstrip()} {following.strip()}"
            position += 1
        name, _, value = line.partition(" ")
        if not INSTRUCTION.fullmatch(name) or not value.strip() or line != line.rstrip():
            raise Unreadable(f"{start}: no instruction: {line}")
        heredoc = ""
        if end := re.search(r"<<-?(['\"]?)(\w+)\1(\s|$)", value) if name in ("COPY", "RUN") else None:
            try:
                length = lines[position:].index(end[2])
            except ValueError:
                raise Unreadable(f"{start}: the heredoc {end[2]} has no end") from None
            heredoc = "\n".join(lines[position : position + length])
            position += length + 1
        if name in ("ENTRYPOINT", "CMD") and value.startswith("[") and not Instruction(name, value).words:
            raise Unreadable(f"{start}: no JSON: {value}")
        found.append(Instruction(name, value, heredoc))
    if not found or found[0].name != "FROM":
        raise Unreadable("1: no FROM at the beginning")
    return found


def stages(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """The instructions by stage, each with its FROM first."""
    parts: list[list[Instruction]] = []
    for instruction in instructions:
        if instruction.name == "FROM":
            parts.append([])
        parts[-1].append(instruction)
    return parts


def dockerfile(text: str) -> Iterator[str]:
    """Findings in a Dockerfile."""
    try:
        instructions = parse(text)
    except Unreadable:
        yield "unreadable"
        return
    if re.search(r"(?im)^#\s*(syntax|escape|check)\s*=", text):
        yield "directive"
    yield from _froms(instructions)
    yield from _anywhere(instructions)
    yield from _last(stages(instructions)[-1])


def _froms(instructions: Sequence[Instruction]) -> Iterator[str]:
    names: list[str] = []
    for stage in stages(instructions):
        source = stage[0].value
        pinned = PINNED.fullmatch(source)
        if not pinned and not re.fullmatch("scratch AS [a-z][a-z0-9-]*", source):
            yield "from-pinned"
        elif pinned and pinned["tag"] == "latest":
            yield "latest"
        for instruction in stage[1:]:
            used = re.findall(r"(?:--from=|[=,]from=)([\w.:/@-]+)", instruction.value)
            if not set(used) <= set(names):
                yield "from-stage"
        names.append(source.rpartition(" AS ")[2])
    if len(set(names)) < len(names):
        yield "from-stage"


def _anywhere(instructions: Sequence[Instruction]) -> Iterator[str]:
    commands = [i.value for i in instructions if i.name == "RUN"]
    if any(i.name in ("ADD", "ARG") for i in instructions):
        yield "add-arg"
    # What the app writes to is all that is its own.
    if any("--chown" in i.value for i in instructions if i.name == "COPY" and i.value != WRITABLE):
        yield "chown"
    if any(i.name == "ENV" and SECRET.search(i.value) for i in instructions):
        yield "secret"
    if any(re.search(r"\bnpm (i|install|update)\b", command) for command in commands):
        yield "npm-install"
    node = any(i.name == "COPY" and re.search(r"\bpackage\.json\b", i.value) for i in instructions)
    if node and not any("npm ci" in command for command in commands):
        yield "npm-ci"
    if any(
        re.search(r"--network=host|--security=insecure|\bcurl\b|\bwget\b|\bsudo\b", command) for command in commands
    ):
        yield "run"


def _last(stage: Sequence[Instruction]) -> Iterator[str]:
    names = [instruction.name for instruction in stage]
    if names.count("USER") != 1 or "RUN" in names[names.index("USER") :] or stage[names.index("USER")].value != USER:
        yield "user"
    if names.count("HEALTHCHECK") != 1 or not _health(stage):
        yield "healthcheck"
    if names.count("ENTRYPOINT") != 1 or not _only(stage, "ENTRYPOINT").words or "CMD" in names:
        yield "entrypoint"
    if any(i.name == "COPY" and not re.match(r"(--\w+=\S+ )*--from=", i.value) for i in stage):
        yield "copy-context"
    based = stage[0].value != "scratch AS runtime" and "/distroless/" not in stage[0].value
    strip = r"find / -xdev -type f -perm /6000 -exec (rm -f|chmod a-s) \{\} \+"
    if based and not any(i.name == "RUN" and re.search(strip, i.value) for i in stage):
        yield "setuid"


def _only(stage: Sequence[Instruction], name: str) -> Instruction:
    return next((i for i in stage if i.name == name), Instruction(name, ""))


def _health(stage: Sequence[Instruction]) -> list[str]:
    """The words of the health check, when it is of the exec form."""
    return Instruction("CMD", _only(stage, "HEALTHCHECK").value.partition("CMD ")[2]).words


COMPOSE: dict[str, Any] = {
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "read_only": True,
    "init": True,
    "user": USER,
    "restart": "on-failure:5",
}
FORBIDDEN = re.compile(
    "cap_add|cgroup|cgroup_parent|container_name|devices|image|ipc|network_mode|pid|privileged|userns_mode|volumes_from"
)
WRITABLE = f"--from=build --chown={USER} /writable /"


def compose(text: str) -> Iterator[str]:
    """Findings in a compose file."""
    content = yaml.safe_load(text)
    if "version" in content or "name" not in content:
        yield "top"
    for service in content["services"].values():
        for key, value in COMPOSE.items():
            if service.get(key) != value:
                yield key
        yield from filter(FORBIDDEN.fullmatch, service)
        for key, form in (("mem_limit", r"\d+m"), ("cpus", r"\d+(\.\d+)?"), ("pids_limit", r"\d+")):
            if not re.fullmatch(form, str(service.get(key))):
                yield key
        mounts = [mount.partition(":") for mount in service.get("tmpfs", [])]
        options = {"noexec", "nosuid", "nodev"}
        sized = all(options <= set(rest.split(",")) and re.search(r"\bsize=\d+m\b", rest) for _, _, rest in mounts)
        if not sized or "/tmp" not in [path for path, _, _ in mounts]:
            yield "tmpfs"
        if any(SECRET.search(str(name)) for name in service.get("environment", ())):
            yield "secret"
        if not all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1(/udp)?", port) for port in service.get("ports", ())):
            yield "ports"
        mounted = [mount.partition(":") for mount in service.get("volumes", ())]
        named = content.get("volumes", {})
        if not all(name in named and named[name] == {} and path.startswith("/") for name, _, path in mounted):
            yield "volumes"


def dependabot(text: str) -> Iterator[str]:
    """Findings in a Dependabot configuration."""
    for update in yaml.safe_load(text)["updates"]:
        cooldown = update.get("cooldown", {})
        if cooldown.get("default-days") != 7:
            yield "cooldown"
        if any(key.startswith("semver") for key in cooldown):
            yield "semver-cooldown"


def together(files: Mapping[str, str]) -> Iterator[str]:
    """Findings in what the files say of each other."""
    services = yaml.safe_load(files["compose.yaml"])["services"]
    places = {posixpath.normpath(service["build"]["context"]) for service in services.values()}
    updates = yaml.safe_load(files[".github/dependabot.yml"])["updates"]
    watched = {posixpath.relpath(u["directory"], "/") for u in updates if u["package-ecosystem"] == "docker"}
    if watched != places or {posixpath.normpath(posixpath.dirname(p) or ".") for p in files if _is(p)} != places:
        yield "directories"
    for service in services.values():
        text = files[posixpath.normpath(f"{service['build']['context']}/Dockerfile")]
        instructions = parse(text)
        last = stages(instructions)[-1]
        exposed = [i.value for i in last if i.name == "EXPOSE"]
        if exposed != [port.split(":")[-1] for port in service.get("ports", ())]:
            yield "ports-agree"
        if service["healthcheck"] == {"disable": True}:
            if _only(last, "HEALTHCHECK").value != "NONE":
                yield "healthcheck-agrees"
            continue
        if service["healthcheck"]["test"] != ["CMD", *_health(last)] or _times(last) != _times_of(service):
            yield "healthcheck-agrees"
        own = next((port for port in exposed if "/" not in port), "")
        environment = re.findall(r"\bPORT=(\d+)", _only(last, "ENV").value)
        source = " ".join([*_health(last), *(i.heredoc for i in instructions)])
        asked = re.findall(r"(?:127\.0\.0\.1:|127\.0\.0\.1', |connect\(|Port: )(\d+)", source)
        if set(environment) != {own} or set(asked) != {own}:
            yield "port-agrees"


def docker_run(words: Sequence[str], service: Mapping[str, Any], name: str) -> Iterator[str]:
    """Findings in a `docker run` beside the service of the compose file."""
    flags = [("--user", service["user"]), ("--cap-drop", "ALL"), ("--security-opt", "no-new-privileges:true")]
    flags += [("--tmpfs", mount) for mount in service["tmpfs"]] + [
        ("--publish", port) for port in service.get("ports", ())
    ]
    flags += [("--volume", mount) for mount in service.get("volumes", ())]
    flags += [("--memory", service["mem_limit"]), ("--memory-reservation", service["mem_reservation"])]
    flags += [("--cpus", str(service["cpus"])), ("--pids-limit", str(service["pids_limit"]))]
    expected = ["docker", "run", "--rm", "--init", "--read-only", *(word for flag in flags for word in flag), name]
    if sorted(words) != sorted(expected) or list(words[:2]) != expected[:2] or words[-1] != name:
        yield "docker-run"


def findings(files: Mapping[str, str]) -> set[str]:
    """All findings in a generated set of files, by path."""
    found = {finding for path, text in files.items() if _is(path) for finding in dockerfile(text)}
    found |= {*compose(files["compose.yaml"]), *dependabot(files[".github/dependabot.yml"])}
    return found if "unreadable" in found else found | set(together(files))


def _is(path: str) -> bool:
    return path.rpartition("/")[2] == "Dockerfile"


def _times(stage: Sequence[Instruction]) -> dict[str, str]:
    flags = re.findall(r"--([a-z-]+)=(\S+)", _only(stage, "HEALTHCHECK").value.partition("CMD ")[0])
    return {name.replace("-", "_"): value for name, value in flags}


def _times_of(service: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in service["healthcheck"].items() if key != "test"}
