from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str, dict[str, str], str], str]

SERVES = "from http.server import HTTPServer\nHTTPServer(('', 80), None).serve_forever()\n"
MAIN = "if __name__ == '__main__':\n    main()\n"


@pytest.mark.parametrize(
    ("files", "start", "port"),
    [
        ({"main.py": "print()"}, "python main.py (main.py)", "none (main.py, a tool)"),
        ({"main.py": "while True: pass"}, "python main.py (main.py)", "none (main.py, a worker)"),
        ({"main.py": "import telegram"}, "python main.py (main.py)", "none (main.py, a worker)"),
        ({"main.py": SERVES}, "python main.py (main.py:2)", "80 (main.py:2)"),
        ({"main.py": "print()", "serve.py": SERVES + MAIN}, "python serve.py (serve.py:2)", "80 (serve.py:2)"),
        ({"main.py": "import inner", "inner.py": SERVES}, "python main.py (inner.py:2)", "80 (inner.py:2)"),
        ({"only.py": "while True: pass"}, "python only.py (only.py)", "none (only.py, a worker)"),
        ({"a/__init__.py": "", "a/__main__.py": SERVES}, "python -m a (a/__main__.py:2)", "80 (a/__main__.py:2)"),
        (
            {
                "main.py": "import inner\nprint()",
                "inner.py": f"if __name__ == '__main__':\n    {SERVES.splitlines()[1]}",
            },
            "python inner.py (inner.py:2)",
            "80 (inner.py:2)",
        ),
        (
            {"requirements.txt": "celery", "main.py": "from celery import Celery\nq = Celery()"},
            "celery --app main:q worker --loglevel INFO (main.py:2)",
            "none (main.py:2, a worker)",
        ),
    ],
)
def test_script(found: Look, files: dict[str, str], start: str, port: str) -> None:
    tree = {"requirements.txt": "", **files}
    assert found("python", tree, "start") == start
    assert found("python", tree, "port") == port
