"""`new` for a person at a terminal: what was found, the questions that are left, a menu, and nothing written before."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold import answering, commands, state
from scaffold.compare import diff, resolve
from scaffold.draft import Result, Settled, draft, settle
from scaffold.errors import Cancelled, ScaffoldError, Transient
from scaffold.prompts import Back, Choice, Prompts
from scaffold.survey import Options, Survey, survey

if TYPE_CHECKING:
    import datetime

    from scaffold.model import Outcome
    from scaffold.questions import Given

WRITE, PREVIEW, CHANGE, AGAIN, CANCEL = "write", "preview", "change", "again", "cancel"

MENU = (
    Choice(WRITE, "Write the files"),
    Choice(PREVIEW, "Preview the files"),
    Choice(CHANGE, "Change an answer"),
    Choice(AGAIN, "Start over"),
    Choice(CANCEL, "Cancel"),
)

WAYS = {"merge": "Merge", "keep": "Keep yours", "force": "Replace it"}
SHOW = "show"


class _Again(Exception):
    """The user wants to start over."""


@dataclasses.dataclass(frozen=True)
class Wizard:
    """A conversation: `prompts` asks, `say` prints sentences, `show` a file or diff, `summary` is a text of answers."""

    prompts: Prompts
    say: Callable[[str], None]
    show: Callable[[str], None]
    summary: Callable[[Settled], str]
    options: Options
    today: datetime.date
    draft: Callable[[Settled, Options, datetime.date], Result] = draft

    def run(self, directory: str, given: Given) -> Result:
        """What the user wants written, every conflict settled; nothing is written yet. `given` are checked answers.

        Raises Cancelled, KeyboardInterrupt and EOFError, and ScaffoldError for what no answer could mend.
        """
        while True:
            try:
                return self._conversation(survey(directory, given, self.options))
            except _Again:
                self.say("")

    def _conversation(self, now: Survey) -> Result:
        """Each step that has something to ask, back to the one before when that is wanted, then the menu."""
        asking = answering.Asking(self.prompts, self.say, self._found, self.today)
        past: list[tuple[int, Survey]] = []
        index = 0
        while True:
            steps = asking.steps(now)
            try:
                if index == len(steps):
                    result, now = self._menu(now, asking)
                    if result:
                        return result
                    raise Back
                step = steps[index]
                after = step.ask(now) if step.needed(now) else None
            except Back:
                if past:
                    index, before = past.pop()
                    # What was answered since stays, unless it answers what is asked again.
                    now = now if steps[index].needed(now) else before
                continue
            if after:
                past.append((index, now))
                now = after
            index += 1

    def _found(self, now: Survey) -> Settled | None:
        """The answers as they are, shown with their sources; None, with the reason said, where they do not fit."""
        try:
            settled = settle(now, self.today)
        except ScaffoldError as error:
            self._wrong(error)
            return None
        self.say(f"{self.summary(settled)}\n")
        return settled

    def _wrong(self, error: ScaffoldError) -> None:
        self.say(f"error: {error.fact}\n  {error.remedy}")

    def _menu(self, now: Survey, asking: answering.Asking) -> tuple[Result | None, Survey]:
        """What the user wants written, None where the question before is wanted, and the answers as they are then."""
        fits = self._fits(now)
        while True:
            menu = [choice for choice in MENU if fits or choice.value not in (WRITE, PREVIEW)]
            try:
                wanted = self.prompts.select("Ready" if fits else "What now", menu, kept=False)
            except Back:
                return None, now
            if wanted == CANCEL:
                raise Cancelled
            if wanted == AGAIN:
                raise _Again
            try:
                if wanted == CHANGE:
                    now = asking.change(now)
                    fits = self._found(now) is not None
                    continue
                result = self.draft(settle(now, self.today), self.options, self.today)
                if wanted == WRITE:
                    return self._settled(result), now
                self._preview(result)
            except Back:
                continue
            except ScaffoldError as error:
                self._wrong(error)
                # What failed today may go well the next time.
                fits = isinstance(error, Transient)

    def _fits(self, now: Survey) -> bool:
        """Whether all answers fit; where they do not, the reason is said."""
        try:
            settle(now, self.today)
        except ScaffoldError as error:
            self._wrong(error)
            return False
        return True

    def _preview(self, result: Result) -> None:
        """Shows one file after the other, until Back."""
        texts = {outcome.path: outcome for outcome in result.outcomes}
        files = [Choice(path, path, _about(outcome)) for path, outcome in texts.items()]
        path = files[0].value
        while True:
            path = self.prompts.select("Preview", [*files, Choice("", "Back to the menu")], path, kept=False)
            if not path:
                raise Back
            self.show(f"--- {path}\n{texts[path].after}")

    def _settled(self, result: Result) -> Result:
        """The result with every conflict settled by the user."""
        if result.shadowed and not self.options.force:
            self.say("\n".join(result.shadowed))
            both = [Choice("", "Back to the menu"), Choice("both", "Have both files")]
            if not self.prompts.select("Write all the same", both):
                raise Back
        texts = state.load_lock(result.project).texts
        outcomes = {outcome.path: outcome for outcome in commands.resolved(result, self.options)}
        waiting = [outcome for outcome in outcomes.values() if outcome.what == "conflict"]
        index = 0
        while index < len(waiting):
            outcome = waiting[index]
            try:
                outcomes[outcome.path] = self._conflict(outcome, texts)
                index += 1
            except Back:
                if index == 0:
                    raise
                index -= 1
        return dataclasses.replace(result, outcomes=tuple(outcomes.values()))

    def _conflict(self, outcome: Outcome, texts: Mapping[str, str]) -> Outcome:
        self.show(diff(outcome))
        ways = {how: resolve(outcome, [how], texts.get(outcome.path)) for how in WAYS}
        while True:
            choices = _ways(ways, known=outcome.path in texts)
            wanted = self.prompts.select(f"{outcome.path} is there and differs", choices)
            if wanted == CANCEL:
                raise Cancelled
            if wanted == SHOW:
                self.show(f"--- {outcome.path}\n{outcome.after}")
                continue
            return ways[wanted]


def _ways(ways: Mapping[str, Outcome], known: bool) -> Sequence[Choice]:
    """What can become of a file; `known` is whether what was written there last is."""
    reason = "both changed the same lines" if known else "what was written there last is not known"
    impossible = reason if ways["merge"].what == "conflict" else ""
    return (
        Choice("merge", WAYS["merge"], "yours, with what is new", impossible),
        Choice("keep", WAYS["keep"], "it stays as it is"),
        Choice("force", WAYS["force"], "yours is gone"),
        Choice(SHOW, "Show the new file"),
        Choice(CANCEL, "Cancel", "nothing is written"),
    )


def _about(outcome: Outcome) -> str:
    words = {"created": "new", "unchanged": "as it is"}
    return f"{outcome.after.count(chr(10))} lines, {words.get(outcome.what, 'would change')}"
