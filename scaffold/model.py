"""Every value on the line from a project to its files, in the order of the flow.

    Project -detect-> Facts -ask-> Answers -decide-> Recipe -pin-> Recipe -render-> Files -write-> Outcomes

`Project` is in `project.py`, which alone reads, what it says in `facts.py`; all that follow are plain frozen values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaffold.facts import Range

if TYPE_CHECKING:
    from scaffold.frontend import Stage

USER = 65532
"""The uid and gid of every image: `nonroot` of the distroless images (common/variables.bzl there)."""


@dataclass(frozen=True)
class Port:
    """A port that the app listens on; `protocol` is `tcp` or `udp`."""

    number: int
    protocol: str = "tcp"

    def __str__(self) -> str:
        return f"{self.number}/udp" if self.protocol == "udp" else str(self.number)


@dataclass(frozen=True)
class Service:
    """The settled answers about one app; `directory` is relative to the project, `.` for the whole of it."""

    name: str
    directory: str
    language: str
    version: str
    tier: str
    packages: str
    build: str
    start: str
    ports: tuple[Port, ...]
    health: str
    """The path that answers 2xx when the app is well, `tcp`, or `none`."""
    env: tuple[tuple[str, str], ...] = ()
    """What else is in the app's environment: names with their values."""
    writable: tuple[str, ...] = ()
    """Where the app keeps data: absolute paths in the image, each a named volume."""
    tmpfs: tuple[str, ...] = ()
    """Where it writes what may be lost: likewise, each a file system in memory."""

    @property
    def port(self) -> int:
        """The app's own port: the first of TCP, which the health check asks and `PORT` says; 0 for an app without."""
        return next((port.number for port in self.ports if port.protocol == "tcp"), 0)


@dataclass(frozen=True)
class Answers:
    """What the user settled, as saved: `mirrors` are pairs of a registry and what stands in for it."""

    name: str
    services: tuple[Service, ...]
    mirrors: tuple[tuple[str, str], ...]
    platforms: tuple[str, ...]
    fallback: bool = False
    """Whether what a mirror lacks may come from the registry it stands in for."""
    allow_eol: bool = False


@dataclass(frozen=True)
class Image:
    """An image of a registry. Before pinning, `tag` is a pattern and `digest` is empty.

    In a pattern `{}` stands for the exact version, which must begin with `line`: `{}-trixie-slim` of line `24`
    wants the newest `24.x.y-trixie-slim`. A pattern without `{}` is the tag itself (`nonroot`). `{alpine}` in tag
    or line stands for a release of Alpine: the newest supported one that has such a tag.
    """

    registry: str
    repository: str
    tag: str
    line: str = ""
    digest: str = ""
    platforms: tuple[str, ...] = ()
    source: str = ""
    """Where the pin is from: a registry as asked (`docker.io`, a mirror) or `catalogue`."""
    date: str = ""
    """The day the pin was read there, `2026-10-10`."""
    version: str = ""
    """What the index says its version is, of an image whose tag says none."""
    within: Range | None = None
    """What the exact version must meet, beside the line."""

    @property
    def name(self) -> str:
        """Registry and repository, `docker.io/library/node`; empty for scratch."""
        return f"{self.registry}/{self.repository}" if self.registry else ""


@dataclass(frozen=True)
class Tier:
    """A row of a language's table: what builds, what runs, and what that runtime can and cannot do.

    `{line}` in a repository is the version's line, `{version}` in a line the version; `{debian}` in a tag and
    `{debian_number}` in a repository are the newest supported Debian. A runtime of None is scratch. `lines`, when
    not empty, are the only lines that the row is for. `carried` means that the interpreter comes from the builder.
    """

    name: str
    builder: Image
    runtime: Image | None
    program: str = ""
    shell: bool = False
    musl: bool = False
    carried: bool = False
    account: bool = False
    """The runtime image has no user of our number: one is added to its passwd file."""
    lines: tuple[str, ...] = ()
    starts: str = ""
    """The program that the row is for, as the first word of the start command; empty for any."""


@dataclass(frozen=True)
class Limits:
    """What a container may use: memory and /tmp in MiB, CPUs, processes and threads."""

    memory: int = 256
    reserved: int = 64
    cpus: str = "0.5"
    pids: int = 128
    scratch: int = 64


@dataclass(frozen=True)
class Volume:
    """A named volume of Compose and where it is mounted, an absolute path."""

    name: str
    path: str


