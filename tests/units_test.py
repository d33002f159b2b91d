"""Instructions of a Dockerfile as units, and two versions joined by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import merging
from scaffold.merging import BETWEEN, OURS, YOURS, Joined
from scaffold.units import Piece, joined, units


@pytest.mark.parametrize(
    "parts",
    [
        ["FROM a", "RUN b"],
        ["", "# c", "# d", "", "RUN b", " "],
        ["RUN a \\\n  && b \\\n  && c", "USER d"],
        ["RUN a \\  \n  && b", "USER d"],
        ["RUN a \\\n# why\n  && b \\\n\n  # why\n  && c", "USER d"],
        ["# a \\", "USER d"],
        ["RUN <<EOF\na\n\n# b\nUSER c \\\nEOF", "USER d"],
        ["RUN <<-EOF\n\ta\n\tEOF", "USER d"],
        ["COPY <<'EOF' /a\na\nEOF", "USER d"],
        ['COPY --chmod=644 <<"A" <<B /a/\na\nA\nb\nB', "USER d"],
        ["RUN a \\\n  <<EOF b\nc\nEOF", "USER d"],
        ["RUN <<EOF", "a", "USER d"],
        ["RUN a << 2", "USER d"],
        ["RUN a \\\n  && b \\"],
        ["RUN a \\\n"],
        [],
    ],
    ids=str,
)
def test_units(parts: list[str]) -> None:
    lines = [line for part in parts for line in part.split("\n")]
    assert ["\n".join(lines[one.start : one.stop]) for one in units(lines, 0, len(lines))] == parts
    # In the middle of others.
    around = ["USER x", *lines, "USER y"]
    assert ["\n".join(around[one.start : one.stop]) for one in units(around, 1, 1 + len(lines))] == parts


@given(st.lists(st.sampled_from(["RUN a", "RUN a \\", "# b", "", "RUN <<E", "E", "\\", "<<E", " && c"])), st.data())
def test_every_line_is_in_one_unit(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(start, len(lines)))
    found = units(lines, start, end)
    assert [number for one in found for number in one] == [*range(start, end)] and all(found)


def whole(base: Sequence[str], yours: Sequence[str], ours: Sequence[str]) -> list[str]:
    """All of three versions joined, what conflicts between marks."""
    made: list[str] = []
    pieces = joined(base, yours, ours, (range(len(base)), range(len(yours)), range(len(ours))))
    for piece in pieces:
        mine, theirs = [yours[i] for i in piece.yours], [ours[i] for i in piece.ours]
        made += [YOURS, *mine, BETWEEN, *theirs, OURS] if piece.conflict else [*mine, *theirs]
    return made


@pytest.mark.parametrize(
    ("base", "yours", "ours", "expected"),
    [
        # Changed by one side.
        ("RUN a|USER b", "RUN y|USER b", "RUN a|USER o", "RUN y|USER o"),
        ("RUN a|USER b", "RUN a|USER y", "RUN o|USER b", "RUN o|USER y"),
        ("RUN a|USER b", "RUN a \\|  y|USER b", "RUN a|USER o", "RUN a \\|  y|USER o"),
        ("RUN a|RUN b", "RUN y|RUN b", "RUN a|RUN o", "RUN y|RUN o"),
        # Changed by both, to the same and to something else.
        ("RUN a|USER b", "RUN z|USER y", "RUN z|USER b", "RUN z|USER y"),
        ("RUN a|USER b", "RUN y|USER b", "RUN o|USER b", "<|RUN y|=|RUN o|>|USER b"),
        ("# a|USER b", "# y|USER b", "# o|USER b", "# y|USER b"),
        ("RUN a|USER b", "RUN y|USER y", "RUN o|USER b", "<|RUN y|=|RUN o|>|USER y"),
        # Removed by one side, the other left it or changed it, or removed it too.
        ("RUN a|USER b", "USER b", "RUN a|USER o", "USER o"),
        ("RUN a|USER b", "USER y", "RUN a|USER b", "USER y"),
        ("RUN a|USER b", "USER b", "RUN o|USER b", "<|=|RUN o|>|USER b"),
        ("RUN a|USER b", "RUN y|USER b", "USER b", "<|RUN y|=|>|USER b"),
        ("RUN a|USER b", "USER b", "USER o", "USER o"),
        # Added by both in one place, ours first; what both added, once.
        ("USER b", "USER b|RUN y", "USER b|RUN o", "USER b|RUN o|RUN y"),
        ("USER b", "RUN y|USER b", "RUN o|USER b", "RUN o|RUN y|USER b"),
        ("USER b", "RUN z|RUN y|USER b", "RUN o|RUN z|USER b", "RUN o|RUN z|RUN y|USER b"),
        ("", "RUN y", "RUN o", "RUN o|RUN y"),
        ("USER b", "", "", ""),
        # An instruction that became another is one removed and one added.
        ("RUN a|USER b", "ENV y|USER b", "RUN a|USER o", "ENV y|USER o"),
        ("RUN a|USER b", "ENV y|USER b", "RUN o|USER b", "<|=|RUN o|>|ENV y|USER b"),
        # The instruction's name in any case.
        ("run a|USER b", "RUN y|USER b", "run o|USER b", "<|RUN y|=|run o|>|USER b"),
    ],
)
def test_joined(base: str, yours: str, ours: str, expected: str) -> None:
    marks = {"<": YOURS, "=": BETWEEN, ">": OURS}
    texts = [text.split("|") if text else [] for text in (base, yours, ours)]
    assert whole(*texts) == [marks.get(line, line) for line in expected.split("|") if expected]


def test_a_region_alone_is_looked_at() -> None:
    lines = ["FROM a", "RUN b", "USER c"]
    mine, theirs = ["FROM a", "ENV y", "RUN y", "USER c"], ["FROM a", "RUN b", "CMD o", "USER c"]
    pieces = joined(lines, mine, theirs, (range(1, 2), range(1, 3), range(1, 3)))
    assert pieces == [Piece(range(1, 2), range(0)), Piece(range(2, 3), range(0)), Piece(range(0), range(2, 3))]


ROOMS = [
    "RUN {}",
    "RUN a \\\n  && {} \\\n  && b",
    "USER {}",
    "COPY <<EOF /{}\nb\n\nUSER c\nEOF",
    "# {}",
    "ENV {} \\\n  b=c",
]
"""Units with a place for what tells one from another."""


@st.composite
def dockerfiles(draw: st.DrawFn) -> list[str]:
    """Units of a Dockerfile, each unlike all others but blank lines."""
    rooms = draw(st.lists(st.sampled_from(["", *ROOMS]), max_size=8))
    return ["FROM a", *(room.format(f"old{number}") for number, room in enumerate(rooms))]


def text_of(parts: Sequence[str]) -> str:
    return "".join(f"{part}\n" for part in parts)


def join(base: Sequence[str], yours: Sequence[str], ours: Sequence[str]) -> Joined:
    made = merging.joined("Dockerfile", text_of(yours), text_of(ours), text_of(base))
    lines = made.text.split("\n")
    assert [number for number, line in enumerate(lines, 1) if line == YOURS] == [*made.conflicts]
    return made


@st.composite
def edited(draw: st.DrawFn, parts: Sequence[str], word: str) -> list[str]:
    """The units with some changed, removed and added, all with a word of this side's own in them."""
    made: list[str] = []
    for number, part in enumerate([*parts, ""]):
        rooms = draw(st.lists(st.sampled_from(ROOMS), max_size=2)) if draw(st.booleans()) else []
        made += [room.format(f"{word}added{number}x{which}") for which, room in enumerate(rooms)]
        what = draw(st.sampled_from(["stays", "stays", "changes", "goes"]))
        if what != "goes" and number < len(parts):
            made.append(part.replace("old", word) if what == "changes" else part)
    return made


