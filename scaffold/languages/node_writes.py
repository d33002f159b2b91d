"""Where a Node program writes, and what it asks of its environment."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaffold.facts import Found
from scaffold.languages.js_modules import ENDINGS, Modules
from scaffold.languages.js_paths import path
from scaffold.languages.js_tree import Source, arguments, bare, function, member, said
from scaffold.languages.js_values import Value, variable
from scaffold.project import Project
from scaffold.volumes import is_file, is_scratch

if TYPE_CHECKING:
    from tree_sitter import Node

FOLDERS = ("mkdir", "mkdirSync", "mkdirp", "mkdirpSync", "ensureDir", "ensureDirSync", "emptyDir", "emptyDirSync")
"""Functions of fs, fs-extra and mkdirp that make a folder."""

FILES = (
    *(
        "writeFile",
        "writeFileSync",
        "appendFile",
        "appendFileSync",
        "createWriteStream",
        "outputFile",
        "outputFileSync",
    ),
    *("outputJson", "outputJsonSync", "writeJson", "writeJsonSync", "ensureFile", "ensureFileSync"),
)
"""Those that write a file."""

OPENED = ("Database", "DatabaseSync", "JSONFile", "JSONFileSync", "JSONFilePreset", "FileSync", "FileAsync", "LowSync")
"""Classes of SQLite's and other packages that keep data in a file, which is their first argument."""

KEYS = {"filename": False, "storage": False, "dest": True, "uploadDir": True, "dbPath": False, "database": False}
"""Keys of options that name a file (False) or folder (True): of winston, sequelize, multer, formidable, typeorm."""

KEPT = re.compile(r"\.(?:db|sqlite3?|json|nedb|csv|txt|log)$", re.IGNORECASE)


def writes(modules: Modules, folder: str) -> tuple[Found | None, Found | None]:
    """Absolute paths that the sources write to: what is to be kept, and what may be lost, each as words of an answer.

    `folder` is where in the project the program runs; what stands beside code is a file of its own.
    """
    kept, lost = dict[str, str](), dict[str, str]()
    for found, is_folder in _written(modules):
        place = _place(modules.project, folder, found, is_folder)
        if (
            place
            and place not in ("/tmp", "/app")
            and not place.startswith(("/tmp/", "/dev/", "/proc/", "/app/node_modules"))
        ):
            (lost if is_scratch(place) and not is_file(place) else kept).setdefault(place, found.source)
    return _answer(_outermost(kept)), _answer(_outermost(lost))


def _answer(places: dict[str, str]) -> Found | None:
    return Found(" ".join(places), ", ".join(dict.fromkeys(places.values())), "likely") if places else None


def _outermost(places: dict[str, str]) -> dict[str, str]:
    return {
        place: source
        for place, source in sorted(places.items())
        if not any(place.startswith(f"{other}/") for other in places)
    }


def _place(project: Project, folder: str, found: Value, is_folder: bool) -> str:
    """The path in the image; empty for one that cannot be made writable."""
    text = found.text or ""
    if not re.fullmatch(r"[\w./@+-]+", text, re.ASCII) or text in (".", "/"):
        return ""
    is_folder = is_folder or found.inside
    if text.startswith("/"):
        place = posixpath.normpath(text)
        return place if is_folder else posixpath.dirname(place)
    inner = posixpath.normpath(posixpath.join(folder, text))
    if inner in (".", "..") or inner.startswith("../"):
        return ""
    if is_folder:
        return "" if _has_code(project, inner) else f"/app/{inner}"
    above = posixpath.dirname(inner)
    if above and not _has_code(project, above):
        return f"/app/{above}"
    return f"/app/{inner}" if KEPT.search(inner) and not MANIFEST.search(inner) else ""


def _has_code(project: Project, folder: str) -> bool:
    """Whether a folder has sources, or what a build makes of them: it is no place for a mount."""
    if folder.partition("/")[0] in ("dist", "build", "public", "static", "views", "src", "node_modules"):
        return not is_scratch(folder) and "upload" not in folder
    return any(project.contains(folder, ending) for ending in ENDINGS)


def _written(modules: Modules) -> Iterator[tuple[Value, bool]]:
    for source in modules.sources:
        for call in source.calls:
            name, given = function(call).rpartition(".")[2], arguments(call)
            if not given:
                continue
            if name in FOLDERS or name in FILES or (name in OPENED and call.type == "new_expression"):
                yield path(modules, source, given[0]), name in FOLDERS
            elif name in ("open", "openSync") and len(given) > 1 and re.match(r"['\"][wa]", said(given[1])):
                yield path(modules, source, given[0]), False
            yield from _options(modules, source, name, bare(given[-1]))


def _options(modules: Modules, source: Source, name: str, options: Node) -> Iterator[tuple[Value, bool]]:
    for key, is_folder in KEYS.items() if options.type == "object" else ():
        node = member(options, key)
        if node is None or bare(node).type in ("arrow_function", "function_expression", "method_definition"):
            continue
        found = path(modules, source, node)
        # The name of a database on a server is no file.
        if (
            found.text
            and (key != "database" or re.search(r"\.(db|sqlite3?)$", found.text))
            and found.text != ":memory:"
        ):
            yield found, is_folder


MANIFEST = re.compile(r"(?:^|/)(?:package(?:-lock)?|tsconfig|composer|manifest)\.json$")
"""Files that a program writes for others, if at all."""

WANTED = re.compile(r"(?:URL|URI|DSN|SECRET|TOKEN|PASSWORD|API_?KEY|CONNECTION_STRING|_HOST)$")
"""Names of variables without which a program seldom runs."""

GIVEN = frozenset({"NODE_ENV", "PORT", "HOST", "HOSTNAME", "HOME", "PATH", "TZ", "CI", "DEBUG", "VERCEL_URL"})


def needs(modules: Modules) -> tuple[Found, ...]:
    """Variables that the sources read, give no default, and whose names or use say that they are needed."""
    found, optional = dict[str, Found](), set[str]()
    for source in modules.sources:
        for node in source.nodes if "process.env" in source.text else ():
            name = variable(node)
            if not name.isupper() or name in GIVEN:
                continue
            if _demanded(node) or WANTED.search(name):
                found.setdefault(name, Found(name, source.place(node), "likely"))
            if _has_default(node) and not _demanded(node):
                optional.add(name)
    return tuple(need for name, need in found.items() if name not in optional)


def _has_default(node: Node) -> bool:
    """Whether something else is taken where the variable has no value, or whether it is only asked if it has one."""
    above = node.parent
    while above is not None and above.type in (
        "as_expression",
        "parenthesized_expression",
        "arguments",
        "call_expression",
    ):
        above = above.parent
    if above is None:
        return False
    if above.type == "binary_expression":
        return said(above.child_by_field_name("operator")) in ("||", "??", "&&", "===", "!==", "==", "!=")
    return above.type in ("ternary_expression", "if_statement", "unary_expression", "subscript_expression")


def _demanded(node: Node) -> bool:
    """Whether the program ends when the variable has no value: `if (!process.env.X) throw ...`."""
    above = node.parent
    while above is not None and above.type in ("unary_expression", "parenthesized_expression", "binary_expression"):
        if above.type == "unary_expression" and said(above.child_by_field_name("operator")) != "!":
            return False
        above = above.parent
    if above is None or above.type != "if_statement":
        return False
    condition, body = said(above.child_by_field_name("condition")), said(above.child_by_field_name("consequence"))
    return "!" in condition and bool(re.search(r"\bthrow\b|process\.exit\(", body))
