"""Which file a build makes of a source: compilers and bundlers by their flags and configuration, which is never run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.languages import node_typescript as typescript
from scaffold.languages.node_scripts import Step
from scaffold.project import Project

CONFIGS = ("js", "mjs", "cjs", "ts", "mts", "cts")
"""Endings of configuration files."""


def output(project: Project, entry: str, steps: Iterable[Step], manifest: Mapping[str, Any]) -> str | None:
    """The file that a build of these steps makes of a source, both relative to the project; None if unknown."""
    for step in steps:
        name = step.words[0].rpartition("/")[2] if step.words else ""
        if (maker := _MAKERS.get(name)) and (made := maker(project, entry, step, manifest)):
            return posixpath.normpath(posixpath.join(step.folder, made)) if name not in ("tsc", "nest") else made
    return None


def flag(words: Iterable[str], *names: str) -> str:
    """The value of the first of these flags, as `--flag value` or `--flag=value`; empty without one."""
    listed = list(words)
    for at, word in enumerate(listed):
        name, equals, value = word.partition("=")
        if name in names and equals:
            return value
        if word in names and at + 1 < len(listed):
            return listed[at + 1]
    return ""


def configured(project: Project, folder: str, *names: str) -> str:
    """The text of the first of these configuration files, with whichever ending; empty without one."""
    paths = (posixpath.normpath(f"{folder}/{name}.{ending}") for name in names for ending in CONFIGS)
    return next((project.glance(path) for path in paths if project.has(path)), "")


def said(text: str, *keys: str) -> str:
    """The text literal that stands behind a key in a configuration: `dist` of `outDir: 'dist'`."""
    for key in keys:
        if found := re.search(rf"""(?<![\w$]){key}['"]?\s*:\s*(?:[\w.]+\([^'"()]*)?(['"`])([^'"`$\n]+)\1""", text):
            return found[2]
    return ""


def _tsc(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    named = flag(step.words, "-p", "--project", "-b", "--build")
    path = posixpath.normpath(f"{step.folder}/{named or 'tsconfig.json'}")
    if named.startswith("-") or not path.endswith(".json"):
        path = posixpath.normpath(f"{step.folder}/{'' if named.startswith('-') else named}/tsconfig.json")
    made = typescript.config(project, path) or typescript.Config(step.folder)
    out, root = flag(step.words, "--outDir", "--outdir"), flag(step.words, "--rootDir", "--rootdir")
    if (made.silent or "--noEmit" in step.words) and not out:
        return None
    made = made._replace(
        out=posixpath.normpath(f"{step.folder}/{out}") if out else made.out,
        root=posixpath.normpath(f"{step.folder}/{root}") if root else made.root,
    )
    return typescript.emitted(project, entry, made, typescript.major(manifest, "typescript"))


def _nest(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    """Nest's compiler takes tsconfig.build.json where it is there (docs.nestjs.com/cli/monorepo)."""
    name = "tsconfig.build.json" if project.has(f"{step.folder}/tsconfig.build.json") else "tsconfig.json"
    made = typescript.config(project, posixpath.normpath(f"{step.folder}/{name}"))
    if not made:
        return None
    made = made if made.out else typescript.Config(made.folder, "dist", made.root, made.include, made.files)
    return typescript.emitted(project, entry, made, typescript.major(manifest, "typescript"))


