"""From what was said to files that could be written: what is settled, which pins keep their day, what is told."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from scaffold import catalogue, language, state
from scaffold.draft import SHADOWED, Result, Settled, draft, recipe, request, settle
from scaffold.errors import ScaffoldError
from scaffold.facts import Found, Range
from scaffold.project import Project
from scaffold.questions import YES, Given
from scaffold.survey import Options, survey
from tests.day import TODAY, after
from tests.generated import PROJECTS, service, write

NONE: Given = {}
OFFLINE = Options(offline=True, dry_run=True)


def settled(root: Path, given: Given = NONE, days: int = 0) -> Settled:
    return settle(survey(str(root), given, OFFLINE), after(days))


def drafted(root: Path, given: Given = NONE, days: int = 0) -> Result:
    return draft(settled(root, given, days), OFFLINE, after(days))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


def test_settled(shop: Path) -> None:
    made = settled(shop, {"tier": "slim"})
    assert made.answers.name == "shop" and made.answers.services[0].tier == "slim" and made.warnings == ()
    assert made.sources[""]["name"] == Found("shop", "package.json name")
    assert made.sources["web"]["tier"] == Found("slim", "--tier")
    assert made.facts["web"].language.value == "node" and made.survey.places == {"web": "."}


def test_nothing_is_written(shop: Path) -> None:
    before = {path.relative_to(shop) for path in shop.rglob("*")}
    result = drafted(shop)
    assert not result.written and {outcome.what for outcome in result.outcomes} == {"created"}
    assert {path.relative_to(shop) for path in shop.rglob("*")} == before
    assert all(image.digest for recipe in result.recipes for image in recipe.images)
    assert {*result.images} == {image for recipe in result.recipes for image in recipe.images}


def test_an_answer_for_one_of_several_is_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path / folder, PROJECTS["go"])
    start = survey(str(tmp_path), {"port": ("80",)}, OFFLINE).with_services({"a": "a", "b": "b"})
    with pytest.raises(ScaffoldError, match="--port is about one service, and this project has a and b"):
        settle(start, TODAY)


def test_ends_of_life(shop: Path, in_2026: None) -> None:
    (shop / ".nvmrc").write_text("20\n")
    (shop / state.ANSWERS).write_text('[service.web]\nversion = "20"\n')
    with pytest.raises(ScaffoldError, match=r"Node 20 \(\.dockerscaffold\.toml\) ended on 2026-04-30") as caught:
        settled(shop)
    assert "--allow-eol" in caught.value.remedy
    (warning,) = settled(shop, {"allow-eol": YES}).warnings
    assert warning.startswith("Node 20 ended on 2026-04-30") and warning.endswith("gets no fixes any more.")


def test_an_end_that_is_near_is_a_warning_of_the_draft(shop: Path) -> None:
    line = catalogue.lines("node").default
    end = catalogue.end("node", line)
    assert end
    days = (TODAY.fromisoformat(end.date) - TODAY).days
    result = drafted(shop, {"tier": "slim", "allow-eol": YES}, days - 1)
    assert result.warnings[0].startswith(f"Node {line} ends on {end.date}") and "in 1 day." in result.warnings[0]
    debian = [warning for warning in drafted(shop, {"allow-eol": YES}, 10_000).warnings if "on which" in warning]
    assert len(debian) == 1 and debian[0].startswith("Debian "), "once for the two images that stand on it"


@pytest.mark.parametrize(("ours", "theirs"), [(ours, name) for ours, names in SHADOWED.items() for name in names])
def test_a_file_that_would_be_read_no_more(ours: str, theirs: str, shop: Path) -> None:
    write(shop, {theirs: ""})
    sentence = f"{ours} would be read in place of {theirs}."
    result = drafted(shop)
    assert result.shadowed == {ours: sentence} and sentence in result.notes
    write(shop, {ours: ""})
    assert drafted(shop).shadowed == {}, "it is read no more as it is"


def test_notes_stand_in_their_order(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    shop = write(tmp_path / "shop", {**PROJECTS["go"], "compose.yml": "", "go.work": "use ../other\n"})
    notes = drafted(shop, {"registry-mirror": ("a.example=b.example",)}).notes
    beginnings = (
        "Offline: ",
        "No image comes from a.example",
        "compose.yaml would",
        ".github/dependabot.yml",
        "go.work is left out",
    )
    assert len(notes) == 5 and all(map(str.startswith, notes, beginnings))


def test_a_repository_in_another_has_its_own_root(shop: Path) -> None:
    (shop.parent / ".git").mkdir()
    assert [note for note in drafted(shop).notes if "dependabot" in note]
    (shop / ".git").write_text("gitdir: ../.git/modules/shop\n")
    assert not [note for note in drafted(shop).notes if "dependabot" in note]


def test_pins_keep_the_day_they_have_in_the_lock(shop: Path) -> None:
    first = drafted(shop)
    lock = next(outcome.after for outcome in first.outcomes if outcome.path == state.LOCK)
    old = "2026-01-02"
    one, other = first.images
    assert one.date != old and other.date != old
    assert tomllib.loads(lock)["image"][0]["digest"] == one.digest
    # The day of one of them in the lock, the other under a digest that it had then.
    lock = lock.replace(other.digest, f"sha256:{'0' * 64}").replace(one.date, old)
    (shop / state.LOCK).write_text(lock)
    dates = {image.digest: image.date for image in drafted(shop, days=30).images}
    assert dates == {one.digest: old, other.digest: other.date}


def test_a_recipe_stays_in_the_range_that_is_asked_for(shop: Path) -> None:
    write(shop, {"package.json": '{"engines": {"node": ">=24.3"}, "scripts": {"start": "node server.js"}}'})
    facts = language.detect(Project(shop), "node")
    wanted = Range("npm", ">=24.3", "package.json engines")
    assert facts.wanted == wanted
    assert recipe(service("node", "slim", version="24"), facts).builder.within == wanted
    # Somebody's own word, which the project's does not reach.
    assert recipe(service("node", "slim", version="22"), facts).builder.within is None
    unasked = dataclasses.replace(facts, wanted=None)
    assert recipe(service("node", "slim", version="24"), unasked).builder.within is None


def test_a_recipe_that_cannot_be(shop: Path) -> None:
    with pytest.raises(ScaffoldError, match="scratch has no shell"):
        drafted(shop, {"tier": "scratch", "start": "node a.js && node b.js"})


def test_request(shop: Path) -> None:
    mirrors = ("docker.io=a.example",)
    answers = settled(shop, {"registry-mirror": mirrors, "mirror-fallback": YES, "platform": ("linux/arm64",)}).answers
    asked = request(answers, Options(offline=True, refresh=True, seconds=3))
    assert (asked.mirrors, asked.platforms) == ((("docker.io", "a.example"),), ("linux/arm64",))
    assert (asked.offline, asked.fallback, asked.refresh, asked.seconds) == (True, True, True, 3)
