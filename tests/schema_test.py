from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import settings, state, tables
from scaffold.errors import ScaffoldError
from scaffold.model import Answers, Port
from scaffold.questions import QUESTIONS
from scaffold.schema import schema
from tests import settings_test
from tests.answers_test import VALUES, as_json, as_toml, below
from tests.day import TOP
from tests.generated import service

KEYS = [question.key for question in QUESTIONS]
VALIDATOR = jsonschema.Draft7Validator(schema())
SAVED = sorted(TOP.glob("examples/*/*/.dockerscaffold.toml"))


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema())
    assert jsonschema.validators.validator_for(schema()) is jsonschema.Draft7Validator
    assert json.loads(json.dumps(schema())) == schema()


def test_every_part_says_what_it_is() -> None:
    properties = schema()["properties"]
    of_one = properties["service"]["additionalProperties"]["properties"]
    assert all(part["description"] for part in (*properties.values(), *of_one.values()))


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.parent.relative_to(TOP).as_posix())
def test_the_examples_are_valid(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text()))


def test_there_are_examples() -> None:
    assert len(SAVED) == 12


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("key", KEYS)
def test_answers_files_of_the_tests_are_valid(key: str, which: int) -> None:
    answers = {key: VALUES[key][which]}
    VALIDATOR.validate(json.loads(as_json(answers)))
    VALIDATOR.validate(tomllib.loads(as_toml(answers)))
    VALIDATOR.validate(tomllib.loads(below(answers)))


def test_what_is_saved_is_valid() -> None:
    web = service("node", "slim", ports=(Port(3000), Port(53, "udp")), start="node 'a b'", build="x")
    api = service("go", "scratch", name="api", directory="server/api")
    for answers in (
        Answers("shop", (web,), (), ("linux/amd64",)),
        Answers("shop", (web, api), (("docker.io", "http://a.example"),), ("a/b", "c/d"), True, True),
    ):
        VALIDATOR.validate(tomllib.loads(state.answers_file(answers, None).text))
    VALIDATOR.validate(settings_test.CONTENT)


@pytest.mark.parametrize(
    "content",
    [
        {"teir": "slim"},
        {"directory": "."},
        {"services": {}},
        {"service": []},
        {"service": {"web": 1}},
        {"service": {"web": {"teir": "slim"}}},
        {"service": {"web": {"service": {}}}},
        {"service": {"web": {"directory": 1}}},
        {"service": {"My App": {}}},
        {"service": {"": {}}},
        *({"service": {"web": {question.key: "a"}}} for question in QUESTIONS if question.whole),
        *({key: value} for key in KEYS for value in (None, 1.5, {}, [[]])),
        *({question.key: []} for question in QUESTIONS if not question.several),
        *({question.key: True} for question in QUESTIONS if not question.switch),
        *({question.key: "nonsense"} for question in QUESTIONS if question.known),
        [],
        1,
    ],
    ids=json.dumps,
)
def test_what_is_not_valid(content: Any) -> None:
    assert not VALIDATOR.is_valid(content)
    if isinstance(content, dict):
        with pytest.raises(ScaffoldError):
            tables.read(content, "x")


GOOD = [1, 24, "80", True, False, "yes", "0", *(word for values in VALUES.values() for word in values)]
SCALARS = st.sampled_from(GOOD) | st.none() | st.integers() | st.floats() | st.text(max_size=5)
VALUE = SCALARS | st.lists(SCALARS, max_size=3)
TABLE = st.dictionaries(st.sampled_from([*KEYS, "directory", "nonsense"]), VALUE, max_size=3)
SERVICES = st.dictionaries(st.sampled_from(["web", "api", "My App", "-", ""]), TABLE | VALUE, max_size=2)


@given(table=TABLE, services=st.none() | SERVICES)
def test_what_is_read_is_valid(table: dict[str, Any], services: dict[str, Any] | None) -> None:
    content = table if services is None else {**table, "service": services}
    try:
        tables.read(content, "x")
    except ScaffoldError:
        return
    VALIDATOR.validate(content)


def test_an_answers_file_with_the_comment_of_editors_is_read_and_kept(tmp_path: Path) -> None:
    comment = "#:schema ./.dockerscaffold.schema.json\n"
    (tmp_path / "a.toml").write_text(comment + 'tier = "slim"\n')
    assert settings.from_answers(str(tmp_path / "a.toml")).layer.every == {"tier": "slim"}
    made = state.answers_file(Answers("shop", (service("node", "slim"),), (), ("linux/amd64",)), comment).text
    assert made.startswith(comment) and "[service.web]" in made
