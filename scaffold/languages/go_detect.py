"""What a Go project's files say: its modules, the program in them, and how that is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scaffold import catalogue, language, native, ranges
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Frontend, Range
from scaffold.languages import frontends, go_build, go_modules, go_program
from scaffold.languages.go_mod import GoMod
from scaffold.languages.go_modules import Modules
from scaffold.languages.go_program import Program
from scaffold.languages.go_sources import Sources, joined
from scaffold.project import Project

NAME = "go"


class Plan(NamedTuple):
    """How a program is built and laid out; folders and files are relative to the project.

    `modules` are the folders of all modules, `flags` what go build is given beside the usual, `settings` what -X sets,
    `before` commands that make code. `read` is copied beside the program, which is started in `folder`; `embeds` is
    compiled in.
    """

    modules: tuple[str, ...] = (".",)
    flags: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    alone: bool = False
    """Whether go.work is not to be looked at."""
    before: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    folder: str = "."
    embeds: tuple[str, ...] = ()
    settings_files: tuple[str, ...] = ()
    """Files that are made empty, for a program that ends where one is not there."""


def detect(project: Project) -> Facts:
    """What go.mod and the sources say; without any go.mod, main.go at the root.

    Raises ScaffoldError for a go.mod that is broken, and for modules that a build cannot have.
    """
    modules = go_modules.read(project)
    if not modules.read:
        return _fresh(project)
    sources = Sources(project, modules.folders)
    name = base(next(iter(modules.read.values())).module)
    try:
        program = go_program.read(project, sources, name)
    except ScaffoldError as error:
        return _facts(project, sources, modules, next(iter(modules.read)), error)
    folder = program.main.module
    if tags := go_build.tags(project, sources, program.main.folder):
        sources = Sources(project, modules.folders, frozenset(tags))
        program = go_program.read(project, sources, name)
    return _facts(project, sources, modules, folder, program, tags)


def _facts(
    project: Project,
    sources: Sources,
    modules: Modules,
    folder: str,
    program: Program | ScaffoldError,
    tags: tuple[str, ...] = (),
) -> Facts:
    manifest = modules.read[folder]
    vendored, said = go_modules.vendored(project, manifest, folder)
    local = list(go_modules.local(modules, folder, vendored is not None))
    if vendored is None and (private := go_modules.private(project, manifest)):
        raise private
    asked = _asked(manifest)
    answers, unknown = language.sought(packages=lambda: Found("go", manifest.path), version=lambda: _version(asked))
    traits = [*([vendored] if vendored else []), *local[:1], *([modules.work] if modules.work else [])]
    notes = [*modules.notes, *([said] if said and not vendored else [])]
    flags = (said,) if vendored and said else ()
    facts = Facts(
        language=Found(NAME, manifest.path),
        name=Found(base(manifest.module), f"{manifest.path} module"),
        answers=answers,
        unknown=unknown,
        wanted=_range(manifest.go),
        folder=folder,
        plan=Plan(modules=tuple(modules.read), alone=modules.work is None and project.has("go.work")),
    )
    if isinstance(program, ScaffoldError):
        program_unknown = {**unknown, "start": program}
        return replace(facts, unknown=program_unknown, traits=tuple(traits), manifests=_manifests(project, folder))
    if not vendored:
        imported = {path for package in program.main.packages for path, _ in package.imports()}
        wrong = go_modules.sums(project, manifest, folder, imported)
        if wrong or (said and modules.work is None):
            notes += [wrong] if wrong else []
            flags = ("-mod=mod",)
    if modules.work and flags == ("-mod=mod",):
        flags = ()
    return _of_program(project, sources, facts, program, manifest, traits, notes, flags, tags)


def _of_program(
    project: Project,
    sources: Sources,
    facts: Facts,
    program: Program,
    manifest: GoMod,
    traits: list[Found],
    notes: list[str],
    flags: tuple[str, ...],
    tags: tuple[str, ...],
) -> Facts:
    packages = program.main.packages
    if cgo := go_build.cgo(manifest, packages):
        traits.append(cgo)
    if program.tool:
        traits.append(program.tool)
    before = go_build.generated(project, manifest, packages, program.main.module)
    unknown = {**facts.unknown, **program.unknown}
    answers = {**facts.answers, **program.answers}
    embeds = [(start, file.place(line)) for file, _, line, start in go_build.embedded(project, packages)]
    front = frontends.taken_in(project, embeds, [(one.value, one.source) for one in program.files.absent])
    if unmade := go_build.missing(project, sources, packages, bool(front)):
        unknown["start"] = unmade
        answers.pop("start")
    read = tuple(dict.fromkeys([*(one.value for one in program.files.read), *_made(front, program)]))
    known = facts.plan if isinstance(facts.plan, Plan) else Plan()
    plan = known._replace(
        flags=flags,
        tags=tags,
        settings=go_build.settings(project, packages),
        before=before,
        read=read,
        folder=program.files.folder,
        embeds=tuple(start for start, _ in embeds),
        settings_files=program.files.settings,
    )
    found = replace(
        facts,
        answers=answers,
        unknown=unknown,
        manifests=_manifests(project, facts.folder),
        traits=tuple(traits),
        notes=(*notes, *program.notes),
        needs=program.needs,
        plan=plan,
        frontend=front,
    )
    reached = (native.Installed(path, "", place) for package in packages for path, place in package.imports())
    return native.with_system(found, NAME, reached)


def _made(frontend: Frontend | None, program: Program) -> Iterator[str]:
    """What a frontend makes of the folders that the program reads while it runs."""
    for one in program.files.absent if frontend else ():
        if frontend and one.source == frontend.folder.source:
            yield one.value


def _manifests(project: Project, folder: str) -> tuple[str, ...]:
    return tuple(path for path in (joined(folder, "go.mod"), joined(folder, "go.sum")) if project.has(path))


def base(path: str) -> str:
    """The last part of a module's or package's path that is no version: `parcel` of `example.com/parcel/v2`."""
    parts = [part for part in path.split("/") if not re.fullmatch(r"v\d+|\.", part)]
    return parts[-1] if parts else "app"


def _fresh(project: Project) -> Facts:
    by_custom = "Go's convention"
    return Facts(
        language=Found(NAME, "--language"),
        name=project.name(),
        answers={"packages": Found("go", by_custom), "start": Found(".", by_custom)},
        unknown={},
        manifests=("go.mod",),
        missing=(
            "go.mod: go mod init example.com/NAME",
            "main.go: a server that listens on the port in PORT",
            "once it needs a module, go.sum: go mod tidy, then dockerscaffold new --force",
        ),
    )


def _asked(manifest: GoMod) -> Range | None:
    """The toolchain that go.mod suggests, where its line is supported, or the least version that it demands.

    It decides the line. The exact version need only be what is demanded: the images have GOTOOLCHAIN=local, under
    which a suggestion is not looked at (go.dev/doc/toolchain).
    """
    suggested = manifest.toolchain and _named(manifest.toolchain.value)
    return _range(manifest.toolchain if suggested else manifest.go)


def _range(found: Found | None) -> Range | None:
    return Range("go", found.value, found.source) if found else None


def _version(wanted: Range | None) -> Found | None:
    """The line that go.mod names; when that is no longer supported, the default, which builds older modules too."""
    if not wanted:
        return None
    line = _named(wanted.text) or language.newest(NAME, lambda line: ranges.reaches(wanted, line))
    return language.wish(NAME, Found(wanted.text, wanted.source), line)


def _named(version: str) -> str | None:
    line = language.line_of(NAME, version)
    return line if line in catalogue.lines(NAME).supported else None
