"""How texts get to people: what a stream can show, colour that changes no sign, and a sign of life that goes away."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import look as module
from scaffold.compare import diff
from scaffold.look import DIFF, SUMMARY, Look, columns, is_terminal, is_utf8, look, visible, waiting, wrapped
from scaffold.model import Outcome
from tests.day import TOP

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
PIPE, TERMINAL = Look(False, False), Look(True, False)
COLOURED = (Look(True, True), Look(False, True))


class Tty(io.StringIO):
    """A stream with a terminal at its end."""

    def isatty(self) -> bool:
        return True


def styles(text: str, rules: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """The coloured parts of a text, each with its codes."""
    return re.findall(r"\x1b\[([1-9][0-9;]*)m(.*?)\x1b\[0m", Look(True, True).shown(text, rules), re.DOTALL)


@pytest.mark.parametrize(
    ("terminal", "environment", "no_colour", "colour"),
    [
        (True, {}, False, True),
        (True, {}, True, False),
        (True, {"NO_COLOR": "1"}, False, False),
        (True, {"NO_COLOR": ""}, False, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        (True, {"FORCE_COLOR": "1"}, True, False),
        (True, {"FORCE_COLOR": "0"}, False, True),
        (True, {"TERM": "dumb"}, False, False),
        (True, {"TERM": "unknown"}, False, False),
        (True, {"TERM": ""}, False, False),
        (True, {"TERM": "dumb", "FORCE_COLOR": "1"}, False, True),
        (False, {}, False, False),
        (False, {"FORCE_COLOR": "1"}, False, True),
        (False, {"FORCE_COLOR": ""}, False, False),
        (False, {"FORCE_COLOR": "0"}, False, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        (False, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour(terminal: bool, environment: dict[str, str], no_colour: bool, colour: bool) -> None:
    stream = Tty() if terminal else io.StringIO()
    assert look(stream, {"TERM": "xterm", **environment}, no_colour) == Look(terminal, colour)


def test_no_colour_where_the_terminal_has_no_name() -> None:
    assert look(Tty(), {}, False) == Look(True, False)


def test_a_stream_that_is_closed_is_no_terminal() -> None:
    closed = Tty()
    closed.close()
    for stream in (closed, None):
        assert not is_terminal(stream) and look(stream, {"TERM": "xterm"}, False) == Look(False, False)


@pytest.mark.parametrize(("said", "used"), [("200", 80), ("80", 80), ("40", 40), ("20", 20), ("3", 20)])
def test_columns(said: str, used: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", said)
    assert columns() == Look(True, False).columns == used
    assert Look(False, True).columns == 80


ODD = st.sampled_from("ab\t \r\x00\x07\x08\x0b\x0c\x1b\x7f\x85\u009b\xa0\u202e\u2028é漢\U0001f600\udc80\udcff")
LINES = st.text(st.one_of(ODD, st.characters()), max_size=20)
BEGINNINGS = ("", "+", "-", " ", "+++ ", "--- ", "@@ ", "error:", "  next  ", "  created  ", "Found in ", "[31m", "  ")
TEXTS = st.lists(st.tuples(st.sampled_from(BEGINNINGS), LINES).map("".join)).map("\n".join)


@given(text=TEXTS, rules=st.sampled_from((SUMMARY, DIFF)))
def test_colour_changes_no_sign(text: str, rules: Mapping[str, Mapping[str, str]]) -> None:
    plain = TERMINAL.shown(text, rules)
    assert all(sign.isprintable() or sign in "\n\t" for sign in plain)
    plain.encode()
    for coloured in COLOURED:
        assert ESCAPES.sub("", coloured.shown(text, rules)) == plain
    assert PIPE.shown(text, rules) == text, "a pipe has every byte, so that a diff can be applied"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\tb\n", "a\tb\n"),
        ("a\r\nb", "a\\r\nb"),
        ("\x1b[31m\x07\x00", "\\x1b[31m\\x07\\x00"),
        ("\x9b31m", "\\x9b31m"),
        ("\udcff\udc80", "\\xff\\x80"),
        ("\ud800", "\\ud800"),
        ("\u202eabc", "\\u202eabc"),
        ("é漢", "é漢"),
    ],
)
def test_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_colours_of_a_diff() -> None:
    before = "same\nold\x1b[0m\n--flag\n- list\n"
    made = diff(Outcome("a b", "conflict", before, "same\nnew\n+ more\n++\n- list"))
    assert styles(made, DIFF) == [
        ("1", "--- a/a b"),
        ("1", "+++ b/a b"),
        ("36", "@@ -1,4 +1,5 @@"),
        ("31", "-old\\x1b[0m"),
        ("31", "---flag"),
        ("31", "-- list"),
        ("32", "+new"),
        ("32", "++ more"),
        ("32", "+++"),
        ("32", "+- list"),
    ]


def test_colours_of_a_summary() -> None:
    text = (
        "Found in shop  dockerscaffold 1.0\n  language   Node 24  default\n\n  created    a  b\n  conflict   c\n"
        "             Add --force.\n\n  warning    It ends.\n\n  next       docker compose up\n"
    )
    assert styles(text, SUMMARY) == [
        ("1", "Found in shop"),
        ("90", "  dockerscaffold 1.0"),
        ("36", "language"),
        ("32", "created"),
        ("1;31", "conflict"),
        ("1;33", "warning"),
        ("36", "next"),
        ("1", "docker compose up"),
    ]
    assert styles("error: It is so.\n  Do this.\n", SUMMARY) == [("1;31", "error:")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short\n", ["short", ""]),
        ("  aaaa bbbb cccc", ["  aaaa", "  bbbb", "  cccc"]),
        ("aaaaaaaaaaaaaaaaaa b", ["aaaaaaaaaaaaaaaaaa", "b"]),
        ("say --health-path tcp", ["say", "--health-path", "tcp"]),
        ("a\n          \nb", ["a", "", "b"]),
        ("one two three\n\n  four", ["one two", "three", "", "  four"]),
    ],
)
def test_wrapped(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8).split("\n") == lines


@pytest.mark.parametrize(
    ("environment", "utf8"),
    [
        ({}, True),
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "en_US.ISO-8859-1"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8", "LC_ALL": ""}, False),
        ({"LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_CTYPE": "C", "LANG": "C.UTF-8"}, False),
    ],
)
def test_is_utf8(environment: dict[str, str], utf8: bool) -> None:
    assert is_utf8(environment) is utf8


def test_nothing_is_said_of_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Tty()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(module, "PATIENCE", 20)
    before = {*threading.enumerate()}
    with waiting("Resolving", shown=True):
        assert {*threading.enumerate()} - before, "it would be said later"
    assert stream.getvalue() == "" and not {*threading.enumerate()} - before


@pytest.mark.parametrize(
    ("stream", "term", "shown"), [(io.StringIO(), "xterm", True), (Tty(), "dumb", True), (Tty(), "xterm", False)]
)
def test_nothing_waits_where_nobody_sees_it(
    stream: io.StringIO, term: str, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", term)
    before = {*threading.enumerate()}
    with waiting("Resolving", shown):
        assert not {*threading.enumerate()} - before
    assert stream.getvalue() == ""


BODY = """\
import signal, sys
from scaffold import look

