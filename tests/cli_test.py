"""The program as users run it: exit codes, what goes to stdout and stderr, and bad input that changes nothing."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest

from scaffold import __version__
from scaffold.questions import TIERS
from scaffold.state import ANSWERS, LOCK
from tests import day
from tests.commands_test import FILES, tree
from tests.day import PROGRAM, TOP
from tests.generated import PROJECTS, write
from tests.servers import silent

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
WAITING = re.compile(r"\x1b\[\?25l.*?\x1b\[\?25h\r\x1b\[1A\x1b\[2K", re.DOTALL)
"""What shows that something takes long: from where the cursor is hidden to where its line is taken away."""


class Done(NamedTuple):
    """What a run came to."""

    code: int
    out: str
    err: str


def environment(**changes: str) -> dict[str, str]:
    """The test's own environment, with this checkout to import from, and nothing said of colours."""
    silent = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    return silent | {"PYTHONPATH": str(TOP)} | changes


def dockerscaffold(*arguments: str, cwd: Path | None = None, **changes: str) -> Done:
    command = [*PROGRAM, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment(**changes), stdin=subprocess.DEVNULL, capture_output=True)
    out, err = (text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))
    assert "Traceback" not in err
    return Done(done.returncode, out, err)


def forked(user: int, *arguments: str) -> Done:
    """The program in a child of this process, as another user, who may not be let into this interpreter's home."""
    import difflib  # noqa: F401
    import textwrap  # noqa: F401

    from scaffold import commands, report  # noqa: F401
    from scaffold.languages import go, node, python  # noqa: F401

    codecs.lookup("utf-8-sig")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _fork(user, arguments, (out, err))
        texts = [place.read().decode() for place in (out, err) if not place.seek(0)]
    return Done(code, *texts)


def _fork(user: int, arguments: tuple[str, ...], places: tuple[IO[bytes], IO[bytes]]) -> int:
    from scaffold import cli

    child = os.fork()
    if child == 0:
        code = 99
        try:
            for place, number in zip(places, (1, 2), strict=True):
                os.dup2(place.fileno(), number)
            sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
            sys.argv = ["dockerscaffold", *arguments]
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            day.fix()
            cli.run()
        except SystemExit as done:
            code = int(str(done.code))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write(tmp_path / "shop", PROJECTS["node"])


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that other users reach, which those below pytest's are not."""
    if os.getuid():
        pytest.skip("only root can run the program as another user")
    folder = Path(tempfile.mkdtemp(prefix="cli_test."))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_new(shop: Path) -> None:
    done = dockerscaffold("new", "shop", "--yes", "--offline", cwd=shop.parent)
    assert done.code == 0 and done.out == ""
    assert done.err.startswith("Found in shop ") and "cd shop && docker compose up" in done.err
    assert all((shop / path).is_file() for path in FILES)


def test_this_directory(shop: Path) -> None:
    done = dockerscaffold("new", "--offline", cwd=shop)
    assert done.code == 0 and "  next       docker compose up --build --wait\n" in done.err


def test_a_dry_run_is_said_on_stdout(shop: Path) -> None:
    before = tree(shop)
    done = dockerscaffold("new", str(shop), "--offline", "--dry-run")
    assert done.code == 0 and done.err == "" and "Dry run; nothing is written:\n  created " in done.out
    assert tree(shop) == before


def test_diff(shop: Path) -> None:
    first = dockerscaffold("new", ".", "--offline", "--diff", cwd=shop)
    assert first.code == 0 and first.err == "" and not (shop / "Dockerfile").exists()
    subprocess.run(["git", "init", "--quiet"], cwd=shop, check=True)
    subprocess.run(["git", "apply", "-"], cwd=shop, input=first.out.encode(), check=True)
    assert dockerscaffold("new", ".", "--offline", cwd=shop).code == 0
    assert dockerscaffold("new", ".", "--offline", "--diff", cwd=shop) == Done(0, "", "")


def test_diff_of_bytes_that_are_no_text(shop: Path) -> None:
    (shop / "Dockerfile").write_bytes(b"FROM \xff\n")
    assert "\n-FROM \udcff\n" in dockerscaffold("new", str(shop), "--offline", "--diff").out
    done = dockerscaffold("new", str(shop), "--offline")
    assert done.code == 1 and "\n-FROM \udcff\n" in done.err


