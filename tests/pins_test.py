from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold import catalogue, tags
from scaffold.catalogue import Catalogue
from scaffold.errors import ScaffoldError, Transient
from scaffold.failures import LoginNeeded, Unreached
from scaffold.images import mirrored, reference
from scaffold.model import Image
from scaffold.pins import Request, ask, pin
from tests.day import TODAY, after
from tests.generated import catalogued

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

AMD, ARM = "linux/amd64", "linux/arm64"
BOTH = (AMD, ARM)
NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")
ALPINE = Image("docker.io", "library/alpine", "{}", "3.24")
STATIC = Image("gcr.io", "distroless/static-debian13", "nonroot")
OF_NODE = tags.ascending(tags.versions(NODE, Catalogue().tags(NODE)).values())
"""The versions that the catalogue has of this variant."""
LAB = tuple((registry, f"127.0.0.1:5000/{registry}") for registry in ("docker.io", "gcr.io", "ghcr.io"))


def test_offline() -> None:
    pinned = pin([NODE, STATIC, NODE], Request((), BOTH, offline=True), after(43))
    assert pinned.images == {NODE: catalogued(NODE), STATIC: catalogued(STATIC)}
    assert re.fullmatch(r"node:24\.[\d.]+-trixie-slim@sha256:[0-9a-f]{64}", reference(pinned.images[NODE]))
    assert pinned.images[NODE].source == "catalogue" and pinned.images[NODE].date
    assert pinned.notes == (f"Offline: pinned from the catalogue of {catalogue.date()}, 43 days old.",)


def test_offline_with_a_mirror_changes_the_names_alone() -> None:
    plain, at_mirror = (
        pin([NODE, STATIC], Request(mirrors, BOTH, offline=True), TODAY).images for mirrors in ((), LAB)
    )
    assert at_mirror == {image: mirrored(pinned, LAB) for image, pinned in plain.items()}
    assert at_mirror[STATIC].name == "127.0.0.1:5000/gcr.io/distroless/static-debian13"


@pytest.mark.parametrize(
    ("image", "platforms", "fact", "remedy"),
    [
        (replace(NODE, line="24.19.0"), BOTH, "no docker.io/library/node:24.19.0-trixie-slim", "--version"),
        (replace(NODE, line="24.19.0"), BOTH, f"it has {', '.join(OF_NODE)}\\.", "leave out --offline"),
        (replace(NODE, line="20"), BOTH, f"it has {', '.join(v.split('.')[0] for v in OF_NODE)}\\.", "--version"),
        (replace(NODE, tag="{}-trixie"), BOTH, r"node:24.\*-trixie, nor another", "leave out --offline"),
        (replace(NODE, repository="library/ruby"), BOTH, "no docker.io/library/ruby", "leave out --offline"),
        (replace(STATIC, tag="debug"), BOTH, "no gcr.io/distroless/static-debian13:debug", "leave out --offline"),
        (NODE, (AMD, "linux/no"), f"{catalogued(NODE).tag} lacks linux/no\\.", "Use --platform linux/amd64"),
        (
            ALPINE,
            ("linux/no", "linux/none"),
            "lacks linux/no, linux/none",
            f"Use --platform {catalogued(ALPINE).platforms[0]}",
        ),
    ],
)
def test_offline_and_not_there(image: Image, platforms: tuple[str, ...], fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError, match=fact) as caught:
        pin([image], Request((), platforms, offline=True), TODAY)
    assert caught.value.code == 2 and remedy in caught.value.remedy


def test_platforms_in_another_form() -> None:
    assert pin([NODE], Request((), ("linux/arm64/v8", "Linux/amd64"), offline=True), TODAY).images


def mirror(fake: FakeRegistry) -> tuple[tuple[str, str], ...]:
    return (("docker.io", f"{fake.host}/docker.io"),)


@pytest.fixture
def node(fake_registry: FakeRegistry) -> FakeRegistry:
    for tag in ("24.9.0-trixie-slim", "24.10.0-trixie-slim", "24.11.0-rc.1-trixie-slim", "22.1.0-trixie-slim"):
        fake_registry.add("docker.io/library/node", tag)
    return fake_registry


