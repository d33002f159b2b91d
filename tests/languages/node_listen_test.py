"""Ports and addresses, read in sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.sources import EXPRESS, FASTIFY, facts

PORTS = [
    ("literal", EXPRESS + "app.listen(4000);", "4000", "server.js:3"),
    (
        "variable with a default",
        "const p = process.env.PORT || 5000;\nrequire('http').createServer().listen(p)",
        "5000",
        "server.js:1",
    ),
    ("nullish", EXPRESS + "app.listen(Number(process.env.PORT ?? '8081'))", "8081", "server.js:3"),
    ("no default", EXPRESS + "app.listen(process.env.PORT)", "3000", "server.js:3"),
    ("taken out", EXPRESS + "const { PORT = 7000 } = process.env;\napp.listen(PORT)", "7000", "server.js:3"),
    ("object", FASTIFY + "app.listen({ port: 3400, host: '0.0.0.0' })", "3400", "server.js:3"),
    ("shorthand", FASTIFY + "const port = 3401;\napp.listen({ port, host: '0.0.0.0' })", "3401", "server.js:3"),
    ("options by name", FASTIFY + "const o = { port: 3402, host: '0.0.0.0' };\napp.listen(o)", "3402", "server.js:3"),
    ("ternary", EXPRESS + "app.listen(process.env.PORT ? +process.env.PORT : 6060)", "6060", "server.js:3"),
    (
        "by environment",
        EXPRESS + "app.listen(process.env.NODE_ENV === 'production' ? 8080 : 3000)",
        "8080",
        "server.js:3",
    ),
    (
        "set and got",
        EXPRESS + "app.set('port', process.env.PORT || 3500);\napp.listen(app.get('port'))",
        "3500",
        "server.js:3",
    ),
    (
        "hono",
        "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 8787 })",
        "8787",
        "server.js:2",
    ),
    ("apollo", "startStandaloneServer(server, { listen: { port: 4001 } })", "4001", "server.js:1"),
    (
        "parsed",
        "var port = normalizePort(process.env.PORT || '3300');\nserver.listen(port);\nfunction normalizePort(v) {}",
        "3300",
        "server.js:1",
    ),
    (
        "configuration",
        "const config = { server: { port: 9001 } };\napp.listen(config.server.port)",
        "9001",
        "server.js:1",
    ),
    ("two", EXPRESS + "app.listen(3000);\nnew WebSocketServer({ port: 3001 })", "3000 3001", "server.js:3"),
    (
        "in a function",
        "async function main() { try {\n"
        "await app.listen({ port: parseInt(process.env.PORT!, 10) || 4444, host: '::' }) } catch {} }",
        "4444",
        "server.js:2",
    ),
]


@pytest.mark.parametrize(("text", "port", "source"), [case[1:] for case in PORTS], ids=[case[0] for case in PORTS])
def test_port(text: str, port: str, source: str, tmp_path: Path) -> None:
    found = facts(tmp_path, text)
    assert found.unknown == {}
    assert (found.answers["port"].value, found.answers["port"].source) == (port, source)


@pytest.mark.parametrize(
    "text",
    [
        EXPRESS + "app.listen(3000, '127.0.0.1')",
        "const hostname = 'localhost';\nserver.listen(3000, hostname, () => {})",
        FASTIFY + "app.listen({ port: 3000 })",
        "const server = Hapi.server({ port: 3000, host: 'localhost' })",
    ],
)
def test_loopback_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    found = facts(tmp_path, text)
    assert "server.js:" in found.unknown["port"].fact and "port" not in found.answers
