"""Which files of the repository a Go program reads while it runs, and where it writes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaffold.facts import Found
from scaffold.languages import go_tree
from scaffold.languages.go_sources import joined
from scaffold.languages.go_tree import Call
from scaffold.languages.go_values import Knob, Value, Values, literal, place_of
from scaffold.project import Project
from scaffold.values import FIXED

READERS = {
    "ParseGlob": 0, "ParseFiles": -1, "LoadHTMLGlob": 0, "LoadHTMLFiles": -1, "ReadFile": 0, "Open": 0, "DirFS": 0,
    "ReadDir": 0, "ServeFile": 2, "Dir": 0, "Static": 1, "StaticFile": 1, "StaticFS": 1, "File": -1, "SetConfigFile": 0,
    "AddConfigPath": 0, "Glob": 0, "New": 0, "LoadX509KeyPair": -1, "Walk": 0, "WalkDir": 0, "Stat": 0, "SendFile": 0,
    "DecodeFile": 0, "LoadConfig": 0, "Load": 0, "NewFileSystem": 0, "SetTemplateDirectory": 0, "LoadFile": 0,
    "AddFromFiles": -1, "MustLoadTranslationFile": 0, "LoadMessageFile": 0, "ReadInConfig": 0, "HandleDir": 1,
}  # fmt: skip
"""Functions that read files, with the argument that names them; -1 stands for any."""

WRITERS = {
    "MkdirAll": 0,
    "Mkdir": 0,
    "Create": 0,
    "OpenFile": 0,
    "WriteFile": 0,
    "DefaultOptions": 0,
    "SaveUploadedFile": 1,
}
"""Functions of os and such that make files or folders."""

STORES = {
    "database/sql": ("Open", 1), "github.com/jmoiron/sqlx": ("", 1), "gorm.io/driver/sqlite": ("Open", 0),
    "github.com/glebarez/sqlite": ("Open", 0), "go.etcd.io/bbolt": ("Open", 0), "github.com/boltdb/bolt": ("Open", 0),
    "github.com/dgraph-io/badger": ("DefaultOptions", 0), "github.com/syndtr/goleveldb/leveldb": ("OpenFile", 0),
    "github.com/cockroachdb/pebble": ("Open", 0), "github.com/tidwall/buntdb": ("Open", 0),
    "github.com/asdine/storm": ("Open", 0), "github.com/blevesearch/bleve": ("New", 0),
    "zombiezen.com/go/sqlite": ("", 0),
    "github.com/timshannon/badgerhold": ("Open", 0), "crawshaw.io/sqlite": ("", 0),
}  # fmt: skip
"""Libraries that keep data in files, with the function and the argument that says where."""

LOGS = re.compile(r"(?i)(?:^|/)logs?(?:/|$)|\.log$|(?:^|/)(?:tmp|temp|cache|\.cache)(?:/|$)")
SOURCES = re.compile(r"(?i)\.(?:go|mod|sum|md|proto)$|(?:^|/)(?:Dockerfile|Makefile|LICENSE|\.env[^/]*|\.git[^/]*)$")
TOLD = re.compile(r"(?i)^string(?:var)?p?$|env")
DATA = re.compile(
    r"(?i)(?:^|[._-])(?:data|storage|store|upload|state|database|db|filesystem|work)s?[._-]?(?:dir|directory|path|root|folder|file)?$"
    r"|filesystem[._-]root"
)
"""Functions that read flags and variables, and names of those that say where data is."""

NAMED = re.compile(r"\w\.(?:ya?ml|json|toml|html|tmpl|csv|ini|sql)$")
DOTENV = re.compile(r"(?:\.{1,2}/|[\w-]+/){0,4}\.env(?:\.\w{1,20})?", re.ASCII)
DOTENVS = ("github.com/joho/godotenv", "github.com/subosito/gotenv")
MOST_SETTINGS = 5
"""Names of files of variables, and libraries that read one called .env unless they are told another name."""

BUILT = re.compile(r"(?:^|/)(?:dist|build|out|public|static|www)(?:/|$)")
SCREEN = re.compile(r"[\w./@+-]{1,150}", re.ASCII)


class Files(NamedTuple):
    """`read` are files and folders of the project, `folder` is where the program is started so that it finds them.

    `data` and `scratch` are folders that it writes to, relative to that one or absolute, and files beside the program.
    `absent` are folders of pages that it names and that nobody has made yet, `settings` files of variables that it
    reads, and that enter no image.
    """

    folder: str = "."
    read: tuple[Found, ...] = ()
    data: tuple[Found, ...] = ()
    scratch: tuple[Found, ...] = ()
    absent: tuple[Found, ...] = ()
    settings: tuple[str, ...] = ()


def files(project: Project, values: Values, main: str, module: str) -> Files:
    """What the program in the folder `main` of the module in a folder reads and writes."""
    wanted = list(_read(values))
    bases = list(dict.fromkeys((module, main, ".")))
    found = {base: [one for path, one in wanted if _there(project, base, path)] for base in bases}
    # Where most of what it names is there; of places alike, the one nearest to the module.
    base = max(bases, key=lambda base: len(found[base]))
    read = dict[str, Found]()
    for path, source in wanted:
        if at := _there(project, base, path):
            read.setdefault(at, Found(at, source))
    if any(at == "" for at, _ in wanted):
        tops = dict.fromkeys(
            joined(base, path.removeprefix(f"{base}/").split("/")[0]) for path in project.find("", base, 2)
        )
        read |= {at: Found(at, "the folder that is served") for top in tops if (at := _there(project, ".", top))}
    if read:
        from scaffold.hardening import ignores

        read = {at: one for at, one in read.items() if not ignores.keeps_out(_ours(), at)}
    absent = tuple(_absent(project, base, wanted))
    folder = base if read else "."
    return Files(folder, tuple(_least(read)), *_written(values), absent, tuple(_settings(values, folder)))


def _settings(values: Values, folder: str) -> Iterator[str]:
    """Files of variables, such as .env, that the program reads where it is started, by a library or by their names."""
    named = dict.fromkeys(said for node, _ in values.tree.strings if DOTENV.fullmatch(said := literal(node)))
    if not named and any(values.tree.imports(library) for library in DOTENVS):
        named = {".env": None}
    for path in list(named)[:MOST_SETTINGS]:
        if (at := place_of(folder, path)) and not path.startswith("/"):
            yield at


def _absent(project: Project, base: str, wanted: Iterable[tuple[str, str]]) -> Iterator[Found]:
    """Folders that are called as what a build makes is, those that are there too: a build may make them anew."""
    found = dict[str, Found]()
    for path, source in wanted:
        at = place_of(base, path) if BUILT.search(path) and SCREEN.fullmatch(path) and path[0] != "/" else None
        if at and not project.has(at):
            folder = at.rpartition("/")[0] if "." in at.rpartition("/")[2] else at
            found.setdefault(folder, Found(folder, source))
    yield from found.values()


def _read(values: Values) -> Iterator[tuple[str, str]]:
    """Paths that the program names, with their places."""
    for name, at in READERS.items():
        for call in values.tree.called(name):
            for argument in call.arguments[:8] if at < 0 else call.arguments[at : at + 1]:
                for value in values.of(argument, call.file):
                    if name == "Dir" and call.package == "net/http" and value.text in (".", "./"):
                        yield "", call.place
                    elif value.text and (name != "New" or value.text.startswith(("./", "file:")) or "html" in call.on):
                        yield _cut(value.text), call.place
    for node, file in values.tree.strings:
        said = literal(node)
        path = "/" in said.strip("/") or said.startswith("./") or NAMED.search(said)
        if path and not said.startswith(("/", "http")) and (node.parent is None or node.parent.type != "import_spec"):
            yield _cut(said), file.place(go_tree.line(node))


def _ours() -> str:
    """What our .dockerignore keeps out of any build."""
    from scaffold.render import templates

    text = (templates() / "dockerignore.j2").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if "{" not in line)


def _cut(path: str) -> str:
    """The file or folder that a path or pattern is about."""
    plain = re.sub(r"^file://", "", path)
    return re.split(r"/?[^/]*[*?\[{%]", plain)[0] if re.search(r"[*?\[{%]", plain) else plain


def _there(project: Project, base: str, path: str) -> str | None:
    """Where in the project a relative path is, None when it is not there or is no more than source code."""
    if not path or path.startswith("/") or not SCREEN.fullmatch(path) or SOURCES.search(path):
        return None
    at = place_of(base, path)
    if at is None or at in (".", base) or at.split("/")[0] in ("vendor", ".git"):
        return None
    if project.has(at):
        return at
    return at if project.has_folder(at) and not _code(project, at) else None


def _code(project: Project, folder: str) -> bool:
    """Whether a folder holds Go sources and nothing else."""
    return folder in ("cmd", "internal", "pkg") or all(path.endswith(".go") for path in project.find("", folder, 2))


def _least(read: dict[str, Found]) -> Iterator[Found]:
    """Those that are in no other of them."""
    for at, found in sorted(read.items()):
        if not any(at.startswith(f"{other}/") for other in read):
            yield found


def _written(values: Values) -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """What is data and what is scratch: folders, and files where the folder is the program's own."""
    data, scratch = dict[str, Found](), dict[str, Found]()
    for path, place, is_folder in _paths(values):
        above, _, name = path.rpartition("/")
        if is_folder or above or "." in name.strip("."):
            kept = path if is_folder or not above else above
            (scratch if LOGS.search(path) and (is_folder or above) else data).setdefault(kept, Found(kept, place))
    lost = tuple(one for one in _least(scratch) if not any(f"{one.value}/".startswith(f"{kept}/") for kept in data))
    return tuple(_least(data)), lost


