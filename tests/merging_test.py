"""Merging into files of the user's: what is joined, what is refused, and what never gets lost."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from scaffold.merging import BETWEEN, BOM, DEPENDABOT, HEADING, OURS, YOURS, Joined, joined, marked, merged

EXAMPLES = Path(__file__).parent.parent / "examples"
BASE = "FROM a\n\nRUN b\n\nUSER c\n"
KEPT = f"\n{HEADING}\n\n"

WORDS = st.sampled_from(["a", "b", "c", "", "# d", " e", "\udce9", "f\rg", "\x0c"])
ENDINGS = st.sampled_from(["\n", "\r\n"])
PATTERNS = st.sampled_from(["a", "b", "*", "!a", "!b", "!*", "/a", "a/", " ./b ", "! a", "# a", "# b", "", "  "])


@st.composite
def texts(draw: st.DrawFn, lines: st.SearchStrategy[str] = WORDS) -> str:
    """Texts of the lines, with a mark, of either ending or both, ended or not."""
    made = "".join(line + draw(ENDINGS) for line in draw(st.lists(lines, max_size=8)))
    return draw(st.sampled_from(["", BOM])) + (made if draw(st.booleans()) else made.removesuffix("\n"))


@st.composite
def edited(draw: st.DrawFn, base: str, words: st.SearchStrategy[str]) -> str:
    """The base with lines left out, and others put in."""
    lines = [line for line in base.splitlines(keepends=True) if draw(st.integers(0, 4))]
    for word in draw(st.lists(words, max_size=3)):
        lines.insert(draw(st.integers(0, len(lines))), word + draw(ENDINGS))
    return "".join(lines)


def read(text: str) -> list[str]:
    """The lines without marks and endings."""
    return re.sub("\r?(\n|$)", "\n", text.removeprefix(BOM)).removesuffix("\n").split("\n")


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        (BASE, "FROM z\n", "FROM z\n"),
        ("mine\n", BASE, "mine\n"),
        ("# mine\n" + BASE, BASE + "\nCMD d\n", "# mine\n" + BASE + "\nCMD d\n"),
        (BASE.replace("b", "mine"), BASE.replace("c", "z"), "FROM a\n\nRUN mine\n\nUSER z\n"),
        (BASE.replace("RUN b\n", ""), BASE.replace("c", "z"), "FROM a\n\n\nUSER z\n"),
        (BASE.replace("b", "z"), BASE.replace("b", "z"), BASE.replace("b", "z")),
        (BASE.replace("b", "mine"), BASE.replace("b", "z"), None),
        (BASE + "mine\n", BASE + "z\n", BASE + "z\nmine\n"),
        ("", BASE.replace("b", "z"), None),
    ],
)
def test_both_sides_are_joined_line_by_line_or_not_at_all(before: str, after: str, whole: str | None) -> None:
    assert merged("Dockerfile", before, after, BASE) == whole


STEPS = "RUN a \\\n  && b \\\n  && c \\\n  && d\n"


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        (STEPS.replace("a", "mine"), STEPS.replace("d", "z"), STEPS.replace("a", "mine").replace("d", "z")),
        (STEPS.replace("b", "mine"), STEPS.replace("b", "z"), None),
        (STEPS.replace("a", "mine").replace("c", "mine"), STEPS.replace("c", "z"), None),
        ("", STEPS.replace("d", "z"), None),
    ],
)
def test_an_instruction_that_both_changed_is_joined_line_by_line(before: str, after: str, whole: str | None) -> None:
    top = "FROM a\n"
    assert merged("Dockerfile", top + before, top + after, top + STEPS) == (None if whole is None else top + whole)
    made = joined("Dockerfile", top + before, top + after, top + STEPS)
    if whole is None:
        assert made.text == f"{top}{YOURS}\n{before}{BETWEEN}\n{after}{OURS}\n", "the whole instruction of each"
        assert made.conflicts == (2,) and marked(made.text) == 2
    else:
        assert made == Joined(top + whole) and marked(made.text) == 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *((f"FROM a\n# {mark}\n{mark}\n", 3) for mark in (YOURS, OURS, "<<<<<<< HEAD", ">>>>>>> 1a2b3c4 (a topic)")),
        ("<<<<<<<\na\n=======\nb\n>>>>>>>\n", 1),
        ("\ufeff<<<<<<<\r\na\r\n=======\r\n>>>>>>>\r\n", 1),
        ("<<<<<<<\n<<<<<<<\n=======\n=======\n>>>>>>>\n", 2),
        ("a\n=======\n", 0),
        ("=======\n<<<<<<<\n>>>>>>>\n", 0),
        (">>>>>>>\n=======\n<<<<<<<\n", 0),
        ("<<<<<<<\n=======\n", 0),
        ("||||||| base\n", 0),
        (" <<<<<<< HEAD\n<<<<<<<< HEAD\n>>>>>>>x\n# >>>>>>> x\n", 0),
    ],
)
def test_what_is_a_mark_of_a_conflict(text: str, line: int) -> None:
    assert marked(text) == line


def test_instructions_that_are_alike_are_not_mistaken_for_each_other() -> None:
    one, other = (f"RUN a \\\n  && {name} \\\n  && b\n" for name in ("c", "d"))
    base, newer = f"FROM a\n{one}{other}", other.replace("d", "z")
    assert merged("Dockerfile", f"FROM a\n{other}", base.replace("d", "z"), base) == f"FROM a\n{newer}"
    assert merged("Dockerfile", f"FROM a\n{one}", base.replace("c", "z"), base) == "FROM a\n" + one.replace("c", "z")


@pytest.mark.parametrize(
    ("before", "whole"),
    [
        ("FROM a\r\n\r\nRUN m\r\n\r\nUSER c\r\n", "FROM a\r\n\r\nRUN m\r\n\r\nUSER z\r\nCMD d\r\n"),
        (BOM + "FROM a\n\nRUN m\n\nUSER c\n", BOM + "FROM a\n\nRUN m\n\nUSER z\nCMD d\n"),
        ("FROM a\n\nRUN m\n\nUSER c", "FROM a\n\nRUN m\n\nUSER z\nCMD d"),
        ("FROM a\r\n\r\nRUN m\r\n\r\nUSER c", "FROM a\r\n\r\nRUN m\r\n\r\nUSER z\r\nCMD d"),
        ("FROM a\n\r\nRUN \udce9\x0c\n\nUSER c\n", "FROM a\n\r\nRUN \udce9\x0c\n\nUSER z\nCMD d\n"),
        ("FROM a\r\n\r\nRUN m\n\r\nUSER c\n", "FROM a\r\n\r\nRUN m\n\r\nUSER z\r\nCMD d\r\n"),
    ],
    ids=["CRLF", "mark", "not ended", "CRLF, not ended", "no UTF-8", "both endings"],
)
def test_the_form_of_the_users_file_stays(before: str, whole: str) -> None:
    assert merged("Dockerfile", before, BASE.replace("c\n", "z\nCMD d\n"), BASE) == whole


def test_a_line_behind_one_that_had_no_end() -> None:
    assert merged("Dockerfile", BASE[:-1].replace("a", "m"), BASE + "CMD d\n", BASE) == (
        "FROM m\n\nRUN b\n\nUSER c\nCMD d"
    )


def test_a_blank_last_line_keeps_its_end() -> None:
    assert merged("Dockerfile", BASE[:-1].replace("a", "m"), BASE + "\n", BASE) == BASE.replace("a", "m") + "\n"
    assert merged(".dockerignore", "a", "a\n\n", None) == "a\n\n"


@given(st.data(), texts())
def test_no_line_that_the_user_added_is_lost(data: st.DataObject, base: str) -> None:
    before, after = data.draw(edited(base, st.sampled_from(["x", "y\udcff", "a"]))), data.draw(edited(base, WORDS))
    whole = merged("Dockerfile", before, after, base)
    if whole is not None:
        added = Counter(read(before)) - Counter(read(base))
        assert {line for line in added if line not in read(after)} <= set(read(whole))
        assert merged("Dockerfile", whole, after, after) == whole


@given(texts().filter(lambda text: text.endswith("\n")), st.sampled_from(["", "x\n", "x\r\ny\n"]))
def test_what_only_the_user_changed_stays_byte_for_byte(base: str, top: str) -> None:
    """Ours adds one line at the end, the user some at the top: without it, the user's file is as it was."""
    before = top + base.removeprefix(BOM)
    whole = merged("Dockerfile", before, base + "z\n", base)
    assert whole is not None and re.fullmatch("z\r?\n", whole.removeprefix(before))


