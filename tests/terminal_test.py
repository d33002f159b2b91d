"""The terminal that other tests trust: all that it claims, with a small program of the same libraries as the wizard."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.day import PROGRAM
from tests.screen import Look
from tests.terminal import KEYS, SLOW, Terminal

QUESTIONS = """
import sys
import questionary

colour = questionary.select("Which colour?", ["red", "green", "blue"]).ask()
if colour is None:
    sys.exit(3)
name = questionary.text("What name?", validate=lambda text: len(text) > 2 or "Too short a name").ask()
parts = questionary.checkbox("Which parts?", ["web", "worker", "jobs"]).ask()
print(f"Chosen: {colour}, {name}, {parts}")
sys.exit(7)
"""

KEPT = "import sys, termios, tty; kept = termios.tcgetattr(0); tty.setraw(0)\n"
"""Keys come as they are sent; `kept` are the settings from before."""

READING = KEPT + (
    "import os\n"
    "print('ready', end='\\r\\n', flush=True)\n"
    "said = b''\n"
    "while not said.endswith(b'.'):\n"
    "    said += os.read(0, 100)\n"
    "termios.tcsetattr(0, termios.TCSANOW, kept)\n"
    "print(said)\n"
)
"""Prints what is typed, up to a full stop."""


def script(text: str, folder: Path) -> Sequence[str]:
    """The command that runs a program of these lines."""
    place = folder / "program.py"
    place.write_text(text, encoding="utf-8")
    return [sys.executable, str(place)]


@pytest.fixture
def questions(tmp_path: Path) -> Sequence[str]:
    """The command of the questions."""
    return script(QUESTIONS, tmp_path)


def test_questions_are_answered(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path) as terminal:
        terminal.see(" » red")
        assert terminal.screen() == "? Which colour? (Use arrow keys)\n » red\n   green\n   blue"
        terminal.press("down", "up", "j")
        terminal.see(" » green")
        terminal.press("enter")
        terminal.see("What name?")
        terminal.type("ab")
        terminal.press("enter")
        terminal.see("Too short a name")
        assert terminal.colours("Too short a name") == {Look("ffffff", "5f0000")}
        terminal.type("cx")
        terminal.press("backspace")
        terminal.gone("Too short a name")
        terminal.press("enter")
        terminal.see(re.compile(r"^\? Which parts\?.* web$", re.MULTILINE | re.DOTALL))
        terminal.press("space", "down", "down", "space", "enter")
        assert terminal.exit() == 7
        assert terminal.screen().splitlines() == [
            "? Which colour? green",
            "? What name? abc",
            "? Which parts? done (2 selections)",
            "Chosen: green, abc, ['web', 'jobs']",
        ]
        assert terminal.colours("? Which") == {Look("5f87af"), Look(bold=True)}
        assert terminal.modes() == terminal.before
        assert terminal.left_on() == set() and terminal.cursor_visible


def test_what_a_program_has_changed_is_seen(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path) as terminal:
        terminal.see(" » red")
        assert terminal.left_on() == {"hidden cursor", "bracketed paste"} and not terminal.cursor_visible
        assert terminal.modes() != terminal.before
        terminal.press("ctrl-c")
        assert terminal.exit() == 3
        terminal.see("Cancelled by user")
        assert terminal.left_on() == set() and terminal.modes() == terminal.before


def test_what_a_program_leaves_behind_is_seen(tmp_path: Path) -> None:
    left = r"\033[?1h\033[?7l\033[?25l\033[?1049h\033[?1000h\033[?1004h\033[?2004h\033[31m\033[2;5r"
    with Terminal(script(KEPT + f"print('{left}', end='')", tmp_path), tmp_path) as terminal:
        assert terminal.exit() == 0
        assert terminal.modes() != terminal.before
        assert terminal.left_on() == {
            "alternate screen",
            "application cursor keys",
            "bracketed paste",
            "colours",
            "focus reports",
            "hidden cursor",
            "mouse reports",
            "no line wrapping",
            "scrolling region",
        }


def test_the_window_changes_its_size(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path, columns=60, lines=12) as terminal:
        terminal.see("(Use arrow keys)")
        terminal.resize(24, 5)
        # The hint does not fit beside the question any more, and the program itself has to notice.
        terminal.gone("(Use arrow keys)")
        terminal.see(" » red")
        assert all(len(line) <= 24 for line in terminal.screen().splitlines())
        assert len(terminal.snapshot().rows) == 5
        terminal.resize(100, 30)
        terminal.see("(Use arrow keys)")
        terminal.press("down")
        terminal.see(" » green")


def test_a_program_is_told_of_the_size(tmp_path: Path) -> None:
    told = (
        "import os, signal\n"
        "def tell(*_):\n"
        "    print(*os.get_terminal_size())\n"
        "signal.signal(signal.SIGWINCH, tell)\n"
        "tell()\n"
        "while True:\n"
        "    signal.pause()\n"
    )
    with Terminal(script(told, tmp_path), tmp_path, columns=70, lines=20) as terminal:
        terminal.see("70 20")
        terminal.resize(30, 10)
        terminal.see("30 10")


def test_the_window_is_closed(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path) as terminal:
        terminal.see(" » red")
        terminal.close_terminal()
        assert terminal.exit() == 128 + signal.SIGHUP


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_the_program(number: int, questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path) as terminal:
        terminal.see(" » red")
        terminal.signal(number)
        assert terminal.exit() == 128 + number


def test_ctrl_c_is_a_signal_where_the_program_leaves_it_to_the_terminal(tmp_path: Path) -> None:
    with Terminal(script("import time; print('ready', flush=True); time.sleep(99)", tmp_path), tmp_path) as terminal:
        terminal.see("ready")
        terminal.press("ctrl-c")
        assert terminal.exit() == 128 + signal.SIGINT


def test_signals_that_were_ignored_here_are_not_in_the_program(questions: Sequence[str], tmp_path: Path) -> None:
    kept = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Terminal(questions, tmp_path) as terminal:
            terminal.see(" » red")
            terminal.close_terminal()
            assert terminal.exit() == 128 + signal.SIGHUP
    finally:
        signal.signal(signal.SIGHUP, kept)


def test_a_dumb_terminal(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path, {"TERM": "dumb"}) as terminal:
        terminal.see(" » red")
        assert b"\x1b[6n" not in terminal.raw and b"\x1b[0m" in terminal.raw, "questionary takes little notice of it"
    with Terminal(script("print('plain')", tmp_path), tmp_path, {"TERM": "dumb"}) as terminal:
        assert terminal.exit() == 0
        assert terminal.raw == b"plain\r\n"


def test_a_slow_line(tmp_path: Path) -> None:
    lines = "for number in range(200): print(f'line {number}')"
    with Terminal(script(lines, tmp_path), tmp_path, slow=True) as terminal:
        while not terminal.raw:
            terminal.gone("nothing", seconds=0)
        assert len(terminal.raw) <= SLOW, "it came all at once"
        assert terminal.exit() == 0
        assert len(terminal.raw) == 1890
        terminal.see("line 199")


def test_questions_on_a_slow_line(questions: Sequence[str], tmp_path: Path) -> None:
    with Terminal(questions, tmp_path, slow=True) as terminal:
        terminal.see(" » red")
        terminal.press("down", "enter")
        terminal.see("What name?")
        terminal.press("ctrl-c")
        terminal.see("Which parts?")
        terminal.press("enter")
        assert terminal.exit() == 7


def test_a_terminal_that_does_not_answer(tmp_path: Path) -> None:
    asking = KEPT + (
        "import os, select\n"
        "print('\\n\\n  \\033[?6n\\033[6n', end='', flush=True)\n"
        "answered = select.select([0], [], [], float(sys.argv[1]))[0]\n"
        "said = os.read(0, 99) if answered else 'nothing'\n"
        "termios.tcsetattr(0, termios.TCSANOW, kept)\n"
        "print(said)\n"
    )
    command = script(asking, tmp_path)
    with Terminal([*command, "99"], tmp_path) as terminal:
        terminal.see(repr(b"\x1b[3;3R"))
    with Terminal([*command, "0.2"], tmp_path, mute=True) as terminal:
        terminal.see("nothing")


@pytest.mark.parametrize("key", ["enter", "escape", "tab", "backspace", "space", "up", "left", "delete", "ctrl-d", "é"])
def test_keys(key: str, tmp_path: Path) -> None:
    with Terminal(script(READING, tmp_path), tmp_path) as terminal:
        terminal.see("ready")
        terminal.press(key, ".")
        terminal.see(repr(KEYS.get(key, key).encode() + b"."))


def test_keys_where_the_program_wants_them_otherwise(tmp_path: Path) -> None:
    modes = "print('\\033[?1h\\033[?2004h', end='')\n"
    with Terminal(script(modes + READING, tmp_path), tmp_path) as terminal:
        terminal.see("ready")
        terminal.press("up", "delete", "end")
        terminal.paste("a\nb.")
        terminal.type(".")
        terminal.see(repr(b"\x1bOA\x1b[3~\x1bOF\x1b[200~a\rb.\x1b[201~."))


def test_a_paste_where_the_program_wants_no_brackets(tmp_path: Path) -> None:
    with Terminal(script(READING, tmp_path), tmp_path) as terminal:
        terminal.see("ready")
        terminal.paste("a\nb.")
        terminal.see(repr(b"a\rb."))


def test_a_key_that_there_is_not(tmp_path: Path) -> None:
    with Terminal(script("input()", tmp_path), tmp_path) as terminal, pytest.raises(AssertionError, match="is no key"):
        terminal.press("entr")


def test_much_is_typed_while_much_is_said(tmp_path: Path) -> None:
    echo = KEPT + (
        "import os\n"
        "print('ready', end='\\r\\n', flush=True)\n"
        "count = 0\n"
        "while count < 100_000:\n"
        "    said = os.read(0, 1000)\n"
        "    count += len(said)\n"
        "    sys.stdout.write('x' * 2 * len(said))\n"
        "    sys.stdout.flush()\n"
        "print('\\r\\n', count)\n"
    )
    with Terminal(script(echo, tmp_path), tmp_path) as terminal:
        terminal.see("ready")
        terminal.type("y" * 100_000)
        terminal.see("100000")


def test_what_scrolled_away(tmp_path: Path) -> None:
    with Terminal(script("for number in range(50): print(f'<{number}>')", tmp_path), tmp_path, lines=6) as terminal:
        terminal.see("<49>")
        assert terminal.screen() == "<45>\n<46>\n<47>\n<48>\n<49>"
        assert terminal.history().split() == [f"<{number}>" for number in range(50)]


def test_a_shrunk_window_keeps_the_line_of_the_cursor(tmp_path: Path) -> None:
    with Terminal(script("print('a\\nb\\nc\\nd> ', end=''); input()", tmp_path), tmp_path) as terminal:
        terminal.see("d>")
        terminal.resize(80, 4)
        assert terminal.screen() == "a\nb\nc\nd>"
        terminal.resize(80, 2)
        assert terminal.screen() == "c\nd>" and terminal.history() == "a\nb\nc\nd>"
        assert terminal.snapshot().cursor == (3, 1)


def test_a_narrowed_window_cuts_what_was_said_before(tmp_path: Path) -> None:
    text = "print('x' * 60, end='', flush=True); open('said', 'w'); input(); print('yz', end='', flush=True); input()"
    with Terminal(script(f"import termios, tty; tty.setcbreak(0)\n{text}", tmp_path), tmp_path) as terminal:
        for _ in range(3000):
            if not (tmp_path / "said").exists():
                time.sleep(0.01)
        assert not terminal.raw, "the test wants what is not read yet"
        terminal.resize(30, 24)
        assert terminal.screen() == "x" * 30
        terminal.press("enter")
        terminal.see("z")
        assert terminal.screen() == "x" * 29 + "y\nz"
        terminal.resize(80, 24)
        assert terminal.screen() == "x" * 29 + "y\nz"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a\u200db\ufe0fc", "abc"),  # no width
        ("e\u0301", "\u00e9"),
        ("\u5b57x", "\u5b57x"),  # two columns wide
        ("a\x1b[?4mb\x1b[?6nc\x1b[>cd\x1b[?ue\x1b[2 qf", "abcdef"),  # what the emulator does not know
    ],
)
def test_odd_output(sent: str, shown: str, tmp_path: Path) -> None:
    with Terminal(script(f"print({sent!r}, end='!')", tmp_path), tmp_path) as terminal:
        assert terminal.exit() == 0
        assert terminal.screen().startswith(f"{shown}!")
        assert terminal.colours(shown) == {Look()}


def test_colours(tmp_path: Path) -> None:
    text = "\\033[1;33mwarning\\033[0m and \\033[38;5;208;4mmore\\033[0m\\033[105mx"
    with Terminal(script(f"print('字 {text}')", tmp_path), tmp_path) as terminal:
        terminal.see("warning and morex")
        assert terminal.colours("warning") == {Look("yellow", bold=True)}
        assert terminal.colours("ing and m") == {Look("yellow", bold=True), Look(), Look("ff8700", underlined=True)}
        assert terminal.colours("x") == {Look(ground="brightmagenta")}
        assert terminal.colours("g ") == {Look("yellow", bold=True)}, "a blank has no colour"
        with pytest.raises(AssertionError, match="'none' is not on the screen"):
            terminal.colours("none")


def test_another_encoding(tmp_path: Path) -> None:
    text = "answer = input('größer? '); print(f'({answer})', ascii(answer))"
    env = {"PYTHONIOENCODING": "latin-1"}
    with Terminal(script(text, tmp_path), tmp_path, env, encoding="latin-1") as terminal:
        terminal.see("größer?")
        assert b"gr\xf6\xdfer? " in terminal.raw
        terminal.type("für")
        terminal.press("enter")
        terminal.see("(für) 'f\\xfcr'")


def test_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    monkeypatch.setenv("DOCKERSCAFFOLD_TIER", "slim")
    monkeypatch.setenv("NO_COLOR", "1")
    text = "import json, os; print(json.dumps(dict(os.environ), indent=0)); print(os.getcwd())"
    with Terminal(script(text, tmp_path), tmp_path, {"PATH": "/bin", "LANG": None}, columns=300) as terminal:
        assert terminal.exit() == 0
        found = set(re.findall(r'^"(\w+)": "(.*?)"', terminal.screen(), re.MULTILINE))
    assert ("HOME", str(own_home)) in found and ("PATH", "/bin") in found and ("TERM", "xterm-256color") in found
    assert {name for name, _ in found} - {"LC_CTYPE"} == {"HOME", "PATH", "PYTHONPATH", "TERM"}
    assert str(tmp_path) in terminal.screen()


def test_a_failure_shows_the_screen(tmp_path: Path) -> None:
    with Terminal(script("print('hello'); input()", tmp_path), tmp_path, columns=20, lines=3) as terminal:
        terminal.see("hello")
        with pytest.raises(AssertionError) as missing:
            terminal.see("world", seconds=0.1)
        with pytest.raises(AssertionError, match="'hello' is still on the screen"):
            terminal.gone("hello", seconds=0.1)
        with pytest.raises(AssertionError, match="has not ended"):
            terminal.exit(seconds=0.1)
    frame = f"+{'-' * 20}+\n|hello{' ' * 15}|\n|{' ' * 20}|\n|{' ' * 20}|\n+{'-' * 20}+\nThe program runs."
    assert str(missing.value).startswith(f"'world' is not on the screen after 0.1 s\n{frame}")


def test_no_wait_for_a_program_that_has_ended(tmp_path: Path) -> None:
    with Terminal(script("print('all'); raise SystemExit(5)", tmp_path), tmp_path) as terminal:
        with pytest.raises(AssertionError, match="The program ended with 5") as missing:
            terminal.see("more")
        assert str(missing.value).startswith("'more' is not on the screen\n+--")
        assert terminal.screen() == "all" and terminal.exit() == 5


def test_a_program_that_is_never_quiet(tmp_path: Path) -> None:
    text = "import time\nwhile True:\n    print('.\\r', end='', flush=True)\n    time.sleep(0.005)\n"
    with Terminal(script(text, tmp_path), tmp_path) as terminal:
        terminal.see(".", seconds=0.5)


def test_nothing_is_left_running(tmp_path: Path) -> None:
    text = "import os, signal, time; signal.signal(1, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(99)"
    with Terminal(script(text, tmp_path), tmp_path) as terminal:
        terminal.see(re.compile(r"\d+"))
        number = int(terminal.screen())
        assert Path(f"/proc/{number}").exists()
    assert not Path(f"/proc/{number}").exists()


def test_the_program_itself(tmp_path: Path) -> None:
    with Terminal([*PROGRAM, "new", "--offline", "--yes"], tmp_path) as terminal:
        assert terminal.exit() == 2
        assert "error: No language found" in terminal.screen() and terminal.modes() == terminal.before
