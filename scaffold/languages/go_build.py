"""How a Go program is built: its tags, what -X sets, whether it needs a C compiler, and what must be made first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from scaffold import native
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import go_constraints
from scaffold.languages.go_mod import GoMod
from scaffold.languages.go_sources import File, Package, Sources, joined
from scaffold.project import Project

CGO_MODULES = (
    "github.com/mattn/go-sqlite3",
    "github.com/mutecomm/go-sqlcipher",
    "github.com/confluentinc/confluent-kafka-go",
    "github.com/DataDog/zstd",
    "github.com/marcboeker/go-duckdb",
    "github.com/duckdb/duckdb-go",
    "github.com/chai2010/webp",
    "github.com/tursodatabase/go-libsql",
)
"""Modules that do nothing without a C compiler, by their own documentation, and need nothing else of the system."""

CARRIERS = (
    "gorm.io/driver/sqlite",
    "github.com/jinzhu/gorm/dialects/sqlite",
    "github.com/golang-migrate/migrate/v4/database/sqlite3",
)
"""Packages of other modules that are nothing but a door to github.com/mattn/go-sqlite3."""

BUILDS = ("Makefile", "makefile", ".goreleaser.yml", ".goreleaser.yaml", "Taskfile.yml", "justfile", "build.sh")
NOT_FOR_A_BUILD = re.compile(
    r"(?i)dev|debug|test|e2e|integration|race|bench|ignore|tools?|wireinject|windows|darwin|mage"
)

_SET = re.compile(r"-X[ =]+[\"']?([\w./~-]+\.[A-Za-z_]\w*)=([^\s\"',]*)")


def cgo(manifest: GoMod, packages: Iterable[Package]) -> Found | None:
    """What the program reaches that calls C, with its place."""
    indirect = {module for module in manifest.modules if module in manifest.indirect}
    for package in packages:
        for path, place in package.imports():
            if path == "C":
                return Found("cgo", f'import "C" ({place})')
            for known in (*CGO_MODULES, *CARRIERS, *sorted(native.known("go"))):
                if path == known or path.startswith((f"{known}/", f"{known}.")):
                    module = next((one for one in manifest.modules if path.startswith(one)), path)
                    where = manifest.modules.get(module, place)
                    return Found("cgo", f"{module} ({place if module in indirect else where})")
    return None


def tags(project: Project, sources: Sources, folder: str) -> tuple[str, ...]:
    """The tags that the project's own builds name, as far as the program's files ask for them."""
    named = list[str]()
    for file in BUILDS:
        for one in re.findall(
            r"-tags[ =]+[\"']?([\w,]+(?: [\w,]+)*?)[\"']?(?=\s+-|\s+\.|\s*$|[\"'])", project.glance(file), re.M
        ):
            named += re.split(r"[ ,]", one)
    wanted = [tag for tag in dict.fromkeys(named) if tag and not NOT_FOR_A_BUILD.search(tag)]
    if not wanted:
        return ()
    asked = set[str]()
    for package in sources.reached(folder):
        for path in project.find(".go", package.folder, 0):
            asked |= go_constraints.asked(project.glance(path, 2_000))
    # A tag that belongs to a module is for others' files: those of its name alone are known here.
    known = {
        "sqlite_omit_load_extension",
        "sqlite_fts5",
        "fts5",
        "sqlite_json",
        "sqlite_unlock_notify",
        "osusergo",
        "netgo",
    }
    return tuple(tag for tag in wanted if tag in asked or tag in known)


def settings(project: Project, packages: Iterable[Package]) -> tuple[tuple[str, str], ...]:
    """What is set by -X in the project's own builds: names of variables with a value that is sound without git."""
    found = dict[str, str]()
    files = [*BUILDS, *project.find(".yml", ".github/workflows", 0)]
    texts = {file: project.glance(file) for file in files if project.has(file)}
    for text in texts.values():
        for name, value in _SET.findall(text):
            said = _sound(name, value, text)
            if said and not _has_value(name.rpartition(".")[2], packages):
                found.setdefault(name, said)
    return tuple(sorted(found.items()))


