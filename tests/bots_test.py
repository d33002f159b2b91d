"""What Dependabot, or a person, made of FROM lines, through `update` and a registry: taken over, and never rolled back.

The forms are those that Dependabot's docker updater rewrites (docker/lib/dependabot/docker/file_parser.rb), and those
of people, who leave halves out.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scaffold import commands
from scaffold.lock import load_lock
from scaffold.project import Project
from scaffold.state import ANSWERS
from scaffold.survey import Options
from scaffold.update import Moves, Updated
from tests import inside
from tests.checked import check
from tests.day import TODAY
from tests.generated import PROJECTS, write
from tests.remade import again
from tests.repinning_test import NEWEST

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

NODE = "library/node"
WEB, API = "web/Dockerfile", "api/Dockerfile"
FORMS = {
    "ours": ("FROM {} AS build", "\n"),
    "platform": ("FROM --platform=linux/amd64 {} AS build", "\n"),
    "lower case": ("from {} as build", "\n"),
    "indented": ("  FROM\t{}  AS build", "\n"),
    "CRLF": ("FROM {} AS build", "\r\n"),
    "two lines": ("FROM \\\n  {} \\\n  AS build", "\n"),
}


@pytest.fixture
def shop(tmp_path: Path, fake_registry: FakeRegistry, no_settings: None) -> Path:
    """Two services on slim, of images of a registry that tests push to."""
    for number, name in enumerate(("web", "api")):
        write(tmp_path / "shop" / name, PROJECTS["node"])
        with (tmp_path / "shop" / ANSWERS).open("a") as saved:
            saved.write(f'[service.{name}]\ndirectory = "{name}"\nversion = "24"\nport = ["{3000 + number}"]\n')
    for version in ("24.91.0", "24.92.0", "24.93.0"):
        fake_registry.add(NODE, f"{version}-trixie-slim")
        fake_registry.add(NODE, f"{version}-alpine{NEWEST}")
    # What was newest when the files were made.
    newer = {
        key: fake_registry.manifests.pop(key) for key in [*fake_registry.manifests] if key[1].startswith("24.93.0")
    }
    given = {"tier": "slim", "registry-mirror": (f"docker.io={fake_registry.host}",)}
    commands.new(str(tmp_path / "shop"), given, Options(), TODAY)
    fake_registry.manifests |= newer
    return tmp_path / "shop"


def digest(fake: FakeRegistry, tag: str) -> str:
    return next(name for (_, name), one in fake.manifests.items() if one == fake.manifests[NODE, tag] and ":" in name)


def pinned(fake: FakeRegistry, version: str, flavour: str = "trixie-slim") -> str:
    """Tag and digest as the registry has them."""
    return f":{version}-{flavour}@{digest(fake, f'{version}-{flavour}')}"


def put(root: Path, pin: str, stage: str = "build", path: str = WEB, form: str = "ours") -> None:
    """Another pin in the line of a stage, in one of the forms."""
    line, ending = FORMS[form]
    text = (root / path).read_text()
    found = re.search(rf"^FROM ([^:\s]+:\d+/\S+?):\S+ AS {stage}$", text, re.MULTILINE)
    assert found
    made = line.format(f"{found[1]}{pin}").replace("build", stage)
    (root / path).write_bytes(text.replace(found[0], made).replace("\n", ending).encode())


def line_of(root: Path, stage: str, path: str = WEB) -> int:
    """The number of the line that begins a stage."""
    lines = (root / path).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.endswith(f" AS {stage}"))


def pins(root: Path) -> set[str]:
    """All that FROM lines of both files have behind the name."""
    texts = [(root / path).read_text() for path in (WEB, API)]
    return {pin for text in texts for pin in re.findall(r"library/node([:@]\S+)", text)}


def online(root: Path, moves: Moves | None = None, **options: Any) -> Updated:
    return again(root, moves, offline=False, refresh=True, **options)


def hold(root: Path, pin: str, result: Updated, moves: Moves | None = None) -> None:
    """The pin stands everywhere and in the lock, nothing is said against it, and another update changes nothing."""
    assert result.conflicts == {} and result.warnings == () and pins(root) == {pin}
    [image] = load_lock(Project(root)).images
    assert f":{image.tag}@{image.digest}" == pin
    assert {one.what for one in online(root, moves).outcomes} == {"unchanged"}
    assert not [one for one in check(root).findings if one.rule in ("unpinned-image", "version-mismatch")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("half", [False, True], ids=["tag and digest", "tag alone"])
def test_a_newer_one_in_each_form(half: bool, form: str, shop: Path, fake_registry: FakeRegistry) -> None:
    pin = pinned(fake_registry, "24.93.0")
    put(shop, pin.partition("@")[0] if half else pin, form=form)
    before = (shop / WEB).read_bytes()
    result = online(shop, Moves(pins=False))
    hold(shop, pin, result, Moves(pins=False))
    assert result.notes == ()
    name = re.compile(rb"(library/node):[\w.-]+(@\S+)?")
    assert name.sub(rb"\1", (shop / WEB).read_bytes()) == name.sub(rb"\1", before), "nothing else of the file"


def test_a_digest_anew(shop: Path, fake_registry: FakeRegistry) -> None:
    tag = "24.92.0-trixie-slim"
    anew = fake_registry.add(NODE, tag, platforms="linux/amd64 linux/arm64/v8 linux/s390x")
    put(shop, f":{tag}@{anew}")
    hold(shop, f":{tag}@{anew}", online(shop, Moves(pins=False)), Moves(pins=False))


def test_a_tag_alone_moves_on_with_others(shop: Path, fake_registry: FakeRegistry) -> None:
    put(shop, ":24.93.0-trixie-slim")
    fake_registry.add(NODE, "24.94.0-trixie-slim")
    hold(shop, pinned(fake_registry, "24.94.0"), online(shop))


@pytest.mark.parametrize("what", ["tag", "digest"])
def test_half_of_what_stood_there_is_made_whole(what: str, shop: Path, fake_registry: FakeRegistry) -> None:
    pin = pinned(fake_registry, "24.92.0")
    tag, _, known = pin.partition("@")
    put(shop, tag if what == "tag" else f"@{known}")
    result = again(shop, Moves(pins=False))
    assert result.conflicts == {} and pins(shop) == {pin}


def test_a_line_of_versions_is_pinned_to_its_newest(shop: Path, fake_registry: FakeRegistry) -> None:
    fake_registry.add(NODE, "24-trixie-slim")
    put(shop, ":24-trixie-slim")
    hold(shop, pinned(fake_registry, "24.93.0"), online(shop))


def test_a_line_of_versions_is_pinned_as_it_is_while_pins_stay(shop: Path, fake_registry: FakeRegistry) -> None:
    fake_registry.add(NODE, "24-trixie-slim")
    put(shop, ":24-trixie-slim")
    hold(shop, pinned(fake_registry, "24"), online(shop, Moves(pins=False)), Moves(pins=False))


@pytest.mark.parametrize(
    "pin", [":24.93.0-trixie-slim", ":24.91.0-trixie-slim", ":24-trixie-slim", "@sha256:" + "b" * 64]
)
def test_offline_what_is_not_known_stays_and_is_said(pin: str, shop: Path, fake_registry: FakeRegistry) -> None:
    fake_registry.add(NODE, "24-trixie-slim")
    old = pinned(fake_registry, "24.92.0")
    put(shop, pin)
    line = line_of(shop, "build")
    for moves in (Moves(), Moves(pins=False), Moves(templates=False)):
        result = again(shop, moves)
        assert result.conflicts == {} and pins(shop) == {old, pin}
        [note] = [note for note in result.notes if note.startswith(f"{WEB}:{line}: ")]
        assert ("a digest alone" if pin.startswith("@") else "stays without a digest") in note
    assert [(one.path, one.line) for one in check(shop).findings if one.rule == "unpinned-image"] == [(WEB, line)]
    result = online(shop)
    newest = {":24.91": "24.91.0"}.get(pin[:6], "24.93.0")
    if pin.startswith("@"):
        assert pins(shop) == {pinned(fake_registry, newest), pin}
    else:
        hold(shop, pinned(fake_registry, newest), result)


def test_todays_digest_alone_gets_its_tag(shop: Path, fake_registry: FakeRegistry) -> None:
    pin = pinned(fake_registry, "24.93.0")
    put(shop, f"@{pin.partition('@')[2]}")
    hold(shop, pin, online(shop))


def test_a_tag_that_no_registry_has_stays(shop: Path, fake_registry: FakeRegistry) -> None:
    put(shop, ":24.99.9-trixie-slim")
    result = online(shop)
    assert result.conflicts == {} and pins(shop) == {pinned(fake_registry, "24.93.0"), ":24.99.9-trixie-slim"}
    said = " ".join(result.notes)
    assert "has no library/node:24.99.9-trixie-slim" in said and f"{WEB}:{line_of(shop, 'build')}: " in said
    assert {one.what for one in online(shop).outcomes} == {"unchanged"}


def test_an_unpinned_one_gives_way_to_other_answers(shop: Path, fake_registry: FakeRegistry) -> None:
    put(shop, ":24.99.9-trixie-slim")
    saved = shop / ANSWERS
    saved.write_text(saved.read_text().replace('tier = "slim"', 'tier = "alpine"'))
    assert online(shop).conflicts == {} and pins(shop) == {pinned(fake_registry, "24.93.0", f"alpine{NEWEST}")}


@pytest.mark.parametrize("half", [False, True], ids=["tag and digest", "tag alone"])
def test_an_older_one_is_held_everywhere(half: bool, shop: Path, fake_registry: FakeRegistry) -> None:
    old, newest = pinned(fake_registry, "24.91.0"), pinned(fake_registry, "24.93.0")
    put(shop, old.partition("@")[0] if half else old)
    result = online(shop)
    hold(shop, old, result)
    said = f"{fake_registry.host}/{NODE}:24.91.0-trixie-slim is held, as it was put in place of a newer one: run "
    assert f"{said}update --pins to move it on." in result.notes
    assert [one.rule for one in check(shop, online=True).findings] == ["stale-pin"] * 4
    result = online(shop, Moves(templates=False))
    assert not [note for note in result.notes if "held" in note]
    hold(shop, newest, result)


def test_a_held_one_is_moved_by_who_moves_its_line(shop: Path, fake_registry: FakeRegistry) -> None:
    put(shop, pinned(fake_registry, "24.91.0"))
    online(shop)
    put(shop, pinned(fake_registry, "24.92.0"), "runtime", API)
    hold(shop, pinned(fake_registry, "24.93.0"), online(shop))


def test_another_flavour_stays_and_is_said(shop: Path, fake_registry: FakeRegistry) -> None:
    alpine = pinned(fake_registry, "24.93.0", f"alpine{NEWEST}")
    put(shop, alpine, "runtime")
    for _ in range(2):
        result = online(shop)
        assert result.conflicts == {} and pins(shop) == {alpine, pinned(fake_registry, "24.93.0")}
        name = f"{fake_registry.host}/{NODE}"
        assert (
            f"{WEB}:{line_of(shop, 'runtime')}: {name}{alpine.partition('@')[0]} stays in place of "
            f"{name}:24.93.0-trixie-slim: to have its like everywhere change tier in {ANSWERS}."
        ) in result.notes
    saved = shop / ANSWERS
    saved.write_text(saved.read_text().replace('tier = "slim"', 'tier = "alpine"'))
    hold(shop, alpine, online(shop))


def test_a_flavour_that_the_answers_follow_is_not_rolled_back(shop: Path, fake_registry: FakeRegistry) -> None:
    newer = f":24.98.0-alpine{NEWEST}@sha256:{'b' * 64}"
    put(shop, newer, "runtime")
    saved = shop / ANSWERS
    saved.write_text(saved.read_text().replace('tier = "slim"', 'tier = "alpine"'))
    result = online(shop)
    assert result.conflicts == {} and pins(shop) == {newer}


def test_only_pins_of_files_are_said_to_move(shop: Path, fake_registry: FakeRegistry) -> None:
    done = inside.run("update", "--refresh", "--dry-run", cwd=shop)
    assert "pins       " in done.out and "24.92.0-trixie-slim -> 24.93.0-trixie-slim\n" in done.out
    for path in (WEB, API):
        (shop / path).unlink()
    done = inside.run("update", "--refresh", "--dry-run", cwd=shop)
    assert "left deleted" in done.out and "pins  " not in done.out
    done = inside.run("update", "--refresh", "--json", cwd=shop)
    assert done.code == 0 and json.loads(done.out)["written"] is True
