"""`update`: saved answers to new files, joined with what was edited since; and `abort`, which takes that back."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import agreement, ends, language, lock, render, repinning, state, updating, write
from scaffold.compare import compare, diff, present, resolve
from scaffold.draft import dated, detected, distinct, recipes, request, settle, with_pins
from scaffold.errors import Conflict, ScaffoldError
from scaffold.images import tagged
from scaffold.model import Image, Outcome, Recipe
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options, Survey, survey

if TYPE_CHECKING:
    import datetime


WAIT = 10.0
"""Seconds that an update waits for another one in the same project."""


@dataclass(frozen=True)
class Moves:
    """What an update moves: pins, texts of the templates, or both; and whether deleted files come back."""

    pins: bool = True
    templates: bool = True
    restore: bool = False

    @property
    def held(self) -> bool:
        """Whether pins move that are held: those of nobody but who asks for pins alone."""
        return self.pins and not self.templates


@dataclass(frozen=True)
class Updated:
    """All that an update came to, or would come to."""

    directory: str
    project: Project
    outcomes: tuple[Outcome, ...]
    conflicts: Mapping[str, tuple[int, ...]]
    """The lines on which conflicts begin, by file."""
    files: Mapping[str, str]
    """The texts as they were made anew, without edits."""
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
    if options.dry_run:
        return _from(directory, options, moves, today)
    with write.exclusive(Project.open(directory).root, WAIT):
        return _put(_from(directory, options, moves, today))


def _from(directory: str, options: Options, moves: Moves, today: datetime.date) -> Updated:
    told = survey(directory, {}, options)
    return remade(told, lock.existing_lock(told.project, directory), options, moves, today)


def remade(told: Survey, known: lock.Lock, options: Options, moves: Moves, today: datetime.date) -> Updated:
    """What an update of a surveyed project with this lock would come to; nothing is written.

    Raises what `update` does.
    """
    project = told.project
    if not project.has(ANSWERS):
        remedy = f"Take them back (git checkout {ANSWERS}), or run dockerscaffold new."
        raise ScaffoldError(f"The saved answers are gone: there is no {ANSWERS}.", remedy)
    _resolved(project, known)
    settled = settle(told, today)
    wanted = recipes(settled)
    asked, found = request(settled.answers, options), updating.adopted(project, known)
    adopted, looked_up, unknown = repinning.completed(found, distinct(wanted), asked, today)
    pinned = repinning.repinned(distinct(wanted), known.images, adopted, asked, today, moves.pins, moves.held)
    images = dated(pinned.images, known)
    notes = (*pinned.notes, *unknown)
    if moves.templates:
        made = tuple(with_pins(recipe, images) for recipe in wanted)
        files, stand = render.render(settled.answers, made, project.has_workflows), tuple(images.values())
    else:
        moved = repinning.moved(known.images, adopted, images, today)
        files, stand = updating.with_pins(known, moved), tuple(dict.fromkeys(moved.values()))
        notes = (*notes, *_behind(images.values(), stand))
    joined = _settled([updating.joined(project, file, known, moves.restore, looked_up) for file in files], options)
    conflicts = {one.outcome.path: one.conflicts for one in joined if one.conflicts}
    over = updating.left_over(project, (file.path for file in files), known)
    lines = lock.lock_file(
        stand,
        {**over, **updating.undoable(joined, known)},
        {**detected(settled), **known.detected},
        _before(project) if conflicts else {},
    )
    ours = (state.answers_file(settled.answers, project.text(ANSWERS)), lines)
    return Updated(
        directory=told.directory,
        project=project,
        outcomes=(*(one.outcome for one in joined), *compare(project, ours, (ANSWERS, LOCK))),
        conflicts=conflicts,
        files={file.path: file.text for file in files},
        before=known.images,
        images=stand,
        warnings=(
            *settled.warnings,
            *ends.check_images(stand, today, settled.answers.allow_eol),
            *pinned.warnings,
            *_broken(wanted, joined, settled.answers.mirrors),
        ),
        notes=(
            *notes,
            *updating.gone(over),
            *_foreign(joined),
            *(line for one in joined for line in updating.unlike(one)),
            *updating.refused(project, known),
        ),
    )


def abort(directory: str, options: Options) -> Updated:
    """Takes back an update that has conflicts; raises ScaffoldError when there is none."""
    if options.dry_run:
        return _undone(directory, options.force)
    root = Project.open(directory).root
    with write.exclusive(root, WAIT):
        write.recover(root)
        return _put(_undone(directory, options.force))


def _undone(directory: str, force: bool) -> Updated:
    project = Project.open(directory)
    known = lock.load_lock(project)
    outcomes = updating.aborted(project, known, force)
    if not outcomes:
        raise ScaffoldError("No update is waiting for conflicts to be resolved.", "There is nothing to take back.")
    images = lock.parsed(known.before[LOCK]).images if LOCK in known.before else known.images
    return Updated(directory, project, outcomes, {}, {}, known.images, images, (), ())


def _before(project: Project) -> dict[str, str]:
    """The tool's own files as they are, to come back to."""
    found = ((path, present(project, path)) for path in (ANSWERS, LOCK))
    return {path: text for path, text in found if text is not None}


def _behind(wanted: Iterable[Image], stand: Collection[Image]) -> tuple[str, ...]:
    """Says so where texts would have to follow the answers first."""
    missing = [tagged(image) for image in wanted if image not in stand]
    if not missing:
        return ()
    return (
        f"The saved answers want {language.listed(missing)}, which texts have to follow: run dockerscaffold update "
        "without --pins.",
    )


def _broken(
    wanted: Sequence[Recipe], joined: Iterable[updating.Joined], mirrors: Sequence[tuple[str, str]]
) -> Iterator[str]:
    """Says what does not agree with the image that builds, once for each file."""
    texts = {one.outcome.path: one.outcome.after for one in joined}
    found: dict[str, list[agreement.Broken]] = {}
    for one in agreement.broken(wanted, texts, mirrors):
        found.setdefault(one.path, []).append(one)
    for path, some in found.items():
        places = language.listed([f"{path}:{one.line}" for one in some])
        does = "does" if len(some) == 1 else "do"
        yield f"{places} {does} not agree with the image that builds: {some[-1].fact} {agreement.REMEDY}"


def _foreign(joined: Iterable[updating.Joined]) -> tuple[str, ...]:
    """Says so of files that stand where ours would, and were never written by us."""
    paths = [one.outcome.path for one in joined if one.written is None]
    return (f"{language.listed(paths)}: not made by dockerscaffold; run new --merge or --keep.",) if paths else ()


def _put(result: Updated) -> Updated:
    changed = [outcome for outcome in result.outcomes if outcome.changes and outcome.what != "deleted"]
    if changed:
        files = [outcome.file for outcome in changed if outcome.what != "removed"]
        gone = [outcome.path for outcome in changed if outcome.what == "removed"]
        write.write(result.project.root, files, {outcome.path: outcome.before for outcome in changed}, gone)
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


def _settled(made: Sequence[updating.Joined], options: Options) -> Sequence[updating.Joined]:
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
