"""Each law, broken once in a clean set of generated files: exactly its finding appears."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scaffold.machine import docker_run
from scaffold.model import Port
from tests import laws
from tests.generated import PROJECTS, generate, service, write
from tests.laws import Unreadable, findings, parse

PORTS = (Port(8080), Port(53, "udp"))
DIGEST = "@sha256:" + "0123456789abcdef" * 4


@pytest.fixture
def files(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    name, tier = request.param
    root = write(tmp_path, PROJECTS[name])
    asked = service(name, tier, ports=PORTS, health="/healthz", build="npm run build" if name == "node" else "")
    return generate(root, (asked,), workflows=True)[0]


def in_dockerfile(name: str, tier: str, finding: str, old: str, new: str, label: str = "") -> object:
    return pytest.param((name, tier), "Dockerfile", finding, old, new, id=f"{label or finding} {name} {tier}")


def in_compose(finding: str, old: str, new: str, label: str = "") -> object:
    return pytest.param(("node", "slim"), "compose.yaml", finding, old, new, id=f"{label or finding} compose")


MUTANTS = [
    in_dockerfile("node", "slim", "unreadable", "WORKDIR /app\n", "Workdir /app\n", "lower case"),
    in_dockerfile("node", "slim", "unreadable", "USER 65532:65532\n", "USER\n", "empty instruction"),
    in_dockerfile("node", "slim", "unreadable", " && mkdir -p node_modules", "", "open continuation"),
    in_dockerfile("node", "slim", "unreadable", 'ENTRYPOINT ["', "ENTRYPOINT ['", "no JSON"),
    in_dockerfile("go", "slim", "unreadable", "\nGO\n", "\nGONE\n", "open heredoc"),
    in_dockerfile("node", "slim", "directive", "# Written by", "# syntax=docker/dockerfile:1\n# Written by"),
    in_dockerfile("node", "slim", "from-pinned", f"{DIGEST} AS build", " AS build", "no digest"),
    in_dockerfile("node", "slim", "from-pinned", ":24.1.1-trixie-slim@", "@", "no tag"),
    in_dockerfile("node", "slim", "from-pinned", "FROM node", "FROM --platform=linux/amd64 node", "platform"),
    in_dockerfile("node", "slim", "from-pinned", "FROM node", "FROM ${BASE}", "variable"),
    in_dockerfile("node", "slim", "latest", ":24.1.1-trixie-slim@", ":latest@"),
    in_dockerfile("node", "slim", "from-stage", "--from=build /out", "--from=nginx:1 /out"),
    in_dockerfile("node", "slim", "from-stage", "AS runtime", "AS build", "two stages of a name"),
    in_dockerfile("node", "slim", "from-stage", "RUN --mount=type=cache", "RUN --mount=from=uv:1,type=bind", "mount"),
    in_dockerfile("node", "slim", "add-arg", "COPY . .", "ADD . ."),
    in_dockerfile("node", "slim", "add-arg", "COPY . .", "ARG BUILD=1\n\nCOPY . .", "argument"),
    in_dockerfile("node", "slim", "chown", "COPY --from=build", "COPY --chown=65532 --from=build"),
    in_dockerfile("node", "slim", "secret", "ENV HOME", "ENV NPM_TOKEN=x HOME"),
    in_dockerfile("node", "slim", "npm-install", "npm ci --ignore", "npm ci && npm install --ignore"),
    in_dockerfile("node", "slim", "npm-ci", "npm ci", "npm clean-install"),
    in_dockerfile("node", "slim", "run", "COPY . .\n\nRUN ", "COPY . .\n\nRUN curl -fsS x && "),
    in_dockerfile("node", "slim", "user", "USER 65532:65532", "USER nonroot", "by name"),
    in_dockerfile("node", "slim", "user", "USER 65532:65532", "USER 0:0", "root"),
    in_dockerfile("node", "slim", "user", "USER 65532:65532\n\n", "", "no user"),
    in_dockerfile("node", "slim", "user", "USER 65532:65532", "USER 65532:65532\n\nUSER 65532:65532", "twice"),
    in_dockerfile("node", "slim", "user", "USER 65532:65532", "USER 65532:65532\n\nRUN true", "run after it"),
    in_dockerfile("node", "slim", "entrypoint", "ENTRYPOINT [", "CMD [", "command alone"),
    in_dockerfile("node", "slim", "entrypoint", 'ENTRYPOINT ["', 'CMD ["x"]\n\nENTRYPOINT ["', "command too"),
    in_dockerfile("node", "slim", "copy-context", "COPY --from=build /out /app", "COPY . ."),
    in_dockerfile("node", "slim", "setuid", " -perm /6000", ""),
    in_dockerfile("go", "alpine", "setuid", "find / -xdev", "find /usr -xdev"),
    in_dockerfile("python", "slim", "setuid", " -exec rm -f {} +", " -print"),
    in_dockerfile("node", "slim", "ports-agree", "EXPOSE 53/udp\n", ""),
    in_dockerfile("node", "slim", "port-agrees", "PORT=8080", "PORT=8081"),
    in_dockerfile("go", "scratch", "port-agrees", "Port: 8080", "Port: 8081"),
    in_dockerfile("node", "slim", "healthcheck-agrees", "--interval=15s", "--interval=30s"),
    in_compose("healthcheck-agrees", "retries: 3", "retries: 4"),
    in_compose("cap_drop", "    cap_drop:\n      - ALL\n", ""),
    in_compose("cap_drop", "- ALL", "- NET_RAW", "one capability"),
    in_compose("cap_add", "    cap_drop:", "    cap_add:\n      - NET_BIND_SERVICE\n\n    cap_drop:"),
    in_compose("privileged", "    init: true", "    init: true\n    privileged: true"),
    in_compose("network_mode", "    init: true", "    init: true\n    network_mode: host"),
    in_compose("image", "    init: true", "    init: true\n    image: shop"),
    in_compose("volumes", "    init: true", "    init: true\n    volumes:\n      - .:/app"),
    in_compose("volumes", "    init: true", "    init: true\n    volumes:\n      - data:/app/data", "unnamed"),
    in_compose("security_opt", "no-new-privileges:true", "no-new-privileges"),
    in_compose("read_only", "    read_only: true\n", ""),
    in_compose("init", "init: true", "init: false"),
    in_compose("user", "    user: '65532:65532'\n", ""),
    in_compose("pids_limit", "    pids_limit: 128\n", ""),
    in_compose("pids_limit", "pids_limit: 128", "pids_limit: -1", "no limit"),
    in_compose("mem_limit", "    mem_limit: 256m\n", ""),
    in_compose("cpus", "    cpus: 0.5\n", ""),
    in_compose("restart", "on-failure:5", "always"),
    in_compose("tmpfs", "noexec,", "", "exec"),
    in_compose("tmpfs", "size=64m,", "", "no size"),
    in_compose("tmpfs", "- /tmp:", "- /run:", "no /tmp"),
    in_compose("secret", "    init: true", "    init: true\n    environment:\n      DB_PASSWORD: x"),
    in_compose("ports", "'127.0.0.1:8080:8080'", "'8080:8080'"),
    in_compose("ports-agree", "      - '127.0.0.1:53:53/udp'\n", ""),
    in_compose("top", "name: shop", "version: '3'\nname: shop"),
    pytest.param(
        ("node", "slim"),
        ".github/dependabot.yml",
        "semver-cooldown",
        "default-days: 7",
        "default-days: 7\n      semver-major-days: 7",
        id="semver-cooldown",
    ),
    pytest.param(
        ("node", "slim"), ".github/dependabot.yml", "cooldown", "default-days: 7", "default-days: 3", id="cooldown"
    ),
    pytest.param(
        ("node", "slim"),
        ".github/dependabot.yml",
        "directories",
        "directory: /\n",
        "directory: /server\n",
        id="directories dependabot",
    ),
]


@pytest.mark.parametrize(("files", "path", "finding", "old", "new"), MUTANTS, indirect=["files"])
def test_a_broken_law_is_found(files: dict[str, str], path: str, finding: str, old: str, new: str) -> None:
    assert findings(files) == set()
    assert old in files[path]
    assert findings(files | {path: files[path].replace(old, new)}) == {finding}


def test_health_check_in_another_form(tmp_path: Path) -> None:
    root = write(tmp_path, PROJECTS["node"])
    files = generate(root, (service("node", "slim"),))[0]
    words = yaml.safe_load(files["compose.yaml"])["services"]["web"]["healthcheck"]["test"][1:]
    health = files["Dockerfile"].partition("    CMD ")[2].partition("\n")[0]
    for mutant in (" ".join(words), "NONE"):
        text = files["Dockerfile"].replace(health, mutant)
        assert set(laws.dockerfile(text)) == {"healthcheck"}
    twice = files["Dockerfile"].replace("ENTRYPOINT", 'HEALTHCHECK CMD ["true"]\n\nENTRYPOINT')
    assert set(laws.dockerfile(twice)) == {"healthcheck"}


@pytest.mark.parametrize("dropped", ["--init", "--read-only", "--rm", "ALL", "0.5", "127.0.0.1:53:53/udp"])
def test_docker_run(dropped: str, tmp_path: Path) -> None:
    files, answers, (recipe,) = generate(write(tmp_path, PROJECTS["go"]), (service("go", "slim", ports=PORTS),))
    words = docker_run(answers, recipe)
    compose = yaml.safe_load(files["compose.yaml"])["services"]["web"]
    assert not [*laws.docker_run(words, compose, "shop-web")]
    assert [*laws.docker_run([w for w in words if w != dropped], compose, "shop-web")] == ["docker-run"]
    assert [*laws.docker_run(words, compose, "shop-api")] == ["docker-run"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "newline"),
        ("FROM a", "newline"),
        ("FROM a\n\n", "newline"),
        ("# only a comment\n", "no FROM"),
        ("RUN true\nFROM a\n", "no FROM"),
        ("FROM a\n  RUN true\n", "no instruction"),
        ("FROM a\nMAINTAINER me\n", "no instruction"),
        ("FROM a\nRUN true \n", "no instruction"),
        ("FROM a\nRUN a \\\n\n    b\n", "nothing continues"),
        ("FROM a\nRUN a \\\n    # why\n    b\n", "nothing continues"),
        ("FROM a\nRUN a \\\n", "nothing continues"),
        ("FROM a\nCOPY <<E /a\nx\n", "no end"),
        ("FROM a\nENTRYPOINT [1]\n", "no JSON"),
    ],
)
def test_unreadable(text: str, problem: str) -> None:
    with pytest.raises(Unreadable, match=problem):
        parse(text)


def test_parse() -> None:
    read = parse('# c\nFROM a AS b\n\nCOPY <<\'GO\' main.go\nRUN in it\nGO\nRUN a \\\n && b\nENTRYPOINT ["x", "y z"]\n')
    assert [(i.name, i.value) for i in read[:3]] == [("FROM", "a AS b"), ("COPY", "<<'GO' main.go"), ("RUN", "a && b")]
    assert read[1].heredoc == "RUN in it" and read[3].words == ["x", "y z"]
