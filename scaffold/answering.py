"""What the wizard asks before its menu, and to change an answer: each question from the table of questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from scaffold import ask, catalogue, language, state, tiers
from scaffold.apps import App
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.layers import found
from scaffold.model import Port, Service
from scaffold.prompts import Back, Choice, Prompts, correct
from scaffold.questions import BY_KEY, INSTALLERS, NO, QUESTIONS, TIERS, YES, Question
from scaffold.survey import Survey

Say = Callable[[str], None]
OTHER = "other"


class Known(NamedTuple):
    """What is answered of a service so far, by whomever, and where that is from."""

    service: Service
    sources: Mapping[str, Found]


class Step(NamedTuple):
    """A question: its `name`, unlike those of all others, and `ask`, which gives the survey with its answer.

    It raises Back, and ScaffoldError for what no other answer mends.
    """

    name: tuple[str, ...]
    ask: Callable[[Survey, Prompts, Say], Survey]


def steps(now: Survey, asked: Collection[tuple[str, ...]]) -> Iterator[Step]:
    """What is asked before the menu, in order, but for what was `asked`; the later may hang on the former."""
    return (step for step in _steps(now, asked) if step.name not in asked)


def _steps(now: Survey, asked: Collection[tuple[str, ...]]) -> Iterator[Step]:
    listed = _elsewhere(now)
    if listed:
        yield Step(("apps",), partial(_apps, listed=listed))
    for name in now.places:
        if error := now.undecided(name):
            yield Step(("language", name), partial(_language, name=name, error=error))
            return
        for key, error in now.missing(name).items():
            yield Step((key, name), partial(_missing, name=name, key=key, error=error))
            return
    # As it was asked first it stays, though the answers may be alike by then, or no more.
    alike = len({one.service.tier for one in services(now).values()}) <= 1
    if ("tier",) not in asked and (not alike or ("tier", next(iter(now.places))) in asked):
        for name in now.places:
            yield Step(("tier", name), partial(_tier, names=(name,)))
    else:
        yield Step(("tier",), partial(_tier, names=tuple(now.places)))
    for name in now.places:
        yield Step(("port", name), partial(_ports, name=name))


def services(now: Survey) -> dict[str, Known]:
    """What is known of each service; those of which something does not fit are left out."""
    known: dict[str, Known] = {}
    for name, place in now.places.items():
        try:
            if not now.undecided(name) and not now.missing(name):
                known[name] = Known(*ask.service(name, place, now.facts(name), now.before, now.behind))
        except ScaffoldError:
            continue
    return known


def change(now: Survey, prompts: Prompts, say: Say, whole: Mapping[str, Found]) -> Survey:
    """The survey with one more answer, to whichever question the user chooses; raises Back.

    `whole` are the answers about the whole project.
    """
    service = _which(now, prompts)
    known = services(now).get(service)
    # Of a service of which something does not fit, what somebody said.
    said = {key: answer for key in BY_KEY if (answer := found((*now.before, *now.behind), key, service))}
    sources = {**whole, **(known.sources if known else said)}
    choices = [
        Choice(question.key, question.prompt, _answer(sources.get(question.key)))
        for question in QUESTIONS
        if question.whole != bool(service) or len(now.places) == 1
    ]
    key = ""
    while True:
        try:
            key = prompts.select("Change", choices, key, kept=False)
        except Back:
            if len(now.places) == 1:
                raise
            return change(now, prompts, say, whole)
        try:
            if key == "tier":
                return _tier(now, prompts, say, names=(service,))
            say(BY_KEY[key].help)
            return _asked(now, prompts, say, BY_KEY[key], "" if BY_KEY[key].whole else service, sources.get(key))
        except Back:
            continue


def _answer(found: Found | None) -> str:
    return f"{found.value or 'none'} ({found.source})" if found else ""


def _which(now: Survey, prompts: Prompts) -> str:
    """A service, or "" for the whole project."""
    names = list(now.places)
    if len(names) == 1:
        return names[0]
    return prompts.select("Of", [*(Choice(name, name) for name in names), Choice("", "the whole project")], kept=False)


def _asked(now: Survey, prompts: Prompts, say: Say, question: Question, service: str, answer: Found | None) -> Survey:
    """The survey with the answer to a question, asked in the way that fits its values; `answer` is that so far."""
    value = answer.value if answer else ""
    known = _known(question, now, service)
    prompt, said = _of(question.prompt, service, now), OTHER
    if question.switch:
        said = prompts.select(prompt, [Choice(YES, "yes"), Choice(NO, "no")], value or NO)
    elif known:
        other = [] if question.known else [Choice(OTHER, "another")]
        said = prompts.select(prompt, [*(Choice(one, one) for one in known), *other], value)
    if said == OTHER:
        said = correct(prompts, say, prompt, value, lambda text: _checked(question, text))
    return _with(now, service, question, said, value if answer else None)


def _with(now: Survey, service: str, question: Question, said: str, value: str | None) -> Survey:
    """The survey with an answer; what was only confirmed stays where it is from."""
    checked = _checked(question, said)
    same = value is not None and (checked == value or list(checked) == question.words(value))
    return now if same else now.answered(service, question.key, checked)


def _checked(question: Question, text: str) -> str | tuple[str, ...]:
    if not question.several:
        return question.check(text)
    values = tuple(dict.fromkeys(map(question.check, question.words(text))))
    if question.key == "port":
        ask.ports(values, "none" if values == ("none",) else "tcp")
    return values


def _known(question: Question, now: Survey, service: str) -> tuple[str, ...]:
    """The answers there are to choose from, none where any text may do."""
    if question.key not in ("version", "packages"):
        return question.known
    try:
        spoken = now.facts(service).language.value
    except ScaffoldError:
        return ()
    return catalogue.lines(spoken).supported[::-1] if question.key == "version" else INSTALLERS[spoken]


def _elsewhere(now: Survey) -> tuple[App, ...]:
    """The apps to choose from, where nobody named services and more than this directory is likely meant."""
    if now.named:
        return ()
    listed = now.apps()
    likely = [app for app in listed if app.ticked] or [app for app in listed if not app.refused]
    return listed if any(app.directory != "." for app in likely) else ()


def _apps(now: Survey, prompts: Prompts, say: Say, listed: Sequence[App]) -> Survey:
    """The survey with the apps that are ticked; the one in the project's own directory goes without a name."""
    choices = [
        Choice(
            app.directory,
            "this directory" if app.directory == "." else app.directory,
            f"{language.load(app.language).TITLE}: {app.reason}",
            app.refused.fact if app.refused else "",
        )
        for app in listed
    ]
    ticked = [app.directory for app in listed if app.ticked]
    while not (ticked := prompts.tick("Apps to be services", choices, ticked)):
        say("At least one is needed.")
    alone = ticked == ["."]
    places = {state.ONLY: "."} if alone else {app.name: app.directory for app in listed if app.directory in ticked}
    chosen = now.with_services(places)
    ask.check(chosen.before, tuple(places))
    return chosen


