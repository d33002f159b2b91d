"""`python -m scaffold`, as it is run where no script was installed."""

from __future__ import annotations

import subprocess
import sys

from scaffold import __version__


def test_it_is_the_same_program() -> None:
    done = subprocess.run([sys.executable, "-m", "scaffold", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"dockerscaffold {__version__}\n" and done.stderr == ""
