"""The command line: flags, exit codes, and the only place that catches errors."""

from __future__ import annotations

import sys
from typing import Any

import click

from scaffold import __version__

EXAMPLES = """
\b
Examples:
  dockerscaffold new                                 what the project in this directory shows
  dockerscaffold new --tier scratch --port 8080      with two answers of your own
  dockerscaffold new --yes --language go --json      from a script, in an empty directory
"""


class Lazy(click.Group):
    """Builds a command's flags only when it is called, so that `--version` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["new"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _new() if cmd_name == "new" else None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Writes hardened container files for Node, Go and Python projects."""


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


FLAGS = {
    "offline": "Pin from the catalogue that came with this version, and ask no registry.",
    "yes": "Take what is detected and the defaults, and ask nothing.",
    "dry-run": "Write nothing; say what would be written.",
    "diff": "Write nothing; show what would change as a unified diff.",
    "json": "Give the result as JSON.",
    "force": "Overwrite files that differ.",
}


def _run_new(directory: str, **values: Any) -> None:
    import datetime

    from scaffold import commands
    from scaffold.questions import BY_KEY

    given: dict[str, str | tuple[str, ...]] = {}
    for key, question in BY_KEY.items():
        value = values.get(key.replace("-", "_"))
        if value is not None and value != ():
            given[key] = tuple(map(question.check, value)) if question.several else question.check(value)
    dry_run = values["dry_run"] or values["diff"]
    options = commands.Options(values["offline"], dry_run, values["force"])
    result = commands.new(directory, given, options, datetime.date.today())
    _show(result, values["json"], values["diff"], dry_run)


def _show(result: Any, as_json: bool, as_diff: bool, dry_run: bool) -> None:
    from scaffold import report

    if as_json:
        import json

        click.echo(json.dumps(report.machine(result), indent=2, ensure_ascii=False))
    elif as_diff:
        click.echo("".join(outcome.diff for outcome in result.outcomes), nl=False)
    else:
        click.echo(report.people(result, dry_run), nl=False, err=not dry_run)


def run() -> None:
    """The program: runs a command and turns what it raises into a message and an exit code."""
    from scaffold.errors import Conflict, ScaffoldError

    try:
        main(standalone_mode=False, prog_name="dockerscaffold")
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ScaffoldError as error:
        if isinstance(error, Conflict):
            click.echo(error.diff, nl=False, err=True)
        click.echo(f"error: {error.fact}", err=True)
        if error.remedy:
            click.echo(f"  {error.remedy}", err=True)
        sys.exit(error.code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
