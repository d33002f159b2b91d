"""What a check says against images: newer ones, ends of support, another version; a registry that fails is a note."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold import catalogue, commands, update
from scaffold.checking import Checked
from scaffold.state import ANSWERS
from scaffold.survey import Options
from scaffold.update import Moves
from tests.checked import check, edit, made, places
from tests.day import TODAY
from tests.generated import PROJECTS, write

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

LINE = catalogue.lines("node").default
OTHER = next(line for line in reversed(catalogue.lines("node").supported) if line != LINE)
NODE = "library/node"


@pytest.fixture
def shop(tmp_path: Path, fake_registry: FakeRegistry) -> Path:
    """A project on slim whose images are those of a registry that tests push to."""
    folder = write(tmp_path / "shop", PROJECTS["node"])
    fake_registry.add(NODE, f"{LINE}.1.0-trixie-slim")
    given = {"tier": "slim", "registry-mirror": (f"docker.io={fake_registry.host}",)}
    commands.new(str(folder), given, Options(), TODAY)
    return folder


def froms(folder: Path) -> list[int]:
    """The lines of a Dockerfile's FROM instructions, counted from 1."""
    lines = (folder / "Dockerfile").read_text().splitlines()
    return [number for number, line in enumerate(lines, 1) if line.startswith("FROM")]


def later(registry: FakeRegistry, tag: str) -> str:
    """Pushes a tag with another index; gives its digest."""
    return registry.add(NODE, tag, platforms="linux/amd64 linux/arm64/v8 linux/s390x")


def look(folder: Path) -> Checked:
    """What a check finds that asks the registry anew."""
    return check(folder, online=True)


def test_nothing_is_newer(shop: Path) -> None:
    assert look(shop).findings == () and look(shop).notes == ()


def test_a_newer_tag_is_a_warning_at_each_from_line(shop: Path, fake_registry: FakeRegistry) -> None:
    later(fake_registry, f"{LINE}.2.0-trixie-slim")
    result = look(shop)
    assert places(result) == [("stale-pin", "Dockerfile", line) for line in froms(shop)] and len(froms(shop)) == 2
    assert {one.level for one in result.findings} == {"warning"}
    assert all(one.settled_by_update for one in result.findings)
    assert f"{LINE}.2.0-trixie-slim is there." in result.findings[0].fact
    update.update(str(shop), Options(refresh=True), Moves(), TODAY)
    assert look(shop).findings == ()


def test_no_update_settles_what_is_held(shop: Path, fake_registry: FakeRegistry) -> None:
    place = shop / "Dockerfile"
    place.write_text(
        re.sub(rf":{LINE}\.1\.0(-trixie-slim@sha256:)\w+", rf":{LINE}.0.9\g<1>{'a' * 64}", place.read_text())
    )
    for _ in range(2):
        found = [one for one in look(shop).findings if one.rule == "stale-pin"]
        assert [one.line for one in found] == froms(shop) and not any(one.settled_by_update for one in found)
        update.update(str(shop), Options(refresh=True), Moves(), TODAY)
    update.update(str(shop), Options(refresh=True), Moves(templates=False), TODAY)
    assert look(shop).findings == ()


def test_a_tag_of_another_line_is_none(shop: Path, fake_registry: FakeRegistry) -> None:
    later(fake_registry, f"{OTHER}.99.0-trixie-slim")
    assert look(shop).findings == ()


def test_a_digest_made_anew_is_a_note(shop: Path, fake_registry: FakeRegistry) -> None:
    digest = later(fake_registry, f"{LINE}.1.0-trixie-slim")
    result = look(shop)
    assert places(result) == [("stale-pin", "Dockerfile", line) for line in froms(shop)]
    assert {one.level for one in result.findings} == {"note"} and digest in result.findings[0].fact


def test_a_tag_without_a_digest_was_not_built_anew(shop: Path) -> None:
    place = shop / "Dockerfile"
    place.write_text(re.sub(r"(-trixie-slim)@\S+", r"\1", place.read_text()))
    found = [place for place in places(look(shop)) if place[0] != "outdated"]
    assert found == [("unpinned-image", "Dockerfile", line) for line in froms(shop)]


def test_offline_asks_nobody(shop: Path, fake_registry: FakeRegistry) -> None:
    later(fake_registry, f"{LINE}.2.0-trixie-slim")
    fake_registry.asked.clear()
    assert check(shop).findings == () and fake_registry.asked == []


@pytest.mark.parametrize(("status", "says"), [(500, "500"), (401, "login"), (404, "no ")])
def test_a_registry_that_fails_is_a_note(status: int, says: str, shop: Path, fake_registry: FakeRegistry) -> None:
    line = edit(shop / "Dockerfile", "USER 65532:65532", "USER root")
    fake_registry.status = status
    result = look(shop)
    assert places(result) == [("root-user", "Dockerfile", line)]
    assert len(result.notes) == 1 and says in result.notes[0]


def test_a_registry_that_is_not_there_is_a_note(tmp_path: Path) -> None:
    folder = made(tmp_path, "node", {"tier": "slim", "registry-mirror": ("docker.io=127.0.0.1:9",)})
    result = look(folder)
    assert result.findings == () and "127.0.0.1:9 could not be reached" in result.notes[0]


def test_an_answer_that_takes_an_image_of_a_registry_that_fails(shop: Path, fake_registry: FakeRegistry) -> None:
    edit(shop / ANSWERS, f'version = "{LINE}"', f'version = "{OTHER}"')
    fake_registry.status = 500
    result = look(shop)
    assert {rule for rule, _, _ in places(result)} == {"version-mismatch"}
    assert result.notes[-1].startswith("Whether files are outdated is not known: ")


