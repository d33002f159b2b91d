"""What is known of answers that may not fit, and ports for services that have the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import catalogue, known
from scaffold.draft import settle
from scaffold.errors import ScaffoldError
from scaffold.state import ANSWERS
from scaffold.survey import ANSWERED
from tests.answering_test import services, surveyed
from tests.day import TODAY
from tests.generated import PROJECTS, write


def test_answers_that_do_not_fit(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, PROJECTS["node"]), {"version": "7", "tier": "slim", "name": "bazaar"})
    with pytest.raises(ScaffoldError):
        settle(now, TODAY)
    assert {key: str(answer) for key, answer in known.sources(now, "web", TODAY).items()} == {
        "version": "7 (--version)",
        "tier": "slim (--tier)",
        "name": "bazaar (--name)",
    }


def test_services_of_one_port(tmp_path: Path) -> None:
    places = (("a", "node0"), ("b", "node1"))
    now = surveyed(write(tmp_path, services("node", "node")), {"name": "bazaar"}, services=places)
    with pytest.raises(ScaffoldError):
        settle(now, TODAY)
    assert str(known.sources(now, "b", TODAY)["port"]) == "3000 (Node's custom)"
    assert str(known.sources(known.apart(now, TODAY), "b", TODAY)["port"]) == f"3001 ({known.FREE})"
    assert set(known.sources(now, "", TODAY)) == {"name"}
    assert "platform" in known.sources(known.apart(now, TODAY), "", TODAY)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, {"package.json": "{ no"}), {"tier": "slim"})
    assert set(known.sources(now, "web", TODAY)) == {"tier"}
    assert known.apart(now, TODAY) is now


def test_what_is_missing(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, {"requirements.txt": "requests==2.32.0\n"}), {"tier": "slim"})
    assert set(known.sources(now, "web", TODAY)) == {"tier"}
    assert known.sources(now.answered("web", "start", "python a.py"), "web", TODAY)["port"].value == "8000"


def test_another_language(tmp_path: Path) -> None:
    now = surveyed(
        write(tmp_path, {**PROJECTS["node"], "go.mod": PROJECTS["go"]["go.mod"], "main.go": PROJECTS["go"]["main.go"]})
    )
    for key, value in {"language": "node", "version": "22", "start": "node a.js", "tier": "slim"}.items():
        now = known.answered(now, "web", key, value)
    (service,) = settle(known.answered(now, "web", "language", "go"), TODAY).answers.services
    assert (service.language, service.tier, service.start) == ("go", "slim", ".")
    assert service.version in catalogue.lines("go").supported
    assert known.answered(now, "", "name", "bazaar").before[0].services["web"]["version"] == "22"
    assert now.before[0].source == ANSWERED


def test_ports_stay_where_they_are_apart(tmp_path: Path) -> None:
    now = surveyed(write(tmp_path, services("node", "go")), services=(("a", "node0"), ("b", "go1")))
    assert known.apart(now, TODAY) is now


def test_ports_are_apart_but_once(tmp_path: Path) -> None:
    write(tmp_path, services("node", "node", "node"))
    said = "".join(f"[service.{name}]\ndirectory = 'node{number}'\n" for number, name in enumerate("abc"))
    (tmp_path / ANSWERS).write_text(said + "port = 3001\n")
    now = known.apart(surveyed(tmp_path), TODAY)
    assert [service.ports[0].number for service in settle(now, TODAY).answers.services] == [3000, 3002, 3001]
    assert known.apart(now, TODAY) is now


@pytest.mark.parametrize(
    ("port", "taken", "free"),
    [
        ("80", set[str](), "80"),
        ("80", {"80", "81"}, "82"),
        ("80", {"80/udp"}, "80"),
        ("53/udp", {"53/udp", "54"}, "54/udp"),
        ("65535", {"65535"}, "1"),
    ],
)
def test_the_next_free_port(port: str, taken: set[str], free: str) -> None:
    assert known._free(port, taken) == free
