"""How long `new` takes to pin ten images at a registry that answers after 100 ms, cold, warm and offline.

    python tests/benchmarks/pins.py [RUNS]

Every way runs in turn, RUNS times (9 unless told otherwise); the median counts. The interpreter is the one that runs
this file, and dockerscaffold must be installed beside it, with the packages of the tests.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
sys.path.insert(0, str(TOP))

from tests import servers  # noqa: E402

PROGRAM = str(Path(sys.executable).with_name("dockerscaffold"))
LATENCY = 0.1
SERVICES = {
    "a": ("express", "node", "distroless"),
    "b": ("express", "node", "alpine"),
    "c": ("nethttp", "go", "distroless"),
    "d": ("nethttp", "go", "alpine"),
    "e": ("nethttp", "go", "slim"),
    "f": ("fastapi", "python", "slim"),
    "g": ("fastapi", "python", "alpine"),
}
TAGS = {
    "docker.io/library/node": ["24.21.0-trixie-slim", "24.21.0-alpine3.24"],
    "docker.io/library/golang": ["1.27.2-trixie", "1.27.2-alpine3.24", "1.26.9-trixie", "1.26.9-alpine3.24"],
    "docker.io/library/python": ["3.14.8-slim-trixie", "3.14.8-alpine3.24"],
    "docker.io/library/alpine": ["3.24.2"],
    "docker.io/library/debian": ["trixie-20261005-slim"],
    "gcr.io/distroless/nodejs24-debian13": ["nonroot"],
    "gcr.io/distroless/static-debian13": ["nonroot"],
}


class Distant(servers.Registry):
    """A registry at a distance."""

    def answer(self, request: servers.Request) -> servers.Reply:
        """The reply, a round trip later."""
        time.sleep(LATENCY)
        return super().answer(request)


def project(root: Path) -> Path:
    """A project of seven services, which stand on ten images."""
    answers = ['platform = ["linux/amd64", "linux/arm64"]']
    for number, (name, (example, language, tier)) in enumerate(SERVICES.items()):
        shutil.copytree(TOP / "examples" / example / "app", root / name)
        answers += [f"[service.{name}]", f'directory = "{name}"', f'language = "{language}"']
        answers += [f'tier = "{tier}"', f'port = "{3000 + number}"']
    (root / ".dockerscaffold.toml").write_text("\n".join(answers) + "\n")
    return root


def run(root: Path, cache: Path, *flags: str) -> float:
    """Seconds of a dry run."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "HOME": str(cache)}
    begun = time.perf_counter()
    command = [PROGRAM, "new", "--yes", "--dry-run", *flags]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return time.perf_counter() - begun


def main() -> None:
    """Prints a table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder, Distant() as server:
        root = project(Path(folder) / "project")
        for repository, names in TAGS.items():
            for tag in names:
                server.add(repository, tag)
        mirrors = [f"--registry-mirror={name}={server.host}/{name}" for name in ("docker.io", "gcr.io")]
        ways = {"offline": ["--offline"], "warm": mirrors, "cold": [*mirrors, "--refresh"]}
        run(root, Path(folder) / "warm", *mirrors)
        asked = len(server.asked)
        taken = {way: [run(root, Path(folder) / "warm", *flags) for _ in range(runs)] for way, flags in ways.items()}
    medians = {way: statistics.median(seconds) for way, seconds in taken.items()}
    wanted = {"offline": 0.0, "warm": medians["offline"] + 0.1, "cold": 3 * LATENCY + 0.3}
    print(f"{asked} questions to pin ten images")
    print(f"{'':<10} {'ms':>7} {'wanted':>7}")
    missed = [way for way, median in medians.items() if wanted[way] and median > wanted[way]]
    for way, median in medians.items():
        limit = f"{wanted[way] * 1000:7.0f}" if wanted[way] else ""
        print(f"{way:<10} {median * 1000:7.1f} {limit}")
    if missed:
        sys.exit(f"too slow: {', '.join(missed)}")


if __name__ == "__main__":
    main()
