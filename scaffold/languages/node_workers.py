"""Node programs that serve nobody: bots and those that take work from a queue or by the clock."""

from __future__ import annotations

import re

from scaffold.facts import Found
from scaffold.languages.js_modules import Modules

WORKING = frozenset(
    {"discord.js", "eris", "oceanic.js", "discordx", "@sapphire/framework", "discord-akairo", "discord.js-commando"}
    | {"telegraf", "grammy", "node-telegram-bot-api", "telebot", "telegram", "vk-io", "tmi.js", "twitter-api-v2"}
    | {"twit", "whatsapp-web.js", "@whiskeysockets/baileys", "matrix-js-sdk", "matrix-bot-sdk", "mineflayer", "irc"}
    | {"irc-framework", "@slack/rtm-api", "bull", "bullmq", "bee-queue", "agenda", "amqplib", "kafkajs", "nats"}
    | {"node-cron", "cron", "node-schedule", "croner", "mqtt", "chokidar"}
)
"""Packages whose programs go on by themselves: they call others, or wait for messages, times and files."""

SERVING = frozenset(
    {"http", "https", "http2", "net", "ws", "express", "koa", "fastify", "hono", "@hono/node-server", "restify"}
    | {"polka", "@hapi/hapi", "hapi", "micro", "connect", "socket.io", "@slack/bolt", "@nestjs/core", "next", "nuxt"}
    | {
        "h3",
        "elysia",
        "@adonisjs/core",
        "sails",
        "@feathersjs/koa",
        "@feathersjs/express",
        "@apollo/server",
        "tinyhttp",
    }
    | {"apollo-server", "graphql-yoga", "@trpc/server", "uWebSockets.js", "itty-router", "probot", "json-server"}
)
"""Packages with which a program listens, though it may not be seen where."""

_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'](?:node:)?((?:@[\w.-]+/)?[\w.-]+)""")


def worker(modules: Modules) -> Found | None:
    """The package by which a program that listens nowhere works, with the module that asks for it; None without one.

    A program with any package that listens is none: where it does may only not have been found.
    """
    working: Found | None = None
    for source in modules.sources:
        for name in _IMPORT.findall(modules.project.glance(source.path)):
            if name in SERVING:
                return None
            if name in WORKING:
                working = working or Found(name, source.path)
    return working
