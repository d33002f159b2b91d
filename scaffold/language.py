"""What a language is to the rest of the program, the list of them, and what they share."""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from scaffold import catalogue, command
from scaffold.command import Command
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Range
from scaffold.model import Image, Recipe, Service, Tier
from scaffold.project import Project
from scaffold.questions import LANGUAGES, MANIFESTS


class Language(Protocol):
    """A module of `scaffold.languages`: its facts as constants, and two steps of the line as functions."""

    NAME: str
    TITLE: str
    PORT: int
    """Where its apps listen by custom."""
    TIERS: tuple[Tier, ...]

    def detect(self, project: Project) -> Facts:
        """What the project's files say; without a manifest, the plainest convention of the language.

        Raises ScaffoldError for a manifest that is broken or not covered; what is merely not known is in `unknown`.
        """
        ...

    def decide(self, service: Service, facts: Facts, tier: Tier) -> Recipe:
        """The unpinned recipe of a service; raises ScaffoldError for what the tier cannot do."""
        ...


def load(name: str) -> Language:
    """The language of this name, imported only when it is used."""
    return cast(Language, importlib.import_module(f"scaffold.languages.{name}"))


def detect(project: Project, wanted: str) -> Facts:
    """The facts of a project in the `wanted` language, or in the one it shows when that is empty.

    Raises ScaffoldError when no language is found, or several of which none is plainly meant.
    """
    return load(wanted).detect(project) if wanted else of_shown(project, shown(project))


def of_shown(project: Project, found: Found) -> Facts:
    """The facts of a project in the language it shows, with the others that it shows."""
    facts = load(found.value).detect(project)
    if not found.others:
        return facts
    named = facts.language._replace(confidence=found.confidence, others=found.others, rule=found.rule)
    return dataclasses.replace(facts, language=named)


def shown(project: Project) -> Found:
    """The language that a project shows, with a manifest of it; of several the one whose program answers requests.

    Raises ScaffoldError when it shows none, or several of which none is plainly meant.
    """
    found = _shown(project)
    if len(found) == 1:
        return next(Found(name, manifest) for name, manifest in found.items())
    if found:
        from scaffold import contest

        if meant := contest.winner(project, found):
            return meant
    raise _undecided(found)


def _shown(project: Project) -> dict[str, str]:
    """The languages of which there is a manifest, each with one."""
    shown = {name: next(filter(project.shows, files), "") for name, files in MANIFESTS.items()}
    return {name: manifest for name, manifest in shown.items() if manifest} or _below(project)


def _below(project: Project) -> dict[str, str]:
    """A language whose manifests are in folders alone, and that finds its app there: Go, when there is no other."""
    names = frozenset(name for files in MANIFESTS.values() for name in files)
    found = {name: folder for folder, seen in project.folders(names, {"testdata", "examples"}) for name in seen}
    return {"go": f"{found['go.mod']}/go.mod"} if found.keys() == {"go.mod"} else {}


def _undecided(found: dict[str, str]) -> ScaffoldError:
    """What is wrong with a project that shows these languages: none, or several that could all be meant."""
    choices = ", ".join(f"--language {name}" for name in found or LANGUAGES)
    if found:
        names = ", ".join(f"{load(name).TITLE} ({manifest})" for name, manifest in found.items())
        return ScaffoldError(f"Several languages found: {names}.", f"Say which: {choices}.")
    manifests = ", ".join(file for files in MANIFESTS.values() for file in files[:4])
    return ScaffoldError(f"No language found: there is none of {manifests}.", f"Say which it will be: {choices}.")


def tier(language: Language, name: str, version: str, within: Range | None = None, start: str = "") -> Tier:
    """The first row of the language's table for this tier, version and start command, with images for that version.

    `within` is what the images that have the version in their tags must meet beside it.
    """
    line = line_of(language.NAME, version) or version
    program = start.strip().partition(" ")[0]
    rows = (r for r in language.TIERS if r.name == name and r.starts in ("", program))
    row = next(r for r in rows if line in (r.lines or (line,)))

    def of(image: Image) -> Image:
        versioned = image.line == "{version}"
        return dataclasses.replace(
            on_debian(image),
            repository=on_debian(image).repository.replace("{line}", line),
            line=version if versioned else image.line,
            within=within if versioned else None,
        )

    return dataclasses.replace(row, builder=of(row.builder), runtime=row.runtime and of(row.runtime))


