from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import python_objects
from scaffold.languages.python_source import Modules
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from fastapi import FastAPI\napp = FastAPI()", "app FastAPI uvicorn"),
        ("import fastapi\napp: object = fastapi.FastAPI()", "app FastAPI uvicorn"),
        ("from flask import Flask\nclass Shop(Flask):\n    pass\nweb = Shop(__name__)", "web Flask gunicorn"),
        ("import falcon\na = falcon.App()", "a Falcon gunicorn"),
        ("import falcon.asgi\na = falcon.asgi.App()", "a Falcon uvicorn"),
        ("from aiohttp import web\na = web.Application()", "a aiohttp aiohttp"),
        ("import bottle\na = bottle.default_app()", "a Bottle gunicorn"),
        ("import socketio\na = socketio.ASGIApp(s)", "a Socket.IO uvicorn"),
        ("import tornado.web\na = tornado.web.Application()", ""),
        ("from dash import Dash\napp = Dash()\nserver = app.server", "server Dash gunicorn"),
        ("from dash import Dash\napp = Dash()", "app.server Dash gunicorn"),
        ("from dash import Dash\nfrom flask import Flask\ns = Flask()\na = Dash(server=s)", "s Flask gunicorn"),
        ("def make():\n    app = Flask()\n    return app", "make() Flask gunicorn"),
        ("def make():\n    return Flask()", "make() Flask gunicorn"),
        ("def make(a, b=1, *, c):\n    return Flask()", "make(a c) Flask gunicorn"),
        ("def run():\n    app = Flask()\n    app.run()", ""),
        ("async def make():\n    return FastAPI()", ""),
        ("from aiohttp import web\nasync def make():\n    return web.Application()", "make() aiohttp aiohttp"),
        ("def _make():\n    return Flask()", ""),
        ("if a:\n    app = Flask()", "app Flask gunicorn"),
        ("if __name__ == '__main__':\n    app = Flask()", ""),
        ("def make():\n    return Flask()\napp = make()", "make() Flask gunicorn, app Flask gunicorn"),
    ],
)
def test_apps(tree: Tree, text: str, found: str) -> None:
    apps = python_objects.apps(Modules(tree({"main.py": text})))
    shown = [
        f"{app.name}{'(' + ' '.join(app.wants) + ')' if app.factory else ''} {app.framework} {app.server}"
        for app in apps
    ]
    assert ", ".join(shown) == found


def test_object_of_a_factory_elsewhere(tree: Tree) -> None:
    files = {
        "shop/__init__.py": "def create_app(x):\n    return Flask()",
        "wsgi.py": "import shop\nweb = shop.create_app(1)",
    }
    apps = python_objects.apps(Modules(tree(files)))
    assert [app.target for app in apps if not app.factory] == ["wsgi:web"]


@pytest.mark.parametrize(
    ("server", "start", "of_factory"),
    [
        ("gunicorn", "gunicorn --pythonpath src a.main:app", "gunicorn --pythonpath src 'a.main:app()'"),
        ("uvicorn", "uvicorn --app-dir src a.main:app", "uvicorn --app-dir src --factory a.main:app"),
        ("sanic", "sanic a.main:app", "sanic a.main:app --factory"),
        ("hypercorn", "hypercorn a.main:app", "hypercorn a.main:app()"),
    ],
)
def test_start(tree: Tree, server: str, start: str, of_factory: str) -> None:
    module = Modules(tree({"src/a/main.py": ""})).module("src/a/main.py")
    assert module
    assert python_objects.App(module, 1, "app", "x", server).start(server) == start
    assert python_objects.App(module, 1, "app", "x", server, factory=True).start(server) == of_factory
