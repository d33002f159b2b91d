"""The lock: which images are pinned, and what was written last to each file, so that edits can be told from it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold import __version__, images
from scaffold.errors import ScaffoldError
from scaffold.model import File, Image
from scaffold.state import ANSWERS, LOCK, toml_lines, toml_text

if TYPE_CHECKING:
    from scaffold.project import Project

FORMAT = 2
"""Of the lock: raised when a reader of the old format could misread the new one. 1 had no hashes."""

BYTES = "\0base64:"
"""No line of a text file begins so."""

LARGEST = 100_000_000
"""Bytes of a lock; it holds every file that was written, after conflicts three times: 21 MB of 1,000 services."""


class Written(NamedTuple):
    """What was written last to a file. `intact` is whether the text is what its hash says: it is what a merge goes by.

    While an update has conflicts that nobody resolved, `pending` is its text, `mine` the user's from before it, `left`
    the hash of the text that it left there, and `folders` how many of those above the file it made.
    """

    text: str
    pending: str | None = None
    mine: str | None = None
    left: str = ""
    intact: bool = True
    folders: int = 0


@dataclass(frozen=True)
class Lock:
    """The pins, and what was written last, by path; `exists` is whether there is a lock at all."""

    images: tuple[Image, ...] = ()
    files: Mapping[str, Written] = field(default_factory=dict)
    detected: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the files of each service said when its answers were settled, by the question's key."""
    before: Mapping[str, Written] = field(default_factory=dict)
    """While an update has conflicts: the tool's own files that it changed, by path: `mine` and `left` alone."""
    exists: bool = True

    @property
    def dates(self) -> dict[tuple[str, str, str], str]:
        """The date of each pin by name, tag and digest: a pin that stays keeps its day."""
        return {(image.name, image.tag, image.digest): image.date for image in self.images}

    @property
    def texts(self) -> dict[str, str]:
        """What was written last, by path."""
        return {path: written.text for path, written in self.files.items() if written.intact}


def lock_file(
    pins: Sequence[Image],
    files: Mapping[str, Written],
    detected: Mapping[str, Mapping[str, str]],
    before: Mapping[str, Written] = MappingProxyType({}),
) -> File:
    """The lock: the pins, sorted, one in a paragraph, what was detected of each service, and the text of each written
    file, one line in an element. `before` are the tool's own files, to come back to."""
    lines = [
        "# Made by dockerscaffold: the pins, and what it wrote. Commit it; do not edit it.",
        "",
        f"format = {FORMAT}",
        f"version = {toml_text(__version__)}",
    ]
    for image in sorted(pins, key=lambda image: (image.name, image.tag)):
        lines += _pin_lines(image)
    for service, answers in sorted(detected.items()):
        lines += ["", "[[detected]]", *toml_lines({"service": service, **answers})]
    for path, written in sorted(files.items()):
        lines += _written_lines(path, written)
    for path, written in sorted(before.items()):
        left = [f"left = {toml_text(written.left)}"] if written.left else []
        lines += ["", "[[before]]", f"path = {toml_text(path)}", *left, *_elements("text", written.mine or "")]
    return File(LOCK, "\n".join(lines) + "\n")


def _pin_lines(image: Image) -> list[str]:
    said = {
        "name": image.name,
        "tag": image.tag,
        "digest": image.digest,
        "platforms": list(image.platforms),
        "resolved-from": image.source,
        "date": image.date,
    }
    return ["", "[[image]]", *toml_lines(said)]


def _written_lines(path: str, written: Written) -> list[str]:
    texts = {"text": written.text, "pending": written.pending, "mine": written.mine}
    lines = ["", "[[file]]", f"path = {toml_text(path)}", f"sha256 = {toml_text(hashed(*texts.values()))}"]
    lines += [f"left = {toml_text(written.left)}"] if written.left else []
    lines += [f"folders = {written.folders}"] if written.folders else []
    for key, text in texts.items():
        lines += [] if text is None else _elements(key, text)
    return lines


def _elements(key: str, text: str) -> list[str]:
    # Bytes that are no UTF-8 have no place in TOML: a line that has some is written as base64, behind its sign.
    return [f"{key} = [", *(f"    {toml_text(_plain(line))}," for line in text.split("\n")), "]"]


def _plain(line: str) -> str:
    if not line.startswith(BYTES) and not re.search("[\udc80-\udcff]", line):
        return line
    return BYTES + base64.b64encode(line.encode(errors="surrogateescape")).decode()


def _line(written: str) -> str:
    if not written.startswith(BYTES):
        return written
    try:
        return base64.b64decode(written.removeprefix(BYTES), validate=True).decode(errors="surrogateescape")
    except ValueError:
        raise _damaged(f"{LOCK} has a line that is no base64.") from None


def hashed(*texts: str | None) -> str:
    """The hash of texts, by which it is seen that one was changed."""
    return hashlib.sha256("\0".join(filter(None, texts)).encode(errors="surrogateescape")).hexdigest()


