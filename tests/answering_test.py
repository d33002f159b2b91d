"""Which questions are asked, in which order, and what their answers come to: with prompts that follow a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffold import answering, catalogue, commands, tiers
from scaffold.answering import Asking
from scaffold.draft import settle
from scaffold.errors import ScaffoldError
from scaffold.prompts import Back, Choice
from scaffold.questions import BY_KEY, QUESTIONS, TIERS, Given
from scaffold.state import ANSWERS
from scaffold.survey import ANSWERED, Options, Survey, survey
from tests.day import TODAY
from tests.generated import PROJECTS, write

BACK = "back"
"""In a script: the question before is wanted."""
ENTER = "enter"
"""In a script: what is offered is taken."""


class Script:
    """Prompts that answer from a script, and remember what was asked, what was offered and what was said."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.offered: list[str] = []
        self.listed: list[list[Choice]] = []
        self.said: list[str] = []

    def select(self, message: str, choices: Sequence[Choice], default: str = "", kept: bool = True) -> str:
        possible = [choice.value for choice in choices if not choice.refused]
        default = default if default in possible else possible[0]
        self.listed.append(list(choices))
        answer = self._next(message, default)
        assert answer in possible
        return answer

    def tick(self, message: str, choices: Sequence[Choice], ticked: Sequence[str]) -> list[str]:
        self.listed.append(list(choices))
        return self._next(message, " ".join(ticked)).replace("nothing", "").split()

    def line(self, message: str, default: str, empty: bool) -> str:
        return self._next(message, default)

    def _next(self, message: str, default: str) -> str:
        self.asked.append(message)
        self.offered.append(default)
        answer = self.answers.pop(0)
        if answer == BACK:
            raise Back
        return default if answer == ENTER else answer


def asking(script: Script) -> Asking:
    return Asking(script, script.said.append, lambda now: script.said.append("shown"), TODAY)


def surveyed(folder: Path, given: Given | None = None, **options: Any) -> Survey:
    return survey(str(folder), given or {}, Options(offline=True, **options))


def walk(now: Survey, *answers: str) -> tuple[Survey, Script]:
    """All steps, one after the other, each of which is asked once."""
    script = Script(*answers)
    asks = asking(script)
    index = 0
    while index < len(asks.steps(now)):
        step = asks.steps(now)[index]
        now = step.ask(now) if step.needed(now) else now
        index += 1
    assert not script.answers
    return now, script


def services(*languages: str) -> dict[str, str]:
    """The files of a project with an app of each language in a folder of its name and number."""
    return {
        f"{language}{number}/{path}": text
        for number, language in enumerate(languages)
        for path, text in PROJECTS[language].items()
    }


TIER, PORTS, LANGUAGE = BY_KEY["tier"].prompt, BY_KEY["port"].prompt, BY_KEY["language"].prompt
DEFAULT = catalogue.lines("node").default


@pytest.mark.parametrize(
    ("files", "options", "asked"),
    [
        (PROJECTS["node"], {}, [TIER, PORTS]),
        ({}, {}, [LANGUAGE, TIER, PORTS]),
        ({**PROJECTS["node"], **PROJECTS["go"]}, {}, [LANGUAGE, TIER, PORTS]),
        (services("go"), {}, ["Apps to be services", TIER, PORTS]),
        (services("go"), {"services": (("web", "go0"),)}, [TIER, PORTS]),
        ({"app/package.json": "{ no", "app/server.js": ""}, {}, [LANGUAGE, TIER, PORTS]),
        ({"requirements.txt": "requests==2.32.0\n"}, {}, [BY_KEY["start"].prompt, TIER, PORTS]),
    ],
    ids=["a language", "none", "two", "a folder", "a service", "a refused folder", "no start"],
)
def test_what_is_asked(files: Mapping[str, str], options: Any, asked: list[str], tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, files), **options)
    answers = ["python app.py" if prompt == BY_KEY["start"].prompt else ENTER for prompt in asked]
    after, script = walk(now, *answers)
    assert script.asked == asked and script.said.count("shown") == 1
    assert settle(after, TODAY).sources["web" if "web" in after.places else "go0"]["port"].source == ANSWERED


