"""A terminal for tests: the real program in a pseudo-terminal, its output on an emulated screen, keys by their names.

Nothing is read in the background: the program's output comes in, and its questions to the terminal are answered, while
a method waits. So wait with `see` or `gone` for what a key is to change before the next key or a look at the screen.
"""

from __future__ import annotations

import codecs
import mmap
import os
import pickle
import re
import select
import signal
import termios
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import pexpect

from tests.day import TOP
from tests.screen import Look, Screen, Snapshot

__all__ = ["Look", "Modes", "Snapshot", "Terminal", "environment"]

SECONDS = 30.0
"""How long to wait at most: only a test that fails takes as long, so a slow machine is allowed for."""
QUIET = 0.05
"""Seconds without output after which the screen counts as settled."""
SLOW = 300
"""Bytes that a slow line carries in QUIET seconds."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift-tab": "\x1b[Z",
    "backspace": "\x7f",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "delete": "\x1b[3~",
    "page-up": "\x1b[5~",
    "page-down": "\x1b[6~",
    **{f"ctrl-{letter}": chr(ord(letter) & 31) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""What a terminal sends for a key; other keys are written as the one character they send."""


class Modes(NamedTuple):
    """The settings of a terminal, as `termios` has them: a program is to leave them as it found them."""

    input: int
    output: int
    control: int
    local: int
    input_speed: int
    output_speed: int
    characters: tuple[bytes | int, ...]

    @classmethod
    def of(cls, descriptor: int) -> Modes:
        """Those of an open terminal."""
        *flags, characters = termios.tcgetattr(descriptor)
        return cls._make([*flags, tuple(characters)])


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """A user's plain environment: HOME and PATH are this process's, all else is fixed; None in `changes` removes."""
    plain = {
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(TOP),
        "TERM": "xterm-256color",
    }
    return {name: value for name, value in {**plain, **(changes or {})}.items() if value is not None}


