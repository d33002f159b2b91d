from __future__ import annotations

from scaffold.findings import LONGEST, Weakness, finding
from scaffold.rules import LEVELS, RULES


def test_a_finding_takes_from_its_rule_what_it_does_not_say() -> None:
    plain = finding("Dockerfile", Weakness("sudo", 3, "It is.", "Do not."))
    assert (plain.rule, plain.path, plain.line, plain.level) == ("sudo", "Dockerfile", 3, "warning")
    assert plain.control == RULES["sudo"].control
    said = finding("Dockerfile", Weakness("sudo", 3, "It is.", "Do not.", "error", "CIS 5.1"))
    assert (said.level, said.control) == ("error", "CIS 5.1")
    assert not said.settled_by_update
    assert finding("Dockerfile", Weakness("outdated", 3, "It is.", "", settled=True)).settled_by_update


def test_a_level_lower() -> None:
    levels = [finding("c", Weakness("sudo", 1, "", "", level), lower=True).level for level in LEVELS]
    assert levels == ["warning", "note", "note"]


def test_a_fact_shows_no_login_and_no_control_character() -> None:
    fact = finding("c", Weakness("sudo", 1, "git://me:pass@host/x \x1b[31m\udc80 \n", "")).fact
    assert fact == r"git://...@host/x \x1b[31m\udc80 \n"
    assert len(finding("c", Weakness("sudo", 1, "x" * 9_999, "")).fact) == LONGEST
