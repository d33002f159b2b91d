"""Scripts of package.json as plain commands: runners, wrappers and variables of the environment are seen through."""

from __future__ import annotations

import fnmatch
import re
import shlex
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.languages.node_shell import MOST, Depth, commands
from scaffold.project import Project

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL | re.ASCII)
_RUNNERS = ("npm", "yarn", "pnpm", "bun")
_LIFECYCLE = ("start", "test", "stop", "restart")
_WITH_VALUE = {
    "npm": ("--prefix", "-C", "-w", "--workspace", "--loglevel"),
    "yarn": ("--cwd",),
    "pnpm": ("--filter", "-F", "-C", "--dir", "--prefix"),
    "bun": ("--cwd", "--filter"),
    "npx": ("-p", "--package", "-c"),
    "dotenv": ("-e", "-c", "-v", "-p"),
    "env-cmd": ("-f", "-e", "-r", "--file"),
    "concurrently": ("-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "--restart-tries", "-m", "-s"),
    "wait-on": ("-t", "-i", "-d"),
}
"""Options of wrappers that take the next word (from their manuals)."""


class Step(NamedTuple):
    """A plain command: its words, the environment it was given, its folder in the project, and where it is written."""

    words: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    folder: str = "."
    source: str = ""

    @property
    def text(self) -> str:
        """The command as a shell reads it, without the environment."""
        return shlex.join(self.words)


def scripts(project: Project, folder: str = ".") -> dict[str, str]:
    """The scripts of the package.json in a folder, by name; none where there is no readable one."""
    try:
        manifest: dict[str, Any] = project.json(_inside(folder, "package.json")) or {}
    except ScaffoldError:
        return {}
    found = manifest.get("scripts")
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in pairs if isinstance(text, str) and text.strip()}


def script(project: Project, name: str, folder: str = ".", depth: Depth | None = None) -> tuple[Step, ...]:
    """What the script of this name comes to with those before and after it (`prestart`), in their order."""
    depth = depth or Depth()
    if depth.ends:
        return ()
    known = scripts(project, folder)
    names = [one for one in (f"pre{name}", name, f"post{name}") if one in known] if name in known else []
    return tuple(
        step
        for one in names
        for step in steps(project, known[one], folder, f"{_inside(folder, 'package.json')} scripts.{one}", depth)
    )


def steps(
    project: Project, text: str, folder: str = ".", source: str = "", depth: Depth | None = None
) -> tuple[Step, ...]:
    """What the text of a script comes to: plain commands in their order, those of the scripts it runs among them.

    Of `a || b` that is `a`, of `a | b` too. Nothing for a text that no shell could read, or a ring of scripts.
    """
    depth = depth or Depth()
    if depth.ends or not text.isprintable():
        return ()
    found: list[Step] = []
    for words in commands(text):
        if words[0] == "cd" and len(words) > 1:
            folder = _inside(folder, words[1])
            continue
        found += _seen(project, Step(tuple(words), (), folder, source), depth)
        if len(found) > MOST:
            break
    return tuple(found)


def _seen(project: Project, step: Step, depth: Depth) -> tuple[Step, ...]:
    """What a command comes to once its wrappers are taken off."""
    step = _assigned(step)
    if not step.words or depth.ends:
        return ()
    name, rest = step.words[0].rpartition("/")[2], step.words[1:]
    if name in _RUNNERS:
        return _run(project, step, depth)
    if name in ("run-s", "run-p", "npm-run-all", "npm-run-all2"):
        names = [word for word in rest if not word.startswith("-")]
        return _scripts(project, names, step, depth)
    if name in ("concurrently", "conc"):
        return _concurrently(project, step, depth)
    if name in ("sh", "bash") and "-c" in rest[:-1]:
        text = rest[rest.index("-c") + 1]
        return _inherit(steps(project, text, step.folder, step.source, depth.below()), step)
    inner = _unwrapped(name, rest)
    if inner is None:
        return (step,)
    if len(inner) == 1 and " " in inner[0]:
        return _inherit(steps(project, inner[0], step.folder, step.source, depth.below()), step)
    return _seen(project, step._replace(words=inner), depth.below())


def _assigned(step: Step) -> Step:
    """The step with the variables before its program as its environment."""
    words, env = list(step.words), dict(step.env)
    while words and (match := _ASSIGNMENT.fullmatch(words[0])):
        env[match[1]] = match[2]
        words.pop(0)
    return step._replace(words=tuple(words), env=tuple(env.items()))