def test_json(shop: Path) -> None:
    done = dockerscaffold("new", str(shop), "--offline", "--json")
    result = json.loads(done.out)
    assert done.code == 0 and done.err == "" and result["written"] is True
    assert [file["path"] for file in result["files"]] == FILES
    again = json.loads(dockerscaffold("new", str(shop), "--offline", "--json", "--dry-run").out)
    assert again["written"] is False and {file["outcome"] for file in again["files"]} == {"unchanged"}
    with_diffs = json.loads(dockerscaffold("new", str(shop), "--offline", "--json", "--diff", "--tier", "slim").out)
    assert "+++ b/Dockerfile" in with_diffs["files"][0]["diff"]


def test_json_of_an_error(shop: Path) -> None:
    done = dockerscaffold("new", str(shop), "--json", "--tier", "slimm")
    assert done.code == 2 and "error: 'slimm' is no tier.\n  Did you mean slim?" in done.err
    assert json.loads(done.out)["error"] == {
        "fact": "'slimm' is no tier.",
        "remedy": "Did you mean slim? Known: distroless, slim, alpine, scratch.",
        "exit_code": 2,
    }


def test_a_conflict(shop: Path) -> None:
    (shop / "Dockerfile").write_text("FROM mine\n")
    before = tree(shop)
    done = dockerscaffold("new", str(shop), "--offline", "--yes")
    assert done.code == 1 and done.out == ""
    assert done.err.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n") and "\n-FROM mine\n" in done.err
    assert done.err.endswith(
        "error: Nothing is written: Dockerfile would change.\n"
        "  Add --force to overwrite it, --keep to leave it, --merge where that can be; --diff shows every change.\n"
    )
    assert tree(shop) == before
    assert dockerscaffold("new", str(shop), "--offline", "--force").code == 0


def test_schema(shop: Path) -> None:
    done = dockerscaffold("schema", cwd=shop)
    assert done.code == 0 and done.err == "" and json.loads(done.out)["properties"]["tier"]["enum"] == [*TIERS]


def test_completion(shop: Path) -> None:
    done = dockerscaffold("completion", "bash", cwd=shop)
    assert done.code == 0 and done.err == "" and "complete -o nosort -F _dockerscaffold_completion" in done.out


@pytest.mark.parametrize(("flags", "stream"), [("--dry-run", "out"), ("--json", "err"), ("--diff", "err"), ("", "out")])
def test_show_sources(flags: str, stream: str, shop: Path) -> None:
    done = dockerscaffold("new", "--offline", "--show-sources", "--tier", "slim", *flags.split(), cwd=shop)
    assert done.code == 0 and "  tier         slim  (--tier)\n" in getattr(done, stream)
    if flags == "--json":
        assert json.loads(done.out)["written"] is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--answers=", "The name of the answers file is empty."),
        ("--answers nowhere.toml", "nowhere.toml is not there."),
        ("--answers .", "cannot be read (is a directory)"),
        ("--service web", "'web' names no directory."),
        ("--service web=..", "is no folder in the project"),
        ("--service web=nowhere", "nowhere"),
        ("--service a=. --service b=.", "a and b are both in ., which has one Dockerfile"),
        ("--service a=. --service a=b", "--service gives a two directories: . and b."),
        ("--service a=. --service b=src --port 80", "--port is about one service, and this project has a and b"),
        ("--packages uv", "--packages says uv installs the packages, and package-lock.json shows npm."),
        ("--name Shop!", "'Shop!' cannot name a project in Compose."),
        ("--build 'a", "No closing quotation"),
    ],
)
def test_bad_answers(arguments: str, words: str, shop: Path) -> None:
    (shop / "src").mkdir()
    before = tree(shop)
    done = dockerscaffold("new", "--offline", *arguments.split(), cwd=shop)
    assert done.code == 2 and done.out == "" and words in done.err and tree(shop) == before
    assert done.err.startswith("error: ") and len(done.err.splitlines()) == 2


