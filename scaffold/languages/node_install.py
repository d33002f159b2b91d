"""The commands that install a Node project's packages in its image, and leave those that the app needs to run."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.languages.node_frameworks import Contained
from scaffold.languages.node_packages import Packages
from scaffold.model import Run

OUT = "/out"
"""Where the build stage has the app's own files in the end."""

_BY_SSH = ("ssh://git@github.com/", "git+ssh://git@github.com/", "git@github.com:")

PRODUCTION = "/usr/local/lib/production.cjs"
"""Where the build stage has the program that leaves the packages of production."""


def provision(packages: Packages) -> Run | None:
    """Puts the manager in place; None where the image or the project has it."""
    manager = packages.manager
    if not manager.package:
        return None
    # The image has a yarn, which stands in the way of another; these two are put together by a script of theirs.
    flags = {"yarn": " --force", "bun": " --allow-scripts=bun"}.get(manager.name.value, "")
    if manager.name.value == "pnpm" and manager.line > 11:
        flags = " --allow-scripts=pnpm"
    command = f"npm install --global --no-audit --no-fund{flags} {manager.package}"
    return Run((command,), ("type=cache,target=/root/.npm",))


def environment(packages: Packages) -> tuple[tuple[str, str], ...]:
    """What the build stage has in its environment, for install and build alike."""
    manager, pairs = packages.manager, list[tuple[str, str]]()
    if packages.husky:
        pairs.append(("HUSKY", "0"))
    if manager.name.value == "pnpm":
        # From line 11 on pnpm reads variables of its own name alone.
        prefix = "pnpm_config" if manager.line > 10 else "npm_config"
        pairs.append((f"{prefix}_store_dir", "/root/.pnpm-store"))
        if manager.line > 10:
            pairs += [(f"{prefix}_verify_deps_before_run", "false"), (f"{prefix}_pm_on_fail", "ignore")]
        if manager.differs:
            pairs.append((f"{prefix}_manage_package_manager_versions", "false"))
            pairs.append((f"{prefix}_package_manager_strict", "false"))
    if manager.berry:
        cached = ".yarn/cache" in packages.folders
        pairs.append(("YARN_ENABLE_GLOBAL_CACHE", "false" if cached else "true"))
        pairs += [("YARN_ENABLE_TELEMETRY", "0"), ("YARN_NODE_LINKER", "node-modules")]
        if manager.differs:
            pairs.append(("YARN_IGNORE_PATH", "1"))
    if manager.name.value == "npm" and packages.scripts and not packages.listed:
        # From line 12 on npm runs none that is not allowed.
        pairs.append(("npm_config_dangerously_allow_all_scripts", "true"))
    return tuple(sorted(pairs))


def install(packages: Packages) -> Run:
    """Installs all packages, those of development too, and runs the scripts that an install runs."""
    manager = packages.manager
    name, fresh = manager.name.value, bool(manager.lock and not manager.lock.stale)
    if name == "npm":
        return Run((*_by_npm(packages, fresh), "mkdir -p node_modules"), ("type=cache,target=/root/.npm",))
    if name == "pnpm":
        command = f"pnpm install --{'' if fresh else 'no-'}frozen-lockfile"
        command += " --config.dangerously-allow-all-builds=true" if packages.scripts and manager.line > 9 else ""
        cache = "/root/.pnpm-store"
    elif manager.berry:
        command = f"{manager.program} install --{'' if fresh else 'no-'}immutable"
        cache = "/root/.yarn/berry/cache"
    elif name == "yarn":
        command = f"{manager.program} install --non-interactive --ignore-engines{' --frozen-lockfile' if fresh else ''}"
        cache = "/usr/local/share/.cache"
    else:
        command = f"bun install{' --frozen-lockfile' if fresh else ''}"
        cache = "/root/.bun/install/cache"
    return Run((command, "mkdir -p node_modules"), (f"type=cache,target={cache}",))


def _by_npm(packages: Packages, fresh: bool) -> Iterator[str]:
    """What npm runs: scripts of packages by name, where the lock says which have any, then the project's own."""
    clean = "npm ci" if fresh else "npm install --force"
    yield f"{clean} --ignore-scripts --no-audit --no-fund" + (" --legacy-peer-deps" if packages.legacy else "")
    if packages.scripts:
        yield "npm rebuild" + (f" {packages.scripts}" if packages.scripts != "*" else "")
    for script in packages.own:
        yield f"npm run {script}"


def production(packages: Packages) -> tuple[str, ...]:
    """The commands that leave the packages which the app needs to run."""
    if not packages.develops:
        return ()
    if packages.manager.name.value == "npm" and not packages.members and not packages.kept and packages.folder == ".":
        legacy = " --legacy-peer-deps" if packages.legacy else ""
        return (f"npm prune --omit=dev --ignore-scripts --no-audit --no-fund{legacy}",)
    kept = "".join(f" --keep={found.value}" for found in packages.kept)
    members = "".join(f" {member}" for member in packages.members if member != packages.folder)
    return (f"node {PRODUCTION}{kept} {packages.folder}{members}",)


def gathered(packages: Packages, build: str) -> tuple[str, ...]:
    """The commands that put the app's own files aside: packages change less often, and are a layer of their own."""
    apart = ["node_modules", *([".yarn"] if packages.manager.berry else []), *(file.path for file in packages.settings)]
    left = " ".join(f"! -name {name}" for name in apart)
    # What differs from one build to the next would make that layer new.
    fleeting = ["node_modules/.cache"] if build else []
    fleeting += ["node_modules/.modules.yaml"] if packages.manager.name.value == "pnpm" else []
    fleeting += [f"{folder}/node_modules" for folder in packages.sites]
    return (
        *([f"rm -rf {' '.join(fleeting)}"] if fleeting else []),
        f"mkdir {OUT}",
        f"find . -mindepth 1 -maxdepth 1 {left} -exec cp -a {{}} {OUT} \\;",
        f"chmod -R u=rwX,go=rX {OUT}",
    )


def taken(output: Contained, folder: str) -> tuple[str, ...]:
    """The commands that put aside what a build made with its packages in it; `folder` is the app's."""
    place = f"{OUT}/{folder}/{output.folder}".replace("/./", "/")
    return (
        *([f"cd {folder}"] if folder != "." else []),
        *output.complete,
        f"mkdir -p {place}",
        f"cp -a {output.folder}/. {place}",
        f"chmod -R u=rwX,go=rX {OUT}",
    )


def packages_of_system(packages: Packages, installed: Run | None) -> Run | None:
    """What installs packages of the operating system; with git among them it takes public repositories by https.

    Locks name these by ssh, for which a build has no key.
    """
    if not packages.git or not installed:
        return installed
    rules = (f"git config --global --add url.https://github.com/.insteadOf {one}" for one in _BY_SSH)
    return Run((*installed.commands, *rules))
