"""Edits of all kinds under changes of all kinds: nothing of the user's is lost, and what need not conflict does not."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold import commands, dockerfile, render
from scaffold.errors import Conflict
from scaffold.lock import load_lock
from scaffold.merging import BETWEEN, OURS, YOURS
from scaffold.project import Project
from scaffold.questions import LANGUAGES, TIERS
from scaffold.state import ANSWERS, LOCK
from scaffold.survey import Options
from scaffold.update import Updated, abort
from tests import remade
from tests.day import TODAY
from tests.generated import PROJECTS, write
from tests.laws import findings
from tests.remade import FILES, Texts, again, counted, lines, made, pins, put, texts, whole

DOCKERFILE, IGNORED, COMPOSE, DEPENDABOT = FILES
OLD = {"node": "22", "python": "3.13", "go": "1.26"}
NEW = {"node": "24", "python": "3.14", "go": "1.27"}
DIGEST = "b" * 64

SERVICE = """\
  jobs:
    build:
      context: .

    ports:
      - '127.0.0.1:6379:6379'

    healthcheck:
      test: [CMD, /app/jobs]

"""
APT = """\
RUN apt-get update \\
 && apt-get install -y --no-install-recommends "libpq5=17.*" \\
 && apt-get clean \\
 && rm -rf /var/lib/apt/lists/*

"""


def edit(path: str, change: Callable[[str], str]) -> Callable[[Texts], Texts]:
    def edited(files: Texts) -> Texts:
        text = change(str(files[path]))
        assert text != files[path]
        return {**files, path: text}

    return edited


def before(line: str, added: str) -> Callable[[str], str]:
    return lambda text: f"{added}{line}".join(text.rsplit(line, 1))


def without(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text, flags=re.MULTILINE)


def moved(text: str) -> str:
    exposed = "".join(re.findall(r"^EXPOSE .*\n", text, re.MULTILINE))
    return before("USER 65532", f"{exposed}\n")(without(r"^EXPOSE .*\n\n?")(text))


def bumped(text: str) -> str:
    """As Dependabot does it: the tag's last number, and the digest with it."""

    def further(match: re.Match[str]) -> str:
        return f"{match[1]}{int(match[2]) + 50 if match[2] else ''}{match[3]}@sha256:{DIGEST}"

    return re.sub(r"(:(?:\d+\.\d+\.|[a-z]+-|(?=[a-z])))(\d*)([\w.-]*)@sha256:[0-9a-f]{64}", further, text)


def rebuilt(text: str) -> str:
    return re.sub(r"@sha256:[0-9a-f]{64}", f"@sha256:{DIGEST}", text)


def below_ours(text: str) -> str:
    last = [match.end() for match in re.finditer(r"^ENV (?:.*\\\n)*.*\n", text, re.MULTILINE)][-1]
    return f"{text[:last]}ENV FEATURE=on\n{text[last:]}"


def renamed(text: str) -> str:
    return re.sub(r"( AS |from=)build\b", r"\1compile", text)


EDITS: dict[str, Callable[[Texts], Texts]] = {
    "none": lambda files: files,
    "ENV": edit(DOCKERFILE, before("USER 65532", "ENV FEATURE=on\n\n")),
    "ENV below ours": edit(DOCKERFILE, below_ours),
    "apt": edit(DOCKERFILE, before("USER 65532", APT)),
    "ENTRYPOINT": edit(DOCKERFILE, lambda text: re.sub(r"(?m)^ENTRYPOINT .*$", 'ENTRYPOINT ["/app/mine"]', text)),
    "bump": edit(DOCKERFILE, bumped),
    "rebuilt": edit(DOCKERFILE, rebuilt),
    "no HEALTHCHECK": edit(DOCKERFILE, without(r"^HEALTHCHECK .*\n.*\n\n")),
    "reordered": edit(DOCKERFILE, moved),
    "CRLF": lambda files: {path: (text or "").replace("\n", "\r\n") for path, text in files.items()},
    "stage": edit(DOCKERFILE, renamed),
    "deleted": lambda files: {**files, IGNORED: None},
    "service": edit(COMPOSE, before("networks:\n  frontend", SERVICE)),
    "comment": edit(DEPENDABOT, before("    cooldown:", "    # Mondays are full.\n")),
}
CHANGES = ("pins", "templates", "tier", "port", "version")
ANSWERED = {
    "tier": lambda language, tier: (f'tier = "{tier}"', f'tier = "{"distroless" if tier == "slim" else "slim"}"'),
    "port": lambda language, tier: (r"port = \[.*\]", 'port = ["9000"]'),
    "version": lambda language, tier: (f'version = "{OLD[language]}"', f'version = "{NEW[language]}"'),
}

OWN_TEXT_CHANGED = {"ENTRYPOINT": {"port", "tier"}, "no HEALTHCHECK": {"port", "tier"}, "reordered": {"port"}}
"""The edits of text that a change changes too; nothing else may be a conflict."""


class Bench:
    """One project of each language and tier, put back to what was generated before each use."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.templates = remade.changed_templates(root / "templates")
        self.generated: dict[tuple[str, str, str], tuple[Path, Texts]] = {}
        self.ours: dict[tuple[str, str, str], Texts] = {}

    def project(self, language: str, tier: str, change: str = "") -> tuple[Path, Texts]:
        """A project as generated, for `version` of an older line."""
        version = OLD[language] if change == "version" else NEW[language]
        key = language, tier, version
        if key not in self.generated:
            root = made(self.root / "-".join(key), language, tier, version=version)
            self.generated[key] = root, whole(root)
        root, files = self.generated[key]
        put(root, files)
        return root, files

    @contextlib.contextmanager
    def changing(self, change: str, language: str, tier: str, root: Path) -> Iterator[None]:
        """What makes the next update change files."""
        with contextlib.ExitStack() as stack:
            if change == "pins":
                stack.enter_context(remade.newer_pins())
            elif change == "templates":
                stack.enter_context(remade.templates(self.templates))
            else:
                old, new = ANSWERED[change](language, tier)
                saved = root / ANSWERS
                text, count = re.subn(old, new, saved.read_text())
                assert count == 1
                saved.write_text(text)
            yield

    def of_ours(self, change: str, language: str, tier: str) -> Texts:
        """What a change comes to in files that nobody edited."""
        key = change, language, tier
        if key not in self.ours:
            root, files = self.project(language, tier, change)
            with self.changing(change, language, tier, root):
                assert again(root).conflicts == {}
            self.ours[key] = texts(root)
            assert self.ours[key] != {path: files[path] for path in FILES}
        return self.ours[key]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patched, remade.more_pins():
        patched.setattr(render, "environment", remade.environment)
        yield Bench(tmp_path_factory.mktemp("bench"))


def hold(base: Texts, mine: Texts, ours: Texts, result: Updated, now: Texts) -> None:
    """What is true of every update: nobody's lines are lost, and what was deleted stays so."""
    for path in FILES:
        if mine[path] is None:
            assert now[path] is None
            continue
        were, wrote, new, are = (counted(files[path]) for files in (base, mine, ours, now))
        assert wrote - were <= are, path
        assert wrote - (were - new) <= are, path
        assert new - were <= are, path
        marks = sum(are[mark] for mark in (YOURS, BETWEEN, OURS))
        assert marks == 3 * len(result.conflicts.get(path, ()))
        assert [lines(now[path])[number - 1] for number in result.conflicts.get(path, ())] == [YOURS] * (marks // 3)
        if not marks:
            readable(path, now[path] or "")
            # Of a line that both removed, or both added, one is enough.
            assert not are - (wrote | (wrote + (new - were))), path
            gone = were - wrote
            assert not (gone - new) & (are - wrote), path


def readable(path: str, text: str) -> None:
    """Raises for a Dockerfile or YAML that no tool reads."""
    if path == DOCKERFILE:
        dockerfile.read(text)
    elif path != IGNORED:
        yaml.compose(text.encode(errors="surrogateescape"))


def unix(files: Texts) -> dict[str, str]:
    return {path: text.replace("\r\n", "\n") for path, text in files.items() if text is not None}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_matrix(language: str, tier: str, change: str, bench: Bench) -> None:
    ours = bench.of_ours(change, language, tier)
    for name in EDITS:
        if name == "apt" and tier != "slim":
            continue
        root, files = bench.project(language, tier, change)
        base = {path: files[path] for path in FILES}
        mine = EDITS[name](base)
        put(root, mine)
        with bench.changing(change, language, tier, root):
            held = whole(root)
            result = again(root)
            known, now = whole(root), texts(root)
            said = f"{name} x {change} on {language} {tier}"
            # The user's name of a stage is ours from then on.
            as_mine = EDITS["stage"] if name == "stage" else EDITS["none"]
            hold(as_mine(base), mine, as_mine(ours), result, now)
            hold_pins(root, mine, now, same=change != "version" and (change, name) != ("pins", "rebuilt"))
            if name == "CRLF":
                assert all((text or "").count("\n") == (text or "").count("\r\n") for text in now.values()), said
            if result.conflicts:
                assert change in OWN_TEXT_CHANGED.get(name, ()), said
                undone = abort(str(root), Options())
                assert undone.written and whole(root) == held, said
                continue
            assert findings(unix(now)) <= findings(unix(mine)), said
            twice = again(root)
            assert {one.what for one in twice.outcomes} <= {"unchanged", "deleted"}, said
            assert whole(root) == known, said


def hold_pins(root: Path, mine: Texts, now: Texts, same: bool) -> None:
    """One pin for each variant, which is in the lock; none became older, and those of a bot are the `same`."""
    images = load_lock(Project(root)).images
    known = {f"{image.tag}@{image.digest}" for image in images}
    bots = {variant: {pin for pin in found if DIGEST in pin} for variant, found in pins(mine).items()}
    were = pins(mine)
    for variant, found in pins(now).items():
        assert len(found) == 1 and found <= known, variant
        assert numbers(found) >= numbers(were.get(variant, set())), variant
        if same and bots.get(variant):
            assert found == bots[variant], variant


def numbers(found: set[str]) -> list[int]:
    """The numbers of the newest tag."""
    return max(([int(number) for number in re.findall(r"\d+", pin.partition("@")[0])] for pin in found), default=[])


# A user writes in these: whole lines, and bits of lines that mean something to what reads the file.
LINES = st.sampled_from(
    [
        "",
        "# mine",
        "\t# tab",
        "ENV A=1",
        "RUN echo a \\",
        " && echo b",
        "caf\udce9",
        "    init: false",
        "  jobs:",
        "      - x: [",
        "FROM scratch AS mine",
        "COPY --from=build /a /b",
        "GO",
        "*.mine",
        "# =======",
        "\x0c",
    ]
)


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """The text with lines put in, left out, replaced and moved, in any form of file."""
    lines = text.split("\n")[:-1]
    for what in draw(st.lists(st.sampled_from(["insert", "delete", "replace", "move", "cut"]), max_size=5)):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        if what == "insert" or not lines:
            lines.insert(at, draw(LINES))
        elif what == "delete":
            del lines[at]
        elif what == "replace":
            lines[at] = draw(LINES)
        elif what == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        else:
            del lines[at : at + draw(st.integers(1, 12))]
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    whole = "".join(line + ending for line in lines)
    if draw(st.booleans()):
        whole = whole.removesuffix(ending)
    return draw(st.sampled_from(["", "", "\ufeff"])) + whole


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_edit_under_any_change(data: st.DataObject, bench: Bench) -> None:
    language, tier = data.draw(st.sampled_from(LANGUAGES)), data.draw(st.sampled_from(TIERS))
    change = data.draw(st.sampled_from(CHANGES))
    ours = bench.of_ours(change, language, tier)
    root, files = bench.project(language, tier, change)
    base = {path: files[path] for path in FILES}
    touched = data.draw(st.sets(st.sampled_from(FILES), min_size=1))
    mine: Texts = {path: data.draw(edited(str(base[path]))) if path in touched else base[path] for path in FILES}
    put(root, mine)
    with bench.changing(change, language, tier, root):
        held = whole(root)
        result = again(root)
        now, known = texts(root), whole(root)
        for path in FILES:
            assert (now[path] or "").startswith("\ufeff") == (mine[path] or "").startswith("\ufeff")
            were, wrote, new, are = (counted(files[path]) for files in (base, mine, ours, now))
            assert wrote - were <= are, path
            assert wrote - (were - new) <= are, path
            news = new - were - wrote
            # A comment of ours that the user changed or removed is not brought back.
            assert Counter({line: n for line, n in news.items() if not line.lstrip().startswith("#")}) <= are, path
            if path in result.conflicts:
                continue
            assert sound(path, now[path] or "") or not sound(path, mine[path] or ""), path
        if not result.conflicts:
            assert {one.what for one in again(root).outcomes} <= {"unchanged"}
            assert whole(root) == known
            return
        with pytest.raises(Conflict):
            again(root)
        assert whole(root) == known
        if data.draw(st.booleans()):
            abort(str(root), Options())
            assert whole(root) == held
            return
        put(root, {path: resolved(text or "") for path, text in now.items()})
        chosen = texts(root)
        after = again(root)
        assert after.conflicts == {} and texts(root) == chosen
        assert {one.what for one in again(root).outcomes} <= {"unchanged"}


def sound(path: str, text: str) -> bool:
    try:
        readable(path, text)
    except (yaml.YAMLError, UnicodeError, dockerfile.Unreadable):
        return False
    return True


def resolved(text: str) -> str:
    """The text with the user's side of each conflict."""
    mark = re.compile(rf"{YOURS}\r?\n(.*?){BETWEEN}\r?\n.*?{OURS}(?:\r?\n|\Z)", re.DOTALL)
    return mark.sub(lambda match: match[1], text)


DECLARED = re.compile(
    r"^(FROM\s+(?:--platform=\S+\s+)?|\s*image:\s+)((?:[\w.-]+\.\w[\w.:-]*/)?[\w./-]+):([\w.-]+)@sha256:[0-9a-f]{64}",
    re.IGNORECASE | re.MULTILINE,
)
"""An image with tag and digest as bots see it: at the start of a line of a Dockerfile, or as a service's image."""


