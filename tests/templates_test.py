"""The templates' law: they print, loop, include and leave out; they decide nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes

from scaffold import render
from scaffold.questions import LANGUAGES, TIERS

TOP = render.templates()
TEMPLATES = sorted(path.relative_to(TOP).as_posix() for path in TOP.rglob("*") if path.is_file())

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Include,
    nodes.Name,
    nodes.Getattr,
    nodes.Filter,
    nodes.Const,
)
"""All else is refused: Compare, And, Or, Not, Assign, Macro, Call, CondExpr, Test, Add, Concat, Getitem, ..."""

REASONS = frozenset((*TIERS, *LANGUAGES, "npm", "pip", "uv", "pnpm", "yarn", "poetry", "debian", "musl", "glibc"))
"""Words that an expression would name if it decided something; `uv_python` is a value's own name."""

VALUES = frozenset({"uv_python"})


def findings(text: str) -> Iterator[str]:
    """What a template does that none may."""
    tree = Environment(trim_blocks=True, lstrip_blocks=True).parse(text)
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, ALLOWED):
            yield type(node).__name__
        elif isinstance(node, nodes.Filter) and (node.name not in render.FILTERS or node.args or node.kwargs):
            yield f"filter {node.name}"
        elif isinstance(node, nodes.If) and (node.elif_ or not isinstance(node.test, (nodes.Name, nodes.Getattr))):
            yield "condition"
        elif isinstance(node, nodes.For) and (node.test or node.recursive or node.else_):
            yield "loop"
        elif isinstance(node, nodes.Include) and not isinstance(node.template, nodes.Const):
            yield "include"
    for line in text.splitlines():
        if "{%" in line and not re.fullmatch(r"\{% [^%]* %\}", line):
            yield "tag in a line"
        if re.search(r"\{#|\{[{%][-+]|[-+][}%]\}", line):
            yield "comment or trim mark"
    for expression in re.findall(r"\{\{(.*?)\}\}|\{%(.*?)%\}", text):
        words = set(re.findall(r"[a-z_]+", re.sub(r'"[^"]*"', "", "".join(expression)))) - VALUES
        if words & REASONS or any(part in REASONS for word in words for part in word.split("_")):
            yield "reason"


@pytest.mark.parametrize("path", TEMPLATES)
def test_every_template_keeps_the_law(path: str) -> None:
    assert path.endswith(".j2")
    assert [*findings((TOP / path).read_text(encoding="utf-8"))] == []


def test_all_are_seen_and_used() -> None:
    assert {f"{name}/Dockerfile.j2" for name in LANGUAGES} | {"compose.yaml.j2"} <= set(TEMPLATES)
    texts = {path: (TOP / path).read_text(encoding="utf-8") for path in TEMPLATES}
    included = {name for text in texts.values() for name in re.findall(r'include "([^"]*)"', text)}
    rendered = {path for path in TEMPLATES if path.endswith("Dockerfile.j2") or "/" not in path}
    assert included | rendered == set(TEMPLATES)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("{% if recipe.tier == 1 %}\n{% endif %}\n", "Compare"),
        ("{% if recipe.port > 1 %}\n{% endif %}\n", "Compare"),
        ("{% if recipe.a and recipe.b %}\n{% endif %}\n", "And"),
        ("{% if recipe.a or recipe.b %}\n{% endif %}\n", "Or"),
        ("{% if not recipe.a %}\n{% endif %}\n", "Not"),
        ("{% if recipe.a is defined %}\n{% endif %}\n", "Test"),
        ("{% if recipe.a %}\n{% elif recipe.b %}\n{% endif %}\n", "condition"),
        ("{% if recipe.a | exec %}\n{% endif %}\n", "condition"),
        ("{% set a = recipe.a %}\n", "Assign"),
        ("{% set a %}\n{% endset %}\n", "AssignBlock"),
        ("{% macro a() %}\n{% endmacro %}\n", "Macro"),
        ("{% block a %}\n{% endblock %}\n", "Block"),
        ("{% with a = 1 %}\n{% endwith %}\n", "With"),
        ('{% extends "a" %}\n', "Extends"),
        ('{% import "a" as b %}\n', "Import"),
        ("{% include recipe.template %}\n", "include"),
        ("{% for a in recipe.b if a %}\n{% endfor %}\n", "loop"),
        ("{% for a in recipe.b %}\n{% else %}\nb\n{% endfor %}\n", "loop"),
        ("{{ recipe.a() }}\n", "Call"),
        ("{{ 'x' if recipe.a }}\n", "CondExpr"),
        ("{{ recipe.a + 1 }}\n", "Add"),
        ("{{ recipe.a ~ recipe.b }}\n", "Concat"),
        ("{{ recipe.a % recipe.b }}\n", "Mod"),
        ("{{ recipe.a[0] }}\n", "Getitem"),
        ("{{ [recipe.a] }}\n", "List"),
        ("{{ recipe.a | join(' ') }}\n", "filter join"),
        ("{{ recipe.a | default }}\n", "filter default"),
        ("{{ recipe.a | words(1) }}\n", "filter words"),
        ("a {% if recipe.a %}\n{% endif %}\n", "tag in a line"),
        ("  {% if recipe.a %}\n{% endif %}\n", "tag in a line"),
        ("{% if recipe.a %}b{% endif %}\n", "tag in a line"),
        ("{%- if recipe.a %}\n{% endif %}\n", "comment or trim mark"),
        ("{# why #}\n", "comment or trim mark"),
        ("{% if recipe.distroless %}\n{% endif %}\n", "reason"),
        ("{{ recipe.npm_cache }}\n", "reason"),
        ("{% if recipe.is_python %}\n{% endif %}\n", "reason"),
    ],
)
def test_a_planted_violation_is_found(text: str, finding: str) -> None:
    assert finding in set(findings(text))


def test_the_law_allows_what_templates_need() -> None:
    text = '{% include "python/carried.j2" %}\n{% for a in recipe.b %}\nRUN {{ a | exec }}\n{% endfor %}\n'
    assert [*findings(f"{text}{{% if recipe.a %}}\nnpm ci {{{{ recipe.values.x }}}}\n{{% endif %}}\n")] == []
