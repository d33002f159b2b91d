"""What a Node project's packages need to be installed: files, settings, commands; and what of them the app keeps."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scaffold.facts import Found
from scaffold.languages import node_imports, node_locks, node_managers, node_settings, node_workspaces
from scaffold.languages.node_app import table, word
from scaffold.languages.node_locks import Lock
from scaffold.languages.node_managers import Manager
from scaffold.languages.node_workspaces import Workspace
from scaffold.model import File
from scaffold.project import Project

OWN = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")
"""The project's own scripts that an install runs (docs.npmjs.com, "scripts", "npm ci")."""

ALONE = frozenset(
    {"husky", "is-ci", "lefthook", "only-allow", "patch-package", "prisma", "simple-git-hooks", "true", "exit", "echo"}
)
"""Programs that an install's scripts run and that need no source of the project but the copied ones."""

COPIED = (
    *(".yarn/releases", ".yarn/plugins", ".yarn/patches", ".yarn/cache", "patches", "prisma"),
    *(
        ".yarnrc",
        ".pnpmfile.cjs",
        ".pnpmfile.mjs",
        "pnpm-workspace.yaml",
        "bunfig.toml",
        "schema.prisma",
        "prisma.config.ts",
    ),
)
"""What managers and the scripts above read beside manifests, files and folders."""

MOST_COPIED = 40
"""How many manifests of a workspace have a COPY each; with more of them everything is copied at once."""

FOLDER = re.compile(r"(?:file|link|portal):|\.{0,2}/|~/")
"""What begins the specifier of a package in a folder or file."""

GIT = re.compile(r"git(\+|:|@)|(github|gitlab|bitbucket|gist):|[\w.-]+/[\w.-]+(#.*)?$|https?://.*\.git(#.*)?$")
"""What the specifier of a package in a repository looks like (docs.npmjs.com, "package.json", "dependencies")."""


@dataclass(frozen=True)
class Packages:
    """All that an install needs to know, as read of the project.

    `files` are the manifest and the lock, `folders` what else is read, at its place; `whole` says why everything is to
    be there before the install. `settings` are written. `git` is a package from a repository. `legacy` says why
    peers are not judged. `scripts` are the names of packages that have some to be run at their install, `*` for all.
    `own` are the project's own such scripts, as `npm run` takes them. `develops` that some are of
    development alone, `husky` that the project's own scripts run it. `members` are the folders of a workspace that
    the app may do without, `folder` is that of the app, `kept` what it keeps of the packages of development. `sites`
    are folders whose own packages nobody needs once their site is built. `listed`: it says itself
    which packages may run scripts.
    """

    manager: Manager
    files: tuple[str, ...]
    folders: tuple[str, ...]
    settings: tuple[File, ...]
    whole: str
    git: str
    legacy: str
    scripts: str
    own: tuple[str, ...]
    develops: bool
    husky: bool
    members: tuple[str, ...] = ()
    folder: str = "."
    kept: tuple[Found, ...] = ()
    sites: tuple[str, ...] = ()
    listed: bool = False


def read(project: Project, manifest: dict[str, Any], members: dict[str, dict[str, Any]]) -> Packages:
    """What the manifest, its lock, the settings and the `members` of a workspace (manifests by folder) say.

    Raises ScaffoldError for a lock of npm that cannot be read.
    """
    manager = node_managers.chosen(project, manifest)
    everywhere = [manifest, *members.values()]
    settings = node_settings.harmless(project)
    lock = manager.lock
    locked = table(node_locks.content(project, lock), "packages")
    files = ("package.json", *([lock.file] if lock else []))
    folders = [name for name in COPIED if project.has(name) or project.has_folder(name)]
    folders += [f"{folder}/package.json" for folder in members]
    return Packages(
        manager=manager,
        files=files,
        folders=tuple(folders),
        settings=settings,
        whole=next(_whole(everywhere, folders), ""),
        git=next(_git(everywhere), ""),
        legacy=_legacy(manager, settings, locked),
        scripts=_scripts(manager, manifest, project, locked),
        own=tuple(_own("", manifest)) + tuple(one for place, member in members.items() for one in _own(place, member)),
        develops=any(table(one, "devDependencies") for one in everywhere) or bool(members),
        husky=any("husky" in word(table(one, "scripts"), name) for one in everywhere for name in OWN),
        members=tuple(members),
        listed="allowScripts" in manifest,
    )


def by(packages: Packages, name: str) -> Packages:
    """The packages as another manager would install them: the user's word counts more than the lock."""
    if name == packages.manager.name.value:
        return packages
    manager = node_managers.other(name)
    return dataclasses.replace(packages, manager=manager, files=packages.files[:1], legacy="", scripts="*")


def plain(files: tuple[str, ...]) -> Packages:
    """The packages of a project that is yet to be: npm and these files."""
    lock = Lock(files[-1], "npm") if len(files) > 1 else None
    manager = Manager(Found("npm", "npm's convention"), lock=lock)
    return Packages(manager, files, (), (), "", "", "", "*", (), True, False)


def started(
    packages: Packages, project: Project, manifest: dict[str, Any], start: str, workspace: Workspace
) -> Packages:
    """The packages with what the started program keeps of them; `manifest` is that of its folder."""
    folder = workspace.folder
    kept = node_imports.kept(project.folder(folder), manifest, start)
    stay = {*workspace.served, folder}
    return dataclasses.replace(
        packages,
        kept=kept,
        members=tuple(member for member in packages.members if member not in stay),
        folder=folder,
        sites=node_workspaces.sites(project, {*packages.members, folder}),
        develops=packages.develops or folder != ".",
    )


