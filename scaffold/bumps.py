"""Finds which images files stand on, takes over newer ones that a bot or a person wrote there, and puts in others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scaffold import images
from scaffold.errors import ScaffoldError
from scaffold.model import Image


class Variant(NamedTuple):
    """What an image is but for its version: its name, and its tag with `#` for each number."""

    name: str
    tag: str


class Reference(NamedTuple):
    """An image that a file stands on: its line, counted from 1, where in the text it is, and what is written there."""

    line: int
    start: int
    end: int
    image: Image
    stage: str = ""
    """The name of the stage that begins with it, in lower case."""

    @property
    def variant(self) -> Variant:
        """What it is but for its version."""
        return variant(self.image)


def variant(image: Image) -> Variant:
    """The variant of a pinned image, or of a wanted one: `node` and `#-trixie-slim`."""
    pattern = image.tag.replace("{}", "0").replace("{alpine}", "0")
    return Variant(image.name, re.sub(r"\d+(\.\d+)*", "#", pattern))


def references(path: str, text: str) -> Iterator[Reference]:
    """The images of FROM lines in a Dockerfile, or of `image:` lines in YAML; names of stages and variables are none.

    `path` says which it is. The forms are those that Dependabot sees (docker/lib/dependabot/docker/file_parser.rb).
    """
    of_yaml = path.endswith((".yaml", ".yml"))
    if not of_yaml and not posixpath.basename(path).startswith("Dockerfile"):
        return
    pattern = r"^[ -]*image:[ ]+[\"']?([^\s\"'#]+)" if of_yaml else r"^\ufeff?FROM[ \t]+(?:--platform=\S+[ \t]+)?(\S+)"
    for match in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE):
        line = text.count("\n", 0, match.start()) + 1
        try:
            image = images.parse(match[1])
        except ScaffoldError:  # a variable, or what no tool reads
            continue
        if image.tag and image.digest:  # stages and `scratch` have neither
            named = re.match(r"[ \t]+AS[ \t]+(\S+)", text[match.end() :], re.IGNORECASE)
            yield Reference(line, match.start(1), match.end(1), image, named[1].lower() if named else "")


def adopted(path: str, text: str, base: str) -> dict[Variant, Image]:
    """The images that a text has in place of those of `base`, which differ in version or digest alone.

    Of several for one variant the newest, for a bot may not have come to all of them.
    """
    known: dict[Variant, set[Image]] = {}
    for reference in references(path, base):
        known.setdefault(reference.variant, set()).add(reference.image)
    found: dict[Variant, Image] = {}
    for reference in counterparts(path, text, base):
        if reference.image not in known[reference.variant]:
            found[reference.variant] = newest([*filter(None, [found.get(reference.variant)]), reference.image])
    return found


def counterparts(path: str, text: str, base: str) -> Iterator[Reference]:
    """The images of a text that stand where one of `base` stood; not those of the user's own further stages.

    Stages are told by their names; where there are no more of a variant than there were, some may have been renamed.
    """
    before, now = list(references(path, base)), list(references(path, text))
    for one in now:
        names = [other.stage for other in before if other.variant == one.variant]
        if names and (one.stage in names or sum(other.variant == one.variant for other in now) <= len(names)):
            yield one


def newest(candidates: Iterable[Image]) -> Image:
    """The image with the newest version in its tag; of the same, the last."""
    first, *others = candidates
    for image in others:
        if version(image) >= version(first):
            first = image
    return first


def version(image: Image) -> tuple[tuple[int, ...], ...]:
    """The versions in a tag, to compare images of one variant by: that of `24.21-alpine3.24` is ((24, 21), (3, 24))."""
    found = re.findall(r"\d+(?:\.\d+)*", image.tag)
    return tuple(tuple(map(int, numbers.split("."))) for numbers in found)


def replaced(path: str, text: str, pins: Mapping[Variant, Image], base: str | None = None) -> str:
    """The text with tag and digest of each variant that there is a pin for; nothing else of it changes.

    With a `base` only those images change that stand where one of its stood.
    """
    parts, at = list[str](), 0
    for reference in references(path, text) if base is None else counterparts(path, text, base):
        pin = pins.get(reference.variant)
        if pin:
            # The name stays as it is written there, short or long.
            begin = reference.end - len(f":{reference.image.tag}@{reference.image.digest}")
            parts += [text[at:begin], f":{pin.tag}@{pin.digest}"]
            at = reference.end
    return "".join([*parts, text[at:]])
