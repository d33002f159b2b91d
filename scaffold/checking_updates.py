"""What is to be said of updates: conflicts that are left, one that nobody finished, and one that would change files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scaffold import lock, merging, updating
from scaffold.findings import Finding, Weakness, finding
from scaffold.state import ANSWERS, LOCK

if TYPE_CHECKING:
    from scaffold.update import Updated

FINISH = "Run dockerscaffold update."
CHOOSE = (
    "Run dockerscaffold update --abort to take back the rest of it, or dockerscaffold new --force to have its news."
)


def marked(texts: Mapping[str, str], known: lock.Lock) -> Iterator[Finding]:
    """Conflicts of an update, also those whose marks are half removed, and of git's own merges.

    An update can be taken back while the lock, `known`, waits for it.
    """
    waits = any(written.pending is not None for written in known.files.values())
    for path, text in texts.items():
        if number := merging.marked(text):
            line = text.removeprefix(merging.BOM).split("\n")[number - 1].rstrip("\r")
            ours = line in (merging.YOURS, merging.OURS)
            fact = "An update's conflict is not resolved." if ours else "A merge's conflict is not resolved."
            back = "dockerscaffold update --abort" if ours else "git merge --abort"
            other = f"; or {back}" if waits or not ours else ""
            remedy = f"Choose between the marks and remove them{other}."
            yield finding(path, Weakness("conflict-marker", number, fact, remedy))


def changed(known: lock.Lock) -> Iterator[Finding]:
    """Texts of the lock that somebody changed: edits cannot be told from them."""
    for path, written in known.files.items():
        if not written.intact:
            fact = f"What {LOCK} says of {path} is not what was written there."
            remedy = "Take the lock back (git checkout), or run dockerscaffold update --merge, --keep or --force."
            yield finding(LOCK, Weakness("broken-file", 0, fact, remedy))


def unfinished(texts: Mapping[str, str], known: lock.Lock) -> Iterator[Finding]:
    """An update with conflicts that no other update came after, though no marks are left: resolved, or put back."""
    pending = {path: written for path, written in known.files.items() if written.pending is not None}
    if not pending:
        return
    marks = any(merging.marked(texts.get(path, "")) for path in pending)
    said = marks
    for path, written in pending.items():
        text = texts.get(path)
        if text is None or merging.marked(text):
            continue
        line, _ = differences(text, written.pending or "")
        if updating.is_put_back(written, text):
            fact = "It is as before the last update, whose conflicts were not resolved, and lacks what was new."
            yield finding(path, Weakness("unfinished-update", line, fact, CHOOSE))
            said = True
        elif not marks and written.left and lock.hashed(text) != written.left:
            fact = "The last update's conflict is resolved here, and the lock still waits for it."
            yield finding(path, Weakness("unfinished-update", line, fact, FINISH, settled=True))
            said = True
    if not said:
        remedy = "Run dockerscaffold update to finish it, or dockerscaffold update --abort to take it back."
        yield finding(LOCK, Weakness("unfinished-update", 0, "The last update had conflicts, and waits.", remedy))


def outdated(result: Updated, known: lock.Lock) -> Iterator[Finding]:
    """Files that an update would change though no pin moved, each at the line where that begins."""
    for outcome in result.outcomes:
        written = known.files.get(outcome.path)
        if outcome.path in (ANSWERS, LOCK) or (written and not written.intact):
            continue
        if outcome.what == "created":
            fact = "It is not there yet: the answers, or dockerscaffold, are newer."
            yield finding(outcome.path, Weakness("outdated", 0, fact, FINISH, settled=True))
        elif outcome.what in ("updated", "merged", "conflict"):
            line, number = differences(outcome.before or "", outcome.after)
            where = "in one place" if number == 1 else f"in {number} places"
            how = ", and conflict with it" if outcome.what == "conflict" else ""
            fact = f"An update would change it {where}{how}: the answers, dockerscaffold or an image beside are newer."
            yield finding(outcome.path, Weakness("outdated", line, fact, FINISH, settled=not how))


def differences(before: str, after: str) -> tuple[int, int]:
    """The line of `before`, counted from 1, on which two texts begin to differ, and in how many places they do.

    Where nothing differs the line is 0. What `after` has behind the end counts as on the last line.
    """
    from scaffold.matching import Matcher

    old, new = (text.removesuffix("\n").split("\n") for text in (before, after))
    codes = Matcher(None, old, new).get_opcodes()
    places = [start for what, start, *_ in codes if what != "equal"]
    return (min(places[0] + 1, len(old)), len(places)) if places else (0, 0)
