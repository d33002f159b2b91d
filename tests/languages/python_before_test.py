from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

APP = "from flask import Flask\nfrom models import db, init_db\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("main", "start"),
    [
        (
            "    with app.app_context():\n        db.create_all()\n    app.run()",
            "python -c 'from app import app, db; app.app_context().push(); db.create_all()' && gunicorn app:app",
        ),
        (
            "    init_db()\n    app.run()",
            "python -c 'from app import app, init_db; app.app_context().push(); init_db()' && gunicorn app:app",
        ),
        ("    init_db('a.db')\n    app.run()", "gunicorn app:app"),
        ("    unknown.create_all()\n    app.run()", "gunicorn app:app"),
        ("    print()\n    app.run()", "gunicorn app:app"),
    ],
)
def test_tables_are_made(found: Look, main: str, start: str) -> None:
    tree = {"requirements.txt": "flask\ngunicorn", "app.py": f"{APP}if __name__ == '__main__':\n{main}"}
    assert found("python", tree, "start") == f"{start} (app.py:3 Flask)"


def test_an_app_that_keeps_a_bot_awake(found: Look) -> None:
    awake = (
        "from flask import Flask\nfrom threading import Thread\napp = Flask('')\n"
        "def run():\n    app.run(host='0.0.0.0', port=8080)\ndef keep_alive():\n    Thread(target=run).start()\n"
    )
    tree = {
        "requirements.txt": "flask",
        "keep_alive.py": awake,
        "main.py": "from keep_alive import keep_alive\nimport discord",
    }
    assert found("python", tree, "start") == "python main.py (keep_alive.py:5)"
    assert found("python", tree, "port") == "8080 (keep_alive.py:5)"
