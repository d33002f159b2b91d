"""Says why when there is no engine, and gives the stacks that end-to-end tests share."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e import stack
from tests.e2e.stack import EXAMPLES, Stack

REASON = stack.unavailable()

SIZES: list[tuple[str, str, int, int]] = []
"""Example, tier, size and floor in bytes, for the table at the end."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the sizes of the images that were built."""
    if SIZES:
        terminalreporter.section("image sizes, MB")
        terminalreporter.write_line(f"{'example':<10} {'tier':<12} {'image':>7} {'floor':>7} {'ratio':>6}")
        for name, tier, size, floor in SIZES:
            terminalreporter.write_line(
                f"{name:<10} {tier:<12} {size / 1e6:7.1f} {floor / 1e6:7.1f} {size / floor:6.2f}"
            )


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