def test_a_variable_that_does_not_fit_is_named(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKERSCAFFOLD_HEALTH_PATH", "healthz")
    for command in ("new", "images"):
        done = dockerscaffold(command, "--offline", cwd=shop)
        assert done.code == 2 and done.err.startswith("error: DOCKERSCAFFOLD_HEALTH_PATH: 'healthz' is no path")


def test_a_long_error_is_cut(shop: Path) -> None:
    (shop / "a.toml").write_text(f"{'a' * 100_000} = 1\n")
    done = dockerscaffold("new", "--offline", "--answers", "a.toml", cwd=shop)
    assert done.code == 2 and len(done.err) < 3000 and "aaa...\n  Known: name, language" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("--version", 0, f"dockerscaffold {__version__}\n"),
        ("--help", 0, "Usage: dockerscaffold [OPTIONS] COMMAND"),
        ("-h", 0, "Usage: dockerscaffold"),
        ("new --help", 0, "Usage: dockerscaffold new [OPTIONS] [DIR]"),
        ("images --help", 0, "Usage: dockerscaffold images [OPTIONS]"),
        ("schema --help", 0, "Usage: dockerscaffold schema [OPTIONS]"),
        ("completion --help", 0, "Usage: dockerscaffold completion [OPTIONS] SHELL"),
    ],
)
def test_help(arguments: str, code: int, words: str) -> None:
    done = dockerscaffold(*arguments.split())
    assert (done.code, done.err) == (code, "") and done.out.startswith(words)
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_help_says_nothing_of_what_is_not_there() -> None:
    text = dockerscaffold("--help").out + dockerscaffold("new", "--help").out
    assert not [word for word in ("verify", "explain", "wizard") if f" {word} " in text]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "Usage: dockerscaffold"),
        ("nwe", "error: 'nwe' is no command.\n  Did you mean new? Known: new, "),
        ("new --teir slim", "Did you mean --tier?"),
        ("new --portt 80", "Did you mean --port?"),
        ("new --tier", "error: Option '--tier' requires an argument.\n  See dockerscaffold new --help."),
        ("new a b", "unexpected extra argument (b)"),
        ("new a b\x1b[31m", "unexpected extra argument (b\\x1b[31m)"),
        ("new --json=1", "does not take a value"),
        ("--nothing", "No such option"),
    ],
)
def test_usage(arguments: str, words: str) -> None:
    done = dockerscaffold(*arguments.split())
    assert done.code == 2 and done.out == "" and words in done.err


FLAGS = [
    ("--port 0", "'0' is no port"),
    ("--port 65536", "'65536' is no port"),
    ("--port abc", "'abc' is no port"),
    ("--port=-1", "'-1' is no port"),
    ("--port -1", "'-1' is no port"),
    ("--port 80 --port 80", "Port 80 is given twice"),
    ("--port 80 --port 80/tcp", "Port 80 is given twice"),
    ("--port 53/udp", "there is only 53/udp"),
    ("--tier distorless", "Did you mean distroless?"),
    ("--tier=", "no tier"),
    ("--language nod", "Did you mean node?"),
    ("--language ruby", "Known: node, go, python"),
    ("--version 23", "no supported version of Node"),
    ("--version latest", "no version"),
    ("--version 24.99.99", "has no"),
    ("--health-path healthz", "Begin it with /"),
    ("--registry-mirror docker.io", "no ="),
    ("--registry-mirror docker.io=a.b --registry-mirror docker.io=c.d", "has two mirrors"),
    ("--platform linux", "no platform"),
    ("--platform linux/nothing", "lacks linux/nothing"),
]


@pytest.mark.parametrize(("flags", "words"), FLAGS)
def test_bad_flags(flags: str, words: str, shop: Path) -> None:
    refused(shop, [*flags.split()], words)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("", "empty"),
        ("-e 1", "begins with a dash"),
        ("node 'a", "quot"),
        ("node a\nb.js", "control character"),
        ("node 'a$b.js'", "$"),
        ('node "a\'b.js"', "'"),
        ("node a\\\\b.js", "\\"),
        ("node `a`", "`"),
        ("npm start", "does not run node itself"),
        ("node a.js && node b.js", "distroless has no shell"),
    ],
)
def test_bad_start_commands(start: str, words: str, shop: Path) -> None:
    refused(shop, ["--start", start], words)


def no_package() -> Mapping[str, str]:
    return {path: text for path, text in PROJECTS["node"].items() if path != "package.json"}


