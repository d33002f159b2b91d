from __future__ import annotations

import pytest

from scaffold.languages import python_outdated
from scaffold.languages.python_locks import Pin


def pins(text: str) -> list[Pin]:
    found = []
    for number, word in enumerate(text.split(), 1):
        name, _, version = word.partition("==")
        found.append(Pin(name, version, f"requirements.txt:{number}"))
    return found


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("flask==3.0", ""),
        ("markupsafe==1.0 jinja2==2.10", "instead:markupsafe==1.1.1 instead:jinja2==2.10.3"),
        ("pandas==1.5.3", "with:numpy<2"),
        ("pandas==1.5.3 numpy", "with:numpy<2"),
        ("pandas==1.5.3 numpy==1.24.0", ""),
        ("pandas", ""),
        ("passlib", "with:bcrypt<4.1"),
        ("flask==2.2.5 flask-login==0.6.2", "with:werkzeug<3"),
        ("pywin32==306 futures==3.0.5", "without:pywin32 without:futures"),
        ("sklearn==0.0", "named:sklearn=scikit-learn"),
        ("sklearn==0.0 scikit-learn==1.9", "without:sklearn"),
    ],
)
def test_traits(text: str, traits: str) -> None:
    found, _ = python_outdated.settle(pins(text), {pin.name: pin.name for pin in pins(text)})
    assert " ".join(one.value for one in found) == traits


def test_notes() -> None:
    _, notes = python_outdated.settle(pins("flask==1.1.2 jinja2==2.8"), {})
    assert notes == [
        "jinja2 2.8 (requirements.txt:2) fails on every Python that is supported: 2.10.3 is installed.",
        "Kept from newer versions, which flask 1.1.2 (requirements.txt:1) fails with: "
        "itsdangerous<2.1, markupsafe<2.1, werkzeug<2.1.",
    ]
