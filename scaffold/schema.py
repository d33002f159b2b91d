"""Makes the JSON schema of the answers from the table of questions."""

from __future__ import annotations

from typing import Any

from scaffold.questions import QUESTIONS, Question


def schema() -> dict[str, Any]:
    """The schema of `.dockerscaffold.toml`, and of files of answers in TOML or JSON (JSON Schema draft 7)."""
    of_one = {question.key: _value(question) for question in QUESTIONS if not question.whole}
    directory = {
        "type": "string",
        "description": "The service's directory, relative to the project; . for all of it.",
        "default": ".",
    }
    service = {
        "type": "object",
        "properties": {"directory": directory, **of_one},
        "additionalProperties": False,
    }
    tables = {
        "type": "object",
        "description": "Answers about one service each, by its name; those at the top are about all of them.",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "additionalProperties": service,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Answers to dockerscaffold",
        "type": "object",
        "properties": {**{question.key: _value(question) for question in QUESTIONS}, "service": tables},
        "additionalProperties": False,
    }


def _value(question: Question) -> dict[str, Any]:
    said = {"description": f"{question.help} By default: {question.default}."}
    if question.switch:
        return {**said, "type": ["boolean", "string", "integer"]}
    one: dict[str, Any] = {"enum": list(question.known)} if question.known else {"type": ["string", "integer"]}
    if question.several:
        return {**said, "anyOf": [one, {"type": "array", "items": one}]}
    return {**said, **one}
