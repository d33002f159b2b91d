from __future__ import annotations

import pytest

from scaffold.hardening.passwords import judged
from scaffold.hardening.words import of_text


def places(text: str) -> list[tuple[str, int]]:
    """The rule and the line of each secret in a command that stands on line 7."""
    return [(one.rule, one.line) for command in of_text(text, 7) for one in judged(command, "Take it out.")]


@pytest.mark.parametrize(
    "text",
    [
        "tool --password hunter2",
        "tool --db-password=hunter2",
        "tool --api-key 'hunter2' x",
        "tool login --token hunter2",
        "openssl -password hunter2",
        "redis-server --requirepass hunter2",
        "export DB_PASSWORD=hunter2",
        "declare -x DB_PASSWORD='hunter2'",
        "DB_PASSWORD=hunter2 ./migrate",
        "env API_TOKEN=hunter2 ./migrate",
        "a && export X=1 API_TOKEN=hunter2",
        "docker login -u me -p hunter2 h",
        "docker build --build-arg NPM_TOKEN=hunter2 .",
        "helm registry login -phunter2",
        "sshpass -p hunter2 ssh h",
        "mysql -u root -phunter2",
        "mysqladmin -p hunter2 ping",
        "redis-cli -a hunter2 ping",
        "unzip -P hunter2 a.zip",
        "curl -u me:hunter2 https://h",
        "wget --user me --password hunter2 https://h",
        "curl -H 'Authorization: Bearer abcdef123456' https://h",
        "sh -c 'tool --password hunter2'",
    ],
)
def test_a_secret_on_the_line(text: str) -> None:
    assert places(text) == [("secret-variable", 7)]


@pytest.mark.parametrize(
    "text",
    [
        'tool --password "$PASSWORD"',
        'tool --password "$(cat /run/secrets/db)"',
        "tool --password-stdin < /run/secrets/db",
        "tool --password-file /run/secrets/db",
        "tool --password=/run/secrets/db",
        "tool --password --verbose",
        "tool --no-password hunter2",
        "adduser --disabled-password app",
        "tool --max-tokens 9 --tokenizer x",
        "export DB_PASSWORD=$(cat /run/secrets/db) DB_PASSWORD_FILE=/run/secrets/db KEYBOARD=us",
        "SECRET_KEY=dummy python manage.py collectstatic",
        "DB_PASSWORD= ./migrate",
        "mkdir -p secrets && ssh -p 22 h && cp -p a b",
        "docker run -p 80:80 x",
        "docker build --secret id=npm .",
        "mysql -u root -P 3306 --port=3306",
        "mysql -p",
        "curl -u me https://h && curl -u me:$TOKEN https://h && curl --user-agent a:b https://h",
        "curl -H 'Accept: application/json' -H \"Authorization: Bearer $TOKEN\" https://h",
        "echo --help password",
    ],
)
def test_a_line_without_a_secret(text: str) -> None:
    assert places(text) == []


def test_the_secret_is_not_shown() -> None:
    [found] = [one for command in of_text("docker login -phunter2", 1) for one in judged(command, "")]
    assert "hunter2" not in found.fact and "docker" in found.fact
