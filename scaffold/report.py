"""What the user sees of a result: for people, on one screen of 80 columns, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scaffold import __version__
from scaffold.compare import diff
from scaffold.images import reference
from scaffold.model import USER, Answers, Found, Image, Recipe

if TYPE_CHECKING:
    from scaffold.commands import Result

WIDTH = 80
LABEL = 13
"""Columns of what stands before a value, with its indentation."""
VALUE = 38
"""The most columns of a value beside its source."""

OUTCOMES = ("created", "updated", "replaced", "conflict", "unchanged")


def docker_run(answers: Answers, recipe: Recipe) -> tuple[str, ...]:
    """The hardening of the compose file as words of a `docker run`, of the image that Compose builds."""
    limits = recipe.limits
    return (
        *("docker", "run", "--rm", "--init", "--read-only"),
        *("--user", f"{USER}:{USER}"),
        *("--cap-drop", "ALL"),
        *("--security-opt", "no-new-privileges:true"),
        *("--tmpfs", recipe.tmpfs),
        *("--memory", f"{limits.memory}m", "--memory-reservation", f"{limits.reserved}m"),
        *("--cpus", limits.cpus, "--pids-limit", str(limits.pids)),
        *(word for port in recipe.ports for word in ("--publish", f"127.0.0.1:{port.number}:{port}")),
        f"{answers.name}-{recipe.service}",
    )


def people(result: Result) -> str:
    """A summary for a terminal: what was found and where, what was written, what to do next."""
    lines: list[str] = []
    for recipe in result.recipes:
        place = "" if recipe.directory == "." else f"/{recipe.directory}"
        lines += [f"Found in {_shown(result.project)}{place}", *_found(result, recipe), ""]
    lines += [*_outcomes(result), ""]
    lines += _block("pinned", _images(result.images))
    if result.warnings:
        lines += ["", *_block("warning", (line for told in result.warnings for line in _wrapped(told)))]
    if result.notes:
        lines += ["", *_block("note", (line for note in result.notes for line in _wrapped(note)))]
    if result.missing:
        lines += ["", *_block("first add", (line for todo in result.missing for line in _wrapped(todo)))]
    lines += ["", *_block("next", [f"{_enter(result.directory)}docker compose up --build --wait"])]
    for recipe in result.recipes:
        lines += ["", *_block("by hand", _continued(docker_run(result.answers, recipe)))]
    version = f"dockerscaffold {__version__}"
    lines[0] = f"{lines[0]:<{WIDTH - len(version) - 2}}  {version}"
    return "\n".join(lines) + "\n"


def sources(result: Result) -> str:
    """Every answer with where it is from, by service."""
    lines: list[str] = []
    for service, found in result.sources.items():
        lines += [f"[service.{service}]"] if service else []
        width = max(map(len, found))
        lines += [f"  {key:<{width}}  {one.value or '-'}  ({one.source})" for key, one in found.items()]
    return "".join(f"{line}\n" for line in lines)


def machine(result: Result, diffs: bool) -> dict[str, Any]:
    """The result as an object of JSON, on request with the diff of each file."""
    return {
        "dockerscaffold": __version__,
        "name": result.answers.name,
        "platforms": list(result.answers.platforms),
        "registry_mirrors": dict(result.answers.mirrors),
        "services": [
            {
                "name": recipe.service,
                "directory": recipe.directory,
                "answers": {
                    key: {"value": found.value, "source": found.source}
                    for key, found in result.sources[recipe.service].items()
                },
                "images": [reference(image) for image in recipe.images],
                "docker_run": list(docker_run(result.answers, recipe)),
            }
            for recipe in result.recipes
        ],
        "images": [described(image) for image in result.images],
        "written": not result.dry_run,
        "files": [
            {"path": outcome.path, "outcome": outcome.what, **({"diff": diff(outcome)} if diffs else {})}
            for outcome in result.outcomes
        ],
        "missing": list(result.missing),
        "warnings": list(result.warnings),
        "notes": list(result.notes),
    }


def described(image: Image) -> dict[str, Any]:
    """A pinned image as an object of JSON."""
    return {
        "name": image.name,
        "tag": image.tag,
        "digest": image.digest,
        "platforms": list(image.platforms),
        "source": image.source,
        "date": image.date,
    }


def _found(result: Result, recipe: Recipe) -> Iterator[str]:
    sources = result.sources[recipe.service]
    language, version = sources["language"], sources["version"]
    both = version.source if version.source.startswith(language.source) else f"{language.source}, {version.source}"
    health = sources["health-path"]
    rows = {
        "language": Found(recipe.title.partition(" on ")[0], both),
        "packages": sources["packages"],
        "build": sources["build"],
        "start": sources["start"],
        "port": Found(", ".join(map(str, recipe.ports)), sources["port"].source),
        "health": Found("TCP connect" if health.value == "tcp" else f"GET {health.value}", health.source),
        "tier": sources["tier"],
    }
    width = min(VALUE, max(len(found.value) for found in rows.values()))
    for label, found in rows.items():
        if found.value:
            yield _cut(f"  {label:<{LABEL - 2}}{_cut(found.value, width):<{width}}  {found.source}", WIDTH)


def _outcomes(result: Result) -> Iterator[str]:
    if result.dry_run:
        yield "Dry run; nothing is written:"
    for what in OUTCOMES:
        paths = [outcome.path for outcome in result.outcomes if outcome.what == what]
        yield from _block(what, filled(paths, "  ")) if paths else []
    if any(outcome.what == "conflict" for outcome in result.outcomes):
        yield from _block("", ["Add --force to overwrite what differs, --diff to see how."])


def _images(images: Sequence[Image]) -> Iterator[str]:
    import dataclasses

    names = [reference(dataclasses.replace(image, digest="")) for image in images]
    width = max(map(len, names), default=0)
    for name, image in zip(names, images, strict=True):
        whole = f"{name:<{width}}  {image.source} {image.date}"
        if len(whole) <= WIDTH - LABEL:
            yield whole
        else:
            yield name
            yield f"  {image.source} {image.date}"


def _block(label: str, lines: Iterable[str]) -> list[str]:
    labels = [label]
    return [f"  {labels.pop() if labels else '':<{LABEL - 2}}{line}" for line in lines]


def filled(words: Iterable[str], gap: str, width: int = WIDTH - LABEL) -> list[str]:
    """The words on as few lines as they fit on; one that is longer than a line has its own."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(gap) + len(word) <= width:
            lines[-1] += gap + word
        else:
            lines.append(word)
    return lines


def _wrapped(sentence: str) -> list[str]:
    first, *rest = filled(sentence.split(), " ", WIDTH - LABEL - 2)
    return [first, *(f"  {line}" for line in rest)]


def _continued(words: Sequence[str]) -> list[str]:
    """A command on several lines, as a shell takes it, each flag beside its value."""
    import shlex

    flags: list[str] = []
    for word in map(shlex.quote, words):
        if flags and not word.startswith("-") and flags[-1].startswith("--") and " " not in flags[-1]:
            flags[-1] += f" {word}"
        else:
            flags.append(word)
    first, *rest = filled(flags, " ", WIDTH - LABEL - 4)
    lines = [first, *(f"  {line}" for line in rest)]
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def _enter(directory: str) -> str:
    """How to get there, unless the name would have to be written in a way of one shell."""
    import shlex

    plain = directory != "." and directory.isprintable() and not directory.startswith("-")
    return f"cd {shlex.quote(directory)} && " if plain else ""


def _shown(name: str) -> str:
    return _cut(name if name.isprintable() else repr(name), 50)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
