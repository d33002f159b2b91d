from __future__ import annotations

import json

import pytest

from scaffold.languages.frontends import served, taken_in
from tests.languages.conftest import Tree

VITE = '{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'
WEB = {"web/package.json": VITE, "web/index.html": "<p>"}
WEBPACK = '{"scripts": {"build": "webpack"}, "devDependencies": {"webpack": "5"}}'


def built(one: str) -> str:
    return VITE.replace("vite build", one)


@pytest.mark.parametrize(
    ("files", "wanted", "folder", "copies"),
    [
        (WEB, "web/dist", "web", ()),
        (WEB, "web/dist/index.html", "web", ()),
        (WEB, "web", "web", ()),
        ({**WEB, "web/dist/index.html": ""}, "web", "", ()),  # What is made is taken as it is.
        ({**WEB, "web/dist/.gitkeep": ""}, "web/dist", "web", ()),
        ({**WEB, "web/dist/index.html": ""}, "web/dist", "", ()),
        ({**WEB, "web/dist/index.html": "", ".gitignore": "dist/\n"}, "web/dist", "web", ()),
        ({**WEB, "web/dist/index.html": "", "web/.gitignore": "/dist\n"}, "web/dist", "web", ()),
        (WEB, "internal/ui/public", "web", (("web/dist", "internal/ui/public"),)),
        ({**WEB, "web/vite.config.js": "export default { build: { outDir: '../pages' } }"}, "pages", "web", ()),
        ({**WEB, "web/package.json": built("vite build --outDir ../pages")}, "pages/assets", "web", ()),
        ({"package.json": VITE, "index.html": ""}, "dist", ".", ()),
        ({"docs/package.json": VITE, "docs/index.html": ""}, "ui/dist", "", ()),
        ({**WEB, "app/package.json": VITE, "app/index.html": ""}, "ui/dist", "", ()),  # Two could make it.
        ({"web/package.json": '{"scripts": {"build": "x"}}'}, "web/dist", "", ()),
        ({"web/package.json": "["}, "web/dist", "", ()),
    ],
)
def test_what_is_compiled_in(
    tree: Tree, files: dict[str, str], wanted: str, folder: str, copies: tuple[tuple[str, str], ...]
) -> None:
    found = taken_in(
        tree({"main.go": "", "templates/a.html": "", **files}), [("templates", "a.go:1"), (wanted, "main.go:3")]
    )
    assert (found.folder.value if found else "") == folder
    if found:
        assert found.folder.source == "main.go:3" and found.copies == copies


TAILWIND = "tailwindcss -i a.css -o ./static/css/a.css"


@pytest.mark.parametrize(
    ("scripts", "build"),
    [
        ({"css:build": f"npx {TAILWIND} --minify", "css:dev": f"{TAILWIND} --watch"}, "npm run css:build"),
        ({"dev": TAILWIND}, "npm run dev"),
        ({"a": TAILWIND, "build:css": TAILWIND}, "npm run build:css"),
        ({"dev": f"{TAILWIND} --watch"}, ""),
        ({"test": "jest -o static/css"}, ""),
    ],
)
def test_a_script_by_another_name_makes_styles(tree: Tree, scripts: dict[str, str], build: str) -> None:
    manifest = json.dumps({"scripts": scripts, "devDependencies": {"tailwindcss": "3"}})
    found = taken_in(tree({"package.json": manifest, "static/a.js": ""}), [], [("static", "main.go:3")])
    assert (found.facts.answers["build"].value if found else "") == build


def test_a_folder_that_is_named_alone_gets_nobody_elses_pages(tree: Tree) -> None:
    project = tree(WEB)
    assert taken_in(project, [], [("uploads", "main.go:3")]) is None
    found = taken_in(project, [], [("web/dist", "main.go:3")])
    assert found and found.folder.value == "web"


@pytest.mark.parametrize(
    ("script", "build"),
    [
        ("vite build", "npm run build"),
        ("tsc && vite build", "npm run build"),
        ("vite build && go build -o app .", "npx vite build"),
        ("cd .. && make build", "npx vite build"),
        ("vite build && cp -R dist ../good", "npm run build"),
    ],
)
def test_a_build_takes_nothing_but_node(tree: Tree, script: str, build: str) -> None:
    found = taken_in(tree({**WEB, "web/package.json": built(script)}), [("web/dist", "main.go:3")])
    assert found and found.facts.answers["build"].value == build


@pytest.mark.parametrize(
    ("files", "folder", "source"),
    [
        ({}, "", ""),
        ({**WEB, "app.py": "a\nsend_file('web/dist/index.html')"}, "web", "app.py:2"),
        ({**WEB, "app.py": 'DIR = BASE / "web" / "dist"'}, "web", "app.py:1"),
        ({**WEB, "app.py": "os.path.join(BASE, 'web', 'dist')"}, "web", "app.py:1"),
        ({**WEB, "app.py": "'web/distinct'"}, "", ""),
        ({**WEB, "app.py": ""}, "", ""),
        ({**WEB, "web/dist/index.html": "", "app.py": "'web/dist'"}, "", ""),
        ({"package.json": VITE, "index.html": "", "app.py": "Flask(static_folder='dist')"}, ".", "app.py:1"),
        ({"package.json": VITE, "index.html": "", "app.py": "distance = 'a'"}, "", ""),
        ({"package.json": WEBPACK}, ".", "package.json"),
        ({"package.json": VITE.replace("vite build", "tailwindcss -o static/app.css")}, ".", "package.json"),
        (
            {"package.json": VITE.replace("vite build", "tailwindcss -o static/app.css"), "static/app.css": ""},
            "",
            "",
        ),
        (
            {"theme/package.json": VITE.replace("vite build", "sass a.scss -o ../static/a.css")},
            "theme",
            "theme/package.json",
        ),
    ],
)
def test_what_is_served(tree: Tree, files: dict[str, str], folder: str, source: str) -> None:
    found = served(tree(files))
    assert ((found.folder.value, found.folder.source) if found else ("", "")) == (folder, source)
