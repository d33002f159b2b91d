from __future__ import annotations

import dataclasses
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold import model
from scaffold.model import File, Image, Outcome, Port
from tests.generated import PROJECTS, generate, service, write

VALUES = [value for _, value in inspect.getmembers(model, inspect.isclass) if value.__module__ == model.__name__]


@pytest.mark.parametrize("value", VALUES)
def test_every_value_is_frozen_and_said(value: type) -> None:
    assert dataclasses.is_dataclass(value) and value.__doc__
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ports", "own"),
    [((Port(80),), 80), ((Port(53, "udp"), Port(81)), 81), ((Port(82), Port(80)), 82)],
)
def test_own_port(ports: tuple[Port, ...], own: int) -> None:
    assert service("node", "slim", ports=ports).port == own


def test_texts() -> None:
    assert [str(Port(80)), str(Port(53, "udp"))] == ["80", "53/udp"]
    assert Image("gcr.io", "distroless/cc", "nonroot").name == "gcr.io/distroless/cc"
    assert Outcome("a", "created", None, "text").file == File("a", "text")


def test_recipe(tmp_path: Path) -> None:
    asked = service("node", "scratch", directory="a/b")
    _, _, (recipe,) = generate(write(tmp_path, {f"a/b/{p}": t for p, t in PROJECTS["node"].items()}), (asked,))
    assert recipe.root == "/a/b" and replace(recipe, directory=".").root == "/"
    assert recipe.images == (recipe.builder,) and recipe.runtime is None
    options = "size=64m,mode=1777,noexec,nosuid,nodev"
    assert recipe.tmpfs == (f"/tmp:{options}",)
    assert replace(recipe, scratch=("/app/cache",)).tmpfs == (
        f"/tmp:{options}",
        f"/app/cache:{options}",
    )
