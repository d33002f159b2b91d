"""Whatever is typed, exported or in a file: exit codes 0, 1 and 2, no traceback, and nothing written on failure."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold import folders, write
from scaffold.questions import QUESTIONS
from scaffold.state import ANSWERS
from tests import generated, inside
from tests.answers_test import VALUES
from tests.cli_test import Done
from tests.commands_test import texts, tree
from tests.day import PROGRAM, TOP
from tests.laws import findings

SLOWEST = 2.0
"""Seconds of one run."""

FLAGS = (
    *("--yes", "--dry-run", "--diff", "--json", "--merge", "--keep", "--force", "--show-sources", "--refresh"),
    *("--plain", "--quiet", "--verbose", "--no-color", "--help", "-h"),
)


@dataclass(frozen=True)
class Case:
    """All that a run reads beside the project's own files."""

    command: str
    words: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    answers: bytes | None = None
    saved: bytes | None = None
    own: bytes | None = None
    language: str = "node"


# No word may be another folder than the project's own, nor a variable's text what no system takes.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
BYTES = st.binary(min_size=1, max_size=6).map(lambda raw: raw.replace(b"\0", b"x").decode(errors="surrogateescape"))
ODD = st.sampled_from(
    ["", " ", "-", "--", "=", ".", "null", "0", "-1", "é", "\x1b[31m", "a\nb", "x" * 5000, "{}", "%s"]
)
GOOD = {
    question.key: st.sampled_from([*question.known, *VALUES[question.key], *" ".join(VALUES[question.key]).split()])
    for question in QUESTIONS
}


def value(key: str) -> st.SearchStrategy[str]:
    """An answer to a question, most often one that there is."""
    return GOOD[key] | GOOD[key] | GOOD[key] | st.one_of(GOOD.values()) | TEXT | BYTES | ODD


KEYS = [question.key for question in QUESTIONS]
PAIR = st.sampled_from(KEYS).flatmap(lambda key: st.tuples(st.just(key), value(key)))
FLAG = PAIR.map(lambda pair: f"--{pair[0]}={pair[1]}") | st.sampled_from([f"--{key}" for key in KEYS])
OTHER = st.sampled_from(["--answers=-", "--answers=a.toml", "--answers=a.toml", "--service=web=.", "--service=api=sub"])
STRAY = (TEXT | BYTES | ODD).filter(lambda text: "/" not in text and text != "..")
TYPO = st.sampled_from(KEYS).map(lambda key: f"--{key[:-1]}x=1")
WORD = FLAG | FLAG | FLAG | st.sampled_from(FLAGS) | OTHER
WORDS = st.lists(WORD, max_size=5) | st.lists(WORD | STRAY | TYPO, max_size=5)
COMMAND = st.sampled_from(["new"] * 12 + ["images", "schema", "nwe"])
VARIABLES = st.dictionaries(
    st.sampled_from([question.variable for question in QUESTIONS]),
    st.one_of(GOOD.values()) | TEXT | BYTES | ODD,
    max_size=3,
) | st.lists(PAIR, max_size=3).map(lambda pairs: {f"DOCKERSCAFFOLD_{k.upper().replace('-', '_')}": v for k, v in pairs})

SCALAR = st.one_of(GOOD.values()) | TEXT | st.integers() | st.floats() | st.booleans()
VALUE = SCALAR | st.lists(SCALAR, max_size=3) | st.dictionaries(TEXT, SCALAR, max_size=2)
FITTING = st.lists(PAIR, max_size=4).map(
    lambda pairs: {key: text.split() if key == "port" else text for key, text in pairs}
)
TABLE = FITTING | FITTING | st.dictionaries(st.sampled_from([*KEYS, "directory", "teir"]) | TEXT, VALUE, max_size=3)
SERVICE = st.dictionaries(st.sampled_from(["web", "web", "api", "My App"]) | TEXT, TABLE, max_size=2)
CONTENT = st.tuples(TABLE, st.none() | SERVICE | VALUE).map(
    lambda both: both[0] if both[1] is None else {**both[0], "service": both[1]}
)


