"""Paths that say that a program is well, read in sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.sources import EXPRESS, facts

HEALTH = [
    (EXPRESS + "app.get('/health', (req, res) => res.send('ok'));\napp.listen(1)", "/health", "server.js:3"),
    (EXPRESS + "app.get('/health', requireAuth, (req, res) => {});\napp.listen(1)", None, ""),
    (EXPRESS + "app.use(auth());\napp.get('/health', h);\napp.listen(1)", None, ""),
    (EXPRESS + "app.get('/', h);\napp.get('/users', h);\napp.listen(1)", None, ""),
    (EXPRESS + "app.post('/ping', h);\napp.listen(1)", None, ""),
    (
        EXPRESS + "const r = express.Router();\nr.get('/status', h);\napp.use('/api', r);\napp.listen(1)",
        "/api/status",
        "server.js:4",
    ),
    (EXPRESS + "const r = express.Router();\nr.get('/status', h);\napp.listen(1)", None, ""),
    ("app.route({ method: 'GET', url: '/readyz', handler: h });\napp.listen(1)", "/readyz", "server.js:1"),
    (EXPRESS + "app.get('/ping', h);\napp.get('/healthz', h);\napp.listen(1)", "/healthz", "server.js:4"),
]


@pytest.mark.parametrize(("text", "path", "source"), HEALTH)
def test_health(text: str, path: str | None, source: str, tmp_path: Path) -> None:
    found = facts(tmp_path, text).answers.get("health-path")
    assert (found.value, found.source) == (path, source) if found else path is None


def test_health_of_a_router_in_another_module(tmp_path: Path) -> None:
    files = {
        "server.js": EXPRESS + "app.use('/api/v1', require('./routes'));\napp.listen(3000)",
        "routes/index.js": "const router = require('express').Router();\nconst health = require('./health');\n"
        "router.use('/health', health);\nmodule.exports = router;",
        "routes/health.js": "const router = require('express').Router();\nrouter.get('/', h);\n"
        "router.get('/live', h);\nmodule.exports = router;",
    }
    assert facts(tmp_path, files).answers["health-path"].value == "/api/v1/health"


def test_health_of_nest(tmp_path: Path) -> None:
    files = {
        "src/main.ts": "import { AppModule } from './app.module';\nasync function bootstrap() {\n"
        "  const app = await NestFactory.create(AppModule);\n  app.setGlobalPrefix('api');\n"
        "  await app.listen(3000);\n}",
        "src/app.module.ts": "import { HealthController } from './health.controller';",
        "src/health.controller.ts": "@Controller('health')\nexport class HealthController {\n  @Get()\n  check() {}\n}",
    }
    assert facts(tmp_path, files, "node dist/main").answers["health-path"].value == "/api/health"
