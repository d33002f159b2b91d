"""Brings the wizard to a terminal, and leaves that as it was."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scaffold import commands, output, report
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

    def say(text: str) -> None:
        _print(at.shown(wrapped(text, columns()), SUMMARY))

    def drafted(settled: Settled, options: Options, today: datetime.date) -> Result:
        with waiting("Resolving images", shown=not plain):
            return draft(settled, options, today)

    wizard = Wizard(
        prompts=_prompts(at, say, plain),
        say=say,
        show=lambda text: _print(at.shown(text, {})),
        diff=lambda text: _print(at.shown(text, DIFF)),
        summary=_summary,
        options=options,
        today=today,
        draft=drafted,
    )
    try:
        with _kept():
            result = wizard.run(directory, given)
    except (KeyboardInterrupt, EOFError, Cancelled):
        say("\nNothing is written.")
        raise Cancelled from None
    return commands.finish(result)


def _prompts(at: Look, say: Callable[[str], None], plain: bool) -> Prompts:
    from scaffold.prompts import Full, Plain

    if plain or is_dumb(os.environ) or not is_utf8(os.environ):
        return Plain(say)
    return Full(say, columns, at.colour)


def _summary(now: Survey, known: Mapping[str, Known]) -> str:
    services = [one.service for one in known.values()]
    return report.summary(now.project, services, {name: one.sources for name, one in known.items()}, columns())


def _print(text: str) -> None:
    output.write(text if text.endswith("\n") else f"{text}\n")


@contextlib.contextmanager
def _kept() -> Iterator[None]:
    """Puts the terminal's settings back, whatever ends what is done within."""
    import termios

    settings = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):  # of a terminal that was closed
            termios.tcsetattr(sys.stdin, termios.TCSANOW, settings)
