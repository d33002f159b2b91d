"""`update` beside copier's, on the same edits: makes docs/compared-with-copier.md.

Run it by `python -m tests.compared_with_copier`. It wants git, and the Python registry, from which copier comes into a
virtual environment in a temporary folder.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from scaffold import render
from tests import remade
from tests.day import TOP
from tests.laws import findings
from tests.regeneration_test import CHANGES, DIGEST, EDITS, Bench, unix
from tests.remade import FILES, Texts, again, counted, pins, put, texts

PAGE = TOP / "docs" / "compared-with-copier.md"
LANGUAGE, TIER = "node", "slim"

EDITED = {
    "none": "nothing",
    "ENV": "an `ENV` added in a paragraph of its own",
    "ENV below ours": "an `ENV` added right below a generated one",
    "apt": "a `RUN apt-get install` added",
    "ENTRYPOINT": "another start command",
    "bump": "a bot's bump of tag and digest",
    "rebuilt": "a bot's bump of the digest alone",
    "no HEALTHCHECK": "`HEALTHCHECK` deleted",
    "reordered": "`EXPOSE` moved down",
    "CRLF": "all files with CRLF",
    "stage": "a stage renamed",
    "deleted": "`.dockerignore` deleted",
    "service": "a service added in compose.yaml",
    "comment": "a comment added in dependabot.yml",
}
CHANGED = {
    "pins": "newer pins",
    "templates": "newer template texts",
    "tier": "distroless instead of slim",
    "port": "another port",
    "version": "Node 24 instead of 22",
}
MEASURES = {
    "conflicts": "conflicts",
    "lost": "added lines that are gone",
    "back": "deleted or replaced lines that are back",
    "files": "deleted files that are back",
    "endings": "lines without their file's CRLF",
    "rolled": "pins older than the bot's",
    "missing": "new lines that did not arrive",
    "broken": "files without a conflict that are wrong",
}
"""What is counted, but for `broken`, which is what the laws of generated files say more than of the user's own."""

TEXT = """\
# `update` beside copier's

Made on {day} by `python -m tests.compared_with_copier`, with copier {version}.

{edits} edits under {changes} changes of the generated files, {pairs} pairs, for Node on slim. For copier the files as
generated are version 1 of a template, and those after the change are version 2; the project is a git repository, the
edit is committed, and `copier update` has its defaults. What is an answer here (tier, port, version) is a new text
there: a template with questions would come to the same text. The template is the text that we generate, so both join
a text that was laid out with our way of joining in mind.

| | dockerscaffold | copier |
|---|--:|--:|
| pairs with nothing to say against | {clean}|
{totals}
| pairs in which it does better than the other | {better}|

A conflict is a place that is left for a person, between marks; what stood there is between them. Lines are compared
without their pins and endings, which are counted on their own; lines that did not arrive, older pins and wrong files
are counted where there is no conflict. Wrong is a file that breaks a rule of generated files which the user's own did
not break, such as `COPY --from` a stage that is not there.

## Pairs with something to say

| edit | change | dockerscaffold | copier |
|---|---|---|---|
{rows}

All others are as they should be with both.

## What copier does better

- It joins any text of any template; we join the files that we make ourselves.
- It needs no copy of what it wrote in the project: it makes the old version anew from the template's history. Our lock
  holds those texts, so it is long; in return neither git nor the old version of the program is needed.
- Its conflicts are git's own: `git status` lists them, and git's merge tools open them. Ours are marks in a text. It
  can leave `.rej` files instead.
- A template can bring migrations, which are programs that run between two versions. We have none.
"""


@dataclass(frozen=True)
class Case:
    """The files as generated, as the user has them, as they are new, and joined."""

    base: Texts
    mine: Texts
    ours: Texts
    now: Texts

    def count(self) -> Counter[str]:
        """What is wrong with the joined files, by MEASURES; a name of a stage that the user chose counts as ours."""
        found = Counter[str]()
        for path in FILES:
            base, mine, ours, now = (texts[path] for texts in (self.base, self.mine, self.ours, self.now))
            if mine is None:
                found["files"] += now is not None
                continue
            were, wrote, new, are = map(counted, (base, mine, ours, now))
            lines = [line for line in (now or "").split("\n") if line]
            conflicts = sum(line.startswith("<<<<<<< ") for line in lines)
            found["conflicts"] += conflicts
            found["lost"] += (wrote - were - are).total()
            if not conflicts:
                found["back"] += ((were - wrote) & (are - wrote)).total()
                found["missing"] += (new - were - are).total()
            found["endings"] += sum(not line.endswith("\r") for line in lines) if "\r\n" in mine else 0
        if not found["conflicts"]:
            found["rolled"] = sum(
                not any(number(pin) >= number(one) for pin in pins(self.now).get(variant, ()))
                for variant, bots in pins(self.mine).items()
                for one in bots
                if DIGEST in one
            )
            found["broken"] = len(findings(unix(self.now)) - findings(unix(self.mine)))
        return +found


