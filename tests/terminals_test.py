"""The wizard in terminals of all sorts, and every way of leaving it at every one of its prompts."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from scaffold import catalogue
from scaffold.blocks import LABEL
from tests.commands_test import FILES, tree
from tests.day import PROGRAM
from tests.generated import PROJECTS, write
from tests.servers import silent
from tests.terminal import Look, Terminal

SHOP = PROJECTS["node"]
NOTHING = {"README.md": "A shop.\n"}
SEVERAL = {
    **{f"api/{path}": text for path, text in PROJECTS["python"].items()},
    **{f"web/{path}": text for path, text in SHOP.items()},
}
TAKEN = {**SHOP, "Dockerfile": "FROM scratch\n", "docker-compose.yml": "services: {}\n"}

NODES = catalogue.lines("node").supported
NODE = catalogue.lines("node").default

MODES = {"full": (), "plain": ("--plain",)}


PLAIN = (r"\n(?s:.*)\[.*\]:", r", b for back.*\[.*\]:")
FULL = (r" \((?s:.*)^ > (?s:.*)", ".*")
"""What follows the question of a list, and of a line of text."""


class Prompt(NamedTuple):
    """One prompt of a session: what it asks, and how it is answered, by keys or by a line in the plain mode.

    `typed` marks one that takes a text; `name` tells it from others that ask the same.
    """

    asks: str
    keys: tuple[str, ...] = ("enter",)
    line: str = ""
    typed: bool = False
    name: str = ""

    def shown(self, mode: str) -> re.Pattern[str]:
        """What the screen shows when this is what an answer is awaited to."""
        begin, rest = (f"^{re.escape(self.asks)}", PLAIN) if mode == "plain" else (rf"^\? {re.escape(self.asks)}", FULL)
        return re.compile(begin + rest[self.typed] + r"\Z", re.MULTILINE)


def down(times: int) -> tuple[str, ...]:
    return (*["down"] * times, "enter")


TIER = Prompt("Base image tier")
PORTS = Prompt("Ports to publish on 127.0.0.1", typed=True)
WRITTEN = Prompt("Ready", name="menu")
CHANGED = Prompt("Ready", down(2), "3", name="menu")

ROUTES: tuple[tuple[Mapping[str, str], tuple[Prompt, ...]], ...] = (
    (
        SEVERAL,
        (
            Prompt("Apps to be services"),
            TIER,
            Prompt("Ports to publish on 127.0.0.1 (api)", typed=True, name="ports of a service"),
            Prompt("Ports to publish on 127.0.0.1 (web)", typed=True, name="ports of a service"),
            CHANGED,
            Prompt("Of"),
        ),
    ),
    (NOTHING, (Prompt("Language"),)),
    ({"package.json": '{"name": "shop"}'}, (Prompt("Start command", typed=True, name="missing answer"),)),
    (SHOP, (TIER, PORTS, Prompt("Ready", down(1), "2", name="menu"), Prompt("Preview"))),
    (
        SHOP,
        (
            TIER,
            PORTS,
            CHANGED,
            Prompt("Change", down(2), "3"),
            Prompt("Version of the language", down(1 + NODES.index(NODE)), str(len(NODES) + 1), name="change, a list"),
            Prompt("Version of the language", typed=True, name="change, another than in the list"),
        ),
    ),
    (
        SHOP,
        (
            TIER,
            PORTS,
            CHANGED,
            Prompt("Change", ("up", "enter"), "16"),
            Prompt("Versions out of support", name="change, a switch"),
        ),
    ),
    (SHOP, (TIER, PORTS, CHANGED, Prompt("Change"), Prompt("Name of the project", typed=True, name="change, a text"))),
    (
        TAKEN,
        (
            TIER,
            PORTS,
            WRITTEN,
            Prompt("Dockerfile is there and differs"),
            Prompt("compose.yaml is new and hides yours"),
        ),
    ),
)
"""Sessions by a project's files and the prompts on the way: together they come by every prompt that there is."""

WAYS: Mapping[str, Callable[[Terminal], None]] = {
    "ctrl-c": lambda terminal: terminal.press("ctrl-c"),
    "ctrl-d": lambda terminal: terminal.press("ctrl-d"),
    "SIGINT": lambda terminal: terminal.signal(signal.SIGINT),
    "SIGTERM": lambda terminal: terminal.signal(signal.SIGTERM),
    "SIGHUP": lambda terminal: terminal.signal(signal.SIGHUP),
    "closed": lambda terminal: terminal.close_terminal(),
}
OFTEN = ("ctrl-c", "SIGTERM")
"""Ways that are tried at each prompt, and the others at one of each kind."""
OF_EACH_KIND = ("Apps to be services", "menu", "change, a text")


