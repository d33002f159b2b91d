"""The commands as straight lines through the modules below."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scaffold import ask, language, pins, render, state, write
from scaffold.ask import Given
from scaffold.errors import Conflict
from scaffold.model import Answers, Facts, File, Found, Image, Outcome, Recipe, Service
from scaffold.project import Project

ONLY = "web"
"""The name of a project's service when it has one."""


@dataclass(frozen=True)
class Options:
    """How `new` goes about it, beside the answers."""

    offline: bool = False
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True)
class Result:
    """All that a run of `new` came to."""

    project: str
    answers: Answers
    sources: dict[str, dict[str, Found]]
    """By service and key, each answer with its source."""
    recipes: tuple[Recipe, ...]
    images: tuple[Image, ...]
    files: tuple[File, ...]
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def new(directory: str, given: Given, options: Options, today: datetime.date) -> Result:
    """Writes the container files of the project in `directory`.

    `given` are checked answers by key. Nothing is written in a dry run, or when ScaffoldError is raised: a Conflict
    when files stand there that differ, and `force` is not set.
    """
    project = Project.open(directory)
    if not options.dry_run:
        write.recover(project.root)
    saved = state.load(project)
    all_facts = {
        name: _facts(project, name, folder, given, answers) for name, (folder, answers) in _services(saved).items()
    }
    settled = {
        name: ask.service(name, folder, all_facts[name], given, answers)
        for name, (folder, answers) in _services(saved).items()
    }
    first = next(iter(all_facts.values()))
    answers = ask.answers(
        saved.name if saved and saved.name else first.name.value,
        tuple(service for service, _ in settled.values()),
        given,
        saved.whole if saved else {},
    )
    recipes = tuple(_recipe(service, all_facts[service.name]) for service in answers.services)
    pinned = pins.pin(_distinct(recipes), answers.mirrors, answers.platforms, options.offline, today)
    images = _dated(project, pinned.images)
    recipes = tuple(_pinned(recipe, images) for recipe in recipes)
    files = render.render(answers, recipes, project.has_workflows)
    kept = tuple(images.values())
    files = (*files, state.answers_file(answers, project.text(state.ANSWERS)), state.lock_file(kept, files))
    outcomes = compare(project, files)
    result = Result(
        project=project.root.name,
        answers=answers,
        sources={name: sources for name, (_, sources) in settled.items()},
        recipes=recipes,
        images=tuple(sorted(kept, key=lambda image: (image.name, image.tag))),
        files=files,
        outcomes=outcomes,
        missing=tuple(line for facts in all_facts.values() for line in facts.missing),
        notes=pinned.notes,
    )
    if not options.dry_run:
        _write(project, files, outcomes, options.force)
    return result


def compare(project: Project, files: Sequence[File]) -> tuple[Outcome, ...]:
    """What writing the files would do to each; raises ScaffoldError for one that cannot be written."""
    return tuple(_compare(project, file) for file in files)


def _compare(project: Project, file: File) -> Outcome:
    import difflib

    place = write.target(project.root, file.path)
    try:
        before = place.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        before = None
    if before == file.text:
        return Outcome(file.path, "unchanged")
    old = [] if before is None else before.splitlines(keepends=True)
    lines = difflib.unified_diff(
        old,
        file.text.splitlines(keepends=True),
        "/dev/null" if before is None else f"a/{file.path}",
        f"b/{file.path}",
    )
    diff = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return Outcome(file.path, "created" if before is None else "overwritten", diff)


def _write(project: Project, files: Sequence[File], outcomes: Sequence[Outcome], force: bool) -> None:
    # The answers are edited in place, and the lock is the tool's alone: neither loses anything of the user's.
    ours = (state.ANSWERS, state.LOCK)
    differing = [o for o in outcomes if o.what == "overwritten" and o.path not in ours]
    if differing and not force:
        raise Conflict(
            f"Nothing is written: {language.listed([o.path for o in differing])} would change.",
            "Add --force to overwrite, or --diff to see the changes alone.",
            "".join(outcome.diff for outcome in differing),
        )
    changed = {outcome.path for outcome in outcomes if outcome.what != "unchanged"}
    write.write(project.root, [file for file in files if file.path in changed])


def _services(saved: state.Saved | None) -> dict[str, tuple[str, Given]]:
    return saved.services if saved and saved.services else {ONLY: (".", {})}


def _facts(project: Project, name: str, folder: str, given: Given, saved: Given) -> Facts:
    wanted = given.get("language") or saved.get("language") or ""
    place = project if folder == "." else project.folder(folder)
    return language.detect(place, str(wanted))


def _recipe(service: Service, facts: Facts) -> Recipe:
    chosen = language.load(service.language)
    return chosen.decide(service, facts, language.tier(chosen, service.tier, service.version))


def _distinct(recipes: Iterable[Recipe]) -> tuple[Image, ...]:
    return tuple(dict.fromkeys(image for recipe in recipes for image in recipe.images))


def _dated(project: Project, images: dict[Image, Image]) -> dict[Image, Image]:
    """The pins, those that are in the lock already with the day they have there."""
    dates = state.locked_dates(project)
    return {
        wanted: dataclasses.replace(image, date=dates.get((image.name, image.tag, image.digest), image.date))
        for wanted, image in images.items()
    }


def _pinned(recipe: Recipe, images: dict[Image, Image]) -> Recipe:
    return dataclasses.replace(
        recipe,
        builder=images[recipe.builder],
        runtime=recipe.runtime and images[recipe.runtime],
        tool=recipe.tool and images[recipe.tool],
    )
