"""Rules about how an app is started, in a Dockerfile and by Compose: without a shell, a debugger or a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scaffold.findings import Weakness
from scaffold.hardening.words import SHELLS, Command, Word

MANAGERS = frozenset({"npm", "npx", "pnpm", "yarn"})
PROGRAM = 'Write what its script starts, as in ["node", "server.js"].'
EXEC = 'Write it as a list, ["program", "argument"], or begin the command with exec.'
PLAIN = "Take it out; what a developer needs belongs in a file that is named when it is wanted (docker compose -f)."

_DEBUGGERS = frozenset(
    {"air", "debugpy", "dlv", "gdb", "gdbserver", "node-dev", "nodemon", "pdb", "pydevd", "strace", "ts-node-dev"}
)
_VERBS = {
    "dev": frozenset({"astro", "fastapi", "next", "nuxt", "vite"}),
    "runserver": frozenset({"django-admin", "manage.py"}),
    "watch": frozenset({"tsx"}),
    "--debug": frozenset({"flask", "quart", "sanic"}),
    "--watch": frozenset({"bun", "node"}),
}
"""Words that mean a reloader or a debugger behind some programs."""

_VARIABLES = {
    "DEBUG": r"1|true|yes|on",
    "DJANGO_DEBUG": r"1|true|yes|on",
    "FLASK_DEBUG": r"1|true|yes|on",
    "FLASK_ENV": r"development",
    "NODE_OPTIONS": r".*--inspect\b.*",
}
"""Variables that switch debugging on, with the values that do."""


def shell(what: str, found: Sequence[Command], line: int, by_shell: bool) -> Iterator[Weakness]:
    """That a shell stands between the engine and the app: `by_shell` says whether a shell reads the command anyway."""
    if not found:
        return
    wrapped = found[0].name in SHELLS and any(re.fullmatch(r"-\w*c", text) for text in found[0].texts[:-1])
    execs = any(setting.text == "exec" for one in found for setting in one.settings)
    if (by_shell or wrapped) and not execs:
        yield Weakness("shell-form", line, f"{what} has a shell start the app.", EXEC)


def manager(what: str, found: Sequence[Command], line: int) -> Iterator[Weakness]:
    """That a package manager starts the app, alone, after other commands, or in place of a shell (`exec npm start`)."""
    for one in found[-1:]:
        if one.name in MANAGERS:
            fact = f"{what} has {one.words[0].text} start the app, which starts it by a shell."
            yield Weakness("shell-form", line, fact, PROGRAM)


def debugging(found: Sequence[Command], before: Sequence[Command] = ()) -> Iterator[Weakness]:
    """Debuggers and reloaders; `before` are the commands of an entrypoint, whose arguments these words may be."""
    names = {word.text.rpartition("/")[2] for one in (*before, *found) for word in one.words}
    for one in found:
        for earlier, word in zip(("-m", *(word.text for word in one.words)), one.words, strict=False):
            program = earlier == "-m" and word.text.rpartition("/")[2] in _DEBUGGERS
            if opened := re.fullmatch(r"--(?:inspect(?:-brk|-wait|-port)?|debug-port)(?:=(.*))?", word.text):
                yield _opened(word, opened[1] or "")
            elif program or word.text == "--reload" or names & _VERBS.get(word.text, frozenset()):
                yield Weakness("debug-mode", word.line, f"{word.text} is for development.", PLAIN)


def _opened(word: Word, address: str) -> Weakness:
    local = re.fullmatch(r"(?:(?:localhost|127[\d.]*|\[::1\])(?::\d*)?|\d*)", address)
    fact = f"{word.text} opens a debugger {'in the container' if local else 'to the network'}."
    return Weakness("debug-mode", word.line, fact, PLAIN, "warning" if local else "error")


def variable(name: str, value: str, line: int) -> Iterator[Weakness]:
    """That a variable switches debugging on."""
    if re.fullmatch(_VARIABLES.get(name, r"(?!)"), value.strip("\"'"), re.IGNORECASE):
        yield Weakness("debug-mode", line, f"{name}={value} switches debugging on.", PLAIN)
