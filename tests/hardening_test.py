"""Edits of the generated files: those that weaken are found at their line, and alone; harmless ones are not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import hardening
from scaffold.findings import Finding
from scaffold.rules import LEVELS, RULES
from tests import generated

EXAMPLES = Path(__file__).parent.parent / "examples"
NODE, DISTROLESS, PYTHON = (f"{at}/Dockerfile" for at in ("express/slim", "nethttp/distroless", "fastapi/slim"))
COMPOSE, IGNORE = "express/slim/compose.yaml", "express/slim/.dockerignore"
UPDATES = "express/slim/.github/dependabot.yml"
DIGEST = f"@sha256:{'0123456789abcdef' * 4}"
LAST = "AS runtime"


def check(path: str, text: str, ours: str) -> list[Finding]:
    """The findings of whichever kind of file it is."""
    if path.endswith(".dockerignore"):
        return [*hardening.ignored(path, text, ours)]
    if path.endswith(".yml"):
        return [*hardening.updates(path, text, ours)]
    return [*(hardening.compose if path.endswith(".yaml") else hardening.dockerfile)(path, text)]


def read(path: str) -> str:
    """A generated file with an image of node that no refresh of the catalogue moves."""
    text = (EXAMPLES / path).read_text(encoding="utf-8")
    return re.sub(r"\bnode:\S+-slim@sha256:\S+", f"node:24.21.0-trixie-slim{DIGEST}", text)


def edited(path: str, old: str, new: str) -> str:
    """The file with the last of these replaced; at its end when `old` is empty."""
    text = read(path)
    if not old:
        return text + new
    before, found, after = text.rpartition(old)
    assert found, f"{path} has no {old!r}"
    return before + new + after


def at(text: str, mark: str) -> int:
    """The number of the one line that a mark stands on."""
    found = [place for place, line in enumerate(text.split("\n"), 1) if mark in line]
    assert len(found) == 1, (mark, found)
    return found[0]


WEAKENING = [
    (COMPOSE, "    build:\n", "    build:\n      target: build\n", "other-build", "target: build"),
    (NODE, "USER 65532:65532\n\n", "", "root-user", LAST),
    (NODE, "USER 65532:65532", "USER root", "root-user", "USER root"),
    (NODE, "USER 65532:65532", "USER 0:0", "root-user", "USER 0:0"),
    (NODE, "USER 65532:65532", 'user "00"', "root-user", "user"),
    (NODE, "USER 65532:65532", "USER ${WHO}", "root-user", "USER ${WHO}"),
    (NODE, "USER 65532:65532", "USER 65532:root", "root-user", "USER 65532:root"),
    (NODE, "EXPOSE 3000", "EXPOSE 3000\n\nUSER root", "root-user", "USER root"),
    (NODE, f"{DIGEST} {LAST}", f" {LAST}", "unpinned-image", LAST),
    (NODE, f"{DIGEST} AS build", " AS build", "unpinned-image", "AS build"),
    (NODE, f":24.21.0-trixie-slim{DIGEST} {LAST}", f" {LAST}", "unpinned-image", LAST),
    (NODE, f":24.21.0-trixie-slim{DIGEST} {LAST}", f":latest {LAST}", "unpinned-image", LAST),
    (NODE, f":24.21.0-trixie-slim{DIGEST} {LAST}", f":latest{DIGEST} {LAST}", "unpinned-image", LAST),
    (NODE, f":24.21.0-trixie-slim{DIGEST} {LAST}", f"{DIGEST} {LAST}", "unpinned-image", LAST),
    (NODE, f"24.21.0-trixie-slim{DIGEST} {LAST}", f"${{TAG}} {LAST}", "unpinned-image", LAST),
    (NODE, "EXPOSE", "COPY --from=busybox:1 /bin/x /x\n\nEXPOSE", "unpinned-image", "busybox"),
    (NODE, "RUN --mount=type=cache", "RUN --mount=from=tool,target=/t --mount=type=cache", "unpinned-image", "tool"),
    (DISTROLESS, ":nonroot@", ":debug-nonroot@", "debug-image", LAST),
    (NODE, "    PORT=3000", "    PORT=3000 \\\n    API_TOKEN=abcdef", "secret-variable", "API_TOKEN"),
    (NODE, "EXPOSE", "ENV DB_PASSWORD hunter2\n\nEXPOSE", "secret-variable", "DB_PASSWORD"),
    (NODE, "EXPOSE", "ARG npm_token\n\nEXPOSE", "secret-variable", "npm_token"),
    (NODE, "EXPOSE", 'ENV APP_KEY="base64:x9"\n\nEXPOSE', "secret-variable", "APP_KEY"),
    (NODE, "EXPOSE", f"LABEL deploy=ghp_{'a1' * 18}\n\nEXPOSE", "secret-text", "LABEL"),
    (NODE, "EXPOSE", f"ENV WHERE=AKIA{'Z' * 16}\n\nEXPOSE", "secret-text", "WHERE"),
    (NODE, "EXPOSE", "ENV DB=postgres://me:" + "pass@db/x\n\nEXPOSE", "secret-text", "ENV DB"),
    (NODE, "RUN mkdir", "ADD https://example.com/x.tar.gz /x\n\nRUN mkdir", "remote-add", "ADD"),
    (NODE, "RUN mkdir", "RUN curl -fsS https://example.com | bash\n\nRUN mkdir", "pipe-to-shell", "bash"),
    (NODE, "RUN mkdir", 'RUN sh -c "$(wget -qO- https://example.com)"\n\nRUN mkdir', "pipe-to-shell", "wget"),
    (NODE, "chmod -R u=rwX,go=rX /out", "chmod -R u=rwX,go=rX /out \\\n && chmod -R 777 /out", "world-writable", "777"),
    (NODE, "chmod -R u=rwX,go=rX /out", "chmod -R a+rwX /out", "world-writable", "a+rwX"),
    (NODE, "COPY --from=build /app", "COPY --chmod=0666 --from=build /app", "world-writable", "0666"),
    (NODE, "chmod -R u=rwX,go=rX /out", "chmod u+s run.sh", "setuid-bit", "u+s"),
    (NODE, "chmod -R u=rwX,go=rX /out", "chmod 4755 run.sh", "setuid-bit", "4755"),
    (NODE, " \\\n && find / -xdev -type f -perm /6000 -exec rm -f {} +", "", "setuid-files", LAST),
    (NODE, "RUN mkdir", "RUN sudo mkdir", "sudo", "sudo"),
    (NODE, "HEALTHCHECK", "# HEALTHCHECK", "no-healthcheck", LAST),
    (NODE, "HEALTHCHECK", "HEALTHCHECK NONE\n# ", "no-healthcheck", "NONE"),
    (NODE, 'ENTRYPOINT ["/usr/local/bin/node", "server.js"]', "ENTRYPOINT node server.js", "shell-form", "ENTRYPOINT"),
    (NODE, '["/usr/local/bin/node", "server.js"]', '["/bin/sh", "-c", "node server.js"]', "shell-form", "ENTRYPOINT"),
    (NODE, "npm ci --ignore-scripts", "npm install --ignore-scripts", "unlocked-install", "npm install"),
    (NODE, "npm ci --ignore-scripts", "npm ci", "install-scripts", "npm ci"),
    (NODE, "RUN mkdir", "ENV NODE_TLS_REJECT_UNAUTHORIZED=0\n\nRUN mkdir", "tls-off", "ENV NODE_TLS"),
    (NODE, "RUN mkdir", "RUN curl -fsSLk -o x https://example.com\n\nRUN mkdir", "tls-off", "curl"),
    (NODE, "npm ci", "GIT_SSL_NO_VERIFY=1 npm ci", "tls-off", "npm ci"),
    (PYTHON, "--require-hashes", "--trusted-host example.com --require-hashes", "tls-off", "--trusted-host"),
    (NODE, "EXPOSE 3000", "EXPOSE 3000 \\\n    22/tcp", "ssh-port", "22/tcp"),
    (NODE, "COPY --from=build /out /app", "COPY . /app", "context-in-runtime", "COPY . /app"),
    (NODE, "COPY . .", "COPY . .\n\nCOPY .npmrc ./", "secret-file", ".npmrc"),
    (NODE, "--from=build /out", "--from=build --chown=65532:65532 /out", "writable-app", "--chown"),
    (NODE, "WORKDIR /app\n\nUSER", "WORKDIR /app\n\nRUN chown -R node /app\n\nUSER", "writable-app", "chown -R"),
    (NODE, "RUN --mount", "RUN --security=insecure --mount", "insecure-build", "insecure"),
    (NODE, "RUN --mount", "RUN --network=host --mount", "insecure-build", "host"),
    (
        NODE,
        f"{LAST}\n",
        f"{LAST}\n\nRUN apt-get update \\\n && apt-get install -y \\\n      curl \\\n      libpq5\n",
        "runtime-tools",
        " curl ",
    ),
    (NODE, "FROM node", "RUN <<END\necho\nFROM node", "broken-file", "RUN <<END"),
    (NODE, 'ENTRYPOINT ["/usr/local/bin/node"', 'ENTRYPOINT ["node", "--inspect=0.0.0.0"', "debug-mode", "ENTRYPOINT"),
    (NODE, '"server.js"]', '"server.js"]\n\nCMD ["--reload"]', "debug-mode", "--reload"),
    (NODE, "    PORT=3000", "    PORT=3000 \\\n    NODE_OPTIONS=--inspect", "debug-mode", "NODE_OPTIONS"),
    (NODE, 'ENTRYPOINT ["/usr/local/bin/node", "server.js"]', "ENTRYPOINT exec npm start", "shell-form", "ENTRYPOINT"),
    (NODE, "RUN mkdir", "RUN export DB_PASSWORD=hunter2 \\\n && ./x\n\nRUN mkdir", "secret-variable", "export"),
    (NODE, "RUN mkdir", "RUN true \\\n && login --password hunter2\n\nRUN mkdir", "secret-variable", "hunter2"),
    (NODE, "RUN mkdir", "RUN docker login -p hunter2\n\nRUN mkdir", "secret-variable", "hunter2"),
    (NODE, "RUN mkdir", "RUN curl -O https://h/x.sh && sh x.sh\n\nRUN mkdir", "pipe-to-shell", "x.sh"),
    (
        NODE,
        "RUN mkdir",
        "RUN curl -O https://h/x.sh\nRUN true\nRUN cat x.sh | sh\n\nRUN mkdir",
        "pipe-to-shell",
        "cat x.sh",
    ),
    (COMPOSE, "    init", "    command: ['sh', '-c', 'node server.js']\n    init", "shell-form", "command:"),
    (COMPOSE, "    init", "    entrypoint: sh -c 'node server.js'\n    init", "shell-form", "entrypoint:"),
    (COMPOSE, "    init", "    command: [uvicorn, x, --reload]\n    init", "debug-mode", "command:"),
    (COMPOSE, "    init", "    command:\n      - node\n      - --inspect=0.0.0.0\n    init", "debug-mode", "--inspect"),
    (COMPOSE, "    init", "    command: [x, --password, hunter2]\n    init", "secret-variable", "command:"),
    (COMPOSE, "    init", "    environment: {FLASK_DEBUG: 1}\n    init", "debug-mode", "FLASK_DEBUG"),
    (COMPOSE, "    init", "    volumes: ['.:/app']\n    init", "mounted-source", ".:/app"),
    (COMPOSE, "", "include: [../x.yaml]\n", "unseen-file", "../x.yaml"),
    (COMPOSE, "    init: true", "    init: true\n\n    privileged: true", "privileged", "privileged: true"),
    (COMPOSE, "    cap_drop:\n      - ALL\n\n", "", "capabilities", "  web:"),
    (COMPOSE, "- ALL", "- NET_RAW", "capabilities", "cap_drop"),
    (COMPOSE, "- ALL", "- ALL\n    cap_add: [SYS_ADMIN]", "capabilities", "SYS_ADMIN"),
    (COMPOSE, "- ALL", "- ALL\n    cap_add:\n      - CAP_NET_BIND_SERVICE", "capabilities", "NET_BIND"),
    (COMPOSE, "    read_only: true\n\n", "", "writable-root", "  web:"),
    (COMPOSE, "read_only: true", "read_only: false", "writable-root", "read_only"),
    (COMPOSE, "no-new-privileges:true", "no-new-privileges:false", "new-privileges", "no-new"),
    (COMPOSE, "no-new-privileges:true", "label:user:x", "new-privileges", "security_opt"),
    (COMPOSE, "    security_opt:\n      - no-new-privileges:true\n\n", "", "new-privileges", "  web:"),
    (COMPOSE, "privileges:true", "privileges:true\n      - seccomp=unconfined", "unconfined", "seccomp"),
    (COMPOSE, "user: '65532:65532'", "user: root", "root-user", "user: root"),
    (COMPOSE, "    user: '65532:65532'\n\n", "", "root-user", "  web:"),
    (COMPOSE, "    init: true\n\n", "", "no-init", "  web:"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "'3000:3000'", "published-port", "3000:3000"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "8080", "published-port", "- 8080"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "'0.0.0.0:53:53/udp'", "published-port", "53/udp"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "'[::]:3000-3005:3000-3005'", "published-port", "3005"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "target: 80\n        published: 80", "published-port", "published: 80"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "'127.0.0.1:5432:5432'", "published-database", "5432"),
    (COMPOSE, "    init: true", "    init: true\n    network_mode: host", "host-namespace", "network_mode"),
    (COMPOSE, "    init: true", "    init: true\n    pid: 'host'", "host-namespace", "pid: "),
    (COMPOSE, "    tmpfs", "    volumes: ['/var/run/docker.sock:/s:ro']\n    tmpfs", "engine-socket", "docker.sock"),
    (COMPOSE, "    tmpfs", "    volumes:\n      - /etc:/host\n    tmpfs", "host-path", "/etc:/host"),
    (
        COMPOSE,
        "    tmpfs",
        "    volumes:\n      - type: bind\n        target: /h\n        source: /\n    tmpfs",
        "host-path",
        "source: /",
    ),
    (COMPOSE, "    tmpfs", "    volumes: ['./x:/x:rshared']\n    tmpfs", "shared-mount", "rshared"),
    (COMPOSE, "    init", "    cgroup_parent: /x\n    init", "cgroup-parent", "cgroup_parent"),
    (COMPOSE, "    init", "    devices:\n      - /dev/sda\n    init", "devices", "/dev/sda"),
    (COMPOSE, "    mem_limit: 256m\n", "", "no-memory-limit", "  web:"),
    (COMPOSE, "    cpus: 0.5\n\n", "", "no-cpu-limit", "  web:"),
    (COMPOSE, "    pids_limit: 128\n\n", "", "no-process-limit", "  web:"),
    (COMPOSE, "pids_limit: 128", "pids_limit: -1", "no-process-limit", "pids_limit"),
    (COMPOSE, "restart: on-failure:5", "restart: always", "restarts", "restart"),
    (COMPOSE, ",noexec", "", "loose-tmpfs", "/tmp:"),
    (COMPOSE, "size=64m,", "", "loose-tmpfs", "/tmp:"),
    (COMPOSE, "    init", "    environment:\n      DB_PASSWORD: hunter2\n    init", "secret-variable", "DB_PASSWORD"),
    (COMPOSE, "    init", "    environment: ['API_KEY=${K:-abc}']\n    init", "secret-variable", "API_KEY"),
    (COMPOSE, "    init", "    environment: {PYTHONHTTPSVERIFY: 0}\n    init", "tls-off", "PYTHONHTTPSVERIFY"),
    (COMPOSE, "      interval: 15s", "      disable: true\n      interval: 15s", "no-healthcheck", "disable"),
    (COMPOSE, "    build:\n      context: .", "    image: nginx:1.29", "unpinned-image", "nginx"),
    (COMPOSE, "    init", "    sysctls: {net.ipv4.ip_forward: 1}\n    init", "sysctls", "ip_forward"),
    (COMPOSE, "    init", "    group_add: [docker]\n    init", "extra-group", "docker]"),
    (COMPOSE, "context: .", "context: .\n      privileged: true", "insecure-build", "privileged: true"),
    (COMPOSE, "", "\tx: [\n", "broken-file", "\tx"),
    (IGNORE, "**/.npmrc\n", "", "secret-not-ignored", "**/.netrc"),
    (IGNORE, "**/*.pem\n", "", "secret-not-ignored", "**/*.p12"),
    (IGNORE, "", "!.npmrc\n", "secret-not-ignored", "!.npmrc"),
    (IGNORE, "", "!config/.env.production\n", "secret-not-ignored", "!config"),
    (IGNORE, "", "!**/*\n", "secret-not-ignored", "!**/*"),
    (UPDATES, "      default-days: 7", "      default-days: 0", "short-cooldown", "default-days"),
    (UPDATES, "    cooldown:\n      default-days: 7\n", "", "short-cooldown", "package-ecosystem"),
    (UPDATES, "ecosystem: docker", "ecosystem: npm", "no-updates", "updates:"),
    (UPDATES, "interval: weekly", "interval: yearly", "slow-updates", "interval"),
    (
        UPDATES,
        "default-days: 7",
        "default-days: 7\n      semver-major-days: 9",
        "refused-cooldown",
        "semver-major-days",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "rule", "mark"), WEAKENING)
def test_a_weakening_edit_is_found_at_its_line(path: str, old: str, new: str, rule: str, mark: str) -> None:
    text = edited(path, old, new)
    found = check(path, text, read(path))
    assert [(one.rule, one.line) for one in found] == [(rule, at(text, mark))], found
    assert all(one.level in LEVELS and one.fact.endswith(".") and one.remedy and one.path == path for one in found)
    assert all(one.control or one.rule == "broken-file" for one in found)
    assert all(one.isascii() for finding in found for one in (finding.fact, finding.remedy))


SERVICE = """\

  worker: &base
    image: example.com/worker:1.2@DIGEST
    user: "1000"
    cap_drop: [ "all" ]
    read_only: 'true'
    init: yes
    security_opt: [no-new-privileges=true]
    pids_limit: 64
    mem_limit: ${MEMORY:-64m}
    deploy: {resources: {limits: {cpus: '0.1'}}}
    healthcheck: {test: [CMD, /ok]}

  second:
    <<: *base
    user: "1001"

  third:
    extends:
      service: worker
    tmpfs: /run:noexec,size=10%

