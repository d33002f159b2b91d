"""Recipes to files: the only Jinja import, and all that the templates may call."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from scaffold import __version__, folders, images
from scaffold.model import USER, Answers, File, Image, Recipe, Run

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

HEALTH = {"interval": "15s", "timeout": "5s", "start_period": "30s", "start_interval": "1s", "retries": "3"}
"""How often the app is asked whether it is well; while it starts, every second (Engine 25 and later)."""


WIDEST = 100
"""Columns of a long word in a compose file: with its indentation it stays below yamllint's 120."""


DIGEST = 32
"""Bytes of a digest of SHA-256."""


NO_TEXTS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that readers of YAML 1.1 or 1.2 take for something else (yaml.org, types bool and null)."""


def templates() -> Path:
    """The folder of the templates: beside this file in a wheel, at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else packaged.parent.parent / "templates"


class Compiled(BytecodeCache):
    """Templates as Jinja compiled them, in the user's cache folder: compiling takes a fifth of the time of `new`.

    What is damaged, of another version, or not written by this user is compiled anew, for it would be run. Jinja
    itself compares the source. `folder` is None where nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the bucket what is kept of its template, if anything."""
        kept = folders.kept(self._folder / f"{bucket.key}.jinja") if self._folder else b""
        code = kept[DIGEST:]
        if code and kept[:DIGEST] == _digest(code):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keeps what a template was compiled to."""
        if self._folder:
            code = bucket.bytecode_to_string()
            folders.keep(self._folder / f"{bucket.key}.jinja", _digest(code) + code)


def _digest(code: bytes) -> bytes:
    """Tells code that this program and this interpreter made, and that is whole."""
    return hashlib.sha256(f"{__version__} {sys.version} ".encode() + code).digest()


def environment() -> SandboxedEnvironment:
    """A Jinja environment in which templates can print and loop, and nothing they print is guessed."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(templates()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=Compiled(folders.cache()),
        autoescape=False,
    )
    made.filters.update(FILTERS)
    return made


def render(answers: Answers, recipes: Sequence[Recipe], workflows: bool) -> tuple[File, ...]:
    """The files of the pinned `recipes`; `workflows` says whether the project has GitHub workflows."""
    made = environment()
    shared: dict[str, Any] = {"user": USER, "health": HEALTH, "answers": answers, "workflows": workflows}

    def file(path: str, template: str, **values: Any) -> File:
        return File(path, made.get_template(template).render(shared | values))

    files = []
    for recipe in recipes:
        folder = "" if recipe.directory == "." else f"{recipe.directory}/"
        files.append(file(f"{folder}Dockerfile", f"{recipe.template or recipe.language}/Dockerfile.j2", recipe=recipe))
        files.append(file(f"{folder}.dockerignore", "dockerignore.j2", recipe=recipe))
    volumes = [volume for recipe in recipes for volume in recipe.volumes]
    files.append(file("compose.yaml", "compose.yaml.j2", recipes=recipes, volumes=volumes))
    files.append(file(".github/dependabot.yml", "dependabot.yml.j2", recipes=recipes))
    return tuple(files)


def _image(image: Image | None) -> str:
    return images.reference(image) if image else "scratch"


def _dependency(image: Image) -> str:
    """An image as Dependabot calls it (docker/lib/dependabot/docker/file_parser.rb): without its registry."""
    name = images.familiar(image)
    return name.removeprefix(f"{image.registry}/")


def _quoted(text: str) -> str:
    """A string of JSON, which YAML's and Go's double-quoted strings and Dockerfile's exec form read alike."""
    return json.dumps(text, ensure_ascii=False)


def _exec(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _words(words: Sequence[str]) -> str:
    return " ".join(words)


def _run(run: Run) -> str:
    mounts = "".join(f"--mount={mount} \\\n    " for mount in run.mounts)
    return mounts + " \\\n && ".join(run.commands)


def _variables(pairs: Sequence[tuple[str, str]]) -> str:
    return " \\\n    ".join(f"{name}={_value(value)}" for name, value in pairs)


def _value(text: str) -> str:
    """The value of an ENV instruction, bare where it may be (Dockerfile reference, "ENV")."""
    if re.fullmatch(r"[\w./:@%+,=~-]+", text, re.ASCII):
        return text
    escaped = re.sub(r'(["\\$])', r"\\\1", text)
    return f'"{escaped}"'


def _yaml(text: str) -> str:
    """A text of a YAML file, bare where every reader takes it as text; `$` would begin a variable of Compose.

    A long one is folded at its spaces, to stand in a list below a service's key.
    """
    plain = text.replace("$", "$$")
    if re.fullmatch(r"/?[A-Za-z_]([\w./:-]*[\w./-])?|[./]", plain, re.ASCII) and plain.lower() not in NO_TEXTS:
        return plain
    if len(plain) < WIDEST:
        return _quoted(plain)
    import textwrap

    lines = textwrap.wrap(plain, WIDEST, break_long_words=False, break_on_hyphens=False)
    return "\n          ".join([">-", *lines])


FILTERS = {
    "dependency": _dependency,
    "exec": _exec,
    "image": _image,
    "quoted": _quoted,
    "run": _run,
    "variables": _variables,
    "words": _words,
    "yaml": _yaml,
}
