"""What go.mod says: the module, the Go it wants, what it requires and replaces (go.dev/ref/mod, "go.mod files")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scaffold.errors import ScaffoldError
from scaffold.facts import Found

DIRECTIVES = ("module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore")


@dataclass
class GoMod:
    """`go` and `toolchain` are versions (`1.27.1`), `modules` the required ones with their lines in go.mod.

    `versions` are these modules' versions, `indirect` those that only other modules import. `replaced` are folders
    (`../lib`) that stand in for modules, `replaces` the modules that anything stands in for.
    """

    path: str = "go.mod"
    module: str = ""
    go: Found | None = None
    toolchain: Found | None = None
    modules: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    indirect: set[str] = field(default_factory=set)
    replaced: list[Found] = field(default_factory=list)
    replaces: set[str] = field(default_factory=set)


def parse(text: str, path: str = "go.mod") -> GoMod:
    """Reads the text of the go.mod at a path; raises ScaffoldError naming the line that cannot be read."""
    manifest, block, opened = GoMod(path=path), "", 0
    lines = text.splitlines()
    for number, raw in enumerate(lines, 1):
        words = re.sub(r"[()]", r" \g<0> ", raw.partition("//")[0]).split()
        if block:
            if words == [")"]:
                block = ""
            elif words:
                _read(manifest, block, words, number, raw)
        elif words:
            directive, *words = words
            if directive not in DIRECTIVES or not words:
                raise _broken(manifest.path, number, raw)
            if words == ["("]:
                block, opened = directive, number
            elif words != ["(", ")"]:
                _read(manifest, directive, words, number, raw)
    if block:
        raise ScaffoldError(f"{path}:{opened} cannot be read: its block is not closed.", "Close it with a line of ).")
    if not manifest.module:
        raise ScaffoldError(
            f"{path}:{len(lines) or 1} cannot be read: it has no module line.", "Add one, as go mod init does."
        )
    return manifest


def _read(manifest: GoMod, directive: str, words: list[str], number: int, raw: str) -> None:
    first, source = words[0].strip('"`'), f"{manifest.path}:{number} {directive}"
    version = re.match(r"(?:go)?(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)(?:[a-z-].*)?$", first)
    if directive == "module":
        manifest.module = first
    elif directive == "go":
        if not version:
            raise _broken(manifest.path, number, raw)
        manifest.go = Found(version[1], source)
    elif directive == "toolchain" and version:
        manifest.toolchain = Found(version[1], source)
    elif directive == "require":
        manifest.modules[first] = f"{manifest.path}:{number}"
        if len(words) > 1:
            manifest.versions[first] = words[1]
        if re.search(r"//\s*indirect\b", raw):
            manifest.indirect.add(first)
    elif directive == "replace" and "=>" in words[:-1]:
        manifest.replaces.add(first)
        target = words[words.index("=>") + 1].strip('"`')
        if target.startswith(("./", "../", "/")) or target in (".", ".."):
            manifest.replaced.append(Found(target, source))


def _broken(path: str, number: int, raw: str) -> ScaffoldError:
    return ScaffoldError(f"{path}:{number} cannot be read: {raw.strip()}", "Mend that line; see go mod edit -fmt.")
