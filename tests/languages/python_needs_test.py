from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold import language
from scaffold.project import Project

Tree = Callable[[dict[str, str]], Project]


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("import os\nA = os.environ['KEY']", "KEY (main.py:2)"),
        ("from os import environ\nA = environ['KEY']", "KEY (main.py:2)"),
        ("import os\nA = os.environ.get('KEY')", ""),
        ("import os\nos.environ['KEY'] = 'a'", ""),
        ("import os\ndef f():\n    os.environ['KEY']", ""),
        ("import os\ntry:\n    os.environ['KEY']\nexcept KeyError:\n    pass", ""),
        ("import os\nif True:\n    os.environ['KEY']", "KEY (main.py:3)"),
        ("import os\nA = os.environ['PORT'] + os.environ['XDG_CACHE_HOME']", ""),
        ("from decouple import config\nA = config('KEY')", "KEY (main.py:2)"),
        ("from decouple import config\nA = config('KEY', default='')", ""),
        (
            "from starlette.config import Config\nconfig = Config('.env')\nA = config('KEY', cast=str)",
            "KEY (main.py:3)",
        ),
        ("import environ\nenv = environ.Env()\nA = env('KEY')", "KEY (main.py:3)"),
        ("config('KEY')", ""),
        ("class S(BaseSettings):\n    key: str\n    other: str = ''", "KEY (main.py:2)"),
        ("class S(BaseSettings):\n    key: str = Field(...)\n    b: int = Field(1)", "KEY (main.py:2)"),
        ("class S(BaseSettings):\n    model_config = C(env_prefix='A_')\n    key: str", "A_KEY (main.py:3)"),
        ("class S(BaseModel):\n    key: str", ""),
    ],
)
def test_needs(tree: Tree, text: str, needs: str) -> None:
    facts = language.load("python").detect(tree({"requirements.txt": "", "main.py": text}))
    assert ", ".join(str(need) for need in facts.needs) == needs


def test_what_is_sought_at_its_own_address(tree: Tree) -> None:
    text = "A = 'postgresql+psycopg://u:p@localhost/x'\nB = 'redis://cache/0'"
    facts = language.load("python").detect(tree({"requirements.txt": "", "main.py": text}))
    assert [note for note in facts.notes if "its own address" in note] == [
        "The app looks for postgresql at its own address (main.py:1), where a container has none."
    ]
