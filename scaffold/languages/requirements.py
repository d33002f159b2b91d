"""The files that pip installs from (pip.pypa.io, "Requirements File Format")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import NamedTuple

from scaffold.errors import ScaffoldError
from scaffold.languages.python_names import elsewhere
from scaffold.project import Project

FILES = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements-prod.txt",
    "requirements/requirements.txt",
    "requirements/base.txt",
    "requirements/main.txt",
    "requirements/common.txt",
    "requirements.in",
)
"""Where a project's requirements are, from the likeliest on."""

_INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)(?:[ =]\s*)?(\S+)\s*$")
_PACKAGE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(?=$|[<>=!~;@(]|--)(.*)$", re.DOTALL)
_EDITABLE = re.compile(r"(?:-e|--editable)[ =]?\s*")
_FOLDER = re.compile(r"file:|\.{0,2}/|\.{1,2}(\[|\s|;|$)")
_REPOSITORY = re.compile(r"(git|hg|svn|bzr)\+")


class Requirement(NamedTuple):
    """A package by the name as written; `source` is file and line.

    `kind` is empty for a package of an index, `git` for one of a repository, `path` for one of a folder (`name` is then
    the path, `.` for the project itself), `url` for a file. `version` is the exact one that is asked for, or empty.
    """

    name: str
    extras: str
    marker: str
    source: str
    exact: bool
    version: str = ""
    kind: str = ""


class Requirements(NamedTuple):
    """The files in the order in which pip reads them, the packages, and the first file with hashes, or empty."""

    files: tuple[str, ...]
    packages: tuple[Requirement, ...]
    hashed: str


def find(project: Project) -> str:
    """The file with a project's requirements; empty when there is none."""
    return next((file for file in FILES if project.shows(file)), "")


def read(project: Project, first: str) -> Requirements:
    """Reads a file and those that it includes.

    Raises ScaffoldError for one that is missing or out of the project, for a line that is none of pip's, and for what
    is installed from a folder out of the project, or from another repository than git's.
    """
    waiting, files, packages, hashed = [(first, "", True)], list[str](), list[Requirement](), ""
    while waiting:
        path, includer, installs = waiting.pop(0)
        text = project.text(path)
        if text is None:
            raise ScaffoldError(f"{path} is not there, and {includer} includes it.", "Add it, or mend the line.")
        if path not in files:
            files.append(path)
        for number, line in _lines(text):
            source = f"{path}:{number}"
            hashed = hashed or (path if "--hash=" in line else "")
            if included := _INCLUDE.match(line):
                file = _inside(path, included[2], source)
                if file not in [*files, *(name for name, _, _ in waiting)]:
                    waiting.append((file, source, installs and included[1] in ("-r", "--requirement")))
            elif installs and (package := _package(line, source)) and not elsewhere(package.marker):
                packages.append(package)
    return Requirements(tuple(files), tuple(packages), hashed)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers; one that ends in a backslash goes on in the next."""
    start, whole = 0, ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        start, whole = (start if whole else number), whole + line.strip()
        if whole.endswith("\\"):
            whole = whole[:-1] + " "
        else:
            if bare := re.sub(r"(^|\s)#.*", "", whole).strip():
                yield start, bare
            whole = ""


def _inside(path: str, file: str, source: str) -> str:
    """The file as seen from the project; pip takes it as seen from the file that includes it."""
    whole = normpath(join(dirname(path), file))
    if file.startswith("/") or whole.startswith("..") or not re.fullmatch(r"[\w./-]+", whole, re.ASCII):
        raise ScaffoldError(
            f"{source} includes what is no plain path in the project: {file}.", "Move it into the project."
        )
    return whole


def _package(line: str, source: str) -> Requirement | None:
    bare = _EDITABLE.sub("", line, count=1) if _EDITABLE.match(line) else line
    named, at, address = (part.strip() for part in bare.partition(" @ "))
    address = address if at else named
    if _REPOSITORY.match(address):
        return _repository(address, named if at else "", source)
    if _FOLDER.match(address) or bare != line:
        return _folder(address, line, source)
    if line.startswith("-"):
        return None
    if re.match(r"https?://", line):
        return None
    found = _PACKAGE.match(line)
    if not found:
        raise ScaffoldError(f"{source} cannot be read: {line}", "Mend that line; see pip install --dry-run -r.")
    wanted, _, marker = found[3].partition(";")
    exact = re.match(r"\s*\(?\s*===?\s*([^\s,;)]+)\s*\)?\s*(?:--|$)", wanted)
    version = exact[1] if exact and "*" not in exact[1] else ""
    kind = "url" if "@" in wanted else ""
    return Requirement(found[1], found[2] or "", marker, source, "==" in wanted or "@" in wanted, version, kind)


def _repository(address: str, named: str, source: str) -> Requirement:
    if not address.startswith("git+"):
        raise ScaffoldError(
            f"{source} installs from a repository that is not git's: {address}.", "Depend on a released version."
        )
    if address.startswith("git+ssh"):
        raise ScaffoldError(
            f"{source} installs from a repository by SSH, for which the build has no key: {address}.",
            "Depend on it by https, or on a released version.",
        )
    egg = re.search(r"#(?:.*&)?egg=([\w.-]+)", address)
    last = re.sub(r"(\.git)?(@[^/]*)?(#.*)?(;.*)?$", "", address).rstrip("/").rpartition("/")[2]
    name, _, extras = (named or (egg[1] if egg else last)).partition("[")
    return Requirement(name, extras.rstrip("]"), "", source, "@" in address.rpartition("/")[2], kind="git")


def _folder(address: str, line: str, source: str) -> Requirement:
    place = re.sub(r"\s*(\[[^\]]*\])?\s*(;.*|#.*)?$", "", address).removeprefix("file:")
    whole = normpath(place) if place else "."
    if place.startswith("/") or whole.startswith("..") or not re.fullmatch(r"[\w./-]+", whole, re.ASCII):
        raise ScaffoldError(
            f"{source} installs a folder that is not in the project: {line}.",
            "Leave the line out where the app runs from its own folder, or depend on a released version.",
        )
    return Requirement(whole, "", "", source, True, kind="path")