def test_online(node: FakeRegistry) -> None:
    digest = node.add("docker.io/library/node", "24.10.1-trixie-slim")
    pinned = pin([NODE, NODE], Request(mirror(node), BOTH), TODAY)
    assert reference(pinned.images[NODE]) == f"{node.host}/docker.io/library/node:24.10.1-trixie-slim@{digest}"
    assert (pinned.images[NODE].source, pinned.images[NODE].date) == (node.host, TODAY.isoformat())
    assert pinned.images[NODE].platforms == BOTH and pinned.notes == ()


def test_each_distinct_image_is_asked_for_once_and_all_at_once(node: FakeRegistry) -> None:
    images = [replace(NODE, line=line) for line in ("24", "22", "24.9", "24.9.0", "24.10.0", "24")]
    node.delay = 0.1
    begun = time.monotonic()
    assert len(pin(images, Request(mirror(node), BOTH), TODAY).images) == 5
    assert time.monotonic() - begun < 1.5, "three answers each, one after the other"
    # Two exact versions need no list. A list without order could be a part: all are read too. No tag is asked twice.
    assert len(node.asked) == 3 * 2 + 3 * 2


def test_a_partial_index_gives_way_to_an_older_tag(node: FakeRegistry) -> None:
    node.add("docker.io/library/node", "24.12.0-trixie-slim", platforms=AMD)
    node.add("docker.io/library/node", "24.11.0-trixie-slim", single=True)
    assert pin([NODE], Request(mirror(node), BOTH), TODAY).images[NODE].tag == "24.10.0-trixie-slim"
    assert pin([NODE], Request(mirror(node), (AMD,)), TODAY).images[NODE].tag == "24.12.0-trixie-slim"


def test_no_index_has_every_platform(fake_registry: FakeRegistry) -> None:
    fake_registry.add("docker.io/library/node", "24.12.0-trixie-slim", platforms=AMD)
    fake_registry.add("docker.io/library/node", "24.11.0-trixie-slim", single=True)
    with pytest.raises(ScaffoldError) as caught:
        pin([NODE], Request(mirror(fake_registry), BOTH), TODAY)
    assert "docker.io/library/node" in caught.value.fact
    assert "24.12.0-trixie-slim lacks linux/arm64" in caught.value.fact
    assert "24.11.0-trixie-slim is one platform's manifest" in caught.value.fact
    assert caught.value.remedy == "Use --platform linux/amd64." and caught.value.code == 2


@pytest.mark.parametrize(
    ("image", "fact"),
    [
        (replace(NODE, line="30"), r"docker.io/library/node:30.\*-trixie-slim.*it has 22, 24\."),
        (replace(NODE, line="24.8"), r"node:24.8.\*-trixie-slim.*it has 22.1, 24.9, 24.10\."),
        (replace(NODE, line="24.8.0"), r"node:24.8.0-trixie-slim.*it has 22.1.0, 24.9.0, 24.10.0\."),
        (replace(NODE, tag="{}-foo"), r"node:24.\*-foo, nor another version"),
        (replace(NODE, tag="nonroot"), "has no docker.io/library/node:nonroot"),
        (replace(NODE, repository="library/ruby"), "has no docker.io/library/ruby"),
    ],
)
def test_a_mirror_without_the_image(node: FakeRegistry, image: Image, fact: str) -> None:
    with pytest.raises(ScaffoldError, match=fact) as caught:
        pin([image], Request(mirror(node), BOTH), TODAY)
    assert caught.value.code == 2 and caught.value.fact.startswith(node.host)


def test_a_mirror_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(Transient, match=r"127.0.0.1:1 could not be reached") as caught:
        pin([NODE], Request((("docker.io", "127.0.0.1:1"),), BOTH), TODAY)
    assert caught.value.code == 75 and "--offline" in caught.value.remedy


def test_a_mirror_that_wants_a_login_is_an_error(node: FakeRegistry) -> None:
    node.login = "refused"
    with pytest.raises(LoginNeeded):
        pin([NODE], Request(mirror(node), BOTH), TODAY)


def test_the_catalogue_stands_in_for_registries_out_of_reach(node: FakeRegistry) -> None:
    pinned = pin([STATIC, NODE], Request(mirror(node), BOTH), after(43))
    assert pinned.images[NODE].source == node.host
    assert pinned.images[STATIC] == catalogued(STATIC) and pinned.images[STATIC].source == "catalogue"
    assert reference(pinned.images[STATIC]).startswith("gcr.io/distroless/static-debian13:nonroot@sha256:")
    (note,) = pinned.notes
    assert note.startswith("gcr.io could not be reached (")
    assert note.endswith(f": pinned from the catalogue of {catalogue.date()}, 43 days old.")


