"""Lines beside their label, within the columns that there are."""

from __future__ import annotations

from scaffold.blocks import LABEL, block, cut, filled, page, said, text


def test_a_label_stands_before_the_first_line() -> None:
    assert block("pins", ["a", "b"]) == ["  pins       a", f"{' ' * LABEL}b"]
    assert block("pins", []) == []


def test_sentences_are_wrapped() -> None:
    assert said("note", ("One two three.", "Four."), LABEL + 10) == [
        "  note       One two",
        "               three.",
        "             Four.",
    ]


def test_words_fill_lines_and_long_ones_have_their_own() -> None:
    assert filled(["aa", "bb", "c" * 9, "d"], "  ", 6) == ["aa  bb", "c" * 9, "d"]
    assert filled([], " ", 6) == []


def test_pages() -> None:
    assert page([["a", "b"], [], ["c"]]) == "a\nb\n\nc\n" and text([]) == ""


def test_what_is_too_long_is_cut() -> None:
    assert (cut("abcdef", 6), cut("abcdefg", 6)) == ("abcdef", "abc...")