def load_lock(project: Project) -> Lock:
    """The lock of a project; without one, one that holds nothing.

    Raises ScaffoldError for a lock that is damaged, or of a newer version.
    """
    try:
        content = project.toml(LOCK, LARGEST)
    except ScaffoldError as error:
        raise _halved(project) or _damaged(error.fact) from None
    return Lock(exists=False) if content is None else read(content)


def _halved(project: Project) -> ScaffoldError | None:
    """What is to be said of a lock in which a merge of two branches has conflicts: each side of it is one to go by."""
    from scaffold.merging import marked

    line = marked(project.glance(LOCK, LARGEST))
    if not line:
        return None
    remedy = f"Take either side whole (git checkout --ours {LOCK}), and run dockerscaffold update: it finds the rest."
    return ScaffoldError(f"{LOCK}:{line} has marks of a merge's conflict.", remedy)


def existing_lock(project: Project, directory: str) -> Lock:
    """As `load_lock`; raises ScaffoldError too where there is none. `directory` is the project's, as it was given."""
    known = load_lock(project)
    if not known.exists:
        above = next((folder for folder in project.root.parents if os.path.isfile(folder / LOCK)), None)
        remedy = f"Name {above}, which has one." if above else "Run dockerscaffold new there first."
        raise ScaffoldError(f"{directory} has no {LOCK}, so there is nothing to go by.", remedy)
    return known


def parsed(text: str) -> Lock:
    """The lock that a text is; raises what `load_lock` does."""
    import tomllib

    try:
        return read(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        raise _damaged(f"{LOCK} has a text that is no lock: {error}.") from None


def read(content: dict[str, Any]) -> Lock:
    """The lock of what its TOML says. Raises what `load_lock` does."""
    form = content.get("format")
    if type(form) is not int or form < 1:
        raise _damaged(f"{LOCK} does not say its format.")
    if form > FORMAT:
        raise ScaffoldError(
            f"{LOCK} has format {form}, and dockerscaffold {__version__} reads up to {FORMAT}.",
            f"Install the version that wrote it ({content.get('version', 'unknown')}), or remove the file.",
        )
    files = [_written(entry, form) for entry in _listed(content, "file", "files")]
    pins = tuple(map(_image, _listed(content, "image", "images")))
    detected = {str(entry.pop("service", "")): entry for entry in _listed(content, "detected", "services")}
    before = dict(map(_before, _listed(content, "before", "files")))
    if not all(isinstance(value, str) for answers in detected.values() for value in answers.values()):
        raise _damaged(f"{LOCK} has an answer that is no text.")
    # A repository that somebody cloned may hold a lock that was made to have other files written.
    for path in (*before, *(path for path, _ in files)):
        if not (path in before and path in (ANSWERS, LOCK)) and not _ours(path):
            raise _damaged(f"{LOCK} has a file that is not made by dockerscaffold, {path!r}.")
    return Lock(pins, dict(files), detected, before)


def _ours(path: str) -> bool:
    from scaffold.merging import DEPENDABOT

    if not {"", ".", ".."}.isdisjoint(path.split("/")):
        return False
    return path.rpartition("/")[2] in ("Dockerfile", ".dockerignore") or path in ("compose.yaml", DEPENDABOT)


def _image(entry: dict[str, Any]) -> Image:
    registry, _, repository = str(entry.get("name")).partition("/")
    platforms = entry.get("platforms")
    text = f"{entry.get('name')}:{entry.get('tag')}@{entry.get('digest')}"
    try:
        whole = images.parse(text)
    except ScaffoldError as error:
        raise _damaged(f"{LOCK}: {error.fact}") from None
    if (whole.name, whole.tag) != (entry.get("name"), entry.get("tag")) or not whole.digest:
        raise _damaged(f"{LOCK} has an image that is not pinned, {text!r}.")
    return Image(
        registry,
        repository,
        tag=str(entry.get("tag")),
        digest=str(entry.get("digest")),
        platforms=tuple(map(str, platforms)) if isinstance(platforms, list) else (),
        source=str(entry.get("resolved-from")),
        date=str(entry.get("date")),
    )


def _written(entry: dict[str, Any], form: int) -> tuple[str, Written]:
    text, pending, mine = (_text(entry, key) for key in ("text", "pending", "mine"))
    intact = text is not None and (form == 1 or entry.get("sha256") == hashed(text, pending, mine))
    folders = entry.get("folders")
    return str(entry.get("path")), Written(
        text or "", pending, mine, str(entry.get("left", "")), intact, folders if type(folders) is int else 0
    )


def _before(entry: dict[str, Any]) -> tuple[str, Written]:
    return str(entry.get("path")), Written("", mine=_text(entry, "text") or "", left=str(entry.get("left", "")))


def _text(entry: dict[str, Any], key: str) -> str | None:
    lines = entry.get(key)
    return "\n".join(_line(str(line)) for line in lines) if isinstance(lines, list) else None


def _listed(content: dict[str, Any], key: str, what: str) -> list[dict[str, Any]]:
    entries = content.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _damaged(f"{LOCK} does not list its {what} as [[{key}]].")
    return entries


def _damaged(fact: str) -> ScaffoldError:
    return ScaffoldError(
        fact, "Take back what changed in it (git checkout), or remove it and run dockerscaffold new --keep."
    )
