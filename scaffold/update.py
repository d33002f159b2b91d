"""`update`: saved answers to new files, joined with what was edited since; and `abort`, which takes that back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scaffold import agreement, ends, language, lock, marks, render, repinning, state, updating, write
from scaffold.compare import compare, diff, present
from scaffold.draft import Settled, dated, detected, distinct, recipes, request, settle, with_pins
from scaffold.errors import Conflict, ScaffoldError
from scaffold.exclusive import exclusive
from scaffold.images import tagged
from scaffold.model import File, Image, Outcome, Recipe
from scaffold.project import Project
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options, Survey, survey

if TYPE_CHECKING:
    import datetime


WAIT = 10.0
"""Seconds that an update waits for another one in the same project."""


Choose = Callable[[Sequence[updating.Joined]], Sequence[updating.Joined]]
"""Settles conflicts, of files that are in some."""


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
    folders: Mapping[str, int] = field(default_factory=dict)
    """How many folders above each removed file are to be removed too, when they are empty."""
    written: bool = False


def update(
    directory: str, options: Options, moves: Moves, today: datetime.date, choose: Choose | None = None
) -> Updated:
    """Makes a project's files anew from its saved answers, and joins them with what was edited since.

    `choose` says of the files what is to become of conflicts, as a person wants it. Raises ScaffoldError when the
    project has no lock, and Conflict where conflicts are unresolved, or a text of the lock is not what was written and
    neither `options` nor `choose` say what to do. Conflicts that are left are in the result, and in the files between
    marks. Whatever `choose` raises, nothing is written.
    """
    if options.dry_run:
        return _from(directory, options, moves, today)
    with exclusive(Project.open(directory).root, WAIT):
        return _put(_from(directory, options, moves, today, choose))


def _from(
    directory: str, options: Options, moves: Moves, today: datetime.date, choose: Choose | None = None
) -> Updated:
    told = survey(directory, {}, options)
    return remade(told, lock.existing_lock(told.project, directory), options, moves, today, choose)


def remade(
    told: Survey,
    known: lock.Lock,
    options: Options,
    moves: Moves,
    today: datetime.date,
    choose: Choose | None = None,
) -> Updated:
    """What an update of a surveyed project with this lock would come to; nothing is written.

    Raises what `update` does.
    """
    check_answers(told.project)
    marks.check_resolved(told.project, known.files)
    settled = settle(told, today)
    anew = _anew(settled, known, options, moves, today)
    joined = [updating.joined(told.project, file, known, moves.restore, anew.looked_up) for file in anew.files]
    return _updated(settled, known, anew, _settled(joined, options, choose))


def check_answers(project: Project) -> None:
    """Raises ScaffoldError where there are no saved answers: what is detected would stand in for them unseen."""
    if not project.has(ANSWERS):
        remedy = f"Take them back (git checkout {ANSWERS}), or run dockerscaffold new."
        raise ScaffoldError(f"The saved answers are gone: there is no {ANSWERS}.", remedy)


@dataclass(frozen=True)
class _Anew:
    """The files without edits, the pins that stand in them, what was wanted, and what there is to say."""

    files: Sequence[File]
    images: tuple[Image, ...]
    recipes: Sequence[Recipe]
    looked_up: Collection[Image]
    """Images of the user's without a digest that a pin was found for."""
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def _anew(settled: Settled, known: lock.Lock, options: Options, moves: Moves, today: datetime.date) -> _Anew:
    project, answers = settled.survey.project, settled.answers
    wanted = recipes(settled)
    asked, found = request(answers, options), updating.adopted(project, known)
    adopted, looked_up, unknown = repinning.completed(found, distinct(wanted), asked, today)
    pinned = repinning.repinned(distinct(wanted), known.images, adopted, asked, today, moves.pins, moves.held)
    images, notes = dated(pinned.images, known), (*pinned.notes, *unknown)
    if moves.templates:
        made = tuple(with_pins(recipe, images) for recipe in wanted)
        files, stand = render.render(answers, made, project.has_workflows), tuple(images.values())
    else:
        moved = repinning.moved(known.images, adopted, images, today)
        files, stand = updating.with_pins(known, moved), tuple(dict.fromkeys(moved.values()))
        notes = (*notes, *_behind(images.values(), stand))
    ended = ends.check_images(stand, today, answers.allow_eol)
    return _Anew(files, stand, wanted, looked_up, (*settled.warnings, *ended, *pinned.warnings), notes)


def _updated(settled: Settled, known: lock.Lock, anew: _Anew, joined: Sequence[updating.Joined]) -> Updated:
    """The joined files and the tool's own, as outcomes."""
    project = settled.survey.project
    conflicts = {one.outcome.path: one.conflicts for one in joined if one.conflicts}
    over = updating.left_over(project, (file.path for file in anew.files), known)
    answers = state.answers_file(settled.answers, present(project, ANSWERS))
    lines = lock.lock_file(
        anew.images,
        {**over, **updating.undoable(project, joined, known)},
        {**detected(settled), **known.detected},
        _before(project, answers) if conflicts else {},
    )
    return Updated(
        directory=settled.survey.directory,
        project=project,
        outcomes=(*(one.outcome for one in joined), *compare(project, (answers, lines), (ANSWERS, LOCK))),
        conflicts=conflicts,
        files={file.path: file.text for file in anew.files},
        before=known.images,
        images=anew.images,
        warnings=(*anew.warnings, *_broken(anew.recipes, joined, settled.answers.mirrors)),
        notes=(
            *anew.notes,
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
    with exclusive(root, WAIT):
        write.recover(root)
        return _put(_undone(directory, options.force))


def _undone(directory: str, force: bool) -> Updated:
    project = Project.open(directory)
    known = lock.load_lock(project)
    outcomes = updating.aborted(project, known, force)
    if not outcomes:
        raise ScaffoldError("No update is waiting for conflicts to be resolved.", "There is nothing to take back.")
    images = lock.parsed(known.before[LOCK].mine or "").images if LOCK in known.before else known.images
    folders = {path: written.folders for path, written in known.files.items()}
    return Updated(directory, project, outcomes, {}, {}, known.images, images, (), (), folders)


def _before(project: Project, answers: File) -> dict[str, lock.Written]:
    """The tool's own files as they are, to come back to; of answers that do not change, later edits are to stay."""
    found = {path: present(project, path) for path in (ANSWERS, LOCK)}
    left = {ANSWERS: lock.hashed(answers.text)}
    return {
        path: lock.Written("", mine=text, left=left.get(path, ""))
        for path, text in found.items()
        if text is not None and (path == LOCK or text != answers.text)
    }


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
    write.put(result.project.root, result.outcomes, result.folders)
    return dataclasses.replace(result, written=True)


def _settled(made: Sequence[updating.Joined], options: Options, choose: Choose | None) -> Sequence[updating.Joined]:
    """The files, with what the options say of conflicts and of a changed text in the lock, and then `choose`.

    Raises Conflict where nobody says so of one.
    """
    way = next((how for how in ("merge", "keep", "force") if getattr(options, how)), "")
    if way:
        made = [updating.settled(one, way) if one.unfounded or one.outcome.what == "conflict" else one for one in made]
    if choose:
        return choose(made)
    changed = [one.outcome for one in made if one.unfounded]
    if changed and not options.dry_run:
        raise Conflict(
            f"The lock's text of {language.listed([one.path for one in changed])} was changed, so edits cannot be "
            "told from it.",
            "Take the lock back (git checkout), or add --merge to have all that differs between marks, --keep to keep "
            "the files, or --force to replace them.",
            "".join(map(diff, changed)),
        )
    return made
