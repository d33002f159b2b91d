"""Programs that run another program: node with its flags, runners of TypeScript, watchers and process managers."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from scaffold.languages import node_outputs as outputs
from scaffold.languages import node_scripts as scripts
from scaffold.languages import node_typescript as typescript
from scaffold.languages.node_scripts import Step

if TYPE_CHECKING:
    from scaffold.languages.node_start import Program, Reader

FLAG_VALUES = ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--title")
"""Flags of node that take the next word."""

_WRAPPER_VALUES = {
    "nodemon": ("-e", "--ext", "-w", "--watch", "-i", "--ignore", "-d", "--delay", "--signal", "--config"),
    "ts-node": ("-P", "--project", "-O", "--compiler-options", "-I", "--ignore", "-C", "--compiler", "--cwd"),
    "ts-node-dev": ("-P", "--project", "--watch", "--ignore-watch", "--interval", "--debounce", "-O"),
    "tsx": ("--tsconfig",),
    "pm2": ("-i", "--instances", "-n", "--name", "--env", "--max-memory-restart", "-o", "-e", "-l"),
    "forever": ("-m", "-l", "-o", "-e", "-w", "--minUptime", "--spinSleepTime", "-c"),
    "babel-node": ("--presets", "--plugins", "-x", "--extensions", "--config-file"),
}


def _node(reader: Reader, step: Step, depth: int) -> Program | None:
    return reader.run(*_split(step, step.words[1:], ()), "node") if len(step.words) > 1 else None


def _split(
    step: Step, words: tuple[str, ...], values: tuple[str, ...]
) -> tuple[Step, tuple[str, ...], str, tuple[str, ...]]:
    """The flags of node, the file and its arguments; flags that watch, read secrets or are in `values` are left out."""
    flags, left = list[str](), list(words)
    while left and left[0].startswith("-") and left[0] not in ("-", "--"):
        word = left.pop(0)
        name = word.partition("=")[0]
        taken = [left.pop(0)] if word in (*FLAG_VALUES, *values, "--env-file", "--watch-path") and left else []
        if (
            name in FLAG_VALUES
            or name.startswith(("--max", "--experimental", "--enable", "--no-", "--trace"))
            or (name in _KEPT)
        ):
            flags += [word, *taken]
    left = left[1:] if left[:1] == ["--"] else left
    return step, tuple(flags), left[0] if left else ".", tuple(left[1:])


_KEPT = (
    *("--env-file-if-exists", "--inspect", "--harmony", "--expose-gc", "--expose_gc", "--use-strict", "--stack-size"),
    *("--preserve-symlinks", "--dns-result-order", "--tls-min-v1.0", "--openssl-legacy-provider", "--use-openssl-ca"),
    *("--unhandled-rejections", "--es-module-specifier-resolution", "--disable-warning", "--icu-data-dir"),
    *("--disable-proto", "--abort-on-uncaught-exception", "--frozen-intrinsics", "--use-env-proxy"),
)
"""Flags of node that an app may need; those that watch or read secrets are none of them."""


def _wrapped(runner: str) -> Callable[[Reader, Step, int], Program | None]:
    def read(reader: Reader, step: Step, depth: int) -> Program | None:
        words = step.words[1:]
        if runner == "tsx" and words[:1] in (("watch",), ("node",)):
            words = words[1:]
        if not words:
            return None
        step, flags, file, after = _split(step, words, _WRAPPER_VALUES[runner])
        return reader.run(step, flags if runner != "ts-node-dev" else (), file, after, runner)

    return read


def _nodemon(reader: Reader, step: Step, depth: int) -> Program | None:
    """Node, or what `--exec` or nodemon.json says, on the file it is given, else `main` (github.com/remy/nodemon)."""
    run = outputs.flag(step.words, "-x", "--exec")
    settings = typescript.read(reader.look.project.glance(posixpath.normpath(f"{step.folder}/nodemon.json"))) or {}
    run = run or (str(settings["exec"]) if isinstance(settings.get("exec"), str) else "")
    values = (*_WRAPPER_VALUES["nodemon"], "-x", "--exec")
    bare = tuple(word for word in step.words[1:] if not word.startswith(("--exec=", "--watch=", "--ext=")))
    _, flags, file, after = _split(step, bare, values)
    given = file != "." or "." in bare
    if run:
        inner = scripts.steps(reader.look.project, run, step.folder, step.source)
        last = inner[-1] if inner else Step(())
        words = (*last.words, file, *after) if given else last.words
        return reader.program(last._replace(words=words, env=(*step.env, *last.env)), depth + 1) if words else None
    if not given:
        file = str(reader.look.manifest.get("main") or "index.js")
    runner = ("ts-node",) if file.endswith(tuple(typescript.ENDINGS)) else ("node",)
    return reader.program(step._replace(words=(*runner, *flags, file, *after)), depth + 1)


def _daemon(reader: Reader, step: Step, depth: int) -> Program | None:
    """What pm2 or forever is given; of a configuration of pm2 the first script (pm2.keymetrics.io)."""
    words = tuple(word for word in step.words[1:] if word not in ("start", "--no-daemon"))
    _, _, file, after = _split(step, words, _WRAPPER_VALUES["pm2" if "pm2" in step.words[0] else "forever"])
    if re.search(r"(config\.[cm]?js|\.json|\.ya?ml)$", file):
        text = reader.look.project.glance(posixpath.normpath(f"{step.folder}/{file}"))
        file = outputs.said(text, "script")
        after = tuple(shlex.split(outputs.said(text, "args"))) if file else ()
    after = after[after.index("--") + 1 :] if "--" in after else ()
    inner = (
        scripts.steps(reader.look.project, f"{file} {shlex.join(after)}", step.folder)
        if file in ("npm", "yarn")
        else ()
    )
    if inner:
        return reader.program(inner[-1]._replace(env=(*step.env, *inner[-1].env)), depth + 1)
    return reader.program(step._replace(words=("node", file, *after)), depth + 1) if file and file != "." else None


READERS: dict[str, Callable[[Reader, Step, int], Program | None]] = {
    "node": _node,
    "bun": _wrapped("tsx"),
    "nodemon": _nodemon,
    "node-dev": _nodemon,
    "ts-node": _wrapped("ts-node"),
    "ts-node-esm": _wrapped("ts-node"),
    "ts-node-script": _wrapped("ts-node"),
    "ts-node-dev": _wrapped("ts-node-dev"),
    "tsnd": _wrapped("ts-node-dev"),
    "tsx": _wrapped("tsx"),
    "babel-node": _wrapped("babel-node"),
    "swc-node": _wrapped("ts-node"),
    "pm2": _daemon,
    "pm2-runtime": _daemon,
    "pm2-docker": _daemon,
    "forever": _daemon,
}
