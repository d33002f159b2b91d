from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

APP = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("files", "port"),
    [
        ({}, "none"),
        ({"app.py": f"{APP}app.run(port=7000)"}, "7000 (app.py:3)"),
        ({"app.py": f"{APP}app.run(port=80)"}, "none"),
        ({"app.py": f"{APP}app.run()"}, "none"),
        ({"app.py": f"{APP}import os\nPORT = int(os.environ.get('PORT', 7000))"}, "7000 (app.py:4)"),
        ({"app.py": f"import s\n{APP}", "s.py": "class S(BaseSettings):\n    port: int = 7000"}, "7000 (s.py:2)"),
        ({"gunicorn.conf.py": "workers = 1\nbind = '0.0.0.0:7000'"}, "7000 (gunicorn.conf.py:2)"),
        ({".env.example": "DB_PORT=5432\nPORT=7000"}, "7000 (.env.example:2)"),
        ({".env.example": "REDIS_PORT=6379\nPORT=99999999"}, "none"),
        ({".flaskenv": "export FLASK_RUN_PORT=7000"}, "7000 (.flaskenv:1)"),
        ({"Dockerfile": "FROM x\nEXPOSE 7000"}, "7000 (Dockerfile:2)"),
        ({"Dockerfile": "# Written by dockerscaffold\nEXPOSE 7000"}, "none"),
    ],
)
def test_port(found: Look, files: dict[str, str], port: str) -> None:
    assert found("python", {"requirements.txt": "flask", "app.py": APP, **files}, "port") == port
