"""Joins files as they were made anew with the user's edits: three versions of each, and nothing of theirs lost."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from scaffold import bumps, images, marks, merging, stage_names
from scaffold.compare import present, resolve
from scaffold.errors import Conflict
from scaffold.language import listed
from scaffold.lock import Lock, Written, hashed
from scaffold.model import File, Image, Outcome
from scaffold.project import Project
from scaffold.state import ANSWERS


@dataclass(frozen=True)
class Joined:
    """What becomes of a file: its outcome, what the lock says of it from now on, and the lines of its conflicts."""

    outcome: Outcome
    written: Written | None
    conflicts: tuple[int, ...] = ()

    @property
    def unfounded(self) -> bool:
        """Whether it could not be joined, since the lock's text of it is not what was written."""
        return self.written is not None and not self.written.intact

    @property
    def ours(self) -> str:
        """Its text as it was made anew, of one that is in conflict."""
        return (self.written and self.written.pending) or self.outcome.after


def since(written: Written, text: str | None) -> str:
    """What edits of a file are counted from: what was written last, or what came after it, once that is resolved."""
    return written.text if written.pending is None or (text and merging.marked(text)) else written.pending


def is_put_back(written: Written, text: str | None) -> bool:
    """Whether a file stands as before an update with conflicts, with or without the user's edits."""
    return written.pending not in (None, text) and text in (written.mine, written.text)


def refused(project: Project, known: Lock) -> tuple[str, ...]:
    """A sentence about files that stand as before an update with conflicts: resolved so, or put back."""
    paths = [path for path, written in known.files.items() if is_put_back(written, present(project, path))]
    if not paths:
        return ()
    return (
        f"{listed(paths)}: as before the last update, whose news are left out; dockerscaffold new --force has them.",
    )


def adopted(project: Project, known: Lock) -> dict[str, Image]:
    """The images that somebody, most likely a bot, put in place of those written, by the reference of these.

    Of several in place of one the newest; some may have no digest.
    """
    found: dict[str, Image] = {}
    for path, written in known.files.items():
        text = present(project, path)
        if text is None or not written.intact:
            continue
        base = since(written, text)
        if text == base:
            continue
        new = bumps.adopted(path, text, base)
        for one in bumps.references(path, base):
            if one.variant in new:
                old = images.reference(one.image)
                found[old] = bumps.newest([*filter(None, [found.get(old)]), new[one.variant]])
        # The answers may be about to follow these.
        found |= {images.reference(one.image): one.image for one, _ in bumps.flavours(path, text, base)}
    return found


def joined(project: Project, file: File, known: Lock, restore: bool, looked_up: Container[Image] = ()) -> Joined:
    """A file as it was made anew, joined with what stands there.

    `looked_up` are images without a digest that a pin was found for.
    A file that the user deleted stays so, unless it is to be restored; one that was never written is left alone.
    """
    path, after = file.path, file.text
    written, before = known.files.get(path), present(project, path)
    if before is None:
        if written and not restore:
            # A text that was changed in the lock is not taken on; from ours on, what comes back is an edit.
            base = since(written, None) if written.intact else after
            return Joined(Outcome(path, "deleted", None, ""), Written(base))
        return Joined(Outcome(path, "restored" if written else "created", None, after), Written(after))
    if written is None:
        same = before == after
        return Joined(Outcome(path, "unchanged" if same else "kept", before, before), Written(after) if same else None)
    if not written.intact:
        return Joined(Outcome(path, "conflict", before, after), written)
    made = _merged(path, before, after, since(written, before), looked_up)
    if made.conflicts:
        left = Written(since(written, before), after, before, hashed(made.text))
        return Joined(Outcome(path, "conflict", before, made.text), left, made.conflicts)
    what = "unchanged" if made.text == before else "updated" if made.text == after else "merged"
    return Joined(Outcome(path, what, before, made.text), Written(after))


def settled(made: Joined, how: str) -> Joined:
    """A file that is in conflict, settled: `merge` leaves marks, `keep` is the user's, `force` ours.

    Where it was joined, the user's and ours are of what conflicts alone; else there is nothing but whole files.
    """
    path, before, ours = made.outcome.path, made.outcome.before or "", made.ours
    if made.unfounded:
        return _apart(path, before, ours) if how == "merge" else _whole(made.outcome, how)
    if how == "merge":
        return made
    text = marks.chosen(path, made.outcome.after, how == "force")
    if text is None:
        return _whole(Outcome(path, "conflict", before, ours), how)
    what = "kept" if text == before else "replaced" if text == ours else "merged"
    return Joined(Outcome(path, what, before, text), Written(ours))


def _whole(outcome: Outcome, how: str) -> Joined:
    return Joined(resolve(outcome, [how], None), Written(outcome.after))


def _apart(path: str, before: str, after: str) -> Joined:
    """Two texts of which nothing tells who changed what; but no pin of ours is a conflict that is not older."""
    theirs = {one.variant: one.image for one in bumps.references(path, before)}
    pins = {
        one.variant: one.image
        for one in bumps.references(path, after)
        if one.variant in theirs and bumps.version(one.image) >= bumps.version(theirs[one.variant])
    }
    made = marks.apart(bumps.replaced(path, before, pins), after)
    if not made.conflicts:
        what = "unchanged" if made.text == before else "updated"
        return Joined(Outcome(path, what, before, made.text), Written(after))
    left = Written(before, after, before, hashed(made.text))
    return Joined(Outcome(path, "conflict", before, made.text), left, made.conflicts)


