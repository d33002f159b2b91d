from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import language
from scaffold.command import Command
from scaffold.errors import ScaffoldError
from scaffold.facts import Found, Range
from scaffold.languages import go, node, python
from scaffold.model import Image, Port, Service
from scaffold.project import Project
from scaffold.questions import LANGUAGES, TIERS


def service(start: str) -> Service:
    return Service("web", ".", "node", "24", "slim", "npm", "", start, (Port(3000),), "tcp")


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_is_whole(name: str) -> None:
    module = language.load(name)
    assert name == module.NAME
    assert module.TITLE and 1024 <= module.PORT < 65536
    assert {row.name for row in module.TIERS} == set(TIERS)
    for row in module.TIERS:
        assert row.shell is (row.name in ("slim", "alpine"))
        assert row.account is row.shell
        assert (row.runtime is None) is (row.name == "scratch")
        assert row.carried or row.runtime


@pytest.mark.parametrize(
    ("files", "name", "source"),
    [
        ("package.json", "node", "package.json"),
        ("go.mod", "go", "go.mod"),
        ("requirements.txt", "python", "requirements.txt"),
        ("uv.lock pyproject.toml", "python", "uv.lock"),
    ],
)
def test_detect(tmp_path: Path, files: str, name: str, source: str) -> None:
    text = {
        "package.json": "{}",
        "go.mod": "module example.com/a\n",
        "uv.lock": '[[package]]\nname = "a"\nsource = { virtual = "." }\n',
    }
    for file in files.split():
        (tmp_path / file).write_text(text.get(file, ""))
    assert language.detect(Project(tmp_path), "").language == Found(name, source)


@pytest.mark.parametrize("name", LANGUAGES)
def test_detect_in_an_empty_directory(tmp_path: Path, name: str) -> None:
    facts = language.detect(Project(tmp_path), name)
    assert facts.language == Found(name, "--language")
    assert facts.name == Found(tmp_path.name, "directory")
    assert facts.missing and facts.manifests
    assert not facts.unknown
    assert {"packages", "start"} == set(facts.answers)


def test_detect_finds_no_language(tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    with pytest.raises(ScaffoldError) as caught:
        language.detect(Project(tmp_path), "")
    assert caught.value.fact == (
        "No language found: there is none of package.json, go.mod, requirements.txt, pyproject.toml, uv.lock, setup.py."
    )
    assert caught.value.remedy == "Say which it will be: --language node, --language go, --language python."


def test_detect_finds_two_languages(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"main": "a.js"}')
    (tmp_path / "requirements.txt").touch()
    with pytest.raises(ScaffoldError) as caught:
        language.detect(Project(tmp_path), "")
    assert caught.value.fact == "Several languages found: Node (package.json), Python (requirements.txt)."
    assert caught.value.remedy == "Say which: --language node, --language python."
    assert language.detect(Project(tmp_path), "node").language.value == "node"


@pytest.mark.parametrize("manifest", ["package.json", "go.mod", "requirements.txt"])
def test_detect_names_what_is_wrong_with_a_manifest(tmp_path: Path, manifest: str) -> None:
    (tmp_path / manifest).symlink_to(manifest)
    with pytest.raises(ScaffoldError, match=f"^{manifest} cannot be read: Too many levels of symbolic links"):
        language.detect(Project(tmp_path), "")


@pytest.mark.parametrize(
    ("module", "tier", "version", "builder", "runtime"),
    [
        (node, "distroless", "24", "library/node {}-trixie-slim 24", "distroless/nodejs24-debian13 nonroot"),
        (node, "distroless", "22.1.0", "library/node {}-trixie-slim 22.1.0", "distroless/nodejs22-debian13 nonroot"),
        (node, "slim", "24", "library/node {}-trixie-slim 24", "library/node {}-trixie-slim 24"),
        (node, "alpine", "24", "library/node {}-alpine{alpine} 24", "library/node {}-alpine{alpine} 24"),
        (node, "scratch", "24", "library/node {}-trixie-slim 24", ""),
        (python, "distroless", "3.13", "library/python {}-slim-trixie 3.13", "distroless/python3-debian13 nonroot"),
        (python, "distroless", "3.13.1", "library/python {}-slim-trixie 3.13.1", "distroless/python3-debian13 nonroot"),
        (python, "distroless", "3.14", "library/python {}-slim-trixie 3.14", "distroless/cc-debian13 nonroot"),
        (python, "slim", "3.14", "library/python {}-slim-trixie 3.14", "library/python {}-slim-trixie 3.14"),
        (python, "alpine", "3.14", "library/python {}-alpine{alpine} 3.14", "library/python {}-alpine{alpine} 3.14"),
        (python, "scratch", "3.13", "library/python {}-slim-trixie 3.13", ""),
        (go, "distroless", "1.27", "library/golang {}-trixie 1.27", "distroless/static-debian13 nonroot"),
        (go, "slim", "1.27", "library/golang {}-trixie 1.27", "library/debian trixie-{}-slim"),
        (go, "alpine", "1.27", "library/golang {}-alpine{alpine} 1.27", "library/alpine {} {alpine}"),
        (go, "scratch", "1.27", "library/golang {}-trixie 1.27", ""),
    ],
)
def test_tier(module: language.Language, tier: str, version: str, builder: str, runtime: str) -> None:
    def shown(image: Image | None) -> str:
        return f"{image.repository} {image.tag} {image.line}".strip() if image else ""

    row = language.tier(module, tier, version)
    assert (shown(row.builder), shown(row.runtime)) == (builder, runtime)


@pytest.mark.parametrize(
    ("name", "version", "line"),
    [
        ("node", "24", "24"),
        ("node", "24.19.0", "24"),
        ("node", "20", "20"),
        ("python", "3.10.4", "3.10"),
        ("node", "2", None),
        ("node", "240", None),
        ("python", "3.1", None),
        ("python", "3.14.2", "3.14"),
        ("go", "1.27.3", "1.27"),
        ("go", "", None),
    ],
)
def test_line_of(name: str, version: str, line: str | None) -> None:
    assert language.line_of(name, version) == line


@pytest.mark.parametrize(("accepted", "line"), [("22 24 26", "24"), ("22 26", "26"), ("22", "22"), ("", None)], ids=str)
def test_newest(accepted: str, line: str | None) -> None:
    assert language.newest("node", lambda one: one in accepted.split()) == line


@pytest.mark.usefixtures("in_2026")
def test_newest_of_lines_that_ended() -> None:
    assert language.newest("node", lambda line: line in ("20", "25")) == "25"
    assert language.newest("node", lambda line: line in ("20", "22", "25")) == "22"


def test_what_the_version_must_be_within() -> None:
    wanted = Range("go", "1.27.3", "go.mod:3 go")
    row = language.tier(go, "alpine", "1.27", wanted)
    assert row.builder.within == wanted
    assert row.runtime and row.runtime.within is None
    row = language.tier(node, "slim", "24", wanted)
    assert row.runtime and row.runtime.within == row.builder.within == wanted
    assert language.tier(go, "slim", "1.27").builder.within is None


def test_on_debian() -> None:
    image = language.on_debian(Image("gcr.io", "distroless/cc-debian{debian_number}", "{debian}-{}-slim"))
    assert (image.repository, image.tag) == ("distroless/cc-debian13", "trixie-{}-slim")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("v24.19.0", ">=24.19.0"),
        ("24.19", ">=24.19"),
        ("# ours\n20.1.0\n", ">=20.1.0"),
        ("24", None),
        ("v24", None),
        ("lts/krypton", None),
        ("99.1.0", None),
        ("24.x", None),
        (None, None),
    ],
)
def test_least(tmp_path: Path, text: str | None, wanted: str | None) -> None:
    if text is not None:
        (tmp_path / ".nvmrc").write_text(text)
    found = language.least("node", "npm", Project(tmp_path), ".nvmrc")
    assert found == (Range("npm", wanted, ".nvmrc") if wanted else None)