def on_debian(image: Image) -> Image:
    """The image on the newest supported Debian, which all images of a service share: they share its libc.

    Which Alpine it is on stays open (`{alpine}`), for what is built on it runs on it too.
    """
    number = catalogue.releases("debian")[0]
    codename = next(name for name, known in catalogue.codenames().items() if known == number)
    return dataclasses.replace(
        image,
        repository=image.repository.replace("{debian_number}", number),
        tag=image.tag.replace("{debian}", codename),
    )


def line_of(language: str, version: str) -> str | None:
    """The line that a version belongs to, also one that has ended: `24` for `24.19.0`; None when there is none."""
    return next((line for line in catalogue.lines(language).known if f"{version}.".startswith(f"{line}.")), None)


def newest(language: str, accepts: Callable[[str], bool]) -> str | None:
    """The default line when it is accepted, else the newest that is, supported ones first; None when none is."""
    lines = catalogue.lines(language)
    return next(filter(accepts, (lines.default, *reversed(lines.supported), *reversed(lines.known))), None)


def least(name: str, grammar: str, project: Project, path: str) -> Range | None:
    """The patch level that a file such as .nvmrc has, as a range: a newer patch of its line may stand in for it.

    None when it names no more than a line, or cannot be read: what is wrong with it is said where the line is sought.
    """
    try:
        written = project.line(path)
    except ScaffoldError:
        return None
    version = written.value.removeprefix("v") if written else ""
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){1,2}", version, re.ASCII) or line_of(name, version) in (None, version):
        return None
    return Range(grammar, f">={version}", path)


def sought(**finders: Callable[[], Found | None]) -> tuple[dict[str, Found], dict[str, ScaffoldError]]:
    """What each finder found, and what those that failed raised: answers and unknown ones, as Facts has them."""
    answers, unknown = dict[str, Found](), dict[str, ScaffoldError]()
    for key, find in finders.items():
        try:
            if found := find():
                answers[key] = found
        except ScaffoldError as error:
            unknown[key] = error
    return answers, unknown


def wish(name: str, found: Found, line: str | None) -> Found:
    """A detected wish for a version as the line that meets it; raises ScaffoldError when `line` is None."""
    if line is None:
        lines = catalogue.lines(name)
        raise ScaffoldError(
            f"This project asks for {load(name).TITLE} {found.value} ({found.source}), "
            f"which no supported line meets ({', '.join(lines.supported)}).",
            f"Say --version {lines.default}, or change {found.source.partition(' ')[0]}.",
        )
    return Found(line, found.source)


def start(service: Service, tier: Tier) -> Command:
    """The service's start command; raises ScaffoldError when it takes a shell and the tier has none."""
    parsed = command.parse(service.start)
    if parsed.shell and not tier.shell:
        raise ScaffoldError(
            f"{tier.name} has no shell, and the start command needs one for {parsed.shell!r}: {service.start}",
            "Say --start with a plain command (with '...' around what is meant as it stands), or --tier slim.",
        )
    return parsed


def unbuilt(service: Service) -> None:
    """Raises ScaffoldError for a build command, which a service of a language without such a step would not follow."""
    if service.build:
        raise ScaffoldError(
            f"A {load(service.language).TITLE} service has no build command so far, and there is one: {service.build}.",
            "Leave it out, and run it before the image is built.",
        )


def shelled(service: Service) -> tuple[str, ...]:
    """The entry point of a start command that only a shell understands."""
    return ("/bin/sh", "-c", service.start)


def listed(words: Sequence[str]) -> str:
    """Words as a person lists them: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
