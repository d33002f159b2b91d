"""Finds what weakens the hardening of files that were written by us: texts in, findings out, nothing raised.

Rules are about what stands in a file, not about what changed in it: they judge a line that was there all along like
one that a hand added, and they find nothing in what the templates give.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from scaffold.findings import Finding, finding

OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""The files that Compose puts over a compose.yaml by itself, where they are beside it: the first of them."""


def dockerfile(path: str, text: str) -> Iterator[Finding]:
    """The findings in a Dockerfile, by line. The last stage is taken for the image that runs, with those below it."""
    from scaffold.hardening import stages

    yield from _sorted(finding(path, weakness) for weakness in stages.judged(text))


def compose(
    path: str,
    text: str,
    services: Collection[str] | None = None,
    read: Callable[[str], str | None] = lambda path: None,
) -> Iterator[Finding]:
    """The findings in a compose.yaml and in all files of the project that Compose reads with it, by line.

    `services` are the names of those that we wrote, None when all are. The others are judged by the same rules, a level
    lower: what the user added is the user's to decide, and is still to be seen. `read` gives the text of a file by its
    path in the project, None where there is none that can be read. What a service extends counts as its own; what is
    missing is not held against one that extends a file that is not there.
    """
    from scaffold.hardening import services as of_services

    found = of_services.judged(path, text, services, read)
    yield from _sorted(finding(at, weakness, other) for at, weakness, other in found)


def ignored(path: str, text: str, ours: str) -> Iterator[Finding]:
    """The findings in a .dockerignore, by line: what `ours`, the text that we would write, would keep out."""
    from scaffold.hardening import ignores

    yield from _sorted(finding(path, weakness) for weakness in ignores.judged(text, ours))


def updates(path: str, text: str, ours: str) -> Iterator[Finding]:
    """The findings in a dependabot.yml, by line, beside `ours`, the text that we would write."""
    from scaffold.hardening import dependabot

    yield from _sorted(finding(path, weakness) for weakness in dependabot.judged(text, ours))


def _sorted(found: Iterator[Finding]) -> list[Finding]:
    """By line, each once: two services that share an anchor share its findings, and the gravest level counts."""
    from scaffold.rules import LEVELS

    best: dict[tuple[str, str, int, str], Finding] = {}
    for one in found:
        key = (one.path, one.rule, one.line, one.fact)
        if key not in best or LEVELS.index(one.level) < LEVELS.index(best[key].level):
            best[key] = one
    return sorted(best.values(), key=lambda one: (one.path, one.line, LEVELS.index(one.level), one.rule))
