"""What is to be said against a project's container files: what weakens them, and what they have fallen behind of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import accepted, bumps, catalogue, ends, hardening, language, lock, merging, pins, repinning, updating
from scaffold.compare import present
from scaffold.draft import Settled, distinct, recipes, request, settle
from scaffold.errors import Conflict, ScaffoldError
from scaffold.findings import LEVELS, Finding, Weakness, finding
from scaffold.images import mirrored, reference
from scaffold.model import Image
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options, Survey, survey
from scaffold.update import Moves, Updated, remade

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True)
class Checked:
    """All findings that nobody accepted, those that somebody did with the reason, and sentences beside them."""

    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]
    notes: tuple[str, ...]


def check(directory: str, options: Options, today: datetime.date, only: Sequence[str] = ()) -> Checked:
    """Looks for findings, of the rules in `only` when there are any; nothing is written, and no app is run.

    Raises ScaffoldError when there is no lock, and for files that are not in their form.
    """
    options = dataclasses.replace(options, dry_run=True)
    told = survey(directory, {}, options)
    project = told.project
    known = lock.load_lock(project)
    if not known.exists:
        remedy = f"Run dockerscaffold new {directory}."
        raise ScaffoldError(f"{directory} has no {LOCK}, so there is nothing to go by.", remedy)
    texts = {path: text for path in known.files if (text := present(project, path)) is not None}
    notes: list[str] = []
    made: Updated | ScaffoldError
    found = [*_marks(texts)]
    try:
        told = told.allowing()
        settled = settle(told, today)
        wanted = distinct(recipes(settled))
    except ScaffoldError as error:
        made = error
    else:
        made = _made(told, options, today)
        found += [*_ended(settled, project, today), *_changed(settled, project, known)]
        found += _pins(wanted, request(settled.answers, options), texts, today, notes)
    found += [
        *_outdated(made, bool(found)),
        *_weak(texts, known, {} if isinstance(made, ScaffoldError) else made.files),
    ]
    entries = accepted.accepted(project)
    covers = {one: next((entry for entry in entries if entry.covers(one, today)), None) for one in _wanted(found, only)}
    return Checked(
        tuple(one for one, entry in covers.items() if not entry),
        tuple((one, entry.reason) for one, entry in covers.items() if entry),
        (*notes, *(() if only else accepted.unneeded(entries, found, today))),
    )


def _wanted(found: Sequence[Finding], only: Sequence[str]) -> list[Finding]:
    """The findings of these rules, each once, by file and line."""
    chosen = {one for one in found if not only or one.rule in only}
    return sorted(chosen, key=lambda one: (one.path, one.line, LEVELS.index(one.level), one.rule, one.fact))


def _marks(texts: Mapping[str, str]) -> Iterator[Finding]:
    for path, text in texts.items():
        if line := merging.marked(text):
            fact = "An update's conflict is not resolved."
            remedy = "Choose between the marks and remove them; or dockerscaffold update --abort."
            yield finding(path, Weakness("conflict-marker", line, fact, remedy))


def _weak(texts: Mapping[str, str], known: lock.Lock, made: Mapping[str, str]) -> Iterator[Finding]:
    """What weakens the files. Those that are as they would be made have nothing in them; that takes time to see."""
    for path, text in texts.items():
        if made.get(path) == text:
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
        elif path == "compose.yaml":
            yield from hardening.compose(path, text, _services(ours))


def _services(ours: str) -> set[str]:
    """The names of the services that we wrote."""
    below = ours.partition("\nservices:\n")[2]
    return {
        name.strip("'\"") for name in re.findall(r"^  ([^\s#:]+):", below.partition("\nnetworks:")[0], re.MULTILINE)
    }


def _ended(settled: Settled, project: Project, today: datetime.date) -> Iterator[Finding]:
    for service in settled.answers.services:
        line = language.line_of(service.language, service.version)
        end = catalogue.end(service.language, line) if line else None
        ended = bool(end and ends.has_ended(end, today))
        default = catalogue.lines(service.language).default
        for fact in ends.check_service(service, "", today, allowed=True):
            yield finding(
                ANSWERS,
                Weakness(
                    "end-of-life",
                    _line(project, service.name, "version"),
                    fact,
                    f'Say version = "{default}" there, and run dockerscaffold update.',
                    "error" if ended else "warning",
                ),
            )


def _changed(settled: Settled, project: Project, known: lock.Lock) -> Iterator[Finding]:
    """What the project's files say now and did not say when the answers were settled, nor do these."""
    for name, then in known.detected.items():
        facts, sources = settled.facts.get(name), settled.sources.get(name)
        if facts is None or sources is None:
            continue
        for key, now in facts.answers.items():
            saved = sources[key]
            if now.value not in (then.get(key), saved.value) and saved.source == ANSWERS:
                yield finding(
                    ANSWERS,
                    Weakness(
                        "changed-project",
                        _line(project, name, key),
                        f"{now.source} says {key} is {now.value or 'none'} now; saved is {saved.value or 'none'}.",
                        "Change the answer and run dockerscaffold update, or run dockerscaffold new.",
                    ),
                )


