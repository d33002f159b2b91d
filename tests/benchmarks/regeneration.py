"""How long `update --offline` and `check --offline` take in a repository of many services, and how much memory.

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
MILLISECONDS, MEGABYTES, RUNS = 10.0, 200.0, 3


def repository(place: Path, number: int) -> Path:
    """A repository of so many services of all languages, with answers saved."""
    answers = []
    for index in range(number):
        folder = place / "services" / f"s{index}"
        shutil.copytree(TOP / "examples" / EXAMPLES[index % 3] / "app", folder)
        answers.append(f'[service.s{index}]\ndirectory = "services/s{index}"\nport = ["{10_000 + index}"]\n')
    (place / ".dockerscaffold.toml").write_text('name = "many"\n\n' + "\n".join(answers), encoding="utf-8")
    return place


def main() -> None:
    """Prints a line for each command and number of services."""
    numbers = [int(word) for word in sys.argv[1:]] or [100, 1000]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    missed = False
    print(f"{'':<8} {'services':>8} {'s':>7} {'ms each':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            place = repository(Path(folder) / str(number), number)
            for words in (["new", "--yes"], ["update"], ["check"]):
                rows = [measure([PROGRAM, *words, "--offline"], place) for _ in range(RUNS)]
                seconds, peak = min(row[0] for row in rows), max(row[1] for row in rows)
                each = seconds * 1000 / number
                print(f"{words[0]:<8} {number:>8} {seconds:>7.2f} {each:>8.2f} {peak:>6.0f}")
                missed = missed or (words[0] != "new" and (each > MILLISECONDS or peak > MEGABYTES))
    sys.exit(missed)


if __name__ == "__main__":
    main()