def ways_to_prompts() -> Iterator[tuple[str, Mapping[str, str], tuple[Prompt, ...]]]:
    """Each prompt once: its name, a project's files, and the prompts up to this one."""
    known = set[str]()
    for files, prompts in ROUTES:
        for index, prompt in enumerate(prompts):
            name = prompt.name or prompt.asks
            if name not in known:
                yield name, files, prompts[: index + 1]
            known.add(name)


def left_early() -> Iterator[object]:
    """A case for each prompt, mode and way."""
    for name, files, prompts in ways_to_prompts():
        for mode in MODES:
            for way in WAYS:
                if way in OFTEN or name in OF_EACH_KIND:
                    yield pytest.param(files, prompts, mode, way, id=f"{name}, {mode}, {way}".replace(" ", "-"))


def session(folder: Path, *flags: str, **terminal: object) -> Terminal:
    return Terminal([*PROGRAM, "new", "--offline", *flags], folder, **terminal)  # type: ignore[arg-type]


def answer(terminal: Terminal, prompt: Prompt, mode: str) -> None:
    terminal.see(prompt.shown(mode))
    if mode == "plain":
        terminal.type(f"{prompt.line}\r")
    else:
        terminal.press(*prompt.keys)


@pytest.mark.parametrize(("files", "prompts", "mode", "way"), list(left_early()))
def test_nothing_is_written_when_the_user_leaves(
    files: Mapping[str, str], prompts: tuple[Prompt, ...], mode: str, way: str, tmp_path: Path
) -> None:
    folder = write(tmp_path / "shop", files)
    before = tree(folder)
    with session(folder, *MODES[mode]) as terminal:
        for prompt in prompts[:-1]:
            answer(terminal, prompt, mode)
        terminal.see(prompts[-1].shown(mode))
        WAYS[way](terminal)
        assert terminal.exit() == (143 if way == "SIGTERM" else 130), terminal.shown()
        assert way == "closed" or (terminal.modes() == terminal.before and terminal.left_on() == set())
        assert "Traceback" not in terminal.history()
    assert tree(folder) == before


STEERING = rb"\x1b\[[0-9;?]*[@-ln-~]|\x1b[()=>78]."
COLOURING = rb"\x1b\[[0-9;]*m"


def lines(terminal: Terminal) -> list[str]:
    """What was printed line by line, without colours and what was typed; not the prompts that are drawn and vanish."""
    printed = [re.split(STEERING, line)[-1] for line in re.split(rb"(?<!\r)\r\n", terminal.raw)]
    return [
        re.sub(rb"(?<=\]:) .*", b"", re.sub(COLOURING, b"", line)).decode()
        for line in printed
        if not line.endswith(b"\r")
    ]


def asked(terminal: Terminal, words: str, since: int) -> int:
    """Waits for a question whose lines may be parted anywhere, and those above it gone; how much was sent until then.

    `since` is how much was sent before the question.
    """

    def is_there(_: str) -> bool:
        return words.replace(" ", "") in re.sub(STEERING, b"", terminal.raw[since:]).decode(errors="replace").translate(
            NO_BLANKS
        )

    terminal.until(is_there, f"{words!r} is not asked")
    return len(terminal.raw)


