"""What people see of a result, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from scaffold import __version__, language
from scaffold.blocks import LABEL, WIDTH, block, cut, filled, page, said, text
from scaffold.facts import Found
from scaffold.images import tagged
from scaffold.machine import docker_run
from scaffold.model import Image, Service

if TYPE_CHECKING:
    from scaffold.draft import Result
    from scaffold.project import Project
    from scaffold.update import Updated

VALUE = 38
"""The most columns of a value beside its source."""

KEPT = "Files that are kept are as they were: whether they fit the new ones is for you to see."

OUTCOMES = ("created", "updated", "replaced", "merged", "kept", "conflict", "unchanged")


def people(result: Result, width: int = WIDTH) -> str:
    """A summary for a terminal of `width` columns: what was found and where, what was written, what to do next."""
    return f"{summary(result.project, result.answers.services, result.sources, width)}\n{done(result, width)}"


def more(result: Result) -> str:
    """What else there is to know: every answer with its source, whole pins, and each container started by hand."""
    blocks = [
        [*sources(result).splitlines()],
        *(block("pinned", _whole(image)) for image in result.images),
        *(block("by hand", _continued(docker_run(result.answers, recipe))) for recipe in result.recipes),
    ]
    return page(blocks)


def summary(
    project: Project, services: Sequence[Service], sources: Mapping[str, Mapping[str, Found]], width: int = WIDTH
) -> str:
    """The answers about each service, each with its source."""
    lines: list[str] = []
    version = f"  dockerscaffold {__version__}" if width >= WIDTH else ""
    room = min(width, WIDTH) - len(version)
    for service in services:
        place = "" if service.directory == "." else f"/{service.directory}"
        found = cut(f"Found in {_shown(project.root.name or str(project.root))}{place}", room)
        lines += ["", found if lines else f"{found:<{room}}{version}".rstrip()]
        lines += _found(service, sources[service.name], width)
    return text(lines[1:])


def done(result: Result, width: int = WIDTH) -> str:
    """What was written, or would be, what of it was pinned, and what to do next."""
    blocks = [
        [*_outcomes(result, width)],
        block("pinned", _images(result.images, width)),
        *(said(label, told, width) for label, told in _told(result)),
        block("probed", _probed(result)),
        block("next", _next(result)),
    ]
    return page(blocks)


def _told(result: Result) -> Iterator[tuple[str, Sequence[str]]]:
    yield "warning", result.warnings
    kept = any(outcome.what == "kept" for outcome in result.outcomes)
    yield "note", (*result.notes, *((KEPT,) if kept else ()))
    yield "first add", result.missing


def warnings(result: Result | Updated, width: int = WIDTH) -> str:
    """The warnings alone, as `--quiet` leaves them."""
    return text(said("warning", result.warnings, width))


def sources(result: Result) -> str:
    """Every answer with where it is from, by service."""
    lines: list[str] = []
    for service, found in result.sources.items():
        lines += [f"[service.{service}]"] if service else []
        width = max(map(len, found))
        lines += [f"  {key:<{width}}  {one.value or '-'}  ({one.source})" for key, one in found.items()]
    return "".join(f"{line}\n" for line in lines)


def _found(service: Service, sources: Mapping[str, Found], width: int) -> Iterator[str]:
    spoken, version = sources["language"], sources["version"]
    both = version.source if version.source.startswith(spoken.source) else f"{spoken.source}, {version.source}"
    health = sources["health-path"]
    rows = {
        "language": Found(f"{language.load(service.language).TITLE} {service.version}", both),
        "packages": sources["packages"],
        "build": sources["build"],
        "start": sources["start"],
        "port": Found(", ".join(map(str, service.ports)) or "none", sources["port"].source),
        "health": Found({"tcp": "TCP connect", "none": "none"}.get(health.value, f"GET {health.value}"), health.source),
        "env": sources["env"],
        "writes": Found(" ".join((*service.writable, *service.tmpfs)), _either(sources["writable"], sources["tmpfs"])),
        "tier": sources["tier"],
    }
    column = min(VALUE, max(len(found.value) for found in rows.values()))
    for label, found in rows.items():
        if not found.value:
            continue
        if width < WIDTH:
            yield from block(
                label,
                (cut(line, width - LABEL) for line in filled((found.value, f"({found.source})"), " ", width - LABEL)),
            )
        else:
            yield cut(f"  {label:<{LABEL - 2}}{cut(found.value, column):<{column}}  {found.source}", WIDTH)


def _either(*found: Found) -> str:
    """Where answers were read that say anything."""
    return ", ".join(dict.fromkeys(one.source for one in found if one.value))


def _outcomes(result: Result, width: int) -> Iterator[str]:
    if not result.written:
        yield "Dry run; nothing is written:"
    for what in OUTCOMES:
        paths = [outcome.path for outcome in result.outcomes if outcome.what == what]
        yield from block(what, filled(paths, "  ", width - LABEL)) if paths else []
    if any(outcome.what == "conflict" for outcome in result.outcomes):
        words = "Add --force, --keep or --merge; --diff shows how they differ."
        yield from block("", filled(words.split(), " ", width - LABEL))


def _images(images: Sequence[Image], width: int) -> Iterator[str]:
    names = [tagged(image) for image in images]
    column = max(map(len, names), default=0)
    for name, image in zip(names, images, strict=True):
        whole = f"{name:<{column}}  {image.source} {image.date}"
        if len(whole) <= width - LABEL:
            yield whole
        else:
            yield name
            yield from (f"  {line}" for line in filled((image.source, image.date), " ", width - LABEL - 2))


def _whole(image: Image) -> list[str]:
    return [
        tagged(image),
        image.digest,
        f"{image.source} {image.date}",
        " ".join(image.platforms),
    ]


def _next(result: Result) -> list[str]:
    """How to start it, and how to see that it answers."""
    services = result.answers.services
    health = services[0].health
    if not services[0].ports:
        return [f"{_enter(result.directory)}docker compose up --build", "docker compose logs"]
    path = health if health.startswith("/") else "/"
    asks = f"curl http://127.0.0.1:{services[0].port}{path}" if len(services) == 1 else "docker compose ps"
    return [f"{_enter(result.directory)}docker compose up --build --wait", asks]


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
    return cut(name if name.isprintable() else repr(name), 50)


def _probed(result: Result) -> Iterator[str]:
    if result.probed is not None:
        from scaffold import probe

        yield from probe.rows(result.probed, len(result.recipes) > 1)
