"""Says where this user's own files are; for a user without a home, as in many containers, nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

NAME = "dockerscaffold"


def home() -> Path:
    """The user's home; for one who has none, what passwd files say then, and what is not there."""
    place = Path(os.path.expanduser("~"))
    return place if place.is_absolute() else Path("/nonexistent")


def cache() -> Path | None:
    """Where what can be had again is kept: `~/.cache/dockerscaffold` on Linux; nowhere without a home that is there."""
    import platformdirs

    if not os.path.isdir(home()) and not os.environ.get("XDG_CACHE_HOME"):
        return None
    return _absolute(platformdirs.user_cache_dir)


def config() -> Path | None:
    """Where the user's settings are: `~/.config/dockerscaffold` on Linux."""
    import platformdirs

    return _absolute(platformdirs.user_config_dir)


def containers() -> Path:
    """Where Podman and its like have their settings: `~/.config/containers` (containers-auth.json(5))."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or home() / ".config") / "containers"


def shown(path: Path) -> str:
    """The path as a person writes it: `~/.config/dockerscaffold/config.toml`."""
    return f"~/{path.relative_to(home())}" if path.is_relative_to(home()) else str(path)


def _absolute(of_user: Callable[..., str]) -> Path | None:
    try:
        place = of_user(NAME, appauthor=False)
    except RuntimeError:  # of those without a home; once it was a folder of the name `~`, right here
        return None
    return Path(place) if os.path.isabs(place) else None
