"""How long `new --yes --offline --dry-run` takes in a repository of 50,000 files, in seconds.

    python tests/benchmarks/detection.py [RUNS]

For each language the files are sources in nested folders, packages in a dependency folder, build output, what git
ignores, and objects of git. The median of RUNS (5 unless told otherwise) of the whole process is to stay below LIMIT;
the exit code is 1 where it does not. The interpreter is the one that runs this file, and dockerscaffold must be
installed beside it.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from start_up import measure

TOP = Path(__file__).parent.parent.parent
PROGRAM = str(Path(sys.executable).with_name("dockerscaffold"))
LIMIT, FOLDER = 0.5, 25
SOURCES = {
    "express": ("js", "const b = require('./b');\nmodule.exports = (a) => a + b;\n", "node_modules"),
    "fastapi": ("py", "import os\n\n\ndef plus(a: int) -> int:\n    return a + 1\n", ".venv/lib/site-packages"),
    "nethttp": ("go", "package lib\n\nfunc Plus(a int) int { return a + 1 }\n", "vendor"),
}
SHARES = {
    "src/main/org/shop": 20_000,
    "assets/img": 5_000,
    "dist/static": 5_000,
    "cache": 5_000,
    "": 10_000,
    ".git": 5_000,
}
"""How many files there are below each folder; an empty name stands for that of dependencies."""

IGNORED = """\
*.log
*.py[cod]
*.swp
.DS_Store
.env
.env.*
!.env.example
/cache/
coverage/
npm-debug.log*
**/generated/**
tmp/
"""


def repository(place: Path, name: str) -> Path:
    """A copy of an example with 50,000 files beside it, as the first commit of a repository."""
    shutil.copytree(TOP / "examples" / name / "app", place)
    (place / ".gitignore").write_text(IGNORED)
    suffix, text, dependencies = SOURCES[name]
    for share, files in SHARES.items():
        for number in range(files // FOLDER):
            inner = place / (share or dependencies) / f"part{number // 20}" / f"lib{number}"
            inner.mkdir(parents=True)
            for file in range(FOLDER):
                ending = "png" if share.startswith("assets") else suffix
                (inner / f"file{file}.{ending}").write_text(text, encoding="utf-8")
    for command in (["init", "--quiet"], ["add", "src", "assets"]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return place


def main() -> None:
    """Prints a line for each language."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    late = False
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            directory = repository(Path(folder) / name, name)
            command = [PROGRAM, "new", "--yes", "--offline", "--dry-run"]
            taken = [measure(command, directory) for _ in range(runs + 1)][1:]
            seconds = [each for each, _ in taken]
            median = statistics.median(seconds)
            late = late or median > LIMIT
            peak = max(mb for _, mb in taken)
            print(
                f"{name:<8} {median:.3f} s  (least {min(seconds):.3f}, most {max(seconds):.3f}; wanted {LIMIT})"
                f"  {peak:.0f} MB"
            )
    sys.exit(late)


if __name__ == "__main__":
    main()
