"""The commands as straight lines through the modules below."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scaffold import ask, language, lock, pins, settings, write
from scaffold.compare import diff, resolve
from scaffold.draft import Result, draft, request, settle
from scaffold.errors import Conflict
from scaffold.facts import Found
from scaffold.layers import FLAGS, Layer, found
from scaffold.model import Outcome
from scaffold.questions import LANGUAGES
from scaffold.survey import Options, survey

if TYPE_CHECKING:
    import datetime

    from scaffold.overview import Row
    from scaffold.questions import Given


def new(directory: str, given: Given, options: Options, today: datetime.date) -> Result:
    """Writes the container files of the project in `directory`.

    `given` are checked answers by key, `today` dates new pins. Nothing is written in a dry run, or when ScaffoldError
    is raised: a Conflict when files stand there that differ, and `options` do not say what is to become of them.
    """
    drafted = draft(settle(survey(directory, given, options), today), options, today)
    result = dataclasses.replace(drafted, outcomes=resolved(drafted, options))
    return result if options.dry_run else finish(result, () if options.force else tuple(result.shadowed.values()))


def finish(result: Result, shadowed: Sequence[str] = ()) -> Result:
    """Writes what is to be written, and says so in the result.

    Raises Conflict, before anything is written, for outcomes that are conflicts, and for files that would be
    `shadowed`.
    """
    conflicts = [outcome for outcome in result.outcomes if outcome.what == "conflict"]
    if conflicts:
        raise Conflict(
            f"Nothing is written: {language.listed([outcome.path for outcome in conflicts])} would change.",
            "Add --force to overwrite it, --keep to leave it, --merge where that can be; --diff shows every change.",
            "".join(map(diff, conflicts)),
        )
    if shadowed:
        remedy = "Take over what you need from it, and remove it; or add --force to have both."
        raise Conflict(f"Nothing is written: {' '.join(shadowed)}", remedy, "")
    write.put(result.project.root, result.outcomes)
    return dataclasses.replace(result, written=True)


def resolved(result: Result, options: Options) -> tuple[Outcome, ...]:
    """The outcomes, conflicts settled as the options say; where there is nothing new, the user's file is kept."""
    if all(outcome.what != "conflict" for outcome in result.outcomes):
        return result.outcomes
    said = [how for how in ("merge", "keep", "force") if getattr(options, how)]
    texts = lock.load_lock(result.project).texts

    def settled(outcome: Outcome) -> Outcome:
        last = texts.get(outcome.path)
        return resolve(outcome, said or (["keep"] if last == outcome.after else []), last)

    return tuple(map(settled, result.outcomes))


def images(given: Given, options: Options, today: datetime.date) -> tuple[tuple[Row, ...], pins.Pins]:
    """The images of a language, or of all when none is said, and what came of pinning each.

    `given` are checked answers. Raises ScaffoldError for settings that cannot be followed.
    """
    from scaffold import overview

    layers = (Layer(FLAGS, given), settings.from_environment(os.environ), settings.from_user())
    answers, _ = ask.answers((), layers, Found("images", ""))
    chosen = found(layers, "language")
    rows = overview.wanted((chosen.value,) if chosen else LANGUAGES)
    asked = dataclasses.replace(request(answers, options), versions=True)
    return rows, pins.ask([row.image for row in rows], asked, today)