def _merged(path: str, before: str, after: str, base: str, looked_up: Container[Image]) -> merging.Joined:
    """The three joined, but for images and names of stages, on which no two sides can disagree.

    Of images the new ones stand, whatever the user's text had in their place; of names the user's.
    """
    if before == base:
        return merging.Joined(after)
    pins = {one.variant: one.image for one in bumps.references(path, after)}
    names = stage_names.renamed(path, before, base)
    return merging.joined(
        path,
        bumps.repinned(path, before, base, after, looked_up),
        stage_names.with_names(after, names),
        stage_names.with_names(bumps.replaced(path, base, pins), names),
    )


def unlike(made: Joined) -> Iterator[str]:
    """Sentences about the images of a joined file that stay as somebody wrote them, and are not those of ours."""
    path, text = made.outcome.path, made.outcome.after
    if made.written is None or made.written.text == text or made.outcome.what in ("deleted", "conflict"):
        return
    ours = stage_names.with_names(made.written.text, stage_names.renamed(path, text, made.written.text))
    places: dict[str, list[str]] = {}
    for one, was in (*bumps.flavours(path, text, ours), *bumps.counterparts(path, text, ours)):
        if said := _unlike(one, was):
            places.setdefault(said, []).append(f"{path}:{one.line}")
    for said, lines in places.items():
        yield f"{listed(lines)}: {said}"


def _unlike(one: bumps.Reference, ours: bumps.Reference) -> str:
    name = images.tagged(one.image)
    if not one.image.tag:
        return f"{name} has a digest alone and stays so: it is pinned once a tag stands before that."
    if one.variant != ours.variant:
        other = images.tagged(ours.image)
        return f"{name} stays in place of {other}: to have its like everywhere change tier in {ANSWERS}."
    if not one.image.digest:
        return f"{name} stays without a digest, which could not be looked up: run update where a registry can be asked."
    return ""


def undoable(project: Project, made: Iterable[Joined], known: Lock) -> dict[str, Written]:
    """What the lock says of each file; where there are conflicts, of all files that changed also how they were, and of
    new ones how many folders above them will be new."""
    some = list(made)
    conflicts = any(one.conflicts for one in some)
    found: dict[str, Written] = {}
    for one in some:
        path, before = one.outcome.path, one.outcome.before
        if one.written is None:
            continue
        found[path] = one.written
        if conflicts and not one.conflicts and one.outcome.changes and one.outcome.what != "deleted":
            base = since(known.files[path], before) if path in known.files else ""
            left = "" if before is None else hashed(one.outcome.after)
            above = (project.root / path).parents if before is None else ()
            fresh = sum(not folder.exists() for folder in above)
            found[path] = Written(base, one.written.text, before, left, folders=fresh)
    return found


def left_over(project: Project, made: Iterable[str], known: Lock) -> dict[str, Written]:
    """What the lock says of files that are made no more, as long as they are there: they may be made again."""
    paths = {*made}
    return {path: written for path, written in known.files.items() if path not in paths and project.has(path)}


def gone(over: Iterable[str]) -> tuple[str, ...]:
    """Sentences about the files that are `left_over`."""
    return tuple(f"{path} is made no more: remove it when nothing of yours needs it." for path in over)


def aborted(project: Project, known: Lock, force: bool) -> tuple[Outcome, ...]:
    """What undoes an update that has conflicts: each file as the user had it; none when no update has.

    A file that the update made, and nobody changed since, is to be removed. Raises Conflict where files were edited
    since, or the lock's text of one is not what was written, unless with `force`.
    """
    were = {path: written for path, written in known.files.items() if written.pending is not None}
    if not were:
        return ()
    were |= known.before
    changed = [path for path, written in were.items() if not written.intact]
    if changed and not force:
        raise Conflict(
            f"The lock's text of {listed(changed)} was changed, so how it was before the update is not known.",
            "Take the lock back (git checkout), or add --force to have what it says.",
            "",
        )
    edited = [path for path, written in were.items() if _is_edited(present(project, path), written)]
    if edited and not force:
        raise Conflict(
            f"{listed(edited)} changed since the update, which would be lost.",
            "Resolve what is left and run dockerscaffold update, or add --force to have all as it was before.",
            "",
        )
    found: list[Outcome] = []
    for path, written in were.items():
        now, mine = present(project, path), written.mine
        if mine is not None:
            found.append(Outcome(path, "unchanged" if now == mine else "restored", now, mine))
        elif now is not None and now == written.pending:
            found.append(Outcome(path, "removed", now, ""))
    return tuple(found)


def _is_edited(now: str | None, written: Written) -> bool:
    """Whether a file is neither as an update left it nor as it was before that."""
    return now is not None and written.left != "" and now != written.mine and hashed(now) != written.left


def with_pins(known: Lock, pins: Mapping[str, Image]) -> tuple[File, ...]:
    """The files as they were written last, with these pins, by the references of the old, and nothing else new."""
    return tuple(_with_pins(path, since(written, None), pins) for path, written in known.files.items())


def _with_pins(path: str, text: str, pins: Mapping[str, Image]) -> File:
    new = {one.variant: pins.get(images.reference(one.image), one.image) for one in bumps.references(path, text)}
    return File(path, bumps.replaced(path, text, new))
