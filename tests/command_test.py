from __future__ import annotations

import pytest

from scaffold import command
from scaffold.errors import ScaffoldError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("node server.js", ("node", "server.js")),
        ("  node   server.js  ", ("node", "server.js")),
        ("node --enable-source-maps dist/main.js", ("node", "--enable-source-maps", "dist/main.js")),
        ("node 'my server.js'", ("node", "my server.js")),
        ("gunicorn 'app:create_app()'", ("gunicorn", "app:create_app()")),
        ("./cmd/server --name=a,b", ("./cmd/server", "--name=a,b")),
        (".", (".",)),
        ("node größe.js", ("node", "größe.js")),
        ("node a#b.js", ("node", "a#b.js")),
        ("node a~b.js", ("node", "a~b.js")),
        ("cdx server", ("cdx", "server")),
    ],
)
def test_words(text: str, words: tuple[str, ...]) -> None:
    assert command.parse(text) == command.Command(words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "npm run build",
        "a && b | c",
        "a 'b # c'",
        'a "b # \\" c"',
        "a#b",
        "a \\# b",
        "a ${b#c}",
        "a=$'x'",
        "é 'a\"b'",
    ],
)
def test_steps(text: str) -> None:
    assert command.step(text, "The build command") == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a # b", "has a comment in it"),
        ("# b", "has a comment in it"),
        ("a 'b' #", "has a comment in it"),
        ("a 'b", "No closing quotation"),
        ('a "b', "No closing quotation"),
        ("a \\", "No escaped character"),
        ("a\nb", "control character"),
        ("a\u2028b", "control character"),
        ("a\udcffb", "control character"),
    ],
)
def test_what_is_no_step(text: str, words: str) -> None:
    with pytest.raises(ScaffoldError, match=words) as caught:
        command.step(text, "The build command")
    assert caught.value.fact.startswith("The build command ") and caught.value.remedy


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("node a.js && node b.js", "&&"),
        ("node a.js || true", "||"),
        ("node a.js | tee log", "|"),
        ("node a.js; node b.js", ";"),
        ("node a.js > log", ">"),
        ("node a.js &", "&"),
        ("node $FILE", "$FILE"),
        ("node ${FILE}", "${FILE}"),
        ('node "$FILE"', "$FILE"),
        ("node `which x`", "`"),
        ("node $(which x)", "$(which"),
        ("PORT=1 node a.js", "PORT=1"),
        ("node *.js", "*"),
        ("node a?.js", "?"),
        ("node {a,b}.js", "{"),
        ("node ~/a.js", "~"),
        ("node a.js # the server", "#"),
        ("cd src && node a.js", "cd"),
        ("exec node a.js", "exec"),
        ("gunicorn app:create_app()", "("),
    ],
)
def test_shell_sign(text: str, sign: str) -> None:
    assert command.parse(text).shell == sign


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("", "The start command is empty.", "Say what to run, as in --start 'node server.js'."),
        (" \t", "The start command is empty.", "Say what to run"),
        ("''", "begins with an empty word: ''.", "Begin with the program."),
        ("node a\nb.js", r"has a control character in it: '\n'.", "Rename the file without it."),
        ("node a\x00.js", r"control character in it: '\x00'.", "Rename the file"),
        ("node a\u2028b.js", r"control character in it: '\u2028'.", "Rename the file"),
        ("node a\u202eb.js", r"control character in it: '\u202e'.", "Rename the file"),
        ("node a\ud800.js", r"control character in it: '\ud800'.", "Rename the file"),
        ("-x node", "begins with a dash: -x node.", "Begin with the program"),
        ("node 'a.js", "cannot be read: No closing quotation in node 'a.js.", "Close the quote."),
        ("node 'a$b.js'", "has '$' in 'a$b.js', which shells", "Rename the file without it."),
        ("node 'a\"b.js'", "has '\"' in 'a\"b.js'", "Rename the file"),
        (r"node 'a\b.js'", r"has '\\' in", "Rename the file"),
        ('node "a\'b.js"', 'has "\'" in', "Rename the file"),
        ("node 'a`b.js'", "has '`' in 'a`b.js'", "Rename the file"),
    ],
)
def test_refused(text: str, fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        command.parse(text)
    assert fact in caught.value.fact
    assert remedy in caught.value.remedy


def test_what_is_named_in_errors() -> None:
    with pytest.raises(ScaffoldError, match=r"^package\.json scripts\.start begins with a dash"):
        command.parse("-x", "package.json scripts.start")
    assert command.parse("node --flag a.js", "package.json scripts.start").words == ("node", "--flag", "a.js")


def test_plain_word() -> None:
    assert command.plain("a b.js", "main") == "a b.js"
    with pytest.raises(ScaffoldError, match="main has"):
        command.plain("a$.js", "main")
    with pytest.raises(ScaffoldError, match="main has a control character"):
        command.plain("a\n.js", "main")
