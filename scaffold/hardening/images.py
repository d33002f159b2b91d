"""The rule about images: a tag for updates, and a digest that says which content is meant."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold import images
from scaffold.errors import ScaffoldError
from scaffold.findings import Weakness

BOTH = "Write name:tag@sha256:...; docker buildx imagetools inspect NAME:TAG shows the digest."


def pin(text: str, line: int) -> Iterator[Weakness]:
    """What an image's reference leaves open; a `$` in it is a variable. A malformed one is refused by the engine."""
    if "$" in text:
        fact = f"Which image {text} is, is decided at build time, and no update of it is offered."
        yield Weakness("unpinned-image", line, fact, BOTH)
        return
    try:
        image = images.parse(text)
    except ScaffoldError:
        return
    if not image.digest:
        yield _undigested(text, image.tag, line)
    elif image.tag == "latest":
        yield Weakness("unpinned-image", line, f"{image.name} follows latest, whatever that becomes.", BOTH)
    elif not image.tag:
        fact = f"{image.name} has a digest and no tag, so that updates of it come from latest."
        yield Weakness("unpinned-image", line, fact, BOTH)


def _undigested(text: str, tag: str, line: int) -> Weakness:
    if not tag or tag == "latest":
        return Weakness("unpinned-image", line, f"{text} is another image whenever latest moves.", BOTH, "error")
    return Weakness("unpinned-image", line, f"{text} has no digest.", BOTH)
