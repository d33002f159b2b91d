"""Rules about a Dockerfile's stages: what each is built on, and what the last one leaves to the app."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate

from scaffold import dockerfile
from scaffold.dockerfile import Dockerfile, Instruction, Stage
from scaffold.findings import Weakness
from scaffold.hardening import images, passwords, run, secrets, starts, users
from scaffold.hardening.downloads import Downloads
from scaffold.hardening.words import Command, commands, pieces

USER = "Write USER 65532:65532 before the ENTRYPOINT."
SECRETS = "Give it when the app is started, in a file that a variable names."
CHECK = 'Write HEALTHCHECK CMD ["program", "argument"] for what tells that the app answers.'


def judged(text: str) -> Iterator[Weakness]:
    """Every weakness of a Dockerfile; one that cannot be read has no other."""
    yield from secrets.texts(text)
    try:
        file = dockerfile.read(text)
    except dockerfile.Unreadable as error:
        yield Weakness("broken-file", error.line, f"{error}.", "Mend it: no engine builds from it.")
        return
    runtime = _runtime(file)
    lines = {stage.line for stage in runtime}
    yield from _variables(file.head)
    earlier = set[str]()
    fetched: dict[str, Downloads] = {}
    for place, stage in enumerate(file.stages):
        yield from _base(stage, earlier, stage is runtime[0])
        yield from _variables(stage.instructions, stage.line in lines)
        # A stage that is built on another has what that one downloaded.
        below = fetched.get(stage.image.lower(), Downloads())
        fetched[stage.name] = downloads = Downloads(below.files)
        for one in map(_triggered, stage.instructions):
            yield from _step(one, stage.line in lines, downloads)
            yield from _source(one, earlier, place)
        earlier |= {stage.name} - {""}
    yield from _user(runtime)
    yield from _health(runtime)
    yield from _start(runtime)
    yield from _setuid(runtime)
    yield from _copies(runtime, len(file.stages) > len(runtime))


def _runtime(file: Dockerfile) -> list[Stage]:
    """The stages that the image consists of: the last, before it the one that it is built on, and so on."""
    chain = [file.stages[-1]]
    for stage in reversed(file.stages[:-1]):
        if stage.name and stage.name == chain[0].image.lower():
            chain.insert(0, stage)
    return chain


def _triggered(one: Instruction) -> Instruction:
    """What an ONBUILD does later, anything else as it is."""
    if one.name != "ONBUILD":
        return one
    name, _, value = one.value.partition(" ")
    flags, rest = dockerfile.flags(value) if name.upper() in dockerfile.FLAGGED else ((), value)
    return Instruction(name.upper(), one.line, one.end, rest, flags, one.parts, one.heredocs)


def _base(stage: Stage, earlier: Set[str], lowest: bool) -> Iterator[Weakness]:
    image = stage.image
    if not image or image.lower() in earlier or image == "scratch":
        return
    yield from images.pin(image, stage.line)
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    if lowest and "debug" in tag.split("-"):
        fact = f"The app runs on {image.partition('@')[0]}, which is made for looking into it."
        yield Weakness("debug-image", stage.line, fact, "Leave debug out of the tag.")


def _source(one: Instruction, earlier: Set[str], place: int) -> Iterator[Weakness]:
    """Images that are named elsewhere than in FROM."""
    sources = [one.flag("from")] if one.name in ("ADD", "COPY") else []
    if one.name == "RUN":
        sources = [found[1] for name, value in one.flags if name == "mount" for found in [_FROM.search(value)] if found]
    for source in sources:
        stage = source.isdigit() and int(source) < place
        if source and not stage and source.lower() not in earlier:
            yield from images.pin(source, one.at(f"from={re.escape(source)}"))


_FROM = re.compile(r"(?:^|,)from=([^,]+)")


def _variables(instructions: Sequence[Instruction], runs: bool = False) -> Iterator[Weakness]:
    for one in instructions:
        if one.name not in ("ARG", "ENV"):
            continue
        for name, value, given, line in _pairs(one):
            yield from run.switched_off(name, value, line)
            yield from secrets.variable(name, value, line, secrets.MOUNT)
            yield from starts.variable(name, value, line) if runs and one.name == "ENV" else ()
            if one.name == "ARG" and not given and secrets.is_secret(name):
                fact = f"What is given for {name} stands in the image's history."
                yield Weakness("secret-variable", line, fact, secrets.MOUNT, "warning")


def _pairs(one: Instruction) -> Iterator[tuple[str, str, bool, int]]:
    """The variables that are set, each with its value, whether it has one, and its line."""
    words = list(re.finditer(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\\.|[^\s\"'\\])+", one.value))
    if one.name == "ENV" and words and "=" not in words[0][0]:
        yield words[0][0], one.value[words[0].end() :].strip(), True, one.line
        return
    parts = [*pieces(one)]
    ends = [*accumulate(len(piece) for _, piece in parts)]
    for word in words:
        name, equals, value = word[0].partition("=")
        line = parts[min(bisect(ends, word.start()), len(parts) - 1)][0]
        yield name, re.sub(r"[\"']", "", value), bool(equals), line


def _step(one: Instruction, runs: bool, fetched: Downloads) -> Iterator[Weakness]:
    """What one instruction weakens, after what was downloaded before; `runs` is whether it is part of what runs."""
    if one.name == "RUN":
        yield from run.run(one, runs, fetched)
    elif one.name == "EXPOSE":
        for port in one.value.split():
            if port.partition("/")[0] in ("22", "23", "2375", "2376"):
                fact = f"Port {port} is one of remote administration."
                yield Weakness("ssh-port", one.at(rf"\b{re.escape(port)}"), fact, "Use docker exec, and leave it out.")
    elif one.name in ("ADD", "COPY"):
        if mode := one.flag("chmod"):
            yield from run.modes(mode, one.at("--chmod"))
        yield from _added(one)


def _added(one: Instruction) -> Iterator[Weakness]:
    *sources, _ = one.json or one.value.split() or [""]
    for source in sources:
        remote = one.name == "ADD" and re.match(r"(?:https?|git|ssh|ftp)://|git@", source)
        if remote and not one.flag("checksum") and not re.search(r"#[0-9a-f]{40}", source):
            fact = f"{source} is added, whatever it is by then."
            yield Weakness(
                "remote-add",
                one.at(re.escape(source)),
                fact,
                "Add --checksum=sha256:..., or download it in RUN and compare.",
            )
        elif not one.flag("from") and not source.startswith("<<") and secrets.is_file(source):
            fact = f"{source} is copied into the image."
            yield Weakness("secret-file", one.at(re.escape(source)), fact, secrets.MOUNT)


def _all(runtime: Sequence[Stage], *names: str) -> list[Instruction]:
    return [one for stage in runtime for one in stage.instructions if one.name in names]


def _user(runtime: Sequence[Stage]) -> Iterator[Weakness]:
    said = _all(runtime, "USER")
    if not said:
        yield Weakness("root-user", runtime[-1].line, "The last stage has no USER.", USER)
        return
    yield from users.judged(said[-1].value, said[-1].line, USER)


def _health(runtime: Sequence[Stage]) -> Iterator[Weakness]:
    said = _all(runtime, "HEALTHCHECK")
    if not said:
        yield Weakness("no-healthcheck", runtime[-1].line, "The last stage has no HEALTHCHECK.", CHECK)
    elif said[-1].value.strip().upper() == "NONE":
        yield Weakness("no-healthcheck", said[-1].line, "HEALTHCHECK NONE switches the check off.", CHECK)


def _start(runtime: Sequence[Stage]) -> Iterator[Weakness]:
    """How the app is started; a CMD is only arguments where there is an ENTRYPOINT in exec form."""
    entry, command = _all(runtime, "ENTRYPOINT")[-1:], _all(runtime, "CMD")[-1:]
    before: list[Command] = []
    for one in (*entry, *command):
        found = [*commands(one)]
        weak = [*starts.manager(one.name, found, one.line)]
        if not weak and one in (entry or command):
            weak = [*starts.shell(one.name, found, one.line, one.json is None)]
        yield from (*weak, *starts.debugging(found, before))
        for each in found:
            yield from passwords.judged(each, SECRETS)
        before += found


def _setuid(runtime: Sequence[Stage]) -> Iterator[Weakness]:
    """An image with a shell whose setuid files nobody takes away; distroless ones and scratch have none."""
    base = runtime[0].image
    if base == "scratch" or "distroless" in base or "$" in base or base.startswith("cgr.dev/"):
        return
    stripped = r"-perm\s+[-/+]?(?:[0-7]*[246]000|u[+=]s)[^&|;]{0,200}(?:\brm\b|\bchmod\b|-delete)"
    scripts = (text for one in _all(runtime, "RUN") for text in (one.value, *(body for _, body in one.heredocs)))
    if not any(re.search(stripped, script) for script in scripts):
        fact = f"The setuid files of {base.partition('@')[0]} are left in the image."
        remedy = "Write RUN find / -xdev -type f -perm /6000 -exec rm -f {} +"
        yield Weakness("setuid-files", runtime[0].line, fact, remedy)


def _copies(runtime: Sequence[Stage], built: bool) -> Iterator[Weakness]:
    """What comes into the image that runs; `built` says whether there are stages to build in."""
    folders = [one.value.strip().strip("\"'") for one in _all(runtime, "WORKDIR")]
    home = posixpath.normpath(posixpath.join("/", *folders))
    program = next((one.json[0] for one in _all(runtime, "ENTRYPOINT")[-1:] if one.json), home)
    copied: list[str] = []
    here = "/"
    for one in _all(runtime, "WORKDIR", "ADD", "COPY", "RUN"):
        if one.name == "WORKDIR":
            here = posixpath.join(here, one.value.strip().strip("\"'"))
        elif one.name == "RUN":
            yield from _given(one, here, [home, *copied]) if "chown" in one.value else ()
        else:
            *sources, target = one.json or one.value.split() or [""]
            target = posixpath.normpath(posixpath.join(here, target))
            copied.append(target)
            code = _within(target, home) or _within(program, target)
            owner = one.flag("chown").partition(":")[0]
            if owner and not users.is_root(owner) and code:
                fact = f"{target} belongs to {owner}, as whom the app runs."
                yield Weakness("writable-app", one.at("--chown"), fact, "Leave --chown out: root's files can be read.")
            if built and not one.flag("from") and any(re.fullmatch(r"\.?/?\*?", source) for source in sources):
                fact = f"{one.name} takes the whole folder into the last stage."
                yield Weakness("context-in-runtime", one.line, fact, "Copy it in a build stage, and from there --from.")


def _given(run: Instruction, here: str, code: Sequence[str]) -> Iterator[Weakness]:
    """Folders of code that a RUN gives to another user than root."""
    for command in commands(run):
        words = [word for word in command.words[1:] if not word.text.startswith("-")]
        if command.name != "chown" or len(words) < 2 or users.is_root(words[0].text.partition(":")[0]):
            continue
        for word in words[1:]:
            if posixpath.normpath(posixpath.join(here, word.text)) in code:
                fact = f"{word.text} is given to {words[0].text}, as whom the app runs."
                yield Weakness("writable-app", word.line, fact, "Leave it to root: its files can be read.")


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