FOLDERS: list[tuple[str, Mapping[str, str | bytes], str]] = [
    ("empty", {}, "No language found"),
    ("no language", {"README.md": "x"}, "--language node, --language go, --language python"),
    ("two languages", {"package.json": '{"main": "a.js"}', "requirements.txt": ""}, "Several languages found"),
    ("broken package.json", {**PROJECTS["node"], "package.json": '{\n "name": \n}\n'}, "package.json:3 is not JSON"),
    ("package.json no object", {**PROJECTS["node"], "package.json": "[]"}, "package.json:1 holds no JSON object"),
    ("deep package.json", {**PROJECTS["node"], "package.json": "[" * 100_000}, "nested too deeply"),
    ("broken go.mod", {**PROJECTS["go"], "go.mod": "module a\n\ngoo 1.26\n"}, "go.mod:3"),
    ("broken pyproject.toml", {**PROJECTS["python"], "pyproject.toml": "[project\n"}, "pyproject.toml:1 is not TOML"),
    ("not UTF-8", {**PROJECTS["node"], "package.json": b'{\n"name": "\xff"}'}, "package.json:2 is not UTF-8"),
    ("UTF-16", {**PROJECTS["node"], "package.json": '{"name": "a"}'.encode("utf-16")}, "package.json:1 is not UTF-8"),
    ("10 MB", {**PROJECTS["node"], "package.json": " " * 10_000_000 + "{}"}, "package.json is too large"),
    ("unknown version", {**PROJECTS["node"], ".nvmrc": "99\n"}, "asks for Node 99 (.nvmrc)"),
    ("odd file name", {"package.json": '{"main": "a$b.js"}', "a$b.js": ""}, "has '$' in 'a$b.js'"),
    (
        "newline in name",
        {"package.json": '{"main": "a\\nb.js"}', "a\nb.js": ""},
        "package.json main has a control character",
    ),
    ("dash in name", {"package.json": '{"main": "-a.js"}', "-a.js": ""}, "is no file of the project: -a.js"),
    ("unknown key", {**PROJECTS["node"], ANSWERS: "platfrom = []\n"}, "Did you mean platform?"),
    ("bad answer", {**PROJECTS["node"], ANSWERS: "[service.web]\ntier = 'slimm'\n"}, "Did you mean slim?"),
    ("damaged answers", {**PROJECTS["node"], ANSWERS: "<<<<<<<\n"}, f"{ANSWERS}:1 is not TOML"),
    ("damaged lock", {**PROJECTS["node"], LOCK: "<<<<<<<\n"}, "or remove it and run dockerscaffold new --keep"),
    ("newer lock", {**PROJECTS["node"], LOCK: "format = 9\nversion = '7'\n"}, "Install the version that wrote it (7)"),
    ("answers no text", {**PROJECTS["node"], ANSWERS: b"\xff"}, "not UTF-8"),
]


