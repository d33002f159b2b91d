"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from scaffold import __version__

if TYPE_CHECKING:
    from scaffold.commands import Result
    from scaffold.errors import ScaffoldError
    from scaffold.questions import Question

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
    "force": "Overwrite files that differ.",
}


class Lazy(click.Group):
    """Builds a command's flags only when it is called, so that `--version` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return ["new", "images"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        made = {"new": _new, "images": _images}.get(cmd_name)
        return made() if made else None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Writes hardened container files for Node, Go and Python projects."""


def run() -> None:
    """The program: runs a command and turns what it raises into a message and an exit code."""
    import gc

    # All this ends within a blink and leaves few cycles: looking for them takes a sixth of the time.
    gc.disable()
    try:
        code = _run()
    except OSError as error:
        if error.filename is not None:  # of a stream's error there is none
            raise
        _say_error(f"The output cannot be written ({error.strerror}).")
        code = 2
    except KeyboardInterrupt:
        code = 130
    gc.freeze()
    sys.exit(code)


def _run() -> int:
    from scaffold.errors import Conflict, ScaffoldError

    if _debugs():
        import logging

        logging.basicConfig(level=logging.DEBUG)
    try:
        return int(main(standalone_mode=False, prog_name="dockerscaffold") or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        command = f" {sys.argv[1]}" if sys.argv[1] in main.list_commands(click.Context(main)) else ""
        _say_error(error.format_message(), f"See dockerscaffold{command} --help.")
        return error.exit_code
    except ScaffoldError as error:
        if _debugs():
            import traceback

            traceback.print_exc()
        if isinstance(error, Conflict):
            _write(error.diff, err=True)
        _say_error(error.fact, error.remedy)
        return error.code
    except click.Abort:
        return 130
    except SystemExit:  # what click makes of a closed pipe
        return 0


def _debugs() -> bool:
    """Whether where an error came from is to be shown, and what went over the network."""
    return bool(os.environ.get("DOCKERSCAFFOLD_DEBUG"))


def _new() -> click.Command:
    from scaffold.questions import QUESTIONS

    params: list[click.Parameter] = [click.Argument(["directory"], default=".", metavar="[DIR]")]
    for question in QUESTIONS:
        if question.flag:
            params.append(_option(question))
    params += _asking()
    params += [click.Option([f"--{name}"], is_flag=True, help=text) for name, text in FLAGS.items()]
    text = "Write the container files of the project in DIR (this directory unless told otherwise).\n" + EXAMPLES
    return click.Command("new", params=params, callback=_run_new, help=text, short_help="Write the container files.")


def _images() -> click.Command:
    from scaffold.questions import BY_KEY

    asked = [question for question in BY_KEY.values() if question.key == "language" or question.whole]
    params: list[click.Parameter] = [_option(question) for question in asked if question.key != "allow-eol"]
    params += [*_asking(), click.Option(["--json"], is_flag=True, help="Give the result, or the error, as JSON.")]
    text = "Show the images of each language and tier, their pins and ends of life; write nothing.\n" + IMAGES_EXAMPLES
    return click.Command("images", params=params, callback=_run_images, help=text, short_help="Show images and pins.")


def _run_images(**values: Any) -> None:
    import datetime
    import shutil

    from scaffold import commands, overview
    from scaffold.errors import ScaffoldError

    today = datetime.date.today()
    try:
        options = commands.Options(values["offline"], values["refresh"], values["timeout"])
        given = _given(values)
        rows, pins = commands.images(str(given.pop("language", "")), given, options, today)
    except ScaffoldError as error:
        if values["json"]:
            _write(_json(_problem(error)))
        raise
    if values["json"]:
        _write(_json(overview.machine(rows, pins)))
    else:
        # Whoever reads a pipe has lines of any length.
        _write(overview.people(rows, pins, today, shutil.get_terminal_size((120, 24)).columns))
    if not pins.images:
        raise click.exceptions.Exit(max(failure.code for failure in pins.failures.values()))


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


def _run_new(directory: str, **values: Any) -> None:
    import datetime

    from scaffold import commands
    from scaffold.errors import ScaffoldError

    try:
        if not directory:
            raise ScaffoldError("The name of the directory is empty.", "Name it, or leave it out for this one.")
        dry = values["dry_run"] or values["diff"]
        options = commands.Options(values["offline"], values["refresh"], values["timeout"], dry, values["force"])
        result = commands.new(directory, _given(values), options, datetime.date.today())
    except ScaffoldError as error:
        if values["json"]:
            _write(_json(_problem(error)))
        raise
    _show(result, values["json"], values["diff"])


def _given(values: dict[str, Any]) -> dict[str, str | tuple[str, ...]]:
    from scaffold.questions import BY_KEY

    given: dict[str, str | tuple[str, ...]] = {}
    for key, question in BY_KEY.items():
        value = values.get(key.replace("-", "_"))
        if value is not None and value != ():
            given[key] = tuple(map(question.check, value)) if question.several else question.check(str(value))
    return given


def _show(result: Result, as_json: bool, as_diff: bool) -> None:
    from scaffold import report

    if as_json:
        _write(_json(report.machine(result, as_diff)))
    elif as_diff:
        from scaffold.compare import diff

        _write("".join(map(diff, result.outcomes)))
    else:
        _write(report.people(result), err=not result.dry_run)


def _problem(error: ScaffoldError) -> dict[str, Any]:
    return {
        "dockerscaffold": __version__,
        "error": {"fact": error.fact, "remedy": error.remedy, "exit_code": error.code},
    }


def _json(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value, indent=2) + "\n"


def _write(text: str, err: bool = False) -> None:
    """Writes a text to stdout or stderr, bytes of the user's files that are no UTF-8 as they were."""
    # Who closes a pipe has read enough, as `| head`.
    with contextlib.suppress(BrokenPipeError):
        click.echo(text.encode(errors="surrogateescape"), nl=False, err=err)


def _say_error(fact: str, remedy: str = "") -> None:
    _write("".join(f"{_visible(line)}\n" for line in (f"error: {fact}", f"  {remedy}") if line.strip()), err=True)


def _visible(text: str) -> str:
    """The text without control characters, with which a file's name could steer a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
