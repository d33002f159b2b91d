"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code scanners' pages read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scaffold import __version__
from scaffold.findings import RULES, Finding

if TYPE_CHECKING:
    from scaffold.checking import Checked


def log(result: Checked) -> dict[str, Any]:
    """The findings as a log with one run; those that are accepted are in it too, as suppressed."""
    found = [*((one, "") for one in result.findings), *result.accepted]
    used = list(dict.fromkeys(one.rule for one, _ in found))
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
                "originalUriBaseIds": {"PROJECT": {"description": {"text": "The directory that was checked."}}},
                "results": [_result(one, reason, used.index(one.rule)) for one, reason in found],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.help},
        "defaultConfiguration": {"level": rule.level},
        **({"properties": {"tags": [rule.control]}} if rule.control else {}),
    }


def _result(one: Finding, reason: str, rule: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": one.path, "uriBaseId": "PROJECT"}}
    if one.line:
        place["region"] = {"startLine": one.line}
    suppressed = {"suppressions": [{"kind": "external", "justification": reason}]} if reason else {}
    return {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "level": one.level,
        "message": {"text": f"{one.fact} {one.remedy}"},
        "locations": [{"physicalLocation": place}],
        **suppressed,
    }