@given(st.data())
def test_no_line_of_the_users_is_lost(data: st.DataObject) -> None:
    base = data.draw(dockerfiles())
    yours, ours = data.draw(edited(base, "mine")), data.draw(edited(base, "new"))
    made = join(base, yours, ours)
    lines = made.text.split("\n")
    added = Counter(text_of(yours).split("\n")) - Counter(text_of(base).split("\n"))
    assert all(lines.count(line) >= count for line, count in added.items() if "mine" in line)
    assert {*added} <= {*lines}
    for word, side in (("mine", yours), ("new", ours)):
        # A comment of ours gives way to the user's in its place.
        counts = [f"# {word}"] if word == "new" else []
        new, kept = (
            [line for line in some if word in line and not any(map(line.startswith, counts))]
            for some in (text_of(side).split("\n"), lines)
        )
        assert kept == new, "in their own order, each once"


@given(st.data())
def test_edits_of_different_instructions_never_conflict(data: st.DataObject) -> None:
    base = data.draw(dockerfiles())
    sides = data.draw(st.lists(st.sampled_from(["base", "yours", "ours"]), min_size=len(base), max_size=len(base)))
    yours, ours, expected = (
        [part.replace("old", side) if side in sides_of else part for part, side in zip(base, sides, strict=True)]
        for sides_of in (("yours",), ("ours",), ("yours", "ours"))
    )
    assert join(base, yours, ours) == Joined(text_of(expected))


@given(st.data())
def test_instructions_that_one_side_removed_never_conflict_with_others(data: st.DataObject) -> None:
    base = data.draw(dockerfiles().map(lambda parts: [part for part in parts if part]))
    sides = data.draw(st.lists(st.sampled_from(["base", "yours", "ours"]), min_size=len(base), max_size=len(base)))
    yours = [part for part, side in zip(base, sides, strict=True) if side != "yours"]
    ours = [part.replace("old", "ours") if side == "ours" else part for part, side in zip(base, sides, strict=True)]
    expected = [part for part, side in zip(ours, sides, strict=True) if side != "yours"]
    assert join(base, yours, ours) == Joined(text_of(expected))
