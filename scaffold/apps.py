"""The apps of a project: those of its folders that a service can be made of."""

from __future__ import annotations

import itertools
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from scaffold import language, state, tables
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.languages import node_choice
from scaffold.languages.node_app import table, word
from scaffold.project import Project
from scaffold.questions import MANIFESTS
from scaffold.values import compose_name

MOST = 1_000
"""How many manifests are read, the nearest first: the search takes bounded time."""

LEFT_OUT = frozenset(
    {"test", "tests", "testing", "testdata", "__tests__", "fixtures", "__fixtures__", "mocks", "__mocks__"}
    | {"bower_components", "third_party", "static", "assets", "coverage", "out", "tmp"}
)
"""Folders that are not looked into: what tests run on, often broken on purpose, and what others wrote."""

ASIDE = frozenset({"doc", "docs", "demo", "demos", "e2e", "example", "examples", "playground", "sample", "samples"})
"""Folders whose apps are shown, for a site or a demo may be wanted in a container, but seldom beside the product."""

GENERIC = frozenset({"app", "apps", "code", "packages", "service", "services", "source", "src"})
"""Folders whose names say nothing about what is in them."""

MARKS = {
    "node": frozenset({"index.html", "server.js", "server.ts"}),
    "go": frozenset({"main.go"}),
    "python": frozenset({"app.py", "asgi.py", "main.py", "manage.py", "server.py", "wsgi.py"}),
}
"""Files that tell an app from a library where detection does not know what starts it."""

PUBLISHED = ("exports", "files", "module", "peerDependencies", "publishConfig", "types", "typings")
"""Keys of a package.json that are for those who install the package."""

NEEDED = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")

RUNNERS = frozenset(
    {"bun", "concurrently", "docker", "docker-compose", "lage", "lerna", "make", "moon", "npm", "npm-run-all"}
    | {"npx", "nx", "pnpm", "rush", "run-p", "run-s", "turbo", "wsrun", "yarn"}
)
"""Programs by which the root of a workspace starts the apps below it."""

_NAMES = frozenset(name for names in (*MANIFESTS.values(), *MARKS.values()) for name in names) | {"__init__.py"}


@dataclass(frozen=True)
class App:
    """A folder that an app seems to be in.

    `name` is one for its service, as Compose takes it and unlike those of all others; `directory` is relative to the
    project, with `/` between its parts and `.` for all of it. `facts` are None where detection failed: `refused`
    says why no service can be made of it. `ticked` marks what is likely wanted, and can be made without a question
    about its start. Where a folder shows several languages, `language` is the likeliest, and none is decided.
    """

    name: str
    directory: str
    language: str
    facts: Facts | None
    ticked: bool
    refused: ScaffoldError | None = None
    rank: tuple[int, int] = (0, 0)
    """How far it is from what a stranger would mean, for those that are ticked."""

    @property
    def reason(self) -> str:
        """What starts it, and where that was read; or what is wrong, or not known."""
        if self.facts and (start := self.facts.answers.get("start")):
            return str(start)
        error = self.refused or (self.facts and self.facts.unknown.get("start"))
        return error.fact if error else ""


@dataclass(frozen=True)
class _Place:
    """A folder with a manifest of a language, and `marks`: which of the names of interest are of this app.

    `package` is its package.json; None when that cannot be read, or the language is another.
    """

    directory: str
    language: str
    marks: frozenset[str]
    facts: Facts | None
    refused: ScaffoldError | None
    package: dict[str, Any] | None

    @property
    def start(self) -> Found | None:
        return self.facts.answers.get("start") if self.facts else None

    @property
    def aside(self) -> bool:
        return not ASIDE.isdisjoint(self.directory.split("/"))

    def script(self, name: str) -> str:
        return word(table(self.package or {}, "scripts"), name)


def apps(project: Project) -> tuple[App, ...]:
    """The apps of a project: first those that are ticked, then those that are not, then those that are refused.

    Names alone are looked at, and where there is a manifest, what detection reads. Nothing is raised for a folder in
    which detection fails: it is listed as refused where its files show an app.
    """
    places = tuple(_places(project))
    needed = {name for place in places for key in NEEDED for name in table(place.package or {}, key)}
    roots = {above for place in places if place.language == "node" for above in _above(place.directory)}
    found = [place for place in places if _runs(place, roots, needed)]
    starting = {place.directory: place for place in found if place.language == "python" and place.start}
    own = [place for place in found if not _of_another(place, starting)]
    best: dict[str, _Place] = {}
    # Of several languages in one folder, the one that starts something is the likeliest.
    for place in sorted(own, key=lambda place: (not place.start, bool(place.refused))):
        best.setdefault(place.directory, place)
    wholes = {place.directory: place.facts.folder for place in best.values() if place.facts and place.start}
    named = _named({path: place for path, place in best.items() if not _is_part(path, wholes)})
    listed = [_app(place, name, wholes) for place, name in named]
    return tuple(sorted(listed, key=lambda app: (not app.ticked, bool(app.refused))))


def _places(project: Project) -> Iterator[_Place]:
    """Each folder with a manifest, nearest first, with what detection says of it; one for each language."""
    marks = _marks(project)
    for directory, one in itertools.islice(marks, MOST):
        place = project if directory == "." else project.within(directory)
        package = _package(place) if one == "node" else None
        inside = one == "node" and any((above, one) in marks for above in _above(directory))
        # One that says no more than {"type": "module"} is there for the files beside it.
        if inside and package is not None and package.keys().isdisjoint({"name", "scripts", *NEEDED}):
            continue
        facts, refused = None, None
        try:
            facts = language.detect(place, one)
        except ScaffoldError as error:
            refused = error
        yield _Place(directory, one, frozenset(marks[directory, one]), facts, refused, package)