def by_bot(text: str, wanted: Callable[[str], bool] = lambda name: True, digests: bool = False, most: int = 0) -> str:
    """The text as a pull request of a bot leaves it: tag and digest together, or a digest under the same tag.

    `wanted` are the images of a group, `most` how many lines are rewritten, 0 for all.
    """

    def newer(match: re.Match[str]) -> str:
        number = re.match(r"(\d+\.\d+\.|[a-z]+-(?=\d))(\d+)", match[3])
        if not wanted(match[2]):
            return match[0]
        tag = match[3]
        if number and not digests:
            tag = f"{number[1]}{int(number[2]) + 50}{tag[number.end() :]}"
        return f"{match[1]}{match[2]}:{tag}@sha256:{DIGEST}"

    return DECLARED.sub(newer, text, count=most)


FORMS: dict[str, Callable[[str], str]] = {
    "ours": lambda text: text,
    "platform": lambda text: re.sub(r"^FROM (?!scratch)", "FROM --platform=linux/amd64 ", text, flags=re.MULTILINE),
    "lower case": lambda text: re.sub(r"^FROM (.*) AS ", r"from \1 as ", text, flags=re.MULTILINE),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no end": lambda text: text.removesuffix("\n"),
    "mark": lambda text: "\ufeff" + text.partition("\n\n")[2],
}
BOTS: dict[str, Callable[[str], str]] = {
    "grouped": by_bot,
    "digests": lambda text: by_bot(text, digests=True),
    "first line": lambda text: by_bot(text, most=1),
    "official": lambda text: by_bot(text, lambda name: "/" not in name),
    "distroless": lambda text: by_bot(text, lambda name: "distroless" in name),
}


