"""The files that pip installs from (pip.pypa.io, "Requirements File Format")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from scaffold.errors import ScaffoldError
from scaffold.project import Project

_INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)(?:[ =]\s*)?(\S+)\s*$")
_PACKAGE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(?=$|[<>=!~;@(]|--)(.*)$", re.DOTALL)
_FOLDER = re.compile(r"-e\b|--editable\b|file:|\.{0,2}/|\.{1,2}(\[|$)")


@dataclass(frozen=True)
class Requirement:
    """A package by the name as written; `source` is file and line."""

    name: str
    extras: str
    marker: str
    source: str
    exact: bool


@dataclass(frozen=True)
class Requirements:
    """The files in the order in which pip reads them, the packages, and the first file with hashes, or empty."""

    files: tuple[str, ...]
    packages: tuple[Requirement, ...]
    hashed: str


def read(project: Project, first: str) -> Requirements:
    """Reads a file and those that it includes.

    Raises ScaffoldError for one that is missing or out of the project, for a line that is none of pip's, and for what
    is installed from a folder or a repository.
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
            elif installs and (package := _package(line, source)):
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
    if re.match(r"(\S+\s*@\s*)?(git|hg|svn|bzr)\+", line):
        raise ScaffoldError(
            f"{source} installs from a repository, which takes git in the image: {line}.",
            "Depend on a released version, or on the address of an archive: NAME @ https://...",
        )
    if _FOLDER.match(line) or re.match(r"\S+\s*@\s*file:", line):
        raise ScaffoldError(
            f"{source} installs a folder, which is not covered so far: {line}.",
            "Leave the line out where the app runs from its own folder, or depend on a released version.",
        )
    if line.startswith("-") or re.match(r"https?://", line):
        return None
    named = _PACKAGE.match(line)
    if not named:
        raise ScaffoldError(f"{source} cannot be read: {line}", "Mend that line; see pip install --dry-run -r.")
    wanted, _, marker = named[3].partition(";")
    return Requirement(named[1], named[2] or "", marker, source, exact="==" in wanted or "@" in wanted)