@pytest.mark.parametrize(("files", "words"), [pytest.param(*case[1:], id=case[0]) for case in FOLDERS])
def test_bad_folders(files: Mapping[str, str | bytes], words: str, tmp_path: Path) -> None:
    for path, content in files.items():
        (tmp_path / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    refused(tmp_path, [], words)


PLANTS: list[tuple[str, Callable[[Path], object], str]] = [
    ("folder for a file", lambda root: (root / "Dockerfile").mkdir(), "Dockerfile is a folder"),
    ("file for a folder", lambda root: (root / ".github").write_text(""), ".github is not a folder"),
    ("pipe", lambda root: os.mkfifo(root / "compose.yaml"), "not a regular file"),
    ("link out", lambda root: (root / "Dockerfile").symlink_to("/etc/passwd"), "leads out of the project"),
    ("folder out", lambda root: (root / ".github").symlink_to("/etc"), "leads out of the project"),
    ("link to nothing", lambda root: (root / "Dockerfile").symlink_to("nothing"), "leads nowhere"),
    ("loop", lambda root: (root / "Dockerfile").symlink_to("Dockerfile"), "leads nowhere"),
    ("answers a folder", lambda root: (root / ANSWERS).mkdir(), f"{ANSWERS} is not a file"),
    ("lock a folder", lambda root: (root / LOCK).mkdir(), f"{LOCK} is not a file"),
    ("manifest a loop", lambda root: relink(root / "package.json"), "package.json"),
    ("journal out", lambda root: (root / ".dockerscaffold.journal").symlink_to("/etc"), "is not a folder"),
]


def relink(place: Path) -> None:
    place.unlink()
    place.symlink_to(place.name)


@pytest.mark.parametrize(("plant", "words"), [pytest.param(*case[1:], id=case[0]) for case in PLANTS])
def test_bad_places(plant: Callable[[Path], object], words: str, shop: Path) -> None:
    plant(shop)
    refused(shop, [], words)


def refused(folder: Path, flags: list[str], words: str) -> None:
    before = tree(folder)
    done = dockerscaffold("new", str(folder), "--offline", *flags)
    assert done.code == 2 and done.out == "", done.err
    assert done.err.startswith("error: ") and words in done.err
    assert len(done.err.splitlines()) <= 2 and len(done.err) < 600
    assert tree(folder) == before


@pytest.mark.parametrize(
    ("directory", "words"),
    [
        ("shop/server.js", "is not a directory"),
        ("nowhere", "No such file"),
        ("loop", "cannot be read"),
        ("", "is empty"),
        ("x" * 300, "too long"),
        ("x\x1b[31m\ny", "\\x1b[31m\\ny"),
    ],
)
def test_bad_directories(directory: str, words: str, shop: Path) -> None:
    (shop.parent / "loop").symlink_to("loop")
    done = dockerscaffold("new", "--offline", directory, cwd=shop.parent)
    assert done.code == 2 and done.out == "" and words in done.err and done.err.startswith("error: ")
    assert len(done.err.splitlines()) == 2


def test_two_dashes_end_the_flags(tmp_path: Path) -> None:
    refused_here = dockerscaffold("new", "--offline", "--", cwd=tmp_path)
    assert refused_here.code == 2 and "No language found" in refused_here.err


def test_the_one_folder_with_a_project_is_taken(shop: Path) -> None:
    done = dockerscaffold("new", "--offline", "--", cwd=shop.parent)
    assert done.code == 0 and (shop / "Dockerfile").is_file() and (shop.parent / "compose.yaml").is_file()


@pytest.mark.parametrize("name", ["a\nb", "a b", "é", "-x", "$x", "\udcff", "'", "\x1b[31m", "x" * 255, "Dockerfile"])
def test_odd_directories(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path / name, {**PROJECTS["node"], "package.json": '{"scripts": {"start": "node server.js"}}'})
    done = dockerscaffold("new", "--offline", "--json", "--", name, cwd=tmp_path)
    assert done.code == 0 and json.loads(done.out)["written"] is True
    shown = dockerscaffold("new", "--offline", "--dry-run", "--", name, cwd=tmp_path)
    assert shown.code == 0 and not {"\x1b"} & set(shown.out)
    assert (folder / "Dockerfile").read_text().startswith("# Written by dockerscaffold")


def test_an_unreadable_directory(public: Path) -> None:
    folder = write(public / "shop", PROJECTS["node"])
    folder.chmod(0o000)
    done = forked(65534, "new", str(folder), "--offline")
    assert done.code == 2 and "cannot be read: Permission denied" in done.err
    folder.chmod(0o711)
    assert forked(65534, "new", str(folder), "--offline").code == 2


@pytest.mark.parametrize(
    ("protect", "words"),
    [
        (lambda root: root.chmod(0o755), "Cannot write"),
        (lambda root: (root / "package.json").chmod(0o000), "package.json cannot be read"),
        (lambda root: make(root / "Dockerfile", "FROM mine\n", 0o000), "Dockerfile cannot be read"),
        (lambda root: make(root / ANSWERS, "", 0o000), f"{ANSWERS} cannot be read"),
        (lambda root: make(root / LOCK, "format = 1\n", 0o000), f"{LOCK} cannot be read"),
    ],
)
def test_no_permission(protect: Callable[[Path], object], words: str, public: Path) -> None:
    folder = write(public / "shop", PROJECTS["node"])
    folder.chmod(0o777)
    protect(folder)
    before = tree(folder)
    done = forked(65534, "new", str(folder), "--offline")
    assert done.code == 2 and done.out == "" and "Traceback" not in done.err and words in done.err
    assert tree(folder) == before


def make(place: Path, text: str, mode: int) -> None:
    place.write_text(text)
    place.chmod(mode)


def test_a_registry_that_is_away(shop: Path) -> None:
    before = tree(shop)
    done = dockerscaffold("new", str(shop), "--registry-mirror", "docker.io=127.0.0.1:9/docker.io")
    assert done.code == 75 and "error: 127.0.0.1:9 could not be reached" in done.err
    assert tree(shop) == before


@pytest.mark.parametrize("redirected", ["| head -n 1", "2>&1 | head -c 1", ">&-", "2>&-", ">&- 2>&-", "<&-"])
@pytest.mark.parametrize(
    "arguments", ["new --offline --dry-run", "new --offline --json", "--help", "new --offline --tier x"]
)
def test_streams_that_are_closed(arguments: str, redirected: str, shop: Path) -> None:
    script = f"{' '.join(PROGRAM)} {arguments} {redirected}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=shop, env=environment(), capture_output=True, text=True)
    assert done.returncode == (2 if "--tier x" in arguments and redirected[:2] != "2>" else done.returncode)
    assert done.returncode in (0, 2) and "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "arguments", ["new --offline --dry-run", "new --offline --json", "new --offline --diff", "--help"]
)
def test_output_on_a_full_disk(arguments: str, shop: Path) -> None:
    script = f"{' '.join(PROGRAM)} {arguments} > /dev/full"
    done = subprocess.run(["bash", "-c", script], cwd=shop, env=environment(), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "error: The output cannot be written (No space left on device).\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("new --offline --dry-run", 0),
        ("new --offline", 0),
        ("new --offline --json", 0),
        ("--help", 0),
        ("--version", 0),
        ("new --tier x --json", 2),
        ("new --offline --force=1", 2),
        ("", 2),
    ],
)
def test_a_reader_that_is_gone(arguments: str, code: int, stream: str, shop: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writing}
    done = subprocess.run([*PROGRAM, *arguments.split()], cwd=shop, env=environment(), **streams)
    os.close(writing)
    assert done.returncode == code and b"Traceback" not in (done.stderr or b"") + (done.stdout or b"")
    assert b"ignored" not in (done.stderr or b"")


