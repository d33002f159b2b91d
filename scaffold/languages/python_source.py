"""A Python project's modules as syntax trees: what they import, assign and define. Read, never run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from scaffold.project import Project

DECOYS = frozenset({"test", "tests", "testing", "example", "examples", "docs", "doc", "samples", "notebooks", "demos"})
"""Folders whose modules are not the project's own program."""

MOST_PARSED = 100
"""How many modules are parsed, the nearest first: a large one takes 10 ms."""

MOST_BYTES = 800_000
"""How many bytes are parsed: a megabyte takes about a second."""

MOST_READ = 1_500
"""How many modules are looked at as text."""

_IMPORTABLE = re.compile(r"\w[\w-]*(/\w[\w-]*)*\.py")


def body(text: str) -> list[ast.stmt]:
    """The statements of a module; none when it is no Python of this version, as templates of code are not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # A stranger's "\d" is not ours to report.
            return ast.parse(text).body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return []


def guarded(node: ast.stmt) -> bool:
    """Whether a statement is `if __name__ == "__main__":`, which an import does not run."""
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")])):
            return True
    return False


def statements(nodes: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that an import runs: those of the top, and of `if`, `try` and `with` there."""
    for node in nodes:
        yield node
        if guarded(node):
            continue
        match node:
            case ast.If():
                yield from statements([*node.body, *node.orelse])
            case ast.Try():
                inner = [*node.body, *node.orelse, *node.finalbody]
                yield from statements([*inner, *(one for handler in node.handlers for one in handler.body)])
            case ast.With():
                yield from statements(node.body)


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes in and below these."""
    for node in nodes:
        yield from ast.walk(node)


def bound(node: ast.AST) -> tuple[str, ast.expr] | None:
    """The name and value of a statement such as `port = 80`, `self.port: int = 80`."""
    match node:
        case ast.Assign(targets=[target], value=value):
            pass
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            pass
        case _:
            return None
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name, value
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name, value
    return None


def named(node: ast.AST) -> str:
    """A name with its dots, `os.path.join`; empty for what is none."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            before = named(value)
            return f"{before}.{name}" if before else ""
    return ""


@dataclass(eq=False)
class Module:
    """A parsed module; `path` is its file's, `root` the folder from which it is imported, empty for the project's."""

    path: str
    body: list[ast.stmt]
    root: str = ""

    @property
    def dotted(self) -> str:
        """The name by which it is imported: `shop.main`."""
        inner = self.path.removeprefix(f"{self.root}/") if self.root else self.path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name is in full: `{"web": "aiohttp.web"}`; that of the project's own modules too."""
        package = self.dotted.split(".") if self.path.endswith("/__init__.py") else self.dotted.split(".")[:-1]
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
                    found.setdefault(alias.name, alias.name)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) + 1 - node.level] if node.level else []
                origin = ".".join([*above, *([node.module] if node.module else [])])
                found |= {alias.asname or alias.name: f"{origin}.{alias.name}".lstrip(".") for alias in node.names}
        return found

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes of its tree."""
        return list(walk(self.body))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """All its calls, in the order of its lines."""
        found = [node for node in self.nodes if isinstance(node, ast.Call)]
        return sorted(found, key=lambda call: (call.lineno, call.col_offset))

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Its classes by name."""
        return {node.name: node for node in self.nodes if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """The functions at its top by name."""
        tops = statements(self.body)
        return {node.name: node for node in tops if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}

    @cached_property
    def assigned(self) -> dict[str, ast.expr]:
        """What each name is: at the top the last that is no None, below it what is assigned once alone."""
        found: dict[str, ast.expr] = {}
        below: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            if pair := bound(node):
                below.setdefault(pair[0], []).append(pair[1])
        found = {name: values[0] for name, values in below.items() if len(values) == 1}
        for statement in statements(self.body):
            if pair := bound(statement):
                found[pair[0]] = pair[1]
        return found

    def full(self, node: ast.AST) -> str:
        """What a name with dots is in full, by the module's imports: `fastapi.FastAPI`; as it stands without one."""
        name = named(node)
        first, dot, rest = name.partition(".")
        return f"{self.imports[first]}{dot}{rest}" if first in self.imports else name

    def at(self, node: ast.AST) -> str:
        """Where a node is: `main.py:3`."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@dataclass(eq=False)
class Modules:
    """The modules of a project, each parsed when it is first asked for."""

    project: Project
    parsed: dict[str, Module] = field(default_factory=dict)
    bytes: int = 0

    @cached_property
    def paths(self) -> list[str]:
        """The files of modules that may be the program, the nearest first."""
        found = list[str]()
        for path in self.project.find(".py"):
            *folders, file = path.split("/")
            if DECOYS.intersection(folders) or file.startswith("test_") or not _IMPORTABLE.fullmatch(path):
                continue
            if file.endswith("_test.py") or file in ("setup.py", "conftest.py"):
                continue
            found.append(path)
        return found

    @cached_property
    def texts(self) -> dict[str, str]:
        """The beginning of each as text, by path."""
        return {path: self.project.glance(path) for path in self.paths[:MOST_READ]}

    def having(self, pattern: str) -> list[Module]:
        """Those whose text has a match of the pattern."""
        sought = re.compile(pattern)
        return [module for path, text in self.texts.items() if sought.search(text) and (module := self.module(path))]

    def module(self, path: str) -> Module | None:
        """The module of a file; None when there is none, or enough was parsed."""
        if path not in self.parsed:
            if len(self.parsed) >= MOST_PARSED or not self.project.has(path):
                return None
            text = self.texts[path] if path in self.texts else self.project.glance(path)
            self.bytes += len(text)
            self.parsed[path] = Module(path, body(text) if self.bytes < MOST_BYTES else [])
            self.parsed[path].root = self._root(path, self.parsed[path].nodes)
        return self.parsed[path]

    def of(self, dotted: str, root: str = "") -> Module | None:
        """The project's module of this full name, or the one that has the thing of this name."""
        while dotted:
            place = "/".join(filter(None, (root, dotted.replace(".", "/"))))
            for path in (f"{place}.py", f"{place}/__init__.py"):
                if self.project.has(path):
                    module = self.module(path)
                    if module and root:
                        module.root = root  # It is imported by this name, whatever it imports itself.
                    return module
            dotted = dotted.rpartition(".")[0]
        return None

    def closure(self, first: Module) -> list[Module]:
        """A module with all of the project's own that it imports, and those in turn."""
        found, waiting = {first.path: first}, [first]
        while waiting:
            module = waiting.pop(0)
            parents = [module.dotted.rpartition(".")[0]] if "." in module.dotted else []
            for name in dict.fromkeys([*parents, *module.imports.values()]):
                inner = self.of(name, module.root)
                if inner and inner.path not in found:
                    found[inner.path] = inner
                    waiting.append(inner)
        return list(found.values())

    def _root(self, path: str, nodes: list[ast.AST]) -> str:
        """The folder whose modules a module imports by their full names: empty for the project's own."""
        folders = path.split("/")[:-1]
        imported = set[str]()
        for node in nodes:
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
        roots = ["/".join(folders[:depth]) for depth in range(len(folders) + 1)]
        for root in roots:
            place = f"{root}/" if root else ""
            if any(
                self.project.has(f"{place}{name}.py") or self.project.contains(f"{place}{name}", ".py")
                for name in imported
            ):
                return root
        if folders[:1] == ["src"] and len(folders) > 1 and not self.project.has("src/__init__.py"):
            return "src"
        return ""
