"""What a project's files say, as values."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from scaffold import facts
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Range

VALUES = [value for _, value in inspect.getmembers(facts, inspect.isclass) if value.__module__ == facts.__name__]


@pytest.mark.parametrize("value", VALUES)
def test_every_value_is_frozen_and_said(value: type) -> None:
    assert value.__doc__
    if not issubclass(value, tuple):
        assert dataclasses.is_dataclass(value)
        assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_texts() -> None:
    assert str(Found("24", ".nvmrc")) == "24 (.nvmrc)"
    assert str(Range("npm", ">=22", "package.json engines")) == ">=22 (package.json engines)"


def test_traits() -> None:
    facts = Facts(Found("go", ""), Found("a", ""), {}, {"start": ScaffoldError("")}, traits=(Found("cgo", "b"),))
    assert facts.trait("cgo") == Found("cgo", "b") and facts.trait("musl") is None