def test_a_conflict_keeps_its_code(shop: Path) -> None:
    (shop / "Dockerfile").write_text("FROM mine\n" * 20_000)
    script = f"{' '.join(PROGRAM)} new --offline 2>&1 | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=shop, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (1, "--- a/Dockerfile\n", "")


def test_what_is_imported(shop: Path) -> None:
    code = (
        "import sys, tests.day\n"
        "tests.day.fix()\n"
        "sys.argv[1:] = ['new', '--offline']\n"
        "from scaffold.cli import run\n"
        "try:\n"
        "    run()\n"
        "finally:\n"
        "    print({'difflib', 'requests', 'ssl', 'tomlkit', 'packaging', 'asyncio'} & set(sys.modules))\n"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], cwd=shop, env=environment(), capture_output=True, text=True)
        assert done.stdout == "set()\n", "it takes time that most runs do not need"


def test_a_terminal_of_another_encoding(tmp_path: Path) -> None:
    write(tmp_path / "é€", PROJECTS["node"])
    for encoding in ("ascii", "latin-1"):
        command = [*PROGRAM, "new", str(tmp_path / "é€"), "--offline", "--dry-run"]
        done = subprocess.run(command, env=environment(PYTHONIOENCODING=encoding), capture_output=True)
        assert done.returncode == 0 and done.stderr == b"" and b"Found in " in done.stdout


@pytest.mark.parametrize("place", ["scaffold.commands.new", "scaffold.cli._run"])
def test_interrupted(place: str, shop: Path) -> None:
    code = (
        "import os, signal, sys, scaffold.cli, scaffold.commands\n"
        f"{place} = lambda *_: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.argv[1:] = ['new']\n"
        "scaffold.cli.run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=shop, env=environment(), capture_output=True, text=True)
    assert done.returncode == 130 and done.stdout == "" and done.stderr.strip() == ""


def test_a_fault_of_ours_keeps_its_traceback(tmp_path: Path) -> None:
    code = (
        "import sys, scaffold.commands\n"
        "scaffold.commands.new = lambda *_: open('nothing')\n"
        "sys.argv[1:] = ['new']\n"
        "from scaffold.cli import run\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True)
    assert done.returncode == 1 and "FileNotFoundError" in done.stderr


def test_images(tmp_path: Path) -> None:
    done = dockerscaffold("images", "--offline", "--language", "go", cwd=tmp_path)
    assert done.code == 0 and done.err == ""
    assert done.out.startswith("Go ") and "  scratch builder  " in done.out and "Python" not in done.out
    everything = json.loads(dockerscaffold("images", "--offline", "--json", cwd=tmp_path).out)
    assert [language["name"] for language in everything["languages"]] == ["node", "go", "python"]
    digests = [image.get("digest", "") for image in everything["languages"][1]["lines"][0]["images"]]
    assert digests and all(len(digest) == 71 for digest in digests)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_images_of_which_none_can_be_had(tmp_path: Path, flags: tuple[str, ...]) -> None:
    mirrors = [f"--registry-mirror={name}=127.0.0.1:1" for name in ("docker.io", "gcr.io")]
    done = dockerscaffold("images", "--language", "go", *mirrors, *flags, cwd=tmp_path)
    assert done.code == 75 and "127.0.0.1:1 could not be reached" in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("images --language rust", "'rust' is no language."),
        ("images --tier slim", "No such option"),
        ("images --timeout nan", "it is no number"),
        ("new --timeout 0", "--timeout"),
        ("new --timeout x", "--timeout"),
        ("new --timeout inf", "--timeout"),
    ],
)
def test_what_images_and_timeout_do_not_take(tmp_path: Path, arguments: str, words: str) -> None:
    done = dockerscaffold(*arguments.split(), cwd=tmp_path)
    assert done.code == 2 and words in done.err and done.out == ""


