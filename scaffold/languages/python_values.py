"""What the expressions of a Python program come to in the image, as far as its sources say: read, never run."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from scaffold.languages.python_source import Module, Modules, named
from scaffold.languages.python_variables import alias, asked, prefix_of
from scaffold.volumes import APP

DEEPEST = 12
"""How many names lead to a value at most."""

_MAKERS = ("int", "str", "Path", "pathlib.Path", "PurePath", "pathlib.PurePath", "os.fspath", "os.fsdecode")
_SAME = ("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expandvars")
_ITSELF = ("resolve", "absolute", "strip", "as_posix", "lower", "rstrip", "split", "format", "encode")


class Value(NamedTuple):
    """A string or number; `variable` is what of the environment may say another, `needed` that it has to."""

    of: str | int | None
    variable: str = ""
    needed: bool = False

    @property
    def text(self) -> str:
        """It as a text, empty for what is unknown."""
        return "" if self.of is None else str(self.of)

    @property
    def number(self) -> int:
        """It as a number, 0 for none."""
        text = self.text
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


UNKNOWN = Value(None)


@dataclass(eq=False)
class Values:
    """Reads expressions of a project's modules; `workdir` is where the program is started."""

    modules: Modules
    workdir: str = APP

    def of(self, node: ast.expr | None, module: Module, depth: int = 0) -> Value:
        """What an expression in a module comes to; of unknown parts nothing is made up."""
        if node is None or depth > DEEPEST:
            return UNKNOWN
        deeper = depth + 1
        match node:
            case ast.Constant(value=bool()):
                return UNKNOWN
            case ast.Constant(value=str() | int() as value):
                return Value(value)
            case ast.Name(id="__file__"):
                return Value(f"{APP}/{module.path}")
            case ast.Name(id=name):
                return self._name(name, module, deeper)
            case ast.Attribute():
                return self._attribute(node, module, deeper)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._joined([left, right], module, deeper)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.of(left, module, deeper), self.of(right, module, deeper)
                known = first.of is not None and second.of is not None
                return Value(first.text + second.text, first.variable or second.variable) if known else UNKNOWN
            case ast.JoinedStr(values=parts):
                return self._format(parts, module, deeper)
            case ast.BoolOp(op=ast.Or(), values=choices):
                return self._first(choices, module, deeper)
            case ast.IfExp(body=body, orelse=orelse):
                return self._first([body, orelse], module, deeper)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
                if named(value).endswith("environ"):
                    return Value(None, name, True)
                return self._field(name, module, deeper) or UNKNOWN
            case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(up))):
                return self._above(self.of(inner, module, deeper), up + 1)
            case ast.Call():
                return self._call(node, module, deeper)
        return UNKNOWN

    def path(self, node: ast.expr | None, module: Module) -> str:
        """The absolute path in the image that an expression comes to, or an empty string."""
        value = self.of(node, module).of
        if not isinstance(value, str) or not value or "\0" in value or "{" in value or "%" in value:
            return ""
        return self.absolute(value)

    def absolute(self, path: str) -> str:
        """A path as the program takes it, with the home that it has in the image."""
        home = f"/tmp{path[1:]}" if path == "~" or path.startswith("~/") else path
        whole = posixpath.normpath(posixpath.join(self.workdir, home))
        return whole.removeprefix("/") and f"/{whole.lstrip('/')}"

    def _first(self, choices: list[ast.expr], module: Module, depth: int) -> Value:
        found = [self.of(choice, module, depth) for choice in choices]
        variable = next((value.variable for value in found if value.variable), "")
        return next((Value(value.of, variable) for value in found if value.of), Value(None, variable))

    def _format(self, parts: list[ast.expr], module: Module, depth: int) -> Value:
        found = [self.of(part.value if isinstance(part, ast.FormattedValue) else part, module, depth) for part in parts]
        if any(value.of is None for value in found):
            return UNKNOWN
        return Value("".join(value.text for value in found), next((one.variable for one in found if one.variable), ""))

    def _joined(self, parts: list[ast.expr], module: Module, depth: int) -> Value:
        found = [self.of(part, module, depth) for part in parts]
        if any(not isinstance(value.of, str) for value in found):
            return UNKNOWN
        return Value(
            posixpath.join(*(value.text for value in found)), next((one.variable for one in found if one.variable), "")
        )

    def _name(self, name: str, module: Module, depth: int) -> Value:
        if name in module.assigned:
            return self.of(module.assigned[name], module, depth)
        origin = module.imports.get(name, "")
        other = self.modules.of(origin, module.root) if origin else None
        last = origin.rpartition(".")[2]
        if other and other is not module and last in other.assigned:
            return self.of(other.assigned[last], other, depth)
        return UNKNOWN

    def _attribute(self, node: ast.Attribute, module: Module, depth: int) -> Value:
        if node.attr == "parent":
            return self._above(self.of(node.value, module, depth), 1)
        if node.attr in ("instance_path", "root_path") and not named(node).startswith("self."):
            folders = module.path.split("/")[:-1]
            inside = f"{APP}/{module.path}".rpartition("/")[0]
            top = posixpath.dirname(inside) if self.modules.project.has("/".join([*folders, "__init__.py"])) else inside
            return Value(f"{top}/instance" if node.attr == "instance_path" else inside)
        if node.attr == "name":
            inner = self.of(node.value, module, depth)
            return Value(posixpath.basename(inner.of), inner.variable) if isinstance(inner.of, str) else UNKNOWN
        origin = module.full(node)
        if origin and (other := self.modules.of(origin, module.root)):
            home, _, rest = origin.rpartition(".")
            place = f"/{home.replace('.', '/')}"
            whole = f"/{other.path}".endswith((f"{place}.py", f"{place}/__init__.py"))
            if whole and rest in other.assigned:
                return self.of(other.assigned[rest], other, depth)
        return self._field(node.attr, module, depth) or UNKNOWN

    @cached_property
    def settings(self) -> dict[str, tuple[ast.expr, Module, str]]:
        """The fields of classes of settings, each with its module and the variable of the environment for it."""
        found: dict[str, tuple[ast.expr, Module, str]] = {}
        for module in self.modules.having(r"class \w*([Cc]onfig|[Ss]ettings|[Oo]ptions)\w*|BaseSettings"):
            for kind in module.classes.values():
                bases = " ".join(named(base) for base in kind.bases)
                if not any(word in f"{kind.name} {bases}" for word in ("Settings", "Config", "Options")):
                    continue
                read = "Settings" in bases
                prefix = prefix_of(kind) if read else ""
                for node in kind.body:
                    match node:
                        case ast.Assign(targets=[ast.Name(id=name)], value=value):
                            found.setdefault(name, (value, module, ""))
                        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                            variable = (alias(value) or f"{prefix}{name}".upper()) if read else ""
                            found.setdefault(name, (value, module, variable))
        return found

    def _field(self, name: str, module: Module, depth: int) -> Value | None:
        if name in self.settings:
            node, home, variable = self.settings[name]
            value = self.of(node, home, depth)
            return Value(value.of, value.variable or variable, value.needed)
        return self.of(module.assigned[name], module, depth) if name in module.assigned else None

    def _above(self, value: Value, steps: int) -> Value:
        if not isinstance(value.of, str):
            return UNKNOWN
        path = value.of
        for _ in range(min(steps, 20)):
            path = posixpath.dirname(path)
        return Value(path, value.variable)

    def _call(self, call: ast.Call, module: Module, depth: int) -> Value:
        name = module.full(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        first = call.args[0] if call.args else None
        known: dict[str, Callable[[], Value]] = {
            "os.path.join": lambda: self._joined(call.args, module, depth),
            "os.path.dirname": lambda: self._above(self.of(first, module, depth), 1),
            "os.path.expanduser": lambda: self._home(self.of(first, module, depth)),
            "os.getcwd": lambda: Value(self.workdir),
            "tempfile.gettempdir": lambda: Value("/tmp"),
            "tempfile.mkdtemp": lambda: Value("/tmp"),
        }
        if name in known:
            return known[name]()
        if name.endswith("Path.cwd"):
            return Value(self.workdir)
        if name.endswith("Path.home"):
            return Value("/tmp")
        if variable := asked(call, module):
            return self._variable(call, variable, module, depth)
        if (
            name in _SAME
            or (name in _MAKERS and len(call.args) == 1)
            or (name.endswith("Path") and len(call.args) == 1)
        ):
            return self.of(first, module, depth)
        if name.endswith("Path") and call.args:
            return self._joined(call.args, module, depth)
        if name.rpartition(".")[2] in ("Field", "field"):
            default = next((key.value for key in call.keywords if key.arg == "default"), first)
            return self.of(default, module, depth)
        if isinstance(call.func, ast.Attribute):
            if method in ("joinpath", "child"):
                return self._joined([call.func.value, *call.args], module, depth)
            if method == "expanduser":
                return self._home(self.of(call.func.value, module, depth))
            if method in _ITSELF:
                return self.of(call.func.value, module, depth)
        return UNKNOWN

    def _home(self, value: Value) -> Value:
        return Value(self.absolute(value.text), value.variable) if value.of else value

    def _variable(self, call: ast.Call, variable: str, module: Module, depth: int) -> Value:
        named_default = next((key.value for key in call.keywords if key.arg == "default"), None)
        default = named_default or (call.args[1] if len(call.args) > 1 else None)
        value = self.of(default, module, depth)
        return Value(value.of, variable)
