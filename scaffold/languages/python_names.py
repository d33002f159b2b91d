"""How names, markers and tables of Python's manifests are read."""

from __future__ import annotations

import re
from typing import Any

_ELSEWHERE = re.compile(
    r"\s*\(?\s*(?:sys_platform|platform_system|os_name)\s*==\s*[\"'](?:win32|cygwin|darwin|Windows|Darwin|nt)[\"']"
    r"(?!.*\bor\b)"
)
"""A marker (PEP 508) that no Linux meets."""


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def elsewhere(marker: str) -> bool:
    """Whether no Linux meets a marker (PEP 508)."""
    return _ELSEWHERE.match(marker) is not None


def tables(value: object) -> list[dict[str, Any]]:
    """The tables of what should be a list of them."""
    return [table for table in value if isinstance(table, dict)] if isinstance(value, list) else []


def table(value: object, *keys: str) -> dict[str, Any]:
    """The table at these keys; an empty one where there is something else, or nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """The texts of what should be a list of them."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def required(text: str) -> str:
    """The normalised name of a requirement (PEP 508), or an empty string for what is none."""
    found = re.match(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)", text)
    return normal(found[1]) if found else ""