def test_quiet(shop: Path) -> None:
    for flags in ((), ("--dry-run",)):
        done = dockerscaffold("new", "--offline", "--quiet", *flags, cwd=shop)
        assert done == Done(0, "", ""), flags
    assert all((shop / path).is_file() for path in FILES)


def test_quiet_leaves_warnings_and_errors(shop: Path) -> None:
    flags = ("new", "--offline", "--quiet")
    # A day that the default line has ended by.
    done = dockerscaffold(*flags, "--allow-eol", cwd=shop, DAYS="5000")
    assert done.code == 0 and done.out == "" and done.err.startswith("  warning    Node ")
    assert "Found in" not in done.err and "  next " not in done.err
    assert dockerscaffold(*flags, "--tier", "x", cwd=shop).err.startswith("error: 'x' is no tier.")


def test_verbose(shop: Path) -> None:
    done = dockerscaffold("new", "--offline", "--verbose", cwd=shop)
    assert done.code == 0 and done.out == "" and done.err.startswith("Found in shop ")
    assert "\n  tier         distroless  (default)\n" in done.err and "\n             sha256:" in done.err
    assert "\n  by hand    docker run --rm " in done.err
    shown = dockerscaffold("new", "--offline", "--verbose", "--json", cwd=shop)
    assert json.loads(shown.out)["written"] is True and "\n  by hand    docker run " in shown.err


@pytest.mark.parametrize("flags", [("--quiet", "--verbose"), ("--force", "--keep")])
def test_flags_that_exclude_each_other(flags: tuple[str, str], shop: Path) -> None:
    before = tree(shop)
    for given in (flags, flags[::-1]):
        done = dockerscaffold("new", "--offline", *given, cwd=shop)
        assert done.code == 2 and done.out == "" and "exclude each other" in done.err
        assert all(flag in done.err for flag in flags)
    assert tree(shop) == before
    assert dockerscaffold("new", "--offline", "--merge", flags[0], cwd=shop).code == 0


def test_a_variable_that_is_misspelt(shop: Path) -> None:
    before = tree(shop)
    done = dockerscaffold("new", "--offline", cwd=shop, DOCKERSCAFFOLD_TEIR="slim")
    assert done.code == 2 and done.err.startswith("error: 'DOCKERSCAFFOLD_TEIR' is no variable of dockerscaffold.\n")
    assert "Did you mean DOCKERSCAFFOLD_TIER? " in done.err and tree(shop) == before


def test_a_file_for_which_there_is_nothing_new(shop: Path) -> None:
    assert dockerscaffold("new", "--offline", cwd=shop).code == 0
    (shop / "Dockerfile").write_text((shop / "Dockerfile").read_text() + "# mine\n")
    before = tree(shop)
    done = dockerscaffold("new", "--offline", cwd=shop)
    assert done.code == 0 and "\n  kept       Dockerfile\n" in done.err and tree(shop) == before


def test_verbose_tells_of_requests(shop: Path) -> None:
    done = dockerscaffold("new", "--verbose", "--registry-mirror", "docker.io=127.0.0.1:9/docker.io", cwd=shop)
    lines = [line for line in done.err.splitlines() if "127.0.0.1:9" in line and line.startswith("  ")]
    assert done.code == 75 and lines and not [line for line in lines if "DEBUG" in line]
    assert "retries" not in done.err


FLAGS_OF_COLOUR = [
    ({}, (), False),
    ({"FORCE_COLOR": "1"}, (), True),
    ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
    ({"FORCE_COLOR": "1"}, ("--no-color",), False),
]


