"""Which packages of Python are compiled."""

from __future__ import annotations

import pytest

from scaffold.languages.python_native import installed
from scaffold.native import Installed


@pytest.mark.parametrize(
    ("wheels", "compiled"),
    [
        (None, None),
        ([], True),
        (["a-1-cp313-cp313-manylinux_2_17_x86_64.whl"], False),
        (["https://host/a-1-py3-none-any.whl"], False),
        (["a-1-cp313-cp313-win_amd64.whl", "a-1-cp313-cp313-musllinux_1_2_x86_64.whl"], True),
    ],
)
def test_a_package_without_a_wheel_for_linux_is_compiled(wheels: list[str] | None, compiled: bool | None) -> None:
    assert installed("a", "1", "uv.lock", wheels, False) == Installed("a", "1", "uv.lock", compiled)


def test_a_repository_takes_git() -> None:
    assert installed("a", "1", "uv.lock", None, True) == Installed("git+", "", "a (uv.lock)")
