from __future__ import annotations

import ast

import pytest

from scaffold.languages import python_variables
from scaffold.languages.python_source import Module, body


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("import os\nos.getenv('A')", "A"),
        ("import os\nos.environ.get('A', 1)", "A"),
        ("from os import getenv\ngetenv('A')", "A"),
        ("from decouple import config\nconfig('A')", "A"),
        ("env.bool('A')", "A"),
        ("env('A')", "A"),
        ("os.getenv('not a name')", ""),
        ("settings('A')", ""),
    ],
)
def test_asked(text: str, variable: str) -> None:
    module = Module("a.py", body(text))
    assert python_variables.asked(module.calls[0], module) == variable


def test_names_of_fields() -> None:
    call = ast.parse("Field(1, validation_alias='web_port')", mode="eval").body
    assert python_variables.alias(call) == "WEB_PORT"
    assert python_variables.alias(ast.Constant(1)) == ""
    kind = Module("a.py", body("class S(B):\n    model_config = C(env_prefix='A_')")).classes["S"]
    assert python_variables.prefix_of(kind) == "A_"
