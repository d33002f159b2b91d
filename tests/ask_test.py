from __future__ import annotations

from dataclasses import replace

import pytest

from scaffold import ask, catalogue
from scaffold.errors import ScaffoldError
from scaffold.model import Answers, Facts, Found, Port, Service
from scaffold.questions import Given
from tests.generated import service

FACTS = Facts(
    language=Found("node", "package.json"),
    name=Found("shop", "package.json name"),
    answers={
        "packages": Found("npm", "package-lock.json"),
        "version": Found("22", ".nvmrc"),
        "start": Found("node a.js", "package.json main"),
    },
    unknown={},
)


def asked(
    given: Given | None = None, saved: Given | None = None, facts: Facts = FACTS
) -> tuple[Service, dict[str, Found]]:
    return ask.service("web", ".", facts, given or {}, saved or {})


def test_detected_and_customary() -> None:
    answers, sources = asked()
    ports = (Port(3000),)
    assert answers == Service("web", ".", "node", "22", "distroless", "npm", "", "node a.js", ports, "tcp")
    assert {key: found.source for key, found in sources.items()} == {
        "language": "package.json",
        "version": ".nvmrc",
        "tier": "default",
        "packages": "package-lock.json",
        "build": "none",
        "start": "package.json main",
        "port": "Node's custom",
        "health-path": "default",
    }


@pytest.mark.parametrize(
    ("given", "saved", "version", "source"),
    [
        ({}, {}, "22", ".nvmrc"),
        ({}, {"version": "26"}, "26", ".dockerscaffold.toml"),
        ({"version": "24"}, {"version": "26"}, "24", "--version"),
        ({"version": "24"}, {}, "24", "--version"),
        ({}, {"language": "python", "version": "3.13"}, "22", ".nvmrc"),
    ],
)
def test_the_first_counts(given: Given, saved: Given, version: str, source: str) -> None:
    answers, sources = asked(given, saved)
    assert (answers.version, sources["version"].source) == (version, source)


def test_another_language_keeps_what_is_not_its_own() -> None:
    old = {"language": "go", "tier": "scratch", "port": ("9000",), "start": "./cmd/a", "packages": "go", "build": "x"}
    answers, _ = asked({"language": "node"}, old)
    assert (answers.tier, answers.ports, answers.start, answers.build) == ("scratch", (Port(9000),), "node a.js", "")


def test_what_is_unknown_is_asked_for_unless_given() -> None:
    facts = replace(FACTS, answers={"packages": Found("npm", "")}, unknown={"start": ScaffoldError("no start")})
    with pytest.raises(ScaffoldError, match="no start"):
        asked(facts=facts)
    assert asked({"start": "node b.js"}, facts=facts)[0].start == "node b.js"
    assert asked({}, {"start": "node c.js"}, facts=facts)[0].start == "node c.js"


