from __future__ import annotations

import datetime
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold.errors import ScaffoldError, Transient
from scaffold.images import mirrored, reference
from scaffold.model import Image
from scaffold.pins import choose, pin
from scaffold.registry import LoginNeeded

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

TODAY = datetime.date(2026, 11, 22)
AMD, ARM = "linux/amd64", "linux/arm64"
BOTH = (AMD, ARM)
NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")
ALPINE = Image("docker.io", "library/alpine", "{}", "3.24")
STATIC = Image("gcr.io", "distroless/static-debian13", "nonroot")
LAB = tuple((registry, f"127.0.0.1:5000/{registry}") for registry in ("docker.io", "gcr.io", "ghcr.io"))


@pytest.mark.parametrize(
    ("pattern", "line", "tags", "chosen"),
    [
        ("{}-trixie-slim", "24", "24.9.0-trixie-slim 24.10.0-trixie-slim 22.99.0-trixie-slim", "24.10.0-trixie-slim"),
        ("{}-trixie-slim", "24", "24.19.9-trixie-slim 24.19.10-trixie-slim", "24.19.10-trixie-slim"),
        ("{}-trixie-slim", "24", "24-trixie-slim 24.19-trixie-slim 24.19.0-trixie-slim", "24.19.0-trixie-slim"),
        ("{}-trixie-slim", "24", "24.19.0-trixie-slim-amd64 24.19.0-trixie 24.19.0-slim", None),
        ("{}-trixie-slim", "24.17.0", "24.17.0-trixie-slim 24.19.0-trixie-slim", "24.17.0-trixie-slim"),
        ("{}-trixie-slim", "2", "24.19.0-trixie-slim", None),
        ("{}-trixie-slim", "24.1", "24.19.0-trixie-slim", None),
        ("{}-trixie-slim", "24.19.0", "24.19.01-trixie-slim", None),
        ("{}-slim-trixie", "3.1", "3.14.2-slim-trixie 3.1.4-slim-trixie", "3.1.4-slim-trixie"),
        ("{}-slim-trixie", "3.14", "3.14.0-slim-trixie 3.14.1rc1-slim-trixie", "3.14.0-slim-trixie"),
        ("{}-slim-trixie", "3.15", "3.15.0rc3-slim-trixie 3.15.0a1-slim-trixie", None),
        ("{}-trixie", "1.27", "1.27rc1-trixie 1.27.2-trixie 1.27.10-trixie", "1.27.10-trixie"),
        ("{}-alpine3.24", "24", "24.20.0-alpine3.9 24.19.0-alpine3.24 24.21.0-alpine3.240", "24.19.0-alpine3.24"),
        ("{}-alpine3.24", "24", "24.21.0-alpine3x24", None),
        ("trixie-{}-slim", "", "trixie-20260921-slim trixie-20261005-slim trixie-slim", "trixie-20261005-slim"),
        ("trixie-{}-slim", "", "bookworm-20261005-slim trixie-2026-slim trixie-20261005", None),
        ("{}", "", "3.24.2 3.9.6 20270101 latest edge 3", "3.24.2"),
        ("{}", "3.24", "3.24.2 3.24.10 3.25.0 20270101", "3.24.10"),
        ("{}", "", "", None),
        ("nonroot", "", "", "nonroot"),
        ("nonroot", "24", "latest", "nonroot"),
    ],
)
def test_choose(pattern: str, line: str, tags: str, chosen: str | None) -> None:
    assert choose(pattern, line, tags.split()) == chosen
    assert choose(pattern, line, reversed(tags.split())) == chosen


def test_offline() -> None:
    pinned = pin([NODE, STATIC, NODE], (), BOTH, True, TODAY)
    assert set(pinned.images) == {NODE, STATIC}
    assert reference(pinned.images[NODE]).startswith("node:24.21.0-trixie-slim@sha256:173f1258")
    assert pinned.images[NODE].source == "catalogue" and pinned.images[NODE].date == "2026-10-10"
    assert pinned.notes == ("Offline: pinned from the catalogue of 2026-10-10, 43 days old.",)


def test_offline_with_a_mirror_changes_the_names_alone() -> None:
    plain, at_mirror = (pin([NODE, STATIC], mirrors, BOTH, True, TODAY).images for mirrors in ((), LAB))
    assert at_mirror == {image: mirrored(pinned, LAB) for image, pinned in plain.items()}
    assert at_mirror[STATIC].name == "127.0.0.1:5000/gcr.io/distroless/static-debian13"


