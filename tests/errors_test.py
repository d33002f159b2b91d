from __future__ import annotations

import pytest

from scaffold.errors import Conflict, ScaffoldError, Transient


@pytest.mark.parametrize(
    ("error", "code"),
    [(ScaffoldError("fact", "remedy"), 2), (Conflict("fact", "remedy", "diff"), 1), (Transient("fact", "remedy"), 75)],
)
def test_codes(error: ScaffoldError, code: int) -> None:
    assert isinstance(error, ScaffoldError)
    assert (error.code, error.fact, error.remedy, str(error)) == (code, "fact", "remedy", "fact")


def test_a_remedy_may_be_missing() -> None:
    assert ScaffoldError("fact").remedy == ""
    assert Conflict("fact", "remedy", "diff").diff == "diff"
