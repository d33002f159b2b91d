"""`update`: saved answers to new files, joined with what was edited since; and `abort`, which takes that back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import language, lock, render, repinning, state, updating, write
from scaffold.compare import compare, diff, resolve
from scaffold.draft import dated, distinct, recipes, request, settle, with_pins
from scaffold.errors import Conflict, ScaffoldError
from scaffold.model import Image, Outcome
from scaffold.project import Project
from scaffold.state import LOCK
from scaffold.survey import Options, survey

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True)
class Moves:
    """What an update moves: pins, texts of the templates, or both; and whether deleted files come back."""

    pins: bool = True
    templates: bool = True
    restore: bool = False


@dataclass(frozen=True)
class Updated:
    """All that an update came to, or would come to."""

    directory: str
    project: Project
    outcomes: tuple[Outcome, ...]
    conflicts: Mapping[str, tuple[int, ...]]
    """The lines on which conflicts begin, by file."""
    before: tuple[Image, ...]
    images: tuple[Image, ...]
    """The pins of the lock before and after."""
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    written: bool = False


def update(directory: str, options: Options, moves: Moves, today: datetime.date) -> Updated:
    """Makes a project's files anew from its saved answers, and joins them with what was edited since.

    Raises ScaffoldError when it has no lock, and Conflict where conflicts are unresolved or a text of the lock is not
    what was written. Conflicts of this update are in the result, and in the files between marks.
    """
    told = survey(directory, {}, options)
    project = told.project
    known = lock.load_lock(project)
    if not known.exists:
        raise ScaffoldError(
            f"{directory} has no {LOCK}, so there is nothing to update.", f"Run dockerscaffold new {directory}."
        )
    _resolved(project, known)
    settled = settle(told, today)
    wanted = recipes(settled)
    asked = request(settled.answers, options)
    pinned = repinning.repinned(
        distinct(wanted), known.images, updating.adopted(project, known), asked, today, moves.pins
    )
    images = dated(project, pinned.images)
    if moves.templates:
        files = render.render(
            settled.answers, tuple(with_pins(recipe, images) for recipe in wanted), project.has_workflows
        )
    else:
        files = updating.with_pins(known, images.values())
    made = _settled([updating.joined(project, file, known, moves.restore) for file in files], options, known)
    left = {**({} if moves.templates else known.files), **updating.undoable(made, known)}
    ours = (
        state.answers_file(settled.answers, project.text(state.ANSWERS)),
        lock.lock_file(tuple(images.values()), left),
    )
    outcomes = (*(one.outcome for one in made), *compare(project, ours, (state.ANSWERS, LOCK)))
    result = Updated(
        directory=directory,
        project=project,
        outcomes=outcomes,
        conflicts={one.outcome.path: one.conflicts for one in made if one.conflicts},
        before=known.images,
        images=tuple(images.values()),
        warnings=(*settled.warnings, *pinned.warnings),
        notes=(*pinned.notes, *updating.gone(project, (file.path for file in files), known)),
    )
    return result if options.dry_run else _put(result)


def abort(directory: str) -> Updated:
    """Takes back an update that has conflicts; raises ScaffoldError when there is none."""
    project = Project.open(directory)
    write.recover(project.root)
    known = lock.load_lock(project)
    outcomes, files = updating.aborted(project, known)
    if not outcomes:
        raise ScaffoldError("No update is waiting for conflicts to be resolved.", "There is nothing to take back.")
    images = updating.standing(known.images, files)
    lines = compare(project, (lock.lock_file(images, files),), (LOCK,))
    return _put(Updated(directory, project, (*outcomes, *lines), {}, known.images, images, (), ()))


def _put(result: Updated) -> Updated:
    changed = [outcome for outcome in result.outcomes if outcome.changes and outcome.what != "deleted"]
    if changed:
        seen = {outcome.path: outcome.before for outcome in changed}
        write.write(result.project.root, [outcome.file for outcome in changed], seen)
    return dataclasses.replace(result, written=True)


def _resolved(project: Project, known: lock.Lock) -> None:
    """Raises Conflict where marks of an earlier update's conflicts still stand."""
    marked = updating.unresolved(project, known.files)
    if marked:
        places = language.listed([f"{path}:{line}" for path, line in marked])
        raise Conflict(
            f"Conflicts are not resolved yet: {places}.",
            "Choose between the marks and remove them, then run the command again; or dockerscaffold update --abort.",
            "",
        )


def _settled(made: Sequence[updating.Joined], options: Options, known: lock.Lock) -> Sequence[updating.Joined]:
    """The files with what the options say of those whose text in the lock is not what was written there."""
    ways = [how for how in ("keep", "force") if getattr(options, how)]
    changed = [one for one in made if one.written and not one.written.intact]
    if not changed or options.dry_run:
        return made
    if not ways:
        names = language.listed([one.outcome.path for one in changed])
        raise Conflict(
            f"The lock's text of {names} was changed, so edits cannot be told from it.",
            "Take the lock back (git checkout), or add --keep to keep the files, or --force to replace them.",
            "".join(diff(one.outcome) for one in changed),
        )
    return [
        updating.Joined(resolve(one.outcome, ways, None), lock.Written(one.outcome.after)) if one in changed else one
        for one in made
    ]
