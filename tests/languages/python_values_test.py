from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages.python_source import Modules
from scaffold.languages.python_values import Value, Values
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

CONFIG = """
import os
from pathlib import Path
from pydantic_settings import BaseSettings
BASE = Path(__file__).resolve().parent
NAME = os.environ.get("NAME", "shop")
class Settings(BaseSettings):
    model_config = {"a": 1}
    host: str = "127.0.0.1"
    port: int = Field(default=8080, alias="WEB_PORT")
    class Config:
        env_prefix = "SHOP_"
class Config:
    UPLOADS = os.path.join(os.path.dirname(__file__), "uploads")
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("5", Value(5)),
        ("True", Value(None)),
        ("'a' + 'b'", Value("ab")),
        ("f'{BASE}/x.{1}'", Value("/app/web/x.1")),
        ("f'{unknown}/x'", Value(None)),
        ("BASE / 'a' / 'b'", Value("/app/web/a/b")),
        ("BASE.parents[0]", Value("/app")),
        ("Path(BASE, 'a').joinpath('b').name", Value("b")),
        ("os.path.join(os.path.dirname(os.path.abspath(__file__)), 'db')", Value("/app/web/db")),
        ("os.getcwd()", Value("/work")),
        ("Path.cwd() / 'a'", Value("/work/a")),
        ("Path.home() / 'a'", Value("/tmp/a")),
        ("os.path.expanduser('~/a')", Value("/tmp/a")),
        ("tempfile.gettempdir()", Value("/tmp")),
        ("os.environ['X']", Value(None, "X", True)),
        ("int(os.environ.get('PORT', '5000'))", Value("5000", "PORT")),
        ("os.getenv('PORT') or 5000", Value(5000, "PORT")),
        ("5000 if debug else 1", Value(5000)),
        ("config('X', default=3)", Value(3, "X")),
        ("env.int('X', 3)", Value(3, "X")),
        ("NAME", Value("shop", "NAME")),
        ("config_module.NAME", Value("shop", "NAME")),
        ("settings.host", Value("127.0.0.1", "SHOP_HOST")),
        ("settings.port", Value(8080, "WEB_PORT")),
        ("app.config['UPLOADS']", Value("/app/web/uploads")),
        ("app.instance_path", Value("/app/web/instance")),
        ("unknown()", Value(None)),
        ("unknown", Value(None)),
    ],
)
def test_value(tree: Tree, expression: str, value: Value) -> None:
    imports = "import os, tempfile\nimport config as config_module\nfrom config import BASE, NAME, settings\n"
    text = f"{imports}from pathlib import Path\nx = {expression}\n"
    modules = Modules(tree({"web/main.py": text, "web/config.py": CONFIG}))
    module = modules.module("web/main.py")
    assert module
    assert Values(modules, "/work").of(module.assigned["x"], module) == value


def test_values_that_name_themselves_end(tree: Tree) -> None:
    modules = Modules(tree({"a.py": "x = y\ny = x\n"}))
    module = modules.module("a.py")
    assert module
    assert Values(modules).of(module.assigned["x"], module).of is None


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("'data'", "/app/data"),
        ("'../data'", "/data"),
        ("'/srv/a/'", "/srv/a"),
        ("'~/a'", "/tmp/a"),
        ("5", ""),
        ("'{a}'", ""),
    ],
)
def test_path(tree: Tree, expression: str, path: str) -> None:
    modules = Modules(tree({"a.py": f"x = {expression}"}))
    module = modules.module("a.py")
    assert module
    assert Values(modules).path(module.assigned["x"], module) == path