@pytest.mark.parametrize(("text", "wanted"), [("3.13", None), ("3.13.4", ">=3.13.4")])
def test_least_of_a_line_of_two_numbers(tmp_path: Path, text: str, wanted: str | None) -> None:
    (tmp_path / ".python-version").write_text(text)
    found = language.least("python", "pep440", Project(tmp_path), ".python-version")
    assert found == (Range("pep440", wanted, ".python-version") if wanted else None)


def test_least_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".nvmrc").mkdir()
    assert language.least("node", "npm", Project(tmp_path), ".nvmrc") is None


def test_sought() -> None:
    def fail() -> Found:
        raise ScaffoldError("It is not known.")

    answers, unknown = language.sought(a=lambda: Found("1", "file"), b=lambda: None, c=fail)
    assert answers == {"a": Found("1", "file")}
    assert {key: error.fact for key, error in unknown.items()} == {"c": "It is not known."}


@pytest.mark.usefixtures("in_2026")
def test_wish() -> None:
    assert language.wish("node", Found("v24.1", ".nvmrc"), "24") == Found("24", ".nvmrc")
    with pytest.raises(ScaffoldError) as caught:
        language.wish("node", Found(">=99", "package.json engines"), None)
    assert caught.value.fact == (
        "This project asks for Node >=99 (package.json engines), which no supported line meets (22, 24, 26)."
    )
    assert caught.value.remedy == "Say --version 24, or change package.json."


@pytest.mark.parametrize("tier", TIERS)
def test_start(tier: str) -> None:
    row = language.tier(node, tier, "24")
    assert language.start(service("node a.js"), row) == Command(("node", "a.js"))
    if row.shell:
        assert language.start(service("cd a && node a.js"), row).shell == "cd"
        return
    with pytest.raises(ScaffoldError) as caught:
        language.start(service("a.sh && node a.js"), row)
    assert caught.value.fact == f"{tier} has no shell, and the start command needs one for '&&': a.sh && node a.js"
    assert "--tier slim" in caught.value.remedy


def test_shelled() -> None:
    assert language.shelled(service("cd a && node a.js")) == ("/bin/sh", "-c", "cd a && node a.js")


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_listed(words: list[str], text: str) -> None:
    assert language.listed(words) == text


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        (["server/go.mod"], "go"),
        (["server/go.mod", "web/package.json"], ""),
        (["web/package.json"], ""),
        (["examples/a/go.mod"], ""),
    ],
)
def test_a_module_of_go_in_a_folder(tmp_path: Path, files: list[str], shown: str) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).touch()
    if shown:
        assert language.shown(Project(tmp_path)).value == shown
    else:
        with pytest.raises(ScaffoldError, match=r"^No language found"):
            language.shown(Project(tmp_path))
