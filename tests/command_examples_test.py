from __future__ import annotations

from scaffold.cli import COMMANDS
from scaffold.command_examples import EXAMPLES


def test_every_command_has_its_examples() -> None:
    assert EXAMPLES.keys() == {"", *COMMANDS}
    for command, examples in EXAMPLES.items():
        assert len(examples) >= 3 and all(f"dockerscaffold {command}" in one.command for one in examples)
