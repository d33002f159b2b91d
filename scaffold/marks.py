"""Texts on which two sides disagree: all that differs between marks, one side without them, and whether any stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scaffold.compare import present
from scaffold.errors import Conflict
from scaffold.language import listed
from scaffold.matching import Matcher
from scaffold.merging import BETWEEN, BOM, OURS, YOURS, Joined, Parts, marked, parted, sound, written

if TYPE_CHECKING:
    from scaffold.project import Project


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
    bom = BOM if text.startswith(BOM) else ""
    lines = text.removeprefix(BOM).split("\n")
    bare = [line.removesuffix("\r") for line in lines]
    kept, at = list[str](), 0
    for start in [number for number, line in enumerate(bare) if line == YOURS]:
        end = bare.index(OURS, start)
        # A row like it may be the user's own, above or in what conflicts; no line of ours is one.
        half = max(number for number in range(start, end) if bare[number] == BETWEEN)
        kept += lines[at:start] + (lines[half + 1 : end] if ours else lines[start + 1 : half])
        at = end + 1
    made = bom + "\n".join(kept + lines[at:])
    if not text.endswith("\n"):
        made = made.removesuffix("\r")
    return made if sound(path, parted(made)) else None


def check_resolved(project: Project, paths: Iterable[str]) -> None:
    """Raises Conflict where marks of conflicts still stand in files, with the line of the first in each."""
    texts = ((path, present(project, path)) for path in paths)
    places = [f"{path}:{line}" for path, text in texts if text and (line := marked(text))]
    if places:
        raise Conflict(
            f"Conflicts are not resolved yet: {listed(places)}.",
            "Choose between the marks and remove them, then run the command again; or dockerscaffold update --abort.",
            "",
        )
