from __future__ import annotations

import pytest

from scaffold.hardening.mounts import mounts, volume
from scaffold.hardening.yaml import read


def rules(text: str) -> list[str]:
    """The rules that a service of these fields breaks."""
    return [one.rule for one in mounts(read(text))]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("/var/run/docker.sock", "engine-socket"),
        ("/run/user/1000/podman/podman.sock", "engine-socket"),
        ("/", "host-path"),
        ("//etc/", "host-path"),
        ("/etc", "host-path"),
        ("/etc/passwd", "host-path"),
        ("/proc", "host-path"),
        ("/sys/fs", "host-path"),
        ("/var/run", "host-path"),
        ("/root/x", "host-path"),
        ("/boot", "host-path"),
        ("/dev/shm", "host-path"),
        ("/srv/../etc", "host-path"),
        ("~", "host-path"),
        ("~/.ssh", "host-path"),
        ("${HOME}/.aws", "host-path"),
        ("/etc/localtime", ""),
        ("/etc/ssl/certs", ""),
        ("/srv/data", ""),
        ("/home/me/shop", ""),
        ("~/shop", ""),
        ("./etc", ""),
        ("../x", ""),
        ("data", ""),
        ("${DIR}/", ""),
        ("/etcetera", ""),
    ],
)
def test_what_of_the_host_is_mounted(source: str, rule: str) -> None:
    wanted = [rule] if rule else []
    assert rules(f"volumes: ['{source}:/x:ro']") == wanted
    assert rules(f"volumes: [{{type: bind, source: '{source}', target: /x}}]") == wanted


def test_mounts_without_a_folder_of_the_host() -> None:
    assert rules("volumes: ['/etc', {type: volume, source: data, target: /etc}, {type: volume, target: /x}]") == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("volumes: ['./a:/a:rshared']", "shared-mount"),
        ("volumes: [{type: bind, source: ./a, target: /a, bind: {propagation: shared}}]", "shared-mount"),
        ("volumes: [{type: tmpfs, target: /a}]", "loose-tmpfs"),
        ("volumes: [{type: tmpfs, target: /a, tmpfs: {size: 0}}]", "loose-tmpfs"),
        ("tmpfs: /tmp", "loose-tmpfs"),
        ("tmpfs: ['/tmp:noexec,size=0']", "loose-tmpfs"),
        ("tmpfs: ['/tmp:noexec,exec,size=1m']", "loose-tmpfs"),
        ("devices: ['/dev/kvm:/dev/kvm']", "devices"),
        ("device_cgroup_rules: ['c 1:3 mr']", "devices"),
        ("use_api_socket: true", "engine-socket"),
    ],
)
def test_other_mounts(text: str, rule: str) -> None:
    assert rules(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "volumes: ['./a:/a:ro,rprivate,z']",
        "volumes: [{type: tmpfs, target: /a, tmpfs: {size: 1m}}]",
        "tmpfs: ['/tmp:size=64m,noexec', '/run:noexec,nosuid,size=1%']",
        "use_api_socket: false",
        "devices: []",
    ],
)
def test_mounts_that_are_fine(text: str) -> None:
    assert rules(text) == []


def test_a_tmpfs_that_lacks_both_is_said_once() -> None:
    assert [one.fact for one in mounts(read("tmpfs: [/a]"))] == ["The tmpfs at /a has no noexec and has no size."]


def test_a_named_volume_may_stand_for_a_folder() -> None:
    text = "driver_opts:\n  type: none\n  o: bind\n  device: /etc\n"
    assert [(one.rule, one.line) for one in volume(read(text))] == [("host-path", 4)]
    assert not [*volume(read(text.replace("none", "nfs")))] and not [*volume(read(""))]


@pytest.mark.parametrize(
    ("build", "mount", "bad"),
    [
        (".", ".:/app", True),
        (".", "./:/srv", True),
        (".", "..:/x:ro", True),
        (".", "${PWD}:/app", True),
        (".", "$PWD/:/x", True),
        (".", "./src:/app/src:ro", True),
        (".", "./dist:/app", True),
        (".", "/home/me/shop:/app", True),
        (".", "./x:/", True),
        ("{context: web}", "./web:/app", True),
        ("{context: web}", ".:/x", True),
        ("{context: ./web}", "./web/src/a:/app/src/a", True),
        ("{context: web}", "./db:/x", False),
        (".", "./conf:/etc/app:ro", False),
        (".", "./uploads:/app/uploads", False),
        (".", "./conf/a.json:/app/config.json:ro", False),
        (".", "./src:/x/src", False),
        (".", "data:/app/data", False),
        (".", "node_modules:/app/node_modules", False),
        (".", "/app/node_modules", False),
        (".", "/srv/data:/data", False),
    ],
)
def test_sources_over_the_image(build: str, mount: str, bad: bool) -> None:
    source, _, target = mount.removesuffix(":ro").rpartition(":")
    assert rules(f"build: {build}\nvolumes: ['{mount}']") == ["mounted-source"] * bad
    long = f"build: {build}\nvolumes: [{{type: bind, source: '{source}', target: '{target}'}}]"
    named = not source.startswith((".", "/", "$"))
    assert rules(long) == ["mounted-source"] * (bad and not named) if source else True
    assert rules(f"image: x\nvolumes: ['{mount}']") == []
