from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.errors import ScaffoldError
from scaffold.images import (
    check_mirrors,
    familiar,
    mirrored,
    normal_platform,
    parse,
    parse_mirror,
    reference,
    schemes,
)
from scaffold.model import Image

DIGEST = "sha256:" + "0123456789abcdef" * 4
MIRRORS = (("docker.io", "127.0.0.1:5000/docker.io"), ("gcr.io", "registry.example.com:5000/proxy/gcr"))


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("node", "docker.io", "library/node", "", ""),
        ("node:24.21.0-trixie-slim", "docker.io", "library/node", "24.21.0-trixie-slim", ""),
        (f"node:24@{DIGEST}", "docker.io", "library/node", "24", DIGEST),
        (f"node@{DIGEST}", "docker.io", "library/node", "", DIGEST),
        ("nginxinc/nginx-unprivileged:1.31.6-alpine", "docker.io", "nginxinc/nginx-unprivileged", "1.31.6-alpine", ""),
        ("docker.io/node", "docker.io", "library/node", "", ""),
        ("index.docker.io/library/node:24", "docker.io", "library/node", "24", ""),
        ("gcr.io/distroless/cc-debian13:nonroot", "gcr.io", "distroless/cc-debian13", "nonroot", ""),
        ("localhost/app", "localhost", "app", "", ""),
        ("localhost:5000/app:1", "localhost:5000", "app", "1", ""),
        ("127.0.0.1:5000/docker.io/library/node:24", "127.0.0.1:5000", "docker.io/library/node", "24", ""),
        ("[::1]:5000/app", "[::1]:5000", "app", "", ""),
        ("registry.example.com/a/b_c/d__e/f-g.h", "registry.example.com", "a/b_c/d__e/f-g.h", "", ""),
        ("foo.bar", "docker.io", "library/foo.bar", "", ""),
    ],
)
def test_parse(text: str, registry: str, repository: str, tag: str, digest: str) -> None:
    assert parse(text) == Image(registry, repository, tag, digest=digest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it names no repository"),
        ("gcr.io/", "it names no repository"),
        (":24", "it names no repository"),
        ("Node", "lower case"),
        ("node:", "not a tag"),
        ("node:.24", "not a tag"),
        ("node:" + "x" * 129, "not a tag"),
        ("node:24\n", "not a tag"),
        ("node:24:25", "not a tag"),
        ("node:é", "not a tag"),
        ("node@", "not a digest"),
        ("node@sha256:abc", "not a digest"),
        (f"node@{DIGEST.upper()}", "not a digest"),
        (f"node@{DIGEST}@{DIGEST}", "not a digest"),
        ("/node", "not a repository"),
        ("library//node", "not a repository"),
        ("library/node/", "not a repository"),
        ("no de", "not a repository"),
        ("node-", "not a repository"),
        ("a___b", "not a repository"),
        ("https://gcr.io/distroless/cc", "not a host name"),
        ("-x.example.com/app", "not a host name"),
        ("a" * 64, "an image's id"),
        ("a/" * 150 + "a", "longer than 255"),
    ],
)
def test_parse_refuses(text: str, reason: str) -> None:
    with pytest.raises(ScaffoldError, match=reason) as caught:
        parse(text)
    assert "for example node:24.21.0-trixie-slim" in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "user:hunter2@registry.example.com/app",
        "docker.io=https://ada:hunter2/rest@host/x",
        "https://user:hunter2@gcr.io/app",
        "docker.io=https://u:hunter2@x",
    ],
)
def test_no_password_in_messages(text: str) -> None:
    for function in (parse, parse_mirror):
        with pytest.raises(ScaffoldError) as caught:
            function(text)
        assert "hunter2" not in f"{caught.value.fact} {caught.value.remedy}"


@pytest.mark.parametrize(
    ("image", "text"),
    [
        (
            Image("docker.io", "library/node", "24.21.0-trixie-slim", digest=DIGEST),
            f"node:24.21.0-trixie-slim@{DIGEST}",
        ),
        (Image("docker.io", "nginxinc/nginx-unprivileged", "1"), "nginxinc/nginx-unprivileged:1"),
        (Image("gcr.io", "distroless/cc-debian13", "nonroot"), "gcr.io/distroless/cc-debian13:nonroot"),
        (Image("127.0.0.1:5000", "docker.io/library/node", "24"), "127.0.0.1:5000/docker.io/library/node:24"),
        (Image("docker.io", "library/distros/debian", "13"), "library/distros/debian:13"),
        (Image("docker.io", "localhost/app", "1"), "docker.io/localhost/app:1"),
        (Image("docker.io", "foo.bar/app", "1"), "docker.io/foo.bar/app:1"),
    ],
)
def test_reference(image: Image, text: str) -> None:
    assert reference(image) == text
    assert parse(text) == image
    assert text.startswith(familiar(image))


