"""Finds which images files stand on, takes over newer ones that a bot or a person wrote there, and puts in others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from scaffold import images, stage_names
from scaffold.errors import ScaffoldError
from scaffold.model import Image


class Variant(NamedTuple):
    """What an image is but for its version: its name, and its tag with `#` for each number."""

    name: str
    tag: str


class Reference(NamedTuple):
    """An image that a file stands on: its line, counted from 1, where in the text it is, and what is written there.

    It has a tag or a digest, mostly both; what has neither is a stage, or of nobody's care.
    """

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

    @property
    def is_pin(self) -> bool:
        """Whether it has a tag and a digest."""
        return bool(self.image.tag and self.image.digest)


def variant(image: Image) -> Variant:
    """The variant of a pinned image, or of a wanted one: `node` and `#-trixie-slim`."""
    pattern = image.tag.replace("{}", "0").replace("{alpine}", "0")
    return Variant(image.name, re.sub(r"\d+(\.\d+)*", "#", pattern))


def references(path: str, text: str) -> tuple[Reference, ...]:
    """The images of FROM lines in a Dockerfile, or of `image:` lines in YAML; names of stages and variables are none.

    `path` says which it is.
    """
    if path.endswith((".yaml", ".yml")):
        return _of_yaml(text)
    return _of_dockerfile(text) if posixpath.basename(path).startswith("Dockerfile") else ()


@lru_cache(maxsize=stage_names.TEXTS)
def _of_dockerfile(text: str) -> tuple[Reference, ...]:
    found, stages = list[Reference](), set[str]()
    for one in stage_names.begun(text):
        stage = one.name.text.lower() if one.name else ""
        if one.image.text.lower() not in stages:
            found += _read(one.line, one.image.start, one.image.text, stage)
        stages.add(stage)
    return tuple(found)


def _of_yaml(text: str) -> tuple[Reference, ...]:
    pattern = r"^[ -]*image:[ ]+[\"']?([^\s\"'#]+)"
    return tuple(
        one
        for match in re.finditer(pattern, text, re.MULTILINE)
        for one in _read(text.count("\n", 0, match.start()) + 1, match.start(1), match[1])
    )


def _read(line: int, start: int, written: str, stage: str = "") -> Iterator[Reference]:
    try:
        image = images.parse(written)
    except ScaffoldError:  # a variable, or what no tool reads
        return
    if image.tag or image.digest:
        yield Reference(line, start, start + len(written), image, stage)


def adopted(path: str, text: str, base: str) -> dict[Variant, Image]:
    """The images that a text has in place of those of `base`, which differ in version or digest alone.

    Of several for one variant the newest, for a bot may not have come to all of them. One without a digest has a
    version that the base had not.
    """
    known = {one.image for one in references(path, base)}
    found: dict[Variant, Image] = {}
    for one, was in counterparts(path, text, base):
        if one.variant == was.variant and one.image not in known and not _is_less(one.image, was.image):
            found[one.variant] = newest([*filter(None, [found.get(one.variant)]), one.image])
    return found


def counterparts(path: str, text: str, base: str) -> Iterator[tuple[Reference, Reference]]:
    """The images of a text, each with that of `base` in whose place it stands; not the user's own further stages.

    One without a tag stands for any of its name. Stages are told by their names; where there are no more of a variant
    than there were, some may have been renamed.
    """
    before, now = references(path, base), references(path, text)
    for one in now:
        same = {other.stage: other for other in reversed(before) if _is_alike(one, other)}
        count = sum(_is_alike(one, other) for other in before)
        if one.stage in same:
            yield one, same[one.stage]
        elif same and sum(_is_alike(one, other) for other in now) <= count:
            yield one, next(iter(reversed(same.values())))


def flavours(path: str, text: str, base: str) -> Iterator[tuple[Reference, Reference]]:
    """The images of a text that are of another variant than that of `base` in whose stage they stand, with that."""
    stages = {one.stage: one for one in references(path, base) if one.stage}
    for one in references(path, text):
        was = stages.get(one.stage)
        if was and one.image.tag and one.image.name == was.image.name and one.variant != was.variant:
            yield one, was


def _is_alike(one: Reference, other: Reference) -> bool:
    return one.variant == other.variant or (one.image.name == other.image.name and not one.image.tag)


def _is_less(image: Image, was: Image) -> bool:
    """Whether an image says nothing else than another, and of that only a half."""
    return image.tag in ("", was.tag) and image.digest in ("", was.digest)


def newest(candidates: Iterable[Image]) -> Image:
    """The image with the newest version in its tag; of the same, the last that has a digest."""
    first, *others = candidates
    for image in others:
        if (version(image), bool(image.digest)) >= (version(first), bool(first.digest)):
            first = image
    return first


def version(image: Image) -> tuple[tuple[int, ...], ...]:
    """The versions in a tag, to compare images of one variant by: that of `24.21-alpine3.24` is ((24, 21), (3, 24))."""
    found = re.findall(r"\d+(?:\.\d+)*", image.tag)
    return tuple(tuple(map(int, numbers.split("."))) for numbers in found)


def is_older(image: Image, than: Image) -> bool:
    """Whether the version of an image is before that of another of its variant, as far as both say it.

    `24.9.0` is older than `24.21.0`, and `24` is not: it is whichever is newest.
    """
    for one, other in zip(version(image), version(than), strict=False):
        said = min(len(one), len(other))
        if one[:said] != other[:said]:
            return one[:said] < other[:said]
    return False


def replaced(path: str, text: str, pins: Mapping[Variant, Image]) -> str:
    """The text with tag and digest of each variant that there is a pin for; nothing else of it changes."""
    found = (one for one in references(path, text) if one.is_pin)
    return _with(text, ((one, pin) for one in found if (pin := pins.get(one.variant))))


def repinned(path: str, text: str, base: str, after: str, known: Container[Image] = ()) -> str:
    """A text with the pins of `after` in place of what it has instead of those of `base`; nothing else of it changes.

    What `after` has no place for any more is as in `base`, so that nobody seems to have changed it. A tag or a digest
    alone stays, unless a pin is what it stands for, or newer; of those `known` it was looked up what they are today.
    """
    pins = {one.variant: one.image for one in references(path, after)}
    places = {(one.stage, one.variant) for one in references(path, after)}
    swaps = list[tuple[Reference, Image]]()
    for one, was in counterparts(path, text, base):
        pin = pins.get(was.variant, was.image)
        if one.is_pin or (was.stage, was.variant) not in places or _is_meant(one.image, was.image, pin, known):
            swaps.append((one, pin))
    # What the user changed before the answers did.
    swaps += [(one, pins[one.variant]) for one, _ in flavours(path, text, base) if one.variant in pins and one.is_pin]
    return _with(text, swaps)


def _is_meant(half: Image, was: Image, pin: Image, known: Container[Image]) -> bool:
    """Whether a pin is what a tag or a digest alone stands for, where another image was, or newer than that."""
    if _is_less(half, was):
        return True
    if not half.tag:
        return half.digest == pin.digest
    if half.tag == pin.tag or is_older(half, pin):
        return half.tag == pin.tag or not is_older(half, was)
    return half in known and not is_older(pin, half)


def _with(text: str, pins: Iterable[tuple[Reference, Image]]) -> str:
    parts, at = list[str](), 0
    for one, pin in sorted(pins, key=lambda swap: swap[0].start):
        # The name stays as it is written there, short or long.
        written = one.image.tag and f":{one.image.tag}"
        written += one.image.digest and f"@{one.image.digest}"
        parts += [text[at : one.end - len(written)], f":{pin.tag}", f"@{pin.digest}" if pin.digest else ""]
        at = one.end
    return "".join([*parts, text[at:]])


class Move(NamedTuple):
    """A pin that moved: what it was, None for a new image, and what it is."""

    old: Image | None
    new: Image


def moves(before: Iterable[Image], after: Iterable[Image], texts: Mapping[str, str]) -> Iterator[Move]:
    """The pins of a lock that moved; of those after, the ones that stand in one of the `texts`, by path.

    What an image was is the one of its variant that is there no more, of several the most alike in version.
    """
    were, are = ({(one.name, one.tag, one.digest): one for one in some} for some in (before, after))
    new_ones = [key for key in are if key not in were]
    standing = {
        (one.image.name, one.image.tag, one.image.digest)
        for path, text in (texts.items() if new_ones else ())
        for one in references(path, text)
    }
    for new in (are[key] for key in new_ones if key in standing):
        gone = [old for at, old in were.items() if at not in are and variant(old) == variant(new)]
        yield Move(max(gone, key=lambda old: _in_common(old, new), default=None), new)


def _in_common(one: Image, other: Image) -> int:
    """How many signs the tags of two images have in common at their beginning."""
    return len(posixpath.commonprefix([one.tag, other.tag]))
