"""Each question is answered in each way there is, to the same files; and the reference of them all is current."""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scaffold import catalogue, folders
from scaffold.questions import BY_KEY, LANGUAGES, QUESTIONS, Question
from scaffold.schema import schema
from scaffold.state import ANSWERS
from tests import inside
from tests.commands_test import FILES
from tests.day import PROGRAM, TOP
from tests.generated import PROJECTS, write

REFERENCE = TOP / "docs" / "answers.md"
KEYS = [question.key for question in QUESTIONS]

OTHER = next(line for line in catalogue.lines("node").supported if line != catalogue.lines("node").default)

VALUES: dict[str, tuple[str, str]] = {
    "name": ("parcel", "2-parcels"),
    "language": ("go", "python"),
    "version": (OTHER, catalogue.lines("node").default),
    "tier": ("slim", "scratch"),
    "port": ("8081 53/udp", "9000"),
    "packages": ("npm", "uv"),
    "build": ("npm run bundle && true", "npx esbuild 'a b.js'"),
    "start": ("node other.js 'a  b'", "node --trace-uncaught server.js"),
    "health-path": ("/healthz?full=1&x=%20", "/"),
    "env": ("MODE=docker 'GREETING=good day'", "MODE=test"),
    "writable": ("/app/data /data/files", "/app/var"),
    "tmpfs": ("/app/cache", "/var/cache/app"),
    # Of one registry each: mirrors of different ones are put together.
    "registry-mirror": ("docker.io=127.0.0.1:5000/docker.io", "docker.io=a.example"),
    "platform": ("linux/amd64", "linux/arm64"),
    "mirror-fallback": ("true", "false"),
    "allow-eol": ("true", "false"),
}
"""Two answers to each question, for the project of `PROJECTS`; of those to `packages` only one fits it."""

CUSTOMARY = {
    "tier": "distroless",
    "port": "3000",
    "health-path": "tcp",
    "env": "",
    "writable": "",
    "tmpfs": "",
    "platform": "linux/amd64 linux/arm64",
    "mirror-fallback": "false",
    "allow-eol": "false",
}
"""What holds when nobody says anything, and nothing is detected either."""

DETECTED = {
    "name": "shop",
    "language": "node",
    "version": catalogue.lines("node").default,
    "packages": "npm",
    "build": "npm run build",
    "start": "node server.js",
}
"""What the project shows of itself."""


UNWRITTEN = {
    "env": [],
    "writable": [],
    "tmpfs": [],
    "platform": ["linux/amd64", "linux/arm64"],
    "registry-mirror": [],
    "mirror-fallback": False,
    "allow-eol": False,
}
"""Answers that a file need not hold."""


class Outcome(NamedTuple):
    """The exit code of `new`, the bytes of the files it wrote, and what the saved answers hold."""

    code: int
    files: dict[str, bytes]
    answers: dict[str, Any]


class Said(NamedTuple):
    """Answers as they are given to the program: by flags, by variables, by standard input, and in files."""

    flags: list[str]
    variables: dict[str, str]
    stdin: bytes
    files: dict[str, str]


def of(question: Question, text: str) -> Any:
    """A value as a file holds it."""
    if question.switch:
        return text == "true"
    return question.words(text) if question.several else text


def as_toml(answers: Mapping[str, str]) -> str:
    return "".join(f"{key} = {json.dumps(of(BY_KEY[key], text))}\n" for key, text in answers.items())


def as_json(answers: Mapping[str, str]) -> str:
    return json.dumps({key: of(BY_KEY[key], text) for key, text in answers.items()})


def below(answers: Mapping[str, str]) -> str:
    """As the program saves it: what is about one service below its name."""
    whole = {key: text for key, text in answers.items() if BY_KEY[key].whole}
    return as_toml(whole) + "\n[service.web]\n" + as_toml({k: text for k, text in answers.items() if k not in whole})


def flags(answers: Mapping[str, str]) -> list[str]:
    words: list[str] = []
    for key, text in answers.items():
        if BY_KEY[key].switch:
            words.append(f"--{key}" if text == "true" else f"--no-{key}")
        else:
            words += [f"--{key}={value}" for value in (BY_KEY[key].words(text) if BY_KEY[key].several else [text])]
    return words


