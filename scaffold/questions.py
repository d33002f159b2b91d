"""The one table of questions: the command line and the saved answers are both read from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scaffold.errors import ScaffoldError

MANIFESTS = {
    "node": ("package.json",),
    "go": ("go.mod",),
    "python": ("requirements.txt", "pyproject.toml", "uv.lock", "setup.py", "Pipfile"),
}
"""Each language with the files that show it: so that finding a project's loads no other language's module."""

LANGUAGES = tuple(MANIFESTS)

TIERS = ("distroless", "slim", "alpine", "scratch")
"""From the best default down."""

PLATFORMS = ("linux/amd64", "linux/arm64")
"""What an image must be there for unless told otherwise: laptops and servers of both kinds."""


YES, NO = "true", "false"

Given = Mapping[str, "str | tuple[str, ...]"]
"""Answers by the key of their question, checked; a tuple for those that may be several."""


class Question(NamedTuple):
    """One question: `key` names the flag and the saved answer, `check` gives the value its one form.

    `check` raises ScaffoldError. `whole` marks what is asked once for all services. `flag` is False for what only
    the saved answers can change. `switch` is a question of yes or no, whose answers are YES and NO.
    """

    key: str
    metavar: str
    help: str
    check: Callable[[str], str]
    several: bool = False
    whole: bool = False
    flag: bool = True
    switch: bool = False


def nearest(word: str, known: Sequence[str], what: str) -> ScaffoldError:
    """The error for a word that is none of the known ones, naming the one it is most like."""
    import difflib

    like = difflib.get_close_matches(word.lower(), known, 1, 0.5)
    remedy = f"Did you mean {like[0]}? " if like else ""
    return ScaffoldError(f"{word!r} is no {what}.", f"{remedy}Known: {', '.join(known)}.")


def compose_name(name: str) -> str:
    """The name as Compose takes it: lower case letters, digits, `-` and `_`, a letter or digit first."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "app"


def _one_of(known: Sequence[str], what: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in known:
            raise nearest(text, known, what)
        return text

    return check


def _version(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text, re.ASCII):
        raise ScaffoldError(f"{text!r} is no version.", "Write it as 24, 3.14 or 24.21.0.")
    return text


def _port(text: str) -> str:
    number, _, protocol = text.partition("/")
    if not re.fullmatch(r"\d{1,5}", number, re.ASCII) or not 1 <= int(number) <= 65535:
        raise ScaffoldError(f"{text!r} is no port.", "Give a number from 1 to 65535, for UDP as in 53/udp.")
    if text != number and protocol not in ("tcp", "udp"):
        raise ScaffoldError(f"{protocol!r} is no protocol of a port.", f"Write {number}/tcp or {number}/udp.")
    return f"{int(number)}/udp" if protocol == "udp" else str(int(number))


def _start(text: str) -> str:
    from scaffold import command

    command.parse(text)
    return text


def _build(text: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise ScaffoldError(f"The build command has a control character in it: {text!r}.", "Write it on one line.")
    return text


def _health(text: str) -> str:
    if text != "tcp" and not re.fullmatch(r"/[A-Za-z0-9._~/%?=&:@!,;+*()-]*", text):
        raise ScaffoldError(
            f"{text!r} is no path of a health check.",
            "Begin it with /, and write characters that are rare in paths as %20 and such; or say tcp.",
        )
    return text


def _mirror(text: str) -> str:
    from scaffold import images

    return "=".join(images.parse_mirror(text))


def _switch(text: str) -> str:
    known = {"true": YES, "yes": YES, "1": YES, "false": NO, "no": NO, "0": NO}
    if text.lower() not in known:
        raise ScaffoldError(f"{text!r} is neither true nor false.", "Write true or false.")
    return known[text.lower()]


def _platform(text: str) -> str:
    from scaffold import images

    if not re.fullmatch(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?", text):
        raise ScaffoldError(f"{text!r} is no platform.", "Write it as linux/amd64 or linux/arm/v7.")
    return images.normal_platform(text)


QUESTIONS = (
    Question("language", "NAME", "node, go or python.", _one_of(LANGUAGES, "language")),
    Question("version", "VERSION", "The language's version, as 24, 3.14 or 1.27.3.", _version),
    Question("tier", "TIER", "distroless (default), slim, alpine or scratch.", _one_of(TIERS, "tier")),
    Question(
        "port", "PORT", "A port the app listens on, as 3000 or 53/udp; the first is the app's.", _port, several=True
    ),
    Question("start", "COMMAND", "What starts the app; for Go the package and its arguments.", _start),
    Question("health-path", "PATH", "A path that answers 2xx when the app is well, or tcp.", _health),
    Question("build", "COMMAND", "What builds the app; empty for nothing.", _build, flag=False),
    Question(
        "packages",
        "INSTALLER",
        "What installs the packages.",
        _one_of(("npm", "pip", "uv", "go"), "installer"),
        flag=False,
    ),
    Question(
        "registry-mirror",
        "REGISTRY=MIRROR",
        "Pin and pull from a mirror, as docker.io=registry.example.com/docker.io.",
        _mirror,
        several=True,
        whole=True,
    ),
    Question(
        "platform",
        "OS/ARCH",
        "What every image must be there for (default linux/amd64 and linux/arm64).",
        _platform,
        several=True,
        whole=True,
    ),
    Question(
        "mirror-fallback",
        "",
        "Take what a mirror lacks from the registry it stands in for.",
        _switch,
        whole=True,
        switch=True,
    ),
    Question(
        "allow-eol", "", "Build on versions whose support has ended, with a warning.", _switch, whole=True, switch=True
    ),
)

BY_KEY = {question.key: question for question in QUESTIONS}
