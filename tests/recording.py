"""Pictures of the program in a terminal, for docs/: `python -m tests.recording` makes them anew.

A session is a table of steps; at each `Keep` the screen becomes a text file, and a picture of one film in SVG. The
program is the real one, on the day and in the folder that its session names, so the same program gives the same bytes.
"""

from __future__ import annotations

import itertools
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from tests.day import PROGRAM, TOP
from tests.screen import Cell, Look, Snapshot
from tests.terminal import Terminal

WIDTH, HEIGHT = 9, 18
"""Of a place on the screen; whole numbers, and the usual proportion of letters 15 high."""
MARGIN, BAR = 12, 30
"""Around the screen, and above it for the window's title."""

COLOURS = {
    "default": "d8dee9",
    "black": "2b303b",
    "red": "ef6b73",
    "green": "8fc98b",
    "yellow": "e8c26a",
    "blue": "79a8e0",
    "magenta": "c792d6",
    "cyan": "6fc5c5",
    "white": "d8dee9",
    "brightblack": "8b95a7",
    "brightred": "ff8f95",
    "brightgreen": "aee3a8",
    "brightyellow": "f7d98b",
    "brightblue": "9cc4f5",
    "brightmagenta": "dfb2ea",
    "brightcyan": "93e0e0",
    "brightwhite": "ffffff",
}
"""Colours by their names in a terminal, as they are in the film; all are easy to read on GROUND."""
GROUND, FRAME = "1d2129", "3b4252"

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class See(NamedTuple):
    """Wait until the screen shows a text."""

    text: str


class Gone(NamedTuple):
    """Wait until the screen does not show a text any more."""

    text: str


class Press(NamedTuple):
    """Press keys, by their names in `tests.terminal`, with a blank between them."""

    keys: str


class Type(NamedTuple):
    """Type a text."""

    text: str


class Keep(NamedTuple):
    """Keep the screen, under a name for its text file, and show it for so many seconds of the film."""

    name: str
    seconds: float = 2


class End(NamedTuple):
    """Wait for the program's end, with this exit code."""

    code: int = 0


Step = See | Gone | Press | Type | Keep | End


class Picture(NamedTuple):
    """A screen that was kept."""

    name: str
    seconds: float
    screen: Snapshot


