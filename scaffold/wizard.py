"""`new` for a person at a terminal: what was found, the questions that are left, a menu, and nothing written before."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from scaffold import answering, commands, lock
from scaffold.compare import diff, resolve
from scaffold.conflicts import CANCEL, SHOW, STOP, WAYS, chosen, each
from scaffold.draft import Result, Settled, draft, recipes, settle
from scaffold.errors import Cancelled, ScaffoldError
from scaffold.prompts import Back, Choice, Prompts
from scaffold.survey import Options, Survey, survey

if TYPE_CHECKING:
    import datetime

    from scaffold.answering import Known
    from scaffold.facts import Found
    from scaffold.model import Outcome
    from scaffold.questions import Given

WRITE, PREVIEW, CHANGE, OFFLINE, AGAIN = "write", "preview", "change", "offline", "again"
MENU = {
    WRITE: "Write the files",
    PREVIEW: "Preview the files",
    CHANGE: "Change an answer",
    OFFLINE: "Pin from the catalogue, and ask no registry",
    AGAIN: "Start over",
    CANCEL: "Cancel",
}
FILES = (WRITE, PREVIEW)
"""What there is no use in as long as the answers do not fit."""

BOTH, SKIP = "both", "skip"


class Past(NamedTuple):
    """What was asked, by its step's name, and what was known before."""

    name: tuple[str, ...]
    before: Survey


