"""Whether a lock was made of the manifest that stands beside it: what each installer compares, compared alike.

The formulas are those of poetry 2.5 (`packages/locker.py`), pdm 2.29 (`project/project_file.py`) and pipenv 2026.10
(plette, `pipfiles.py`): a SHA-256 of parts of the manifest as JSON. uv keeps the manifest's requirements themselves.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from scaffold.languages.python_names import normal, required, table, tables, texts

_POETRY = ("dependencies", "source", "extras", "dev-dependencies", "group")


def uv(manifest: dict[str, Any], root: dict[str, Any]) -> bool | None:
    """Whether uv.lock's entry of the project has the requirements of its manifest; None where these are made."""
    project = table(manifest, "project")
    if not project or "dependencies" in texts(project.get("dynamic")):
        return None
    optional = table(project, "optional-dependencies")
    stated = {*texts(project.get("dependencies")), *(one for some in optional.values() for one in texts(some))}
    locked = tables(table(root, "metadata").get("requires-dist"))
    if not locked and stated:
        # Old locks have no such list: then only the names of direct dependencies can be compared.
        names = {normal(str(one.get("name"))) for one in tables(root.get("dependencies"))}
        return {required(one) for one in texts(project.get("dependencies"))} == names
    own = normal(str(project.get("name")))
    return {_stated(text) for text in stated if required(text) != own} == {
        (normal(str(one.get("name"))), _specifier(str(one.get("specifier", "")))) for one in locked
    }


def _stated(text: str) -> tuple[str, str]:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return required(text), _specifier(str(Requirement(text).specifier))
    except InvalidRequirement:
        return required(text), text


def _specifier(text: str) -> str:
    return ",".join(sorted(text.replace(" ", "").split(",")))


def poetry(manifest: dict[str, Any], lock: dict[str, Any]) -> bool | None:
    """Whether the content-hash of poetry.lock is the manifest's, with or without dependency groups."""
    written = table(lock, "metadata").get("content-hash")
    return written in (_of_poetry(manifest, True), _of_poetry(manifest, False)) if written else None


def _of_poetry(manifest: dict[str, Any], groups: bool) -> str:
    project = table(manifest, "project")
    keys = ("requires-python", "dependencies", "optional-dependencies")
    standard = {key: project[key] for key in keys if project.get(key) is not None}
    group = table(manifest, "dependency-groups") if groups else {}
    own = table(manifest, "tool", "poetry")
    newer = bool(standard or group)
    kept = {key: own.get(key) for key in _POETRY if own.get(key) is not None or not (newer or key == "group")}
    content: dict[str, Any] = {"project": standard} if standard else {}
    content |= {"dependency-groups": group} if group else {}
    return _hash({**content, "tool": {"poetry": kept}} if content else kept)


def poetry_dependencies(manifest: dict[str, Any]) -> set[str]:
    """The normalised names of what a project of poetry needs to run."""
    own = {normal(name) for name in table(manifest, "tool", "poetry", "dependencies")} - {"python"}
    return own | {required(one) for one in texts(table(manifest, "project").get("dependencies"))}


def pdm(manifest: dict[str, Any], lock: dict[str, Any]) -> bool | None:
    """Whether the content_hash of pdm.lock is the manifest's."""
    written = str(table(lock, "metadata").get("content_hash", ""))
    if not written.startswith("sha256:"):
        return None
    project, own = table(manifest, "project"), table(manifest, "tool", "pdm")
    groups = {normal(name): some for name, some in table(manifest, "dependency-groups").items()}
    for name, some in table(own, "dev-dependencies").items():
        groups[normal(name)] = [*groups.get(normal(name), []), *(some if isinstance(some, list) else [])]
    content = {
        "sources": own.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": groups,
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        "resolution": own.get("resolution", {}),
    }
    return written == f"sha256:{_hash(content)}"


def pipenv(manifest: dict[str, Any], lock: dict[str, Any]) -> bool | None:
    """Whether the hash of Pipfile.lock is the Pipfile's."""
    written = table(lock, "_meta", "hash").get("sha256")
    if not written or "source" not in manifest:
        return None
    named = ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop")
    content = {
        "_meta": {"sources": manifest["source"], "requires": manifest.get("requires", {})},
        "default": manifest.get("packages", {}),
        "develop": manifest.get("dev-packages", {}),
    } | {name: some for name, some in manifest.items() if name not in named}
    return str(written) == _hash(content, (",", ":"))


def _hash(content: object, separators: tuple[str, str] | None = None) -> str:
    text = json.dumps(content, sort_keys=True, separators=separators, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
