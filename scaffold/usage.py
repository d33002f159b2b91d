"""What was meant by a command line that is none: the nearest command or flag, or the command that has it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from scaffold.errors import ScaffoldError
from scaffold.values import nearest

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Known(click.ParamType[str]):
    """One of some words; another one is an error that names the nearest."""

    name = "word"

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word as it is; raises ScaffoldError for an unknown one."""
        if value not in self.words:
            raise nearest(str(value), self.words, f"value of {param.opts[0] if param else 'it'}")
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


def no_command(words: Sequence[str], commands: Sequence[str]) -> ScaffoldError:
    """The error for words of which the first is no command: the nearest one, or `new` where it is a directory."""
    import shlex

    if os.path.isdir(words[0]):
        meant = shlex.join(["dockerscaffold", "new", *words])
        return ScaffoldError(f"{words[0]!r} is no command.", f"Did you mean {meant}?")
    return nearest(words[0], commands, "command")


def explain(error: click.UsageError, words: Sequence[str], commands: Sequence[str]) -> ScaffoldError:
    """The error for what click takes exception to in these words, with what to type instead."""
    # Not all of click's errors know where they come from.
    command = f" {words[0]}" if words and words[0] in commands else ""
    see = f"See dockerscaffold{command} --help."
    if isinstance(error, click.NoSuchOption) and error.ctx:
        return ScaffoldError(f"No such option {error.option_name}.", _meant(error.option_name, error.ctx, words) or see)
    return ScaffoldError(f"{error.format_message().rstrip('.')}.", see)


def _meant(option: str, context: click.Context, words: Sequence[str]) -> str:
    """Which flag of which command it was; empty where it is like none."""
    program = context.find_root()
    own = _options(context.command)
    if context is program:
        others = _elsewhere(program, words)
        owner = next((name for name, options in others.items() if option in options), "")
        like = option if owner else _like(option, own)
        if not like:
            like = _like(option, [each for options in others.values() for each in options])
            owner = next((name for name, options in others.items() if like in options), "")
        return f"Did you mean {_moved(option, like, owner, words) if owner else like}?" if like else ""
    see = f"See {context.command_path} --help."
    owner = next((name for name, options in _elsewhere(program, ()).items() if option in options), "")
    if owner:
        return f"It is one of dockerscaffold {owner}. {see}"
    like = _like(option, own)
    return f"Did you mean {like}? {see}" if like else ""


def _elsewhere(program: click.Context, words: Sequence[str]) -> dict[str, list[str]]:
    """The flags of all commands, first of those that the words name."""
    group = program.command
    assert isinstance(group, click.Group)
    names = sorted(group.list_commands(program), key=lambda name: name not in words)
    return {name: _options(command) for name in names if (command := group.get_command(program, name))}


def _options(command: click.Command) -> list[str]:
    found: Iterator[click.Parameter] = (param for param in command.params if isinstance(param, click.Option))
    return [name for param in found for name in (*param.opts, *param.secondary_opts)]


def _like(option: str, known: Sequence[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(option, known, 1)), "")


def _moved(option: str, like: str, command: str, words: Sequence[str]) -> str:
    """The words with the command before them and its flag spelt as it should be."""
    import shlex

    rest = list(words)
    if command in rest:
        rest.remove(command)
    spelt = (like + word.removeprefix(option) if word.partition("=")[0] == option else word for word in rest)
    return shlex.join(["dockerscaffold", command, *spelt])