def _unwrapped(name: str, rest: tuple[str, ...]) -> tuple[str, ...] | None:
    """The command that a wrapper is given; None when `name` is none."""
    if name in ("cross-env", "cross-env-shell", "env", "exec", "command", "nohup", "time"):
        return _behind(name, rest)
    if name in ("dotenv", "env-cmd", "dotenvx", "dotenv-flow"):
        rest = rest[1:] if rest[:1] == ("run",) else rest
        return rest[rest.index("--") + 1 :] if "--" in rest else _behind(name, rest)
    if name in ("npx", "bunx"):
        inner = _behind(name, rest)
        return (inner[0].partition("@")[0] or inner[0], *inner[1:]) if inner else None
    return None


def _behind(name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words behind the options of a wrapper."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _WITH_VALUE.get(name, ()) else 1
    return words[at:]


def _run(project: Project, step: Step, depth: Depth) -> tuple[Step, ...]:
    """What `npm run NAME` and its like come to: the script, or the program of a package."""
    runner, folder, words, extra = step.words[0], step.folder, list[str](), tuple[str, ...]()
    rest = list(step.words[1:])
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        named = flag in ("-w", "--workspace", "--filter", "-F")
        if word == "--" or (_complete(words) and (runner != "npm" or not word.startswith("-"))):
            extra = (*((word,) if word != "--" else ()), *rest)
            break
        if named or flag in ("--prefix", "-C", "--cwd", "--dir"):
            value = value if equals else rest.pop(0) if rest else ""
            folder = _workspace(project, value) or folder if named else _inside(folder, value)
        elif not word.startswith("-"):
            words.append(word)
            if words[0] == "workspace" and len(words) == 2:
                folder, words = _workspace(project, words[1]) or folder, []
    return _ran(project, step._replace(folder=folder), runner, words, extra, depth)


def _complete(words: list[str]) -> bool:
    """Whether a runner's words name a script or program: what is behind them is for that."""
    return bool(words) and (len(words) > 1 or words[0] not in ("run", "run-script", "workspace", "exec", "dlx", "x"))


def _ran(
    project: Project, step: Step, runner: str, words: list[str], extra: tuple[str, ...], depth: Depth
) -> tuple[Step, ...]:
    if not words:
        return (step,)
    if words[0] in ("exec", "dlx", "x"):
        return _seen(project, step._replace(words=(*words[1:2], *extra)), depth.below())
    words = words[1:] if words[0] in ("run", "run-script") else words
    if not words:
        return ()
    known = scripts(project, step.folder)
    if words[0] in known:
        found = _inherit(script(project, words[0], step.folder, depth.below()), step)
        return (*found[:-1], found[-1]._replace(words=(*found[-1].words, *extra))) if found and extra else found
    if runner == "npm" or words[0] in ("install", "add", "ci", "i"):
        return (step,)
    if runner == "bun" and re.search(r"\.[cm]?[jt]sx?$", words[0]):
        return (step._replace(words=("bun", words[0], *extra)),)
    return _seen(project, step._replace(words=(words[0], *extra)), depth.below())


def _concurrently(project: Project, step: Step, depth: Depth) -> tuple[Step, ...]:
    found: list[Step] = []
    words = list(step.words[1:])
    while words:
        word = words.pop(0)
        if word in _WITH_VALUE["concurrently"]:
            words = words[1:]
        elif match := re.fullmatch(r"(?:npm|yarn|pnpm|bun):(\S+)", word):
            found += _scripts(project, [match[1]], step, depth)
        elif not word.startswith("-"):
            found += steps(project, word, step.folder, step.source, depth.below())
    return _inherit(tuple(found), step)


def _scripts(project: Project, names: list[str], step: Step, depth: Depth) -> tuple[Step, ...]:
    """What scripts come to whose names may have `*` for what is between two colons, as npm-run-all has them."""
    known = scripts(project, step.folder)
    wanted = [one for name in names for one in known if fnmatch.fnmatchcase(one, name)]
    found = [found for name in wanted[:MOST] for found in script(project, name, step.folder, depth.below())]
    return _inherit(tuple(found[:MOST]), step)


def _inherit(found: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    """The steps with the environment that what runs them was given."""
    return tuple(one._replace(env=tuple({**dict(step.env), **dict(one.env)}.items())) for one in found)


def _workspace(project: Project, name: str) -> str:
    """The folder of a workspace, which is named by its package's name or its path; empty when there is none."""
    path = name.removeprefix("./").strip("/")
    if path and project.has(f"{path}/package.json"):
        return path
    for folder, _ in (one for one, _ in zip(project.folders({"package.json"}), range(MOST), strict=False) if one[1]):
        manifest = re.search(r'"name"\s*:\s*"([^"]*)"', project.glance(_inside(folder, "package.json")))
        if manifest and manifest[1] == name:
            return folder
    return ""


def _inside(folder: str, path: str) -> str:
    """A path in a folder, both relative to the project: without `.`, and with `..` taken back."""
    parts: list[str] = []
    for part in f"{folder}/{path}".split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part not in ("", ".", ".."):
            parts.append(part)
    return "/".join(parts) or "."
