"""What decides a Go program's values from outside: flags, variables of the environment, keys of config files.

The libraries known are flag, pflag and cobra, kingpin, urfave/cli, go-flags, kong, go-arg, viper, koanf's struct
tags, caarlos0/env, envconfig, cleanenv, and functions of the program's own that read a variable by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scaffold.languages import go_tree
from scaffold.languages.go_sources import File
from scaffold.languages.go_tree import Call, Field, text
from scaffold.languages.go_values import Knob, Value, Values, literal

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 12
"""How many different calls of a chain are read."""

_KINDS = "(String|Int|Int32|Int64|Uint|Uint16|Uint32|Uint64|Bool|Duration|Text)"
_FLAG = re.compile(rf"{_KINDS}(P?)$")
_FLAG_VAR = re.compile(rf"{_KINDS}?Var(P?)$")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_GET = re.compile(rf"Get{_KINDS}$|Get$|{_KINDS}$")
SERVES = re.compile(r"(?i)server|http|web|api|listen|app|service")
ELSEWHERE = re.compile(
    r"(?i)db|database|postgres|pg|mysql|redis|smtp|mail|mongo|kafka|nats|rabbit|amqp|ldap|elastic|proxy|cache|client"
    r"|metric|admin|debug|pprof|grpc|remote|upstream"
)
"""Owners of a field that are no server of HTTP."""


def call(values: Values, one: Call, depth: int) -> list[Value] | None:
    """What a call reads from outside; None for one that is no such."""
    if one.package in ("os", "syscall") and one.name in ("Getenv", "LookupEnv"):
        return _env(values, one, depth, None)
    if (found := _flag(values, one, depth)) is not None:
        return found
    arguments = one.arguments
    first = _text(values, arguments[0], one.file, depth) if arguments and len(arguments) < 4 else ""
    if one.on == "viper" or one.on.endswith((".viper", ".v")) or one.package.endswith("spf13/viper"):
        return _viper(values, first, one, depth) if _GET.match(one.name) else None
    if len(arguments) == 1 and _GET.match(one.name) and (named := _declared(values, first, depth)):
        return named
    if _VARIABLE.fullmatch(first) and re.search(r"(?i)env|getor|lookup|config|default|setting", one.name + one.on):
        return _env(values, one, depth, arguments[1] if len(arguments) > 1 else None)
    return None


def member(values: Values, on: str, name: str, depth: int) -> list[Value]:
    """What a field may hold: what its tag says, what is assigned to it, and what a flag is bound to it."""
    tree = values.tree
    found = [value for one in _owned(values, on, name) for value in _tagged(values, one)]
    for bound in tree.member.get(name, ())[:8]:
        found += values.of(bound.node, bound.file, depth + 1)
    for flag in _bound(values, name):
        found += _flag(values, flag, depth) or []
    return found


def _owned(values: Values, on: str, name: str) -> list[Field]:
    """The fields of this name, those of what stands before the dot alone where that is known."""
    fields = values.tree.fields.get(name, [])
    last = on.rpartition(".")[2]
    types = {last, *(one.type for one in values.tree.fields.get(last, ()))}
    return (
        [one for one in fields if one.owner in types]
        or [one for one in fields if SERVES.search(one.owner) and not ELSEWHERE.search(one.owner)]
        or [one for one in fields if not ELSEWHERE.search(one.owner)]
        or fields
    )


def _tagged(values: Values, one: Field) -> list[Value]:
    """What a struct's tag names, with its default."""
    default = next(
        (said for key in ("envDefault", "default", "env-default") if (said := one.tagged(key)) is not None), None
    )
    place = one.file.place(one.line)
    long = one.tagged("long") or one.tagged("name")
    if long is None and (one.tagged("arg") is not None or (one.tagged("help") is not None and default is not None)):
        long = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", one.name).lower()
    if long:
        return [Value((Knob("flag", long, default, place),), place)]
    env = one.tagged("env") or one.tagged("envconfig")
    if env:
        env = _prefix(values) + env if one.tagged("envconfig") else env
        return [Value((Knob("env", env.partition(",")[0], default, place),), place)]
    key = one.tagged("mapstructure") or one.tagged("yaml") or one.tagged("toml") or one.tagged("json")
    if key and key.isupper() and any(values.tree.called("AutomaticEnv")):
        return [Value((Knob("env", key.partition(",")[0], default, place),), place)]
    if key or default is not None:
        return [Value((Knob("config", (key or one.name).partition(",")[0], default, place),), place)]
    return []


def _prefix(values: Values) -> str:
    """What envconfig puts before the names."""
    for one in values.tree.called("Process", "MustProcess"):
        if "envconfig" in one.package and one.arguments and (said := _literal(one.arguments[0])):
            return f"{said.upper()}_"
    return ""


def _bound(values: Values, name: str) -> list[Call]:
    """The flags that write to a field or variable of this name."""
    known = re.compile(rf"&(?:[\w.]*\.)?{re.escape(name)}$")
    calls = (call for called, calls in values.tree.named.items() if _FLAG_VAR.match(called) for call in calls)
    return [one for one in calls if any(known.match(text(argument)) for argument in one.arguments[:1])]


