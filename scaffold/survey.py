"""What is known of a project before anything is settled: where its services are, what was said, what was found."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scaffold import ask, language, pins, settings, state, write
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.layers import FLAGS, Layer, found
from scaffold.project import Project
from scaffold.questions import BY_KEY, YES, Given
from scaffold.tables import Table

if TYPE_CHECKING:
    from scaffold.apps import App

ANSWERED = "your answer"
"""The source of what was asked for."""


@dataclass(frozen=True)
class Options:
    """How `new` goes about it, beside the answers; `seconds` are for all registries together.

    `answers` is the name of an answers file, `services` are names and directories (`web`, `server`) of services.
    Of files that differ, those that can be are merged with `merge`; then all others kept or replaced.
    """

    answers: str = ""
    services: tuple[tuple[str, str], ...] = ()
    offline: bool = False
    refresh: bool = False
    seconds: float = pins.SECONDS
    dry_run: bool = False
    merge: bool = False
    keep: bool = False
    force: bool = False


@dataclass(frozen=True)
class Survey:
    """A project, the directory of each service, and what was said before all that is detected, and what behind it."""

    directory: str
    """As it was given."""
    project: Project
    places: Mapping[str, str]
    before: tuple[Layer, ...]
    behind: tuple[Layer, ...]
    named: bool = True
    """Whether anybody named the services."""
    read: dict[tuple[str, str], Facts] = field(default_factory=dict, compare=False)
    """What was read of a directory in a wanted language, so that it is read once however often answers change."""
    spoken: dict[str, Found | ScaffoldError] = field(default_factory=dict, compare=False)
    """The language that a directory shows, or why it shows none, likewise."""
    listed: list[tuple[App, ...]] = field(default_factory=list, compare=False)
    """The apps that were found, likewise."""

    def apps(self) -> tuple[App, ...]:
        """The apps in the project's folders, each with what its files say."""
        if not self.listed:
            from scaffold.apps import apps

            self.listed.append(apps(self.project))
            self.read.update({(app.directory, app.language): app.facts for app in self.listed[0] if app.facts})
        return self.listed[0]

    def with_services(self, places: Mapping[str, str]) -> Survey:
        """The survey with services in these directories, by name."""
        return dataclasses.replace(self, places=places, named=True)

    def answered(self, service: str, key: str, value: str | tuple[str, ...]) -> Survey:
        """The survey with an answer of the user's own, which counts more than all else; "" is the whole project."""
        own, others = Layer(ANSWERED, {}), self.before
        if self.before and self.before[0].source == ANSWERED:
            own, *rest = self.before
            others = tuple(rest)
        if service:
            said = own.services.get(service, {})
            if key == "language":  # of another one, version and such were said
                said = {other: value for other, value in said.items() if not BY_KEY[other].spoken}
            services = {**own.services, service: {**said, key: value}}
            own = dataclasses.replace(own, services=services)
        else:
            own = dataclasses.replace(own, every={**own.every, key: value})
        return dataclasses.replace(self, before=(own, *others))

    def allowing(self) -> Survey:
        """The survey in which versions whose support has ended are allowed, to be told of instead."""
        return self.answered("", "allow-eol", YES)

    def missing(self, service: str) -> dict[str, ScaffoldError]:
        """What nobody says of a service and its files do not, by the question's key."""
        return ask.missing(service, self.facts(service), self.before)

    def of(self, service: str) -> Project:
        """The directory of a service; raises ScaffoldError when there is none inside the project."""
        folder = self.places[service]
        return self.project if folder == "." else self.project.folder(folder)

    def undecided(self, service: str) -> ScaffoldError | None:
        """What is wrong when nobody says a service's language and its files show none, or several alike."""
        shown = None if found(self.before, "language", service) else self._shown(service)
        return shown if isinstance(shown, ScaffoldError) else None

    def facts(self, service: str) -> Facts:
        """What a service's files say, in the language that is said or shown; raises what `language.detect` raises."""
        said = found(self.before, "language", service)
        shown = said or self._shown(service)
        if isinstance(shown, ScaffoldError):
            raise shown
        key = self.places[service], shown.value
        if key not in self.read:
            project = self.of(service)
            self.read[key] = language.detect(project, said.value) if said else language.of_shown(project, shown)
        return self.read[key]

    def _shown(self, service: str) -> Found | ScaffoldError:
        place = self.places[service]
        if place not in self.spoken:
            try:
                self.spoken[place] = language.shown(self.of(service))
            except ScaffoldError as error:
                self.spoken[place] = error
        return self.spoken[place]


