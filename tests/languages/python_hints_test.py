from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.facts import Found
from scaffold.languages import python_hints
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("gunicorn a:b", "gunicorn a:b"),
        ("exec uvicorn a:b --port $PORT", "uvicorn a:b"),
        ("uvicorn a:b --port ${PORT:-5000}", "uvicorn a:b | 5000"),
        ("gunicorn -b 0.0.0.0:$PORT a:b", "gunicorn a:b"),
        ("gunicorn --bind :7000 a:b", "gunicorn a:b | 7000"),
        ("cd web && gunicorn a:b", "gunicorn a:b in web"),
        ("A=1 B=2 gunicorn a:b", "gunicorn a:b with A=1 B=2"),
        ("poetry run uvicorn a:b", "uvicorn a:b"),
        ("uv run --no-dev uvicorn a:b", "uvicorn a:b"),
        ("newrelic-admin run-program gunicorn a:b", "gunicorn a:b"),
        ("python3.11 -m uvicorn a:b", "python -m uvicorn a:b"),
        ("/usr/bin/gunicorn a:b", "gunicorn a:b"),
        ("python manage.py migrate && gunicorn a:b", "gunicorn a:b after python manage.py migrate"),
        ("gunicorn a:b | tee log", "none"),
        ("gunicorn a:b --workers $WORKERS", "none"),
        ("gunicorn 'a", "none"),
        ("cd web", "none"),
    ],
)
def test_parse(command: str, shown: str) -> None:
    hint = python_hints.parse(Found(command, "Procfile:1"))
    if hint is None:
        assert shown == "none"
        return
    told = " ".join(hint.words)
    told += f" | {hint.port}" if hint.port else ""
    told += f" in {hint.folder}" if hint.folder != "." else ""
    told += f" with {' '.join(hint.env)}" if hint.env else ""
    told += "".join(f" after {' '.join(words)}" for words in hint.before)
    assert told == shown


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("Procfile", "release: x\nweb: gunicorn a:b", "gunicorn a:b (Procfile:2)"),
        ("Dockerfile", 'FROM x\nCMD ["uvicorn", "a:b"]', "uvicorn a:b (Dockerfile:2)"),
        ("Dockerfile", 'FROM x\nCMD ["sh", "-c", "uvicorn a:b --port $PORT"]', "uvicorn a:b (Dockerfile:2)"),
        ("Dockerfile", 'ENTRYPOINT ["gunicorn"]\nCMD ["a:b"]', "gunicorn a:b (Dockerfile:1)"),
        ("Dockerfile", "# Written by dockerscaffold\nCMD gunicorn a:b", "none"),
        ("render.yaml", "services:\n  - startCommand: gunicorn a:b", "gunicorn a:b (render.yaml:2)"),
        ("railway.json", '{"deploy": {\n"startCommand": "gunicorn a:b"}}', "none"),
        ("start.sh", "#!/bin/sh\nexec gunicorn a:b\n", "gunicorn a:b (start.sh:2)"),
        ("Makefile", "lint:\n\tpython lint.py\nrun: x\n\t@uvicorn a:b --reload\n", "uvicorn a:b (Makefile:4)"),
    ],
)
def test_where_commands_are(tree: Tree, path: str, text: str, found: str) -> None:
    hints = python_hints.hints(tree({path: text}))
    assert (f"{' '.join(hints[0].words)} ({hints[0].source})" if hints else "none") == found
    if hints:
        assert hints[0].target in ("a:b", "")


def test_kinds_of_processes(tree: Tree) -> None:
    found = python_hints.procfile(tree({"Procfile": "# no\nweb: a\nworker:  b c\n"}))
    assert [(kind, str(one)) for kind, one in found] == [("web", "a (Procfile:2)"), ("worker", "b c (Procfile:3)")]
