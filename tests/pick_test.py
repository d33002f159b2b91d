from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from scaffold.errors import ScaffoldError
from scaffold.facts import Range
from scaffold.failures import Absent, Unfit
from scaffold.model import Image
from scaffold.pick import TRIES, pick

AMD, ARM = "linux/amd64", "linux/arm64"
NODE = Image("docker.io", "library/node", "{}-trixie-slim", "24")


@dataclass
class Shelf:
    """A source of tags and their platforms in memory; a tag without any is no index."""

    tags_of: dict[str, Sequence[str]]
    label: str = "docker.io"
    asked: list[str] = field(default_factory=list)

    def tags(self, image: Image, prefix: str) -> Sequence[str]:
        """All tags."""
        self.asked.append(f"tags {prefix}")
        return tuple(self.tags_of)

    def resolve(self, image: Image, tag: str) -> Image:
        """The image with the platforms of the tag."""
        self.asked.append(tag)
        if not self.tags_of[tag]:
            raise Unfit("is one platform's manifest, not an index")
        return replace(image, tag=tag, platforms=tuple(self.tags_of[tag]), digest="sha256:1")


def test_the_newest_with_every_platform() -> None:
    shelf = Shelf(
        {
            "24.9.0-trixie-slim": (AMD, ARM),
            "24.10.0-trixie-slim": (AMD, ARM),
            "24.11.0-trixie-slim": (AMD,),
            "24.12.0-trixie-slim": (),
        }
    )
    assert pick(shelf, NODE, (AMD, ARM)).tag == "24.10.0-trixie-slim"
    assert shelf.asked == ["tags 24.", "24.12.0-trixie-slim", "24.11.0-trixie-slim", "24.10.0-trixie-slim"]
    assert pick(shelf, NODE, (AMD,)).tag == "24.11.0-trixie-slim"


def test_without_a_fitting_tag_near_the_line_all_are_looked_at() -> None:
    class Near(Shelf):
        def tags(self, image: Image, prefix: str) -> Sequence[str]:
            return ("24.12.0-alpine3.24",) if prefix else super().tags(image, prefix)

    assert pick(Near({"24.9.0-trixie-slim": (AMD,)}), NODE, (AMD,)).tag == "24.9.0-trixie-slim"


def test_an_exact_version_needs_no_list() -> None:
    shelf = Shelf({"24.9.0-trixie-slim": (AMD,), "24.9.1-trixie-slim": (AMD,)})
    assert pick(shelf, replace(NODE, line="24.9.0"), (AMD,)).tag == "24.9.0-trixie-slim"
    assert shelf.asked == ["24.9.0-trixie-slim"]


def test_an_exact_version_that_is_not_there() -> None:
    class Empty(Shelf):
        def resolve(self, image: Image, tag: str) -> Image:
            raise Absent("not there")

    with pytest.raises(Absent, match=r"has no library/node:24.9.9-trixie-slim. With this variant it has 24.9.0"):
        pick(Empty({"24.9.0-trixie-slim": (AMD,)}), replace(NODE, line="24.9.9"), (AMD,))


def test_a_tag_that_is_no_pattern_is_not_looked_for() -> None:
    shelf = Shelf({"nonroot": (AMD,)})
    assert pick(shelf, replace(NODE, tag="nonroot", line=""), (AMD,)).tag == "nonroot"
    assert shelf.asked == ["nonroot"]


def test_not_more_tries_than_are_polite() -> None:
    shelf = Shelf({f"24.{minor}.0-trixie-slim": (AMD,) for minor in range(30)})
    with pytest.raises(Absent, match=r"24.29.0-trixie-slim lacks linux/arm64"):
        pick(shelf, NODE, (AMD, ARM))
    assert len(shelf.asked) == 1 + TRIES


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        ("24.10.0-alpine3.24 24.11.0-alpine3.23", "24.10.0-alpine3.24"),
        ("24.10.0-alpine3.23 24.11.0-alpine3.9", "24.10.0-alpine3.23"),
        ("24.10.0-alpine3.22 24.11.0-alpine3.21", "24.10.0-alpine3.22"),
        ("24.10.0-alpine3.21 24.11.0-alpine", None),
    ],
)
@pytest.mark.usefixtures("in_2026")
def test_the_newest_supported_alpine_that_has_the_line(tags: str, chosen: str | None) -> None:
    shelf = Shelf(dict.fromkeys(tags.split(), (AMD,)))
    image = replace(NODE, tag="{}-alpine{alpine}")
    if chosen:
        assert pick(shelf, image, (AMD,)).tag == chosen
    else:
        with pytest.raises(Absent, match=r"has no library/node:24.\*-alpine3.24"):
            pick(shelf, image, (AMD,))


@pytest.mark.usefixtures("in_2026")
def test_an_alpine_without_every_platform_gives_way() -> None:
    shelf = Shelf({"24.1.0-alpine3.24": (AMD,), "24.1.0-alpine3.23": (AMD, ARM)})
    assert pick(shelf, replace(NODE, tag="{}-alpine{alpine}"), (AMD, ARM)).tag == "24.1.0-alpine3.23"


def test_what_the_project_asks_for_is_named_when_no_tag_meets_it() -> None:
    shelf = Shelf({"1.26.8-trixie": (AMD,), "1.26.9-trixie": (AMD,), "1.27.1-trixie": (AMD,)})
    image = Image("docker.io", "library/golang", "{}-trixie", "1.26", within=Range("go", "1.26.99", "go.mod"))
    with pytest.raises(Absent) as caught:
        pick(shelf, image, (AMD,))
    assert "1.26.99, which go.mod asks for: the newest is 1.26.9." in caught.value.fact
    assert caught.value.code == 2 and "go.mod" in caught.value.remedy


def test_failures_of_the_source_go_through() -> None:
    class Failing(Shelf):
        def resolve(self, image: Image, tag: str) -> Image:
            raise ScaffoldError("out of order")

    with pytest.raises(ScaffoldError, match="out of order"):
        pick(Failing({"24.1.0-trixie-slim": (AMD,)}), NODE, (AMD,))
