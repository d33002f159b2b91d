"""How texts get to people: colour on a terminal, widths, and signs of life. The text is the same with and without."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rich.status import Status

WIDTH = 80
"""Columns of what is made for no terminal, and the most that is used of one."""

PATIENCE = 0.5
"""Seconds after which a sign of life is given."""

COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python itself sets LC_CTYPE to where LANG says C, or names a locale that is not there (PEP 538)."""

SUMMARY = {
    r"^(?P<heading>Found in .*?)(?P<source>  dockerscaffold .*)?$": {"heading": "bold", "source": "bright_black"},
    r"^  (?P<label>[a-z][a-z -]*?)(?=  )": {"label": "cyan"},
    r"^  (?P<warning>warning)\b": {"warning": "bold yellow"},
    r"^  (?P<good>created|updated|merged|replaced|written) ": {"good": "green"},
    r"^  (?P<bad>conflict) ": {"bad": "bold red"},
    r"^  (?P<next>next) +(?P<command>.*)$": {"next": "cyan", "command": "bold"},
    r"^(?P<error>error:)": {"error": "bold red"},
}
DIFF = {
    r"^(?P<file>(?:---|\+\+\+) .*)$": {"file": "bold"},
    r"^(?P<hunk>@@ .*)$": {"hunk": "cyan"},
    r"^(?P<added>\+(?!\+\+ ).*)$": {"added": "green"},
    r"^(?P<removed>-(?!-- ).*)$": {"removed": "red"},
}
IMAGES = {
    r"^(?P<heading>[A-Z]\S* [\d.]+( \(default\))?):": {"heading": "bold"},
    r"^  (?P<label>[a-z]+( builder)?)  ": {"label": "cyan"},
    r"^(?P<warning>warning):": {"warning": "bold yellow"},
}
FINDINGS = {
    r"^(?P<place>\S.*?)  (?:(?P<error>error)|(?P<warning>warning)|(?P<note>note))(?:  (?P<rule>\S+))?": {
        "place": "bold",
        "error": "bold red",
        "warning": "bold yellow",
        "note": "cyan",
        "rule": "cyan",
    },
}
"""What is coloured how: patterns of lines, and the style of each group in them."""

Rules = Mapping[str, Mapping[str, str]]


class Look(NamedTuple):
    """What a stream can show: whether a `terminal` is at its end, and `colour` on it."""

    terminal: bool
    colour: bool

    @property
    def columns(self) -> int:
        """How wide a text for it is made."""
        return columns() if self.terminal else WIDTH

    def shown(self, text: str, rules: Rules) -> str:
        """The text for this stream; no byte of it can steer a terminal, nor one behind a pipe that gets colour."""
        if self.terminal or self.colour:
            text = visible(text)
        return _coloured(text, rules) if self.colour else text


def look(stream: IO[str] | None, environment: Mapping[str, str], no_colour: bool) -> Look:
    """How a stream is written to: --no-color and NO_COLOR count more than FORCE_COLOR, and that more than no terminal.

    `no-color.org` and `force-color.org` say what the variables mean: set and not empty.
    """
    terminal = is_terminal(stream)
    wanted = terminal and not is_dumb(environment)
    if environment.get("FORCE_COLOR") and environment["FORCE_COLOR"] != "0":
        wanted = True
    if no_colour or environment.get("NO_COLOR"):
        wanted = False
    return Look(terminal, wanted)


def columns() -> int:
    """How many columns of the terminal are used: those that it has now, and no more than make good lines."""
    return max(20, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns))


def wrapped(text: str, width: int) -> str:
    """The text with lines that are too long parted between words, under their own beginning."""
    import textwrap

    lines: list[str] = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        parted = textwrap.TextWrapper(
            width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ).wrap(line)
        lines += [line] if len(line) <= width else parted or [""]
    return "\n".join(lines)


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person is at the other end; a stream that is closed has none."""
    return stream is not None and not stream.closed and stream.isatty()


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can do no more than write lines."""
    return environment.get("TERM", "dumb") in ("dumb", "unknown", "")


def is_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale has all signs: of its variables the first counts (locale(7)), and none is no objection."""
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environment.get("LANG") and environment.get("LC_CTYPE") in COERCED:
        names.remove("LC_CTYPE")
    said = next((environment[name] for name in names if environment.get(name)), "UTF-8")
    return re.search(r"utf-?8", said, re.IGNORECASE) is not None


def visible(text: str, but: str = "\n\t") -> str:
    """The text with control characters written out, but for ends of lines and tabs, or other ones."""
    return "".join(sign if sign.isprintable() or sign in but else _written(sign) for sign in text)


def _written(sign: str) -> str:
    byte = ord(sign) - 0xDC00  # of a byte that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else ascii(sign)[1:-1]


def _coloured(text: str, rules: Rules) -> str:
    from rich.color import ColorSystem
    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, styles in rules.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            for group, style in styles.items():
                if match.group(group):
                    styled.stylize(style, *match.span(group))
    # A console's own printing would write tabs as blanks.
    return "".join(
        part.style.render(part.text, color_system=ColorSystem.STANDARD) if part.style else part.text
        for part in styled.render(Console())
    )


@contextlib.contextmanager
def waiting(what: str, shown: bool) -> Iterator[None]:
    """Says on stderr what takes long, while it does; nothing when it is quick, not `shown`, or not at a terminal."""
    if not shown or not is_terminal(sys.stderr) or is_dumb(os.environ):
        yield
        return
    import threading

    started: list[Status] = []

    def start() -> None:
        from rich.console import Console

        # It is gone in a moment, and needs no colour to be turned off.
        started.append(Console(stderr=True, no_color=True).status(what, spinner="line"))
        started[0].start()

    timer = threading.Timer(PATIENCE, start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for status in started:
            status.stop()
