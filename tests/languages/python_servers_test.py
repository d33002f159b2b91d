from __future__ import annotations

import pytest

from scaffold.languages import python_servers

VENV = "/opt/venv"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("uvicorn a:b", "/opt/venv/bin/uvicorn a:b --host 0.0.0.0 --port 80"),
        ("uvicorn a:b --port=5", "/opt/venv/bin/uvicorn a:b --port=5 --host 0.0.0.0"),
        ("gunicorn a:b", "/opt/venv/bin/gunicorn a:b --bind 0.0.0.0:80 --worker-tmp-dir /dev/shm"),
        ("hypercorn a:b", "/opt/venv/bin/hypercorn a:b --bind 0.0.0.0:80"),
        ("waitress-serve a:b", "/opt/venv/bin/waitress-serve --listen=0.0.0.0:80 a:b"),
        ("python -m uvicorn a:b", "/opt/venv/bin/python -m uvicorn a:b --host 0.0.0.0 --port 80"),
        ("python3 a.py", "/opt/venv/bin/python a.py"),
        ("/bin/thing", "/bin/thing"),
    ],
)
def test_served(start: str, words: str) -> None:
    assert python_servers.served(tuple(start.split()), 80, VENV) == tuple(words.split())


@pytest.mark.parametrize(
    ("words", "kept", "port"),
    [
        ("gunicorn a:b --bind 0.0.0.0:5000 --workers 2", "gunicorn a:b --workers 2", "5000"),
        ("gunicorn -b :5000 a:b", "gunicorn a:b", "5000"),
        ("gunicorn -b0.0.0.0:5000 a:b", "gunicorn a:b", "5000"),
        ("uvicorn a:b --host=0.0.0.0 --port=5000 --reload", "uvicorn a:b", "5000"),
        ("streamlit run a.py --server.port 80 --server.address 0.0.0.0", "streamlit run a.py", "80"),
        ("gunicorn a:b --timeout 120", "gunicorn a:b --timeout 120", ""),
    ],
)
def test_without_address(words: str, kept: str, port: str) -> None:
    assert python_servers.without_address(tuple(words.split())) == (tuple(kept.split()), port)


def test_servers_that_are_added() -> None:
    traits, notes = python_servers.added("waitress-serve", frozenset(), "app.py:1 Dash")
    assert traits[0].value.startswith("add:waitress==")
    assert traits[0].source == "app.py:1 Dash"
    assert notes[0].endswith("is added, since no server for app.py:1 Dash is among the packages.")
    assert python_servers.added("waitress-serve", frozenset({"waitress"}), "x") == ((), ())
    assert python_servers.added("sanic", frozenset(), "x") == ((), ())


@pytest.mark.parametrize(
    ("start", "commands"),
    [
        ("a b && c", (("a", "b"), ("c",))),
        ("a", ()),
        ("a && b; c", ()),
        ("a && 'b", ()),
    ],
)
def test_chain(start: str, commands: tuple[tuple[str, ...], ...]) -> None:
    assert python_servers.chain(start) == commands


def test_entry_point_of_a_chain() -> None:
    assert python_servers.entrypoint((("python", "manage.py"), ("uvicorn", "a:b")), 80, VENV) == (
        "/opt/venv/bin/python",
        "-c",
        "import os, subprocess; subprocess.run(['/opt/venv/bin/python', 'manage.py'], check=True); "
        "os.execv('/opt/venv/bin/uvicorn', "
        "['/opt/venv/bin/uvicorn', 'a:b', '--host', '0.0.0.0', '--port', '80'])",
    )
