from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({"Procfile": "web: uvicorn web.api:app"}, "uvicorn web.api:app (Procfile:1)"),
        ({"Procfile": "web: uvicorn web.api:nothing"}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({"Procfile": "web: hypercorn web.api:app"}, "hypercorn web.api:app (Procfile:1)"),
        ({"Procfile": "web: cd web && uvicorn api:app"}, "uvicorn api:app (Procfile:1)"),
        ({"Procfile": "web: uvicorn --app-dir web api:app"}, "uvicorn --app-dir web api:app (Procfile:1)"),
        ({"Procfile": "web: python web/api.py"}, "uvicorn web.api:app (web/api.py:2 FastAPI)"),
        ({"Makefile": "run:\n\tfastapi dev web/api.py"}, "uvicorn main:app (main.py:2 FastAPI)"),
        ({".flaskenv": "FLASK_APP=web/api.py"}, "uvicorn web.api:app (web/api.py:2 FastAPI)"),
    ],
)
def test_what_a_project_says_itself(found: Look, files: dict[str, str], start: str) -> None:
    tree = {"requirements.txt": "fastapi\nuvicorn", "main.py": FASTAPI, "web/api.py": FASTAPI, **files}
    assert found("python", tree, "start") == start


def test_worker_of_the_procfile(found: Look) -> None:
    tree = {"requirements.txt": "", "Procfile": "release: x\nbot: python bot.py --all", "bot.py": "", "main.py": ""}
    assert found("python", tree, "start") == "python bot.py --all (Procfile:2)"
    assert found("python", tree, "port") == "none (Procfile:2, a worker)"
