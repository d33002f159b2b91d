"""Pictures of a program in a terminal: what is on them, that they are whole, and that they are the same every time."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.day import TOP
from tests.recording import SESSIONS, End, Gone, Keep, Picture, Press, See, Session, Step, Type, record, remake, svg
from tests.screen import Cell, Look, Snapshot
from tests.terminal_test import QUESTIONS

NAMESPACE = "http://www.w3.org/2000/svg"

STEPS: tuple[Step, ...] = (
    See(" » red"),
    Keep("1-colour", 1.5),
    Press("down down"),
    See(" » blue"),
    Gone(" » red"),
    Press("enter"),
    See("What name?"),
    Type("a<b & c"),
    See("a<b & c"),
    Keep("2-name"),
    Press("enter"),
    See("invert)"),
    Press("space enter"),
    End(7),
    Keep("3-end", 4),
)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The questions of the terminal's own test."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "questions.py").write_text(QUESTIONS, encoding="utf-8")
    command = [sys.executable, "questions.py"]
    return Session("questions", "Questions & answers", command, project, "shop", STEPS, columns=60, lines=12)


def rows(scene: ElementTree.Element) -> list[str]:
    """The lines that a scene shows, put together from where its texts stand."""
    lines: dict[int, str] = {}
    for text in scene.findall(f"{{{NAMESPACE}}}text"):
        line, column = int(text.attrib["y"]) // 18, int(text.attrib["x"]) // 9
        lines[line] = f"{lines.get(line, ''):<{column}}{text.text}"
        assert int(text.attrib["textLength"]) == 9 * len(text.text or "")
    return [lines.get(line, "") for line in range(max(lines) + 1)]


def scenes(film: str) -> list[ElementTree.Element]:
    """The groups of a film, one for each picture; the parser refuses what is not well-formed."""
    return ElementTree.fromstring(film).findall(f".//{{{NAMESPACE}}}g[@class='s']")


def picture(text: str, look: Look | None = None, seconds: float = 1, cursor: tuple[int, int] | None = None) -> Picture:
    return Picture("one", seconds, Snapshot((tuple(Cell(letter, look or Look()) for letter in text),), cursor))


def test_a_session_becomes_files(session: Session, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "screens").mkdir(parents=True)
    (docs / "screens" / "0-old.txt").write_text("")
    (docs / "answers.md").write_text("kept")
    names = ["questions.svg", "screens/1-colour.txt", "screens/2-name.txt", "screens/3-end.txt"]
    assert remake([session], docs) == [docs / name for name in names]
    texts = [(docs / name).read_text(encoding="utf-8") for name in names]
    assert texts[1] == "? Which colour? (Use arrow keys)\n » red\n   green\n   blue\n"
    assert texts[2] == "? Which colour? blue\n? What name? a<b & c\n"
    assert texts[3].endswith("\nChosen: blue, a<b & c, ['web']\n")
    assert ["\n".join(rows(scene)) + "\n" for scene in scenes(texts[0])] == texts[1:]
    assert not (docs / "screens" / "0-old.txt").exists() and (docs / "answers.md").exists()
    remake([session], tmp_path / "again")
    assert [(tmp_path / "again" / name).read_text(encoding="utf-8") for name in names] == texts


def test_a_session_that_fails_changes_nothing(session: Session, tmp_path: Path) -> None:
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "old.txt").write_text("")
    failing = dataclasses.replace(session, steps=(*STEPS[:2], Press("ctrl-c"), End(0)))
    with pytest.raises(AssertionError, match="The exit code is 3, not 0"):
        remake([session, failing], tmp_path)
    assert [path.name for path in tmp_path.glob("**/*.[st][vx][gt]")] == ["old.txt"]


@pytest.mark.parametrize("step", [See("never"), Gone("Which colour?")])
def test_a_step_that_does_not_come_true(step: Step, session: Session) -> None:
    steps = (*STEPS[:1], Press("ctrl-c"), End(3), step)
    with pytest.raises(AssertionError, match="on the screen"):
        record(dataclasses.replace(session, steps=steps))


def test_the_program_runs_in_a_copy_and_an_empty_home(session: Session) -> None:
    code = (
        "import os; print(os.path.basename(os.getcwd()), os.listdir(), os.listdir(os.environ['HOME'])); os.mkdir('x')"
    )
    steps = (End(), Keep("end"))
    (shown,) = record(dataclasses.replace(session, command=[sys.executable, "-c", code], steps=steps))
    assert shown.screen.text == "shop ['questions.py'] []"
    assert [path.name for path in session.project.iterdir()] == ["questions.py"]


def test_a_film_needs_nothing_from_elsewhere(session: Session) -> None:
    film = svg(session.title, record(session))
    assert set(re.findall(r"https?:[^\"]*", film)) == {NAMESPACE}
    assert not re.search(r"<script|@import|url\(|href|<image|<foreignObject|@font-face", film)


def test_a_long_film_is_light() -> None:
    line = [
        Cell(letter, Look("red" if place % 40 < 14 else "cyan")) for place, letter in enumerate("one two  three" * 3)
    ]
    screen = Snapshot(((*line, *[Cell()] * 38),) * 24)
    assert len(screen.rows[0]) == 80
    film = svg("long", [Picture(str(number), 1, screen) for number in range(10)])
    assert len(film.encode()) < 150_000


def animation(film: str) -> tuple[str, list[str]]:
    """What holds without motion, and the course of each scene."""
    style = ElementTree.fromstring(film).findtext(f".//{{{NAMESPACE}}}style") or ""
    still, _, moving = style.partition("@media (prefers-reduced-motion:no-preference){\n")
    assert moving.startswith(".s{animation:4s step-end infinite}\n")
    return still, re.findall(r"@keyframes k\d\{(.*)\}$", moving, re.MULTILINE)


def test_each_picture_is_shown_for_its_time() -> None:
    film = svg("three", [picture("a", seconds=1), picture("b", seconds=0.5), picture("c", seconds=2.5)])
    still, courses = animation(film)
    assert courses == [
        "0%{visibility:visible}25%{visibility:hidden}100%{visibility:hidden}",
        "0%{visibility:hidden}25%{visibility:visible}37.5%{visibility:hidden}100%{visibility:hidden}",
        "0%{visibility:hidden}37.5%{visibility:visible}100%{visibility:visible}",
    ]
    assert ".s{font-size:15px;visibility:hidden}\n#s2{visibility:visible}\n" in still and "animation" not in still
    assert [scene.attrib["id"] for scene in scenes(film)] == ["s0", "s1", "s2"]


def test_columns_stand_under_each_other() -> None:
    row = tuple(map(Cell, [" ", "a", " ", "b", " ", " ", "\u5b57", "", "x"]))
    (scene,) = scenes(svg("columns", [Picture("wide", 1, Snapshot((row,)))]))
    places = [(text.text, text.attrib["x"], text.attrib["textLength"]) for text in scene]
    assert places == [("a b", "9", "27"), ("\u5b57x", "54", "27")]


def test_neighbours_of_two_looks() -> None:
    row = (Cell("a"), Cell("b", Look("red")), Cell("c"))
    (scene,) = scenes(svg("looks", [Picture("mixed", 1, Snapshot((row,)))]))
    assert [(text.text, text.get("class")) for text in scene] == [("a", None), ("b", "c0"), ("c", None)]


@pytest.mark.parametrize(
    ("look", "rule"),
    [
        (Look("red"), "fill:#ef6b73"),
        (Look("ffaf00", bold=True), "fill:#ffaf00;font-weight:bold"),
        (Look(italic=True, underlined=True, struck=True), "font-style:italic;text-decoration:underline line-through"),
        (Look(reverse=True), "fill:#1d2129"),
    ],
)
def test_looks(look: Look, rule: str) -> None:
    film = svg("looks", [picture("x", look)])
    assert f"text.c0{{{rule}}}\n" in film
    assert '<text x="0" y="14" textLength="9" class="c0">x</text>' in film


@pytest.mark.parametrize(
    ("look", "colour"), [(Look(ground="green"), "8fc98b"), (Look("0000ff", reverse=True), "0000ff")]
)
def test_grounds(look: Look, colour: str) -> None:
    assert f'<rect x="0" y="0" width="27" height="18" fill="#{colour}"/>' in svg("ground", [picture("x y", look)])
    assert f'fill="#{colour}"' not in svg("ground", [picture("x y", Look())])


def test_the_cursor() -> None:
    cursor = '<rect x="18" y="0" width="9" height="18" fill="#d8dee9" opacity=".6"/>'
    assert cursor in svg("cursor", [picture("abc", cursor=(2, 0))]) and cursor not in svg("cursor", [picture("abc")])


@pytest.mark.parametrize("text", ["<&>\"'", "]]>", "a\uffffb", "\x01\x1b", "\ud800"])
def test_nothing_breaks_the_file(text: str) -> None:
    film = svg(text, [picture(text)])
    film.encode()
    shown = re.sub("[\uffff\x01\x1b\ud800]", "\ufffd", text)
    assert rows(scenes(film)[0]) == [shown]
    assert ElementTree.fromstring(film).attrib["aria-label"] == shown


def test_docs_show_what_the_program_shows(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    docs = TOP / "docs"
    if pytestconfig.getoption("--rewrite"):
        remake(SESSIONS, docs)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in remake(SESSIONS, tmp_path)}
    there = [*docs.glob("*.svg"), *docs.glob("screens/*.txt")]
    assert {path.relative_to(docs): path.read_bytes() for path in there} == made


def test_no_two_screens_have_one_name() -> None:
    names = [step.name for session in SESSIONS for step in session.steps if isinstance(step, Keep)]
    assert len(names) == len(set(names))
