"""What the user sees of a result: for people, and as JSON."""

from __future__ import annotations

from typing import Any

from scaffold import __version__
from scaffold.commands import Result
from scaffold.model import USER, Answers, Recipe

LABELS = {
    "language": "language",
    "version": "version",
    "packages": "packages",
    "build": "build",
    "start": "start",
    "port": "ports",
    "health-path": "health",
    "tier": "tier",
}


def docker_run(answers: Answers, recipe: Recipe) -> tuple[str, ...]:
    """The hardening of the compose file as words of a `docker run`, of the image that Compose builds."""
    limits = recipe.limits
    return (
        *("docker", "run", "--rm", "--init", "--read-only"),
        *("--user", f"{USER}:{USER}"),
        *("--cap-drop", "ALL"),
        *("--security-opt", "no-new-privileges:true"),
        *("--tmpfs", recipe.tmpfs),
        *("--memory", f"{limits.memory}m", "--memory-reservation", f"{limits.reserved}m"),
        *("--cpus", limits.cpus, "--pids-limit", str(limits.pids)),
        *(word for port in recipe.ports for word in ("--publish", f"127.0.0.1:{port.number}:{port}")),
        f"{answers.name}-{recipe.service}",
    )


def people(result: Result, dry_run: bool) -> str:
    """A summary for a terminal: what was found and where, what was written, what to do next."""
    import shlex

    lines = []
    for service in result.answers.services:
        place = "" if service.directory == "." else f"/{service.directory}"
        lines += [f"Found in {result.project}{place}"]
        found = result.sources[service.name]
        width = max(len(found[key].value) for key in LABELS)
        for key, label in LABELS.items():
            if found[key].value:
                lines.append(f"  {label:<10} {found[key].value:<{min(width, 40)}}  {found[key].source}")
    lines += ["", "Would write" if dry_run else "Written"]
    lines += [f"  {outcome.what:<11} {outcome.path}" for outcome in result.outcomes]
    lines += ["", "Pinned"]
    lines += [f"  {image.name}:{image.tag}  {image.source}, {image.date}" for image in result.images]
    lines += [f"  {note}" for note in result.notes]
    if result.missing:
        lines += ["", "Add before the first build", *(f"  {line}" for line in result.missing)]
    lines += ["", "Next", "  docker compose up --build --wait", "", "The same hardening without Compose"]
    lines += [f"  {shlex.join(docker_run(result.answers, recipe))}" for recipe in result.recipes]
    return "\n".join(lines) + "\n"


def machine(result: Result) -> dict[str, Any]:
    """The result as an object of JSON."""
    return {
        "dockerscaffold": __version__,
        "name": result.answers.name,
        "services": [
            {
                "name": recipe.service,
                "directory": recipe.directory,
                "answers": {
                    key: {"value": found.value, "source": found.source}
                    for key, found in result.sources[recipe.service].items()
                },
                "docker_run": list(docker_run(result.answers, recipe)),
            }
            for recipe in result.recipes
        ],
        "images": [
            {
                "name": image.name,
                "tag": image.tag,
                "digest": image.digest,
                "platforms": list(image.platforms),
                "source": image.source,
                "date": image.date,
            }
            for image in result.images
        ],
        "files": [{"path": outcome.path, "outcome": outcome.what} for outcome in result.outcomes],
        "missing": list(result.missing),
        "notes": list(result.notes),
    }
