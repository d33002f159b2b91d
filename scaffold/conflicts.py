"""Asks a person what is to become of files in which two sides differ, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from scaffold import updating
from scaffold.compare import diff
from scaffold.errors import Cancelled
from scaffold.prompts import Back, Choice

if TYPE_CHECKING:
    from scaffold.prompts import Prompts

SHOW, CANCEL = "show", "cancel"
STOP = Choice(CANCEL, "Cancel", "nothing is written")
WAYS = {"merge": "Merge", "keep": "Keep yours", "force": "Replace it"}

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def each(asking: Sequence[Asked], ask: Callable[[Asked], Answer]) -> list[Answer] | None:
    """What is answered about each; who goes back is asked about the one before. None when they go back from the first.

    Raises what `ask` does, but for Back.
    """
    answers: list[Answer] = []
    while len(answers) < len(asking):
        try:
            answers.append(ask(asking[len(answers)]))
        except Back:
            if not answers:
                return None
            answers.pop()
    return answers


def chosen(prompts: Prompts, message: str, choices: Sequence[Choice], show: Callable[[], None]) -> str:
    """The value of a choice, after something was shown as often as wanted; raises Cancelled, and what `prompts` do."""
    while True:
        wanted = prompts.select(message, choices)
        if wanted == CANCEL:
            raise Cancelled
        if wanted != SHOW:
            return wanted
        show()


def settled(
    prompts: Prompts, show: Callable[[str], None], made: Sequence[updating.Joined]
) -> Sequence[updating.Joined]:
    """The files of an update, conflicts as the user wants them; `show` prints a diff.

    Raises Cancelled, KeyboardInterrupt and EOFError when the user leaves, or goes back from the first question.
    """
    asking = [one for one in made if one.conflicts or one.unfounded]
    answers = each(asking, lambda one: updating.settled(one, _way(prompts, show, one)))
    if answers is None:
        raise Cancelled
    by_path = {one.outcome.path: one for one in answers}
    return [by_path.get(one.outcome.path, one) for one in made]


UNFOUNDED = (
    Choice("merge", WAYS["merge"], "yours and ours, with all that differs between marks"),
    Choice("keep", WAYS["keep"], "it stays as it is"),
    Choice("force", WAYS["force"], "yours is gone"),
)
"""What can become of a file that nothing is known about from before."""
CONFLICTING = (
    Choice("merge", "Leave marks", "for you to choose between, in the file"),
    Choice("keep", "Keep yours", "where they conflict; the rest is merged"),
    Choice("force", "Take ours", "where they conflict; the rest is merged"),
)


def _way(prompts: Prompts, show: Callable[[str], None], one: updating.Joined) -> str:
    path, ours = one.outcome.path, dataclasses.replace(one.outcome, after=one.ours)
    show(diff(one.outcome))
    message = f"{path}: its text in the lock was changed" if one.unfounded else f"{path}: yours and ours conflict"
    choices = (*(UNFOUNDED if one.unfounded else CONFLICTING), Choice(SHOW, "Show how they differ"), STOP)
    return chosen(prompts, message, choices, lambda: show(diff(ours)))
