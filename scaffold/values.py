"""Checks what is said, and gives each value its one form; a check raises ScaffoldError for what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from scaffold.errors import ScaffoldError


def nearest(word: str, known: Sequence[str], what: str, prefix: str = "") -> ScaffoldError:
    """The error for a word that is none of the known ones, naming the one it is most like, whatever its case.

    `prefix` is what all of them begin with: what follows it is compared.
    """
    import difflib

    bare = {one.removeprefix(prefix).lower(): one for one in known}
    like = difflib.get_close_matches(word.removeprefix(prefix).lower(), bare, 1, 0.5)
    remedy = f"Did you mean {bare[like[0]]}? " if like else ""
    return ScaffoldError(f"{word!r} is no {what}.", f"{remedy}Known: {', '.join(known)}.")


def compose_name(name: str) -> str:
    """The name as Compose takes it: lower case letters, digits, `-` and `_`, a letter or digit first."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "app"


def one_of(known: Sequence[str], what: str) -> Callable[[str], str]:
    """The check of a word that is to be one of the known ones."""

    def check(text: str) -> str:
        if text not in known:
            raise nearest(text, known, what)
        return text

    return check


def name(text: str) -> str:
    """The name of a project, which is to be in the form that Compose takes."""
    if text != compose_name(text):
        raise ScaffoldError(f"{text!r} cannot name a project in Compose.", f"Call it {compose_name(text)}.")
    return text


def version(text: str) -> str:
    """A version, of one to three numbers."""
    if not re.fullmatch(r"\d+(\.\d+){0,2}", text, re.ASCII):
        raise ScaffoldError(f"{text!r} is no version.", "Write it as 24, 3.14 or 24.21.0.")
    return text


def port(text: str) -> str:
    """A port in its shortest form: `8080` of TCP, `53/udp`; `none` of an app that listens on none."""
    if text == "none":
        return text
    number, _, protocol = text.partition("/")
    if not re.fullmatch(r"\d{1,5}", number, re.ASCII) or not 1 <= int(number) <= 65535:
        raise ScaffoldError(f"{text!r} is no port.", "Give a number from 1 to 65535, for UDP as in 53/udp.")
    if text != number and protocol not in ("tcp", "udp"):
        raise ScaffoldError(f"{protocol!r} is no protocol of a port.", f"Write {number}/tcp or {number}/udp.")
    return f"{int(number)}/udp" if protocol == "udp" else str(int(number))


def start(text: str) -> str:
    """A start command, as it is; see `command.parse`."""
    from scaffold import command

    command.parse(text)
    return text


def build(text: str) -> str:
    """A build command, as it is; see `command.step`."""
    from scaffold import command

    return command.step(text, "The build command")


def health(text: str) -> str:
    """The path of a health check, `tcp` or `none`."""
    if text not in ("tcp", "none") and not re.fullmatch(r"/[A-Za-z0-9._~/%?=&:@!,;+*()-]*", text):
        raise ScaffoldError(
            f"{text!r} is no path of a health check.",
            "Begin it with /, and write characters that are rare in paths as %20 and such; or say tcp or none.",
        )
    return text


def variable(text: str) -> str:
    """A variable of the environment with its value, `NODE_ENV=production`."""
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        raise ScaffoldError(f"{text!r} is no variable with its value.", "Write it as NAME=VALUE.")
    if not value.isprintable():
        raise ScaffoldError(f"The value of {name} has characters that cannot be printed.", "Write it on one line.")
    return text


FIXED = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/nodejs", "/proc", "/sbin", "/sys", "/usr")
"""Folders of the image's own, which nothing may hide."""


def path(text: str) -> str:
    """An absolute path in the image, without a slash at its end."""
    bare = text.rstrip("/")
    if not re.fullmatch(r"(/[\w@+-][\w.@+-]*|/\.[\w-][\w.-]*)+", bare, re.ASCII):
        raise ScaffoldError(f"{text!r} is no path in the image.", "Write it as /app/data.")
    if bare in ("/app", "/tmp") or any(bare == one or bare.startswith(f"{one}/") for one in FIXED):
        reason = "is in memory as it is" if bare == "/tmp" else "holds what the image is made of"
        raise ScaffoldError(f"{bare} {reason}.", "Name a folder of the app's own, as /app/data.")
    return bare


def mirror(text: str) -> str:
    """A registry and its mirror; see `images.parse_mirror`."""
    from scaffold import images

    return "=".join(images.parse_mirror(text))


def platform(text: str) -> str:
    """A platform in the form that registries have it: `linux/arm64`, `linux/arm/v7`."""
    from scaffold import images

    if not re.fullmatch(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?", text):
        raise ScaffoldError(f"{text!r} is no platform.", "Write it as linux/amd64 or linux/arm/v7.")
    return images.normal_platform(text)
