from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from scaffold import ignored as ignored_module
from scaffold.ignored import Ignored, plain

PATTERNS = """
# logs
*.log
!kept.log
/top
deep/*/x
any/**
space\\ d
\\#mark
\\!loud
[Bb]in/
*.py[cod]
**/cache/**/y
é*
!
//
"""

PATHS = ("a.log", "a/b.log", "kept.log", "top", "a/top", "deep/1/x", "deep/1/2/x", "any/z", "space d", "#mark", "!loud")
PATHS += ("Bin", "a.pyc", "a.py", "cache/a/b/y", "cache/y", "z/cache/y", "éa", "x\\y", "plain")


def test_as_git_does(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(PATTERNS)
    (tmp_path / ".git/info").mkdir(exist_ok=True)
    (tmp_path / ".git/info/exclude").write_text("plain\nkept.log\n")
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    ignored = Ignored(tmp_path)
    ignored.enter(".")
    asked = "\0".join(PATHS).encode()
    command = ["git", "-c", "core.excludesFile=", "check-ignore", "--stdin", "-z"]
    said = subprocess.run(command, cwd=tmp_path, input=asked, capture_output=True).stdout.decode()
    assert {path for path in PATHS if ignored.has(path, False)} == {*said.split("\0")} - {""}
    assert ignored.has("plain", False) and not ignored.has("Bin", False) and ignored.has("Bin", True)


def test_a_folder_of_a_repository_is_ruled_from_above(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "apps/web").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("*.a\n/apps/web/b\n")
    (tmp_path / "apps/.gitignore").write_text("c\n!x.a\n")
    ignored = Ignored(tmp_path / "apps/web")
    assert [path for path in ("y.a", "x.a", "b", "c", "d/b", "d/c", "e") if ignored.has(path, False)] == [
        *("y.a", "b", "c", "d/c")
    ]


def test_a_project_that_is_ignored_itself_is_not_ruled(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "try").mkdir()
    (tmp_path / ".gitignore").write_text("try/\n*.a\n")
    assert not Ignored(tmp_path / "try").has("x.a", False)


def test_what_is_tracked_is_not_ignored(tmp_path: Path) -> None:
    (tmp_path / "lib/in").mkdir(parents=True)
    (tmp_path / "lib/in/x").touch()
    (tmp_path / ".gitignore").write_text("lib/\n")
    for words in (["init", "--quiet"], ["add", "--force", "lib/in/x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    for root, above in ((tmp_path, "lib/in"), (tmp_path / "lib", "in")):
        ignored = Ignored(root)
        ignored.enter(".")
        assert not ignored.has(above, True)
        assert not ignored.has(f"{above}/x", False)
        assert ignored.has(f"{above}/y", False)


@pytest.mark.parametrize("text", ["*a" * 50 + "b\n", "**/" * 60 + "x\n", "[" * 10_000, "\\\n", "\0\n", "[z-a]\n"])
def test_hostile_patterns(tmp_path: Path, text: str) -> None:
    (tmp_path / ".gitignore").write_text(f"{text}\nlast\n")
    ignored = Ignored(tmp_path)
    ignored.enter(".")
    assert not ignored.has("a" * 255, False)
    assert ignored.has("last", False)


def test_work_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitignore").write_text("a*\n")
    monkeypatch.setattr(ignored_module, "WORK", 10)
    ignored = Ignored(tmp_path)
    ignored.enter(".")
    assert [ignored.has("aaaa", False) for _ in range(3)] == [True, True, False]


def test_files_and_patterns_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignored_module, "MOST", 3)
    monkeypatch.setattr(ignored_module, "LARGEST", 20)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / ".gitignore").write_text("1\n2\n" + "#" * 20 + "\n3\n")
    ignored = Ignored(tmp_path)
    ignored.enter("a")
    ignored.enter("b")
    assert [ignored.has(path, False) for path in ("a/1", "a/2", "a/3", "b/1", "b/2")] == [
        True,
        True,
        False,
        False,
        True,
    ]


def test_no_plain_file(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").symlink_to("/dev/zero")
    ignored = Ignored(tmp_path)
    ignored.enter(".")
    assert not ignored.has("a", False)


@pytest.mark.parametrize("name", ["a", "a.b-c_d", ".env", "*.log", "x*", "x*.y", ".", "..", "-a", "a/b", "a/.b/c-d"])
@pytest.mark.parametrize("begin", ["", "/", "!", "!/"])
@pytest.mark.parametrize("end", ["", "/"])
def test_plain_patterns_are_read_as_pathspec_does(begin: str, name: str, end: str) -> None:
    made = GitIgnoreSpecPattern(f"{begin}{name}{end}")
    assert made.regex is not None
    assert plain(f"{begin}{name}{end}") == (made.regex.pattern, made.include)


@pytest.mark.parametrize(
    "line", ["*", "**/a", "a/*.x", "[ab]", "a b", "a\\b", "a?", "a//b", "a*b*", "\u00e9", "!", "/"]
)
def test_other_patterns_are_left_to_pathspec(line: str) -> None:
    assert plain(line) is None
