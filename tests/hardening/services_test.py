from __future__ import annotations

from collections.abc import Collection

import pytest

from scaffold.findings import Weakness
from scaffold.hardening.services import judged

SERVICE = """\
services:
  web:
    build: .
    cap_drop: [ALL]
    security_opt: [no-new-privileges:true]
    read_only: true
    init: true
    user: '1'
    mem_limit: 1m
    cpus: 1
    pids_limit: 1
    healthcheck: {test: [CMD, /ok]}
"""


def found(text: str) -> list[tuple[str, int]]:
    """Rule and line of each weakness."""
    return [(one.rule, one.line) for one, _ in weak(text)]


def weak(text: str, services: Collection[str] | None = None) -> list[tuple[Weakness, bool]]:
    """Each weakness, and whether it is of a service that is not among these."""
    return [(one, other) for _, one, other in judged("compose.yaml", text, services, lambda path: None)]


def test_a_hardened_service() -> None:
    assert found(SERVICE) == [] and found("") == [] and found("services:\n") == []


def test_limits_may_stand_below_deploy() -> None:
    limits = "    deploy: {resources: {limits: {memory: 1m, cpus: '1', pids: 1}}}\n"
    text = SERVICE.replace("    mem_limit: 1m\n    cpus: 1\n    pids_limit: 1\n", limits)
    assert found(text) == []
    assert found(text.replace("pids: 1", "pids: 0")) == [("no-process-limit", 9)]
    assert found(text.replace(limits, "")) == [("no-memory-limit", 2), ("no-cpu-limit", 2), ("no-process-limit", 2)]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("restart: unless-stopped", "restarts"),
        ("restart: on-failure", "restarts"),
        ("restart: on-failure:9", "restarts"),
        ("environment: ['A=1', 'DB_PASSWORD=x']", "secret-variable"),
        ("environment: {A: postgres://u:" + "p@h/x}", "secret-text"),
        ("environment: {GIT_SSL_NO_VERIFY: '1'}", "tls-off"),
        ("sysctls: ['kernel.msgmax=1']", "sysctls"),
        ("ports: ['80:80']", "published-port"),
        ("volumes: ['/:/x']", "host-path"),
        ("pid: host", "host-namespace"),
    ],
)
def test_one_field(line: str, rule: str) -> None:
    assert found(f"{SERVICE}    {line}\n") == [(rule, 13)]


@pytest.mark.parametrize(
    "line",
    [
        "restart: on-failure:3",
        "restart: 'no'",
        "environment: ['DB_PASSWORD', 'DB_PASSWORD=${X}', 'DB_PASSWORD_FILE=/x/y']",
        "environment: {API_TOKEN: , A: 'postgres://u:${P}@h/x'}",
        "sysctls: ['net.ipv4.tcp_syncookies=1']",
        "image: shop",
    ],
)
def test_fields_that_are_fine(line: str) -> None:
    assert found(f"{SERVICE}    {line}\n") == []


@pytest.mark.parametrize(
    ("build", "rules"),
    [
        ("{context: ., privileged: true}", ["insecure-build"]),
        ("{context: ., network: host}", ["insecure-build"]),
        ("{context: ., entitlements: [security.insecure]}", ["insecure-build"]),
        ("{context: ., args: {NPM_TOKEN: abc}}", ["secret-variable"]),
        ("{context: ., args: [NPM_TOKEN]}", []),
    ],
)
def test_builds(build: str, rules: list[str]) -> None:
    assert [rule for rule, _ in found(SERVICE.replace("build: .", f"build: {build}"))] == rules


def test_health_checks() -> None:
    assert found(SERVICE.replace("    healthcheck: {test: [CMD, /ok]}\n", "")) == [("no-healthcheck", 2)]
    assert found(SERVICE.replace("[CMD, /ok]", "[NONE]")) == [("no-healthcheck", 12)]
    assert found(SERVICE.replace("{test", "{disable: true, test")) == [("no-healthcheck", 12)]
    assert [one.control for one, _ in weak(SERVICE.replace("[CMD, /ok]", "NONE"))] == ["CIS 5.27"]


def test_what_a_service_extends_counts() -> None:
    assert found(f"{SERVICE}  job:\n    extends: web\n    init: false\n") == [("no-init", 15)]
    assert found(f"{SERVICE}  job:\n    extends: {{service: web}}\n    cap_add: [KILL]\n") == [("capabilities", 15)]
    assert found(f"{SERVICE}  job:\n    extends: {{service: x, file: b.yaml}}\n") == [("unseen-file", 14)]
    assert found(f"{SERVICE}  job:\n    extends: {{service: x, file: b.yaml}}\n    init: false\n") == [
        ("no-init", 15),
        ("unseen-file", 14),
    ]
    assert found("services:\n  a: {extends: b, privileged: true}\n  b: {extends: a}\n") == [
        ("privileged", 2),
        ("privileged", 2),
    ]


def test_services_of_others_are_marked() -> None:
    text = (
        f"{SERVICE}  job:\n    extends: web\n    privileged: true\nvolumes: {{x: {{driver_opts: {{device: /etc}}}}}}\n"
    )
    marked = [(one.rule, other) for one, other in weak(text, ["web"])]
    assert marked == [("privileged", True), ("host-path", False)]
    assert [other for _, other in weak(text, ["job"])] == [False, False]


def test_no_yaml_is_one_finding() -> None:
    assert found("services:\n  a: {\n") == [("broken-file", 2)]
    assert (
        found("a: 1\n") == []
        and found("services: [a]\n") == []
        and found("services: {a: }\n")[0]
        == (
            "capabilities",
            1,
        )
    )


@pytest.mark.parametrize("key", ["dockerfile: other.Dockerfile", "target: build", "dockerfile_inline: FROM a"])
def test_another_build_than_ours(key: str) -> None:
    text = SERVICE.replace("build: .", f"build:\n      context: .\n      {key}")
    assert found(text) == [("other-build", 5)]
    assert weak(text, ()) == [], "a service of the user's own"
    assert found(text.replace(key, "dockerfile: ./Dockerfile")) == []