def _marks(project: Project) -> dict[tuple[str, str], set[str]]:
    """By folder and language, where there is a manifest: the names in it, and below it up to the next manifest."""
    folders = {path: names for path, names in project.folders(_NAMES, LEFT_OUT) if path.isprintable()}
    marks = {
        (path, one): {*names & {*MARKS["node"], "__init__.py"}}
        for path, names in folders.items()
        for one, files in MANIFESTS.items()
        if not names.isdisjoint(files)
    }
    for path, names in folders.items():
        for one in ("go", "python"):
            owner = next((above for above in (path, *_above(path)) if (above, one) in marks), None)
            # What stands in a folder of examples says nothing about a library that has them.
            if owner and ASIDE.isdisjoint(path.removeprefix(owner).split("/")):
                marks[owner, one] |= names & MARKS[one]
    return marks


def _above(path: str) -> Iterator[str]:
    """The folders that a folder is in, nearest first."""
    while path != ".":
        path = path.rpartition("/")[0] or "."
        yield path


def _package(place: Project) -> dict[str, Any] | None:
    try:
        return place.json("package.json")
    except ScaffoldError:
        return None


def _runs(place: _Place, roots: Set[str], needed: Set[str]) -> bool:
    """Whether a place is an app, and no library; below `roots` are others of Node, which need the packages `needed`."""
    script, marked = place.script("start"), not place.marks.isdisjoint(MARKS[place.language])
    if place.start:
        # What has neither a script nor a server would start by the module that others import.
        published = any(key in (place.package or {}) for key in PUBLISHED)
        library = published or word(place.package or {}, "name") in needed
        return bool(script) or "server.js" in place.marks or not library
    if place.refused and place.aside:
        return False
    if place.language != "node" or marked:
        return marked
    if place.package is None:  # It cannot be read, so that nothing shows a library.
        return True
    own = script and not (place.directory in roots and script.split()[0] in RUNNERS)
    return bool(own or place.script("preview"))


def _of_another(place: _Place, starting: Mapping[str, _Place]) -> bool:
    """Whether a place is but a package of the Python app above it, or starts what is an app of its own below it."""
    if place.language != "python":
        return False
    if "__init__.py" in place.marks and any(above in starting for above in _above(place.directory)):
        return True
    # Where the start was read begins with a path in the place.
    read = f"{place.directory}/{place.start.source}".removeprefix("./") if place.start else "."
    between = itertools.takewhile(lambda above: above != place.directory, _above(read))
    return any(folder in starting and "__init__.py" not in starting[folder].marks for folder in between)


def _is_part(path: str, wholes: Mapping[str, str]) -> bool:
    """Whether a folder is the app of a workspace above it, which is listed by its root: `wholes` has that by folder."""
    return any(posixpath.normpath(f"{above}/{wholes[above]}") == path for above in _above(path) if above in wholes)


def _app(place: _Place, name: str, wholes: Mapping[str, str]) -> App:
    refused = place.refused or _unwritable(name, place.directory)
    # Other members of a workspace want what only its root has.
    inside = any(wholes.get(above, ".") != "." for above in _above(place.directory))
    ticked = bool(place.start) and not place.aside and not inside and refused is None
    facts = None if refused else place.facts
    rank = (0, 0)
    if ticked:
        kind, named = node_choice.rank(place.directory, place.package or {})
        rank = (kind if place.language == "node" else 0, named)
    return App(name, place.directory, place.language, facts, ticked, refused, rank)


def _unwritable(name: str, directory: str) -> ScaffoldError | None:
    """What is wrong with a folder whose name would have to be quoted in a Dockerfile."""
    try:
        tables.directory(name, directory, "")
    except ScaffoldError:
        return ScaffoldError(
            f"The folder {directory!r} has a space or quote in its name.", "Give it a name of letters, digits, - and _."
        )
    return None


def _named(places: Mapping[str, _Place]) -> Iterator[tuple[_Place, str]]:
    """Each place with a name: its folder's, with as many of those above as it takes to tell it from others.

    The root is called as a service alone is, unless a folder is called so; names that are still alike get numbers.
    """
    wishes = {directory: _wishes(place) for directory, place in places.items()}
    often = Counter(wish for directory in wishes if directory != "." for wish in wishes[directory])
    given = set[str]()
    for directory, place in places.items():
        wished = wishes[directory]
        name = next((wish for wish in wished if often[wish] == (directory != ".")), wished[-1])
        numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        given.add(name := next(one for one in numbered if one not in given))
        yield place, name


def _wishes(place: _Place) -> tuple[str, ...]:
    """Names that would do for a place, the best first, each once."""
    said = place.facts.name.value if place.facts else ""
    if place.directory == ".":
        return (state.ONLY, compose_name(said or "root"), "root")
    parts = place.directory.split("/")
    telling = max((at for at, part in enumerate(parts, 1) if part not in GENERIC), default=0)
    own = [compose_name("-".join(parts[at:telling])) for at in reversed(range(telling))]
    return tuple(dict.fromkeys([*(own or [compose_name(said or parts[-1])]), compose_name("-".join(parts))]))
