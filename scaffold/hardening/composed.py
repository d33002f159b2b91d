"""All files that Compose reads with one: what is put over it, what it includes, and what services extend.

Lines are counted through all of them, each file behind the one before it, so that a line alone tells its file. The
rules are those of compose-go (`cli/options.go`, `loader/include.go`, `loader/extends.go`).
"""

from __future__ import annotations

import posixpath
from bisect import bisect
from collections.abc import Callable, Iterator
from typing import NamedTuple

from scaffold.findings import Weakness
from scaffold.hardening import OVERRIDES, yaml
from scaffold.hardening.yaml import Value

Reader = Callable[[str], str | None]
"""Gives the text of a file by its path in the project; None where there is none that can be read."""

MOST = 50
"""How many files are read for one; and how far services are followed that extend each other."""


class Unit(NamedTuple):
    """Files that are one to Compose: where the first lies, and all that they say together."""

    path: str
    value: Value


class Files:
    """The files that were read, and what is to be said of those that could not be; weaknesses have counted lines."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self.paths: list[str] = []
        self.above: list[int] = []
        self.texts: list[str] = []
        self.weaknesses: list[Weakness] = []
        self.known: dict[str, Value | None] = {}

    def place(self, line: int) -> tuple[str, int]:
        """The file of a counted line, and its line there."""
        number = max(bisect(self.above, line - 1) - 1, 0)
        return self.paths[number], line - self.above[number]

    def add(self, path: str, text: str) -> Value | None:
        """What a text says; None when it cannot be read."""
        above = self.above[-1] + self.texts[-1].count("\n") + 2 if self.above else 0
        self.paths.append(path)
        self.above.append(above)
        self.texts.append(text)
        try:
            self.known[path] = yaml.read(text, above)
        except yaml.Unreadable as error:
            fact, remedy = f"{error}.", "Mend it: Compose does not read it."
            self.weaknesses.append(Weakness("broken-file", error.line + above, fact, remedy))
            self.known[path] = None
        return self.known[path]

    def named(self, base: str, said: Value) -> tuple[str, Value | None]:
        """The file that a file names, as it says it: relative to its own folder. Others are said to be unseen."""
        target = yaml.resolved(said.text)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
        if path in self.known:
            return path, self.known[path]
        inside = not path.startswith(("/", "..")) and "$" not in target and "://" not in target
        text = self.read(path) if inside and len(self.paths) < MOST else None
        if text is None:
            fact = f"Compose reads {target} too, which is no file of the project, or one too many."
            remedy = "Keep it in the project, where it is checked too; or accept this."
            self.weaknesses.append(Weakness("unseen-file", said.line, fact, remedy))
            return path, None
        return path, self.add(path, text)

    def units(self, path: str, text: str) -> Iterator[Unit]:
        """The file with what Compose puts over it by itself, and all that it includes, each once."""
        main = self.add(path, text)
        if main is None:
            return
        over = ((name, self.read(name)) for name in OVERRIDES)
        own = next((self.add(name, found) for name, found in over if found is not None), None)
        waiting = [Unit(path, yaml.joined(main, own) if own else main)]
        seen = {path}
        while waiting:
            unit = waiting.pop(0)
            yield unit
            for item in unit.value.list("include"):
                paths = [self.named(unit.path, one) for one in (item.list("path") if item.fields else (item,))]
                values = [value for path, value in paths if value and path not in seen]
                seen |= {path for path, _ in paths}
                if values:
                    whole = values[0]
                    for value in values[1:]:
                        whole = yaml.joined(whole, value)
                    waiting.append(Unit(next(path for path, value in paths if value), whole))

    def extended(self, unit: Unit, name: str) -> tuple[Value, bool]:
        """A service over all that it extends, and whether every file of that could be read."""
        path, file = unit
        chain: list[Value] = []
        while True:
            service = file.at("services", name) or Value(1)
            chain.append(service)
            extends = service.at("extends")
            if not extends:
                return _chained(chain), True
            name = extends.word("service") or yaml.resolved(extends.text)
            if target := extends.at("file"):
                path, found = self.named(path, target)
                if found is None:
                    return _chained(chain), False
                file = file if path == unit.path else found
            # A ring of services ends here too.
            if len(chain) >= MOST or not file.at("services", name):
                return _chained(chain), False


def _chained(chain: list[Value]) -> Value:
    result = chain[-1]
    for own in reversed(chain[:-1]):
        result = yaml.joined(result, own)
    return Value(chain[0].line, fields=result.fields)
