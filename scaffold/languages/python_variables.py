"""Variables of the environment that Python sources ask for, by os, decouple, environ, environs and pydantic."""

from __future__ import annotations

import ast

from scaffold.languages.python_source import Module

GETTERS = ("environ.get", "getenv", "config", "env", "env.str", "env.int", "env.bool", "env.list", "env.path", "env.db")
"""What takes the name of a variable and a default: of os, decouple, environ and environs."""


def alias(value: ast.expr) -> str:
    """The variable that a field of settings is read from when it has a name of its own, or an empty string."""
    if isinstance(value, ast.Call):
        for key in value.keywords:
            if key.arg in ("env", "alias", "validation_alias") and isinstance(key.value, ast.Constant):
                return str(key.value.value).upper()
    return ""


def asked(call: ast.Call, module: Module) -> str:
    """The variable of the environment that a call asks for, or an empty string."""
    name = module.full(call.func)
    match call.args:
        case [ast.Constant(value=str(variable)), *_] if variable.isidentifier():
            bare = name.removeprefix("os.").removeprefix("decouple.")
            if bare in GETTERS or bare.startswith("env."):
                return variable
    return ""


def prefix_of(kind: ast.ClassDef) -> str:
    """What begins the variables that a class of pydantic's settings reads."""
    for node in ast.walk(kind):
        match node:
            case ast.keyword(arg="env_prefix", value=ast.Constant(value=str(prefix))):
                return prefix
            case ast.Assign(targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str(prefix))):
                return prefix
    return ""
