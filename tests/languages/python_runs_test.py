from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import python_runs
from scaffold.languages.python_source import Modules
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("text", "as_program", "at_once"),
    [
        ("if __name__ == '__main__':\n    app.run()", "app", ""),
        ("if __name__ == '__main__':\n    uvicorn.run('main:web')", "uvicorn web", ""),
        ("app.run(port=80)", "", "app"),
        ("uvicorn.run(app)", "", "app uvicorn"),
        ("try:\n    web.run_app(app)\nfinally:\n    pass", "", "app web"),
        ("def start():\n    app.run()", "", ""),
        ("run(app)", "", ""),
        ("x = app.run()", "", ""),
    ],
)
def test_what_is_run(tree: Tree, text: str, as_program: str, at_once: str) -> None:
    module = Modules(tree({"main.py": text})).module("main.py")
    assert module
    assert " ".join(sorted(python_runs.as_program(module))) == as_program
    assert " ".join(sorted(python_runs.at_once(module))) == at_once
