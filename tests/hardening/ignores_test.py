from __future__ import annotations

import pytest

from scaffold.hardening.ignores import expression, judged, keeps_out

OURS = """\
# Written by us

# Secrets
**/.env
**/.npmrc
**/*.pem
**/id_rsa*

# Version control
**/.git
**/.idea

# Dependencies
node_modules
"""


def found(text: str) -> list[tuple[int, str]]:
    """Line and fact of each weakness."""
    return [(one.line, one.fact) for one in judged(text, OURS)]


def test_what_is_gone_is_said_at_the_line_it_belongs_behind() -> None:
    assert found(OURS) == []
    assert found(OURS.replace("**/.npmrc\n", "")) == [(4, "**/.npmrc enters the build.")]
    assert found(OURS.replace("**/.git\n", "")) == [(9, "**/.git enters the build.")]
    assert found("") == [(1, "**/.env, **/.npmrc, **/*.pem and 2 more enter the build.")]


@pytest.mark.parametrize(
    ("added", "line"),
    [
        ("!.env", 15),
        ("!**/.npmrc", 15),
        ("!a/b", 15),
        ("!*.pem", 15),
        ("!deploy/server.pem", 15),
        ("!config/id_rsa_deploy", 15),
        ("# x\n ! .env ", 16),
    ],
)
def test_exceptions_let_secrets_in(added: str, line: int) -> None:
    assert [place for place, _ in found(f"{OURS}{added}\n")] == [line]


@pytest.mark.parametrize(
    "text",
    [
        OURS.replace("node_modules\n", "").replace("**/.idea\n", ""),
        OURS.replace("# Secrets", "# Private"),
        OURS.replace("**/.env\n", "").replace("**/.npmrc\n", "**/.[en]*\n"),
        "*\n!src\n!package.json\n**/.*\n**/*.pem\n**/id_rsa*\n",
        "*\n",
        f"{OURS}!.env.example\n!ca.pem\n!id_rsa.pub\n!src\n",
        f"!.env\n{OURS}",
        f"{OURS}!.env\n.env\n",
        OURS.replace("\n", "\r\n"),
    ],
)
def test_what_keeps_the_secrets_out_is_silent(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("a", "a a/b", "b/a ab"),
        ("**/a", "a b/a b/c/a/d", "ba ab"),
        ("a/**", "a/b a/b/c", "b/a ab"),
        ("a/**/b", "a/b a/x/b a/x/y/b", "ab b x/a/b"),
        ("*.pem", "x.pem .pem", "a/x.pem pem x.pema"),
        ("**/*a*b", "ab xaxb c/aabb aabab", "ba abc"),
        ("**.pem", "x.pem a/b/x.pem", "pem"),
        ("?[a-c]", "xa", "x a xd"),
        ("[^a]", "b", "a"),
        ("[[&]", "[ &", "a"),
        (r"\*a", "*a", "ba"),
        ("a[", "a[", "a"),
        ("**", "a a/b", ""),
        ("[z-a]", "", "a z"),
        ("**/a/**/b/*", "a/b/c x/a/y/b/z", "a/b b/a/c"),
    ],
)
def test_patterns_mean_what_they_mean_to_docker(pattern: str, yes: str, no: str) -> None:
    made = expression(pattern)
    assert all(made.fullmatch(path) for path in yes.split())
    assert not any(made.fullmatch(path) for path in no.split())


def test_many_stars_come_to_an_end() -> None:
    assert not expression("**/a" * 40 + "/b").fullmatch("a/" * 200)
    assert not expression("*a" * 40 + "b").fullmatch("a" * 200)


@pytest.mark.parametrize(
    ("path", "out"), [("web/.env", True), ("web/a.html", False), ("node_modules/a", True), ("keep.pem", False)]
)
def test_what_stays_out(path: str, out: bool) -> None:
    assert keeps_out(f"{OURS}!keep.pem\n", path) is out
