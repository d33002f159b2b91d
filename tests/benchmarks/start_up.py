"""How long a whole process takes, as a ratio to a bare interpreter, and how much memory at its peak.

    python tests/benchmarks/start_up.py [RUNS]

Every command runs in turn, RUNS times (15 unless told otherwise); the median counts, and the exit code is 1 where one
takes longer than wanted. The interpreter is the one that
runs this file, and dockerscaffold must be installed beside it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
PROGRAM = str(Path(sys.executable).with_name("dockerscaffold"))
MADE = (
    *(".dockerscaffold.toml", ".dockerscaffold.lock", "Dockerfile", "compose.yaml", ".dockerignore"),
    ".github/dependabot.yml",
)
WANTED = {"--version": 4.5, "--help": 5.0, "new --help": 5.0, "new --yes --offline": 9.0}


def measure(command: list[str], cwd: Path) -> tuple[float, float]:
    """Seconds of wall clock and MB of memory at the peak of one run."""
    begun = time.perf_counter()
    child = os.fork()
    if not child:
        os.chdir(cwd)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(command)} failed with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Prints a table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        cases: dict[str, tuple[list[str], Path]] = {
            "python -c pass": ([sys.executable, "-c", "pass"], TOP),
            "--version": ([PROGRAM, "--version"], TOP),
            "--help": ([PROGRAM, "--help"], TOP),
            "new --help": ([PROGRAM, "new", "--help"], TOP),
        }
        for name in ("express", "fastapi", "nethttp"):
            app = Path(shutil.copytree(TOP / "examples" / name / "app", Path(folder) / name))
            cases[f"new --yes --offline ({name})"] = ([PROGRAM, "new", "--yes", "--offline", "--force"], app)
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
        for _ in range(runs + 1):
            for name, (command, cwd) in cases.items():
                for made in MADE if cwd != TOP else ():
                    (cwd / made).unlink(missing_ok=True)
                taken[name].append(measure(command, cwd))
    bare = statistics.median(seconds for seconds, _ in taken["python -c pass"][1:])
    late = False
    print(f"{'':<32} {'ms':>7} {'ratio':>6} {'wanted':>7} {'MB':>6}")
    for name, rows in taken.items():
        median = statistics.median(seconds for seconds, _ in rows[1:])
        wanted = WANTED.get(name.partition(" (")[0])
        late = late or bool(wanted and median / bare > wanted)
        peak = max(mb for _, mb in rows)
        print(f"{name:<32} {median * 1000:7.1f} {median / bare:6.2f} {wanted or '':>7} {peak:6.1f}")
    sys.exit(late)


if __name__ == "__main__":
    main()
