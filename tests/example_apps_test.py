"""The example apps' own unit tests, each by its own tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(command: list[str], cwd: Path) -> str:
    """What a command prints; fails the test with it when the command fails."""
    done = subprocess.run(command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.fixture
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / request.param / "app", tmp_path / "app"))


@pytest.mark.parametrize("app", ["express"], indirect=True)
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm on this machine")
def test_express(app: Path) -> None:
    run(["npm", "ci", "--no-audit", "--no-fund"], app)
    assert "# fail 0" in run(["npm", "test", "--", "--test-reporter=tap"], app)


@pytest.mark.parametrize("app", ["fastapi"], indirect=True)
def test_fastapi(app: Path) -> None:
    run([sys.executable, "-m", "venv", "venv"], app)
    python = str(app / "venv" / "bin" / "python")
    run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt"], app)
    assert "OK" in run([python, "-m", "unittest"], app)


@pytest.mark.parametrize("app", ["nethttp"], indirect=True)
@pytest.mark.skipif(not shutil.which("go"), reason="no Go on this machine")
def test_nethttp(app: Path) -> None:
    assert "ok" in run(["go", "test", "./..."], app)
