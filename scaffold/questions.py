"""The one table of questions: the command line and the saved answers are both read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from scaffold import values
from scaffold.errors import ScaffoldError

MANIFESTS = {
    "node": ("package.json",),
    "go": ("go.mod",),
    "python": (
        "requirements.txt",
        "pyproject.toml",
        "uv.lock",
        "setup.py",
        "Pipfile",
        "requirements.in",
        "requirements/production.txt",
        "requirements/prod.txt",
        "requirements/base.txt",
        "requirements/requirements.txt",
        "requirements/main.txt",
        "requirements/common.txt",
        "requirements-prod.txt",
    ),
}
"""Each language with the files that show it: so that finding a project's loads no other language's module."""

LANGUAGES = tuple(MANIFESTS)

TIERS = ("distroless", "slim", "alpine", "scratch")
"""From the best default down."""

PLATFORMS = ("linux/amd64", "linux/arm64")
"""What an image must be there for unless told otherwise: laptops and servers of both kinds."""


PREFIX = "DOCKERSCAFFOLD_"
"""What all variables of the environment begin with that are ours."""

YES, NO = "true", "false"

Given = Mapping[str, "str | tuple[str, ...]"]
"""Answers by the key of their question, checked; a tuple for those that may be several."""


class Question(NamedTuple):
    """One question: `key` names the flag and the saved answer, `check` gives the value its one form.

    `prompt` is how a person is asked, `help` what to know about it. `check` raises ScaffoldError. `default` says what
    holds when nobody and nothing answers. `several` are asked for as often as there are answers. `whole` marks what is
    asked once for all services, `spoken` what means something in one language alone. `switch` is a question of yes or
    no, whose answers are YES and NO. `known` are all its answers.
    """

    key: str
    metavar: str
    prompt: str
    help: str
    check: Callable[[str], str]
    default: str
    several: bool = False
    whole: bool = False
    spoken: bool = False
    switch: bool = False
    known: tuple[str, ...] = ()

    @property
    def variable(self) -> str:
        """The variable of the environment that answers it: `DOCKERSCAFFOLD_HEALTH_PATH`."""
        return f"{PREFIX}{self.key.upper().replace('-', '_')}"

    def words(self, text: str) -> list[str]:
        """The answers in one text, as a shell would part them; between those that have none, a comma does it too.

        Raises ScaffoldError for a quote that is not closed.
        """
        import shlex

        try:
            return shlex.split(text if self.key == "env" else text.replace(",", " "))
        except ValueError:
            raise ScaffoldError(f"A quote is not closed in {text!r}.", "Close it, or leave it out.") from None

    @property
    def personal(self) -> bool:
        """Whether the user's own file may answer it: for all projects, of whatever language."""
        return not self.spoken and self.key not in ("name", "language")


def _switch(text: str) -> str:
    known = {"true": YES, "yes": YES, "1": YES, "false": NO, "no": NO, "0": NO}
    if text.lower() not in known:
        raise ScaffoldError(f"{text!r} is neither true nor false.", "Write true or false.")
    return known[text.lower()]


INSTALLERS = {
    "node": ("npm", "pnpm", "yarn", "bun"),
    "python": ("pip", "uv", "poetry", "pdm", "pipenv"),
    "go": ("go",),
}
"""What installs the packages of each language."""

_INSTALLERS = tuple(installer for some in INSTALLERS.values() for installer in some)

QUESTIONS = (
    Question(
        "name",
        "NAME",
        "Name of the project",
        "What Compose calls the project and its images.",
        values.name,
        "the manifest's name",
        whole=True,
    ),
    Question(
        "language",
        "NAME",
        "Language",
        "node, go or python.",
        values.one_of(LANGUAGES, "language"),
        "what is detected",
        known=LANGUAGES,
    ),
    Question(
        "version",
        "VERSION",
        "Version of the language",
        "The language's version, as 24, 3.14 or 1.27.3.",
        values.version,
        "the language's newest in long-term support",
        spoken=True,
    ),
    Question(
        "tier",
        "TIER",
        "Base image tier",
        "distroless (default), slim, alpine or scratch.",
        values.one_of(TIERS, "tier"),
        TIERS[0],
        known=TIERS,
    ),
    Question(
        "port",
        "PORT",
        "Ports to publish on 127.0.0.1",
        "A port the app listens on, as 3000 or 53/udp; the first is the app's. Or none.",
        values.port,
        "3000 for Node, 8000 for Python, 8080 for Go",
        several=True,
    ),
    Question(
        "packages",
        "INSTALLER",
        "Installer of packages",
        "What installs the packages.",
        values.one_of(_INSTALLERS, "installer"),
        "what is detected",
        spoken=True,
        known=_INSTALLERS,
    ),
    Question(
        "build",
        "COMMAND",
        "Build command",
        "What builds the app, of Node alone so far; empty for nothing.",
        values.build,
        "what is detected",
        spoken=True,
    ),
    Question(
        "start",
        "COMMAND",
        "Start command",
        "What starts the app; for Go the package and its arguments.",
        values.start,
        "what is detected",
        spoken=True,
    ),
    Question(
        "health-path",
        "PATH",
        "Health check",
        "A path that answers 2xx when the app is well, tcp, or none.",
        values.health,
        "tcp",
    ),
    Question(
        "env",
        "NAME=VALUE",
        "Environment of the app",
        "A variable of the app's environment; no secret, which all who have the image could read.",
        values.variable,
        "what is detected",
        several=True,
        spoken=True,
    ),
    Question(
        "writable",
        "PATH",
        "Where the app keeps data",
        "A folder that the app keeps data in, as /app/data: a named volume. Or a file, as /app/db.sqlite3.",
        values.path,
        "what is detected",
        several=True,
        spoken=True,
    ),
    Question(
        "tmpfs",
        "PATH",
        "Where it writes what may be lost",
        "A folder for what may be lost, as /app/cache: in memory, as /tmp is.",
        values.path,
        "what is detected",
        several=True,
        spoken=True,
    ),
    Question(
        "registry-mirror",
        "REGISTRY=MIRROR",
        "Mirrors of registries",
        "Pin and pull from a mirror, as docker.io=registry.example.com.",
        values.mirror,
        "none",
        several=True,
        whole=True,
    ),
    Question(
        "platform",
        "OS/ARCH",
        "Platforms",
        "What every image must be there for (default linux/amd64 and linux/arm64).",
        values.platform,
        " ".join(PLATFORMS),
        several=True,
        whole=True,
    ),
    Question(
        "mirror-fallback",
        "",
        "Registry for what its mirror lacks",
        "Take what a mirror lacks from the registry it stands in for.",
        _switch,
        NO,
        whole=True,
        switch=True,
    ),
    Question(
        "allow-eol",
        "",
        "Versions out of support",
        "Build on versions whose support has ended, with a warning.",
        _switch,
        NO,
        whole=True,
        switch=True,
    ),
)

BY_KEY = {question.key: question for question in QUESTIONS}
