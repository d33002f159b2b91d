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
