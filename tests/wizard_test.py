"""The wizard in a real terminal: whole conversations, and the same files as those of the same answers without one."""

from __future__ import annotations

import datetime
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from scaffold import catalogue
from scaffold.answering import Known
from scaffold.draft import Result, Settled, draft
from scaffold.errors import ScaffoldError, Transient
from scaffold.questions import BY_KEY, LANGUAGES, QUESTIONS, TIERS
from scaffold.state import ANSWERS
from scaffold.survey import Options, Survey
from scaffold.tiers import MEASURED
from scaffold.wizard import Wizard as Conversation
from tests import inside
from tests.answering_test import BACK, ENTER, Script
from tests.commands_test import FILES, tree
from tests.day import PROGRAM, TODAY, TOP
from tests.generated import PROJECTS, write
from tests.screen import Look
from tests.terminal import Terminal

APPS = {"node": "express", "python": "fastapi", "go": "nethttp"}
TITLES = {"node": "Node", "python": "Python", "go": "Go"}
TIER, PORTS = BY_KEY["tier"].prompt, BY_KEY["port"].prompt
NAME, VERSION = BY_KEY["name"].prompt, BY_KEY["version"].prompt
LISTED = re.compile(r" > |   [^\s-]")
CGO = {**PROJECTS["go"], "c.go": 'package main\n\nimport "C"\n'}
SUPPORTED = catalogue.lines("node").supported
OTHER = next(line for line in SUPPORTED if line != catalogue.lines("node").default)
ENDED = next(line for line in catalogue.lines("node").known if line not in SUPPORTED)


class Wizard(Terminal):
    """A conversation; `prompt` is how a question begins."""

    _drawn = (-1, "")
    """The screen's text after so many bytes: it is looked at far more often than it changes."""

    def screen(self) -> str:
        if self._drawn[0] != len(self.raw):
            lines = [self._screen.buffer.get(row, {}) for row in range(self.lines)]
            texts = [
                "".join(line[column].data if column in line else " " for column in range(self.columns)).rstrip()
                for line in lines
            ]
            self._drawn = len(self.raw), "\n".join(texts).rstrip("\n")
        return self._drawn[1]

    def take(self, key: str = "enter") -> None:
        """Presses a key and waits for what it does to the screen."""
        __tracebackhide__ = True
        sent = len(self.raw)
        self.press(key)
        self.until(lambda _: len(self.raw) > sent, f"{key} does nothing")

    def asks(self, prompt: str) -> None:
        """Waits until this is what is asked: as a list, or for a text."""
        __tracebackhide__ = True
        start = rf"^\? {re.escape(prompt)}"
        asked = re.compile(rf"{start}( \(\w+\))? \((arrows|space), enter|{start}( \S[^\n]*)?\Z", re.MULTILINE)
        self.until(asked.search, f"{prompt!r} is not asked")

    def choices(self) -> list[str]:
        """The choices of the list on the screen that can be taken, with their marks and details."""
        lines = self.screen().split("\n")
        last = max(number for number, line in enumerate(lines) if line.startswith("? "))
        return [line for line in lines[last + 1 :] if LISTED.match(line)]

    def point(self, title: str) -> None:
        """Moves the pointer to a choice of the list."""
        __tracebackhide__ = True
        choices = self.choices()
        there = next(number for number, line in enumerate(choices) if line.startswith(" > "))
        wanted = [number for number, line in enumerate(choices) if _is_titled(title, line)]
        assert len(wanted) == 1, f"{title!r} cannot be chosen\n{self.shown()}"
        if wanted[0] == there:
            return
        self.press(*["down" if wanted[0] > there else "up"] * abs(wanted[0] - there))
        self.until(lambda _: _is_titled(title, self.pointed()), f"The pointer is not at {title!r}")

    def pointed(self) -> str:
        """The choice that the pointer is at."""
        return next((line for line in self.choices() if line.startswith(" > ")), "")

    def choose(self, prompt: str, title: str) -> None:
        """Takes a choice of a list."""
        __tracebackhide__ = True
        self.asks(prompt)
        self.point(title)
        self.take()

    def answer(self, prompt: str, text: str | None = None) -> None:
        """Answers a prompt with a text, or with what is there."""
        __tracebackhide__ = True
        self.asks(prompt)
        if text is not None:
            self.press("ctrl-u")
            self.type(text)
            self.until(lambda screen: screen.endswith(f" {text}".rstrip()), f"{text!r} is not there")
        self.take()

    def back(self, prompt: str, key: str = "escape") -> None:
        """Goes back from the question that is asked."""
        __tracebackhide__ = True
        self.asks(prompt)
        self.take(key)

    def change(self, key: str, value: str, other: str = "") -> None:
        """Changes an answer from the menu: a title of a list, or a text; `other` is the title that leads to a text."""
        __tracebackhide__ = True
        prompt = BY_KEY[key].prompt
        self.choose("Change", prompt)
        self.asks(prompt)
        if other:
            self.choose(prompt, other)
        if "enter; esc" in self.screen():
            self.choose(prompt, value)
        else:
            self.answer(prompt, value)

    def write(self) -> str:
        """Writes the files from the menu; all that was said."""
        __tracebackhide__ = True
        self.choose("Ready", "Write the files")
        assert self.exit() == 0, self.shown()
        assert self.modes() == self.before and self.left_on() == set()
        return self.history()


