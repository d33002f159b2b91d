from __future__ import annotations

from pathlib import Path

import pytest

from scaffold import draft
from scaffold.survey import Options, survey
from tests.day import TODAY
from tests.generated import write

VITE = '{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}'
MAIN = """package main

import (
	"embed"
	"net/http"
)

//go:embed all:%s
var pages embed.FS

func main() { http.ListenAndServe(":8080", http.FileServer(http.FS(pages))) }
"""
FLASK = {
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\napp = Flask(__name__, static_folder='web/dist')\n",
}


def go(folder: str) -> dict[str, str]:
    return {"go.mod": "module example.com/x\n\ngo 1.26\n", "main.go": MAIN % folder}


def made(root: Path, files: dict[str, str]) -> tuple[list[str], draft.Result]:
    """The lines of the Dockerfile of a project with these files, and all of the result."""
    options = Options(offline=True)
    result = draft.draft(draft.settle(survey(str(write(root, files)), {}, options), TODAY), options, TODAY)
    text = next(one.after for one in result.outcomes if one.path == "Dockerfile")
    return text.splitlines(), result


@pytest.mark.parametrize("files", [go("web/dist"), FLASK])
def test_a_stage_builds_what_is_served(tmp_path: Path, files: dict[str, str]) -> None:
    lines, result = made(tmp_path, {**files, "web/package.json": VITE, "web/index.html": ""})
    begun = next(at for at, line in enumerate(lines) if line.endswith(" AS frontend"))
    build = next(at for at, line in enumerate(lines) if line.endswith(" AS build"))
    assert lines[begun].startswith("FROM node:24.") and "@sha256:" in lines[begun] and begun < build
    inner, after = lines[begun:build], lines[build:]
    assert "WORKDIR /src/web" in inner and "COPY web/package.json ./" in inner and "COPY . /src" in inner
    assert "RUN npm run build \\" in inner and " && rm -rf node_modules" in inner
    assert "COPY --from=frontend /src ./" in after and "COPY . ." not in lines
    ignored = next(one.after for one in result.outcomes if one.path == ".dockerignore")
    assert ignored.splitlines().count("**/node_modules") == 1
    assert any("'npm run build' makes in web is built in a stage of its own" in note for note in result.notes)


def test_what_is_wanted_elsewhere_is_copied_there(tmp_path: Path) -> None:
    lines, _ = made(tmp_path, {**go("ui/dist"), "web/package.json": VITE, "web/index.html": "", "ui/a": ""})
    assert " && mkdir -p /src/ui/dist && cp -R /src/web/dist/. /src/ui/dist/ \\" in lines


def test_the_frontend_has_the_version_that_it_asks_for(tmp_path: Path) -> None:
    files = {**go("web/dist"), "web/package.json": VITE, "web/index.html": "", "web/.nvmrc": "22\n"}
    lines, _ = made(tmp_path, files)
    assert any(line.startswith("FROM node:22.") for line in lines)


def test_without_a_frontend_all_is_as_it_is(tmp_path: Path) -> None:
    lines, _ = made(tmp_path, {**go("pages"), "pages/index.html": ""})
    assert "COPY . ." in lines and not any("frontend" in line for line in lines)
