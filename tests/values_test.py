"""What is taken for an answer to each question, in which form, and what is said of the rest."""

from __future__ import annotations

import pytest

from scaffold.errors import ScaffoldError
from scaffold.questions import BY_KEY
from scaffold.values import compose_name, nearest


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("language", "go", "go"),
        ("tier", "scratch", "scratch"),
        ("version", "24", "24"),
        ("version", "3.14.2", "3.14.2"),
        ("port", "1", "1"),
        ("port", "65535", "65535"),
        ("port", "08080", "8080"),
        ("port", "80/tcp", "80"),
        ("port", "53/udp", "53/udp"),
        ("start", "node server.js", "node server.js"),
        ("start", "python -m app 'a b'", "python -m app 'a b'"),
        ("health-path", "/", "/"),
        ("health-path", "tcp", "tcp"),
        ("health-path", "/healthz?full=1&x=%20", "/healthz?full=1&x=%20"),
        ("build", "", ""),
        ("build", "npm run build && true", "npm run build && true"),
        ("name", "shop", "shop"),
        ("name", "2-b_c", "2-b_c"),
        ("packages", "uv", "uv"),
        ("registry-mirror", "docker.io=127.0.0.1:5000/docker.io", "docker.io=127.0.0.1:5000/docker.io"),
        ("registry-mirror", "index.docker.io=a.example", "docker.io=a.example"),
        ("platform", "linux/arm64/v8", "linux/arm64"),
        ("platform", "linux/arm", "linux/arm/v7"),
    ],
)
def test_good(key: str, text: str, value: str) -> None:
    assert BY_KEY[key].check(text) == value


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("language", "pyhton", "no language. Did you mean python? Known: node, go, python."),
        ("language", "PYTHON", "Did you mean python?"),
        ("language", "", "Known: node, go, python."),
        ("tier", "distorless", "Did you mean distroless?"),
        ("tier", "zzz", "no tier. Known: distroless, slim, alpine, scratch."),
        ("packages", "npn", "Did you mean npm?"),
        ("version", "", "no version"),
        ("version", "latest", "Write it as 24"),
        ("version", "v24", "no version"),
        ("version", "24.", "no version"),
        ("version", "1.2.3.4", "no version"),
        ("version", "24\n", "no version"),
        ("version", "\u0662\u0664", "no version"),
        ("port", "0", "from 1 to 65535"),
        ("port", "65536", "from 1 to 65535"),
        ("port", "abc", "no port"),
        ("port", "-1", "no port"),
        ("port", "", "no port"),
        ("port", "80 ", "no port"),
        ("port", "\uff18\uff10", "no port"),
        ("port", "1e3", "no port"),
        ("port", "80\n", "no port"),
        ("port", "8080:80", "no port"),
        ("port", "999999999999999999999", "no port"),
        ("port", "53/sctp", "Write 53/tcp or 53/udp."),
        ("port", "53/", "no protocol"),
        ("start", "", "empty"),
        ("start", "  ", "empty"),
        ("start", "-x", "dash"),
        ("start", "node 'a", "quot"),
        ("start", "node a\nb", "control character"),
        ("health-path", "", "Begin it with /"),
        ("health-path", "healthz", "Begin it with /"),
        ("health-path", "/a b", "as %20"),
        ("health-path", "/a'b", "as %20"),
        ("health-path", '/a"b', "as %20"),
        ("health-path", "/$x", "as %20"),
        ("health-path", "/a\n", "as %20"),
        ("health-path", "/é", "as %20"),
        ("build", "a\nb", "on one line"),
        ("build", "a\udcffb", "on one line"),
        ("build", "a\x9bb", "on one line"),
        ("build", "a \\", "cannot be read"),
        ("build", "a 'b", "Close the quote."),
        ("build", "a # b", "Leave the comment out."),
        ("name", "My Shop", "Call it my-shop."),
        ("name", "", "Call it app."),
        ("registry-mirror", "docker.io", "no ="),
        ("registry-mirror", "docker.io=ftp://a.b", "REGISTRY=MIRROR"),
        ("platform", "linux", "linux/amd64"),
        ("platform", "Linux/AMD64", "no platform"),
        ("platform", "linux/amd64\n", "no platform"),
    ],
)
def test_bad(key: str, text: str, words: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        BY_KEY[key].check(text)
    assert words in f"{caught.value.fact} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("name", "composed"),
    [
        ("parcel", "parcel"),
        ("My App!", "my-app"),
        ("@scope/pkg", "scope-pkg"),
        ("_x_", "x"),
        ("a.b.c", "a-b-c"),
        ("é", "app"),
        ("", "app"),
        ("..", "app"),
        ("a\nb", "a-b"),
        ("İ", "i"),
    ],
)
def test_compose_name(name: str, composed: str) -> None:
    assert compose_name(name) == composed


def test_nearest_names_none_when_none_is_near() -> None:
    assert nearest("zzz", ["alpine"], "tier").remedy == "Known: alpine."


@pytest.mark.parametrize(
    ("word", "known", "prefix", "remedy"),
    [
        ("Slimm", ("slim",), "", "Did you mean slim? Known: slim."),
        ("a_teir", ("A_TIER", "A_PORT"), "", "Did you mean A_TIER? Known: A_TIER, A_PORT."),
        ("LONG_TEIR", ("LONG_TIER", "LONG_PORT"), "LONG_", "Did you mean LONG_TIER? Known: LONG_TIER, LONG_PORT."),
        ("LONG_ZZZ", ("LONG_TIER",), "LONG_", "Known: LONG_TIER."),
    ],
)
def test_nearest(word: str, known: tuple[str, ...], prefix: str, remedy: str) -> None:
    error = nearest(word, known, "word", prefix)
    assert (error.fact, error.remedy) == (f"{word!r} is no word.", remedy)
