"""`new --probe`: runs what was written, and writes again with the paths that turned out to be missing."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold import commands
from scaffold import probe as findings
from scaffold.draft import Result, draft, settle
from scaffold.engine import Engine, State
from scaffold.errors import Unmended
from scaffold.layers import Layer
from scaffold.model import Recipe
from scaffold.probe import Added
from scaffold.survey import Options, survey

if TYPE_CHECKING:
    import datetime

    from scaffold.questions import Given

ROUNDS = 5
"""How often it is built and run hardened at most."""

KEYS = ("writable", "tmpfs")


def probe(result: Result, given: Given, options: Options, today: datetime.date) -> Result:
    """Builds and runs what `result` wrote, adds the paths that it has to write to, and proves that it stands then.

    First it runs free to write, which shows the paths, then hardened. `given`, `options` and `today` are those of the
    result, and `engine.check` has been called. Raises Unmended for what fails for another reason.
    """
    now, added = result, tuple[Added, ...]()
    with Engine(result.project.root) as engine:
        for number in range(ROUNDS):
            built, log = engine.build()
            if not built:
                raise Unmended("It cannot be built.", _next(added), findings.tail(log))
            found = _free(engine, now) if number == 0 else ()
            if not found:
                states = engine.run([recipe.service for recipe in now.recipes], free=False)
                failed = [one for one in now.recipes if not _stands(one, states.get(one.service))]
                if not failed:
                    return _as_first(result, now, added)
                found = _refused(engine, failed, states)
                if not found:
                    raise _unmended(engine, failed[0], states, added)
            added = (*added, *found)
            now = _written(now, given, options, today, found)
    raise Unmended(f"After {ROUNDS} rounds there is still something that it cannot write.", _next(added))


def _free(engine: Engine, result: Result) -> tuple[Added, ...]:
    """The paths that services write to, where they are free to, until they are healthy and have answered once."""
    states = engine.run([recipe.service for recipe in result.recipes], free=True)
    found: list[Added] = []
    for recipe in result.recipes:
        if state := states.get(recipe.service):
            if state.status == "running":
                _ask(engine, recipe)
            names = _names(engine, state)
            found += findings.of_changes(recipe.service, engine.changes(state.container), _mounts(recipe), names)
    return tuple(found)


def _refused(engine: Engine, failed: Sequence[Recipe], states: Mapping[str, State]) -> tuple[Added, ...]:
    """The paths that services say they could not write to."""
    found: list[Added] = []
    for recipe in failed:
        if state := states.get(recipe.service):
            log, names = engine.log(state.container), _names(engine, state)
            found += findings.of_log(recipe.service, log, recipe.workdir, _mounts(recipe), names)
    return tuple(found)


def _names(engine: Engine, state: State) -> findings.Names:
    return lambda path: engine.names(state.container, path)


def _mounts(recipe: Recipe) -> tuple[str, ...]:
    return (*(volume.path for volume in recipe.volumes), *recipe.scratch)


def _stands(recipe: Recipe, state: State | None) -> bool:
    if state is None:
        return False
    if state.status == "exited":  # A tool that is done.
        return recipe.restart == "no" and state.code == 0
    return state.status == "running" and state.health in ("", "healthy")


def _ask(engine: Engine, recipe: Recipe) -> None:
    """One request, since some write only when they are asked; what they answer is of no interest."""
    for port in recipe.ports[:1]:
        if port.protocol == "tcp" and (address := engine.address(recipe.service, port.number)):
            connection = http.client.HTTPConnection(*address, timeout=5)
            with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/")
                connection.getresponse().read(1_000)


def _written(result: Result, given: Given, options: Options, today: datetime.date, found: Sequence[Added]) -> Result:
    """Writes the files anew, with these paths among the answers."""
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    for service in result.answers.services:
        own = [one for one in found if one.service == service.name]
        for key in KEYS if own else ():
            paths = (*getattr(service, key), *(one.path for one in own if one.key == key))
            said.setdefault(service.name, {})[key] = paths
    # What is settled is in the answers file now, and the registries have just been asked.
    again = dataclasses.replace(options, merge=True, force=False, refresh=False)
    known = survey(result.directory, given, again)
    known = dataclasses.replace(known, before=(Layer("--probe", {}, said), *known.before))
    drafted = draft(settle(known, today), again, today)
    return commands.finish(dataclasses.replace(drafted, outcomes=commands.resolved(drafted, again)))


def _as_first(first: Result, last: Result, added: tuple[Added, ...]) -> Result:
    """The last result, as if it had been written at once: with the sources and outcomes of the first."""
    before = {outcome.path: outcome for outcome in first.outcomes}
    outcomes = [
        dataclasses.replace(before.get(one.path, one), after=one.after) if one.path in before else one
        for one in last.outcomes
    ]
    sources = {
        name: answers | {key: last.sources[name][key] for key in KEYS if name and key in last.sources[name]}
        for name, answers in first.sources.items()
    }
    return dataclasses.replace(
        first, answers=last.answers, recipes=last.recipes, outcomes=tuple(outcomes), sources=sources, probed=added
    )


def _unmended(engine: Engine, recipe: Recipe, states: Mapping[str, State], added: Sequence[Added]) -> Unmended:
    state = states.get(recipe.service)
    if state is None:
        return Unmended(f"{recipe.service} cannot be started.", _next(added), engine.said)
    log = findings.tail(engine.log(state.container))
    asked = " ".join(f"on port {port}" for port in recipe.ports[:1])
    what = f"exits with {state.code}" if state.status != "running" else f"runs, and is not healthy {asked}".rstrip()
    silent = "" if log else ", and says nothing"
    return Unmended(f"{recipe.service} {what}{silent}; that is not for want of a path to write to.", _next(added), log)


def _next(added: Sequence[Added]) -> str:
    kept = f" {', '.join(one.path for one in added)} stay among the answers." if added else ""
    return f"The files are written; mend what the log says, and run dockerscaffold new --probe again.{kept}"
