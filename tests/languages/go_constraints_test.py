from __future__ import annotations

import pytest

from scaffold.languages import go_constraints


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("", True),
        ("//go:build linux", True),
        ("//go:build !linux", False),
        ("//go:build windows || linux", True),
        ("//go:build windows && linux", False),
        ("//go:build !(windows || darwin)", True),
        ("//go:build !!linux", True),
        ("//go:build go1.20", True),
        ("//go:build full", True),
        ("//go:build ignore", False),
        ("//go:build (", True),
        ("// +build linux,amd64 windows", True),
        ("// +build !linux", False),
        ("//+build windows", False),
        ("// +build linux\n// +build ignore", False),
        ("//go:build " + "(" * 900 + "linux", True),
    ],
)
def test_constraints(line: str, holds: bool) -> None:
    assert go_constraints.holds(f"{line}\n\n", frozenset({"full"})) is holds


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("main.go", True),
        ("main_linux.go", True),
        ("main_linux_amd64.go", True),
        ("main_windows.go", False),
        ("main_windows_amd64.go", False),
        ("main_arm.go", False),
        ("windows.go", True),
        ("main_test.go", False),
        ("_main.go", False),
        (".main.go", False),
    ],
)
def test_names(file: str, named: bool) -> None:
    assert go_constraints.named(file) is named


def test_what_a_constraint_asks_for() -> None:
    assert go_constraints.asked("//go:build full && !part\n") == {"full", "part"}
    assert go_constraints.asked("package main\n") == frozenset()
