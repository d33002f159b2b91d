from __future__ import annotations

import json
import os
import stat
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scaffold.authorization import Authorization
from scaffold.cache import KEPT, YOUNG, Cache, Cached
from scaffold.errors import Transient
from scaffold.model import Image
from scaffold.registry import Registry
from scaffold.transport import Transport

if TYPE_CHECKING:
    from tests.conftest import FakeRegistry

KEY = ("tags", "docker.io", "library/node", "24.")
DIGEST = "sha256:" + "1" * 64


def only(folder: Path) -> Path:
    """The one file in the folder."""
    (file,) = folder.iterdir()
    return file


def grown_old(file: Path, seconds: float) -> None:
    """Makes an entry that much older."""
    entry = json.loads(file.read_text())
    file.write_text(json.dumps({**entry, "asked": entry["asked"] - seconds}))


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a/b")
    assert cache.get(KEY) is None
    cache.put(KEY, ("24.1.0", "24.2.0"))
    assert cache.get(KEY) == ["24.1.0", "24.2.0"]
    assert Cache(tmp_path / "a/b").get(KEY) == ["24.1.0", "24.2.0"]
    assert cache.get((*KEY, "other")) is None
    assert Cache(tmp_path / "a/b", fresh=True).get(KEY) is None


def test_files_are_for_the_user_alone_and_whole(tmp_path: Path) -> None:
    Cache(tmp_path / "new").put(KEY, ["24.1.0"])
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE(only(tmp_path / "new").stat().st_mode) == 0o600


@pytest.mark.parametrize(("seconds", "found"), [(0, True), (9, True), (11, False), (-60, False)])
def test_age(tmp_path: Path, seconds: float, found: bool) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, ["24.1.0"])
    grown_old(only(tmp_path), seconds)
    assert (cache.get(KEY, 10) is not None) is found


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "[" * 9999, '{"asked": "x"}', '{"asked": 1e999, "key": [], "texts": []}', "\ud800"),
        json.dumps({"asked": 9e9, "key": [*KEY], "texts": "24"}),
        json.dumps({"asked": 9e9, "key": [*KEY], "texts": [1]}),
        json.dumps({"asked": 9e9, "key": [], "texts": ["24"]}),
    ],
)
def test_what_cannot_be_read_is_not_there(tmp_path: Path, text: str) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, ["24.1.0"])
    written = text.replace("9e9", str(time.time() - 1)).encode(errors="surrogatepass")
    only(tmp_path).write_bytes(written)
    assert cache.get(KEY) is None


def test_a_folder_that_is_none_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file/below")
    cache.put(KEY, ["24.1.0"])
    assert cache.get(KEY) is None and (tmp_path / "file").read_text() == ""


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None)
    cache.put(KEY, ["24.1.0"])
    assert cache.get(KEY) is None


def test_old_entries_are_removed(tmp_path: Path) -> None:
    Cache(tmp_path).put(("old",), ["x"])
    long_ago = time.time() - KEPT - 60
    os.utime(only(tmp_path), (long_ago, long_ago))
    Cache(tmp_path).put(("new",), ["y"])
    assert json.loads(only(tmp_path).read_text())["key"] == ["new"]


@pytest.fixture
def image(fake_registry: FakeRegistry) -> Image:
    for number in range(3):
        fake_registry.add("team/app", f"1.0.{number}-slim")
    return Image(fake_registry.host, "team/app", "{}-slim", "1")


def cached(image: Image, folder: Path, fresh: bool = False) -> Cached:
    """The image's registry as a new run sees it."""
    transport = Transport(5)
    registry = Registry(image.registry, "", transport, Authorization(image.registry, (), transport))
    return Cached(image.registry, registry, Cache(folder, fresh))


def asked_all(image: Image, folder: Path, fresh: bool = False) -> object:
    """What a run gets to know."""
    source = cached(image, folder, fresh)
    digest = source.digest(image, "1.0.2-slim")
    return source.tags(image, "1."), digest, source.index(image, "1.0.2-slim", digest)


def test_a_second_run_asks_nothing(image: Image, fake_registry: FakeRegistry, tmp_path: Path) -> None:
    first = asked_all(image, tmp_path)
    assert len(fake_registry.asked) == 3
    fake_registry.status = 500
    assert asked_all(image, tmp_path) == first
    assert len(fake_registry.asked) == 3


def test_in_one_run_nothing_is_asked_twice(image: Image, fake_registry: FakeRegistry) -> None:
    transport = Transport(5)
    registry = Registry(image.registry, "", transport, Authorization(image.registry, (), transport))
    source = Cached(image.registry, registry, Cache(None, True))
    fake_registry.delay = 0.05
    threads = [threading.Thread(target=lambda: source.digest(image, "1.0.2-slim")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.tags(image, "") == source.tags(image, "")
    assert len(fake_registry.asked) == 2


def test_with_fresh_all_but_nothing_else_is_asked_again(
    image: Image, fake_registry: FakeRegistry, tmp_path: Path
) -> None:
    asked_all(image, tmp_path)
    digest = fake_registry.add("team/app", "1.0.2-slim", platforms="linux/s390x")
    assert digest not in str(asked_all(image, tmp_path))
    assert digest in str(asked_all(image, tmp_path, fresh=True))
    assert digest in str(asked_all(image, tmp_path)), "what was asked anew is kept"


def test_some_minutes_later_the_digest_is_asked_for_and_the_index_is_not(
    image: Image, fake_registry: FakeRegistry, tmp_path: Path
) -> None:
    first = asked_all(image, tmp_path)
    for file in tmp_path.iterdir():
        grown_old(file, YOUNG + 1)
    fake_registry.asked.clear()
    assert asked_all(image, tmp_path) == first
    assert [(method, path.split("?")[0].rpartition("/")[2]) for method, path, _ in fake_registry.asked] == [
        ("HEAD", "1.0.2-slim"),
        ("GET", "list"),
    ]


def test_a_failure_is_never_covered_by_what_was_once_so(
    image: Image, fake_registry: FakeRegistry, tmp_path: Path
) -> None:
    asked_all(image, tmp_path)
    for file in tmp_path.iterdir():
        grown_old(file, YOUNG + 1)
    fake_registry.status = 404
    with pytest.raises(Exception, match="has no team/app"):
        asked_all(image, tmp_path)
    fake_registry.status = 400
    with pytest.raises(Transient):
        cached(image, tmp_path).tags(image, "1.")


def test_a_repository_without_tags_is_not_kept(image: Image, fake_registry: FakeRegistry, tmp_path: Path) -> None:
    fake_registry.body = b'{"tags": []}'
    assert cached(image, tmp_path).tags(image, "") == ()
    assert not list(tmp_path.iterdir())
