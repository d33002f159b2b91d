"""Brings questions to a terminal, and leaves that as it was."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import commands, report
from scaffold.draft import Result, Settled, draft
from scaffold.errors import Cancelled
from scaffold.look import DIFF, SUMMARY, Look, columns, is_dumb, is_utf8, look, waiting, wrapped

if TYPE_CHECKING:
    import datetime

    from scaffold.answering import Known
    from scaffold.prompts import Prompts
    from scaffold.questions import Given
    from scaffold.survey import Options, Survey
    from scaffold.update import Moves, Updated
    from scaffold.updating import Joined


@dataclass(frozen=True)
class Terminal:
    """Ways to ask and to show; `still` is whether nothing may move on the screen."""

    prompts: Prompts
    say: Callable[[str], None]
    shown: Look
    still: bool

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """As it was after what is done within; raises Cancelled, and says so, when the user leaves."""
        try:
            with _kept(keys=not self.still):
                yield
        except (KeyboardInterrupt, EOFError, Cancelled):
            self.say("\nNothing is written.")
            raise Cancelled from None

    def show(self, text: str) -> None:
        """Prints a file."""
        _print(self.shown.shown(text, {}))

    def diff(self, text: str) -> None:
        """Prints a diff."""
        _print(self.shown.shown(text, DIFF))


def _terminal(plain: bool, no_colour: bool) -> Terminal:
    at = look(sys.stdout, os.environ, no_colour)
    still = plain or is_dumb(os.environ) or not is_utf8(os.environ)

    def say(text: str) -> None:
        _print(at.shown(wrapped(text, columns()), SUMMARY))

    def read(message: str) -> str:
        _print(at.shown(wrapped(message, columns()), SUMMARY), end=" ")
        return _line()

    return Terminal(_prompts(at, say, read, still), say, at, still)


def new(directory: str, given: Given, options: Options, today: datetime.date, plain: bool, no_colour: bool) -> Result:
    """As `commands.new`, with questions; raises Cancelled when the user leaves, with nothing written."""
    from scaffold.wizard import Wizard

    terminal = _terminal(plain, no_colour)

    def drafted(settled: Settled, options: Options, today: datetime.date) -> Result:
        with waiting("Resolving images", shown=not plain):
            return draft(settled, options, today)

    wizard = Wizard(
        prompts=terminal.prompts,
        say=terminal.say,
        show=terminal.show,
        diff=terminal.diff,
        summary=_summary,
        options=options,
        today=today,
        draft=drafted,
    )
    with terminal.kept():
        result = wizard.run(directory, given)
    return commands.finish(result)


def update(
    directory: str, options: Options, moves: Moves, today: datetime.date, plain: bool, no_colour: bool
) -> Updated:
    """As `scaffold.update.update`, with a question for each conflict; raises Cancelled when the user leaves."""
    from scaffold import update as regeneration

    with contextlib.ExitStack() as until_asked:
        until_asked.enter_context(waiting("Resolving images", shown=not plain))

        def choose(made: Sequence[Joined]) -> Sequence[Joined]:
            until_asked.close()
            if not any(one.conflicts or one.unfounded for one in made):
                return made
            from scaffold import conflicts

            terminal = _terminal(plain, no_colour)
            with terminal.kept():
                return conflicts.settled(terminal.prompts, terminal.diff, made)

        return regeneration.update(directory, options, moves, today, choose)


def _prompts(at: Look, say: Callable[[str], None], read: Callable[[str], str], plain: bool) -> Prompts:
    if plain:
        from scaffold.plain import Plain

        return Plain(say, read)
    from scaffold.prompts import Full

    return Full(say, columns, at.colour)


def _summary(now: Survey, known: Mapping[str, Known]) -> str:
    services = [one.service for one in known.values()]
    return report.summary(now.project, services, {name: one.sources for name, one in known.items()}, columns())


def _print(text: str, end: str = "\n") -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write((text.removesuffix("\n") + end).encode(sys.stdout.encoding, "backslashreplace"))
    sys.stdout.buffer.flush()


def _line() -> str:
    """A line that is typed, bytes of it that are no text as they are in files; raises EOFError at the end of all."""
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode(sys.stdin.encoding, "surrogateescape")


@contextlib.contextmanager
def _kept(keys: bool) -> Iterator[None]:
    """Puts the terminal's settings back, whatever ends what is done within; raises Cancelled when it was closed.

    With `keys` these come as they are also between the prompts, where the terminal would make lines of them.
    """
    import termios

    settings = termios.tcgetattr(sys.stdin)
    try:
        if keys:
            attributes = termios.tcgetattr(sys.stdin)
            attributes[0] &= ~termios.ICRNL
            attributes[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(sys.stdin, termios.TCSANOW, attributes)
        yield
    except OSError as error:
        if error.filename is not None:  # of a stream's error there is none
            raise
        raise Cancelled from None
    finally:
        try:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, settings)
        except termios.error:
            _to_nowhere()


def _to_nowhere() -> None:
    """What is still to be written to a terminal that was closed has no reader, and is no error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
