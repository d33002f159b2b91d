from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold import language
from scaffold.facts import Found
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "import flask\napp = flask.Flask(__name__)\n"
FACTORY = "from flask import Flask\ndef create_app():\n    return Flask('a')\n"
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"
DJANGO = {"manage.py": MANAGE, "site/wsgi.py": "", "site/asgi.py": ""}
SERVERS = "fastapi uvicorn flask gunicorn"


def files(packages: str, sources: dict[str, str]) -> dict[str, str]:
    return {"requirements.txt": "\n".join(packages.split()), **sources}


@pytest.mark.parametrize(
    ("sources", "start"),
    [
        ({"main.py": FASTAPI}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"app.py": FLASK}, "gunicorn app:app (app.py:2 Flask)"),
        (
            {"main.py": "from starlette import Starlette\nweb: object = Starlette()"},
            "uvicorn main:web (main.py:2 Starlette)",
        ),
        ({"main.py": FASTAPI.replace("()\n", "(\n    title='a',\n)\n")}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"main.py": "admin = FastAPI()\napp = FastAPI()"}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"main.py": "zeta = FastAPI()"}, "uvicorn main:zeta (main.py:1 FastAPI)"),
        ({"main.py": r"x = '\d \p'" + "\napp = FastAPI()"}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"main.py": "\ufeffapp = FastAPI()\r\n"}, "uvicorn main:app (main.py:1 FastAPI)"),
        ({"app.py": FASTAPI, "main.py": FASTAPI}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"app/main.py": FASTAPI, "app/__init__.py": ""}, "uvicorn app.main:app (app/main.py:2 FastAPI)"),
        ({"app/__init__.py": FLASK}, "gunicorn app:app (app/__init__.py:2 Flask)"),
        ({"shop/wsgi.py": FLASK, "shop/zeta.py": FLASK}, "gunicorn shop.wsgi:app (shop/wsgi.py:2 Flask)"),
        ({"my-app/main.py": FASTAPI}, "uvicorn my-app.main:app (my-app/main.py:2 FastAPI)"),
        ({"latest/app.py": FLASK}, "gunicorn latest.app:app (latest/app.py:2 Flask)"),
        ({"main.py": FASTAPI, "tests/app.py": FASTAPI, "conftest.py": FASTAPI}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"zeta.py": FASTAPI, "web/main.py": FASTAPI}, "uvicorn zeta:app (zeta.py:2 FastAPI)"),
        ({"worker.py": "print()", "web/main.py": FASTAPI}, "uvicorn web.main:app (web/main.py:2 FastAPI)"),
        ({"main.py": FASTAPI, "old.py": "app = FastAPI(\n print 'a'"}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"wsgi.py": FLASK, "factory.py": FACTORY}, "gunicorn wsgi:app (wsgi.py:2 Flask)"),
        ({"main.py": "print('hello')"}, "python main.py (main.py)"),
        ({"main.py": "print('FastAPI()')"}, "python main.py (main.py)"),
        ({"main.py": "app = FastAPI(" + "(" * 10_000}, "python main.py (main.py)"),
        ({"main.py": "app = FastAPI()\0"}, "python main.py (main.py)"),
        ({"server.py": "", "run.py": ""}, "python server.py (server.py)"),
        ({"__main__.py": ""}, "python __main__.py (__main__.py)"),
        (
            {"main.py": "", "tests/app.py": FASTAPI, "docs/x.py": FASTAPI, "test_x.py": FASTAPI},
            "python main.py (main.py)",
        ),
        ({"manage.py": "print('none of a framework')", "app.py": FLASK}, "gunicorn app:app (app.py:2 Flask)"),
        (DJANGO, "gunicorn site.wsgi:application (site/wsgi.py)"),
        ({**DJANGO, "api.py": FASTAPI}, "gunicorn site.wsgi:application (site/wsgi.py)"),
    ],
    ids=lambda value: str(value)[:90],
)
def test_start(found: Look, sources: dict[str, str], start: str) -> None:
    assert found("python", files(SERVERS, sources), "start") == start


