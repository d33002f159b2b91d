from __future__ import annotations

import pytest

from scaffold.hardening.users import is_root, judged, parts


@pytest.mark.parametrize(
    ("said", "level", "fact"),
    [
        ("root", "", "The app runs as root."),
        ("0:1000", "", "The app runs as 0."),
        ("${U:-root}", "", "The app runs as root where ${U:-root} is not given."),
        ('"${U-0}:${G:-1}"', "", "The app runs as root where ${U-0} is not given."),
        ("${U}", "warning", "Who the app runs as, ${U}, is decided at build time."),
        ("$U:1000", "warning", "Who the app runs as, $U, is decided at build time."),
        ("${U:-1000}:1000", "warning", "Who the app runs as, ${U:-1000}, is decided at build time."),
        ("1000:0", "note", "The app runs with group 0."),
        ("1000:${G:-root}", "note", "The app runs with group ${G:-root}."),
    ],
)
def test_who_an_app_runs_as(said: str, level: str, fact: str) -> None:
    [one] = judged(said, 3, "x")
    assert (one.rule, one.line, one.level, one.fact) == ("root-user", 3, level, fact)


@pytest.mark.parametrize("said", ["65532:65532", "app", "1000:$G", "10"])
def test_who_is_not_root(said: str) -> None:
    assert [*judged(said, 3, "x")] == []


def test_parts() -> None:
    assert parts("${U:-a:b}:${G:-c}") == ("${U:-a:b}", "${G:-c}")
    assert parts("'1:2'") == ("1", "2") and parts("a") == ("a", "") and parts("${U:-") == ("${U", "-")


@pytest.mark.parametrize(("name", "root"), [("root", True), ("0", True), ("000", True), ("10", False), ("", False)])
def test_root(name: str, root: bool) -> None:
    assert is_root(name) == root
