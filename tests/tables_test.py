from __future__ import annotations

from typing import Any

import pytest

from scaffold import tables
from scaffold.errors import ScaffoldError
from scaffold.layers import Layer
from scaffold.questions import QUESTIONS
from scaffold.tables import Table

WHOLE = [question.key for question in QUESTIONS if question.whole]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, Table(Layer("x", {}), {})),
        ({"service": {}}, Table(Layer("x", {}), {})),
        ({"name": "a", "tier": "slim"}, Table(Layer("x", {"name": "a", "tier": "slim"}), {})),
        ({"platform": [], "registry-mirror": []}, Table(Layer("x", {"platform": (), "registry-mirror": ()}), {})),
        ({"port": []}, Table(Layer("x", {}), {})),
        ({"port": 80}, Table(Layer("x", {"port": ("80",)}), {})),
        ({"port": ["80", 53]}, Table(Layer("x", {"port": ("80", "53")}), {})),
        ({"version": 24, "name": 7}, Table(Layer("x", {"version": "24", "name": "7"}), {})),
        ({"allow-eol": True}, Table(Layer("x", {"allow-eol": "true"}), {})),
        ({"allow-eol": "No"}, Table(Layer("x", {"allow-eol": "false"}), {})),
        ({"mirror-fallback": 1}, Table(Layer("x", {"mirror-fallback": "true"}), {})),
        ({"service": {"api": {}}}, Table(Layer("x", {}, {"api": {}}), {"api": ""})),
        (
            {"tier": "slim", "service": {"web": {"directory": ".", "tier": "alpine"}, "api": {"directory": "a/b"}}},
            Table(Layer("x", {"tier": "slim"}, {"web": {"tier": "alpine"}, "api": {}}), {"web": ".", "api": "a/b"}),
        ),
    ],
)
def test_read(content: dict[str, Any], expected: Table) -> None:
    before = repr(content)
    assert tables.read(content, "x") == expected
    assert repr(content) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"teir": "slim"}, "'teir' is no key at the top of x. Did you mean tier?"),
        ({"directory": "."}, "'directory' is no key at the top of x"),
        ({"services": {}}, "Did you mean service?"),
        ({"tier": "slimm"}, "tier at the top of x: 'slimm' is no tier. Did you mean slim?"),
        ({"tier": ["slim"]}, 'tier at the top of x is no text. Write it as tier = "..."'),
        ({"tier": None}, "is no text"),
        ({"version": 3.14}, 'Write it as version = "..."'),
        ({"port": [True]}, 'Write it as port = ["..."]'),
        ({"port": {"a": 1}}, "port at the top of x is no text"),
        ({"port": True}, "port at the top of x is no text"),
        ({"port": 16**5000}, "is no port"),
        ({"port": -(16**5000)}, "is no port"),
        ({"allow-eol": 2}, "'2' is neither true nor false"),
        ({"name": "My App"}, "name at the top of x: 'My App' cannot name a project in Compose. Call it my-app."),
        ({"name": False}, "name at the top of x is no text"),
        ({"build": "a\nb"}, "build at the top of x: The build command has a control character"),
        ({"build": "\ud800"}, "build at the top of x: The build command has a control character"),
        ({"start": "node \udcff"}, "start at the top of x: The start command has a control character"),
        ({"service": 1}, "x has no table for its services. Write them as [service.web]."),
        ({"service": None}, "x has no table for its services"),
        ({"service": {"web": []}}, "x has no table for its services"),
        ({"service": {"web": {"prot": 80}}}, "'prot' is no key at [service.web] of x. Did you mean port?"),
        ({"service": {"web": {"directori": "a"}}}, "Did you mean directory?"),
        ({"service": {"web": {"tier": "x"}}}, "tier at [service.web] of x: 'x' is no tier"),
        ({"service": {"My App": {}}}, "'My App' in x cannot name a service. Call it my-app."),
        ({"service": {"": {}}}, "Call it app."),
    ],
)
def test_what_cannot_be_read(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        tables.read(content, "x")
    assert words in f"{caught.value.fact} {caught.value.remedy}" and caught.value.code == 2


@pytest.mark.parametrize("key", WHOLE)
def test_what_is_about_the_whole_is_not_about_one_service(key: str) -> None:
    with pytest.raises(ScaffoldError, match=f"'{key}' is no key at .service.web. of x"):
        tables.read({"service": {"web": {key: "x"}}}, "x")


@pytest.mark.parametrize("value", [".", "a", "a/b", "a-b_c.d", "é", ".hidden", "..a"])
def test_directories(value: str) -> None:
    assert tables.directory("web", value, "x") == value


@pytest.mark.parametrize(
    "value",
    ["", "..", "a/..", "../a", "/", "/a", "a/", "a//b", "./a", "a b", "$x", "a\\b", "a'b", "a\nb", "\ud800", 1, None],
)
def test_what_is_no_directory(value: object) -> None:
    with pytest.raises(ScaffoldError, match="of web in x is no folder in the project"):
        tables.directory("web", value, "x")


@pytest.mark.parametrize("name", ["Web", "a b", "-a", "a-", "é", ""])
def test_what_can_name_no_service(name: str) -> None:
    with pytest.raises(ScaffoldError, match="cannot name a service"):
        tables.directory(name, ".", "x")


def test_only_the_known_keys_of_a_file() -> None:
    assert tables.checked({"tier": "slim"}, ["tier"], "x") == {"tier": "slim"}
    with pytest.raises(ScaffoldError, match="'version' is no key at x") as caught:
        tables.checked({"version": "24"}, ["tier"], "x", ("directory",))
    assert caught.value.remedy.endswith("Known: tier, directory.")
