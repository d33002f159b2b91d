"""What people see of a check: its findings, and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaffold.blocks import WIDTH, filled, text

if TYPE_CHECKING:
    from scaffold.checking import Checked


def people(result: Checked, width: int = WIDTH, quiet: bool = False) -> str:
    """The findings, each with its place and what to do, and how many there are; `quiet` leaves a line for each.

    How many an update settles is said where it settles any.
    """
    lines: list[str] = []
    for one in result.findings:
        place = f"{one.path}:{one.line}" if one.line else one.path
        words = [word for word in (place, one.level, one.rule, one.control) if word]
        lines += ["  ".join(words)] if quiet or width >= WIDTH else filled(words, "  ", width)
        lines += (
            []
            if quiet
            else [f"  {line}" for said in (one.fact, one.remedy) for line in filled(said.split(), " ", width - 2)]
        )
    count = len(result.findings)
    also = f", {len(result.accepted)} accepted" if result.accepted else ""
    settled = sum(one.settled_by_update for one in result.findings)
    of = "it" if count == 1 else f"{settled} of them"
    also += f"; dockerscaffold update settles {of}" if settled else ""
    sentences = [] if quiet else [*result.notes, f"{count or 'No'} finding{'' if count == 1 else 's'}{also}."]
    ending = [line for sentence in sentences for line in filled(sentence.split(), " ", width)]
    return text([*lines, *([""] if lines and ending else []), *ending])
