"""Parses and prints image references, and says what stands in for them.

The grammar is that of the public reference implementation (github.com/distribution/reference, `reference.go`
and `regexp.go`); the short names of Docker Hub follow its `normalize.go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scaffold.errors import ScaffoldError
from scaffold.model import Image

HUB = "docker.io"
_HUB_NAMES = ("index.docker.io", "registry-1.docker.io", "hub.docker.com")
"""What people also call it; in an image's name only the first is it."""

# Texts, not compiled patterns: `re` compiles and keeps them at their first use, so that importing costs nothing.
_DOMAIN = r"[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*"
_REGISTRY = rf"(?:{_DOMAIN}(?:\.{_DOMAIN})*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?"
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = rf"{_COMPONENT}(?:/{_COMPONENT})*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"
_LONGEST = 255

_FORM = "Write it as [registry/]repository[:tag][@sha256:digest], for example node:24.21.0-trixie-slim."
_MIRROR_FORM = "Write it as REGISTRY=MIRROR, for example docker.io=registry.example.com/docker.io."


def parse(text: str) -> Image:
    """The image that `[registry/]repository[:tag][@digest]` names; a short name is one of Docker Hub's.

    As for Docker, the first component is a registry when it has a `.`, a `:` or a capital or is `localhost`, and
    `node` is `docker.io/library/node`. A tag or digest that is not given is empty. Raises ScaffoldError.
    """
    rest, at, digest = text.partition("@")
    if at and not re.fullmatch(_DIGEST, digest):
        raise _malformed(text, "what follows @ is not a digest")
    if re.fullmatch(r"[0-9a-f]{64}", rest):
        raise _malformed(text, "64 hexadecimal digits are an image's id")
    registry, path = _split(rest)
    repository, colon, tag = path.partition(":")
    if colon and not re.fullmatch(_TAG, tag):
        raise _malformed(text, "what follows the last : is not a tag")
    if not re.fullmatch(_REGISTRY, registry):
        raise _malformed(text, "its registry is not a host name")
    if not re.fullmatch(_REPOSITORY, repository):
        raise _malformed(text, _fault(repository))
    image = _named(registry, repository)
    if len(image.repository) > _LONGEST:
        raise _malformed(text[:40] + "...", f"its repository is longer than {_LONGEST} characters")
    return replace(image, tag=tag, digest=digest)


def reference(image: Image) -> str:
    """What FROM says: `node:24.21.0-trixie-slim@sha256:...`, in full for all registries but Docker Hub."""
    tag = f":{image.tag}" if image.tag else ""
    digest = f"@{image.digest}" if image.digest else ""
    return familiar(image) + tag + digest


def tagged(image: Image) -> str:
    """The image as people see it, without its digest: `node:24.21.0-trixie-slim`."""
    return reference(replace(image, digest=""))


def familiar(image: Image) -> str:
    """The image's name without tag and digest, as short as Docker takes it: `node`, `gcr.io/distroless/cc`."""
    if image.registry != HUB:
        return image.name
    short = image.repository.removeprefix("library/")
    if "/" in short:
        short = image.repository
    # A repository such as `docker.io/localhost/app` has no short name: it would be read as a registry's.
    return short if _split(short) == (HUB, short) else image.name


def mirrored(image: Image, mirrors: Iterable[tuple[str, str]]) -> Image:
    """The image at the mirror of its registry, or as it is; of two mirrors of a registry the last counts.

    With ("docker.io", "127.0.0.1:5000/docker.io") `node` is `127.0.0.1:5000/docker.io/library/node`.
    """
    target = dict(mirrors).get(image.registry)
    if not target:
        return image
    registry, _, prefix = target.rpartition("://")[2].partition("/")
    at = _named(registry, f"{prefix}/{image.repository}" if prefix else image.repository)
    return replace(image, registry=at.registry, repository=at.repository)


