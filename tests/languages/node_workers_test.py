"""Node programs that serve nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.sources import facts


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("const { Client } = require('discord.js'); new Client({}).login(process.env.TOKEN)", "none"),
        ("import { Telegraf } from 'telegraf'; new Telegraf(process.env.T).launch()", "none"),
        ("const cron = require('node-cron'); cron.schedule('* * * * *', work)", "none"),
        ("const { App } = require('@slack/bolt'); require('node-cron'); new App({}).start()", None),
        ("import { Client } from 'discord.js'; import express from 'express'; serve(express())", None),
        ("import { Client } from 'discord.js'; import http from 'node:http'; serve(http)", None),
        ("import chalk from 'chalk'", None),
        ("const TelegramBot = require('node-telegram-bot-api'); app.listen(4000)", "4000"),
    ],
)
def test_a_bot_has_no_port(text: str, port: str | None, tmp_path: Path) -> None:
    answers = facts(tmp_path, text).answers
    assert (answers["port"].value if "port" in answers else None) == port
    assert ("health-path" in answers) is (port == "none")


def test_a_module_of_it_that_may_serve_counts(tmp_path: Path) -> None:
    files = {"server.js": "require('discord.js'); require('./web')", "web.js": "module.exports = require('express')()"}
    assert "port" not in facts(tmp_path, files).answers
