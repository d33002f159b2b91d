"""The commands as straight lines through the modules below."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold import ask, catalogue, ends, language, pins, ranges, render, settings, state, write
from scaffold.compare import compare, diff
from scaffold.errors import Conflict, ScaffoldError
from scaffold.layers import FLAGS, Layer, found
from scaffold.model import Answers, Facts, Found, Image, Outcome, Recipe, Service
from scaffold.project import Project
from scaffold.questions import LANGUAGES
from scaffold.tables import Table

if TYPE_CHECKING:
    import datetime

    from scaffold.overview import Row
    from scaffold.questions import Given


SHADOWED = {
    "compose.yaml": ("compose.yml", "docker-compose.yml", "docker-compose.yaml"),
    ".github/dependabot.yml": (".github/dependabot.yaml",),
}
"""Files of the user's that are read no more once ours is there (Compose's order of names)."""


@dataclass(frozen=True)
class Options:
    """How `new` goes about it, beside the answers; `seconds` are for all registries together.

    `answers` is the name of an answers file, `services` are names and directories (`web`, `server`) of services.
    """

    answers: str = ""
    services: tuple[tuple[str, str], ...] = ()
    offline: bool = False
    refresh: bool = False
    seconds: float = pins.SECONDS
    dry_run: bool = False
    force: bool = False


@dataclass(frozen=True)
class Result:
    """All that a run of `new` came to."""

    directory: str
    """As it was given."""
    project: str
    """The directory's own name."""
    answers: Answers
    sources: dict[str, dict[str, Found]]
    """By service and key, each answer with its source; those about the whole under an empty name."""
    recipes: tuple[Recipe, ...]
    images: tuple[Image, ...]
    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    dry_run: bool


def new(directory: str, given: Given, options: Options, today: datetime.date) -> Result:
    """Writes the container files of the project in `directory`.

    `given` are checked answers by key, `today` dates new pins. Nothing is written in a dry run, or when ScaffoldError
    is raised: a Conflict when files stand there that differ, and `force` is not set.
    """
    project = Project.open(directory)
    if not options.dry_run:
        write.recover(project.root)
    places, before, behind = _said(project, given, options)
    ask.check(before[:2], tuple(places))
    facts = _facts(project, places, before)
    settled = {name: ask.service(name, place, facts[name], before, behind) for name, place in places.items()}
    services = tuple(service for service, _ in settled.values())
    answers, whole = ask.answers(services, (*before, *behind), next(iter(facts.values())).name)
    ending = tuple(_ending(answers, service, settled[service.name][1], today) for service in services)
    wanted = tuple(_recipe(service, facts[service.name]) for service in services)
    pinned = pins.pin(_distinct(wanted), _request(answers, options), today)
    images = _dated(project, pinned.images)
    standing = ends.check_images(tuple(images.values()), today, answers.allow_eol)
    recipes = tuple(_pinned(recipe, images) for recipe in wanted)
    files = render.render(answers, recipes, project.has_workflows)
    ours = (state.answers_file(answers, project.text(state.ANSWERS)), state.lock_file(tuple(images.values()), files))
    outcomes = compare(project, (*files, *ours), (state.ANSWERS, state.LOCK), options.force)
    shadowed = _shadowed(project, outcomes)
    if not options.dry_run:
        _write(project, outcomes, () if options.force else shadowed)
    return Result(
        directory=directory,
        project=project.root.name or str(project.root),
        answers=answers,
        sources={"": whole, **{name: sources for name, (_, sources) in settled.items()}},
        recipes=recipes,
        images=tuple(sorted(images.values(), key=lambda image: (image.name, image.tag))),
        outcomes=outcomes,
        missing=tuple(line for found in facts.values() for line in found.missing),
        warnings=(*(line for lines in ending for line in lines), *standing, *pinned.warnings),
        notes=(
            *pinned.notes,
            *_unused(answers),
            *shadowed,
            *_elsewhere(project),
            *(n for found in facts.values() for n in found.notes),
        ),
        dry_run=options.dry_run,
    )


def _said(
    project: Project, given: Given, options: Options
) -> tuple[dict[str, str], tuple[Layer, ...], tuple[Layer, ...]]:
    """The directory of each service, and what was said before all that is detected, and what behind it."""
    saved = state.load(project)
    answers = settings.from_answers(options.answers) if options.answers else Table(Layer("", {}), {})
    places: dict[str, str] = {}
    for directories in (saved.directories, answers.directories, dict(options.services)):
        # A file that says something else of a service leaves it where it is.
        places |= {name: place or places.get(name, ".") for name, place in directories.items()}
    flags, environment = Layer(FLAGS, given), settings.from_environment(os.environ)
    before = (flags, environment, answers.layer, saved.layer)
    return places or {state.ONLY: "."}, before, (settings.from_user(),)


