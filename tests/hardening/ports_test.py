from __future__ import annotations

import pytest

from scaffold.hardening.ports import ports
from scaffold.hardening.yaml import Value, read


def service(text: str) -> Value:
    """The service that has these fields."""
    return read(text)


@pytest.mark.parametrize(
    ("port", "rule", "level"),
    [
        ("'127.0.0.1:80:80'", "", ""),
        ("'127.0.0.2::80'", "", ""),
        ("'[::1]:80:80/udp'", "", ""),
        ("'::1:80:80'", "", ""),
        ("'${IP:-127.0.0.1}:80:80'", "", ""),
        ("'127.0.0.1:3000-3005:3000-3005'", "", ""),
        ("{target: 80, host_ip: '::1'}", "", ""),
        ("80", "published-port", ""),
        ("'80:80'", "published-port", ""),
        ("'3000-3005:3000-3005/tcp'", "published-port", ""),
        ("'0.0.0.0:80:80'", "published-port", ""),
        ("'[::]:80:80'", "published-port", ""),
        ("'10.0.0.1:80:80'", "published-port", ""),
        ("'${IP}:80:80'", "published-port", ""),
        ("{target: 80}", "published-port", ""),
        ("{target: 80, published: 80, host_ip: 0.0.0.0}", "published-port", ""),
        ("'127.0.0.1:15432:5432'", "published-database", "warning"),
        ("'5432:5432'", "published-database", "error"),
        ("'6000-7000:6000-7000'", "published-database", "error"),
        ("{target: 27017, host_ip: 127.0.0.1}", "published-database", "warning"),
        ("'5432:80'", "published-port", ""),
        ("'127.0.0.1:5432:80'", "", ""),
    ],
)
def test_who_reaches_a_port(port: str, rule: str, level: str) -> None:
    found = [*ports(service(f"image: a\nports:\n  - {port}\n"))]
    assert [(one.rule, one.line, one.level) for one in found] == ([(rule, 3, level)] if rule else [])


@pytest.mark.parametrize(
    "image", ["postgres:18", "docker.io/library/redis@sha256:0", "example.com:5000/mysql-server:9"]
)
def test_a_database_is_known_by_its_image(image: str) -> None:
    [one] = ports(service(f"image: {image}\nports: ['127.0.0.1:9:9']\n"))
    assert (one.rule, one.level) == ("published-database", "warning")


def test_an_address_is_named() -> None:
    said = [one.fact for one in ports(service("ports: ['10.0.0.1:1:2', '3:4']"))]
    assert said == ["10.0.0.1:1:2 is open on 10.0.0.1.", "3:4 is open to the network."]


def test_the_line_of_the_long_form_is_that_of_what_is_wrong() -> None:
    [one] = ports(service("ports:\n  - target: 80\n    host_ip: 0.0.0.0\n"))
    assert one.line == 3
