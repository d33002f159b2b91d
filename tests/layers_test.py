from __future__ import annotations

import itertools

import pytest

from scaffold.facts import Found
from scaffold.layers import ENVIRONMENT, FLAGS, Layer, first, found
from scaffold.questions import BY_KEY, QUESTIONS, Given

SPOKEN = [question.key for question in QUESTIONS if question.spoken]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (FLAGS, "--health-path"),
        (ENVIRONMENT, "DOCKERSCAFFOLD_HEALTH_PATH"),
        (".dockerscaffold.toml", ".dockerscaffold.toml"),
        ("{odd} {} {0}.toml", "{odd} {} {0}.toml"),
    ],
)
def test_the_source_of_an_answer(source: str, named: str) -> None:
    layer = Layer(source, {"health-path": "/"})
    assert layer.named("health-path") == named
    assert found([layer], "health-path") == Found("/", named)


def test_what_is_said_of_a_service_counts_before_what_is_said_of_all() -> None:
    layer = Layer("a", {"tier": "slim", "port": ("80",)}, {"web": {"tier": "alpine"}, "api": {}})
    assert (layer.said("tier", "web"), layer.said("tier", "api"), layer.said("tier")) == ("alpine", "slim", "slim")
    assert layer.said("port", "web") == ("80",) and layer.said("version", "web") is None


def test_nobody_says_anything() -> None:
    assert first([], "tier") is None and found([Layer("a", {}), Layer("b", {})], "tier", "web") is None


@pytest.mark.parametrize("one", range(5))
@pytest.mark.parametrize("other", range(5))
@pytest.mark.parametrize("key", [question.key for question in QUESTIONS])
def test_the_first_counts(key: str, one: int, other: int) -> None:
    layers = [Layer(str(number), {key: str(number)} if number in (one, other) else {}) for number in range(5)]
    assert first(layers, key, "web") == (str(min(one, other)), str(min(one, other)))


def test_an_answer_that_is_empty_is_one() -> None:
    said: list[Layer] = [Layer("a", {"build": "", "registry-mirror": ()}), Layer("b", {"build": "x"})]
    assert found(said, "build") == Found("", "a") and found(said, "registry-mirror") == Found("", "a")


def test_several_answers_in_one_text() -> None:
    assert found([Layer("a", {"port": ("80", "53/udp")})], "port") == Found("80 53/udp", "a")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ([{"language": "go"}, {"language": "node", "version": "24"}], None),
        ([{"language": "go"}, {"version": "24"}], "24"),
        ([{"language": "node"}, {"language": "node", "version": "24"}], "24"),
        ([{"version": "26"}, {"language": "node", "version": "24"}], "26"),
        ([{}, {"language": "node", "version": "24"}], "24"),
        ([{"language": "go"}, {"language": "node"}, {"language": "go", "version": "1.27"}], "1.27"),
        ([{"language": "go"}, {"language": "node", "version": "24"}, {"language": "go", "version": "1.27"}], "1.27"),
    ],
)
def test_what_was_said_for_another_language(said: list[Given], version: str | None) -> None:
    answer = first([Layer("a", each) for each in said], "version", "web")
    assert (answer and answer[0]) == version
    services = [Layer("a", {}, {"web": each}) for each in said]
    answer = first(services, "version", "web")
    assert (answer and answer[0]) == version


@pytest.mark.parametrize("key", [question.key for question in QUESTIONS if question.key != "language"])
def test_what_means_something_in_every_language_stays(key: str) -> None:
    said = [Layer("a", {"language": "go"}), Layer("b", {"language": "node", key: "x"})]
    assert (first(said, key) is None) == (key in SPOKEN) == BY_KEY[key].spoken


def test_every_service_for_itself() -> None:
    said = [
        Layer("a", {}, {"web": {"language": "go"}}),
        Layer("b", {}, {"web": {"language": "node", "start": "x"}, "api": {"language": "node", "start": "y"}}),
    ]
    assert first(said, "start", "web") is None and first(said, "start", "api") == ("y", "b")


def test_of_any_sources_the_first_that_says_something() -> None:
    values = [None, "x"]
    for said in itertools.product(values, repeat=6):
        layers = [Layer(str(number), {"tier": value} if value else {}) for number, value in enumerate(said)]
        place = said.index("x") if "x" in said else None
        assert first(layers, "tier") == (None if place is None else ("x", str(place)))
