"""What is to be said against a project's container files: what weakens them, and what they have fallen behind of."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from scaffold import accepted, checking_answers, checking_pins, checking_updates, hardening, lock, merging, updating
from scaffold.compare import present
from scaffold.draft import recipes, settle
from scaffold.errors import ScaffoldError
from scaffold.findings import Finding, Weakness, finding
from scaffold.project import Project
from scaffold.rules import LEVELS
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options, Survey, survey
from scaffold.update import Moves, check_answers, remade

if TYPE_CHECKING:
    import datetime

MADE = ("stale-pin", "end-of-life", "version-mismatch", "changed-project", "outdated")
"""The rules that take answers from which files can be made."""

HINDERING = ("conflict-marker", "unfit-answers")
"""The rules with a finding of which no update begins."""

COMPOSE = "compose.yaml"

RESTORE = "Run dockerscaffold update --restore."

UPDATERS = (
    ".github/dependabot.yaml",
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
)
"""Files that ask for updates in place of dependabot.yml."""


@dataclass(frozen=True)
class Checked:
    """All findings that nobody accepted, those that somebody did with the reason, and sentences beside them.

    `directory` is the project's, as it was given.
    """

    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]
    notes: tuple[str, ...]
    directory: str = "."


def check(directory: str, options: Options, today: datetime.date, only: Sequence[str] = ()) -> Checked:
    """Looks for findings, of the rules in `only` when there are any; nothing is written, and no app is run.

    Raises ScaffoldError when there is no lock, and for files that are not in their form. A registry that fails is a
    note.
    """
    options = dataclasses.replace(options, dry_run=True)
    told = survey(directory, {}, options)
    project = told.project
    known = lock.existing_lock(project, directory)
    entries = accepted.accepted(project)
    texts = {path: text for path in known.files if (text := present(project, path)) is not None}
    made = _made(told.allowing(), known, texts, options, today)
    found = [
        *checking_updates.marked(texts, known),
        *checking_updates.changed(known),
        *checking_updates.unfinished(texts, known),
        *made.findings,
        *_weak(project, texts, known, made.files),
        *_missing(project, {path: one for path, one in known.files.items() if not made.files or path in made.files}),
    ]
    covers = {one: next((entry for entry in entries if entry.covers(one, today)), None) for one in _wanted(found, only)}
    due = [entry for entry in entries if entry.rule not in made.unseen and not only]
    return Checked(
        tuple(one for one, entry in covers.items() if not entry),
        tuple((one, entry.reason) for one, entry in covers.items() if entry),
        (*made.notes, *accepted.unneeded(due, found, today)),
        directory,
    )


class _Made(NamedTuple):
    """What is to be said once files are made from the answers, and sentences beside it.

    `unseen` are the rules that could not be looked for, `files` the texts as they would be made.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    files: Mapping[str, str] = MappingProxyType({})


def _made(told: Survey, known: lock.Lock, texts: Mapping[str, str], options: Options, today: datetime.date) -> _Made:
    """Makes the files from the answers, and gives what that shows."""
    ended = tuple(checking_pins.ended(texts, today))
    try:
        check_answers(told.project)
        settled = settle(told, today)
        wanted = recipes(settled)
    except ScaffoldError as error:
        unfit = finding(ANSWERS, Weakness("unfit-answers", 0, error.fact, error.remedy))
        return _Made((*ended, unfit), unseen=MADE)
    news, failures = checking_pins.newest(settled, wanted, options, today)
    found = (
        *ended,
        *checking_answers.ended(settled, today),
        *checking_answers.changed(settled, known),
        *checking_pins.judged(settled, wanted, texts, news, known),
    )
    unseen = ("stale-pin",) if options.offline or failures else ()
    if any(map(merging.marked, texts.values())):
        return _Made(found, failures, (*unseen, "outdated"))
    try:
        result = remade(told, known, options, Moves(pins=False), today)
    except ScaffoldError as error:  # an image that the lock lacks, and that cannot be had now
        note = f"Whether files are outdated is not known: {error.fact}"
        return _Made(found, (*failures, note), (*unseen, "outdated"))
    return _Made((*found, *checking_updates.outdated(result, known)), failures, unseen, result.files)


def _wanted(found: Sequence[Finding], only: Sequence[str]) -> list[Finding]:
    """The findings of these rules, each once, by file and line; where no update can be, it settles none of them."""
    if any(one.rule in HINDERING or (one.rule, one.path) == ("broken-file", LOCK) for one in found):
        found = [dataclasses.replace(one, settled_by_update=False) for one in found]
    chosen = {one for one in found if not only or one.rule in only}
    return sorted(chosen, key=lambda one: (one.path, one.line, LEVELS.index(one.level), one.rule, one.fact))


def _weak(project: Project, texts: Mapping[str, str], known: lock.Lock, made: Mapping[str, str]) -> Iterator[Finding]:
    """What weakens the files. There is nothing in those that are as they would be made, and it takes time to see."""
    for path, text in texts.items():
        over = path == COMPOSE and any(project.shows(other) for other in hardening.OVERRIDES)
        if made.get(path) == text and not over:
            continue
        name, ours = path.rpartition("/")[2], updating.since(known.files[path], text)
        if merging.marked(text):
            continue
        if name == "Dockerfile":
            yield from hardening.dockerfile(path, text)
        elif name == ".dockerignore":
            yield from hardening.ignored(path, text, ours)
        elif path == merging.DEPENDABOT:
            yield from hardening.updates(path, text, ours)
        elif path == COMPOSE:
            yield from hardening.compose(path, text, _services(ours), functools.partial(_beside, project))


def _beside(project: Project, path: str) -> str | None:
    """The text of a file that Compose reads with ours; None for one that is not in the project, or cannot be read."""
    try:
        return present(project, path)
    except ScaffoldError:
        return None


def _missing(project: Project, files: Mapping[str, lock.Written]) -> Iterator[Finding]:
    """What is unprotected without a file of ours. Who does without compose.yaml has nothing left of it to protect."""
    for path, written in files.items():
        if present(project, path) is not None:
            continue
        folder, slash, name = path.rpartition("/")
        if name == "Dockerfile":
            yield finding(path, Weakness("broken-file", 0, "Dockerfile is not there.", RESTORE))
        elif name == ".dockerignore":
            # BuildKit takes this one instead where it is there.
            text = present(project, f"{folder}{slash}Dockerfile.dockerignore") or ""
            if any(hardening.ignored(path, text, updating.since(written, None))):
                fact = ".dockerignore is not there, so that files of secrets enter the build."
                yield finding(path, Weakness("secret-not-ignored", 0, fact, RESTORE))
        elif path == merging.DEPENDABOT and not any(present(project, other) is not None for other in UPDATERS):
            fact = "dependabot.yml is not there, so that nothing asks for updates."
            yield finding(path, Weakness("no-updates", 0, fact, RESTORE))


def _services(ours: str) -> set[str]:
    """The names of the services that we wrote."""
    below = ours.partition("\nservices:\n")[2]
    return {
        name.strip("'\"") for name in re.findall(r"^  ([^\s#:]+):", below.partition("\nnetworks:")[0], re.MULTILINE)
    }