@given(texts(), st.sampled_from(["Dockerfile", ".dockerignore", "compose.yaml", DEPENDABOT]), st.none() | texts())
def test_what_is_the_same_stays(text: str, path: str, base: str | None) -> None:
    assert merged(path, text, text, base) == text


SERVICES = "services:\n  web:\n    build: .\n\n    init: true\n\n    read_only: true\n"


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        (
            SERVICES.replace("  web", "  # mine\n  web"),
            SERVICES + "    cpus: 1\n",
            SERVICES.replace("  web", "  # mine\n  web") + "    cpus: 1\n",
        ),
        (SERVICES + "x: [\n", SERVICES, SERVICES + "x: [\n"),
        (SERVICES.replace("build", "cpus: 2\n    build"), SERVICES + "    cpus: 1\n", None),
        (SERVICES.replace(".", "[."), SERVICES + "    cpus: 1\n", None),
        (SERVICES.replace(".", "\udce9"), SERVICES + "    cpus: 1\n", None),
        (
            SERVICES.replace("build: .", "build: !reset null"),
            SERVICES + "    cpus: 1\n",
            SERVICES.replace("build: .", "build: !reset null") + "    cpus: 1\n",
        ),
    ],
    ids=["clean", "nothing new", "key twice", "broken", "no UTF-8", "tag"],
)
@pytest.mark.parametrize("path", ["compose.yaml", "web/compose.yml"])
def test_yaml_is_yaml_afterwards_or_left(path: str, before: str, after: str, whole: str | None) -> None:
    assert merged(path, before, after, SERVICES) == whole


