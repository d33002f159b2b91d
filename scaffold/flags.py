"""The commands with their flags, made from the table of questions, and the values of flags as checked answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from scaffold.command_examples import EXAMPLES
from scaffold.help import Command, Groups
from scaffold.questions import BY_KEY, QUESTIONS, Question

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

ANSWERS, SERVICES, CONFLICTS, IMAGES, FILES, CHECKS, OUTPUT = (
    *("Answers", "Services", "Conflicts", "Images and pins", "Files", "Findings", "Output"),
)
"""The headings of help, in their order."""

FLAGS = {
    ANSWERS: {
        "yes": "Take what is detected and the defaults, and ask nothing.",
        "plain": "Ask line by line, with nothing on the screen that moves.",
    },
    IMAGES: {
        "offline": "Pin from the catalogue that came with this version, and ask no registry.",
        "refresh": "Ask the registries for all, also for what the cache has from minutes ago.",
    },
    FILES: {
        "dry-run": "Write nothing; say what would be written.",
        "diff": "Write nothing; show what would change as a unified diff.",
        "merge": "Of files that differ, merge those where that is safe.",
        "keep": "Keep files that differ as they are.",
        "force": "Overwrite files that differ.",
        "probe": "Build and run it with Docker, and add what it has to write to.",
    },
    OUTPUT: {
        "json": "Give the result, or the error, as JSON.",
        "show-sources": "Show where each answer is from.",
        "quiet": "Say nothing but warnings and errors, and ask nothing.",
        "verbose": "Say more: answers' sources, whole pins, docker run lines, requests.",
        "no-color": "No colour, as with NO_COLOR; FORCE_COLOR has it in pipes too.",
    },
}
"""The flags of `new` that take no value, by heading; all commands that ask registries have those about images."""

OF_UPDATE = {
    "pins": "Move the pins alone.",
    "templates": "Take over what is new in dockerscaffold alone, on the pins of the lock.",
    "restore": "Write again what was deleted.",
    "abort": "Take back an update whose conflicts are not resolved.",
    "merge": "Merge files of which the lock's text was changed, all that differs between marks.",
    "keep": "Keep these, and of conflicts your lines.",
    "force": "Replace these, and take the new lines of conflicts; with --abort, take back also what was edited since.",
}
"""The flags that `update` alone has."""

OF_IMAGES = ("language", "registry-mirror", "platform", "mirror-fallback")
"""The questions that `images` asks too."""


def new(callback: Callable[..., None]) -> Command:
    """The command `new`, which has a flag for every question."""
    answers = click.Option(
        ["--answers"], metavar="FILE", help="Read answers as TOML or JSON; - for stdin.", shell_complete=_complete
    )
    service = click.Option(
        ["--service"],
        metavar="NAME=DIR",
        multiple=True,
        help="A service and its directory, as api=server; as often as there are services.",
        shell_complete=_complete,
    )
    groups: Groups = {
        ANSWERS: [*_asked(QUESTIONS, ANSWERS), answers, *_switches(ANSWERS)],
        SERVICES: [service],
        IMAGES: [*_asked(QUESTIONS, IMAGES), *_switches(IMAGES), _timeout()],
        FILES: _switches(FILES),
        OUTPUT: _switches(OUTPUT),
    }
    return Command(
        "new",
        callback,
        groups,
        EXAMPLES["new"],
        [_directory()],
        help="Write the container files of the project in DIR (this directory unless told otherwise).",
        short_help="Write the container files of a project.",
    )


def update(callback: Callable[..., None]) -> Command:
    """The command `update`."""
    groups: Groups = {
        CONFLICTS: [_switch("yes", "Ask nothing: leave marks."), _switch("plain", FLAGS[ANSWERS]["plain"])],
        IMAGES: [*_switches(IMAGES), _timeout()],
        FILES: [
            *(_switch(name, text) for name, text in OF_UPDATE.items()),
            *(_switch(name, FLAGS[FILES][name]) for name in ("dry-run", "diff")),
        ],
        OUTPUT: [
            *(_switch(name, FLAGS[OUTPUT][name]) for name in ("json", "quiet")),
            _switch("verbose", "Show the requests to registries too."),
            _switch("no-color", FLAGS[OUTPUT]["no-color"]),
        ],
    }
    return Command(
        "update",
        callback,
        groups,
        EXAMPLES["update"],
        [_directory()],
        help="Make the files of the project in DIR anew from its saved answers, and join them with your edits.",
        short_help="Make the files anew, and keep your edits.",
    )


def check(callback: Callable[..., None]) -> Command:
    """The command `check`."""
    from scaffold.rules import LEVELS, RULES
    from scaffold.usage import Known

    only = click.Option(
        ["--only"], metavar="RULE", multiple=True, help="Look for this rule; as often as there are.", type=Known(RULES)
    )
    fail = click.Option(
        ["--fail-on"], metavar="LEVEL", default=LEVELS[1], help="error, warning (default) or note.", type=Known(LEVELS)
    )
    sarif = click.Option(
        ["--sarif-file"], metavar="FILE", help="Write them as SARIF to this file too.", shell_complete=_complete
    )
    groups: Groups = {
        CHECKS: [only, fail],
        IMAGES: [
            _switch("offline", "Ask no registry: that images are newer is not seen then."),
            _switch("refresh", FLAGS[IMAGES]["refresh"]),
            _timeout(),
        ],
        OUTPUT: [
            _switch("json", "Give the findings, or the error, as JSON."),
            _switch("sarif", "Give the findings as SARIF 2.1.0, for code scanners."),
            sarif,
            _switch("quiet", "Say no more than a line for each finding."),
            _switch("no-color", FLAGS[OUTPUT]["no-color"]),
        ],
    }
    return Command(
        "check",
        callback,
        groups,
        EXAMPLES["check"],
        [_directory()],
        help="Look for what weakens the container files of the project in DIR, and what they have fallen behind of.",
        short_help="Look for weakened and outdated files.",
    )


def images(callback: Callable[..., None]) -> Command:
    """The command `images`."""
    questions = [BY_KEY[key] for key in OF_IMAGES]
    groups: Groups = {
        ANSWERS: _asked(questions, ANSWERS),
        IMAGES: [*_asked(questions, IMAGES), *_switches(IMAGES), _timeout()],
        OUTPUT: [_switch(name, FLAGS[OUTPUT][name]) for name in ("json", "quiet", "no-color")],
    }
    return Command(
        "images",
        callback,
        groups,
        EXAMPLES["images"],
        help="Show the images of each language and tier, their pins and ends of life; write nothing.",
        short_help="Show the images, their pins and ends of life.",
    )


def schema(callback: Callable[..., None]) -> Command:
    """The command `schema`."""
    return Command(
        "schema",
        callback,
        {},
        EXAMPLES["schema"],
        help="Print the JSON schema of the answers, of .dockerscaffold.toml and of --answers files.",
        short_help="Print the JSON schema of the answers.",
    )


def completion(callback: Callable[..., None]) -> Command:
    """The command `completion`."""
    return Command(
        "completion",
        callback,
        {},
        EXAMPLES["completion"],
        [click.Argument(["shell"], metavar="SHELL", shell_complete=_complete)],
        help="Print the script by which SHELL (bash, zsh or fish) completes commands, flags and their values.",
        short_help="Print the completion script of a shell.",
    )


def _directory() -> click.Argument:
    return click.Argument(["directory"], default=".", metavar="[DIR]", shell_complete=_complete)


def _asked(questions: Iterable[Question], heading: str) -> list[click.Parameter]:
    """The flags of the questions below this heading: what is asked once, for any project, is about its images."""
    about_images = heading == IMAGES
    return [_option(each) for each in questions if (each.whole and each.personal) == about_images]


def _option(question: Question) -> click.Parameter:
    if question.switch:
        return click.Option([f"--{question.key}/--no-{question.key}"], default=None, help=question.help)
    return click.Option(
        [f"--{question.key}"],
        metavar=question.metavar,
        help=question.help,
        multiple=question.several,
        shell_complete=_complete,
    )


def _switches(heading: str) -> list[click.Parameter]:
    return [_switch(name, text) for name, text in FLAGS[heading].items()]


def _switch(name: str, text: str) -> click.Parameter:
    return click.Option([f"--{name}"], is_flag=True, help=text)


def _timeout() -> click.Parameter:
    seconds = click.FloatRange(0.1, 600)
    text = "How long all registries together may take, 0.1 to 600 (default 10)."
    return click.Option(["--timeout"], type=seconds, default=10.0, metavar="SECONDS", help=text, callback=_number)


def _number(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if value != value:  # `nan`, which no range is without
        raise click.BadParameter("it is no number.")
    return value


def _complete(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from scaffold import completion

    return completion.values(context, parameter, begun)
