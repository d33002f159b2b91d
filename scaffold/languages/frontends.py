"""Folders of Node whose build a program of another language serves or compiles in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from scaffold.errors import ScaffoldError
from scaffold.facts import Facts, Found, Frontend
from scaffold.project import Project

ASIDE = frozenset(
    {"doc", "docs", "demo", "demos", "e2e", "example", "examples", "playground", "sample", "samples", "storybook"}
    | {"test", "tests", "testdata", "cypress", "mobile", "desktop", "electron", "scripts", "sdk"}
)
"""Folders whose pages are no part of a server's."""

MAKERS = frozenset(
    {"webpack", "webpack-cli", "vite", "rollup", "esbuild", "tailwindcss", "@tailwindcss/cli", "postcss-cli", "sass"}
    | {
        "node-sass",
        "gulp",
        "grunt",
        "parcel",
        "parcel-bundler",
        "laravel-mix",
        "@rsbuild/core",
        "react-scripts",
        "less",
    }
    | {"@angular/cli", "@vue/cli-service", "svelte", "browserify", "astro", "@sveltejs/kit", "next", "snowpack", "bun"}
)
"""Packages whose programs make what browsers get."""

MOST = 6
"""How many folders of Node are looked at, the nearest first."""

SOURCES = 300
"""How many of the program's own sources are looked at for the name of a folder."""

_OUT = re.compile(
    r"(?:--outDir|--out-dir|--outdir|--dist-dir|--output-path|--output|--outfile|--dir|-o)[= ]+([\w.@/-]+)"
)

_MAKES = re.compile(r"^(?:npx )?(?:@?tailwindcss(?:/cli)?|postcss|sass|node-sass|esbuild|lessc|rollup|webpack)\s")
_WATCHES = re.compile(r"\s(?:--watch|-w|serve)\b|--servedir")
"""Commands that make files for browsers, and what keeps them from ending."""

_FOREIGN = re.compile(r"(?:^|[;&|]\s*)(?:go|air|python\d?|pip\d?|uv|poetry|make|docker|docker-compose|cargo|wails)\s")
"""What starts a command that is not Node's."""


@dataclass(frozen=True)
class _Built:
    """A folder of Node with a build, and where in the project that puts what it makes; `site` is its pages' folder."""

    folder: str
    facts: Facts
    outputs: tuple[str, ...]
    site: str

    def frontend(self, source: str, *copies: tuple[str, str]) -> Frontend:
        """The part of a program that this is, by what was read at `source`."""
        return Frontend(Found(self.folder, source), self.facts, copies)


def taken_in(
    project: Project, embedded: Sequence[tuple[str, str]], named: Sequence[tuple[str, str]] = ()
) -> Frontend | None:
    """What makes the folders that a program compiles in, and those that it has `named`, each with where it says so.

    What is made and in the repository is taken as it is. A folder to be compiled in that nothing is known to make gets
    the pages of the one folder that makes any.
    """
    wanted = [*embedded, *named]
    built = list(_built(project)) if wanted else []
    for path, place in wanted:
        for one in built:
            made = (made for made in one.outputs if _within(path, made) or _within(made, path))
            if any(not _kept(project, output) for output in made):
                return one.frontend(place)
    sites = [one for one in built if one.site]
    empty = [(path, place) for path, place in embedded if not _filled(project, path)]
    if len(sites) == 1 and empty and "." not in posixpath.basename(empty[0][0]):
        path, place = empty[0]
        return sites[0].frontend(place, (sites[0].site, path))
    return None


def served(project: Project, suffix: str = ".py") -> Frontend | None:
    """What makes the folders that a program serves whose sources end in `suffix`, as these name them."""
    if next(project.find("package.json", ".", 3), None) is None:
        return None
    texts: list[tuple[str, str]] = []
    for one in _built(project):
        made = [path for path in one.outputs if not _kept(project, path)]
        inner = f"{one.folder}/" if one.folder != "." else ""
        # What it puts beside itself, or at the top beside the program, is for the program.
        if any(not path.startswith(inner) for path in made) or (one.folder == "." and not one.site):
            return one.frontend(_joined(one.folder, "package.json")) if made or not one.outputs else None
        texts = texts or [(path, project.glance(path)) for path in islice(project.find(suffix), SOURCES)]
        for path in made:
            if place := _mentioned(path, texts):
                return one.frontend(place)
    return None


def _built(project: Project) -> Iterator[_Built]:
    """The folders of Node with a build, nearest first."""
    from scaffold.languages import node

    folders = [path.rpartition("/")[0] or "." for path in project.find("package.json", ".", 3)]
    meant = [folder for folder in folders if ASIDE.isdisjoint(folder.split("/"))]
    for folder in meant[:MOST]:
        place = Project(project.root / folder)
        try:
            manifest = place.json("package.json") or {}
            tables = (manifest.get(key) for key in ("dependencies", "devDependencies"))
            if MAKERS.isdisjoint(name for table in tables if isinstance(table, dict) for name in table):
                continue
            known = node.detect(place)
        except ScaffoldError:
            continue
        if facts := _alone(place, manifest, known):
            start = facts.answers.get("start")
            _, _, pages = start.value.partition("static-web-server ") if start else ("", "", "")
            site = _joined(folder, pages) if pages else ""
            said = dict.fromkeys(filter(None, (*_outputs(place, folder, manifest), site)))
            yield _Built(folder, facts, tuple(said), site)


