"""Files that Compose reads with a compose.yaml: judged too, each at its own lines."""

from __future__ import annotations

import pytest

from scaffold import hardening
from scaffold.hardening.composed import MOST, Files
from tests.hardening.services_test import SERVICE

OVER = "compose.override.yaml"
WEAK = "services:\n  web:\n    privileged: true\n"


def found(text: str, **others: str) -> list[tuple[str, str, int]]:
    """The rule, file and line of each finding; names of other files have `__` for a dot and `_in_` for a slash."""
    files = {name.replace("__", ".").replace("_in_", "/"): text for name, text in others.items()}
    return [(one.rule, one.path, one.line) for one in hardening.compose("compose.yaml", text, ["web"], files.get)]


@pytest.mark.parametrize("name", hardening.OVERRIDES)
def test_an_override_is_merged_by_itself(name: str) -> None:
    [one] = hardening.compose("compose.yaml", SERVICE, ["web"], {name: WEAK}.get)
    assert (one.rule, one.path, one.line, one.level) == ("privileged", name, 3, "error")
    assert found(SERVICE, other__yaml=WEAK) == []


def test_of_several_overrides_the_first_counts() -> None:
    both = {"compose.override.yml": "services: {}\n", OVER: WEAK}
    assert [*hardening.compose("compose.yaml", SERVICE, None, both.get)] == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("read_only: false", "writable-root"),
        ("read_only: !reset null", "writable-root"),
        ("cap_drop: !reset []", "capabilities"),
        ("cap_drop: !override [NET_RAW]", "capabilities"),
        ("security_opt: !reset null", "new-privileges"),
        ("mem_limit: !reset null", "no-memory-limit"),
        ("healthcheck: !reset null", "no-healthcheck"),
        ("healthcheck: {disable: true}", "no-healthcheck"),
        ("healthcheck: {test: [NONE]}", "no-healthcheck"),
        ("user: root", "root-user"),
        ("build: {network: host}", "insecure-build"),
        ("build: {target: build}", "other-build"),
        ("ports: ['80:80']", "published-port"),
        ("volumes: ['.:/app']", "mounted-source"),
        ("command: npm run dev", "shell-form"),
        ("environment: {DB_PASSWORD: hunter2}", "secret-variable"),
    ],
)
def test_what_an_override_weakens_is_found_in_it(line: str, rule: str) -> None:
    assert found(SERVICE, compose__override__yaml=f"# ours\nservices:\n  web:\n    {line}\n") == [(rule, OVER, 4)]


@pytest.mark.parametrize(
    "line",
    [
        "environment: {LOG_LEVEL: debug}",
        "cap_drop: [NET_RAW]",
        "cap_drop: []",
        "security_opt: ['label:user:x']",
        "mem_limit: 2g",
        "healthcheck: {interval: 5s}",
        "healthcheck: {test: [CMD, /other]}",
        "ports: ['127.0.0.1:3001:3000']",
        "command: [node, other.js]",
        "init: !override true",
    ],
)
def test_a_harmless_override(line: str) -> None:
    assert found(SERVICE, compose__override__yaml=f"services:\n  web:\n    {line}\n") == []


def test_what_is_missing_is_said_at_the_service() -> None:
    text = SERVICE.replace("    init: true\n", "")
    assert found(text, compose__override__yaml="services:\n  web:\n    labels: [a]\n") == [
        ("no-init", "compose.yaml", 2)
    ]
    assert found(text, compose__override__yaml="services:\n  web:\n    init: true\n") == []


def test_what_an_override_takes_away_or_mends_is_not_there() -> None:
    text = SERVICE.replace("read_only: true", "read_only: false")
    assert found(text) == [("writable-root", "compose.yaml", 6)]
    assert found(text, compose__override__yaml="services:\n  web:\n    read_only: true\n") == []
    assert (
        found(f"{SERVICE}    ports: ['80:80']\n", compose__override__yaml="services: {web: {ports: !reset []}}") == []
    )
    assert found(WEAK, compose__override__yaml="services: {web: !reset null}") == []


def test_a_service_of_an_override_counts_a_level_less() -> None:
    over = "services:\n  db:\n    image: x:1\n    privileged: true\n"
    levels = {one.rule: one.level for one in hardening.compose("compose.yaml", SERVICE, ["web"], {OVER: over}.get)}
    assert levels["privileged"] == "warning" and levels["no-init"] == "note"