def _tsup(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    text = configured(project, step.folder, "tsup.config")
    out = flag(step.words, "--out-dir", "-d") or said(text, "outDir") or "dist"
    formats = flag(step.words, "--format") or ",".join(re.findall(r"""format\s*:\s*\[?([^\]\n}]*)""", text)[:1])
    module = manifest.get("type") == "module"
    esm = "esm" in formats and "cjs" not in formats
    ending = ".mjs" if esm and not module else ".cjs" if module and not esm else ".js"
    return f"{out}/{_stem(entry)}{ending}"


def _tsdown(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    """ES modules with an ending that says so, unless told otherwise (tsdown.dev, "fixedExtension")."""
    text = configured(project, step.folder, "tsdown.config")
    out = flag(step.words, "--out-dir", "-d") or said(text, "outDir") or "dist"
    formats = flag(step.words, "--format", "-f") or ",".join(re.findall(r"format\s*:\s*\[?([^\]\n}]*)", text)[:1])
    fixed = not re.search(r"fixedExtension\s*:\s*false", text) and "--no-fixed-extension" not in step.words
    ending = "js" if not fixed else "cjs" if "cjs" in formats and "esm" not in formats else "mjs"
    return f"{out}/{_stem(entry)}.{ending}"


def _esbuild(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    if out := flag(step.words, "--outfile", "-o"):
        return out
    sources = [word for word in step.words[1:] if re.search(r"\.[cm]?[jt]sx?$", word) and not word.startswith("-")]
    ending = next((w.partition("=")[2] for w in step.words if w.startswith("--out-extension:.js=")), ".js")
    out = flag(step.words, "--outdir")
    name = entry if not sources or len(sources) > 1 else posixpath.basename(entry)
    return f"{out}/{posixpath.splitext(posixpath.basename(name))[0]}{ending}" if out else None


def _swc(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    """The command line of swc keeps the source's folder, unless told to strip it; babel's does not."""
    out = flag(step.words, "-d", "--out-dir")
    stem = posixpath.splitext(posixpath.normpath(entry))[0]
    strips = step.words[0].endswith("babel") or "--strip-leading-paths" in step.words
    inner = stem.partition("/")[2] if strips and "/" in stem else stem
    return f"{out}/{inner}.js" if out else flag(step.words, "-o", "--out-file") or None


def _bundled(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    """Rollup and webpack: what is said of the file, `dist/main.js` else (webpack.js.org/configuration/output)."""
    name = step.words[0].rpartition("/")[2]
    text = configured(project, step.folder, flag(step.words, "-c", "--config").rpartition(".")[0] or f"{name}.config")
    if name == "rollup":
        return flag(step.words, "-o", "--file") or said(text, "file") or None
    out = flag(step.words, "-o", "--output-path") or folder(text) or "dist"
    file = re.search(r"""filename\s*:\s*['"]([\w./-]+)['"]""", text)
    return f"{out}/{file[1] if file else 'main.js'}"


def folder(text: str) -> str:
    """The folder of `path: path.resolve(__dirname, 'build', 'server')`."""
    found = re.search(r"""path\s*:\s*(?:path\.)?(?:resolve|join)\(\s*__dirname\s*,([^)]*)\)""", text)
    return "/".join(re.findall(r"""['"]\.?/?([\w./-]+)['"]""", found[1])) if found else ""


def _vite(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    source = flag(step.words, "--ssr")
    if not source:
        return None
    text = configured(project, step.folder, "vite.config")
    out = flag(step.words, "--outDir") or said(text, "outDir") or "dist"
    return f"{out}/{_stem(source if '.' in source else entry)}.{'js' if manifest.get('type') == 'module' else 'mjs'}"


def _ncc(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    return f"{flag(step.words, '-o', '--out') or 'dist'}/index.js" if "build" in step.words else None


def _bun(project: Project, entry: str, step: Step, manifest: Mapping[str, Any]) -> str | None:
    out = flag(step.words, "--outdir")
    return flag(step.words, "--outfile") or (f"{out}/{_stem(entry)}.js" if out else None)


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0]


_MAKERS = {
    "tsc": _tsc,
    "tspc": _tsc,
    "vue-tsc": _tsc,
    "nest": _nest,
    "tsup": _tsup,
    "tsup-node": _tsup,
    "tsdown": _tsdown,
    "esbuild": _esbuild,
    "swc": _swc,
    "babel": _swc,
    "rollup": _bundled,
    "webpack": _bundled,
    "webpack-cli": _bundled,
    "vite": _vite,
    "ncc": _ncc,
    "bun": _bun,
}
