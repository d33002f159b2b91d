"""Adds entries to a user's dependabot.yml as text below those that it has; no other line of it is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import Node

BREAKS = "\r\x85\u2028\u2029"
"""What ends a line in YAML, and not in a list of lines: their numbers would differ."""


@dataclass(frozen=True)
class _Place:
    """Where an entry goes, and the columns of what is written there."""

    line: int
    dash: int
    content: int
    step: int
    """By how much a mapping stands within another."""
    spaced: bool
    """Whether a blank line parts the entries."""


def addition(yours: Sequence[str], ours: Sequence[str]) -> tuple[int, list[str]] | None:
    """What of our entries the user's file lacks: the number of the line that it goes before, and its lines.

    Both files are given as lines without endings. An entry of ours is lacking when none of the user's is for its
    ecosystem and covers its directory; there may be none to add. None is a file that nothing can be added to safely:
    broken, not version 2, with anchors or aliases, or its entries in brackets.
    """
    theirs, mine = _document(yours), _document(ours)
    if theirs is None or mine is None or not mine.keys() <= theirs.keys():
        return None
    lacking = [entry for entry in mine["updates"] if not any(_covers(one, entry) for one in theirs["updates"])]
    if not lacking:
        return len(yours), []
    place = _place(yours)
    if place is None:
        return None
    added = [line for entry in lacking for line in _entry(entry, place)]
    result = _document([*yours[: place.line], *added, *yours[place.line :]])
    expected = {**theirs, "updates": [*theirs["updates"], *lacking]}
    return (place.line, added) if result == expected else None


def read(lines: Iterable[str]) -> list[Any] | None:
    """The YAML documents in the lines; None for what is no YAML, or has a key twice."""
    try:
        return list(_yaml().load_all(_text(lines)))
    except Exception:
        # The parser raises errors of its own for most faults, and for some whatever its code ran into.
        return None


def repeated(documents: Iterable[Any]) -> bool:
    """Whether two entries are for one ecosystem, directory and branch, which makes GitHub refuse the file."""
    seen: set[tuple[str, ...]] = set()
    for entry in (one for document in documents for one in _entries(document)):
        branch = str(entry.get("target-branch", ""))
        for directory in _directories(entry):
            key = (str(entry.get("package-ecosystem")), branch, *directory)
            if key in seen:
                return True
            seen.add(key)
    return False


def _yaml() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    return yaml


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _document(lines: Sequence[str]) -> dict[str, Any] | None:
    """The one document of a dependabot.yml of version 2, each of whose entries says what it is for."""
    documents = read(lines) or []
    if len(documents) != 1 or not isinstance(documents[0], dict):
        return None
    version, entries = documents[0].get("version"), _entries(documents[0])
    plain = type(version) is int and version == 2 and all(_clear(entry) for entry in entries)
    return documents[0] if entries and plain else None


def _entries(document: Any) -> list[dict[str, Any]]:
    """The entries below `updates`; none when they are not all mappings."""
    found = document.get("updates") if isinstance(document, dict) else None
    return found if isinstance(found, list) and all(isinstance(one, dict) for one in found) else []


def _clear(entry: Mapping[str, Any]) -> bool:
    """Whether it is known what the entry is for; braces in directories are alternatives, which are not followed."""
    named = _named(entry)
    return (
        isinstance(entry.get("package-ecosystem"), str)
        and bool(named)
        and all(isinstance(one, str) and "{" not in one for one in named)
    )


def _named(entry: Mapping[str, Any]) -> list[Any]:
    several = entry.get("directories", [])
    return [
        *([entry["directory"]] if "directory" in entry else []),
        *(several if isinstance(several, list) else [several]),
    ]


def _directories(entry: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The parts of the directories' names; the root has one, a dot, as Dependabot's `*` matches it too."""
    for directory in _named(entry):
        parts = tuple(part for part in str(directory).split("/") if part not in ("", "."))
        yield parts or (".",)


def _covers(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> bool:
    """Whether an entry is for our ecosystem and for all of our directories."""
    same = theirs["package-ecosystem"] == ours["package-ecosystem"]
    return same and all(any(_matches(one, wanted) for one in _directories(theirs)) for wanted in _directories(ours))


def _matches(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a pattern, in which `**` stands for any number of parts, is of these parts."""
    if not pattern:
        return not parts
    first, *rest = [key for key, group in groupby(pattern) for key in ([key] if key == "**" else group)]
    if first == "**":
        return any(_matches(rest, parts[skipped:]) for skipped in range(len(parts) + 1))
    return bool(parts) and (first == parts[0] or fnmatchcase(parts[0], first)) and _matches(rest, parts[1:])


def _place(lines: Sequence[str]) -> _Place | None:
    """Where the next entry goes in a file that `_document` has read; None where lines do not show it."""
    root = _yaml().compose(_text(lines))
    # A merge key without an alias brings them from elsewhere.
    entries = next((value for key, value in root.value if key.value == "updates"), None)
    broken = any(char in line for line in lines for char in BREAKS)
    if entries is None or broken or not _plain(root):
        return None
    dash, last = entries.start_mark.column, entries.value[-1]
    steps = [
        value.start_mark.column - entry.start_mark.column
        for entry in entries.value
        for _, value in entry.value
        if _block(value) and isinstance(value.value[0], tuple)
    ]
    above = last.start_mark.line - 1
    while lines[above].lstrip().startswith("#"):
        above -= 1
    spaced = len(entries.value) == 1 or not lines[above].strip()
    return _Place(_below(lines, last, dash), dash, last.start_mark.column, steps[0] if steps else 2, spaced)


def _plain(node: Node) -> bool:
    """Whether nothing in the node refers to, or is referred to by, something elsewhere."""
    if node.anchor is not None:
        return False
    children = node.value if isinstance(node.value, list) else []
    return all(_plain(part) for child in children for part in (child if isinstance(child, tuple) else (child,)))


def _block(node: Node) -> bool:
    from ruamel.yaml.nodes import CollectionNode

    return isinstance(node, CollectionNode) and bool(node.value) and not node.flow_style


def _below(lines: Sequence[str], entry: Node, dash: int) -> int:
    """The line behind the entry's last, and behind comments that are indented as the entry is."""
    last = entry
    while _block(last):
        last = last.value[-1][1] if isinstance(last.value[-1], tuple) else last.value[-1]
    end = int(last.end_mark.line) + bool(last.end_mark.column)
    while not lines[end - 1].strip():
        end -= 1
    for number, line in enumerate(lines[end:], end):
        bare = line.lstrip(" ")
        if bare.startswith("#") and len(line) - len(bare) >= max(dash, 1):
            end = number + 1
        elif bare:
            break
    return end


def _entry(entry: Mapping[str, Any], place: _Place) -> list[str]:
    """The lines of an entry, indented as the user's are."""
    import io

    yaml, out = _yaml(), io.StringIO()
    yaml.indent(mapping=place.step, sequence=max(place.content, place.dash + 2), offset=place.dash)
    yaml.dump({"updates": [entry]}, out)
    lines = [line for line in out.getvalue().split("\n")[1:] if line.strip()]
    return ["", *lines] if place.spaced else lines
