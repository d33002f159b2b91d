from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from scaffold import settings
from scaffold.errors import ScaffoldError
from scaffold.layers import ENVIRONMENT, Layer
from scaffold.questions import QUESTIONS
from scaffold.tables import Table

MIRROR = "docker.io=127.0.0.1:5000/docker.io"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": ""}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": " ,, ", "DOCKERSCAFFOLD_ALLOW_EOL": " "}, {}),
        ({"REGISTRY_MIRROR": MIRROR, "OTHER_TIER": "1"}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": MIRROR}, {"registry-mirror": (MIRROR,)}),
        (
            {"DOCKERSCAFFOLD_REGISTRY_MIRROR": f"{MIRROR}, gcr.io=g.example.com "},
            {"registry-mirror": (MIRROR, "gcr.io=g.example.com")},
        ),
        ({"DOCKERSCAFFOLD_PLATFORM": "linux/amd64 linux/arm64/v8"}, {"platform": ("linux/amd64", "linux/arm64")}),
        ({"DOCKERSCAFFOLD_MIRROR_FALLBACK": "1"}, {"mirror-fallback": "true"}),
        ({"DOCKERSCAFFOLD_ALLOW_EOL": "No"}, {"allow-eol": "false"}),
        ({"DOCKERSCAFFOLD_TIER": "slim", "DOCKERSCAFFOLD_NAME": "a"}, {"tier": "slim", "name": "a"}),
        ({"DOCKERSCAFFOLD_PORT": "80, 53/udp\n"}, {"port": ("80", "53/udp")}),
        ({"DOCKERSCAFFOLD_PORT": "\n 80,,81 "}, {"port": ("80", "81")}),
        ({"DOCKERSCAFFOLD_PORT": " , "}, {}),
        ({"DOCKERSCAFFOLD_BUILD": ""}, {}),
        ({"DOCKERSCAFFOLD_START": "node a.js, b"}, {"start": "node a.js, b"}),
        ({"DOCKERSCAFFOLD_DEBUG": "1"}, {}),
    ],
)
def test_from_environment(variables: dict[str, str], found: dict[str, Any]) -> None:
    assert settings.from_environment(variables) == Layer(ENVIRONMENT, found)


def test_every_question_has_a_variable() -> None:
    good = {"name": "a", "language": "go", "version": "24", "tier": "slim", "packages": "uv", "start": "x"}
    good |= {"registry-mirror": MIRROR, "platform": "linux/amd64", "health-path": "/", "port": "80", "build": "x"}
    good |= {"env": "A=b", "writable": "/app/data", "tmpfs": "/app/cache"}
    for question in QUESTIONS:
        value = good.get(question.key, "true")
        expected = (value,) if question.several else value
        assert settings.from_environment({question.variable: value}).every == {question.key: expected}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRY_MIRROR", "docker.io"),
        ("PLATFORM", "amd64"),
        ("ALLOW_EOL", "perhaps"),
        ("MIRROR_FALLBACK", "2"),
        ("TIER", "slimm"),
        ("NAME", "My Shop"),
        ("VERSION", "latest"),
        ("PORT", "80;81"),
        ("BUILD", "\udcff"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(name: str, value: str) -> None:
    with pytest.raises(ScaffoldError, match=f"^DOCKERSCAFFOLD_{name}: ") as caught:
        settings.from_environment({f"DOCKERSCAFFOLD_{name}": value})
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("DOCKERSCAFFOLD_TEIR", "Did you mean DOCKERSCAFFOLD_TIER? Known: "),
        ("DOCKERSCAFFOLD_PORTS", "Did you mean DOCKERSCAFFOLD_PORT? Known: "),
        ("DOCKERSCAFFOLD_", "Known: DOCKERSCAFFOLD_NAME, "),
        ("DOCKERSCAFFOLD_ZZZ", "Known: DOCKERSCAFFOLD_NAME, "),
        ("DOCKERSCAFFOLD_tier", "Did you mean DOCKERSCAFFOLD_TIER? Known: "),
    ],
)
@pytest.mark.parametrize("value", ["", "slim"])
def test_a_variable_that_answers_no_question(name: str, value: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        settings.from_environment({"DOCKERSCAFFOLD_TIER": "slim", name: value})
    assert caught.value.fact == f"{name!r} is no variable of dockerscaffold." and caught.value.code == 2
    assert caught.value.remedy.startswith(remedy)


@pytest.fixture
def own_file(own_home: Path) -> Path:
    folder = own_home / ".config" / "dockerscaffold"
    folder.mkdir()
    return folder / "config.toml"


def test_from_user(own_file: Path) -> None:
    assert settings.from_user() == Layer("", {})
    own_file.write_text(f'registry-mirror = ["{MIRROR}"]\nplatform = "linux/amd64"\nallow-eol = true\ntier = "slim"\n')
    assert settings.from_user() == Layer(
        "~/.config/dockerscaffold/config.toml",
        {"registry-mirror": (MIRROR,), "platform": ("linux/amd64",), "allow-eol": "true", "tier": "slim"},
    )


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scaffold.folders.config", lambda: None)
    assert settings.from_user() == Layer("", {})


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.key for question in QUESTIONS])
def test_what_the_users_file_may_answer(question: Any, own_file: Path) -> None:
    own = ("name", "language", "version", "packages", "build", "start", "env", "writable", "tmpfs")
    assert question.personal == (question.key not in own)
    if not question.personal:
        own_file.write_text(f'{question.key} = "x"\n')
        with pytest.raises(ScaffoldError, match=f"'{question.key}' is no key at ~/.config/dockerscaffold/config.toml"):
            settings.from_user()


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("registry-mirrors = []", "'registry-mirrors' is no key at", "Did you mean registry-mirror"),
        ('version = "24"', "'version' is no key at", "Known: tier, port, health-path"),
        ("[service.web]", "'service' is no key at", "Known: tier"),
        ('registry-mirror = ["docker.io"]', "registry-mirror at .*config.toml: 'docker.io' is not a registry's", "REG"),
        ("allow-eol = 1.5", "allow-eol at .* is no text", "allow-eol"),
        ("allow-eol = ", "is not TOML", "move it away"),
        ("x = " + "[" * 5000, "is not TOML", "move it away"),
    ],
)
def test_a_bad_file_of_the_user(text: str, fact: str, remedy: str, own_file: Path) -> None:
    own_file.write_text(text)
    with pytest.raises(ScaffoldError, match=fact) as caught:
        settings.from_user()
    assert "~/.config/dockerscaffold/config.toml" in caught.value.fact and remedy in caught.value.remedy


