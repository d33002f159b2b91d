"""Asks plainly, line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scaffold.prompts import Back, Choice

EMPTY = "-"
"""What stands for an empty answer where an empty line takes the default."""


class Plain:
    """Numbered choices and one line of input each, with nothing on the screen that moves: for screen readers, dumb
    terminals and locales that have few letters."""

    def __init__(self, say: Callable[[str], None], read: Callable[[str], str]) -> None:
        """`read` shows a message, and gives the line that is typed after it; it raises EOFError."""
        self._say, self._line = say, read

    def select(self, message: str, choices: Sequence[Choice], default: str = "", kept: bool = True) -> str:
        """See `Prompts`."""
        possible = self._listed(message, choices)
        values = [choice.value for choice in possible]
        first = values.index(default) + 1 if default and default in values else 1
        while True:
            text = self._read(f"Number 1 to {len(values)}, b for back [{first}]:") or str(first)
            if number := _number(text, values):
                return values[number - 1]
            self._say(f"{text!r} is none of the numbers.")

    def tick(self, message: str, choices: Sequence[Choice], ticked: Sequence[str]) -> list[str]:
        """See `Prompts`."""
        values = [choice.value for choice in self._listed(message, choices)]
        default = " ".join(str(values.index(value) + 1) for value in ticked if value in values)
        while True:
            words = (self._read(f"Numbers with spaces between, b for back [{default}]:") or default).split()
            numbers = [_number(word, values) for word in words]
            if all(numbers):
                return [value for number, value in enumerate(values, 1) if number in numbers]
            self._say("These are not all numbers of the list.")

    def line(self, message: str, default: str, empty: bool) -> str:
        """See `Prompts`."""
        none = f", {EMPTY} for none" if empty and default else ""
        text = self._read(f"{message}, b for back{none} [{default}]:")
        return "" if text == EMPTY and empty else text or default

    def _listed(self, message: str, choices: Sequence[Choice]) -> list[Choice]:
        """The choices that can be taken, after all are shown, those with their numbers."""
        self._say(f"\n{message}")
        possible = [choice for choice in choices if not choice.refused]
        for choice in choices:
            number = "-" if choice.refused else str(possible.index(choice) + 1)
            self._say(f"  {number}  {choice.title}" + (f": {choice.words}" if choice.words else ""))
        return possible

    def _read(self, message: str) -> str:
        text = self._line(message).strip()
        if text == "b":
            raise Back
        return text


def _number(text: str, values: Sequence[str]) -> int:
    """The number of a value, counted from 1, that a text names; 0 when it names none."""
    # Beyond a number's digits int() refuses, and no list is that long.
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    return number if number <= len(values) else 0
