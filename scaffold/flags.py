"""The commands with their flags, made from the table of questions, and the values of flags as checked answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from scaffold.questions import BY_KEY, QUESTIONS, Given, Question

EXAMPLES = """
\b
Examples:
  dockerscaffold new                              what this directory shows
  dockerscaffold new --tier scratch --port 8080   with answers of your own
  dockerscaffold new --yes --language go --json   from a script
"""

IMAGES_EXAMPLES = """
\b
Examples:
  dockerscaffold images                             all of them
  dockerscaffold images --language go               one language
  dockerscaffold images --offline --json            what the catalogue has
"""

SCHEMA_EXAMPLES = """
\b
Examples:
  dockerscaffold schema                                  to look at
  dockerscaffold schema > .dockerscaffold.schema.json    for an editor
"""

OF_IMAGES = ("language", "registry-mirror", "platform", "mirror-fallback")
"""The questions that `images` asks too."""

ASKING = {
    "offline": "Pin from the catalogue that came with this version, and ask no registry.",
    "refresh": "Ask the registries for all, also for what the cache has from minutes ago.",
}
"""Flags of all commands that ask registries."""

FLAGS = {
    "yes": "Take what is detected and the defaults, and ask nothing.",
    "dry-run": "Write nothing; say what would be written.",
    "diff": "Write nothing; show what would change as a unified diff.",
    "json": "Give the result, or the error, as JSON.",
    "merge": "Of files that differ, merge those where that is safe.",
    "keep": "Keep files that differ as they are.",
    "force": "Overwrite files that differ.",
    "show-sources": "Show where each answer is from.",
    "plain": "Ask line by line, with nothing on the screen that moves.",
    "quiet": "Say nothing but warnings and errors, and ask nothing.",
    "verbose": "Say more: each answer's source, each pin's digest, each request.",
    "no-color": "No colour, as with NO_COLOR; FORCE_COLOR has it in pipes too.",
}


def new(callback: Callable[..., None]) -> click.Command:
    """The command `new`, which has a flag for every question."""
    params: list[click.Parameter] = [click.Argument(["directory"], default=".", metavar="[DIR]")]
    params += map(_option, QUESTIONS)
    params.append(click.Option(["--answers"], metavar="FILE", help="Read answers as TOML or JSON; - for stdin."))
    named = "A service and its directory, as api=server; as often as there are services."
    params.append(click.Option(["--service"], metavar="NAME=DIR", multiple=True, help=named))
    params += _asking()
    params += [click.Option([f"--{name}"], is_flag=True, help=text) for name, text in FLAGS.items()]
    text = "Write the container files of the project in DIR (this directory unless told otherwise).\n" + EXAMPLES
    return click.Command("new", params=params, callback=callback, help=text, short_help="Write the container files.")


def images(callback: Callable[..., None]) -> click.Command:
    """The command `images`."""
    params: list[click.Parameter] = [_option(BY_KEY[key]) for key in OF_IMAGES]
    params += [*_asking(), click.Option(["--json"], is_flag=True, help="Give the result, or the error, as JSON.")]
    text = "Show the images of each language and tier, their pins and ends of life; write nothing.\n" + IMAGES_EXAMPLES
    return click.Command("images", params=params, callback=callback, help=text, short_help="Show images and pins.")


def schema(callback: Callable[..., None]) -> click.Command:
    """The command `schema`."""
    text = "Print the JSON schema of the answers, of .dockerscaffold.toml and of --answers files.\n" + SCHEMA_EXAMPLES
    return click.Command("schema", callback=callback, help=text, short_help="Print the answers' JSON schema.")


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


def _option(question: Question) -> click.Option:
    if question.switch:
        return click.Option([f"--{question.key}/--no-{question.key}"], default=None, help=question.help)
    name, several = f"--{question.key}", question.several
    return click.Option([name], metavar=question.metavar, help=question.help, multiple=several)


def _asking() -> list[click.Parameter]:
    seconds = click.FloatRange(0.1, 600)
    text = "How long all registries together may take (default 10)."
    return [
        *(click.Option([f"--{name}"], is_flag=True, help=text) for name, text in ASKING.items()),
        click.Option(["--timeout"], type=seconds, default=10.0, metavar="SECONDS", help=text, callback=_number),
    ]


def _number(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if value != value:  # `nan`, which no range is without
        raise click.BadParameter("it is no number.")
    return value