def test_a_file_of_the_user_that_is_no_text(own_file: Path) -> None:
    own_file.write_bytes(b"\xff")
    with pytest.raises(ScaffoldError, match="is not UTF-8"):
        settings.from_user()
    own_file.unlink()
    own_file.mkdir()
    with pytest.raises(ScaffoldError, match="cannot be read"):
        settings.from_user()


CONTENT: dict[str, Any] = {"tier": "slim", "port": [80, "53/udp"], "service": {"web": {"directory": "a", "build": ""}}}
TOML = 'tier = "slim"\nport = [80, "53/udp"]\n\n[service.web]\ndirectory = "a"\nbuild = ""\n'


def table(source: str) -> Table:
    return Table(Layer(source, {"tier": "slim", "port": ("80", "53/udp")}, {"web": {"build": ""}}), {"web": "a"})


@pytest.mark.parametrize("text", [TOML, json.dumps(CONTENT), "\n  " + json.dumps(CONTENT, indent=2), "\ufeff" + TOML])
@pytest.mark.parametrize("name", ["answers.toml", "answers", "{key}.json", "-"])
def test_from_answers(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "-":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    else:
        Path(name).write_text(text)
    assert settings.from_answers(name) == table("standard input" if name == "-" else name)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "{}"])
def test_an_answers_file_that_says_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answers"
    path.write_text(text)
    assert settings.from_answers(str(path)) == Table(Layer(str(path), {}), {})


DEEP = 100_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"tier = ", "is not TOML"),
        (b"tier: slim", "is not TOML"),
        (b"x = " + b"[" * DEEP, "is not TOML"),
        (b"{", "is not JSON"),
        (b'{"x": ' + b"[" * DEEP, "is not JSON"),
        (b'{"version": ' + b"1" * 5000 + b"}", "is not JSON"),
        (b'{"tier": "slim"} x', "is not JSON"),
        (b"[1, 2]", "is not TOML"),
        (b'["tier"]', "is no text"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"\0", "is not TOML"),
        (b"a" * (settings.LARGEST + 1), "has more than 1000000 bytes"),
        (b'{"teir": "slim"}', "Did you mean tier?"),
        (b'{"version": 0.1}', "version at the top of"),
        (b'{"tier": NaN}', "is no text"),
    ],
)
@pytest.mark.parametrize("piped", [False, True])
def test_a_bad_answers_file(
    content: bytes, words: str, piped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(ScaffoldError) as caught:
        settings.from_answers("-" if piped else str(tmp_path / "a"))
    assert words in f"{caught.value.fact} {caught.value.remedy}" and caught.value.code == 2
    assert ("standard input" if piped else str(tmp_path)) in caught.value.fact and caught.value.remedy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "nowhere is not there. Name another file."),
        (".", ". cannot be read (is a directory)"),
        ("a\0b", "'a\\x00b' cannot be read"),
        ("x" * 300, "cannot be read (file name too long)"),
        ("\x1b[31m", "'\\x1b[31m' is not there"),
    ],
)
def test_an_answers_file_that_cannot_be_read(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScaffoldError) as caught:
        settings.from_answers(name)
    assert words in f"{caught.value.fact} {caught.value.remedy}"


def test_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(ScaffoldError, match="Standard input is closed"):
            settings.from_answers("-")


def test_standard_input_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        with pytest.raises(ScaffoldError, match="standard input cannot be read"):
            settings.from_answers("-")