@dataclass(frozen=True)
class Session:
    """What is recorded: `command` is run in a copy of the folder `project` that is called `folder`."""

    name: str
    """Of the film in docs/, without its suffix."""
    title: str
    """What the window's bar says."""
    command: Sequence[str]
    project: Path
    folder: str
    steps: tuple[Step, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    columns: int = 80
    lines: int = 24
    written: Path | None = None
    """What a former run of the program wrote into the project."""


NEW = (*PROGRAM, "new", "--offline")

SESSIONS = (
    Session(
        "wizard",
        "dockerscaffold new --offline",
        NEW,
        TOP / "examples/express/app",
        "parcel",
        (
            *(See("scratch"), Keep("found", 3), Press("down"), See("> slim"), Press("up"), See("> distroless")),
            *(Press("enter"), See("Ports to publish"), Keep("ports"), Press("enter"), See("> Write"), Keep("ready")),
            *(
                Press("down"),
                See("> Preview"),
                Press("down"),
                See("> Change"),
                Press("enter"),
                See("> Name of the project"),
            ),
            *(Keep("change"), Press("escape"), See("> Write"), Press("enter"), See("curl "), End(), Keep("written", 4)),
        ),
    ),
    Session(
        "again",
        "dockerscaffold new --offline --version 26",
        (*NEW, "--version", "26"),
        TOP / "examples/express/app",
        "parcel",
        (
            *(See("scratch"), Press("enter"), See("Ports to publish"), Press("enter"), See("> Write")),
            *(Press("enter"), See("is there and differs"), Keep("differs", 3), Press("ctrl-c"), End(130)),
        ),
        written=TOP / "examples/express/slim",
        lines=40,
    ),
    Session(
        "narrow",
        "dockerscaffold new --offline",
        NEW,
        TOP / "examples/nethttp/app",
        "parcel",
        (See("scratch"), Keep("narrow"), Press("ctrl-c"), End(130)),
        columns=40,
        lines=30,
    ),
)
"""All that docs/ shows."""


def record(session: Session) -> list[Picture]:
    """Runs a session in an empty home; AssertionError with the screen where a step does not come true."""
    with tempfile.TemporaryDirectory() as temporary:
        home, project = Path(temporary, "home"), Path(temporary, session.folder)
        home.mkdir()
        for folder in (session.project, session.written):
            if folder:
                shutil.copytree(folder, project, dirs_exist_ok=True)
        env = {**session.env, "HOME": str(home)}
        with Terminal(session.command, project, env, session.columns, session.lines) as terminal:
            return [picture for step in session.steps for picture in _done(step, terminal)]


def _done(step: Step, terminal: Terminal) -> Iterator[Picture]:
    match step:
        case See(text):
            terminal.see(text)
        case Gone(text):
            terminal.gone(text)
        case Press(keys):
            terminal.press(*keys.split())
        case Type(text):
            terminal.type(text)
        case Keep(name, seconds):
            yield Picture(name, seconds, terminal.snapshot())
        case End(code):
            ended = terminal.exit()
            assert ended == code, f"The exit code is {ended}, not {code}\n{terminal.shown()}"


def svg(title: str, pictures: Sequence[Picture]) -> str:
    """The film of pictures that are all of one size, for ever from its start; who wants no motion sees the last one."""
    rows = pictures[0].screen.rows
    width, height = len(rows[0]) * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + BAR + 2 * MARGIN
    styles: dict[str, str] = {}
    scenes = [
        f'<g id="s{number}" class="s">\n{"".join(_drawn(picture.screen, styles))}</g>\n'
        for number, picture in enumerate(pictures)
    ]
    text = escape(NOT_IN_XML.sub("\ufffd", title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label={quoteattr(NOT_IN_XML.sub(chr(0xFFFD), title))}>\n'
        f"<style>\n{_rules(pictures, styles)}</style>\n"
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8" fill="#{GROUND}" stroke="#{FRAME}"/>\n'
        f'<path d="M.5 {BAR}.5H{width - 1}" stroke="#{FRAME}"/>\n'
        f'<text x="{width // 2}" y="20" text-anchor="middle" font-size="13" class="t">{text}</text>\n'
        f'<g transform="translate({MARGIN} {BAR + MARGIN})">\n{"".join(scenes)}</g>\n'
        "</svg>\n"
    )


def _rules(pictures: Sequence[Picture], styles: Mapping[str, str]) -> str:
    """The style sheet: how text looks, and when each picture is shown.

    What no motion is wanted for, or cannot move, shows what is outside of the media query: the last picture.
    """
    last = len(pictures) - 1
    whole = sum(picture.seconds for picture in pictures)
    times = [_number(100 * end / whole) for end in itertools.accumulate((p.seconds for p in pictures), initial=0)]
    lines = [
        f"text{{fill:#{COLOURS['default']};font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}}",
        f"text.t{{fill:#{COLOURS['brightblack']}}}",
        ".s{font-size:15px;visibility:hidden}",
        f"#s{last}{{visibility:visible}}",
        *(f"text.{name}{{{style}}}" for style, name in styles.items()),
        "@media (prefers-reduced-motion:no-preference){",
        f".s{{animation:{_number(whole)}s step-end infinite}}",
        *(f"#s{number}{{animation-name:k{number}}}" for number in range(last + 1)),
        "}",
    ]
    for number, (start, end) in enumerate(itertools.pairwise(times)):
        stops = ["0%{visibility:hidden}"] if number else []
        stops.append(f"{start}%{{visibility:visible}}")
        stops.append(f"{end}%{{visibility:{'visible' if number == last else 'hidden'}}}")
        stops += [] if number == last else ["100%{visibility:hidden}"]
        lines.append(f"@keyframes k{number}{{{''.join(stops)}}}")
    return "".join(f"{line}\n" for line in lines)


def _drawn(screen: Snapshot, styles: dict[str, str]) -> Iterator[str]:
    """The elements of a screen; `styles` are the classes of text so far, by their rules, and new ones are added."""
    for number, row in enumerate(screen.rows):
        top = number * HEIGHT
        for column, run in _runs(row, lambda cell: _colours(cell.look)[1]):
            ground = _colours(run[0].look)[1]
            if ground != GROUND:
                size = f'width="{len(run) * WIDTH}" height="{HEIGHT}"'
                yield f'<rect x="{column * WIDTH}" y="{top}" {size} fill="#{ground}"/>\n'
        for column, run in _words(row):
            text = escape(NOT_IN_XML.sub("\ufffd", "".join(cell.text for cell in run)))
            style = _style(run[0].look)
            kind = f' class="{styles.setdefault(style, f"c{len(styles)}")}"' if style else ""
            place = f'x="{column * WIDTH}" y="{top + HEIGHT - 4}" textLength="{len(run) * WIDTH}"'
            yield f"<text {place}{kind}>{text}</text>\n"
    if screen.cursor:
        column, number = screen.cursor
        place = f'x="{column * WIDTH}" y="{number * HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        yield f'<rect {place} fill="#{COLOURS["default"]}" opacity=".6"/>\n'


def _words(row: Sequence[Cell]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """What is written in one go, with its column: of one look, not blank at its ends, and without two blanks in a row.

    So nothing hangs on how blanks are kept, and what a font makes too wide or narrow is right again after a gap.
    """
    for column, run in _runs(row, lambda cell: _style(cell.look)):
        texts = "".join(cell.text[:1] or "\0" for cell in run)  # a letter for each cell
        for word in re.finditer(r"\S(?: ?\S)*", texts):
            yield column + word.start(), run[word.start() : word.end()]


def _runs(row: Sequence[Cell], alike: Callable[[Cell], str]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Neighbours that are alike, with the column of the first."""
    column = 0
    for _, run in itertools.groupby(row, alike):
        cells = tuple(run)
        yield column, cells
        column += len(cells)


def _style(look: Look) -> str:
    colour, _ = _colours(look)
    lines = [name for name, on in (("underline", look.underlined), ("line-through", look.struck)) if on]
    rules = [f"fill:#{colour}"] if colour != COLOURS["default"] else []
    rules += ["font-weight:bold"] if look.bold else []
    rules += ["font-style:italic"] if look.italic else []
    rules += [f"text-decoration:{' '.join(lines)}"] if lines else []
    return ";".join(rules)


def _colours(look: Look) -> tuple[str, str]:
    """The colours of text and ground."""
    colour = COLOURS.get(look.colour, look.colour)
    ground = GROUND if look.ground == "default" else COLOURS.get(look.ground, look.ground)
    return (ground, colour) if look.reverse else (colour, ground)


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def remake(sessions: Iterable[Session], docs: Path) -> list[Path]:
    """Records sessions, writes `NAME.svg` and `screens/*.txt` in `docs`, and removes screens that none of them keeps.

    Nothing is touched when a session fails. The paths of all that was written.
    """
    files: dict[Path, str] = {}
    for session in sessions:
        pictures = record(session)
        files |= {docs / "screens" / f"{picture.name}.txt": f"{picture.screen.text}\n" for picture in pictures}
        files[docs / f"{session.name}.svg"] = svg(session.title, pictures)
    for path in set(docs.glob("screens/*.txt")) - files.keys():
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(files)


if __name__ == "__main__":
    for made in remake(SESSIONS, TOP / "docs"):
        print(made.relative_to(TOP))
