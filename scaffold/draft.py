"""From what was said and found to files that could be written: settled, pinned, rendered, compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from scaffold import ask, catalogue, ends, language, lock, pins, ranges, render, state
from scaffold.compare import compare, present
from scaffold.facts import Facts, Found
from scaffold.model import Answers, Image, Outcome, Recipe, Service
from scaffold.project import Project
from scaffold.survey import Options, Survey, facts, located

if TYPE_CHECKING:
    import datetime

    from scaffold.probe import Added

SHADOWED = {
    "compose.yaml": ("compose.yml", "docker-compose.yml", "docker-compose.yaml"),
    ".github/dependabot.yml": (".github/dependabot.yaml",),
}
"""Files of the user's that are read no more once ours is there (Compose's order of names)."""


class Settled(NamedTuple):
    """All answers of a project with their sources, and what the files of each service say."""

    survey: Survey
    facts: Mapping[str, Facts]
    answers: Answers
    sources: dict[str, dict[str, Found]]
    """By service and key, each answer with its source; those about the whole under an empty name."""
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """All that a run of `new` came to, or would come to."""

    directory: str
    """As it was given."""
    project: Project
    answers: Answers
    sources: dict[str, dict[str, Found]]
    recipes: tuple[Recipe, ...]
    images: tuple[Image, ...]
    outcomes: tuple[Outcome, ...]
    shadowed: Mapping[str, str]
    """By file, a sentence about those of the user's that would be read no more once it is there."""
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    written: bool = False
    probed: tuple[Added, ...] | None = None
    """The paths that a probe added to the answers; None where there was no probe."""


def settle(survey: Survey, today: datetime.date) -> Settled:
    """Every answer, of the first source that has one.

    Raises ScaffoldError for all that is missing, at once, and for what does not fit.
    """
    survey = located(survey)
    ask.check(survey.before, tuple(survey.places))
    known = facts(survey)
    settled = {
        name: ask.service(name, place, known[name], survey.before, survey.behind)
        for name, place in survey.places.items()
    }
    services = tuple(service for service, _ in settled.values())
    layers = (*survey.before, *survey.behind)
    answers, whole = ask.answers(services, layers, next(iter(known.values())).name)
    ending = [_ending(answers, service, settled[service.name][1], today) for service in services]
    return Settled(
        survey=survey,
        facts=known,
        answers=answers,
        sources={"": whole, **{name: sources for name, (_, sources) in settled.items()}},
        warnings=tuple(line for lines in ending for line in lines),
    )


def draft(settled: Settled, options: Options, today: datetime.date) -> Result:
    """The files of settled answers, pinned as `options` say; `today` dates new pins.

    Raises ScaffoldError for what a tier cannot do, for an image that cannot be had, and for a file that cannot be read.
    """
    project = settled.survey.project
    known = lock.load_lock(project)
    if not options.force:
        _check_resolved(project, known)
    wanted = recipes(settled)
    pinned = pins.pin(distinct(wanted), request(settled.answers, options), today)
    images = dated(pinned.images, known)
    standing = ends.check_images(tuple(images.values()), today, settled.answers.allow_eol)
    made = tuple(with_pins(recipe, images) for recipe in wanted)
    files = render.render(settled.answers, made, project.has_workflows)
    ours = (
        state.answers_file(settled.answers, present(project, state.ANSWERS)),
        lock.lock_file(
            tuple(images.values()), {file.path: lock.Written(file.text) for file in files}, detected(settled)
        ),
    )
    outcomes = compare(project, (*files, *ours), (state.ANSWERS, state.LOCK))
    shadowed = _shadowed(project, outcomes)
    return Result(
        directory=settled.survey.directory,
        project=project,
        answers=settled.answers,
        sources=settled.sources,
        recipes=made,
        images=tuple(sorted(images.values(), key=lambda image: (image.name, image.tag))),
        outcomes=outcomes,
        shadowed=shadowed,
        missing=tuple(line for found in settled.facts.values() for line in found.missing),
        warnings=(*settled.warnings, *_wanted(settled), *standing, *pinned.warnings),
        notes=(
            *pinned.notes,
            *_unused(settled.answers),
            *shadowed.values(),
            *_elsewhere(project),
            *(note for found in settled.facts.values() for note in found.notes),
            *_contradictions(settled),
            *_frontends(settled),
        ),
    )


def _check_resolved(project: Project, known: lock.Lock) -> None:
    """Raises Conflict where conflicts of an update are not resolved: a new lock lacks what takes that back."""
    waiting = [path for path, written in known.files.items() if written.pending is not None]
    if waiting:
        from scaffold import marks

        marks.check_resolved(project, waiting)


