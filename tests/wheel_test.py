"""The built wheel, in an empty virtual environment, run from another directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

TOP = Path(__file__).parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; fails the test with it when the command fails."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_carries_all_it_needs(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=TOP).splitlines()
    for path in tracked:
        if (TOP / path).is_file():
            (sources / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / path, sources / path)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=sources)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    templates = [path.removeprefix("templates/") for path in tracked if path.startswith("templates/")]
    assert {f"scaffold/templates/{name}" for name in templates} <= set(names)
    assert {"scaffold/catalogue.json", "scaffold/native.json", "scaffold/py.typed"} <= set(names)
    assert not [name for name in names if name.startswith(("tests", "examples"))]

    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    program = tmp_path / "venv" / "bin"
    run(program / "pip", "install", "--quiet", wheel, cwd=tmp_path)
    # Beside the programs, where man looks for the pages of those in PATH.
    manual = tmp_path / "venv" / "share" / "man" / "man1" / "dockerscaffold.1"
    assert manual.read_bytes() == (TOP / "docs" / "dockerscaffold.1").read_bytes()
    if shutil.which("man"):
        found = run(
            "env", "-u", "MANPATH", f"PATH={program}:{os.environ['PATH']}", "man", "-w", "dockerscaffold", cwd=tmp_path
        )
        assert found.strip() == str(manual)
    shutil.rmtree(sources)
    app = Path(shutil.copytree(TOP / "examples" / "nethttp" / "app", tmp_path / "elsewhere"))
    # Whatever has ended by the day of the test.
    run(program / "dockerscaffold", "new", "--offline", "--allow-eol", "--health-path", "/healthz", ".", cwd=app)
    beside = TOP / "examples" / "nethttp" / "distroless"
    assert (app / "Dockerfile").read_bytes() == (beside / "Dockerfile").read_bytes()
