"""The settings of managers, .npmrc and .yarnrc.yml, without what they may hold of logins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.model import File
from scaffold.project import Project

NPM = re.compile(
    r"(?:@[\w-]+:)?registry|(?:public-)?hoist(?:-pattern)?(?:\[\])?|[\w-]+_(?:binary_host|binary_host_mirror|mirror)"
    r"|[\w-]+_skip_download|auto-install-peers|dedupe-peer-dependents|enable-pre-post-scripts|engine-strict|force"
    r"|ignore-scripts|ignore-workspace-root-check|include|include-workspace-root|inject-workspace-packages"
    r"|install-links|install-strategy|legacy-bundling|legacy-peer-deps|link-workspace-packages|node-linker|node-options"
    r"|omit|optional|package-import-method|package-lock|prefer-workspace-packages|resolution-mode|resolve-peers-from-"
    r"workspace-root|shamefully-hoist|shared-workspace-lockfile|side-effects-cache|strict-peer-dep(?:endencie)?s"
)
"""Settings of .npmrc that change what is installed; any other may be anything (docs.npmjs.com, "config"; pnpm.io)."""

YARN = re.compile(
    r"catalogs?|changesetBaseRefs|checksumBehavior|compressionLevel|defaultSemverRangePrefix|enable\w+"
    r"|immutablePatterns|nmHoistingLimits|nmMode|nmSelfReferences|nodeLinker|npmMinimalAgeGate"
    r"|npmPreapprovedPackages|npmRegistryServer|npmScopes|packageExtensions|patchFolder|plugins|pnp\w+"
    r"|supportedArchitectures|virtualFolder|winLinkType|yarnPath"
)
"""The same of .yarnrc.yml (yarnpkg.com, "yarnrc")."""

LOGIN = re.compile(r"auth|token|passw|ident|\$\{|:_|://[^/\s]*@", re.IGNORECASE)
"""What a line has that says a login, or takes one from the environment."""

FILES = {".npmrc": NPM, ".yarnrc.yml": YARN}

END = "SETTINGS"
"""The word that ends such a file in a Dockerfile."""


def harmless(project: Project) -> tuple[File, ...]:
    """Each file of settings with the lines that are known to hold no login; those without any line are left out."""
    found = ((name, [line for line, well in _judged(project, name) if well]) for name in FILES)
    return tuple(File(name, "\n".join(lines)) for name, lines in found if lines)


def dropped(project: Project) -> tuple[str, ...]:
    """The files of settings of which lines stay out of the image."""
    return tuple(name for name in FILES if not all(well for _, well in _judged(project, name)))


def setting(files: tuple[File, ...], name: str) -> str:
    """What .npmrc says of a setting, or an empty string."""
    text = next((file.text for file in files if file.path == ".npmrc"), "")
    found = re.findall(rf"(?m)^\s*{re.escape(name)}\s*=\s*[\"']?([^\"'\s]*)", text)
    return found[-1] if found else ""


def _judged(project: Project, name: str) -> Iterator[tuple[str, bool]]:
    """The lines of a file that say something, each with whether it may stand in a Dockerfile."""
    known = False
    for line in project.glance(name).splitlines():
        text = line.rstrip().replace("\t", " ")
        if not text.strip() or text.lstrip()[0] in "#;":
            continue
        # A line that is indented belongs to the setting above it.
        if name == ".npmrc" or not text[0].isspace():
            key = re.match(r"\s*[\"']?([^\s:=\"']*(?::registry)?)", text)
            known = bool(key and FILES[name].fullmatch(key[1])) and not _gone(project, text)
        yield text, known and text.isprintable() and text != END and not LOGIN.search(text)


def _gone(project: Project, line: str) -> bool:
    """Whether a line names a release of yarn that is not there; yarn would not start."""
    path = re.match(r"yarnPath:\s*[\"']?([^\"'\s]+)", line)
    return bool(path and not project.has(path[1]))
