"""Static sites: which tool builds one, and the folder it puts it in."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from scaffold.languages.node_outputs import said
from scaffold.languages.node_typescript import read

if TYPE_CHECKING:
    from scaffold.languages.node_frameworks import Look, Server

SERVER = "static-web-server"
"""The program that serves a folder, and the first word of a start command that is to be served by it."""


class Site(NamedTuple):
    """A folder of files to be served; `fallback` is the page for any path that is none of them, empty for 404.

    `hashed` is a folder in it whose files have a hash of their content in their names, and never change. `base` is the
    path that the pages take themselves to be at, without slashes around it.
    """

    folder: str
    fallback: str = ""
    hashed: str = ""
    base: str = ""
    port: int = 8080

    @property
    def start(self) -> str:
        """The start command that stands for the site."""
        return f"{SERVER} {self.folder}"


class Builder(NamedTuple):
    """A row: the packages that show a tool, the programs it has, its build command, and what that makes."""

    name: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    build: str
    made: Callable[[Look], Site | Server | None]


def base(path: str) -> str:
    """A path of a site's own configuration, or the path of an address in it; empty for the top, and for odd ones."""
    plain = re.sub(r"^https?://[^/]*", "", path).strip("/")
    return plain if re.fullmatch(r"\w[\w-]*(/\w[\w-]*)*", plain, re.ASCII) else ""


def _react(look: Look) -> Site:
    """`homepage` of package.json (create-react-app.dev/docs/deployment)."""
    return Site("build", "index.html", "static", base(str(look.manifest.get("homepage", ""))))


def _docusaurus(look: Look) -> Site:
    return Site("build", "", "assets", base(said(look.config("docusaurus.config"), "baseUrl")))


def _fixed(folder: str, fallback: str = "", hashed: str = "") -> Callable[[Look], Site]:
    return lambda look: Site(folder, fallback, hashed)


def _docs(name: str, out: str) -> Callable[[Look], Site]:
    """VitePress and VuePress: below the folder of the documents, which the scripts name."""

    def made(look: Look) -> Site:
        scripts = look.manifest.get("scripts")
        texts = " && ".join(map(str, scripts.values())) if isinstance(scripts, dict) else ""
        folder = re.search(rf"\b{name} build(?: +(?!-)([\w./-]+))?", texts)
        root = folder[1] if folder and folder[1] else ""
        place = posixpath.normpath(f"{root}/.{name}")
        text = look.config(f"{place}/config", f"{place}/config/index")
        return Site(posixpath.normpath(f"{root}/{out}") if root else out, "", "assets", base(said(text, "base")))

    return made


def _vite(look: Look) -> Site | None:
    """`outDir` is relative to `root` (vite.dev/config/build-options); without a page there it is no site."""
    text = look.config("vite.config", "vite.config.prod")
    root = said(text, "root")
    out = said(text, "outDir") or "dist"
    if not look.project.has(posixpath.normpath(f"{look.folder}/{root}/index.html")):
        return None
    pages = look.has("vike", "vite-plugin-ssr") or re.search(r"rollupOptions\s*:\s*\{\s*input\s*:\s*[\[{]", text)
    return Site(
        posixpath.normpath(f"{root}/{out}").lstrip("./") or "dist",
        "" if pages else "index.html",
        said(text, "assetsDir") or "assets",
        base(said(text, "base")),
    )


def _angular(look: Look) -> Site | Server:
    """`outputPath`, with `browser` in it when esbuild makes it (angular.dev/reference/configs/workspace-config)."""
    from scaffold.languages.node_frameworks import Server

    content = read(look.project.glance(posixpath.normpath(f"{look.folder}/angular.json"))) or {}
    projects = _table(content, "projects")
    name = str(
        content.get("defaultProject")
        or next(
            (key for key in projects if _table(projects, key).get("projectType") == "application"),
            look.manifest["name"],
        )
    )
    build = _table(_table(projects, name), "architect") or _table(_table(projects, name), "targets")
    build = _table(build, "build")
    options, builder = _table(build, "options"), str(build.get("builder", ""))
    path = options.get("outputPath") or f"dist/{name}"
    parts = path if isinstance(path, dict) else {"base": path}
    base, inner = str(parts.get("base")), str(parts.get("browser", "browser"))
    esbuild = builder.endswith(":application")
    if esbuild and options.get("ssr") and options.get("outputMode") != "static":
        return Server(f"node {base}/server/server.mjs", env=(("NG_ALLOWED_HOSTS", "*"),))
    return Site(posixpath.normpath(f"{base}/{inner}" if esbuild else str(base)), "index.html")