def _language(now: Survey, prompts: Prompts, say: Say, name: str, error: ScaffoldError) -> Survey:
    say(error.fact)
    question = BY_KEY["language"]
    choices = [Choice(spoken, language.load(spoken).TITLE) for spoken in question.known]
    return now.answered(name, question.key, prompts.select(_of(question.prompt, name, now), choices))


def _missing(now: Survey, prompts: Prompts, say: Say, name: str, key: str, error: ScaffoldError) -> Survey:
    say(f"{error.fact} {error.remedy}")
    return _asked(now, prompts, say, BY_KEY[key], name, None)


def _tier(now: Survey, prompts: Prompts, say: Say, names: Sequence[str]) -> Survey:
    """The survey with one tier for these services."""
    known = [one.service for name, one in services(now).items() if name in names]
    choices = tiers.choices(known, now.facts) if known else [Choice(tier, tier) for tier in TIERS]
    if all(choice.refused for choice in choices):
        choices = [choice._replace(refused="") for choice in choices]
    question, present = BY_KEY["tier"], known[0].tier if known else TIERS[0]
    said = prompts.select(_of(question.prompt, names[0] if len(names) == 1 else "", now), choices, present)
    for name in names:
        now = _with(now, name, question, said, present if known else None)
    return now


def _ports(now: Survey, prompts: Prompts, say: Say, name: str) -> Survey:
    """The survey with a service's ports; what is offered is free of what services before it publish."""
    question, names = BY_KEY["port"], list(now.places)
    ports = {other: one.service.ports for other, one in services(now).items()}
    mine = ports.get(name, ())
    taken = {port: other for other in names[: names.index(name)] for port in ports.get(other, ())}
    held = set(taken)
    if not found(now.before, "port", name):
        held.update(*(theirs for other, theirs in ports.items() if found(now.before, "port", other)))

    def check(text: str) -> None:
        for port in ask.ports(_checked(question, text)):
            if port in taken:
                raise ScaffoldError(f"Port {port} is {taken[port]}'s, and 127.0.0.1 has it once.", "Give another.")

    said = correct(prompts, say, _of(question.prompt, name, now), " ".join(map(str, _free(mine, held))), check)
    return _with(now, name, question, said, " ".join(map(str, mine)))


def _free(ports: Sequence[Port], held: set[Port]) -> Iterator[Port]:
    """The ports, each that is held moved to the next that is free."""
    for port in ports:
        after = (Port(number, port.protocol) for number in range(port.number, 65536))
        free = next((one for one in after if one not in {*held, *ports}), port) if port in held else port
        held.add(free)
        yield free


def _of(prompt: str, service: str, now: Survey) -> str:
    return prompt if len(now.places) == 1 or not service else f"{prompt} ({service})"
