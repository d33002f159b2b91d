"""A Go program of a few files, parsed, and what its expressions come to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scaffold.languages import go_flags, go_tree
from scaffold.languages.go_sources import Sources
from scaffold.languages.go_values import Values
from scaffold.project import Project
from tests.generated import write

MODULE = "example.com/shop"


def program(tmp_path: Path, files: Mapping[str, str] | str) -> Values:
    """The program at the root: a text is what main.go has below its package clause."""
    texts = {"main.go": f"package main\n{files}"} if isinstance(files, str) else dict(files)
    write(tmp_path, texts)
    sources = Sources(Project(tmp_path), {MODULE: "."})
    return Values(sources, go_tree.parse(sources.reached(".")), go_flags)


def given(values: Values, function: str = "listen") -> list[str]:
    """What the first argument of a function's first call comes to: each knob as `kind NAME=DEFAULT`."""
    call = next(values.tree.called(function))
    return [
        "".join(
            part if isinstance(part, str) else f"<{part.kind} {part.name}={part.default or ''}>" for part in value.parts
        )
        for value in values.of(call.arguments[0], call.file)
    ]
