from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold.languages import python_objects, python_rank
from scaffold.languages.python_source import Modules
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]

APP = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ({"a/main.py": APP, "zeta.py": APP}, "zeta:app"),
        ({"app.py": APP, "main.py": APP}, "main:app"),
        ({"main.py": APP.replace("app =", "zeta =") + APP}, "main:app"),
        ({"main.py": APP, "zeta.py": APP + "if __name__ == '__main__':\n    uvicorn.run('zeta:app')"}, "zeta:app"),
        ({"main.py": "def make():\n    return FastAPI()", "zeta.py": APP}, "zeta:app"),
    ],
)
def test_the_likeliest(tree: Tree, files: dict[str, str], first: str) -> None:
    assert min(python_objects.apps(Modules(tree(files))), key=python_rank.likelihood).target == first


def test_mounted_apps(tree: Tree) -> None:
    files = {
        "main.py": "from fastapi import FastAPI\nfrom admin import app as admin\nown = FastAPI()\napp = FastAPI()\n"
        "app.mount('/a', admin)\napp.mount('/b', app=own)",
        "admin.py": "from fastapi import FastAPI\napp = FastAPI()",
    }
    found = python_objects.apps(Modules(tree(files)))
    assert {"admin:app", "main:own"} <= python_rank.mounted(found)
    assert "main:app" not in python_rank.mounted(found)