@dataclass(frozen=True)
class Run:
    """One RUN instruction: commands joined by `&&`, and the mounts they see."""

    commands: tuple[str, ...]
    mounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """Everything the templates print about one service, already decided; empty means: leave it out."""

    language: str
    title: str
    service: str
    directory: str
    builder: Image
    runtime: Image | None
    tool: Image | None
    manifests: tuple[str, ...]
    install: Run | None
    """Puts the production dependencies in place."""
    develop: Run | None
    """What else the build needs first: development dependencies, the health check's own program."""
    build: Run
    values: dict[str, str]
    """Single values that only this language's template prints, by name."""
    environment: tuple[tuple[str, str], ...]
    ports: tuple[Port, ...]
    health: tuple[str, ...]
    entrypoint: tuple[str, ...]
    ignored: tuple[str, ...]
    account: Run | None
    """Gives the user a name in a runtime image that has none for it."""
    carried: bool
    held: tuple[str, ...]
    """Updates of the builder, in Dependabot's words, that other lines would have to follow: a person does these."""
    workdir: str = "/app"
    """Where the app is started, an absolute path."""
    restart: str = "on-failure:5"
    """What Compose does when it has ended."""
    volumes: tuple[Volume, ...] = ()
    scratch: tuple[str, ...] = ()
    """Where else than in /tmp a file system in memory is mounted, absolute paths."""
    writable: str = ""
    """Where the build stage has all mount points, at their paths, with what volumes begin with."""
    installer: Run | None = None
    """Makes a stage of its own with what installs the packages, where no image has it."""
    build_packages: Run | None = None
    """Installs packages of the operating system that the build needs."""
    build_environment: tuple[tuple[str, str], ...] = ()
    """The environment of the build alone."""
    run_packages: Run | None = None
    """Installs those that the app needs where its libraries are collected, for a runtime image without an installer."""
    collected: bool = False
    """Such an image has an interpreter of its own, and gets these libraries alone."""
    packages: str = ""
    """Where the language's own packages are, an absolute path."""
    packages_stage: str = ""
    """The stage that has them."""
    linked: tuple[str, ...] = ()
    """Folders whose files tell which shared libraries are needed."""
    loaded: tuple[str, ...] = ()
    """What is needed beside these, absolute patterns of files."""
    copied: tuple[str, ...] = ()
    """Files and folders that are there before the install too, each where it is in the project."""
    settings: tuple[File, ...] = ()
    """Files that the build stage has before the install, with what of the user's may enter an image."""
    template: str = ""
    """The folder of its template; empty for the language's own."""
    probe: Run | None = None
    """Compiles the health check's own program."""
    prober: Image | None = None
    """The image that does."""
    limits: Limits = Limits()
    frontend: Stage | None = None

    @property
    def images(self) -> tuple[Image, ...]:
        """The images that FROM lines name, each once: of builder, runtime, tool, health check and frontend."""
        front = self.frontend.builder if self.frontend else None
        return tuple(dict.fromkeys(filter(None, (self.builder, self.runtime, self.tool, self.prober, front))))

    @property
    def unless_in_base(self) -> str:
        """What a library is copied unless; scratch has none, any other base is mounted at /base meanwhile."""
        return '[ -e "/base$library" ] || ' if self.runtime else ""

    @property
    def root(self) -> str:
        """The service's directory as Dependabot writes it: `/`, `/server`."""
        return "/" if self.directory == "." else f"/{self.directory}"

    @property
    def tmpfs(self) -> tuple[str, ...]:
        """The mounts of /tmp and the like, as Compose and `docker run --tmpfs` take them."""
        options = f"size={self.limits.scratch}m,mode=1777,noexec,nosuid,nodev"
        return tuple(f"{path}:{options}" for path in ("/tmp", *self.scratch))


@dataclass(frozen=True)
class File:
    """A text to be written at `path`, relative to the project, with `/` between its parts."""

    path: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What happened, or would happen, to a file, with its text before (None: there was none) and after.

    `what` is `created`, `unchanged`, `updated` (the tool's own file), or of any other that differs `conflict` until it
    is settled, then `merged`, `kept` (`after` is the text as it was) or `replaced`.
    """

    path: str
    what: str
    before: str | None
    after: str

    @property
    def changes(self) -> bool:
        """Whether anything is to be written."""
        return self.before != self.after

    @property
    def file(self) -> File:
        """The file as it is to be."""
        return File(self.path, self.after)
