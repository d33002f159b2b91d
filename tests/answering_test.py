"""Which questions are asked, in which order, and what their answers come to: with prompts that follow a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scaffold import answering, catalogue, commands, tiers
from scaffold.draft import settle
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.model import Port
from scaffold.prompts import Back, Choice
from scaffold.questions import BY_KEY, QUESTIONS, TIERS, Given
from scaffold.state import ANSWERS
from scaffold.survey import ANSWERED, Options, Survey, survey
from tests.day import TODAY
from tests.generated import ALIKE, PROJECTS, write

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
        default = default if default and default in possible else possible[0]
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


def changed(now: Survey, script: Script, whole: Mapping[str, Found] | None = None) -> Survey:
    return answering.change(now, script, script.said.append, whole or {})


def surveyed(folder: Path, given: Given | None = None, **options: Any) -> Survey:
    return survey(str(folder), given or {}, Options(offline=True, **options))


def walk(now: Survey, *answers: str) -> tuple[Survey, Script]:
    """All steps, one after the other, each of which is asked once."""
    script, asked = Script(*answers), set[tuple[str, ...]]()
    while step := next(answering.steps(now, asked), None):
        now = step.ask(now, script, script.said.append)
        asked.add(step.name)
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
        (ALIKE, {}, [LANGUAGE, TIER, PORTS]),
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
    assert script.asked == asked
    sources = settle(after, TODAY).sources["web" if "web" in after.places else "go0"]
    answered = {key for key, answer in sources.items() if answer.source == ANSWERED}
    assert answered == {key for key in ("language", "start") if BY_KEY[key].prompt in asked}, "others are confirmed"


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
    after, script = walk(now, "go", "python app.py", "node", ENTER, ENTER, ENTER, ENTER)
    assert script.asked == [
        f"{LANGUAGE} (a)",
        f"{BY_KEY['start'].prompt} (b)",
        f"{LANGUAGE} (c)",
        TIER,
        *(f"{PORTS} ({name})" for name in "abc"),
    ]
    assert [service.language for service in settle(after, TODAY).answers.services] == ["go", "python", "node"]
    assert len(script.said) == 3


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
    assert choices[0].words == "Go: . (package main, listens at main.go:6)"


def test_the_root_among_others_is_called_this_directory(tmp_path: Path) -> None:
    others = {f"web/{path}": text for path, text in PROJECTS["node"].items()}
    script = walk(surveyed(write(tmp_path, {**PROJECTS["go"], **others})), ENTER, ENTER, ENTER, ENTER)[1]
    assert [(choice.value, choice.title) for choice in script.listed[0]] == [(".", "this directory"), ("web", "web")]


def test_what_was_ticked_cannot_be_with_a_flag_about_one(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("go", "node")), {"port": ("80",)})
    with pytest.raises(ScaffoldError) as error:
        walk(now, ENTER)
    assert error.value.fact == "--port is about one service, and this project has go0 and node1."
    assert settle(walk(now, "go0", ENTER, ENTER)[0], TODAY).answers.services[0].port == 80


def test_ports_are_apart(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("node", "node", "go", "node")))
    after, script = walk(now, ENTER, ENTER, ENTER, "3001 3000 53/udp", "3001", "3005", ENTER)
    assert script.offered[2:] == ["8080", "3000", "3002", "3001", "3002"]
    assert script.said[-1] == "Port 3001 is node0's, and 127.0.0.1 has it once. Give another."
    assert [service.port for service in settle(after, TODAY).answers.services] == [8080, 3001, 3005, 3002]


def test_of_one_default_port_the_next_is_offered(tmp_path: Path) -> None:
    after, script = walk(surveyed(write(tmp_path, services("node", "node"))), ENTER, ENTER, ENTER, "3000", "3001")
    assert script.offered[2:] == ["3000", "3001", "3000"], "what was typed is there to be corrected"
    sources = settle(after, TODAY).sources
    assert sources["node0"]["port"].source == "Node's custom" and sources["node1"]["port"].source == ANSWERED


def test_ports_are_apart_of_those_that_were_said(tmp_path: Path) -> None:
    write(tmp_path, services("node", "node", "node"))
    (tmp_path / ANSWERS).write_text(
        "[service.a]\ndirectory = 'node0'\n"
        "[service.b]\ndirectory = 'node1'\nport = [3000, 3001]\n"
        "[service.c]\ndirectory = 'node2'\n"
    )
    after, script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER, ENTER)
    assert script.offered[1:] == ["3002", "3000 3001", "3003"]
    assert settle(after, TODAY).sources["b"]["port"].source == ANSWERS


def test_of_ports_that_were_said_twice_those_after_are_offered(tmp_path: Path) -> None:
    write(tmp_path, services("node", "node"))
    (tmp_path / ANSWERS).write_text(
        "[service.a]\ndirectory = 'node0'\nport = [80, 81]\n[service.b]\ndirectory = 'node1'\nport = [80, 81]\n"
    )
    after, script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER)
    assert script.offered[1:] == ["80 81", "82 83"] and not any(choice.refused for choice in script.listed[0])
    ports = [service.ports for service in settle(after, TODAY).answers.services]
    assert ports == [(Port(80), Port(81)), (Port(82), Port(83))]


def test_only_what_is_held_is_moved() -> None:
    held = {Port(80), Port(53, "udp"), Port(65535)}
    moved = answering._free([Port(80), Port(53), Port(81), Port(65535)], held)
    assert list(moved) == [Port(82), Port(53), Port(81), Port(65535)], "after the last there is none"


def test_one_tier_for_all_services_or_each_its_own(tmp_path: Path) -> None:
    write(tmp_path, services("node", "go"))
    after, script = walk(surveyed(tmp_path), ENTER, "alpine", ENTER, ENTER)
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["alpine", "alpine"]
    (tmp_path / ANSWERS).write_text("[service.a]\ndirectory = 'node0'\ntier = 'slim'\n[service.b]\ndirectory = 'go1'\n")
    after, script = walk(surveyed(tmp_path), ENTER, ENTER, ENTER, ENTER)
    assert script.asked[:2] == [f"{TIER} (a)", f"{TIER} (b)"] and script.offered[:2] == ["slim", "distroless"]
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["slim", "distroless"]
    after, script = walk(surveyed(tmp_path), "alpine", "alpine", ENTER, ENTER)
    assert script.asked[:2] == [f"{TIER} (a)", f"{TIER} (b)"], "alike by then, each is asked for all the same"
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["alpine", "alpine"]


def test_of_tiers_that_all_cannot_be_one_is_chosen_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [Choice(tier, tier, "", "it is not") for tier in TIERS]
    monkeypatch.setattr(tiers, "choices", lambda services, facts: refused)
    script = walk(surveyed(write(tmp_path, PROJECTS["go"])), "scratch", ENTER)[1]
    assert script.listed[0] == [Choice(tier, tier) for tier in TIERS]


def test_every_question_can_be_changed_back_and_forth(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["node"]))
    for question in QUESTIONS:
        script = Script(question.key, BACK, BACK)
        with pytest.raises(Back):
            changed(now, script)
        assert script.asked == ["Change", question.prompt, "Change"]
        # The tiers' choices say what each is.
        assert script.said == ([] if question.key == "tier" else [question.help])
        assert script.offered[2] == question.key


def test_what_is_said_so_far_is_shown(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["go"])).answered("web", "port", ("81", "82"))
    script = Script(BACK)
    with pytest.raises(Back):
        changed(now, script, settle(now, TODAY).sources[""])
    shown = {choice.title: choice.detail for choice in script.listed[0]}
    assert list(shown) == [question.prompt for question in QUESTIONS]
    assert shown[BY_KEY["name"].prompt] == "shop (go.mod module)" and shown[PORTS] == f"81 82 ({ANSWERED})"
    assert shown[BY_KEY["build"].prompt] == "none (none)" and shown[TIER] == "distroless (default)"


def test_what_does_not_fit_is_shown_as_it_was_said(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["go"])).answered("web", "version", "7")
    script = Script("version", answering.OTHER, "1.26")
    after = changed(now, script)
    shown = {choice.value: choice.detail for choice in script.listed[0]}
    assert shown["version"] == f"7 ({ANSWERED})" and shown["start"] == ""
    assert script.offered[1:] == [catalogue.lines("go").supported[-1], "7"]
    assert settle(after, TODAY).answers.services[0].version == "1.26"


def test_a_change_of_one_of_several_services(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("node", "go")), services=(("a", "node0"), ("b", "go1")))
    script = Script("b", "tier", BACK, BACK, "a", "tier", "slim")
    after = changed(now, script)
    assert script.asked == ["Of", "Change", f"{TIER} (b)", "Change", "Of", "Change", f"{TIER} (a)"]
    assert [question.key for question in QUESTIONS if not question.whole] == [
        choice.value for choice in script.listed[1]
    ]
    assert [service.tier for service in settle(after, TODAY).answers.services] == ["slim", "distroless"]
    whole = Script("", "name", "bazaar")
    assert settle(changed(now, whole), TODAY).answers.name == "bazaar"
    assert [question.key for question in QUESTIONS if question.whole] == [choice.value for choice in whole.listed[1]]


def test_what_is_confirmed_is_not_recorded(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["node"]), {"port": ("80", "81")})
    whole = settle(now, TODAY).sources[""]
    for question in QUESTIONS:
        assert changed(now, Script(question.key, ENTER), whole) is now, question.key
    assert changed(now, Script("port", "81 80")).before[0].services == {"web": {"port": ("81", "80")}}


def test_another_language_forgets_what_means_nothing_in_it(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, {**PROJECTS["node"], **PROJECTS["go"]})).answered("web", "language", "node")
    said = {"tier": "slim", "version": DEFAULT, "packages": "npm", "build": "make", "start": "node a.js"}
    for key, value in said.items():
        now = now.answered("web", key, value)
    after = changed(now, Script("language", "go"))
    assert after.before[0].services == {"web": {"tier": "slim", "language": "go"}}
    script = Script("packages", ENTER)
    assert changed(after, script) is after and script.listed[1] == [Choice("go", "go")]


@pytest.mark.parametrize("version", [DEFAULT, "7"])
def test_a_switch_is_off_unless_somebody_says_so(version: str, tmp_path: Path) -> None:
    script = Script("allow-eol", ENTER)
    changed(surveyed(write(tmp_path, PROJECTS["node"]), {"version": version}), script)
    assert script.offered[-1] == "false"


def test_lines_are_offered_where_the_language_is_known(tmp_path: Path) -> None:
    script = Script("version", ENTER)
    changed(surveyed(write(tmp_path / "right", PROJECTS["node"])), script)
    lines = [Choice(line, line) for line in reversed(catalogue.lines("node").supported)]
    assert script.listed[1] == [*lines, Choice(answering.OTHER, "another")] and script.offered[1] == DEFAULT
    script = Script("version", DEFAULT)
    changed(surveyed(write(tmp_path / "wrong", {"package.json": "{ no"})), script)
    assert len(script.listed) == 1


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("port", "80, 53/udp,81/tcp", ("80", "53/udp", "81")),
        ("port", "80 81 80/tcp", ("80", "81")),
        ("platform", "", ()),
        ("platform", "linux/arm64/v8", ("linux/arm64",)),
        ("name", "shop", "shop"),
        ("build", "", ""),
    ],
)
def test_texts(key: str, text: str, value: str | tuple[str, ...]) -> None:
    assert answering._checked(BY_KEY[key], text) == value


@pytest.mark.parametrize("text", ["", ",", "53/udp", "0"])
def test_ports_that_cannot_be(text: str) -> None:
    with pytest.raises(ScaffoldError):
        answering._checked(BY_KEY["port"], text)
