"""Rules about the ports that a service publishes, in Compose's short and long form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.findings import Weakness
from scaffold.hardening.yaml import Value, resolved

DATABASES = {
    "cassandra": 9042,
    "clickhouse": 8123,
    "couchdb": 5984,
    "elasticsearch": 9200,
    "etcd": 2379,
    "influxdb": 8086,
    "mariadb": 3306,
    "memcached": 11211,
    "mongo": 27017,
    "mssql": 1433,
    "mysql": 3306,
    "neo4j": 7687,
    "opensearch": 9200,
    "postgis": 5432,
    "postgres": 5432,
    "rabbitmq": 5672,
    "redis": 6379,
    "valkey": 6379,
}
"""How the images of databases begin, and the port of each."""

PRIVATE = "Write it as '127.0.0.1:HOST:CONTAINER'; a proxy of the same network needs no published port."


class Published(NamedTuple):
    """A port or a range of them: `address` is empty for all of the host's, `inside` the container's."""

    address: str
    inside: str
    text: str
    line: int


def ports(service: Value) -> Iterator[Weakness]:
    """What a service's ports open, to whom."""
    name = re.split("[:@]", resolved(service.word("image")).rpartition("/")[2])[0].lower()
    database = next((known for known in DATABASES if name.startswith(known)), "")
    for item in service.list("ports"):
        port = _long(item) if item.fields else _short(item)
        local = re.fullmatch(r"127(\.\d{1,3}){3}|\[?::1\]?|localhost", port.address)
        of = database or next((known for known, number in DATABASES.items() if _has(port.inside, number)), "")
        if of:
            level = "warning" if local else "error"
            fact = f"{port.text} publishes {of}" + (" on this machine." if local else " to the network.")
            remedy = "Take it out: services of the same network reach it by its name."
            yield Weakness("published-database", port.line, fact, remedy, level)
        elif not local:
            whom = (
                f"on {port.address}" if port.address.strip("[]") not in ("", "0.0.0.0", "::", "$") else "to the network"
            )
            yield Weakness("published-port", port.line, f"{port.text} is open {whom}.", PRIVATE)


def _short(item: Value) -> Published:
    """`[[address:]host:]container[/protocol]`, an address of IPv6 in brackets or without."""
    text = resolved(item.text).partition("/")[0]
    rest, _, inside = text.rpartition(":")
    bracketed = re.match(r"\[[^\]]*\]", rest)
    address = bracketed[0] if bracketed else rest.rpartition(":")[0]
    return Published(address, inside, item.text, item.line)


def _long(item: Value) -> Published:
    published, inside = item.word("published"), item.word("target")
    whole = f"{published}:{inside}" if published else inside
    where = item.at("host_ip") or item.at("published") or item.at("target") or item
    return Published(item.word("host_ip"), inside, whole, where.line)


def _has(ports: str, number: int) -> bool:
    """Whether a port or a range of ports (`3000-3005`) has a number in it."""
    first, _, last = ports.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal() or len(ports) > 11:
        return False
    return int(first) <= number <= int(last or first)