def as_toml(content: dict[str, Any]) -> bytes:
    try:
        return tomlkit.dumps(content).encode(errors="surrogateescape")
    except (ValueError, TypeError):  # what tomlkit does not write, as an empty key
        return as_json(content)


def as_json(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()


def broken(both: tuple[bytes, int, bytes]) -> bytes:
    content, place, change = both
    place %= len(content) + 1
    return content[:place] + change + content[place + len(change) :]


FORMED = CONTENT.map(as_toml) | CONTENT.map(as_json)
ODD_FILES = [
    b"x = " + b"[" * 100_000,
    b'{"port": ' + b"[" * 100_000,
    b'{"a": ' * 50_000,
    b"[a.b" + b".c" * 50_000 + b"]\n",
    b"port = 0x" + b"f" * 9_000,
    b"port = " + b"9" * 9_000,
    b'{"version": ' + b"9" * 9_000 + b"}",
    b"start = '" + b"a" * 100_000 + b"'",
    b"a" * 100_000 + b" = 1",
    b'{"' + b"a" * 100_000 + b'": 1}',
    b"port = [" + b"80," * 100_000 + b"]",
    b"#" * 900_000,
    b" " * 1_000_001,
    b'{"name": "\\ud800"}',
    b'{"build": "\\udc80", "start": "\\ud83d"}',
    b'{"service": {"\\ud800": {}}}',
    b"\xef\xbb\xbftier = 'slim'",
    "tier = 'slim'".encode("utf-16"),
    b"\0" * 1000,
    b"tier = 'slim'\r\nport = [80]\r\n",
    b"tier = 'slim'\rport = [80]",
    b'{"tier": "slim", "tier": "x"}',
    b'{"port": NaN}',
    b"port = nan",
    b"name = 1979-05-27",
    b"port = 1_000",
    b"tier = '''\nslim'''",
]
ANSWER = FORMED | FORMED | st.tuples(FORMED, st.integers(0, 200), st.binary(max_size=3)).map(broken)
ANY = ANSWER | ANSWER | ANSWER | st.binary(max_size=200)


@pytest.fixture(scope="module", autouse=True)
def nothing_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stops the tests when a run is about to write elsewhere than in a test's own folder."""
    top, real = tmp_path_factory.getbasetemp().resolve(), write.write

    def guarded(root: Path, *rest: Any) -> Any:
        assert root.is_relative_to(top)
        return real(root, *rest)

    with mock.patch.object(write, "write", guarded):
        yield


@contextlib.contextmanager
def project(top: Path, case: Case) -> Iterator[Path]:
    """A project of the case's language with its files, for as long as the case runs."""
    folder = generated.write(top / "shop", generated.PROJECTS[case.language])
    config = folders.config()
    assert config
    config.mkdir(exist_ok=True)
    for path, content in {
        folder / "a.toml": case.answers,
        folder / ANSWERS: case.saved,
        config / "config.toml": case.own,
    }.items():
        if content is not None:
            path.write_bytes(content)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(config)


def arguments(case: Case) -> tuple[str, ...]:
    return case.command, *(("--offline",) if case.command in ("new", "images") else ()), *case.words


def judge(case: Case, done: Done, before: Mapping[str, object], folder: Path) -> None:
    """What holds of every run."""
    assert done.code in (0, 1, 2), done
    assert "Traceback" not in done.err and len(done.err) < 10_000
    if done.code:
        assert tree(folder) == before, done
        assert done.err.startswith(("error: ", "--- a/", "Usage: ")), done
        assert all(sign.isprintable() or sign == "\n" for sign in done.err) or done.code == 1, done
    if done.code and done.out:
        assert json.loads(done.out)["error"]["exit_code"] == done.code
    elif done.code == 0 and tree(folder) != before:
        assert not {"--dry-run", "--diff", "--help", "-h"} & {*case.words} and case.command == "new"
        assert findings(texts(folder)) == set()


def try_out(case: Case, top: Path) -> Done:
    with project(top, case) as folder:
        before, begun = tree(folder), time.perf_counter()
        done = inside.run(*arguments(case), cwd=folder, variables=case.variables, stdin=case.stdin)
        assert time.perf_counter() - begun < SLOWEST
        judge(case, done, before, folder)
        if done.code == 0 and tree(folder) != before:
            again = inside.run("new", "--offline", "--diff", "--allow-eol", cwd=folder)
            assert again.code == 0 and "+++ b/Dockerfile" not in again.out, "its answers are saved"
    return done


def many(number: int) -> Any:
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    return settings(max_examples=number, suppress_health_check=checks)


LANGUAGE = st.sampled_from([*generated.PROJECTS])


@many(3200)
@given(st.builds(Case, COMMAND, WORDS.map(tuple), answers=st.none() | ANSWER, language=LANGUAGE))
def test_command_lines(tmp_path: Path, case: Case) -> None:
    try_out(case, tmp_path)


@many(1500)
@given(st.builds(Case, st.just("new"), st.lists(WORD, max_size=1).map(tuple), VARIABLES, language=LANGUAGE))
def test_environments(tmp_path: Path, case: Case) -> None:
    try_out(case, tmp_path)


@many(1800)
@given(ANY, st.sampled_from(["-", "a.toml"]), LANGUAGE)
def test_answers_files(tmp_path: Path, content: bytes, name: str, language: str) -> None:
    try_out(Case("new", ("--answers", name), {}, content, content, language=language), tmp_path)


@many(1500)
@given(ANY, LANGUAGE)
def test_saved_answers(tmp_path: Path, content: bytes, language: str) -> None:
    try_out(Case("new", (), saved=content, language=language), tmp_path)


@pytest.mark.parametrize("place", ["-", "a.toml", "saved", "own"])
@pytest.mark.parametrize("content", ODD_FILES, ids=lambda content: f"{len(content)}-{content[:12]!r}")
def test_odd_files(content: bytes, place: str, tmp_path: Path) -> None:
    case = {
        "saved": Case("new", (), saved=content),
        "own": Case("new", (), own=content),
    }.get(place, Case("new", ("--answers", place), {}, content, content))
    try_out(case, tmp_path)


@many(600)
@given(ANY)
def test_the_users_own_files(tmp_path: Path, content: bytes) -> None:
    try_out(Case("new", (), own=content), tmp_path)


@many(1100)
@given(
    st.builds(
        Case,
        st.just("new"),
        WORDS.map(tuple),
        VARIABLES,
        stdin=ANSWER,
        answers=ANSWER,
        saved=st.none() | ANSWER,
        own=st.none() | ANSWER,
        language=LANGUAGE,
    )
)
def test_all_of_it(tmp_path: Path, case: Case) -> None:
    try_out(case, tmp_path)


@many(40)
@given(
    st.builds(
        Case, COMMAND, WORDS.map(tuple), VARIABLES, stdin=ANY, answers=ANY, saved=st.none() | ANSWER, language=LANGUAGE
    )
)
def test_processes(tmp_path: Path, case: Case) -> None:
    with project(tmp_path, case) as folder:
        before = tree(folder)
        environment = os.environb | {b"PYTHONPATH": os.fsencode(TOP)}
        # A terminal of UTF-8 is no matter: bytes are what a system hands over.
        environment |= {name.encode(): text.encode(errors="surrogateescape") for name, text in case.variables.items()}
        words = [word.encode(errors="surrogateescape") for word in (*PROGRAM, *arguments(case))]
        begun = time.perf_counter()
        done = subprocess.run(words, cwd=folder, env=environment, input=case.stdin, capture_output=True)
        assert time.perf_counter() - begun < 5 * SLOWEST
        out, err = (text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))
        judge(case, Done(done.returncode, out, err), before, folder)


def test_enough_of_it_succeeds(tmp_path: Path) -> None:
    """What always fails early would prove nothing."""
    codes: list[int] = []

    @many(600)
    @given(st.builds(Case, st.just("new"), WORDS.map(tuple), answers=ANSWER, language=LANGUAGE))
    def run(case: Case) -> None:
        codes.append(try_out(case, tmp_path).code)

    run()
    assert 0.2 < codes.count(0) / len(codes) < 0.8
