"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import click

from scaffold import __version__

if TYPE_CHECKING:
    from scaffold.commands import Result
    from scaffold.errors import ScaffoldError

EXAMPLES = """
\b
Examples:
  dockerscaffold new                              what this directory shows
  dockerscaffold new --tier scratch --port 8080   with answers of your own
  dockerscaffold new --yes --language go --json   from a script
"""

FLAGS = {
    "offline": "Pin from the catalogue that came with this version, and ask no registry.",
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
        return ["new"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        return _new() if cmd_name == "new" else None


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

    try:
        main(standalone_mode=False, prog_name="dockerscaffold")
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        command = " new" if sys.argv[1:2] == ["new"] else ""
        _say_error(error.format_message(), f"See dockerscaffold{command} --help.")
        return error.exit_code
    except ScaffoldError as error:
        if isinstance(error, Conflict):
            _write(error.diff, err=True)
        _say_error(error.fact, error.remedy)
        return error.code
    except click.Abort:
        return 130
    except SystemExit:  # what click makes of a closed pipe
        return 0
    return 0


def _new() -> click.Command:
    from scaffold.questions import QUESTIONS

    params: list[click.Parameter] = [click.Argument(["directory"], default=".", metavar="[DIR]")]
    for question in QUESTIONS:
        if question.flag:
            params.append(
                click.Option(
                    [f"--{question.key}"], metavar=question.metavar, help=question.help, multiple=question.several
                )
            )
    for name, text in FLAGS.items():
        params.append(click.Option([f"--{name}"], is_flag=True, help=text))
    text = "Write the container files of the project in DIR (this directory unless told otherwise).\n" + EXAMPLES
    return click.Command("new", params=params, callback=_run_new, help=text, short_help="Write the container files.")


def _run_new(directory: str, **values: Any) -> None:
    import datetime

    from scaffold import commands
    from scaffold.errors import ScaffoldError

    try:
        if not directory:
            raise ScaffoldError("The name of the directory is empty.", "Name it, or leave it out for this one.")
        options = commands.Options(values["offline"], values["dry_run"] or values["diff"], values["force"])
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
            given[key] = tuple(map(question.check, value)) if question.several else question.check(value)
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