_word = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
_component = st.builds("{}{}{}".format, _word, st.sampled_from(["", ".", "_", "__", "-", "--"]), _word)
_registry = st.sampled_from(
    ["docker.io", "gcr.io", "localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "Registry.example.com"]
)
_path = st.one_of(
    st.lists(_component, min_size=2, max_size=4).map("/".join),
    st.sampled_from(["localhost/app", "foo.bar/app", "library/foo.bar", "library/localhost"]),
)
_tag = st.one_of(st.just(""), st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True))
_digest = st.one_of(st.just(""), st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True))


@given(_registry, _path, _tag, _digest)
def test_round_trip(registry: str, repository: str, tag: str, digest: str) -> None:
    image = Image(registry, repository, tag, digest=digest)
    assert parse(reference(image)) == image


@given(st.text(alphabet="aZ09./:@-_[]% é\n", max_size=30))
def test_parse_of_anything_is_an_image_or_an_error(text: str) -> None:
    try:
        image = parse(text)
    except ScaffoldError:
        return
    assert parse(reference(image)) == image


@pytest.mark.parametrize(
    ("text", "text_at_mirror"),
    [
        ("node:24", "127.0.0.1:5000/docker.io/library/node:24"),
        ("nginxinc/nginx-unprivileged", "127.0.0.1:5000/docker.io/nginxinc/nginx-unprivileged"),
        ("gcr.io/distroless/cc:nonroot", "registry.example.com:5000/proxy/gcr/distroless/cc:nonroot"),
        ("ghcr.io/astral-sh/uv:0.12.24", "ghcr.io/astral-sh/uv:0.12.24"),
        ("127.0.0.1:5000/docker.io/library/node:24", "127.0.0.1:5000/docker.io/library/node:24"),
    ],
)
def test_mirrored(text: str, text_at_mirror: str) -> None:
    assert reference(mirrored(parse(text), MIRRORS)) == text_at_mirror


def test_mirrored_keeps_all_but_the_name() -> None:
    image = Image("docker.io", "library/node", "{}-trixie-slim", "24")
    assert mirrored(image, [("docker.io", "localhost")]) == Image("localhost", "library/node", "{}-trixie-slim", "24")


def test_of_two_mirrors_the_last_counts() -> None:
    pairs = [("docker.io", "a.example.com"), ("docker.io", "b.example.com")]
    assert mirrored(parse("node"), pairs).registry == "b.example.com"


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("docker.io=127.0.0.1:5000/docker.io", ("docker.io", "127.0.0.1:5000/docker.io")),
        ("gcr.io=registry.example.com:5000/proxy/gcr", ("gcr.io", "registry.example.com:5000/proxy/gcr")),
        (" ghcr.io = localhost ", ("ghcr.io", "localhost")),
        ("index.docker.io=localhost:5000", ("docker.io", "localhost:5000")),
        ("registry-1.docker.io=localhost:5000", ("docker.io", "localhost:5000")),
        ("Docker.io=localhost:5000", ("docker.io", "localhost:5000")),
        ("docker.io=http://registry.example.com/a", ("docker.io", "http://registry.example.com/a")),
        ("docker.io=https://localhost:5000", ("docker.io", "https://localhost:5000")),
    ],
)
def test_parse_mirror(text: str, pair: tuple[str, str]) -> None:
    assert parse_mirror(text) == pair


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "has no ="),
        ("docker.io", "has no ="),
        ("docker.io=", "one side of it is empty"),
        ("=localhost:5000", "one side of it is empty"),
        ("docker.io=ftp://registry.example.com", "its scheme is neither http nor https"),
        ("docker.io=https://", "'' is not a registry"),
        ("https://docker.io=registry.example.com", "'https://docker.io' is not a registry"),
        ("docker=registry.example.com", "'docker' is not a registry"),
        ("docker.io/library=registry.example.com", "is not a registry"),
        ("docker.io=mirror", "'mirror' is not a registry"),
        ("docker.io=registry.example.com/", "'' is not a path"),
        ("docker.io=registry.example.com/A", "'A' is not a path"),
        ("docker.io=a.example.com=b", "is not a registry"),
    ],
)
def test_parse_mirror_refuses(text: str, reason: str) -> None:
    with pytest.raises(ScaffoldError, match=reason) as caught:
        parse_mirror(text)
    assert "docker.io=registry.example.com/docker.io" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("Linux/AMD64", "linux/amd64"),
    ],
)
def test_normal_platform(text: str, normal: str) -> None:
    assert normal_platform(text) == normal


