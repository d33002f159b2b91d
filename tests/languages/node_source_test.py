"""What sources say beside a manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.facts import Found
from tests.languages.sources import EXPRESS, FASTIFY, facts


def test_a_port_in_another_module(tmp_path: Path) -> None:
    files = {
        "dist/none": "",
        "src/index.ts": "import app from './app';\nimport { config } from '@/config';\n"
        "app.listen(config.port as number);",
        "src/app.ts": "import express from 'express';\nconst app = express();\nexport default app;",
        "src/config.ts": "export const config = {\n  port: Number(process.env.SERVER_PORT),\n};",
    }
    found = facts(tmp_path, files, "node dist/index.js")
    assert found.answers["port"] == Found("3000", "src/config.ts:2", "likely")
    assert found.answers["env"].value == "SERVER_PORT=3000"


@pytest.mark.parametrize(
    ("files", "answers", "port", "source"),
    [
        ({}, {"start": "node server.js --port 9000"}, "9000", "package.json"),
        ({}, {"env": "PORT=8088"}, "8088", "package.json"),
        ({".env.example": "A=1\n# PORT=1111\nPORT = 4567 # http\n"}, {}, "4567", ".env.example:3"),
        ({".env.example": "PORT=\n"}, {}, "3000", "server.js:3"),
    ],
)
def test_a_port_that_is_said_elsewhere(
    files: dict[str, str], answers: dict[str, str], port: str, source: str, tmp_path: Path
) -> None:
    found = facts(tmp_path, {"server.js": EXPRESS + "app.listen(process.env.PORT)", **files}, **answers).answers["port"]
    assert (found.value, found.source) == (port, source)


def test_a_port_in_a_file_of_settings(tmp_path: Path) -> None:
    files = {
        "server.js": "const config = require('config');\napp.listen(config.get('web.port'))",
        "config/default.json": '{\n  "db": {"port": 5432},\n  "web": {"port": 8010}\n}',
    }
    assert facts(tmp_path, files).answers["port"] == Found("8010", "config/default.json:3")
    files = {"server.js": "const { port } = require('./web.json');\napp.listen(port)", "web.json": '{"port": 8011}'}
    assert facts(tmp_path, files).answers["port"].value == "8011"


def test_no_port_where_nothing_listens(tmp_path: Path) -> None:
    assert "port" not in facts(tmp_path, "history.listen(() => {});\nsetInterval(work, 1000)").answers


@pytest.mark.parametrize(
    ("text", "env"),
    [
        (FASTIFY + "app.listen({ port: 3000, host: process.env.HOST || 'localhost' })", "HOST=0.0.0.0"),
        (FASTIFY + "app.listen({ port: 3000, host: process.env.ADDRESS })", "ADDRESS=0.0.0.0"),
        (EXPRESS + "app.listen(3000, process.env.HOSTNAME || '0.0.0.0')", "HOSTNAME=0.0.0.0"),
        (EXPRESS + "app.listen(process.env.APP_PORT)", "APP_PORT=3000"),
    ],
)
def test_what_a_program_asks_for_is_given(text: str, env: str, tmp_path: Path) -> None:
    assert facts(tmp_path, text).answers["env"].value == env
    assert facts(tmp_path, text, env="A='b c'").answers["env"].value == f"'A=b c' {env}"


@pytest.mark.parametrize(
    "text", ["\0", "((((", "const a = a;\napp.listen(a)", "import './server.js';\napp.listen(port)", "x" * 200_000]
)
def test_any_text_is_taken(text: str, tmp_path: Path) -> None:
    facts(tmp_path, text)
