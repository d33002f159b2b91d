"""Which of a project's apps a stranger would mean, where nobody says it."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold import contest, language
from scaffold.apps import App
from scaffold.errors import ScaffoldError
from scaffold.project import Project


def likeliest(listed: Sequence[App]) -> App | None:
    """The one app that is wanted, or that a stranger would mean before all others; None where that is not known."""
    ranked = sorted((app for app in listed if app.ticked), key=lambda app: app.rank)
    return ranked[0] if ranked and (len(ranked) == 1 or ranked[0].rank < ranked[1].rank) else None


def alike(project: Project, listed: Sequence[App]) -> tuple[App, ...]:
    """The apps that are meant before all others, and none of these before another, in the order of their folders.

    Those that answer requests come before those that do not. None are members of a workspace, which want its root.
    """
    ranked = sorted((app for app in listed if app.ticked), key=lambda app: (app.rank, app.directory))
    first = [app for app in ranked if app.facts and app.rank == ranked[0].rank]
    weights = [contest.weight(project.folder(app.directory), app.facts) for app in first if app.facts]
    best = tuple(app for app, weight in zip(first, weights, strict=True) if weight == max(weights))
    return () if any(app.language == "node" for app in best) and _is_workspace(project) else best


def _is_workspace(project: Project) -> bool:
    try:
        return project.has("pnpm-workspace.yaml") or "workspaces" in (project.json("package.json") or {})
    except ScaffoldError:
        return False


def apart(apps: Sequence[App]) -> tuple[App, ...]:
    """The apps of which no two listen on the same port, the first before others."""
    taken, used = list[App](), set[str]()
    for app in apps:
        if used.isdisjoint(ports(app)):
            taken.append(app)
            used |= ports(app)
    return tuple(taken)


def ports(app: App) -> frozenset[str]:
    """Where an app listens: what its files say, else where apps of its language do by custom."""
    port = app.facts.answers.get("port") if app.facts else None
    said = port.value.split() if port else [str(language.load(app.language).PORT)]
    return frozenset(said) - {"none"}