def schemes(mirrors: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The registries of mirrors that are written with a scheme, and that: `http` or `https`."""
    return dict(_schemes(mirrors))


def _schemes(mirrors: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    parts = [target.partition("://") for _, target in mirrors if "://" in target]
    return [(rest.partition("/")[0], scheme) for scheme, _, rest in parts]


def parse_mirror(text: str) -> tuple[str, str]:
    """The pair of a `--registry-mirror docker.io=127.0.0.1:5000/docker.io`: a registry, and what stands in for it.

    The mirror is a registry with or without a path, after `http://` when it is to be asked without encryption; the
    scheme stays in the pair. Raises ScaffoldError on any other form.
    """
    registry, equals, target = (part.strip() for part in text.partition("="))
    registry = registry.lower()
    if "@" in text:
        # All before it may be a user and a password, whatever stands between.
        raise _bad_mirror(f"...@{text.rpartition('@')[2]}", "it has an @, and logins are those of docker login")
    if not equals or not registry or not target:
        raise _bad_mirror(text, "one side of it is empty" if equals else "it has no =")
    scheme, _, place = target.rpartition("://")
    if scheme not in ("", "http", "https"):
        raise _bad_mirror(text, "its scheme is neither http nor https")
    host, slash, prefix = place.partition("/")
    for name in (registry, host):
        if not _is_registry(name) or not re.fullmatch(_REGISTRY, name):
            raise _bad_mirror(text, f"{_shown(name)} is not a registry")
    if slash and not re.fullmatch(_REPOSITORY, prefix):
        raise _bad_mirror(text, f"{_shown(prefix)} is not a path")
    return (HUB if registry in _HUB_NAMES else registry, target)


def check_mirrors(mirrors: Sequence[tuple[str, str]]) -> None:
    """Raises ScaffoldError for two mirrors of one registry, for a host that is to be asked by http and by https, and
    for mirrors that stand in for each other in a ring.

    A mirror is what images come from, and no mirror of it is looked for: a ring can only be a mistake.
    """
    targets: dict[str, str] = {}
    for registry, target in mirrors:
        if targets.setdefault(registry, target) != target:
            raise ScaffoldError(f"{registry} has two mirrors: {targets[registry]} and {target}.", "Give one of them.")
    plain, encrypted = ({host for host, one in _schemes(mirrors) if one == scheme} for scheme in ("http", "https"))
    if both := sorted(plain & encrypted):
        raise ScaffoldError(f"{both[0]} is to be asked by http and by https.", "Write one of them for all its mirrors.")
    hosts = {registry: mirrored(Image(registry, "x", ""), mirrors).registry for registry in targets}
    for first in hosts:
        ring, at = [first], hosts[first]
        while at in hosts and at not in ring:
            ring.append(at)
            at = hosts[at]
        if at == first:
            way = ", ".join(f"{registry}={targets[registry]}" for registry in ring)
            raise ScaffoldError(f"These mirrors lead round in a ring: {way}.", "Take one of them out.")


def normal_platform(text: str) -> str:
    """A platform as `os/architecture[/variant]`, the variant left out or filled in as containerd does.

    `linux/arm64/v8` is `linux/arm64`, and `linux/arm` is `linux/arm/v7` (containerd/platforms, `database.go`).
    """
    variants = {"arm64/v8": "arm64", "amd64/v1": "amd64", "arm": "arm/v7", "arm/7": "arm/v7", "arm/6": "arm/v6"}
    system, _, rest = text.lower().partition("/")
    return f"{system}/{variants.get(rest, rest)}"


def _split(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    return (first, rest) if slash and _is_registry(first) else (HUB, name)


def _is_registry(component: str) -> bool:
    return "." in component or ":" in component or component == "localhost" or component != component.lower()


def _named(registry: str, repository: str) -> Image:
    if registry == "index.docker.io":
        registry = HUB
    if registry == HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Image(registry, repository, tag="")


def _fault(repository: str) -> str:
    if repository != repository.lower():
        return "a repository has lower case letters only"
    return f"{_shown(repository)} is not a repository" if repository else "it names no repository"


def _shown(text: str) -> str:
    """The text as messages may show it: what stands before an @ may be a user and a password."""
    head, at, tail = text.rpartition("@")
    secret = at and ("://" in head or not tail.startswith("sha"))
    return repr(f"...@{tail}" if secret else text)


def _malformed(text: str, reason: str) -> ScaffoldError:
    return ScaffoldError(f"{_shown(text)} is not an image reference: {reason}.", _FORM)


def _bad_mirror(text: str, reason: str) -> ScaffoldError:
    return ScaffoldError(f"{_shown(text)} is not a registry's mirror: {reason}.", _MIRROR_FORM)
