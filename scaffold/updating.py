"""Joins files as they were made anew with the user's edits: three versions of each, and nothing of theirs lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaffold import bumps, merging
from scaffold.bumps import Variant
from scaffold.compare import present
from scaffold.lock import Lock, Written
from scaffold.model import File, Image, Outcome
from scaffold.project import Project


@dataclass(frozen=True)
class Joined:
    """What becomes of a file: its outcome, what the lock says of it from now on, and the lines of its conflicts."""

    outcome: Outcome
    written: Written | None
    conflicts: tuple[int, ...] = ()


def since(written: Written, text: str | None) -> str:
    """What edits of a file are counted from: what was written last, or what came after it, once that is resolved."""
    return written.text if written.pending is None or (text and merging.marked(text)) else written.pending


def adopted(project: Project, known: Lock) -> dict[Variant, Image]:
    """The images that somebody, most likely a bot, put in place of those written; of each variant the newest."""
    found: dict[Variant, Image] = {}
    for path, written in known.files.items():
        text = present(project, path)
        if text is None or not written.intact:
            continue
        for variant, image in bumps.adopted(path, text, since(written, text)).items():
            found[variant] = bumps.newest([*filter(None, [found.get(variant)]), image])
    return found


def joined(project: Project, file: File, known: Lock, restore: bool) -> Joined:
    """A file as it was made anew, joined with what stands there.

    A file that the user deleted stays so, unless it is to be restored; one that was never written is left alone.
    """
    path, after = file.path, file.text
    written, before = known.files.get(path), present(project, path)
    if before is None:
        if written and not restore:
            return Joined(Outcome(path, "deleted", None, ""), written)
        return Joined(Outcome(path, "restored" if written else "created", None, after), Written(after))
    if written is None:
        return Joined(Outcome(path, "kept", before, before), None)
    if not written.intact:
        return Joined(Outcome(path, "conflict", before, after), written)
    made = _merged(path, before, after, since(written, before))
    if made.conflicts:
        left = Written(since(written, before), after, before)
        return Joined(Outcome(path, "conflict", before, made.text), left, made.conflicts)
    what = "unchanged" if made.text == before else "updated" if made.text == after else "merged"
    return Joined(Outcome(path, what, before, made.text), Written(after))


def _merged(path: str, before: str, after: str, base: str) -> merging.Joined:
    """The three joined, but for images: of those the new ones stand, whatever the user's text had in their place."""
    old = {reference.variant: reference.image for reference in bumps.references(path, base)}
    return merging.joined(path, bumps.replaced(path, before, old), after, base)


def undoable(made: Iterable[Joined], known: Lock) -> dict[str, Written]:
    """What the lock says of each file; where there are conflicts, of all files that changed also how they were."""
    some = list(made)
    conflicts = any(one.conflicts for one in some)
    found: dict[str, Written] = {}
    for one in some:
        path, before = one.outcome.path, one.outcome.before
        if one.written is None:
            continue
        found[path] = one.written
        if conflicts and not one.conflicts and one.outcome.changes and before is not None:
            base = since(known.files[path], before)
            found[path] = Written(base, one.written.text, before)
    return found


def gone(project: Project, made: Iterable[str], known: Lock) -> tuple[str, ...]:
    """Sentences about files that were written once, are made no more, and are still there."""
    paths = {*made}
    return tuple(
        f"{path} is made no more: remove it when nothing of yours needs it."
        for path in known.files
        if path not in paths and project.has(path)
    )


def aborted(project: Project, known: Lock) -> tuple[tuple[Outcome, ...], Mapping[str, Written]]:
    """What undoes an update that has conflicts: each file as the user had it, and the lock's files as they were."""
    outcomes = tuple(
        Outcome(path, "restored", present(project, path), written.mine)
        for path, written in known.files.items()
        if written.pending is not None and written.mine is not None
    )
    return outcomes, {
        path: dataclasses.replace(written, pending=None, mine=None) for path, written in known.files.items()
    }


def unresolved(project: Project, paths: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The files in which conflicts are still marked, each with the line of the first."""
    texts = ((path, present(project, path)) for path in paths)
    return tuple((path, line) for path, text in texts if text and (line := merging.marked(text)))


def with_pins(known: Lock, images: Iterable[Image]) -> tuple[File, ...]:
    """The files as they were written last, with these pins and nothing else new."""
    pins = {bumps.variant(image): image for image in images}
    return tuple(File(path, bumps.replaced(path, since(written, None), pins)) for path, written in known.files.items())


def standing(images: Iterable[Image], files: Mapping[str, Written]) -> tuple[Image, ...]:
    """The images that files stand on."""
    found = {(one.image.name, one.image.tag) for path, w in files.items() for one in bumps.references(path, w.text)}
    return tuple(image for image in images if (image.name, image.tag) in found)
