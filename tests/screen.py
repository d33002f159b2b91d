"""The emulated screen of a terminal: pyte's, with what it lacks, and what it showed at a moment as a plain value."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyte
from pyte.screens import wcwidth

PRIVATE = 5
"""How far pyte shifts the numbers of private modes (`ESC [ ? 2004 h`) to tell them from the others."""

STATES = {
    "application cursor keys": (1,),
    "reverse video": (5,),
    "mouse reports": (9, 1000, 1002, 1003),
    "focus reports": (1004,),
    "alternate screen": (47, 1047, 1049),
    "bracketed paste": (2004,),
}
"""What private modes turn on; a new terminal has none of them."""

USUAL = {"hidden cursor": 25, "no line wrapping": 7}
"""What private modes turn off that a new terminal has on."""

NAMES = {"brown": "yellow", "brightbrown": "brightyellow", "bfightmagenta": "brightmagenta"}
"""Colours by the names that everybody but pyte has for them."""


class Look(NamedTuple):
    """How a character looks; a colour is `default`, one of the 16 names (`red`, `brightred`) or `ffaf00`."""

    colour: str = "default"
    ground: str = "default"
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    reverse: bool = False
    blinking: bool = False


class Cell(NamedTuple):
    """One place of the screen: a character with its accents, or nothing right of a character two places wide."""

    text: str = " "
    look: Look = Look()


@dataclass(frozen=True)
class Snapshot:
    """What a screen shows at a moment: rows of as many cells as it has columns, and where a visible cursor stands."""

    rows: tuple[tuple[Cell, ...], ...]
    cursor: tuple[int, int] | None = None
    """Column and row, from 0."""

    @property
    def text(self) -> str:
        """The lines as text, without blanks at their ends and without empty lines at the end."""
        return "\n".join(map(_line, self.rows)).rstrip("\n")

    def cells(self, text: str) -> tuple[Cell, ...]:
        """The cells of a text where it stands first, from the top; none when it stands nowhere."""
        for row in self.rows:
            filled = [cell for cell in row if cell.text]
            starts = [sum(len(cell.text) for cell in filled[:number]) for number in range(len(filled))]
            start = "".join(cell.text for cell in filled).find(text)
            if start >= 0:
                places = zip(starts, filled, strict=True)
                return tuple(cell for place, cell in places if start <= place < start + len(text))
        return ()


class Screen(pyte.Screen):
    """Pyte's screen that keeps what leaves it at the top, in `left`, and is resized as xterm is.

    `answer` is called with what the terminal says to the program. Feeding never raises, whatever a program sends.
    """

    def __init__(self, columns: int, lines: int, answer: Callable[[str], None]) -> None:
        self.left: list[str] = []
        self._answer = answer
        super().__init__(columns, lines)
        self._stream = pyte.Stream(self)

    def feed(self, text: str) -> None:
        """Takes in what a program writes."""
        self._stream.feed(text)

    def draw(self, data: str) -> None:
        # At a character without width that is no accent pyte drops the rest of the text.
        super().draw("".join(char for char in data if wcwidth(char) > 0 or unicodedata.combining(char)))

    def index(self) -> None:
        if self.margins is None and self.cursor.y == self.lines - 1:
            self.left.append(_line(self._row(0)))
        super().index()

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        # Pyte cuts at the top what is empty below, and leaves the cursor out of the screen.
        lines, columns = lines or self.lines, columns or self.columns
        above = max(0, self.cursor.y - lines + 1)
        self.left += [_line(self._row(row)) for row in range(above)]
        kept = {row - above: line for row, line in self.buffer.items() if above <= row < above + lines}
        self.buffer.clear()
        self.buffer.update(kept)
        for line in kept.values():
            for column in [column for column in line if column >= columns]:
                del line[column]
        self.cursor.y -= above
        self.cursor.x = min(self.cursor.x, columns - 1)
        self.lines, self.columns = lines, columns
        self.set_margins()

    def select_graphic_rendition(self, *attrs: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attrs)

    def report_device_status(self, mode: int = 0, private: bool = False) -> None:
        if not private:
            super().report_device_status(mode)

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def has(self, mode: int) -> bool:
        """Whether a private mode is set."""
        return mode << PRIVATE in self.mode

    def altered(self) -> set[str]:
        """In what the screen's state is not that of a new one."""
        found = {name for name, modes in STATES.items() if any(map(self.has, modes))}
        found |= {name for name, mode in USUAL.items() if not self.has(mode)}
        found |= {"colours"} if self.cursor.attrs != self.default_char else set()
        return found | ({"scrolling region"} if self.margins else set())

    def snapshot(self) -> Snapshot:
        """What it shows now."""
        cursor = (min(self.cursor.x, self.columns - 1), self.cursor.y) if self.has(USUAL["hidden cursor"]) else None
        return Snapshot(tuple(map(self._row, range(self.lines))), cursor)

    def _row(self, number: int) -> tuple[Cell, ...]:
        # Asked for by `get`, a line that nobody wrote on is not made.
        line: Mapping[int, Any] = self.buffer.get(number, {})
        blank = self.default_char  # pyte makes it anew each time
        return tuple(_cell(line.get(column, blank)) for column in range(self.columns))


def _cell(char: pyte.screens.Char) -> Cell:
    colour, ground, *rest = char[1:]
    return Cell(char.data, Look(NAMES.get(colour, colour), NAMES.get(ground, ground), *rest))


def _line(row: Sequence[Cell]) -> str:
    return "".join(cell.text for cell in row).rstrip()