OWN = "config.toml"

WAYS = {
    "flag": lambda answers: Said(flags(answers), {}, b"", {}),
    "variable": lambda answers: Said([], {BY_KEY[key].variable: text for key, text in answers.items()}, b"", {}),
    "TOML": lambda answers: Said(["--answers", "a.toml"], {}, b"", {"a.toml": as_toml(answers)}),
    "JSON": lambda answers: Said(["--answers", "a.json"], {}, b"", {"a.json": as_json(answers)}),
    "service": lambda answers: Said(["--answers", "b.toml"], {}, b"", {"b.toml": below(answers)}),
    "TOML on stdin": lambda answers: Said(["--answers", "-"], {}, as_toml(answers).encode(), {}),
    "JSON on stdin": lambda answers: Said(["--answers=-"], {}, as_json(answers).encode(), {}),
    "saved": lambda answers: Said([], {}, b"", {ANSWERS: below(answers)}),
    "saved for all services": lambda answers: Said([], {}, b"", {ANSWERS: as_toml(answers)}),
    "own": lambda answers: Said([], {}, b"", {OWN: as_toml(answers)}),
}

ORDER = ("flag", "variable", "TOML", "saved", "own")
"""Of those that say something the first counts; what is detected stands before `own`, a default behind it."""


def prepare(place: Path, *said: Said) -> Path:
    """The folder of a project, with the files of what is said."""
    folder = write(place / "shop", PROJECTS["node"])
    write(folder, {name: text for each in said for name, text in each.files.items() if name != OWN})
    own = [text for each in said for name, text in each.files.items() if name == OWN]
    config = folders.config()
    assert config
    (config / OWN).unlink(missing_ok=True)
    if own:
        write(config, {OWN: own[0]})
    return folder


def collect(folder: Path, code: int) -> Outcome:
    files = {path: (folder / path).read_bytes() for path in FILES if (folder / path).is_file()} if code == 0 else {}
    answers = tomllib.loads(files.pop(ANSWERS).decode()) if files else {}
    # Of what is said for all services each has its part.
    tables = answers.pop("service", {})
    merged = (
        {"directory": "."} | {key: answers[key] for key in answers if not BY_KEY[key].whole} | tables.get("web", {})
    )
    # What is so by default is written only where it was settled.
    whole = {key: value for key, value in answers.items() if BY_KEY[key].whole}
    return Outcome(code, files, UNWRITTEN | whole | merged)


def outcome(place: Path, *said: Said) -> Outcome:
    """What `new` comes to, in this process."""
    folder = prepare(place, *said)
    words = [word for each in said for word in each.flags]
    variables = {name: text for each in said for name, text in each.variables.items()}
    stdin = b"".join(each.stdin for each in said)
    done = inside.run("new", "--offline", "--yes", *words, cwd=folder, variables=variables, stdin=stdin)
    assert done.code in (0, 2), done.err
    return collect(folder, done.code)