def recipes(settled: Settled) -> tuple[Recipe, ...]:
    """The recipes of all services, not pinned yet; raises ScaffoldError for what a tier cannot do."""
    return tuple(recipe(service, settled.facts[service.name]) for service in settled.answers.services)


def detected(settled: Settled) -> dict[str, dict[str, str]]:
    """What the files of each service say, by the question's key: whether that changes later is for `check` to see."""
    return {
        name: {"language": facts.language.value, **{key: found.value for key, found in facts.answers.items()}}
        for name, facts in settled.facts.items()
    }


def request(answers: Answers, options: Options) -> pins.Request:
    """How registries are asked for the images of these answers."""
    return pins.Request(
        mirrors=answers.mirrors,
        platforms=answers.platforms,
        offline=options.offline,
        fallback=answers.fallback,
        seconds=options.seconds,
        refresh=options.refresh,
    )


def recipe(service: Service, facts: Facts) -> Recipe:
    """The recipe of a service, not pinned yet; raises ScaffoldError for what its tier cannot do."""
    chosen = language.load(service.language)
    # A version that the project does not ask for is somebody's own word, and stands.
    within = facts.wanted if facts.wanted and ranges.reaches(facts.wanted, service.version) else None
    made = chosen.decide(service, facts, language.tier(chosen, service.tier, service.version, within, service.start))
    if facts.frontend is None:
        return made
    from scaffold import frontend

    return frontend.added(made, facts.frontend)


def _unused(answers: Answers) -> Iterator[str]:
    """Says so of a mirror that is one of no registry that images come from: most likely it is misspelt."""
    known = catalogue.registries()
    for registry, _ in answers.mirrors:
        if registry not in known:
            yield f"No image comes from {registry}, so its mirror is not used. They are from {language.listed(known)}."


def _wanted(settled: Settled) -> Iterator[str]:
    """Says what the app asks of its environment, and what nothing gives it."""
    for service in settled.answers.services:
        given = dict(service.env)
        needs = [str(need) for need in settled.facts[service.name].needs if need.value not in given]
        if needs:
            yield f"{service.name} wants of its environment, and has no value for: {language.listed(needs)}."


def _contradictions(settled: Settled) -> Iterator[str]:
    """Says where files contradict each other, and why one of them counts, unless an answer settles it."""
    for sources in settled.sources.values():
        for key, found in sources.items():
            if found.others and found.rule:
                others = language.listed([str(other) for other in found.others])
                yield f"{key} is {found}, not {others}: {found.rule}."


def _frontends(settled: Settled) -> Iterator[str]:
    """Says which folder is built for a program to serve."""
    for name, found in settled.facts.items():
        if front := found.frontend:
            build = front.facts.answers["build"]
            where = "the root" if front.folder.value == "." else front.folder.value
            made = f"what {build.value!r} makes in {where} is built in a stage of its own"
            yield f"Of {name}, {made} ({front.folder.source})."


def _ending(answers: Answers, service: Service, sources: dict[str, Found], today: datetime.date) -> tuple[str, ...]:
    return ends.check_service(service, sources["version"].source, today, answers.allow_eol)


def distinct(recipes: Iterable[Recipe]) -> tuple[Image, ...]:
    """The images of all recipes, each once."""
    return tuple(dict.fromkeys(image for recipe in recipes for image in recipe.images))


def dated(images: Mapping[Image, Image], known: lock.Lock) -> dict[Image, Image]:
    """The pins, those that are in the lock already with the day they have there."""
    dates = known.dates
    return {
        wanted: dataclasses.replace(image, date=dates.get((image.name, image.tag, image.digest), image.date))
        for wanted, image in images.items()
    }


def with_pins(recipe: Recipe, images: Mapping[Image, Image]) -> Recipe:
    """The recipe with the pin of each of its images."""
    front = recipe.frontend
    return dataclasses.replace(
        recipe,
        builder=images[recipe.builder],
        runtime=recipe.runtime and images[recipe.runtime],
        tool=recipe.tool and images[recipe.tool],
        prober=recipe.prober and images[recipe.prober],
        frontend=front and dataclasses.replace(front, builder=images[front.builder]),
    )


def _elsewhere(project: Project) -> tuple[str, ...]:
    """Says so when the project is a folder of a repository: GitHub reads .github at its root alone."""
    if (project.root / ".git").exists() or not any((above / ".git").exists() for above in project.root.parents):
        return ()
    return (".github/dependabot.yml is read at the root of a repository: move it there, with this directory's path.",)


def _shadowed(project: Project, outcomes: Iterable[Outcome]) -> dict[str, str]:
    hidden = {
        outcome.path: [other for other in SHADOWED.get(outcome.path, ()) if project.has(other)]
        for outcome in outcomes
        if outcome.what == "created"
    }
    return {
        path: f"{path} would be read in place of {language.listed(others)}."
        for path, others in hidden.items()
        if others
    }
