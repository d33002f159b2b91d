"""Files against what stands in the directory: what writing each would do, and that as a diff."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from scaffold import lock
from scaffold.errors import ScaffoldError
from scaffold.model import File, Outcome
from scaffold.places import target
from scaffold.project import LARGEST, Project
from scaffold.state import LOCK


def compare(project: Project, files: Sequence[File], ours: Collection[str]) -> tuple[Outcome, ...]:
    """What writing the files would do to each.

    A file at a path of `ours` may change as it likes; any other that differs is a conflict, which `resolve` settles.
    Raises ScaffoldError for one that cannot be read or written.
    """
    return tuple(_compare(project, file, file.path in ours) for file in files)


def resolve(outcome: Outcome, ways: Sequence[str], base: str | None) -> Outcome:
    """A conflict settled in the first of `ways` (`merge`, `keep`, `force`) that is possible; any other as it is.

    `base` is what we wrote there last, None when that is not known. Merging is possible where it is safe.
    """
    if outcome.what != "conflict" or outcome.before is None:
        return outcome
    for how in ways:
        if how == "keep":
            return dataclasses.replace(outcome, what="kept", after=outcome.before)
        if how == "force":
            return dataclasses.replace(outcome, what="replaced")
        from scaffold import merging

        text = merging.merged(outcome.path, outcome.before, outcome.after, base)
        if text is not None:
            return dataclasses.replace(outcome, what="kept" if text == outcome.before else "merged", after=text)
    return outcome


def diff(outcome: Outcome) -> str:
    """The change as a unified diff that `patch -p1` and `git apply` take; empty when there is none."""
    if outcome.what == "unchanged":
        return ""
    import difflib

    before = "/dev/null" if outcome.before is None else f"a/{outcome.path}"
    lines = difflib.unified_diff(_lines(outcome.before or ""), _lines(outcome.after), before, f"b/{outcome.path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def present(project: Project, path: str) -> str | None:
    """The text of a file, bytes that are no UTF-8 as surrogate escapes; None when there is none.

    Raises ScaffoldError for one that cannot be read or written.
    """
    try:
        place = target(project.root, path)
        size, largest = place.stat().st_size, lock.LARGEST if path == LOCK else LARGEST
        if size > largest:
            fact = f"{path} is too large to be read: {size / 1_000_000:.0f} MB."
            raise ScaffoldError(fact, f"Make it smaller than {largest // 1_000_000} MB.")
        return place.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ScaffoldError(
            f"{path} cannot be read ({error.strerror}), so it cannot be compared with what is new.",
            "Make it readable for you, or remove it.",
        ) from None


def _compare(project: Project, file: File, ours: bool) -> Outcome:
    before = present(project, file.path)
    if before is None:
        return Outcome(file.path, "created", None, file.text)
    if before == file.text:
        return Outcome(file.path, "unchanged", before, file.text)
    return Outcome(file.path, "updated" if ours else "conflict", before, file.text)


def _lines(text: str) -> list[str]:
    """The lines as diffs count them: `splitlines` would part them at form feeds and lone carriage returns too."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])