def test_included_files() -> None:
    text = f"include:\n  - sub/more.yaml\n  - path: [sub/a.yaml, sub/b.yaml]\n{SERVICE}"
    more = "include: ['../last.yaml']\nservices:\n  job:\n    extends: {file: base.yaml, service: x}\n    pid: host\n"
    base = SERVICE.replace("web:", "x:").replace("    init: true\n", "")
    assert found(
        text,
        sub_in_more__yaml=more,
        sub_in_base__yaml=base,
        last__yaml=SERVICE.replace("web:", "last:").replace("user: '1'", "user: root"),
        sub_in_a__yaml=SERVICE.replace("web:", "two:"),
        sub_in_b__yaml="services:\n  two:\n    ipc: host\n",
    ) == [
        ("root-user", "last.yaml", 8),
        ("host-namespace", "sub/b.yaml", 3),
        ("no-init", "sub/more.yaml", 3),
        ("host-namespace", "sub/more.yaml", 5),
    ]


def test_what_a_service_extends_in_another_file() -> None:
    base = SERVICE.replace("web:", "base:").replace("init: true", "privileged: true")
    text = "services:\n  web:\n    extends:\n      file: ./base.yaml\n      service: base\n"
    assert found(text, base__yaml=base) == [("no-init", "compose.yaml", 2), ("privileged", "base.yaml", 7)][::-1]
    assert found(f"{text}    init: true\n", base__yaml=SERVICE.replace("web:", "base:")) == []
    unused = f"{SERVICE.replace('web:', 'base:')}  other:\n    privileged: true\n"
    assert found(text, base__yaml=unused) == [], "a service that nobody takes is not run"
    assert ("secret-text", "base.yaml", 13) in found(text, base__yaml=f"{base}# AKIA{'Z' * 16}\n")


def test_rings_end() -> None:
    ring = "include: [compose.yaml, a.yaml]\nservices:\n  x: {extends: {file: b.yaml, service: y}, pid: host}\n"
    back = "services:\n  y: {extends: {file: a.yaml, service: x}, ipc: host}\n"
    rules = [(rule, path) for rule, path, _ in found(f"include: [a.yaml]\n{SERVICE}", a__yaml=ring, b__yaml=back)]
    assert rules == [("host-namespace", "a.yaml"), ("host-namespace", "b.yaml")]


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "/etc/x.yaml", "none.yaml", "${DIR}/x.yaml", "oci://h/x:1", "https://h/x.git", "a/../../x.yaml"],
)
def test_files_that_are_not_in_the_project_are_said(path: str) -> None:
    def read(asked: str) -> None:
        assert asked in ("none.yaml", *hardening.OVERRIDES), "nothing outside is asked for"

    text = f"include:\n  - {path}\n{SERVICE}  job:\n    extends: {{file: '{path}', service: x}}\n"
    seen = [one for one in hardening.compose("compose.yaml", text, ["web"], read) if one.rule == "unseen-file"]
    assert [(one.path, one.line, one.level) for one in seen] == [
        ("compose.yaml", 2, "note"),
        ("compose.yaml", 16, "note"),
    ]


def test_broken_files() -> None:
    assert found(SERVICE, compose__override__yaml="a: 1\nb: [\n") == [("broken-file", OVER, 2)]
    assert found("a: [\n", compose__override__yaml=WEAK) == [("broken-file", "compose.yaml", 1)]
    assert found(f"include: [a.yaml]\n{SERVICE}", a__yaml="- x\n") == [("broken-file", "a.yaml", 1)]


def test_there_is_an_end_of_files() -> None:
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path)
        return None if "override" in path else f"include: [x{len(asked)}.yaml]\n"

    rules = {one.rule for one in hardening.compose("compose.yaml", "include: [x.yaml]\n", None, read)}
    assert rules == {"unseen-file"} and len(asked) < MOST + 10


def test_lines_tell_their_files() -> None:
    files = Files(lambda path: None)
    for name, text in (("a", "x: 1\ny: 2"), ("b", ""), ("c", "z: 3\n")):
        files.add(name, text)
    assert files.place(2) == ("a", 2) and files.place(files.above[1] + 1) == ("b", 1)
    assert files.place(files.above[2] + 1) == ("c", 1)
