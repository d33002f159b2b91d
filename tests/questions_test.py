from __future__ import annotations

import pytest

from scaffold.catalogue import lines
from scaffold.errors import ScaffoldError
from scaffold.questions import BY_KEY, LANGUAGES, NO, QUESTIONS, TIERS, YES


def test_the_table_is_whole() -> None:
    assert len(BY_KEY) == len(QUESTIONS)
    for question in QUESTIONS:
        assert (question.switch or question.metavar.isupper()) and question.help.endswith(".")
    assert all(name in BY_KEY["language"].help for name in LANGUAGES)
    assert all(name in BY_KEY["tier"].help for name in TIERS)
    assert all(lines(name).default for name in LANGUAGES)
    assert len({question.variable for question in QUESTIONS}) == len(QUESTIONS)
    assert BY_KEY["health-path"].variable == "DOCKERSCAFFOLD_HEALTH_PATH"
    assert [question.key for question in QUESTIONS if question.switch] == ["mirror-fallback", "allow-eol"]
    assert not any(question.whole and question.spoken for question in QUESTIONS)
    for question in QUESTIONS:
        assert all(question.check(value) == value for value in question.known)
        assert question.default and not question.default.endswith(".")


@pytest.mark.parametrize("key", ["allow-eol", "mirror-fallback"])
def test_switches(key: str) -> None:
    said = {text: BY_KEY[key].check(text) for text in ("true", "TRUE", "yes", "1", "false", "No", "0")}
    assert [text for text, value in said.items() if value == YES] == ["true", "TRUE", "yes", "1"]
    assert [text for text, value in said.items() if value == NO] == ["false", "No", "0"]
    for text in ("", "perhaps", "2"):
        with pytest.raises(ScaffoldError, match="neither true nor false") as caught:
            BY_KEY[key].check(text)
        assert caught.value.remedy == "Write true or false."
