"""Each of the twelve language and tier pairs: generated, built, run with the generated files, and measured."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold import tiers
from tests.e2e import stack
from tests.e2e.conftest import REASON, SIZES, example
from tests.e2e.stack import JUDGE, Stack, said

TIERS = ("slim", "alpine", "distroless", "scratch")
LANGUAGES = {"express": "node", "fastapi": "python", "nethttp": "go"}
PAIRS = [f"{name}-{tier}" for name in LANGUAGES for tier in TIERS]
SHELLS = (
    *("sh", "bash", "dash", "ash", "zsh", "busybox"),
    *("apt", "apt-get", "dpkg", "apk", "npm", "npx", "corepack", "yarn", "pip", "pip3"),
    *("gcc", "cc", "curl", "wget", "perl", "su", "sudo", "mount"),
)
PLANTED = (
    *(".env", ".env.production", ".npmrc", ".git/config", ".aws/credentials"),
    *("id_rsa", "deploy/id_ed25519", "certs/tls.key", "prod.env", ".git-credentials", ".pgpass", "secrets.yaml"),
    *("deploy/service-account.json", ".kube/config", "db.sqlite", "backup/db.dump", ".gnupg/secring.gpg"),
)

FLOORS: dict[str, int] = {}
"""Bytes of the smallest image that could run an example."""

CANARY = "canary-7Q2xV9"


@pytest.fixture(scope="module", params=PAIRS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack of a pair, with secrets planted in the project before it was built."""
    if REASON:
        pytest.skip(REASON)
    name, tier = request.param.split("-")
    directory = example(name, tmp_path_factory.mktemp(request.param) / "app")
    for path in PLANTED:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(f"secret={CANARY}-{path}\n")
    started = Stack(directory, stack.generate(directory, "--tier", tier, "--health-path", "/healthz"))
    try:
        started.up()
        yield started
    finally:
        started.down()


@pytest.fixture
def tier(pair: Stack) -> str:
    """The tier of the running pair."""
    return str(pair.result["services"][0]["answers"]["tier"]["value"])


def status(pid: int) -> dict[str, str]:
    """The fields of /proc/PID/status."""
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def mounts(pair: Stack) -> dict[str, str]:
    """The options of each mount of the container, by its path."""
    rows = [line.split() for line in pair.proc("mountinfo").read_text().splitlines()]
    return {row[4]: f"{row[5]},{row[-1]}" for row in rows}


def test_dockerfile_passes_the_builders_own_check(pair: Stack) -> None:
    assert "no warnings found" in said(["docker", "build", "--check", "."], pair.directory)


def test_it_answers_on_the_published_port_alone(pair: Stack) -> None:
    assert pair.fetch("/healthz") == (200, {"status": "ok"})
    assert pair.inspect["HostConfig"]["PortBindings"] == {
        f"{pair.port}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(pair.port)}]
    }


def test_it_is_healthy_by_its_own_health_check(pair: Stack) -> None:
    state = pair.inspect["State"]
    assert state["Health"]["Status"] == "healthy"
    assert state["Health"]["Log"][-1]["ExitCode"] == 0
    image = json.loads(said(["docker", "image", "inspect", pair.image]))[0]["Config"]
    assert pair.inspect["Config"]["Healthcheck"]["Test"] == image["Healthcheck"]["Test"]


def test_the_health_check_fails_when_nobody_answers(pair: Stack) -> None:
    words = pair.inspect["Config"]["Healthcheck"]["Test"][1:]
    run = ["docker", "run", "--rm", "--network", "none", "--entrypoint", words[0], pair.image, *words[1:]]
    assert subprocess.run(run, capture_output=True).returncode == 1


def test_every_process_is_the_numbered_user_with_nothing_to_gain(pair: Stack) -> None:
    assert len(pair.pids) >= 2  # init, and the app
    for pid in pair.pids:
        fields = status(pid)
        assert fields["Uid"].split() == fields["Gid"].split() == ["65532"] * 4
        assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
        assert fields["NoNewPrivs"] == "1"
        assert fields["Seccomp"] == "2"


def test_the_users_name_resolves(pair: Stack) -> None:
    assert pair.fetch("/whoami") == (200, {"user": "nonroot", "uid": 65532})