def test_registries_out_of_reach_for_one_reason_are_one_note() -> None:
    pinned = pin([NODE, ALPINE, STATIC], Request((), BOTH), after(43))
    assert pinned.notes == (
        "docker.io and gcr.io could not be reached (its name is not known): "
        f"pinned from the catalogue of {catalogue.date()}, 43 days old.",
    )


def test_registries_out_of_reach_for_different_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "gcr.io")
    (note,) = pin([NODE, STATIC], Request((), BOTH), TODAY).notes
    assert "docker.io could not be reached (its proxy does not answer" in note and "; gcr.io could not" in note


@pytest.mark.parametrize(("days", "warns"), [(60, False), (61, True)])
def test_an_old_catalogue_is_a_warning(days: int, warns: bool) -> None:
    for offline in (True, False):
        pinned = pin([STATIC], Request((), BOTH, offline=offline), after(days))
        assert (len(pinned.warnings), len(pinned.notes)) == ((1, 0) if warns else (0, 1))
        (told,) = pinned.warnings or pinned.notes
        assert f"the catalogue of {catalogue.date()}, {days} days old" in told


def test_no_stand_in_where_none_is_wanted() -> None:
    with pytest.raises(Unreached, match=r"gcr.io could not be reached"):
        pin([STATIC], Request((), BOTH, stand_in=False), TODAY)


def test_ask_gives_failures_beside_pins(node: FakeRegistry) -> None:
    wrong = replace(NODE, line="30")
    asked = ask([NODE, wrong], Request(mirror(node), BOTH), TODAY)
    assert set(asked.images) == {NODE} and set(asked.failures) == {wrong}


@pytest.mark.parametrize("lacking", ["repository", "version", "platform"])
def test_what_a_mirror_lacks(fake_registry: FakeRegistry, lacking: str) -> None:
    digest = fake_registry.add("library/node", "24.10.0-trixie-slim")
    if lacking != "repository":
        tag = "22.1.0-trixie-slim" if lacking == "version" else "24.10.0-trixie-slim"
        fake_registry.add("docker.io/library/node", tag, platforms=AMD)
    image = Image(fake_registry.host, "library/node", "{}-trixie-slim", "24")
    other = f"localhost:{fake_registry.host.rpartition(':')[2]}"
    mirrors = ((fake_registry.host, f"{other}/docker.io"),)
    with pytest.raises(ScaffoldError, match=f"{other}.*library/node"):
        pin([image], Request(mirrors, BOTH), TODAY)
    pinned = pin([image], Request(mirrors, BOTH, fallback=True), TODAY)
    assert pinned.images[image].name == f"{fake_registry.host}/library/node"
    assert pinned.images[image].digest == digest
    assert pinned.notes == (
        f"{other}/docker.io has no fitting library/node: it comes from {fake_registry.host} itself.",
    )


def test_what_neither_a_mirror_nor_the_registry_has(node: FakeRegistry) -> None:
    image = Image("127.0.0.1:1", "library/node", "{}-trixie-slim", "30")
    with pytest.raises(Transient, match=r"has no docker.io/library/node:30\..* 127.0.0.1:1 could not be reached"):
        pin([image], Request((("127.0.0.1:1", f"{node.host}/docker.io"),), BOTH, fallback=True), TODAY)


def test_a_mirror_that_fails_does_not_fall_back(node: FakeRegistry) -> None:
    image = Image(node.host, "docker.io/library/node", "{}-trixie-slim", "24")
    with pytest.raises(Unreached, match=r"127.0.0.1:1 could not"):
        pin([image], Request(((node.host, "127.0.0.1:1"),), BOTH, fallback=True), TODAY)


@pytest.mark.parametrize("image", [replace(NODE, line="24.19.0"), replace(NODE, tag="{}-foo")])
def test_out_of_reach_and_not_in_the_catalogue(image: Image) -> None:
    with pytest.raises(Transient) as caught:
        pin([image], Request((), BOTH), TODAY)
    assert "docker.io could not be reached" in caught.value.fact
    assert f"The catalogue of {catalogue.date()} has no docker.io/library/node" in caught.value.fact
    assert "--offline" not in caught.value.remedy


