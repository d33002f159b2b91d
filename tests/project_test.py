from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaffold import project as project_module
from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.project import LARGEST, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A folder that anyone may enter; the test runs as somebody whom modes stop, as they do not stop root."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        user = os.geteuid()
        if user == 0:
            os.chown(folder, 65534, -1)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            os.seteuid(user)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(ScaffoldError) as caught:
        act()
    return f"{caught.value.fact} | {caught.value.remedy}"


def test_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "link").symlink_to("inner")
    monkeypatch.chdir(tmp_path)
    assert Project.open(".").root == tmp_path.resolve()
    assert Project.open("link").name() == Found("inner", "directory")
    assert Project.open(".").folder("inner").root == tmp_path.resolve() / "inner"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "The name of the directory is empty. | Name it, or leave it out for this one."),
        ("file", "file is not a directory. | Name the directory of a project."),
        ("nothing", "'nothing' cannot be read: No such file or directory. | Name a directory that you can read."),
        ("loop", "'loop' cannot be read: "),
        ("a\0b", "'a\\x00b' cannot be read: "),
        ("x" * 5000, "cannot be read: File name too long."),
    ],
)
def test_open_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path)
    assert error in refusal(lambda: Project.open(name))


def test_open_refuses_what_is_unreadable(stranger: Path) -> None:
    closed = stranger / "closed"
    closed.mkdir(mode=0)
    assert "cannot be read: Permission denied." in refusal(lambda: Project.open(str(closed)))


def test_a_folder_that_is_gone_is_named_as_the_answers_have_it(tmp_path: Path) -> None:
    said = refusal(lambda: Project.open(str(tmp_path)).folder("api/web"))
    assert said.startswith("There is no folder 'api/web' in the project. | Mend the directory of its service")


@pytest.mark.parametrize("path", ["..", "/", "out"])
def test_folder_stays_inside(tmp_path: Path, path: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/out").symlink_to(tmp_path)
    project = Project.open(str(tmp_path / "shop"))
    assert refusal(lambda: project.folder(path)) == f"{path} leads out of the project. | Name a folder in it."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\nb", "a\nb"),
        (b"", ""),
        (b"\xef\xbb\xbfa", "a"),
        (b"a\r\n", "a\r\n"),
        ("ä".encode(), "ä"),
        (b"x" * LARGEST, "x" * LARGEST),
    ],
    ids=["plain", "empty", "BOM", "CRLF", "UTF-8", "as large as may be"],
)
def test_text(project: Project, content: bytes, text: str) -> None:
    (project.root / "file").write_bytes(content)
    assert project.text("file") == text


def test_text_of_nothing(project: Project) -> None:
    assert project.text("file") is None
    assert project.text("no/file") is None
    assert not project.has("file")
    assert not project.shows("file")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"a\nb\xff", "file:2 is not UTF-8 text. | Save the file as UTF-8."),
        (b"\xff\xfea", "file:1 is not UTF-8 text. | Save the file as UTF-8."),
        (b"x" * 10_000_000, "file is too large to be read: 10 MB. | Make it smaller than 1 MB."),
    ],
    ids=["Latin", "half of UTF-16", "10 MB"],
)
def test_text_refuses(project: Project, content: bytes, error: str) -> None:
    (project.root / "file").write_bytes(content)
    assert refusal(lambda: project.text("file")) == error


def test_text_that_powershell_wrote(project: Project) -> None:
    for name in ("requirements.txt", "package.json"):
        (project.root / name).write_bytes("a\u00e9\r\n".encode("utf-16"))
    assert project.text("requirements.txt") == "a\u00e9\r\n"
    # npm, uv and go read no UTF-16: what they would fail on is refused.
    assert (
        refusal(lambda: project.text("package.json")) == "package.json:1 is not UTF-8 text. | Save the file as UTF-8."
    )


def test_names(project: Project) -> None:
    for name in ("b", "a", ".hidden"):
        (project.root / name).mkdir()
    (project.root / "c").write_text("")
    (project.root / "d").symlink_to("a")
    assert project.names() == ["a", "b"]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda path: path.mkdir(), "file is not a file. | Remove it, or replace it by a file."),
        (os.mkfifo, "file is not a file. | Remove it"),
        (lambda path: path.symlink_to("file"), "file cannot be read: Too many levels of symbolic links. | Mend"),
        (lambda path: path.symlink_to("none"), "file is a link that leads nowhere. | Mend the link, or remove it."),
        (lambda path: path.symlink_to("/dev/zero"), "file is not a file. | Remove it"),
    ],
    ids=["folder", "FIFO", "loop", "broken link", "device"],
)
def test_no_plain_file(project: Project, make: Callable[[Path], None], error: str) -> None:
    make(project.root / "file")
    started = time.monotonic()
    assert refusal(lambda: project.text("file")).startswith(error)
    assert project.glance("file") == ""
    assert not project.has("file")
    assert project.shows("file")
    assert time.monotonic() - started < 1


