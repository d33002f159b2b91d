"""Which pin is taken: that of the lock, one that somebody put into a file, or today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scaffold import catalogue, pins
from scaffold.errors import ScaffoldError, Transient
from scaffold.images import reference
from scaffold.model import Image
from scaffold.pins import Request
from scaffold.repinning import ADOPTED, APART, HELD, Repinned, completed, fits, moved, repinned
from tests.day import TODAY, after
from tests.generated import catalogued

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

BOTH = ("linux/amd64", "linux/arm64")
OFFLINE = Request((), BOTH, offline=True)
NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")
OLDER = replace(NODE, line="22")
ALPINE = Image("docker.io", "library/alpine", "{}", "{alpine}")
GO = Image("docker.io", "library/golang", "{}-alpine{alpine}", "1.27")
STATIC = Image("gcr.io", "distroless/static-debian13", "nonroot")
NEWEST = catalogue.releases("alpine")[0]
DAY = after(30)


def pin(image: Image, version: str = "", digest: str = "a", source: str = "docker.io", date: str = "") -> Image:
    """A pin as a lock has it."""
    tag = image.tag.replace("{alpine}", NEWEST).replace("{}", version)
    made = Image(image.registry, image.repository, tag, digest=f"sha256:{digest * 64}", platforms=BOTH)
    return replace(made, source=source, date=date or TODAY.isoformat())


def found(image: Image, version: str = "", digest: str = "f") -> Image:
    """An image as it is read from a file."""
    return replace(pin(image, version, digest), platforms=(), source="", date="")


def one(
    wanted: Image,
    known: Sequence[Image] = (),
    adopted: dict[Image, Image] | None = None,
    move: bool = True,
    request: Request = OFFLINE,
    release: bool = False,
) -> tuple[Image, Repinned]:
    taken = {reference(old): new for old, new in (adopted or {}).items()}
    result = repinned((wanted,), known, taken, request, DAY, move, release)
    return result.images[wanted], result


@pytest.mark.parametrize(
    ("wanted", "tag", "whether"),
    [
        (NODE, "24.1.2-trixie-slim", True),
        (NODE, "25.1.2-trixie-slim", False),
        (NODE, "24-trixie-slim", True),
        (NODE, "24.21-trixie-slim", True),
        (NODE, "25-trixie-slim", False),
        (NODE, "-trixie-slim", False),
        (replace(NODE, line="24.1"), "24-trixie-slim", False),
        (NODE, "24.1.2-trixie", False),
        (NODE, "240.1.2-trixie-slim", False),
        (replace(NODE, line="24.1"), "24.1.9-trixie-slim", True),
        (replace(NODE, line="24.1"), "24.10.9-trixie-slim", False),
        (replace(NODE, line=""), "26.1.2-trixie-slim", True),
        (STATIC, "nonroot", True),
        (STATIC, "latest", False),
        (ALPINE, f"{NEWEST}.1", True),
        (ALPINE, "3.99.1", False),
        (GO, f"1.27.3-alpine{NEWEST}", True),
        (GO, "1.27.3-alpine3.99", False),
    ],
)
def test_fits(wanted: Image, tag: str, whether: bool) -> None:
    assert fits(wanted, pin(wanted, "1.1.1")) is fits(wanted, pin(wanted, "1.1.1"))
    assert fits(wanted, replace(pin(wanted, "1.1.1"), tag=tag)) is whether


def test_a_pin_of_the_lock_stays_when_pins_do_not_move() -> None:
    known = pin(NODE, "24.0.1")
    assert one(NODE, [known], move=False)[0] == known
    assert one(NODE, [known])[0] == catalogued(NODE)


def test_no_pin_becomes_older_than_the_lock_has_it() -> None:
    known = pin(NODE, "24.999.0")
    assert one(NODE, [known])[0] == known


def test_of_one_tag_the_later_digest_counts() -> None:
    newest = catalogued(STATIC)
    later, earlier = pin(STATIC, date=after(1).isoformat()), pin(STATIC, date="2020-01-01")
    assert one(STATIC, [later])[0] == later
    assert one(STATIC, [earlier])[0] == newest
    same = replace(earlier, digest=newest.digest)
    assert one(STATIC, [same])[0] == same


def test_what_was_adopted_is_a_pin() -> None:
    known, new = pin(NODE, "24.0.1"), found(NODE, "24.999.1")
    image, result = one(NODE, [known], {known: new})
    assert image == replace(new, platforms=BOTH, source=ADOPTED, date=DAY.isoformat()) and result.warnings == ()
    assert one(NODE, [image])[0] == image


def test_a_newer_one_than_what_was_adopted_is_taken_when_pins_move() -> None:
    known, new = pin(NODE, "24.0.1"), found(NODE, "24.0.2")
    assert one(NODE, [known], {known: new})[0] == catalogued(NODE)
    assert one(NODE, [known], {known: new}, move=False)[0].tag == new.tag


SAYS_HELD = "node:24.0.1-trixie-slim is held, as it was put in place of a newer one: run update --pins to move it on."


@pytest.mark.parametrize("move", [True, False])
def test_an_older_one_is_held(move: bool) -> None:
    known, older = pin(NODE, "24.0.2"), found(NODE, "24.0.1")
    image, result = one(NODE, [known], {known: older}, move)
    for _ in range(2):
        assert (image.tag, image.digest, image.source) == (older.tag, older.digest, HELD)
        assert SAYS_HELD in result.notes and result.warnings == ()
        image, result = one(NODE, [image], None, move)


def test_a_held_one_moves_where_it_is_asked_for() -> None:
    known, older = pin(NODE, "24.0.2"), found(NODE, "24.0.1")
    held, _ = one(NODE, [known], {known: older})
    image, result = one(NODE, [held], release=True)
    assert image == catalogued(NODE) and result.warnings == () and SAYS_HELD not in result.notes
    image, result = one(NODE, [known], {known: older}, release=True)
    assert image == catalogued(NODE) and result.warnings == (
        "node:24.0.1-trixie-slim stood in place of node:24.0.2-trixie-slim, and "
        f"node:{image.tag} is there now: to hold the older one, put it back and run dockerscaffold update without "
        "--pins.",
    )


def test_a_held_one_ends_where_its_line_is_moved_or_the_answers_go_on() -> None:
    held, _ = one(NODE, [pin(NODE, "24.0.5")], {pin(NODE, "24.0.5"): found(NODE, "24.0.1")})
    assert one(NODE, [held], {held: found(NODE, "24.0.2")})[0] == catalogued(NODE)
    further = found(NODE, "24.999.1")
    image, result = one(NODE, [held], {held: further})
    assert (image.tag, image.source) == (further.tag, ADOPTED) and SAYS_HELD not in result.notes
    assert one(OLDER, [held])[0] == catalogued(OLDER)


def test_one_of_fewer_numbers_is_not_older() -> None:
    known, line = pin(NODE, "24.0.2"), found(NODE, "24")
    image, result = one(NODE, [known], {known: line})
    assert (image.tag, image.source) == (line.tag, ADOPTED) and result.warnings == ()


def test_a_digest_that_was_adopted_is_newer_than_the_catalogues() -> None:
    known = catalogued(STATIC)
    assert one(STATIC, [known], {known: found(STATIC)})[0].digest == found(STATIC).digest


def test_one_of_another_line_stays_and_is_warned_of_each_time() -> None:
    known, other = pin(NODE, "24.0.1"), found(NODE, "25.0.1")
    for move in (True, False):
        image, result = one(NODE, [known], {known: other}, move)
        assert image.tag == other.tag and image.source == APART
        assert result.warnings == (
            "node:25.0.1-trixie-slim is no 24, which the saved answers say: it stays, and other places may not agree "
            "with it. Change version in .dockerscaffold.toml, or take it back.",
        )
        image, result = one(NODE, [image], None, move)
        assert image.tag == other.tag and len(result.warnings) == 1
    again = found(NODE, "25.0.2")
    image, result = one(NODE, [image], {image: again})
    assert image.tag == again.tag and len(result.warnings) == 1


def test_one_of_another_line_is_a_pin_like_others_once_the_answers_follow() -> None:
    known, other = pin(OLDER, "22.0.1"), found(OLDER, "24.0.1")
    image, _ = one(OLDER, [known], {known: other})
    image, result = one(NODE, [image], move=False)
    assert image.tag == other.tag and image.source == ADOPTED and result.warnings == ()
    assert one(NODE, [image])[0] == catalogued(NODE)
    assert one(NODE, [known], {known: other}, move=False)[0].source == ADOPTED


def test_answers_of_another_line_count_more_than_what_was_adopted_before() -> None:
    known, new = pin(OLDER, "22.0.1"), found(OLDER, "22.999.1")
    assert one(NODE, [known], {known: new})[0] == catalogued(NODE)
    image, _ = one(OLDER, [known], {known: new})
    assert one(NODE, [image])[0] == catalogued(NODE)
    assert one(NODE, [image], move=False)[0] == catalogued(NODE)


def test_the_lines_of_a_distribution_are_said() -> None:
    known, other = pin(ALPINE, f"{NEWEST}.1"), found(ALPINE, "3.99.1")
    warning = one(ALPINE, [known], {known: other})[1].warnings[0]
    assert f"alpine:3.99.1 is no {' or '.join(catalogue.releases('alpine'))}, " in warning


def test_two_lines_of_one_language_have_a_pin_each() -> None:
    known = [pin(OLDER, "22.999.1"), pin(NODE, "24.999.1")]
    adopted = {reference(known[0]): found(OLDER, "22.999.5")}
    for move in (True, False):
        result = repinned((NODE, OLDER), known, adopted, OFFLINE, DAY, move)
        assert [result.images[image].tag for image in (NODE, OLDER)] == [
            "24.999.1-trixie-slim",
            "22.999.5-trixie-slim",
        ]
        assert result.warnings == ()


def test_what_is_in_no_lock_is_looked_up_although_pins_do_not_move() -> None:
    assert one(NODE, [], move=False)[0] == catalogued(NODE)


def test_what_is_found_in_place_of_something_unknown_is_a_pin_too() -> None:
    assert one(NODE, [], {pin(NODE, "24.0.1"): found(NODE, "24.999.1")})[0].tag == "24.999.1-trixie-slim"


def test_the_catalogue_need_not_have_what_is_pinned() -> None:
    lost = replace(NODE, line="23")
    known = pin(lost, "23.0.1")
    assert one(lost, [known])[0] == known
    with pytest.raises(ScaffoldError):
        one(lost)


def test_a_new_mirror_takes_pins_along() -> None:
    mirrors = (("docker.io", "mirror.example:5000/hub"),)
    known = pin(NODE, "24.999.1")
    there = replace(OFFLINE, mirrors=mirrors)
    image = one(NODE, [known], request=there)[0]
    assert reference(image) == reference(known).replace("node:", "mirror.example:5000/hub/library/node:")
    assert one(NODE, [image])[0] == replace(known, source=image.source)


def live(fake: FakeRegistry, **changes: bool) -> Request:
    mirrors = tuple((name, f"http://{fake.host}/{name}") for name in ("docker.io", "gcr.io"))
    return Request(mirrors, BOTH, **changes)


def at(fake: FakeRegistry, image: Image) -> Image:
    return replace(image, registry=fake.host, repository=f"{image.registry}/{image.repository}")


def test_a_registry(fake_registry: FakeRegistry, no_settings: None) -> None:
    repository = "docker.io/library/node"
    digest = fake_registry.add(repository, "24.5.0-trixie-slim")
    known = at(fake_registry, pin(NODE, "24.4.0"))
    image, result = one(NODE, [known], request=live(fake_registry))
    assert (image.tag, image.digest, image.date) == ("24.5.0-trixie-slim", digest, DAY.isoformat())
    assert result.warnings == ()
    further = at(fake_registry, pin(NODE, "24.6.0"))
    assert one(NODE, [further], request=live(fake_registry, refresh=True))[0] == further
    rebuilt = at(fake_registry, pin(NODE, "24.5.0", date=after(20).isoformat()))
    assert one(NODE, [rebuilt], request=live(fake_registry, refresh=True))[0].digest == digest
    fake_registry.asked.clear()
    assert one(NODE, [known], move=False, request=live(fake_registry))[0] == known
    assert fake_registry.asked == []


def test_a_tag_without_a_digest_is_looked_up(fake_registry: FakeRegistry, no_settings: None) -> None:
    digest = fake_registry.add("docker.io/library/node", "24.5.0-trixie-slim")
    old, half = (replace(at(fake_registry, found(NODE, version)), digest="") for version in ("24.4.0", "24.5.0"))
    made = completed({reference(old): half}, [NODE, OLDER, STATIC], live(fake_registry), DAY)
    [image] = made.images.values()
    assert (image.name, image.tag, image.digest, made.notes) == (half.name, half.tag, digest, ())
    assert made.looked_up == {half} and set(BOTH) <= {*image.platforms}


def test_a_tag_that_is_not_there_is_said(fake_registry: FakeRegistry, no_settings: None) -> None:
    half = replace(at(fake_registry, found(NODE, "24.5.0")), digest="")
    made = completed({"old": half}, [NODE], live(fake_registry), DAY)
    assert made.images == {} and made.looked_up == frozenset() and len(made.notes) == 1
    assert "24.5.0-trixie-slim" in made.notes[0]
    assert completed({"old": half}, [NODE], live(fake_registry, offline=True), DAY) == ({}, frozenset(), ())


def test_one_from_elsewhere_than_its_mirror_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    half = replace(found(NODE, "24.5.0"), registry="mirror.example", digest="")
    elsewhere = pin(NODE, "24.5.0")
    monkeypatch.setattr(pins, "ask", lambda images, *_: pins.Pins(dict.fromkeys(images, elsewhere)))
    there = replace(OFFLINE, mirrors=(("docker.io", "mirror.example"),))
    assert completed({"old": half}, [NODE], there, DAY) == ({}, frozenset(), ())
    at_mirror = replace(elsewhere, registry="mirror.example")
    monkeypatch.setattr(pins, "ask", lambda images, *_: pins.Pins(dict.fromkeys(images, at_mirror)))
    assert completed({"old": half}, [NODE], there, DAY) == ({"old": at_mirror}, {half}, ())


def test_nothing_is_asked_for_what_is_whole_or_wanted_no_more(fake_registry: FakeRegistry, no_settings: None) -> None:
    whole, half = found(NODE, "24.5.0"), replace(at(fake_registry, found(STATIC)), digest="")
    made = completed({"a": whole, "b": half}, [NODE], live(fake_registry), DAY)
    assert made == ({"a": whole}, frozenset(), ()) and fake_registry.asked == []


def test_offline_the_catalogue_is_asked() -> None:
    image = catalogued(NODE)
    made = completed({"old": replace(image, digest="", platforms=())}, [NODE], OFFLINE, DAY)
    assert [one.digest for one in made.images.values()] == [image.digest]


def test_a_registry_knows_better_than_the_lock_of_another(fake_registry: FakeRegistry, no_settings: None) -> None:
    fake_registry.add("docker.io/library/node", "24.5.0-trixie-slim")
    image, _ = one(NODE, [pin(NODE, "24.999.0")], request=live(fake_registry))
    assert image.tag == "24.5.0-trixie-slim" and image.registry == fake_registry.host


def test_a_registry_that_fails_is_a_failure(fake_registry: FakeRegistry, no_settings: None) -> None:
    fake_registry.status = 500
    with pytest.raises(Transient):
        one(NODE, [at(fake_registry, pin(NODE, "24.4.0"))], request=live(fake_registry))


def test_where_texts_stay_a_pin_moves_within_its_line() -> None:
    old, other, gone = pin(OLDER, "22.0.1"), pin(NODE, "24.0.1"), pin(STATIC)
    images = {NODE: pin(NODE, "24.0.5"), OLDER: pin(OLDER, "22.0.5")}
    assert moved((old, other, gone), {}, images, DAY) == {
        reference(old): images[OLDER],
        reference(other): images[NODE],
        reference(gone): gone,
    }
    assert moved((old,), {}, {NODE: images[NODE]}, DAY) == {reference(old): old}
    taken = moved((old,), {reference(old): found(OLDER, "24.0.4")}, {NODE: images[NODE]}, DAY)
    assert taken == {reference(old): images[NODE]}
    apart = replace(pin(OLDER, "25.0.1"), source=APART)
    assert moved((old,), {reference(old): found(OLDER, "25.0.1")}, {OLDER: apart}, DAY) == {reference(old): apart}
