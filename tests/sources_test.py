from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold.errors import ScaffoldError
from scaffold.model import Image
from scaffold.sources import Sources

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry


def test_a_registry_is_one_for_all(fake_registry: FakeRegistry) -> None:
    sources = Sources((), 5, False)
    assert sources.of(fake_registry.host) is sources.of(fake_registry.host)
    assert sources.of(fake_registry.host).label == fake_registry.host


def test_resolve(fake_registry: FakeRegistry, own_home: Path) -> None:
    digest = fake_registry.add("team/app", "1.0.0-slim")
    image = Image(fake_registry.host, "team/app", "{}-slim", "1")
    source = Sources((), 5, False).of(fake_registry.host)
    assert source.tags(image, "1.") == ("1.0.0-slim",)
    found = source.resolve(image, "1.0.0-slim")
    assert (found.tag, found.digest, found.source) == ("1.0.0-slim", digest, fake_registry.host)
    assert found.platforms == ("linux/amd64", "linux/arm64") and found.line == "1"
    assert (own_home / ".cache/dockerscaffold").is_dir()


def test_a_mirror_written_with_a_scheme_is_asked_that_way(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    port = fake_registry.host.rpartition(":")[2]
    # An address of this machine in a form that is not known as one.
    host = f"0.0.0.0:{port}"
    plain = Sources((("docker.io", f"http://{host}/x"),), 5, False).of(host)
    assert plain.tags(Image(host, "team/app", "{}-slim"), "") == ("1.0.0-slim",)
    with pytest.raises(ScaffoldError):
        Sources((("docker.io", f"{host}/y"),), 5, True).of(host).tags(Image(host, "team/app", "{}-slim"), "")
    with pytest.raises(ScaffoldError, match="does not speak TLS"):
        encrypted = Sources((("docker.io", f"https://{fake_registry.host}"),), 5, True).of(fake_registry.host)
        encrypted.tags(Image(fake_registry.host, "team/app", "{}-slim"), "")


def test_what_was_heard_in_another_way_is_not_believed(fake_registry: FakeRegistry) -> None:
    fake_registry.add("team/app", "1.0.0-slim")
    image = Image(fake_registry.host, "team/app", "{}-slim", "1")
    assert Sources((), 5, False).of(fake_registry.host).tags(image, "") == ("1.0.0-slim",)
    mirrors = (("docker.io", f"https://{fake_registry.host}"),)
    with pytest.raises(ScaffoldError, match="does not speak TLS"):
        Sources(mirrors, 5, False).of(fake_registry.host).tags(image, "")


def test_a_malformed_file_of_logins_stops_before_anything_is_asked(fake_registry: FakeRegistry, own_home: Path) -> None:
    (own_home / ".docker").mkdir()
    (own_home / ".docker/config.json").write_text("{")
    with pytest.raises(ScaffoldError, match=r"~/.docker/config.json, the file of your logins, is not JSON"):
        Sources((), 5, False)
    assert not fake_registry.asked
