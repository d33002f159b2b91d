"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from scaffold import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaffold.commands import Result
    from scaffold.errors import ScaffoldError

LONGEST = 2_000
"""Characters of an error's line: what does not fit may be a file's whole content."""


class Lazy(click.Group):
    """Builds a command's flags only when it is called, so that `--version` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        callback = _commands().get(cmd_name)
        if callback is None:
            return None
        from scaffold import flags

        made: click.Command = getattr(flags, cmd_name)(callback)
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with. Raises ScaffoldError where it is none."""
        if args[0] not in _commands() and not ctx.resilient_parsing:
            from scaffold import usage

            raise usage.no_command(args, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """The help about all commands."""
        from scaffold import flags, help

        return help.page(ctx, help.sections(self, ctx), flags.EXAMPLES[""])


def _commands() -> dict[str, Callable[..., None]]:
    """What each command does; its flags are made by the function of its name in `scaffold.flags`."""
    return {"new": _new, "images": _images, "schema": _schema, "completion": _completion}


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Write hardened container files for Node, Go and Python projects."""


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
    if "_DOCKERSCAFFOLD_COMPLETE" in os.environ:
        from scaffold import completion

        completion.register()
    try:
        return int(main(standalone_mode=False, prog_name="dockerscaffold") or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        from scaffold import usage

        said = usage.explain(error, sys.argv[1:], list(_commands()))
        _say_error(said.fact, said.remedy)
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


def _schema() -> None:
    from scaffold import schema

    _write(_json(schema.schema()))


def _completion(shell: str) -> None:
    from scaffold import completion

    _write(completion.script(shell, main))


def _images(**values: Any) -> None:
    import datetime
    import shutil

    from scaffold import commands, flags, overview
    from scaffold.errors import ScaffoldError

    today = datetime.date.today()
    try:
        options = commands.Options(offline=values["offline"], refresh=values["refresh"], seconds=values["timeout"])
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

    from scaffold import commands, flags
    from scaffold.errors import ScaffoldError

    try:
        if not directory:
            raise ScaffoldError("The name of the directory is empty.", "Name it, or leave it out for this one.")
        if values["answers"] == "":
            raise ScaffoldError("The name of the answers file is empty.", "Name it, or leave --answers out.")
        dry = values["dry_run"] or values["diff"]
        options = commands.Options(
            answers=values["answers"] or "",
            services=flags.services(values["service"]),
            offline=values["offline"],
            refresh=values["refresh"],
            seconds=values["timeout"],
            dry_run=dry,
            force=values["force"],
        )
        result = commands.new(directory, flags.given(values), options, datetime.date.today())
    except ScaffoldError as error:
        if values["json"]:
            _write(_json(_problem(error)))
        raise
    _show(result, values)


def _show(result: Result, values: dict[str, Any]) -> None:
    from scaffold import report

    if values["show_sources"]:
        _write(report.sources(result), err=values["json"] or values["diff"])
    if values["json"]:
        _write(_json(report.machine(result, values["diff"])))
    elif values["diff"]:
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
    lines = (_visible(line) for line in (f"error: {fact}", f"  {remedy}") if line.strip())
    _write("".join(f"{line if len(line) <= LONGEST else line[:LONGEST] + '...'}\n" for line in lines), err=True)


def _visible(text: str) -> str:
    """The text without control characters, with which a file's name could steer a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
