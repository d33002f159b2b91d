"""How long a person waits for the wizard's first question in a repository of 10,000 files, in seconds.

    python tests/benchmarks/first_prompt.py [RUNS]

The median of RUNS (9 unless told otherwise) is to stay below LIMIT; the exit code is 1 where it does not. The
interpreter is the one that runs this file, and dockerscaffold must be installed beside it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pexpect

TOP = Path(__file__).parent.parent.parent
PROGRAM = str(Path(sys.executable).with_name("dockerscaffold"))
FILES, FOLDERS = 10_000, 500
LIMIT = 0.3
SOURCES = {
    "express": ("js", "module.exports = (a) => a + 1;\n"),
    "fastapi": ("py", "def plus(a: int) -> int:\n    return a + 1\n"),
    "nethttp": ("go", "package lib\n\nfunc Plus(a int) int { return a + 1 }\n"),
}


def repository(place: Path, name: str) -> Path:
    """A copy of an example with many sources beside it."""
    shutil.copytree(TOP / "examples" / name / "app", place)
    suffix, text = SOURCES[name]
    for folder in range(FOLDERS):
        inner = place / f"lib{folder // 50}" / f"part{folder}"
        inner.mkdir(parents=True)
        for file in range(FILES // FOLDERS):
            (inner / f"file{file}.{suffix}").write_text(text, encoding="utf-8")
    return place


def first_prompt(directory: Path) -> float:
    """Seconds from the start of the program to its first question."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory.parent), "TERM": "xterm", "LANG": "C.UTF-8"}
    begun = time.perf_counter()
    child = pexpect.spawn(PROGRAM, ["new"], cwd=str(directory), env=environment, dimensions=(24, 80))
    child.expect_exact(b"Base image tier", timeout=30)
    taken = time.perf_counter() - begun
    child.close(force=True)
    return taken


def main() -> None:
    """Prints a line for each language."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    late = False
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            directory = repository(Path(folder) / name, name)
            taken = [first_prompt(directory) for _ in range(runs + 1)][1:]
            median = statistics.median(taken)
            late = late or median > LIMIT
            print(f"{name:<8} {median:.3f} s  (least {min(taken):.3f}, most {max(taken):.3f}; wanted {LIMIT})")
    sys.exit(late)


if __name__ == "__main__":
    main()
