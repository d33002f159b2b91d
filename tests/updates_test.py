"""Adding to a dependabot.yml of the user's: where, in which form, and what is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scaffold.merging import BOM, DEPENDABOT, merged
from scaffold.updates import addition, read, repeated

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/*/.github/dependabot.yml"))
OURS = """\
# Ours
---
version: 2

updates:
  - package-ecosystem: docker
    directory: /
    groups:
      images:
        patterns:
          - "*"
"""
NPM = "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n"
FLOW = "  - {package-ecosystem: npm, directory: /b}\n"
ADDED = OURS[OURS.index("  - package") :]


def into(text: str, ours: str = OURS) -> str | None:
    return merged(DEPENDABOT, text, ours, None)


@pytest.mark.parametrize(
    ("before", "whole"),
    [
        (NPM, f"{NPM}\n{ADDED}"),
        (f"{NPM}\n# end\nregistries: {{}}\n", f"{NPM}\n{ADDED}\n# end\nregistries: {{}}\n"),
        (f"{NPM}    # allow:\n\n  # - b\n# end\n", f"{NPM}    # allow:\n\n  # - b\n\n{ADDED}# end\n"),
        (f"{NPM}    name: |\n      a\n\n\n", f"{NPM}    name: |\n      a\n\n{ADDED}\n\n"),
        (f"{NPM}    name:\nregistries: {{}}\n", f"{NPM}    name:\n\n{ADDED}registries: {{}}\n"),
        (f"{NPM}    name: [a,\n      b\n      ]  # c\n", f"{NPM}    name: [a,\n      b\n      ]  # c\n\n{ADDED}"),
        (f"{NPM}registries:\n  # c\n  a: b\n", f"{NPM}\n{ADDED}registries:\n  # c\n  a: b\n"),
        (f"{NPM}{FLOW}", f"{NPM}{FLOW}{ADDED}"),
        (f"{NPM}\n  # b\n{FLOW}", f"{NPM}\n  # b\n{FLOW}\n{ADDED}"),
        (f"---\n{NPM}...\n", f"---\n{NPM}\n{ADDED}...\n"),
        (f"{BOM}{NPM}"[:-1], f"{BOM}{NPM}\n{ADDED}"[:-1]),
        (NPM.replace("\n", "\r\n"), f"{NPM}\n{ADDED}".replace("\n", "\r\n")),
    ],
)
def test_ours_stands_below_the_users_entries(before: str, whole: str) -> None:
    assert into(before) == whole
    assert into(whole) == whole


@pytest.mark.parametrize(
    ("before", "added"),
    [
        (
            "version: 2\nupdates:\n- package-ecosystem: npm\n  directory: /\n",
            '- package-ecosystem: docker\n  directory: /\n  groups:\n    images:\n      patterns:\n      - "*"\n',
        ),
        (
            "version: 2\nupdates:\n    - package-ecosystem: npm\n      directory: /\n      schedule:\n"
            "          interval: weekly\n",
            "    - package-ecosystem: docker\n      directory: /\n      groups:\n          images:\n"
            '              patterns:\n                  - "*"\n',
        ),
        (
            "version: 2\nupdates:\n-   package-ecosystem: npm\n    directory: /\n    schedule:\n        interval: x\n",
            "-   package-ecosystem: docker\n    directory: /\n    groups:\n        images:\n            patterns:\n"
            '            -   "*"\n',
        ),
        (
            "version: 2\nupdates:\n  -\n   package-ecosystem: npm\n   directory: /\n",
            ADDED,
        ),
    ],
    ids=["not indented", "by four", "wide dashes", "dash alone"],
)
def test_ours_is_indented_as_the_users_is(before: str, added: str) -> None:
    assert into(before) == f"{before}\n{added}"


@pytest.mark.parametrize(
    ("where", "covered"),
    [
        ("directory: /", True),
        ("directory: ''", True),
        ("directory: ./", True),
        ("directory: /web", False),
        ("directories: [/web, /]", True),
        ("directories: [/web]", False),
        ("directories: ['/**']", True),
        ("directories: ['**/*']", True),
        ("directories: ['*']", True),
        ("directories: ['/web/**']", False),
    ],
)
def test_what_the_user_has_is_left_alone(where: str, covered: bool) -> None:
    before = f"version: 2\nupdates:\n  - package-ecosystem: docker\n    {where}\n"
    assert into(before) == (before if covered else f"{before}\n{ADDED}")
    before = before.replace("docker", "docker-compose")
    assert into(before) == f"{before}\n{ADDED}"


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("/services/web", True),
        ("services/web/", True),
        ("/services/*", True),
        ("/services/w?b", True),
        ("/services/**", True),
        ("/**/web", True),
        ("/**/services/**/web/**", True),
        ("**", True),
        ("/**" * 2000, True),
        ("/services/**/**/**/**/**/**/**/x", False),
        ("/*", False),
        ("/services", False),
        ("/services/web/x", False),
        ("/services/api", False),
    ],
)
def test_patterns_of_directories(pattern: str, covered: bool) -> None:
    before = f"version: 2\nupdates:\n  - package-ecosystem: docker\n    directories: ['{pattern}']\n"
    ours = OURS.replace("directory: /", "directory: /services/web")
    assert (into(before, ours) == before) is covered


def test_a_name_is_no_pattern() -> None:
    before = "version: 2\nupdates:\n  - package-ecosystem: docker\n    directory: /[web]\n"
    assert into(before, OURS.replace("directory: /", "directory: /[web]")) == before


def test_an_entry_for_several_directories_is_covered_when_all_are() -> None:
    ours = OURS.replace("directory: /", "directories: [/, /web]")
    first = "version: 2\nupdates:\n  - package-ecosystem: docker\n    directory: /\n"
    both = first.replace("directory: /", "directories: [/*, /]")
    assert into(both, ours) == both
    assert load(str(into(first, ours)))["updates"] == load(first)["updates"] + load(ours)["updates"]


def test_anchors_are_no_matter_where_nothing_is_added() -> None:
    before = OURS.replace("directory: /", "directory: &a /")
    assert into(before) == before


def test_comments_of_what_follows_stay_with_it() -> None:
    before = "version: 2\nupdates:\n- package-ecosystem: npm\n  directory: /\n"
    whole = into(f"{before}# c\nregistries: {{}}\n")
    assert whole == f"{into(before)}# c\nregistries: {{}}\n"


def test_a_long_text_stays_on_its_line() -> None:
    long = f'    directory: "/{"long name " * 30}"\n'
    assert long in str(into(NPM, OURS.replace("    directory: /\n", long)))


def test_a_file_may_be_indented_as_a_whole() -> None:
    before = "".join(f" {line}\n" for line in NPM.splitlines())
    whole = str(into(before))
    assert whole.startswith(f"{before}\n   - package-ecosystem: docker\n     directory: /\n")
    assert load(whole)["updates"] == load(NPM)["updates"] + load(OURS)["updates"]


def test_only_what_is_lacking_is_added() -> None:
    two = OURS + ADDED.replace("docker", "github-actions") + ADDED.replace("directory: /", "directory: /web")
    has = f"{NPM}{ADDED}"
    assert into(has, two) == has + two[len(OURS) :]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "- a\n",
        "a\n",
        "version: 2\n",
        "version: 2\nupdates:\n",
        "version: 2\nupdates: x\n",
        "version: 2\nupdates: []\n",
        "version: 2\nupdates: [{package-ecosystem: npm, directory: /}]\n",
        "{version: 2, updates: [{package-ecosystem: npm, directory: /}]}\n",
        "version: 2\nupdates:\n  - npm\n",
        "version: 2\nupdates:\n  - directory: /\n",
        "version: 2\nupdates:\n  - package-ecosystem: npm\n",
        "version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: /\n    directory:\n",
        "version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: []\n",
        "version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: ['/{a,b}']\n",
        NPM.replace("2", "1"),
        NPM.replace("2", "'2'"),
        NPM.replace("2", "2.0"),
        NPM.replace("version: 2\n", ""),
        NPM.replace("/", "/\n    directory: /"),
        NPM.replace("/", "["),
        NPM.replace("/", "\udce9"),
        NPM.replace("    directory", "\tdirectory"),
        NPM.replace("/", "/ # \x85"),
        NPM.replace("/", "/\r    name: x"),
        NPM.replace("- package", "- &a\n    package"),
        NPM.replace("updates", "x: &a\n  y: 1\nupdates").replace("/", "/\n    <<: *a"),
        NPM.replace("/", "/\n    schedule: &a {interval: daily}"),
        NPM.replace("2\n", "2\nx: &a b\n").replace("/", "/\n    name: *a"),
        NPM + "---\na: 1\n",
        "version: 2\n<<:\n  updates:\n    - package-ecosystem: npm\n      directory: /\n",
        NPM.replace("\n", "\n "),
        NPM.replace("2\n", "2\nx: " + "[" * 500 + "\n"),
        NPM.replace("/", "/\n    name: |+\n      a\n\n\n"),
    ],
)
def test_what_is_not_plain_is_refused(text: str) -> None:
    assert into(text) is None


def test_what_ours_says_beside_its_entries_must_be_the_users_too() -> None:
    assert into(NPM, OURS + "registries:\n  a: b\n") is None


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files of the user's in many forms."""
    dash, gap, step = draw(st.integers(0, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 5))
    blank = st.sampled_from(["", "", "\n", " " * dash + "# c\n", "# d\n", "  \n"])
    content, lines = " " * (dash + 1 + gap), []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(["npm", "pip", "docker", "'docker'", '"github-actions"']))
        lines += [draw(blank), f"{' ' * dash}-{' ' * gap}package-ecosystem: {name}\n"]
        where = draw(st.sampled_from(["directory: /", "directory: /web", "directories: ['/*']", "directories:\n@- /"]))
        lines += [content + where.replace("@", content) + draw(st.sampled_from(["", "  # e"])) + "\n", draw(blank)]
        more = draw(
            st.sampled_from(
                ["", "schedule:\n@interval: daily\n", "name: >\n@a\n\n", "name: a\n@b\n", "x:\n", "x: |\n@y\n\n"]
            )
        )
        lines += [content + more.replace("@", content + " " * step) if more else "", draw(blank)]
    body = "".join(["updates:\n", *lines])
    other = draw(st.sampled_from(["", "registries:\n  a: {b: c}\n", "# end\n"]))
    whole = "".join([draw(blank), "version: 2\n", *draw(st.permutations([body, other]))])
    return whole.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).removesuffix(draw(st.sampled_from(["", "\n"])))


