from __future__ import annotations

import pytest

from scaffold.hardening.yaml import Unreadable, Value, joined, read, resolved


def test_values_know_their_lines() -> None:
    file = read("# a\na: 1\nb:\n  - x\n  - y: [p,\n      q]\n'c': null\nd: |\n  text\n")
    assert [(key, value.line) for key, value in file.fields.items()] == [("a", 2), ("b", 3), ("c", 7), ("d", 8)]
    first, second = file.list("b")
    assert (first.text, first.line, [(one.text, one.line) for one in second.list("y")]) == (
        "x",
        4,
        [("p", 5), ("q", 6)],
    )
    assert (file.word("a"), file.word("c"), file.word("d"), file.word("e")) == ("1", "", "text\n", "")
    assert [one.text for one in file.list("a")] == ["1"] and file.list("c") == () and file.at("a", "b") is None


def test_aliases_and_merge_keys_keep_the_lines_of_what_they_stand_for() -> None:
    file = read("a: &a\n  x: 1\n  y: 2\nb: &b {y: 3, z: 4}\nc:\n  y: 5\n  <<: [*a, *b]\nd: *a\n")
    assert {key: (one.text, one.line) for key, one in file.fields["c"].fields.items()} == {
        "x": ("1", 2),
        "y": ("5", 6),
        "z": ("4", 4),
    }
    assert file.fields["d"].line == 8 and file.word("d", "x") == "1"


def test_documents_are_laid_over_each_other() -> None:
    assert read("a: {x: 1, y: [1]}\n---\na: {x: 2, y: [3]}\n").word("a", "x") == "2"
    assert [one.text for one in read("a: [1]\n---\na: [2]\n").list("a")] == ["1", "2"]
    assert read("").fields == {} and read("---\n---\na: 1\n").word("a") == "1"


def test_what_is_empty_takes_nothing_away() -> None:
    base = Value(1, items=(Value(2, "x"),))
    assert joined(base, Value(3)) == base and [one.text for one in joined(base, Value(3, "y")).list()] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${A:-b}c", "bc"),
        ("${A-b}", "b"),
        ("${A}/x", "$/x"),
        ("$A", "$"),
        ("${A:?no}", "$"),
        ("a$$b", "a$$b"),
        ("${A:-}", ""),
        ("${A", "${A"),
    ],
)
def test_variables_have_their_defaults(text: str, found: str) -> None:
    assert resolved(text) == found


def test_what_is_true() -> None:
    assert all(read(f"a: {word}").fields["a"].true for word in ("true", "True", "'yes'", "on", "${X:-true}"))
    assert not any(read(f"a: {word}").fields["a"].true for word in ("false", "null", "${X}", "[true]", "off"))


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "fact", "line"),
    [
        ("a: 1\nb: [\n", "It is no YAML: ", 2),
        ("a: 1\nb: 2\na: 3\n", "The key a stands there twice", 3),
        ("- a\n", "It is no mapping", 1),
        ("\na\n", "It is no mapping", 2),
        ("a: \x00", "a character that cannot stand in it", 1),
        ("a: \udc80", "a character that cannot stand in it", 1),
        ("b: 1\na: &a\n  - *a\n", "an alias of what it stands in", 2),
        ("a: *b\n", "It is no YAML: found undefined alias", 1),
        (BOMB, "Its aliases stand for too much", 6),
        ("a: " + "[" * 50_000, "nested too deeply", 1),
    ],
)
def test_what_is_not_read(text: str, fact: str, line: int) -> None:
    with pytest.raises(Unreadable, match=fact) as error:
        read(text)
    assert error.value.line == line


def test_an_anchor_that_is_used_again_is_no_warning() -> None:
    assert read("a: &x 1\nb: &x 2\nc: *x\n").word("c") == "2"


def test_what_tags_of_compose_say() -> None:
    over = read("a: {b: !reset null, c: !override [y]}")
    both = joined(read("a: {b: 1, c: [x], d: 2}"), over)
    assert (both.word("a", "b"), [one.text for one in both.list("a", "c")], both.word("a", "d")) == ("", ["y"], "2")
    assert both.at("a", "b").how == "reset"  # type: ignore[union-attr]


def test_two_forms_of_one_setting_are_both_kept() -> None:
    both = joined(read("e: [A=1]"), read("e: {B: 2}")).at("e")
    assert both and [one.text for one in both.items] == ["A=1"] and both.word("B") == "2"


def test_a_command_is_one_thing() -> None:
    for key in ("command", "entrypoint", "test"):
        assert [one.text for one in joined(read(f"{key}: [a]"), read(f"{key}: [b]")).list(key)] == ["b"]
        assert [one.text for one in joined(read(f"{key}: [a]"), read(f"{key}:")).list(key)] == ["a"]
        assert joined(read(f"{key}: [a]"), read(f"{key}: !reset null")).list(key) == ()


def test_lines_behind_other_files() -> None:
    found = read("a:\n  b: [x,\n    y]\n", 100)
    assert [found.line, found.at("a", "b").line, *(one.line for one in found.list("a", "b"))] == [101, 102, 102, 103]  # type: ignore[union-attr]
    with pytest.raises(Unreadable) as raised:
        read("a: 1\nb: [\n", 100)
    assert raised.value.line == 2
    with pytest.raises(Unreadable) as raised:
        read("- a\n", 100)
    assert raised.value.line == 1