def _paths(values: Values) -> Iterator[tuple[str, str, bool]]:
    """Each path that is written, with its place and whether it is a folder."""
    for call, at, is_folder in _writing(values):
        for argument in call.arguments[at : at + 1]:
            for value in values.of(argument, call.file)[:2]:
                if path := _path(_unset(value)):
                    yield path, call.place, is_folder
    yield from _told(values)
    for bound in values.tree.member.get("Filename", ()):
        for value in values.of(bound.node, bound.file)[:1]:
            if (path := _path(value.text or "")) and LOGS.search(path):
                yield path, bound.file.place(go_tree.line(bound.node)), False


def _unset(value: Value) -> str:
    """A path when no variable is set that is a part of it; empty where that is not known."""
    if value.text is not None or not isinstance(value.parts[0], Knob):
        return value.text or ""
    said = [part.default or "" if isinstance(part, Knob) and part.kind == "env" else part for part in value.parts]
    # What is joined to nothing is where the program is started.
    return "".join(part for part in said if isinstance(part, str)).lstrip("/")


def _told(values: Values) -> Iterator[tuple[str, str, bool]]:
    """Folders of data that a flag or variable names by default."""
    for call in values.tree.calls:
        if TOLD.search(call.name):
            for value in values.of(call.node, call.file):
                for knob in value.knobs:
                    path = _path(knob.default or "") if DATA.search(knob.name) else ""
                    if "/" in path and knob.kind != "config":
                        yield path, knob.place, True


