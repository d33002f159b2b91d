"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from scaffold import __version__

if TYPE_CHECKING:
    from scaffold.errors import ScaffoldError

COMMANDS = ("new", "update", "check", "images", "schema", "completion")
"""In the order of help; `scaffold.flags` has the flags of each, `scaffold.actions` what it does with them."""


class Lazy(click.Group):
    """Builds a command's flags only when it is called, so that `--version` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        from scaffold import actions, flags

        made: click.Command = getattr(flags, cmd_name)(getattr(actions, cmd_name))
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with. Raises ScaffoldError where it is none."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            from scaffold import usage

            raise usage.no_command(args, self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """The help about all commands."""
        from scaffold import help
        from scaffold.command_examples import EXAMPLES

        return help.page(ctx, help.sections(self, ctx), EXAMPLES[""])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Write hardened container files for Node, Go and Python projects."""


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
        from scaffold import output

        output.error(f"The output cannot be written ({error.strerror}).")
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
    from scaffold.errors import Cancelled, ScaffoldError

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
    except (click.UsageError, ScaffoldError) as error:
        return _told(error)
    except (click.Abort, Cancelled):
        return 130
    except Stopped:
        raise
    except SystemExit:  # what click makes of a closed pipe
        return 0


def _told(error: click.UsageError | ScaffoldError) -> int:
    """Says what is wrong, and what to type instead; gives the exit code."""
    from scaffold import output
    from scaffold.errors import Conflict, Unmended

    plain = "--no-color" in sys.argv
    if isinstance(error, click.UsageError):
        from scaffold import usage

        said = usage.explain(error, sys.argv[1:], COMMANDS)
        output.error(said.fact, said.remedy, plain)
        return error.exit_code
    if _debugs():
        import traceback

        traceback.print_exc()
    if isinstance(error, Conflict):
        from scaffold.look import DIFF

        output.tell(error.diff, DIFF, plain, err=True)
    elif isinstance(error, Unmended) and error.log:
        from scaffold.look import visible

        output.write(f"{visible(error.log)}\n", err=True)
    output.error(error.fact, error.remedy, plain)
    return error.code


def _debugs() -> bool:
    """Whether where an error came from is to be shown, and what went over the network."""
    return bool(os.environ.get("DOCKERSCAFFOLD_DEBUG"))