def test_unreadable_files(stranger: Path) -> None:
    (stranger / "file").touch(mode=0)
    (stranger / "closed").mkdir(mode=0)
    project = Project(stranger)
    for path in ("file", "closed/file"):
        assert refusal(lambda path=path: project.text(path)) == (  # type: ignore[misc]
            f"{path} cannot be read: Permission denied. | Mend the file, or remove it."
        )
        assert project.glance(path) == ""
    assert not project.has("closed/file")
    assert list(project.find("")) == ["file"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("24\n", "24"),
        ("# the version\n\n  v24.1.0  # LTS\n22\n", "v24.1.0"),
        ("\ufeff24\r\n", "24"),
        ("", None),
        ("# none\n", None),
    ],
)
def test_line(project: Project, text: str, line: str | None) -> None:
    (project.root / ".nvmrc").write_text(text, newline="")
    assert project.line(".nvmrc") == (Found(line, ".nvmrc") if line else None)


@pytest.mark.parametrize(
    ("text", "value"), [("{}", {}), ('\ufeff{"a":\r\n1}', {"a": 1}), ('{"a": 1, "a": 2}', {"a": 2})]
)
def test_json(project: Project, text: str, value: object) -> None:
    (project.root / "file").write_text(text, newline="")
    assert project.json("file") == value
    assert project.json("none") is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{\n"a": 1,\n}', "file:3 is not JSON: "),
        ("", "file:1 is not JSON: Expecting value. | Mend that line."),
        ("[]", "file:1 holds no JSON object. | Make it an object, with { and }."),
        ('{"a": ' + "[" * 100_000, "file is nested too deeply. | Make it a plain manifest."),
        ('{"a": ' + "1" * 5_000 + "}", "file has a number of thousands of digits. | Make it a plain manifest."),
    ],
    ids=["comma", "empty", "list", "deep", "digits"],
)
def test_json_refuses(project: Project, text: str, error: str) -> None:
    (project.root / "file").write_text(text)
    assert refusal(lambda: project.json("file")).startswith(error)


def test_toml(project: Project) -> None:
    (project.root / "file").write_bytes(b"\xef\xbb\xbf[a]\r\nb = 1\r\n")
    assert project.toml("file") == {"a": {"b": 1}}
    assert project.toml("none") is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a = 1\nb c\n", "file:2 is not TOML: Expected '=' after a key in a key/value pair. | Mend that line."),
        ("a = 1\nb = [1,", "file:2 is not TOML: "),
        ("a = " + "[" * 100_000, "file is nested too deeply. | Make it a plain manifest."),
        ("a = " + "1" * 5_000, "file is not TOML: "),
    ],
    ids=["line", "end", "deep", "digits"],
)
def test_toml_refuses(project: Project, text: str, error: str) -> None:
    (project.root / "file").write_text(text)
    assert refusal(lambda: project.toml("file")).startswith(error)


def test_glance(project: Project) -> None:
    (project.root / "file").write_bytes(b"ab\xffc")
    assert project.glance("file") == "ab\ufffdc"
    assert project.glance("file", 2) == "ab"


def test_find(project: Project) -> None:
    near = ["b/x.go", "a.go", "b/a.go", "dir.go/y.go", "src/main/a/b/c/x.go"]
    for path in [*near, ".git/x.go", "node_modules/x.go", "1/2/3/4/5/6/7/8/9/10/x.go", "x.py"]:
        (project.root / path).parent.mkdir(parents=True, exist_ok=True)
        (project.root / path).touch()
    (project.root / "link.go").symlink_to("a.go")
    (project.root / "up").symlink_to(".")
    assert list(project.find(".go")) == ["a.go", "b/a.go", "b/x.go", "dir.go/y.go", "src/main/a/b/c/x.go"]
    assert list(project.find(".go", "b", 0)) == ["b/a.go", "b/x.go"]
    assert list(project.find(".go", "none")) == []
    assert project.contains("b", ".go")
    assert not project.contains("b", ".py")


