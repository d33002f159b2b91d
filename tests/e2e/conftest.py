"""Says why when there is no engine, and gives the stacks that end-to-end tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import stack
from tests.e2e.stack import EXAMPLES, Stack

REASON = stack.unavailable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that is in this folder needs an engine."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.engine)
            if REASON:
                item.add_marker(pytest.mark.skip(reason=REASON))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Makes a stack of files written into a fresh directory; it is taken down afterwards."""
    made: list[Stack] = []

    def make(files: dict[str, str], *flags: str, name: str = "fresh") -> Stack:
        directory = tmp_path / name
        for path, text in files.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text)
        made.append(Stack(directory, stack.generate(directory, *flags)))
        return made[-1]

    yield make
    for one in made:
        one.down()


def example(name: str, directory: Path) -> Path:
    """A copy of an example's app."""
    return Path(shutil.copytree(EXAMPLES / name / "app", directory))
