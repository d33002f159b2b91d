from __future__ import annotations

from scaffold.facts import Found
from scaffold.languages.python_begun import Begun


def test_a_program_is_a_server_unless_it_is_said() -> None:
    begun = Begun(Found("python a.py", "a.py"))
    assert (begun.kind, begun.own, begun.folder) == ("server", False, ".")