signal.alarm(20)  # nobody answers what is not shown
look.PATIENCE = 0
with look.waiting("Resolving images", shown=True):
    sys.stdin.readline()
    {raises}
print("done", file=sys.stderr)
"""


@pytest.mark.parametrize("raises", ["pass", "raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_the_sign_of_life_goes_away(raises: str, tmp_path: Path) -> None:
    """On a terminal whose last line the program is at, and whose cursor it hides meanwhile."""
    ours, theirs = pty.openpty()
    screen = pyte.Screen(60, 5)
    stream = pyte.ByteStream(screen)
    told = b""
    program = [sys.executable, "-c", BODY.format(raises=raises)]
    seen = False
    environment = os.environ | {"PYTHONPATH": str(TOP), "TERM": "xterm"}
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs, env=environment
    ) as child:
        os.close(theirs)
        while part := _read(ours):
            told += part
            stream.feed(part)
            if not seen and any("Resolving images" in line for line in screen.display):
                seen = True
                assert screen.cursor.hidden
                assert child.stdin
                child.stdin.write(b"\n")
                child.stdin.flush()
    os.close(ours)
    text = "\n".join(screen.display)
    assert seen and "Resolving" not in text and not screen.cursor.hidden
    assert (text.strip() == "done") == (raises == "pass")
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", told), "it has no colour, which --no-color could not turn off"


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # as Linux says that the other end is closed
        return b""
