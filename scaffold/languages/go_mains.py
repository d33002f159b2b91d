"""Which of a project's programs is the one to run: the one that listens, by its imports, its name and its mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scaffold.errors import ScaffoldError
from scaffold.facts import Found
from scaffold.languages import go_listens
from scaffold.languages.go_sources import Package, Sources
from scaffold.project import Project

SERVERS = frozenset(
    {"api", "apiserver", "app", "backend", "cmd", "daemon", "http", "main", "rest", "serve", "server", "service"}
    | {"src", "web", "webapp", "website", "webserver"}
)
"""Names of folders whose program is likely the server."""

ASIDE = re.compile(
    r"(?i)(?:^|[/_-])(?:tools?|cli|ctl|client|migrat\w*|seed\w*|gen|generate\w*|codegen|examples?|_examples|demos?|samples?|tests?"
    r"|testing|e2e|bench\w*|scripts?|hack|dev|devtools|mocks?|fakes?|load\w*|contrib|internal|docs?|integration|worker"
    r"|playground|debug|admin|fuzz|functional|tutorial|test\w*|build|ci)(?:$|[/_-])"
)
"""Names of folders whose programs are seldom the product."""

EXAMPLE = re.compile(
    r"(?i)(?:^|[/_-])(?:examples?|demos?|tests?|testing|testdata|samples?|docs?|mocks?|fakes?|hack|integration|e2e|fixtures?)"
    r"(?:$|[/_-])"
)
"""Those among them that are there to be read."""

MENTIONS = ("Procfile", "Makefile", "makefile", ".goreleaser.yml", ".goreleaser.yaml", "Taskfile.yml", "justfile",
            "air.toml", ".air.toml", "render.yaml", "fly.toml", "package.json", "README.md")  # fmt: skip
"""Files that say what is run."""

STAYS = re.compile(
    r"\bfor\s*\{|\bselect\s*\{\s*\}|signal\.Notify|time\.(?:NewTicker|Tick)\(|\.Subscribe\(|\.Consume\w*\(|cron\.New\("
    r"|\.FetchMessage\(|\.Poll\(|<-\s*make\(chan|StartPolling|GetUpdatesChan|worker\.New|asynq\.NewServer"
)
"""Signs of a program that runs until it is ended."""

ASKED = re.compile(
    r"\bflag\.(?:NArg|Args|Arg)\(|\bos\.Args\[[1-9]|\bos\.Args\[1:\]|cobra\.Command\{|kingpin\.\w*Arg\(|\bcli\.App\{|kong\.Parse\("
    r"|bufio\.New(?:Reader|Scanner)\(os\.Stdin"
)
"""Signs of a program that does what it is told, and ends."""


@dataclass(frozen=True)
class Main:
    """A program: its folder, the module's folder it is in, and where it listens, empty when it does not."""

    folder: str
    module: str
    packages: tuple[Package, ...]
    score: int = 0
    mention: str = ""

    @cached_property
    def listens(self) -> str:
        """The place where it listens."""
        return go_listens.listening(self.packages)

    @cached_property
    def stays(self) -> str:
        """The place that shows that it runs until it is ended."""
        return next((place for package in self.packages[:40] for place in _found(STAYS, package)), "")

    @cached_property
    def asked(self) -> str:
        """The place that shows that it is told what to do, and then ends."""
        return next((place for package in self.packages[:40] for place in _found(ASKED, package)), "")


def choose(sources: Sources, name: str) -> tuple[Main, Found]:
    """The program to run, and its folder with why; `name` is the project's.

    Raises ScaffoldError when there is none, or nothing tells which of several it is.
    """
    mains = list(_mains(sources))
    if not mains:
        raise ScaffoldError(
            "No program found: there is no package main, so this is a library.",
            "Say where one is, as in --start ./cmd/server.",
        )
    mentioned = _mentions(sources.project)
    scored = [_scored(main, name, mentioned) for main in mains]
    scored.sort(key=lambda main: (-main.score, main.folder.count("/"), main.folder))
    best, *rest = scored
    if EXAMPLE.search(best.folder) and sources.package(best.module).files:
        folders = [main.folder for main in scored[:4]]
        raise ScaffoldError(
            f"This is a library: its programs are examples, {', '.join(folders)}.",
            f"Say it when one of them is meant: --start ./{folders[0]}.",
        )
    rivals = [other for other in rest if other.score == best.score]
    if rivals and best.folder != ".":
        folders = [main.folder for main in (best, *rivals)]
        what = "Several programs that listen" if best.listens else "Several programs"
        raise ScaffoldError(
            f"{what} found: {', '.join(folders)}.",
            f"Say which: {' or '.join(f'--start ./{folder}' for folder in folders[:6])}.",
        )
    return best, _found_main(best, rest)


def _found_main(best: Main, rest: list[Main]) -> Found:
    value = "." if best.folder == best.module else f"./{_below(best.folder, best.module)}"
    why = "package main" + ("" if best.folder == "." else f" in {best.folder}")
    if best.listens:
        why += f", listens at {best.listens}"
    others = tuple(Found(f"./{main.folder}", main.listens or "listens nowhere") for main in rest[:4])
    if not others:
        rule = ""
    elif best.listens and not rest[0].listens:
        rule = "it alone listens"
    elif best.mention and best.mention != rest[0].mention:
        rule = f"{best.mention} runs it"
    else:
        rule = "its name is likelier a server's" if best.listens else "its name is likelier the product's"
    return Found(value, why, "certain" if not rest else "likely", others, rule)


def _mains(sources: Sources) -> Iterator[Main]:
    for module in dict.fromkeys(sources.modules.values()):
        for folder in sources.mains(module):
            yield Main(folder, module, sources.reached(folder))


def _scored(main: Main, name: str, mentioned: dict[str, str]) -> Main:
    last = main.folder.rpartition("/")[2]
    score = 0
    if main.listens:
        own = {file.path for package in main.packages[:1] for file in package.files}
        score += 10 + (main.listens.rpartition(":")[0] in own)
    if ASIDE.search(main.folder):
        score -= 12 if EXAMPLE.search(main.folder) else 7
    if main.folder == ".":
        score += 4
    elif last in SERVERS or (re.search(r"(?i)server|api$|(?:^|[_-])web|d$", last) and not ASIDE.search(last)):
        score += 3
    if last.lower() in (name.lower(), f"{name.lower()}d"):
        score += 3
    if main.module != ".":
        score -= 2
    for path, file in mentioned.items():
        if path == main.folder:
            return replace(main, score=score + (6 if file == "Procfile" else 2), mention=file)
    return replace(main, score=score)


def _mentions(project: Project) -> dict[str, str]:
    """The folders that files which run or build programs name, each with the first such file."""
    found = dict[str, str]()
    for file in MENTIONS:
        if project.has(file):
            said = project.glance(file)
            web = re.search(r"^web:\s*(\S+)", said, re.MULTILINE) if file == "Procfile" else None
            if web:
                found.setdefault(f"cmd/{web[1].rpartition('/')[2]}", file)
            for one in re.findall(r"(?:go (?:run|build|install)\b[^\n]*?\s|main:\s*)\./([\w./-]+)", said):
                folder = one.rpartition("/")[0] if one.endswith(".go") else one.rstrip("/")
                found.setdefault(folder or ".", file)
    return found


def _found(known: re.Pattern[str], package: Package) -> Iterable[str]:
    for file in package.files:
        if match := known.search(file.text):
            yield file.place(file.text.count("\n", 0, match.start()) + 1)


def _below(folder: str, module: str) -> str:
    return folder if module == "." else folder.removeprefix(f"{module}/")