def test_answers_of_another_version_are_for_an_update_to_follow(shop: Path, fake_registry: FakeRegistry) -> None:
    later(fake_registry, f"{OTHER}.1.0-trixie-slim")
    edit(shop / ANSWERS, f'version = "{LINE}"', f'version = "{OTHER}"')
    found = [one for one in look(shop).findings if one.rule == "version-mismatch"]
    assert [one.line for one in found] == froms(shop) and all(one.settled_by_update for one in found)
    assert {one.remedy for one in found} == {"Run dockerscaffold update."}
    update.update(str(shop), Options(), Moves(), TODAY)
    assert look(shop).findings == ()


def test_a_bump_that_stays_is_for_the_answers_to_follow(shop: Path, fake_registry: FakeRegistry) -> None:
    digest = later(fake_registry, f"{OTHER}.1.0-trixie-slim")
    text = (shop / "Dockerfile").read_text()
    (shop / "Dockerfile").write_text(re.sub(r":[\d.]+-trixie-slim@\S+", f":{OTHER}.1.0-trixie-slim@{digest}", text))
    for _ in range(2):
        found = [one for one in look(shop).findings if one.rule == "version-mismatch"]
        assert len(found) == len(froms(shop)) and not any(one.settled_by_update for one in found)
        assert all("Change version" in one.remedy for one in found)
        update.update(str(shop), Options(), Moves(), TODAY)


def test_a_builder_that_was_bumped_alone(shop: Path) -> None:
    text = (shop / "Dockerfile").read_text()
    bumped = text.replace(f":{LINE}.1.0-trixie-slim@", f":{OTHER}.9.0-trixie-slim@", 1)
    (shop / "Dockerfile").write_text(bumped)
    mismatches = [one for one in check(shop).findings if one.rule == "version-mismatch"]
    assert [one.line for one in mismatches] == [froms(shop)[0], froms(shop)[-1]], "the builder's and the runtime's"
    assert f"is no {LINE}," in mismatches[0].fact and ANSWERS in mismatches[0].remedy
    assert f"{LINE}.1.0-trixie-slim is named here" in mismatches[1].fact
    assert mismatches[1].fact.endswith(f"builds, in line {froms(shop)[0]}.") and not mismatches[1].settled_by_update


def test_a_runtime_that_was_bumped_alone_is_the_only_one_that_does_not_fit(shop: Path) -> None:
    head, found, tail = (shop / "Dockerfile").read_text().rpartition(f":{LINE}.1.0-trixie-slim@")
    (shop / "Dockerfile").write_text(f"{head}{found.replace(LINE, OTHER, 1)}{tail}")
    assert [one.line for one in check(shop).findings if one.rule == "version-mismatch"] == froms(shop)[-1:]


def test_a_bump_of_a_bot_is_welcome(shop: Path, fake_registry: FakeRegistry) -> None:
    digest = later(fake_registry, f"{LINE}.2.0-trixie-slim")
    lines = [
        f"FROM {fake_registry.host}/{NODE}:{LINE}.2.0-trixie-slim@{digest}{line[line.index(' AS ') :]}"
        if line.startswith("FROM")
        else line
        for line in (shop / "Dockerfile").read_text().splitlines()
    ]
    (shop / "Dockerfile").write_text("\n".join(lines) + "\n")
    assert look(shop).findings == ()


def test_a_bump_that_the_registry_lacks_is_not_out_of_date(shop: Path) -> None:
    text = (shop / "Dockerfile").read_text()
    (shop / "Dockerfile").write_text(text.replace(f":{LINE}.1.0-trixie-slim@", f":{LINE}.9.0-trixie-slim@"))
    assert look(shop).findings == ()


def test_the_catalogue_is_no_judge_of_what_is_newer(tmp_path: Path) -> None:
    folder = made(tmp_path, "node", {"tier": "slim"})
    text = (folder / "Dockerfile").read_text()
    (folder / "Dockerfile").write_text(re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", text))
    result = look(folder)
    assert result.findings == () and "docker.io could not be reached" in result.notes[0]


def test_a_bump_of_a_bot_in_one_place(shop: Path) -> None:
    text = (shop / "Dockerfile").read_text()
    (shop / "Dockerfile").write_text(text.replace(f":{LINE}.1.0-trixie-slim@", f":{LINE}.3.0-trixie-slim@", 1))
    [found] = check(shop).findings
    assert (found.rule, found.path, found.line) == ("outdated", "Dockerfile", froms(shop)[1])
    assert " in one place: " in found.fact


@pytest.mark.parametrize(("product", "tier"), [("debian", "slim"), ("alpine", "alpine")])
def test_the_end_of_a_distribution(product: str, tier: str, tmp_path: Path) -> None:
    folder = made(tmp_path, "node", {"tier": tier})
    end = catalogue.end(product, catalogue.releases(product)[0])
    assert end
    day = datetime.date.fromisoformat(end.date)
    for days, level in ((-100, ""), (-1, "warning"), (1, "error")):
        result = check(folder, today=day + datetime.timedelta(days), only=["end-of-life"])
        found = [one for one in result.findings if one.path == "Dockerfile"]
        assert [one.line for one in found] == (froms(folder) if level else [])
        assert {one.level for one in found} == ({level} if level else set())
        assert all(product.title() in one.fact and end.date in one.fact for one in found)