def _sound(name: str, value: str, text: str) -> str:
    """A value as it is, or for one that only git, make or a date would give, one that stands for nothing known."""
    if value and re.fullmatch(r"[\w.+:/@-]+", value):
        return value
    variable = re.fullmatch(r"\$[({](\w+)[)}]", value)
    if variable and (plain := re.search(rf"^{variable[1]}\s*[:?]?=\s*([\w.+-]+)\s*$", text, re.MULTILINE)):
        return plain[1]
    if re.search(r"(?i)date|time", name):
        return "1970-01-01T00:00:00Z"
    return "0.0.0" if re.search(r"(?i)version|tag|release", name) else "unknown"


def _has_value(name: str, packages: Iterable[Package]) -> bool:
    known = re.compile(rf"^\s*(?:var\s+)?{re.escape(name)}\s*(?:string\s*)?=\s*\"[^\"]", re.MULTILINE)
    return any(known.search(file.text) for package in packages for file in package.files)


def embedded(project: Project, packages: Iterable[Package]) -> Iterator[tuple[File, str, int, str]]:
    """Each embedded pattern with its file and line, and the file or folder that it begins with."""
    for package in packages:
        for file in package.files:
            for pattern, line in file.embeds:
                plain = pattern.removeprefix("all:")
                yield file, pattern, line, joined(package.folder, re.split(r"/?[^/]*[*?\[]", plain)[0])


def missing(
    project: Project, sources: Sources, packages: tuple[Package, ...], made: bool = False
) -> ScaffoldError | None:
    """What is compiled in and is not there, with what likely makes it; `made` when the image's build makes it."""
    for file, pattern, line, start in embedded(project, packages):
        if not made and not _matches(project, file, pattern, start):
            return ScaffoldError(
                f"{file.place(line)} compiles in {pattern}, which is not in the repository.",
                f"Make it first{_maker(project, start)}, then run this again.",
            )
    for package in packages:
        for path, place in package.imports():
            folder = sources.folder(path)
            if folder is not None and not sources.package(folder).files:
                if next(project.find(".templ", folder, 0), None):
                    continue
                return ScaffoldError(
                    f"{place} imports {path}, and there is no Go file in {folder}.",
                    f"Generate it first{_generator(project, folder)}, then run this again.",
                )
    return None


def _matches(project: Project, file: File, pattern: str, start: str) -> bool:
    import fnmatch

    folder = file.path.rpartition("/")[0] or "."
    plain = pattern.removeprefix("all:")
    if not re.search(r"[*?\[]", plain):
        return project.shows(joined(folder, plain))
    above = joined(folder, plain.rpartition("/")[0])
    if re.search(r"[*?\[]", above):
        return project.has_folder(start)
    last = plain.rpartition("/")[2]
    files = project.find("", above, 1)
    return any(
        fnmatch.fnmatch(one.removeprefix(f"{above}/" if above != "." else "").split("/")[0], last) for one in files
    ) or (project.has_folder(above) and last == "*" and next(project.find("", above), None) is not None)


def _maker(project: Project, path: str) -> str:
    """The npm command that likely makes a folder of a frontend."""
    above = path
    while above != ".":
        above = above.rpartition("/")[0] or "."
        if project.has(joined(above, "package.json")):
            return f", with npm ci && npm run build in {above}"
    near = [one for one in project.find("package.json", ".", 2) if "node_modules" not in one]
    return f", with npm ci && npm run build in {near[0].rpartition('/')[0] or '.'}" if near else ", as its makers do"


def _generator(project: Project, folder: str) -> str:
    known: Mapping[str, tuple[str, ...]] = {
        "sqlc generate": ("sqlc.yaml", "sqlc.yml", "sqlc.json"),
        "buf generate": ("buf.gen.yaml", "buf.gen.yml"),
        "swag init": ("docs/docs.go",) if folder.endswith("docs") else (),
        "go generate ./...": ("generate.go", "gen.go", "ent/generate.go", "tools.go"),
    }
    for command, files in known.items():
        if any(project.has(file) for file in files) or (command == "swag init" and folder.rpartition("/")[2] == "docs"):
            return f" with {command}"
    return ", as its makers do"


def generated(project: Project, manifest: GoMod, packages: Iterable[Package], module: str) -> tuple[str, ...]:
    """Commands that make Go code of templates which their makers do not keep in the repository."""
    version = manifest.versions.get("github.com/a-h/templ")
    if not version:
        return ()
    for path in project.find(".templ", module):
        if not project.has(f"{path.removesuffix('.templ')}_templ.go"):
            return (f"go run github.com/a-h/templ/cmd/templ@{version} generate",)
    return ()