def test_a_scheme_is_no_part_of_the_name() -> None:
    pairs = [("docker.io", "http://registry.example.com:5000/hub"), ("gcr.io", "https://localhost"), ("ghcr.io", "a.b")]
    assert reference(mirrored(parse("node:24"), pairs)) == "registry.example.com:5000/hub/library/node:24"
    assert schemes(pairs) == {"registry.example.com:5000": "http", "localhost": "https"}


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([("a.b", "c.d"), ("a.b", "e.f")], "a.b has two mirrors: c.d and e.f"),
        ([("a.b", "http://x.y/1"), ("c.d", "https://x.y/2")], "x.y is to be asked by http and by https"),
        ([("a.b", "a.b")], "ring: a.b=a.b"),
        ([("a.b", "http://a.b/x")], "ring: a.b=http://a.b/x"),
        ([("a.b", "c.d/x"), ("c.d", "a.b/y")], "ring: a.b=c.d/x, c.d=a.b/y"),
        ([("x.y", "a.b"), ("a.b", "c.d"), ("c.d", "e.f"), ("e.f", "a.b")], "ring: a.b=c.d, c.d=e.f, e.f=a.b"),
    ],
)
def test_mirrors_that_contradict_each_other(pairs: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ScaffoldError, match=re.escape(words)) as caught:
        check_mirrors(pairs)
    assert caught.value.code == 2


def test_mirrors_that_do_not() -> None:
    check_mirrors([])
    check_mirrors([("a.b", "c.d"), ("e.f", "c.d"), ("a.b", "c.d"), ("c.d", "g.h")])


# The grammar as the public reference implementation writes it down, in the comment at the head of its `reference.go`,
# and what its `normalize.go` makes of short names: written a second time here, to hold the first one to it. Where that
# has `[-]*` between two runs of letters this has `[-]+`: the same texts, without the time that backtracking takes.
BNF = {
    "domain-component": r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])",
    "host": r"(?:{domain-component}(?:\.{domain-component})*|\[[a-fA-F0-9:]+\])",
    "domain": r"{host}(?::[0-9]+)?",
    "path-component": r"[a-z0-9]+(?:(?:[_.]|__|[-]+)[a-z0-9]+)*",
    "path": r"{path-component}(?:/{path-component})*",
    "tag": r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}",
    "digest": r"(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})",
    "reference": r"(?P<domain>{domain})/(?P<path>{path})(?::(?P<tag>{tag}))?(?:@(?P<digest>{digest}))?",
}


def expand(rule: str) -> str:
    """The regular expression of a rule."""
    return re.sub(r"\{([a-z-]+)\}", lambda found: f"(?:{expand(found[1])})", BNF[rule])


REFERENCE = re.compile(expand("reference"))


def by_the_reference(text: str) -> Image | None:
    """What the reference implementation makes of a text; None for an error."""
    if re.fullmatch("[a-f0-9]{64}", text):
        return None
    first, slash, rest = text.partition("/")
    is_domain = slash and (first == "localhost" or set(first) & set(".:") or first.lower() != first)
    domain, remainder = (first, rest) if is_domain else ("docker.io", text)
    if domain == "index.docker.io":
        domain = "docker.io"
    if domain == "docker.io" and "/" not in remainder:
        remainder = f"library/{remainder}"
    found = REFERENCE.fullmatch(f"{domain}/{remainder}")
    if not found or len(found["path"]) > 255:
        return None
    return Image(domain, found["path"], found["tag"] or "", digest=found["digest"] or "")


_parts = st.sampled_from(
    [
        *(
            "node",
            "library",
            "docker.io",
            "index.docker.io",
            "localhost",
            "gcr.io",
            "Gcr",
            "a--b",
            "a__b",
            "a___b",
            "a..b",
        ),
        *(
            "-a",
            "a-",
            "_",
            ".",
            "A",
            "0",
            "127.0.0.1",
            "[::1]",
            "[::g]",
            "é",
            "\n",
            " ",
            "",
            "a" * 64,
            "b" * 128,
            "x" * 256,
        ),
        *(DIGEST, DIGEST.upper(), "sha256", "0123456789abcdef" * 4, "sha512:" + "ab" * 64, "md5:" + "0" * 32),
    ]
)
_joints = st.sampled_from(["/", ":", "@", ".", "-", "_", "", "//", "://"])
_near = st.lists(st.tuples(_parts, _joints), min_size=1, max_size=5).map(
    lambda pairs: "".join(part + joint for part, joint in pairs[:-1]) + pairs[-1][0]
)


@settings(max_examples=3000)
@given(st.one_of(_near, st.text(alphabet="aZ09./:@-_[]% é\n", max_size=12)))
def test_parse_agrees_with_the_reference_grammar(text: str) -> None:
    try:
        image = parse(text)
    except ScaffoldError:
        assert by_the_reference(text) is None
    else:
        assert by_the_reference(text) == image == parse(reference(image))


def test_the_fuzzed_texts_are_not_all_wrong() -> None:
    for text in ("node", "gcr.io/a/b:1", "Gcr/a", "[::1]:5000/a", f"localhost/a:x@{DIGEST}"):
        assert by_the_reference(text) is not None