def test_the_root_file_system_is_read_only(pair: Stack) -> None:
    assert "ro" in mounts(pair)["/"].split(",")
    for folder in ("", "app", "home/nonroot", "etc"):
        with pytest.raises(OSError, match="Read-only") as refused:
            (pair.proc("root") / folder / "planted").write_text("x")
        assert refused.value.errno == errno.EROFS


def test_tmp_is_writable_for_the_app_and_runs_nothing(pair: Stack) -> None:
    body = os.urandom(3_000_000)
    answer = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert pair.fetch("/files", body) == (201, answer)
    options = mounts(pair)["/tmp"].split(",")
    assert {"rw", "noexec", "nosuid", "nodev", "size=65536k"} <= set(options)
    program = pair.proc("root") / "tmp" / "program"
    program.write_bytes(Path("/bin/true").read_bytes())
    program.chmod(0o755)
    with pytest.raises(PermissionError):
        subprocess.run([program])
    program.unlink()


def test_limits_are_as_written(pair: Stack) -> None:
    host = pair.inspect["HostConfig"]
    assert (host["Memory"], host["MemoryReservation"]) == (256 << 20, 64 << 20)
    assert (host["NanoCpus"], host["PidsLimit"]) == (500_000_000, 128)
    assert limits(pair) == {"memory": 256 << 20, "pids": 128, "cpu": 0.5}


def limits(pair: Stack) -> dict[str, float]:
    """What the kernel holds the container to, by either version of control groups."""
    groups = dict(line.split(":", 2)[1:] for line in pair.proc("cgroup").read_text().splitlines())
    root = Path("/sys/fs/cgroup")
    if (root / "cgroup.controllers").exists():
        folder = root / groups[""].lstrip("/")
        quota, period = (folder / "cpu.max").read_text().split()
        memory, pids = (folder / "memory.max").read_text(), (folder / "pids.max").read_text()
    else:
        folders = {name: root / names / path.lstrip("/") for names, path in groups.items() for name in names.split(",")}
        quota, period = ((folders["cpu"] / f"cpu.cfs_{what}_us").read_text() for what in ("quota", "period"))
        memory = (folders["memory"] / "memory.limit_in_bytes").read_text()
        pids = (folders["pids"] / "pids.max").read_text()
    return {"memory": int(memory), "pids": int(pids), "cpu": int(quota) / int(period)}


def test_no_file_is_setuid(pair: Stack) -> None:
    assert len(pair.listing) > 10
    assert [line for line in pair.listing if "s" in line[:10].lower() and line[0] == "-"] == []


def test_app_files_are_roots_and_nobody_elses_to_write(pair: Stack) -> None:
    app = [line.split() for line in pair.listing if line.split()[5].startswith("app/")]
    assert app
    assert {row[1] for row in app} == {"0/0"} or {row[1] for row in app} == {"root/root"}
    assert [row for row in app if row[0][0] != "l" and (row[0][5] == "w" or row[0][8] == "w")] == []


def test_shellless_tiers_have_no_shell_and_no_package_manager(pair: Stack, tier: str) -> None:
    names = {line.split()[5].rpartition("/")[2] for line in pair.listing if line[0] in "-lh"}
    if tier in ("distroless", "scratch"):
        assert names & set(SHELLS) == set()
    else:
        assert "sh" in names


def test_no_secret_reaches_the_builder(pair: Stack, tmp_path: Path) -> None:
    for path in PLANTED:
        assert CANARY in (pair.directory / path).read_text()
    listing = tmp_path / "Dockerfile"
    listing.write_text("FROM scratch\nCOPY . /\n")
    ignore = (pair.directory / ".dockerignore").read_text()
    (tmp_path / "Dockerfile.dockerignore").write_text(ignore)
    said(
        ["docker", "build", "-f", str(listing), "--output", f"type=local,dest={tmp_path}/context", str(pair.directory)]
    )
    arrived = {str(p.relative_to(tmp_path / "context")) for p in (tmp_path / "context").rglob("*") if p.is_file()}
    assert arrived
    assert arrived & set(PLANTED) == set()
    assert not [path for path in arrived if path.startswith((".git", ".docker", "Dockerfile", "compose", "test"))]


def test_no_secret_is_in_layers_configuration_or_history(pair: Stack) -> None:
    assert CANARY not in said(["docker", "history", "--no-trunc", pair.image])
    assert CANARY not in said(["docker", "image", "inspect", pair.image])
    layers = saved_layers(pair.image)
    assert not [name for name, content in layers.items() if CANARY.encode() in content]
    # What is in the image is found by the same search: the app's own words.
    assert [name for name, content in layers.items() if b"/whoami" in content]


