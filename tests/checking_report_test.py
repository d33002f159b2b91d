from __future__ import annotations

import pytest

from scaffold.checking import Checked
from scaffold.checking_report import people
from scaffold.findings import Weakness, finding

WEAK = finding("Dockerfile", Weakness("root-user", 3, "The app runs as root.", "Write USER 65532:65532."))
OLD = finding("compose.yaml", Weakness("outdated", 0, "It is old.", "Run dockerscaffold update.", settled=True))


@pytest.mark.parametrize(
    ("findings", "accepted", "last"),
    [
        ((), (), "No findings."),
        ((WEAK,), (), "1 finding."),
        ((WEAK, WEAK), (), "2 findings."),
        ((OLD,), (), "1 finding; dockerscaffold update settles it."),
        ((WEAK, OLD), (), "2 findings; dockerscaffold update settles 1 of them."),
        ((WEAK,), ((OLD, "so"),), "1 finding, 1 accepted."),
    ],
)
def test_the_last_line(findings: tuple[object, ...], accepted: tuple[object, ...], last: str) -> None:
    result = Checked(findings, accepted, ())  # type: ignore[arg-type]
    assert people(result).splitlines()[-1] == last
    assert last not in people(result, quiet=True)


def test_places() -> None:
    assert people(Checked((WEAK, OLD), (), ()), quiet=True) == (
        "Dockerfile:3  error  root-user  CIS 4.1\ncompose.yaml  warning  outdated\n"
    )


def test_a_narrow_terminal() -> None:
    text = people(Checked((WEAK, OLD, WEAK), ((OLD, "so"),), ("A note of some length that is to be wrapped.",)), 40)
    assert max(map(len, text.splitlines())) <= 40 and text.endswith("dockerscaffold\nupdate settles 1 of them.\n")
