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


def test_marker(tree: Tree) -> None:
    (package,) = read(tree, "a==1 ; sys_platform == 'win32' # there only").packages
    assert package.marker.strip() == "sys_platform == 'win32'"


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


FOLDER = "installs a folder, which is not covered so far:"


@pytest.mark.parametrize(
    ("text", "fact", "remedy"),
    [
        ("-r none.txt", "none.txt is not there, and requirements.txt:1 includes it.", "Add it, or mend the line."),
        ("a\n-r ../x.txt", "requirements.txt:2 includes what is no plain path in the project: ../x.txt.", "Move it"),
        ("-r /x.txt", "requirements.txt:1 includes what is no plain path in the project: /x.txt.", "Move it"),
        ("-c https://example.invalid/x", "requirements.txt:1 includes what is no plain path", "Move it"),
        ("-e .", f"requirements.txt:1 {FOLDER} -e .", "Leave the line out where the app runs from its own folder"),
        ("a\n--editable=./lib", f"requirements.txt:2 {FOLDER} --editable=./lib.", "Leave the line out"),
        (".", f"requirements.txt:1 {FOLDER} ..", "Leave the line out"),
        (".[dev]", f"requirements.txt:1 {FOLDER} .[dev].", "Leave the line out"),
        ("./lib", f"requirements.txt:1 {FOLDER} ./lib.", "or depend on a released version."),
        ("../lib", f"requirements.txt:1 {FOLDER} ../lib.", "Leave the line out"),
        ("lib @ file:///lib", f"requirements.txt:1 {FOLDER} lib @ file:///lib.", "Leave the line out"),
        ("git+https://example.invalid/a", "requirements.txt:1 installs from a repository", "an archive: NAME @ https"),
        ("a @ git+ssh://example.invalid/a", "requirements.txt:1 installs from a repository", "a released version"),
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
