from __future__ import annotations

import pytest

from scaffold.hardening.secrets import is_file, is_hidden, is_secret, texts, variable

SECRETS = """\
PASSWORD DB_PASSWORD POSTGRES_PASSWORD PGPASSWORD MYSQL_PWD token GITHUB_TOKEN client_secret API_KEY apikey JWT_KEY
AWS_SECRET_ACCESS_KEY SECRET_KEY_BASE APP_KEY SSH_PRIVATE_KEY CREDENTIALS DB_PASS REDISCLI_AUTH"""

OTHERS = """\
KEYBOARD AUTHOR MONKEY PUBLIC_KEY JWT_PUBLIC_KEY PASSWORD_FILE TOKEN_TTL SECRET_NAME MAX_TOKENS PAD_TOKEN KEY CACHE_KEY
GPG_KEY NUM_TOKEN ALLOW_EMPTY_PASSWORD COMPASS BYPASS TOKENIZERS_PARALLELISM SECRETS_DIR USE_TOKEN"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name) and is_secret(name.lower())
    assert len([*variable(name, "hunter2", 1, "")]) == 1


@pytest.mark.parametrize("name", OTHERS.split())
def test_names_of_other_things(name: str) -> None:
    assert not is_secret(name) and not [*variable(name, "hunter2", 1, "")]


@pytest.mark.parametrize("value", ["", "true", "0", "none", "/run/secrets/token", "./a/key.pem", "file:x", "<set me>"])
def test_values_that_are_no_secret(value: str) -> None:
    assert not [*variable("API_TOKEN", value, 1, "")]


def test_a_key_is_a_secret_when_it_looks_drawn_by_lot() -> None:
    assert is_secret("KEY", "k3" * 12) and is_secret("SHOP_KEY", "k3" * 12)
    assert not is_secret("SHOP_KEY", "customers") and not is_secret("GPG_KEY", "k3" * 12)


@pytest.mark.parametrize(
    "text",
    [
        "gho_" + "a1" * 18,
        "github_pat_" + "a" * 30,
        "glpat-" + "a" * 20,
        "ASIA" + "A1" * 8,
        "xoxb-" + "1" * 12,
        "sk_live_" + "a" * 24,
        "npm_" + "a" * 36,
        "pypi-AgE" + "a" * 40,
        "dckr_pat_" + "a" * 27,
        "AIza" + "a" * 35,
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
        "amqp://guest:" + "guest@mq:5672",
    ],
)
def test_secrets_are_known_by_their_form_and_not_shown(text: str) -> None:
    [found] = texts(f"# a\nRUN echo '{text}'\n")
    assert (found.rule, found.line) == ("secret-text", 2) and text not in found.fact


@pytest.mark.parametrize(
    "text",
    [
        "ghp_short",
        "AKIA" + "a" * 16,
        "-----BEGIN " + "PUBLIC KEY-----",
        "https://example.com/a:b@c",
        "postgres://${USER}:${PASS}@db",
        "git+ssh://git@example.com/x",
        "sha256:" + "a1" * 32,
    ],
)
def test_forms_of_other_things(text: str) -> None:
    assert [*texts(text)] == []


@pytest.mark.parametrize(
    "path", [".env", "a/.env.local", "id_rsa", "x/*.pem", ".aws/config", "/root/.npmrc", "tls.key"]
)
def test_files_of_secrets(path: str) -> None:
    assert is_file(path)


@pytest.mark.parametrize(
    "path", [".env.example", "id_rsa.pub", "ca.pem", "certs/public.key", "keys.py", ".", "env", ""]
)
def test_files_of_other_things(path: str) -> None:
    assert not is_file(path)


def test_names_that_are_meant_to_be_seen() -> None:
    assert [is_hidden(name) for name in (".env", "a/.env.example", "ca/x.pem")] == [True, False, True]