@pytest.mark.parametrize(
    ("path", "imports", "others", "start"),
    [
        ("src/shop/main.py", "from shop.db import x", "src/shop/db.py", "uvicorn --app-dir src shop.main:app"),
        ("src/shop/main.py", "", "", "uvicorn --app-dir src shop.main:app"),
        ("src/shop/main.py", "from src.shop import db", "src/shop/db.py", "uvicorn src.shop.main:app"),
        ("src/shop/main.py", "", "src/__init__.py", "uvicorn src.shop.main:app"),
        ("src/main.py", "import db", "src/db.py", "uvicorn --app-dir src main:app"),
        ("src/main.py", "from . import db", "src/db.py", "uvicorn src.main:app"),
        ("src/main.py", "from .db import x", "src/db.py", "uvicorn src.main:app"),
        ("src/main.py", "import src.db", "src/db.py", "uvicorn src.main:app"),
        ("backend/main.py", "from routers import a", "backend/routers/a.py", "uvicorn --app-dir backend main:app"),
        ("app/main.py", "from app.db import x", "app/db.py", "uvicorn app.main:app"),
        ("main.py", "import db", "db.py", "uvicorn main:app"),
        ("a/b/main.py", "import db", "a/b/db.py", "uvicorn --app-dir a/b main:app"),
    ],
)
def test_folder_that_modules_are_imported_from(found: Look, path: str, imports: str, others: str, start: str) -> None:
    sources = {**dict.fromkeys(others.split(), ""), path: f"{imports}\napp = FastAPI()"}
    assert found("python", files(SERVERS, sources), "start") == f"{start} ({path}:2 FastAPI)"
    flask = {**sources, path: f"{imports}\napp = Flask(__name__)"}
    expected = start.replace("uvicorn --app-dir", "gunicorn --pythonpath").replace("uvicorn", "gunicorn")
    assert found("python", files(SERVERS, flask), "start") == f"{expected} ({path}:2 Flask)"


UNKNOWN = "What starts the app is unknown: no app object of a web framework is found, nor main.py, app.py or a script."


@pytest.mark.parametrize(
    ("sources", "fact", "remedy"),
    [
        ({}, UNKNOWN, "Say it, as in --start 'python serve.py'."),
        ({"my app/main.py": FLASK, "-x/main.py": FLASK}, UNKNOWN, "Say it"),
        (
            {"a/main.py": FASTAPI, "b/main.py": FASTAPI, "c/zeta.py": FASTAPI},
            "Several apps found: a/main.py:2 FastAPI, b/main.py:2 FastAPI.",
            "Say which: --start 'uvicorn a.main:app' or --start 'uvicorn b.main:app'.",
        ),
        (
            {"shop/__init__.py": "def create_app(config):\n    return Flask('a')", "main.py": "import shop"},
            "The app is made by a function, create_app (shop/__init__.py:1 Flask), which wants config.",
            "Add a module that calls it, as wsgi.py with: app = create_app(...)",
        ),
        (
            {"main.py": "import uvicorn\nuvicorn.run(make())"},
            "main.py:2 listens on 127.0.0.1 alone, where nothing from outside the container arrives.",
            "Write 0.0.0.0 there",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_unknown_start(found: Look, sources: dict[str, str], fact: str, remedy: str) -> None:
    shown, _, say = found("python", files(SERVERS, sources), "start").partition(" | ")
    assert shown == fact
    assert say.startswith(remedy)


def test_factories(found: Look) -> None:
    sources = {"shop/__init__.py": FACTORY, "main.py": "import shop"}
    assert (
        found("python", files("flask", sources), "start") == "gunicorn 'shop:create_app()' (shop/__init__.py:2 Flask)"
    )
    sources = {"main.py": "def make():\n    app = FastAPI()\n    return app"}
    assert found("python", files("fastapi", sources), "start") == "uvicorn --factory main:make (main.py:1 FastAPI)"


def test_what_follows_from_a_start(tree: Callable[[dict[str, str]], Project]) -> None:
    text = "import matplotlib, nicegui, os\nA = os.environ['TOKEN']\n"
    facts = language.load("python").detect(tree(files("nicegui", {"main.py": text})))
    assert facts.answers["env"] == Found("MPLCONFIGDIR=/tmp/matplotlib", "main.py")
    assert facts.answers["writable"] == Found("/app/.nicegui", "nicegui", "likely")
    assert [str(need) for need in facts.needs] == ["TOKEN (main.py:2)"]
    assert facts.trait("tool") == Found("tool", "main.py")


def test_other_apps_are_named(tree: Callable[[dict[str, str]], Project]) -> None:
    start = (
        language.load("python").detect(tree(files(SERVERS, {"main.py": FASTAPI, "zeta.py": FLASK}))).answers["start"]
    )
    assert start.others == (Found("gunicorn zeta:app", "zeta.py:2 Flask"),)
    assert start.rule.startswith("the nearest is taken")
