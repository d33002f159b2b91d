"""Completion: what the program answers, and what each shell makes of it after the installation that help shows."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pexpect
import pytest

from scaffold import catalogue, command_examples, completion, flags
from scaffold.cli import main
from scaffold.errors import ScaffoldError
from scaffold.questions import INSTALLERS, LANGUAGES, TIERS
from tests import inside
from tests.generated import write
from tests.help_test import installed

PROJECT = {"answers.toml": "", "server/api/go.mod": "", "web/package.json": "", ".hidden/x": ""}
WAIT = 60
PROMPT = "[ready]"

PLATFORMS = sorted({platform for row in catalogue.content()["images"] for platform in row["platforms"]})
VERSIONS = {language: [*reversed(catalogue.lines(language).supported)] for language in LANGUAGES}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


def answers(line: str, cwd: Path, shell: str = "bash") -> list[str]:
    """What the program tells a shell for a line whose last word is to be completed."""
    *words, last = line.split(" ")
    if shell == "bash":
        # Bash cuts words at each = and :, and the cut is one of its own.
        words = [part for word in (*words, last) for part in re.split(r"([=:]+)", word) if part]
        words += [] if last else [""]
        variables = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    elif shell == "zsh":
        variables = {"COMP_WORDS": line, "COMP_CWORD": str(len(words))}
    else:
        variables = {"COMP_WORDS": line, "COMP_CWORD": last}
    done = inside.run(cwd=cwd, variables={completion.VARIABLE: f"{shell}_complete", **variables})
    assert (done.code, done.err) == (0, "")
    lines = done.out.strip("\n").splitlines()
    return [",".join(lines[at : at + 2]) for at in range(0, len(lines), 3)] if shell == "zsh" else lines


def plain(line: str, cwd: Path, shell: str = "bash") -> list[str]:
    found = [answer.partition("\t")[0].partition(",") for answer in answers(line, cwd, shell)]
    assert {kind for kind, *_ in found} <= {"plain"}
    return [value for *_, value in found]


VALUES = [
    ("", ["new", "update", "check", "images", "schema", "completion"]),
    ("n", ["new"]),
    ("--ver", ["--version"]),
    ("new --ti", ["--tier", "--timeout"]),
    ("new --no-a", ["--no-allow-eol"]),
    ("new --tier ", [*TIERS]),
    ("new --tier s", ["slim", "scratch"]),
    ("new --tier x", []),
    ("new --language ", [*LANGUAGES]),
    ("images --language p", ["python"]),
    ("new --packages ", [one for some in INSTALLERS.values() for one in some]),
    ("new --packages p", ["pnpm", "pip", "poetry", "pdm", "pipenv"]),
    ("new --platform ", PLATFORMS),
    ("new --platform linux/am", ["linux/amd64"]),
    ("new --version ", [line for language in LANGUAGES for line in VERSIONS[language]]),
    ("new --language go --version ", VERSIONS["go"]),
    ("new --language=python --tier slim --version ", VERSIONS["python"]),
    ("new --language rust --version ", [line for language in LANGUAGES for line in VERSIONS[language]]),
    ("new --registry-mirror ", [f"{name}=" for name in catalogue.registries()]),
    ("new --service ", ["server=", "web="]),
    ("new --service s", ["server="]),
    ("completion ", ["bash", "zsh", "fish"]),
    ("completion z", ["zsh"]),
    ("new --port ", []),
    ("new --start 'a", []),
    ("new --timeout x --tier sl", ["slim"]),
    ("nothing --tier ", ["new", "update", "check", "images", "schema", "completion"]),
]


@pytest.mark.parametrize("shell", completion.SHELLS)
@pytest.mark.parametrize(("line", "found"), VALUES)
def test_values(line: str, found: list[str], shell: str, project: Path) -> None:
    assert plain(f"dockerscaffold {line}", project, shell) == found


@pytest.mark.parametrize(
    ("line", "whole", "in_bash"),
    [
        ("new --tier=", [f"--tier={tier}" for tier in TIERS], [*TIERS]),
        ("new --tier=sl", ["--tier=slim"], ["slim"]),
        ("new --registry-mirror=d", ["--registry-mirror=docker.io="], ["docker.io="]),
        ("new --service api=", ["api=server/", "api=web/"], ["server/", "web/"]),
        ("new --service api=server/", ["api=server/api/"], ["server/api/"]),
        ("new --service=api=w", ["--service=api=web/"], ["web/"]),
        ("new --service a:b=w", ["a:b=web/"], ["web/"]),
        ("new server --service b=", ["b=api/"], ["api/"]),
        ("new --tier=slim --language=g", ["--language=go"], ["go"]),
    ],
)
def test_values_behind_an_equals_sign(line: str, whole: list[str], in_bash: list[str], project: Path) -> None:
    assert plain(f"dockerscaffold {line}", project, "zsh") == [value.replace(":", ":") for value in whole]
    assert plain(f"dockerscaffold {line}", project, "fish") == whole
    assert plain(f"dockerscaffold {line}", project, "bash") == in_bash


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_files_and_directories_are_the_shells(shell: str, project: Path) -> None:
    assert answers("dockerscaffold new --answers a", project, shell) == ["file,a"]
    assert answers("dockerscaffold new w", project, shell) == ["dir,w"]
    assert answers("dockerscaffold new ", project, shell) == ["dir,"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_what_values_and_flags_mean_is_told(shell: str, project: Path) -> None:
    line = "dockerscaffold new --language go --version "
    words = {"COMP_WORDS": line, "COMP_CWORD": "5" if shell == "zsh" else ""}
    said = inside.run(cwd=project, variables={completion.VARIABLE: f"{shell}_complete", **words}).out
    assert said.count("go") == len(VERSIONS["go"])
    words = {"COMP_WORDS": "dockerscaffold new --off", "COMP_CWORD": "2" if shell == "zsh" else "--off"}
    said = inside.run(cwd=project, variables={completion.VARIABLE: f"{shell}_complete", **words}).out
    assert flags.FLAGS[flags.IMAGES]["offline"] in said


@pytest.mark.parametrize("shell", [*completion.SHELLS, "powershell", "x", ""])
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"COMP_WORDS": "dockerscaffold"},
        {"COMP_WORDS": "dockerscaffold", "COMP_CWORD": "x"},
        {"COMP_WORDS": "", "COMP_CWORD": "99"},
        {"COMP_WORDS": "dockerscaffold new 'a", "COMP_CWORD": "-1"},
        {"COMP_WORDS": "dockerscaffold\nnew\n--service\n=\n\x1b", "COMP_CWORD": "4"},
        {"COMP_WORDS": "dockerscaffold = : =", "COMP_CWORD": " "},
    ],
    ids=repr,
)
def test_what_no_shell_says_is_no_traceback(shell: str, variables: dict[str, str], project: Path) -> None:
    done = inside.run(cwd=project, variables={completion.VARIABLE: f"{shell}_complete", **variables})
    assert done.code in (0, 2) and "Traceback" not in done.err


def test_services_of_a_folder_that_is_none(project: Path) -> None:
    for path in ("nowhere", "answers.toml", "\0", "../../../../../../../../nothing"):
        assert [*completion._services(path, "a=")] == []


def test_scripts() -> None:
    for shell, kind in completion.SHELLS.items():
        assert "_dockerscaffold_completion" in completion.script(shell, main)
        # What ours are made from is click's, and has changed if this fails.
        (click_s,) = [
            base for base in kind.__mro__ if base.__module__ == "click.shell_completion" and "name" in vars(base)
        ]
        assert kind.source_template != click_s.source_template  # type: ignore[attr-defined]
    with pytest.raises(ScaffoldError, match="'csh' is no shell"):
        completion.script("csh", main)


def test_help_tells_how_to_install_each() -> None:
    texts = [example.command for example in command_examples.EXAMPLES["completion"]]
    assert [shell for shell in completion.SHELLS for text in texts if f"completion {shell}" in text] == [
        *completion.SHELLS
    ]


def environment(shell: str, place: Path, home: Path) -> dict[str, str]:
    """Of a shell that has completion as help says how to install it."""
    env = installed(place) | {"TERM": "xterm"}
    # By which zsh would choose the keys of vi.
    env = {name: text for name, text in env.items() if name not in ("EDITOR", "VISUAL")}
    (home / ".config" / "fish" / "completions").mkdir(parents=True, exist_ok=True)
    (home / ".bashrc").write_text(f"PS1='{PROMPT}'\n")
    (home / ".zshrc").write_text(f"PROMPT='{PROMPT}'\nautoload -Uz compinit\ncompinit -u\n")
    (example,) = [each for each in command_examples.EXAMPLES["completion"] if f"completion {shell}" in each.command]
    subprocess.run(["sh", "-c", example.command], env=env, check=True)
    return env


TYPED = [
    ("im", "images "),
    ("new --offl", "new --offline "),
    ("new --tier sl", "new --tier slim "),
    ("new --tier=sl", "new --tier=slim "),
    ("new --platform=linux/am", "new --platform=linux/amd64 "),
    ("new --registry-mirror gh", "new --registry-mirror ghcr.io="),
    ("new --service se", "new --service server="),
    ("new --service api=w", "new --service api=web/"),
    ("new --answers an", "new --answers answers.toml "),
    ("new w", "new web/"),
    ("completion fi", "completion fish "),
]
"""What is typed before the tab, and what stands there after it."""


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_in_a_shell(shell: str, project: Path, tmp_path: Path, own_home: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}")
    env = environment(shell, tmp_path, own_home)
    child = pexpect.spawn(
        shell, ["-i"], env=env, cwd=str(project), encoding="utf-8", timeout=WAIT, dimensions=(40, 200)
    )
    with contextlib.closing(child):
        for typed, wanted in (*TYPED, ("new --answers=an", "new --answers=answers.toml ")):
            child.expect_exact(PROMPT)
            # What follows shows whether there is a space; then the keys for the line's begin and end.
            child.send(f"dockerscaffold {typed}\tEND\x01printf '%s|' \x05 > line\r")
            said = wait_for(project / "line")
            assert said == shown(f"dockerscaffold {wanted}END"), typed
            (project / "line").unlink()


def shown(line: str) -> str:
    return "".join(f"{word}|" for word in shlex.split(line))


def wait_for(path: Path) -> str:
    for _ in range(WAIT * 20):
        if path.is_file() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"no {path.name}")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        *((typed, [wanted.split()[-1]]) for typed, wanted in TYPED),
        ("new --tier ", sorted(TIERS)),
        ("new --language go --version ", sorted(VERSIONS["go"])),
        ("completion ", ["bash", "fish", "zsh"]),
        ("new --port ", []),
    ],
)
def test_in_fish(typed: str, found: list[str], project: Path, tmp_path: Path, own_home: Path) -> None:
    if not shutil.which("fish"):
        pytest.skip("there is no fish")
    env = environment("fish", tmp_path, own_home)
    command = ["fish", "-c", f"complete -C {shlex.quote(f'dockerscaffold {typed}')}"]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == found


def test_fish_shows_what_flags_mean(project: Path, tmp_path: Path, own_home: Path) -> None:
    if not shutil.which("fish"):
        pytest.skip("there is no fish")
    env = environment("fish", tmp_path, own_home)
    command = ["fish", "-c", "complete -C 'dockerscaffold new --offl'"]
    said = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=WAIT).stdout
    # With what stands behind its comma.
    assert said == f"--offline\t{flags.FLAGS[flags.IMAGES]['offline']}\n"