@given(files(), st.sampled_from(EXAMPLES).map(lambda path: path.read_text(encoding="utf-8")))
def test_every_line_and_every_entry_is_there(before: str, ours: str) -> None:
    whole = into(before, ours)
    assert whole is not None
    rest = iter(whole.split("\n"))
    assert all(any(line.rstrip("\r") == other.rstrip("\r") for other in rest) for line in before.split("\n") if line)
    theirs, result, wanted = (load(text) for text in (before, whole, ours))
    count = len(theirs["updates"])
    assert result == {**theirs, "updates": result["updates"]} and result["updates"][:count] == theirs["updates"]
    assert [one for one in wanted["updates"] if one in result["updates"][count:]] == result["updates"][count:]
    assert {one["package-ecosystem"] for one in wanted["updates"]} <= {
        one["package-ecosystem"] for one in result["updates"]
    }
    assert into(whole, ours) == whole


def load(text: str) -> Any:
    return yaml.safe_load(text)


PIECES = [
    "version: 2\n",
    "updates:\n",
    "- package-ecosystem: npm\n",
    "  directory: /\n",
    "  ",
    "\n",
    "[",
    "{",
    "&a ",
    "*a",
    ": ",
    "? ",
    "|\n",
    "!!int ",
    "'",
    "<<",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "\udce9",
    "\x00",
    "\x85",
    "2024-99-99",
    "#",
    "- ",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["", NPM]))
def test_no_text_is_too_odd(odd: str, start: str) -> None:
    whole = into(start + odd)
    assert whole is None or read(whole.split("\n"))


def test_an_addition_is_a_line_number_and_lines() -> None:
    assert addition(NPM.splitlines(), OURS.splitlines()) == (4, ["", *ADDED.splitlines()])
    assert addition(OURS.splitlines(), OURS.splitlines()) == (11, [])


def test_reading() -> None:
    assert read(["a: 1", "---", "b"]) == [{"a": 1}, "b"]
    assert read(["a: 1", "a: 2"]) is None


@pytest.mark.parametrize(
    ("entries", "twice"),
    [
        ("[{package-ecosystem: a, directory: /}, {package-ecosystem: a, directories: [/b, ./]}]", True),
        ("[{package-ecosystem: a, directory: /}, {package-ecosystem: b, directory: /}]", False),
        ("[{package-ecosystem: a, directory: /, target-branch: x}, {package-ecosystem: a, directory: /}]", False),
        ("[a, a]", False),
        ("7", False),
    ],
)
def test_repeated_entries(entries: str, twice: bool) -> None:
    assert repeated([load(f"updates: {entries}")]) is twice