NO_BLANKS = dict.fromkeys(map(ord, " \r\n"))
SIZES = ((80, 24), (40, 15), (200, 50), (30, 10))
HEALTH = ("Base image tier", "3"), ("Ports to publish", ""), ("Ready", "3"), ("Change", "9"), ("Health check", "/")
"""Questions and their answers, by number or as text: a session that changes the tier and the health check."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("columns", "rows"), SIZES)
def test_a_session_in_a_window_of_any_size(columns: int, rows: int, mode: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    with session(folder, *MODES[mode], columns=columns, lines=rows) as terminal:
        sent = 0
        for asks, line in HEALTH:
            sent = asked(terminal, asks, sent)
            if mode == "plain":
                terminal.type(f"{line}\r")
            elif asks == "Health check":
                terminal.press(*["backspace"] * len("tcp"), *line, "enter")
            else:
                assert len({step(terminal) for _ in range(int(line or 1) - 1)}) == int(line or 1) - 1
                terminal.press("enter")
        asked(terminal, "Ready", sent)
        terminal.press("enter")
        assert terminal.exit() == 0
        # A command is to be copied, and stands on one line; so does a pin, and no name is parted.
        texts = [line for line in lines(terminal) if not re.search("docker compose|curl|node:|catalogue", line)]
        assert [line for line in texts if len(line) > columns >= LABEL + len(line.split()[-1])] == []
        assert terminal.modes() == terminal.before and terminal.left_on() == set()
        # Of a list, what was answered is left.
        if mode == "full":
            left = terminal.history()
            assert not re.search(r"^ > |esc: back|\? Ready", left, re.MULTILINE)
            assert left.count("? Base image tier  alpine") == 1
    check_written(folder)


def check_written(folder: Path) -> None:
    """Holds the files to what the session answered."""
    assert all((folder / path).is_file() for path in FILES)
    assert "alpine" in (folder / "Dockerfile").read_text(encoding="utf-8")
    assert 'health-path = "/"' in (folder / ".dockerscaffold.toml").read_text(encoding="utf-8")


def pointed(screen: str) -> str:
    """The entry of a list that the pointer is at, if it is seen."""
    found = re.search(r"^ > (.*)$", screen, re.MULTILINE)
    return found[1] if found else ""


def step(terminal: Terminal) -> str:
    """Goes down in a list by one entry, and gives the one from before."""
    before = pointed(terminal.screen())
    terminal.press("down")
    terminal.until(lambda screen: pointed(screen) not in ("", before), "The pointer is not seen at another entry")
    return before


def narrow_and_wide(terminal: Terminal) -> None:
    """Gives the window half its columns, and then all again."""
    for columns in (40, 80):
        sent = len(terminal.raw)
        terminal.resize(columns, 24)
        terminal.until(lambda _, sent=sent: len(terminal.raw) > sent, "Nothing is drawn anew")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("files", "prompts"), [pytest.param(*way, id=name.replace(" ", "-")) for name, *way in ways_to_prompts()]
)
def test_the_window_is_made_narrow_and_wide_again(
    files: Mapping[str, str], prompts: tuple[Prompt, ...], tmp_path: Path
) -> None:
    with session(write(tmp_path / "shop", files)) as terminal:
        for prompt in prompts[:-1]:
            answer(terminal, prompt, "full")
        terminal.see(prompts[-1].shown("full"))
        before = [line[:40].rstrip() for line in terminal.screen().splitlines()]
        narrow_and_wide(terminal)
        terminal.see(prompts[-1].shown("full"))
        after = [line[:40].rstrip() for line in terminal.screen().splitlines()]
        # A question that took two lines meanwhile has moved the first ones out of a screen that was full.
        assert len(after) >= len(before) - 1 and after == before[-len(after) :]
        if prompts[-1].typed:
            terminal.type("xyz")
            terminal.see("xyz")
        else:
            step(terminal)


def test_a_session_in_a_window_that_changes_all_the_time(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    with session(folder) as terminal:
        sent = 0
        for asks, line in HEALTH:
            sent = asked(terminal, asks, sent)
            narrow_and_wide(terminal)
            if asks == "Health check":
                terminal.press(*["backspace"] * len("tcp"), *line, "enter")
            else:
                terminal.press(*["down"] * (int(line or 1) - 1), "enter")
        asked(terminal, "Ready", sent)
        narrow_and_wide(terminal)
        terminal.press("enter")
        assert terminal.exit() == 0
        assert terminal.modes() == terminal.before and terminal.left_on() == set()
    check_written(folder)


PLAIN_ONES: Mapping[str, tuple[tuple[str, ...], Mapping[str, str | None]]] = {
    "dumb": ((), {"TERM": "dumb"}),
    "no TERM": ((), {"TERM": None}),
    "--plain": (("--plain",), {}),
    "C": ((), {"LC_ALL": "C"}),
    "C, weakly": ((), {"LANG": "C"}),
    "Latin 1": ((), {"LANG": "en_US.ISO-8859-1"}),
    "Latin 1, a locale that is there": ((), {"LANG": "en_US.ISO-8859-1", "PYTHONIOENCODING": "iso-8859-1:strict"}),
}
"""Flags and variables with which nothing moves on the screen."""


@pytest.mark.parametrize("where", PLAIN_ONES)
def test_a_plain_session(where: str, tmp_path: Path) -> None:
    flags, env = PLAIN_ONES[where]
    folder = write(tmp_path / "shop", SHOP)
    with session(folder, *flags, env=env) as terminal:
        sent = 0
        for asks, line in (*HEALTH, ("Ready", "2"), ("Preview", "7"), ("Ready", "1")):
            sent = asked(terminal, asks, sent)
            terminal.type(f"{line}\r")
        assert terminal.exit() == 0
        assert terminal.raw.isascii() and not re.search(rb"\x1b(?!\[[0-9;]*m)", terminal.raw)
        assert b"\x1b" not in terminal.raw or "TERM" not in env
        assert "GET /" in terminal.history()
    check_written(folder)


@pytest.mark.parametrize("where", PLAIN_ONES)
def test_letters_that_the_locale_lacks(where: str, tmp_path: Path) -> None:
    flags, env = PLAIN_ONES[where]
    files = {"package.json": '{"scripts": {"start": "node caf\u00e9.js"}}', "caf\u00e9.js": ""}
    folder = write(tmp_path / "caf\u00e9 \udcff", files)
    with session(folder, *flags, env=env, encoding="iso-8859-1") as terminal:
        sent = 0
        for asks, line in ("Base image", ""), ("Ports", "\u00e9"), ("is no port", "80"), ("Ready", ""):
            sent = asked(terminal, asks, sent)
            terminal.type(f"{line}\r")
        assert terminal.exit() == 0
        assert "Traceback" not in terminal.history()
    saved = (folder / ".dockerscaffold.toml").read_text(encoding="utf-8")
    assert "start = \"node 'caf\u00e9.js'\"" in saved and 'port = ["80"]' in saved


@pytest.mark.parametrize("mode", MODES)
def test_a_terminal_is_closed_and_nobody_says_so(mode: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    before = tree(folder)
    command = f"trap '' HUP; exec {' '.join([*PROGRAM, 'new', '--offline', *MODES[mode]])}"
    with Terminal(["sh", "-c", command], folder) as terminal:
        answer(terminal, TIER, mode)
        terminal.see(PORTS.shown(mode))
        terminal.close_terminal()
        assert terminal.exit() == 130
    assert tree(folder) == before


def test_questions_are_seen_where_errors_go_elsewhere(tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    command = f"{' '.join(PROGRAM)} new --offline --plain 2> ../errors"
    with Terminal(["sh", "-c", command], folder) as terminal:
        for prompt in (TIER, PORTS, WRITTEN):
            answer(terminal, prompt, "plain")
        assert terminal.exit() == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", ["ctrl-c", "SIGTERM", "closed"])
def test_leaving_while_a_registry_does_not_answer(way: str, mode: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    before = tree(folder)
    with silent() as host:
        mirrors = [word for name in ("docker.io", "gcr.io") for word in ("--registry-mirror", f"{name}={host}")]
        with Terminal([*PROGRAM, "new", "--timeout", "600", *mirrors, *MODES[mode]], folder) as terminal:
            for prompt in (TIER, PORTS, WRITTEN):
                answer(terminal, prompt, mode)
            if mode == "full":
                terminal.see("Resolving images")
            else:
                terminal.until(lambda _: terminal.raw.endswith(b"]: \r\n"), "The answer is not taken")
            WAYS[way](terminal)
            assert terminal.exit() == (143 if way == "SIGTERM" else 130)
            if way != "closed":
                assert terminal.modes() == terminal.before and terminal.left_on() == set()
                assert "Resolving" not in terminal.screen() and "Traceback" not in terminal.history()
    assert tree(folder) == before


def looks(terminal: Terminal) -> set[Look]:
    """How all that is on the screen looks."""
    return {cell.look for row in terminal.snapshot().rows for cell in row}


def coloured(terminal: Terminal) -> set[str]:
    """The colours on the screen."""
    return {colour for look in looks(terminal) for colour in look[:2]} - {"default"}


def test_the_pointer_begins_at_the_first_entry_or_the_default(tmp_path: Path) -> None:
    with session(write(tmp_path / "shop", SHOP), "--tier", "alpine") as terminal:
        for prompt, entry in zip(ROUTES[3][1], ("alpine", "", "Write the files", "Dockerfile"), strict=True):
            terminal.see(prompt.shown("full"))
            assert pointed(terminal.screen()).startswith(entry)
            terminal.press(*prompt.keys)


COLOURLESS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str | None]]] = {
    "--no-color": (("--no-color",), {"FORCE_COLOR": "1"}),
    "NO_COLOR": ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
}


@pytest.mark.parametrize("how", ["default", "forced", *COLOURLESS])
def test_colours(how: str, tmp_path: Path) -> None:
    flags, env = COLOURLESS.get(how, ((), {"FORCE_COLOR": "1"} if how == "forced" else {}))
    with session(write(tmp_path / "shop", TAKEN), *flags, env=env, lines=100) as terminal:
        shown = set[str]()
        for prompt in ROUTES[-1][1]:
            terminal.see(prompt.shown("full"))
            shown |= coloured(terminal)
            if prompt.typed:
                terminal.type("0")
                terminal.see("0")
                shown |= coloured(terminal)
                terminal.press("backspace")
            elif how not in COLOURLESS:
                assert {look.colour for look in terminal.colours(" > ")} == {"cyan"}
                step(terminal)
                assert not any(look.reverse or look.ground != "default" for look in looks(terminal))
                terminal.press("up")
            terminal.press(*prompt.keys) if prompt != ROUTES[-1][1][-1] else None
        if how in COLOURLESS:
            assert shown == set()
        else:
            assert {look.colour for look in terminal.colours("+COPY --from=build")} == {"green"}
            assert {look.colour for look in terminal.colours("-FROM scratch")} == {"red"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["slow", "mute"])
def test_a_terminal_that_is_slow_or_answers_nothing(fault: str, mode: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    with session(folder, *MODES[mode], **{fault: True}) as terminal:
        for prompt in (TIER, PORTS, WRITTEN):
            answer(terminal, prompt, mode)
        assert terminal.exit() == 0
        # A terminal that does not say where its cursor is would be called names on the screen.
        assert b"\x1b[6n" not in terminal.raw and terminal.left_on() == set()
    assert all((folder / path).is_file() for path in FILES)


@pytest.mark.parametrize("mode", MODES)
def test_keys_that_come_before_the_questions(mode: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "shop", SHOP)
    with session(folder, *MODES[mode]) as terminal:
        answer(terminal, TIER, mode)
        if mode == "plain":
            terminal.type("80\r3\r9\r/\r1\r")
        else:
            steps = (
                (*["backspace"] * 4, *"80", "enter"),
                down(2),
                down(8),
                (*["backspace"] * 3, "/", "enter"),
                ("enter",),
            )
            terminal.press(*(key for keys in steps for key in keys))
        assert terminal.exit() == 0
    saved = (folder / ".dockerscaffold.toml").read_text(encoding="utf-8")
    assert 'port = ["80"]' in saved and 'health-path = "/"' in saved


NO_START = {"package.json": '{"name": "shop"}'}
CONTROL = "has a control character in it"
STRANGE = {
    "long": ("node " + "x" * 10_000, ("your answer", "your answer")),
    "wide": ("node \u6f22\u5b57\U0001f433.js", ("\u6f22\u5b57\U0001f433.js  your answer",) * 2),
    "controls": ("node \x00\x1b[31m\x7f\u0301\u202e.js", (CONTROL, CONTROL)),
    "two lines": ("node shop.js\nnode other.js", (CONTROL, "'node other.js' is none of the numbers")),
    "a quote": ("node 'shop.js", ("No closing quotation in node 'shop.js",) * 2),
}
"""Texts, and what is said of them in the full and in the plain mode."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_text_is_pasted(what: str, mode: str, tmp_path: Path) -> None:
    text, said = STRANGE[what]
    folder = write(tmp_path / "shop", NO_START)
    before = tree(folder)
    with session(folder, *MODES[mode]) as terminal:
        terminal.see("Start command")
        terminal.paste(text)
        terminal.press("enter")
        terminal.see(said[mode == "plain"])
        terminal.press("ctrl-c")
        assert terminal.exit() == 130
        assert "Traceback" not in terminal.history() and "\x1b[31m.js" not in terminal.raw.decode()
        assert terminal.modes() == terminal.before and terminal.left_on() == set()
    assert tree(folder) == before
