"""Asks one thing at a time: here with arrow keys in a full terminal, in `scaffold.plain` anywhere else."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from questionary import Question as Asked

SHORT = "(esc: back)"
"""The hint that is most needed."""

BESIDE = 28
"""Columns that details need to stand beside their choice."""


class Back(Exception):
    """The user wants the question before this one."""


class Choice(NamedTuple):
    """One of several answers: `value` is given back, `title` and `detail` are shown, `refused` is why it cannot be."""

    value: str
    title: str
    detail: str = ""
    refused: str = ""

    @property
    def words(self) -> str:
        """What is said about it."""
        return f"not possible: {self.refused}" if self.refused else self.detail


class Prompts(Protocol):
    """Ways to ask. All raise Back, KeyboardInterrupt for Ctrl-C and EOFError for Ctrl-D or a terminal that is gone."""

    def select(self, message: str, choices: Sequence[Choice], default: str = "", kept: bool = True) -> str:
        """The value of one choice, the first when there is no default; those that are refused cannot be taken.

        It stays to be read when it is `kept`.
        """
        ...

    def tick(self, message: str, choices: Sequence[Choice], ticked: Sequence[str]) -> list[str]:
        """The values of some choices, of none too."""
        ...

    def line(self, message: str, default: str, empty: bool) -> str:
        """A line of text, which may be `empty` where that is an answer."""
        ...


def correct(
    prompts: Prompts, say: Callable[[str], None], message: str, default: str, check: Callable[[str], Any]
) -> str:
    """A line that `check` takes: what it raises is said, and the line can be corrected."""
    empty = not _wrong("", check)
    while True:
        text = prompts.line(message, default, empty).strip()
        wrong = _wrong(text, check)
        if not wrong:
            return text
        say(f"{wrong.fact} {wrong.remedy}")
        default = text


def _wrong(text: str, check: Callable[[str], Any]) -> ScaffoldError | None:
    try:
        check(text)
    except ScaffoldError as error:
        return error
    return None


class Full:
    """Prompts of questionary. What was answered stays as one line; the list it was taken from vanishes."""

    def __init__(self, say: Callable[[str], None], columns: Callable[[], int], colour: bool) -> None:
        self._say, self._columns, self._colour = say, columns, colour

    def select(self, message: str, choices: Sequence[Choice], default: str = "", kept: bool = True) -> str:
        """See `Prompts`."""
        import questionary

        possible = [choice.value for choice in choices if not choice.refused]
        first = default if default and default in possible else possible[0]
        titles = _titles(choices, self._columns(), ticks=False)
        shown = [
            questionary.Choice(title, choice.value, disabled=True if choice.refused else None)  # type: ignore[arg-type]
            for title, choice in zip(titles, choices, strict=True)
        ]
        asked = questionary.select(
            message, shown, first, instruction=self._hint(message, "arrows, enter"), **self._look(), pointer=">"
        )
        value: str = self._ask(asked, arrows=True)
        if kept:
            self._say(_answered(message, next(choice.title for choice in choices if choice.value == value)))
        return value

    def tick(self, message: str, choices: Sequence[Choice], ticked: Sequence[str]) -> list[str]:
        """See `Prompts`."""
        import questionary

        titles = _titles(choices, self._columns(), ticks=True)
        shown = [
            questionary.Choice(
                title,
                choice.value,
                checked=choice.value in ticked,
                disabled=True if choice.refused else None,  # type: ignore[arg-type]
            )
            for title, choice in zip(titles, choices, strict=True)
        ]
        asked = questionary.checkbox(
            message, shown, instruction=self._hint(message, "space, enter"), **self._look(), pointer=">"
        )
        values: list[str] = self._ask(asked, arrows=True)
        self._say(_answered(message, ", ".join(choice.title for choice in choices if choice.value in values)))
        return values

    def line(self, message: str, default: str, empty: bool) -> str:
        """See `Prompts`."""
        import questionary

        text: str = self._ask(questionary.text(message, default, **self._look()), arrows=False)
        self._say(_answered(message, text))
        return text

    def _hint(self, message: str, keys: str) -> str:
        """What keys do, as far as there is room beside the message."""
        room = self._columns() - len(f"? {message} ")
        # Of nothing at all questionary makes a hint of its own.
        return next((hint for hint in (f"({keys}; esc: back)", SHORT) if len(hint) <= room), " ")

    def _look(self) -> dict[str, Any]:
        from prompt_toolkit.output import ColorDepth
        from prompt_toolkit.output.defaults import create_output
        from prompt_toolkit.output.vt100 import Vt100_Output
        from questionary import Style

        output = create_output()
        if isinstance(output, Vt100_Output):
            # A terminal that is slow to say where its cursor is would be called names on the screen.
            output.enable_cpr = False
        style = [
            ("qmark", "fg:ansicyan"),
            ("pointer", "fg:ansicyan bold"),
            ("highlighted", "bold"),
            ("selected", "noreverse"),  # the default, which a pointer elsewhere would be read as
            ("disabled", "fg:ansibrightblack"),
        ]
        return {
            "qmark": "?",
            "style": Style(style),
            "color_depth": ColorDepth.DEPTH_4_BIT if self._colour else ColorDepth.MONOCHROME,
            "output": output,
            "erase_when_done": True,
        }

    def _ask(self, asked: Asked, arrows: bool) -> Any:
        from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

        keys = KeyBindings()

        @keys.add("escape", eager=True)
        def _(event: Any) -> None:
            event.app.exit(exception=Back)

        @keys.add("c-d", eager=True)
        def _(event: Any) -> None:
            event.app.exit(exception=EOFError)

        if arrows:

            @keys.add("left", eager=True)
            def _(event: Any) -> None:
                event.app.exit(exception=Back)

        application = asked.application
        known = application.key_bindings
        application.key_bindings = merge_key_bindings([known, keys] if known else [keys])
        # Not its own way of taking SIGINT, which needs a key binding that lists have not.
        return application.run(handle_sigint=False)


def _answered(message: str, answer: str) -> str:
    return f"? {message}  {answer}".rstrip()


def _titles(choices: Sequence[Choice], columns: int, ticks: bool) -> list[str]:
    """Each choice with its details in a column; where the terminal is too narrow for that, below it.

    `ticks` says that each has a sign of its own, whether it is ticked; else only those that are refused have one.
    """
    before = 5 if ticks else 3
    signs = [2 if choice.refused and not ticks else 0 for choice in choices]
    width = max(len(choice.title) + sign for choice, sign in zip(choices, signs, strict=True))
    room = columns - before - width - 3
    beside = room >= BESIDE
    below = " " * (before + width + 2 if beside else 7)
    shown = []
    for choice, sign in zip(choices, signs, strict=True):
        details = textwrap.wrap(choice.words, room if beside else max(10, columns - len(below) - 1))
        first = details.pop(0) if beside and details else ""
        lines = [f"{choice.title:<{width - sign}}  {first}".rstrip(), *(below + line for line in details)]
        shown.append("\n".join(lines))
    return shown
