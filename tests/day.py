"""The program on a day of its own, `python -m tests.day`: what it says must not hang on when the tests are run.

On a later day it warns of the catalogue's age and of ends of life, and then it refuses what has ended.
"""

from __future__ import annotations

import datetime
import os
import sys
import time
from pathlib import Path

from scaffold import catalogue

TOP = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-P", "-m", "tests.day"]
"""The program's first words; they want `TOP` in `PYTHONPATH`, and `DAYS` may say how long after `TODAY` it is."""

TODAY = datetime.date.fromisoformat(catalogue.date())
"""The day of the catalogue, whichever that is: nothing is old then, and none of the supported lines has ended."""


def after(days: int) -> datetime.date:
    """The day so many days after `TODAY`."""
    return TODAY + datetime.timedelta(days)


def fix(days: int = 0) -> None:
    """Makes it that many days after `TODAY` for the rest of this process; its clock is put on by as many."""
    day, now, ahead = after(days), time.time, 86_400 * days

    class Date(datetime.date):
        @classmethod
        def today(cls) -> Date:
            return cls(day.year, day.month, day.day)

    datetime.date = Date  # type: ignore[misc]
    time.time = lambda: now() + ahead


if __name__ == "__main__":
    fix(int(os.environ.get("DAYS", "0")))
    from scaffold.cli import run

    run()
