"""The table of what packages need of the operating system, and what is made of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scaffold import catalogue, native
from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found
from scaffold.native import Installed

ECOSYSTEMS = ("node", "python", "go")
NAMES = ("build", "run", "always")
KEYS = {
    *(*NAMES, *(f"apk_{name}" for name in NAMES)),
    *("below", "wheels", "compiles", "files", "shell", "musl", "unless", "note", "environment", "build_environment"),
}
ROWS = [(ecosystem, name, row) for ecosystem in ECOSYSTEMS for name, row in native.table()[ecosystem].items()]


@pytest.mark.parametrize(("ecosystem", "name", "row"), ROWS, ids=[f"{one[0]}-{one[1]}" for one in ROWS])
def test_a_row_has_its_form(ecosystem: str, name: str, row: dict[str, Any]) -> None:
    assert row.keys() <= KEYS
    form = {"node": r"(@[a-z0-9-]+/)?[a-z0-9][a-z0-9._-]*", "python": r"[a-z0-9-]+", "go": r"[\w.-]+(/[\w.-]+)+"}
    assert name == native.GIT or re.fullmatch(form[ecosystem], name)
    for key in NAMES:
        assert row.get(key, []) == sorted({*row.get(key, [])})
        assert {*row.get(key, [])} <= native.table()["debian"].keys()
        assert {*row.get(f"apk_{key}", [])} <= native.table()["alpine"].keys()
    assert all(file.startswith("/") for file in row.get("files", ()))
    assert all(not str(row.get(key, "")).endswith(".") for key in ("shell", "musl", "note"))
    assert name not in native.table()["prebuilt"].get(ecosystem, ())


def test_every_version_is_used_and_has_its_form() -> None:
    used = {name for _, _, row in ROWS for key in NAMES for name in row.get(key, ())}
    assert used == native.table()["debian"].keys()
    assert all(re.fullmatch(r"(\d+:)?\d+(\.\d+)*\.?\*", one) for one in native.table()["debian"].values())
    used = {name for _, _, row in ROWS for key in NAMES for name in row.get(f"apk_{key}", ())}
    assert used == native.table()["alpine"].keys()
    assert all(re.fullmatch(r"\d+(\.\d+)*", one) for one in native.table()["alpine"].values())


def test_the_table_is_of_the_debian_that_images_are_on() -> None:
    assert native.table()["release"] == catalogue.releases("debian")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", native.table()["date"])


CASES: list[tuple[str, Installed, str, str]] = [
    ("node", Installed("bcrypt", "5.1.1"), "g++ make python3", ""),
    ("node", Installed("bcrypt", "6.0.0"), "", ""),
    ("node", Installed("sharp", "0.32.6"), "g++ libvips-dev make pkg-config python3", "libvips42t64"),
    ("node", Installed("sharp", "0.34.1"), "", ""),
    ("node", Installed("unheard-of", "1.0.0", scripts=True), "g++ make python3", ""),
    ("node", Installed("esbuild", "0.25.0", scripts=True), "", ""),
    ("node", Installed("express", "5.0.0"), "", ""),
    ("node", Installed("@prisma/client", "6.2.0"), "openssl", "libssl3t64 openssl"),
    ("node", Installed("git+"), "ca-certificates git", ""),
    ("python", Installed("psycopg2", "2.9.11"), "g++ libc6-dev libpq-dev", "libpq5"),
    ("python", Installed("psycopg2", "2.9.11", compiled=False), "", ""),
    ("python", Installed("psycopg2-binary", "2.9.11"), "", ""),
    (
        "python",
        Installed("lxml", "4.0.0", compiled=True),
        "g++ libc6-dev libxml2-dev libxslt1-dev",
        "libxml2 libxslt1.1",
    ),
    ("python", Installed("lxml", "6.0.0"), "", ""),
    ("python", Installed("xmlsec", "1.3.13"), "", ""),
    ("python", Installed("unheard-of", "1", compiled=True), "g++ libc6-dev", ""),
    ("python", Installed("unheard-of", "1"), "", ""),
    ("python", Installed("python-magic", "0.4.27", compiled=False), "", "libmagic1t64"),
    ("python", Installed("psycopg", "3.2.1"), "", "libpq5"),
    ("python", Installed("git+"), "ca-certificates git", ""),
    ("go", Installed("github.com/davidbyttow/govips/v2"), "libvips-dev", "libvips42t64"),
    ("go", Installed("github.com/google/gopacket/pcap"), "libpcap-dev", "libpcap0.8t64"),
    ("go", Installed("github.com/google/gopacket"), "", ""),
    ("go", Installed("github.com/gin-gonic/gin"), "", ""),
]


@pytest.mark.parametrize(("ecosystem", "package", "build", "run"), CASES)
def test_what_a_package_needs(ecosystem: str, package: Installed, build: str, run: str) -> None:
    found = native.system(ecosystem, [package])
    asked = [native.names(found, alpine=False)]
    assert [" ".join(name.partition("=")[0] for name in names) for names in asked[0]] == [build, run]
    assert bool(found) == bool(build or run)


def test_a_package_that_brings_its_library_makes_another_need_none() -> None:
    assert native.system("python", [Installed("psycopg", "3.2.1"), Installed("psycopg-binary", "3.2.1")]) == ()


def test_of_a_package_in_two_versions_the_one_that_needs_something_counts() -> None:
    found = native.system("node", [Installed("sharp", "0.34.1"), Installed("sharp", "0.32.6"), Installed("sharp", "1")])
    assert [one.name.value for one in found] == ["sharp 0.32.6"]


def facts(**changes: Any) -> Facts:
    return Facts(Found("python", "x"), Found("shop", "x"), {}, {}, **changes)


def test_what_cannot_be_shell_less_is_on_slim_by_itself() -> None:
    found = native.with_system(facts(), "python", [Installed("weasyprint", "66.0", "requirements.txt:3")])
    assert (found.answers["tier"].value, found.answers["tier"].source) == (
        "slim",
        "weasyprint 66.0 (requirements.txt:3)",
    )
    plain = native.with_system(facts(), "python", [Installed("psycopg2", "2.9.11")])
    assert "tier" not in plain.answers and plain.system
    assert native.with_system(facts(), "python", [Installed("flask", "3.1.2")]) == facts()


def test_what_its_user_is_to_know_is_a_note() -> None:
    found = native.with_system(facts(), "python", [Installed("playwright", "1.50.0", "requirements.txt:1")])
    assert found.notes[0].startswith("playwright 1.50.0 (requirements.txt:1) drives browsers")


@pytest.mark.parametrize(
    ("ecosystem", "name", "tier", "reason"),
    [
        ("python", "weasyprint", "distroless", "distroless cannot have weasyprint (a:1): it sets pages with fonts"),
        ("python", "weasyprint", "scratch", "scratch cannot have weasyprint"),
        ("python", "psycopg", "alpine", r"psycopg\[binary\] brings its own"),
        ("go", "github.com/pebbe/zmq4", "alpine", "which packages of Alpine it needs is not known"),
        ("python", "psycopg2", "alpine", ""),
        ("python", "psycopg2", "scratch", ""),
        ("python", "weasyprint", "slim", ""),
    ],
)
def test_a_tier_that_cannot_have_a_package_is_refused(ecosystem: str, name: str, tier: str, reason: str) -> None:
    found = native.system(ecosystem, [Installed(name, "", "a:1")])
    assert found
    if not reason:
        native.check(found, tier)
        return
    with pytest.raises(ScaffoldError) as error:
        native.check(found, tier)
    assert re.search(reason.replace("(a:1)", r"\(a:1\)"), error.value.fact)
    assert error.value.remedy == "Say --tier slim."


def test_how_packages_are_installed() -> None:
    found = native.system("python", [Installed("psycopg2", "2.9.11")])
    assert native.install(native.names(found, alpine=False)[1], alpine=False) == (
        "apt-get update",
        'apt-get install -y --no-install-recommends \\\n      "libpq5=17.*"',
        "apt-get clean",
        "rm -rf /var/lib/apt/lists/*",
    )
    assert native.install(native.names(found, alpine=True)[0], alpine=True) == (
        "apk add --no-cache \\\n      'g++>=13' \\\n      'libpq-dev>=16' \\\n      'musl-dev>=1.2'",
    )
    assert native.install((), alpine=True) == ()


def test_variables_of_the_build_are_not_those_of_the_program() -> None:
    found = native.system("node", [Installed("bcrypt", "5.1.1"), Installed("puppeteer", "24.0.0")])
    assert dict(native.environment(found, build=True))["npm_config_nodedir"] == "/usr/local"
    assert dict(native.environment(found)).keys() == {
        "PUPPETEER_EXECUTABLE_PATH",
        "PUPPETEER_SKIP_CHROMIUM_DOWNLOAD",
        "PUPPETEER_SKIP_DOWNLOAD",
    }


def test_the_table_is_read_only_when_it_is_used(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = "import sys, scaffold.native; print(scaffold.native.table.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
