"""A generated project built and run by a real engine, and what can be read of it from outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tests.day import PROGRAM, TOP

EXAMPLES = TOP / "examples"
JUDGE = TOP.parent / "shared" / "scanners" / "judge"
MIRROR = "127.0.0.1:5000"
"""The registry of stand-in images; where there is none, the real ones are used."""


def said(command: Sequence[str], cwd: Path | None = None, ok: bool = True, env: Mapping[str, str] | None = None) -> str:
    """What a command says on both outputs; fails the test with it when the command fails and `ok` is asked."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert not ok or done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}"
    return done.stdout


def answers(address: str) -> bool:
    """Whether a registry is at this address; one that asks for a login is."""
    try:
        urllib.request.urlopen(f"{address}/v2/", timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return True


def unavailable() -> str:
    """Why end-to-end tests cannot run here, or an empty string."""
    if not shutil.which("docker"):
        return "no docker command"
    if subprocess.run(["docker", "version"], capture_output=True).returncode:
        return "no Docker engine answers"
    if not mirrored() and not answers("https://registry-1.docker.io"):
        return f"neither the registry of stand-in images at {MIRROR} nor Docker Hub answers"
    return ""


@cache
def mirrored() -> bool:
    """Whether the stand-in images are used."""
    return answers(f"http://{MIRROR}")


def pins() -> list[str]:
    """The flags that say where pins are from: the stand-ins have one platform."""
    hosts = ("docker.io", "gcr.io", "ghcr.io")
    flags = [word for host in hosts for word in ("--registry-mirror", f"{host}={MIRROR}/{host}")]
    return [*flags, "--platform", "linux/amd64"] if mirrored() else []


def at(image: str) -> str:
    """An image, where it is pulled from."""
    return f"{MIRROR}/{image}" if mirrored() else image


def generate(directory: Path, *flags: str) -> dict[str, Any]:
    """Runs `dockerscaffold new` as a user would, pinned from the lab's registry; gives its JSON."""
    command = [*PROGRAM, "new", "--yes", "--json", *pins(), *flags, str(directory)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(TOP)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@dataclass
class Stack:
    """A project in `directory`, after `new` gave `result`; `up` starts it and `down` leaves nothing behind."""

    directory: Path
    result: dict[str, Any]
    log: str = field(default="", repr=False)

    @property
    def image(self) -> str:
        """The image that Compose builds."""
        return f"{self.result['name']}-web"

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self.result["services"][0]["answers"]["port"]["value"].split()[0])

    def up(self) -> None:
        """Builds and starts with the generated compose file as it is, and waits until it is healthy."""
        self.log = self.compose("build", "--progress", "plain")
        self.log += self.compose("up", "--wait", ok=False)
        assert self.container, f"nothing started:\n{self.log[-3000:]}"
        state = self.inspect["State"]
        if state.get("Health", {}).get("Status") != "healthy":
            logs = said(["docker", "logs", self.container], ok=False)
            raise AssertionError(f"{self.image} is not healthy:\n{json.dumps(state, indent=1)}\n{logs[-3000:]}")

    def down(self) -> None:
        """Removes containers, networks and the image."""
        self.compose("down", "--timeout", "3", "--volumes", ok=False)
        said(["docker", "image", "rm", "--force", self.image], ok=False)

    def compose(self, *words: str, ok: bool = True) -> str:
        """What `docker compose` says of these words."""
        return said(["docker", "compose", *words], self.directory, ok)

    @cached_property
    def container(self) -> str:
        """The id of the running container."""
        return self.compose("ps", "--all", "--quiet", "web").strip()

    @property
    def inspect(self) -> dict[str, Any]:
        """What the engine says of the container."""
        found: dict[str, Any] = json.loads(said(["docker", "inspect", self.container]))[0]
        return found

    @property
    def pids(self) -> list[int]:
        """The process ids of the container's processes on this machine, its PID 1 first."""
        rows = said(["docker", "top", self.container, "-eo", "pid"]).split()[1:]
        return sorted(map(int, rows))

    def fetch(self, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer on the published port."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)

    def proc(self, name: str) -> Path:
        """A file of /proc of the container's first process, seen from this machine."""
        return Path(f"/proc/{self.pids[0]}/{name}")

    @cached_property
    def listing(self) -> list[str]:
        """The lines of `tar tv` of the container's file system."""
        return list(exported(self.container))


def exported(container: str) -> Iterator[str]:
    """The lines of `tar tv` of a container's file system."""
    with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
        yield from subprocess.run(
            ["tar", "-tv"], stdin=export.stdout, capture_output=True, text=True, check=True
        ).stdout.splitlines()


def image_size(image: str) -> int:
    """The size of an image in bytes, as the engine counts its layers."""
    return int(said(["docker", "image", "inspect", "--format", "{{.Size}}", image]))
