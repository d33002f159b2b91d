"""Where a Python program writes, by its sources: folders that become volumes or memory, files that are led there."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages.python_source import Module, bound, named
from scaffold.languages.python_values import Values
from scaffold.project import Project
from scaffold.volumes import APP, is_file

_FOLDERS = ("os.makedirs", "os.mkdir", "pathlib.Path.mkdir")
_FILES = re.compile(
    r"sqlite3\.connect|aiosqlite\.connect|.*SqliteDatabase|tinydb\.TinyDB|TinyDB|shelve\.open|dbm\.open|.*\.to_csv"
    r"|.*\.to_json|.*\.to_pickle|.*\.to_excel|joblib\.dump|duckdb\.connect|.*SqliteDict|.*PicklePersistence"
)
_LOGS = re.compile(r"logging\.(handlers\.)?\w*FileHandler|\w*FileHandler|(loguru\.)?logger\.add")
_DATA = re.compile(r".*PersistentClient|diskcache\.(Cache|Index|Deque)|lmdb\.open|plyvel\.DB")
_NAMED = re.compile(
    r"(UPLOAD|MEDIA|DOWNLOAD|OUTPUT|CACHE|LOG)S?_?(ED)?_?(FOLDER|DIR|DIRECTORY|PATH|ROOT|DEST|FILE)$", re.I
)
_SQLITE = re.compile(r"sqlite(\+\w+)?:///(?!:memory:)([^?]+)")
_SCRATCH = re.compile(
    r"(^|[/._-])(logs?|cache|caches|tmp|temp|scratch|flask_session|sessions?|__pycache__|\w+\.log)([/._-]|$)", re.I
)
_CODE = (
    ".py",
    ".html",
    ".css",
    ".js",
    ".json",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".sql",
    ".ini",
    ".jinja",
    ".j2",
    ".md",
)


class Written(NamedTuple):
    """A path in the image that is written: a file, or a folder."""

    path: str
    source: str
    file: bool


def written(modules: Iterable[Module], values: Values, beside_app: bool = False) -> list[Written]:
    """What the modules create, open for writing or name in settings.

    `beside_app` says that Flask-SQLAlchemy is older than version 3: it keeps databases in the folder of the app.
    """
    found: dict[str, Written] = {}
    place = _of_app(values) if beside_app else "instance/"
    for module in modules:
        flask = "flask_sqlalchemy" in {origin.partition(".")[0] for origin in module.imports.values()}
        for node, path, file in _of(module, values):
            if path and path not in found:
                found[path] = Written(path, module.at(node), file)
        for node in module.nodes:
            if not isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
                continue
            text = values.of(node, module).of
            if isinstance(text, str) and (match := _SQLITE.search(text)) and len(text) < 400:
                inner = match[2]
                relative = not inner.startswith("/")
                path = values.absolute(f"{place}{inner}" if relative and (flask or _flask(values)) else inner)
                found.setdefault(path, Written(path, module.at(node), True))
    return list(found.values())


def settle(found: Iterable[Written], project: Project) -> tuple[Found | None, Found | None]:
    """The answers about volumes and memory: volumes for data, and for single files beside code; memory for the rest."""
    writable, scratch = dict[str, str](), dict[str, str]()
    for one in found:
        losable = bool(_SCRATCH.search(one.path.removeprefix(APP)))
        folder = posixpath.dirname(one.path) if one.file else one.path
        if not _ours(folder):
            continue
        if folder == APP or _holds_code(folder, project):
            if one.file and is_file(one.path) and _ours(one.path) and not _tracked(one.path, project):
                writable.setdefault(one.path, one.source)
        elif not is_file(folder):
            (scratch if losable else writable).setdefault(folder, one.source)
    return _answer(writable), _answer(scratch, writable)


def _answer(folders: dict[str, str], besides: Iterable[str] = ()) -> Found | None:
    """The outermost of the folders as one answer."""
    all_of = [*folders, *besides]
    outer = sorted(one for one in folders if not any(one.startswith(f"{other}/") for other in all_of))
    outer = [one for one in outer if one not in besides]
    sources = dict.fromkeys(folders[one] for one in outer)
    return Found(" ".join(outer), ", ".join(sources), "likely") if outer else None


def _ours(folder: str) -> bool:
    """Whether a folder may be a mount of its own; what is in memory already needs none."""
    from scaffold import values

    if folder == "/tmp" or folder.startswith("/tmp/"):
        return False
    if folder == APP:
        return True
    try:
        return values.path(folder) == folder
    except ScaffoldError:
        return False


def _holds_code(folder: str, project: Project) -> bool:
    if not folder.startswith(f"{APP}/"):
        return False
    inside = folder.removeprefix(f"{APP}/")
    if not project.has_folder(inside):
        return False
    return any(next(project.find(suffix, inside, 3), None) is not None for suffix in _CODE)


def _tracked(path: str, project: Project) -> bool:
    """Whether the project has a file here that is no database: it is likely read, and written by its developers."""
    inside = path.removeprefix(f"{APP}/")
    return inside.endswith(_CODE) and project.has(inside)


def _flask(values: Values) -> bool:
    """Whether the project is one of Flask-SQLAlchemy, which keeps databases in the folder of the instance."""
    return any("flask_sqlalchemy" in text for text in values.modules.texts.values())


def _of_app(values: Values) -> str:
    """The folder of the module that makes the Flask app, with a slash behind it, or an empty text."""
    module = next(iter(values.modules.having(r"\bFlask\(")), None)
    folder = posixpath.dirname(module.path) if module else ""
    return f"{APP}/{folder}/" if folder else ""


def _of(module: Module, values: Values) -> Iterator[tuple[ast.AST, str, bool]]:
    for call in module.calls:
        full = module.full(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        first = call.args[0] if call.args else None
        if full in _FOLDERS and first is not None:
            yield call, values.path(first, module), False
        elif full in ("open", "io.open", "aiofiles.open", "gzip.open", "codecs.open") and first is not None:
            if re.search("[wax+]", _mode(call, 1)):
                yield call, values.path(first, module), True
        elif method in ("mkdir", "touch", "write_text", "write_bytes") and isinstance(call.func, ast.Attribute):
            yield call, values.path(call.func.value, module), method != "mkdir"
        elif method == "open" and isinstance(call.func, ast.Attribute) and re.search("[wax+]", _mode(call, 0)):
            yield call, values.path(call.func.value, module), True
        elif _LOGS.fullmatch(full):
            name = first or _keyword(call, "filename")
            if not isinstance(name, ast.Attribute) or named(name) not in ("sys.stderr", "sys.stdout"):
                yield call, values.path(name, module), True
        elif full == "logging.basicConfig" and (name := _keyword(call, "filename")):
            yield call, values.path(name, module), True
        elif _FILES.fullmatch(full):
            path = values.path(first or _keyword(call, "database"), module)
            yield call, "" if ":memory:" in path or _SQLITE.search(path) else path, True
        elif _DATA.fullmatch(full):
            yield call, values.path(first or _keyword(call, "path") or _keyword(call, "directory"), module), False
    yield from _settings(module, values)


def _settings(module: Module, values: Values) -> Iterator[tuple[ast.AST, str, bool]]:
    """Folders that settings name, and the files of logging in a dictionary."""
    for node in module.nodes:
        pair = bound(node)
        if pair and _NAMED.search(pair[0]) and not _is_variable(pair[1]):
            path = values.path(pair[1], module)
            text = values.of(pair[1], module).text
            if path and not text.startswith(("http", "s3:")) and (path.startswith(APP) or text.startswith("/")):
                yield node, path, is_file(path)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "filename":
                    yield value, values.path(value, module), True
                if isinstance(key, ast.Constant) and key.value == "NAME" and "sqlite3" in ast.unparse(node):
                    yield value, values.path(value, module), True


def _is_variable(value: ast.expr) -> bool:
    """Whether a value is the name of a thing, as in `CACHE_DIR: None`."""
    return isinstance(value, ast.Constant) and not isinstance(value.value, str)


def _mode(call: ast.Call, position: int) -> str:
    node = call.args[position] if len(call.args) > position else _keyword(call, "mode")
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "r"


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((key.value for key in call.keywords if key.arg == name), None)
