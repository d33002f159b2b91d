"""The commands with their flags, made from the table of questions, and the values of flags as checked answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from scaffold.help import Command, Example, Groups
from scaffold.questions import BY_KEY, QUESTIONS, Given, Question

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

ANSWERS, SERVICES, IMAGES, FILES, CHECKS, OUTPUT = (
    *("Answers", "Services", "Images and pins", "Files", "Findings", "Output"),
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
}
"""The flags that `update` alone has."""

OF_IMAGES = ("language", "registry-mirror", "platform", "mirror-fallback")
"""The questions that `images` asks too."""

EXAMPLES = {
    "": (
        Example("dockerscaffold new", "Write the container files of the project in this directory."),
        Example("dockerscaffold new --diff", "See what would change before anything does."),
        Example("dockerscaffold images --language go", "See what the images of a Go program stand on."),
    ),
    "new": (
        Example("dockerscaffold new", "Go by what this directory shows."),
        Example("dockerscaffold new --tier scratch --port 8080", "Answer two of the questions yourself."),
        Example(
            "dockerscaffold new --yes --offline --json > result.json",
            "In a script: no question, no network, the result as JSON.",
        ),
    ),
    "update": (
        Example(
            "dockerscaffold update", "Join what is new with your edits, after you changed answers, or just in time."
        ),
        Example("dockerscaffold update --pins --diff", "See which images are newer, and change nothing."),
        Example("dockerscaffold update --templates --offline", "After an upgrade of dockerscaffold: leave the pins."),
    ),
    "check": (
        Example("dockerscaffold check", "See what weakens the files, and what they have fallen behind of."),
        Example("dockerscaffold check --offline --fail-on error", "Before each commit: quick, and for what is grave."),
        Example("dockerscaffold check --offline --sarif > check.sarif", "For a code scanner's page."),
    ),
    "images": (
        Example("dockerscaffold images", "See all images, with what the registries have today."),
        Example("dockerscaffold images --language go", "See those of one language."),
        Example("dockerscaffold images --offline --json > images.json", "Keep what the catalogue has, digests whole."),
    ),
    "schema": (
        Example("dockerscaffold schema", "Look at it."),
        Example("dockerscaffold schema > .dockerscaffold.schema.json", "Have an editor check and complete answers."),
        Example("dockerscaffold schema | grep -A 9 '\"tier\"'", "See what one question takes."),
    ),
    "completion": (
        Example(
            """echo 'eval "$(dockerscaffold completion bash)"' >> ~/.bashrc""",
            "Install it for bash (4.4 or later).",
        ),
        Example(
            """echo 'eval "$(dockerscaffold completion zsh)"' >> ~/.zshrc""",
            "Install it for zsh, below the line that calls compinit.",
        ),
        Example(
            "dockerscaffold completion fish > ~/.config/fish/completions/dockerscaffold.fish", "Install it for fish."
        ),
    ),
}
"""Of each command, and under an empty name of all of them."""


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
        IMAGES: [*_switches(IMAGES), _timeout()],
        FILES: [
            *(_switch(name, text) for name, text in OF_UPDATE.items()),
            *(_switch(name, FLAGS[FILES][name]) for name in ("dry-run", "diff", "keep", "force")),
        ],
        OUTPUT: [_switch(name, FLAGS[OUTPUT][name]) for name in ("json", "quiet", "verbose", "no-color")],
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
    from scaffold.findings import LEVELS, RULES

    only = click.Option(
        ["--only"], metavar="RULE", multiple=True, help="Look for this rule; as often as there are.", type=_Known(RULES)
    )
    fail = click.Option(
        ["--fail-on"], metavar="LEVEL", default=LEVELS[1], help="error, warning (default) or note.", type=_Known(LEVELS)
    )
    groups: Groups = {
        CHECKS: [only, fail],
        IMAGES: [*_switches(IMAGES), _timeout()],
        OUTPUT: [
            _switch("json", "Give the findings, or the error, as JSON."),
            _switch("sarif", "Give the findings as SARIF 2.1.0, for code scanners."),
            *(_switch(name, FLAGS[OUTPUT][name]) for name in ("quiet", "no-color")),
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
        OUTPUT: [_switch(name, FLAGS[OUTPUT][name]) for name in ("json", "no-color")],
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


class _Known(click.ParamType[str]):
    """One of some words; another one is an error that names the nearest."""

    name = "word"

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it is; raises ScaffoldError for an unknown one."""
        if value not in self.words:
            from scaffold.values import nearest

            raise nearest(str(value), self.words, f"value of {param.opts[0] if param else 'it'}")
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


def given(values: dict[str, Any]) -> Given:
    """What flags say, as checked answers by key; raises ScaffoldError for what does not fit."""
    found: dict[str, str | tuple[str, ...]] = {}
    for key, question in BY_KEY.items():
        value = values.get(key.replace("-", "_"))
        if value is not None and value != ():
            found[key] = tuple(map(question.check, value)) if question.several else question.check(str(value))
    return found


def services(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The names and directories in values of `--service`; raises ScaffoldError for what is none."""
    from scaffold.errors import ScaffoldError

    found: dict[str, str] = {}
    for name, directory in map(_service, texts):
        if found.setdefault(name, directory) != directory:
            raise ScaffoldError(f"--service gives {name} two directories: {found[name]} and {directory}.", "Give one.")
    return tuple(found.items())


def _service(text: str) -> tuple[str, str]:
    from scaffold import tables
    from scaffold.errors import ScaffoldError

    name, equals, directory = text.partition("=")
    if not equals:
        raise ScaffoldError(f"{text!r} names no directory.", "Write it as --service web=. or --service api=server.")
    # As a shell completes it.
    if directory.strip("/"):
        directory = directory.removeprefix("./").rstrip("/") or "."
    return name, tables.directory(name, directory, "--service")


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