def notes(project: Project, packages: Packages, workspace: Workspace) -> Iterator[str]:
    """What the user may not expect of the install, in sentences."""
    if others := [found.value for found in workspace.app.others]:
        yield f"The app is {workspace.folder}, not {', '.join(others)}: {workspace.app.rule}."
    manager = packages.manager
    lock = manager.lock
    if lock is None:
        yield f"There is no lock file: each build takes the newest packages that {packages.files[0]} allows."
    elif lock.stale:
        yield f"{lock.file} has no entry that fits {lock.stale} of package.json: it is not followed to the letter."
    if manager.differs and manager.version:
        yield f"package.json names another manager or version; {manager.name} reads the lock at {manager.version}."
    for name in node_settings.dropped(project):
        yield f"{name} has lines that may be logins: these stay out of the image, its other settings are kept."
    if packages.legacy:
        yield f"Peer dependencies are not judged (--legacy-peer-deps): {packages.legacy}."
    if manager.berry and re.search(r"(?m)^nodeLinker:\s*[\"']?(?!node-modules)", _yarn(project)):
        yield "Yarn installs to node_modules in the image, not as Plug'n'Play: there node itself finds the packages."
    if packages.whole:
        yield f"All files are copied before the install, for {packages.whole}: each edit installs anew."
    for found in packages.kept:
        yield f"{found.value} is a development dependency that the app needs to run ({found.source}): it is kept."


def _yarn(project: Project) -> str:
    # Yarn's linker is Plug'n'Play unless it is said otherwise.
    text = project.glance(".yarnrc.yml")
    return text if re.search(r"(?m)^nodeLinker:", text) else "nodeLinker: pnp"


def _whole(manifests: Sequence[dict[str, Any]], folders: Sequence[str]) -> Iterator[str]:
    """Why the sources are to be there before the install."""
    for manifest in manifests:
        scripts = table(manifest, "scripts")
        for name in OWN:
            if any(not _alone(command) for command in re.split(r"&&|\|\||;", word(scripts, name)) if command.strip()):
                yield f"the script {name}"
        for key in (*node_locks.KEYS, "overrides", "resolutions"):
            for package, spec in table(manifest, key).items():
                if isinstance(spec, str) and FOLDER.match(spec):
                    yield f"the package {package} in {spec}"
    if len(folders) > MOST_COPIED:
        yield f"the manifests of {len(folders)} folders"


def _alone(command: str) -> bool:
    words = [one for one in command.split() if not re.match(r"\w+=|-", one)]
    while words and words[0] in ("npx", "yarn", "pnpm", "npm", "exec", "dlx", "bunx", "run-s"):
        words = words[1:]
    return not words or words[0] in ALONE


def _git(manifests: Sequence[dict[str, Any]]) -> Iterator[str]:
    for manifest in manifests:
        for key in node_locks.KEYS:
            for package, spec in table(manifest, key).items():
                if isinstance(spec, str) and GIT.match(spec) and not FOLDER.match(spec):
                    yield package


def _legacy(manager: Manager, settings: tuple[File, ...], locked: dict[str, Any]) -> str:
    if manager.name.value != "npm":
        return ""
    if node_settings.setting(settings, "legacy-peer-deps") == "true":
        return "as .npmrc says"
    if manager.lock and manager.lock.form == "1":
        return f"{manager.lock.file} is npm 6's, which judged none"
    broken = node_locks.conflicts(locked)
    return f"{manager.lock.file} breaks one, {broken}" if broken and manager.lock else ""


def _scripts(manager: Manager, manifest: dict[str, Any], project: Project, locked: dict[str, Any]) -> str:
    """Which packages' scripts run at the install: those that npm's lock names, or all where nobody lists any."""
    if manager.name.value == "npm":
        names = {
            path.rpartition("node_modules/")[2]
            for path, one in locked.items()
            if "node_modules/" in path and isinstance(one, dict) and one.get("hasInstallScript") and for_linux(one)
        }
        known = " ".join(sorted(name for name in names if re.fullmatch(r"[@\w./-]+", name, re.ASCII)))
        return known if locked and manager.lock and not manager.lock.stale else "*"
    said = f"{' '.join(table(manifest, 'pnpm'))} {project.glance('pnpm-workspace.yaml')}"
    listed = re.search(r"onlyBuiltDependencies|neverBuiltDependencies|allowBuilds|ignoredBuiltDependencies", said)
    return "" if listed else "*"


def _own(folder: str, manifest: dict[str, Any]) -> Iterator[str]:
    """The scripts that an install runs, with the member that each is of; npm run adds what stands around one."""
    scripts = table(manifest, "scripts")
    around = ("preinstall", "postinstall") if not word(scripts, "install") else ("install",)
    for name in (*around, "prepublish", "prepare"):
        if word(scripts, name):
            yield f"{name} --workspace {folder}" if folder else name


def for_linux(package: dict[str, Any]) -> bool:
    """Whether a package of npm's lock is installed on Linux."""
    systems = package.get("os")
    return not isinstance(systems, list) or "linux" in systems or any(str(one).startswith("!") for one in systems)
