from __future__ import annotations

import pytest

from scaffold.dockerfile import Instruction, read
from scaffold.hardening.words import commands, pieces


def run(text: str) -> Instruction:
    """A RUN, on the second line of a file."""
    return read(f"FROM a\n{text}").stages[0].instructions[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RUN a 'b c' d\\ e", [("", "a b c|d e")]),
        ("RUN a && b || c; d | e &", [("", "a"), ("&&", "b"), ("||", "c"), (";", "d"), ("|", "e")]),
        ("RUN if [ -e x ]; then y; fi", [("", "[ -e|x|]"), (";", "y"), (";", "fi")]),
        ("RUN a # b && c", [("", "a")]),
        ("RUN a#b '# c'", [("", "a#b # c")]),
        ("RUN A=1 sudo -E env B=2 /bin/c d", [("", "c d")]),
        ("RUN sh -ec 'a b; c'", [("", "sh -ec|a b; c"), ("", "a b"), (";", "c")]),
        ('RUN ["sh", "-c", "a b"]', [("", "sh -c|a b"), ("", "a b")]),
        ('RUN v="$(a -k)" b', [("", "a -k"), ("", "b")]),
        ("RUN echo '$(a)'", [("", "echo $(a)")]),
        ("RUN bash <(a b)", [("", "bash"), ("<(", "a b")]),
        ("RUN a > b 2>&1", [("", "a 2")]),
        (
            "RUN find / -exec a b {} + -o -ok c \\;",
            [("", "find /|-exec|a|b|{}|+|-o|-ok|c|;"), ("", "a b|{}|+|-o|-ok"), ("", "c ;")],
        ),
        ("RUN a | xargs -0 b c", [("", "a"), ("|", "xargs -0|b|c"), ("", "b c")]),
        ("RUN <<E\na \\\n  b\nc\nE", [("", "a b"), (";", "c")]),
        ("RUN bash -e <<E\na\nE", [("", "bash -e"), ("", "a")]),
        ("RUN cat <<E > /x\na\nE", [("", "cat")]),
        ("RUN 'a", [("", "a")]),
    ],
)
def test_the_commands_of_a_run(text: str, found: list[tuple[str, str]]) -> None:
    listed = [(one.operator, f"{one.name} {'|'.join(one.texts)}".strip()) for one in commands(run(text))]
    assert [one for one in listed if one[1]] == found


def test_files_behind_arrows() -> None:
    first, second = commands(run("RUN a < b > c 2>> d 2>&1 && e <<E\nf\nE"))
    assert (first.reads, first.writes) == (("b",), ("c", "d")) and (second.reads, second.writes) == ((), ())


def test_words_have_their_lines() -> None:
    lined = run("RUN --mount=type=ssh \\\n    --network=none \\\n    a b \\\n    # no\n && C=1 c\\\nd <<E e\nE\n")
    assert [*pieces(lined)][2:] == [(4, "a b "), (6, " && C=1 c"), (7, "d <<E e")]
    first, second = commands(lined)
    assert [(word.text, word.line) for word in first.words] == [("a", 4), ("b", 4)]
    assert [(word.text, word.line) for word in second.settings] == [("C=1", 6)]
    assert [(word.text, word.line) for word in second.words] == [("cd", 6), ("e", 7)]
    assert (first.line, second.line) == (4, 6)
    scripted = [(word.text, word.line) for one in commands(run("RUN <<E\na\n\nb c\nE")) for word in one.words]
    assert scripted == [("a", 3), ("b", 5), ("c", 5)]


def test_commands_within_commands_are_not_followed_for_ever() -> None:
    assert len([*commands(run("RUN " + "xargs " * 1000))]) < 10
