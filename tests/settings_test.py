from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import settings
from scaffold.errors import ScaffoldError

MIRROR = "docker.io=127.0.0.1:5000/docker.io"


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": ""}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": " ,, ", "DOCKERSCAFFOLD_ALLOW_EOL": " "}, {}),
        ({"REGISTRY_MIRROR": MIRROR, "DOCKERSCAFFOLD_NONSENSE": "1"}, {}),
        ({"DOCKERSCAFFOLD_REGISTRY_MIRROR": MIRROR}, {"registry-mirror": (MIRROR,)}),
        (
            {"DOCKERSCAFFOLD_REGISTRY_MIRROR": f"{MIRROR}, gcr.io=g.example.com "},
            {"registry-mirror": (MIRROR, "gcr.io=g.example.com")},
        ),
        ({"DOCKERSCAFFOLD_PLATFORM": "linux/amd64 linux/arm64/v8"}, {"platform": ("linux/amd64", "linux/arm64")}),
        ({"DOCKERSCAFFOLD_MIRROR_FALLBACK": "1"}, {"mirror-fallback": "true"}),
        ({"DOCKERSCAFFOLD_ALLOW_EOL": "No"}, {"allow-eol": "false"}),
    ],
)
def test_from_environment(variables: dict[str, str], found: dict[str, object]) -> None:
    assert settings.from_environment(variables) == found


@pytest.mark.parametrize(
    ("name", "value"),
    [("REGISTRY_MIRROR", "docker.io"), ("PLATFORM", "amd64"), ("ALLOW_EOL", "perhaps"), ("MIRROR_FALLBACK", "2")],
)
def test_a_variable_that_does_not_fit_is_named(name: str, value: str) -> None:
    with pytest.raises(ScaffoldError, match=f"^DOCKERSCAFFOLD_{name}: ") as caught:
        settings.from_environment({f"DOCKERSCAFFOLD_{name}": value})
    assert caught.value.remedy


def test_from_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert settings.from_file(path) == {}
    path.write_text(f'registry-mirror = ["{MIRROR}"]\nplatform = "linux/amd64"\nallow-eol = true\n')
    assert settings.from_file(path) == {
        "registry-mirror": (MIRROR,),
        "platform": ("linux/amd64",),
        "allow-eol": "true",
    }


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("registry-mirrors = []", "'registry-mirrors' is no key at", "Did you mean registry-mirror"),
        ('tier = "slim"', "'tier' is no key at", "Known: "),
        ('registry-mirror = ["docker.io"]', "registry-mirror at .*config.toml: 'docker.io' is not a registry's", "REG"),
        ("allow-eol = 1.5", "allow-eol at .* is no text", "allow-eol"),
        ("allow-eol = ", "is not TOML", "move it away"),
        ("x = " + "[" * 5000, "is not TOML", "move it away"),
    ],
)
def test_a_bad_file(tmp_path: Path, text: str, fact: str, remedy: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ScaffoldError, match=fact) as caught:
        settings.from_file(path)
    assert str(path) in caught.value.fact and remedy in caught.value.remedy


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff")
    with pytest.raises(ScaffoldError, match="cannot be read"):
        settings.from_file(tmp_path / "config.toml")
    with pytest.raises(ScaffoldError, match="cannot be read"):
        settings.from_file(tmp_path)
    assert settings.from_file(tmp_path / "config.toml/below") == {}


def test_layers(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.layers() == ({}, {})
    monkeypatch.setenv("DOCKERSCAFFOLD_ALLOW_EOL", "true")
    (own_home / ".config/dockerscaffold").mkdir()
    (own_home / ".config/dockerscaffold/config.toml").write_text("mirror-fallback = true\n")
    assert settings.layers() == ({"allow-eol": "true"}, {"mirror-fallback": "true"})