@given(st.data())
def test_what_is_joined_can_be_read_and_has_no_key_twice(data: st.DataObject) -> None:
    keys = st.sampled_from(["    cpus: 1", "    init: false", "  web:", "  db:", "    x: [", "    - y"])
    before, after = data.draw(edited(SERVICES, keys)), data.draw(edited(SERVICES, keys))
    whole = merged("compose.yaml", before, after, SERVICES)
    if whole not in (None, before, after):
        twice(yaml.compose(str(whole)))


def twice(node: yaml.Node | None) -> None:
    if isinstance(node, yaml.MappingNode):
        assert max(Counter(key.value for key, _ in node.value).values(), default=1) == 1
    for child in node.value if isinstance(node, yaml.CollectionNode) else []:
        for part in child if isinstance(child, tuple) else (child,):
            twice(part)


def test_two_entries_of_dependabots_for_the_same_are_refused() -> None:
    def entry(name: str) -> str:
        return f"- package-ecosystem: {name}\n  directory: /\n"

    base = f"version: 2\nupdates:\n{entry('npm')}"
    actions, docker = entry("github-actions"), entry("docker")
    first = base.replace("updates:\n", f"updates:\n{actions}")
    assert merged(DEPENDABOT, first, base + docker, base) == first + docker
    assert merged(DEPENDABOT, first, base + actions, base) is None
    other = first.replace("directory: /\n", "directory: /\n  target-branch: b\n", 1)
    assert merged(DEPENDABOT, other, base + actions, base) == other + actions