def number(pin: str) -> list[int]:
    """The numbers in a tag."""
    return [int(found) for found in re.findall(r"\d+", pin.partition("@")[0])]


class Copier:
    """Copier in a virtual environment of its own, with a home and a git of its own."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "venv", with_pip=True)
        self.folder, self.programs = folder, folder / "venv" / "bin"
        said([str(self.programs / "pip"), "install", "--quiet", "copier"], folder, dict(os.environ))
        (folder / "home").mkdir()
        self.environment = {
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            **{f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        self.version = self.run(["copier", "--version"], folder).split()[-1]

    def run(self, command: Sequence[str], folder: Path) -> str:
        return said(command, folder, self.environment)

    def commit(self, folder: Path) -> None:
        """Makes a commit of all that is in a folder, a repository from then on."""
        self.run(["git", "init", "--quiet"], folder)
        self.run(["git", "add", "--all", "--force"], folder)
        self.run(["git", "commit", "--quiet", "--allow-empty", "--message", "x"], folder)

    def project(self, name: str, base: Texts, ours: Texts) -> Path:
        """A project made of the first of two versions of a template, which hold these files."""
        template, project = self.folder / f"{name}-template", self.folder / name
        put(template, {"copier.yml": "_subdirectory: files\n"})
        put(template, {"files/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}\n"})
        for tag, files in (("v1", base), ("v2", ours)):
            put(template, {f"files/{path}": text for path, text in files.items()})
            self.commit(template)
            self.run(["git", "tag", tag], template)
        self.run(
            ["copier", "copy", "--quiet", "--defaults", "--vcs-ref", "v1", str(template), str(project)], self.folder
        )
        assert texts(project) == base
        return project

    def joined(self, project: Path, mine: Texts) -> Texts:
        """The files of a copy of a project after an edit and an update to the second version."""
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            copy = Path(shutil.copytree(project, Path(made) / "copy"))
            self.commit(copy)
            put(copy, mine)
            self.commit(copy)
            self.run(["copier", "update", "--quiet", "--defaults", "--conflict", "inline", "--vcs-ref", "v2"], copy)
            return texts(copy)


def said(command: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    """What a command says; ends the program with that when it fails."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


Row = tuple[str, str, Counter[str], Counter[str]]


def measured(bench: Bench, copier: Copier) -> Iterator[Row]:
    """Each edit under each change: its name, the change, what we came to, and what copier did."""
    for change in CHANGES:
        _, files = bench.project(LANGUAGE, TIER, change)
        base, ours = {path: files[path] for path in FILES}, bench.of_ours(change, LANGUAGE, TIER)
        project = copier.project(change, base, ours)
        for name in EDITED:
            mine = EDITS[name](base)
            root, _ = bench.project(LANGUAGE, TIER, change)
            put(root, mine)
            with bench.changing(change, LANGUAGE, TIER, root):
                again(root)
            # A name that the user gave a stage is to stand in new lines too.
            named = EDITS["stage"] if name == "stage" else EDITS["none"]
            cases = [Case(named(base), mine, named(ours), now) for now in (texts(root), copier.joined(project, mine))]
            yield name, change, *(case.count() for case in cases)
            print(name, change, file=sys.stderr)


def page(rows: Sequence[Row], version: str) -> str:
    """The page in Markdown."""
    ours, theirs = (sum((row[side] for row in rows), Counter[str]()) for side in (2, 3))
    clean = [sum(not row[side] for row in rows) for side in (2, 3)]
    totals = [(row[2].total(), row[3].total()) for row in rows]
    fewer = sum(we < they for we, they in totals), sum(they < we for we, they in totals)
    totals_of = [f"| {words} | {ours[key]} | {theirs[key]} |" for key, words in MEASURES.items()]
    told = [(EDITED[name], CHANGED[change], shown(we), shown(they)) for name, change, we, they in rows if we or they]
    return TEXT.format(
        day=datetime.date.today(),
        version=version,
        edits=len(EDITED),
        changes=len(CHANGED),
        pairs=len(rows),
        clean="| ".join(f"{number} " for number in clean),
        better="| ".join(f"{number} " for number in fewer),
        totals="\n".join(totals_of),
        rows="\n".join(f"| {' | '.join(row)} |" for row in told),
    )


def shown(found: Counter[str]) -> str:
    """The counts in words."""
    return "; ".join(f"{words}: {found[key]}" for key, words in MEASURES.items() if found[key]) or "as it should be"


def main() -> None:
    """Writes the page."""
    kept = mock.patch.object(render, "environment", remade.environment)
    with tempfile.TemporaryDirectory() as folder, kept, remade.more_pins():
        (Path(folder) / "bench").mkdir()
        copier = Copier(Path(folder))
        rows = list(measured(Bench(Path(folder) / "bench"), copier))
        PAGE.write_text(page(rows, copier.version))


if __name__ == "__main__":
    main()