def _pins(
    wanted: Sequence[Image], asked: pins.Request, texts: Mapping[str, str], today: datetime.date, notes: list[str]
) -> Iterator[Finding]:
    """Pins that are of another line than the answers, and, unless offline, those that a registry has newer ones of."""
    standing = _standing(texts)
    newest: Mapping[Image, Image] = {}
    if not asked.offline:
        answered = pins.ask(wanted, dataclasses.replace(asked, stand_in=False), today)
        newest = answered.images
        notes += dict.fromkeys(failure.fact for failure in answered.failures.values())
    for image in wanted:
        for path, line, pin in standing.get(bumps.variant(mirrored(image, asked.mirrors)), ()):
            shown = reference(dataclasses.replace(pin, digest=""))
            if not repinning.fits(image, pin):
                fact = f"{shown} is no {image.line}, which the saved answers say."
                remedy = f"Change version in {ANSWERS} and run dockerscaffold update, or take it back here."
                yield finding(path, Weakness("version-mismatch", line, fact, remedy))
            elif (new := newest.get(image)) and bumps.version(new) > bumps.version(pin):
                fact = f"{shown} is out of date: {new.tag} is there."
                yield finding(path, Weakness("stale-pin", line, fact, "Run dockerscaffold update --pins."))
            elif new and new.digest != pin.digest and new.tag == pin.tag:
                fact = f"{shown} was built anew since: its digest is {new.digest}."
                yield finding(path, Weakness("stale-pin", line, fact, "Run dockerscaffold update --pins.", "note"))


def _standing(texts: Mapping[str, str]) -> dict[bumps.Variant, list[tuple[str, int, Image]]]:
    found: dict[bumps.Variant, list[tuple[str, int, Image]]] = {}
    for path, text in texts.items():
        for one in bumps.references(path, text):
            found.setdefault(one.variant, []).append((path, one.line, one.image))
    return found


def _made(told: Survey, options: Options, today: datetime.date) -> Updated | ScaffoldError:
    try:
        return remade(told, options, Moves(pins=False), today)
    except ScaffoldError as error:
        return error


def _outdated(made: Updated | ScaffoldError, known: bool) -> Iterator[Finding]:
    """Files that an update would change though no pin moved; why there can be none, unless it is `known` already."""
    if isinstance(made, ScaffoldError):
        if not (known and isinstance(made, Conflict)):
            yield finding(ANSWERS, Weakness("unfit-answers", 0, made.fact, made.remedy))
        return
    for outcome in made.outcomes:
        if outcome.what in ("updated", "merged", "conflict", "created") and outcome.path not in (ANSWERS, LOCK):
            how = ", and conflict with it" if outcome.what == "conflict" else ""
            fact = f"An update would change {outcome.path}{how}: the answers or dockerscaffold are newer than it."
            yield finding(outcome.path, Weakness("outdated", 0, fact, "Run dockerscaffold update."))


def _line(project: Project, service: str, key: str) -> int:
    """The line of an answer in the saved file, counted from 1; 0 when it is not there."""
    table, general = "", 0
    for number, line in enumerate((project.text(ANSWERS) or "").splitlines(), 1):
        if header := re.match(r"\s*\[service\.[\"']?([^\]\"']+)", line):
            table = header[1]
        elif re.match(rf"\s*{re.escape(key)}\s*=", line):
            if table == service:
                return number
            general = general if table else number
    return general
