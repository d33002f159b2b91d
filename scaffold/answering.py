"""The questions of the wizard, each asked from the table of questions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold import ask, catalogue, known, language, state, tiers
from scaffold.apps import App
from scaffold.apps import apps as find
from scaffold.draft import settle
from scaffold.errors import ScaffoldError
from scaffold.model import Found
from scaffold.prompts import Back, Choice, Prompts, correct
from scaffold.questions import BY_KEY, NO, QUESTIONS, TIERS, YES, Question
from scaffold.survey import Survey

if TYPE_CHECKING:
    import datetime

OTHER = "other"
AS_THEY_ARE = ""


class Step(NamedTuple):
    """Something that may have to be asked: whether it is `needed`, and `ask`, which gives the survey with an answer."""

    needed: Callable[[Survey], bool]
    ask: Callable[[Survey], Survey]


@dataclass
class Asking:
    """Takes answers: `prompts` asks, `say` prints sentences, `show` shows what is known so far."""

    prompts: Prompts
    say: Callable[[str], None]
    show: Callable[[Survey], object]
    today: datetime.date
    _apps: dict[Path, Sequence[App]] = field(default_factory=dict)
    _shown: object = None

    def steps(self, now: Survey) -> tuple[Step, ...]:
        """What is asked before the menu, in order; the first step alone decides how many there are."""
        return (
            Step(self._is_elsewhere, self._services),
            *(Step(partial(_is_undecided, name), partial(self._language, name)) for name in now.places),
            *(
                Step(partial(_lacks, name, key), partial(self._lacking, name, key))
                for name in now.places
                for key in ask.KEYS
            ),
            Step(lambda now: True, self._tier),
            *(Step(lambda now: True, partial(self._ports, name)) for name in now.places),
        )

    def change(self, now: Survey) -> Survey:
        """The survey with one more answer, to whichever question the user chooses; raises Back."""
        names = list(now.places)
        if len(names) == 1:
            return self._change(now, names[0], QUESTIONS)
        service = names[0]
        while True:
            choices = [*(Choice(name, name) for name in names), Choice("", "the whole project")]
            service = self.prompts.select("Of", choices, service)
            with contextlib.suppress(Back):
                return self._change(now, service, [each for each in QUESTIONS if each.whole != bool(service)])

    def _change(self, now: Survey, service: str, questions: Sequence[Question]) -> Survey:
        sources = known.sources(now, service, self.today)
        choices = [Choice(each.key, each.key, str(sources.get(each.key, "")).strip()) for each in questions]
        key = ""
        while True:
            key = self.prompts.select("Change", choices, key)
            self.say(BY_KEY[key].help)
            with contextlib.suppress(Back):
                return self._asked(now, BY_KEY[key], "" if BY_KEY[key].whole else service)

    def _asked(self, now: Survey, question: Question, service: str) -> Survey:
        """The survey with the answer to a question, asked in the way that fits its values."""
        prompt = _of(question.prompt, service, now)
        answer = known.sources(now, service, self.today).get(question.key)
        value = answer.value if answer else NO if question.switch else ""
        choices = self._choices(question, now, service)
        while True:
            said = self.prompts.select(prompt, choices, value) if choices else OTHER
            if said != OTHER:
                return known.answered(now, service, question.key, _checked(question, said))
            try:
                said = correct(self.prompts, self.say, prompt, value, partial(_checked, question))
                return now.answered(service, question.key, _checked(question, said))
            except Back:
                if not choices:
                    raise

    def _choices(self, question: Question, now: Survey, service: str) -> Sequence[Choice]:
        """The answers there are to choose from, none where any text may do."""
        if question.switch:
            return [Choice(YES, "yes"), Choice(NO, "no")]
        if question.key == "tier":
            return self._tiers(now, [service])
        if question.key != "version":
            return [Choice(each, each) for each in question.known]
        try:
            lines = catalogue.lines(now.facts(service).language.value).supported[::-1]
        except ScaffoldError:
            return []
        return [*(Choice(line, line) for line in lines), Choice(OTHER, "another")]

    def _is_elsewhere(self, now: Survey) -> bool:
        """Whether there are apps in folders, and nobody has said which of them are services."""
        if now.named:
            return False
        root = now.project.root
        listed = self._apps[root] = self._apps.get(root) or find(now.project)
        # What was read to find them need not be read again.
        now.read.update({(app.directory, app.language): app.facts for app in listed if app.facts})
        possible = [app.directory for app in listed if not app.refused]
        return len(possible) > 1 or (bool(possible) and possible != ["."])

    def _services(self, now: Survey) -> Survey:
        """The survey with the apps that are ticked; the one in the project's own directory goes without a name."""
        listed = self._apps[now.project.root]
        choices = [
            Choice(app.directory, app.directory, f"{language.load(app.language).TITLE}: {app.reason}", _refused(app))
            for app in listed
        ]
        while True:
            likely = [app.directory for app in listed if app.ticked]
            ticked = self.prompts.tick("Apps to be services", choices, likely)
            if ticked == ["."]:
                return now.with_services({state.ONLY: "."})
            if ticked:
                return now.with_services({app.name: app.directory for app in listed if app.directory in ticked})
            self.say("At least one is needed.")

    def _language(self, service: str, now: Survey) -> Survey:
        if error := now.undecided(service):
            self.say(error.fact)
        titles = [Choice(spoken, language.load(spoken).TITLE) for spoken in BY_KEY["language"].known]
        prompt = _of(BY_KEY["language"].prompt, service, now)
        return now.answered(service, "language", self.prompts.select(prompt, titles))

    def _lacking(self, service: str, key: str, now: Survey) -> Survey:
        self.say(ask.missing(service, now.facts(service), now.before)[key].fact)
        return self._asked(now, BY_KEY[key], service)

    def _tier(self, now: Survey) -> Survey:
        """The survey with one tier for all services, or each with the one it has."""
        now = known.apart(now, self.today)
        told = [
            (layer.source, key, value)
            for layer in now.before
            for said in (layer.every, *layer.services.values())
            for key, value in said.items()
            if key not in ("tier", "port")
        ]
        # Who comes back to this question has seen all but the answers that come now.
        if self._shown != (now.places, told):
            self.show(now)
            self._shown = now.places, told
        present = {
            name: known.sources(now, name, self.today).get("tier", Found(TIERS[0], "")).value for name in now.places
        }
        first, choices = next(iter(present.values())), list(self._tiers(now, list(now.places)))
        if len({*present.values()}) > 1:
            said = ", ".join(f"{name}: {tier}" for name, tier in present.items())
            first, choices = AS_THEY_ARE, [Choice(AS_THEY_ARE, "as they are", said), *choices]
        said = self.prompts.select(BY_KEY["tier"].prompt, choices, first)
        for name in now.places if said != AS_THEY_ARE else ():
            now = now.answered(name, "tier", said)
        return now

    def _tiers(self, now: Survey, names: Sequence[str]) -> Sequence[Choice]:
        """The tiers for these services, with the reasons of those that cannot be; all of them, where none can."""
        plain = [Choice(tier, tier) for tier in TIERS]
        try:
            settled = settle(now, self.today)
        except ScaffoldError:
            return plain
        services = tuple(service for service in settled.answers.services if service.name in names)
        choices = tiers.choices(replace(settled, answers=replace(settled.answers, services=services)))
        return plain if all(choice.refused for choice in choices) else choices

    def _ports(self, service: str, now: Survey) -> Survey:
        """The survey with the ports of a service, which are none of a service before it."""
        question, names = BY_KEY["port"], list(now.places)
        others = {
            port: name
            for name in names[: names.index(service)]
            for port in known.sources(now, name, self.today).get("port", Found("", "")).value.split()
        }

        def check(text: str) -> str | tuple[str, ...]:
            ports = _checked(question, text)
            for port in ports:
                if port in others:
                    raise ScaffoldError(
                        f"Port {port} is one of {others[port]}, and 127.0.0.1 has it once.", "Give another."
                    )
            return ports

        answer = known.sources(now, service, self.today).get("port")
        prompt = _of(question.prompt, service, now)
        words = correct(self.prompts, self.say, prompt, answer.value if answer else "", check)
        return now.answered(service, "port", check(words))


def _is_undecided(service: str, now: Survey) -> bool:
    return now.undecided(service) is not None


def _lacks(service: str, key: str, now: Survey) -> bool:
    return key in ask.missing(service, now.facts(service), now.before)


def _checked(question: Question, text: str) -> str | tuple[str, ...]:
    if not question.several:
        return question.check(text)
    values = tuple(map(question.check, text.replace(",", " ").split()))
    if question.key == "port" and not values:
        raise ScaffoldError("The health check asks a port, and there is none.", "Give one on which the app answers.")
    if question.key == "port":
        ask.ports(values)
    return values


def _refused(app: App) -> str:
    return app.refused.fact if app.refused else ""


def _of(prompt: str, service: str, now: Survey) -> str:
    """The prompt, with the service where the project has several."""
    return f"{prompt} ({service})" if service and len(now.places) > 1 else prompt