@pytest.mark.parametrize(
    ("given", "saved", "words"),
    [
        ({"version": "23"}, {}, "no supported version of Node"),
        ({"version": "2"}, {}, f"Known: {', '.join(catalogue.lines('node').supported)}."),
        ({"port": ("80", "80")}, {}, "Port 80 is given twice"),
        ({"port": ("53/udp", "53/udp", "80")}, {}, "Port 53/udp is given twice"),
        ({"port": ("53/udp",)}, {}, "there is only 53/udp"),
        (
            {},
            {"packages": "pip"},
            ".dockerscaffold.toml says pip installs the packages, and package-lock.json shows npm",
        ),
    ],
)
def test_what_does_not_fit(given: Given, saved: Given, words: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        asked(given, saved)
    assert words in f"{caught.value.fact} {caught.value.remedy}" and caught.value.code == 2


def test_ports() -> None:
    assert asked({"port": ("53/udp", "53", "80")})[0].ports == (Port(53, "udp"), Port(53), Port(80))


@pytest.mark.parametrize("key", ["language", "version", "port", "start", "health-path"])
def test_a_flag_about_one_service_of_several(key: str) -> None:
    ask.check({key: "x"}, ["web"])
    with pytest.raises(
        ScaffoldError, match=f"--{key} is about one service, and this project has web and api"
    ) as caught:
        ask.check({key: "x"}, ["web", "api"])
    assert "[service.web]" in caught.value.remedy


def test_flags_about_all_services() -> None:
    ask.check({"tier": "slim", "platform": ("linux/amd64",), "registry-mirror": ("a.b=c.d",)}, ["web", "api"])


WEB = service("node", "slim")


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ((replace(WEB, name="api"),), "web and api are both in ., which has one Dockerfile"),
        ((replace(WEB, name="api", directory="api"),), "web and api both publish port 8080"),
        ((replace(WEB, name="api", directory="api", ports=(Port(1), Port(8080))),), "both publish port 8080"),
    ],
)
def test_services_that_collide(others: tuple[Service, ...], words: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        ask.answers("shop", (WEB, *others), ())
    assert words in caught.value.fact and ".dockerscaffold.toml" in caught.value.remedy


def test_services_that_do_not() -> None:
    api = replace(WEB, name="api", directory="api", ports=(Port(8081), Port(8080, "udp")))
    assert ask.answers("shop", (WEB, api), ()).services == (WEB, api)


@pytest.mark.parametrize(
    ("given", "saved", "expected"),
    [
        ({}, {}, Answers("my-shop", (WEB,), (), ("linux/amd64", "linux/arm64"))),
        ({"platform": ("a/b", "c/d", "a/b")}, {"platform": ("x/y",)}, Answers("my-shop", (WEB,), (), ("a/b", "c/d"))),
        ({}, {"platform": ("x/y",)}, Answers("my-shop", (WEB,), (), ("x/y",))),
        (
            {"registry-mirror": ("b.c=d.e", "a.b=x.y/z", "b.c=d.e")},
            {"registry-mirror": ("q.r=s.t",), "platform": ("x/y",)},
            Answers("my-shop", (WEB,), (("a.b", "x.y/z"), ("b.c", "d.e"), ("q.r", "s.t")), ("x/y",)),
        ),
        (
            {},
            {"registry-mirror": ("q.r=s.t",), "platform": ("x/y",)},
            Answers("my-shop", (WEB,), (("q.r", "s.t"),), ("x/y",)),
        ),
    ],
)
def test_answers_about_the_whole(given: Given, saved: Given, expected: Answers) -> None:
    assert ask.answers("My Shop", (WEB,), (given, saved)) == expected


def test_two_mirrors_of_a_registry() -> None:
    with pytest.raises(ScaffoldError, match=r"docker\.io has two mirrors: a\.b and c\.d"):
        ask.answers("shop", (WEB,), [{"registry-mirror": ("docker.io=a.b", "docker.io=c.d")}])


def test_mirrors_in_a_ring() -> None:
    with pytest.raises(ScaffoldError, match=r"lead round in a ring: docker\.io=gcr\.io/a, gcr\.io=docker\.io/b"):
        ask.answers("shop", (), [{"registry-mirror": ("docker.io=gcr.io/a", "gcr.io=docker.io/b")}])


LAYERS: list[Given] = [
    {"registry-mirror": ("docker.io=flag.example.com",), "allow-eol": "true", "mirror-fallback": "true"},
    {"registry-mirror": ("docker.io=environment.example.com",), "allow-eol": "false", "mirror-fallback": "false"},
    {"registry-mirror": (), "allow-eol": "true", "mirror-fallback": "true"},
    {"registry-mirror": ("docker.io=user.example.com",), "allow-eol": "false", "mirror-fallback": "false"},
]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("other", range(4))
def test_the_first_layer_that_says_something_counts(first: int, other: int) -> None:
    layers: list[Given] = [{}, {}, {}, {}]
    layers[first], layers[other] = LAYERS[first], LAYERS[other]
    alone: list[Given] = [LAYERS[min(first, other)]]
    assert ask.answers("shop", (), layers) == ask.answers("shop", (), alone)


def test_mirrors_are_one_map_of_all_layers() -> None:
    layers: list[Given] = [
        {"registry-mirror": ("gcr.io=flag.example.com",)},
        {"registry-mirror": ("gcr.io=saved.example.com", "docker.io=saved.example.com/hub")},
    ]
    assert ask.answers("shop", (), layers).mirrors == (
        ("docker.io", "saved.example.com/hub"),
        ("gcr.io", "flag.example.com"),
    )
    with pytest.raises(ScaffoldError, match="in a ring"):
        ask.answers("shop", (), [{"registry-mirror": ("a.b=c.d",)}, {"registry-mirror": ("c.d=a.b",)}])


def test_saved_answers_that_name_no_mirror_settle_that() -> None:
    assert ask.answers("shop", (), LAYERS[2:]).mirrors == ()
    assert ask.answers("shop", (), LAYERS[3:]).mirrors == (("docker.io", "user.example.com"),)
