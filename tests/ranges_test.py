from __future__ import annotations

import subprocess
import sys

import pytest

from scaffold.facts import Range
from scaffold.ranges import admits, reaches


def of(text: str) -> Range:
    """The range in `npm >=24`, grammar first."""
    grammar, _, rest = text.partition(" ")
    return Range(grammar, rest, "file")


@pytest.mark.parametrize(
    ("wanted", "version", "inside"),
    [
        ("npm >=24", "24.0.0", True),
        ("npm >=24", "26.1.0", True),
        ("npm >= v24.3", "24.2.9", False),
        ("npm >=24.3.1", "24.3.1", True),
        ("npm >=24.10.0", "24.9.0", False),
        ("npm ^24.3", "24.21.0", True),
        ("npm ^24.3", "26.0.0", False),
        ("npm 24.x", "24.21.0", True),
        ("npm 24.19.0", "24.19.0", True),
        ("npm 24.19.0", "24.21.0", False),
        ("npm 24.19", "24.19.3", True),
        ("npm ~24.3 || 22.1", "22.1.7", True),
        ("npm >=18 <24.5", "24.4.9", True),
        ("npm >=18 <24.5", "24.5.0", False),
        ("npm 24.1.0 - 24.5.0", "24.5.0", True),
        ("npm *", "1.2.3", True),
        ("npm banana", "24.0.0", False),
        ("npm 24" + " " * 300 + "|| 24", "24.0.0", False),
        ("pep440 >=3.11", "3.14.8", True),
        ("pep440 >=3.14.9", "3.14.8", False),
        ("pep440 >=3.11,<3.14", "3.13.16", True),
        ("pep440 ~=3.13.5", "3.13.4", False),
        ("pep440 ==3.13.*", "3.13.16", True),
        ("pep440 >=3.11,!=3.13.16", "3.13.16", False),
        ("pep440 3.13", "3.13.0", False),
        ("go 1.26", "1.26.0", True),
        ("go 1.26.9", "1.26.10", True),
        ("go 1.26.99", "1.26.9", False),
        ("go 1.26.9", "1.27.0", True),
    ],
)
def test_admits(wanted: str, version: str, inside: bool) -> None:
    assert admits(of(wanted), version) is inside


@pytest.mark.parametrize(
    ("wanted", "line", "inside"),
    [
        ("npm >=24.5", "24", True),
        ("npm >=24.5", "22", False),
        ("npm >=24.5", "24.4.0", False),
        ("npm >=24.5", "24.5.1", True),
        ("npm *", "24", True),
        ("npm ~24.3 || 22.1", "22", True),
        ("npm 24.3.0", "24", True),
        ("npm 24.3.0", "24.4.0", False),
        ("npm <24.0.1", "24", True),
        ("npm <24", "24", False),
        ("npm banana", "24", False),
        ("pep440 ==3.13.4", "3.13", True),
        ("pep440 ==3.13.4", "3.1", False),
        ("pep440 >3.13.4", "3.13", True),
        ("pep440 <3.13", "3.13", False),
        ("pep440 >=3.10,<3.11", "3.10", True),
        ("pep440 banana", "3.13", False),
        ("go 1.26.99", "1.26", True),
        ("go 1.26.99", "1.27", True),
        ("go 1.27", "1.26", False),
        ("go 1.26.9", "1.26.8", False),
    ],
)
def test_reaches(wanted: str, line: str, inside: bool) -> None:
    assert reaches(of(wanted), line) is inside


@pytest.mark.parametrize("wanted", ["npm >=24", "pep440 >= 3.11", "go 1.26.9"])
def test_a_least_version_needs_no_library(wanted: str) -> None:
    grammar, _, text = wanted.partition(" ")
    code = (
        "import sys; from scaffold.model import Range; from scaffold.ranges import admits, reaches\n"
        f"wanted = Range({grammar!r}, {text!r}, ''); assert admits(wanted, '30.0.0') and reaches(wanted, '30')\n"
        "assert not {'nodesemver', 'packaging'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
