from __future__ import annotations

from dataclasses import replace

import pytest

from scaffold import ask, catalogue
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.layers import ENVIRONMENT, FLAGS, Layer
from scaffold.model import Answers, Port, Service
from scaffold.questions import Given
from scaffold.state import ANSWERS
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


def layers(given: Given | None = None, saved: Given | None = None) -> tuple[Layer, ...]:
    return Layer(FLAGS, given or {}), Layer(ANSWERS, {}, {"web": saved or {}})


def asked(
    given: Given | None = None, saved: Given | None = None, facts: Facts = FACTS, own: Given | None = None
) -> tuple[Service, dict[str, Found]]:
    return ask.service("web", ".", facts, layers(given, saved), (Layer("config.toml", own or {}),))


def settled(services: tuple[Service, ...], *said: Given, name: str = "shop") -> Answers:
    return ask.answers(services, [Layer(f"layer {number}", each) for number, each in enumerate(said)], Found(name, ""))[
        0
    ]


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
        **dict.fromkeys(("env", "writable", "tmpfs"), "none"),
    }


@pytest.mark.parametrize(
    ("given", "saved", "version", "source"),
    [
        ({}, {}, "22", ".nvmrc"),
        ({}, {"version": "26"}, "26", ".dockerscaffold.toml"),
        ({"version": "24"}, {"version": "26"}, "24", "--version"),
        ({"version": "24"}, {}, "24", "--version"),
        ({"language": "node"}, {"language": "python", "version": "3.13"}, "22", ".nvmrc"),
    ],
)
def test_the_first_counts(given: Given, saved: Given, version: str, source: str) -> None:
    answers, sources = asked(given, saved)
    assert (answers.version, sources["version"].source) == (version, source)


def test_one_port_is_needed() -> None:
    with pytest.raises(ScaffoldError, match="There is no port"):
        ask.ports([])
    with pytest.raises(ScaffoldError, match="There is no port"):
        asked({"port": ()})


def test_another_language_keeps_what_is_not_its_own() -> None:
    old = {"language": "go", "tier": "scratch", "port": ("9000",), "start": "./cmd/a", "packages": "go", "build": "x"}
    answers, _ = asked({"language": "node"}, old)
    assert (answers.tier, answers.ports, answers.start, answers.build) == ("scratch", (Port(9000),), "node a.js", "")


def test_the_users_own_settings_count_less_than_what_is_detected_or_said() -> None:
    own: Given = {"tier": "alpine", "port": ("9000",), "version": "26"}
    answers, sources = asked({"port": ("80",)}, own=own)
    assert (answers.tier, answers.ports, answers.version) == ("alpine", (Port(80),), "22")
    assert [sources[key].source for key in ("tier", "port", "version")] == ["config.toml", "--port", ".nvmrc"]


def test_what_is_unknown_is_missing_unless_given() -> None:
    start = ScaffoldError("no start")
    facts = replace(FACTS, answers={"packages": Found("npm", "")}, unknown={"start": start})
    assert ask.missing("web", facts, layers()) == {"start": start}
    assert ask.missing("web", facts, layers({"tier": "slim"})) == {"start": start}
    for said in (layers({"start": "node b.js"}), layers({}, {"start": "node b.js"})):
        assert ask.missing("web", facts, said) == {}
        assert ask.service("web", ".", facts, said, ())[0].start == "node b.js"


def test_all_that_is_missing_is_told_at_once() -> None:
    version, start = ScaffoldError("No version.", "Say --version."), ScaffoldError("No start.", "Say --start.")
    facts = replace(FACTS, answers={}, unknown={"start": start, "version": version})
    assert ask.missing("web", facts, layers()) == {"version": version, "start": start}
    one = ask.all_missing([("web", start)], ["web"])
    assert (one.fact, one.remedy, one.code) == ("No start.", "Say --start.", 2)
    two = ask.all_missing([("web", version), ("web", start)], ["web"])
    assert (two.fact, two.remedy) == ("2 answers are missing. No version. No start.", "Say --version. Say --start.")
    three = ask.all_missing([("web", start), ("api", version), ("api", start)], ["web", "api"])
    assert three.fact == "3 answers are missing. web: No start. api: No version. api: No start."
    assert three.remedy.startswith("Say --start. Say --version. Answers for one of several services stand in ")
    assert three.remedy.endswith("below [service.web].")


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
            ".dockerscaffold.toml says pip installs the packages, and package-lock.json shows npm. Say npm there",
        ),
        ({"packages": "uv"}, {}, "--packages says uv installs the packages"),
        ({}, {"version": "23"}, ".dockerscaffold.toml: '23' is no supported version of Node"),
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
    for source, named in ((FLAGS, f"--{key}"), (ENVIRONMENT, f"DOCKERSCAFFOLD_{key.upper().replace('-', '_')}")):
        said = [Layer(FLAGS, {}), Layer(source, {key: "x"})]
        ask.check(said, ["web"])
        with pytest.raises(ScaffoldError, match=f"^{named} is about one service, and this project has web and api"):
            ask.check(said, ["web", "api"])


