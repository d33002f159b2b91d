"""The `docker` command line: what is built, run and taken down for a probe. Nothing else calls it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from scaffold.errors import ScaffoldError, Transient

BUILD, START, COMMAND = 1_800.0, 150.0, 120.0
"""Seconds that a build, a start until it is healthy, and any other command may take."""

STEADY = 6.0
"""Seconds for which a program without a health check runs, to count as one that stands."""

LISTED = 1_000
"""How many names of a folder are looked at."""


class State(NamedTuple):
    """What a service's container does: `status` is Docker's (`running`, `exited`), `health` empty without a check."""

    container: str
    status: str
    health: str
    code: int

    @property
    def settled(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.status in ("exited", "dead") or self.health in ("healthy", "unhealthy")


class Change(NamedTuple):
    """A line of `docker diff`: a path that was added (`A`), changed (`C`) or deleted (`D`)."""

    kind: str
    path: str


def check() -> None:
    """Raises ScaffoldError where there is no Docker with Compose, and Transient where no engine answers."""
    without = "Install Docker Engine with Compose 2.24.4 or later, or leave --probe out."
    try:
        code, said = _said(["docker", "version", "--format", "{{.Server.Version}}"], COMMAND)
    except FileNotFoundError:
        raise ScaffoldError("--probe needs Docker, and there is no docker command.", without) from None
    if code:
        reason = said.strip().splitlines()[-1] if said.strip() else "no reason given"
        raise Transient(
            f"--probe needs a Docker engine, and none answers ({reason}).", "Start it, or leave --probe out."
        )
    if _said(["docker", "compose", "version"], COMMAND)[0]:
        raise ScaffoldError("--probe needs Compose, and docker has no compose command.", without)


@dataclass
class Engine:
    """A Compose project of a name of its own, of the compose file in `directory`: nothing is shared with the user's.

    As a context it leaves nothing behind, whatever ends it.
    """

    directory: Path
    name: str = ""
    said: str = ""
    """What Compose said when it started all."""

    def __enter__(self) -> Engine:
        """Raises ScaffoldError for a compose file that Compose does not take."""
        self.name = f"dockerscaffold-probe-{secrets.token_hex(4)}"
        self._files = tempfile.TemporaryDirectory()
        try:
            self._services: dict[str, dict[str, Any]] = json.loads(self._compose("config", "--format", "json"))[
                "services"
            ]
            named = [one["image"] for one in self._services.values() if "image" in one and "build" not in one]
            self._pulled = [image for image in named if _said(["docker", "image", "inspect", image], COMMAND)[0]]
        except BaseException:
            self._files.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Removes containers, networks, volumes, and the images that were not there before."""
        with _undisturbed():
            self.down()
            if self._pulled:
                _said(["docker", "image", "rm", *self._pulled], COMMAND)
            self._files.cleanup()

    def build(self) -> tuple[bool, str]:
        """Whether the images can be built, and the build's log."""
        self.down()
        code, log = _said([*self._words(False), "build", "--progress", "plain"], BUILD, self.directory)
        return code == 0, log

    def run(self, services: Sequence[str], free: bool) -> dict[str, State]:
        """Starts all, hardened or `free` to write, and waits until what these services do is known.

        A service that did not come to be is missing.
        """
        self.down(images=False)
        _, self.said = _said(
            [*self._words(free), "up", "--detach", "--no-build", "--quiet-pull"], BUILD, self.directory
        )
        begun, states = time.monotonic(), self._states()
        while time.monotonic() - begun < START:
            known = [states[name] for name in services if name in states]
            steady = time.monotonic() - begun > STEADY
            if all(state.settled or (steady and not state.health) for state in known):
                break
            time.sleep(0.3)
            states = self._states()
        return {name: states[name] for name in services if name in states}

    def log(self, container: str) -> str:
        """The end of what a container said."""
        return _said(["docker", "logs", "--tail", "500", container], COMMAND)[1]

    def changes(self, container: str) -> tuple[Change, ...]:
        """What a container did to the file system of its image, by path: Docker has them in any order."""
        lines = _said(["docker", "diff", container], COMMAND)[1].splitlines()
        found = [Change(line[0], line[2:]) for line in lines if line[1:2] == " "]
        return tuple(sorted(found, key=lambda change: change.path))

    def names(self, container: str, path: str) -> tuple[str, ...] | None:
        """What is in a folder of a container, paths relative to it; None where there is no folder."""
        words = ["docker", "cp", f"{container}:{path}", "-"]
        with subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        ) as copy:
            try:
                with tarfile.open(fileobj=copy.stdout, mode="r|") as archive:
                    first, *rest = (member for member, _ in zip(archive, range(LISTED), strict=False))
                    return tuple(member.name.partition("/")[2] for member in rest) if first.isdir() else None
            except (tarfile.TarError, ValueError, OSError):
                return None
            finally:
                copy.kill()

    def address(self, service: str, port: int) -> tuple[str, int] | None:
        """Where a port of a service is published; None where it is not."""
        host, _, number = self._compose("port", service, str(port), ok=False).strip().rpartition(":")
        return (host, int(number)) if host and number.isdigit() and int(number) else None

    def down(self, images: bool = True) -> None:
        """Removes containers, networks and volumes, and the images that were built."""
        words = ["down", "--volumes", "--remove-orphans", "--timeout", "1", *(("--rmi", "local") if images else ())]
        self._compose(*words, ok=False)

    def _compose(self, *words: str, ok: bool = True) -> str:
        files = ["-f", "compose.yaml"]
        code, said = _said(["docker", "compose", "-p", self.name, *files, *words], COMMAND, self.directory)
        if code and ok:
            raise ScaffoldError(f"docker compose {words[0]} fails: {said.strip()}", "Mend compose.yaml.")
        return said

    def _states(self) -> dict[str, State]:
        rows = [
            json.loads(line)
            for line in self._compose("ps", "--all", "--format", "json").splitlines()
            if line[:1] == "{"
        ]
        return {row["Service"]: State(row["ID"], row["State"], row["Health"], row["ExitCode"]) for row in rows}

    def _words(self, free: bool) -> list[str]:
        override = Path(self._files.name) / ("free.yaml" if free else "hardened.yaml")
        override.write_text("\n".join(overrides(self._services, free)) + "\n", encoding="utf-8")
        return ["docker", "compose", "-p", self.name, "-f", "compose.yaml", "-f", str(override)]


