from __future__ import annotations

import pytest

from scaffold.languages.node_shell import DEEPEST, MOST, Depth, commands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", [["a", "b"]]),
        ("a && b; c & d", [["a"], ["b"], ["c"], ["d"]]),
        ("a || b && c", [["a"], ["c"]]),
        ("a | b", [["a"]]),
        ("a > log 2>&1 && b", [["a"], ["b"]]),
        ("(a && b)", [["a"], ["b"]]),
        ("a 'b && c' \"d\"", [["a", "b && c", "d"]]),
        ("a ${PORT:=9000} ${X:-y z}", [["a", "9000", "y", "z"]]),
        ("a -p $PORT ${PORT} $OTHER", [["a", "-p", "3000", "3000", "$OTHER"]]),
        ("a 'b", []),
        ("", []),
    ],
)
def test_commands(text: str, words: list[list[str]]) -> None:
    assert list(commands(text)) == words


def test_depth_is_counted_for_all_branches() -> None:
    start = Depth()
    for _ in range(MOST):
        assert not start.ends
        start.below()
    assert not start.ends
    start.below()
    assert start.ends and Depth(DEEPEST + 1).ends
