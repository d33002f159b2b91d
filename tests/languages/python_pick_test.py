from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

QUART = "from quart import Quart\napp = Quart(__name__)\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
DASH = "from dash import Dash\napp = Dash(__name__)\n"


@pytest.mark.parametrize(
    ("packages", "files", "start"),
    [
        ("quart", {"a.py": QUART}, "hypercorn a:app (a.py:2 Quart)"),
        ("quart uvicorn", {"a.py": QUART}, "uvicorn a:app (a.py:2 Quart)"),
        ("granian", {"a.py": QUART}, "granian a:app (a.py:2 Quart)"),
        ("waitress", {"a.py": FLASK}, "waitress-serve a:app (a.py:2 Flask)"),
        ("dash gunicorn", {"a.py": DASH}, "waitress-serve a:app.server (a.py:2 Dash)"),
        ("flask-socketio gevent", {"a.py": FLASK}, "gunicorn a:app --workers 1 --worker-class gevent (a.py:2 Flask)"),
        ("flask-socketio", {"a.py": FLASK}, "gunicorn a:app --workers 1 --threads 100 (a.py:2 Flask)"),
        (
            "flask",
            {"a.py": FLASK, "b.py": f"{FLASK}if __name__ == '__main__':\n    app.run()"},
            "gunicorn b:app (b.py:2 Flask)",
        ),
        ("flask", {"a.py": f"{FLASK}app.run(port=80)"}, "gunicorn a:app (a.py:2 Flask)"),
        ("quart", {"a.py": f"{QUART}app.run(host='0.0.0.0')"}, "python a.py (a.py:3)"),
        (
            "flask",
            {"web/a.py": f"import db\n{FLASK}open('x/y.txt')", "web/db.py": "", "web/x/y.txt": ""},
            "gunicorn a:app (web/a.py:3 Flask)",
        ),
    ],
)
def test_server(found: Look, packages: str, files: dict[str, str], start: str) -> None:
    assert found("python", {"requirements.txt": packages.replace(" ", "\n"), **files}, "start") == start


def test_server_that_an_extra_brings(found: Look) -> None:
    tree = {"requirements.txt": "fastapi[standard]==1\nhypercorn", "a.py": "app = FastAPI()"}
    assert found("python", tree, "start") == "uvicorn a:app (a.py:1 FastAPI)"


def test_an_app_that_its_import_runs(found: Look) -> None:
    tree = {"requirements.txt": "flask", "a.py": f"{FLASK}app.run()"}
    assert found("python", tree, "env") == "FLASK_RUN_FROM_CLI=true (a.py:2 Flask)"


LOOP = """import uvicorn
from web import app
async def main():
    config = uvicorn.Config(app, host='{}', port=9000)
    await bot(config)
"""
MAIN = "if __name__ == '__main__':\n    asyncio.run(main())\n"


@pytest.mark.parametrize(
    ("run", "start"),
    [
        (LOOP.format("0.0.0.0") + MAIN, "python run.py (run.py:4)"),
        (LOOP.format("127.0.0.1") + MAIN, "uvicorn web:app (web.py:2 FastAPI)"),
        (LOOP.format("0.0.0.0"), "uvicorn web:app (web.py:2 FastAPI)"),
        (LOOP.format("0.0.0.0").replace("web", "other") + MAIN, "uvicorn web:app (web.py:2 FastAPI)"),
    ],
)
def test_a_program_that_has_the_app_in_its_loop(found: Look, run: str, start: str) -> None:
    tree = {
        "requirements.txt": "fastapi\nuvicorn",
        "web.py": "from fastapi import FastAPI\napp = FastAPI()",
        "run.py": run,
    }
    assert found("python", tree, "start") == start
