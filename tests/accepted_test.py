"""Findings that a project lives with: the file's form, what an entry covers and for how long, and what shows it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from scaffold import accepted
from scaffold.errors import ScaffoldError
from scaffold.findings import Weakness, finding
from scaffold.project import Project
from scaffold.rules import RULES
from scaffold.state import ANSWERS
from tests import inside
from tests.checked import check, edit, made, places
from tests.day import TODAY, after

ROOT = '[[accepted]]\nrule = "root-user"\npath = "Dockerfile"\nreason = "The app binds port 80."\ndate = 2026-11-22\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a finding of root-user and one of published-port."""
    folder = made(tmp_path)
    edit(folder / "Dockerfile", "USER 65532:65532", "USER root")
    edit(folder / "compose.yaml", "'127.0.0.1:3000:3000'", "'3000:3000'")
    return folder


def accept(shop: Path, text: str) -> None:
    (shop / accepted.FILE).write_text(text)


def test_an_accepted_finding_is_none(shop: Path) -> None:
    assert {rule for rule, _, _ in places(check(shop))} == {"root-user", "published-port"}
    accept(shop, ROOT)
    result = check(shop)
    assert {rule for rule, _, _ in places(result)} == {"published-port"} and result.notes == ()
    ((one, reason),) = result.accepted
    assert one.rule == "root-user" and reason == "The app binds port 80."


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        (("Dockerfile", "Dockerfile"), True),
        (("root-user", "setuid-bit"), False),
        (('"Dockerfile"', '"api/Dockerfile"'), False),
        (("date =", 'fact = "runs as root"\ndate ='), True),
        (("date =", 'fact = "nobody"\ndate ='), False),
    ],
)
def test_what_an_entry_covers(change: tuple[str, str], covered: bool, shop: Path) -> None:
    accept(shop, ROOT.replace(*change))
    result = check(shop)
    assert ("root-user" not in {rule for rule, _, _ in places(result)}) == covered == (result.notes == ())
    assert covered or result.notes[0].endswith(" is not found any more.")


def test_an_entry_holds_up_to_its_last_day(shop: Path) -> None:
    accept(shop, f"{ROOT}until = {after(9).isoformat()}\n")
    assert len(check(shop, today=after(9)).accepted) == 1
    over = check(shop, today=after(10))
    assert over.accepted == () and "root-user" in {rule for rule, _, _ in places(over)}
    assert over.notes == (f"{accepted.FILE}: root-user in Dockerfile was accepted until {after(9)}.",)


def test_what_is_not_looked_for_is_not_called_unneeded(shop: Path) -> None:
    accept(shop, ROOT.replace("root-user", "stale-pin"))
    assert check(shop).notes == ()
    accept(shop, ROOT.replace("root-user", "sudo"))
    assert len(check(shop).notes) == 1 and check(shop, only=["published-port"]).notes == ()


def test_what_could_not_be_looked_for_is_not_called_unneeded(tmp_path: Path) -> None:
    folder = made(tmp_path, "python", {"tier": "alpine"})
    accept(folder, ROOT.replace("root-user", "outdated"))
    edit(folder / ANSWERS, 'version = "3.14"', 'version = "3.13"')
    (note,) = check(folder).notes
    assert "not known" in note
    edit(folder / ANSWERS, 'version = "3.13"', 'version = "1"')
    result = check(folder)
    assert "unfit-answers" in {rule for rule, _, _ in places(result)} and result.notes == ()


def test_what_a_registry_that_fails_would_show_is_not_called_unneeded(tmp_path: Path) -> None:
    folder = made(tmp_path, "node", {"tier": "slim", "registry-mirror": ("docker.io=127.0.0.1:9",)})
    accept(folder, ROOT.replace("root-user", "stale-pin"))
    (note,) = check(folder, online=True).notes
    assert "could not be reached" in note


def test_entries_of_one_finding_and_findings_of_one_entry(shop: Path) -> None:
    accept(shop, ROOT + ROOT.replace("The app binds port 80.", "Another."))
    result = check(shop)
    assert [reason for _, reason in result.accepted] == ["The app binds port 80."] and result.notes == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = [", f"{accepted.FILE}:1 is not TOML"),
        ("acepted = []", "'acepted' is no key"),
        ("accepted = 3", "does not list what is accepted"),
        ("accepted = [3]", "does not list what is accepted"),
        ("[accepted]\nrule = 'root-user'", "does not list what is accepted"),
        (ROOT.replace("reason", "resaon"), "'resaon' is no key of an entry"),
        (ROOT.replace("root-user", "rot-user"), "'rot-user' is no rule"),
        (ROOT.replace('rule = "root-user"\n', ""), "entry 1 has no rule"),
        (ROOT + ROOT.replace("path", "until = 2026-01-01\n#"), "entry 2 has no path"),
        (ROOT.replace("The app binds port 80.", ""), "entry 1 has no reason"),
        (ROOT.replace("date = 2026-11-22\n", ""), "entry 1 has no date"),
        (ROOT.replace("2026-11-22", '"2026-11-22"'), "date of entry 1 is not a date such as"),
        (ROOT.replace("2026-11-22", "2026-11-22T10:00:00"), "date of entry 1 is not a date such as"),
        (ROOT + "until = true\n", "until of entry 1 is not a date such as"),
        (ROOT.replace('"root-user"', '["root-user"]'), "rule of entry 1 is not a text"),
        (ROOT + "fact = 3\n", "fact of entry 1 is not a text"),
    ],
)
def test_what_is_not_in_its_form(text: str, says: str, shop: Path) -> None:
    accept(shop, text)
    with pytest.raises(ScaffoldError) as raised:
        check(shop)
    assert says in raised.value.fact and raised.value.remedy


@pytest.mark.parametrize("text", ["", "accepted = []\n", "# nothing\n"])
def test_nothing_is_accepted(text: str, shop: Path) -> None:
    accept(shop, text)
    assert check(shop).accepted == () and len(check(shop).findings) == 2


def test_every_rule_can_be_accepted(tmp_path: Path) -> None:
    text = "".join(ROOT.replace("root-user", rule) for rule in RULES)
    accept(tmp_path, "\ufeff" + text)
    entries = accepted.accepted(Project(tmp_path))
    assert [entry.rule for entry in entries] == [*RULES]
    found = [finding("Dockerfile", Weakness(rule, 1, "The app runs as root.", "Mend it.")) for rule in RULES]
    assert accepted.unneeded(entries, found, TODAY) == ()
    assert all(entry.covers(one, TODAY) for entry, one in zip(entries, found, strict=True))


def test_there_need_be_no_file(tmp_path: Path) -> None:
    assert accepted.accepted(Project(tmp_path)) == ()


def test_the_date_is_one(tmp_path: Path) -> None:
    accept(tmp_path, ROOT)
    (entry,) = accepted.accepted(Project(tmp_path))
    assert entry.date == datetime.date(2026, 11, 22) and entry.until is None


def test_json_shows_it(shop: Path) -> None:
    accept(shop, ROOT)
    done = inside.run("check", "--offline", "--json", cwd=shop)
    (entry,) = json.loads(done.out)["accepted"]
    assert done.code == 1
    assert (entry["rule"], entry["path"], entry["reason"]) == ("root-user", "Dockerfile", "The app binds port 80.")


def test_the_summary_counts_it(shop: Path) -> None:
    accept(shop, ROOT + ROOT.replace("root-user", "published-port").replace("Dockerfile", "compose.yaml"))
    done = inside.run("check", "--offline", cwd=shop)
    assert (done.code, done.out) == (0, "No findings, 2 accepted.\n")
