"""Rules about the commands that a Dockerfile's RUN runs, and about its flags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scaffold.dockerfile import Instruction
from scaffold.findings import Weakness
from scaffold.hardening import passwords, secrets
from scaffold.hardening.downloads import Downloads
from scaffold.hardening.words import Command, commands

_INSTALLERS = {
    "apk": ("add",),
    "apt": ("install",),
    "apt-get": ("install",),
    "dnf": ("install",),
    "microdnf": ("install",),
    "yum": ("install",),
}
_TOOLS = re.compile(
    r"(?:bash|build-base|build-essential|curl|gcc|gdb|git|iproute2|iputils-ping|less|ltrace|make|nano|netcat\S*|net-tools"
    r"|nmap|openssh\S*|procps|rsync|ruby|socat|ssh|strace|sudo|tcpdump|telnet|tmux|vim\S*|wget|zsh)(?:[=~<>:].*)?"
)
"""Packages with programs that no app needs at run time, and an intruder does."""

_SWITCHES = {
    "GIT_SSL_NO_VERIFY": r"1|true",
    "GOINSECURE": r".+",
    "GONOSUMDB": r"\*",
    "GOSUMDB": r"off",
    "NODE_TLS_REJECT_UNAUTHORIZED": r"0",
    "NPM_CONFIG_STRICT_SSL": r"false",
    "PIP_TRUSTED_HOST": r".+",
    "PYTHONHTTPSVERIFY": r"0",
    "UV_INSECURE_HOST": r".+",
    "YARN_STRICT_SSL": r"false",
}
"""Variables that switch off the checking of certificates or checksums, with the values that do."""

_FLAGS = {
    "apk": r"--allow-untrusted",
    "apt": r"--allow-unauthenticated|.*Verify-(Peer|Host)=(false|0)",
    "apt-get": r"--allow-unauthenticated|.*Verify-(Peer|Host)=(false|0)",
    "curl": r"--insecure|--proxy-insecure|-(?!-)[a-zA-Z#]*k[a-zA-Z#]*",
    "git": r"http\.sslverify=(false|0)",
    "npm": r"--(no-strict-ssl|strict-ssl=false)",
    "pip": r"--trusted-host(=.*)?",
    "uv": r"--(allow-insecure-host|trusted-host)(=.*)?",
    "wget": r"--no-check-certificate",
}
_TRUST = "Trust the authority instead: put its certificate where the program looks for it."


def switched_off(name: str, value: str, line: int) -> Iterator[Weakness]:
    """That a variable switches the checking of certificates or checksums off."""
    if re.fullmatch(_SWITCHES.get(name.upper(), r"(?!)"), value.strip("\"'"), re.IGNORECASE):
        yield Weakness("tls-off", line, f"{name}={value} switches off a check of what is downloaded.", _TRUST)


def run(instruction: Instruction, last: bool, fetched: Downloads | None = None) -> Iterator[Weakness]:
    """What a RUN weakens; `last` says whether it is part of the image that runs.

    `fetched` is what the steps before it downloaded, and gets what this one does.
    """
    fetched = fetched or Downloads()
    yield from _flags(instruction)
    before: list[Command] = []
    for command in commands(instruction):
        for setting in command.settings:
            yield from _setting(setting.text, setting.line)
        if command.name == "export":
            for word in command.words[1:]:
                yield from _setting(word.text, word.line)
        yield from passwords.judged(command, secrets.MOUNT)
        yield from fetched.judged(command, before)
        yield from _trusts(command)
        yield from _modes(command)
        yield from _installs(command)
        if last:
            yield from _tools(command)
        before.append(command)


def modes(text: str, line: int) -> Iterator[Weakness]:
    """What a mode, as chmod and `--chmod` take it, gives away."""
    number = re.fullmatch(r"[0-7]{3,5}", text)
    special, others = (int(text[:-3] or "0", 8), int(text[-1], 8)) if number else (0, 0)
    signs = [] if number else text.split(",")
    if special & 6 or any(re.fullmatch(r"[ugoa]*[+=][rwxXt]*s[rwxXst]*", sign) for sign in signs):
        yield Weakness("setuid-bit", line, f"Mode {text} sets a setuid or setgid bit.", "Leave that bit out.")
    all_write = any(re.fullmatch(r"[ug]*[oa][ugoa]*[+=][rxXs]*w[rwxXs]*", sign) for sign in signs)
    if (others & 2 and not special & 1) or all_write:
        fact = f"Mode {text} lets every user write."
        yield Weakness("world-writable", line, fact, "Write u=rwX,go=rX, or mount a tmpfs where the app writes.")


def _flags(instruction: Instruction) -> Iterator[Weakness]:
    for flag, value in (("security", "insecure"), ("network", "host")):
        if instruction.flag(flag) == value:
            fact = f"--{flag}={value} gives the step rights beyond its sandbox."
            level = "error" if flag == "security" else "warning"
            yield Weakness("insecure-build", instruction.at(f"--{flag}"), fact, "Leave the flag out.", level)


def _setting(text: str, line: int) -> Iterator[Weakness]:
    name, equals, value = text.partition("=")
    if equals:
        yield from switched_off(name, value, line)
    elif text == "sudo":
        yield Weakness("sudo", line, "sudo runs a command.", "Run it before USER, where the build is root.")


def _trusts(command: Command) -> Iterator[Weakness]:
    texts = command.texts
    name = "pip" if re.fullmatch(r"pip[\d.]*", command.name) or ("-m", "pip") in pairwise(texts) else ""
    pattern = _FLAGS.get(name or command.name, r"(?!)")
    found = next((word for word in command.words[1:] if re.fullmatch(pattern, word.text, re.IGNORECASE)), None)
    pair = _after(command, r"http\.sslverify|strict-ssl", r"false|0")
    if found or pair:
        line = found.line if found else command.line
        fact = f"{command.name} with {found.text if found else pair} does not check what it talks to."
        yield Weakness("tls-off", line, fact, _TRUST)


def _after(command: Command, name: str, value: str) -> str:
    """The name and value of a setting (`git config http.sslVerify false`), empty without it."""
    for first, second in pairwise(command.texts):
        if re.fullmatch(name, first, re.IGNORECASE) and re.fullmatch(value, second, re.IGNORECASE):
            return f"{first} {second}"
    return ""


def _modes(command: Command) -> Iterator[Weakness]:
    if command.name == "chmod":
        word = next((word for word in command.words[1:] if not re.match(r"-[RcfvH-]", word.text)), None)
        yield from modes(word.text, word.line) if word else ()
    elif command.name == "install":
        for flag, word in pairwise(command.words):
            if flag.text in ("-m", "--mode"):
                yield from modes(word.text, word.line)


def _installs(command: Command) -> Iterator[Weakness]:
    """Installers of a language that go past the lock file, or run what packages bring."""
    texts = command.texts
    verb = next((text for text in texts if not text.startswith("-")), "")
    flags = {text for text in texts if text.startswith("-")}
    spoken = f"{command.name} {verb}".strip()
    told = {
        "npm": (
            "npm ci --ignore-scripts",
            verb in ("add", "i", "in", "install", "update") and not flags & {"-g", "--global"},
        ),
        "pnpm": (
            "pnpm install --frozen-lockfile",
            verb in ("add", "i", "install") and "--frozen-lockfile" not in flags,
        ),
        "yarn": (
            "yarn install --immutable",
            verb in ("", "add", "install") and not flags & {"--immutable", "--frozen-lockfile", "--version"},
        ),
        "uv": ("uv sync --locked", verb in ("add", "sync") and not flags & {"--locked", "--frozen"}),
        "go": ("go mod download", verb == "get" or "-mod=mod" in flags),
    }
    remedy, past = told.get(command.name, ("", False))
    if past:
        yield Weakness("unlocked-install", command.line, f"{spoken} may install other versions.", f"Write {remedy}.")
    elif spoken == "npm ci" and not flags & {"--ignore-scripts", "--ignore-scripts=true"}:
        fact = "npm ci runs the scripts of all packages."
        remedy = "Write npm ci --ignore-scripts, and npm rebuild for the packages whose scripts you want."
        yield Weakness("install-scripts", command.line, fact, remedy)


def _tools(command: Command) -> Iterator[Weakness]:
    if not set(_INSTALLERS.get(command.name, ())) & set(command.texts):
        return
    for word in command.words[2:]:
        if _TOOLS.fullmatch(word.text):
            fact = f"{word.text} is installed in the image that runs."
            yield Weakness(
                "runtime-tools", word.line, fact, "Install it in a build stage, and copy what the app needs."
            )
