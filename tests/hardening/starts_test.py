from __future__ import annotations

import pytest

from scaffold.dockerfile import read
from scaffold.hardening.starts import debugging, manager, shell, variable
from scaffold.hardening.words import Command, commands, of_text


def words(text: str) -> list[Command]:
    """The commands of a text."""
    return [*of_text(text, 1)]


@pytest.mark.parametrize(
    ("text", "by_shell", "bad"),
    [
        ("node a.js", True, True),
        ("node a.js", False, False),
        ("exec node a.js", True, False),
        ("a; b && exec node a.js", True, False),
        ("sh -c 'node a.js'", False, True),
        ("/bin/bash -ec 'node a.js'", False, True),
        ("sh -c 'a && exec node a.js'", False, False),
        ("sh start.sh", False, False),
        ("sh -c", False, False),
        ("", True, False),
    ],
)
def test_a_shell_between_engine_and_app(text: str, by_shell: bool, bad: bool) -> None:
    assert [one.rule for one in shell("CMD", words(text), 3, by_shell)] == ["shell-form"] * bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("npm start", True),
        ("exec npm start", True),
        ("/usr/bin/yarn run x", True),
        ("migrate && exec pnpm start", True),
        ("sh -c 'exec npm start'", True),
        ("npm run migrate && exec node a.js", False),
        ("node npm", False),
        ("", False),
    ],
)
def test_a_package_manager_that_starts_the_app(text: str, bad: bool) -> None:
    assert [(one.rule, one.line) for one in manager("command", words(text), 3)] == [("shell-form", 3)] * bad


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("node --inspect=0.0.0.0 a.js", "error"),
        ("node --inspect=0.0.0.0:9229 a.js", "error"),
        ("node --inspect-brk=[::]:9229 a.js", "error"),
        ("node --inspect-wait=10.0.0.1 a.js", "error"),
        ("node --inspect a.js", "warning"),
        ("node --inspect=127.0.0.1:9229 a.js", "warning"),
        ("node --inspect=[::1]:9229 a.js", "warning"),
        ("node --inspect=9229 a.js", "warning"),
        ("node --watch a.js", ""),
        ("nodemon a.js", ""),
        ("tsx watch a.ts", ""),
        ("uvicorn main:app --reload", ""),
        ("gunicorn --reload main:app", ""),
        ("flask run --debug", ""),
        ("fastapi dev main.py", ""),
        ("python manage.py runserver", ""),
        ("python -m debugpy --listen 0.0.0.0:5678 a.py", ""),
        ("dlv exec /app/shop", ""),
        ("/usr/bin/strace -f /app/shop", ""),
        ("sh -c 'exec nodemon a.js'", ""),
    ],
)
def test_debuggers_and_reloaders(text: str, level: str) -> None:
    found = {(one.rule, one.level) for one in debugging(words(text))}
    assert found == {("debug-mode", level)}


@pytest.mark.parametrize(
    "text",
    [
        "node --enable-source-maps a.js",
        "node a.js --name air --debug",
        "node inspect.js",
        "uvicorn main:app --reload-dir x",
        "gunicorn --workers 2 main:app",
        "flask run",
        "fastapi run main.py",
        "python manage.py migrate",
        "python -m http.server",
        "/app/dev",
        "",
    ],
)
def test_what_only_looks_so(text: str) -> None:
    assert [*debugging(words(text))] == []


def test_arguments_of_an_entrypoint() -> None:
    entry, command = (
        [*commands(one)]
        for one in read('FROM a\nENTRYPOINT ["flask"]\nCMD ["run", \\\n "--debug"]\n').stages[0].instructions
    )
    assert [one.line for one in debugging(command, entry)] == [4] and [*debugging(command)] == []


@pytest.mark.parametrize(
    ("name", "value", "bad"),
    [
        ("FLASK_DEBUG", "1", True),
        ("FLASK_DEBUG", "0", False),
        ("FLASK_ENV", "development", True),
        ("DEBUG", "True", True),
        ("DEBUG", "express:*", False),
        ("NODE_OPTIONS", "--max-old-space-size=9 --inspect=0.0.0.0", True),
        ("NODE_OPTIONS", "--max-old-space-size=9", False),
        ("LOG_LEVEL", "debug", False),
    ],
)
def test_variables(name: str, value: str, bad: bool) -> None:
    assert [one.rule for one in variable(name, value, 1)] == ["debug-mode"] * bad