def variable(values: Values, name: str, depth: int) -> list[Value]:
    """What a flag gives that is bound to a variable of this name."""
    return [value for one in _bound(values, name) for value in _flag(values, one, depth) or []]


def _flag(values: Values, one: Call, depth: int) -> list[Value] | None:
    """A flag of flag, pflag or kingpin: its name and what it is when nobody says it."""
    arguments = one.arguments
    if "Flag(" in one.on.replace("\n", "") and (chain := _chain(one.node)):
        names = chain.get("Flag") or []
        default = values.of(chain["Default"][0], one.file, depth + 1) if chain.get("Default") else []
        name = _literal(names[0]) if names else ""
        return [Value((Knob("flag", name, default[0].text if default else None, one.place),), one.place)]
    short = _FLAG.match(one.name)
    bound = _FLAG_VAR.match(one.name)
    at = 1 if bound and not short else 0
    shorthand = bool((bound or short) and one.name.endswith("P"))
    if not (short or bound) or len(arguments) != at + 3 + shorthand or not one.on:
        return None
    name = _literal(arguments[at]) or next((v.text or "" for v in values.of(arguments[at], one.file, depth + 1)), "")
    default = values.of(arguments[at + 1 + shorthand], one.file, depth + 1)
    if not name:
        return None
    # A variable that stands behind the flag decides as well, and is the safer to set.
    behind = [value for value in default if any(knob.kind == "env" for knob in value.knobs)]
    said = default[0].text if default else None
    return [*behind, Value((Knob("flag", name, said, one.place),), one.place)]


def _chain(node: Node) -> dict[str, list[Node]]:
    """The arguments of each call in a chain, as `Flag("x", "").Default("y").String()`, by name."""
    found: dict[str, list[Node]] = {}
    inner: Node | None = node
    while inner is not None and inner.type == "call_expression" and len(found) < LONGEST:
        called, listed = inner.child_by_field_name("function"), inner.child_by_field_name("arguments")
        if called is None or called.type != "selector_expression":
            break
        found[text(called.child_by_field_name("field"))] = listed.named_children if listed else []
        inner = called.child_by_field_name("operand")
    return found if "Flag" in found else {}


def _env(values: Values, one: Call, depth: int, default: Node | None) -> list[Value]:
    names = values.of(one.arguments[0], one.file, depth + 1) if one.arguments else []
    given = values.of(default, one.file, depth + 1) if default is not None else []
    said = given[0].text if given else None
    name = names[0].text if names and not names[0].knobs else None
    return [Value((Knob("env", name, said, one.place),), one.place)] if name else []


def _viper(values: Values, key: str, one: Call, depth: int) -> list[Value]:
    """A key of viper: bound to a variable by name or by AutomaticEnv, else one of the config file."""
    default, env = None, ""
    for said in values.tree.called("SetDefault", "BindEnv"):
        words = said.arguments
        if len(words) < 1 or _literal(words[0]).lower() != key.lower():
            continue
        if said.name == "SetDefault" and len(words) > 1 and (known := values.of(words[1], said.file, depth + 1)):
            default = known[0].text
        elif said.name == "BindEnv":
            env = _literal(words[1]) if len(words) > 1 else key.upper()
    if (
        not env
        and next(values.tree.called("AutomaticEnv"), None)
        and ("." not in key or next(values.tree.called("SetEnvKeyReplacer"), None))
    ):
        prefix = next((_literal(one.arguments[0]) for one in values.tree.called("SetEnvPrefix") if one.arguments), "")
        env = re.sub(r"[.-]", "_", f"{prefix}_{key}" if prefix else key).upper()
    named = _declared(values, key, depth)
    if named and any(values.tree.called("BindPFlag", "BindPFlags")):
        return named
    if default is None and named:
        default = named[0].text
    return [Value((Knob("env" if env else "config", env or key, default, one.place),), one.place)]


def _declared(values: Values, name: str, depth: int) -> list[Value]:
    """The flag of this name, wherever it is declared: by a call, or as a literal of urfave/cli."""
    for called, calls in values.tree.named.items() if name else ():
        for one in calls if _FLAG.match(called) or _FLAG_VAR.match(called) else ():
            said = any(_literal(argument) == name for argument in one.arguments[:2])
            if said and (found := _flag(values, one, depth)):
                return found
    for node, file in values.tree.literals:
        if text(node.child_by_field_name("type")).endswith("Flag"):
            keys = go_tree.keyed(node)
            if name and "Name" in keys and _text(values, keys["Name"], file, depth).partition(",")[0] == name:
                default = values.of(keys["Value"], file, depth + 1) if "Value" in keys else []
                place = file.place(go_tree.line(node))
                return [Value((Knob("flag", name, default[0].text if default else None, place),), place)]
    return []


def _text(values: Values, node: Node, file: File, depth: int) -> str:
    """A literal, or the constant of the program's own that stands for one."""
    if node.type not in ("identifier", "selector_expression"):
        return _literal(node)
    return next((value.text or "" for value in values.of(node, file, depth + 1) if not value.knobs), "")


def _literal(node: Node) -> str:
    return literal(node) if node.type in ("interpreted_string_literal", "raw_string_literal") else ""