def titles(terminal: Wizard) -> list[str]:
    """The titles of the choices on the screen that can be taken."""
    return [re.split("  +", line[3:].strip())[0] for line in terminal.choices()]


def _is_titled(title: str, line: str) -> bool:
    return re.match(rf"(● |○ )?{re.escape(title)}(  |\Z)", line[3:]) is not None


def wizard(folder: Path, *arguments: str, env: Mapping[str, str | None] | None = None) -> Wizard:
    """A conversation about the project in a folder, on a screen that is large enough for all."""
    return Wizard([*PROGRAM, "new", "--offline", *arguments], folder, env, columns=100, lines=60)


def without(folder: Path, *arguments: str, files: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """What is in a folder of the same name with the same files, after `new` without a terminal."""
    copy = folder.parent / "without" / folder.name
    if not copy.exists():
        shutil.copytree(folder, copy)
    write(copy, files or {})
    done = inside.run("new", "--yes", "--offline", *arguments, cwd=copy)
    assert done.code == 0, done.err
    for path in files or {}:
        (copy / path).unlink()
    return made(copy)


def made(folder: Path) -> dict[str, bytes]:
    """All files by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def beside(folder: Path) -> Path:
    """The folder, after a copy of it for `without` is made."""
    shutil.copytree(folder, folder.parent / "without" / folder.name)
    return folder


def saved(folder: Path) -> dict[str, object]:
    """The saved answers, those about the services in one table."""
    content = tomllib.loads((folder / ANSWERS).read_text())
    services = content.pop("service")
    return {**content, **(services if len(services) > 1 else next(iter(services.values())))}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


@pytest.mark.parametrize(("language", "tier"), [("node", "distroless"), ("python", "slim"), ("go", "scratch")])
def test_a_directory_without_anything(language: str, tier: str, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    folder = beside(tmp_path / "shop")
    with wizard(folder) as terminal:
        terminal.asks("Language")
        assert terminal.screen().startswith("No language found: there is none of package.json, go.mod, ")
        assert terminal.choices() == [" > Node", "   Go", "   Python"]
        terminal.choose("Language", TITLES[language])
        terminal.asks(TIER)
        assert re.search(rf"language +{TITLES[language]} [\d.]+ +your answer, default\n", terminal.screen())
        assert terminal.pointed().startswith(" > distroless  no shell, no package manager; ")
        terminal.choose(TIER, tier)
        terminal.answer(PORTS, "7000, 53/udp")
        said = terminal.write()
    assert f"? Language  {TITLES[language]}\n" in said and f"? {TIER}  {tier}\n? {PORTS}  7000, 53/udp\n" in said
    assert "first add" in said and "curl http://127.0.0.1:7000/" in said
    ports = ["--port", "7000", "--port", "53/udp"]
    assert made(folder) == without(folder, "--language", language, "--tier", tier, *ports)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project(language: str, tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(TOP / "examples" / APPS[language] / "app", folder)
    before = made(beside(folder))
    with wizard(folder) as terminal:
        terminal.asks(TIER)
        assert terminal.screen().startswith("Found in app  ") and "  default\n" in terminal.screen()
        example, sizes = MEASURED[language]
        assert [line.split("; ")[-1] for line in terminal.choices()] == [
            f"{sizes[tier]:g} MB with {example}" for tier in TIERS
        ]
        terminal.choose(TIER, "alpine")
        terminal.answer(PORTS)
        terminal.write()
    assert made(folder) == without(folder, "--tier", "alpine") and set(made(folder)) == {*before, *FILES}
    after = tree(folder)
    with wizard(folder) as terminal:
        terminal.asks(TIER)
        assert re.search(rf"language +\w+ [\d.]+ +{re.escape(ANSWERS)}\n", terminal.screen())
        assert re.search(rf"tier +alpine +{re.escape(ANSWERS)}\n", terminal.screen())
        assert terminal.pointed().startswith(" > alpine  ")
        terminal.take()
        terminal.answer(PORTS)
        said = terminal.write()
    assert "  unchanged  Dockerfile" in said and "created" not in said and tree(folder) == after


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project with an app of each language, one that cannot be read, and one of Node beside."""
    folder = tmp_path / "repository"
    for place, example in {"web": "express", "api": "fastapi", "jobs": "nethttp", "demo/site": "express"}.items():
        shutil.copytree(TOP / "examples" / example / "app", folder / place)
    return beside(write(folder, {"broken/package.json": "{ no", "broken/server.js": ""}))


def test_apps_of_a_repository(repository: Path) -> None:
    with wizard(repository) as terminal:
        terminal.asks("Apps to be services")
        boxes = [line[3:].split("  ")[0] for line in terminal.choices()]
        assert boxes == ["● api", "● jobs", "● web", "○ demo/site"]
        assert "   - broken     not possible: package.json:1 is not JSON: " in terminal.screen()
        assert "api        Python: uvicorn main:app (main.py:11 FastAPI)" in terminal.screen()
        for app in ("api", "jobs", "web"):
            terminal.point(app)
            terminal.take("space")
        assert not [line for line in terminal.choices() if "●" in line]
        terminal.take()
        terminal.see("At least one is needed.")
        terminal.asks("Apps to be services")
        assert not [line for line in terminal.choices() if "●" in line], "what was ticked stays"
        for app in ("api", "web", "demo/site"):
            terminal.point(app)
            terminal.take("space")
        terminal.press("down")
        terminal.until(lambda _: _is_titled("api", terminal.pointed()), "what is refused can be pointed at")
        terminal.take()
        terminal.asks(TIER)
        assert "? Apps to be services  api, web, demo/site\n" in terminal.screen()
        assert [line for line in terminal.screen().split("\n") if line.startswith("Found")][1:] == [
            "Found in repository/web",
            "Found in repository/demo/site",
        ]
        sizes = " > distroless  no shell, no package manager; 81 MB with FastAPI, 155 MB with Express "
        assert sizes in re.sub(" *\n *(?=.)", " ", terminal.screen().replace("\n > ", "\n\n > "))
        terminal.choose(TIER, "slim")
        terminal.answer(f"{PORTS} (api)", "8000 8001")
        terminal.answer(f"{PORTS} (web)", "8001")
        terminal.see("Port 8001 is api's, and 127.0.0.1 has it once. Give another.")
        terminal.answer(f"{PORTS} (web)", "3000")
        terminal.answer(f"{PORTS} (site)")
        said = terminal.write()
    assert "docker compose ps" in said
    places = {"api": "api", "web": "web", "site": "demo/site"}
    ports = {"api": ["8000", "8001"], "web": ["3000"], "site": ["3001"]}
    answers = "".join(f"[service.{name}]\nport = {port}\ntier = 'slim'\n" for name, port in ports.items())
    flags = [f"--service={name}={place}" for name, place in places.items()]
    assert made(repository) == without(repository, *flags, "--answers", "a.toml", files={"a.toml": answers})
    assert {path for path in made(repository) if path.endswith(("Dockerfile", "compose.yaml", ".dockerignore"))} == {
        "compose.yaml",
        *(f"{place}/{name}" for place in places.values() for name in ("Dockerfile", ".dockerignore")),
    }


def test_services_are_changed_one_by_one(repository: Path) -> None:
    with wizard(repository, "--service=api=api", "--service=jobs=jobs", "--service=web=web") as terminal:
        terminal.choose(TIER, "alpine")
        for name in ("api", "jobs", "web"):
            terminal.answer(f"{PORTS} ({name})")
        terminal.back("Ready", "left")
        terminal.back(f"{PORTS} (web)")
        terminal.back(f"{PORTS} (jobs)")
        terminal.answer(f"{PORTS} (api)", "8002")
        terminal.answer(f"{PORTS} (jobs)")
        terminal.answer(f"{PORTS} (web)")
        terminal.choose("Ready", "Change an answer")
        terminal.asks("Of")
        assert terminal.choices() == [" > api", "   jobs", "   web", "   the whole project"]
        terminal.choose("Of", "web")
        terminal.asks("Change")
        assert titles(terminal) == [question.prompt for question in QUESTIONS if not question.whole]
        terminal.choose("Change", TIER)
        terminal.choose(f"{TIER} (web)", "slim")
        terminal.choose("Ready", "Change an answer")
        terminal.choose("Of", "jobs")
        terminal.choose("Change", PORTS)
        terminal.answer(f"{PORTS} (jobs)", "8002")
        terminal.see("error: The services api and jobs both publish port 8002, and 127.0.0.1 has it")
        terminal.asks("What now")
        assert terminal.choices() == [" > Change an answer", "   Start over", "   Cancel"]
        terminal.choose("What now", "Change an answer")
        terminal.choose("Of", "the whole project")
        terminal.asks("Change")
        assert titles(terminal) == [question.prompt for question in QUESTIONS if question.whole]
        terminal.back("Change")
        terminal.choose("Of", "jobs")
        terminal.choose("Change", PORTS)
        terminal.answer(f"{PORTS} (jobs)", "8080")
        terminal.write()
    tiers = {"api": "alpine", "jobs": "alpine", "web": "slim"}
    assert {name: saved(repository)[name]["tier"] for name in tiers} == tiers
    with wizard(repository) as terminal:
        after = tree(repository)
        for name, tier in tiers.items():
            terminal.asks(f"{TIER} ({name})")
            assert _is_titled(tier, terminal.pointed())
            terminal.take()
        for name in tiers:
            terminal.answer(f"{PORTS} ({name})")
        terminal.write()
    assert tree(repository) == after


def test_the_root_and_a_folder(shop: Path) -> None:
    beside(write(shop, {f"site/{path}": text for path, text in PROJECTS["node"].items()}))
    with wizard(shop) as terminal:
        terminal.asks("Apps to be services")
        assert [line[5:].split("  ")[0] for line in terminal.choices()] == ["this directory", "site"]
        terminal.point("site")
        terminal.take("space")
        terminal.take()
        terminal.take()
        terminal.answer(PORTS)
        terminal.write()
    assert made(shop) == without(shop)


def test_one_app_in_a_folder(tmp_path: Path) -> None:
    folder = beside(write(tmp_path / "shop", {f"site/{path}": text for path, text in PROJECTS["go"].items()}))
    with wizard(folder) as terminal:
        terminal.asks("Apps to be services")
        assert len(terminal.choices()) == 1
        terminal.take()
        terminal.choose(TIER, "distroless")
        terminal.answer(PORTS)
        terminal.write()
    assert made(folder) == without(folder, "--service=site=site")


def test_preview(shop: Path) -> None:
    write(shop, {".dockerignore": "mine\n"})
    before = tree(shop)
    with wizard(shop, "--tier=slim") as terminal:
        terminal.choose(TIER, "slim")
        terminal.answer(PORTS)
        terminal.choose("Ready", "Preview the files")
        terminal.asks("Preview")
        assert [line[3:].split()[0] for line in terminal.choices()] == [*FILES, "Back"]
        assert re.fullmatch(r" > Dockerfile +\d+ lines, new", terminal.pointed())
        assert re.search(r"\.dockerignore +\d+ lines, would change\n", terminal.screen())
        for path in FILES:
            terminal.choose("Preview", path)
            terminal.asks("Preview")
            assert _is_titled(path, terminal.pointed())
        terminal.back("Preview", "left")
        terminal.choose("Ready", "Preview the files")
        terminal.choose("Preview", "Back to the menu")
        terminal.choose("Ready", "Cancel")
        assert terminal.exit() == 130
        # On the screen a long line is several.
        said = re.sub(r"\s+", "", terminal.history())
    assert tree(shop) == before
    (shop / ".dockerignore").unlink()
    after = without(shop, "--tier=slim")
    for path in FILES:
        assert re.sub(r"\s+", "", f"--- {path}\n{after[path].decode()}") in said


CHANGES: Mapping[str, tuple[str, ...]] = {
    "name": ("bazaar",),
    "language": ("node",),
    "version": (OTHER,),
    "tier": ("slim",),
    "port": ("4000 53/udp", "4000, 53/udp"),
    "packages": ("npm",),
    "build": ("npm run make",),
    "start": ("node other.js",),
    "health-path": ("/health", "GET /health"),
    "env": ("LOG_LEVEL=info",),
    "writable": ("/app/data",),
    "tmpfs": ("/app/cache", "/app/data /app/cache"),
    "registry-mirror": ("docker.io=mirror.example",),
    "platform": ("linux/arm64",),
    "mirror-fallback": ("yes",),
    "allow-eol": ("yes",),
}
"""A value of each question, and how the summary has it where that is another."""
CONFIRMED = {"packages": "npm's convention"}
"""The one of them that holds already, as Node has no other, and where it is from: to confirm it changes nothing."""


def test_every_answer_is_changed(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    folder = beside(tmp_path / "shop")
    assert list(CHANGES) == list(BY_KEY)
    oldest = catalogue.lines("python").supported[0]
    with wizard(folder) as terminal:
        terminal.choose("Language", "Python")
        terminal.choose(TIER, "distroless")
        terminal.answer(PORTS)
        terminal.choose("Ready", "Change an answer")
        terminal.change("version", oldest)  # which means nothing in the next language
        for question in QUESTIONS:
            value, *shown = CHANGES[question.key]
            source = CONFIRMED.get(question.key, "your answer")
            terminal.choose("Ready", "Change an answer")
            terminal.change(question.key, value)
            terminal.asks("Ready")
            summary = terminal.screen().rpartition("Found in shop")[2]
            # The tiers' choices say what each is; what is too long goes on below.
            assert question.key == "tier" or question.help in re.sub(r"\s+", " ", terminal.screen())
            assert f"? {question.prompt}  {value}\n" in terminal.screen()
            if question.key in ("language", "version"):
                assert re.search(r"language +Node [\d.]+ +your answer", summary)
            elif not question.whole:
                assert re.search(rf"  {(shown or [value])[0]} +{source}\n", summary), summary
        terminal.choose("Ready", "Change an answer")
        terminal.asks("Change")
        # What is too long goes on below.
        listed = re.sub(r"\s+", " ", terminal.screen())
        assert titles(terminal) == [question.prompt for question in QUESTIONS]
        for question in QUESTIONS:
            value = CHANGES[question.key][0].replace("yes", "true")
            source = CONFIRMED.get(question.key, "your answer")
            assert f" {question.prompt} {value} ({source}) " in f"{listed} "
        terminal.back("Change")
        terminal.write()
    given = {key: values[0].replace("yes", "true") for key, values in CHANGES.items()}
    wanted = {key: saved(folder)[key] for key in BY_KEY}
    assert wanted == {
        **given,
        "port": ["4000", "53/udp"],
        "env": ["LOG_LEVEL=info"],
        "writable": ["/app/data"],
        "tmpfs": ["/app/cache"],
        "registry-mirror": ["docker.io=mirror.example"],
        "platform": ["linux/arm64"],
        "mirror-fallback": True,
        "allow-eol": True,
    }
    flags = [f"--{key}={value}" for key, value in given.items() if not BY_KEY[key].switch and key != "port"]
    flags += ["--mirror-fallback", "--allow-eol", "--port=4000", "--port=53/udp"]
    assert made(folder) == without(folder, *flags)


def test_start_over_and_cancel(shop: Path) -> None:
    before = tree(shop)
    with wizard(shop, "--service=web=.") as terminal:
        terminal.choose(TIER, "scratch")
        terminal.answer(PORTS, "4000")
        terminal.choose("Ready", "Change an answer")
        terminal.change("version", OTHER)
        write(shop, {"package.json": PROJECTS["node"]["package.json"].replace("server.js", "index.js")})
        terminal.choose("Ready", "Start over")
        terminal.asks(TIER)
        summary = terminal.screen().rpartition("Found in shop")[2]
        assert "4000" not in summary and "your answer" not in summary and f"Node {OTHER} " not in summary
        assert "start      node index.js " in summary, "the files are read anew"
        assert terminal.pointed().startswith(" > distroless")
        terminal.take()
        terminal.asks(PORTS)
        assert terminal.screen().endswith(" 3000")
        terminal.take()
        write(shop, {"package.json": PROJECTS["node"]["package.json"]})
        terminal.choose("Ready", "Cancel")
        assert terminal.exit() == 130
        assert terminal.screen().endswith("\n\nNothing is written.")
    assert {path: entry[2] for path, entry in tree(shop).items()} == {path: entry[2] for path, entry in before.items()}


def test_back_through_all_questions(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    folder = beside(tmp_path / "shop")
    with wizard(folder) as terminal:
        terminal.asks("Language")
        terminal.take("left")
        terminal.choose("Language", "Node")
        terminal.back(TIER)
        terminal.choose("Language", "Python")
        terminal.back(TIER, "left")
        terminal.choose("Language", "Go")
        terminal.asks(TIER)
        assert re.search(r"language +Go ", terminal.screen().rpartition("Found in shop")[2])
        assert "MB with net/http" in terminal.pointed()
        terminal.take()
        terminal.answer(PORTS, "4000")
        terminal.choose("Ready", "Change an answer")
        terminal.choose("Change", VERSION)
        terminal.choose(VERSION, "another")
        terminal.back(VERSION)
        terminal.asks("Change")
        assert _is_titled(VERSION, terminal.pointed())
        terminal.choose("Change", NAME)
        terminal.back(NAME)
        terminal.back("Change", "left")
        terminal.choose("Ready", "Change an answer")
        terminal.change("name", "bazaar")
        terminal.choose("Ready", "Change an answer")
        terminal.change("name", "market")
        terminal.back("Ready")
        terminal.choose("Ready", "Change an answer")
        terminal.asks("Change")
        assert re.search(rf"{NAME} +bazaar \(your answer\)", terminal.screen()), "one change is undone"
        terminal.back("Change")
        terminal.back("Ready", "left")
        terminal.choose("Ready", "Change an answer")
        terminal.asks("Change")
        assert re.search(rf"{NAME} +shop \(directory", terminal.screen())
        terminal.back("Change")
        terminal.back("Ready")
        terminal.asks(PORTS)
        assert terminal.screen().endswith(" 4000")
        terminal.take("escape")
        terminal.choose(TIER, "slim")
        terminal.answer(PORTS)
        terminal.write()
    assert made(folder) == without(folder, "--language=go", "--tier=slim", "--port=4000")


def test_plainly(shop: Path) -> None:
    beside(shop)
    back = "b for back"
    with wizard(shop, "--plain") as terminal:

        def line(prompt: str, text: str) -> None:
            terminal.until(lambda screen: prompt in screen.split("\n")[-1], f"{prompt!r} is not asked")
            terminal.type(text)
            terminal.take()

        line(f"Number 1 to 4, {back} [1]:", "b")
        line(f"Number 1 to 4, {back} [1]:", "2")
        line(f"{PORTS}, {back} [3000]:", "b")
        line(f"Number 1 to 4, {back} [2]:", "4")
        line(f"{PORTS}, {back} [3000]:", "70000")
        terminal.see("'70000' is no port.")
        line(f"{PORTS}, {back} [70000]:", "4000")
        line(f"Number 1 to 5, {back} [1]:", "3")
        line(f"Number 1 to 16, {back} [1]:", "b")
        line(f"Number 1 to 5, {back} [1]:", "3")
        line(f"Number 1 to 16, {back} [1]:", "9")
        line(f"{BY_KEY['health-path'].prompt}, {back} [tcp]:", "/up")
        line(f"Number 1 to 5, {back} [1]:", "b")
        line(f"Number 1 to 5, {back} [1]:", "3")
        line(f"Number 1 to 16, {back} [1]:", "9")
        line(f"{BY_KEY['health-path'].prompt}, {back} [tcp]:", "/up")
        line(f"Number 1 to 5, {back} [1]:", "1")
        assert terminal.exit() == 0
        assert "? " not in terminal.history() and b"\x1b[?25l" not in terminal.raw
    assert made(shop) == without(shop, "--tier=scratch", "--port=4000", "--health-path=/up")


def test_what_is_wrong_is_corrected_at_the_prompt(shop: Path) -> None:
    beside(shop)
    with wizard(shop) as terminal:
        terminal.choose(TIER, "distroless")
        for text, fault in {
            "99999": "'99999' is no port. Give a number from 1 to 65535",
            "53/udp": "The health check asks a TCP port, and there is only 53/udp.",
            "80/sctp": "'sctp' is no protocol of a port.",
            "": "There is no port. Give at least the one on which the app answers.",
        }.items():
            terminal.answer(PORTS, text)
            terminal.see(fault)
            terminal.asks(PORTS)
            assert terminal.screen().endswith(f" {text}".rstrip())
        terminal.answer(PORTS, "80")
        for key, text, fault, right in (
            ("name", "The Shop", "'The Shop' cannot name a project in Compose. Call it the-shop.", "the-shop"),
            ("build", "", "", ""),
            ("build", "npm run 'build", "No closing quotation", "npm run build"),
            ("start", "node 'server.js", "No closing quotation", "node server.js --port 80"),
            ("health-path", "health", "'health' is no path of a health check.", "/health"),
            ("registry-mirror", "docker.io", "", "docker.io=mirror.example"),
            ("platform", "amd64", "'amd64' is no platform.", "linux/amd64"),
        ):
            terminal.choose("Ready", "Change an answer")
            terminal.choose("Change", BY_KEY[key].prompt)
            terminal.answer(BY_KEY[key].prompt, text)
            if text != right:
                terminal.see(fault)
                terminal.answer(BY_KEY[key].prompt, right)
        terminal.choose("Ready", "Change an answer")
        terminal.choose("Change", VERSION)
        terminal.choose(VERSION, "another")
        terminal.answer(VERSION, "lts")
        terminal.see("'lts' is no version. Write it as 24, 3.14 or 24.21.0.")
        terminal.answer(VERSION, OTHER)
        terminal.write()
    flags = ["--port=80", "--name=the-shop", "--build=npm run build", "--start=node server.js --port 80"]
    flags += ["--health-path=/health", "--registry-mirror=docker.io=mirror.example", "--platform=linux/amd64"]
    assert made(shop) == without(shop, *flags, f"--version={OTHER}")


def test_a_start_that_needs_a_shell(tmp_path: Path) -> None:
    package = '{"name": "shop", "scripts": {"start": "node a.js && node b.js"}}'
    folder = beside(write(tmp_path / "shop", {**PROJECTS["node"], "package.json": package}))
    with wizard(folder) as terminal:
        terminal.answer(BY_KEY["start"].prompt, "node a.js && node b.js")
        terminal.asks(TIER)
        assert "The start script names a file that is not there: b.js (package.json" in terminal.history()
        assert [line[3:].split()[0] for line in terminal.choices()] == ["slim", "alpine"]
        assert re.search(r"^   - distroless  not possible: .*shell", terminal.screen(), re.MULTILINE)
        assert re.search(r"^   - scratch +not possible: .*shell", terminal.screen(), re.MULTILINE)
        assert terminal.colours("not possible") == {Look("brightblack")}
        assert _is_titled("slim", terminal.pointed())
        terminal.press("down", "down")
        terminal.until(lambda _: _is_titled("slim", terminal.pointed()), "the pointer does not skip")
        terminal.back(TIER)
        terminal.answer(BY_KEY["start"].prompt, "node c.js || node d.js")
        terminal.choose(TIER, "alpine")
        terminal.answer(PORTS)
        terminal.write()
    assert made(folder) == without(folder, "--start=node c.js || node d.js", "--tier=alpine")


def test_cgo(tmp_path: Path) -> None:
    folder = beside(write(tmp_path / "shop", CGO))
    with wizard(folder) as terminal:
        terminal.asks(TIER)
        assert [line[3:].split()[0] for line in terminal.choices()] == ["distroless", "slim"]
        assert re.search(r"- scratch +not possible: scratch needs a static binary, and import \"C\"", terminal.screen())
        terminal.take()
        terminal.answer(PORTS)
        terminal.choose("Ready", "Change an answer")
        terminal.choose("Change", TIER)
        terminal.asks(TIER)
        assert [line[3:].split()[0] for line in terminal.choices()] == ["distroless", "slim"]
        terminal.choose(TIER, "slim")
        terminal.write()
    assert made(folder) == without(folder, "--tier=slim")


def test_what_was_said_is_shown_and_may_be_changed(tmp_path: Path) -> None:
    folder = beside(write(tmp_path / "shop", CGO))
    write(tmp_path, {"a.toml": 'start = ". --all"\nport = 5000\n'})
    env = {"DOCKERSCAFFOLD_PORT": "4000"}
    with wizard(folder, "--tier=scratch", "--health-path=/up", "--answers=../a.toml", env=env) as terminal:
        terminal.asks(TIER)
        for label, value, source in (
            ("tier", "scratch", "--tier"),
            ("health", "GET /up", "--health-path"),
            ("port", "4000", "DOCKERSCAFFOLD_PORT"),
            ("start", ". --all", "../a.toml"),
        ):
            assert re.search(rf"{label} +{value} +{re.escape(source)}\n", terminal.screen())
        assert _is_titled("distroless", terminal.pointed()), "scratch cannot be"
        terminal.take()
        terminal.answer(PORTS)
        terminal.write()
    flags = ["--tier=distroless", "--health-path=/up", "--port=4000", "--start=. --all"]
    assert made(folder) == without(folder, *flags)


def test_an_error_between_the_questions(shop: Path) -> None:
    beside(shop)
    with wizard(shop, f"--version={OTHER}") as terminal:
        terminal.asks(TIER)
        assert re.search(rf"language +Node {OTHER} +package.json, --version\n", terminal.screen())
        terminal.take()
        terminal.answer(PORTS)
        terminal.choose("Ready", "Change an answer")
        terminal.change("version", ENDED, other="another")
        terminal.see(re.compile(rf"error: .*{ENDED}"))
        terminal.asks("What now")
        assert terminal.choices() == [" > Change an answer", "   Start over", "   Cancel"]
        terminal.choose("What now", "Change an answer")
        terminal.change("port", "4000")
        terminal.see(re.compile(rf"error: .*{ENDED}.*error: .*{ENDED}", re.DOTALL))
        terminal.choose("What now", "Change an answer")
        terminal.asks("Change")
        assert re.search(rf"{VERSION} +{ENDED} \(your answer\)", terminal.screen())
        assert re.search(rf"{PORTS} +4000 \(your answer\)", terminal.screen())
        terminal.change("version", "7", other="another")
        terminal.choose("What now", "Change an answer")
        terminal.change("version", OTHER)
        terminal.write()
    assert made(shop) == without(shop, f"--version={OTHER}", "--port=4000")


HIDING = "compose.yaml is new and hides yours"
SHADOWING = ("Leave compose.yaml out", "Write it all the same")


def differing(folder: Path) -> Path:
    """The folder with files of the user's own where ours would go."""
    return write(folder, {"Dockerfile": "FROM mine\n", ".dockerignore": "mine\n", "compose.yml": "services: {}\n"})


def test_files_that_are_there(shop: Path) -> None:
    beside(differing(shop))
    with wizard(shop) as terminal:
        terminal.choose(TIER, "distroless")
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        terminal.asks("Dockerfile is there and differs")
        assert terminal.colours("-FROM mine") == {Look("red")}
        assert terminal.colours("+USER 65532:65532") == {Look("green")}
        assert re.search("- Merge +not possible: what was written there last is not known\n", terminal.screen())
        assert [line[3:].split()[0] for line in terminal.choices()] == ["Keep", "Replace", "Show", "Cancel"]
        terminal.choose("Dockerfile is there and differs", "Show the new file")
        terminal.see("--- Dockerfile\n# Written by dockerscaffold")
        terminal.choose("Dockerfile is there and differs", "Keep yours")
        terminal.asks(".dockerignore is there and differs")
        assert [line[3:].split()[0] for line in terminal.choices()] == ["Merge", "Keep", "Replace", "Show", "Cancel"]
        terminal.take("escape")
        terminal.back("Dockerfile is there and differs", "left")
        terminal.choose("Ready", "Write the files")
        terminal.choose("Dockerfile is there and differs", "Replace it")
        terminal.choose(".dockerignore is there and differs", "Merge")
        terminal.see("compose.yaml would be read in place of compose.yml.")
        terminal.back(HIDING)
        terminal.choose(".dockerignore is there and differs", "Merge")
        terminal.asks(HIDING)
        assert titles(terminal) == [*SHADOWING, "Show the new file", "Cancel"]
        terminal.choose(HIDING, "Show the new file")
        terminal.see("# Written by dockerscaffold. Start it with: ")
        terminal.choose(HIDING, SHADOWING[1])
        assert terminal.exit() == 0
        assert "replaced   Dockerfile\n" in terminal.screen() and "merged     .dockerignore\n" in terminal.screen()
    assert made(shop) == without(shop, "--merge", "--force")


def test_a_file_that_would_be_hidden(shop: Path) -> None:
    beside(write(shop, {"compose.yml": "services: {}\n"}))
    before = tree(shop)
    for title, code in (("Cancel", 130), (SHADOWING[0], 0)):
        with wizard(shop) as terminal:
            terminal.choose(TIER, "distroless")
            terminal.answer(PORTS)
            terminal.choose("Ready", "Write the files")
            terminal.choose(HIDING, title)
            assert terminal.exit() == code
        assert (tree(shop) == before) == bool(code)
    after = made(shop)
    written = without(shop, "--force")
    assert written.keys() - after.keys() == {"compose.yaml"}
    assert {**after, "compose.yaml": written["compose.yaml"]} == written


def test_a_file_that_changed_meanwhile_is_not_overwritten(shop: Path) -> None:
    write(shop, {"Dockerfile": "FROM mine\n"})
    with wizard(shop) as terminal:
        terminal.choose(TIER, "distroless")
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        terminal.asks("Dockerfile is there and differs")
        write(shop, {"Dockerfile": "FROM ours\n"})
        before = tree(shop)
        terminal.choose("Dockerfile is there and differs", "Replace it")
        assert terminal.exit() == 2
        assert "error: Dockerfile " in terminal.screen() and terminal.modes() == terminal.before
    assert tree(shop) == before


def test_a_flag_about_one_service_with_several(repository: Path) -> None:
    before = tree(repository)
    with wizard(repository, "--port=80") as terminal:
        terminal.asks("Apps to be services")
        terminal.take()
        assert terminal.exit() == 2
        assert "error: --port is about one service, and this project has api, jobs and web." in terminal.screen()
    assert tree(repository) == before


@pytest.mark.parametrize(("title", "code"), [("Keep yours", 0), ("Cancel", 130)])
def test_files_that_stay(title: str, code: int, shop: Path) -> None:
    beside(write(shop, {"Dockerfile": "FROM mine\n"}))
    before = tree(shop)
    with wizard(shop) as terminal:
        terminal.choose(TIER, "distroless")
        terminal.answer(PORTS)
        terminal.choose("Ready", "Write the files")
        terminal.choose("Dockerfile is there and differs", title)
        assert terminal.exit() == code
        assert ("Nothing is written." in terminal.screen()) == bool(code)
    if code:
        assert tree(shop) == before
    else:
        assert made(shop) == without(shop, "--keep")


def test_an_edited_file_is_merged(shop: Path) -> None:
    without(beside(shop))
    shutil.copytree(shop.parent / "without" / "shop", shop, dirs_exist_ok=True)
    place = shop / "Dockerfile"
    place.write_text(place.read_text().replace("USER 65532", "USER 1000") + "# mine\n")
    beside_too = shop.parent / "without" / "shop" / "Dockerfile"
    beside_too.write_bytes(place.read_bytes())
    with wizard(shop) as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS, "4000")
        terminal.choose("Ready", "Write the files")
        terminal.asks("Dockerfile is there and differs")
        assert re.fullmatch(r" > Merge +yours, with what is new", terminal.pointed())
        terminal.take()
        terminal.choose("compose.yaml is there and differs", "Merge")
        assert terminal.exit() == 0
    assert "USER 1000" in place.read_text() and "PORT=4000" in place.read_text()
    assert made(shop) == without(shop, "--port=4000", "--merge")
    place.write_text(place.read_text().replace("EXPOSE 4000", "EXPOSE 4001"))
    with wizard(shop, "--merge") as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS, "5000")
        terminal.choose("Ready", "Write the files")
        terminal.asks("Dockerfile is there and differs")
        assert re.search("- Merge +not possible: both changed the same lines\n", terminal.screen())
        terminal.choose("Dockerfile is there and differs", "Keep yours")
        assert terminal.exit() == 0
        assert "merged     compose.yaml\n" in terminal.screen() and "kept       Dockerfile\n" in terminal.screen()


def test_an_edited_file_is_kept_where_nothing_is_new(shop: Path) -> None:
    without(beside(shop))
    shutil.copytree(shop.parent / "without" / "shop", shop, dirs_exist_ok=True)
    with (shop / "Dockerfile").open("a") as file:
        file.write("# mine\n")
    before = tree(shop)
    with wizard(shop) as terminal:
        terminal.answer(TIER)
        terminal.answer(PORTS)
        assert "kept       Dockerfile\n" in terminal.write()
    assert tree(shop) == before


def conversation(script: Script, offline: bool = True, drafting: Callable[..., Result] = draft) -> Conversation:
    """A conversation by a script, whose summaries are all answers about services."""

    def summary(now: Survey, known: Mapping[str, Known]) -> str:
        return f"summary {[(one.service.tier, one.service.port) for one in known.values()]}"

    said = script.said.append
    return Conversation(script, said, said, said, summary, Options(offline=offline), TODAY, drafting)


@pytest.mark.parametrize(
    "error", [Transient("It is away.", "Try again."), ScaffoldError("It is gone.", "Take another.")]
)
def test_what_fails_once_may_be_tried_again(error: ScaffoldError, shop: Path) -> None:
    failures = [error]

    def failing(settled: Settled, options: Options, today: datetime.date) -> Result:
        if failures:
            raise failures.pop()
        return draft(settled, options, today)

    script = Script(ENTER, ENTER, "write", "write")
    before = tree(shop)
    result = conversation(script, drafting=failing).run(str(shop), {})
    assert script.asked[2:] == ["Ready", "Ready"] and script.listed[1] == script.listed[2] and not script.answers
    assert f"error: {error.fact}\n  {error.remedy}" in script.said
    assert {outcome.what for outcome in result.outcomes} == {"created"} and not result.written
    assert tree(shop) == before


def test_registries_may_be_left_out(shop: Path) -> None:
    asked = []

    def failing(settled: Settled, options: Options, today: datetime.date) -> Result:
        asked.append(options.offline)
        if not options.offline:
            raise Transient("It is away.", "Try again.")
        return draft(settled, options, today)

    script = Script(ENTER, ENTER, "preview", "offline", "write")
    assert conversation(script, offline=False, drafting=failing).run(str(shop), {}).outcomes
    assert asked == [False, True]
    menus = [[choice.value for choice in choices] for choices in script.listed[1:]]
    assert menus == [["write", "preview", "change", "offline", "again", "cancel"]] * 2 + [
        ["write", "preview", "change", "again", "cancel"]
    ]
    assert "Pin from the catalogue, and ask no registry" in [choice.title for choice in script.listed[1]]


def test_the_answers_are_shown_when_they_are_others(shop: Path) -> None:
    answers = (ENTER, "80", "change", "tier", "slim", BACK, "change", "port", ENTER, "write")
    script = Script(*answers)
    conversation(script).run(str(shop), {})
    assert [text for text in script.said if text.startswith("summary")] == [
        "summary [('distroless', 3000)]\n",
        "summary [('slim', 80)]\n",
        "summary [('distroless', 80)]\n",
    ]


def test_going_back_offers_what_was_answered(shop: Path) -> None:
    script = Script("slim", "80", BACK, BACK, ENTER, ENTER, "write")
    result = conversation(script).run(str(shop), {})
    assert script.asked == [TIER, PORTS, "Ready", PORTS, TIER, PORTS, "Ready"]
    assert script.offered == ["distroless", "3000", "write", "80", "slim", "80", "write"]
    assert [(service.tier, service.port) for service in result.answers.services] == [("slim", 80)]


def test_tiers_that_differ_are_asked_for_one_by_one_again(tmp_path: Path) -> None:
    files = {f"{name}/{path}": text for name in "ab" for path, text in PROJECTS["go"].items()}
    saved = "[service.a]\ndirectory = 'a'\n[service.b]\ndirectory = 'b'\ntier = 'slim'\n"
    write(tmp_path, {**files, ANSWERS: saved})
    script = Script("slim", BACK, "slim", ENTER, ENTER, ENTER, "write")
    conversation(script).run(str(tmp_path), {})
    one, other = f"{TIER} (a)", f"{TIER} (b)"
    assert script.asked == [one, other, one, other, f"{PORTS} (a)", f"{PORTS} (b)", "Ready"]


def test_leaving_a_change_undoes_nothing(shop: Path) -> None:
    script = Script("slim", "80", "change", BACK, "change", "name", "bazaar", "change", BACK, "write")
    result = conversation(script).run(str(shop), {})
    assert [(service.tier, service.port) for service in result.answers.services] == [("slim", 80)]
    assert result.answers.name == "bazaar"
