"""The modules of a Go project: go.mod at the root or below it, go.work, vendor, go.sum, and what is private."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import go_mod
from scaffold.languages.go_mod import GoMod
from scaffold.languages.go_sources import joined
from scaffold.languages.go_values import place_of
from scaffold.project import LARGEST_LOCK, Project

MOST = 60
"""How many modules of a project are read."""

ASIDE = frozenset({"docs", "example", "examples", "_examples", "test", "testdata", "tests", "third_party", "tools"})
"""Folders whose modules are read only when nothing else is a program."""


@dataclass
class Modules:
    """`read` are the go.mod files by their folders, nearest first; `work` says that go.work joins them."""

    read: dict[str, GoMod] = field(default_factory=dict)
    work: Found | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def folders(self) -> dict[str, str]:
        """The modules' folders by their paths."""
        return {manifest.module: folder for folder, manifest in reversed(self.read.items())}


def read(project: Project) -> Modules:
    """All modules of a project; raises ScaffoldError for a go.mod at its root that cannot be read."""
    made = Modules()
    text = project.text("go.mod")
    if text is not None:
        made.read["."] = go_mod.parse(text)
    for folder, names in project.folders(frozenset({"go.mod"}), frozenset({"testdata"})):
        if not names or folder == "." or len(made.read) == MOST:
            continue
        try:
            made.read[folder] = go_mod.parse(project.text(f"{folder}/go.mod") or "", f"{folder}/go.mod")
        except ScaffoldError:
            continue
    if project.has("go.work"):
        used = _used(project.glance("go.work"))
        if used and all(project.has(joined(folder, "go.mod")) for folder in used):
            made.work = Found("go.work", "go.work")
        else:
            away = next((folder for folder in used if not project.has(joined(folder, "go.mod"))), "nothing")
            made.notes.append(f"go.work is left out: it uses {away}, which is not in the project.")
    return made


def _used(text: str) -> list[str]:
    """The folders that go.work joins."""
    bare = re.sub(r"//[^\n]*", "", text)
    blocks = re.findall(r"^use\s*\(([^)]*)\)", bare, re.MULTILINE)
    lines = [line for block in blocks for line in block.split()] + re.findall(r"^use\s+([^\s(]+)", bare, re.MULTILINE)
    return [place_of(".", line.strip('"')) or line for line in lines]


def local(modules: Modules, folder: str, vendored: bool) -> Iterator[Found]:
    """Modules of the project that one is built with; raises ScaffoldError for one out of the project."""
    for found in modules.read[folder].replaced:
        inside = place_of(folder, found.value) if not found.value.startswith("/") else None
        if inside is None and not vendored:
            raise ScaffoldError(
                f"{found.source} takes a module from out of the project: {found.value}.",
                "Bring it in with: go mod vendor",
            )
        yield Found("local", found.source)


def vendored(project: Project, manifest: GoMod, folder: str) -> tuple[Found | None, str]:
    """The vendored modules, and the flag that a build with them takes; none where they are not what go.mod wants."""
    path = joined(folder, "vendor/modules.txt")
    if not project.has(path):
        return None, ""
    text = project.text(path, LARGEST_LOCK) or ""
    said = set(re.findall(r"^# (\S+ v\S+)", text, re.MULTILINE))
    old = manifest.go is None or tuple(map(int, manifest.go.value.split(".")[:2])) < (1, 14)
    lost = [f"{path} {version}" for path, version in manifest.versions.items() if f"{path} {version}" not in said]
    if lost and not old and text:
        return None, f"vendor is left out: it lacks {lost[0]}, which go.mod requires. Renew it with: go mod vendor"
    return Found("vendored", path), "-mod=vendor" if old and text else ""


def sums(project: Project, manifest: GoMod, folder: str, imported: set[str]) -> str:
    """What is wrong with go.sum, for what the program imports; empty when nothing is."""
    path = joined(folder, "go.sum")
    if not manifest.modules:
        return ""
    if not project.has(path):
        return f"{path} is missing, so the build trusts what it downloads: make one with go mod tidy."
    text = project.text(path, LARGEST_LOCK) or ""
    if not text:
        return f"{path} is empty, so the build trusts what it downloads: fill it with go mod tidy."
    known = set(re.findall(r"^(\S+ v[^\s/]+) h1:", text, re.MULTILINE))
    for module, version in manifest.versions.items():
        wanted = any(one == module or one.startswith(f"{module}/") for one in imported)
        if wanted and module not in manifest.replaces and f"{module} {version}" not in known:
            return f"{path} lacks {module} {version}, so the build trusts what it downloads: mend it with go mod tidy."
    return ""


def private(project: Project, manifest: GoMod) -> ScaffoldError | None:
    """Why the modules cannot be downloaded without a login, where files say so."""
    files = ["Makefile", "Dockerfile", ".gitlab-ci.yml", ".env.example", "Taskfile.yml", ".envrc"]
    files += project.find(".yml", ".github/workflows", 0)
    for file in files:
        if found := re.search(
            r"GO(?:PRIVATE|NOSUMDB|NOPROXY)[\"']?\s*[:?]?=?\s*[\"']?([\w./*,-]+)", project.glance(file)
        ):
            for module, place in manifest.modules.items():
                for pattern in found[1].split(","):
                    bare = pattern.rstrip("/*")
                    own = manifest.module == module or not bare
                    if not own and re.match(re.escape(bare).replace(r"\*", "[^/]*") + r"(?:/|$)", module):
                        number = project.glance(file).count("\n", 0, found.start()) + 1
                        return ScaffoldError(
                            f"{place} requires {module}, which is private ({file}:{number}), and "
                            " a build has no login for it.",
                            "Bring it in with: go mod vendor",
                        )
    return None