def _writing(values: Values) -> Iterator[tuple[Call, int, bool]]:
    """The calls that write, the argument that names where, and whether that is a folder."""
    for name, at in WRITERS.items():
        for call in values.tree.called(name):
            if call.package in ("os", "io/ioutil") or not call.package:
                arguments = " ".join(go_tree.text(one) for one in call.arguments[1:])
                if name != "OpenFile" or re.search(r"O_(?:CREATE|WRONLY|RDWR|APPEND)", arguments):
                    yield call, at, name in ("MkdirAll", "Mkdir")
    for call in values.tree.calls:
        for library, (name, at) in STORES.items():
            if call.package.startswith(library) and name in ("", call.name):
                driver = go_tree.text(call.arguments[0]) if call.arguments else ""
                if at == 0 or "sqlite" in driver.lower() or "duckdb" in driver:
                    yield call, at, "badger" in library or "leveldb" in library or "pebble" in library


def _path(text: str) -> str:
    """A path that a program would write, in plain form; empty for one in memory, in /tmp or of the system's."""
    said = re.sub(r"^(?:file:|sqlite3?:)(?://)?", "", text).partition("?")[0]
    if not said or ":memory:" in said or not SCREEN.fullmatch(said) or said.strip("./") == "":
        return ""
    plain = re.sub(r"(?<=.)/+$", "", re.sub(r"^(?:\./)+", "", said))
    taken = any(plain == one or plain.startswith(f"{one}/") for one in (*FIXED, "/tmp"))
    return "" if taken or plain.startswith("..") or plain == "/app" or re.fullmatch(r"/[^/]+\.\w+", plain) else plain
