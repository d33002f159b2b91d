from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import go_detect
from scaffold.languages.go_detect import GoFacts
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

SERVER = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n'
MOD = "module example.com/shop\n\ngo 1.26\n"


def facts(project: Project) -> GoFacts:
    found = go_detect.detect(project)
    assert isinstance(found, GoFacts)
    return found


def test_a_module_in_a_folder(tree: Tree) -> None:
    found = facts(tree({"server/go.mod": MOD, "server/go.sum": "", "server/cmd/api/main.go": SERVER}))
    assert (found.folder, found.answers["start"].value) == ("server", "./server/cmd/api")
    assert found.manifests == ("server/go.mod", "server/go.sum")
    assert found.plan.modules == ("server",)
    assert str(found.language) == "go (server/go.mod)"


def test_the_module_that_serves(tree: Tree) -> None:
    tool = "package main\n\nfunc main() {}\n"
    found = facts(
        tree({"go.mod": MOD, "main.go": tool, "api/go.mod": "module example.com/api\n", "api/main.go": SERVER})
    )
    assert (found.folder, found.answers["start"].value, found.name.value) == ("api", "./api", "api")


@pytest.mark.parametrize(
    ("files", "flags"),
    [
        ({"go.mod": f"{MOD}require a.b/c v1.0.0\n"}, ("-mod=mod",)),
        ({"go.mod": f"{MOD}require a.b/c v1.0.0\n", "go.sum": "a.b/c v1.0.0 h1:x=\n"}, ()),
        ({"go.mod": f"{MOD}require a.b/c v1.0.0\n", "vendor/modules.txt": "# a.b/c v1.0.0\n"}, ()),
        ({"go.mod": f"{MOD}require a.b/c v1.0.0\n", "vendor/modules.txt": "# a.b/c v1.0.1\n"}, ("-mod=mod",)),
        ({"go.mod": "module a\ngo 1.12\n", "vendor/modules.txt": "# a.b/c v1.0.0\n"}, ("-mod=vendor",)),
    ],
)
def test_flags(tree: Tree, files: dict[str, str], flags: tuple[str, ...]) -> None:
    assert facts(tree({**files, "main.go": SERVER})).plan.flags == flags


def test_work(tree: Tree) -> None:
    files = {"go.mod": MOD, "main.go": SERVER}
    assert facts(tree({**files, "go.work": "use .\n"})).plan.alone is False
    assert facts(tree({**files, "go.work": "use ../x\n"})).plan.alone is True


def test_what_is_compiled_in_and_missing(tree: Tree) -> None:
    source = SERVER.replace(
        'import "net/http"', 'import (\n\t_ "embed"\n\t"net/http"\n)\n\n//go:embed dist\nvar page string'
    )
    found = facts(tree({"go.mod": MOD, "main.go": source}))
    assert "start" not in found.answers
    assert found.unknown["start"].fact.startswith("main.go:8 compiles in dist")


@pytest.mark.parametrize(("path", "name"), [("a/b", "b"), ("a/b/v2", "b"), ("v2", "app"), ("./cmd/x", "x")])
def test_names(path: str, name: str) -> None:
    assert go_detect.base(path) == name
