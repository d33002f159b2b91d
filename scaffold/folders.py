"""Says where this user's own files are; for a user without a home, as in many containers, nowhere."""

from __future__ import annotations

import contextlib
import os
import stat
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


def keep(file: Path, content: bytes) -> None:
    """Writes a file of the cache, readable for this user alone; another process sees all of it or nothing.

    A folder that cannot be made or written to is done without.
    """
    import tempfile

    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        try:
            with open(handle, "wb") as opened:
                opened.write(content)
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise


def kept(file: Path) -> bytes:
    """What `keep` wrote as this user, as whom nobody else can write it; nothing where there is none."""
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
            status = os.fstat(opened.fileno())
            ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
            return opened.read() if ours else b""
    except OSError:
        return b""


def _absolute(of_user: Callable[..., str]) -> Path | None:
    try:
        place = of_user(NAME, appauthor=False)
    except RuntimeError:  # of those without a home; once it was a folder of the name `~`, right here
        return None
    return Path(place) if os.path.isabs(place) else None