def survey(directory: str, given: Given, options: Options) -> Survey:
    """Reads what was said of the project in `directory`; `given` are checked answers by key.

    A write that was interrupted is finished or undone first, unless nothing is to be written. Raises ScaffoldError
    for what cannot be read.
    """
    project = Project.open(directory)
    if not options.dry_run:
        write.recover(project.root)
    saved = state.load(project)
    answers = settings.from_answers(options.answers) if options.answers else Table(Layer("", {}), {})
    places: dict[str, str] = {}
    for directories in (saved.directories, answers.directories, dict(options.services)):
        # A file that says something else of a service leaves it where it is.
        places |= {name: place or places.get(name, ".") for name, place in directories.items()}
    before = (Layer(FLAGS, given), settings.from_environment(os.environ), answers.layer, saved.layer)
    return Survey(directory, project, places or {state.ONLY: "."}, before, (settings.from_user(),), bool(places))


def located(survey: Survey) -> Survey:
    """The survey in the folder of the one app that answers requests, where nobody names a service and none is above.

    Of several it is the one that is likelier meant than all others. Where several are meant alike each is a service,
    as far as their ports are not the same.
    """
    if survey.named or not (survey.undecided(state.ONLY) or survey.missing(state.ONLY)):
        return survey
    from scaffold.meant import alike, likeliest

    listed = survey.apps()
    app = likeliest(listed)
    if app is None:
        return _beside(survey, alike(survey.project, listed))
    if app.directory == "." or app.facts is None:
        return survey
    if others := [other for other in listed if other.ticked and other != app]:
        _say_others(survey, (app,), others)
    return survey.with_services({state.ONLY: app.directory})


def _beside(survey: Survey, apps: tuple[App, ...]) -> Survey:
    """The survey with a service for each of the apps, but for those on a port that one before them has."""
    from scaffold.meant import apart

    taken = apart(apps)
    places = {app.name: app.directory for app in taken}
    try:
        ask.check(survey.before, tuple(places))
    except ScaffoldError:
        return survey  # What was said of one service is of none of several.
    if not places or "." in places.values():
        return survey
    _say_others(survey, taken, [app for app in apps if app not in taken])
    return survey.with_services(places if len(places) > 1 else {state.ONLY: taken[0].directory})


def _say_others(survey: Survey, taken: Sequence[App], others: Sequence[App]) -> None:
    """Notes which apps are services, with the first of them."""
    app = taken[0]
    named = ", ".join(other.directory for other in others)
    if len(taken) > 1:
        note = f"Each of {', '.join(one.directory for one in taken)} is a service, for nothing tells them apart"
        note += f"; not {named}, whose port one of them has." if others else "."
    else:
        note = f"The app is {app.directory}, not {named}: name each with --service to have them all."
    if app.facts:
        survey.read[app.directory, app.language] = dataclasses.replace(app.facts, notes=(note, *app.facts.notes))


def facts(survey: Survey) -> dict[str, Facts]:
    """What each service's files say; raises ScaffoldError for all that they do not and nobody does, at once."""
    missing: list[tuple[str, ScaffoldError]] = []
    for name in survey.places:
        if error := survey.undecided(name):
            missing.append((name, error))
        else:
            missing += [(name, error) for error in survey.missing(name).values()]
    if missing:
        error = ask.all_missing(missing, tuple(survey.places))
        raise error if survey.named else _elsewhere(survey, error)
    return {name: survey.facts(name) for name in survey.places}


def _elsewhere(survey: Survey, error: ScaffoldError) -> ScaffoldError:
    """The error of a project that is none itself, with the apps in its folders."""
    found = [f"--service {app.name}={app.directory}" for app in survey.apps() if app.ticked]
    if not found or any(flag.endswith("=.") for flag in found):
        return error
    return ScaffoldError(error.fact, f"{error.remedy} Or have a service for each app: {' '.join(found)}.")