def test_where_to_write_what_is_about_one_service() -> None:
    with pytest.raises(ScaffoldError) as caught:
        ask.check([Layer(FLAGS, {"port": ("80",)})], ["web", "api"])
    assert "[service.web]" in caught.value.remedy


def test_flags_about_all_services() -> None:
    said: Given = {"tier": "slim", "platform": ("linux/amd64",), "registry-mirror": ("a.b=c.d",), "name": "x"}
    ask.check([Layer(FLAGS, said)], ["web", "api"])


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
        settled((WEB, *others))
    assert words in caught.value.fact and ".dockerscaffold.toml" in caught.value.remedy


def test_services_that_do_not() -> None:
    api = replace(WEB, name="api", directory="api", ports=(Port(8081), Port(8080, "udp")))
    assert settled((WEB, api)).services == (WEB, api)


@pytest.mark.parametrize(
    ("given", "saved", "expected"),
    [
        ({}, {}, Answers("my-shop", (WEB,), (), ("linux/amd64", "linux/arm64"))),
        ({"platform": ("a/b", "c/d", "a/b")}, {"platform": ("x/y",)}, Answers("my-shop", (WEB,), (), ("a/b", "c/d"))),
        ({}, {"platform": ("x/y",)}, Answers("my-shop", (WEB,), (), ("x/y",))),
        ({}, {"platform": ()}, Answers("my-shop", (WEB,), (), ("linux/amd64", "linux/arm64"))),
        ({"name": "b"}, {"name": "c"}, Answers("b", (WEB,), (), ("linux/amd64", "linux/arm64"))),
        ({}, {"name": "c"}, Answers("c", (WEB,), (), ("linux/amd64", "linux/arm64"))),
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
    assert settled((WEB,), given, saved, name="My Shop") == expected


def test_the_sources_of_answers_about_the_whole() -> None:
    said = [Layer(FLAGS, {"allow-eol": "false"}), Layer(ENVIRONMENT, {"platform": ("x/y", "x/z")})]
    _, sources = ask.answers((WEB,), said, Found("My Shop", "package.json name"))
    assert sources == {
        "name": Found("my-shop", "package.json name"),
        "registry-mirror": Found("", "default"),
        "platform": Found("x/y x/z", "DOCKERSCAFFOLD_PLATFORM"),
        "mirror-fallback": Found("false", "default"),
        "allow-eol": Found("false", "--allow-eol"),
    }


def test_two_mirrors_of_a_registry() -> None:
    with pytest.raises(ScaffoldError, match=r"docker\.io has two mirrors: a\.b and c\.d"):
        settled((WEB,), {"registry-mirror": ("docker.io=a.b", "docker.io=c.d")})


def test_mirrors_in_a_ring() -> None:
    with pytest.raises(ScaffoldError, match=r"lead round in a ring: docker\.io=gcr\.io/a, gcr\.io=docker\.io/b"):
        settled((), {"registry-mirror": ("docker.io=gcr.io/a", "gcr.io=docker.io/b")})


LAYERS: list[Given] = [
    {"registry-mirror": ("docker.io=flag.example.com",), "allow-eol": "true", "mirror-fallback": "true"},
    {"registry-mirror": ("docker.io=environment.example.com",), "allow-eol": "false", "mirror-fallback": "false"},
    {"registry-mirror": (), "allow-eol": "true", "mirror-fallback": "true"},
    {"registry-mirror": ("docker.io=user.example.com",), "allow-eol": "false", "mirror-fallback": "false"},
]


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("other", range(4))
def test_the_first_layer_that_says_something_counts(first: int, other: int) -> None:
    said: list[Given] = [{}, {}, {}, {}]
    said[first], said[other] = LAYERS[first], LAYERS[other]
    assert settled((), *said) == settled((), LAYERS[min(first, other)])


def test_mirrors_are_one_map_of_all_layers() -> None:
    said: list[Given] = [
        {"registry-mirror": ("gcr.io=flag.example.com",)},
        {"registry-mirror": ("gcr.io=saved.example.com", "docker.io=saved.example.com/hub")},
    ]
    assert settled((), *said).mirrors == (
        ("docker.io", "saved.example.com/hub"),
        ("gcr.io", "flag.example.com"),
    )
    with pytest.raises(ScaffoldError, match="in a ring"):
        settled((), {"registry-mirror": ("a.b=c.d",)}, {"registry-mirror": ("c.d=a.b",)})


def test_saved_answers_that_name_no_mirror_settle_that() -> None:
    assert settled((), *LAYERS[2:]).mirrors == ()
    assert settled((), *LAYERS[3:]).mirrors == (("docker.io", "user.example.com"),)