def _table(content: dict[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    return value if isinstance(value, dict) else {}


def _gatsby(look: Look) -> Site:
    return Site("public")


def _eleventy(look: Look) -> Site:
    text = look.config(".eleventy", "eleventy.config")
    scripts = str(look.manifest.get("scripts"))
    flag = re.search(r"--output[= ]([\w./-]+)", scripts)
    inside = re.search(r"output\s*:\s*['\"]([\w./-]+)", text) or re.search(r"setOutputDirectory\(['\"]([\w./-]+)", text)
    return Site(posixpath.normpath((flag or inside or ["", "_site"])[1]))


def _parcel(look: Look) -> Site:
    scripts = str(look.manifest.get("scripts"))
    flag = re.search(r"(?:--dist-dir|--out-dir|-d)[= ]([\w./-]+)", scripts)
    return Site(posixpath.normpath(flag[1] if flag else "dist"), "index.html")


def _webpack(look: Look) -> Site | None:
    from scaffold.languages.node_outputs import folder

    text = look.config("webpack.config", "webpack.prod", "webpack.config.prod", "config/webpack.prod")
    return Site(folder(text) or "dist", "index.html")


def _vue(look: Look) -> Site:
    return Site(said(look.config("vue.config"), "outputDir") or "dist", "index.html", "js")


SITES = (
    Builder("Gatsby", ("gatsby",), ("gatsby",), "gatsby build", _gatsby),
    Builder("Docusaurus", ("@docusaurus/core",), ("docusaurus",), "docusaurus build", _docusaurus),
    Builder("VitePress", ("vitepress",), ("vitepress",), "vitepress build", _docs("vitepress", ".vitepress/dist")),
    Builder("VuePress", ("vuepress",), ("vuepress",), "vuepress build", _docs("vuepress", ".vuepress/dist")),
    Builder("Eleventy", ("@11ty/eleventy",), ("eleventy",), "eleventy", _eleventy),
    Builder(
        "Create React App",
        ("react-scripts",),
        ("react-scripts", "craco", "react-app-rewired"),
        "react-scripts build",
        _react,
    ),
    Builder("Angular", ("@angular/cli", "@angular/core"), ("ng",), "ng build", _angular),
    Builder("Vue CLI", ("@vue/cli-service",), ("vue-cli-service",), "vue-cli-service build", _vue),
    Builder("Hexo", ("hexo",), ("hexo",), "hexo generate", _fixed("public")),
    Builder("Slidev", ("@slidev/cli",), ("slidev",), "slidev build", _fixed("dist", "index.html", "assets")),
    Builder("Rspress", ("@rspress/core", "rspress"), ("rspress",), "rspress build", _fixed("doc_build", "", "static")),
    Builder("Rsbuild", ("@rsbuild/core",), ("rsbuild",), "rsbuild build", _fixed("dist", "index.html", "static")),
    Builder(
        "Ember",
        ("ember-cli",),
        ("ember",),
        "ember build --environment=production",
        _fixed("dist", "index.html", "assets"),
    ),
    Builder("Parcel", ("parcel", "parcel-bundler"), ("parcel",), "parcel build", _parcel),
    Builder("Vite", ("vite", "rolldown-vite"), ("vite",), "vite build", _vite),
    Builder(
        "webpack-dev-server",
        ("webpack-dev-server",),
        ("webpack-dev-server", "webpack"),
        "webpack --mode production",
        _webpack,
    ),
)
"""Tools whose output is a folder of files, by their manuals; what builds on another tool stands before it."""

SERVERS = {
    "serve": ("-s", "--single"),
    "http-server": (),
    "sirv": ("-s", "--single"),
    "sirv-cli": ("-s", "--single"),
    "live-server": ("--spa",),
    "lite-server": (),
    "static-server": (),
    "local-web-server": ("--spa",),
    "ws": ("--spa",),
}
"""Programs that serve a folder, with their flags for one page that stands for all."""


def served(words: tuple[str, ...]) -> Site | None:
    """The site that a static server is started on, such as `serve -s build`; None for any other program."""
    name = words[0].rpartition("/")[2]
    if name not in SERVERS:
        return None
    takes = ("-p", "--port", "-l", "--listen", "-a", "-c", "-d", "-H", "--host")
    folders = [word for before, word in itertools.pairwise(words) if not word.startswith("-") and before not in takes]
    single = any(word in SERVERS[name] for word in words)
    folder = folders[0] if folders else "."
    return Site(posixpath.normpath(folder), "index.html" if single else "")
