from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

FASTAPI = "from fastapi import APIRouter, Depends, FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Blueprint, Flask, jsonify\napp = Flask(__name__)\n"
FINE = "def health():\n    return {}\n"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"{FASTAPI}@app.get('/health')\n{FINE}", "/health"),
        (f"{FASTAPI}@app.get('/health')\nasync {FINE}", "/health"),
        (f"{FASTAPI}@app.post('/health')\n{FINE}", ""),
        (f"{FASTAPI}@app.get('/users')\n{FINE}", ""),
        (f"{FASTAPI}@app.get('/health/{{id}}')\n{FINE}", ""),
        (f"{FASTAPI}@app.get('/health')\ndef health(a: int):\n    return a", ""),
        (f"{FASTAPI}@app.get('/health')\ndef health(a=Depends(login)):\n    return a", ""),
        (f"{FASTAPI}@app.get('/health', dependencies=[Depends(a)])\n{FINE}", ""),
        (f"{FASTAPI}@app.get('/health')\nasync def health():\n    await ask()\n    return 1", ""),
        (f"{FASTAPI}@app.get('/health')\ndef health():\n    return database()", ""),
        (f"{FASTAPI}@app.get('/health')\ndef health():\n    return Response(503)", ""),
        (f"{FASTAPI}@app.get('/health')\n@login_required\n{FINE}", ""),
        (f"{FASTAPI}r = APIRouter(prefix='/api')\n@r.get('/health')\n{FINE}app.include_router(r)", "/api/health"),
        (f"{FASTAPI}r = APIRouter()\n@r.get('/health')\n{FINE}app.include_router(r, prefix='/v1')", "/v1/health"),
        (f"{FASTAPI}r = APIRouter()\n@r.get('/health')\n{FINE}app.include_router(r, prefix=unknown())", ""),
        (f"{FASTAPI}r = APIRouter()\n@r.get('/health')\n{FINE}", ""),
        (f"{FASTAPI}r = APIRouter(dependencies=[a])\n@r.get('/health')\n{FINE}app.include_router(r)", ""),
        (f"{FASTAPI}@app.get('/api/health')\n{FINE}@app.get('/ping')\n{FINE}", "/ping"),
        (f"{FLASK}@app.route('/healthz')\ndef h():\n    return jsonify(status='ok')", "/healthz"),
        (f"{FLASK}@app.route('/health', methods=['POST'])\n{FINE}", ""),
        (
            f"{FLASK}b = Blueprint('b', __name__, url_prefix='/a')\n@b.get('/health')\n{FINE}app.register_blueprint(b)",
            "/a/health",
        ),
        (
            f"{FLASK}b = Blueprint('b', __name__, url_prefix='/a')\n@b.get('/health')\n{FINE}"
            "app.register_blueprint(b, url_prefix='/c')",
            "/c/health",
        ),
        (f"{FLASK}@app.before_request\ndef login():\n    pass\n@app.route('/health')\n{FINE}", ""),
        (f"from starlette import Starlette\n{FINE}app = Starlette(routes=[Route('/health', health)])", "/health"),
    ],
)
def test_health(found: Look, text: str, path: str) -> None:
    shown = found("python", {"requirements.txt": "uvicorn\ngunicorn", "main.py": text}, "health-path")
    assert shown.partition(" ")[0] == (path or "none")


def test_route_in_a_factory(found: Look) -> None:
    text = (
        "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n"
        "    @app.get('/ping')\n    def ping():\n        return ''\n    return app"
    )
    assert found("python", {"requirements.txt": "", "main.py": text}, "health-path") == "/ping (main.py:5)"


def test_router_of_a_folder_that_is_imported_from(found: Look) -> None:
    files = {
        "requirements.txt": "uvicorn",
        "web/main.py": f"from routes.items import router\n{FASTAPI}app.include_router(router, prefix='/api')",
        "web/routes/items.py": f"from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/status')\n{FINE}",
    }
    assert found("python", files, "health-path") == "/api/status (web/routes/items.py:4)"