@dataclass
class Terminal:
    """A program in a terminal of its own, from `with` to its end; what still runs then is killed.

    `command` are its words (`[*PROGRAM, "new"]`), `env` changes `environment`. `encoding` is the terminal's: of what it
    shows and of what is typed. `slow` reads like a slow line, `mute` answers no question of the program's.
    """

    command: Sequence[str]
    cwd: Path
    env: Mapping[str, str | None] | None = None
    columns: int = 80
    lines: int = 24
    encoding: str = "utf-8"
    slow: bool = False
    mute: bool = False

    def __post_init__(self) -> None:
        self.raw = b""
        """All that the program has sent, byte for byte."""
        self._screen = Screen(self.columns, self.lines, self._answer)
        self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        self._answers = ""
        self._ended = self._hung_up = False

    def __enter__(self) -> Self:
        shared = mmap.mmap(-1, 4096)  # between this process and the one that becomes the program

        def begin() -> None:
            # Whoever runs the tests may ignore these, and a program inherits that.
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            shared.write(pickle.dumps((os.ttyname(0), Modes.of(0))))

        first, *rest = map(str, self.command)
        with warnings.catch_warnings():
            # Of threads that hold locks over a fork: nothing between it and the program waits for one.
            warnings.simplefilter("ignore", DeprecationWarning)
            child: Any = pexpect.spawn(
                first,
                rest,
                cwd=self.cwd,
                env=environment(self.env),
                dimensions=(self.lines, self.columns),
                preexec_fn=begin,
            )
        self._child = child
        self._child.ptyproc.delayafterclose = 0
        os.set_blocking(self._child.child_fd, False)
        with shared:
            name, self.before = pickle.loads(shared[:])
        # Open here too, the settings can be read after the program's end, and what it said last is not lost.
        self._other_end = os.open(name, os.O_RDWR | os.O_NOCTTY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child.isalive():
            os.killpg(self._child.pid, signal.SIGKILL)
        while self._child.isalive():
            time.sleep(0.005)
        self._child.close()
        os.close(self._other_end)

    def see(self, wanted: str | re.Pattern[str], seconds: float = SECONDS) -> None:
        """Waits until the screen shows a text, and has settled; AssertionError with the screen when it does not.

        A text that is wrapped onto a second line is not found. A pattern is searched in all lines, joined by newlines.
        """
        __tracebackhide__ = True
        self.until(lambda screen: _is_in(wanted, screen), f"{_told(wanted)} is not on the screen", seconds)

    def gone(self, unwanted: str | re.Pattern[str], seconds: float = SECONDS) -> None:
        """Waits until the screen does not show a text any more, and has settled."""
        __tracebackhide__ = True
        self.until(lambda screen: not _is_in(unwanted, screen), f"{_told(unwanted)} is still on the screen", seconds)

    def until(self, condition: Callable[[str], object], fault: str, seconds: float = SECONDS) -> None:
        """Waits until `condition` holds for the screen's text and the program is quiet; `fault` says that it does not.

        A program that is never quiet for as long as QUIET is looked at when the time is over.
        """
        __tracebackhide__ = True
        end = time.monotonic() + seconds
        late = False
        while self._read(QUIET) or not condition(self.screen()):
            late = time.monotonic() > end
            if self._ended or late:
                break
        if not condition(self.screen()):
            raise AssertionError(f"{fault}{f' after {seconds:g} s' if late else ''}\n{self.shown()}")

    def press(self, *keys: str) -> None:
        """Presses keys one after the other, by their names in KEYS or as the one character they are.

        A program takes escape and a key right after it for one key: wait for what escape does.
        """
        for key in keys:
            assert key in KEYS or len(key) == 1, f"{key!r} is no key. Known: {', '.join(KEYS)}"
            sent = KEYS.get(key, key)
            if self._screen.has(1) and re.fullmatch(r"\x1b\[[A-DFH]", sent):
                sent = sent.replace("[", "O")
            self._send(sent)

    def type(self, text: str) -> None:
        """Types a text, without an enter at its end."""
        self._send(text)

    def paste(self, text: str) -> None:
        """Pastes a text: in brackets where the program asked for these, and lines end as an enter does."""
        inside = text.replace("\n", "\r")
        self._send(f"\x1b[200~{inside}\x1b[201~" if self._screen.has(2004) else inside)

    def resize(self, columns: int, lines: int) -> None:
        """Gives the window another size, which the program is told (SIGWINCH); long lines are cut, not wrapped anew."""
        while not self.slow and self._read(0):
            pass
        self.columns, self.lines = columns, lines
        self._screen.resize(lines, columns)
        self._child.setwinsize(lines, columns)

    def signal(self, number: int) -> None:
        """Sends a signal to the program itself; ctrl-c is a key, which the terminal may make a signal of."""
        self._child.kill(number)

    def close_terminal(self) -> None:
        """Closes the window: the program gets SIGHUP, and can neither read nor write any more."""
        self._hung_up = True
        self._child.ptyproc.fileobj.close()

    def exit(self, seconds: float = SECONDS) -> int:
        """Waits for the program's end; its exit code, or 128 and the number of the signal that ended it."""
        __tracebackhide__ = True
        end = time.monotonic() + seconds
        while not self._ended:
            self._read(QUIET)
            if time.monotonic() > end:
                raise AssertionError(f"The program has not ended after {seconds:g} s\n{self.shown()}")
        return self._code()

    def screen(self) -> str:
        """The screen's lines as text, without blanks at their ends and without empty lines at the end."""
        return self._screen.snapshot().text

    def history(self) -> str:
        """All that a user who scrolls up can read: what left at the top, and the screen."""
        return "\n".join([*self._screen.left, self.screen()])

    def snapshot(self) -> Snapshot:
        """The screen as it is now, with its colours."""
        return self._screen.snapshot()

    def colours(self, text: str) -> set[Look]:
        """How the characters of a text look that are no blanks, where the screen shows it first, from the top."""
        found = self._screen.snapshot().cells(text)
        assert found, f"{text!r} is not on the screen\n{self.shown()}"
        return {cell.look for cell in found if cell.text.strip()}

    def modes(self) -> Modes:
        """The terminal's settings now; `before` has those that the program found."""
        return Modes.of(self._other_end)

    @property
    def cursor_visible(self) -> bool:
        """Whether the cursor is shown."""
        return self._screen.snapshot().cursor is not None

    def left_on(self) -> set[str]:
        """In what the screen's state is not that of a new one, as `hidden cursor`: nothing, after a tidy program."""
        return self._screen.altered()

    def shown(self) -> str:
        """The screen in a frame, with what a reader of a failed test wants to know besides."""
        rows = self.screen().split("\n")
        rows += [""] * (self.lines - len(rows))
        rule = f"+{'-' * self.columns}+"
        state = f"ended with {self._code()}" if self._ended else "runs"
        drawn = "\n".join(f"|{row:<{self.columns}}|" for row in rows)
        return f"{rule}\n{drawn}\n{rule}\nThe program {state}. It has sent {len(self.raw)} bytes: {self.raw[-300:]!r}"

    def _code(self) -> int:
        number = self._child.signalstatus
        return int(self._child.exitstatus) if number is None else 128 + int(number)

    def _read(self, seconds: float) -> bool:
        """Takes in what the program sends within so many seconds; whether there was anything."""
        if self._hung_up:
            self._ended = not self._child.isalive()
            time.sleep(0 if self._ended else seconds)
            return False
        if self.slow:
            time.sleep(QUIET)
        try:
            sent: bytes = self._child.read_nonblocking(SLOW if self.slow else 65_536, 0 if self.slow else seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self._ended = True
            return False
        self.raw += sent
        self._screen.feed(self._decoder.decode(sent))
        answers, self._answers = self._answers, ""
        self._send(answers)
        return True

    def _answer(self, text: str) -> None:
        self._answers += "" if self.mute else text

    def _send(self, text: str) -> None:
        assert not self._hung_up, "The terminal is closed"
        rest, end = text.encode(self.encoding), time.monotonic() + SECONDS
        while rest:
            if select.select([], [self._child.child_fd], [], QUIET)[1]:
                rest = rest[os.write(self._child.child_fd, rest) :]
            else:
                # The program may wait for its output to be read before it reads.
                self._read(0)
            assert not rest or time.monotonic() < end, f"The program does not read\n{self.shown()}"


def _is_in(wanted: str | re.Pattern[str], screen: str) -> bool:
    return wanted in screen if isinstance(wanted, str) else wanted.search(screen) is not None


def _told(wanted: str | re.Pattern[str]) -> str:
    return repr(wanted if isinstance(wanted, str) else wanted.pattern)
