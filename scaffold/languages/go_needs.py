"""What a Go program wants of its surroundings before it starts: variables without a default, and databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scaffold.facts import Found
from scaffold.languages.go_tree import Tree, text
from scaffold.languages.go_values import Values

if TYPE_CHECKING:
    from tree_sitter import Node

ENDS = re.compile(r"\bFatal\w*\(|\bpanic\(|os\.Exit\(|errors\.New\(|Errorf\(|\.Panic\w*\(")
MUST = re.compile(r"(?i)^(?:must|require)\w*|^getRequired\w*|^mustGet\w*")

DATABASES = {
    "github.com/lib/pq": "PostgreSQL",
    "github.com/jackc/pgx": "PostgreSQL",
    "gorm.io/driver/postgres": "PostgreSQL",
    "github.com/go-sql-driver/mysql": "MySQL",
    "gorm.io/driver/mysql": "MySQL",
    "go.mongodb.org/mongo-driver": "MongoDB",
    "github.com/redis/go-redis": "Redis",
    "github.com/go-redis/redis": "Redis",
    "github.com/gomodule/redigo": "Redis",
    "github.com/segmentio/kafka-go": "Kafka",
    "github.com/IBM/sarama": "Kafka",
    "github.com/rabbitmq/amqp091-go": "RabbitMQ",
    "github.com/streadway/amqp": "RabbitMQ",
    "github.com/nats-io/nats.go": "NATS",
}
"""Servers that a program talks to, by the library that does."""


def needs(values: Values) -> tuple[Found, ...]:
    """The variables that the program ends without, each with its place."""
    found = dict[str, Found]()
    for name, place in (*_tagged(values.tree), *_read(values)):
        found.setdefault(name, Found(name, place))
    return tuple(found.values())


def notes(tree: Tree) -> Iterator[str]:
    """Says which servers the program talks to, since none of them is in its image."""
    for server in dict.fromkeys(DATABASES.values()):
        for library, known in DATABASES.items():
            if known == server and (place := tree.imports(library)):
                yield f"The program talks to {server} ({library}, {place}): have one in its reach before it starts."
                break


def flags(values: Values) -> Iterator[str]:
    """Says which flags the program ends without."""
    for call in values.tree.called("MarkFlagRequired", "MarkPersistentFlagRequired"):
        for value in values.of(call.arguments[0], call.file)[:1] if call.arguments else ():
            yield f"The program wants the flag --{value.text} ({call.place}): give it in --start."
    for call in values.tree.called("Required"):
        if named := re.search(r"\.Flag\(\s*\"([\w.-]+)\"", f".{call.on}"):
            yield f"The program wants the flag --{named[1]} ({call.place}): give it in --start."


def _tagged(tree: Tree) -> Iterator[tuple[str, str]]:
    for fields in tree.fields.values():
        for field in fields:
            env = field.tagged("env") or field.tagged("envconfig") or ""
            name, *options = env.split(",")
            required = {"required", "notEmpty"} & set(options) or (
                "true" in (field.tagged("required"), field.tagged("env-required"))
            )
            if name and required and not (field.tagged("envDefault") or field.tagged("default")):
                yield name, field.file.place(field.line)


def _read(values: Values) -> Iterator[tuple[str, str]]:
    for call in values.tree.called("Getenv", "LookupEnv"):
        if call.package != "os" or not call.arguments:
            continue
        name = next((value.text for value in values.of(call.arguments[0], call.file) if not value.knobs), None)
        if name and re.fullmatch(r"[A-Za-z_]\w*", name) and _ends_without(call.node):
            yield name, call.place
    for called, calls in values.tree.named.items():
        for call in calls if MUST.search(called) and re.search(r"(?i)env", called) else ():
            for value in values.of(call.arguments[0], call.file)[:1] if call.arguments else ():
                if value.text and re.fullmatch(r"[A-Z][A-Z0-9_]*", value.text):
                    yield value.text, call.place


def _ends_without(node: Node) -> bool:
    """Whether the statement behind, or around, a read variable ends the program when it is empty."""
    statement: Node | None = node
    while statement is not None and not statement.type.endswith(("_statement", "_declaration")):
        statement = statement.parent
        if statement is not None and statement.type == "short_var_declaration":
            break
    if statement is None:
        return False
    names = re.match(r"\s*(?:var\s+)?(\w+)(?:\s*,\s*(\w+))?", text(statement))
    around = statement.parent
    if statement.type == "if_statement" or (around is not None and around.type == "if_statement"):
        judged = statement if statement.type == "if_statement" else around
        return judged is not None and _stops(judged, names)
    return any(follows.type == "if_statement" and _stops(follows, names) for follows in _following(statement))


def _following(statement: Node) -> Iterator[Node]:
    behind = statement.next_named_sibling
    for _ in range(3):
        if behind is None:
            return
        yield behind
        behind = behind.next_named_sibling


def _stops(judged: Node, names: re.Match[str] | None) -> bool:
    condition = text(judged.child_by_field_name("condition"))
    name, other = (names[1], names[2] or names[1]) if names else ("", "")
    empty = re.search(r'== ""|len\(\w+\) == 0', condition) and (name in condition or "Getenv" in condition)
    absent = re.search(rf"!\s*{re.escape(other)}\b", condition) if other else None
    return bool((empty or absent) and ENDS.search(text(judged.child_by_field_name("consequence"))))