networks:
""".replace("@DIGEST", DIGEST)

HARMLESS = [
    (NODE, "EXPOSE", "# USER root\nEXPOSE"),
    (NODE, "    PORT=3000", "    # TOKEN=abc\n    PORT=3000"),
    (NODE, "EXPOSE", "ENV LOG_LEVEL=info KEYBOARD=us AUTHOR=me MONKEY=1 PUBLIC_KEY=abc\n\nEXPOSE"),
    (NODE, "EXPOSE", "ENV DB_PASSWORD_FILE=/run/secrets/db TLS_KEY=/etc/tls/key.pem MAX_TOKENS=9\n\nEXPOSE"),
    (NODE, "EXPOSE", "ENV CACHE_KEY=users NODE_TLS_REJECT_UNAUTHORIZED=1 TOKEN=\n\nEXPOSE"),
    (NODE, "EXPOSE 3000", "EXPOSE 3000\nEXPOSE 9090"),
    (NODE, "EXPOSE", 'LABEL org.opencontainers.image.title="A shop: curl | sh"\n\nEXPOSE'),
    (NODE, "RUN mkdir", "RUN apt-get update && apt-get install -y --no-install-recommends curl make\n\nRUN mkdir"),
    (NODE, f"{LAST}\n", f"{LAST}\n\nRUN apt-get update && apt-get install -y libpq5\n"),
    (NODE, f"{LAST}\n", f"{LAST}\n\nUSER root\n"),
    (NODE, LAST, "as Final"),
    (NODE, "FROM node", "from node"),
    (NODE, "--interval=15s", "--interval=60s"),
    (NODE, "USER 65532:65532", "USER nonroot"),
    (NODE, "USER 65532:65532", "USER 1000"),
    (NODE, "COPY --from=build /out /app", "COPY --from=build /out /app\n\nCOPY logo.png .env.example /app/"),
    (NODE, "COPY --from=build /out /app", "COPY --from=0 --link /out /app"),
    (NODE, "COPY --from=build /out /app", 'COPY --from=build ["/out", "/app"]'),
    (NODE, "COPY --from=build /out /app", "COPY --from=build --chown=0:0 --chmod=755 /out /app"),
    (NODE, "WORKDIR /app\n\nUSER", "RUN mkdir /data && chown 65532 /data && chmod 1777 /tmp\n\nWORKDIR /app\n\nUSER"),
    (NODE, "RUN mkdir", "RUN echo 'sudo chmod 777 | sh' # sudo\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN curl -fsSL -o k https://example.com/k && sha256sum -c k.sum\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN npm run build && npm rebuild sharp && npm install -g pnpm@10.1.0\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN <<END\nset -e\necho chmod 755 x\nEND\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "COPY <<'END' /x\nUSER root\ncurl -k x | sh\nEND\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN --mount=type=secret,id=npm,target=/root/.npmrc npm run x\n\nRUN mkdir"),
    (NODE, "RUN mkdir", f"ADD --checksum=sha256:{'0' * 64} https://example.com/x /x\n\nRUN mkdir"),
    (NODE, '"server.js"]', '"server.js"]\n\nCMD --verbose'),
    (NODE, 'ENTRYPOINT ["/usr/local/bin/node", "server.js"]', "ENTRYPOINT exec node server.js"),
    (NODE, 'ENTRYPOINT ["/usr/local/bin/node"', 'ENTRYPOINT [ "/usr/local/bin/node" , "--enable-source-maps"'),
    (NODE, "-exec rm -f {} +", "-delete"),
    (NODE, "FROM node:24.21.0", "FROM --platform=$BUILDPLATFORM node:24.22.1"),
    (NODE, "# Written", "# syntax=docker/dockerfile:1\n# Written"),
    (NODE, "", "\n\n\n"),
    (PYTHON, "--no-cache-dir ", "--retries 9 "),
    (NODE, "RUN mkdir", "RUN curl -O https://h/x.sh && sha256sum -c x.sum && sh x.sh\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN curl -O https://h/x.json\nRUN cat x.json\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN --mount=type=secret,id=t export TOKEN=$(cat /run/secrets/t)\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "RUN mkdir -p x && login --password-stdin < /run/secrets/t\n\nRUN mkdir"),
    (NODE, "RUN mkdir", "ENV NODE_OPTIONS=--inspect\n\nRUN mkdir"),
    (NODE, '"server.js"]', '"server.js"]\n\nCMD ["--debug", "inspect"]'),
    (COMPOSE, "    init", "    command: ['sh', '-c', 'cd x && exec node server.js']\n    init"),
    (COMPOSE, "    init", "    command: node server.js --verbose\n    init"),
    (COMPOSE, "    init", "    command: [x, --password, '${PASSWORD}']\n    init"),
    (COMPOSE, "    init", "    environment: {FLASK_DEBUG: 0, DEBUG: 'express:*'}\n    init"),
    (COMPOSE, "    init", "    volumes: ['./uploads:/app/uploads', 'modules:/app/node_modules']\n    init"),
    (COMPOSE, "    ports", "    # privileged: true\n    ports"),
    (COMPOSE, "    init: true\n\n    mem_limit: 256m", "    mem_limit: 2g\n\n    init: True"),
    (COMPOSE, "      - ALL", "      - 'all'"),
    (COMPOSE, "    cap_drop:\n      - ALL", '    cap_drop: ["ALL"]'),
    (COMPOSE, "'127.0.0.1:3000:3000'", '"127.0.0.1:${PORT:-8080}:3000/tcp"'),
    (COMPOSE, "'127.0.0.1:3000:3000'", "'[::1]:80:3000'\n      - '127.0.0.1::3001'"),
    (COMPOSE, "'127.0.0.1:3000:3000'", "{target: 3000, published: '80', host_ip: 127.0.0.1}"),
    (COMPOSE, "    ports:\n      - '127.0.0.1:3000:3000'\n\n", ""),
    (COMPOSE, "size=64m", "size=1g"),
    (COMPOSE, "cpus: 0.5", "cpus: '2'"),
    (COMPOSE, "interval: 15s", "interval: 5m"),
    (COMPOSE, "restart: on-failure:5", "restart: 'no'"),
    (COMPOSE, "    init", "    depends_on:\n      db: {condition: service_started}\n    init"),
    (COMPOSE, "    init", "    volumes:\n      - data:/data\n      - ./conf:/etc/app:ro\n    init"),
    (
        COMPOSE,
        "    init",
        "    volumes: ['${PWD}/x:/x', '/etc/localtime:/etc/localtime', '/srv/x:/srv']\n    init",
    ),
    (COMPOSE, "    init", "    environment: {LOG_LEVEL: info, DB_PASSWORD: '${DB_PASSWORD:?}'}\n    init"),
    (COMPOSE, "    init", "    environment: [DB_PASSWORD, 'TOKEN_FILE=/run/secrets/t']\n    secrets: [t]\n    init"),
    (COMPOSE, "    init", "    sysctls: {net.core.somaxconn: 1024}\n    group_add: ['1001']\n    init"),
    (COMPOSE, "    build:", "    image: shop/web\n    build:"),
    (COMPOSE, "\nnetworks:\n", SERVICE),
    (COMPOSE, "  frontend: {}", "  frontend:\n    internal: true"),
    (IGNORE, "**/.env\n**/.env.*\n**/.env-*\n", "**/.env*\n"),
    (IGNORE, "**/id_rsa*\n**/*.jks\n", "**/*.jks\n/**/id_rsa*/\n"),
    (IGNORE, "", "!.env.example\n!certs/ca.pem\ncoverage\n"),
    (IGNORE, "# Secrets", "# What nobody should see"),
    (IGNORE, "# Secrets", "*\n!src\n\n# Secrets"),
    (UPDATES, "interval: weekly", "interval: daily"),
    (UPDATES, "default-days: 7", "default-days: 14"),
    (UPDATES, "    directory: /", '    # all of it\n    directories:\n      - "/**"'),
    (UPDATES, "", "  - package-ecosystem: npm\n    directory: /\n    schedule: {interval: monthly}\n"),
]


@pytest.mark.parametrize(("path", "old", "new"), HARMLESS)
def test_a_harmless_edit_is_silent(path: str, old: str, new: str) -> None:
    assert check(path, edited(path, old, new), read(path)) == []


def test_every_rule_about_hardening_has_an_edit() -> None:
    sources = "".join(path.read_text() for path in (EXAMPLES.parent / "scaffold").glob("hardening/*.py"))
    ours = {rule for rule in RULES if f'"{rule}"' in sources}
    assert {rule for _, _, _, rule, _ in WEAKENING} == ours
    assert len(ours) > 40 and len(WEAKENING) > 80 and len(HARMLESS) > 50


WRITTEN = [
    path
    for pattern in ("Dockerfile", "compose.yaml", ".dockerignore", ".github/dependabot.yml")
    for path in sorted(EXAMPLES.glob(f"*/*/{pattern}"))
]

CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "of Windows": lambda text: text.replace("\n", "\r\n"),
    "of an editor": lambda text: "\ufeff" + text.rstrip(),
}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_found_in_what_we_write(path: Path, change: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert check(path.as_posix(), CHANGES[change](text), text) == []


@pytest.mark.parametrize("tier", ["distroless", "slim", "alpine", "scratch"])
@pytest.mark.parametrize(("language", "packages"), [("node", "npm"), ("go", "go"), ("python", "pip"), ("python", "uv")])
def test_nothing_is_found_in_other_answers(language: str, packages: str, tier: str, tmp_path: Path) -> None:
    locked = {"uv.lock": generated.UV_LOCK} if packages == "uv" else {}
    project = generated.write(tmp_path, generated.PROJECTS[language] | locked)
    service = generated.service(language, tier, packages=packages, health="/ok")
    files, _, _ = generated.generate(project, (service,), workflows=True)
    judged = [path for path in files if not path.startswith(".dockerscaffold")]
    assert len(judged) == 4
    assert [one for path in judged for one in check(path, files[path], files[path])] == []


def test_what_the_user_added_counts_a_level_less() -> None:
    text = edited(COMPOSE, "networks:\n  frontend: {}", "  db:\n    image: postgres:18\n    privileged: true\n")
    text = text.replace("\nnetworks:\n      - frontend", "")
    all_ours = {one.fact: one.level for one in hardening.compose("compose.yaml", text)}
    theirs = {one.fact: one.level for one in hardening.compose("compose.yaml", text, ["web"])}
    assert all_ours["privileged is true."] == "error" and theirs["privileged is true."] == "warning"
    assert all_ours["There is no init."] == "warning" and theirs["There is no init."] == "note"
    assert {LEVELS.index(theirs[fact]) - LEVELS.index(level) for fact, level in all_ours.items()} == {1}


def test_long_files_are_judged_to_their_end() -> None:
    dockerfile = edited(NODE, "USER 65532:65532", "COPY --from=build /a /b\n" * 10_000 + "USER 0")
    assert [one.line for one in hardening.dockerfile("d", dockerfile)] == [at(dockerfile, "USER 0")]
    variables = "".join(f"      A{number}: b\n" for number in range(10_000))
    compose = edited(COMPOSE, "    init", f"    environment:\n{variables}      TOKEN: abc\n    init")
    assert [one.line for one in hardening.compose("c", compose)] == [at(compose, "TOKEN")]


def test_services_that_share_a_line_share_its_finding() -> None:
    anchored = "x-base: &base\n  privileged: true\nservices:\n  a: {<<: *base}\n  b: {<<: *base}\n"
    found = [(one.rule, one.line, one.level) for one in hardening.compose("c.yaml", anchored, ["b"])]
    assert [one for one in found if one[0] == "privileged"] == [("privileged", 2, "error")]


FRAGMENTS = """\
FROM RUN COPY ADD USER ENV ARG CMD ONBUILD HEALTHCHECK ENTRYPOINT NONE --from= --chmod= 777 a:b <<E E sh -c curl | && $(
) services: web: ports: volumes: - 127.0.0.1: extends: service: &a *a <<: { } [ ] updates: cooldown: build: deploy:
tmpfs: environment: PASSWORD= ! **/ .env # null 0 ~ " ' \\ %YAML !! ? , \ufeff \udc80 \x00 \x85 \u2028"""
SIGNS = st.sampled_from("\\`\"'$<>|&;:-[]{}#!*/=@ \n\t\r\ufeff")
TEXTS = st.text(st.one_of(SIGNS, st.characters(codec=None, exclude_categories=())))
PARTS = [*FRAGMENTS.split(), " ", "  ", "\n", "\n  ", "\r\n", "\x00", "\x85", "\u2028"]
WORDS = st.lists(st.sampled_from(PARTS), max_size=60).map("".join)


@given(text=st.one_of(TEXTS, WORDS))
def test_no_text_raises_anything(text: str) -> None:
    for path in (NODE, COMPOSE, IGNORE, UPDATES):
        for one in check(path, text, read(path)):
            assert 0 <= one.line <= len(text.splitlines()) + 2 and one.fact.isprintable()


@given(before=WORDS, place=st.integers(0, 40))
def test_no_insertion_into_a_generated_file_raises_anything(before: str, place: int) -> None:
    for path in (NODE, COMPOSE, IGNORE, UPDATES):
        lines = read(path).split("\n")
        check(path, "\n".join([*lines[:place], before, *lines[place:]]), read(path))
