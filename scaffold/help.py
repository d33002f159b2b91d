"""How help looks: flags below headings, and examples, which are values so that tests can run them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import click

COLUMN = 24
"""What the names of flags take at most; the text of a longer one begins on a line of its own."""

NARROW = 60
"""Below this width the text of every flag begins on a line of its own."""


class Example(NamedTuple):
    """A line for a shell, and the sentence that says what it is good for."""

    command: str
    comment: str


Groups = Mapping[str, Sequence[click.Parameter]]
"""Flags by their heading."""


class Section(NamedTuple):
    """A heading with names of flags or commands, and what each of them means."""

    heading: str
    rows: tuple[tuple[str, str], ...]


class Command(click.Command):
    """A command whose flags stand in groups by heading, and which has examples."""

    def __init__(
        self,
        name: str,
        callback: Callable[..., None],
        groups: Groups,
        examples: Sequence[Example],
        arguments: Sequence[click.Parameter] = (),
        *,
        help: str,
        short_help: str,
    ) -> None:
        params = [*arguments, *(param for group in groups.values() for param in group)]
        super().__init__(name, params=params, callback=callback, help=help, short_help=short_help)
        self.groups = groups
        self.examples = examples

    def get_help(self, ctx: click.Context) -> str:
        """All of the help."""
        return page(ctx, sections(self, ctx), self.examples)


def sections(command: click.Command, context: click.Context) -> list[Section]:
    """What a command's help lists: a group's commands, or flags by their groups; then what all commands have."""
    found: list[Section] = []
    grouped: list[click.Parameter] = []
    if isinstance(command, click.Group):
        commands = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        rows = tuple((name, each.get_short_help_str()) for name, each in commands if each)
        found.append(Section("Commands", rows))
    if isinstance(command, Command):
        for heading, params in command.groups.items():
            found.append(Section(heading, _rows(params, context)))
            grouped += params
    others = [param for param in command.get_params(context) if param not in grouped]
    return [*found, Section("Other", _rows(others, context))]


def page(context: click.Context, listed: Sequence[Section], examples: Sequence[Example]) -> str:
    """The help of the context's command, as wide as the terminal and 80 columns at most."""
    import shutil

    columns = shutil.get_terminal_size().columns
    formatter = click.HelpFormatter(width=max(20, min(columns, 80) - 2))
    context.command.format_usage(context, formatter)
    context.command.format_help_text(context, formatter)
    names = [name for section in listed for name, _ in section.rows]
    column = max((len(name) for name in names if len(name) <= COLUMN), default=0)
    for section in listed:
        with formatter.section(section.heading):
            # Padded, as each list would otherwise have a column of its own width.
            rows = [(f"{name:<{column}}", text) for name, text in section.rows]
            formatter.write_dl([*section.rows] if columns < NARROW else rows, 2 if columns < NARROW else column)
    with formatter.section("Examples"):
        for example in examples:
            formatter.write_text(example.comment)
            formatter.write("".join(f"    {line}\n" for line in continued(example.command, formatter.width - 4)))
    return "\n".join(line.rstrip() for line in formatter.getvalue().splitlines())


def continued(command: str, width: int) -> Iterator[str]:
    """A line for a shell on as many lines of this width as it needs, a flag beside its value.

    A word is never cut, as nobody could copy it then: one that is longer has a line of its own.
    """
    line = ""
    for word in _kept_together(command):
        # Behind it is room for what continues the line.
        if line and len(line) + len(word) + 3 > width:
            yield f"{line} \\"
            line = f"  {word}"
        else:
            line += f" {word}" if line else word
    yield line


def _kept_together(command: str) -> list[str]:
    """The words, those with quotes as they stand, a flag or an operator with what follows it."""
    found: list[str] = []
    for word in re.findall(r"""(?:[^\s'"]|'[^']*'|"[^"]*")+""", command):
        plain = word[0] not in "-|>"
        if plain and found and re.fullmatch(r"--[a-z-]+|\||>>?", found[-1]):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def _rows(params: Sequence[click.Parameter], context: click.Context) -> tuple[tuple[str, str], ...]:
    return tuple(_row(param, context) for param in params if isinstance(param, click.Option))


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    name, _ = option.get_help_record(context) or ("", "")
    return (f"--[no-]{option.opts[0].removeprefix('--')}" if option.secondary_opts else name), option.help or ""