def _facts(project: Project, places: Mapping[str, str], before: Sequence[Layer]) -> dict[str, Facts]:
    """What each service's files say; raises ScaffoldError for all that they do not and nobody does, at once."""
    facts: dict[str, Facts] = {}
    missing: list[tuple[str, ScaffoldError]] = []
    for name, folder in places.items():
        wanted = found(before, "language", name)
        place = project if folder == "." else project.folder(folder)
        if not wanted and (error := language.undecided(place)):
            missing.append((name, error))
            continue
        facts[name] = language.detect(place, wanted.value if wanted else "")
        missing += [(name, error) for error in ask.missing(name, facts[name], before)]
    if missing:
        raise ask.all_missing(missing, tuple(places))
    return facts


def images(given: Given, options: Options, today: datetime.date) -> tuple[tuple[Row, ...], pins.Pins]:
    """The images of a language, or of all when none is said, and what came of pinning each.

    `given` are checked answers. Raises ScaffoldError for settings that cannot be followed.
    """
    from scaffold import overview

    layers = (Layer(FLAGS, given), settings.from_environment(os.environ), settings.from_user())
    answers, _ = ask.answers((), layers, Found("images", ""))
    chosen = found(layers, "language")
    rows = overview.wanted((chosen.value,) if chosen else LANGUAGES)
    asked = dataclasses.replace(_request(answers, options), versions=True)
    return rows, pins.ask([row.image for row in rows], asked, today)


def _unused(answers: Answers) -> Iterator[str]:
    """Says so of a mirror that is one of no registry that images come from: most likely it is misspelt."""
    known = catalogue.registries()
    for registry, _ in answers.mirrors:
        if registry not in known:
            yield f"No image comes from {registry}, so its mirror is not used. They are from {language.listed(known)}."


def _request(answers: Answers, options: Options) -> pins.Request:
    return pins.Request(
        mirrors=answers.mirrors,
        platforms=answers.platforms,
        offline=options.offline,
        fallback=answers.fallback,
        seconds=options.seconds,
        refresh=options.refresh,
    )


def _ending(answers: Answers, service: Service, sources: dict[str, Found], today: datetime.date) -> tuple[str, ...]:
    return ends.check_service(service, sources["version"].source, today, answers.allow_eol)


def _recipe(service: Service, facts: Facts) -> Recipe:
    chosen = language.load(service.language)
    # A version that the project does not ask for is somebody's own word, and stands.
    within = facts.wanted if facts.wanted and ranges.reaches(facts.wanted, service.version) else None
    return chosen.decide(service, facts, language.tier(chosen, service.tier, service.version, within))


def _distinct(recipes: Iterable[Recipe]) -> tuple[Image, ...]:
    return tuple(dict.fromkeys(image for recipe in recipes for image in recipe.images))


def _dated(project: Project, images: Mapping[Image, Image]) -> dict[Image, Image]:
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


def _elsewhere(project: Project) -> tuple[str, ...]:
    """Says so when the project is a folder of a repository: GitHub reads .github at its root alone."""
    if (project.root / ".git").exists() or not any((above / ".git").exists() for above in project.root.parents):
        return ()
    return (".github/dependabot.yml is read at the root of a repository: move it there, with this directory's path.",)


def _shadowed(project: Project, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    created = [outcome.path for outcome in outcomes if outcome.what == "created"]
    return tuple(
        f"{path} would be read in place of {other}."
        for path in created
        for other in SHADOWED.get(path, ())
        if project.has(other)
    )


def _write(project: Project, outcomes: Iterable[Outcome], shadowed: Sequence[str]) -> None:
    conflicts = [outcome for outcome in outcomes if outcome.what == "conflict"]
    if conflicts:
        raise Conflict(
            f"Nothing is written: {language.listed([outcome.path for outcome in conflicts])} would change.",
            "Add --force to overwrite, or --diff to see every change.",
            "".join(map(diff, conflicts)),
        )
    if shadowed:
        remedy = "Take over what you need from it, and remove it; or add --force to have both."
        raise Conflict(f"Nothing is written: {' '.join(shadowed)}", remedy, "")
    changed = [outcome.file for outcome in outcomes if outcome.what != "unchanged"]
    if changed:
        write.write(project.root, changed)
