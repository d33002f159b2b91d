from __future__ import annotations

import re

from scaffold.rules import LEVELS, RULES


def test_the_table_is_whole() -> None:
    for name, rule in RULES.items():
        assert name == rule.id and re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert rule.level in LEVELS and re.fullmatch(r"|CIS [45]\.\d+|OWASP D(0\d|10)", rule.control)
        assert rule.title and not rule.title.endswith(".") and rule.help.endswith(".") and rule.help.isascii()
