"""Brings the wizard to a terminal, and leaves that as it was."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scaffold import commands, report
from scaffold.draft import Result, Settled, draft
from scaffold.errors import Cancelled
from scaffold.look import DIFF, SUMMARY, Look, columns, is_dumb, is_utf8, look, waiting, wrapped
from scaffold.wizard import Wizard

if TYPE_CHECKING:
    import datetime

    from scaffold.answering import Known
    from scaffold.prompts import Prompts
    from scaffold.questions import Given
    from scaffold.survey import Options, Survey


def new(directory: str, given: Given, options: Options, today: datetime.date, plain: bool, no_colour: bool) -> Result:
    """As `commands.new`, with questions; raises Cancelled when the user leaves, with nothing written."""
    at = look(sys.stdout, os.environ, no_colour)
    plain_ones = plain or is_dumb(os.environ) or not is_utf8(os.environ)

    def say(text: str) -> None:
        _print(at.shown(wrapped(text, columns()), SUMMARY))

    def read(message: str) -> str:
        _print(at.shown(wrapped(message, columns()), SUMMARY), end=" ")
        return _line()

    def drafted(settled: Settled, options: Options, today: datetime.date) -> Result:
        with waiting("Resolving images", shown=not plain):
            return draft(settled, options, today)

    wizard = Wizard(
        prompts=_prompts(at, say, read, plain_ones),
        say=say,
        show=lambda text: _print(at.shown(text, {})),
        diff=lambda text: _print(at.shown(text, DIFF)),
        summary=_summary,
        options=options,
        today=today,
        draft=drafted,
    )
    try:
        with _kept(keys=not plain_ones):
            result = wizard.run(directory, given)
    except (KeyboardInterrupt, EOFError, Cancelled):
        say("\nNothing is written.")
        raise Cancelled from None
    return commands.finish(result)


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