def test_a_bad_request_is_told_before_a_failure_of_the_network(node: FakeRegistry) -> None:
    mirrors = (*mirror(node), ("gcr.io", "127.0.0.1:1"))
    with pytest.raises(ScaffoldError, match=r"has no docker.io/library/node:30") as caught:
        pin([STATIC, replace(NODE, line="30")], Request(mirrors, BOTH), TODAY)
    assert caught.value.code == 2


def test_a_wrong_digest_is_not_papered_over(fake_registry: FakeRegistry) -> None:
    image = Image(fake_registry.host, "library/node", "{}-trixie-slim", "24")
    fake_registry.add("library/node", "24.10.0-trixie-slim")
    fake_registry.digest = "sha256:" + "0" * 64
    fake_registry.manifests["library/node", fake_registry.digest] = fake_registry.manifests[
        "library/node", "24.10.0-trixie-slim"
    ]
    with pytest.raises(ScaffoldError, match="has not the digest") as caught:
        pin([image], Request((), BOTH), TODAY)
    assert "catalogue" not in caught.value.fact


def test_the_catalogue_does_not_stand_in_for_a_login(fake_registry: FakeRegistry) -> None:
    fake_registry.login = "refused"
    with pytest.raises(LoginNeeded, match=r"wants a login for team/app, or has no such image\.$"):
        pin([Image(fake_registry.host, "team/app", "{}", "1")], Request((), BOTH), TODAY)


def test_a_hanging_registry_is_bounded(node: FakeRegistry) -> None:
    node.delay = 30
    begun = time.monotonic()
    with pytest.raises(Transient, match="no answer"):
        pin([NODE], Request(mirror(node), BOTH, seconds=0.3), TODAY)
    assert time.monotonic() - begun < 3


DRIP = """
import datetime, socket, sys, threading, time
from scaffold.errors import Transient
from scaffold.model import Image
from scaffold.pins import Request, pin

listening = socket.create_server(("127.0.0.1", 0))

def drip():
    connection, _ = listening.accept()
    connection.sendall(b"HTTP/1.1 200 OK\\r\\n")
    while True:
        connection.sendall(b"X: y\\r\\n")
        time.sleep(0.1)

threading.Thread(target=drip, daemon=True).start()
image = Image(f"127.0.0.1:{listening.getsockname()[1]}", "app", "{}", "1")
try:
    pin([image], Request(((image.registry, image.registry),), ("linux/amd64",), seconds=0.5), datetime.date.today())
except Transient as error:
    print(error.fact)
"""


def run(program: str) -> str:
    """What the program prints, in an interpreter of its own."""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_dripping_registry_does_not_hold_up_the_exit() -> None:
    begun = time.monotonic()
    assert "no answer within 0.5 s" in run(DRIP)
    assert time.monotonic() - begun < 5


OFFLINE = """
import datetime, sys
from scaffold.model import Image
from scaffold.pins import Request, pin
wanted = [Image("docker.io", "library/node", "{}-trixie-slim", "24"), Image("ghcr.io", "astral-sh/uv", "{}"),
          Image("docker.io", "library/debian", "trixie-{}-slim"), Image("gcr.io", "distroless/cc-debian13", "nonroot")]
pin(wanted, Request((), ("linux/amd64",), offline=True), datetime.date.today())
heavy = {"requests", "urllib3", "urllib.request", "packaging", "concurrent.futures", "http.client", "ssl", "hashlib"}
print(sorted(heavy & set(sys.modules)))
"""


def test_offline_loads_nothing_heavy() -> None:
    assert run(OFFLINE).strip() == "[]"


@pytest.mark.lab
def test_lab() -> None:
    import socket

    try:
        socket.create_connection(("127.0.0.1", 5000), timeout=1).close()
    except OSError as error:
        pytest.skip(f"no registry of stand-in images at 127.0.0.1:5000 ({error})")
    wanted = [NODE, ALPINE, STATIC, Image("docker.io", "library/debian", "trixie-{}-slim")]
    pinned = pin(wanted, Request(LAB, (AMD,)), TODAY)
    tags = [pinned.images[image].tag for image in wanted]
    assert tags == ["24.19.0-trixie-slim", "3.24.2", "nonroot", "trixie-20261005-slim"]
    assert {image.source for image in pinned.images.values()} == {"127.0.0.1:5000"} and pinned.notes == ()
    with pytest.raises(ScaffoldError, match=r"24.17.0-trixie-slim lacks linux/arm64"):
        pin(wanted, Request(LAB, BOTH), TODAY)
