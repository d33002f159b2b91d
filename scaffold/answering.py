"""The steps of the wizard that take answers, each of them from the table of questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scaffold import ask, catalogue, language, state, tiers
from scaffold.apps import App
from scaffold.apps import apps as find
from scaffold.draft import Settled, settle
from scaffold.errors import ScaffoldError
from scaffold.model import Found
from scaffold.prompts import Choice, Prompts, correct
from scaffold.questions import BY_KEY, NO, QUESTIONS, TIERS, YES, Question
from scaffold.survey import Survey

if TYPE_CHECKING:
    import datetime

Say = Callable[[str], None]
OTHER = "other"


class Step(NamedTuple):
    """Something that may have to be asked: whether it is `needed`, and `ask`, which gives the survey with an answer."""

    needed: Callable[[Survey], bool]
    ask: Callable[[Survey], Survey]


def steps(
    prompts: Prompts, say: Say, found: Callable[[Survey], Settled | None], today: datetime.date
) -> tuple[Step, ...]:
    """What is asked before the menu, in order; `found` shows what is known so far."""
    shown: list[Settled | None] = []

    def tier(now: Survey) -> Survey:
        if not shown:
            shown.append(found(now))
        return _tier(now, prompts, shown[0])

    apps: dict[Path, Sequence[App]] = {}

    def elsewhere(now: Survey) -> bool:
        if now.named:
            return False
        listed = apps[now.project.root] = apps.get(now.project.root) or find(now.project)
        # What was read to find them need not be read again.
        now.read.update({(app.directory, app.language): app.facts for app in listed if app.facts})
        possible = [app.directory for app in listed if not app.refused]
        return len(possible) > 1 or (bool(possible) and possible != ["."])

    return (
        Step(elsewhere, lambda now: _services(now, prompts, say, apps[now.project.root])),
        Step(_undecided, lambda now: _language(now, prompts, say)),
        Step(_unknown, lambda now: _missing(now, prompts, say)),
        Step(lambda now: True, tier),
        Step(lambda now: True, lambda now: _ports(now, prompts, say, today)),
    )


def change(now: Survey, prompts: Prompts, say: Say, today: datetime.date) -> Survey:
    """The survey with one more answer, to whichever question the user chooses; raises Back."""
    service = _which(now, prompts)
    sources = _sources(now, service, today)
    choices = [
        Choice(question.key, question.key, _answer(sources.get(question.key)))
        for question in QUESTIONS
        if question.whole != bool(service) or len(now.places) == 1
    ]
    question = BY_KEY[prompts.select("Change", choices)]
    say(question.help)
    return _asked(now, prompts, say, question, "" if question.whole else service, sources.get(question.key))


def _answer(found: Found | None) -> str:
    return f"{found.value or '-'} ({found.source})" if found else ""


def _which(now: Survey, prompts: Prompts) -> str:
    """A service, or "" for the whole project."""
    names = list(now.places)
    if len(names) == 1:
        return names[0]
    return prompts.select("Of", [*(Choice(name, name) for name in names), Choice("", "the whole project")])


def _sources(now: Survey, service: str, today: datetime.date) -> Mapping[str, Found]:
    """What is answered so far, as far as it can be told."""
    try:
        sources = settle(now, today).sources
    except ScaffoldError:
        return {}
    return {**sources[""], **sources.get(service, {})}


def _asked(now: Survey, prompts: Prompts, say: Say, question: Question, service: str, answer: Found | None) -> Survey:
    """The survey with the answer to a question, asked in the way that fits its values; `answer` is that so far."""
    value = answer.value if answer else ""
    known = _known(question, now, service)
    if question.switch:
        said = prompts.select(question.prompt, [Choice(YES, "yes"), Choice(NO, "no")], value or NO)
    elif known:
        other = [] if question.known else [Choice(OTHER, "another")]
        said = prompts.select(question.prompt, [*(Choice(one, one) for one in known), *other], value)
        if said == OTHER:
            said = correct(prompts, say, question.prompt, value, question.check)
    else:
        said = correct(prompts, say, question.prompt, value, lambda text: _checked(question, text))
    return now.answered(service, question.key, _checked(question, said))


def _checked(question: Question, text: str) -> str | tuple[str, ...]:
    if not question.several:
        return question.check(text)
    values = tuple(dict.fromkeys(map(question.check, text.replace(",", " ").split())))
    if question.key == "port":
        ask.ports(values)
    return values


def _known(question: Question, now: Survey, service: str) -> tuple[str, ...]:
    """The answers there are to choose from, none where any text may do."""
    if question.key == "version":
        try:
            return catalogue.lines(now.facts(service).language.value).supported[::-1]
        except ScaffoldError:
            return ()
    return question.known


def _services(now: Survey, prompts: Prompts, say: Say, found: Sequence[App]) -> Survey:
    """The survey with the apps that are ticked; the one in the project's own directory goes without a name."""
    choices = [
        Choice(app.directory, app.directory, f"{language.load(app.language).TITLE}: {app.reason}", _refused(app))
        for app in found
    ]
    while True:
        ticked = prompts.tick("Apps to be services", choices, [app.directory for app in found if app.ticked])
        if ticked == ["."]:
            return now.with_services({state.ONLY: "."})
        if ticked:
            return now.with_services({app.name: app.directory for app in found if app.directory in ticked})
        say("At least one is needed.")


def _refused(app: App) -> str:
    return app.refused.fact if app.refused else ""


def _undecided(now: Survey) -> bool:
    return any(map(now.undecided, now.places))


def _language(now: Survey, prompts: Prompts, say: Say) -> Survey:
    for name in now.places:
        if error := now.undecided(name):
            say(error.fact)
            titles = [Choice(spoken, language.load(spoken).TITLE) for spoken in BY_KEY["language"].known]
            now = now.answered(name, "language", prompts.select(_of("Language", name, now), titles))
    return now


def _unknown(now: Survey) -> bool:
    return any(ask.missing(name, now.facts(name), now.before) for name in now.places)


def _missing(now: Survey, prompts: Prompts, say: Say) -> Survey:
    for name in now.places:
        for key, error in ask.missing(name, now.facts(name), now.before).items():
            say(error.fact)
            now = _asked(now, prompts, say, BY_KEY[key], name, None)
    return now


def _tier(now: Survey, prompts: Prompts, settled: Settled | None) -> Survey:
    choices = tiers.choices(settled) if settled else [Choice(tier, tier) for tier in TIERS]
    if all(choice.refused for choice in choices):
        choices = [choice._replace(refused="") for choice in choices]
    present = settled.answers.services[0].tier if settled else TIERS[0]
    said = prompts.select(BY_KEY["tier"].prompt, choices, present)
    for name in now.places:
        now = now.answered(name, "tier", said)
    return now


def _ports(now: Survey, prompts: Prompts, say: Say, today: datetime.date) -> Survey:
    question = BY_KEY["port"]
    for name in now.places:
        answer = _sources(now, name, today).get("port")
        prompt = _of(question.prompt, name, now)
        words = correct(prompts, say, prompt, answer.value if answer else "", lambda text: _checked(question, text))
        now = now.answered(name, "port", _checked(question, words))
    return now


def _of(prompt: str, service: str, now: Survey) -> str:
    return prompt if len(now.places) == 1 else f"{prompt} ({service})"
