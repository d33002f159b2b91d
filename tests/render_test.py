from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from scaffold import render
from scaffold.model import Image, Run
from tests.generated import PROJECTS, generate, service, write


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("image", None, "scratch"),
        ("image", Image("docker.io", "library/node", "24", digest="sha256:0"), "node:24@sha256:0"),
        ("words", ("a", "b"), "a b"),
        ("exec", ("a", "b c", 'd"é\\'), '["a", "b c", "d\\"é\\\\"]'),
        ("quoted", "a\r\n\t", '"a\\r\\n\\t"'),
        ("run", Run(("a", "b")), "a \\\n && b"),
        ("run", Run(("a",), ("type=cache", "x")), "--mount=type=cache \\\n    --mount=x \\\n    a"),
        ("variables", (("A", "1"), ("B", "2")), "A=1 \\\n    B=2"),
    ],
)
def test_filters(name: str, value: object, printed: str) -> None:
    assert render.FILTERS[name](value) == printed  # type: ignore[operator]


@pytest.mark.parametrize(
    "word",
    [
        "/usr/bin/node",
        "-e",
        "a: b",
        "# c",
        "no",
        "1",
        "'",
        '"',
        "a $b ${c} $$",
        "é",
        "{x}",
        "x " * 80,
        "y" * 150,
        "",
        "*",
    ],
)
def test_yaml_reads_a_word_as_it_was(word: str) -> None:
    """As Compose does, for which `$$` is a dollar."""
    text = f"list:\n        - {render.FILTERS['yaml'](word)}\n"  # type: ignore[operator]
    assert yaml.safe_load(text)["list"][0].replace("$$", "$").rstrip() == word.rstrip()


def test_templates_are_sandboxed_and_strict() -> None:
    made = render.environment()
    with pytest.raises(UndefinedError):
        made.from_string("{{ nothing }}").render()
    with pytest.raises(SecurityError):
        made.from_string("{{ ''.__class__.__mro__ }}").render()


def test_paths(tmp_path: Path) -> None:
    for folder in (".", "api"):
        write(tmp_path / folder, PROJECTS["go"])
    services = (service("go", "scratch"), service("go", "slim", name="api", directory="api"))
    files, _, _ = generate(tmp_path, services)
    assert [*files] == [
        "Dockerfile",
        ".dockerignore",
        "api/Dockerfile",
        "api/.dockerignore",
        "compose.yaml",
        ".github/dependabot.yml",
    ]
    for text in files.values():
        assert text.endswith("\n") and not text.endswith("\n\n")
        assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("workflows", [True, False])
def test_workflows_are_watched_where_they_are(workflows: bool, tmp_path: Path) -> None:
    files, _, _ = generate(write(tmp_path, PROJECTS["go"]), (service("go", "slim"),), workflows=workflows)
    updates = yaml.safe_load(files[".github/dependabot.yml"])["updates"]
    assert [update["package-ecosystem"] for update in updates] == ["docker", "github-actions"][: 1 + workflows]


def compiled(cache: Path) -> dict[Path, bytes]:
    """What is kept of templates."""
    return {file: file.read_bytes() for file in cache.glob("dockerscaffold/*.jinja")}


def printed() -> str:
    """What a template of the tool says, in a new environment."""
    return render.environment().get_template("dependabot.yml.j2").render(recipes=[], workflows=True)


def test_templates_are_compiled_once(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, kept = printed(), compiled(own_home / ".cache")
    assert kept
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_: pytest.fail("compiled again"))
    assert printed() == text


@pytest.mark.parametrize("how", [lambda code: b"", lambda code: code[:-9], lambda code: code[:60] + b"x" + code[61:]])
def test_what_is_damaged_is_compiled_again(own_home: Path, how: Callable[[bytes], bytes]) -> None:
    text, kept = printed(), compiled(own_home / ".cache")
    for file, code in kept.items():
        file.write_bytes(how(code))
    assert printed() == text and compiled(own_home / ".cache") == kept


def test_what_another_version_kept_is_compiled_again(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, kept = printed(), compiled(own_home / ".cache")
    monkeypatch.setattr(render, "__version__", "0")
    assert printed() == text
    changed = compiled(own_home / ".cache")
    assert changed.keys() == kept.keys() and changed != kept


def test_without_a_cache_templates_are_compiled_each_time(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed()
    monkeypatch.setattr("scaffold.folders.cache", lambda: None)
    assert printed() == text
    monkeypatch.setattr("scaffold.folders.cache", lambda: own_home / "file")
    (own_home / "file").touch()
    assert printed() == text
