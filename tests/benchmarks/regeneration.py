"""How long `update --offline` and `check --offline` take in a repository of many services, and how much memory.

`edited` is an update once each Dockerfile, and each service in compose.yaml, was edited, and each port has changed.

    python tests/benchmarks/regeneration.py [SERVICES ...]

For each number of services (100 and 1000 unless told otherwise) both are run three times; the least counts. A service
is to take at most MILLISECONDS, also in the largest repository, and a run at most MEGABYTES at its peak; the exit
code is 1 where it does not. The interpreter is the one that runs this file, and dockerscaffold must be installed beside
it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from start_up import measure

TOP = Path(__file__).parent.parent.parent
PROGRAM = str(Path(sys.executable).with_name("dockerscaffold"))
EXAMPLES = ("express", "fastapi", "nethttp")
MILLISECONDS = {"update": 10.0, "check": 10.0, "edited": 20.0}
MEGABYTES, RUNS = 200.0, 3


def repository(place: Path, number: int) -> Path:
    """A repository of so many services of all languages, with answers saved."""
    answers = []
    for index in range(number):
        folder = place / "services" / f"s{index}"
        shutil.copytree(TOP / "examples" / EXAMPLES[index % 3] / "app", folder)
        answers.append(f'[service.s{index}]\ndirectory = "services/s{index}"\nport = ["{10_000 + index}"]\n')
    (place / ".dockerscaffold.toml").write_text('name = "many"\n\n' + "\n".join(answers), encoding="utf-8")
    return place


def edit(place: Path) -> None:
    """Edits all services, and changes the answers about each."""
    for file in place.glob("services/*/Dockerfile"):
        file.write_text(
            file.read_text(encoding="utf-8").replace("EXPOSE ", "ENV EDITED=1\n\nEXPOSE ", 1), encoding="utf-8"
        )
    compose, answers = place / "compose.yaml", place / ".dockerscaffold.toml"
    text = compose.read_text(encoding="utf-8")
    compose.write_text(text.replace("    read_only: true\n", "    read_only: true\n    # edited\n"), encoding="utf-8")
    text = answers.read_text(encoding="utf-8")
    answers.write_text(text.replace('port = ["1', 'port = ["2'), encoding="utf-8")


def main() -> None:
    """Prints a line for each command and number of services."""
    numbers = [int(word) for word in sys.argv[1:]] or [100, 1000]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    missed = False
    print(f"{'':<8} {'services':>8} {'s':>7} {'ms each':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            place = repository(Path(folder) / str(number), number)
            commands = {
                "new": ["new", "--yes"],
                "update": ["update"],
                "check": ["check"],
                "edited": ["update", "--dry-run"],
            }
            for name, words in commands.items():
                if name == "edited":
                    edit(place)
                rows = [measure([PROGRAM, *words, "--offline"], place) for _ in range(RUNS)]
                seconds, peak = min(row[0] for row in rows), max(row[1] for row in rows)
                each = seconds * 1000 / number
                print(f"{name:<8} {number:>8} {seconds:>7.2f} {each:>8.2f} {peak:>6.0f}")
                missed = missed or (name in MILLISECONDS and (each > MILLISECONDS[name] or peak > MEGABYTES))
    sys.exit(missed)


if __name__ == "__main__":
    main()
