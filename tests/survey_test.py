"""What is known before anything is settled: layers of answers, where services are, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import language
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts
from scaffold.layers import FLAGS, Layer, found
from scaffold.project import Project
from scaffold.questions import Given
from scaffold.state import ANSWERS
from scaffold.survey import ANSWERED, Options, Survey, facts, located, survey
from tests.generated import ALIKE, PROJECTS, write

NONE: Given = {}
DRY = Options(dry_run=True)


def said(known: Survey, key: str, service: str = "web") -> tuple[str, str]:
    """An answer and its source."""
    answer = found(known.before, key, service)
    assert answer
    return answer.value, answer.source


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A project whose root shows nothing, with an app in each of two folders."""
    write(tmp_path / "front", PROJECTS["node"])
    return write(tmp_path / "server", PROJECTS["go"]).parent


def test_an_answer_counts_before_all_that_was_said(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKERSCAFFOLD_TIER", "alpine")
    (shop / ANSWERS).write_text('[service.web]\ntier = "scratch"\n')
    before = survey(str(shop), {"tier": "slim"}, DRY)
    assert said(before, "tier") == ("slim", "--tier")
    for service in ("", "web"):
        after = before.answered(service, "tier", "distroless")
        assert said(after, "tier") == ("distroless", ANSWERED)
        assert after.before[1:] == before.before and after.behind == before.behind
    assert said(before, "tier") == ("slim", "--tier"), "the survey before it is as it was"


def test_a_second_answer_replaces_the_first(shop: Path) -> None:
    start = survey(str(shop), {"tier": "slim"}, DRY)
    after = start.answered("web", "tier", "alpine").answered("web", "port", ("80", "53/udp"))
    after = after.answered("", "name", "one").answered("web", "tier", "scratch").answered("", "name", "two")
    after = after.answered("", "platform", ("linux/amd64",)).answered("api", "tier", "slim")
    assert after.before == (
        Layer(
            ANSWERED,
            {"name": "two", "platform": ("linux/amd64",)},
            {"web": {"tier": "scratch", "port": ("80", "53/udp")}, "api": {"tier": "slim"}},
        ),
        *start.before,
    )


def test_an_answer_for_one_service_is_for_no_other(both: Path) -> None:
    known = survey(str(both), NONE, DRY).with_services({"web": "front", "api": "server"})
    known = known.answered("", "tier", "slim").answered("api", "tier", "scratch")
    assert said(known, "tier", "web") == ("slim", ANSWERED) and said(known, "tier", "api") == ("scratch", ANSWERED)


def test_without_layers_there_is_one_after_an_answer(shop: Path) -> None:
    alone = Survey(str(shop), Project.open(str(shop)), {"web": "."}, (), ())
    assert alone.answered("", "tier", "slim").before == (Layer(ANSWERED, {"tier": "slim"}),)


def test_services(both: Path) -> None:
    start = survey(str(both), NONE, DRY)
    assert (start.places, start.named) == ({"web": "."}, False)
    named = start.with_services({"web": "front", "api": "server"})
    assert named.named and named.of("api").root == (both / "server").resolve() and start.of("web") is start.project
    assert {name: found.language.value for name, found in facts(named).items()} == {"web": "node", "api": "go"}
    with pytest.raises(ScaffoldError, match="nowhere"):
        start.with_services({"web": "nowhere"}).of("web")


def test_the_last_that_names_a_directory_counts(both: Path) -> None:
    (both / ANSWERS).write_text('[service.web]\ndirectory = "front"\n[service.api]\ndirectory = "server"\n')
    answers = both / "answers.toml"
    answers.write_text(
        '[service.web]\ndirectory = "a"\n[service.api]\ntier = "slim"\n[service.jobs]\n[service.b]\ndirectory = "b"\n'
    )
    options = Options(dry_run=True, answers=str(answers), services=(("web", "server"),))
    known = survey(str(both), NONE, options)
    assert known.places == {"web": "server", "api": "server", "jobs": ".", "b": "b"} and known.named


def test_files_are_read_once_in_each_language(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    detect = language.detect

    def counted(project: Project, wanted: str) -> Facts:
        read.append(wanted)
        return detect(project, wanted)

    monkeypatch.setattr(language, "detect", counted)
    start = survey(str(shop), NONE, DRY)
    write(shop, {"go.mod": PROJECTS["go"]["go.mod"]})
    node = start.answered("web", "language", "node")
    assert node.facts("web").language.value == "node"
    assert node.answered("web", "tier", "slim").facts("web") is node.facts("web")
    go = node.answered("web", "language", "go")
    assert go.facts("web").language.value == "go"
    assert node.facts("web").language.value == "node" and read == ["node", "go"]


def test_a_directory_of_another_service_is_read_anew(both: Path) -> None:
    write(both / "back", {"package.json": '{"name": "back"}'})
    known = survey(str(both), NONE, DRY).with_services({"web": "front"})
    assert known.facts("web").name.value == "shop"
    assert known.with_services({"web": "back"}).facts("web").name.value == "back"


def test_a_language_that_is_said_decides(tmp_path: Path) -> None:
    write(tmp_path, ALIKE)
    known = survey(str(tmp_path), NONE, DRY)
    error = known.undecided("web")
    assert error and error.fact.startswith("Several languages found")
    assert known.answered("web", "language", "go").undecided("web") is None
    assert facts(survey(str(tmp_path), {"language": "node"}, DRY))["web"].language.value == "node"


def test_all_services_are_told_of_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a", {"README": ""})
    write(tmp_path / "b", {"package.json": '{"engines": {"node": "99"}}'})
    write(tmp_path / "c", PROJECTS["go"])
    known = survey(str(tmp_path), NONE, DRY).with_services({"a": "a", "b": "b", "c": "c"})
    with pytest.raises(ScaffoldError) as caught:
        facts(known)
    assert caught.value.fact.startswith("3 answers are missing. a: No language found")
    assert "b: This project asks for Node 99" in caught.value.fact and "b: What starts" in caught.value.fact
    assert "c:" not in caught.value.fact
    answered = known.answered("a", "language", "python").answered("b", "version", "24")
    with pytest.raises(ScaffoldError, match=r"^b: What starts the app is unknown"):
        facts(answered)
    assert [*facts(answered.answered("b", "start", "node b.js"))] == ["a", "b", "c"]


def test_apps_in_folders_are_named_to_who_named_none(both: Path) -> None:
    write(both / "docs", PROJECTS["node"])  # which is seldom wanted
    known = survey(str(both), NONE, DRY)
    hint = " Or have a service for each app: --service front=front --service server=server."
    with pytest.raises(ScaffoldError) as caught:
        facts(known)
    assert caught.value.fact.startswith("No language found") and caught.value.remedy.endswith(hint)
    for named in (known.with_services({"web": "."}), survey(str(both), NONE, Options(services=(("web", "."),)))):
        with pytest.raises(ScaffoldError, match=r"^No language found") as caught:
            facts(named)
        assert "--service" not in caught.value.remedy


def test_apps_in_folders_are_named_to_who_has_none_that_starts(both: Path) -> None:
    write(both, {"package.json": '{"name": "both"}'})
    with pytest.raises(ScaffoldError) as caught:
        facts(survey(str(both), NONE, DRY))
    assert caught.value.fact.startswith("What starts the app is unknown")
    assert caught.value.remedy.endswith(
        " Or have a service for each app: --service front=front --service server=server."
    )


def test_another_language_drops_what_was_said_of_the_one_before(shop: Path) -> None:
    start = survey(str(shop), {"version": "24"}, DRY)
    known = start.answered("web", "version", "22").answered("web", "start", "node b.js").answered("web", "tier", "slim")
    known = known.answered("api", "start", "python b.py").answered("web", "language", "go")
    assert known.before[0].services == {
        "web": {"tier": "slim", "language": "go"},
        "api": {"start": "python b.py"},
    }, "another service's stay, and so does what means the same in any language"
    assert known.before[1:] == start.before


@pytest.mark.parametrize(
    "files",
    [
        {"README": ""},
        {"lib/package.json": '{"name": "lib"}'},
        {f"docs/{path}": text for path, text in PROJECTS["node"].items()},
        {**ALIKE, "front/package.json": '{"scripts": {"start": "node a.js"}}'},
    ],
)
def test_no_app_in_a_folder_is_no_hint(files: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError, match="language") as caught:
        facts(survey(str(write(tmp_path, files)), NONE, DRY))
    assert "--service" not in caught.value.remedy


def test_apps_that_are_meant_alike_are_services_beside_each_other(tmp_path: Path) -> None:
    server = {"package.json": '{"dependencies": {"express": "5"}}'}
    for folder, port in (("b", 4001), ("a", 4000), ("c", 4001)):
        write(tmp_path / folder, {**server, "server.js": f"require('express')().listen({port})"})
    known = located(survey(str(tmp_path), NONE, DRY))
    assert known.places == {"a": "a", "b": "b"} and known.named
    assert facts(known)["a"].notes[0] == (
        "Each of a, b is a service, for nothing tells them apart; not c, whose port one of them has."
    )


def test_what_is_said_of_one_service_makes_no_more(tmp_path: Path) -> None:
    for folder, port in (("a", 4000), ("b", 4001)):
        server = f"require('express')().listen({port})"
        write(tmp_path / folder, {"package.json": '{"dependencies": {"express": "5"}}', "server.js": server})
    assert not located(survey(str(tmp_path), {"port": ("80",)}, DRY)).named


def test_of_apps_on_one_port_the_first_is_taken(tmp_path: Path) -> None:
    for folder in ("b", "a"):
        server = "require('express')().listen(4000)"
        write(tmp_path / folder, {"package.json": '{"dependencies": {"express": "5"}}', "server.js": server})
    known = located(survey(str(tmp_path), NONE, DRY))
    assert known.places == {"web": "a"}
    assert facts(known)["web"].notes[0] == "The app is a, not b: name each with --service to have them all."


def test_a_dry_run_leaves_what_was_interrupted(shop: Path) -> None:
    journal = write(shop, {".dockerscaffold.journal/new-0": ""}) / ".dockerscaffold.journal"
    survey(str(shop), NONE, DRY)
    assert journal.exists()
    survey(str(shop), NONE, Options())
    assert not journal.exists()


def test_layers_stand_in_their_order(shop: Path) -> None:
    answers = shop / "a.toml"
    answers.write_text('tier = "alpine"\n')
    known = survey(str(shop), {"tier": "slim"}, Options(dry_run=True, answers=str(answers)))
    assert [layer.said("tier") for layer in known.before] == ["slim", None, "alpine", None]
    assert known.before[0].source == FLAGS and len(known.behind) == 1