def test_folders(project: Project) -> None:
    for path in ["b/a", "a/b", "a/a", ".git/a", "vendor/a", "tests/a", "b/c/d/e/a", "b/c/d/e/f/a"]:
        (project.root / path).parent.mkdir(parents=True, exist_ok=True)
        (project.root / path).touch()
    (project.root / "up").symlink_to(".")
    (project.root / "b/c/b").symlink_to("../a")
    (project.root / "b/c/a").mkdir()
    empty = frozenset[str]()
    assert list(project.folders({"a", "b"}, {"tests"})) == [
        (".", empty),
        ("a", {"a", "b"}),
        ("b", {"a"}),
        ("b/c", {"b"}),
        ("b/c/a", empty),
        ("b/c/d", empty),
        ("b/c/d/e", {"a"}),
    ]
    assert ("tests", {"a"}) in list(project.folders({"a"}))


def test_folders_that_cannot_be_read_are_left_out(stranger: Path) -> None:
    (stranger / "closed").mkdir(mode=0)
    (stranger / "open").mkdir()
    assert [folder for folder, _ in Project(stranger).folders({"a"})] == [".", "open"]


def test_find_is_bounded(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        (project.root / f"{number}.go").touch()
    monkeypatch.setattr(project_module, "MOST", 7)
    assert len(list(project.find(".go"))) == 7


def test_what_git_ignores_is_not_found(project: Project) -> None:
    for path in ("a.go", "gen/b.go", "lib/c.go", "lib/go.mod", "lib/d_gen.go"):
        (project.root / path).parent.mkdir(exist_ok=True)
        (project.root / path).touch()
    (project.root / ".gitignore").write_text("gen/\n*_gen.go\n")
    assert list(project.find(".go")) == ["a.go", "lib/c.go"]
    (project.root / "lib/.gitignore").write_text("go.mod\n")
    assert list(Project(project.root).folders({"go.mod"})) == [(".", frozenset()), ("lib", frozenset())]
    assert not project.contains("gen", ".go")


def test_within(project: Project) -> None:
    (project.root / "web/src").mkdir(parents=True)
    (project.root / "web/src/x.go").touch()
    inner = project.within("web")
    assert inner == Project(project.root / "web")
    assert list(inner.find(".go")) == ["src/x.go"]
    assert list(inner.within("src").find(".go")) == ["x.go"]
    assert inner.has("src/x.go")


def test_yaml(project: Project) -> None:
    (project.root / "file").write_text("a: 9.0\nb: [yes, 010]\nc: &c {d: }\ne: *c\nf: []\n")
    c = {"d": ""}
    assert project.yaml("file") == {"a": "9.0", "b": ["yes", "010"], "c": c, "e": c, "f": ""}
    assert project.yaml("none") is None


LAUGHS = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a: 1\nb: [", "file:2 cannot be read: it is no YAML: "),
        ("- a", "file:1 cannot be read: it is no mapping. | Mend that line."),
        ("a: 1\na: 2", "file:2 cannot be read: the key a stands there twice."),
        (LAUGHS, "file:7 cannot be read: its aliases stand for too much."),
        ("a: &a [*a]", "file:1 cannot be read: it holds an alias of what it stands in."),
        ("[" * 50_000, "file:1 cannot be read: it is nested too deeply."),
        ("- " * 50_000, "file:1 cannot be read: it is nested too deeply."),
        ("a: " + "x" * 100_000, "file is too large to be read: 0 MB. | Make it smaller than 0.1 MB."),
    ],
    ids=["open", "list", "twice", "laughs", "itself", "flow", "block", "large"],
)
def test_yaml_refuses(project: Project, text: str, error: str) -> None:
    (project.root / "file").write_text(text)
    assert refusal(lambda: project.yaml("file")).startswith(error)


def test_what_waits_for_its_bytes_is_not_read(project: Project) -> None:
    (project.root / "file").symlink_to("/proc/kmsg")
    if Path("/proc/kmsg").exists():
        assert project.glance("file") == "" or len(project.glance("file")) <= project_module.GLANCE


@pytest.mark.parametrize(("file", "there"), [("ci.yml", True), ("ci.yaml", True), ("README", False)])
def test_has_workflows(project: Project, file: str, there: bool) -> None:
    folder = project.root / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / file).touch()
    assert project.has_workflows is there