@pytest.mark.parametrize(
    ("image", "platforms", "fact", "remedy"),
    [
        (replace(NODE, line="24.19.0"), BOTH, "no docker.io/library/node:24.19.0-trixie-slim", "--version"),
        (replace(NODE, line="24.19.0"), BOTH, "22.23.3, 24.21.0, 26.11.1", "leave out --offline"),
        (replace(NODE, line="20"), BOTH, "it has 22, 24, 26", "--version"),
        (replace(NODE, tag="{}-trixie"), BOTH, r"node:24.\*-trixie, nor another", "leave out --offline"),
        (replace(NODE, repository="library/ruby"), BOTH, "no docker.io/library/ruby", "leave out --offline"),
        (replace(STATIC, tag="debug"), BOTH, "no gcr.io/distroless/static-debian13:debug", "leave out --offline"),
        (NODE, (AMD, "linux/riscv64"), "24.21.0-trixie-slim lacks linux/riscv64", "Use --platform linux/amd64"),
        (ALPINE, ("linux/riscv64", "linux/s390x"), "lacks linux/riscv64, linux/s390x", "Use --platform linux/amd64"),
    ],
)
def test_offline_and_not_there(image: Image, platforms: tuple[str, ...], fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError, match=fact) as caught:
        pin([image], (), platforms, True, TODAY)
    assert caught.value.code == 2 and remedy in caught.value.remedy


def test_platforms_in_another_form() -> None:
    assert pin([NODE], (), ("linux/arm64/v8", "Linux/amd64"), True, TODAY).images


def mirror(fake: FakeRegistry) -> tuple[tuple[str, str], ...]:
    return (("docker.io", f"{fake.host}/docker.io"),)


@pytest.fixture
def node(fake_registry: FakeRegistry) -> FakeRegistry:
    for tag in ("24.9.0-trixie-slim", "24.10.0-trixie-slim", "24.11.0-rc.1-trixie-slim", "22.1.0-trixie-slim"):
        fake_registry.add("docker.io/library/node", tag)
    return fake_registry


def test_online(node: FakeRegistry) -> None:
    digest = node.add("docker.io/library/node", "24.10.1-trixie-slim")
    pinned = pin([NODE, NODE], mirror(node), BOTH, False, TODAY)
    assert reference(pinned.images[NODE]) == f"{node.host}/docker.io/library/node:24.10.1-trixie-slim@{digest}"
    assert (pinned.images[NODE].source, pinned.images[NODE].date) == (node.host, "2026-11-22")
    assert pinned.images[NODE].platforms == BOTH and pinned.notes == ()


def test_each_distinct_image_is_asked_for_once_and_all_at_once(node: FakeRegistry) -> None:
    images = [replace(NODE, line=line) for line in ("24", "22", "24.9", "24.9.0", "24.10.0", "24")]
    node.delay = 0.1
    begun = time.monotonic()
    assert len(pin(images, mirror(node), BOTH, False, TODAY).images) == 5
    assert time.monotonic() - begun < 1.5, "three answers each, one after the other"
    assert len(node.asked) == 15


def test_a_partial_index_gives_way_to_an_older_tag(node: FakeRegistry) -> None:
    node.add("docker.io/library/node", "24.12.0-trixie-slim", platforms=AMD)
    node.add("docker.io/library/node", "24.11.0-trixie-slim", single=True)
    assert pin([NODE], mirror(node), BOTH, False, TODAY).images[NODE].tag == "24.10.0-trixie-slim"
    assert pin([NODE], mirror(node), (AMD,), False, TODAY).images[NODE].tag == "24.12.0-trixie-slim"


def test_no_index_has_every_platform(fake_registry: FakeRegistry) -> None:
    fake_registry.add("docker.io/library/node", "24.12.0-trixie-slim", platforms=AMD)
    fake_registry.add("docker.io/library/node", "24.11.0-trixie-slim", single=True)
    with pytest.raises(ScaffoldError) as caught:
        pin([NODE], mirror(fake_registry), BOTH, False, TODAY)
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
        pin([image], mirror(node), BOTH, False, TODAY)
    assert caught.value.code == 2 and caught.value.fact.startswith(node.host)


def test_a_mirror_that_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(Transient, match=r"127.0.0.1:1 could not be reached") as caught:
        pin([NODE], (("docker.io", "127.0.0.1:1"),), BOTH, False, TODAY)
    assert caught.value.code == 75 and "--offline" in caught.value.remedy


def test_a_mirror_that_wants_a_login_is_an_error(node: FakeRegistry) -> None:
    node.login = "refused"
    with pytest.raises(LoginNeeded):
        pin([NODE], mirror(node), BOTH, False, TODAY)


