"""The manual page, docs/dockerscaffold.1, made of the commands' own help and the table of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import click

from scaffold import __version__, flags, help
from scaffold.cli import main
from scaffold.questions import QUESTIONS

DATE = "2026-11-22"
"""Of the version; a manual page must have a day, and today's would make another page of it each day."""

ABOUT = (
    "Node, Go and Python projects get a pinned multi-stage Dockerfile, a hardened compose.yaml, a .dockerignore and a "
    "Dependabot configuration, on four tiers of base image: distroless, slim, alpine and scratch. Nothing of the "
    "project is run: its own files say what it needs, and the answers to a few questions say the rest.",
    "Of those that say something about a question the first counts: flags, variables, --answers FILE, "
    ".dockerscaffold.toml, what is detected, config.toml of the user, defaults. A flag that may be given several times "
    "takes several values in a variable with spaces or commas between them.",
)

ENVIRONMENT = (
    ("DOCKERSCAFFOLD_DEBUG", "If set, show where an error came from, and the lines of the HTTP layer's log."),
    ("NO_COLOR", "If set, use no colours."),
    ("FORCE_COLOR", "If set, use colours also where the output is no terminal."),
    ("COLUMNS", "How wide help and tables are, where the terminal does not say."),
    ("HTTP_PROXY, HTTPS_PROXY, NO_PROXY", "Proxies on the way to registries, and who is reached without them."),
    ("SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE", "A file of certificate authorities, beside the system's."),
    ("DOCKER_CONFIG, REGISTRY_AUTH_FILE", "Where the logins of Docker and of Podman are."),
    ("XDG_CONFIG_HOME, XDG_CACHE_HOME", "Where the folders of settings and of the cache are on Linux."),
)

FILES = (
    ("Dockerfile, compose.yaml, .dockerignore, .github/dependabot.yml", "What new writes."),
    (".dockerscaffold.toml", "The answers of a project, to be edited by hand."),
    (".dockerscaffold.lock", "The pins, and what was written; to be committed like the answers."),
    ("~/.config/dockerscaffold/config.toml", "The user's own answers for all projects."),
    ("~/.cache/dockerscaffold", "What registries have answered; it can be removed."),
    ("~/.docker/config.json", "The logins of Docker; without it, those of Podman in auth.json."),
)

CODES = (
    ("0", "Done."),
    ("1", "Files stand there that differ; nothing is written."),
    ("2", "A request that cannot be met. What and why is said, and what to type instead."),
    ("75", "A registry or the network failed; the same command may work later."),
    ("130", "Interrupted, or cancelled: nothing is written."),
    ("143", "Ended by SIGTERM: nothing is written."),
)

ELSEWHERE = (("docker", "1"), ("docker-compose", "1"), ("podman", "1"), ("git-diff", "1"))


def page() -> str:
    """All of it."""
    program = click.Context(main, info_name="dockerscaffold", **main.context_settings)
    commands = [(name, main.get_command(program, name)) for name in main.list_commands(program)]
    lines = [f'.TH DOCKERSCAFFOLD 1 "{DATE}" "dockerscaffold {__version__}" "User Commands"']
    # Words as they are, to be found and copied: neither cut nor spread.
    lines += [".nh", ".nr HY 0", ".ad l"]
    lines += [".SH NAME", rf"dockerscaffold \- {_text(_sentence(main.help).rstrip('.'))}", ".SH SYNOPSIS"]
    lines += _synopsis(program, [command for _, command in commands if command])
    lines += [".SH DESCRIPTION", *_paragraphs(ABOUT), *_listed(help.sections(main, program))]
    lines += [".SH EXAMPLES", *_examples(flags.EXAMPLES[""])[1:], ".SH COMMANDS"]
    for name, command in commands:
        assert isinstance(command, help.Command)
        context = click.Context(command, info_name=name, parent=program)
        lines += [f".SS dockerscaffold {name}", *_paragraphs([str(command.help)])]
        lines += [*_listed(help.sections(command, context))]
        lines += [".PP", r"\fIExamples\fR", *_examples(command.examples)]
    answers = [(each.variable, f"Answers --{each.key}. By default: {each.default}.") for each in QUESTIONS]
    lines += [".SH ENVIRONMENT", *_terms([*answers, *ENVIRONMENT]), ".SH FILES", *_terms(FILES)]
    lines += [".SH EXIT STATUS", *_terms(CODES), ".SH SEE ALSO"]
    named = [f".BR {_text(name)} ({section})" for name, section in sorted(ELSEWHERE)]
    lines += [*(f"{each} ," for each in named[:-1]), named[-1]]
    return "\n".join(lines) + "\n"


def _synopsis(program: click.Context, commands: Iterable[click.Command]) -> Iterator[str]:
    for command in commands:
        context = click.Context(command, info_name=command.name, parent=program)
        pieces = " ".join(command.collect_usage_pieces(context))
        yield rf"\fBdockerscaffold {command.name}\fR {_text(pieces)}"
        yield ".br"
    yield r"\fBdockerscaffold\fR \-\-version | \-\-help"


def _listed(sections: Iterable[help.Section]) -> Iterator[str]:
    for section in sections:
        yield ".PP"
        yield rf"\fI{_text(section.heading)}\fR"
        yield from _terms(section.rows)


def _examples(examples: Sequence[help.Example]) -> list[str]:
    lines: list[str] = []
    for example in examples:
        lines += [".PP", _text(example.comment), ".RS 4", ".EX", _text(example.command), ".EE", ".RE"]
    return lines


def _terms(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in rows:
        yield from (".TP", rf"\fB{_text(term)}\fR", _text(text))


def _paragraphs(texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield ".PP"
        yield _text(text)


def _text(text: str) -> str:
    """The text with each sign as itself: roff takes a hyphen for a place to break, and reads a dot at the beginning."""
    escaped = re.sub(r"[\\'\-~^`]", lambda sign: ROFF[sign[0]], text)
    return rf"\&{escaped}" if escaped.startswith((".", r"\(aq")) else escaped


ROFF = {"\\": r"\e", "'": r"\(aq", "-": r"\-", "~": r"\(ti", "^": r"\(ha", "`": r"\(ga"}


def _sentence(text: str | None) -> str:
    words = str(text)
    return words[:1].lower() + words[1:]