def saved_layers(image: str) -> dict[str, bytes]:
    """The files of a saved image, those that are compressed unpacked."""
    saved = subprocess.run(["docker", "save", image], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(saved)) as tar:
        files = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        texts = {name: file.read() for name, file in files.items() if file}
    return {name: gzip.decompress(text) if text[:2] == b"\x1f\x8b" else text for name, text in texts.items()}


@pytest.mark.scanners
def test_outside_scanners_find_nothing(pair: Stack, tier: str, tmp_path: Path) -> None:
    if not JUDGE.exists():
        pytest.skip("no scanners beside this checkout")
    for path in PLANTED:  # these are the test's own; what is judged is what was generated
        (pair.directory / path).unlink()
    try:
        found = findings(str(pair.directory), pair.image)
    finally:
        for path in PLANTED:
            (pair.directory / path).write_text(f"secret={CANARY}-{path}\n")
    assert [row for row in found if row[1:] not in inherited(pair, tier)] == []


def inherited(pair: Stack, tier: str) -> set[tuple[str, str, str]]:
    """What a scanner finds in the layers of the base image, which are the same below every image built on it."""
    if tier in ("distroless", "scratch"):
        return set()
    base = (pair.directory / "Dockerfile").read_text().rpartition("\nFROM ")[2].split()[0]
    said(["docker", "pull", "--quiet", base])
    said(["docker", "tag", base, "base:judged"])
    return {row[1:] for row in findings("-", "base:judged") if row[1] == "image-layers"}


def findings(directory: str, image: str) -> list[tuple[str, str, str, str]]:
    """File, tool, rule and message of each finding on a directory and an image."""
    judge = [str(JUDGE), directory, "--json", "--image", image]
    done = subprocess.run(judge, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    rows = json.loads(done.stdout)["findings"]
    return [(r["file"], r["tool"], r["rule"], r["message"]) for r in rows if r["severity"] != "NOTE"]


def test_size_is_near_the_floor(pair: Stack, tier: str) -> None:
    name = pair.result["name"].removeprefix("parcel-")
    images = {image["name"].rpartition("/")[2]: f"{image['name']}:{image['tag']}" for image in pair.result["images"]}
    if name not in FLOORS and tier != "alpine":
        builder = next(images[key] for key in ("node", "python", "golang") if key in images)
        FLOORS[name] = floor(pair.directory, name, builder)
    if name not in FLOORS:
        pytest.fail("the floor is measured with the builder of another tier: run that before alpine")
    size = stack.image_size(pair.image)
    SIZES.append((name, tier, size, FLOORS[name]))
    probe = 2_000_000 if name == "nethttp" else 0
    if tier == "scratch":
        assert size <= 1.10 * FLOORS[name] + probe
    if tier == "distroless":
        # Node's distroless image is this one and node, which the floor has already.
        base = "static-debian13" if name == "nethttp" else "cc-debian13"
        added = pulled_size(stack.at(f"gcr.io/distroless/{base}:nonroot"))
        assert size <= 1.10 * FLOORS[name] + probe + added


def test_size_is_as_the_wizard_says(pair: Stack, tier: str) -> None:
    _, sizes = tiers.MEASURED[LANGUAGES[pair.result["name"].removeprefix("parcel-")]]
    measured = stack.image_size(pair.image) / 1e6
    assert measured == pytest.approx(sizes[tier], rel=0.05), "write what is measured into scaffold/tiers.py"


def floor(directory: Path, name: str, builder: str) -> int:
    """Bytes of the smallest image that could run the example, in one layer."""
    file = Path(__file__).parent / "floor" / f"{name}.Dockerfile"
    build = [
        "docker",
        "build",
        "--quiet",
        "--file",
        str(file),
        "--build-arg",
        f"BUILDER={builder}",
        "--tag",
        f"floor:{name}",
    ]
    said([*build, str(directory)])
    return stack.image_size(f"floor:{name}")


def pulled_size(image: str) -> int:
    """Bytes of a registry's image."""
    said(["docker", "pull", "--quiet", image])
    return stack.image_size(image)


def test_it_stops_at_once_and_is_not_killed(pair: Stack) -> None:
    begun = time.monotonic()
    said(["docker", "stop", pair.container])
    assert time.monotonic() - begun < 2
    assert pair.inspect["State"]["ExitCode"] in (0, 143)