@pytest.fixture(scope="module")
def by_flag(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the flags of some answers alone come to."""

    @functools.cache
    def run(*answers: tuple[str, str]) -> Outcome:
        return outcome(tmp_path_factory.mktemp("flag"), WAYS["flag"](dict(answers)))

    return run


def allowed(cases: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of keys with ways to answer them those that there are: the user's own file does not answer all questions."""
    return [case for case in cases if "own" not in case[1:] or BY_KEY[case[0]].personal]


def test_every_question_is_tried() -> None:
    assert list(VALUES) == KEYS
    assert set(CUSTOMARY) | set(DETECTED) | {"registry-mirror"} == set(KEYS)
    assert all(first != second for first, second in VALUES.values())


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(("key", "way"), allowed((key, way) for key in KEYS for way in WAYS))
def test_each_way_gives_the_same_files(key: str, way: str, which: int, by_flag: Any, tmp_path: Path) -> None:
    value = VALUES[key][which]
    said = outcome(tmp_path, WAYS[way]({key: value}))
    assert said == by_flag((key, value))
    if said.code == 0:
        assert said.answers[key] == of(BY_KEY[key], value)
    else:
        assert (key, which) == ("packages", 1)


@pytest.mark.parametrize(
    ("key", "first", "second"), allowed((key, *pair) for key in KEYS for pair in itertools.combinations(ORDER, 2))
)
def test_of_two_that_say_something_the_first_counts(
    key: str, first: str, second: str, by_flag: Any, tmp_path: Path
) -> None:
    for number, (value, other) in enumerate((VALUES[key], VALUES[key][::-1])):
        said = outcome(tmp_path / str(number), WAYS[first]({key: value}), WAYS[second]({key: other}))
        assert said == by_flag((key, value)), f"{value}, not {other}"


@pytest.mark.parametrize(("key", "way"), allowed(itertools.product(KEYS, ORDER)))
def test_what_is_said_counts_before_what_is_detected_or_a_default(
    key: str, way: str, by_flag: Any, tmp_path: Path
) -> None:
    silent = outcome(tmp_path / "silent")
    assert silent.answers[key] == of(BY_KEY[key], {**CUSTOMARY, **DETECTED}.get(key, ""))
    differ = [value for value in VALUES[key] if of(BY_KEY[key], value) != silent.answers[key]]
    assert differ
    for value in differ:
        assert outcome(tmp_path / re.sub(r"\W", "", value), WAYS[way]({key: value})) == by_flag((key, value)) != silent


@pytest.mark.parametrize("key", [key for key in KEYS if not BY_KEY[key].personal])
def test_what_the_users_own_file_does_not_answer(key: str, tmp_path: Path) -> None:
    assert outcome(tmp_path, WAYS["own"]({key: VALUES[key][0]})).code == 2


def test_what_is_detected_counts_before_the_users_own_file(tmp_path: Path) -> None:
    own = {key: VALUES[key][0] for key in KEYS if BY_KEY[key].personal}
    said = outcome(tmp_path, WAYS["own"](own)).answers
    assert {key: said[key] for key in DETECTED} == DETECTED
    assert {key: said[key] for key in own} == {key: of(BY_KEY[key], text) for key, text in own.items()}


ALL = {key: values[0] for key, values in VALUES.items() if key not in ("language", "packages")}


@pytest.mark.parametrize("way", [way for way in WAYS if way != "own"])
def test_all_answers_at_once_in_a_process_of_its_own(way: str, by_flag: Any, tmp_path: Path) -> None:
    said: Said = WAYS[way](ALL)
    folder = prepare(tmp_path, said)
    environment = os.environ | {"PYTHONPATH": str(TOP)} | said.variables
    command = [*PROGRAM, "new", "--offline", "--yes", *said.flags]
    done = subprocess.run(command, cwd=folder, env=environment, input=said.stdin, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert collect(folder, done.returncode) == by_flag(*ALL.items())


def test_each_source_of_an_answer_is_shown(tmp_path: Path) -> None:
    ways = ("flag", "variable", "TOML", "saved", "own")
    keys = ("health-path", "platform", "port", "start", "tier")
    said = [WAYS[way]({key: VALUES[key][0]}) for way, key in zip(ways, keys, strict=True)]
    folder = prepare(tmp_path, *said)
    variables = {name: text for each in said for name, text in each.variables.items()}
    words = [word for each in said for word in each.flags]
    done = inside.run("new", "--offline", "--show-sources", *words, cwd=folder, variables=variables)
    assert done.code == 0 and "Found in" in done.err
    assert [line.rstrip() for line in done.out.splitlines()] == [
        "  name             shop  (package.json name)",
        "  registry-mirror  -  (default)",
        "  platform         linux/amd64  (DOCKERSCAFFOLD_PLATFORM)",
        "  mirror-fallback  false  (default)",
        "  allow-eol        false  (default)",
        "[service.web]",
        "  language     node  (package.json)",
        f"  version      {DETECTED['version']}  (default)",
        "  tier         slim  (~/.config/dockerscaffold/config.toml)",
        "  port         8081 53/udp  (a.toml)",
        "  packages     npm  (package-lock.json)",
        "  build        npm run build  (package.json scripts.build)",
        "  start        node other.js 'a  b'  (.dockerscaffold.toml)",
        "  health-path  /healthz?full=1&x=%20  (--health-path)",
        "  env          -  (none)",
        "  writable     -  (none)",
        "  tmpfs        -  (none)",
    ]


@pytest.mark.parametrize("question", QUESTIONS, ids=KEYS)
def test_every_question_is_in_the_help_the_schema_and_the_reference(question: Question, tmp_path: Path) -> None:
    shown = inside.run("new", "--help", cwd=tmp_path).out
    entry = re.search(rf"^  --((?:\[no-\])?{question.key}\b.*?)(?=^  -|^$)", shown, re.MULTILINE | re.DOTALL)
    assert entry and " ".join(question.help.split()) in " ".join(entry[1].split())
    assert (f"[no-]{question.key}" in entry[1]) == question.switch and question.metavar in entry[1]
    properties = schema()["properties"]
    assert question.help in properties[question.key]["description"]
    assert question.default in properties[question.key]["description"]
    of_one = properties["service"]["additionalProperties"]["properties"]
    assert (of_one.get(question.key) is None) == question.whole
    assert f"| {question.key} | `--{question.key}" in REFERENCE.read_text()


def test_nothing_else_is_there(tmp_path: Path) -> None:
    properties = schema()["properties"]
    assert [*properties] == [*KEYS, "service"]
    of_one = properties["service"]["additionalProperties"]["properties"]
    assert [*of_one] == ["directory", *(question.key for question in QUESTIONS if not question.whole)]
    assert re.findall(r"^\| ([a-z-]+) \|", REFERENCE.read_text(), re.MULTILINE) == ["key", *KEYS]


def reference() -> str:
    """docs/answers.md."""
    rows = [
        [
            question.key,
            f"`--{question.key}`, `--no-{question.key}`"
            if question.switch
            else f"`--{question.key} {question.metavar}`",
            f"`{question.variable}`",
            question.default,
            question.help + (" Several." if question.several else ""),
            "the project" if question.whole else "a service",
            "yes" if question.personal else "no",
        ]
        for question in QUESTIONS
    ]
    heads = ["key", "flag", "variable", "when nobody says", "meaning", "about", "in config.toml"]
    return f"""\
# Answers

Made from `scaffold/questions.py`; `pytest tests/answers_test.py --rewrite` makes it anew.

| {" | ".join(heads)} |
|{"---|" * len(heads)}
{chr(10).join(f"| {' | '.join(row)} |" for row in rows)}

Of those that say something about a question the first counts:

1. flags;
2. variables, where an empty one says nothing, and several values have spaces or commas between them;
3. `--answers FILE`, TOML or JSON, where `-` is standard input;
4. `.dockerscaffold.toml`, the saved answers;
5. what the project's own files show;
6. `config.toml` in your configuration folder (`~/.config/dockerscaffold` on Linux), for all your projects;
7. the default.

Files take the keys of the first column: at their top they count for every service, below `[service.NAME]` for that one,
whose `directory` stands there too; what is about the project stands at the top alone. Texts that are whole numbers need
no quotes, and several values are a list. What was said for one language ({", ".join(LANGUAGES)}) does not count for
another: version, packages, build, start, env, writable and tmpfs. An unknown key or value is an error that names the
nearest known one.

`--show-sources` shows where each answer is from, `dockerscaffold schema` the JSON schema (draft 7) of the files.
"""


def test_the_reference_is_current(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--rewrite"):
        REFERENCE.parent.mkdir(exist_ok=True)
        REFERENCE.write_text(reference())
    assert REFERENCE.read_text() == reference()
    assert reference().count("|") == 8 * (len(KEYS) + 2), "no cell has one"
    spoken = [question.key for question in QUESTIONS if question.spoken]
    assert f"another: {', '.join(spoken[:-1])} and {spoken[-1]}." in reference()
    assert "docs/answers.md" in (TOP / "README.md").read_text()
