"""What the recipes of all languages have alike."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold import language, native, volumes
from scaffold.facts import System
from scaffold.model import USER, Image, Recipe, Run, Service, Tier
from scaffold.volumes import APP

ACCOUNT = (
    f"echo 'nonroot:x:{USER}:' >> /etc/group",
    f"echo 'nonroot:x:{USER}:{USER}:nonroot:/home/nonroot:/sbin/nologin' >> /etc/passwd",
    "mkdir -p /home/nonroot",
    f"chown {USER}:{USER} /home/nonroot",
    "find / -xdev -type f -perm /6000 -exec rm -f {} +",
)
"""A name for the user, and no setuid file: chmod would copy each of them into a new layer."""


def recipe(
    service: Service,
    tier: Tier,
    *,
    build: Run,
    values: dict[str, str],
    environment: tuple[tuple[str, str], ...],
    health: tuple[str, ...],
    entrypoint: tuple[str, ...],
    ignored: tuple[str, ...],
    manifests: tuple[str, ...] = (),
    install: Run | None = None,
    develop: Run | None = None,
    tool: Image | None = None,
    installer: Run | None = None,
    prepare: tuple[str, ...] = (),
    held: tuple[str, ...] = (),
    folder: str = ".",
    made: str = APP,
    tool_ends: bool = False,
    system: Sequence[System] = (),
    packages: tuple[str, str] = ("", ""),
    loaded: tuple[str, ...] = (),
) -> Recipe:
    """A recipe of what a language decided and of what is alike in all of them.

    `prepare` are commands that make a full runtime image ready, before it gets its user. `folder` is where the app is
    in its directory, `made` where the build stage has what will be /app. `tool_ends` says that the program ends by
    itself, and is not to be started again. `system` is what packages need of the operating system, and `packages`
    the stage and the folder with these; a shell-less image gets what they are linked to, and the files `loaded` by
    name.
    Raises ScaffoldError for what the tier cannot have.
    """
    native.check(system, tier.name)
    build_names, run_names = native.names(system, tier.musl)
    installed = native.install(run_names, tier.musl)
    files = () if tier.account else native.files(system)
    apart = (*volumes.made(service.writable, made), *volumes.scratch(service.tmpfs))
    build = Run((*build.commands, *apart), build.mounts)
    own = {"PORT": str(service.port)} if service.port else {}
    # What libraries keep in a home goes where there is room; the one in passwd is as read-only as all else.
    known = {"HOME": "/tmp", **dict(environment), **dict(native.environment(system)), **own, **dict(service.env)}
    return Recipe(
        language=service.language,
        title=f"{language.load(service.language).TITLE} {service.version} on {tier.name}",
        service=service.name,
        directory=service.directory,
        builder=tier.builder,
        runtime=tier.runtime,
        tool=tool,
        installer=installer,
        manifests=manifests,
        install=install,
        develop=develop,
        build=build,
        values=values,
        environment=tuple(sorted(known.items())),
        ports=service.ports,
        health=() if service.health == "none" else health,
        entrypoint=entrypoint,
        ignored=ignored,
        account=Run((*installed, *prepare, *ACCOUNT)) if tier.account else None,
        carried=tier.carried,
        held=held,
        workdir=APP if folder == "." else f"{APP}/{folder}",
        restart="no" if tool_ends else "on-failure:5",
        volumes=volumes.volumes(service.name, service.writable),
        scratch=service.tmpfs,
        writable=volumes.WRITABLE if apart else "",
        build_packages=run(native.install(build_names, tier.musl)),
        build_environment=native.environment(system, build=True),
        run_packages=None if tier.account else run(installed),
        collected=bool(installed) and not tier.account and not tier.carried,
        packages_stage=packages[0],
        packages=packages[1],
        # What is opened by name is linked to libraries too.
        linked=(packages[1], *(("/rootfs/usr/lib",) if files else ())),
        loaded=(*loaded, *files),
    )


def run(commands: tuple[str, ...]) -> Run | None:
    """One RUN instruction of these commands; None without any."""
    return Run(commands) if commands else None