def test_flags_and_saved_answers_are_not_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "requests==2.32.0\n"})
    assert walk(surveyed(tmp_path, {"start": "python a.py"}), ENTER, ENTER)[1].asked == [TIER, PORTS]
    commands.new(
        str(tmp_path), {"start": "python a.py", "tier": "slim", "port": ("1", "2")}, Options(offline=True), TODAY
    )
    after, script = walk(surveyed(tmp_path), ENTER, ENTER)
    assert script.asked == [TIER, PORTS] and script.offered == ["slim", "1 2"]
    assert settle(after, TODAY).sources["web"]["start"].source == ANSWERS


def test_questions_about_one_of_several_services_name_it(tmp_path: Path) -> None:
    write(tmp_path, {"a/README": "", "b/requirements.txt": "requests==2.32.0\n", "c/README": ""})
    now = surveyed(tmp_path, services=(("a", "a"), ("b", "b"), ("c", "c")))
    after, script = walk(now, "go", "node", "python app.py", ENTER, ENTER, ENTER, ENTER)
    assert script.asked == [
        f"{LANGUAGE} (a)",
        f"{LANGUAGE} (c)",
        f"{BY_KEY['start'].prompt} (b)",
        TIER,
        *(f"{PORTS} ({name})" for name in "abc"),
    ]
    assert [service.language for service in settle(after, TODAY).answers.services] == ["go", "python", "node"]
    assert script.said.count("shown") == 1 and len(script.said) == 4


def test_nothing_is_ticked(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("go", "node")))
    after, script = walk(now, "nothing", "go0", ENTER, ENTER)
    assert script.said[0] == "At least one is needed." and script.offered[0] == "go0 node1"
    assert after.places == {"go0": "go0"}


def test_the_root_alone_goes_without_a_name(tmp_path: Path) -> None:
    others = {f"web/{path}": text for path, text in PROJECTS["node"].items()}
    now = surveyed(write(tmp_path, {**PROJECTS["go"], **others}))
    assert walk(now, ".", ENTER, ENTER)[0].places == {"web": "."}


def test_what_is_refused_is_shown_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path, {**services("go", "node"), "bad/package.json": "{ no", "bad/server.js": ""})
    choices = walk(surveyed(tmp_path), ENTER, ENTER, ENTER, ENTER)[1].listed[0]
    assert [(choice.title, bool(choice.refused)) for choice in choices] == [
        ("go0", False),
        ("node1", False),
        ("bad", True),
    ]
    assert choices[2].words.startswith("not possible: package.json:1 is not JSON: ")
    assert choices[0].words == "Go: . (package main)"


def test_ports_are_apart(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("node", "node", "go", "node")))
    script = walk(now, ENTER, ENTER, ENTER, "3001 3000 53/udp", ENTER, "3005", ENTER)[1]
    assert script.offered[2:] == ["8080", "3000", "3001", "3001", "3002"]
    assert script.said[-1] == "Port 3001 is one of node0, and 127.0.0.1 has it once. Give another."


def test_ports_are_apart_of_those_that_were_said(tmp_path: Path) -> None:
    write(tmp_path, services("node", "node", "node"))
    (tmp_path / ANSWERS).write_text(
        "[service.a]\ndirectory = 'node0'\n"
        "[service.b]\ndirectory = 'node1'\nport = [3000, 3001]\n"
        "[service.c]\ndirectory = 'node2'\n"
    )
    script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER, ENTER)[1]
    assert script.offered[1:] == ["3002", "3000 3001", "3003"]


def test_ports_that_were_said_are_not_moved(tmp_path: Path) -> None:
    write(tmp_path, services("node", "node"))
    (tmp_path / ANSWERS).write_text(
        "[service.a]\ndirectory = 'node0'\nport = 80\n[service.b]\ndirectory = 'node1'\nport = 80\n"
    )
    after, script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER, "81")
    assert script.offered[1:] == ["80", "80", "80"] and [c.words for c in script.listed[0]] == [""] * len(TIERS)
    assert [service.port for service in settle(after, TODAY).answers.services] == [80, 81]


