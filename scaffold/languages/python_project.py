"""A Python project as a package of its own: what it declares, and whether it can be built."""

from __future__ import annotations

import ast
import re
import warnings
from itertools import islice
from typing import Any, NamedTuple

from scaffold.languages.python_names import normal, required, table, texts
from scaffold.project import Project

SETUPTOOLS = "setuptools.build_meta"

_NO_PACKAGES = re.compile(
    r"[._].*|(tests?|docs?|documentation|examples?|scripts|tools|utils?|build|benchmarks?|bin|ci|debian|dist|"
    r"manpages|news|newsfragments|changelog|unit_?tests?|python|exercises?|htmlcov|tasks|fabfile|site_scons|venv)"
)
"""Folders that setuptools leaves out when it looks for a project's only package ("Flat-layout")."""

_VERSIONED = {
    "setuptools-scm": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "hatch-vcs": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "vcs-versioning": "SETUPTOOLS_SCM_PRETEND_VERSION",
    "pbr": "PBR_VERSION",
    "poetry-dynamic-versioning": "POETRY_DYNAMIC_VERSIONING_BYPASS",
    "uv-dynamic-versioning": "UV_DYNAMIC_VERSIONING_BYPASS",
    "pdm-backend": "PDM_BUILD_SCM_VERSION",
}
"""What takes a version from the repository, which the build has not, and the variable that says one instead."""

MOST_LOOKED_AT = 100
"""How many modules are looked at for a question to the project's own metadata, the nearest first."""

_OWN_METADATA = re.compile(r"importlib[._]metadata|pkg_resources|from \._?_?version\b|\._version\b")


class Distribution(NamedTuple):
    """A project that can be built, and the file that says how.

    `needed` says why the app may not run without being installed, or is empty. `variable` gets a version where it is
    taken from the repository.
    """

    source: str
    needed: str
    variable: str = ""


def declared(project: Project, manifest: dict[str, Any]) -> list[str] | None:
    """The requirements that pyproject.toml has for running; None where it declares none, or they are made at build."""
    standard = table(manifest, "project")
    if "dependencies" in texts(standard.get("dynamic")) or not standard:
        return None
    return texts(standard.get("dependencies"))


def legacy(project: Project) -> list[str]:
    """The normalised names that setup.py or setup.cfg have for running, as far as they are written out there."""
    names = [required(line) for line in _option(project, "install_requires").splitlines()]
    for node in ast.walk(_tree(project.glance("setup.py"))):
        if isinstance(node, ast.keyword) and node.arg == "install_requires" and isinstance(node.value, ast.List):
            names += [required(str(one.value)) for one in node.value.elts if isinstance(one, ast.Constant)]
    return [name for name in names if name]


def _tree(text: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return ast.Module([], [])


def _option(project: Project, name: str) -> str:
    found = re.search(rf"^{name}\s*=(.*(?:\n[ \t]+.*|\n[ \t]*$)*)", project.glance("setup.cfg"), re.MULTILINE)
    return found[1] if found else ""


def read(project: Project, manifest: dict[str, Any]) -> Distribution | None:
    """The project as a package, or None when it is none, or cannot be built from what is there."""
    system = table(manifest, "build-system")
    backend = str(system.get("build-backend", SETUPTOOLS if system else ""))
    legacy = project.has("setup.py") or (project.has("setup.cfg") and "name" in _metadata(project))
    if not system and not legacy:
        return None
    if _switched_off(manifest) or not _files_are_there(project, table(manifest, "project")):
        return None
    if not legacy and not _found(project, manifest, backend):
        return None
    source = "pyproject.toml" if system else "setup.py" if project.has("setup.py") else "setup.cfg"
    names = {required(one) for one in texts(system.get("requires"))}
    if "use_scm_version" in project.glance("setup.py"):
        names.add("setuptools-scm")
    variable = next((variable for name, variable in _VERSIONED.items() if name in names), "")
    return Distribution(source, _needed(project, manifest), variable)


def _metadata(project: Project) -> str:
    return project.glance("setup.cfg").partition("[metadata]")[2].partition("\n[")[0]


def _switched_off(manifest: dict[str, Any]) -> bool:
    return (
        table(manifest, "tool", "poetry").get("package-mode") is False
        or table(manifest, "tool", "pdm").get("distribution") is False
        or table(manifest, "tool", "uv").get("package") is False
    )


def _files_are_there(project: Project, standard: dict[str, Any]) -> bool:
    """Whether the README and licence that are named exist: backends refuse to build without."""
    for key in ("readme", "license"):
        named = standard.get(key)
        file = named.get("file") if isinstance(named, dict) else named if key == "readme" else None
        if isinstance(file, str) and not project.has(file):
            return False
    return True


def _found(project: Project, manifest: dict[str, Any], backend: str) -> bool:
    """Whether the backend finds something to package; those with compilers of their own are not covered."""
    tool = backend.partition(".")[0].partition("_")[0]
    own = table(manifest, "project").get("name") or table(manifest, "tool", "poetry").get("name")
    if not isinstance(own, str) or tool in ("maturin", "scikit", "mesonpy"):
        return False
    if tool == "setuptools":
        return "setuptools" in table(manifest, "tool") or _only_package(project)
    if tool == "hatchling":
        wheel = table(manifest, "tool", "hatch", "build", "targets", "wheel")
        if wheel.keys() & {"packages", "include", "only-include", "force-include", "bypass-selection"}:
            return all(project.shows(path) for path in texts(wheel.get("packages")))
    if tool == "poetry" and (packages := table(manifest, "tool", "poetry").get("packages")):
        places = [f"{one.get('from', '.')}/{one.get('include', '')}" for one in packages if isinstance(one, dict)]
        return all("*" in place or project.shows(place) for place in places)
    if tool == "flit":
        own = str(table(manifest, "tool", "flit", "module").get("name", own))
    if tool == "uv" and table(manifest, "tool", "uv", "build-backend"):
        return True
    return tool == "pdm" or _module(project, own)


def _module(project: Project, name: str) -> bool:
    """Whether there is a module or package of this name, at the top or in src."""
    stem = normal(name).replace("-", "_")
    stems = {stem, name.replace("-", "_"), name.replace("-", "").lower()}
    return any(
        project.has(f"{root}{one}/__init__.py") or project.has(f"{root}{one}.py")
        for root in ("", "src/")
        for one in stems
    )


def _only_package(project: Project) -> bool:
    """Whether setuptools finds one package, by src or by being the only folder that may be one."""
    if project.has_folder("src"):
        return True
    return len([name for name in project.names() if name.isidentifier() and not _NO_PACKAGES.fullmatch(name)]) == 1


def _needed(project: Project, manifest: dict[str, Any]) -> str:
    """Why an app may not run without its project being installed."""
    standard, poetry = table(manifest, "project"), table(manifest, "tool", "poetry")
    for key in ("scripts", "gui-scripts", "entry-points"):
        if table(standard, key):
            return f"pyproject.toml project.{key}"
    for key in ("scripts", "plugins"):
        if table(poetry, key):
            return f"pyproject.toml tool.poetry.{key}"
    for file in ("setup.py", "setup.cfg"):
        if re.search(r"entry_points|ext_modules|package_dir", project.glance(file)):
            return file
    if project.has_folder("src") and not project.has("src/__init__.py") and project.contains("src", ".py"):
        return "src"
    for path in islice(project.find(".py", ".", 2), MOST_LOOKED_AT):
        if not path.startswith(("test", "docs/")) and _OWN_METADATA.search(project.glance(path, 10_000)):
            return path
    return ""
