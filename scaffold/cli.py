"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from scaffold import __version__

if TYPE_CHECKING:
    from scaffold.draft import Result
    from scaffold.errors import ScaffoldError
    from scaffold.look import Rules

LONGEST = 2_000
"""Characters of an error's line: what does not fit may be a file's whole content."""


class Lazy(click.Group):
    """Builds a command's flags only when it is called, so that `--version` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return ["new", "images", "schema"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in self.list_commands(ctx):
            return None
        from scaffold import flags

        if cmd_name == "new":
            return flags.new(_new)
        return flags.images(_images) if cmd_name == "images" else flags.schema(_schema)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Writes hardened container files for Node, Go and Python projects."""


def run() -> None:
    """The program: runs a command and turns what it raises into a message and an exit code."""
    import gc

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _stop)
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
    except Stopped as stopped:
        code = int(stopped.code or 0)
    gc.freeze()
    sys.exit(code)


class Stopped(SystemExit):
    """A signal to end: what was begun is taken back, and the terminal left as it was, on the way out."""


def _stop(number: int, frame: object) -> None:
    raise Stopped(130 if number == signal.SIGHUP else 128 + number)


def _run() -> int:
    from scaffold.errors import ScaffoldError

    if _debugs():
        _log("%(levelname)s:%(name)s:%(message)s")
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
        _say_error(error.fact, error.remedy)
        return error.code
    except click.Abort:
        return 130
    except Stopped:
        raise
    except SystemExit:  # what click makes of a closed pipe
        return 0


def _log(form: str) -> None:
    """Shows every request to a registry on stderr; no login stands in these lines."""
    import logging

    logging.basicConfig(level=logging.DEBUG, format=form)
    logging.getLogger("urllib3.util.retry").setLevel(logging.INFO)  # it tells of our own settings


def _debugs() -> bool:
    """Whether where an error came from is to be shown, and what went over the network."""
    return bool(os.environ.get("DOCKERSCAFFOLD_DEBUG"))


def _schema() -> None:
    from scaffold import schema

    _write(_json(schema.schema()))


def _images(**values: Any) -> None:
    import datetime
    import shutil

    from scaffold import commands, flags, overview, survey
    from scaffold.errors import ScaffoldError

    today = datetime.date.today()
    try:
        options = survey.Options(offline=values["offline"], refresh=values["refresh"], seconds=values["timeout"])
        rows, pins = commands.images(flags.given(values), options, today)
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


def _new(directory: str, **values: Any) -> None:
    import datetime

    from scaffold import commands, flags, interactive, look, survey
    from scaffold.errors import Conflict, ScaffoldError

    if values["verbose"] and not _debugs():
        _log("  %(message)s")
    asked = interactive.is_wanted(values)
    try:
        if not directory:
            raise ScaffoldError("The name of the directory is empty.", "Name it, or leave it out for this one.")
        if values["answers"] == "":
            raise ScaffoldError("The name of the answers file is empty.", "Name it, or leave --answers out.")
        dry = values["dry_run"] or values["diff"]
        options = survey.Options(
            answers=values["answers"] or "",
            services=flags.services(values["service"]),
            offline=values["offline"],
            refresh=values["refresh"],
            seconds=values["timeout"],
            dry_run=dry,
            merge=values["merge"],
            keep=values["keep"],
            force=values["force"],
        )
        today = datetime.date.today()
        if asked:
            result = interactive.new(
                directory, flags.given(values), options, today, values["plain"], values["no_color"]
            )
        else:
            with look.waiting("Resolving images", shown=not values["quiet"]):
                result = commands.new(directory, flags.given(values), options, today)
    except ScaffoldError as error:
        if values["json"]:
            _write(_json(_problem(error)))
        if isinstance(error, Conflict):
            _tell(error.diff, look.DIFF, values["no_color"], err=True)
        raise
    _show(result, values, asked)


def _show(result: Result, values: dict[str, Any], asked: bool) -> None:
    from scaffold import report
    from scaffold.look import DIFF, SUMMARY

    plain, streamed = values["no_color"], values["json"] or values["diff"]
    if values["show_sources"]:
        _tell(report.sources(result), SUMMARY, plain, err=streamed)
    if values["json"]:
        from scaffold.machine import machine

        _write(_json(machine(result, values["diff"])))
    elif values["diff"]:
        from scaffold.compare import diff

        _tell("".join(map(diff, result.outcomes)), DIFF, plain)
    elif values["quiet"]:
        _tell(report.warnings(result, _columns(err=True)), SUMMARY, plain, err=True)
    else:
        made = report.done if asked else report.people
        _tell(made(result, _columns(result.written)), SUMMARY, plain, err=result.written)
    if values["verbose"] and not values["quiet"]:
        _tell("\n" + report.more(result), SUMMARY, plain, err=True)


def _tell(text: str, rules: Rules, no_colour: bool, err: bool = False) -> None:
    """Writes a text for people, in colour where that is seen."""
    from scaffold.look import look

    _write(look(sys.stderr if err else sys.stdout, os.environ, no_colour).shown(text, rules), err)


def _columns(err: bool) -> int:
    from scaffold.look import look

    return look(sys.stderr if err else sys.stdout, os.environ, True).columns


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
    lines = (_visible(line) for line in (f"error: {fact}", f"  {remedy}") if line.strip())
    _write("".join(f"{line if len(line) <= LONGEST else line[:LONGEST] + '...'}\n" for line in lines), err=True)


def _visible(text: str) -> str:
    """The text without control characters, with which a file's name could steer a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
