from __future__ import annotations

import pytest

from scaffold.hardening.privileges import kept, namespaces, privileges, user
from scaffold.hardening.yaml import Value, read


@pytest.mark.parametrize(
    ("text", "rule", "control"),
    [
        ("privileged: 'true'", "privileged", ""),
        ("cap_add: [ALL]", "capabilities", ""),
        ("security_opt: ['apparmor=unconfined']", "unconfined", "CIS 5.2"),
        ("security_opt: ['label:disable']", "unconfined", "CIS 5.3"),
        ("security_opt: ['seccomp: unconfined']", "unconfined", ""),
        ("security_opt: ['systempaths=unconfined']", "unconfined", ""),
        ("post_start: [{command: x, privileged: true}]", "privileged", ""),
        ("pre_stop: [{command: x, user: root}]", "root-user", ""),
        ("user: '0'", "root-user", ""),
        ("user: 0:0", "root-user", ""),
        ("user: ${USER_ID:-0}", "root-user", ""),
        ("group_add: [0]", "extra-group", ""),
        ("network_mode: host", "host-namespace", "CIS 5.10"),
        ("pid: host", "host-namespace", "CIS 5.16"),
        ("ipc: host", "host-namespace", "CIS 5.17"),
        ("uts: host", "host-namespace", "CIS 5.21"),
        ("userns_mode: host", "host-namespace", "CIS 5.31"),
        ("cgroup: host", "host-namespace", "CIS 5.25"),
        ("cgroup_parent: /x", "cgroup-parent", ""),
    ],
)
def test_rights_that_are_given(text: str, rule: str, control: str) -> None:
    service = read(text)
    found = [*privileges(service), *user(service), *namespaces(service)]
    assert [(one.rule, one.line, one.control) for one in found] == [(rule, 1, control)]


@pytest.mark.parametrize(
    "text",
    [
        "privileged: false",
        "cap_add: []",
        "security_opt: ['seccomp:./profile.json', 'label:type:x']",
        "user: '1000'",
        "user: ${USER_ID}",
        "group_add: [video]",
        "network_mode: none",
        "pid: service:web",
        "ipc: private",
        "post_start: [{command: x}]",
    ],
)
def test_rights_that_are_not(text: str) -> None:
    service = read(text)
    assert [*privileges(service), *user(service), *namespaces(service)] == []


def test_what_each_service_keeps() -> None:
    whole = "cap_drop: [CAP_ALL]\nsecurity_opt: [no-new-privileges]\nread_only: true\ninit: true\nuser: '1'\n"
    assert [*kept(read(whole))] == []
    found = [one.rule for one in kept(Value(1))]
    assert found == ["capabilities", "new-privileges", "writable-root", "no-init", "root-user"]
    off = [(one.rule, one.line) for one in kept(read(whole.replace("true", "false")))]
    assert off == [("writable-root", 3), ("no-init", 4)]
