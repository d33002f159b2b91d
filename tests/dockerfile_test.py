from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.dockerfile import Instruction, Unreadable, read

EXAMPLES = Path(__file__).parent.parent / "examples"


def only(text: str) -> Instruction:
    """The one instruction behind a FROM."""
    [stage] = read(f"FROM scratch\n{text}").stages
    [one] = stage.instructions
    return one


def test_stages_have_names_images_and_lines() -> None:
    file = read("ARG V=1\n# x\n\nfrom --platform=linux/amd64 node:${V} as Build\nRUN a\n\nFROM build\nUSER x\n")
    assert [(one.name, one.value, one.line) for one in file.head] == [("ARG", "V=1", 1)]
    assert [(stage.image, stage.name, stage.line) for stage in file.stages] == [
        ("node:${V}", "build", 4),
        ("build", "", 7),
    ]
    assert [one.name for one in file.stages[0].instructions] == ["RUN"]
    assert [one.line for one in file.stages[1].instructions] == [8]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_continuations_leave_out_comments_and_blank_lines(ending: str) -> None:
    one = only("env A=1 \\\n  # no\\\n\n  B=2 \\ \n  C=3\nx".replace("\nx", "").replace("\n", ending))
    assert (one.name, one.line, one.end) == ("ENV", 2, 6)
    assert one.value.split() == ["A=1", "B=2", "C=3"]
    assert [one.at(name) for name in ("a=", "b=", "C=", "D=")] == [2, 5, 6, 2]


def test_an_escaped_escape_continues_nothing() -> None:
    stage = read("FROM a\nRUN x \\\\\nRUN y \\").stages[0]
    assert [(one.line, one.value) for one in stage.instructions] == [(2, "x \\\\"), (3, "y")]


def test_the_directive_for_another_escape() -> None:
    file = read("\ufeff# syntax=docker/dockerfile:1\n#escape = `\nFROM a\nRUN dir c:\\\nRUN a `\n b\n")
    assert file.directives == {"syntax": "docker/dockerfile:1", "escape": "`"}
    assert [(one.line, one.value.split()) for one in file.stages[0].instructions] == [
        (4, ["dir", "c:\\"]),
        (5, ["a", "b"]),
    ]
    assert read("# a comment\n# escape=`\nFROM a\n").directives == {}


def test_flags_stand_before_the_value() -> None:
    one = only('RUN --mount=type=cache,target=/a --mount="type=ssh" --network=none --  ls --all')
    assert one.flags == (("mount", "type=cache,target=/a"), ("mount", "type=ssh"), ("network", "none"))
    assert one.value == "ls --all"
    assert (one.flag("network"), one.flag("security")) == ("none", "")


def test_heredocs_are_no_instructions() -> None:
    file = read("FROM a\nCOPY <<'ONE' <<-\"TWO\" /x/\nUSER 1\nONE\n\tUSER 2\n\tTWO\nRUN cat <<< x << y\nUSER 3\n")
    copy, run, user = file.stages[0].instructions
    assert copy.heredocs == ((3, "USER 1"), (5, "\tUSER 2")) and (copy.line, copy.end) == (2, 6)
    assert run.heredocs == () and (run.line, user.line, user.value) == (7, 8, "3")
    assert only("ONBUILD RUN <<E\nls\nE").heredocs == ((3, "ls"),)
    assert only('ENV A="<<E"').heredocs == () and only('RUN ["<<E"]').heredocs == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('CMD ["a", "b c"]', ("a", "b c")),
        ("CMD []", ()),
        ("CMD a", None),
        ("CMD ['a']", None),
        ("CMD [1]", None),
        ("CMD [" + "[" * 99_999, None),
    ],
)
def test_the_exec_form(text: str, words: tuple[str, ...] | None) -> None:
    assert only(text).json == words


@pytest.mark.parametrize(
    ("text", "fact", "line"),
    [
        ("", "It has no FROM", 1),
        ("# a\nARG X", "It has no FROM", 1),
        ("\nRUN a\nFROM b", "RUN stands before the first FROM", 2),
        ("FROM a\nRUN <<E\nE ", "The heredoc E has no end", 2),
        ("# escape=x\nFROM a", "escape=x is neither a backslash nor a backtick", 1),
    ],
)
def test_what_no_engine_builds_from(text: str, fact: str, line: int) -> None:
    with pytest.raises(Unreadable, match=fact) as error:
        read(text)
    assert error.value.line == line


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*/Dockerfile")), ids=lambda path: str(path.parent.name))
def test_every_line_of_what_we_write_is_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    file = read(text)
    read_lines = {stage.line for stage in file.stages}
    for one in (one for stage in file.stages for one in stage.instructions):
        read_lines |= set(range(one.line, one.end + 1))
    left = [line for number, line in enumerate(text.splitlines(), 1) if number not in read_lines]
    assert all(not line or line.startswith("#") for line in left)
    assert text.count("\nFROM ") == len(file.stages)


@pytest.mark.parametrize("name", ["USR", "usr", "RUN:", "APT-GET", "X" * 41])
def test_an_instruction_that_there_is_none_of(name: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(f"FROM a\n\n{name} 65532\n")
    assert raised.value.line == 3 and str(raised.value) == f"{name.upper()[:40]} is no instruction"


def test_all_instructions_are_known() -> None:
    names = (
        "add arg cmd copy entrypoint env expose healthcheck label maintainer onbuild run shell stopsignal user volume"
    )
    stage = read("from a\n" + "".join(f"{name} x\n" for name in f"{names} workdir".split())).stages[0]
    assert len(stage.instructions) == 17
