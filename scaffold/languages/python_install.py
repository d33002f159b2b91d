"""The commands that put a Python project's packages into a virtual environment, for each installer."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from scaffold.facts import Facts
from scaffold.languages import python_known
from scaffold.model import Run, Tier

VENV = "/opt/venv"
"""Where the packages are in the image."""

PINNED = ("poetry", "pdm", "pipenv")
"""Installers that are installed themselves, in a stage of their own."""

_PIP = f"python -m pip --python {VENV}/bin/python install --no-cache-dir"
_OLD_BUILDS = (
    "printf 'cython<3\\nsetuptools<81\\n' > /tmp/building.txt",
    "export PIP_CONSTRAINT=/tmp/building.txt PIP_BUILD_CONSTRAINT=/tmp/building.txt",
)
"""What sources of old packages are built with: Cython 3 and setuptools 81 left out what they use.

Until 25.2 pip took the first variable for builds too, since then the second.
"""

_EXPORTED = "/tmp/requirements.txt"
_KEPT = "/tmp/kept.txt"
_COPIED = "/tmp/requirements"
_END = "([^A-Za-z0-9._-]|$)"
"""What is behind a whole name of a package."""
_STATED = (
    "from poetry.core.factory import Factory; "
    'print(*(one.to_pep_508() for one in Factory().create_poetry().package.requires), sep="\\n")'
)
"""Prints the requirements that a manifest of poetry states, in the form of PEP 508."""

_LOCKED = (
    'import tomllib; lock = tomllib.load(open("poetry.lock", "rb")); '
    'print(*("{name}=={version}".format(**one) for one in lock["package"]), sep="\\n")'
)
"""Prints the versions in poetry.lock."""


class Steps(NamedTuple):
    """What installs the packages: in which stage, and from which files.

    `installer` makes the installer's own stage. `install` is run beside the manifests alone, `develop` beside all
    files of the project; one of them makes the environment. `stage` is the one that has it in the end.
    """

    installer: Run | None
    manifests: tuple[str, ...]
    install: Run | None
    develop: Run | None
    stage: str


def steps(installer: str, facts: Facts, tier: Tier, line: str, links: tuple[str, ...]) -> Steps:
    """How a service's packages are installed; `line` is Python's, `links` make the interpreter's name what it will be.

    `facts` has the traits that `python_packages` found.
    """
    program = tier.program.replace("{line}", line)
    whole = facts.trait("whole") is not None
    project = _project(installer, facts)
    added = [trait.value.partition(":")[2] for trait in facts.traits if trait.value.startswith("add:")]
    commands = _commands(installer, facts, program)
    if added:
        commands = (*commands, f"{_PIP} {shlex.join(added)}")
    if facts.trait("old-builds") and not facts.trait("hashes"):
        commands = (*_OLD_BUILDS, *commands)
    mounts = _mounts(installer)
    if whole:
        develop = Run((*links, *commands, *project), mounts)
        return Steps(_stage(installer, line), (), None, develop, "build")
    # COPY would put a file of a folder beside the others; where it is mounted, -r finds it.
    folders = tuple(f"type=bind,source={file},target={file}" for file in facts.manifests if "/" in file)
    return Steps(
        _stage(installer, line),
        tuple(file for file in facts.manifests if "/" not in file),
        Run((*links, *commands), (*mounts, *folders)),
        Run((*links, *project), mounts if installer == "uv" else ()) if project else None,
        "build" if project else "dependencies",
    )


def _project(installer: str, facts: Facts) -> tuple[str, ...]:
    """What installs the project itself, as its authors have it: from where its files are."""
    if not facts.trait("project"):
        return ()
    variable = next((t.value.partition(":")[2] for t in facts.traits if t.value.startswith("version-by:")), "")
    told = f"{variable}=0.0.0 " if variable else ""
    # Without a lock and with requirements that only a build tells, these come with it.
    rest = "" if not facts.manifests else " --no-deps"
    if installer == "uv":
        # It has its own build backend with it.
        return (f"{told}uv pip install --python {VENV}/bin/python{rest} --editable .",)
    return (f"{told}{_PIP}{rest} --editable .",)


def _commands(installer: str, facts: Facts, program: str) -> tuple[str, ...]:
    make = f"{program} -m venv --without-pip {VENV}"
    stale = facts.trait("stale") is not None
    if installer == "uv":
        return (make, _by_uv_pip()) if facts.trait("unlocked") else (_by_uv(facts, stale),)
    if installer == "poetry":
        return (make, *_by_poetry(facts, stale))
    if installer == "pdm":
        # What is locked for another manifest is locked anew by install, and taken as it is by sync.
        verb = "install" if stale else "sync"
        compiled = f"{VENV}/bin/python -m compileall -q {VENV}/lib"
        return (make, f"VIRTUAL_ENV={VENV} /opt/pdm/bin/pdm {verb} --prod --no-self", compiled)
    if installer == "pipenv":
        lock = (f"VIRTUAL_ENV={VENV} /opt/pipenv/bin/pipenv lock",) if stale else ()
        hashes = "" if facts.trait("git") or facts.trait("whole") or stale else " --hash"
        export = f"/opt/pipenv/bin/pipenv requirements{hashes} > {_EXPORTED}"
        return (make, *lock, export, f"{_PIP} --requirement {_EXPORTED}")
    return (make, *_by_pip(facts))


def _by_poetry(facts: Facts, stale: bool) -> tuple[str, ...]:
    """What poetry reads, pip installs: poetry itself takes more of an index than mirrors have."""
    stated = f"/opt/poetry/bin/python -c '{_STATED}' > {_EXPORTED}"
    install = f"{_PIP} --requirement {_EXPORTED}"
    if facts.trait("unlocked"):
        return (stated, install)
    if stale:
        # Poetry refuses such a lock; its versions hold where the manifest allows them all.
        locked = f"/opt/poetry/bin/python -c '{_LOCKED}' > /tmp/locked.txt"
        return (stated, locked, f"({install} --constraint /tmp/locked.txt || {install})")
    bare = " --without-hashes" if facts.trait("git") or facts.trait("whole") else ""
    return (f"/opt/poetry/bin/poetry export --only=main{bare} --output={_EXPORTED}", install)


def _by_uv(facts: Facts, stale: bool) -> str:
    if facts.trait("workspace"):
        # Not --locked: it takes the manifests of members that .dockerignore may leave out.
        return f"uv sync{'' if stale else ' --frozen'} --no-dev --all-packages"
    return f"uv sync{'' if stale else ' --locked'} --no-dev --no-install-project"


def _by_uv_pip() -> str:
    return f"uv pip install --python {VENV}/bin/python --requirement pyproject.toml"


def _by_pip(facts: Facts) -> tuple[str, ...]:
    file = next((file for file in facts.manifests if file.endswith((".txt", ".in"))), "")
    if not file:
        return ()
    hashes = " --require-hashes" if facts.trait("hashes") else ""
    edits = [
        *(
            f"-e '/^{trait.value.partition(':')[2]}{_END}/Id'"
            for trait in facts.traits
            if trait.value.startswith("without:")
        ),
        *(_replaced(trait.value) for trait in facts.traits if trait.value.startswith("instead:")),
        *(
            "-e 's/^{}{}.*/{}/I'".format(*_renamed(trait.value))
            for trait in facts.traits
            if trait.value.startswith("named:")
        ),
    ]
    files, place, edit = " ".join(facts.manifests), "", list[str]()
    if edits:
        if "/" in files:
            # Those of folders are mounted, and cannot be written.
            edit.append(f"mkdir {_COPIED} && cp --parents {files} {_COPIED}")
            place = f"{_COPIED}/"
        # What sed edits is UTF-8.
        edit += [_narrow(f"{place}{trait.source}") for trait in facts.traits if trait.value == "utf-16"]
        edit.append(f"sed -Ei {' '.join(edits)} {' '.join(f'{place}{one}' for one in facts.manifests)}")
    limits = [trait.value.partition(":")[2] for trait in facts.traits if trait.value.startswith("with:")]
    kept = (f"printf '%s\\n' {shlex.join(limits)} > {_KEPT}",) if limits else ()
    constraint = f" --constraint {_KEPT}" if limits else ""
    return (*edit, *kept, f"{_PIP}{hashes} --requirement {place}{file}{constraint}")


def _renamed(trait: str) -> tuple[str, str, str]:
    """The parts of a sed expression for a trait `named:sklearn=scikit-learn`."""
    old, _, new = trait.partition(":")[2].partition("=")
    return old, _END, new


def _narrow(file: str) -> str:
    return f'python -c \'import pathlib; f = pathlib.Path("{file}"); f.write_text(f.read_text("utf-16"))\''


def _replaced(trait: str) -> str:
    """What makes `greenlet==1.1.0` the version of a trait `instead:greenlet==1.1.3`, however the name is written."""
    name, _, version = trait.removeprefix("instead:").partition("==")
    written = re.sub("-", "[-_.]", name)
    return f"-e 's/^({written}(\\[[^]]*\\])?) *==[^;#]*/\\1=={version} /I'"


def _mounts(installer: str) -> tuple[str, ...]:
    if installer == "uv":
        return ("type=bind,from=uv,source=/uv,target=/usr/local/bin/uv", "type=cache,target=/root/.cache/uv")
    if installer in PINNED:
        return (f"type=bind,from=installer,source=/opt/{installer},target=/opt/{installer}",)
    return ()


def _stage(installer: str, line: str) -> Run | None:
    """Installs an installer with all it needs, each at the version of the table: the newest may not fit together."""
    if installer not in PINNED:
        return None
    pins = " ".join(python_known.installer(installer, line))
    return Run(
        (f"python -m venv /opt/{installer}", f"/opt/{installer}/bin/pip install --no-cache-dir --no-deps {pins}")
    )
