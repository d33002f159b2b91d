"""Texts on which two sides disagree: all that differs between marks, and one side without them."""

from __future__ import annotations

from scaffold.matching import Matcher
from scaffold.merging import BETWEEN, OURS, YOURS, Joined, Parts, parted, sound, written


def apart(before: str, after: str) -> Joined:
    """The user's text with all in which ours, `after`, differs between marks: nothing tells who changed what."""
    yours, ours = parted(before), parted(after)
    parts, conflicts = Parts(), list[int]()
    for what, i1, i2, j1, j2 in Matcher(None, yours, ours).get_opcodes():
        if what == "equal":
            parts += range(i1, i2)
        else:
            conflicts.append(len(parts) + 1)
            parts += [YOURS, *range(i1, i2), BETWEEN, *ours[j1:j2], OURS]
    return Joined(written(before, parts), tuple(conflicts))


def chosen(path: str, text: str, ours: bool) -> str | None:
    """A text with marks, of each conflict the user's lines or `ours`, and without marks.

    None where that is no YAML though the file is, for lines of two sides need not fit.
    """
    kept, side = list[str](), ""
    for line in text.split("\n"):
        bare = line.removesuffix("\r")
        if bare in (YOURS, BETWEEN, OURS):
            side = "" if bare == OURS else bare
        elif side in ("", BETWEEN if ours else YOURS):
            kept.append(line)
    made = "\n".join(kept)
    if not text.endswith("\n"):
        made = made.removesuffix("\r")
    return made if sound(path, parted(made)) else None
