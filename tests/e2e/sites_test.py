"""What a static site's server sends, and what its container is."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from tests.e2e import stack
from tests.e2e.stack import Stack

LONG = "a { color: red }\n" * 200
MAKE = f"""\
const {{ mkdirSync, writeFileSync }} = require('node:fs')

mkdirSync('_site/assets', {{ recursive: true }})
writeFileSync('_site/index.html', '<title>home</title>')
writeFileSync('_site/about.html', '<title>about</title>')
writeFileSync('_site/404.html', '<title>nothing here</title>')
writeFileSync('_site/assets/a-0a1b2c3d.css', {json.dumps(LONG)})
"""


@pytest.fixture(scope="module", params=["single", "several"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site with one page for all paths, or with pages of its own."""
    folder: Path = tmp_path_factory.mktemp("site") / f"site-{request.param}"
    folder.mkdir()
    start = f"serve {'-s ' if request.param == 'single' else ''}_site"
    (folder / "package.json").write_text(json.dumps({"scripts": {"build": "node make.js", "start": start}}))
    (folder / "make.js").write_text(MAKE)
    made = Stack(folder, stack.generate(folder, "--tier", "distroless", "--port", "18080"))
    try:
        made.up()
        yield made
    finally:
        made.down()


def sent(site: Stack, path: str, **headers: str) -> tuple[int, Message, bytes]:
    asked = urllib.request.Request(f"http://127.0.0.1:{site.port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_pages(site: Stack) -> None:
    status, headers, body = sent(site, "/")
    assert (status, body) == (200, b"<title>home</title>")
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert sent(site, "/about")[2] == b"<title>about</title>"


def test_paths_without_a_file(site: Stack) -> None:
    status, _, body = sent(site, "/no/such/page")
    single = site.directory.name.endswith("single")
    assert (status, body) == ((200, b"<title>home</title>") if single else (404, b"<title>nothing here</title>"))


def test_compression(site: Stack) -> None:
    _, headers, body = sent(site, "/assets/a-0a1b2c3d.css", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < len(LONG) / 2


def test_nothing_but_the_site_and_its_server_is_there(site: Stack) -> None:
    names = {line.split()[-1] for line in site.listing}
    assert {"static-web-server", "healthcheck", "app/index.html"} <= names
    assert not any(name.endswith(("make.js", "package.json", "bin/sh", "bin/node")) for name in names)
