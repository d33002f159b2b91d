"""The program within this process, for tests that run it thousands of times."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
import io
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

from scaffold import cli, render
from tests.cli_test import Done
from tests.day import TODAY

_environment = functools.cache(render.environment)


_REAL = datetime.date


class _Day(type):
    """Of a day that was made before this stood in for the class, as by tomllib."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _REAL)


class _Date(datetime.date, metaclass=_Day):
    @classmethod
    def today(cls) -> _Date:
        return cls(TODAY.year, TODAY.month, TODAY.day)


def run(*arguments: str, cwd: Path, variables: Mapping[str, str] | None = None, stdin: bytes = b"") -> Done:
    """What the program comes to on the catalogue's day; what it raises beyond its exit code is raised here."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = {"stdin": io.BytesIO(stdin), "stdout": out, "stderr": err}
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd))
        stack.enter_context(mock.patch.dict(os.environ, variables or {}))
        stack.enter_context(mock.patch.object(sys, "argv", ["dockerscaffold", *arguments]))
        for name, stream in streams.items():
            stack.enter_context(mock.patch.object(sys, name, io.TextIOWrapper(stream, encoding="utf-8")))
        stack.enter_context(mock.patch.object(datetime, "date", _Date))
        stack.enter_context(mock.patch.object(render, "environment", _environment))
        stack.enter_context(_collecting())
        try:
            cli.run()
        except SystemExit as done:
            code = int(str(done.code or 0))
        sys.stdout.flush()
        sys.stderr.flush()
        texts = [stream.getvalue().decode(errors="surrogateescape") for stream in (out, err)]
    return Done(code, *texts)


@contextlib.contextmanager
def _collecting() -> Iterator[None]:
    """The program turns the search for cycles off, as it ends soon after."""
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()
