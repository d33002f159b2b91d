"""What each command does with its flags: they become answers and options, and what comes of these is shown."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scaffold import __version__
from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    import datetime

    from scaffold.draft import Result
    from scaffold.questions import Given
    from scaffold.survey import Options
    from scaffold.update import Updated

Shown = TypeVar("Shown", "Result", "Updated")


UNATTENDED = ("yes", "json", "diff", "dry_run", "quiet")
"""Flags of those who want no question."""


def new(directory: str, **values: Any) -> None:
    """Writes the files of a project, after questions where a person is there to answer, and says what was written."""
    import datetime

    from scaffold import commands, given, look

    _apart(values, "keep", "force")
    _apart(values, "quiet", "verbose")
    for flag in ("dry_run", "diff"):
        _apart(values, "probe", flag)
    if values["verbose"]:
        _log_requests()
    today = datetime.date.today()
    asked = is_attended(values)
    with _problems_as_json(values["json"]):
        if values["answers"] == "":
            raise ScaffoldError("The name of the answers file is empty.", "Name it, or leave --answers out.")
        options, said = _options(values), given.answers(values)
        if values["probe"]:
            from scaffold import engine

            engine.check()
        if asked:
            from scaffold import interactive

            result = interactive.new(directory, said, options, today, values["plain"], values["no_color"])
        else:
            with look.waiting("Resolving images", shown=not values["quiet"]):
                result = commands.new(directory, said, options, today)
        if values["probe"]:
            result = _probed(result, said, options, today, values["quiet"])
    _show(result, values, asked)


def _probed(result: Result, said: Given, options: Options, today: datetime.date, quiet: bool) -> Result:
    from scaffold import look, probing

    with look.waiting("Building and running it", shown=not quiet):
        return probing.probe(result, said, options, today)


def update(directory: str, **values: Any) -> None:
    """Makes the files anew, joined with what was edited; exit code 1 where conflicts are left."""
    import datetime

    from scaffold import look, machine, news
    from scaffold import update as regeneration

    _apart(values, "merge", "keep", "force")
    for flag in ("pins", "templates", "restore", "merge", "keep"):
        _apart(values, "abort", flag)
    _apart(values, "quiet", "verbose")
    if values["verbose"]:
        _log_requests()
    options = _writing(values)
    both = values["pins"] == values["templates"]
    moves = regeneration.Moves(values["pins"] or both, values["templates"] or both, values["restore"])
    today = datetime.date.today()
    with _problems_as_json(values["json"]):
        if values["abort"]:
            result = regeneration.abort(directory, options)
        elif is_attended(values):
            from scaffold import interactive

            result = interactive.update(directory, options, moves, today, values["plain"], values["no_color"])
        else:
            with look.waiting("Resolving images", shown=not values["quiet"]):
                result = regeneration.update(directory, options, moves, today)
    _show_outcomes(result, values, machine.updated, news.updated)
    if result.conflicts and values["quiet"] and not (values["json"] or values["diff"]):
        raise news.conflicts(result)
    if result.conflicts:
        raise click.exceptions.Exit(1)


def check(directory: str, **values: Any) -> None:
    """Looks for findings; exit code 1 where there are some that count."""
    import datetime

    from scaffold import checking, checking_report, look, output, rules

    _apart(values, "json", "sarif")
    options = _asking(values)
    with _problems_as_json(values["json"]), look.waiting("Checking", shown=not values["quiet"]):
        result = checking.check(directory, options, datetime.date.today(), values["only"])
        if values["sarif_file"] is not None:
            from scaffold import sarif

            output.save(values["sarif_file"], sarif.log(result))
    if values["sarif"]:
        from scaffold import sarif

        output.document(sarif.log(result))
    elif values["json"]:
        from scaffold.machine import checked

        output.document(checked(result))
    else:
        text = checking_report.people(result, output.at(err=False).columns, values["quiet"])
        output.tell(text, look.FINDINGS, values["no_color"])
    counting = rules.LEVELS[: rules.LEVELS.index(values["fail_on"]) + 1]
    if any(one.level in counting for one in result.findings):
        raise click.exceptions.Exit(1)


def is_attended(values: Mapping[str, Any]) -> bool:
    """Whether a person is there to ask, and no flag says not to."""
    from scaffold.look import is_terminal

    if any(values[flag] for flag in UNATTENDED) or values.get("answers") == "-":
        return False
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def images(**values: Any) -> None:
    """Shows the images of languages and tiers; exit code of the failures when none could be had."""
    import datetime
    import shutil

    from scaffold import commands, given, look, output, overview

    today = datetime.date.today()
    options = _asking(values)
    with _problems_as_json(values["json"]), look.waiting("Asking registries", shown=not values["quiet"]):
        rows, pins = commands.images(given.answers(values), options, today)
    if values["json"]:
        output.document(overview.machine(rows, pins))
    elif values["quiet"]:
        output.tell(overview.problems(pins, output.at(err=True).columns), look.IMAGES, values["no_color"], err=True)
    else:
        # Whoever reads a pipe has lines of any length.
        columns = shutil.get_terminal_size((120, 24)).columns
        output.tell(overview.people(rows, pins, today, columns), look.IMAGES, values["no_color"])
    if not pins.images:
        raise click.exceptions.Exit(max(failure.code for failure in pins.failures.values()))


def schema() -> None:
    """Prints the JSON schema of the answers."""
    from scaffold import output
    from scaffold import schema as of_answers

    output.document(of_answers.schema())


def completion(shell: str) -> None:
    """Prints the completion script of a shell."""
    from scaffold import completion as of_shells
    from scaffold import output
    from scaffold.cli import main

    output.write(of_shells.script(shell, main))


def _asking(values: dict[str, Any]) -> Options:
    """What the flags of all commands that ask registries say."""
    from scaffold.survey import Options

    return Options(offline=values["offline"], refresh=values["refresh"], seconds=values["timeout"])


def _writing(values: dict[str, Any]) -> Options:
    """The same, and what those of commands that write say."""
    dry = values["dry_run"] or values["diff"]
    ways = {how: values[how] for how in ("merge", "keep", "force")}
    return dataclasses.replace(_asking(values), dry_run=dry, **ways)


def _options(values: dict[str, Any]) -> Options:
    """The same, and what those of `new` alone say."""
    from scaffold import given

    return dataclasses.replace(
        _writing(values),
        answers=values["answers"] or "",
        services=given.services(values["service"]),
    )


def _show(result: Result, values: dict[str, Any], asked: bool) -> None:
    """What there is to see of a result; after questions, what was not seen yet."""
    from scaffold import machine, output, report
    from scaffold.look import SUMMARY

    plain = values["no_color"]
    if values["show_sources"]:
        output.tell(report.sources(result), SUMMARY, plain, err=values["json"] or values["diff"])
    _show_outcomes(result, values, machine.machine, report.done if asked else report.people)
    if values["verbose"]:
        output.tell("\n" + report.more(result), SUMMARY, plain, err=True)


def _show_outcomes(
    result: Shown,
    values: dict[str, Any],
    document: Callable[[Shown, bool], dict[str, Any]],
    text: Callable[[Shown, int], str],
) -> None:
    """What became of files: as JSON, as a diff, the warnings alone, or as a text."""
    from scaffold import output, report
    from scaffold.look import DIFF, SUMMARY

    plain = values["no_color"]
    if values["json"]:
        output.document(document(result, values["diff"]))
    elif values["diff"]:
        from scaffold.compare import diff

        output.tell("".join(map(diff, result.outcomes)), DIFF, plain)
    elif values["quiet"]:
        output.tell(report.warnings(result, output.at(err=True).columns), SUMMARY, plain, err=True)
    else:
        output.tell(text(result, output.at(result.written).columns), SUMMARY, plain, err=result.written)


@contextlib.contextmanager
def _problems_as_json(wanted: bool) -> Iterator[None]:
    """Gives an error to the program that wants JSON too, beside the person who reads stderr."""
    try:
        yield
    except ScaffoldError as error:
        if wanted:
            from scaffold import output

            problem = {"fact": error.fact, "remedy": error.remedy, "exit_code": error.code}
            output.document({"dockerscaffold": __version__, "error": problem})
        raise


def _log_requests() -> None:
    """Shows every request to a registry on stderr; no login stands in these lines."""
    import logging

    logging.basicConfig(format="  %(message)s")
    # The rest of it tells of its own settings.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.DEBUG)


def _apart(values: Mapping[str, Any], *flags: str) -> None:
    """Raises an error when more than one of these flags is given, which say different things."""
    given = [f"--{flag.replace('_', '-')}" for flag in flags if values[flag]]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other.")
