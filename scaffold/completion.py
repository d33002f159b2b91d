"""Completion in bash, zsh and fish: click's scripts and protocol, with the values that questions take."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from scaffold.questions import BY_KEY, LANGUAGES
from scaffold.values import compose_name

VARIABLE = "_DOCKERSCAFFOLD_COMPLETE"
"""The variable by which a shell's script asks the program."""


class _Words(ShellComplete):
    """Words with an equals sign in them, which click knows less of than shells do.

    `option` is what click takes off the current word: the `--tier=` of `--tier=sl`; `kept` is what the shell keeps of
    it, as bash does up to the last `=`, and puts nothing of ours in its place.
    """

    option = ""
    kept = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the current one, and what there is of that; none of what no shell would say."""
        try:
            args, begun = self.read()
        except (KeyError, ValueError, IndexError):
            return [], ""
        if begun.startswith("--") and "=" in begun:
            self.option = begun[: begun.index("=") + 1]
        return args, begun

    def read(self) -> tuple[list[str], str]:
        """The words as the shell gives them. Raises KeyError, ValueError or IndexError where it does not."""
        return super().get_completion_args()

    def placed(self, item: CompletionItem) -> CompletionItem:
        """The item as it goes to the shell."""
        if item.type != "plain":
            return item
        return CompletionItem((self.option + item.value).removeprefix(self.kept), help=item.help)


class Bash(_Words, BashComplete):
    """Bash, which takes `=` and `:` for words of their own."""

    # Where click's script is another one day, there is only a space too many behind such values.
    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value)\n            [[ $value == *[=/] ]] && compopt -o nospace"
    )

    def read(self) -> tuple[list[str], str]:
        """The words, put together again where bash has cut them."""
        given = os.environ["COMP_WORDS"].split("\n")
        words: list[str] = []
        glued = False
        for word in given[1 : int(os.environ["COMP_CWORD"]) + 1]:
            cut = bool(word) and not word.strip("=:")
            if words and (cut or glued):
                self.kept = words[-1] + (word if cut else "")
                words[-1] += word
            else:
                self.kept = ""
                words.append(word)
            glued = cut
        *args, begun = ("".join(split_arg_string(word)) for word in words)
        return args, begun

    def format_completion(self, item: CompletionItem) -> str:
        """A line of the answer."""
        return super().format_completion(self.placed(item))


class Zsh(_Words, ZshComplete):
    """Zsh, which is to put no space behind what is not done, and to find files behind `--answers=`."""

    source_template = ZshComplete.source_template.replace(
        'completions+=("$key")',
        'if [[ "$key" == *[=/] ]]; then compadd -U -S "" -- "$key"; else completions+=("$key"); fi',
    ).replace("_path_files", "compset -P 1 '--*='; _path_files")

    def format_completion(self, item: CompletionItem) -> str:
        """Three lines of the answer."""
        return super().format_completion(self.placed(item))


class Fish(_Words, FishComplete):
    """Fish, whose script would cut a description at its first comma."""

    source_template = FishComplete.source_template.replace('split ","', 'split --max 1 ","')

    def format_completion(self, item: CompletionItem) -> str:
        """A line of the answer."""
        return super().format_completion(self.placed(item))


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def register() -> None:
    """Makes these the classes by which click answers the shells; what asks for another shell has no answer."""
    if os.environ.get(VARIABLE, "").partition("_")[0] not in SHELLS:
        os.environ.pop(VARIABLE, None)
    for shell, kind in SHELLS.items():
        add_completion_class(kind, shell)


def script(shell: str, program: click.Command) -> str:
    """What the shell has to run once. Raises ScaffoldError for a shell that is none of the known ones."""
    from scaffold.values import nearest

    if shell not in SHELLS:
        raise nearest(shell, tuple(SHELLS), "shell that has completion")
    return SHELLS[shell](program, {}, "dockerscaffold", VARIABLE).source()


def values(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """What the parameter's value may be that begins so; for files and directories the shell is told to look."""
    key = (parameter.name or "").replace("_", "-")
    if key in ("answers", "directory"):
        return [CompletionItem(begun, type="file" if key == "answers" else "dir")]
    if key == "version":
        found = _versions(context.params.get("language"))
    else:
        found = ((value, "") for value in _known(key, context, begun))
    return [CompletionItem(value, help=text or None) for value, text in found if value.startswith(begun)]


def _known(key: str, context: click.Context, begun: str) -> Iterable[str]:
    from scaffold import catalogue

    if key == "shell":
        return SHELLS
    if key == "service":
        # Without its value the flag is no whole line yet, and of DIR before it click knows only that it is a word.
        return _services([*context.args, context.params.get("directory") or "."][0], begun)
    if key == "registry-mirror":
        return (f"{registry}=" for registry in catalogue.registries())
    if key == "platform":
        return sorted({platform for row in catalogue.content()["images"] for platform in row["platforms"]})
    return BY_KEY[key].known if key in BY_KEY else ()


def _versions(language: str | None) -> Iterator[tuple[str, str]]:
    from scaffold import catalogue

    for each in LANGUAGES if language not in LANGUAGES else (language,):
        yield from ((line, each) for line in reversed(catalogue.lines(each).supported))


def _services(project: str, begun: str) -> Iterator[str]:
    """Names after the project's folders, each with the sign that its directory follows, and then directories."""
    name, equals, path = begun.partition("=")
    above = path[: path.rfind("/") + 1]
    try:
        entries = sorted(os.scandir(os.path.join(project, above)), key=lambda entry: entry.name)
        folders = [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    except (OSError, ValueError):
        return
    for folder in folders:
        yield f"{name}={above}{folder}/" if equals else f"{compose_name(folder)}="