@pytest.mark.parametrize("bot", BOTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_bot_put_in_a_file_is_taken_over(language: str, bot: str, bench: Bench) -> None:
    seen = 0
    for tier, form, change in itertools.product(TIERS, FORMS, ("", "templates", "pins")):
        if form != "ours" and tier != "distroless":
            continue
        root, files = bench.project(language, tier)
        text = FORMS[form](str(files[DOCKERFILE]))
        bumped = BOTS[bot](text)
        if bumped == text:
            continue
        seen += 1
        put(root, {DOCKERFILE: bumped})
        with bench.changing(change, language, tier, root) if change else contextlib.nullcontext():
            result = again(root)
            now, known = texts(root), whole(root)
            said = f"{bot} on {language} {tier}, {form}, {change}"
            assert result.conflicts == {} and result.warnings == (), said
            newer = change == "pins" and bot in ("digests", "first line", "official", "distroless")
            hold_pins(root, {DOCKERFILE: bumped}, now, same=not newer)
            if not change:
                assert remade.lines(now[DOCKERFILE]) == remade.lines(bumped), said
            assert {one.what for one in again(root).outcomes} == {"unchanged"} and whole(root) == known, said
    assert seen >= 4


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("tier", ["slim", "distroless"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tag_without_its_digest_is_never_a_conflict(language: str, tier: str, change: str, bench: Bench) -> None:
    for most in (0, 1):
        root, files = bench.project(language, tier, change)
        mine = by_bot(str(files[DOCKERFILE]), lambda name: "/" not in name, most=most).replace(f"@sha256:{DIGEST}", "")
        put(root, {DOCKERFILE: mine})
        with bench.changing(change, language, tier, root):
            result = again(root)
            now, known = texts(root), whole(root)
            assert result.conflicts == {}
            wrote = {line for line in mine.split("\n") if line.upper().startswith("FROM") and "@" not in line} - {
                "FROM scratch AS runtime"
            }
            if change not in ("tier", "version"):
                assert wrote and wrote <= {*str(now[DOCKERFILE]).split("\n")}
                assert any("stays without a digest" in note for note in result.notes)
            assert {one.what for one in again(root).outcomes} == {"unchanged"} and whole(root) == known


def test_images_of_the_users_own_services_are_left_to_them_and_their_bot(bench: Bench) -> None:
    root, files = bench.project("node", "slim")
    own = SERVICE.replace("build:\n      context: .", f"image: redis:8.10.2-alpine@sha256:{'c' * 64}")
    text = before("networks:\n  frontend", own)(str(files[COMPOSE]))
    bumped = by_bot(text)
    assert bumped != text
    put(root, {COMPOSE: bumped})
    with bench.changing("port", "node", "slim", root):
        assert again(root).conflicts == {}
    assert by_bot(own) in (root / COMPOSE).read_text() and "9000:9000" in (root / COMPOSE).read_text()
    assert "redis" not in (root / LOCK).read_text().partition("[[file]]")[0]


def test_what_a_bot_did_in_one_service_is_done_in_the_others(tmp_path: Path, bench: Bench) -> None:
    for number, name in enumerate(("web", "api")):
        write(tmp_path / name, PROJECTS["node"])
        with (tmp_path / ANSWERS).open("a") as saved:
            saved.write(f'[service.{name}]\ndirectory = "{name}"\ntier = "distroless"\nport = ["{3000 + number}"]\n')
    commands.new(str(tmp_path), {}, Options(offline=True), TODAY)
    one, other = ("web/Dockerfile", "api/Dockerfile")
    put(tmp_path, {one: by_bot((tmp_path / one).read_text())})
    result = again(tmp_path)
    assert result.conflicts == {} and [image.digest for image in result.images] == [f"sha256:{DIGEST}"] * 2
    assert pins(texts(tmp_path, [one])) == pins(texts(tmp_path, [other]))


def test_a_step_to_another_line_stays_and_is_warned_of(bench: Bench) -> None:
    root, files = bench.project("node", "distroless")
    put(root, {DOCKERFILE: re.sub(r"node:24[\d.]+", "node:26.1.1", str(files[DOCKERFILE]))})
    for _ in range(2):
        result = again(root)
        assert "FROM node:26.1.1-trixie-slim@" in (root / DOCKERFILE).read_text()
        assert "node:26.1.1-trixie-slim is no 24, which the saved answers say" in result.warnings[0]
    saved = root / ANSWERS
    saved.write_text(saved.read_text().replace('version = "24"', 'version = "26"'))
    result = again(root)
    assert result.warnings == () and "distroless/nodejs26-" in (root / DOCKERFILE).read_text()
