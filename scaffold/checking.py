"""What is to be said against a project's container files: what weakens them, and what they have fallen behind of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import accepted, checking_answers, checking_pins, hardening, lock, merging, updating
from scaffold.compare import present
from scaffold.draft import recipes, settle
from scaffold.errors import ScaffoldError
from scaffold.findings import LEVELS, Finding, Weakness, finding
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options, Survey, survey
from scaffold.update import Moves, Updated, remade

if TYPE_CHECKING:
    import datetime

MARK = re.compile(r"^\ufeff?(?:(?:<{7}|>{7}|\|{7}) .*|={7}\r?$)", re.MULTILINE)
"""What stands before, within or behind a conflict."""

MADE = ("stale-pin", "end-of-life", "version-mismatch", "changed-project", "outdated")
"""The rules that take answers from which files can be made."""

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
    found, notes = [*_marks(texts, known), *_changed(known)], list[str]()
    unseen, made = _made(told.allowing(), known, texts, options, today, found, notes)
    found += _weak(texts, known, made)
    found += _missing(project, {path: one for path, one in known.files.items() if not made or path in made})
    covers = {one: next((entry for entry in entries if entry.covers(one, today)), None) for one in _wanted(found, only)}
    due = [entry for entry in entries if entry.rule not in unseen and not only]
    return Checked(
        tuple(one for one, entry in covers.items() if not entry),
        tuple((one, entry.reason) for one, entry in covers.items() if entry),
        (*notes, *accepted.unneeded(due, found, today)),
        directory,
    )


def _made(
    told: Survey,
    known: lock.Lock,
    texts: Mapping[str, str],
    options: Options,
    today: datetime.date,
    found: list[Finding],
    notes: list[str],
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Adds what is to be said once files are made from the answers.

    Gives the rules that could not be looked for, and the files as they would be made.
    """
    found += checking_pins.ended(texts, today)
    try:
        settled = settle(told, today)
        wanted = recipes(settled)
    except ScaffoldError as error:
        found.append(finding(ANSWERS, Weakness("unfit-answers", 0, error.fact, error.remedy)))
        return MADE, {}
    found += [*checking_answers.ended(settled, today), *checking_answers.changed(settled, known)]
    news, failures = checking_pins.newest(settled, wanted, options, today)
    found += checking_pins.judged(settled, wanted, texts, news)
    notes += failures
    unseen = ["stale-pin"] if options.offline or failures else []
    if any(one.rule == "conflict-marker" for one in found):
        return (*unseen, "outdated"), {}
    try:
        result = remade(told, known, options, Moves(pins=False), today)
    except ScaffoldError as error:  # an image that the lock lacks, and that cannot be had now
        notes.append(f"Whether files are outdated is not known: {error.fact}")
        return (*unseen, "outdated"), {}
    found += _outdated(result, known)
    return tuple(unseen), result.files


def _wanted(found: Sequence[Finding], only: Sequence[str]) -> list[Finding]:
    """The findings of these rules, each once, by file and line."""
    chosen = {one for one in found if not only or one.rule in only}
    return sorted(chosen, key=lambda one: (one.path, one.line, LEVELS.index(one.level), one.rule, one.fact))


def _marks(texts: Mapping[str, str], known: lock.Lock) -> Iterator[Finding]:
    """Conflicts of an update, also those whose marks are half removed, and of git's own merges."""
    for path, text in texts.items():
        if mark := MARK.search(text):
            line = mark[0].removeprefix(merging.BOM).rstrip("\r")
            # The line in the middle is the same in both; an update remembers what it could not join.
            pending = line == merging.BETWEEN and known.files[path].pending is not None
            ours = pending or line in (merging.YOURS, merging.OURS)
            fact = "An update's conflict is not resolved." if ours else "A merge's conflict is not resolved."
            back = "dockerscaffold update --abort" if ours else "git merge --abort"
            remedy = f"Choose between the marks and remove them; or {back}."
            number = text.count("\n", 0, mark.start()) + 1
            yield finding(path, Weakness("conflict-marker", number, fact, remedy))


def _changed(known: lock.Lock) -> Iterator[Finding]:
    """Texts of the lock that somebody changed: edits cannot be told from them."""
    for path, written in known.files.items():
        if not written.intact:
            fact = f"What {LOCK} says of {path} is not what was written there."
            remedy = "Take the lock back (git checkout), or run dockerscaffold update --keep or --force."
            yield finding(LOCK, Weakness("broken-file", 0, fact, remedy))


def _weak(texts: Mapping[str, str], known: lock.Lock, made: Mapping[str, str]) -> Iterator[Finding]:
    """What weakens the files. There is nothing in those that are as they would be made, and it takes time to see."""
    for path, text in texts.items():
        if made.get(path) == text:
            continue
        name, ours = path.rpartition("/")[2], updating.since(known.files[path], text)
        if MARK.search(text):
            continue
        if name == "Dockerfile":
            yield from hardening.dockerfile(path, text)
        elif name == ".dockerignore":
            yield from hardening.ignored(path, text, ours)
        elif path == merging.DEPENDABOT:
            yield from hardening.updates(path, text, ours)
        elif path == "compose.yaml":
            yield from hardening.compose(path, text, _services(ours))


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


def _outdated(result: Updated, known: lock.Lock) -> Iterator[Finding]:
    """Files that an update would change though no pin moved."""
    for outcome in result.outcomes:
        written = known.files.get(outcome.path)
        if outcome.path in (ANSWERS, LOCK) or (written and not written.intact):
            continue
        if outcome.what in ("updated", "merged", "conflict", "created"):
            how = ", and conflict with it" if outcome.what == "conflict" else ""
            fact = f"An update would change it{how}: the answers, dockerscaffold or an image beside it are newer."
            yield finding(outcome.path, Weakness("outdated", 0, fact, "Run dockerscaffold update."))
