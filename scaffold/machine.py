"""A result for programs: JSON, and the hardening of the compose file as a `docker run`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scaffold import __version__
from scaffold.compare import diff
from scaffold.facts import Found
from scaffold.images import reference
from scaffold.model import USER, Answers, Image, Recipe

if TYPE_CHECKING:
    from scaffold.checking import Checked
    from scaffold.draft import Result
    from scaffold.model import Outcome
    from scaffold.update import Updated


def docker_run(answers: Answers, recipe: Recipe) -> tuple[str, ...]:
    """The hardening of the compose file as words of a `docker run`, of the image that Compose builds."""
    limits = recipe.limits
    return (
        *("docker", "run", "--rm", "--init", "--read-only"),
        *("--user", f"{USER}:{USER}"),
        *("--cap-drop", "ALL"),
        *("--security-opt", "no-new-privileges:true"),
        *(word for mount in recipe.tmpfs for word in ("--tmpfs", mount)),
        *(word for volume in recipe.volumes for word in ("--volume", f"{volume.name}:{volume.path}")),
        *("--memory", f"{limits.memory}m", "--memory-reservation", f"{limits.reserved}m"),
        *("--cpus", limits.cpus, "--pids-limit", str(limits.pids)),
        *(word for port in recipe.ports for word in ("--publish", f"127.0.0.1:{port.number}:{port}")),
        f"{answers.name}-{recipe.service}",
    )


def machine(result: Result, diffs: bool) -> dict[str, Any]:
    """The result as an object of JSON, on request with the diff of each file."""
    return {
        "dockerscaffold": __version__,
        "name": result.answers.name,
        "platforms": list(result.answers.platforms),
        "registry_mirrors": dict(result.answers.mirrors),
        "answers": _sourced(result.sources[""]),
        "services": [
            {
                "name": recipe.service,
                "directory": recipe.directory,
                "answers": _sourced(result.sources[recipe.service]),
                "images": [reference(image) for image in recipe.images],
                "docker_run": list(docker_run(result.answers, recipe)),
            }
            for recipe in result.recipes
        ],
        "images": [described(image) for image in result.images],
        "written": result.written,
        "files": [
            {"path": outcome.path, "outcome": outcome.what, **({"diff": diff(outcome)} if diffs else {})}
            for outcome in result.outcomes
        ],
        "missing": list(result.missing),
        "warnings": list(result.warnings),
        "notes": list(result.notes),
        **({} if result.probed is None else {"probed": [one._asdict() for one in result.probed]}),
    }


def _sourced(answers: Mapping[str, Found]) -> dict[str, dict[str, Any]]:
    return {key: _evidence(found) for key, found in answers.items()}


def _evidence(found: Found) -> dict[str, Any]:
    said: dict[str, Any] = {"value": found.value, "source": found.source, "confidence": found.confidence}
    if found.others:
        said |= {"others": [_evidence(other) for other in found.others], "rule": found.rule}
    return said


def updated(result: Updated, diffs: bool) -> dict[str, Any]:
    """What an update came to as an object of JSON, on request with the diff of each file."""
    return {
        "dockerscaffold": __version__,
        "written": result.written,
        "files": [
            {
                "path": outcome.path,
                "outcome": outcome.what,
                "conflicts": list(result.conflicts.get(outcome.path, ())),
                **_news(result, outcome),
                **({"diff": diff(outcome)} if diffs else {}),
            }
            for outcome in result.outcomes
        ],
        "images": [described(image) for image in result.images],
        "warnings": list(result.warnings),
        "notes": list(result.notes),
    }


def _news(result: Updated, outcome: Outcome) -> dict[str, Any]:
    from scaffold import news

    found = news.of(result, outcome)
    return {
        "pins": list(found.pins),
        "adopted": list(found.adopted),
        "edits": found.edits,
        "added": list(found.added),
        "removed": list(found.removed),
    }


def checked(result: Checked) -> dict[str, Any]:
    """Findings as an object of JSON."""
    return {
        "dockerscaffold": __version__,
        "findings": [dataclasses.asdict(one) for one in result.findings],
        "accepted": [{**dataclasses.asdict(one), "reason": reason} for one, reason in result.accepted],
        "notes": list(result.notes),
    }


def described(image: Image) -> dict[str, Any]:
    """A pinned image as an object of JSON."""
    return {
        "name": image.name,
        "tag": image.tag,
        "digest": image.digest,
        "platforms": list(image.platforms),
        "source": image.source,
        "date": image.date,
    }