def overrides(services: dict[str, dict[str, Any]], free: bool) -> Iterator[str]:
    """Lines of a compose file to be laid over that of `services`, as `docker compose config` has them.

    Names and ports are none that the user's own containers may have. With `free` what is built may write anywhere: as
    root, for the files are root's, without any right over the machine, and over files only that to write them.
    """
    yield "services:"
    for name, service in services.items():
        yield f"  {json.dumps(name)}:"
        yield "    restart: 'no'"
        yield "    container_name: !reset null"
        if service.get("ports"):
            yield "    ports: !override"
            yield from (f"      - '127.0.0.1::{port['target']}/{port['protocol']}'" for port in service["ports"])
        if "build" in service:
            yield "    image: !reset null"
        if "build" in service and free:
            yield from ("    read_only: false", "    user: '0:0'", "    cap_add: [DAC_OVERRIDE]")


def _said(words: Iterable[str], seconds: float, directory: Path | None = None) -> tuple[int, str]:
    """The exit code of a command and what it says on both outputs; one that takes too long is ended with code 124."""
    with subprocess.Popen(
        [*words],
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Ctrl-C is ours: what a command began is to be taken down in order.
        start_new_session=True,
    ) as child:
        try:
            said, _ = child.communicate(timeout=seconds)
            return child.returncode, said.decode(errors="replace")
        except subprocess.TimeoutExpired:
            return 124, f"It took longer than {seconds:.0f} s."
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Lets nobody end what takes things down."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