@pytest.mark.parametrize("arguments", ["--dry-run --show-sources", "--diff", "--force --verbose", "--keep"])
def test_colour_in_a_pipe(arguments: str, shop: Path) -> None:
    (shop / "Dockerfile").write_text("FROM mine\n")
    said = []
    for changes, flags, coloured in FLAGS_OF_COLOUR:
        done = dockerscaffold("new", "--offline", *arguments.split(), *flags, cwd=shop, **changes)
        assert done.code == 0 and ("\x1b[" in done.out + done.err) == coloured, (changes, flags)
        (shop / "Dockerfile").write_text("FROM mine\n")
        for path in FILES[1:]:  # so that all four find the same
            (shop / path).unlink(missing_ok=True)
        said.append(ESCAPES.sub("", done.out + done.err))
    assert len({*said}) == 1, "the text is the same in all"


def at_a_terminal(arguments: list[str], **changes: str) -> tuple[int, str]:
    """The exit code, and what a terminal was sent; nobody sits at it. A slow machine's waiting is left out."""
    ours, theirs = pty.openpty()
    command = [*PROGRAM, *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment(**{"TERM": "xterm"} | changes)
    ) as child:
        os.close(theirs)
        sent = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return child.returncode, WAITING.sub("", sent.decode().replace("\r\n", "\n"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # as Linux says that the other end is closed
        return b""


@pytest.mark.parametrize(
    ("changes", "flags", "coloured"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, (), True),
        ({}, ("--no-color",), False),
        ({"TERM": "dumb"}, (), False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, (), True),
    ],
)
def test_colour_on_a_terminal(changes: dict[str, str], flags: tuple[str, ...], coloured: bool, shop: Path) -> None:
    for what in ("--dry-run", "--diff"):
        code, sent = at_a_terminal(["new", str(shop), "--offline", what, *flags], **changes)
        assert code == 0 and ("\x1b[" in sent) == coloured
        plain = dockerscaffold("new", str(shop), "--offline", what)
        assert ESCAPES.sub("", sent) == plain.out


@pytest.mark.parametrize("flags", [("--dry-run",), ("--yes", "--quiet"), ("--yes",)])
def test_a_narrow_terminal(flags: tuple[str, ...], shop: Path) -> None:
    narrow = {"COLUMNS": "60", "DAYS": "5000"}
    code, sent = at_a_terminal(["new", str(shop), "--offline", "--allow-eol", "--no-color", *flags], **narrow)
    assert code == 0 and "  warning    Node " in sent
    assert all(len(line) <= 60 for line in sent.splitlines() if " cd " not in line)


@pytest.mark.parametrize(("arguments", "code"), [("--yes", 1), ("--diff", 0), ("--yes --no-color", 1)])
def test_a_file_cannot_steer_the_terminal(arguments: str, code: int, shop: Path) -> None:
    (shop / "Dockerfile").write_bytes(b"FROM mine\x1b]0;title\x07\x1b[2J\r\n\xff\n")
    done, sent = at_a_terminal(["new", str(shop), "--offline", *arguments.split()])
    assert done == code and "-FROM mine\\x1b]0;title\\x07\\x1b[2J\\r" in sent and "-\\xff" in sent
    assert ("\x1b[" in sent) == ("--no-color" not in arguments)
    assert not {"\x07", "\r"} & {*sent} and "\x1b" not in ESCAPES.sub("", sent)


@contextlib.contextmanager
def waiting(folder: Path, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it waits for registries that do not answer."""
    with silent() as host:
        mirrors = [f"--registry-mirror={name}={host}" for name in ("docker.io", "gcr.io")]
        child = subprocess.Popen(
            [*PROGRAM, "new", "--verbose", "--timeout", "300", *mirrors],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,
        )
        try:
            assert child.stderr and any(b"connection" in line for line in iter(child.stderr.readline, b""))
            yield child
        finally:
            child.kill()
            child.communicate()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 130), (signal.SIGINT, 130)], ids=["TERM", "HUP", "INT"]
)
def test_stopped_while_it_waits(number: int, code: int, shop: Path) -> None:
    before = tree(shop)
    # Whoever runs the tests may have them ignore a signal, as nohup does.
    with waiting(shop, preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)) as child:
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (code, b"") and b"Traceback" not in err and b"error" not in err
    assert tree(shop) == before


def test_a_terminal_that_is_gone_stops_nothing_under_nohup(shop: Path) -> None:
    with waiting(shop, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as child:
        child.send_signal(signal.SIGHUP)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert child.returncode == 143
