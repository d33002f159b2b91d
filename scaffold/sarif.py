"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code scanners' pages read."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scaffold import __version__
from scaffold.findings import Finding
from scaffold.rules import RULES

if TYPE_CHECKING:
    from scaffold.checking import Checked

MOVING = ("stale-pin", "end-of-life", "outdated")
"""Rules whose facts say other numbers on another day, about what is the same finding all along."""


def log(result: Checked) -> dict[str, Any]:
    """The findings as a log with one run; those that are accepted are in it too, as suppressed.

    Files are named from the directory that the program runs in, where the project is below it: a code scanner takes
    them so when that is the top of the repository.
    """
    found = sorted(
        [*((one, "") for one in result.findings), *result.accepted], key=lambda pair: (pair[0].path, pair[0].line)
    )
    used = list(dict.fromkeys(one.rule for one, _ in found))
    folder = _folder(result.directory)
    seen = Counter[str]()
    return {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dockerscaffold",
                        "version": __version__,
                        "rules": [_rule(name) for name in used],
                    }
                },
                # A later log of the same folder takes the place of this one, and of no other folder.
                "automationDetails": {"id": f"dockerscaffold/{f'{_uri(folder)}/' if folder else ''}"},
                "results": [_result(one, reason, used.index(one.rule), folder, seen) for one, reason in found],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.level},
        **({"properties": {"tags": ["security", rule.control]}} if rule.control else {}),
    }


def _result(one: Finding, reason: str, rule: int, folder: str, seen: Counter[str]) -> dict[str, Any]:
    mark = _fingerprint(one)
    seen[mark] += 1
    suppressed = {"suppressions": [{"kind": "external", "justification": reason}]} if reason else {}
    return {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": one.level,
        "message": {"text": f"{one.fact} {one.remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(posixpath.join(folder, one.path))},
                    # GitHub shows no result without a line.
                    "region": {"startLine": one.line or 1},
                }
            }
        ],
        # The only one that GitHub reads, in its form: what the finding is, and which of those alike.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
        **suppressed,
    }


def _fingerprint(one: Finding) -> str:
    """What stays the same when lines move, and from day to day."""
    fact = re.sub(r"sha256:[0-9a-f]+|\d+( places)?|one place", "", one.fact) if one.rule in MOVING else one.fact
    whole = "\0".join((one.rule, one.path, fact))
    return hashlib.sha256(whole.encode(errors="surrogateescape")).hexdigest()[:16]


def _folder(directory: str) -> str:
    """The project's folder from here, with `/` between its parts; nothing when it is not below."""
    below = os.path.relpath(os.path.realpath(directory)).replace(os.sep, "/")
    return "" if below == "." or below.startswith("..") else below


def _uri(path: str) -> str:
    return quote(path.encode(errors="surrogateescape"))
