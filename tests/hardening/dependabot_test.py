from __future__ import annotations

import pytest

from scaffold.hardening.dependabot import judged

OURS = """\
version: 2
updates:
  - package-ecosystem: docker
    directory: /server
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
"""


def found(text: str) -> list[tuple[str, int]]:
    """Rule and line of each weakness."""
    return [(one.rule, one.line) for one in judged(text, OURS)]


@pytest.mark.parametrize(
    ("old", "new", "rule", "line"),
    [
        ("directory: /server", "directory: /client", "no-updates", 2),
        ("directory: /server", "directories: ['/ser']", "no-updates", 2),
        ("ecosystem: github-actions", "ecosystem: npm", "no-updates", 2),
        ("directory: /server", "directory: /server\n    open-pull-requests-limit: 0", "no-updates", 5),
        ("directory: /server", "directory: /server\n    ignore:\n      - dependency-name: '*'", "no-updates", 6),
        ("default-days: 7", "default-days: 6", "short-cooldown", 8),
        ("default-days: 7", "default-days: soon", "short-cooldown", 8),
        ("default-days: 7", "include: ['*']", "short-cooldown", 7),
        ("      interval: weekly\n    cooldown", "      interval: monthly\n    cooldown", "slow-updates", 6),
        ("default-days: 7", "default-days: 7\n      semver-minor-days: 7", "refused-cooldown", 9),
    ],
)
def test_updates_that_are_asked_for_less(old: str, new: str, rule: str, line: int) -> None:
    assert old in OURS and found(OURS.replace(old, new, 1)) == [(rule, line)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("directory: /server", "directory: server/"),
        ("directory: /server", "directories: ['/client', '/ser*']"),
        ("directory: /server", "directories: ['**']"),
        ("weekly", "daily"),
        ("weekly", "cron"),
        ("default-days: 7", "default-days: 30"),
        ("directory: /server", "directory: /server\n    ignore: [{dependency-name: '*', update-types: [x]}]"),
        ("directory: /server", "directory: /server\n    ignore: [{dependency-name: node}]"),
    ],
)
def test_updates_that_are_asked_for_otherwise(old: str, new: str) -> None:
    assert old in OURS and found(OURS.replace(old, new)) == []


def test_files_without_any() -> None:
    assert found("version: 2\n") == [("no-updates", 1), ("no-updates", 1)]
    assert found("- a\n") == [("broken-file", 1)]
    assert found("version: 2\nupdates: {a: b}\n") == [("no-updates", 2), ("no-updates", 2)]