def test_one_tier_for_all_services_or_each_its_own(tmp_path: Path) -> None:
    write(tmp_path, services("node", "go"))
    (tmp_path / ANSWERS).write_text("[service.a]\ndirectory = 'node0'\ntier = 'slim'\n[service.b]\ndirectory = 'go1'\n")
    after, script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER)
    assert script.listed[0][0] == Choice("", "as they are", "a: slim, b: distroless")
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["slim", "distroless"]
    after, script = walk(surveyed(tmp_path), "alpine", ENTER, ENTER)
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["alpine", "alpine"]


def test_of_tiers_that_all_cannot_be_one_is_chosen_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [Choice(tier, tier, "", "it is not") for tier in TIERS]
    monkeypatch.setattr(tiers, "choices", lambda settled: refused)
    script = walk(surveyed(write(tmp_path, PROJECTS["go"])), "scratch", ENTER)[1]
    assert script.listed[0] == [Choice(tier, tier) for tier in TIERS]


def test_the_answers_are_shown_when_they_are_others(tmp_path: Path) -> None:
    script = Script(ENTER, ENTER, ENTER)
    asks, now = asking(script), surveyed(write(tmp_path, PROJECTS["go"]))
    now = asks._tier(now)
    asks._tier(now.answered("web", "port", ("81",)))
    assert script.said == ["shown"]
    asks._tier(now.answered("web", "health-path", "/"))
    assert script.said == ["shown", "shown"]


def test_every_question_can_be_changed_back_and_forth(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["node"]))
    for question in QUESTIONS:
        script = Script(question.key, BACK, BACK)
        with pytest.raises(Back):
            asking(script).change(now)
        assert script.asked == ["Change", question.prompt, "Change"] and script.said == [question.help]
        assert script.offered[2] == question.key


def test_a_change_of_one_of_several_services(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("node", "go")), services=(("a", "node0"), ("b", "go1")))
    script = Script("b", "tier", BACK, BACK, "a", "tier", "slim")
    after = asking(script).change(now)
    assert script.asked == ["Of", "Change", f"{TIER} (b)", "Change", "Of", "Change", f"{TIER} (a)"]
    assert [question.key for question in QUESTIONS if not question.whole] == [
        choice.value for choice in script.listed[1]
    ]
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["slim", "distroless"]
    whole = Script("", "name", "bazaar")
    assert settle(asking(whole).change(now), TODAY).answers.name == "bazaar"


@pytest.mark.parametrize("version", [DEFAULT, "7"])
def test_a_switch_is_off_unless_somebody_says_so(version: str, tmp_path: Path) -> None:
    script = Script("allow-eol", ENTER)
    asking(script).change(surveyed(write(tmp_path, PROJECTS["node"]), {"version": version}))
    assert script.offered[-1] == "false"


def test_lines_are_offered_where_the_language_is_known(tmp_path: Path) -> None:
    ask = asking(Script())
    right = surveyed(write(tmp_path / "right", PROJECTS["node"]))
    assert ask._choices(BY_KEY["version"], right, "web")[-1] == Choice(answering.OTHER, "another")
    assert ask._choices(BY_KEY["version"], surveyed(write(tmp_path / "wrong", {"package.json": "{ no"})), "web") == []


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("port", "80, 53/udp,81/tcp", ("80", "53/udp", "81")),
        ("platform", "", ()),
        ("platform", "linux/arm64/v8", ("linux/arm64",)),
        ("name", "shop", "shop"),
        ("build", "", ""),
    ],
)
def test_texts(key: str, text: str, value: str | tuple[str, ...]) -> None:
    assert answering._checked(BY_KEY[key], text) == value


@pytest.mark.parametrize("text", ["", ",", "80 80", "80 80/tcp", "53/udp", "0"])
def test_ports_that_cannot_be(text: str) -> None:
    with pytest.raises(ScaffoldError):
        answering._checked(BY_KEY["port"], text)
