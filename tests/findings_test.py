from __future__ import annotations

import re

from scaffold.findings import LEVELS, LONGEST, RULES, Weakness, finding


def test_the_table_is_whole() -> None:
    for name, rule in RULES.items():
        assert name == rule.id and re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert rule.level in LEVELS and re.fullmatch(r"|CIS [45]\.\d+|OWASP D(0\d|10)", rule.control)
        assert rule.title and not rule.title.endswith(".") and rule.help.endswith(".") and rule.help.isascii()


def test_a_finding_takes_from_its_rule_what_it_does_not_say() -> None:
    plain = finding("Dockerfile", Weakness("sudo", 3, "It is.", "Do not."))
    assert (plain.rule, plain.path, plain.line, plain.level) == ("sudo", "Dockerfile", 3, "warning")
    assert plain.control == RULES["sudo"].control
    said = finding("Dockerfile", Weakness("sudo", 3, "It is.", "Do not.", "error", "CIS 5.1"))
    assert (said.level, said.control) == ("error", "CIS 5.1")


def test_a_level_lower() -> None:
    levels = [finding("c", Weakness("sudo", 1, "", "", level), lower=True).level for level in LEVELS]
    assert levels == ["warning", "note", "note"]


def test_a_fact_shows_no_login_and_no_control_character() -> None:
    fact = finding("c", Weakness("sudo", 1, "git://me:pass@host/x \x1b[31m\udc80 \n", "")).fact
    assert fact == r"git://...@host/x \x1b[31m\udc80 \n"
    assert len(finding("c", Weakness("sudo", 1, "x" * 9_999, "")).fact) == LONGEST