@pytest.mark.parametrize(
    ("before", "whole"),
    [
        ("", "# S\n*.key\n!a\nb\n"),
        ("\n \n", "# S\n*.key\n!a\nb\n"),
        ("c\n", f"# S\n*.key\n!a\nb\n{KEPT}c\n"),
        ("b\n/b/\n./b \n", "# S\n*.key\n!a\nb\n"),
        ("b/c\n# b\n", f"# S\n*.key\n!a\nb\n{KEPT}b/c\n# b\n"),
        (" # b\n", f"# S\n*.key\n!a\nb\n{KEPT} # b\n"),
        ("!c\nb\n", f"# S\n*.key\n!a\nb\n{KEPT}!c\nb\n"),
        ("b\n!c\n", f"# S\n*.key\n!a\nb\n{KEPT}!c\n"),
        ("*.key\n", f"# S\n*.key\n!a\nb\n{KEPT}*.key\n"),
        ("!a\n", f"# S\n*.key\n!a\nb\n{KEPT}!a\n"),
        ("# S\nb\n", "# S\n*.key\n!a\nb\n"),
        ("# S\nb\nc\n\n\n\n# T\nd\n", f"# S\n*.key\n!a\nb\n{KEPT}# S\nc\n\n# T\nd\n"),
        ("c\r\n", f"# S\n*.key\n!a\nb\n{KEPT}c\n".replace("\n", "\r\n")),
        (f"{BOM}c", f"{BOM}# S\n*.key\n!a\nb\n{KEPT}c"),
        (f"*.key\nb\n{KEPT}c\n", f"# S\n*.key\n!a\nb\n{KEPT}*.key\n\nc\n"),
    ],
)
def test_an_ignore_file_has_ours_and_then_the_users(before: str, whole: str) -> None:
    after = "# S\n*.key\n!a\nb\n"
    assert merged("web/.dockerignore", before, after, None) == whole
    assert merged("web/.dockerignore", whole, after, None) == whole


@given(texts(PATTERNS), texts(PATTERNS).filter(lambda text: "\r" not in text and BOM not in text))
@example("!a\nb\n", "b\n")
@example("*\n", "a\n!b\n")
def test_the_users_patterns_decide_as_before_and_ours_of_the_rest(before: str, after: str) -> None:
    whole = merged(".dockerignore", before, after, None)
    assert whole is not None
    for path in ("a", "b", "c"):
        theirs = ignored(before, path)
        assert ignored(whole, path) == (ignored(after, path) if theirs is None else theirs)
    assert {line for line in read(before) if line.startswith("#")} <= set(read(whole))
    assert set(map(pattern, read(before))) <= {*map(pattern, read(whole)), ""}
    assert merged(".dockerignore", whole, after, None) == whole


def pattern(line: str) -> str:
    return "" if line.startswith("#") else re.sub(r"[ ./]", "", line)


def ignored(text: str, path: str) -> bool | None:
    """What the last pattern that matches says; None when none does."""
    said = None
    for line in map(pattern, read(text)):
        if line and line.removeprefix("!") in (path, "*"):
            said = not line.startswith("!")
    return said


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*/.dockerignore")), ids=str)
def test_ours_of_an_older_version_is_not_repeated(path: Path) -> None:
    after = path.read_text(encoding="utf-8")
    before = after.replace("# Secrets\n", "# Secrets\n**/gone\n").replace("**/.git\n", "")
    assert merged(".dockerignore", before, after, None) == f"{after}{KEPT}# Secrets\n**/gone\n"


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", "web/Dockerfile", "x.dockerignore", ".github/x.yml"])
def test_nothing_else_is_merged_without_a_base(path: str) -> None:
    assert merged(path, "a\n", "b\n", None) is None
