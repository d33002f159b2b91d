"""Projects that were made, edited by hand and made anew: what the tests of `update` share."""

from __future__ import annotations

import contextlib
import datetime
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from scaffold import catalogue, commands, render
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Moves, Updated, update
from tests.day import TODAY, after

EXAMPLES = Path(__file__).parent.parent / "examples"
APPS = {"node": "express", "python": "fastapi", "go": "nethttp"}
FILES = ("Dockerfile", ".dockerignore", "compose.yaml", ".github/dependabot.yml")
LATER = after(30)
"""The day of an update."""

NEW, OTHER = "e" * 64, "0" * 64
PIN = re.compile(r":[\w.-]+@sha256:[0-9a-f]{64}")

_environment = render.environment
environment = cache(_environment)

Texts = dict[str, str | None]
"""Files by path; None for one that is not there. Bytes that are no UTF-8 are surrogate escapes."""


def made(root: Path, language: str, tier: str, **given: str) -> Path:
    """The example's app of a language, with the files that `new` writes."""
    shutil.copytree(EXAMPLES / APPS[language] / "app", root)
    answers = {"tier": tier, "health-path": "/healthz", "name": f"{language}-{tier}", **given}
    with mock.patch.object(render, "environment", environment):
        commands.new(str(root), answers, Options(offline=True), TODAY)
    return root


def again(root: Path, moves: Moves | None = None, today: datetime.date = LATER, **options: Any) -> Updated:
    """An update without network."""
    return update(str(root), Options(**{"offline": True, **options}), moves or Moves(), today)


def texts(root: Path, paths: Sequence[str] = FILES) -> Texts:
    """The generated files of a project."""
    return {path: _text(root / path) for path in paths}


def put(root: Path, files: Mapping[str, str | None]) -> None:
    """Puts files in place, and removes those that are not to be there."""
    for path, text in files.items():
        place = root / path
        if text is None:
            place.unlink(missing_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode(errors="surrogateescape"))


def whole(root: Path) -> Texts:
    """The generated files, the answers and the lock."""
    return texts(root, (*FILES, ANSWERS, LOCK))


def _text(place: Path) -> str | None:
    return place.read_bytes().decode(errors="surrogateescape") if place.exists() else None


@contextlib.contextmanager
def templates(folder: Path) -> Iterator[None]:
    """Renders from the templates of another folder."""
    with mock.patch.object(render, "templates", lambda: folder):
        environ = _environment()
    with mock.patch.object(render, "environment", lambda: environ):
        yield


def changed_templates(root: Path) -> Path:
    """Templates as a later version might have them: comments, a RUN and an ignored path changed, a label added."""
    folder = Path(shutil.copytree(render.templates(), root))
    for path in sorted(folder.rglob("*.j2")):
        text = path.read_text()
        text = text.replace("# Edit this file as you like: ", "# Edit it: ")
        text = text.replace("USER {{ user }}", "LABEL kept=true\n\nUSER {{ user }}")
        text = text.replace("RUN {{ recipe.build | run }}", "RUN echo built anew\n\nRUN {{ recipe.build | run }}")
        text = text.replace("RUN {{ recipe.install | run }}", "RUN {{ recipe.install | run }} \\\n && true")
        text = text.replace("**/.svn\n", "**/.svn\n**/.jj\n").replace("interval: weekly", "interval: daily")
        path.write_text(text.replace("    init: true\n", "    init: true\n\n    stop_grace_period: 10s\n"))
    return folder


@contextlib.contextmanager
def newer_pins() -> Iterator[None]:
    """A catalogue in which each version is one further, and each digest another, ten days before the update."""
    with _rows([_newer(row) for row in catalogue.content()["images"]]):
        yield


@contextlib.contextmanager
def more_pins() -> Iterator[None]:
    """The catalogue with the older Python on Alpine, which it has no longer."""
    rows = catalogue.content()["images"]
    row = next(row for row in rows if row["tag"].startswith("3.14") and "alpine" in row["tag"])
    tag = re.sub(r"3\.14\.\d+", "3.13.2", row["tag"])
    with _rows([*rows, {**row, "tag": tag, "digest": f"sha256:{OTHER}"}]):
        yield


def _rows(rows: Sequence[Mapping[str, Any]]) -> contextlib.AbstractContextManager[Any]:
    return mock.patch.dict(catalogue.content(), images=rows)


def _newer(row: Mapping[str, Any]) -> dict[str, Any]:
    tag = re.sub(r"^(\d+\.\d+)(?:\.(\d+))?(?=-|$)", _next, row["tag"])
    tag = re.sub(r"20261005", "20261019", tag)
    return {**row, "tag": tag, "digest": f"sha256:{NEW}", "date": after(20).isoformat()}


def _next(match: re.Match[str]) -> str:
    return f"{match[1]}.{int(match[2]) + 1}" if match[2] else match[0]


def lines(text: str | None) -> list[str]:
    """The lines without marks, endings and pins: what an edit of a person's is in."""
    text = PIN.sub(":PIN", (text or "").removeprefix("\ufeff"))
    return [line.removesuffix("\r") for line in text.split("\n")]


def counted(text: str | None) -> Counter[str]:
    """How often each line is there, but for blank ones."""
    return Counter(line for line in lines(text) if line.strip())


def pins(files: Mapping[str, str | None]) -> dict[str, set[str]]:
    """The pins of each image in files, by its name and the variant in its tag."""
    found: dict[str, set[str]] = {}
    for text in files.values():
        for name, tag, digest in re.findall(r"([\w./-]+):([\w.-]+)@(sha256:[0-9a-f]{64})", text or ""):
            found.setdefault(f"{name} {re.sub(r'[0-9.]+', '#', tag)}", set()).add(f"{tag}@{digest}")
    return found
