"""Makes `scaffold/languages/python_known.json` anew: `python -m tests.python_known`, then read the diff.

All is asked through uv, at the index that its own configuration names. For each line of Python uv resolves each package
to the lowest version that has a wheel for Linux on x86_64; each installer is resolved with all it needs, for every line
at once. `fails`, `replaced`, `beside` and `pkg_resources` are a person's: those of the first two were mostly seen when
versions were imported in the official image of the line, others are out of release notes.
"""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path

from scaffold import catalogue
from scaffold.languages import python_known

FILE = Path(python_known.__file__).with_suffix(".json")

COMPILED = """
aiohttp>=3.7 asyncpg blis brotli cffi contourpy cymem gevent greenlet grpcio h5py hiredis httptools kiwisolver
levenshtein lxml matplotlib>=2 msgpack>=0.6 numba numpy onnxruntime orjson pandas>=0.24 pillow preshed psycopg-binary
psycopg2-binary pyarrow pydantic-core>=0.1 pyyaml>=5 pyzmq>=19 regex rpds-py scikit-image scikit-learn scipy
sentencepiece shapely>=1.7 spacy>=2 statsmodels tensorflow thinc>=7 tokenizers torch ujson uvloop wordcloud
"""
"""The packages of `wheels`; a lower bound leaves out old versions whose wheels have no compiled code."""

SERVERS = ("daphne", "gunicorn", "hypercorn", "setuptools<81", "uvicorn", "waitress", "whitenoise")
"""What is added beside a project's own packages; pkg_resources left setuptools with 81."""

INSTALLERS = {"pdm": "pdm\nhishel<2\nunearth<0.19", "pipenv": "pipenv", "poetry": "poetry\npoetry-plugin-export"}
"""What each is resolved from: pdm 2.29 fails with the newer ones of what it needs."""


def resolved(requirements: str, *flags: str) -> list[str]:
    """The lines of what uv resolves requirements to."""
    command = ["uv", "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", *flags]
    done = subprocess.run(command, input=requirements, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def wheels() -> dict[str, dict[str, str]]:
    """For each package the first version with a wheel for each line."""
    table: dict[str, dict[str, str]] = {}
    for line in catalogue.lines("python").supported:
        flags = ("--no-deps", "--only-binary=:all:", "--resolution=lowest", f"--python-version={line}")
        for pin in resolved("\n".join(COMPILED.split()), *flags, "--python-platform=x86_64-manylinux_2_36"):
            name, _, version = pin.partition("==")
            table.setdefault(name, {})[line] = version
    return dict(sorted(table.items()))


def main() -> None:
    """Writes the file."""
    oldest = f"--python-version={catalogue.lines('python').supported[0]}"
    installers = {name: resolved(text, "--universal", oldest) for name, text in INSTALLERS.items()}
    servers = resolved("\n".join(SERVERS), "--no-deps", oldest)
    before = json.loads(FILE.read_text(encoding="utf-8"))
    known = {
        "date": datetime.date.today().isoformat(),
        "added": dict(pin.split("==") for pin in servers),
        "installers": {name: [pin for pin in pins if _on_linux(pin)] for name, pins in installers.items()},
        "wheels": wheels(),
        "fails": before["fails"],
        "replaced": before["replaced"],
        "beside": before["beside"],
        "pkg_resources": before["pkg_resources"],
    }
    FILE.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


def _on_linux(pin: str) -> bool:
    from packaging.requirements import Requirement

    marker = Requirement(pin).marker
    lines = catalogue.lines("python").supported
    return marker is None or any(python_known.applies(marker, line) for line in lines)


if __name__ == "__main__":
    main()
