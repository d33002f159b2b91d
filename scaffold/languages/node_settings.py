"""The settings of managers, .npmrc and .yarnrc.yml, without what they may hold of logins."""

from __future__ import annotations

import re

from scaffold.model import File
from scaffold.project import Project

FILES = (".npmrc", ".yarnrc", ".yarnrc.yml")

LOGIN = re.compile(
    r"auth|token|password|passwd|username|email|certfile|keyfile|cafile|:_|\$\{|^\s*(key|cert|ca)\b", re.IGNORECASE
)
"""What a line has that says a login, or takes one from the environment (npm docs, "npmrc"; yarn, "yarnrc")."""

END = "SETTINGS"
"""The word that ends such a file in a Dockerfile."""


def harmless(project: Project) -> tuple[File, ...]:
    """Each file of settings with the lines that hold no login; those without any line are left out."""
    found = ((name, _lines(project, name)) for name in FILES)
    return tuple(File(name, "\n".join(lines)) for name, lines in found if lines)


def dropped(project: Project) -> tuple[str, ...]:
    """The files of settings of which lines stay out of the image."""
    return tuple(name for name in FILES if any(LOGIN.search(line) for line in _spoken(project, name)))


def setting(files: tuple[File, ...], name: str) -> str:
    """What .npmrc says of a setting, or an empty string."""
    text = next((file.text for file in files if file.path == ".npmrc"), "")
    found = re.findall(rf"(?m)^\s*{re.escape(name)}\s*=\s*[\"']?([^\"'\s]*)", text)
    return found[-1] if found else ""


def _lines(project: Project, name: str) -> list[str]:
    return [line for line in _spoken(project, name) if not LOGIN.search(line)]


def _spoken(project: Project, name: str) -> list[str]:
    """The lines of a file that say something and can stand in a Dockerfile as they are."""
    lines = (line.rstrip().replace("\t", " ") for line in project.glance(name).splitlines())
    said = (line for line in lines if line.strip() and line.lstrip()[0] not in "#;")
    return [line for line in said if line.isprintable() and line != END and not _gone(project, line)]


def _gone(project: Project, line: str) -> bool:
    """Whether a line names a release of yarn that is not there; yarn would not start."""
    path = re.match(r"(?:yarnPath:|yarn-path)\s*[\"']?([^\"'\s]+)", line)
    return bool(path) and not project.has(path[1]) if path else False
