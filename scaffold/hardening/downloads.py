"""The rule about downloads that are run: at once, in a later command, or in a later step of the same image."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from scaffold.findings import Weakness
from scaffold.hardening.words import SHELLS, Command

DOWNLOADERS = frozenset({"curl", "wget", "fetch", "aria2c"})
PROGRAMS = SHELLS | {"node", "perl", "php", "python", "python3", "ruby", "eval", "source", "."}
"""What runs a text."""

_SHOWING = frozenset({"awk", "cat", "envsubst", "gunzip", "gzip", "head", "sed", "tail", "tr", "zcat"})
"""What hands on a file's text."""

_COMPARING = re.compile(r"sha\d+sum|shasum|gpg|gpgv|cosign|minisign|openssl")
_PIPES = ("|", "|&")
REMEDY = "Download to a file, compare its SHA-256 with the published one, then run it; or take a package."


class Downloads:
    """The files that commands downloaded and nobody compared with a sum, as these run one after another."""

    def __init__(self, files: Iterable[str] = ()) -> None:
        self.files = set(files)

    def judged(self, command: Command, before: Sequence[Command]) -> Iterator[Weakness]:
        """Whether a command runs what was downloaded; `before` are those before it in the same step."""
        if self._piped(command, before) or _fed(command, before) or self._runs(command):
            yield Weakness("pipe-to-shell", command.line, "What is downloaded is run, whatever it is.", REMEDY)
            # What is said of a file once is not said again where it is made executable, and where it is run.
            self.files -= {file for file in self.files if any(_same(file, text) for text in command.texts)}
        if _COMPARING.fullmatch(command.name):
            self.files.clear()
        self.files |= _written(command)

    def _has(self, path: str) -> bool:
        return any(_same(file, path) for file in self.files)

    def _piped(self, command: Command, before: Sequence[Command]) -> bool:
        """Whether a download, or a downloaded file, is piped into what runs it."""
        if command.operator not in _PIPES or command.name not in PROGRAMS:
            return False
        for earlier in reversed(before):
            if earlier.name in DOWNLOADERS or (earlier.name in _SHOWING and any(map(self._has, earlier.texts))):
                return True
            if earlier.operator not in _PIPES:
                return False
        return False

    def _runs(self, command: Command) -> bool:
        """Whether a command runs a file that was downloaded before, or makes it executable."""
        if not self.files or not command.words:
            return False
        if command.name == "chmod":
            makes = any(re.fullmatch(r"[ugoa]*\+[rw]*x\w*|[0-7]*[1357][0-7]{0,2}", text) for text in command.texts)
            return makes and any(map(self._has, command.texts))
        if command.name not in PROGRAMS:
            return self._has(command.words[0].text)
        first = next((text for text in command.texts if not text.startswith("-")), "")
        return self._has(first) or any(map(self._has, command.reads))


def _fed(command: Command, before: Sequence[Command]) -> bool:
    """Whether a download is what a program is given to run: `sh <(curl ...)`, `sh -c "$(curl ...)"`."""
    ahead = before[-1] if before and command.operator in ("<(", "(") else None
    if ahead and ahead.name in PROGRAMS and command.name in DOWNLOADERS:
        return True
    return command.name in PROGRAMS and any(re.search(r"\$\(\s*(curl|wget)\b", text) for text in command.texts)


def _same(file: str, path: str) -> bool:
    """Whether two paths may be of one file: as they are, or by the name where one of them has no folder."""
    one, other = file.removeprefix("./"), path.removeprefix("./")
    if not one or one == other:
        return bool(one)
    return ("/" not in one or "/" not in other) and posixpath.basename(one) == posixpath.basename(other)


def _written(command: Command) -> set[str]:
    """The files that a download is written to: named, or as the address names them."""
    if command.name not in DOWNLOADERS:
        return set()
    letter, long = ("O", "--output-document") if command.name == "wget" else ("o", "--out(?:put)?")
    files = {file for flag, file in pairwise(command.texts) if re.fullmatch(rf"-(?!-)\w*{letter}|{long}", flag)}
    for text in command.texts:
        if found := re.fullmatch(rf"-(?!-)[a-zA-Z]*{letter}(.+)|{long}=(.+)", text):
            files.add(found[1] or found[2])
    files |= {*command.writes}
    remote = any(re.fullmatch(r"-(?!-)\w*O\w*|--remote-name(-all)?", text) for text in command.texts)
    if remote if command.name == "curl" else not files:
        files |= {posixpath.basename(re.split("[?#]", text)[0]) for text in command.texts if "://" in text}
    return {file for file in files if file and not file.startswith(("-", "/dev/"))}
