"""What the sources of a Node program want of the world around."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.sources import facts

SCHEMA = "const S = z.object({ %s }); S.parse(process.env)"


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (SCHEMA % "LOG_LEVEL: z.enum(['info'])", ["LOG_LEVEL"]),
        (SCHEMA % "LOG_LEVEL: z.enum(['info']).default('info')", []),
        (SCHEMA % "LOG_LEVEL: z.string().optional(), PORT: z.coerce.number(), name: z.string()", []),
        ("cleanEnv(process.env, { MAIL_FROM: email(), TTL: num({ default: 3 }) })", ["MAIL_FROM"]),
        (
            "const v = Joi.object({ A_KEY: Joi.string().required(), B_KEY: Joi.string() }).validate(process.env)",
            ["A_KEY"],
        ),
        ("const S = z.object({ LOG_LEVEL: z.string() })", []),
        ("new Bot(process.env.BOT)", ["BOT"]),
        ("client.login(process.env.BOT)", ["BOT"]),
        ("log(process.env.BOT)", []),
        ("connect(process.env.DB || 'mongodb://localhost:27017/x')", ["DB"]),
        ("connect(process.env.DB ?? 'redis://127.0.0.1')", ["DB"]),
        ("connect(process.env.DB || 'mongodb://db/x')", []),
    ],
)
def test_variables(text: str, needs: list[str], tmp_path: Path) -> None:
    assert [need.value for need in facts(tmp_path, text).needs] == needs


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("connect('mongodb://me:secret@127.0.0.1:27017/x')", ["server.js:1 looks for mongodb://127.0.0.1, its own"]),
        ("connect(DEV ? 'mongodb://localhost/x' : 'mongodb://mongo/x')", []),
        ("connect('https://localhost/x')", []),
        ("const c = require('./config.json')", ["server.js asks for ./config.json, which is not there"]),
        ("import c from './config.js'", ["server.js asks for ./config.js, which is not there"]),
        ("// require('./config.json')", []),
        ("require('./sub'); require('../out'); require('express')", []),
    ],
)
def test_notes(text: str, notes: list[str], tmp_path: Path) -> None:
    found = facts(tmp_path, {"server.js": text, "sub/index.js": ""}).notes
    assert len(found) == len(notes) and all(map(str.startswith, found, notes))
    assert "secret" not in "".join(found)


def test_what_a_build_makes_may_be_absent(tmp_path: Path) -> None:
    found = facts(tmp_path, "require('./made'); require('./config.json')", build="npm run build").notes
    assert list(found) == ["server.js asks for ./config.json, which is not there: add it before the build."]