def _alone(place: Project, manifest: dict[str, object], facts: Facts) -> Facts | None:
    """The facts with a build that takes nothing but Node; None without one.

    A script that builds the program too, by a tool that the stage lacks, gives way to the framework's own command.
    """
    from scaffold.languages.node_frameworks import Look, found

    build = facts.answers.get("build") or _making(manifest)
    scripts = manifest.get("scripts")
    named = build.value.rpartition(" ")[2] if build else ""
    text = str(scripts.get(named, "")) if isinstance(scripts, dict) else ""
    if build is None or not _FOREIGN.search(text):
        return replace(facts, answers={**facts.answers, "build": build}) if build else None
    row = found(Look(place, ".", manifest))
    if row is None:
        return None
    return replace(facts, answers={**facts.answers, "build": build._replace(value=f"npx {row[0].build}")})


def _making(manifest: dict[str, object]) -> Found | None:
    """The script by another name that makes styles or modules once, one that is called a build before others."""
    scripts = manifest.get("scripts")
    known = {name: str(text) for name, text in scripts.items()} if isinstance(scripts, dict) else {}
    once = [name for name, text in known.items() if _MAKES.search(text) and not _WATCHES.search(text)]
    plain = sorted((name for name in once if re.fullmatch(r"[\w:.-]+", name)), key=lambda name: "build" not in name)
    return Found(f"npm run {plain[0]}", f"package.json scripts.{plain[0]}") if plain else None


def _outputs(place: Project, folder: str, manifest: dict[str, object]) -> Iterator[str]:
    """Where scripts and configurations say that they put what they make."""
    from scaffold.languages.node_outputs import configured, said

    scripts = manifest.get("scripts")
    known = scripts.items() if isinstance(scripts, dict) else ()
    texts = [str(value) for key, value in known if "build" in str(key) or _MAKES.search(str(value))]
    found = [path for text in texts for path in _OUT.findall(text)]
    for name in ("vite.config", "rollup.config", "vue.config", "svelte.config"):
        found.append(said(configured(place, ".", name), "outDir", "outputDir", "pages"))
    webpack = configured(place, ".", "webpack.config", "webpack.prod", "webpack/webpack.prod")
    if path := re.search(r"path\s*:\s*path\.(?:resolve|join)\(\s*__dirname\s*,([^)]*)\)", webpack):
        found.append("/".join(re.findall(r"['\"]([^'\"]+)['\"]", path[1])))
    for path in filter(None, found):
        at = posixpath.normpath(posixpath.join(folder, path))
        if not at.startswith(("..", "/")) and at != folder:
            yield at


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(f"{folder}/{path}")


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _filled(project: Project, path: str) -> bool:
    """Whether a file is there, or a folder with anything in it but a mark that keeps it in the repository."""
    names = (one.rpartition("/")[2] for one in islice(project.find("", path), 20))
    return project.has(path) or any(not name.startswith((".git", ".keep", "README")) for name in names)


def _kept(project: Project, path: str) -> bool:
    """Whether what a build makes is in the repository: it is there, and git does not leave it out."""
    return _filled(project, path) and not _left_out(project, path)


def _left_out(project: Project, path: str) -> bool:
    """Whether a .gitignore from the top down to the path names it or a folder that it is in."""
    parts = path.split("/")
    for depth in range(len(parts)):
        above, inner = "/".join(parts[:depth]) or ".", parts[depth:]
        tails = {"/".join(inner[:end]) for end in range(1, len(inner) + 1)}
        for line in project.glance(_joined(above, ".gitignore")).splitlines():
            plain = re.sub(r"^/|/?\*{0,2}$", "", line.strip())
            if plain and (plain in tails or ("/" not in plain and plain in inner)):
                return True
    return False


def _mentioned(path: str, texts: Sequence[tuple[str, str]]) -> str:
    """The file and line of the first source that names a folder, in one text or part by part; empty for none."""
    parts = path.split("/")
    if len(parts) == 1:
        parts = ["", *parts]
    pattern = re.compile(r"['\"]?[\s,/()\\]*['\"]?[/\\]?".join(map(re.escape, parts)) + r"(?![\w-])")
    if parts[0] == "":
        pattern = re.compile(rf"['\"/]{re.escape(parts[1])}(?:/[^'\"]*)?['\"]")
    for name, text in texts:
        if found := pattern.search(text):
            return f"{name}:{text.count(chr(10), 0, found.start()) + 1}"
    return ""
