from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.errors import ScaffoldError
from scaffold.languages import requirements
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


def read(tree: Tree, text: str, **others: str) -> requirements.Requirements:
    files = {name.replace("_", "/") + ".txt": content for name, content in others.items()}
    return requirements.read(tree({"requirements.txt": text, **files}), "requirements.txt")


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("flask", "flask:1"),
        ("# the server\n\nflask==3.1.0  # pinned\r\ngunicorn>=23\r\n", "flask:3 gunicorn:4"),
        ("uvicorn[standard]==0.3", "uvicorn[standard]:1"),
        ("uvicorn [standard, x] ~= 0.3", "uvicorn[standard, x]:1"),
        ("zope.interface\nPyYAML!=5\nFlask_Login<1,>0.5", "zope.interface:1 PyYAML:2 Flask_Login:3"),
        ("flask; python_version < '3.12'", "flask:1"),
        ("flask @ https://example.invalid/flask-3.whl#sha256=00", "flask:1"),
        ("https://example.invalid/flask-3.whl", ""),
        ("--index-url https://example.invalid/simple\n-i x\n--pre\nflask (>=1)", "flask:4"),
        ("a==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\nb==1 --hash=sha256:22", "a:1 b:4"),
        ("a; \\\n  python_version < '3'\nb", "a:1 b:3"),
        ("a \\", "a:1"),
        ("\ufeffa", "a:1"),
        ("", ""),
    ],
    ids=str,
)
def test_packages(tree: Tree, text: str, packages: str) -> None:
    found = read(tree, text)
    shown = [f"{p.name}{f'[{p.extras}]' if p.extras else ''}:{p.source.rpartition(':')[2]}" for p in found.packages]
    assert " ".join(shown) == packages
    assert bool(found.hashed) is ("--hash" in text)


def test_what_is_for_other_systems_is_left_out(tree: Tree) -> None:
    found = read(tree, "a==1 ; sys_platform == 'win32' # there only\nb ; python_version < '4'")
    assert [(one.name, one.marker.strip()) for one in found.packages] == [("b", "python_version < '4'")]


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("a==1.0", "1.0"),
        ("a == 1.0 ; x", "1.0"),
        ("a[x]===1", "1"),
        ("a (==2)", "2"),
        ("a==1.*", ""),
        ("a>=1,==1", ""),
        ("a==1 --hash=sha256:00", "1"),
        ("a", ""),
        ("a @ https://example.invalid/a.zip", ""),
    ],
)
def test_exact_versions(tree: Tree, line: str, version: str) -> None:
    assert read(tree, line).packages[0].version == version


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        ("git+https://example.invalid/x/lib.git@v1#egg=The_Lib", "The_Lib", "git"),
        ("git+https://example.invalid/x/lib.git@v1", "lib", "git"),
        ("-e git+https://example.invalid/x/lib.git#egg=lib[extra]", "lib", "git"),
        ("lib @ git+https://example.invalid/x/other@main", "lib", "git"),
        ("lib[a] @ git+https://example.invalid/x/other", "lib", "git"),
        (".", ".", "path"),
        ("-e .", ".", "path"),
        ("-e .[dev]", ".", "path"),
        ("--editable=./lib", "lib", "path"),
        ("./libs/a ; python_version > '3'", "libs/a", "path"),
        ("file:libs/a", "libs/a", "path"),
        ("a @ https://example.invalid/a.zip", "a", "url"),
    ],
)
def test_what_is_from_no_index(tree: Tree, line: str, name: str, kind: str) -> None:
    (found,) = read(tree, line).packages
    assert (found.name, found.kind) == (name, kind)


def test_find(tree: Tree) -> None:
    assert requirements.find(tree({})) == ""
    files = {"requirements.in": "", "requirements/base.txt": "", "requirements/prod.txt": ""}
    assert requirements.find(tree(files)) == "requirements/prod.txt"
    assert requirements.find(tree({**files, "requirements.txt": ""})) == "requirements.txt"


def test_what_powershell_wrote(tree: Tree) -> None:
    project = tree({})
    (project.root / "requirements.txt").write_bytes("flask==3.0\r\n".encode("utf-16"))
    assert [one.name for one in requirements.read(project, "requirements.txt").packages] == ["flask"]


def test_includes(tree: Tree) -> None:
    found = read(
        tree,
        "-r base.txt\n--requirement=sub/more.txt\n-c limits.txt\nb",
        base="-r requirements.txt\na --hash=sha256:00",
        sub_more="-r ../base.txt\n-rdeep/x.txt\nc",
        sub_deep_x="d",
        limits="gunicorn==1",
    )
    assert found.files == ("requirements.txt", "base.txt", "sub/more.txt", "limits.txt", "sub/deep/x.txt")
    assert {p.name: p.source for p in found.packages} == {
        "b": "requirements.txt:4",
        "a": "base.txt:2",
        "c": "sub/more.txt:3",
        "d": "sub/deep/x.txt:1",
    }, "a constraint installs nothing"
    assert found.hashed == "base.txt"


FOLDER = "installs a folder that is not in the project:"


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("-r none.txt", "none.txt is not there, and requirements.txt:1 includes it.", "Add it, or mend the line."),
        ("a\n-r ../x.txt", "requirements.txt:2 includes what is no plain path in the project: ../x.txt.", "Move it"),
        ("-r /x.txt", "requirements.txt:1 includes what is no plain path in the project: /x.txt.", "Move it"),
        ("-c https://example.invalid/x", "requirements.txt:1 includes what is no plain path", "Move it"),
        ("../lib", f"requirements.txt:1 {FOLDER} ../lib.", "Leave the line out"),
        ("lib @ file:///lib", f"requirements.txt:1 {FOLDER} lib @ file:///lib.", "Leave the line out"),
        (
            "a @ git+ssh://example.invalid/a",
            "requirements.txt:1 installs from a repository by SSH",
            "https, or on a released version",
        ),
        (
            "hg+https://example.invalid/a",
            "requirements.txt:1 installs from a repository that is not git's",
            "a released",
        ),
        ("a\n<<<<<<< HEAD", "requirements.txt:2 cannot be read: <<<<<<< HEAD", "see pip install --dry-run -r."),
        ("lib/a.whl", "requirements.txt:1 cannot be read: lib/a.whl", "Mend that line"),
    ],
    ids=str,
)
def test_refused(tree: Tree, text: str, fact: str, remedy: str) -> None:
    with pytest.raises(ScaffoldError) as caught:
        read(tree, text)
    assert caught.value.fact.startswith(fact)
    assert remedy in caught.value.remedy
