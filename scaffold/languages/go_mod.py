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

    `replaced` are folders (`../lib`) that stand in for modules.
    """

    module: str = ""
    go: Found | None = None
    toolchain: Found | None = None
    modules: dict[str, str] = field(default_factory=dict)
    replaced: list[Found] = field(default_factory=list)


def parse(text: str) -> GoMod:
    """Reads go.mod; raises ScaffoldError naming the line that cannot be read."""
    manifest, block, opened = GoMod(), "", 0
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
                raise _broken(number, raw)
            if words == ["("]:
                block, opened = directive, number
            elif words != ["(", ")"]:
                _read(manifest, directive, words, number, raw)
    if block:
        raise ScaffoldError(f"go.mod:{opened} cannot be read: its block is not closed.", "Close it with a line of ).")
    if not manifest.module:
        raise ScaffoldError(
            f"go.mod:{len(lines) or 1} cannot be read: it has no module line.", "Add one, as go mod init does."
        )
    return manifest


def _read(manifest: GoMod, directive: str, words: list[str], number: int, raw: str) -> None:
    first, source = words[0].strip('"`'), f"go.mod:{number} {directive}"
    version = re.match(r"(?:go)?(\d{1,5}\.\d{1,5}(?:\.\d{1,5})?)(?:[a-z-].*)?$", first)
    if directive == "module":
        manifest.module = first
    elif directive == "go":
        if not version:
            raise _broken(number, raw)
        manifest.go = Found(version[1], source)
    elif directive == "toolchain" and version:
        manifest.toolchain = Found(version[1], source)
    elif directive == "require":
        manifest.modules[first] = f"go.mod:{number}"
    elif directive == "replace" and "=>" in words[:-1]:
        target = words[words.index("=>") + 1].strip('"`')
        if target.startswith(("./", "../", "/")) or target in (".", ".."):
            manifest.replaced.append(Found(target, source))


def _broken(number: int, raw: str) -> ScaffoldError:
    return ScaffoldError(f"go.mod:{number} cannot be read: {raw.strip()}", "Mend that line; see go mod edit -fmt.")