def test_the_catalogue_stands_in_for_registries_out_of_reach(node: FakeRegistry) -> None:
    pinned = pin([STATIC, NODE], mirror(node), BOTH, False, TODAY)
    assert pinned.images[NODE].source == node.host
    assert reference(pinned.images[STATIC]).startswith("gcr.io/distroless/static-debian13:nonroot@sha256:e2e927ec")
    assert (pinned.images[STATIC].source, pinned.images[STATIC].date) == ("catalogue", "2026-10-04")
    (note,) = pinned.notes
    assert note.startswith("gcr.io could not be reached (")
    assert note.endswith(": pinned from the catalogue of 2026-10-10, 43 days old.")


def test_one_note_for_each_registry_out_of_reach() -> None:
    pinned = pin([NODE, ALPINE, STATIC], (), BOTH, False, TODAY)
    assert [note.split()[0] for note in pinned.notes] == ["docker.io", "gcr.io"]


@pytest.mark.parametrize("image", [replace(NODE, line="24.19.0"), replace(NODE, tag="{}-foo")])
def test_out_of_reach_and_not_in_the_catalogue(image: Image) -> None:
    with pytest.raises(Transient) as caught:
        pin([image], (), BOTH, False, TODAY)
    assert "docker.io could not be reached" in caught.value.fact
    assert "The catalogue of 2026-10-10 has no docker.io/library/node" in caught.value.fact
    assert "--offline" not in caught.value.remedy


def test_a_bad_request_is_told_before_a_failure_of_the_network(node: FakeRegistry) -> None:
    mirrors = (*mirror(node), ("gcr.io", "127.0.0.1:1"))
    with pytest.raises(ScaffoldError, match=r"has no docker.io/library/node:30") as caught:
        pin([STATIC, replace(NODE, line="30")], mirrors, BOTH, False, TODAY)
    assert caught.value.code == 2


def test_a_wrong_digest_is_not_papered_over(fake_registry: FakeRegistry) -> None:
    image = Image(fake_registry.host, "library/node", "{}-trixie-slim", "24")
    fake_registry.add("library/node", "24.10.0-trixie-slim")
    fake_registry.digest = "sha256:" + "0" * 64
    fake_registry.manifests["library/node", fake_registry.digest] = fake_registry.manifests[
        "library/node", "24.10.0-trixie-slim"
    ]
    with pytest.raises(ScaffoldError, match="has not the digest") as caught:
        pin([image], (), BOTH, False, TODAY)
    assert "catalogue" not in caught.value.fact


def test_the_catalogue_is_asked_when_a_registry_wants_a_login(fake_registry: FakeRegistry) -> None:
    fake_registry.login = "refused"
    with pytest.raises(LoginNeeded, match=r"wants a login for team/app, .* The catalogue of .* has no"):
        pin([Image(fake_registry.host, "team/app", "{}", "1")], (), BOTH, False, TODAY)


def test_a_hanging_registry_is_bounded(node: FakeRegistry) -> None:
    node.delay = 30
    begun = time.monotonic()
    with pytest.raises(Transient, match="no answer"):
        pin([NODE], mirror(node), BOTH, False, TODAY, seconds=0.3)
    assert time.monotonic() - begun < 3


DRIP = """
import datetime, socket, sys, threading, time
from scaffold.errors import Transient
from scaffold.model import Image
from scaffold.pins import pin

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
    pin([image], [(image.registry, image.registry)], ["linux/amd64"], False, datetime.date.today(), seconds=0.5)
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
from scaffold.pins import pin
wanted = [Image("docker.io", "library/node", "{}-trixie-slim", "24"), Image("ghcr.io", "astral-sh/uv", "{}"),
          Image("docker.io", "library/debian", "trixie-{}-slim"), Image("gcr.io", "distroless/cc-debian13", "nonroot")]
pin(wanted, (), ("linux/amd64",), True, datetime.date.today())
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
    pinned = pin(wanted, LAB, (AMD,), False, TODAY)
    tags = [pinned.images[image].tag for image in wanted]
    assert tags == ["24.19.0-trixie-slim", "3.24.2", "nonroot", "trixie-20261005-slim"]
    assert {image.source for image in pinned.images.values()} == {"127.0.0.1:5000"} and pinned.notes == ()
    with pytest.raises(ScaffoldError, match=r"24.17.0-trixie-slim lacks linux/arm64"):
        pin(wanted, LAB, BOTH, False, TODAY)
