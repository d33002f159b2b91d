"""Which packages of Python may need something of the operating system."""

from __future__ import annotations

import pytest

from scaffold.facts import Found
from scaffold.languages.python_locks import Pin
from scaffold.languages.python_native import installed
from scaffold.languages.python_packages import Packages
from scaffold.native import Installed


def read(*pins: Pin, names: tuple[str, ...] = (), traits: tuple[Found, ...] = ()) -> list[Installed]:
    return [*installed(Packages("uv", "uv.lock", (), frozenset(names), (), (), pins), traits)]


@pytest.mark.parametrize(
    ("wheels", "compiled"),
    [
        ((), None),
        (("a-1-cp313-cp313-manylinux_2_17_x86_64.whl",), False),
        (("https://host/a-1-py3-none-any.whl",), False),
        (("a-1-cp313-cp313-win_amd64.whl", "a-1-cp313-cp313-musllinux_1_2_x86_64.whl"), True),
    ],
)
def test_a_package_without_a_wheel_for_linux_is_compiled(wheels: tuple[str, ...], compiled: bool | None) -> None:
    assert read(Pin("a", "1", "uv.lock", wheels)) == [Installed("a", "1", "uv.lock", compiled)]


def test_what_has_no_wheel_for_the_line_is_compiled() -> None:
    found = read(Pin("a", "1", "x:1"), traits=(Found("compiles:a", "a 1 (x:1)"),))
    assert found == [Installed("a", "1", "x:1", True)]


def test_a_repository_takes_git_and_a_folder_nothing() -> None:
    found = read(Pin("a", "", "x:1", kind="git"), Pin("./b", "", "x:2", kind="path"))
    assert found == [Installed("git+", "", "a (x:1)")]


def test_names_without_a_pin_count_too() -> None:
    assert read(Pin("a", "1", "uv.lock"), names=("a", "b"))[1] == Installed("b", "", "uv.lock")