@dataclasses.dataclass(frozen=True)
class Wizard:
    """A conversation: `prompts` asks, `say` prints sentences, `show` a file, `diff` a diff.

    `summary` is a text of what is known of services. `draft` makes the files.
    """

    prompts: Prompts
    say: Callable[[str], None]
    show: Callable[[str], None]
    diff: Callable[[str], None]
    summary: Callable[[Survey, Mapping[str, Known]], str]
    options: Options
    today: datetime.date
    draft: Callable[[Settled, Options, datetime.date], Result] = draft

    def run(self, directory: str, given: Given) -> Result:
        """What the user wants written, every conflict settled; nothing is written yet. `given` are checked answers.

        Raises Cancelled, KeyboardInterrupt and EOFError, and ScaffoldError for what no answer could mend.
        """
        while not (result := self._conversation(survey(directory, given, self.options))):
            self.say("")
        return result

    def _conversation(self, now: Survey) -> Result | None:
        """Each question that is to be asked, then the menu, and back to the one before; None to start over."""
        past: list[Past] = []
        shown = ""
        options = self.options
        while True:
            asked = {one.name for one in past}
            step = next(answering.steps(now, asked), None)
            if step is None or step.name[0] in ("tier", "port"):
                shown = self._summary(now, shown, again=not past or past[-1].name[0] not in ("tier", "port"))
            try:
                if step:
                    after = step.ask(now, self.prompts, self.say)
                    past.append(Past(step.name, now))
                    now = after
                    continue
                wanted = self._menu(now, options)
                if wanted == AGAIN:
                    return None
                if wanted == OFFLINE:
                    options = dataclasses.replace(options, offline=True)
                elif wanted == CHANGE:
                    with contextlib.suppress(Back):  # the menu comes again, and nothing is undone
                        after = answering.change(now, self.prompts, self.say, self._whole(now))
                        past.append(Past((CHANGE, str(len(past))), now))
                        now = after
                elif result := self._files(now, options, wanted == WRITE):
                    return result
            except Back:
                if past:
                    last = past.pop()
                    # What was answered to these is offered when they are asked again.
                    now = now if last.name == ("tier",) or last.name[0] == "port" else last.before

    def _summary(self, now: Survey, shown: str, again: bool) -> str:
        """Shows what is known of the services when nothing was shown yet, or `again` and it is something else."""
        known = answering.services(now)
        text = self.summary(now, known) if known else ""
        if text and text != shown and (again or not shown):
            self.say(f"{text}\n")
            return text
        return shown

    def _menu(self, now: Survey, options: Options) -> str:
        """What is to be done; what is wrong with the answers is said each time. Raises Cancelled."""
        choices = dict(MENU)
        if options.offline:
            del choices[OFFLINE]
        wrong = self._wrong(now)
        if wrong:
            self._told(wrong)
            choices = {what: title for what, title in choices.items() if what not in FILES}
        titles = [Choice(what, title) for what, title in choices.items()]
        wanted = self.prompts.select("What now" if wrong else "Ready", titles, kept=False)
        if wanted == CANCEL:
            raise Cancelled
        return wanted

    def _wrong(self, now: Survey) -> ScaffoldError | None:
        try:
            recipes(settle(now, self.today))
        except ScaffoldError as error:
            return error
        return None

    def _told(self, error: ScaffoldError) -> None:
        self.say(f"error: {error.fact}\n  {error.remedy}")

    def _whole(self, now: Survey) -> Mapping[str, Found]:
        try:
            return settle(now, self.today).sources[""]
        except ScaffoldError:
            return {}

    def _files(self, now: Survey, options: Options, write: bool) -> Result | None:
        """The files settled, when they are to be written; None after they were only looked at, or cannot be had."""
        try:
            result = self.draft(settle(now, self.today), options, self.today)
            if write:
                return self._settled(result)
        except ScaffoldError as error:
            self._told(error)
            return None
        self._preview(result)
        return None

    def _preview(self, result: Result) -> None:
        """Shows one file after the other, as long as wanted."""
        texts = {outcome.path: outcome for outcome in result.outcomes}
        files = [Choice(path, path, _about(outcome)) for path, outcome in texts.items()]
        path = files[0].value
        while True:
            try:
                path = self.prompts.select("Preview", [*files, Choice(CANCEL, "Back to the menu")], path, kept=False)
            except Back:
                return
            if path == CANCEL:
                return
            self.show(f"--- {path}\n{texts[path].after}")

    def _settled(self, result: Result) -> Result | None:
        """The result with every conflict settled by the user; None when they go back to the menu."""
        texts = lock.load_lock(result.project).texts
        outcomes = {outcome.path: outcome for outcome in commands.resolved(result, self.options)}
        asking = [outcome for outcome in outcomes.values() if outcome.what == "conflict"]
        asking += [outcomes[path] for path in result.shadowed if not self.options.force]

        def ask(outcome: Outcome) -> Outcome | None:
            if outcome.what == "conflict":
                return self._conflict(outcome, texts)
            return self._shadow(outcome, result.shadowed[outcome.path])

        answers = each(asking, ask)
        if answers is None:
            return None
        settled = {outcome.path: answer for outcome, answer in zip(asking, answers, strict=True)}
        made = tuple(one for path, outcome in outcomes.items() if (one := settled.get(path, outcome)))
        return dataclasses.replace(result, outcomes=made)

    def _conflict(self, outcome: Outcome, texts: Mapping[str, str]) -> Outcome:
        self.diff(diff(outcome))
        ways = {how: resolve(outcome, [how], texts.get(outcome.path)) for how in WAYS}
        choices = _ways(ways, known=outcome.path in texts)
        return ways[self._chosen(f"{outcome.path} is there and differs", choices, outcome)]

    def _shadow(self, outcome: Outcome, sentence: str) -> Outcome | None:
        """The outcome, or None when the file is left out; `sentence` says which file of the user's it would hide."""
        self.say(sentence)
        choices = (Choice(SKIP, f"Leave {outcome.path} out"), Choice(BOTH, "Write it all the same"))
        return None if self._chosen(f"{outcome.path} is new and hides yours", choices, outcome) == SKIP else outcome

    def _chosen(self, message: str, choices: Sequence[Choice], outcome: Outcome) -> str:
        all_of_them = (*choices, Choice(SHOW, "Show the new file"), STOP)
        return chosen(self.prompts, message, all_of_them, lambda: self.show(f"--- {outcome.path}\n{outcome.after}"))


def _ways(ways: Mapping[str, Outcome], known: bool) -> Sequence[Choice]:
    """What can become of a file; `known` is whether what was written there last is."""
    reason = "both changed the same lines" if known else "what was written there last is not known"
    impossible = reason if ways["merge"].what == "conflict" else ""
    return (
        Choice("merge", WAYS["merge"], "yours, with what is new", impossible),
        Choice("keep", WAYS["keep"], "it stays as it is"),
        Choice("force", WAYS["force"], "yours is gone"),
    )


def _about(outcome: Outcome) -> str:
    lines = outcome.after.count("\n")
    what = {"created": "new", "unchanged": "unchanged"}.get(outcome.what, "would change")
    return f"{lines} lines, {what}"
